//! What happened to whom: one flat list for every operation.

use std::sync::Arc;

use crate::graph::{List, MergedUsers, PairChange, RemovedUser, SocialGraph, UserId};
use crate::operation::Outcome;
use crate::rules::{Action, Effect, Notification, Policy, Viewer};

#[cfg(feature = "serde")]
mod shared_text {
    //! A shared text as a string.

    use std::sync::Arc;

    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(text)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Arc<str>, D::Error> {
        String::deserialize(deserializer).map(Arc::from)
    }
}

/// A user in an event.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct EventUser {
    /// The handle.
    pub id: UserId,
    /// The name: the present one, or the last one of a user who was removed or merged.
    #[cfg_attr(feature = "serde", serde(with = "shared_text"))]
    pub name: Arc<str>,
}

/// One effect on one pair of users, with both users by handle and name.
///
/// It is for the host alone: what a user may be told of it is [`seen_by`](Self::seen_by).
///
/// ```
/// use socialgraph::{Effect, List, Notification, Operation, Action, Policy, SocialGraph, Ways};
///
/// let mut graph = SocialGraph::new(Policy::tencent_rest());
/// let [ann, ben] = [graph.add_user("ann")?, graph.add_user("ben")?];
/// graph.add_friend(ann, ben, Ways::TwoWay)?;
/// let outcome = Operation::act(Action::Block, "ann", "ben").apply_to(&mut graph);
///
/// let events = outcome.events(&graph);
/// assert_eq!(events[0].effect, Effect::ActorBlockAdded);
/// assert_eq!((&*events[0].owner().name, events[0].list()), ("ann", List::Blocklist));
///
/// // Ben learns that ann left his friend list, and not that she blocks him.
/// let seen = |event: &socialgraph::Event| event.seen_by(ben, graph.policy());
/// assert_eq!(events.iter().filter_map(seen).collect::<Vec<_>>(), [Notification::FriendRemoved]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Event {
    /// The user who acted, or from whom the effect is seen.
    pub actor: EventUser,
    /// The other user.
    pub target: EventUser,
    /// What happened.
    pub effect: Effect,
    /// The action that had the effect, or `None` if it came about without one.
    pub action: Option<Action>,
}

impl Event {
    /// Returns the user whose block, friend list or request it is about.
    #[must_use]
    pub const fn owner(&self) -> &EventUser {
        match self.effect.owner() {
            Viewer::Target => &self.target,
            _ => &self.actor,
        }
    }

    /// Returns the user who went on the owner's list, or left it.
    #[must_use]
    pub const fn peer(&self) -> &EventUser {
        match self.effect.owner() {
            Viewer::Target => &self.actor,
            _ => &self.target,
        }
    }

    /// Returns the owner's list.
    #[must_use]
    pub const fn list(&self) -> List {
        match self.effect {
            Effect::ActorBlockAdded
            | Effect::TargetBlockAdded
            | Effect::ActorBlockLifted
            | Effect::TargetBlockLifted => List::Blocklist,
            Effect::ActorFriendAdded
            | Effect::TargetFriendAdded
            | Effect::ActorFriendRemoved
            | Effect::TargetFriendRemoved => List::Friends,
            Effect::ActorRequestSent
            | Effect::TargetRequestSent
            | Effect::ActorRequestCancelled
            | Effect::TargetRequestCancelled
            | Effect::TargetRequestAccepted
            | Effect::TargetRequestDeclined => List::RequestsOut,
        }
    }

    /// Returns what a user may be told of the event, or `None` if nothing (R31).
    ///
    /// [`Notification::explain`] is the text, with the name of the other of the two users.
    #[must_use]
    pub fn seen_by(&self, user: UserId, policy: &Policy) -> Option<Notification> {
        policy.notification(self.effect, self.action, self.viewer(user))
    }

    /// Returns what each of the two users may be told: the user, what, and the other user (R31).
    ///
    /// ```
    /// use socialgraph::{Policy, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// graph.add_user("ann")?;
    /// graph.add_user("ben")?;
    /// let change = graph.send_friend_request("ann", "ben")?;
    /// for event in graph.events([change]) {
    ///     for (told, notification, other) in event.notifications(graph.policy()) {
    ///         println!("to {}: {}", told.name, notification.explain(&other.name));
    ///     }
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn notifications(
        &self,
        policy: &Policy,
    ) -> impl Iterator<Item = (&EventUser, Notification, &EventUser)> {
        let (actor, target) = (&self.actor, &self.target);
        let seen = |viewer| policy.notification(self.effect, self.action, viewer);
        let of_actor = seen(Viewer::Actor).map(|told| (actor, told, target));
        let of_target = seen(Viewer::Target).map(|told| (target, told, actor));
        of_actor.into_iter().chain(of_target)
    }

    /// Returns the role of a user in the event.
    #[must_use]
    pub fn viewer(&self, user: UserId) -> Viewer {
        if user == self.actor.id {
            Viewer::Actor
        } else if user == self.target.id {
            Viewer::Target
        } else {
            Viewer::Other
        }
    }
}

impl Outcome {
    /// Returns what happened, as one flat list: an event for each effect on each pair.
    ///
    /// Pairs are in the order in which they changed, and the effects on a pair in their own order.
    /// `graph` is the graph after the operation. See [`Event`] for an example.
    #[must_use]
    pub fn events(&self, graph: &SocialGraph) -> Vec<Event> {
        match self {
            Self::RemoveUser(Ok(removed)) => removed.events(graph),
            Self::MergeUsers(Ok(merged)) => merged.events(graph),
            _ => graph.events(self.changes()),
        }
    }
}

impl RemovedUser {
    /// Returns what the removal ended, as [`Outcome::events`] does.
    ///
    /// ```
    /// use socialgraph::{Policy, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// graph.add_user("ann")?;
    /// graph.add_user("ben")?;
    /// graph.add_to_blocklist("ben", "ann")?;
    /// let events = graph.remove_user("ann")?.events(&graph);
    /// assert_eq!((&*events[0].owner().name, &*events[0].peer().name), ("ben", "ann"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn events(&self, graph: &SocialGraph) -> Vec<Event> {
        graph.events_with(self.ended.iter().copied(), Some(&self.as_event_user()))
    }

    fn as_event_user(&self) -> EventUser {
        EventUser {
            id: self.id,
            name: Arc::from(&*self.name),
        }
    }
}

impl MergedUsers {
    /// Returns what the merge ended and added, as [`Outcome::events`] does.
    #[must_use]
    pub fn events(&self, graph: &SocialGraph) -> Vec<Event> {
        let changes = self.removed.ended.iter().chain(&self.changes);
        graph.events_with(changes.copied(), Some(&self.removed.as_event_user()))
    }
}

impl SocialGraph {
    /// Returns changes of pairs as one flat list: an event for each effect on each pair.
    ///
    /// For a host that calls the graph's methods; [`Outcome::events`] does it for operations,
    /// [`RemovedUser::events`] and [`MergedUsers::events`] for users who are gone. Users are named as
    /// the graph knows them now; a user whom it does not know has an empty name.
    ///
    /// ```
    /// use socialgraph::{Policy, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// for name in ["ann", "ben", "cyd"] {
    ///     graph.add_user(name)?;
    /// }
    /// let batch = graph.add_many_to_blocklist("ann", ["ben", "nobody", "cyd"])?;
    /// let events = graph.events(batch.into_iter().flatten());
    /// let peers: Vec<_> = events.iter().map(|event| &*event.peer().name).collect();
    /// assert_eq!(peers, ["ben", "cyd"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn events(&self, changes: impl IntoIterator<Item = PairChange>) -> Vec<Event> {
        self.events_with(changes, None)
    }

    fn events_with(
        &self,
        changes: impl IntoIterator<Item = PairChange>,
        gone: Option<&EventUser>,
    ) -> Vec<Event> {
        let mut events = Vec::new();
        // The actor of many changes in turn is often the same, and then shares a name.
        let mut last: Option<EventUser> = gone.cloned();

        for change in changes {
            let actor = match last {
                Some(user) if user.id == change.actor => user,
                _ => self.event_user(change.actor, gone),
            };
            let target = self.event_user(change.target, gone);
            for effect in change.effects() {
                events.push(Event {
                    actor: actor.clone(),
                    target: target.clone(),
                    effect,
                    action: change.action,
                });
            }
            last = Some(actor);
        }
        events
    }

    fn event_user(&self, id: UserId, gone: Option<&EventUser>) -> EventUser {
        match gone {
            Some(user) if user.id == id => user.clone(),
            _ => EventUser {
                id,
                name: Arc::from(self.name(id).unwrap_or_default()),
            },
        }
    }
}
