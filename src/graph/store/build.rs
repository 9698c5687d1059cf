//! Builds a store from all of its users, and then from all of their relations.

use super::{Store, UserId};
use crate::facts::{Relation, UserFacts};

/// A user of a new store.
pub(in crate::graph) struct NewUser<N> {
    pub(in crate::graph) id: UserId,
    pub(in crate::graph) name: N,
    pub(in crate::graph) facts: UserFacts,
}

/// A user has the name of a user before.
pub(in crate::graph) struct TakenName {
    pub(in crate::graph) id: UserId,
    pub(in crate::graph) name: String,
    /// The user before, who has the name.
    pub(in crate::graph) owner: UserId,
}

/// One user of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::graph) struct End {
    pub(in crate::graph) id: UserId,
    /// The user's position in the order of handles.
    pub(in crate::graph) rank: usize,
}

/// The relation of two existing users, seen from the first, who has the lower handle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::graph) struct Pair {
    pub(in crate::graph) first: End,
    pub(in crate::graph) second: End,
    pub(in crate::graph) relation: Relation,
}

/// A user has more or fewer relations than were counted.
pub(in crate::graph) struct Miscounted;

impl Store {
    /// Returns a store with these users, whose numbers ascend.
    ///
    /// If a name occurs twice, fails with the first user whose name is taken.
    pub(in crate::graph) fn of_users<N: AsRef<str>>(
        users: &[NewUser<N>],
    ) -> Result<Self, TakenName> {
        let mut store = Self::default();

        for user in users {
            let (id, name) = (user.id, user.name.as_ref());
            if let Some(owner) = store.lookup(name) {
                return Err(TakenName {
                    id,
                    name: name.to_owned(),
                    owner,
                });
            }
            store.insert_at(id, name, user.facts);
        }
        Ok(store)
    }

    /// Writes the relations of users who have none.
    ///
    /// `counts` are the numbers of the users' relations, by rank. Pairs ascend, each comes once,
    /// and none is of strangers. After an error, some relations are written.
    pub(in crate::graph) fn write_all<E: From<Miscounted>>(
        &mut self,
        counts: Vec<u32>,
        pairs: impl Iterator<Item = Result<Pair, E>>,
    ) -> Result<(), E> {
        let mut missing = counts;

        for pair in pairs {
            let pair = pair?;
            for end in [pair.first, pair.second] {
                let left = missing.get_mut(end.rank).ok_or(Miscounted)?;
                *left = left.checked_sub(1).ok_or(Miscounted)?;
            }
            self.write(pair.first.id, pair.second.id, pair.relation);
        }

        if missing.iter().all(|left| *left == 0) {
            Ok(())
        } else {
            Err(Miscounted.into())
        }
    }
}
