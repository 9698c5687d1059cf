//! Checks relations while they are read.

use std::cmp::Ordering;

use super::Ranks;
use crate::facts::{Relation, Relations};
use crate::graph::UserId;
use crate::graph::store::{End, Miscounted, Pair};

/// The relations of an iterator, each checked: order, users, and the policy.
///
/// Strangers are left out. After a fault, the rest is not read.
#[derive(Clone)]
pub(super) struct Checked<'a, R> {
    relations: R,
    ranks: &'a Ranks,
    reachable: Relations,
    /// The pair before, as one number; no pair is 0.
    last: u64,
    /// The first user of the pair before, who is often the first of the next one too.
    first: Option<End>,
}

/// What is wrong with a relation, by handles.
///
/// It is small, because each relation is returned beside it. An error has names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    SameUser {
        id: UserId,
    },
    Reversed {
        first: UserId,
        second: UserId,
    },
    Order {
        first: UserId,
        second: UserId,
    },
    Unknown {
        first: UserId,
        second: UserId,
        unknown: UserId,
    },
    Illegal {
        first: UserId,
        second: UserId,
        relation: Relation,
    },
    Changed,
}

impl From<Miscounted> for Fault {
    fn from(_: Miscounted) -> Self {
        Self::Changed
    }
}

impl<'a, R> Checked<'a, R> {
    pub(super) fn new(relations: R, ranks: &'a Ranks, reachable: Relations) -> Self {
        Self {
            relations,
            ranks,
            reachable,
            last: 0,
            first: None,
        }
    }

    /// Checks a relation and returns it, with the ranks of its users.
    #[inline]
    fn check(
        &mut self,
        (first, second, relation): (UserId, UserId, Relation),
    ) -> Result<Pair, Fault> {
        let number = u64::from(first.to_u32()) << u32::BITS | u64::from(second.to_u32());
        if first >= second || number <= self.last {
            return Err(misplaced(first, second));
        }
        self.last = number;

        let unknown = |unknown| Fault::Unknown {
            first,
            second,
            unknown,
        };
        let first_end = match self.first {
            Some(end) if end.id == first => end,
            _ => self.ranks.end(first).ok_or(unknown(first))?,
        };
        self.first = Some(first_end);
        let second_end = self.ranks.end(second).ok_or(unknown(second))?;

        if !self.reachable.contains(relation) {
            return Err(Fault::Illegal {
                first,
                second,
                relation,
            });
        }
        Ok(Pair {
            first: first_end,
            second: second_end,
            relation,
        })
    }
}

/// Returns the fault of a pair that is not above the pair before.
#[cold]
fn misplaced(first: UserId, second: UserId) -> Fault {
    match first.cmp(&second) {
        Ordering::Less => Fault::Order { first, second },
        Ordering::Equal => Fault::SameUser { id: first },
        Ordering::Greater => Fault::Reversed { first, second },
    }
}

impl<R: Iterator<Item = (UserId, UserId, Relation)>> Iterator for Checked<'_, R> {
    type Item = Result<Pair, Fault>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let relation = self.relations.next()?;
            let checked = self.check(relation);
            if !matches!(checked, Ok(pair) if pair.relation == Relation::STRANGERS) {
                return Some(checked);
            }
        }
    }
}
