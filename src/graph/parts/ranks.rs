//! Ranks of users: their positions in the order of handles.

use crate::graph::UserId;
use crate::graph::store::End;

/// Finds the ranks of users by their handles.
///
/// Handles are divided into ranges of equal length, at most two for each user. If at least half
/// of the handles are in use, a range has one handle, and a lookup reads only where it starts.
pub(super) struct Ranks {
    ids: Vec<UserId>,
    /// The length of a range, as a power of two.
    shift: u32,
    /// The number of users before each range, and that of all users.
    starts: Vec<u32>,
}

impl Ranks {
    /// Returns the ranks of users whose handles ascend.
    pub(super) fn of(users: impl Iterator<Item = UserId>, len: usize) -> Self {
        let mut ids = Vec::with_capacity(len);
        ids.extend(users);

        let last = ids.last().map_or(0, |id| id.to_u32() as usize);
        let mut shift = 0;
        while last >> shift > ids.len() * 2 {
            shift += 1;
        }

        let mut starts = Vec::with_capacity((last >> shift) + 2);
        for (rank, id) in (0..).zip(&ids) {
            let range = (id.to_u32() >> shift) as usize;
            while starts.len() <= range {
                starts.push(rank);
            }
        }
        starts.push(u32::try_from(ids.len()).unwrap_or(u32::MAX));

        Self { ids, shift, starts }
    }

    /// Returns the number of users.
    pub(super) fn len(&self) -> usize {
        self.ids.len()
    }

    /// Returns a user with the user's rank, or `None` if there is no such user.
    #[inline]
    pub(super) fn end(&self, id: UserId) -> Option<End> {
        let range = (id.to_u32() >> self.shift) as usize;
        let [from, to] = *self.starts.get(range..)?.first_chunk()?;
        let (from, to) = (from as usize, to as usize);

        let within = if self.shift == 0 {
            (from < to).then_some(0)
        } else {
            self.ids.get(from..to)?.binary_search(&id).ok()
        };
        within.map(|within| End {
            id,
            rank: from + within,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{End, Ranks};
    use crate::graph::UserId;

    #[test]
    fn users_are_found_at_their_ranks_and_no_others() {
        let last = u32::MAX - 1;
        for numbers in [
            vec![],
            vec![0],
            vec![7],
            vec![last],
            (0..100).collect(),
            (0..100).filter(|n| n % 3 > 0).collect(),
            (0..100).map(|n| n * 1000 + n % 7).collect(),
            (0..50).chain([1000, 1001, last - 1, last]).collect(),
        ] {
            let ids: Vec<_> = numbers.iter().map(|n| UserId::from_u32(*n)).collect();
            let ranks = Ranks::of(ids.iter().copied(), ids.len());
            assert_eq!(ranks.len(), ids.len());
            assert!(ranks.starts.len() <= 2 * ids.len() + 2, "{numbers:?}");

            for (rank, id) in ids.iter().copied().enumerate() {
                assert_eq!(ranks.end(id), Some(End { id, rank }));
            }

            let around = numbers.iter().flat_map(|n| [n.wrapping_sub(1), n + 1]);
            for number in around.chain([0, 1, u32::MAX]) {
                let id = UserId::from_u32(number);
                assert_eq!(ranks.end(id).is_some(), ids.contains(&id), "{number}");
            }
        }
    }
}
