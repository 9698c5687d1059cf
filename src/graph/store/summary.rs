//! An extract of a user's record, kept in the array's nodes.

use super::packed::Packed;
use super::{List, settings};
use crate::facts::UserFacts;

/// A user's settings, and the magnitudes of two counts.
///
/// They decide most friend requests: exact counts are needed only if a list may be full. The
/// summaries of a million users fit in a processor's cache, but their records do not.
///
/// ```text
/// | requests in | friends | settings |
/// | 6 bits      | 6       | 3        |
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(super) struct Summary(u16);

const FRIENDS: u32 = settings::BITS;
const REQUESTS_IN: u32 = FRIENDS + MAGNITUDE.count_ones();
const MAGNITUDE: u16 = 0b11_1111;

impl Summary {
    pub(super) fn of(packed: &Packed) -> Self {
        let friends = magnitude(packed.count(List::Friends)) << FRIENDS;
        let requests_in = magnitude(packed.count(List::RequestsIn)) << REQUESTS_IN;
        Self(packed.settings() | friends | requests_in)
    }

    /// Returns the user's settings with upper bounds of the counts, at most twice as high.
    ///
    /// A user who is within a limit by these counts is within it by the exact counts.
    #[inline]
    pub(super) fn upper_bounds(self) -> UserFacts {
        UserFacts {
            blocked: u32::MAX,
            friends: max_of_magnitude(self.0 >> FRIENDS & MAGNITUDE),
            requests_in: max_of_magnitude(self.0 >> REQUESTS_IN & MAGNITUDE),
            ..settings::decode(self.0)
        }
    }
}

/// Returns the number of significant bits of a count.
fn magnitude(count: u32) -> u16 {
    u16::try_from(u32::BITS - count.leading_zeros()).unwrap_or(MAGNITUDE)
}

/// Returns the highest count with this number of significant bits.
#[inline]
fn max_of_magnitude(magnitude: u16) -> u32 {
    u32::try_from((1_u64 << magnitude) - 1).unwrap_or(u32::MAX)
}
