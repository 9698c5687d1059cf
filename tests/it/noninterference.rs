//! Who is blocked does not learn of it, but for what the table of R31 and R13 say.
//!
//! Two graphs differ only in whether B blocks A. All that A can ask, list or receive is compared.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use socialgraph::{
    Action, Decision, Event, Interaction, List, Notice, Notification, Operation, Outcome, Policy,
    Question, Reason, Reasons, SocialGraph, UserFacts, UserId, Viewer,
};

use crate::fixtures::{logs, policies, tuning};

/// All that a user sees of a graph at one time.
#[derive(Debug, PartialEq)]
struct View {
    facts: Result<UserFacts, String>,
    lists: Vec<Vec<UserId>>,
    /// What the user sees of each decision, as a text and as a code.
    answers: Vec<(String, u64)>,
}

/// What a system shows its users. The tests plant leaks in it.
#[derive(Clone, Copy)]
struct System {
    lists: fn(&Policy) -> Vec<List>,
    told: fn(&Event, UserId, &Policy) -> Option<Notification>,
    text: fn(Decision, &str, &str) -> String,
}

/// What the engine's interface offers for it.
const SYSTEM: System = System {
    lists: |_| List::OWN.to_vec(),
    told: |event, user, policy| event.seen_by(user, policy),
    text: |decision, actor, target| decision.visible().explain(actor, target).to_string(),
};

impl System {
    fn view(self, graph: &SocialGraph, user: &str, names: &[String]) -> View {
        let lists = (self.lists)(graph.policy()).into_iter();
        let mut answers = Vec::new();
        for other in names {
            for question in Question::ALL {
                let decision = graph.decide(question, user, other.as_str());
                let text = (self.text)(decision, user, other);
                answers.push((text, decision.visible().to_bits()));
            }
        }

        View {
            facts: graph.user_facts(user).map_err(|error| error.to_string()),
            lists: lists
                .map(|list| {
                    graph
                        .list(user, list)
                        .map_or(Vec::new(), |it| it.iter().collect())
                })
                .collect(),
            answers,
        }
    }

    /// Returns what a user is told of an operation.
    fn notifications(
        self,
        graph: &SocialGraph,
        outcome: &Outcome,
        user: Option<UserId>,
    ) -> Vec<(Notification, UserId)> {
        let Some(user) = user else { return Vec::new() };
        let events = outcome.events(graph);
        let told = events.iter().filter_map(|event| {
            let told = (self.told)(event, user, graph.policy())?;
            let other = match event.viewer(user) {
                Viewer::Actor => &event.target,
                _ => &event.actor,
            };
            Some((told, other.id))
        });
        told.collect()
    }
}

/// Makes the target's block silent in every gate, so that nothing may be learnt of it.
fn silenced(mut policy: Policy) -> Policy {
    for interaction in Interaction::ALL {
        policy.gate_mut(interaction).notice.other = Notice::Silent;
    }
    policy.request.notice.other = Notice::Silent;
    policy
}

/// Two graphs that differ only in whether one user blocks another.
struct Pair {
    blocker: String,
    blocked: String,
    /// What the block did, and the graph after it.
    block: Outcome,
    with_block: SocialGraph,
    without: SocialGraph,
}

impl Pair {
    /// Plays a log, lets one user block another, and lifts the block in a clone.
    ///
    /// Lifting a block restores nothing (R7). Returns `None` if the one cannot block the other.
    fn new(policy: Policy, log: &[Operation], names: (String, String)) -> Option<Self> {
        let mut graph = SocialGraph::new(policy);
        for operation in log {
            if !is_upheaval(operation) {
                let _ = operation.apply_to(&mut graph);
            }
        }

        let (owner, peer) = names;
        let act = |action| Operation::act(action, &*owner, &*peer);
        let _ = act(Action::Unblock).apply_to(&mut graph);
        let block = act(Action::Block).apply_to(&mut graph);
        let mut without = graph.clone();
        let lifted = block.is_done() && act(Action::Unblock).apply_to(&mut without).is_done();
        lifted.then_some(Self {
            blocker: owner,
            blocked: peer,
            block,
            with_block: graph,
            without,
        })
    }
}

/// Returns whether an operation lets a block end relations anew: that much is seen (R26, R29).
fn is_upheaval(operation: &Operation) -> bool {
    matches!(
        operation,
        Operation::AdoptPolicy(_) | Operation::MergeUsers(_)
    )
}

/// Checks that a blocked user sees nothing of a silent block.
fn check_silence(system: System, pair: &Pair, later: &[Operation]) -> Result<(), TestCaseError> {
    let names: Vec<String> = pair
        .without
        .users()
        .map(|(_, name)| name.to_owned())
        .collect();
    let [with_block, without] =
        [&pair.with_block, &pair.without].map(|graph| system.view(graph, &pair.blocked, &names));
    prop_assert_eq!(with_block, without, "{} sees it", pair.blocked);

    // The block itself shows what it ends, as unfriending and declining do.
    let user = pair.with_block.user_id(&*pair.blocked);
    for (told, _) in system.notifications(&pair.with_block, &pair.block, user) {
        let ends = [
            Notification::FriendRemoved,
            Notification::FollowerRemoved,
            Notification::OwnRequestEnded,
            Notification::RequestEnded,
        ];
        prop_assert!(ends.contains(&told), "{} is told {told}", pair.blocked);
    }

    for operation in later.iter().filter(|operation| !is_upheaval(operation)) {
        let [told, expected] = [&pair.with_block, &pair.without].map(|graph| {
            let mut graph = graph.clone();
            let outcome = operation.apply_to(&mut graph);
            (
                system.notifications(&graph, &outcome, user),
                outcome.effects(),
            )
        });

        // If the block stops the operation, there is less to tell. Nothing else may differ.
        if told.1 == expected.1 {
            prop_assert_eq!(&told.0, &expected.0, "{}", operation);
        }
        prop_assert!(
            told.0.iter().all(|told| expected.0.contains(told)),
            "{}",
            operation
        );
    }
    Ok(())
}

/// Checks that a blocked user sees no more of a block than the notices say.
fn check_notices(system: System, pair: &Pair) -> Result<(), TestCaseError> {
    let names = [pair.blocker.clone()];
    let [with_block, without] =
        [&pair.with_block, &pair.without].map(|graph| system.view(graph, &pair.blocked, &names));
    prop_assert_eq!(with_block.lists, without.lists);

    let policy = pair.with_block.policy();
    let answers = with_block.answers.into_iter().zip(without.answers);
    for (question, (answer, other)) in Question::ALL.into_iter().zip(answers) {
        if answer == other {
            continue;
        }
        let notice = match question {
            Question::Reach(interaction) => policy.gate(interaction).notice.other,
            Question::Act(_) => policy.request.notice.other,
        };
        let shown = Reasons::from_bits(answer.1 & u64::from(u32::MAX)).unwrap();
        match notice {
            Notice::Silent => prop_assert!(false, "{question}: {}", answer.0),
            Notice::Neutral => prop_assert!(shown.contains(Reason::Unavailable)),
            Notice::Told => prop_assert!(shown.contains(Reason::TargetBlocks)),
        }
    }
    Ok(())
}

type Case = (Policy, Vec<Operation>, Vec<Operation>, (String, String));

/// Policies, logs before and after the block, and the two users.
fn cases() -> impl Strategy<Value = Case> {
    let pairs = tuning(0).pairs();
    let names = proptest::sample::select(pairs);
    (policies(), logs(40), logs(12), names)
}

fn check(system: System, (policy, log, later, names): Case) -> Result<(), TestCaseError> {
    prop_assume!(names.0 != names.1);
    if let Some(pair) = Pair::new(silenced(policy), &log, names.clone()) {
        check_silence(system, &pair, &later)?;
    }
    if let Some(pair) = Pair::new(policy, &log, names) {
        check_notices(system, &pair)?;
    }
    Ok(())
}

/// Returns what is found in a number of cases.
fn found(system: System, cases_to_try: u32) -> Result<(), String> {
    let config = Config {
        cases: cases_to_try,
        failure_persistence: None,
        max_shrink_iters: 0,
        ..Config::default()
    };
    let mut runner = TestRunner::new_with_rng(
        config,
        proptest::test_runner::TestRng::deterministic_rng(
            proptest::test_runner::RngAlgorithm::ChaCha,
        ),
    );
    let result = runner.run(&cases(), |case| check(system, case));
    result.map_err(|error| error.to_string())
}

#[test]
fn r31_a_blocked_user_sees_nothing_of_a_silent_block() {
    assert_eq!(found(SYSTEM, 1024), Ok(()));
}

#[test]
fn a_leak_in_a_list_is_found() {
    let lists = |_: &Policy| List::ALL.to_vec();
    let leak = found(System { lists, ..SYSTEM }, 256).unwrap_err();
    assert!(leak.contains("sees it"), "{leak}");
}

#[test]
fn a_leak_in_an_event_is_found() {
    let told = |event: &Event, user, policy: &Policy| {
        let owner = event.owner().id;
        event
            .seen_by(user, policy)
            .or_else(|| event.seen_by(owner, policy))
    };
    let leak = found(System { told, ..SYSTEM }, 256).unwrap_err();
    assert!(leak.contains("is told block_added"), "{leak}");
}

#[test]
fn a_leak_in_the_text_of_a_refusal_is_found() {
    let text =
        |decision: Decision, actor: &str, target: &str| decision.explain(actor, target).to_string();
    let leak = found(System { text, ..SYSTEM }, 256).unwrap_err();
    assert!(leak.contains("sees it"), "{leak}");
}
