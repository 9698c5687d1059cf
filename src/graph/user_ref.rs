//! How callers name users: by a handle or by a name.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::{SocialGraph, UserId};
use crate::text::Quoted;

/// The maximum length of a user's name in bytes of UTF-8.
///
/// A full XMPP address fits: three parts of 1,023 bytes and two separators.
pub const MAX_NAME_BYTES: usize = 3071;

/// A user as a caller names one: by a [`UserId`] or by a name.
///
/// Methods take `impl Into<UserRef<'_>>`: a handle, a `&str`, a `&String`, or a host's own id
/// type that implements the conversion. A handle saves the lookup of the name. An empty or
/// overlong name is no user's.
///
/// ```
/// use socialgraph::{Policy, SocialGraph, UserRef};
///
/// struct Account { name: String }
///
/// impl<'a> From<&'a Account> for UserRef<'a> {
///     fn from(account: &'a Account) -> Self {
///         Self::Name(&account.name)
///     }
/// }
///
/// let mut graph = SocialGraph::new(Policy::tencent_rest());
/// let alice = graph.add_user("alice")?;
/// let bob = Account { name: "bob".to_owned() };
/// graph.add_user(&bob.name)?;
/// assert!(graph.can_message(alice, &bob).is_allowed());
/// # Ok::<(), socialgraph::AddUserError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UserRef<'a> {
    /// The user with this handle.
    Id(UserId),
    /// The user of this name.
    Name(&'a str),
}

impl UserRef<'_> {
    /// Returns the handle of the user who is nearly always the one named.
    ///
    /// A handle is returned unchecked: its user may be unknown.
    #[inline]
    pub(super) fn guess(self, graph: &SocialGraph) -> UserId {
        match self {
            Self::Id(user) => user,
            Self::Name(name) => graph.store.guess(name),
        }
    }

    /// Returns whether a guess is right.
    #[inline]
    pub(super) fn is_user(self, graph: &SocialGraph, guess: UserId) -> bool {
        match self {
            Self::Id(_) => true,
            Self::Name(name) => graph.store.is_named(guess, name),
        }
    }

    /// Returns the handle: [`UserId::NOBODY`] if the graph has no user of that name.
    #[inline]
    pub(super) fn resolve(self, graph: &SocialGraph) -> UserId {
        match self {
            Self::Id(user) => user,
            Self::Name(name) => graph.store.lookup(name).unwrap_or(UserId::NOBODY),
        }
    }
}

/// Prints a handle as it is, and a name in backticks.
impl fmt::Display for UserRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(user) => user.fmt(f),
            Self::Name(name) => Quoted(name).fmt(f),
        }
    }
}

impl From<UserId> for UserRef<'_> {
    #[inline]
    fn from(user: UserId) -> Self {
        Self::Id(user)
    }
}

impl From<&UserId> for UserRef<'_> {
    #[inline]
    fn from(user: &UserId) -> Self {
        Self::Id(*user)
    }
}

/// Implements the conversion from a reference to a string type.
macro_rules! from_strings {
    ($($string:ty),*) => {$(
        impl<'a> From<&'a $string> for UserRef<'a> {
            #[inline]
            fn from(name: &'a $string) -> Self {
                Self::Name(name)
            }
        }
    )*};
}
from_strings!(str, &str, String, Box<str>, Arc<str>, Cow<'_, str>);

impl<'a> From<&UserRef<'a>> for UserRef<'a> {
    #[inline]
    fn from(user: &UserRef<'a>) -> Self {
        *user
    }
}

impl<'a> From<&'a UserRefBuf> for UserRef<'a> {
    fn from(user: &'a UserRefBuf) -> Self {
        match user {
            UserRefBuf::Id(user) => Self::Id(*user),
            UserRefBuf::Name(name) => Self::Name(name),
        }
    }
}

/// A [`UserRef`] that owns its name, for errors.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum UserRefBuf {
    /// The user with this handle.
    Id(UserId),
    /// The user of this name.
    Name(Box<str>),
}

impl From<UserRef<'_>> for UserRefBuf {
    fn from(user: UserRef<'_>) -> Self {
        match user {
            UserRef::Id(user) => Self::Id(user),
            UserRef::Name(name) => Self::Name(name.into()),
        }
    }
}

/// Prints as [`UserRef`] does.
impl fmt::Display for UserRefBuf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        UserRef::from(self).fmt(f)
    }
}
