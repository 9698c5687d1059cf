//! Keys of users: a handle or a name.

use std::borrow::Cow;
use std::sync::Arc;

use super::{SocialGraph, UserId};
use crate::sealed::Sealed;

/// The maximum length of a user's name in bytes of UTF-8.
pub const MAX_NAME_BYTES: usize = 255;

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
    /// Returns the key as a handle or as text.
    #[doc(hidden)]
    fn key(&self) -> Key<'_>;

    /// Returns the handle of the user whom the key nearly always names.
    ///
    /// A handle is returned unchecked: its user may be unknown.
    #[doc(hidden)]
    #[inline]
    fn guess(&self, graph: &SocialGraph) -> UserId {
        match self.key() {
            Key::Handle(user) => user,
            Key::Name(name) => graph.store.guess(name),
        }
    }

    /// Returns whether a guess is right.
    #[doc(hidden)]
    #[inline]
    fn is_key_of(&self, graph: &SocialGraph, guess: UserId) -> bool {
        match self.key() {
            Key::Handle(_) => true,
            Key::Name(name) => graph.store.is_named(guess, name),
        }
    }

    /// Returns the handle: `NOBODY` if the graph has no user of that name.
    #[doc(hidden)]
    #[inline]
    fn resolve(&self, graph: &SocialGraph) -> UserId {
        match self.key() {
            Key::Handle(user) => user,
            Key::Name(name) => graph.store.lookup(name).unwrap_or(UserId::NOBODY),
        }
    }
}

/// A key of either kind.
#[derive(Clone, Copy, Debug)]
pub enum Key<'a> {
    Handle(UserId),
    Name(&'a str),
}

impl Sealed for UserId {}

impl UserKey for UserId {
    #[inline]
    fn key(&self) -> Key<'_> {
        Key::Handle(*self)
    }
}

/// Implements [`UserKey`] for string types.
macro_rules! name_keys {
    ($($string:ty),*) => {$(
        impl Sealed for $string {}

        impl UserKey for $string {
            #[inline]
            fn key(&self) -> Key<'_> {
                Key::Name(self)
            }
        }
    )*};
}
name_keys!(str, String, Box<str>, Arc<str>, Cow<'_, str>);

impl<K: UserKey + ?Sized> Sealed for &K {}

impl<K: UserKey + ?Sized> UserKey for &K {
    #[inline]
    fn key(&self) -> Key<'_> {
        K::key(self)
    }
}
