//! The parts of a policy, each with its path and its value.

use std::fmt;

use super::{Crossed, Granted, Notice, Policy, Sides};
use crate::facts::RequestMode;

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
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
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
    Limit(#[cfg_attr(feature = "serde", serde(with = "limit_in_text"))] Option<u32>),
}

#[cfg(feature = "serde")]
mod limit_in_text {
    //! A limit as a text has it: a number, or `none`.
    pub(super) use crate::rules::policy::{read_limit as deserialize, write_limit as serialize};
}

impl fmt::Display for PartValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Sides(sides) => sides.name(),
            Self::Notice(notice) => notice.name(),
            Self::Crossed(crossed) => crossed.name(),
            Self::Granted(granted) => granted.name(),
            Self::RequestMode(mode) => mode.name(),
            Self::Limit(None) => NO_LIMIT,
            Self::Limit(Some(limit)) => return fmt::Display::fmt(limit, f),
        })
    }
}

impl PartValue {
    /// Returns every value that a part of this kind can have, in order. Of a limit, it is the
    /// value alone.
    ///
    /// ```
    /// use socialgraph::{Notice, PartValue};
    ///
    /// let choices = PartValue::Notice(Notice::Told).choices();
    /// assert_eq!(choices, Notice::ALL.map(PartValue::Notice));
    /// ```
    #[must_use]
    pub fn choices(self) -> Vec<Self> {
        match self {
            Self::Sides(_) => Sides::ALL.map(Self::Sides).to_vec(),
            Self::Notice(_) => Notice::ALL.map(Self::Notice).to_vec(),
            Self::Crossed(_) => Crossed::ALL.map(Self::Crossed).to_vec(),
            Self::Granted(_) => Granted::ALL.map(Self::Granted).to_vec(),
            Self::RequestMode(_) => RequestMode::ALL.map(Self::RequestMode).to_vec(),
            Self::Limit(_) => vec![self],
        }
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
        let mut copy = *self;
        copy.places()
            .map(|(path, place)| (path, place.value()))
            .into_iter()
    }

    /// Returns the policy with another value of one part.
    ///
    /// It is `None` if no part has the path, or if the part has values of another kind.
    ///
    /// ```
    /// use socialgraph::{Notice, PartValue, Policy};
    ///
    /// let told = PartValue::Notice(Notice::Told);
    /// let policy = Policy::tencent_rest().with_part("message.notice.other", told).unwrap();
    /// assert_eq!(policy.message.notice.other, Notice::Told);
    /// assert_eq!(policy.with_part("limits.batch", told), None);
    /// ```
    #[must_use]
    pub fn with_part(mut self, path: &str, value: PartValue) -> Option<Self> {
        let mut places = self.places();
        let (_, place) = places.iter_mut().find(|(known, _)| *known == path)?;
        place.set(value)?;
        Some(self)
    }

    /// Returns the path of each part, and the place where its value is.
    fn places(&mut self) -> [(&'static str, Place<'_>); 30] {
        /// Lists places, each with its field as its path.
        macro_rules! places {
            ($($kind:ident: $group:ident $(.$field:ident)+;)+) => {
                [$((
                    concat!(stringify!($group) $(, ".", stringify!($field))+),
                    Place::$kind(&mut self.$group $(.$field)+),
                )),+]
            };
        }

        places! {
            Sides: message.stopped_by;
            Sides: message.needs_listing_by;
            Notice: message.notice.own;
            Notice: message.notice.other;

            Sides: call.stopped_by;
            Sides: call.needs_listing_by;
            Notice: call.notice.own;
            Notice: call.notice.other;

            Sides: group_invitation.stopped_by;
            Sides: group_invitation.needs_listing_by;
            Notice: group_invitation.notice.own;
            Notice: group_invitation.notice.other;

            Sides: presence.stopped_by;
            Sides: presence.needs_listing_by;
            Notice: presence.notice.own;
            Notice: presence.notice.other;

            Sides: request.stopped_by;
            Sides: request.accept_stopped_by;
            Sides: request.add_stopped_by;
            Crossed: request.crossed;
            Granted: request.makes;
            RequestMode: request.initial_mode;
            Notice: request.notice.own;
            Notice: request.notice.other;

            Sides: block.clears_friends_of;
            Sides: block.cancels_requests_of;

            Limit: limits.blocked;
            Limit: limits.friends;
            Limit: limits.requests_in;
            Limit: limits.batch;
        }
    }
}

/// Declares the place of a value of each kind.
macro_rules! place {
    ($($kind:ident: $type:ty),+ $(,)?) => {
        /// Where a policy has the value of a part.
        enum Place<'a> {
            $($kind(&'a mut $type),)+
        }

        impl Place<'_> {
            fn value(&self) -> PartValue {
                match self {
                    $(Self::$kind(place) => PartValue::$kind(**place),)+
                }
            }

            /// Sets the value, or returns `None` if it is of another kind.
            fn set(&mut self, value: PartValue) -> Option<()> {
                match (self, value) {
                    $((Self::$kind(place), PartValue::$kind(value)) => **place = value,)+
                    _ => return None,
                }
                Some(())
            }
        }
    };
}

place! {
    Sides: Sides,
    Notice: Notice,
    Crossed: Crossed,
    Granted: Granted,
    RequestMode: RequestMode,
    Limit: Option<u32>,
}
