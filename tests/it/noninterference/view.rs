//! What a system shows a user, and what the user's own lists say.

use std::collections::BTreeSet;

use socialgraph::{
    Decision, Event, Granted, Interaction, List, Notice, Notices, Notification, Policy, Question,
    Reasons, Sides, SocialGraph, UserFacts, UserId, Viewer,
};

/// What a system shows its users. The tests plant leaks in it.
#[derive(Clone, Copy)]
pub(super) struct System {
    /// The lists that a user sees.
    pub(super) lists: fn(&Policy) -> Vec<List>,
    /// What a user is told of an event.
    pub(super) told: fn(&Event, UserId, &Policy) -> Option<Notification>,
    /// The sentence that an actor gets.
    pub(super) text: fn(Decision, &str, &str) -> String,
    /// What a sender to a room learns of a member who is left out.
    pub(super) left_out: fn(Decision) -> Decision,
    /// Whether a user learns of the blocks between them and a member of a room.
    pub(super) conflict: fn(Sides) -> bool,
}

/// What the engine's interface offers for it.
pub(super) const SYSTEM: System = System {
    lists: visible_lists,
    told: |event, user, policy| event.seen_by(user, policy),
    text: |decision, actor, target| decision.visible().explain(actor, target).to_string(),
    left_out: Decision::visible,
    conflict: Sides::has_actor,
};

/// Returns the lists that a user may see: the own ones, and followers.
fn visible_lists(policy: &Policy) -> Vec<List> {
    let mut lists = List::OWN.to_vec();
    if policy.request.makes == Granted::Follow {
        lists.push(List::ListedBy);
    }
    lists
}

/// All that a user sees of a graph at one time.
pub(super) struct View {
    pub(super) facts: Result<UserFacts, String>,
    pub(super) lists: Vec<(List, Vec<UserId>)>,
    /// What the user sees of each decision with the user as the actor.
    pub(super) answers: Vec<Answer>,
    /// The users of whom the user gets messages, calls and so on.
    pub(super) senders: Vec<(Interaction, Vec<UserId>)>,
    /// The members of a room of all users with whom the user sees a conflict.
    pub(super) conflicts: Vec<UserId>,
}

/// What an actor sees of a decision.
pub(super) struct Answer {
    pub(super) question: Question,
    pub(super) target: UserId,
    pub(super) shown: Reasons,
    pub(super) text: String,
}

/// What a user is told, and about whom.
pub(super) type Told = (Notification, UserId);

impl System {
    pub(super) fn view(self, graph: &SocialGraph, user: UserId) -> View {
        let others: Vec<UserId> = graph.users().map(|(id, _)| id).collect();
        let mut answers = Vec::new();
        for question in Question::ALL {
            for &target in &others {
                let decision = graph.decide(question, user, target);
                answers.push(self.answer(graph, user, target, decision, decision.visible()));
            }
        }
        for interaction in Interaction::ALL {
            answers.extend(self.answers_of_room(graph, interaction, user, &others));
        }

        let lists = (self.lists)(graph.policy()).into_iter();
        let senders = Interaction::ALL.map(|it| (it, senders_to(graph, it, user, &others)));
        View {
            facts: graph.user_facts(user).map_err(|error| error.to_string()),
            lists: lists
                .map(|list| (list, members(graph, user, list)))
                .collect(),
            answers,
            senders: senders.to_vec(),
            conflicts: self.conflicts(graph, user, &others),
        }
    }

    fn answer(
        self,
        graph: &SocialGraph,
        user: UserId,
        target: UserId,
        decision: Decision,
        shown: Decision,
    ) -> Answer {
        let [actor_name, target_name] = [user, target].map(|id| graph.name(id).unwrap_or_default());
        Answer {
            question: decision.question(),
            target,
            shown: shown.reasons(),
            text: (self.text)(decision, actor_name, target_name),
        }
    }

    /// Returns what a sender sees of an interaction with a room.
    fn answers_of_room(
        self,
        graph: &SocialGraph,
        interaction: Interaction,
        user: UserId,
        members: &[UserId],
    ) -> Vec<Answer> {
        let audience = graph.audience(interaction, user, members);
        let allowed = Decision::new(interaction, Reasons::EMPTY, Notices::both(Notice::Told));
        let reached = audience.clone().map(|member| (member, allowed, allowed));
        let refused = audience.refused();
        let refused = refused.map(|(member, it)| (member, it, (self.left_out)(it)));

        let mut answers: Vec<_> = reached
            .chain(refused)
            .map(|(&member, decision, shown)| self.answer(graph, user, member, decision, shown))
            .collect();
        answers.sort_by_key(|answer| answer.target);
        answers
    }

    fn conflicts(self, graph: &SocialGraph, user: UserId, members: &[UserId]) -> Vec<UserId> {
        let conflicts = graph.conflicts(user, members).into_iter().flatten();
        let seen = conflicts.filter(|(_, sides)| (self.conflict)(*sides));
        seen.map(|(member, _)| *member).collect()
    }

    /// Returns what a user is told of events, in order.
    pub(super) fn notifications(
        self,
        events: &[Event],
        user: UserId,
        policy: &Policy,
    ) -> Vec<Told> {
        let told = events.iter().filter_map(|event| {
            let told = (self.told)(event, user, policy)?;
            let other = match event.viewer(user) {
                Viewer::Actor => &event.target,
                _ => &event.actor,
            };
            Some((told, other.id))
        });
        told.collect()
    }
}

/// Returns the users whose interactions reach a user.
///
/// Of those who are left out the user learns nothing: the sender is the actor.
fn senders_to(
    graph: &SocialGraph,
    interaction: Interaction,
    user: UserId,
    others: &[UserId],
) -> Vec<UserId> {
    let senders = graph.visible_senders(interaction, user, others);
    for (_, decision) in senders.clone().refused() {
        assert_eq!(decision.seen_by(Viewer::Target), None);
    }
    senders.copied().collect()
}

fn members(graph: &SocialGraph, user: UserId, list: List) -> Vec<UserId> {
    let listing = graph.list(user, list);
    listing.map_or(Vec::new(), |users| users.iter().collect())
}

/// Returns what has come on or left the lists that a user may see, as notifications, in order.
pub(super) fn list_changes(before: &SocialGraph, after: &SocialGraph, user: UserId) -> Vec<Told> {
    let mut changes = Vec::new();
    for list in visible_lists(after.policy()) {
        let [then, now] =
            [before, after].map(|graph| BTreeSet::from_iter(members(graph, user, list)));
        let (added, removed) = notifications_of(list);
        changes.extend(now.difference(&then).map(|peer| (added, *peer)));
        changes.extend(then.difference(&now).map(|peer| (removed, *peer)));
    }
    changes.sort_unstable();
    changes
}

/// Returns what a user is told if somebody comes on a list or leaves it without an answer.
fn notifications_of(list: List) -> (Notification, Notification) {
    match list {
        List::Blocklist => (Notification::BlockAdded, Notification::BlockLifted),
        List::Friends => (Notification::FriendAdded, Notification::FriendRemoved),
        List::RequestsIn => (Notification::RequestReceived, Notification::RequestEnded),
        List::RequestsOut => (Notification::OwnRequestSent, Notification::OwnRequestEnded),
        List::ListedBy => (Notification::FollowerAdded, Notification::FollowerRemoved),
        List::BlockedBy => unreachable!("nobody sees who blocks them"),
    }
}
