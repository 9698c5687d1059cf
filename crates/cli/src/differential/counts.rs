//! What was played without a difference, in numbers.

use std::collections::HashSet;
use std::fmt;

use socialgraph::{Action, Policy, Ways};
use socialgraph_testkit::reference::log::{Setup, Step};

use crate::progress::Progress;

/// The kinds of operations that the summary counts, in its order.
const KINDS: [&str; 20] = [
    "block",
    "unblock",
    "request",
    "accept",
    "decline",
    "cancel",
    "add one-way",
    "add two-way",
    "remove one-way",
    "remove two-way",
    "batch",
    "set a mode",
    "set a bar",
    "add a user",
    "remove a user",
    "batch of many actors",
    "rename a user",
    "merge users",
    "clear a list",
    "adopt a policy",
];

/// The counts of the logs that were played without a difference.
pub(crate) struct Counts {
    pub(crate) operations: u64,
    logs: u64,
    /// Operations on a pair; a batch has as many as targets or actors.
    acts: u64,
    /// How often each kind came, in the order of [`KINDS`].
    kinds: [u64; KINDS.len()],
    policies: HashSet<Policy>,
    profiles: HashSet<&'static str>,
    progress: Progress,
}

impl Counts {
    pub(crate) fn new() -> Self {
        Self {
            operations: 0,
            logs: 0,
            acts: 0,
            kinds: [0; KINDS.len()],
            policies: HashSet::new(),
            profiles: HashSet::new(),
            progress: Progress::new(),
        }
    }

    /// Counts a log, and shows progress.
    pub(crate) fn add(&mut self, setup: &Setup, steps: &[Step]) {
        self.logs += 1;
        self.policies.insert(setup.policy);
        self.profiles.extend(setup.profile);
        for step in steps {
            self.count(step);
        }

        let (operations, elapsed) = (self.operations, self.progress.elapsed());
        self.progress
            .show(|| format!("{operations} operations, {elapsed:.0?}"));
    }

    fn count(&mut self, step: &Step) {
        self.operations += u64::from(step.is_operation());
        match step {
            Step::Act(_, action, ..) => self.count_acts(*action, 1),
            Step::ActOnMany(_, action, _, targets) => {
                self.count_kind("batch", 1);
                self.count_acts(*action, targets.len() as u64);
            }
            Step::SetMode(..) => self.count_kind("set a mode", 1),
            Step::SetSending(..) => self.count_kind("set a bar", 1),
            Step::Add(_) => self.count_kind("add a user", 1),
            Step::Remove(_) => self.count_kind("remove a user", 1),
            Step::ManyAct(_, action, actors, _) => {
                self.count_kind("batch of many actors", 1);
                self.count_acts(*action, actors.len() as u64);
            }
            Step::Rename(..) => self.count_kind("rename a user", 1),
            Step::Merge(..) => self.count_kind("merge users", 1),
            Step::Clear(..) => self.count_kind("clear a list", 1),
            Step::Adopt(_) => self.count_kind("adopt a policy", 1),
            _ => {}
        }
    }

    fn count_acts(&mut self, action: Action, count: u64) {
        self.acts += count;
        self.count_kind(kind(action), count);
    }

    fn count_kind(&mut self, kind: &str, more: u64) {
        for (known, count) in KINDS.iter().zip(&mut self.kinds) {
            if *known == kind {
                *count += more;
            }
        }
    }
}

/// Returns the kind of an action.
const fn kind(action: Action) -> &'static str {
    match action {
        Action::Block => "block",
        Action::Unblock => "unblock",
        Action::SendRequest => "request",
        Action::AcceptRequest => "accept",
        Action::DeclineRequest => "decline",
        Action::CancelRequest => "cancel",
        Action::AddFriend(Ways::OneWay) => "add one-way",
        Action::AddFriend(Ways::TwoWay) => "add two-way",
        Action::RemoveFriend(Ways::OneWay) => "remove one-way",
        Action::RemoveFriend(Ways::TwoWay) => "remove two-way",
    }
}

/// Prints the counts of the run.
impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} operations in {} logs under {} policies, {} profiles among them, {} acts on a \
             pair among them, 0 differences, {:.0?}",
            self.operations,
            self.logs,
            self.policies.len(),
            self.profiles.len(),
            self.acts,
            self.progress.elapsed()
        )?;

        for (index, (kind, count)) in KINDS.iter().zip(&self.kinds).enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{kind} {count}")?;
        }
        writeln!(f)
    }
}

#[cfg(test)]
mod tests {
    use socialgraph::{Action, OwnList, Ways};
    use socialgraph_testkit::reference::AddressBy;
    use socialgraph_testkit::reference::log::{self, Step};

    use super::{Counts, KINDS, kind};

    #[test]
    fn every_operation_is_of_one_kind() {
        assert!(Action::ALL.iter().all(|it| KINDS.contains(&kind(*it))));

        let (setup, _) = log::read(&[]);
        let (by, remove) = (AddressBy::Name, Action::RemoveFriend(Ways::OneWay));
        let steps = [
            Step::Act(by, Action::Block, 0, 1),
            Step::ActOnMany(by, remove, 0, vec![1, 2, 3]),
            Step::Add(1),
            Step::ManyAct(by, Action::Block, vec![1, 2], 0),
            Step::Rename(by, 0, 5),
            Step::Merge(by, 1, 2),
            Step::Clear(by, 2, OwnList::RequestsIn),
            Step::Adopt(setup.policy),
            Step::CompareAll,
        ];
        let mut progress = Counts::new();
        progress.add(&setup, &steps);
        progress.add(&setup, &steps[..1]);

        let text = progress.to_string();
        let (summary, kinds) = text.split_once('\n').unwrap();
        let begin = "9 operations in 2 logs under 1 policies, 1 profiles among them, 7 acts on";
        assert!(summary.starts_with(begin), "{summary}");
        assert_eq!(
            kinds,
            "block 4, unblock 0, request 0, accept 0, decline 0, cancel 0, add one-way 0, \
             add two-way 0, remove one-way 3, remove two-way 0, batch 1, set a mode 0, \
             set a bar 0, add a user 1, remove a user 0, batch of many actors 1, rename a user 1, \
             merge users 1, clear a list 1, adopt a policy 1\n"
        );
    }
}
