//! What is said of a difference: the steps to it in words, with users by name.

use std::fmt;

use socialgraph::Operation;

use socialgraph_testkit::reference::log::{Setting, Step};
use socialgraph_testkit::reference::twins::By;

/// A difference, the log that shows it, and how to play it again.
pub(crate) struct Report {
    pub(crate) seed: u64,
    pub(crate) number: u64,
    pub(crate) setting: Setting,
    pub(crate) log: Vec<Step>,
    pub(crate) difference: String,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            seed,
            number,
            setting,
            log,
            difference,
        } = self;
        let names = setting.names.list();
        writeln!(
            f,
            "engine and model differ under `{}`, {:?}:",
            setting.profile, setting.limits
        )?;
        for (place, step) in log.iter().enumerate() {
            writeln!(f, "{:>3}. {}", place + 1, sentence(step, &names))?;
        }
        if log.is_empty() {
            writeln!(f, "     before any step")?;
        }
        for line in difference.lines() {
            writeln!(f, "     {line}")?;
        }
        writeln!(f, "the whole log again: --seed {seed} --log {number}")
    }
}

fn sentence(step: &Step, names: &[&str]) -> String {
    let name = |user: &usize| short(names.get(*user).copied().unwrap_or_default());
    match step {
        Step::Act(by, action, actor, target) => {
            format!(
                "{}{}",
                Operation::act(*action, name(actor), name(target)),
                found(*by)
            )
        }
        Step::ActOnMany(by, action, actor, targets) => {
            let batch = Operation::act_on_many(*action, name(actor), targets.iter().map(name));
            format!("{batch}{}", found(*by))
        }
        Step::SetMode(user, mode) => Operation::SetRequestMode {
            user: name(user),
            mode: *mode,
        }
        .to_string(),
        Step::SetSending(user, sending) => Operation::SetRequestSending {
            user: name(user),
            sending: *sending,
        }
        .to_string(),
        Step::Add(user) => Operation::AddUser { name: name(user) }.to_string(),
        Step::Remove(user) => Operation::RemoveUser { name: name(user) }.to_string(),
        Step::Keep => "a snapshot is kept".to_owned(),
        Step::Compare => "the oldest snapshot is compared".to_owned(),
        Step::Reload => "the graph is written out and read back".to_owned(),
        Step::Page(user, list, limit) => {
            format!("the {list} of {} is read in pages of {limit}", name(user))
        }
        Step::Audience(user, others) => {
            let others: Vec<_> = others.iter().map(name).collect();
            format!(
                "of {} it is asked whom {} may message",
                others.join(", "),
                name(user)
            )
        }
        Step::Limits(limits) => format!("the same graph is asked for within {limits:?}"),
        Step::Check => "everything is compared".to_owned(),
    }
}

/// How an action finds its users, where that is not by name.
const fn found(by: By) -> &'static str {
    match by {
        By::Name => "",
        By::Handle => " (by handle)",
    }
}

/// A name that fits on a line: of a long one its beginning and its length.
fn short(name: &str) -> String {
    match name.len() {
        0..=40 => name.to_owned(),
        bytes => format!("{}..{bytes}", name.chars().take(4).collect::<String>()),
    }
}

#[cfg(test)]
mod tests {
    use socialgraph::{Action, Limits, List, RequestMode, RequestSending};

    use super::Report;
    use socialgraph_testkit::reference::log::{Names, Setting, Step};
    use socialgraph_testkit::reference::twins::By;

    #[test]
    fn a_report_is_sentences_with_names_and_the_way_to_play_it_again() {
        let log = vec![
            Step::Add(5),
            Step::Act(By::Handle, Action::Block, 0, 1),
            Step::ActOnMany(By::Name, Action::SendRequest, 2, vec![4, 7, 6]),
            Step::SetMode(1, RequestMode::Nobody),
            Step::SetSending(1, RequestSending::Barred),
            Step::Remove(3),
            Step::Keep,
            Step::Compare,
            Step::Reload,
            Step::Page(0, List::Friends, 2),
            Step::Audience(0, vec![1, 2]),
            Step::Check,
        ];
        let setting = Setting {
            profile: "tencent_rest",
            limits: Limits::NONE,
            names: Names::Few,
        };
        let difference = "panicked at twins.rs:9:9:\nann messages ben".to_owned();
        let report = Report {
            seed: 4,
            number: 17,
            setting,
            log,
            difference,
        };
        assert_eq!(
            report.to_string(),
            r"engine and model differ under `tencent_rest`, Limits { blocked: None, friends: None, requests_in: None, batch: None }:
  1. nobody joins
  2. ann blocks ben (by handle)
  3. cyd sends aaaa..255, aaaa..256, `` a friend request, in one batch
  4. ben takes friend requests from nobody
  5. ben is barred from sending friend requests
  6. `é\0` is removed
  7. a snapshot is kept
  8. the oldest snapshot is compared
  9. the graph is written out and read back
 10. the friend list of ann is read in pages of 2
 11. of ben, cyd it is asked whom ann may message
 12. everything is compared
     panicked at twins.rs:9:9:
     ann messages ben
the whole log again: --seed 4 --log 17
"
        );
    }
}
