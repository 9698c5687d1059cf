//! Judges each always-property.
//!
//! A judge reads the single facts of a relation and the numbers in the users' facts. No judge
//! calls `reachable_relations`, `flip`, `are_friends` or `is_blocked`, because those functions
//! are under test.

mod actions;
mod decisions;
mod pairs;

use socialgraph::{Fact, Facts, Policy, Relation, Sides};

use super::local_state::{JudgedAction, JudgedMessage};
use super::property::Property;
use super::space::PairRef;

/// The function that judges a property, by the kind of its subject.
pub(super) enum Judge {
    /// Judges two users before any action.
    Pair(fn(&Policy, &Facts) -> bool),
    /// Judges a message from one user to the other.
    Message(fn(&Policy, &JudgedMessage) -> bool),
    /// Judges an action, allowed or refused.
    Action(fn(&Policy, &JudgedAction) -> bool),
}

/// A subject that properties are judged on.
pub(super) enum Subject<'a> {
    Pair(&'a Facts),
    Message(&'a JudgedMessage),
    Action(&'a JudgedAction),
}

/// The first failure of a property in the search, so one at the lowest depth.
pub(super) struct Failure {
    pub(super) property: Property,
    pub(super) location: Location,
}

/// A pair of a state, and the depth of the state in the search.
#[derive(Clone, Copy)]
pub(super) struct Location {
    pub(super) depth: usize,
    pub(super) state: usize,
    pub(super) pair: PairRef,
}

impl Subject<'_> {
    /// Returns whether the property holds. It does if it is about another kind of subject.
    pub(super) fn satisfies(&self, property: Property, policy: &Policy) -> bool {
        match (judge(property), self) {
            (Judge::Pair(holds), Self::Pair(facts)) => holds(policy, facts),
            (Judge::Message(holds), Self::Message(message)) => holds(policy, message),
            (Judge::Action(holds), Self::Action(action)) => holds(policy, action),
            (Judge::Pair(_) | Judge::Message(_) | Judge::Action(_), _) => true,
        }
    }
}

/// Returns the judge of a property.
const fn judge(property: Property) -> Judge {
    use Judge::{Action, Message, Pair};

    match property {
        Property::NoEntryAcrossBlock => Action(actions::no_entry_across_block),
        Property::NoClearedEntryAcrossBlock => Pair(pairs::no_cleared_entry_across_block),
        Property::NoRequestAcrossBlock => Pair(pairs::no_request_across_block),
        Property::NoMessageToBlocker => Message(decisions::no_message_to_blocker),
        Property::BlockDoesWhatItSays => Action(actions::block_does_what_it_says),
        Property::BlocksBelongToOwner => Action(actions::blocks_belong_to_owner),
        Property::UnblockCreatesNothing => Action(actions::unblock_creates_nothing),
        Property::NoOppositeRequests => Pair(pairs::no_opposite_requests),
        Property::NoRequestBetweenFriends => Pair(pairs::no_request_between_friends),
        Property::FriendshipIsMutual => Action(actions::friendship_is_mutual),
        Property::RequestModesAreObeyed => Action(actions::request_modes_are_obeyed),
        Property::RemovalAlwaysWorks => Action(actions::removal_always_works),
        Property::RepeatsAreRefused => Action(decisions::repeats_are_refused),
        Property::ListsAreWithinLimits => Pair(pairs::lists_are_within_limits),
        Property::BothSidesAgree => Action(actions::both_sides_agree),
        Property::OutcomeMatchesDecision => Action(decisions::outcome_matches_decision),
        Property::ReasonsAreTrue => Action(decisions::reasons_are_true),
        Property::RefusalsFollowThePolicy => Action(decisions::refusals_follow_the_policy),
        Property::EffectsAreTheChange => Action(actions::effects_are_the_change),
        Property::MessagesFollowThePolicy => Message(decisions::messages_follow_the_policy),
        Property::SilenceLeaksNothing => Message(decisions::silence_leaks_nothing),
    }
}

/// Returns the values of the sides that a part of a policy names, the actor's first.
fn of_sides<T>(sides: Sides, actors: T, targets: T) -> impl Iterator<Item = T> {
    let actors = matches!(sides, Sides::Actor | Sides::Both).then_some(actors);
    let targets = matches!(sides, Sides::Target | Sides::Both).then_some(targets);
    actors.into_iter().chain(targets)
}

fn either(relation: Relation, [first, second]: [Fact; 2]) -> bool {
    relation.holds(first) || relation.holds(second)
}

fn both(relation: Relation, [first, second]: [Fact; 2]) -> bool {
    relation.holds(first) && relation.holds(second)
}

const BLOCKS: [Fact; 2] = [Fact::ActorBlocks, Fact::TargetBlocks];
const LISTS: [Fact; 2] = [Fact::ActorLists, Fact::TargetLists];
const REQUESTS: [Fact; 2] = [Fact::ActorRequested, Fact::TargetRequested];

#[cfg(test)]
mod tests;
