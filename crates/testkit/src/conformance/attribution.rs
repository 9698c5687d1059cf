//! Attributes a difference to the rule that it breaks.

use super::engine::names_on;
use super::expectation::agree;
use super::history::{ActionRecord, History};
use super::observation::ObservedList;
use super::other_policies::{other_gates, other_policies};
use super::silent_refusal::{self, adds};
use super::{Answer, Rule};
use crate::strategies::likeness::are_alike;
use socialgraph::operation::Act;
use socialgraph::{
    Action, Change, Decision, Effect, Fact, Facts, Interaction, Limits, List, Operation, Policy,
    Question, Reason, Reasons, Refusal, Relation, SocialGraph,
};

/// Returns the rule that a reason comes from, if it has a number.
const fn rule_of_reason(reason: Reason) -> Option<Rule> {
    use Reason as R;

    match reason {
        R::ActorBlocks | R::TargetBlocks => Some(Rule::R4),
        R::AlreadyBlocked | R::NotBlocked => Some(Rule::R8),
        // A refusal that names no block: the engine's own reasons never have it.
        R::Unavailable => Some(Rule::R13),
        R::SameUser | R::UnknownActor | R::UnknownTarget => Some(Rule::R9),
        R::ActorBarred | R::TargetTakesNoRequests => Some(Rule::R11),
        R::ActorBlocklistFull
        | R::ActorFriendsFull
        | R::TargetFriendsFull
        | R::TargetRequestsFull => Some(Rule::R15),
        _ => None,
    }
}

/// Returns the rule that says what an action does.
fn rule_of_action(action: Action, change: Change) -> Rule {
    let accepts = change.effects().contains(Effect::TargetRequestAccepted);

    match action {
        Action::Block | Action::Unblock => Rule::R1,
        Action::SendRequest if accepts => Rule::R10,
        Action::SendRequest => Rule::R11,
        _ => named_rule(action),
    }
}

/// Returns the rule without a number that an action belongs to.
const fn named_rule(action: Action) -> Rule {
    match action {
        Action::AddFriend(_) | Action::RemoveFriend(_) => Rule::Friends,
        _ => Rule::Requests,
    }
}

/// Returns the rule of an operation that only one side carries out.
pub(super) const fn rule_of_operation(operation: &Operation) -> Rule {
    match operation {
        Operation::AddUser(_) | Operation::RemoveUser(_) => Rule::Users,
        Operation::SetRequestMode(_) | Operation::SetRequestSending(_) => Rule::R11,
        Operation::Act(Act { action, .. }) => named_rule(*action),
        Operation::ActOnMany(_) => Rule::R14,
        Operation::ManyAct(_) => Rule::R25,
        Operation::AdoptPolicy(_) => Rule::R26,
        Operation::RenameUser(_) => Rule::R27,
        Operation::ClearList(_) => Rule::R28,
        Operation::MergeUsers(_) => Rule::R29,
    }
}

/// The evidence for attributing a difference to a rule.
///
/// If the engine refuses, its first reason names the rule. If it allows, the rule follows from
/// the last step, or is guessed from what the log has set up.
pub(super) struct Attribution<'a> {
    /// The graph before an action, or the one that a query is about.
    pub(super) graph: &'a SocialGraph,
    pub(super) history: &'a History,
    /// The actions of the last step.
    pub(super) last_step: &'a [ActionRecord],
}

impl Attribution<'_> {
    /// Returns the rule for an action with another result.
    pub(super) fn action(&self, record: &ActionRecord, answer: Answer) -> Rule {
        match record.result {
            Err(refusal) if answer.allowed => self.refused_action(record, refusal),
            Err(_) => {
                let decision = record.decision(self.graph.policy());
                self.same_verdict(record.pair(), decision, answer)
            }
            Ok(_) if is_list_full(answer) => Rule::R15,
            Ok(_) if self.has_crossed(record) => Rule::R10,
            Ok(change) => self
                .guess(record.action, record.pair())
                .unwrap_or_else(|| rule_of_action(record.action, change)),
        }
    }

    /// Returns the rule for a list on which this entry is missing, or should not be.
    ///
    /// `None` means that the last step has no action on a pair.
    pub(super) fn list(
        &self,
        owner: &str,
        entry: &str,
        list: List,
        lists: &[ObservedList],
    ) -> Option<Rule> {
        let mut latest_first = self.last_step.iter().rev();
        let on_pair = latest_first.find(|record| record.is_between(owner, entry));
        let record = on_pair.or(self.last_step.last())?;

        let change = match record.result {
            Ok(change) => change,
            Err(refusal) => return Some(self.refused_action(record, refusal)),
        };
        let explained = |_: &Policy, after| is_observed(lists, record, after);
        if let Some(rule) = self.rule_of_other_part(record, change, explained) {
            return Some(rule);
        }
        if is_feigned_refusal(lists, record, change) {
            return Some(Rule::R4);
        }
        Some(match (record.action, list) {
            (Action::Block, List::Blocklist) => Rule::R1,
            (Action::Block, List::Friends) => Rule::R2,
            (Action::Block, List::RequestsIn | List::RequestsOut) => Rule::R3,
            (Action::Unblock, List::Blocklist) if owner != record.actor => Rule::R1,
            (Action::Unblock, _) => Rule::R7,
            (action, _) => rule_of_action(action, change),
        })
    }

    /// Returns the rule for a wrong answer to "may the actor reach the target?".
    ///
    /// Messages are compared first. So if the gate of another interaction is at fault, then that
    /// interaction is at odds with its own gate (R17).
    pub(super) fn interaction(
        &self,
        interaction: Interaction,
        pair: (&str, &str),
        decision: Decision,
        answer: Answer,
    ) -> Rule {
        let fits = |policy: &Policy, relation| agree(policy.can(interaction, relation), answer);
        if let Some(rule) = self.rule_of_other_request(pair, fits) {
            return rule;
        }
        if decision.is_allowed() == answer.allowed {
            return self.same_verdict(pair, decision, answer);
        }

        let rule = self.gate(pair, decision);
        match (interaction, rule) {
            (Interaction::Message, rule) => rule,
            (_, Rule::R5 | Rule::R6 | Rule::R12) => Rule::R17,
            (_, rule) => rule,
        }
    }

    /// Returns the rule of a gate that a system opens or closes against the engine.
    fn gate(&self, (actor, target): (&str, &str), decision: Decision) -> Rule {
        let relation = self.graph.relation(actor, target).unwrap_or_default();
        let both_block = relation.holds(Fact::ActorBlocks) && relation.holds(Fact::TargetBlocks);

        match decision.reasons().first() {
            None if self.is_unblocked(actor, target) => Rule::R7,
            None if self.history.lost_to_removal(actor, target) => Rule::Users,
            None if relation.is_blocked() || self.is_alike_to_blocked(actor, target) => Rule::R5,
            None | Some(Reason::NotListedByActor | Reason::NotListedByTarget) => Rule::R12,
            Some(Reason::ActorBlocks | Reason::TargetBlocks) if both_block => Rule::R6,
            Some(Reason::ActorBlocks | Reason::TargetBlocks) => Rule::R5,
            Some(_) => Rule::R9,
        }
    }

    /// Guesses the rule by which a system refuses an action that the engine allows.
    fn guess(&self, action: Action, pair: (&str, &str)) -> Option<Rule> {
        if self.is_alike_to_blocked(pair.0, pair.1) {
            match action {
                Action::Block => return Some(Rule::R1),
                _ if adds(action) => return Some(Rule::R4),
                _ => {}
            }
        }
        silent_refusal::guess(self.graph, self.history, action, pair)
    }

    /// Returns whether one of the two blocks a user whose name is easily taken for the other's.
    fn is_alike_to_blocked(&self, actor: &str, target: &str) -> bool {
        let blocks_alike = |owner: &str, other: &str| {
            let blocked = names_on(self.graph, owner, List::Blocklist);
            blocked.iter().any(|name| are_alike(name, other))
        };
        blocks_alike(actor, target) || blocks_alike(target, actor)
    }

    /// Returns the rule for a wrong answer to "may the actor send the target a request?".
    pub(super) fn request(
        &self,
        (actor, target): (&str, &str),
        decision: Decision,
        answer: Answer,
    ) -> Rule {
        let fits = |policy: &Policy, relation: Relation| {
            let facts = self.facts(actor, target, relation);
            facts.is_some_and(|facts| agree(policy.decide(Action::SendRequest, &facts), answer))
        };
        if let Some(rule) = self.rule_of_other_request((actor, target), fits) {
            return rule;
        }
        if decision.is_allowed() == answer.allowed {
            return self.same_verdict((actor, target), decision, answer);
        }

        // Does the system settle two opposite requests in the other way, or ask for another entry?
        let relation = self.graph.relation(actor, target).unwrap_or_default();
        let meets = relation.holds(Fact::TargetRequested)
            && !decision.reasons().iter().any(Reason::is_block);
        let names_entry = [decision.reasons(), answer.reasons.unwrap_or_default()]
            .into_iter()
            .flatten()
            .any(|reason| matches!(reason, Reason::AlreadyFriends | Reason::AlreadyListed));
        for (rule, other) in other_policies(self.graph.policy()) {
            let may_show = if rule == Rule::R10 {
                meets
            } else {
                names_entry
            };
            if may_show && fits(&other, relation) {
                return rule;
            }
        }
        if !decision.is_allowed() {
            return self.refused(Action::SendRequest, decision.reasons(), (actor, target));
        }
        self.allowed_request((actor, target), answer)
    }

    /// Returns the rule by which a system may refuse a request that the engine allows.
    fn allowed_request(&self, (actor, target): (&str, &str), answer: Answer) -> Rule {
        if is_list_full(answer) {
            return Rule::R15;
        }
        if self.is_unblocked(actor, target) {
            return Rule::R7;
        }
        if self.has_ended_request(actor, target) {
            return Rule::Requests;
        }
        if let Some(rule) = self.guess(Action::SendRequest, (actor, target)) {
            return rule;
        }

        let relation = self.graph.relation(actor, target).unwrap_or_default();
        if relation.holds(Fact::TargetRequested) {
            Rule::R10
        } else if relation.holds(Fact::ActorLists) {
            // A one-way friend may still be requested.
            Rule::Requests
        } else {
            Rule::R11
        }
    }

    /// Returns the rule by which the engine refuses the recorded action.
    fn refused_action(&self, record: &ActionRecord, refusal: Refusal) -> Rule {
        let (actor, target) = record.pair();
        let relation = self.graph.relation(actor, target).unwrap_or_default();

        // Only the blocker can lift a block: here the block is the target's.
        let lifts_other = refusal.reasons().contains(Reason::NotBlocked);
        if lifts_other && relation.holds(Fact::TargetBlocks) {
            return Rule::R1;
        }
        self.refused(record.action, refusal.reasons(), (actor, target))
    }

    /// Returns the rule by which the engine refuses an action for these reasons.
    fn refused(&self, action: Action, reasons: Reasons, (actor, target): (&str, &str)) -> Rule {
        let Some(reason) = reasons.first() else {
            return named_rule(action);
        };

        // If a block removed the missing entry, then the block's rule is broken.
        let missing = match reason {
            Reason::NoRequestFromTarget => Some((Rule::R3, target, actor, List::RequestsOut)),
            Reason::NoRequestFromActor => Some((Rule::R3, actor, target, List::RequestsOut)),
            Reason::NotListedByActor => Some((Rule::R2, actor, target, List::Friends)),
            _ => None,
        };
        if let Some((rule, owner, entry, list)) = missing
            && self.history.lost_to_block(owner, entry, list)
        {
            return rule;
        }

        match rule_of_reason(reason) {
            Some(rule) => rule,
            // The engine has settled crossed requests in another way than the system.
            None if self.history.has_crossed(actor, target) => Rule::R10,
            None => named_rule(action),
        }
    }

    /// Returns whether an action follows a request that met the other's.
    fn has_crossed(&self, record: &ActionRecord) -> bool {
        let (actor, target) = record.pair();
        let blocks = matches!(record.action, Action::Block | Action::Unblock);
        !blocks && self.history.has_crossed(actor, target)
    }

    /// Returns the rule of a part that the last request or acceptance between two users breaks.
    ///
    /// `fits` gets a policy with another value of the part, and the relation under it, seen from
    /// the first user. It returns whether the system's answer is that policy's.
    fn rule_of_other_request(
        &self,
        (actor, target): (&str, &str),
        fits: impl Fn(&Policy, Relation) -> bool,
    ) -> Option<Rule> {
        let mut latest_first = self.last_step.iter().rev();
        let record = latest_first.find(|record| record.is_between(actor, target))?;
        let is_turned = record.actor != actor;

        self.rule_of_other_part(record, record.result.ok()?, |policy, after| {
            fits(policy, if is_turned { after.flip() } else { after })
        })
    }

    /// Returns the rule of a part if another value of it explains what the system did.
    ///
    /// The parts are what a crossed request does (R10), and what a granted request makes (R18).
    /// `fits` gets the policy with the other value, and the relation after the action under it.
    fn rule_of_other_part(
        &self,
        record: &ActionRecord,
        change: Change,
        fits: impl Fn(&Policy, Relation) -> bool,
    ) -> Option<Rule> {
        let grants = matches!(record.action, Action::SendRequest | Action::AcceptRequest);
        let facts = self.facts(&record.actor, &record.target, change.before)?;

        // What the action does is asked, and not whether there is room for it.
        let policy = Policy {
            limits: Limits::NONE,
            ..*self.graph.policy()
        };
        for (rule, policy) in other_policies(&policy) {
            let other = policy.apply(record.action, &facts);
            let after = other.map_or(change.before, |other| other.after);
            if grants && after != change.after && fits(&policy, after) {
                return Some(rule);
            }
        }
        None
    }

    /// Returns the rule if both sides allow or both refuse, but say different things about it.
    ///
    /// If one block stands and another value of a part explains the reasons, then the part's rule
    /// is broken, and not R16.
    fn same_verdict(
        &self,
        (actor, target): (&str, &str),
        decision: Decision,
        answer: Answer,
    ) -> Rule {
        let notice = Answer::from(decision).notice;
        if answer.notice.is_some() && answer.notice != notice {
            return Rule::R13;
        }

        let relation = self.graph.relation(actor, target).unwrap_or_default();
        let both_block = relation.holds(Fact::ActorBlocks) && relation.holds(Fact::TargetBlocks);
        let facts = self.facts(actor, target, relation);
        let (Some(facts), Some(_), false) = (facts, answer.reasons, both_block) else {
            return Rule::R16;
        };

        let question = decision.question();
        let explains = |policy: &Policy| agree(policy.decide(question, &facts), answer);
        let policy = self.graph.policy();
        let [_, (making, makes)] = other_policies(policy);
        if explains(&makes) {
            return making;
        }
        match question {
            _ if !other_gates(policy, question).iter().any(explains) => Rule::R16,
            Question::Reach(_) => Rule::R17,
            Question::Act(_) => Rule::R4,
        }
    }

    /// Returns the facts of two users in a relation.
    fn facts(&self, actor: &str, target: &str, relation: Relation) -> Option<Facts> {
        Some(Facts {
            relation,
            actor: self.graph.user_facts(actor).ok()?,
            target: self.graph.user_facts(target).ok()?,
        })
    }

    /// Returns whether the last step unblocks one of the two users.
    fn is_unblocked(&self, a: &str, b: &str) -> bool {
        let mut records = self.last_step.iter();
        records.any(|record| record.action == Action::Unblock && record.is_between(a, b))
    }

    /// Returns whether the last step declines or cancels a request between the two users.
    fn has_ended_request(&self, a: &str, b: &str) -> bool {
        use Action::{CancelRequest, DeclineRequest};

        for record in self.last_step {
            let ends = matches!(record.action, DeclineRequest | CancelRequest);
            if ends && record.result.is_ok() && record.is_between(a, b) {
                return true;
            }
        }
        false
    }
}

/// Returns whether a system reports an action across a block as done, and has done nothing.
///
/// So it refuses silently what the engine allows.
fn is_feigned_refusal(lists: &[ObservedList], record: &ActionRecord, change: Change) -> bool {
    adds(record.action) && change.before.is_blocked() && is_observed(lists, record, change.before)
}

/// Returns whether all lists that a system offers have a relation of the record's two users.
fn is_observed(lists: &[ObservedList], record: &ActionRecord, after: Relation) -> bool {
    let (actor, target) = record.pair();
    for (owner, entry, relation) in [(actor, target, after), (target, actor, after.flip())] {
        for observed in lists.iter().filter(|observed| observed.user == owner) {
            let is_on = observed.names.iter().any(|name| name == entry);
            if is_on != relation.holds(observed.list.fact()) {
                return false;
            }
        }
    }
    true
}

/// Returns whether a system refuses because a list is full, and says so.
fn is_list_full(answer: Answer) -> bool {
    let mut reasons = answer.reasons.unwrap_or_default().iter();
    reasons.any(|reason| rule_of_reason(reason) == Some(Rule::R15))
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{ADD, ActionOnPair, apply, pair, play, remove_ben};
    use super::{ActionRecord, Answer, Attribution, History, Rule, rule_of_reason};
    use socialgraph::{Action, Interaction, List, Notice, Policy, Reason, Sides};

    /// A reason that the engine gains must be added here or get a rule.
    #[test]
    fn every_other_reason_has_a_rule_of_its_own() {
        use Reason as R;

        let mut without_rule = Vec::new();
        for reason in Reason::ALL {
            if rule_of_reason(reason).is_none() {
                without_rule.push(reason);
            }
        }

        let requests = [
            R::AlreadyRequested,
            R::NoRequestFromActor,
            R::NoRequestFromTarget,
        ];
        let friends = [
            R::AlreadyFriends,
            R::AlreadyListed,
            R::NotListedByActor,
            R::NotListedByTarget,
        ];
        assert_eq!(without_rule, [&requests[..], &friends[..]].concat());
    }

    #[test]
    fn a_wrong_list_breaks_the_rule_of_the_last_action() {
        let rule = |actions: &[ActionOnPair], (owner, entry), list| {
            let (graph, history, records) = play(Policy::tencent_rest(), actions);
            let attribution = Attribution {
                graph: &graph,
                history: &history,
                last_step: &records,
            };
            attribution.list(owner, entry, list, &[])
        };
        let block = (Action::Block, "ann", "ben");
        let unblock = (Action::Unblock, "ann", "ben");
        let request = (Action::SendRequest, "ann", "ben");
        let request_back = (Action::SendRequest, "ben", "ann");
        let add = (ADD, "ann", "ben");

        assert_eq!(rule(&[], ("ann", "ben"), List::Friends), None);
        #[rustfmt::skip]
        let cases = [
            (Rule::R1, &[block][..], ("ann", "ben"), List::Blocklist),
            (Rule::R2, &[block], ("ben", "ann"), List::Friends),
            (Rule::R3, &[block], ("ben", "ann"), List::RequestsIn),
            (Rule::R8, &[block, block], ("ann", "ben"), List::Friends),
            (Rule::R7, &[block, unblock], ("ann", "ben"), List::Blocklist),
            (Rule::R1, &[block, unblock], ("ben", "ann"), List::Blocklist),
            (Rule::R7, &[block, unblock], ("ben", "ann"), List::Friends),
            (Rule::Friends, &[add], ("ann", "ben"), List::Friends),
            (Rule::R11, &[request], ("ann", "ben"), List::RequestsOut),
            (Rule::R10, &[request, request_back], ("ann", "ben"), List::Friends),
        ];
        for (expected, actions, entry, list) in cases {
            let found = rule(actions, entry, list);
            assert_eq!(found, Some(expected), "{actions:?}, {entry:?}, {list}");
        }
    }

    #[test]
    fn an_action_that_the_system_refuses_breaks_the_rule_of_its_reasons() {
        let (before, mut history) = (pair(), History::default());
        let rule = |history: &History, record: &ActionRecord, answer| {
            let attribution = Attribution {
                graph: &before,
                history,
                last_step: &[],
            };
            attribution.action(record, answer)
        };
        let full = Answer::REFUSED.with_reasons(Reason::ActorBlocklistFull.into());

        let block = (Action::Block, "ann", "ben");
        let records = apply(&mut before.clone(), &mut history, block);
        assert_eq!(rule(&history, &records[0], Answer::REFUSED), Rule::R1);
        assert_eq!(rule(&history, &records[0], full), Rule::R15);

        let unblock = (Action::Unblock, "ann", "ben");
        let records = apply(&mut before.clone(), &mut history, unblock);
        assert_eq!(rule(&history, &records[0], Answer::ALLOWED), Rule::R8);
        assert_eq!(rule(&history, &records[0], full), Rule::R16);
    }

    #[test]
    fn a_refused_message_to_a_user_who_rejoined_breaks_the_rule_of_users() {
        let (mut graph, mut history) = (pair(), History::default());
        apply(&mut graph, &mut history, (ADD, "ann", "ben"));
        remove_ben(&mut graph, &mut history);
        graph.add_user("ben").unwrap();

        let attribution = Attribution {
            graph: &graph,
            history: &history,
            last_step: &[],
        };
        let decision = graph.can_message("ann", "ben");
        let (message, pair) = (Interaction::Message, ("ann", "ben"));
        let rule = attribution.interaction(message, pair, decision, Answer::REFUSED);
        assert_eq!(rule, Rule::Users);
    }

    /// The engine allows what a block of a user with another, but similar, name would refuse.
    #[test]
    fn a_refusal_for_the_block_of_an_alike_name_breaks_the_rule_of_blocks() {
        for (name, is_alike) in [("Ben", true), ("ben ", true), ("Cyd", false)] {
            let (mut graph, mut history) = (pair(), History::default());
            graph.add_user(name).unwrap();
            apply(&mut graph, &mut history, (Action::Block, "ann", name));
            let attribution = Attribution {
                graph: &graph,
                history: &history,
                last_step: &[],
            };

            let (message, pair) = (Interaction::Message, ("ben", "ann"));
            let decision = graph.can_message("ben", "ann");
            let rule = attribution.interaction(message, pair, decision, Answer::REFUSED);
            assert_eq!(rule, if is_alike { Rule::R5 } else { Rule::R12 }, "{name}");

            let decision = graph.can_send_friend_request("ben", "ann");
            let rule = attribution.request(pair, decision, Answer::REFUSED);
            assert_eq!(rule, if is_alike { Rule::R4 } else { Rule::R11 }, "{name}");

            let block = (Action::Block, "ann", "ben");
            let records = apply(&mut graph.clone(), &mut History::default(), block);
            let rule = attribution.action(&records[0], Answer::REFUSED);
            assert_eq!(rule, Rule::R1, "{name}");
        }
    }

    /// Returns the rule for a wrong answer about an interaction after these actions.
    fn rule_of(
        interaction: Interaction,
        policy: Policy,
        actions: &[ActionOnPair],
        (actor, target): (&str, &str),
        answer: Answer,
    ) -> Rule {
        let (graph, history, records) = play(policy, actions);
        let attribution = Attribution {
            graph: &graph,
            history: &history,
            last_step: &records,
        };
        let decision = graph.can(interaction, actor, target);
        attribution.interaction(interaction, (actor, target), decision, answer)
    }

    #[test]
    fn a_wrong_answer_about_a_message_breaks_the_rule_behind_the_right_one() {
        let (rest, mut listed) = (Policy::tencent_rest(), Policy::tencent_rest());
        listed.message.needs_listing_by = Sides::Actor;

        let block = (Action::Block, "ann", "ben");
        let block_back = (Action::Block, "ben", "ann");
        let unblock = (Action::Unblock, "ann", "ben");
        let (yes, no) = (Answer::ALLOWED, Answer::REFUSED);
        let (told, silent) = (no.with_notice(Notice::Told), no.with_notice(Notice::Silent));
        let other_reason = no.with_reasons(Reason::ActorBlocks.into());
        #[rustfmt::skip]
        let cases = [
            (Rule::R5, rest, &[block][..], ("ben", "ann"), yes),
            (Rule::R5, rest, &[block], ("ann", "ben"), no),
            (Rule::R6, rest, &[block, block_back], ("ben", "ann"), yes),
            (Rule::R7, rest, &[block, unblock], ("ben", "ann"), no),
            (Rule::R9, rest, &[], ("ann", "ann"), yes),
            (Rule::R12, rest, &[], ("ben", "ann"), no),
            (Rule::R12, listed, &[], ("ben", "ann"), yes),
            (Rule::R13, rest, &[block], ("ben", "ann"), told),
            (Rule::R16, rest, &[block], ("ben", "ann"), silent),
            (Rule::R16, rest, &[block], ("ben", "ann"), other_reason),
        ];
        for (expected, policy, actions, pair, answer) in cases {
            let found = rule_of(Interaction::Message, policy, actions, pair, answer);
            assert_eq!(found, expected, "{actions:?}, {pair:?}");
        }
    }

    /// Another interaction than the message has a gate of its own, and the other rules as well.
    #[test]
    fn a_wrong_answer_about_a_call_breaks_the_rule_of_interactions() {
        let (rest, mut listed) = (Policy::tencent_rest(), Policy::tencent_rest());
        listed.call.needs_listing_by = Sides::Actor;

        let block = (Action::Block, "ann", "ben");
        let block_back = (Action::Block, "ben", "ann");
        let unblock = (Action::Unblock, "ann", "ben");
        let (yes, no) = (Answer::ALLOWED, Answer::REFUSED);
        #[rustfmt::skip]
        let cases = [
            (Rule::R17, rest, &[block][..], ("ben", "ann"), yes),
            (Rule::R17, rest, &[block], ("ann", "ben"), no),
            (Rule::R17, rest, &[block, block_back], ("ben", "ann"), yes),
            (Rule::R17, rest, &[], ("ben", "ann"), no),
            (Rule::R17, listed, &[], ("ben", "ann"), yes),
            (Rule::R7, rest, &[block, unblock], ("ben", "ann"), no),
            (Rule::R9, rest, &[], ("ann", "ann"), yes),
            (Rule::R13, rest, &[block], ("ben", "ann"), no.with_notice(Notice::Told)),
            (Rule::R16, rest, &[block], ("ben", "ann"), no.with_reasons(Reason::ActorBlocks.into())),
        ];
        for (expected, policy, actions, pair, answer) in cases {
            let found = rule_of(Interaction::Call, policy, actions, pair, answer);
            assert_eq!(found, expected, "{actions:?}, {pair:?}");
        }
    }

    #[test]
    fn a_wrong_answer_about_a_request_breaks_the_rule_behind_the_right_one() {
        let rule = |actions: &[ActionOnPair], (actor, target), answer| {
            let (graph, history, records) = play(Policy::tencent_rest(), actions);
            let attribution = Attribution {
                graph: &graph,
                history: &history,
                last_step: &records,
            };
            let decision = graph.can_send_friend_request(actor, target);
            attribution.request((actor, target), decision, answer)
        };
        let block = (Action::Block, "ann", "ben");
        let block_back = (Action::Block, "ben", "ann");
        let unblock = (Action::Unblock, "ann", "ben");
        let request = (Action::SendRequest, "ann", "ben");
        let cancel = (Action::CancelRequest, "ann", "ben");
        let decline = (Action::DeclineRequest, "ben", "ann");
        let add = (ADD, "ann", "ben");
        let (yes, no) = (Answer::ALLOWED, Answer::REFUSED);
        let full = no.with_reasons(Reason::TargetRequestsFull.into());
        let first = no.with_reasons(Reason::ActorBlocks.into());
        let listed = no.with_reasons(Reason::AlreadyListed.into());
        #[rustfmt::skip]
        let cases = [
            (Rule::R4, &[block][..], ("ben", "ann"), yes),
            (Rule::R7, &[block, unblock], ("ben", "ann"), no),
            (Rule::R9, &[], ("ann", "ann"), yes),
            (Rule::R10, &[request], ("ben", "ann"), no),
            (Rule::R11, &[], ("ben", "ann"), no),
            (Rule::R15, &[], ("ben", "ann"), full),
            (Rule::R16, &[block], ("ben", "ann"), no),
            (Rule::Requests, &[request, cancel], ("ben", "ann"), no),
            (Rule::Requests, &[request, decline], ("ben", "ann"), no),
            (Rule::R11, &[cancel], ("ben", "ann"), no),
            // A one-way friend may be requested.
            (Rule::Requests, &[add], ("ann", "ben"), no),
            (Rule::R18, &[add], ("ann", "ben"), listed),
            // Only the first of two reasons is given.
            (Rule::R16, &[block, block_back], ("ben", "ann"), first),
            (Rule::R11, &[add], ("ben", "ann"), no),
            (Rule::R13, &[block], ("ben", "ann"), no.with_notice(Notice::Neutral)),
        ];
        for (expected, actions, pair, answer) in cases {
            assert_eq!(
                rule(actions, pair, answer),
                expected,
                "{actions:?}, {pair:?}"
            );
        }
    }
}
