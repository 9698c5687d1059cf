//! Keys of users: handles and names.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::SocialGraph;
use crate::sealed::Sealed;

/// The maximum length of a user's name in bytes of UTF-8.
pub const MAX_NAME_BYTES: usize = 255;

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
        write!(f, "#{}", self.0)
    }
}

/// A key of a user: a [`UserId`], or a name as a string.
///
/// Sealed. An empty or overlong name is treated as unknown.
///
/// ```
/// use socialgraph::{Policy, SocialGraph};
///
/// let mut graph = SocialGraph::new(Policy::tencent_rest());
/// let alice = graph.add_user("alice")?;
/// graph.add_user("bob")?;
/// assert!(graph.can_message(alice, "bob").is_allowed());
/// # Ok::<(), socialgraph::AddUserError>(())
/// ```
pub trait UserKey: Sealed {
    /// Returns the handle, or `None` if the graph has no user of that name.
    ///
    /// A handle is returned unchecked: its user may be unknown.
    #[doc(hidden)]
    fn resolve(&self, graph: &SocialGraph) -> Option<UserId>;
}

impl Sealed for UserId {}

impl UserKey for UserId {
    #[inline]
    fn resolve(&self, _: &SocialGraph) -> Option<UserId> {
        Some(*self)
    }
}

/// Implements [`UserKey`] for string types.
macro_rules! name_keys {
    ($($string:ty),*) => {$(
        impl Sealed for $string {}

        impl UserKey for $string {
            fn resolve(&self, graph: &SocialGraph) -> Option<UserId> {
                graph.store.lookup(self)
            }
        }
    )*};
}
name_keys!(str, String, Box<str>, Arc<str>, Cow<'_, str>);

impl<K: UserKey + ?Sized> Sealed for &K {}

impl<K: UserKey + ?Sized> UserKey for &K {
    #[inline]
    fn resolve(&self, graph: &SocialGraph) -> Option<UserId> {
        K::resolve(self, graph)
    }
}
