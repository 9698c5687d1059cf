//! The operations that a system does not offer.

use crate::strategies::Weights;
use socialgraph::Operation;

/// The kinds of operations for which a system has answered that it has none.
///
/// Only kinds that a host may well lack are drawn no more: the others are the host's to leave out.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a kind, as each weight is"
)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct NotOffered {
    batch_by_many: bool,
    adopt_policy: bool,
    rename_user: bool,
    clear_list: bool,
    merge_users: bool,
}

impl NotOffered {
    /// Takes note of an operation that is not offered.
    pub(super) const fn add(&mut self, operation: &Operation) {
        match operation {
            Operation::ManyAct(_) => self.batch_by_many = true,
            Operation::AdoptPolicy(_) => self.adopt_policy = true,
            Operation::RenameUser(_) => self.rename_user = true,
            Operation::ClearList(_) => self.clear_list = true,
            Operation::MergeUsers(_) => self.merge_users = true,
            Operation::AddUser(_)
            | Operation::RemoveUser(_)
            | Operation::Act(_)
            | Operation::ActOnMany(_)
            | Operation::SetRequestMode(_)
            | Operation::SetRequestSending(_) => {}
        }
    }

    /// Returns the weights without these kinds.
    pub(super) const fn left_out_of(self, mut weights: Weights) -> Weights {
        if self.batch_by_many {
            weights.batch_by_many = 0;
        }
        if self.adopt_policy {
            weights.adopt_policy = 0;
        }
        if self.rename_user {
            weights.rename_user = 0;
        }
        if self.clear_list {
            weights.clear_list = 0;
        }
        if self.merge_users {
            weights.merge_users = 0;
        }
        weights
    }
}
