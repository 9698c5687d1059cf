//! How each always-property is judged.
//!
//! Everything is read off the single facts of a relation and the numbers in the users' facts.
//! No judge asks `reachable_relations`, `flip`, `are_friends` or `is_blocked`: those are part
//! of what is judged.

mod actions;
mod decisions;
mod pairs;

use super::local_state::{JudgedAction, JudgedMessage};
use super::property::Property;
use socialgraph::{Fact, Facts, Policy, Relation, Sides};

/// What a property is judged on.
pub(super) enum Judge {
    /// What holds of two users, whoever acts next.
    Pair(fn(&Policy, &Facts) -> bool),
    /// What holds of a message of one to the other.
    Message(fn(&Policy, &JudgedMessage) -> bool),
    /// What holds of an operation, allowed or refused.
    Action(fn(&Policy, &JudgedAction) -> bool),
}

/// Returns how a property is judged.
pub(super) const fn judge(property: Property) -> Judge {
    match property {
        Property::NoEntryAcrossBlock => Judge::Action(actions::no_entry_across_block),
        Property::NoClearedEntryAcrossBlock => Judge::Pair(pairs::no_cleared_entry_across_block),
        Property::NoRequestAcrossBlock => Judge::Pair(pairs::no_request_across_block),
        Property::NoMessageToBlocker => Judge::Message(decisions::no_message_to_blocker),
        Property::BlockDoesWhatItSays => Judge::Action(actions::block_does_what_it_says),
        Property::BlocksAreTheirOwners => Judge::Action(actions::blocks_are_their_owners),
        Property::UnblockCreatesNothing => Judge::Action(actions::unblock_creates_nothing),
        Property::NoOppositeRequests => Judge::Pair(pairs::no_opposite_requests),
        Property::NoRequestBetweenFriends => Judge::Pair(pairs::no_request_between_friends),
        Property::FriendshipIsWhole => Judge::Action(actions::friendship_is_whole),
        Property::RequestModesAreHeeded => Judge::Action(actions::request_modes_are_heeded),
        Property::RemovalAlwaysWorks => Judge::Action(actions::removal_always_works),
        Property::RepeatsAreRefused => Judge::Action(decisions::repeats_are_refused),
        Property::ListsAreWithinLimits => Judge::Pair(pairs::lists_are_within_limits),
        Property::BothSidesAgree => Judge::Action(actions::both_sides_agree),
        Property::OutcomeMatchesDecision => Judge::Action(decisions::outcome_matches_decision),
        Property::ReasonsAreTrue => Judge::Action(decisions::reasons_are_true),
        Property::RefusalsFollowThePolicy => Judge::Action(decisions::refusals_follow_the_policy),
        Property::EffectsAreTheChange => Judge::Action(actions::effects_are_the_change),
        Property::MessagesFollowThePolicy => Judge::Message(decisions::messages_follow_the_policy),
        Property::SilenceGivesNothingAway => Judge::Message(decisions::silence_gives_nothing_away),
    }
}

/// Returns what is of each side that the part of a policy names, the actor's first.
fn of_sides<T>(whose: Sides, actors: T, targets: T) -> impl Iterator<Item = T> {
    let actors = matches!(whose, Sides::Actor | Sides::Both).then_some(actors);
    let targets = matches!(whose, Sides::Target | Sides::Both).then_some(targets);
    actors.into_iter().chain(targets)
}

fn either(relation: Relation, facts: [Fact; 2]) -> bool {
    facts.into_iter().any(|fact| relation.holds(fact))
}

fn both(relation: Relation, facts: [Fact; 2]) -> bool {
    facts.into_iter().all(|fact| relation.holds(fact))
}

const BLOCKS: [Fact; 2] = [Fact::ActorBlocks, Fact::TargetBlocks];
const LISTS: [Fact; 2] = [Fact::ActorLists, Fact::TargetLists];
const REQUESTS: [Fact; 2] = [Fact::ActorRequested, Fact::TargetRequested];

#[cfg(test)]
mod tests;
