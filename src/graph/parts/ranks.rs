//! Ranks of users: their positions in the order of handles.

use crate::graph::UserId;
use crate::graph::store::End;

/// Finds the ranks of users by their handles.
///
/// Either form takes at most 16 bytes for each user.
pub(super) enum Ranks {
    /// Every block of handles, from 0 on. A million users fit in a quarter of a megabyte.
    Dense(Vec<Block>),
    /// The handles in use, if there are more blocks than users.
    Sparse(Vec<UserId>),
}

/// A block of 64 handles.
#[derive(Clone, Copy, Default)]
pub(super) struct Block {
    /// The handles in use, one bit for each.
    used: u64,
    /// The number of users before the block.
    before: u32,
}

/// Returns the number of a handle's block, and the handle's bit in it.
#[inline]
fn position(id: UserId) -> (usize, u64) {
    let number = id.to_u32();
    ((number / u64::BITS) as usize, 1 << (number % u64::BITS))
}

impl Ranks {
    /// Returns the ranks of users whose handles ascend.
    pub(super) fn of(users: &[UserId]) -> Self {
        let blocks = users.last().map_or(0, |last| position(*last).0 + 1);
        if blocks > users.len() {
            return Self::Sparse(users.to_vec());
        }

        let mut dense = vec![Block::default(); blocks];
        for (rank, id) in (0..).zip(users) {
            let (number, bit) = position(*id);
            if let Some(block) = dense.get_mut(number) {
                if block.used == 0 {
                    block.before = rank;
                }
                block.used |= bit;
            }
        }
        Self::Dense(dense)
    }

    /// Returns a user with the user's rank, or `None` if there is no such user.
    #[inline]
    pub(super) fn end(&self, id: UserId) -> Option<End> {
        let rank = match self {
            Self::Dense(blocks) => {
                let (number, bit) = position(id);
                let block = blocks.get(number)?;
                if block.used & bit == 0 {
                    return None;
                }
                (block.before + (block.used & (bit - 1)).count_ones()) as usize
            }
            Self::Sparse(users) => users.binary_search(&id).ok()?,
        };
        Some(End { id, rank })
    }
}

#[cfg(test)]
mod tests {
    use super::{End, Ranks};
    use crate::graph::UserId;

    #[test]
    fn users_are_found_at_their_ranks_and_no_others() {
        let last = u32::MAX - 1;
        for (is_dense, numbers) in [
            (true, vec![]),
            (true, vec![0]),
            (true, vec![63]),
            (false, vec![64]),
            (false, vec![last]),
            (true, (0..300).collect()),
            (true, (0..300).filter(|n| n % 3 > 0).collect()),
            (true, (100..300).filter(|n| n / 64 != 3).collect()),
            (true, (0..100).map(|n| n * 64).collect()),
            (false, (1..101).map(|n| n * 64).collect()),
            (false, (0..50).chain([10_000, last - 1, last]).collect()),
        ] {
            let ids: Vec<_> = numbers.iter().map(|n| UserId::from_u32(*n)).collect();
            let ranks = Ranks::of(&ids);
            assert_eq!(matches!(ranks, Ranks::Dense(_)), is_dense, "{numbers:?}");

            for (rank, id) in ids.iter().copied().enumerate() {
                assert_eq!(ranks.end(id), Some(End { id, rank }));
            }

            let around = numbers.iter().flat_map(|n| [n.wrapping_sub(1), n + 1]);
            for number in around.chain([0, 1, 64, 1000, u32::MAX]) {
                let id = UserId::from_u32(number);
                assert_eq!(ranks.end(id).is_some(), ids.contains(&id), "{number}");
            }
        }
    }
}
