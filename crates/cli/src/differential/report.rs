//! The report of a difference: the steps to it in words, with users by name.

use std::fmt;

use socialgraph_testkit::reference::AddressBy;
use socialgraph_testkit::reference::log::{Setup, Step};

use super::policy::as_json;

/// A difference, the log that shows it, and how to play it again.
pub(crate) struct Report {
    pub(crate) seed: u64,
    pub(crate) number: u64,
    pub(crate) setup: Setup,
    pub(crate) steps: Vec<Step>,
    pub(crate) difference: String,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let policy = as_json(&self.setup.policy, self.setup.profile);
        writeln!(f, "engine and model differ under {policy}:")?;

        let names = self.setup.names.list();
        for (index, step) in self.steps.iter().enumerate() {
            writeln!(f, "{:>3}. {}", index + 1, sentence(step, &names))?;
        }
        if self.steps.is_empty() {
            writeln!(f, "     before any step")?;
        }
        for line in self.difference.lines() {
            writeln!(f, "     {line}")?;
        }

        let (seed, number) = (self.seed, self.number);
        writeln!(f, "the whole log again: --seed {seed} --log {number}")
    }
}

/// Describes a step, with users by name.
fn sentence(step: &Step, names: &[&str]) -> String {
    let name = |user: &usize| short_name(names, *user);

    if let Some((by, operation)) = step.operation(|user| name(&user)) {
        return format!("{operation}{}", addressing(by));
    }
    match step {
        Step::TakeSnapshot => "a snapshot is kept".to_owned(),
        Step::CompareSnapshot => "the oldest snapshot is compared".to_owned(),
        Step::Reload => "the graph is written out and read back".to_owned(),
        Step::ReadPages(user, list, limit) => {
            format!("the {list} of {} is read in pages of {limit}", name(user))
        }
        Step::AskAudience(user, others) => {
            let others: Vec<_> = others.iter().map(name).collect();
            let others = others.join(", ");
            let user = name(user);
            format!("of {others} it is asked whom {user} may reach, and who may reach {user}")
        }
        Step::TryLimits(limits) => format!("the same graph is asked for within {limits:?}"),
        // The other steps are operations.
        _ => "everything is compared".to_owned(),
    }
}

/// Says how an operation addresses its users, unless by name.
const fn addressing(by: AddressBy) -> &'static str {
    match by {
        AddressBy::Name => "",
        AddressBy::Handle => " (by handle)",
    }
}

/// Returns a name that fits on a line: the beginning and length of a long name.
fn short_name(names: &[&str], user: usize) -> String {
    let name = names.get(user).copied().unwrap_or_default();
    match name.len() {
        0..=40 => name.to_owned(),
        bytes => format!("{}..{bytes}", name.chars().take(4).collect::<String>()),
    }
}

#[cfg(test)]
mod tests {
    use socialgraph::{Action, Limits, List, OwnList, Policy, RequestMode, RequestSending};

    use super::Report;
    use socialgraph_testkit::reference::AddressBy;
    use socialgraph_testkit::reference::log::{NameSet, Setup, Step};

    #[test]
    fn a_report_is_sentences_with_names_and_the_way_to_play_it_again() {
        let steps = vec![
            Step::Add(5),
            Step::Act(AddressBy::Handle, Action::Block, 0, 1),
            Step::ActOnMany(AddressBy::Name, Action::SendRequest, 2, vec![4, 7, 6]),
            Step::SetMode(1, RequestMode::Nobody),
            Step::SetSending(1, RequestSending::Barred),
            Step::Remove(3),
            Step::ManyAct(AddressBy::Handle, Action::Block, vec![1, 2], 0),
            Step::Rename(AddressBy::Name, 0, 5),
            Step::Merge(AddressBy::Handle, 1, 2),
            Step::Clear(AddressBy::Name, 2, OwnList::Blocklist),
            Step::TakeSnapshot,
            Step::CompareSnapshot,
            Step::Reload,
            Step::ReadPages(0, List::Friends, 2),
            Step::AskAudience(0, vec![1, 2]),
            Step::CompareAll,
        ];
        let setup = Setup {
            profile: Some("mastodon"),
            policy: Policy {
                limits: Limits {
                    blocked: Some(2),
                    ..Limits::NONE
                },
                ..Policy::named("mastodon").unwrap()
            },
            names: NameSet::Few,
        };
        let difference = "panicked at twins.rs:9:9:\nann messages ben".to_owned();
        let report = Report {
            seed: 4,
            number: 17,
            setup,
            steps,
            difference,
        };
        assert_eq!(
            report.to_string(),
            r#"engine and model differ under {"limits":{"blocked":2},"profile":"mastodon"}:
  1. nobody joins
  2. ann blocks ben (by handle)
  3. cyd sends aaaa..3071, aaaa..3072, `` a friend request, in one batch
  4. ben takes friend requests from nobody
  5. ben is barred from sending friend requests
  6. `é\0` is removed
  7. each of ben, cyd blocks ann, in one batch (by handle)
  8. ann is renamed to nobody
  9. ben is merged into cyd (by handle)
 10. cyd clears their blocklist
 11. a snapshot is kept
 12. the oldest snapshot is compared
 13. the graph is written out and read back
 14. the friend list of ann is read in pages of 2
 15. of ben, cyd it is asked whom ann may reach, and who may reach ann
 16. everything is compared
     panicked at twins.rs:9:9:
     ann messages ben
the whole log again: --seed 4 --log 17
"#
        );
    }
}
