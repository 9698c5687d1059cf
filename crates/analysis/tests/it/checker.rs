//! The model checker: what it counts, what it finds, and that it is no empty search.

use std::collections::{HashSet, VecDeque};

use socialgraph::{
    Action, Fact, Limits, Notice, Operation, Outcome, Policy, Reason, Relation, RequestMode, Sides,
    SocialGraph, Verdict,
};
use socialgraph_analysis::checker::{
    Duty, Property, Report, Sometimes, Users, Violation, check, check_with_progress,
};

use crate::fixtures::policy_of;
use pinned::Counts;

#[path = "../../../cli/src/check/counts.rs"]
mod pinned;

const ONE: Limits = Limits {
    blocked: Some(1),
    friends: Some(1),
    requests_in: Some(1),
    batch: None,
};

fn tight(mut policy: Policy) -> Policy {
    policy.limits = ONE;
    policy
}

fn counts(report: &Report) -> (u64, u64, usize) {
    (report.states(), report.transitions(), report.depth())
}

/// Counts all that a test can afford; the rest take the example `check`, which has the same.
///
/// The states are those that `reachability` counts on the graph and on the reference model:
/// 13 and 22 for a pair, their cubes for three, 1232 and 3249 within limits of one.
#[test]
fn counts_of_each_profile_are_pinned() {
    let affordable = |counts: &Counts| counts.states < 1_000_000;
    for expected in pinned::all().filter(affordable) {
        let profile = Policy::PROFILES
            .into_iter()
            .find(|(name, _)| *name == expected.profile);
        let policy = profile.unwrap().1;
        let policy = if expected.limits_of_one {
            tight(policy)
        } else {
            policy
        };
        let report = check(&policy, Users::from_count(expected.users).unwrap());
        let expected_counts = (expected.states, expected.transitions, expected.depth);
        assert_eq!(counts(&report), expected_counts, "{expected:?}");
        assert_eq!(report.violations(), [], "{expected:?}");
    }
    assert_eq!(pinned::all().filter(affordable).count(), 3 * 4 + 2);
}

/// Of three users without limits, a pair's relation goes with whatever each has with the third.
#[test]
fn every_situation_is_judged_under_all_settings() {
    for (name, policy) in Policy::PROFILES {
        let relations = policy.reachable_relations();
        let facts = [Fact::ActorBlocks, Fact::ActorLists, Fact::TargetRequested];
        let entries = relations
            .iter()
            .map(|relation| facts.map(|fact| relation.holds(fact)));
        let entries = entries.collect::<HashSet<_>>().len() as u64;
        let asked = 2 * 6 * 6 * (1 + 1 + Action::ALL.len() as u64);
        for (users, local_states) in [(Users::Two, 1), (Users::Three, entries * entries)] {
            let expected = relations.len() as u64 * local_states * asked;
            assert_eq!(check(&policy, users).cases(), expected, "{name}, {users:?}");
        }
    }
}

/// The table of `docs/verification.md` has the same counts, and all of them.
#[test]
fn the_documented_counts_are_the_pinned_ones() {
    let text = include_str!("../../../../docs/verification.md");
    let rows = text
        .lines()
        .skip_while(|line| !line.starts_with("| policy | users | states |"));
    let (mut profiles, mut found) = (Vec::new(), 0);
    for row in rows.skip(2).take_while(|line| line.starts_with('|')) {
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        let number = |place: usize| cells[place].replace(',', "").parse::<u64>().unwrap();
        if cells[1].starts_with('`') {
            profiles = cells[1].split('`').skip(1).step_by(2).collect();
        }
        for profile in &profiles {
            let row = pinned::all().filter(|counts| {
                counts.profile == *profile
                    && counts.limits_of_one == cells[1].contains("limits of 1")
                    && counts.users as u64 == number(2)
            });
            let row: Vec<_> = row
                .map(|it| (it.states, it.transitions, it.depth as u64))
                .collect();
            assert_eq!(row, [(number(3), number(4), number(5))], "{cells:?}");
            found += 1;
        }
    }
    // Two users never come near limits of 1, and have no row of these.
    assert_eq!(found, pinned::all().count() - 3);
}

/// Counted another way: on the graph itself, where operations and modes are set one by one.
#[test]
fn the_graph_has_the_same_states_transitions_and_depth() {
    let names = Users::Three.names();
    let policy = tight(Policy::tencent_rest());
    let mut start = SocialGraph::new(policy);
    for name in names {
        start.add_user(name).unwrap();
    }
    let state = |graph: &SocialGraph| -> Vec<Relation> {
        let pairs = names
            .iter()
            .flat_map(|a| names.iter().map(move |b| (*a, *b)));
        pairs
            .filter(|(a, b)| a < b)
            .map(|(a, b)| graph.relation(a, b).unwrap())
            .collect()
    };
    let (mut transitions, mut deepest) = (0, 0);
    let mut seen = HashSet::from([state(&start)]);
    let mut queue = VecDeque::from([(start, 0)]);
    while let Some((graph, depth)) = queue.pop_front() {
        deepest = deepest.max(depth);
        let mut found = HashSet::new();
        for (actor, target) in names
            .iter()
            .flat_map(|a| names.iter().map(move |b| (*a, *b)))
        {
            for (action, mode) in acts() {
                let mut next = graph.clone();
                next.set_request_mode(target, mode).unwrap();
                if next.apply(action, actor, target).is_ok() {
                    found.insert((actor, target, action, state(&next)));
                    if seen.insert(state(&next)) {
                        queue.push_back((next, depth + 1));
                    }
                }
            }
        }
        transitions += found.len() as u64;
    }
    assert_eq!(
        (seen.len() as u64, transitions, deepest),
        counts(&check(&policy, Users::Three))
    );
}

fn acts() -> impl Iterator<Item = (Action, RequestMode)> {
    Action::ALL
        .into_iter()
        .flat_map(|action| RequestMode::ALL.map(move |mode| (action, mode)))
}

#[test]
fn nothing_is_vacuous() {
    let full = [
        Reason::ActorBlocklistFull,
        Reason::ActorFriendsFull,
        Reason::TargetFriendsFull,
        Reason::TargetRequestsFull,
    ]
    .map(Sometimes::Reason);
    let refused = Sometimes::Message(Verdict::Refused);
    let never = |policy: Policy, users| check(&policy, users).unwitnessed().collect::<Vec<_>>();
    for (name, policy) in Policy::PROFILES {
        let wide: Vec<_> = std::iter::once(refused).chain(full).collect();
        assert_eq!(never(policy, Users::Three), wide, "{name}");
        assert_eq!(never(tight(policy), Users::Three), [refused], "{name}");
        // The profiles are silent; told, a refused message is the one verdict that was missing.
        let mut told = tight(policy);
        told.notice_of_blocked_message = Notice::Told;
        let silent = Sometimes::Message(Verdict::RefusedSilently);
        assert_eq!(never(told, Users::Three), [silent], "{name}");
    }
    assert_eq!(Sometimes::all().count(), 3 + 17 + 11);
    assert_eq!(refused.to_string(), "a message that is `Refused`");
}

fn broken(change: impl FnOnce(&mut Policy)) -> Report {
    let mut policy = Policy::tencent_rest();
    change(&mut policy);
    check(&policy, Users::Three)
}

fn failed(report: &Report) -> Vec<(Property, usize)> {
    report
        .violations()
        .iter()
        .map(|it| (it.property(), it.trace().len()))
        .collect()
}

#[test]
fn friends_across_a_block_are_found_with_the_shortest_trace() {
    let report = broken(|policy| policy.befriending_stopped_by = Sides::Neither);
    assert_eq!(
        failed(&report),
        [
            (Property::NoEntryAcrossBlock, 2),
            (Property::NoClearedEntryAcrossBlock, 2),
            (Property::NoRequestAcrossBlock, 2),
        ]
    );
    assert_eq!(
        report.violations()[0].to_string(),
        "no friend-list entry comes about across a block (R4), but:
  1. alice blocks bob
     now: alice blocks bob
  2. alice adds bob as a one-way friend
     now: alice blocks bob, alice lists bob
"
    );
}

#[test]
fn a_block_that_stops_one_side_alone_is_found() {
    for sides in [Sides::Actor, Sides::Target] {
        let report = broken(|policy| policy.befriending_stopped_by = sides);
        assert_eq!(
            report.violations()[0].property(),
            Property::NoEntryAcrossBlock
        );
        let last = report.violations()[0].trace().last().unwrap();
        let blocker_adds = last.outcome().unwrap().before.bits() & 1 == 1;
        assert_eq!(blocker_adds, sides == Sides::Target, "{last}");
    }
}

#[test]
fn a_request_that_survives_a_block_is_found() {
    for sides in [Sides::Neither, Sides::Actor, Sides::Target] {
        let report = broken(|policy| policy.block_cancels_requests_of = sides);
        assert_eq!(
            failed(&report),
            [(Property::NoRequestAcrossBlock, 2)],
            "{sides:?}"
        );
        let [request, block] = report.violations()[0].trace() else {
            panic!("two operations")
        };
        assert_eq!(
            (request.action(), block.action()),
            (Action::SendRequest, Action::Block)
        );
        // Whose request it is that survives: the blocker's own, or the blocked's.
        let own = request.actor() == block.actor();
        assert!(
            if own {
                !sides.has_actor()
            } else {
                !sides.has_target()
            },
            "{sides:?}"
        );
    }
}

#[test]
fn a_block_that_lets_messages_through_is_found() {
    for sides in [Sides::Neither, Sides::Actor] {
        let report = broken(|policy| policy.message_stopped_by = sides);
        assert_eq!(failed(&report), [(Property::NoMessageToBlocker, 1)]);
        assert_eq!(
            report.violations()[0].to_string(),
            "whoever is blocked may not message the blocker (R5, R6), but:
  1. alice blocks bob
     now: alice blocks bob
     so: bob may message alice
"
        );
    }
}

/// Which of the policy's duties fail is known beforehand from its parts; the engine's never do.
#[test]
fn policies_fail_exactly_for_what_their_parts_say() {
    let (mut failing, mut most_states) = (0, 0);
    for number in 0..Sides::ALL.len().pow(4) {
        let part = |place: usize| Sides::ALL[number >> (2 * place) & 3];
        let [messages, requests, clears, cancels] = [part(0), part(1), part(2), part(3)];
        for (needs, notice) in [
            (Sides::Neither, Notice::Silent),
            (Sides::Both, Notice::Told),
        ] {
            let sides = [messages, needs, requests, clears, cancels];
            let report = check(&policy_of(sides, notice, Limits::NONE), Users::Two);
            let fails = |property| {
                report
                    .violations()
                    .iter()
                    .any(|it| it.property() == property)
            };
            let no_way_round = requests == Sides::Both;
            assert_eq!(fails(Property::NoEntryAcrossBlock), !no_way_round);
            let kept_out = no_way_round && cancels == Sides::Both;
            assert_eq!(fails(Property::NoRequestAcrossBlock), !kept_out);
            let uncleared = clears == Sides::Neither || !no_way_round;
            let reached = !messages.has_target() && (needs == Sides::Neither || uncleared);
            assert_eq!(fails(Property::NoMessageToBlocker), reached);
            let refilled = clears != Sides::Neither && !no_way_round;
            assert_eq!(fails(Property::NoClearedEntryAcrossBlock), refilled);
            assert!(
                report.violations().iter().all(is_the_policys),
                "{sides:?}: {report:?}"
            );
            failing += usize::from(!report.holds());
            most_states = most_states.max(report.states());
        }
    }
    // No way round and all requests cancelled: of those 4 × 4 × 2, the ones whose block stops
    // messages, and those that need listing and clear it.
    assert_eq!(failing, 512 - (4 * 2 * 2 + 3 * 2));
    assert_eq!(
        most_states, 40,
        "what the memory of four users is said to be at most"
    );
}

/// What a trace says is what a graph does: each step in turn, with the state after it.
#[test]
fn a_trace_can_be_replayed_on_a_graph() {
    let (mut played, mut settings) = (0, 0);
    for number in 0..Sides::ALL.len().pow(4) {
        let part = |place: usize| Sides::ALL[number >> (2 * place) & 3];
        let sides = [part(0), Sides::Neither, part(1), part(2), part(3)];
        let mut policy = policy_of(sides, Notice::Silent, ONE);
        policy.initial_request_mode = RequestMode::ALL[number % 3];
        let users = if number % 16 == 0 {
            Users::Three
        } else {
            Users::Two
        };
        for violation in check(&policy, users).violations() {
            settings += replay(&policy, violation);
            played += 1;
        }
    }
    assert!(
        played > 500 && settings > 100,
        "{played} traces, {settings} settings"
    );
}

/// Replays a trace, and returns how many settings are made in it.
fn replay(policy: &Policy, violation: &Violation) -> usize {
    let mut graph = SocialGraph::new(*policy);
    let mut log = violation.log();
    log.truncate(everyone_joins(&log, &mut graph));
    for step in violation.trace() {
        let act = step.operation();
        let unset = act.apply_to(&mut graph.clone());
        assert!(
            step.settings()
                .iter()
                .all(|setting| setting.apply_to(&mut graph).is_done())
        );
        assert_eq!(
            graph.facts(step.actor(), step.target()).as_ref(),
            Ok(step.facts())
        );
        let outcome = Outcome::Act(step.outcome());
        assert_eq!(act.apply_to(&mut graph), outcome, "{violation}");
        assert!(
            step.settings().is_empty() || unset != outcome,
            "needless settings: {violation}"
        );
        for (a, b, relation) in step.relations() {
            assert_eq!(graph.relation(a, b), Ok(relation), "{a}, {b}: {violation}");
        }
        log.extend(step.settings().iter().cloned().chain([act]));
        assert!(
            step.settings()
                .iter()
                .all(|set| step.to_string().contains(&format!(" ({set})")))
        );
        assert!(
            violation.to_string().contains(&format!(". {step}\n")),
            "{violation}"
        );
    }
    assert_eq!(violation.log(), log);
    violation
        .trace()
        .iter()
        .map(|step| step.settings().len())
        .sum()
}

/// Lets everyone join who does so at the beginning of a log; returns how many that are.
fn everyone_joins(log: &[Operation], graph: &mut SocialGraph) -> usize {
    let joins = log
        .iter()
        .take_while(|operation| matches!(operation, Operation::AddUser { .. }));
    joins.filter(|join| join.apply_to(graph).is_done()).count()
}

#[test]
fn without_a_block_nothing_about_blocks_is_checked() {
    for (name, mut policy) in Policy::PROFILES {
        assert!(!check(&policy, Users::Two).is_vacuous(), "{name}");
        policy.limits.blocked = Some(0);
        assert!(check(&policy, Users::Two).is_vacuous(), "{name}");
    }
    // Even of a policy that fails as soon as somebody can block.
    let neither = policy_of([Sides::Neither; 5], Notice::Silent, Limits::NONE);
    let report = check(&neither, Users::Two);
    assert!(!report.holds() && !report.is_vacuous());
    let mut idle = neither;
    idle.limits.blocked = Some(0);
    let report = check(&idle, Users::Two);
    assert!(report.holds() && report.is_vacuous());
}

fn is_the_policys(violation: &Violation) -> bool {
    violation.property().duty() == Duty::Policy
}

#[test]
fn progress_is_told_at_each_depth() {
    let mut told = Vec::new();
    let policy = Policy::tencent_rest();
    let report = check_with_progress(&policy, Users::Three, |progress| told.push(progress));
    assert_eq!(report, check(&policy, Users::Three));
    let depths: Vec<_> = told.iter().map(|progress| progress.depth).collect();
    assert_eq!(depths, (0..=report.depth()).collect::<Vec<_>>());
    assert!(told.is_sorted_by_key(|progress| progress.transitions));
    assert_eq!(told.last().unwrap().states, report.states());
    assert_eq!((told[0].states, told[1].expanded), (1, 1));
}

#[test]
fn progress_is_told_with_each_million_states_as_well() {
    let (mut told, policy) = (0, tight(Policy::tencent_keep_friends()));
    let report = check_with_progress(&policy, Users::Four, |_| told += 1);
    assert_eq!(report.states() >> 20, 1);
    assert_eq!(told, report.depth() + 1 + 1);
}
