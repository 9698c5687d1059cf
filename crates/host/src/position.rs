//! Places in a log, and the ids of proposals.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A history of its own: made with a log, and anew by each restore.
///
/// Two logs with the same epoch have the same entries as far as both reach. Epochs are random, so
/// that none comes before another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Epoch(pub u64);

impl Epoch {
    /// Returns an epoch that no log has.
    ///
    /// # Errors
    /// Fails if the system has no random numbers.
    pub fn random() -> std::io::Result<Self> {
        getrandom::u64().map(Self).map_err(std::io::Error::other)
    }
}

/// Prints 16 hexadecimal digits.
impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// A place in a log: after the entry of this number. Number 0 is before the first entry.
///
/// Positions of two epochs have no order. The text `EPOCH-NUMBER` needs no escaping in the path or
/// the query of a URL.
///
/// ```
/// use socialgraph_host::Position;
///
/// let position: Position = "00000000deadbeef-4711".parse().unwrap();
/// assert_eq!(position.number, 4711);
/// assert_eq!(position.to_string(), "00000000deadbeef-4711");
///
/// let [next, other] = ["00000000deadbeef-4712", "00000000deadbeee-0"]
///     .map(|text| text.parse::<Position>().unwrap());
/// assert!(position < next);
/// assert_eq!(position.partial_cmp(&other), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Position {
    /// The history.
    pub epoch: Epoch,
    /// The number of entries up to here.
    pub number: u64,
}

/// By number in one epoch, and without an order across epochs.
impl PartialOrd for Position {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        (self.epoch == other.epoch).then(|| self.number.cmp(&other.number))
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.epoch, self.number)
    }
}

/// The name of a proposal: if it is sent again under the same id, it has one effect.
///
/// [`Host::new_id`](crate::Host::new_id) makes ids. An id knows where the log stood when it was
/// made, so that an old one is told from a new one.
///
/// ```
/// use socialgraph_host::ProposalId;
///
/// let text = "00000000deadbeef-4711-0000000000000000000000000000002a";
/// let id: ProposalId = text.parse().unwrap();
/// assert_eq!((id.made_at.number, id.nonce), (4711, 42));
/// assert_eq!(id.to_string(), text);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ProposalId {
    /// A position at or before the log's last when the id was made.
    pub made_at: Position,
    /// What no other id has.
    pub nonce: u128,
}

impl fmt::Display for ProposalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:032x}", self.made_at, self.nonce)
    }
}

/// The error of a text that is no position or no id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not of the form {form}")]
pub struct ParsePositionError {
    text: String,
    form: &'static str,
}

/// The forms in which positions and ids are written.
const POSITION: &str = "EPOCH-NUMBER, with 16 hexadecimal digits of the epoch";
const ID: &str = "EPOCH-NUMBER-NONCE, with 16 and 32 hexadecimal digits";

impl FromStr for Epoch {
    type Err = ParsePositionError;

    fn from_str(text: &str) -> Result<Self, ParsePositionError> {
        let number = hexadecimal(text, 16).and_then(|number| u64::try_from(number).ok());
        number.map(Self).ok_or_else(|| error(text, POSITION))
    }
}

impl FromStr for Position {
    type Err = ParsePositionError;

    fn from_str(text: &str) -> Result<Self, ParsePositionError> {
        let read = || {
            let (epoch, number) = text.split_once('-')?;
            Some(Self {
                epoch: epoch.parse().ok()?,
                number: decimal(number)?,
            })
        };
        read().ok_or_else(|| error(text, POSITION))
    }
}

impl FromStr for ProposalId {
    type Err = ParsePositionError;

    fn from_str(text: &str) -> Result<Self, ParsePositionError> {
        let read = || {
            let (made_at, nonce) = text.rsplit_once('-')?;
            Some(Self {
                made_at: made_at.parse().ok()?,
                nonce: hexadecimal(nonce, 32)?,
            })
        };
        read().ok_or_else(|| error(text, ID))
    }
}

fn error(text: &str, form: &'static str) -> ParsePositionError {
    ParsePositionError {
        text: text.to_owned(),
        form,
    }
}

/// Reads a decimal number without a sign, which `u64::from_str` would take.
fn decimal(text: &str) -> Option<u64> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
    is_plain.then(|| text.parse().ok())?
}

/// Reads exactly this many hexadecimal digits.
fn hexadecimal(text: &str, digits: usize) -> Option<u128> {
    let is_plain = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_plain.then(|| u128::from_str_radix(text, 16).ok())?
}

/// Implements serde by the texts.
macro_rules! as_text {
    ($($type:ty),+) => {$(
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(de::Error::custom)
            }
        }
    )+};
}

as_text!(Epoch, Position, ProposalId);

#[cfg(test)]
mod tests {
    use super::{Position, ProposalId};

    const NONCE: &str = "0000000000000000000000000000002a";

    #[test]
    fn the_texts_of_positions_and_ids_are_read_back() {
        for number in [0, 1, 4_711, u64::MAX] {
            let text = format!("00000000deadbeef-{number}");
            let position = text.parse::<Position>();
            assert_eq!(position.map(|it| it.to_string()), Ok(text.clone()));
            let text = format!("{text}-{NONCE}");
            let id = text.parse::<ProposalId>();
            assert_eq!(id.map(|it| it.to_string()), Ok(text));
        }
    }

    #[test]
    fn a_number_has_digits_alone() {
        for number in ["", "+5", "-5", " 5", "5 ", "0x5", "18446744073709551616"] {
            let text = format!("00000000deadbeef-{number}");
            assert!(text.parse::<Position>().is_err(), "{text}");
            let text = format!("{text}-{NONCE}");
            assert!(text.parse::<ProposalId>().is_err(), "{text}");
        }
    }

    #[test]
    fn other_forms_are_refused() {
        for text in [
            "",
            "-",
            "00000000deadbeef",
            "00000000deadbeef/5",
            "deadbeef-5",
        ] {
            assert!(text.parse::<Position>().is_err(), "{text}");
        }
        for text in ["00000000deadbeef-5", "00000000deadbeef-5-2a"] {
            assert!(text.parse::<ProposalId>().is_err(), "{text}");
        }
    }
}
