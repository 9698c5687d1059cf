//! The handle of a user.

use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

/// A user's handle, given out by the graph that the user was added to.
///
/// That graph never reuses it, even after the user is removed.
///
/// A clone or a loaded snapshot keeps the handles that were given out before it was made. From
/// then on it numbers new users by itself: a later handle is valid only in the graph that gave
/// it out. A host that goes back to an older snapshot has to drop the handles that are newer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(transparent))]
pub struct UserId(u32);

impl UserId {
    /// The handle that no user has: 2³² − 1.
    pub const NOBODY: Self = Self(u32::MAX);

    /// Returns the handle as a number, for a host that stores or logs it.
    ///
    /// Users are numbered from 0 in the order in which they were added.
    #[must_use]
    #[inline]
    pub const fn to_u32(self) -> u32 {
        self.0
    }

    /// Returns the handle with a number.
    ///
    /// Every number is accepted: a handle that was not given out is an unknown user.
    #[must_use]
    #[inline]
    pub const fn from_u32(number: u32) -> Self {
        Self(number)
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("#{}", self.0))
    }
}

/// Reads a handle as it prints, `#7`, or as a number alone.
///
/// ```
/// use socialgraph::UserId;
///
/// let id: UserId = "#7".parse()?;
/// assert_eq!(id, UserId::from_u32(7));
/// # Ok::<(), std::num::ParseIntError>(())
/// ```
impl FromStr for UserId {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        let number = text.strip_prefix('#').unwrap_or(text);
        // A sign would be a second text for the same handle.
        let unsigned = if number.starts_with('+') { "+" } else { number };
        unsigned.parse().map(Self)
    }
}

impl From<u32> for UserId {
    fn from(number: u32) -> Self {
        Self(number)
    }
}

impl From<UserId> for u32 {
    fn from(user: UserId) -> Self {
        user.0
    }
}
