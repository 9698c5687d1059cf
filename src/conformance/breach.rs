//! Which rule a difference breaks.

use std::collections::BTreeSet;

use super::{Answer, Rule};
use crate::facts::{Fact, Relation};
use crate::graph::List;
use crate::operation::{Operation, Outcome};
use crate::rules::{Action, Change, Decision, Effect, Reason, Reasons, Refusal};

/// What was done to one pair in the last step, and what the engine said to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Deed {
    pub(super) action: Action,
    pub(super) actor: String,
    pub(super) target: String,
    pub(super) result: Result<Change, Refusal>,
}

/// Returns what an operation did to each pair that it names.
pub(super) fn deeds(operation: &Operation, outcome: &Outcome) -> Vec<Deed> {
    let (action, actor, targets) = match operation {
        Operation::Act { action, actor, target } => (*action, actor, std::slice::from_ref(target)),
        Operation::ActOnMany { action, actor, targets } => (*action, actor, &targets[..]),
        _ => return Vec::new(),
    };
    let items = targets.iter().zip(outcome.items());
    let deed = |(target, result): (&String, &Result<Change, Refusal>)| Deed {
        action,
        actor: actor.clone(),
        target: target.clone(),
        result: *result,
    };
    items.map(deed).collect()
}

impl Deed {
    fn pair(&self) -> (&str, &str) {
        (&self.actor, &self.target)
    }

    fn is_of(&self, a: &str, b: &str) -> bool {
        self.pair() == (a, b) || self.pair() == (b, a)
    }
}

/// The entries that blocks took off lists and that have not come back since.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Cut(BTreeSet<(String, String, List)>);

impl Cut {
    /// Takes note of what followed from a deed.
    pub(super) fn note(&mut self, deed: &Deed) {
        let Ok(change) = deed.result else { return };
        let (actor, target) = (&deed.actor, &deed.target);
        for effect in change.effects() {
            let (owner, entry, list) = match effect {
                Effect::ActorRequestSent | Effect::ActorRequestCancelled => {
                    (actor, target, List::RequestsOut)
                }
                Effect::TargetRequestCancelled => (target, actor, List::RequestsOut),
                Effect::ActorFriendAdded | Effect::ActorFriendRemoved => {
                    (actor, target, List::Friends)
                }
                Effect::TargetFriendAdded | Effect::TargetFriendRemoved => {
                    (target, actor, List::Friends)
                }
                _ => continue,
            };
            let key = (owner.clone(), entry.clone(), list);
            if deed.action == Action::Block {
                self.0.insert(key);
            } else {
                self.0.remove(&key);
            }
        }
    }

    fn has(&self, owner: &str, entry: &str, list: List) -> bool {
        self.0.contains(&(owner.to_owned(), entry.to_owned(), list))
    }

    /// Returns the rule by which the engine refuses what the system carries out.
    pub(super) fn refused(
        &self,
        action: Action,
        reasons: Reasons,
        (actor, target): (&str, &str),
    ) -> Rule {
        match reasons.first() {
            Some(Reason::ActorBlocks | Reason::TargetBlocks) => Rule::R4,
            Some(Reason::SameUser | Reason::UnknownActor | Reason::UnknownTarget) => Rule::R9,
            Some(Reason::ActorBarred | Reason::TargetTakesNoRequests) => Rule::R11,
            Some(Reason::AlreadyBlocked | Reason::NotBlocked) => Rule::R8,
            Some(Reason::NoRequestFromTarget) if self.has(target, actor, List::RequestsOut) => {
                Rule::R3
            }
            Some(Reason::NoRequestFromActor) if self.has(actor, target, List::RequestsOut) => {
                Rule::R3
            }
            Some(Reason::NotListedByActor) if self.has(actor, target, List::Friends) => Rule::R2,
            Some(Reason::NotListedByTarget) if self.has(target, actor, List::Friends) => Rule::R2,
            Some(reason) if is_limit(reason) => Rule::R15,
            _ => named(action),
        }
    }

    /// Returns the rule that a deed breaks whose result is another.
    pub(super) fn deed(&self, deed: &Deed, answer: Answer) -> Rule {
        match deed.result {
            Err(refusal) if answer.allowed => {
                self.refused(deed.action, refusal.reasons(), deed.pair())
            }
            Err(_) => Rule::R16,
            Ok(_) if finds_no_room(answer) => Rule::R15,
            Ok(change) => carried_out(deed.action, change),
        }
    }

    /// Returns the rule that a list breaks on which an entry is, or is not, wrongly, where the
    /// last step was one on pairs.
    pub(super) fn list(
        &self,
        deeds: &[Deed],
        owner: &str,
        entry: &str,
        list: List,
    ) -> Option<Rule> {
        let concerned = deeds.iter().rev().find(|deed| deed.is_of(owner, entry));
        let deed = concerned.or(deeds.last())?;
        Some(match (deed.action, deed.result) {
            (action, Err(refusal)) => self.refused(action, refusal.reasons(), deed.pair()),
            (Action::Block, _) => match list {
                List::Blocklist => Rule::R1,
                List::Friends => Rule::R2,
                List::RequestsIn | List::RequestsOut => Rule::R3,
            },
            (Action::Unblock, _) if list == List::Blocklist && owner != deed.actor => Rule::R1,
            (Action::Unblock, _) => Rule::R7,
            (action, Ok(change)) => carried_out(action, change),
        })
    }

    /// Returns the rule that the answer to "may the actor message the target?" breaks.
    pub(super) fn message(
        decision: Decision,
        answer: Answer,
        relation: Option<Relation>,
        deeds: &[Deed],
        (actor, target): (&str, &str),
    ) -> Rule {
        let relation = relation.unwrap_or_default();
        let stops = |fact| relation.holds(fact);
        match decision.reasons().first() {
            _ if decision.is_allowed() == answer.allowed => same_verdict(decision, answer),
            None if unblocked(deeds, actor, target) => Rule::R7,
            None if relation.is_blocked() => Rule::R5,
            None | Some(Reason::NotListedByActor | Reason::NotListedByTarget) => Rule::R12,
            Some(Reason::ActorBlocks | Reason::TargetBlocks) => {
                let both = stops(Fact::ActorBlocks) && stops(Fact::TargetBlocks);
                if both { Rule::R6 } else { Rule::R5 }
            }
            Some(_) => Rule::R9,
        }
    }

    /// Returns the rule that the answer to "may the actor request the target?" breaks.
    pub(super) fn request(
        &self,
        decision: Decision,
        answer: Answer,
        relation: Option<Relation>,
        deeds: &[Deed],
        (actor, target): (&str, &str),
    ) -> Rule {
        if decision.is_allowed() == answer.allowed {
            return same_verdict(decision, answer);
        }
        if !decision.is_allowed() {
            return self.refused(Action::SendRequest, decision.reasons(), (actor, target));
        }
        if finds_no_room(answer) {
            return Rule::R15;
        }
        if unblocked(deeds, actor, target) {
            return Rule::R7;
        }
        let opposite = relation.is_some_and(|relation| relation.holds(Fact::TargetRequested));
        if opposite { Rule::R10 } else { Rule::R11 }
    }
}

fn is_limit(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::ActorBlocklistFull
            | Reason::ActorFriendsFull
            | Reason::TargetFriendsFull
            | Reason::TargetRequestsFull
    )
}

/// Returns whether a system refuses because a list is full, and says so.
fn finds_no_room(answer: Answer) -> bool {
    answer.reasons.is_some_and(|reasons| reasons.iter().any(is_limit))
}

/// Returns the rule by which an action does what it does.
fn carried_out(action: Action, change: Change) -> Rule {
    match action {
        Action::Block | Action::Unblock => Rule::R1,
        Action::SendRequest if change.effects().contains(Effect::TargetRequestAccepted) => {
            Rule::R10
        }
        Action::SendRequest => Rule::R11,
        _ => named(action),
    }
}

/// Returns the rule of the actions that have a name for one, and no number.
fn named(action: Action) -> Rule {
    match action {
        Action::AddFriend(_) | Action::RemoveFriend(_) => Rule::Friends,
        _ => Rule::Requests,
    }
}

/// Returns the rule for an operation as a whole that only one of the two carries out.
pub(super) fn whole(operation: &Operation) -> Rule {
    match operation {
        Operation::AddUser { .. } | Operation::RemoveUser { .. } => Rule::Users,
        Operation::SetRequestMode { .. } | Operation::SetRequestSending { .. } => Rule::R11,
        Operation::Act { action, .. } => named(*action),
        Operation::ActOnMany { .. } => Rule::R14,
    }
}

/// Returns the rule where both refuse, and say different things about it.
fn same_verdict(decision: Decision, answer: Answer) -> Rule {
    let notice = Answer::from(decision).notice;
    if answer.notice.is_some() && answer.notice != notice { Rule::R13 } else { Rule::R16 }
}

fn unblocked(deeds: &[Deed], a: &str, b: &str) -> bool {
    deeds.iter().any(|deed| deed.action == Action::Unblock && deed.is_of(a, b))
}
