//! A user's settings in four bits.
//!
//! ```text
//! | spilled | barred | request mode |
//! | 1 bit   | 1      | 2            |
//! ```

use crate::facts::{RequestMode, RequestSending, UserFacts};

const MODE: u8 = 0b0011;
const BARRED: u8 = 0b0100;
const SPILLED: u8 = 0b1000;

/// A user's settings, and whether the user's relations are spilled.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(super) struct Settings(u8);

impl Settings {
    /// Returns the settings among a user's facts, of a user who is not spilled.
    pub(super) const fn of(facts: &UserFacts) -> Self {
        let sending = match facts.request_sending {
            RequestSending::Open => 0,
            RequestSending::Barred => BARRED,
        };
        Self(facts.request_mode as u8 | sending)
    }

    pub(super) const fn bits(self) -> u8 {
        self.0
    }

    #[inline]
    pub(super) const fn from_bits(bits: u8) -> Self {
        Self(bits)
    }

    pub(super) const fn with_spilled(self, is_spilled: bool) -> Self {
        let spilled = if is_spilled { SPILLED } else { 0 };
        Self(self.0 & !SPILLED | spilled)
    }

    #[inline]
    pub(super) const fn is_spilled(self) -> bool {
        self.0 & SPILLED != 0
    }

    /// Returns the facts of a user with these settings and with counts of 0.
    #[inline]
    pub(super) fn facts(self) -> UserFacts {
        let mode = RequestMode::ALL.get(usize::from(self.0 & MODE));
        let facts = UserFacts::new(mode.copied().unwrap_or(RequestMode::Nobody));

        if self.0 & BARRED == 0 {
            facts
        } else {
            UserFacts {
                request_sending: RequestSending::Barred,
                ..facts
            }
        }
    }
}
