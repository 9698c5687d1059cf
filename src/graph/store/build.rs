//! Builds a store from all of its users, and then from all of their relations.

use super::user_array::UserArray;
use super::{MAX_INLINE, Store, UserId, page};
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
            // The record gets its slots with its relations.
            store.insert_with_capacity(id, name, user.facts, 0);
        }
        Ok(store)
    }

    /// Writes the relations of users who have none.
    ///
    /// `users` are all users, and `counts` the numbers of their relations, by rank. Pairs ascend,
    /// each comes once, and none is of strangers. After an error, some relations are written.
    pub(in crate::graph) fn write_all<E: From<Miscounted>>(
        &mut self,
        users: &[UserId],
        counts: &[u32],
        pairs: impl Iterator<Item = Result<Pair, E>>,
    ) -> Result<(), E> {
        let mut partition = Partition::with_room_for(counts);
        for pair in pairs {
            let Pair {
                first,
                second,
                relation,
            } = pair?;
            partition.push(first.rank, second.id, relation)?;
            partition.push(second.rank, first.id, relation.flip())?;
        }

        let groups = users.chunks(partition.group_len);
        let counts = counts.chunks(partition.group_len);
        for ((users, counts), entries) in groups.zip(counts).zip(partition.groups) {
            let sorted = sort_by_user(counts, &entries)?;
            drop(entries);
            self.write_group(users, counts, &sorted);
        }
        Ok(())
    }

    /// Writes the relations of users, which are those of each user in turn.
    fn write_group(&mut self, users: &[UserId], counts: &[u32], relations: &[(UserId, Relation)]) {
        let mut rest = relations;
        let mut of_page = [const { None }; page::USERS];

        let mut users = users.iter().copied().peekable();
        for count in counts {
            let Some(user) = users.next() else { return };
            let (of_user, others) = rest.split_at(rest.len().min(*count as usize));
            rest = others;

            if of_user.len() > MAX_INLINE {
                for (peer, relation) in of_user {
                    self.write_end(user, *peer, *relation);
                }
            } else if let Some((_, slot)) = self.users.slot(user)
                && let Some(of_slot) = of_page.get_mut(slot)
            {
                *of_slot = Some(of_user.iter().copied().collect());
            }

            let is_last_of_page = users
                .peek()
                .is_none_or(|next| !UserArray::share_a_page(user, *next));
            if is_last_of_page && let Some((page, _)) = self.users.get_mut(user) {
                page.set_relations(&of_page);
                of_page = [const { None }; page::USERS];
            }
        }
    }
}

/// Relations partitioned into groups of successive users.
///
/// Each group is appended to, and then sorted in a processor's cache. Writing each relation to
/// its record at once would miss the cache twice.
struct Partition {
    /// The number of users in a group.
    group_len: usize,
    groups: Vec<Vec<Entry>>,
}

/// The number of groups, except for small graphs. Each has a page in the processor's TLB.
const GROUPS: usize = 256;

/// The minimum number of users in a group.
const MIN_GROUP: usize = 64;

/// The maximum number of users in a group, whose indices have two bytes.
const MAX_GROUP: usize = 1 << 16;

/// One end of a relation: its user's index in the group, the peer's number, the relation's bits.
type Entry = [u8; 2 + 4 + 1];

impl Partition {
    /// Returns room for these numbers of relations, by rank.
    fn with_room_for(counts: &[u32]) -> Self {
        let group_len = counts.len().div_ceil(GROUPS);
        let group_len = group_len.clamp(MIN_GROUP, MAX_GROUP);
        let groups = counts.chunks(group_len).map(|counts| {
            let len = counts.iter().map(|count| *count as usize).sum();
            Vec::with_capacity(len)
        });
        Self {
            group_len,
            groups: groups.collect(),
        }
    }

    fn push(&mut self, rank: usize, peer: UserId, relation: Relation) -> Result<(), Miscounted> {
        let group = self
            .groups
            .get_mut(rank / self.group_len)
            .ok_or(Miscounted)?;
        if group.len() == group.capacity() {
            return Err(Miscounted);
        }
        let [low, high, ..] = (rank % self.group_len).to_le_bytes();
        let [a, b, c, d] = peer.to_u32().to_le_bytes();
        group.push([low, high, a, b, c, d, relation.to_bits()]);
        Ok(())
    }
}

/// Returns a group's relations in the order of users, by a counting sort.
fn sort_by_user(counts: &[u32], entries: &[Entry]) -> Result<Vec<(UserId, Relation)>, Miscounted> {
    let mut ends = Vec::with_capacity(counts.len());
    let mut len = 0;
    for count in counts {
        ends.push(len);
        len += *count as usize;
    }

    let mut sorted = vec![(UserId::from_u32(0), Relation::STRANGERS); len];
    for [low, high, a, b, c, d, bits] in entries.iter().copied() {
        let index = usize::from(u16::from_le_bytes([low, high]));
        let end = ends.get_mut(index).ok_or(Miscounted)?;
        let peer = UserId::from_u32(u32::from_le_bytes([a, b, c, d]));
        let relation = Relation::from_bits(bits).unwrap_or(Relation::STRANGERS);
        *sorted.get_mut(*end).ok_or(Miscounted)? = (peer, relation);
        *end += 1;
    }

    // Each user's end is now where the next user begins.
    let mut expected = 0;
    for (end, count) in ends.iter().zip(counts) {
        expected += *count as usize;
        if *end != expected {
            return Err(Miscounted);
        }
    }
    Ok(sorted)
}
