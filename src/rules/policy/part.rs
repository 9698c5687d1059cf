//! The parts of a policy, each with its path and its value.

use std::fmt;

use super::{Crossed, Gate, Granted, Notice, Notices, Policy, Sides};
use crate::facts::RequestMode;
use crate::rules::Interaction;

/// How no limit is written.
pub(super) const NO_LIMIT: &str = "none";

/// The value of one part of a policy.
///
/// It prints as in a file.
///
/// ```
/// use socialgraph::{PartValue, Sides};
///
/// assert_eq!(PartValue::Sides(Sides::Both).to_string(), "both");
/// assert_eq!(PartValue::Limit(None).to_string(), "none");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
// Exhaustive on purpose: a tool that shows or changes parts has to handle each kind.
pub enum PartValue {
    /// Whose blocks, lists or requests matter.
    Sides(Sides),
    /// What an actor learns of a block.
    Notice(Notice),
    /// What a request does that meets the target's own.
    Crossed(Crossed),
    /// What a granted request makes.
    Granted(Granted),
    /// A request mode.
    RequestMode(RequestMode),
    /// A limit; `None` is no limit.
    Limit(Option<u32>),
}

impl fmt::Display for PartValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Sides(Sides::Neither) => "neither",
            Self::Sides(Sides::Actor) => "actor",
            Self::Sides(Sides::Target) => "target",
            Self::Sides(Sides::Both) => "both",

            Self::Notice(Notice::Silent) => "silent",
            Self::Notice(Notice::Neutral) => "neutral",
            Self::Notice(Notice::Told) => "told",

            Self::Crossed(Crossed::Accepts) => "accepts",
            Self::Crossed(Crossed::Waits) => "waits",

            Self::Granted(Granted::Friendship) => "friendship",
            Self::Granted(Granted::Follow) => "follow",

            Self::RequestMode(RequestMode::Anyone) => "anyone",
            Self::RequestMode(RequestMode::Confirm) => "confirm",
            Self::RequestMode(RequestMode::Nobody) => "nobody",

            Self::Limit(None) => NO_LIMIT,
            Self::Limit(Some(limit)) => return fmt::Display::fmt(limit, f),
        })
    }
}

impl Policy {
    /// Returns every part of the policy with its path in a file, in a fixed order.
    ///
    /// ```
    /// use socialgraph::{PartValue, Policy, Sides};
    ///
    /// let part = Policy::tencent_rest().parts().next();
    /// assert_eq!(part, Some(("message.stopped_by", PartValue::Sides(Sides::Target))));
    /// ```
    pub fn parts(&self) -> impl Iterator<Item = (&'static str, PartValue)> {
        let gates =
            Interaction::ALL.map(|interaction| gate_parts(interaction, self.gate(interaction)));
        gates.into_iter().flatten().chain(self.other_parts())
    }

    fn other_parts(&self) -> [(&'static str, PartValue); 14] {
        use PartValue::{Limit, RequestMode, Sides};
        let (request, block, limits) = (&self.request, &self.block, &self.limits);
        let Notices { own, other } = request.notice;
        [
            ("request.stopped_by", Sides(request.stopped_by)),
            (
                "request.accept_stopped_by",
                Sides(request.accept_stopped_by),
            ),
            ("request.add_stopped_by", Sides(request.add_stopped_by)),
            ("request.crossed", PartValue::Crossed(request.crossed)),
            ("request.makes", PartValue::Granted(request.makes)),
            ("request.initial_mode", RequestMode(request.initial_mode)),
            ("request.notice.own", PartValue::Notice(own)),
            ("request.notice.other", PartValue::Notice(other)),
            ("block.clears_friends_of", Sides(block.clears_friends_of)),
            (
                "block.cancels_requests_of",
                Sides(block.cancels_requests_of),
            ),
            ("limits.blocked", Limit(limits.blocked)),
            ("limits.friends", Limit(limits.friends)),
            ("limits.requests_in", Limit(limits.requests_in)),
            ("limits.batch", Limit(limits.batch)),
        ]
    }
}

fn gate_parts(interaction: Interaction, gate: Gate) -> [(&'static str, PartValue); 4] {
    /// The paths of one gate's parts.
    macro_rules! paths {
        ($gate:literal) => {
            [
                concat!($gate, ".stopped_by"),
                concat!($gate, ".needs_listing_by"),
                concat!($gate, ".notice.own"),
                concat!($gate, ".notice.other"),
            ]
        };
    }
    let [stopped_by, needs_listing_by, own, other] = match interaction {
        Interaction::Message => paths!("message"),
        Interaction::Call => paths!("call"),
        Interaction::GroupInvitation => paths!("group_invitation"),
        Interaction::Presence => paths!("presence"),
    };
    [
        (stopped_by, PartValue::Sides(gate.stopped_by)),
        (needs_listing_by, PartValue::Sides(gate.needs_listing_by)),
        (own, PartValue::Notice(gate.notice.own)),
        (other, PartValue::Notice(gate.notice.other)),
    ]
}
