//! What each user may learn of an effect (R31).

use std::fmt;

use super::{Action, Effect, Granted, Policy};
use crate::names::names;

names! {
    /// Who looks at what happened between an actor and a target.
    pub enum Viewer: "viewer" {
        /// The actor.
        Actor = "actor",
        /// The target.
        Target = "target",
        /// Anybody else.
        Other = "other",
    }
}

names! {
    /// What one user may be told of an effect.
    ///
    /// A number ([`to_u8`](Self::to_u8)) and a name stay the same across versions. Sentences
    /// address the user who is told.
    ///
    /// ```
    /// use socialgraph::Notification;
    ///
    /// let notification = Notification::RequestReceived;
    /// assert_eq!(notification.explain("bob").to_string(), "bob sent you a friend request");
    /// assert_eq!((notification.to_u8(), notification.name()), (8, "request_received"));
    /// ```
    pub enum Notification: "notification" {
        /// The other is on your blocklist.
        BlockAdded = "block_added",
        /// The other left your blocklist.
        BlockLifted = "block_lifted",
        /// The other is on your friend list.
        FriendAdded = "friend_added",
        /// The other left your friend list.
        FriendRemoved = "friend_removed",
        /// You are on the other's list, where requests make follows.
        FollowerAdded = "follower_added",
        /// You left the other's list, where requests make follows.
        FollowerRemoved = "follower_removed",
        /// Your request to the other waits for an answer.
        OwnRequestSent = "own_request_sent",
        /// The other's request waits for your answer.
        RequestReceived = "request_received",
        /// The other accepted your request.
        OwnRequestAccepted = "own_request_accepted",
        /// You accepted the other's request.
        RequestAccepted = "request_accepted",
        /// You cancelled your request.
        OwnRequestCancelled = "own_request_cancelled",
        /// You declined the other's request.
        RequestDeclined = "request_declined",
        /// Your request ended: it was declined, or a block or something else ended it.
        OwnRequestEnded = "own_request_ended",
        /// The other's request to you ended without your answer.
        RequestEnded = "request_ended",
    }
}

impl Notification {
    /// Returns the number: 1 for the first, and so on. New ones are only ever appended.
    #[must_use]
    pub const fn to_u8(self) -> u8 {
        self as u8 + 1
    }

    /// Returns the notification with a number, or `None` if there is none.
    #[must_use]
    pub fn from_u8(number: u8) -> Option<Self> {
        let index = usize::from(number).checked_sub(1)?;
        Self::ALL.get(index).copied()
    }

    /// Returns the notification as a sentence to the user who is told, with the other's name.
    #[must_use]
    pub const fn explain(self, other: &str) -> NotificationText<'_> {
        NotificationText(self, other)
    }
}

/// A [`Notification`] as a sentence.
#[derive(Clone, Copy, Debug)]
pub struct NotificationText<'a>(Notification, &'a str);

impl fmt::Display for NotificationText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(notification, other) = self;
        match notification {
            Notification::BlockAdded => write!(f, "{other} is on your blocklist"),
            Notification::BlockLifted => write!(f, "{other} left your blocklist"),
            Notification::FriendAdded => write!(f, "{other} is on your friend list"),
            Notification::FriendRemoved => write!(f, "{other} left your friend list"),
            Notification::FollowerAdded => write!(f, "{other} follows you"),
            Notification::FollowerRemoved => write!(f, "{other} does not follow you any more"),
            Notification::OwnRequestSent => {
                write!(f, "your friend request to {other} waits for an answer")
            }
            Notification::RequestReceived => write!(f, "{other} sent you a friend request"),
            Notification::OwnRequestAccepted => {
                write!(f, "{other} accepted your friend request")
            }
            Notification::RequestAccepted => {
                write!(f, "you accepted {other}'s friend request")
            }
            Notification::OwnRequestCancelled => {
                write!(f, "you cancelled your friend request to {other}")
            }
            Notification::RequestDeclined => {
                write!(f, "you declined {other}'s friend request")
            }
            Notification::OwnRequestEnded => {
                write!(f, "your friend request to {other} has ended")
            }
            Notification::RequestEnded => write!(f, "{other}'s friend request has ended"),
        }
    }
}

impl Policy {
    /// Returns what a viewer may be told of an effect, or `None` if nothing (R31).
    ///
    /// `action` is what had the effect, or `None` if it came about without an action. Constant
    /// time.
    ///
    /// ```
    /// use socialgraph::{Action, Effect, Notification, Policy, Viewer};
    ///
    /// let policy = Policy::tencent_rest();
    /// let block = Some(Action::Block);
    /// let seen = |effect, viewer| policy.notification(effect, block, viewer);
    ///
    /// // A block is told to its owner alone.
    /// let added = Effect::ActorBlockAdded;
    /// assert_eq!(seen(added, Viewer::Actor), Some(Notification::BlockAdded));
    /// assert_eq!(seen(added, Viewer::Target), None);
    ///
    /// // A request that it cancels ends for its sender as a declined one does.
    /// let cancelled = Effect::TargetRequestCancelled;
    /// assert_eq!(seen(cancelled, Viewer::Target), Some(Notification::OwnRequestEnded));
    /// ```
    #[must_use]
    pub fn notification(
        &self,
        effect: Effect,
        action: Option<Action>,
        viewer: Viewer,
    ) -> Option<Notification> {
        let (own, other) = match effect {
            Effect::ActorBlockAdded | Effect::TargetBlockAdded => {
                (Some(Notification::BlockAdded), None)
            }
            Effect::ActorBlockLifted | Effect::TargetBlockLifted => {
                (Some(Notification::BlockLifted), None)
            }
            Effect::ActorFriendAdded | Effect::TargetFriendAdded => (
                Some(Notification::FriendAdded),
                self.if_follows(Notification::FollowerAdded),
            ),
            Effect::ActorFriendRemoved | Effect::TargetFriendRemoved => (
                Some(Notification::FriendRemoved),
                self.if_follows(Notification::FollowerRemoved),
            ),
            Effect::ActorRequestSent | Effect::TargetRequestSent => (
                Some(Notification::OwnRequestSent),
                Some(Notification::RequestReceived),
            ),
            Effect::ActorRequestCancelled if action == Some(Action::CancelRequest) => (
                Some(Notification::OwnRequestCancelled),
                Some(Notification::RequestEnded),
            ),
            Effect::ActorRequestCancelled | Effect::TargetRequestCancelled => (
                Some(Notification::OwnRequestEnded),
                Some(Notification::RequestEnded),
            ),
            Effect::TargetRequestAccepted => (
                Some(Notification::OwnRequestAccepted),
                Some(Notification::RequestAccepted),
            ),
            // The sender learns no more than if a block had ended the request.
            Effect::TargetRequestDeclined => (
                Some(Notification::OwnRequestEnded),
                Some(Notification::RequestDeclined),
            ),
        };

        match viewer {
            Viewer::Other => None,
            _ if viewer == effect.owner() => own,
            _ => other,
        }
    }

    /// Returns a notification of a follower, if requests make follows: followers are shown (R18).
    fn if_follows(&self, notification: Notification) -> Option<Notification> {
        (self.request.makes == Granted::Follow).then_some(notification)
    }
}

impl Effect {
    /// Returns whose block, friend list or request the effect is about.
    #[must_use]
    pub const fn owner(self) -> Viewer {
        match self {
            Self::ActorBlockAdded
            | Self::ActorBlockLifted
            | Self::ActorFriendAdded
            | Self::ActorFriendRemoved
            | Self::ActorRequestSent
            | Self::ActorRequestCancelled => Viewer::Actor,

            Self::TargetBlockAdded
            | Self::TargetBlockLifted
            | Self::TargetFriendAdded
            | Self::TargetFriendRemoved
            | Self::TargetRequestSent
            | Self::TargetRequestCancelled
            | Self::TargetRequestAccepted
            | Self::TargetRequestDeclined => Viewer::Target,
        }
    }
}
