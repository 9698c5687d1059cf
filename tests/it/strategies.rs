//! The strategies themselves: that they aim, and that what they make shrinks.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Debug};

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{TestError, TestRunner};
use socialgraph::strategies::{self, Tuning};
use socialgraph::{
    Action, AddUserError, Decision, Effect, Fact, List, Operation, Outcome, Policy, Question,
    Reason, Relations, SocialGraph, Verdict, Ways,
};

use crate::fixtures::{logs, policies, tuning};

const LOGS: u32 = 10_000;

/// In how many logs each thing occurred, by its name.
#[derive(Default)]
struct Tally {
    counts: BTreeMap<String, u32>,
    /// What the log in hand has met: each thing counts once in a log.
    met: BTreeSet<String>,
}

impl Tally {
    fn meet(&mut self, kind: &str, thing: impl Debug) {
        self.met.insert(format!("{kind} {thing:?}"));
    }

    fn end_log(&mut self) {
        for thing in std::mem::take(&mut self.met) {
            *self.counts.entry(thing).or_default() += 1;
        }
    }

    /// Meets what is asked before an operation: whether it may be done, and whether its pair
    /// may exchange messages.
    fn meet_decision(&mut self, kind: &str, decision: Decision) {
        self.meet(kind, decision.verdict());
        for reason in decision.reasons() {
            self.meet(kind, reason);
        }
    }

    fn meet_outcome(&mut self, outcome: &Outcome) {
        for reason in outcome.reasons() {
            self.meet("refusal", reason);
        }
        for effect in outcome.effects() {
            self.meet("effect", effect);
        }
        match outcome {
            Outcome::AddUser(Err(AddUserError::EmptyName)) => self.meet("refusal", "EmptyName"),
            Outcome::AddUser(Err(AddUserError::NameTooLong { .. })) => {
                self.meet("refusal", "NameTooLong");
            }
            Outcome::AddUser(Err(AddUserError::NameTaken { .. })) => {
                self.meet("refusal", "NameTaken");
            }
            Outcome::RemoveUser(Err(error)) => self.meet("refused removal", error),
            Outcome::SetRequestMode(Err(error)) => self.meet("refused mode", error),
            Outcome::SetRequestSending(Err(error)) => self.meet("refused bar", error),
            Outcome::ActOnMany(Err(_)) => self.meet("refusal", "BatchTooLarge"),
            _ => {}
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (thing, count) in &self.counts {
            writeln!(f, "{:6.2} %  {thing}", f64::from(*count) * 100.0 / f64::from(LOGS))?;
        }
        Ok(())
    }
}

/// Everything that can occur, by the names that the tally gives it.
fn everything() -> Vec<String> {
    use Reason::{
        ActorBlocks, NotListedByActor, NotListedByTarget, SameUser, TargetBlocks, UnknownActor,
        UnknownTarget,
    };
    let word = |kind: &str, thing: &dyn Debug| format!("{kind} {thing:?}");
    let mut all: Vec<String> = Effect::ALL.iter().map(|effect| word("effect", effect)).collect();
    all.extend(Reason::ALL.iter().map(|reason| word("refusal", reason)));
    all.extend(Reason::ALL.iter().map(|reason| word("act", reason)));
    for verdict in [Verdict::Allowed, Verdict::RefusedSilently, Verdict::Refused] {
        all.push(word("message", &verdict));
    }
    all.extend([Verdict::Allowed, Verdict::Refused].map(|verdict| word("act", &verdict)));
    let pairs = [SameUser, UnknownActor, UnknownTarget];
    let gates = [ActorBlocks, TargetBlocks, NotListedByActor, NotListedByTarget];
    all.extend(pairs.into_iter().chain(gates).map(|reason| word("message", &reason)));
    for refusal in ["EmptyName", "NameTooLong", "NameTaken", "BatchTooLarge"] {
        all.push(word("refusal", &refusal));
    }
    for kind in ["refused removal", "refused mode", "refused bar"] {
        all.push(word(kind, &socialgraph::UnknownUser));
    }
    all
}

/// Everything occurs in at least one log of a hundred: nothing is left to luck.
#[test]
fn every_verdict_reason_refusal_and_effect_occurs_in_a_hundredth_of_the_logs() {
    let mut runner = TestRunner::deterministic();
    let (policies, logs) = (policies(), strategies::logs(&Tuning::default()));
    let mut tally = Tally::default();
    for _ in 0..LOGS {
        let policy = policies.new_tree(&mut runner).unwrap().current();
        let mut graph = SocialGraph::new(policy);
        for operation in logs.new_tree(&mut runner).unwrap().current() {
            if let Operation::Act { action, actor, target } = &operation {
                tally.meet_decision("act", graph.decide(*action, actor, target));
                tally.meet_decision("message", graph.decide(Question::Message, actor, target));
            }
            tally.meet_outcome(&operation.apply_to(&mut graph));
        }
        tally.end_log();
    }
    // Shown where the test fails, and with `--nocapture`.
    println!("{tally}");
    let rare: Vec<String> = everything()
        .into_iter()
        .filter(|thing| tally.counts.get(thing).copied().unwrap_or(0) < LOGS / 100)
        .collect();
    assert_eq!(rare, Vec::<String>::new(), "too rare");
    assert_eq!(tally.counts.len(), everything().len(), "something else occurs");
}

/// Shrinks the first log that fails, and returns its sentences; none can be left out.
fn shortest(fails: impl Fn(&[Operation]) -> bool) -> Vec<String> {
    let mut runner = TestRunner::deterministic();
    let outcome = runner.run(&logs(60), |log| {
        prop_assert!(!fails(&log));
        Ok(())
    });
    let Err(TestError::Fail(_, log)) = outcome else { panic!("no log fails: {outcome:?}") };
    for place in 0..log.len() {
        let mut shorter = log.clone();
        shorter.remove(place);
        assert!(!fails(&shorter), "{log:?} without {place}");
    }
    log.iter().map(ToString::to_string).collect()
}

fn after(log: &[Operation]) -> SocialGraph {
    let mut graph = SocialGraph::new(Policy::tencent_rest());
    for operation in log {
        let _ = operation.apply_to(&mut graph);
    }
    graph
}

#[test]
fn a_failing_log_shrinks_to_the_operations_that_matter() {
    let fails = |log: &[Operation]| {
        let graph = after(log);
        tuning(0).pairs().iter().any(|(a, b)| {
            graph.relation(a, b).is_ok_and(|relation| {
                relation.holds(Fact::ActorBlocks) && relation.holds(Fact::TargetBlocks)
            })
        })
    };
    let mut log = shortest(fails);
    log.sort();
    assert_eq!(log, ["ann blocks ben", "ann joins", "ben blocks ann", "ben joins"]);
}

#[test]
fn a_batch_shrinks_to_one_action_and_users_to_the_first() {
    let fails = |log: &[Operation]| {
        let graph = after(log);
        graph.users().any(|(id, _)| {
            let length = |list| graph.list(id, list).unwrap().len();
            length(List::Blocklist) == 1 && length(List::Friends) == 1
        })
    };
    let log = shortest(fails);
    assert!(log.len() <= 6, "{log:?}");
    assert_eq!(log[..3], ["ann joins", "ben joins", "cyd joins"]);

    // A refusal that only a batch can bring keeps its batch, of as few targets as can be.
    let refused = |log: &[Operation]| {
        let mut policy = Policy::tencent_rest();
        policy.limits = Tuning::TIGHT;
        let mut graph = SocialGraph::new(policy);
        log.iter()
            .any(|operation| matches!(operation.apply_to(&mut graph), Outcome::ActOnMany(Err(_))))
    };
    let log = shortest(refused);
    assert_eq!(log.len(), 1, "{log:?}");
    assert!(log[0].contains("ann, ann, ann, ann, ann, ann, ann"), "{log:?}");
}

/// Every relation that a profile lets come about does, and all pairs are independent.
#[test]
fn graphs_reach_every_state_of_a_pair() {
    for (name, policy) in Policy::PROFILES {
        let mut runner = TestRunner::deterministic();
        let graphs = strategies::graphs(policy, &tuning(0));
        let mut reached = Relations::EMPTY;
        let mut both = BTreeSet::new();
        for _ in 0..500 {
            let graph = graphs.new_tree(&mut runner).unwrap().current();
            let relation = graph.relation("ann", "ben").unwrap();
            reached.insert(relation);
            both.insert((relation, graph.relation("cyd", "dot").unwrap()));
        }
        assert_eq!(reached, policy.reachable_relations(), "{name}");
        assert!(both.len() > reached.len() * reached.len() / 2, "{name}: {}", both.len());
    }
}

/// A tuning is taken at its word, at its bounds as well.
#[test]
fn a_tuning_is_obeyed_and_none_is_wrong() {
    let mut runner = TestRunner::deterministic();
    let mut sample = |tuning: &Tuning| {
        let logs = strategies::logs(tuning);
        (0..50).flat_map(|_| logs.new_tree(&mut runner).unwrap().current()).collect::<Vec<_>>()
    };
    let mut none = Tuning::default();
    (none.users, none.unknown_percent, none.targets, none.limits) = (0, 0, 0, Vec::new());
    assert!(sample(&none).iter().flat_map(|op| op.names()).all(|name| name.len() != 6));
    none.operations = 0;
    assert!(sample(&none).iter().all(|operation| operation.to_string() == "ann joins"));

    let mut blocks = Tuning::default();
    (blocks.users, blocks.unknown_percent) = (u8::MAX, u8::MAX);
    let weights = &mut blocks.weights;
    (weights.send_request, weights.accept_request, weights.decline_request) = (0, 0, 0);
    (weights.cancel_request, weights.add_friend, weights.remove_friend) = (0, 0, 0);
    (weights.batch, weights.request_mode, weights.request_sending) = (0, 0, 0);
    (weights.add_user, weights.add_invalid, weights.remove_user) = (0, 0, 0);
    weights.block = u16::MAX;
    weights.unblock = u16::MAX;
    let blocks_only = |operation: &Operation| match operation {
        Operation::Act { action: Action::Block | Action::Unblock, actor, target } => {
            actor == Tuning::UNKNOWN && target == Tuning::UNKNOWN
        }
        Operation::AddUser { .. } => true,
        _ => false,
    };
    assert!(sample(&blocks).iter().all(blocks_only));

    (blocks.weights.block, blocks.weights.unblock) = (0, 0);
    let kinds: BTreeSet<_> =
        sample(&blocks).iter().map(|op| format!("{:?}", std::mem::discriminant(op))).collect();
    assert_eq!(kinds.len(), 6, "without any weight each counts as one");
}

#[test]
fn outcomes_hold_what_the_call_returned() {
    let mut graph = SocialGraph::new(Policy::tencent_rest());
    let [ann, ben] = ["ann", "ben"].map(|name| graph.add_user(name).unwrap());
    graph.add_friend(ann, ben, Ways::TwoWay).unwrap();
    let targets = vec!["ben".to_owned(), "nobody".to_owned(), "ben".to_owned()];
    let many = Operation::ActOnMany { action: Action::Block, actor: "ann".into(), targets };
    let outcome = many.apply_to(&mut graph);
    assert!(outcome.is_done() && outcome.items().len() == 3);
    let reasons = [Reason::UnknownTarget, Reason::AlreadyBlocked];
    assert_eq!(outcome.reasons(), reasons.into_iter().collect());
    assert_eq!(outcome.effects().len(), 3);

    let removed = Operation::RemoveUser { name: "ben".into() }.apply_to(&mut graph);
    assert_eq!(removed.effects(), Effect::TargetBlockLifted.into());
    assert!(removed.items().is_empty() && removed.reasons().is_empty());
}

#[cfg(feature = "serde")]
proptest! {
    #[test]
    fn logs_come_back_from_json(log in logs(20)) {
        let text = serde_json::to_string(&log).unwrap();
        prop_assert_eq!(serde_json::from_str::<Vec<Operation>>(&text).unwrap(), log);
    }
}
