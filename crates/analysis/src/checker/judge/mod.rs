//! Judges each always-property.
//!
//! A judge reads the parts of the policy, the single facts of a relation and the numbers in the
//! users' facts. No judge calls `reachable_relations`, `flip`, `are_friends` or `is_blocked`,
//! because those functions are under test. `visible` is called only to be judged.

mod actions;
mod decisions;
mod notices;
mod pairs;
mod requests;

use socialgraph::{Decision, Fact, Facts, Gate, Interaction, Policy, Relation, Sides};

use super::local_state::{JudgedAction, JudgedInteraction};
use super::property::Property;
use super::space::PairRef;

/// The function that judges a property, by the kind of its subject.
pub(super) enum Judge {
    /// Judges two users before any action.
    Pair(fn(&Policy, &Facts) -> bool),
    /// Judges an interaction of one user with the other, allowed or refused.
    Interaction(fn(&Policy, &JudgedInteraction) -> bool),
    /// Judges an action, allowed or refused.
    Action(fn(&Policy, &JudgedAction) -> bool),
    /// Judges the decision on an interaction or an action.
    Decision(fn(&Policy, &Facts, Decision) -> bool),
}

/// A subject that properties are judged on.
pub(super) enum Subject<'a> {
    Pair(&'a Facts),
    Interaction(&'a JudgedInteraction),
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
            (Judge::Interaction(holds), Self::Interaction(judged)) => holds(policy, judged),
            (Judge::Action(holds), Self::Action(judged)) => holds(policy, judged),
            (Judge::Decision(holds), Self::Interaction(judged)) => {
                holds(policy, &judged.facts, judged.decision)
            }
            (Judge::Decision(holds), Self::Action(judged)) => {
                holds(policy, &judged.facts, judged.decision)
            }
            (Judge::Pair(_) | Judge::Interaction(_) | Judge::Action(_) | Judge::Decision(_), _) => {
                true
            }
        }
    }
}

/// Returns the judge of a property.
const fn judge(property: Property) -> Judge {
    use Judge::{Action, Decision, Interaction, Pair};

    match property {
        Property::NoEntryAcrossBlock => Action(actions::no_entry_across_block),
        Property::NoClearedEntryAcrossBlock => Pair(pairs::no_cleared_entry_across_block),
        Property::NoRequestAcrossBlock => Pair(pairs::no_request_across_block),
        Property::BlockedCannotReachBlocker => Interaction(decisions::blocked_cannot_reach_blocker),
        Property::NoOppositeRequests => Pair(pairs::no_opposite_requests),
        Property::GrantsMakeFriends => Action(requests::grants_make_friends),
        Property::BlockDoesWhatItSays => Action(actions::block_does_what_it_says),
        Property::BlocksBelongToOwner => Action(actions::blocks_belong_to_owner),
        Property::UnblockCreatesNothing => Action(actions::unblock_creates_nothing),
        Property::NoRequestForWhatIsThere => Pair(pairs::no_request_for_what_is_there),
        Property::EntriesFollowThePolicy => Action(requests::entries_follow_the_policy),
        Property::RequestsFollowThePolicy => Action(requests::requests_follow_the_policy),
        Property::RemovalAlwaysWorks => Action(actions::removal_always_works),
        Property::RepeatsAreRefused => Action(decisions::repeats_are_refused),
        Property::ListsAreWithinLimits => Pair(pairs::lists_are_within_limits),
        Property::BothSidesAgree => Action(actions::both_sides_agree),
        Property::OutcomeMatchesDecision => Action(decisions::outcome_matches_decision),
        Property::ReasonsAreTrue => Action(decisions::reasons_are_true),
        Property::RefusalsFollowThePolicy => Action(decisions::refusals_follow_the_policy),
        Property::EffectsAreTheChange => Action(actions::effects_are_the_change),
        Property::InteractionsFollowThePolicy => {
            Interaction(decisions::interactions_follow_the_policy)
        }
        Property::NoticesAreObeyed => Decision(notices::notices_are_obeyed),
    }
}

/// Returns the gate of an interaction, without a call of [`Policy::gate`].
const fn gate(policy: &Policy, interaction: Interaction) -> &Gate {
    match interaction {
        Interaction::Message => &policy.message,
        Interaction::Call => &policy.call,
        Interaction::GroupInvitation => &policy.group_invitation,
        Interaction::Presence => &policy.presence,
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
