//! A user's settings in three bits, as records and summaries store them.
//!
//! ```text
//! | barred | request mode |
//! | 1 bit  | 2            |
//! ```

use crate::facts::{RequestMode, RequestSending, UserFacts};

/// The bits that the settings occupy.
pub(super) const MASK: u16 = MODE | BARRED;

/// How many bits the settings occupy.
pub(super) const BITS: u32 = MASK.count_ones();

const MODE: u16 = 0b11;
const BARRED: u16 = 0b100;

/// Returns the bits of a user's settings.
pub(super) const fn encode(facts: &UserFacts) -> u16 {
    let sending = match facts.request_sending {
        RequestSending::Open => 0,
        RequestSending::Barred => BARRED,
    };
    facts.request_mode as u16 | sending
}

/// Returns the facts of a user with these settings and with counts of 0.
#[inline]
pub(super) fn decode(bits: u16) -> UserFacts {
    let mode = RequestMode::ALL.get(usize::from(bits & MODE));
    let facts = UserFacts::new(mode.copied().unwrap_or(RequestMode::Nobody));

    if bits & BARRED == 0 {
        facts
    } else {
        UserFacts {
            request_sending: RequestSending::Barred,
            ..facts
        }
    }
}
