//! Which rule a difference breaks.

use std::collections::BTreeSet;

use super::suspect::{Gone, suspect};
use super::{Answer, Rule};
use socialgraph::{Action, Change, Decision, Effect, Reason, Reasons, Refusal};
use socialgraph::{Fact, Relation};
use socialgraph::{List, SocialGraph};
use socialgraph::{Operation, Outcome};

/// What was done to one pair in the last step, and what the engine said to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ActionRecord {
    pub(super) action: Action,
    pub(super) actor: String,
    pub(super) target: String,
    pub(super) result: Result<Change, Refusal>,
    /// How the two stand after the operation.
    pub(super) relation: Relation,
}

/// Returns what an operation did to each pair that it names.
pub(super) fn records(
    operation: &Operation,
    outcome: &Outcome,
    graph: &SocialGraph,
) -> Vec<ActionRecord> {
    let (action, actor, targets) = match operation {
        Operation::Act {
            action,
            actor,
            target,
        } => (*action, actor, std::slice::from_ref(target)),
        Operation::ActOnMany {
            action,
            actor,
            targets,
        } => (*action, actor, &targets[..]),
        _ => return Vec::new(),
    };
    let items = targets.iter().zip(outcome.items());
    let record = |(target, result): (&String, &Result<Change, Refusal>)| ActionRecord {
        action,
        actor: actor.clone(),
        target: target.clone(),
        result: *result,
        relation: graph.relation(actor, target).unwrap_or_default(),
    };
    items.map(record).collect()
}

impl ActionRecord {
    pub(super) fn pair(&self) -> (&str, &str) {
        (&self.actor, &self.target)
    }

    fn is_of(&self, a: &str, b: &str) -> bool {
        self.pair() == (a, b) || self.pair() == (b, a)
    }
}

/// What has been and must not show again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct History {
    /// The entries that blocks took off lists and that have not come back since.
    cut: BTreeSet<(String, String, List)>,
    gone: Gone,
}

impl History {
    /// Takes note of what an operation led to that met the graph like this.
    pub(super) fn note(
        &mut self,
        outcome: &Outcome,
        records: &[ActionRecord],
        before: &SocialGraph,
    ) {
        for record in records {
            self.note_action(record);
        }
        if let Outcome::RemoveUser(Ok(removed)) = outcome {
            let name = &removed.name;
            self.cut
                .retain(|(owner, entry, _)| owner != name && entry != name);
        }
        self.gone.note(outcome, before);
    }

    fn note_action(&mut self, record: &ActionRecord) {
        let Ok(change) = record.result else { return };
        let (actor, target) = (&record.actor, &record.target);
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
            if record.action == Action::Block {
                self.cut.insert(key);
            } else {
                self.cut.remove(&key);
            }
        }
    }

    fn has(&self, owner: &str, entry: &str, list: List) -> bool {
        self.cut
            .contains(&(owner.to_owned(), entry.to_owned(), list))
    }

    /// Returns the rule by which the engine refuses what the system carries out.
    fn refused(&self, action: Action, reasons: Reasons, (actor, target): (&str, &str)) -> Rule {
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
            Some(reason) if is_limit(reason) => Rule::R15,
            _ => named(action),
        }
    }

    fn refused_action(&self, record: &ActionRecord, refusal: Refusal) -> Rule {
        let reasons = refusal.reasons();
        let not_theirs =
            reasons.contains(Reason::NotBlocked) && record.relation.holds(Fact::TargetBlocks);
        if not_theirs {
            Rule::R1
        } else {
            self.refused(record.action, reasons, record.pair())
        }
    }

    /// Returns the rule that a deed breaks whose result is another, in this graph.
    pub(super) fn record(
        &self,
        record: &ActionRecord,
        answer: Answer,
        before: &SocialGraph,
    ) -> Rule {
        match record.result {
            Err(refusal) if answer.allowed => self.refused_action(record, refusal),
            Err(_) => Rule::R16,
            Ok(_) if finds_no_room(answer) => Rule::R15,
            Ok(change) => suspect(before, &self.gone, record.action, record.pair())
                .unwrap_or_else(|| carried_out(record.action, change)),
        }
    }

    /// Returns the rule that a list breaks on which an entry is, or is not, wrongly, where the
    /// last step was one on pairs.
    pub(super) fn list(
        &self,
        records: &[ActionRecord],
        owner: &str,
        entry: &str,
        list: List,
    ) -> Option<Rule> {
        let concerned = records
            .iter()
            .rev()
            .find(|record| record.is_of(owner, entry));
        let record = concerned.or(records.last())?;
        Some(match (record.action, record.result) {
            (_, Err(refusal)) => self.refused_action(record, refusal),
            (Action::Block, _) => match list {
                List::Blocklist => Rule::R1,
                List::Friends => Rule::R2,
                List::RequestsIn | List::RequestsOut => Rule::R3,
            },
            (Action::Unblock, _) if list == List::Blocklist && owner != record.actor => Rule::R1,
            (Action::Unblock, _) => Rule::R7,
            (action, Ok(change)) => carried_out(action, change),
        })
    }

    /// Returns the rule that the answer to "may the actor message the target?" breaks.
    pub(super) fn message(
        &self,
        decision: Decision,
        answer: Answer,
        relation: Relation,
        records: &[ActionRecord],
        (actor, target): (&str, &str),
    ) -> Rule {
        match decision.reasons().first() {
            _ if decision.is_allowed() == answer.allowed => same_verdict(decision, answer),
            None if unblocked(records, actor, target) => Rule::R7,
            None if self.gone.concerns(actor, target) => Rule::Users,
            None if relation.is_blocked() => Rule::R5,
            None | Some(Reason::NotListedByActor | Reason::NotListedByTarget) => Rule::R12,
            Some(Reason::ActorBlocks | Reason::TargetBlocks) => {
                let both = relation.holds(Fact::ActorBlocks) && relation.holds(Fact::TargetBlocks);
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
        graph: &SocialGraph,
        records: &[ActionRecord],
        pair: (&str, &str),
    ) -> Rule {
        if decision.is_allowed() == answer.allowed {
            return same_verdict(decision, answer);
        }
        if !decision.is_allowed() {
            return self.refused(Action::SendRequest, decision.reasons(), pair);
        }
        if finds_no_room(answer) {
            return Rule::R15;
        }
        if unblocked(records, pair.0, pair.1) {
            return Rule::R7;
        }
        if ended_request(records, pair.0, pair.1) {
            return Rule::Requests;
        }
        let opposite = || {
            let relation = graph.relation(pair.0, pair.1).unwrap_or_default();
            if relation.holds(Fact::TargetRequested) {
                Rule::R10
            } else {
                Rule::R11
            }
        };
        suspect(graph, &self.gone, Action::SendRequest, pair).unwrap_or_else(opposite)
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
    answer
        .reasons
        .is_some_and(|reasons| reasons.iter().any(is_limit))
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
    if answer.notice.is_some() && answer.notice != notice {
        Rule::R13
    } else {
        Rule::R16
    }
}

fn unblocked(records: &[ActionRecord], a: &str, b: &str) -> bool {
    records
        .iter()
        .any(|record| record.action == Action::Unblock && record.is_of(a, b))
}

/// Returns whether a request between the two was declined or cancelled just now.
fn ended_request(records: &[ActionRecord], a: &str, b: &str) -> bool {
    records.iter().any(|record| {
        let ends = matches!(
            record.action,
            Action::DeclineRequest | Action::CancelRequest
        );
        ends && record.result.is_ok() && record.is_of(a, b)
    })
}

#[cfg(test)]
mod tests {
    use super::{ActionRecord, Answer, History, Relation, Rule, records};
    use socialgraph::{
        Action, List, Notice, Operation, Policy, Reason, RequestMode, RequestSending, Sides,
        SocialGraph, Ways,
    };

    fn pair() -> SocialGraph {
        let mut graph = SocialGraph::new(Policy::tencent_rest());
        for name in ["ann", "ben"] {
            graph.add_user(name).unwrap();
        }
        graph
    }

    fn does(
        graph: &mut SocialGraph,
        history: &mut History,
        (action, actor, target): Act,
    ) -> Vec<ActionRecord> {
        let before = graph.clone();
        let operation = Operation::act(action, actor, target);
        let outcome = operation.apply_to(graph);
        let records = records(&operation, &outcome, graph);
        history.note(&outcome, &records, &before);
        records
    }

    /// Plays acts; returns the graph, what is noted, and what the last has done.
    fn played(policy: Policy, acts: &[Act]) -> (SocialGraph, History, Vec<ActionRecord>) {
        let (mut graph, mut history) = (pair().with_policy(policy).unwrap(), History::default());
        let records = acts
            .iter()
            .map(|act| does(&mut graph, &mut history, *act))
            .last();
        (graph, history, records.unwrap_or_default())
    }

    /// Removes ben.
    fn remove_ben(graph: &mut SocialGraph, history: &mut History) {
        let (before, leave) = (
            graph.clone(),
            Operation::RemoveUser {
                name: "ben".to_owned(),
            },
        );
        history.note(&leave.apply_to(graph), &[], &before);
    }

    type Act = (Action, &'static str, &'static str);

    const ADD: Action = Action::AddFriend(Ways::OneWay);

    #[test]
    fn a_deed_is_of_its_two_either_way_round() {
        let act = (Action::Block, "ann", "ben");
        let [record] = &does(&mut pair(), &mut History::default(), act)[..] else {
            panic!("{act:?}")
        };
        assert!(record.is_of("ann", "ben") && record.is_of("ben", "ann"));
        assert!(!record.is_of("ann", "ann") && !record.is_of("ben", "ben"));
        assert!(!record.is_of("ann", "cyd") && !record.is_of("cyd", "ben"));
    }

    /// Plays acts; returns whether this entry of ann's is noted, when it is alone.
    fn cut(list: List, acts: &[Act]) -> bool {
        let (_, history, _) = played(Policy::tencent_rest(), acts);
        assert!(history.cut.len() <= 1, "{history:?}");
        assert!(!history.has("ben", "ann", list) && !history.has("ann", "ben", List::Blocklist));
        assert_eq!(
            history.cut.len(),
            usize::from(history.has("ann", "ben", list))
        );
        history.has("ann", "ben", list)
    }

    #[test]
    fn what_a_block_takes_off_a_list_is_noted_until_it_is_back() {
        let ask = Action::SendRequest;
        let two_way = Action::AddFriend(Ways::TwoWay);
        let ways_back: [(List, Act, &[Act]); 2] = [
            (
                List::Friends,
                (ADD, "ann", "ben"),
                &[(ADD, "ann", "ben"), (two_way, "ben", "ann")],
            ),
            (
                List::RequestsOut,
                (ask, "ann", "ben"),
                &[(ask, "ann", "ben")],
            ),
        ];
        for (list, first, backs) in ways_back {
            assert!(!cut(list, &[first]));
            for (blocker, blocked) in [("ann", "ben"), ("ben", "ann")] {
                let [block, lift] =
                    [Action::Block, Action::Unblock].map(|action| (action, blocker, blocked));
                assert!(cut(list, &[first, block]), "{blocker} {list}");
                assert!(cut(list, &[first, block, lift]), "{blocker} {list}");
                for back in backs {
                    assert!(!cut(list, &[first, block, lift, *back]), "{back:?}");
                }
            }
        }
    }

    #[test]
    fn who_is_removed_takes_along_what_blocks_took_off_lists() {
        let (mut graph, mut history) = (pair(), History::default());
        graph.add_user("cyd").unwrap();
        for (owner, entry) in [("ann", "ben"), ("ben", "cyd"), ("ann", "cyd")] {
            does(&mut graph, &mut history, (ADD, owner, entry));
            does(&mut graph, &mut history, (Action::Block, owner, entry));
            assert!(history.has(owner, entry, List::Friends));
        }
        remove_ben(&mut graph, &mut history);
        assert_eq!(
            history.cut,
            [("ann".to_owned(), "cyd".to_owned(), List::Friends)].into()
        );
        assert!(history.gone.concerns("ben", "ann") && !history.gone.concerns("ann", "cyd"));
        assert!(!history.gone.concerns("ben", "dee"));
    }

    #[test]
    fn who_is_removed_takes_along_a_bar_and_a_mode() {
        for bar in [true, false] {
            let (mut graph, mut history) = (pair(), History::default());
            if bar {
                graph
                    .set_request_sending("ben", RequestSending::Barred)
                    .unwrap();
            } else {
                graph.set_request_mode("ben", RequestMode::Nobody).unwrap();
            }
            remove_ben(&mut graph, &mut history);
            assert!(history.gone.concerns("ben", "ann") && history.gone.concerns("ann", "ben"));
        }
    }

    #[test]
    fn a_wrong_list_has_the_rule_of_what_was_done_last() {
        let rule = |acts: &[Act], (owner, entry), list| {
            let (_, history, records) = played(Policy::tencent_rest(), acts);
            history.list(&records, owner, entry, list)
        };
        let (block, unblock) = (
            (Action::Block, "ann", "ben"),
            (Action::Unblock, "ann", "ben"),
        );
        let (anns, bens) = (("ann", "ben"), ("ben", "ann"));
        assert_eq!(rule(&[], anns, List::Friends), None);
        assert_eq!(rule(&[block], anns, List::Blocklist), Some(Rule::R1));
        assert_eq!(rule(&[block], bens, List::Friends), Some(Rule::R2));
        assert_eq!(rule(&[block], bens, List::RequestsIn), Some(Rule::R3));
        assert_eq!(rule(&[block, block], anns, List::Friends), Some(Rule::R8));
        assert_eq!(
            rule(&[block, unblock], anns, List::Blocklist),
            Some(Rule::R7)
        );
        assert_eq!(
            rule(&[block, unblock], bens, List::Blocklist),
            Some(Rule::R1)
        );
        assert_eq!(rule(&[block, unblock], bens, List::Friends), Some(Rule::R7));
        assert_eq!(
            rule(&[(ADD, "ann", "ben")], anns, List::Friends),
            Some(Rule::Friends)
        );
        let ask = (Action::SendRequest, "ann", "ben");
        assert_eq!(rule(&[ask], anns, List::RequestsOut), Some(Rule::R11));
        assert_eq!(
            rule(&[ask, (ask.0, "ben", "ann")], anns, List::Friends),
            Some(Rule::R10)
        );
    }

    #[test]
    fn a_deed_that_the_system_refuses_has_the_rule_of_what_it_says() {
        let (before, mut history) = (pair(), History::default());
        let rule = |history: &History, record: &ActionRecord, answer| {
            history.record(record, answer, &before)
        };
        let full = Answer::REFUSED.with_reasons(Reason::ActorBlocklistFull.into());
        let records = does(
            &mut before.clone(),
            &mut history,
            (Action::Block, "ann", "ben"),
        );
        assert_eq!(rule(&history, &records[0], Answer::REFUSED), Rule::R1);
        assert_eq!(rule(&history, &records[0], full), Rule::R15);
        let records = does(
            &mut before.clone(),
            &mut history,
            (Action::Unblock, "ann", "ben"),
        );
        assert_eq!(rule(&history, &records[0], Answer::ALLOWED), Rule::R8);
        assert_eq!(rule(&history, &records[0], full), Rule::R16);
    }

    #[test]
    fn what_somebody_took_along_speaks_for_a_message() {
        let (mut graph, mut history) = (pair(), History::default());
        does(&mut graph, &mut history, (ADD, "ann", "ben"));
        remove_ben(&mut graph, &mut history);
        graph.add_user("ben").unwrap();
        let (decision, relation) = (graph.can_message("ann", "ben"), Relation::STRANGERS);
        let rule = history.message(decision, Answer::REFUSED, relation, &[], ("ann", "ben"));
        assert_eq!(rule, Rule::Users);
    }

    #[test]
    fn a_wrong_answer_about_a_message_has_the_rule_of_what_speaks_for_the_right_one() {
        let rule = |policy: Policy, acts: &[Act], (actor, target), answer| {
            let (graph, history, records) = played(policy, acts);
            let relation = graph.relation(actor, target).unwrap_or_default();
            let decision = graph.can_message(actor, target);
            history.message(decision, answer, relation, &records, (actor, target))
        };
        let (block, back) = ((Action::Block, "ann", "ben"), (Action::Block, "ben", "ann"));
        let (rest, mut listed) = (Policy::tencent_rest(), Policy::tencent_rest());
        listed.message_needs_listing_by = Sides::Actor;
        let (yes, no, to_ann) = (Answer::ALLOWED, Answer::REFUSED, ("ben", "ann"));
        for (expected, policy, acts, pair, answer) in [
            (Rule::R5, rest, &[block][..], to_ann, yes),
            (Rule::R5, rest, &[block], ("ann", "ben"), no),
            (Rule::R6, rest, &[block, back], to_ann, yes),
            (
                Rule::R7,
                rest,
                &[block, (Action::Unblock, "ann", "ben")],
                to_ann,
                no,
            ),
            (Rule::R9, rest, &[], ("ann", "ann"), yes),
            (Rule::R12, rest, &[], to_ann, no),
            (Rule::R12, listed, &[], to_ann, yes),
            (
                Rule::R13,
                rest,
                &[block],
                to_ann,
                no.with_notice(Notice::Told),
            ),
            (
                Rule::R16,
                rest,
                &[block],
                to_ann,
                no.with_notice(Notice::Silent),
            ),
            (
                Rule::R16,
                rest,
                &[block],
                to_ann,
                no.with_reasons(Reason::ActorBlocks.into()),
            ),
        ] {
            assert_eq!(
                rule(policy, acts, pair, answer),
                expected,
                "{acts:?}, {pair:?}"
            );
        }
    }

    #[test]
    fn a_wrong_answer_about_a_request_has_the_rule_of_what_speaks_for_the_right_one() {
        let rule = |acts: &[Act], (actor, target), answer| {
            let (graph, history, records) = played(Policy::tencent_rest(), acts);
            let decision = graph.can_send_friend_request(actor, target);
            history.request(decision, answer, &graph, &records, (actor, target))
        };
        let (block, ask) = (
            (Action::Block, "ann", "ben"),
            (Action::SendRequest, "ann", "ben"),
        );
        let (yes, no, to_ann) = (Answer::ALLOWED, Answer::REFUSED, ("ben", "ann"));
        let full = no.with_reasons(Reason::TargetRequestsFull.into());
        for (expected, acts, pair, answer) in [
            (Rule::R4, &[block][..], to_ann, yes),
            (
                Rule::R7,
                &[block, (Action::Unblock, "ann", "ben")],
                to_ann,
                no,
            ),
            (Rule::R9, &[], ("ann", "ann"), yes),
            (Rule::R10, &[ask], to_ann, no),
            (Rule::R11, &[], to_ann, no),
            (Rule::R15, &[], to_ann, full),
            (Rule::R16, &[block], to_ann, no),
            (
                Rule::Requests,
                &[ask, (Action::CancelRequest, "ann", "ben")],
                to_ann,
                no,
            ),
            (
                Rule::Requests,
                &[ask, (Action::DeclineRequest, "ben", "ann")],
                to_ann,
                no,
            ),
            (
                Rule::R11,
                &[(Action::CancelRequest, "ann", "ben")],
                to_ann,
                no,
            ),
        ] {
            assert_eq!(rule(acts, pair, answer), expected, "{acts:?}, {pair:?}");
        }
    }
}
