//! The strategies reach every outcome, and what they make shrinks.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Debug};

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};
use socialgraph::operation::Act;
use socialgraph::{
    Action, AddUserError, Crossed, Decision, Effect, Fact, Granted, Interaction, Limits, List,
    MAX_NAME_BYTES, MergeUsersError, NameError, Notice, Operation, Outcome, OwnList, PairChange,
    PartValue, Policy, Question, Reason, Relation, Relations, RenameUserError, RequestMode,
    RequestSending, Sides, SocialGraph, Verdict, Ways,
};
use socialgraph_testkit::strategies::{self, TIGHT_LIMITS, Tuning, UNKNOWN_NAME};

use crate::fixtures::{logs, policies, tuning};

const LOGS: u32 = 10_000;

/// The number of logs, graphs or users in which each event occurred, by its name.
#[derive(Default)]
struct Tally {
    counts: BTreeMap<String, u32>,
    /// The events of the current log, graph or user, in which each counts once.
    current: BTreeSet<String>,
}

/// Returns the name of an event.
fn event(kind: &str, detail: impl Debug) -> String {
    format!("{kind} {detail:?}")
}

/// Returns the kind of a question: an interaction by its name, or any action.
fn kind(question: Question) -> String {
    match question {
        Question::Reach(interaction) => format!("{interaction:?}"),
        Question::Act(_) => "act".to_owned(),
    }
}

impl Tally {
    fn count_once(&mut self, kind: &str, detail: impl Debug) {
        self.current.insert(event(kind, detail));
    }

    /// Goes on to the next log, graph or user.
    fn finish_one(&mut self) {
        for event_name in std::mem::take(&mut self.current) {
            *self.counts.entry(event_name).or_default() += 1;
        }
    }

    fn count(&self, name: &str) -> u32 {
        self.counts.get(name).copied().unwrap_or(0)
    }

    /// Counts the verdict and the reasons of a decision, and the reason that only the actor sees.
    fn count_decision(&mut self, decision: Decision) {
        let kind = kind(decision.question());
        self.count_once(&kind, decision.verdict());
        for reason in decision.reasons() {
            self.count_once(&kind, reason);
        }
        if decision.visible().reasons().contains(Reason::Unavailable) {
            self.count_once(&kind, Reason::Unavailable);
        }
    }

    fn count_outcome(&mut self, outcome: &Outcome) {
        for reason in outcome.reasons() {
            self.count_once("refusal", reason);
        }

        for effect in outcome.effects() {
            self.count_once("effect", effect);
        }

        let (kind, error) = kind_and_error(outcome);
        match error {
            None => self.count_once(kind, "done"),
            Some(error) => self.count_once(kind, error),
        }
        self.count_pairs(outcome);
    }

    /// Counts how two names of a log are alike.
    fn count_names(&mut self, log: &[Operation]) {
        let names: BTreeSet<&str> = log.iter().flat_map(Operation::names).collect();
        let valid = names.iter().filter(|name| name.len() <= MAX_NAME_BYTES);
        let valid: Vec<&str> = valid.copied().collect();
        for one in &valid {
            for other in valid.iter().filter(|other| one < *other) {
                for likeness in likenesses(one, other) {
                    self.count_once("two names", likeness);
                }
            }
        }
    }

    /// Counts what an operation without items did to pairs.
    fn count_pairs(&mut self, outcome: &Outcome) {
        let (kind, _) = kind_and_error(outcome);
        if let Outcome::MergeUsers(Ok(merged)) = outcome {
            let between = |pair: &PairChange| pair.target == merged.into;
            for (is_there, event) in [
                (merged.removed.ended.iter().any(between), "ends a relation"),
                (!merged.changes.is_empty(), "changes pairs"),
                (!merged.lost.is_empty(), "loses facts"),
            ] {
                if is_there {
                    self.count_once(kind, event);
                }
            }
        } else if outcome.items().is_empty() && !outcome.changes().is_empty() {
            self.count_once(kind, "changes pairs");
        }
    }
}

/// Returns how two different names are alike; the lesser comes first.
fn likenesses(one: &str, other: &str) -> Vec<&'static str> {
    let composed = |name: &str| name.replace("e\u{301}", "\u{e9}");
    let is_long = |name: &str| name.len() >= MAX_NAME_BYTES - 8;
    let shared = one.bytes().zip(other.bytes());
    let shared = shared.take_while(|(a, b)| a == b).count();

    let likenesses = [
        (one.eq_ignore_ascii_case(other), "differ in case"),
        (
            composed(one) == composed(other),
            "differ in a combining mark",
        ),
        (one == other.trim_end(), "differ in a trailing space"),
        (one.trim_start() == other, "differ in a leading space"),
        (shared >= 8, "have a long common beginning"),
        (is_long(one) && is_long(other), "have the maximum length"),
    ];
    let found = likenesses.into_iter().filter(|(is_found, _)| *is_found);
    found.map(|(_, likeness)| likeness).collect()
}

/// Returns the name of the error, or of what is wrong with a name.
fn name_error(error: &NameError) -> &'static str {
    match error {
        NameError::Empty => "empty name",
        NameError::TooLong { .. } => "name too long",
        NameError::Taken { .. } => "name taken",
        _ => "another error",
    }
}

/// Returns the kind of an operation, and the name of the error if it is refused.
fn kind_and_error(outcome: &Outcome) -> (&'static str, Option<&'static str>) {
    let unknown = |is_known: bool| (!is_known).then_some("unknown user");
    let too_large = |fits: bool| (!fits).then_some("too large");

    match outcome {
        Outcome::AddUser(result) => {
            let error = result.as_ref().err().map(|error| match error {
                AddUserError::Name(error) => name_error(error),
                _ => "another error",
            });
            ("addition", error)
        }
        Outcome::RenameUser(result) => {
            let error = result.as_ref().err().map(|error| match error {
                RenameUserError::UnknownUser(_) => "unknown user",
                RenameUserError::Name(error) => name_error(error),
                _ => "another error",
            });
            ("renaming", error)
        }
        Outcome::MergeUsers(result) => {
            let error = result.as_ref().err().map(|error| match error {
                MergeUsersError::UnknownUser(_) => "unknown user",
                MergeUsersError::SameUser { .. } => "same user",
                _ => "another error",
            });
            ("merge", error)
        }
        Outcome::RemoveUser(result) => ("removal", unknown(result.is_ok())),
        Outcome::SetRequestMode(result) => ("mode", unknown(result.is_ok())),
        Outcome::SetRequestSending(result) => ("bar", unknown(result.is_ok())),
        Outcome::ClearList(result) => ("clearing", unknown(result.is_ok())),
        Outcome::ActOnMany(result) => ("batch", too_large(result.is_ok())),
        Outcome::ManyAct(result) => ("batch of many", too_large(result.is_ok())),
        Outcome::AdoptPolicy(_) => ("adoption", None),
        Outcome::Act(result) => ("action", (result.is_err()).then_some("refused")),
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (event_name, count) in &self.counts {
            writeln!(
                f,
                "{:6.2} %  {event_name}",
                f64::from(*count) * 100.0 / f64::from(LOGS)
            )?;
        }
        Ok(())
    }
}

/// Returns the names of all events that can occur.
fn all_events() -> Vec<String> {
    use Reason::{
        ActorBlocks, NotListedByActor, NotListedByTarget, SameUser, TargetBlocks, Unavailable,
        UnknownActor, UnknownTarget,
    };
    let mut all: Vec<String> = Effect::ALL
        .iter()
        .map(|effect| event("effect", effect))
        .collect();
    // The rules have every reason but the one that hides others.
    let reasons = Reason::ALL
        .into_iter()
        .filter(|reason| *reason != Reason::Unavailable);
    all.extend(reasons.map(|reason| event("refusal", reason)));
    all.extend(Reason::ALL.iter().map(|reason| event("act", reason)));

    let verdicts = [Verdict::Allowed, Verdict::RefusedSilently, Verdict::Refused];
    all.extend(verdicts.map(|verdict| event("act", verdict)));

    let at_a_gate = [
        SameUser,
        UnknownActor,
        UnknownTarget,
        ActorBlocks,
        TargetBlocks,
        NotListedByActor,
        NotListedByTarget,
        Unavailable,
    ];
    for interaction in Interaction::ALL {
        let kind = kind(interaction.into());
        all.extend(verdicts.map(|verdict| event(&kind, verdict)));
        all.extend(at_a_gate.map(|reason| event(&kind, reason)));
    }

    for (kind, details) in EVENTS_OF_KINDS {
        all.extend(details.iter().map(|detail| event(kind, detail)));
    }
    for list in OwnList::ALL {
        all.push(event("cleared", list));
    }
    all
}

/// What can happen at each kind of operation.
const EVENTS_OF_KINDS: [(&str, &[&str]); 12] = [
    ("action", &["done", "refused"]),
    (
        "addition",
        &["done", "empty name", "name too long", "name taken"],
    ),
    (
        "renaming",
        &[
            "done",
            "unknown user",
            "empty name",
            "name too long",
            "name taken",
        ],
    ),
    (
        "merge",
        &[
            "done",
            "unknown user",
            "same user",
            "ends a relation",
            "changes pairs",
            "loses facts",
        ],
    ),
    ("removal", &["done", "unknown user", "changes pairs"]),
    ("mode", &["done", "unknown user"]),
    ("bar", &["done", "unknown user"]),
    ("clearing", &["done", "unknown user", "changes pairs"]),
    ("batch", &["done", "too large"]),
    ("batch of many", &["done", "too large"]),
    ("adoption", &["done", "changes pairs"]),
    (
        "two names",
        &[
            "differ in case",
            "differ in a combining mark",
            "differ in a trailing space",
            "differ in a leading space",
            "have a long common beginning",
            "have the maximum length",
        ],
    ),
];

/// Every event occurs in at least one log of a hundred.
#[test]
fn every_verdict_reason_refusal_and_effect_occurs_in_a_hundredth_of_the_logs() {
    let mut runner = TestRunner::deterministic();
    let (policies, logs) = (policies(), strategies::logs(&Tuning::default()));
    let mut tally = Tally::default();

    for _ in 0..LOGS {
        let policy = policies.new_tree(&mut runner).unwrap().current();
        let mut graph = SocialGraph::new(policy);
        let log = logs.new_tree(&mut runner).unwrap().current();
        tally.count_names(&log);
        for operation in log {
            if let Operation::Act(Act {
                action,
                actor,
                target,
            }) = &operation
            {
                tally.count_decision(graph.decide(*action, actor, target));
                for interaction in Interaction::ALL {
                    tally.count_decision(graph.can(interaction, actor, target));
                }
            }
            let outcome = operation.apply_to(&mut graph);
            tally.count_outcome(&outcome);
            if let (Operation::ClearList(it), [_, ..]) = (&operation, &*outcome.changes()) {
                tally.count_once("cleared", it.list);
            }
        }
        tally.finish_one();
    }

    // Shown if the test fails, and with `--nocapture`.
    println!("{tally}");
    let rare: Vec<String> = all_events()
        .into_iter()
        .filter(|event_name| tally.count(event_name) < LOGS / 100)
        .collect();
    assert_eq!(rare, Vec::<String>::new(), "too rare");
    assert_eq!(
        tally.counts.len(),
        all_events().len(),
        "something else occurs"
    );
}

/// Shrinks the first log that fails, and returns its sentences.
///
/// Asserts that no operation can be left out.
fn shortest(fails: impl Fn(&[Operation]) -> bool) -> Vec<String> {
    let mut runner = TestRunner::deterministic();
    let outcome = runner.run(&logs(60), |log| {
        prop_assert!(!fails(&log));
        Ok(())
    });
    let Err(TestError::Fail(_, log)) = outcome else {
        panic!("no log fails: {outcome:?}")
    };

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

    assert_eq!(
        log,
        ["ann blocks ben", "ann joins", "ben blocks ann", "ben joins"]
    );
}

/// Returns the first names of a log that fails if one of its users is odd in this way.
fn shrunk_joins(is_odd: impl Fn(&str) -> bool) -> Vec<String> {
    shortest(|log| {
        let graph = after(log);
        graph.users().any(|(_, name)| is_odd(name))
    })
}

#[test]
fn odd_names_become_plain_unless_they_matter() {
    // Whatever the names of the log were, one user is enough.
    assert_eq!(shrunk_joins(|_| true), ["ann joins"]);

    assert_eq!(shrunk_joins(|name| name.contains('A')), ["Ann joins"]);
    assert_eq!(shrunk_joins(|name| name.ends_with(' ')), ["`ann ` joins"]);
    let is_long = |name: &str| name.len() > 8;
    assert!(shrunk_joins(is_long)[0].starts_with("ann-of-a-long-name-"));

    let both = |log: &[Operation]| {
        let graph = after(log);
        let has = |name: &str| graph.contains_user(name);
        tuning(0)
            .users()
            .iter()
            .any(|user| has(&format!("{user}\u{e9}")) && has(&format!("{user}e\u{301}")))
    };
    let mut log = shortest(both);
    log.sort();
    assert_eq!(log, ["`anne\u{301}` joins", "`ann\u{e9}` joins"]);
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

    // If only a batch is refused like this, the batch stays, with as few targets as possible.
    let refused = |log: &[Operation]| {
        let mut policy = Policy::tencent_rest();
        policy.limits = TIGHT_LIMITS;
        let mut graph = SocialGraph::new(policy);
        log.iter()
            .any(|operation| matches!(operation.apply_to(&mut graph), Outcome::ActOnMany(Err(_))))
    };
    let log = shortest(refused);
    assert_eq!(log.len(), 1, "{log:?}");
    assert!(
        log[0].contains("ann, ann, ann, ann, ann, ann, ann"),
        "{log:?}"
    );
}

/// Every reachable relation occurs, and the pairs are independent.
#[test]
fn graphs_reach_every_state_of_a_pair() {
    let mut runner = TestRunner::deterministic();
    let any = policies();
    let drawn = (0..20).map(|_| any.new_tree(&mut runner).unwrap().current());
    let drawn: Vec<_> = drawn.collect();
    let named = Policy::PROFILES.iter().copied().map(|(_, policy)| policy);

    for policy in named.chain(drawn) {
        let policy = Policy {
            limits: Limits::NONE,
            ..policy
        };
        let reachable = policy.reachable_relations();
        let states = reachable.len() * reachable.len();
        let graphs = strategies::graphs(policy, &tuning(0));
        let mut reached = Relations::EMPTY;
        let mut both = BTreeSet::new();

        for _ in 0..3 * states {
            let graph = graphs.new_tree(&mut runner).unwrap().current();
            let relation = graph.relation("ann", "ben").unwrap();
            reached.insert(relation);
            both.insert((relation, graph.relation("cyd", "dot").unwrap()));
        }

        assert_eq!(reached, reachable, "{policy:?}");
        assert!(both.len() > states / 2, "{policy:?}: {}", both.len());
    }
}

/// Without random operations, each user has the settings that were drawn for them.
#[test]
fn graphs_give_users_each_mode_and_bars() {
    const GRAPHS: u32 = 300;
    let mut runner = TestRunner::deterministic();
    let graphs = strategies::graphs(Policy::tencent_rest(), &tuning(0));
    let mut users = Tally::default();

    for _ in 0..GRAPHS {
        let graph = graphs.new_tree(&mut runner).unwrap().current();
        assert_eq!(
            graph.user_count(),
            5,
            "no user is removed without an operation"
        );
        for (user, _) in graph.users() {
            let facts = graph.user_facts(user).unwrap();
            users.count_once("mode", facts.request_mode);
            users.count_once("sending", facts.request_sending);
            users.finish_one();
        }
    }

    let (third, half) = (5 * GRAPHS / 3, 5 * GRAPHS / 2);
    let near = |share: u32, expected: u32| share.abs_diff(expected) < expected / 6;

    for mode in RequestMode::ALL {
        assert!(
            near(users.count(&event("mode", mode)), third),
            "{:?}",
            users.counts
        );
    }

    for sending in RequestSending::ALL {
        assert!(
            near(users.count(&event("sending", sending)), half),
            "{:?}",
            users.counts
        );
    }
}

impl Tally {
    /// Counts the users, full lists and relations of a graph.
    fn count_state(&mut self, graph: &SocialGraph) {
        let (names, limits) = (Tuning::default().users(), graph.policy().limits);
        for name in &names {
            let Some(user) = graph.user_id(name) else {
                self.count_once("user", "gone");
                continue;
            };

            if user.to_u32() as usize >= names.len() {
                self.count_once("user", "back");
            }

            let facts = graph.user_facts(user).unwrap();
            for (list, count, limit) in [
                (List::Blocklist, facts.blocked, limits.blocked),
                (List::Friends, facts.friends, limits.friends),
                (List::RequestsIn, facts.requests_in, limits.requests_in),
            ] {
                if limit == Some(count) {
                    self.count_once("full", list);
                }
            }

            for other in &names {
                if let Ok(relation) = graph.relation(user, other.as_str()) {
                    self.count_once("relation", relation);
                }
            }
        }
    }
}

/// With tight limits, removed users, users who are added again, full lists and every reachable
/// relation each occur in at least a twentieth of the graphs.
///
/// A policy with many relations has most of them in fewer graphs: each in at least a hundredth.
#[test]
fn graphs_have_removals_full_lists_and_every_relation() {
    const GRAPHS: u32 = 300;
    for &(name, mut policy) in Policy::PROFILES {
        policy.limits = TIGHT_LIMITS;
        let mut runner = TestRunner::deterministic();
        let graphs = strategies::graphs(policy, &Tuning::default());
        let mut tally = Tally::default();

        for _ in 0..GRAPHS {
            tally.count_state(&graphs.new_tree(&mut runner).unwrap().current());
            tally.finish_one();
        }

        let mut expected: Vec<String> = ["gone", "back"].map(|it| event("user", it)).to_vec();
        let lists = [List::Blocklist, List::Friends, List::RequestsIn];
        expected.extend(lists.map(|list| event("full", list)));
        expected.extend(
            policy
                .reachable_relations()
                .iter()
                .map(|it| event("relation", it)),
        );

        for event_name in &expected {
            let share = tally.count(event_name);
            let has_many = policy.reachable_relations().len() > 25;
            let is_rare = has_many && event_name.starts_with("relation");
            assert!(
                share >= GRAPHS / if is_rare { 100 } else { 20 },
                "{name}: {event_name} in {share} of {GRAPHS}"
            );
        }

        assert_eq!(
            tally.counts.len(),
            expected.len(),
            "{name}: something else occurs"
        );
    }
}

/// Shrinks the first graph that fails, and returns its `Debug` output after the policy.
fn simplest(operations: usize, fails: impl Fn(&SocialGraph) -> bool) -> String {
    let config = Config {
        max_shrink_iters: 20_000,
        failure_persistence: None,
        ..Config::default()
    };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let graphs = strategies::graphs(Policy::tencent_rest(), &tuning(operations));
    let outcome = TestRunner::new_with_rng(config, rng).run(&graphs, |graph| {
        prop_assert!(!fails(&graph));

        Ok(())
    });
    let Err(TestError::Fail(_, graph)) = outcome else {
        panic!("no graph fails: {outcome:?}")
    };
    let text = format!("{graph:?}");
    let policy = format!("SocialGraph {{ policy: {:?}, ", Policy::tencent_rest());
    text.strip_prefix(&policy).unwrap().to_owned()
}

#[test]
fn a_failing_graph_shrinks_to_the_users_and_relations_that_matter() {
    let relations = |graph: &SocialGraph| -> Vec<Relation> {
        let pairs = tuning(0).pairs();
        pairs
            .iter()
            .filter_map(|(a, b)| graph.relation(a, b).ok())
            .collect()
    };

    for operations in [0, 60] {
        let blocked = |graph: &SocialGraph| relations(graph).into_iter().any(Relation::is_blocked);
        assert_eq!(
            simplest(operations, blocked),
            r#"users: ["ann", "ben"], relations: ["ann" b "ben"] }"#
        );
        let friends = |graph: &SocialGraph| {
            relations(graph).contains(&Relation::FRIENDS)
                && graph.users().any(|(user, _)| {
                    graph.user_facts(user).unwrap().request_mode == RequestMode::Nobody
                })
        };
        let simplest = simplest(operations, friends);
        let either = [r#""ann" Nobody, "ben""#, r#""ann", "ben" Nobody"#]
            .map(|users| format!(r#"users: [{users}], relations: ["ann" lL "ben"] }}"#));
        assert!(either.contains(&simplest), "{simplest}");
    }

    let gone = |graph: &SocialGraph| graph.users().any(|(user, _)| user.to_u32() >= 5);
    let back = simplest(60, gone);
    assert!(back.ends_with("relations: [] }"), "{back}");
}

/// The parts of a policy are independent, and every value of each is drawn.
#[test]
fn each_two_parts_of_a_policy_occur_in_every_combination() {
    let tuning = Tuning::default();
    let (policies, mut runner) = (strategies::policies(&tuning), TestRunner::deterministic());
    let values = |value: PartValue| match value {
        PartValue::Sides(_) => Sides::ALL.len(),
        PartValue::Notice(_) => Notice::ALL.len(),
        PartValue::Crossed(_) => Crossed::ALL.len(),
        PartValue::Granted(_) => Granted::ALL.len(),
        PartValue::RequestMode(_) => RequestMode::ALL.len(),
        PartValue::Limit(_) => tuning.limits.len(),
    };
    let mut combinations_of: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();

    for _ in 0..2000 {
        let policy = policies.new_tree(&mut runner).unwrap().current();
        for (path, value) in policy.parts() {
            for (other, its_value) in policy.parts() {
                combinations_of
                    .entry((path, other))
                    .or_default()
                    .insert([value, its_value].map(|it| it.to_string()));
            }
        }
    }

    let parts: Vec<_> = Policy::tencent_rest().parts().collect();
    assert_eq!((parts.len(), combinations_of.len()), (30, 30 * 30));
    for (path, value) in &parts {
        for (other, its_value) in &parts {
            let all = if path == other {
                values(*value)
            } else {
                values(*value) * values(*its_value)
            };
            let combinations = &combinations_of[&(*path, *other)];
            assert_eq!(combinations.len(), all, "{path}, {other}: {combinations:?}");
        }
    }
}

/// About half of the policies have the parts of a named one, and every name is drawn.
#[test]
fn half_of_the_policies_are_named_ones() {
    const POLICIES: u32 = 2000;
    let tuning = Tuning::default();
    let mut runner = TestRunner::deterministic();
    let policies = strategies::policies(&tuning);
    let is_named = |policy: &Policy| {
        let limits = policy.limits;
        let mut named = Policy::PROFILES.iter().copied();
        named.any(|(_, profile)| Policy { limits, ..profile } == *policy)
    };
    let drawn = (0..POLICIES).map(|_| policies.new_tree(&mut runner).unwrap().current());
    let named = u32::try_from(drawn.filter(is_named).count()).unwrap();
    assert!(named.abs_diff(POLICIES / 2) < POLICIES / 10, "{named}");

    let profiles = strategies::profiles(&tuning);
    let drawn: BTreeSet<_> = (0..POLICIES)
        .map(|_| profiles.new_tree(&mut runner).unwrap().current().0)
        .collect();
    assert!(Policy::names().all(|name| drawn.contains(name)));
}

#[test]
fn every_question_is_drawn() {
    let mut runner = TestRunner::deterministic();
    let questions = strategies::questions(&Tuning::default());
    let drawn: BTreeSet<_> = (0..1000)
        .map(|_| questions.new_tree(&mut runner).unwrap().current())
        .collect();
    assert!(drawn.into_iter().eq(Question::all()));
}

/// Returns names that a strategy draws, and their lengths in bytes.
fn draw(names: impl Strategy<Value = String>) -> (Vec<String>, BTreeSet<usize>) {
    let mut runner = TestRunner::deterministic();
    let draw = |_| names.new_tree(&mut runner).unwrap().current();
    let drawn: Vec<_> = (0..4000).map(draw).collect();
    let lengths = drawn.iter().map(String::len).collect();
    (drawn, lengths)
}

#[test]
fn names_are_short_or_at_the_limit_and_some_are_odd() {
    let (valid, lengths) = draw(strategies::valid_names());
    let maximum = MAX_NAME_BYTES;
    // The last character of a name may not fit, which leaves up to three bytes free.
    assert!(
        lengths
            .iter()
            .all(|it| (1..=8).contains(it) || (maximum - 7..=maximum).contains(it))
    );
    assert!(
        (1..=8)
            .chain(maximum - 4..=maximum)
            .all(|length| lengths.contains(&length)),
        "{lengths:?}"
    );
    for odd in [' ', '\n', '`', '\u{202e}', '友', '🦀'] {
        assert!(valid.iter().any(|name| name.contains(odd)), "{odd:?}");
    }

    let (_, lengths) = draw(strategies::any_names());
    assert!(lengths.contains(&0) && lengths.contains(&1));
    assert!(
        lengths
            .range(maximum + 1..)
            .copied()
            .eq(maximum + 1..=maximum + 64),
        "{lengths:?}"
    );
}

#[test]
fn a_name_that_is_always_unknown_stays_unknown() {
    let mut tuning = Tuning::default();
    tuning.unknown_percent = 100;
    let mut tree = strategies::names(&tuning)
        .new_tree(&mut TestRunner::deterministic())
        .unwrap();
    while tree.simplify() {}
    assert_eq!(tree.current(), UNKNOWN_NAME);
}

#[test]
fn outcomes_hold_what_the_call_returned() {
    let mut graph = SocialGraph::new(Policy::tencent_rest());
    let [ann, ben] = ["ann", "ben"].map(|name| graph.add_user(name).unwrap());
    graph.add_friend(ann, ben, Ways::TwoWay).unwrap();
    let many = Operation::act_on_many(Action::Block, "ann", ["ben", "nobody", "ben"]);
    let outcome = many.apply_to(&mut graph);
    assert!(outcome.is_done() && outcome.items().len() == 3);
    let reasons = [Reason::UnknownTarget, Reason::AlreadyBlocked];
    assert_eq!(outcome.reasons(), reasons.into_iter().collect());
    assert_eq!(outcome.effects().len(), 3);

    let removed = Operation::remove_user("ben").apply_to(&mut graph);
    assert_eq!(removed.effects(), Effect::TargetBlockLifted.into());
    assert!(removed.items().is_empty() && removed.reasons().is_empty());

    let refused = Operation::act(Action::Block, "ann", "ben").apply_to(&mut graph);
    assert!(!refused.is_done() && refused.items().len() == 1);
}

proptest! {
    #[test]
    fn logs_come_back_from_json(log in logs(20)) {
        let text = serde_json::to_string(&log).unwrap();
        prop_assert_eq!(serde_json::from_str::<Vec<Operation>>(&text).unwrap(), log);
    }
}
