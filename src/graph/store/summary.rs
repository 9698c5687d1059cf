//! What is kept of a user beside the way to their record.

use super::{List, Packed};
use crate::facts::{RequestMode, RequestSending, UserFacts};

/// A user's settings, and the magnitudes of the counts that a friend request is judged by.
///
/// The notes of a million users fit in a processor's cache, where their records do not: a
/// question that need not know a count exactly reads no header.
///
/// ```text
/// | requests in | friends | barred | request mode |
/// | 6 bits      | 6       | 1      | 2            |
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(super) struct Summary(u16);

const MODE: u16 = 0b11;
const BARRED: u16 = 0b100;
const FRIENDS: u32 = 3;
const REQUESTS_IN: u32 = 9;
const MAGNITUDE: u16 = 0b11_1111;

impl Summary {
    pub(super) fn of(packed: &Packed) -> Self {
        let facts = packed.facts();
        let barred = if facts.request_sending == RequestSending::Barred {
            BARRED
        } else {
            0
        };
        let friends = magnitude(packed.count(List::Friends)) << FRIENDS;
        let requests_in = magnitude(packed.count(List::RequestsIn)) << REQUESTS_IN;
        Self(facts.request_mode as u16 | barred | friends | requests_in)
    }

    /// Returns the user's settings, and counts that are at most twice as high as theirs.
    ///
    /// Whoever is within a limit by these is within it.
    #[inline]
    pub(super) fn upper_bounds(self) -> UserFacts {
        let mode = RequestMode::ALL.get(usize::from(self.0 & MODE));
        let barred = self.0 & BARRED != 0;
        UserFacts {
            request_mode: mode.copied().unwrap_or(RequestMode::Nobody),
            request_sending: if barred {
                RequestSending::Barred
            } else {
                RequestSending::Open
            },
            blocked: u32::MAX,
            friends: highest(self.0 >> FRIENDS & MAGNITUDE),
            requests_in: highest(self.0 >> REQUESTS_IN & MAGNITUDE),
        }
    }
}

/// Returns how many bits a count takes.
fn magnitude(count: u32) -> u16 {
    u16::try_from(u32::BITS - count.leading_zeros()).unwrap_or(MAGNITUDE)
}

/// Returns the highest count that takes so many bits.
#[inline]
fn highest(magnitude: u16) -> u32 {
    u32::try_from((1_u64 << magnitude) - 1).unwrap_or(u32::MAX)
}
