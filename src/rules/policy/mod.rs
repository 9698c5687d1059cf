//! The rules as a value: a policy and its parts.

#[cfg(feature = "serde")]
mod file;
mod gate;
mod named;
mod part;
mod profiles;
mod text;
mod values;

#[cfg(feature = "serde")]
pub(crate) use file::PolicyField;
#[cfg(feature = "serde")]
pub(super) use file::{read_limit, write_limit};
pub use gate::{Gate, Notices};
pub use named::UnknownPolicy;
pub use part::PartValue;
pub use text::ParsePolicyError;
pub use values::{Crossed, Granted, Notice, Sides};

use super::{Interaction, Limits};
use crate::facts::RequestMode;

/// The rules as a value.
///
/// Most parts say *whose* blocks, lists or requests matter. Start from the nearest named policy
/// and change its parts. There is no `Default`: a default would choose what a block means.
///
/// ```
/// use socialgraph::{Gate, Limits, Notice, Notices, Policy, Relation, Sides, Verdict};
///
/// // Friends only, blocked senders get an error, and no limits.
/// let policy = Policy {
///     message: Gate {
///         needs_listing_by: Sides::Both,
///         notice: Notices::both(Notice::Told),
///         ..Policy::tencent_rest().message
///     },
///     limits: Limits::NONE,
///     ..Policy::tencent_rest()
/// };
///
/// assert!(policy.can_message(Relation::FRIENDS).is_allowed());
/// assert_eq!(policy.can_message(Relation::STRANGERS).verdict(), Verdict::Refused);
/// ```
///
/// # Files
///
/// With the feature `serde`, a policy is read from JSON, TOML, YAML or any other format. A text
/// names a profile and what is different, or spells out every part. No limit is written as
/// `none`.
///
#[cfg_attr(feature = "serde", doc = "```")]
#[cfg_attr(not(feature = "serde"), doc = "```ignore")]
/// use socialgraph::{Notice, Policy};
///
/// let text = r#"{"profile": "tencent_rest", "message": {"notice": {"other": "told"}}}"#;
/// let policy: Policy = serde_json::from_str(text)?;
/// assert_eq!(policy.message.notice.other, Notice::Told);
///
/// let error = serde_json::from_str::<Policy>(&text.replace("told", "shown")).unwrap_err();
/// assert!(error.to_string().starts_with("message.notice.other: unknown variant `shown`"));
/// # Ok::<(), serde_json::Error>(())
/// ```
// Exhaustive on purpose, so that a policy can be written as a literal. Another part is a
// breaking change, and a host that writes a policy out in full has to decide about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Policy {
    /// The gate of a message.
    pub message: Gate,
    /// The gate of a voice or video call.
    pub call: Gate,
    /// The gate of an invitation to a group.
    pub group_invitation: Gate,
    /// The gate of presence: whether the target sees that the actor is online.
    pub presence: Gate,
    /// The rules of friend requests.
    pub request: RequestRules,
    /// What a block does when it is made.
    pub block: BlockRules,
    /// How many entries lists and batches may have (R14, R15).
    pub limits: Limits,
}

impl Policy {
    /// Returns the gate of an interaction.
    ///
    /// ```
    /// use socialgraph::{Interaction, Policy};
    ///
    /// let policy = Policy::tencent_rest();
    /// assert_eq!(policy.gate(Interaction::Call), policy.call);
    /// ```
    #[must_use]
    #[inline]
    pub const fn gate(&self, interaction: Interaction) -> Gate {
        match interaction {
            Interaction::Message => self.message,
            Interaction::Call => self.call,
            Interaction::GroupInvitation => self.group_invitation,
            Interaction::Presence => self.presence,
        }
    }

    /// Returns the policy with this gate for every interaction.
    pub(crate) const fn with_every_gate(self, gate: Gate) -> Self {
        Self {
            message: gate,
            call: gate,
            group_invitation: gate,
            presence: gate,
            ..self
        }
    }

    /// Returns the gate of an interaction, to change it.
    ///
    /// ```
    /// use socialgraph::{Interaction, Policy, Sides};
    ///
    /// let mut policy = Policy::tencent_rest();
    /// for interaction in Interaction::ALL {
    ///     policy.gate_mut(interaction).stopped_by = Sides::Both;
    /// }
    /// assert_eq!(policy.presence.stopped_by, Sides::Both);
    /// ```
    pub const fn gate_mut(&mut self, interaction: Interaction) -> &mut Gate {
        match interaction {
            Interaction::Message => &mut self.message,
            Interaction::Call => &mut self.call,
            Interaction::GroupInvitation => &mut self.group_invitation,
            Interaction::Presence => &mut self.presence,
        }
    }
}

/// The rules of friend requests, and of friend-list entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct RequestRules {
    /// Whose blocks stop requesting (R4).
    pub stopped_by: Sides,
    /// Whose blocks stop accepting (R4).
    pub accept_stopped_by: Sides,
    /// Whose blocks stop adding without a request (R4).
    pub add_stopped_by: Sides,
    /// What a request does if the target's own request is pending (R10).
    pub crossed: Crossed,
    /// What a granted request makes (R18).
    pub makes: Granted,
    /// The request mode of a new user (R11).
    pub initial_mode: RequestMode,
    /// What the actor learns of a block that stops requesting, accepting or adding (R13).
    pub notice: Notices,
}

/// What a block does when it is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct BlockRules {
    /// Whose friend lists lose the other user if the actor blocks the target (R2).
    pub clears_friends_of: Sides,
    /// Whose requests to the other user are cancelled if the actor blocks the target (R3).
    pub cancels_requests_of: Sides,
}
