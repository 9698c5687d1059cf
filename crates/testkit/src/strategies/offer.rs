//! What the logs of a tuning can contain: what the host under test offers.

use std::collections::BTreeSet;

use super::names::is_valid;
use super::shrink::Entry;
use super::{Tuning, Weights};
use socialgraph::Operation;
use socialgraph::operation::{Act, ActOnMany, AddUser, ClearList, ManyAct, RenameUser};

/// What the logs of a tuning can contain.
///
/// A weight or a share of 0 says that the host has no such operation. So a log that shrinks may
/// not come to have one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Offer {
    weights: Weights,
    /// Whether operations name users who have never joined.
    has_unknown_names: bool,
}

impl Offer {
    pub(crate) fn of(tuning: &Tuning) -> Self {
        Self {
            weights: tuning.weights,
            has_unknown_names: tuning.unknown_percent > 0,
        }
    }

    /// Returns whether the logs of the tuning can have every operation of this log.
    pub(crate) fn has_all<E: Entry>(&self, log: &[E]) -> bool {
        // Without any weight, every operation comes.
        if self.weights.are_all_zero() {
            return true;
        }

        let mut known = BTreeSet::new();
        let mut is_start = true;
        for operation in log.iter().flat_map(Entry::operations) {
            if let Operation::AddUser(AddUser { name }) = operation {
                let is_first_join = is_start && is_valid(name) && known.insert(name.as_str());
                if !is_first_join && !self.has(operation) {
                    return false;
                }
                known.insert(name);
                continue;
            }

            is_start = false;
            if !self.has(operation) || !self.has_names(operation, &mut known) {
                return false;
            }
        }
        true
    }

    /// Returns the log in which no user joins twice, if the host does not offer that.
    ///
    /// Two users who become one would join twice.
    pub(crate) fn without_second_joins<E: Entry>(&self, log: Vec<E>) -> Vec<E> {
        if self.weights.are_all_zero() || self.weights.add_user > 0 {
            return log;
        }

        let mut joined = BTreeSet::new();
        let mut kept = Vec::new();
        for entry in log {
            let name = match entry.operations()[..] {
                [Operation::AddUser(AddUser { name })] => Some(name.clone()),
                _ => None,
            };
            if name.is_none_or(|name| joined.insert(name)) {
                kept.push(entry);
            }
        }
        kept
    }

    /// Returns whether the operation has a weight.
    fn has(&self, operation: &Operation) -> bool {
        let weights = &self.weights;
        match operation {
            Operation::Act(Act { action, .. }) => weights.of(*action) > 0,
            Operation::ActOnMany(ActOnMany { action, .. }) => {
                weights.batch > 0 && weights.of(*action) > 0
            }
            Operation::ManyAct(ManyAct { action, .. }) => {
                weights.batch_by_many > 0 && weights.of(*action) > 0
            }
            Operation::ClearList(ClearList { list, .. }) => {
                weights.clear_list > 0 && weights.of(list.action()) > 0
            }
            Operation::AddUser(AddUser { name }) if !is_valid(name) => weights.add_invalid > 0,
            Operation::AddUser(_) => weights.add_user > 0,
            Operation::RenameUser(RenameUser { name, .. }) => {
                weights.rename_user > 0 && (is_valid(name) || weights.add_invalid > 0)
            }
            Operation::RemoveUser(_) => weights.remove_user > 0,
            Operation::MergeUsers(_) => weights.merge_users > 0,
            Operation::SetRequestMode(_) => weights.request_mode > 0,
            Operation::SetRequestSending(_) => weights.request_sending > 0,
            Operation::AdoptPolicy(_) => weights.adopt_policy > 0,
        }
    }

    /// Returns whether an operation names only users who have joined, if the host asks for that.
    fn has_names<'a>(&self, operation: &'a Operation, known: &mut BTreeSet<&'a str>) -> bool {
        if self.has_unknown_names {
            return true;
        }
        if let Operation::RenameUser(RenameUser { user, name }) = operation {
            let is_known = known.contains(user.as_str());
            known.insert(name);
            return is_known;
        }
        operation.names().iter().all(|name| known.contains(name))
    }
}

#[cfg(test)]
mod tests {
    use super::Offer;
    use crate::strategies::{Tuning, Weights, logs};
    use proptest::prelude::*;

    /// A tuning in which each bit that is not set is a weight or a share of 0.
    fn tuning(bits: u32) -> Tuning {
        let bit = |index: u32| bits >> index & 1 == 1;
        let mut tuning = Tuning::default();
        let weights = &mut tuning.weights;
        let all: [&mut u16; 19] = [
            &mut weights.block,
            &mut weights.unblock,
            &mut weights.send_request,
            &mut weights.accept_request,
            &mut weights.decline_request,
            &mut weights.cancel_request,
            &mut weights.add_friend,
            &mut weights.remove_friend,
            &mut weights.batch,
            &mut weights.request_mode,
            &mut weights.request_sending,
            &mut weights.add_user,
            &mut weights.add_invalid,
            &mut weights.remove_user,
            &mut weights.batch_by_many,
            &mut weights.clear_list,
            &mut weights.rename_user,
            &mut weights.merge_users,
            &mut weights.adopt_policy,
        ];
        for (weight, index) in all.into_iter().zip(0..) {
            if !bit(index) {
                *weight = 0;
            }
        }
        if !bit(19) {
            tuning.unknown_percent = 0;
        }
        weights_of_one_way(&mut tuning.weights, bits >> 20 & 3);
        tuning
    }

    fn weights_of_one_way(weights: &mut Weights, choice: u32) {
        match choice {
            0 => weights.one_way_percent = 0,
            1 => weights.one_way_percent = 100,
            _ => {}
        }
    }

    /// Otherwise nothing could be left out of them.
    #[test]
    fn every_log_of_a_tuning_is_offered() {
        let logs = (0..1_u32 << 22).prop_flat_map(|bits| {
            let tuning = tuning(bits);
            (logs(&tuning), Just(tuning))
        });
        proptest!(ProptestConfig::with_cases(512), |((log, tuning) in logs)| {
            prop_assert!(Offer::of(&tuning).has_all(&log), "{:?}", tuning);
        });
    }
}
