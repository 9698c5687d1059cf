//! Gates: what an interaction has to pass.

use super::{Notice, Sides};

/// What an interaction has to pass, and what a refused actor learns (R5, R6, R12, R13).
///
/// ```
/// use socialgraph::{Gate, Notice, Notices, Policy, Relation, Sides};
///
/// // Only friends may call, and a blocked caller sees that the call is refused.
/// let policy = Policy {
///     call: Gate {
///         stopped_by: Sides::Both,
///         needs_listing_by: Sides::Both,
///         notice: Notices::both(Notice::Neutral),
///     },
///     ..Policy::tencent_rest()
/// };
/// assert!(policy.can_message(Relation::STRANGERS).is_allowed());
/// assert!(!policy.can(socialgraph::Interaction::Call, Relation::STRANGERS).is_allowed());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Gate {
    /// Whose blocks stop the interaction (R5, R6).
    pub stopped_by: Sides,
    /// Whose friend lists must have the other user (R12).
    pub needs_listing_by: Sides,
    /// What the actor learns of a block that stops the interaction (R13).
    pub notice: Notices,
}

/// What an actor learns of their own block, and of the target's (R13).
///
/// ```
/// use socialgraph::{Notice, Notices};
///
/// let xmpp = Notices { own: Notice::Told, other: Notice::Neutral };
/// assert_ne!(xmpp, Notices::both(Notice::Told));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Notices {
    /// What the actor learns if their own block stands against them.
    pub own: Notice,
    /// What the actor learns if the target's block stands against them.
    pub other: Notice,
}

impl Notices {
    /// Returns every choice of the two notices.
    pub(crate) fn all() -> impl Iterator<Item = Self> + Clone {
        let notices = Notice::ALL.into_iter();
        notices.flat_map(|own| Notice::ALL.map(move |other| Self { own, other }))
    }

    /// Returns the same notice of either user's block.
    #[must_use]
    #[inline]
    pub const fn both(notice: Notice) -> Self {
        Self {
            own: notice,
            other: notice,
        }
    }
}
