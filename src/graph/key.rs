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
    /// Returns the handle of the user whom the key nearly always names.
    ///
    /// A handle is returned unchecked: its user may be unknown.
    #[doc(hidden)]
    fn guess(&self, graph: &SocialGraph) -> UserId;

    /// Returns whether a guess is right.
    #[doc(hidden)]
    fn is_key_of(&self, graph: &SocialGraph, guess: UserId) -> bool;

    /// Returns the handle: `NOBODY` if the graph has no user of that name.
    #[doc(hidden)]
    fn resolve(&self, graph: &SocialGraph) -> UserId;
}

impl Sealed for UserId {}

impl UserKey for UserId {
    #[inline]
    fn guess(&self, _: &SocialGraph) -> UserId {
        *self
    }

    #[inline]
    fn is_key_of(&self, _: &SocialGraph, _: UserId) -> bool {
        true
    }

    #[inline]
    fn resolve(&self, _: &SocialGraph) -> UserId {
        *self
    }
}

/// Implements [`UserKey`] for string types.
macro_rules! name_keys {
    ($($string:ty),*) => {$(
        impl Sealed for $string {}

        impl UserKey for $string {
            fn guess(&self, graph: &SocialGraph) -> UserId {
                graph.store.guess(self)
            }

            fn is_key_of(&self, graph: &SocialGraph, guess: UserId) -> bool {
                graph.store.is_named(guess, self)
            }

            fn resolve(&self, graph: &SocialGraph) -> UserId {
                graph.store.lookup(self).unwrap_or(UserId::NOBODY)
            }
        }
    )*};
}
name_keys!(str, String, Box<str>, Arc<str>, Cow<'_, str>);

impl<K: UserKey + ?Sized> Sealed for &K {}

impl<K: UserKey + ?Sized> UserKey for &K {
    #[inline]
    fn guess(&self, graph: &SocialGraph) -> UserId {
        K::guess(self, graph)
    }

    #[inline]
    fn is_key_of(&self, graph: &SocialGraph, guess: UserId) -> bool {
        K::is_key_of(self, graph, guess)
    }

    #[inline]
    fn resolve(&self, graph: &SocialGraph) -> UserId {
        K::resolve(self, graph)
    }
}
