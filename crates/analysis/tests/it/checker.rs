//! The model checker: its counts, the violations that it finds, and that its search is not empty.

use std::collections::{HashSet, VecDeque};

use socialgraph::{
    Action, Fact, Limits, Notice, Operation, Outcome, Policy, Reason, Relation, RequestMode, Sides,
    SocialGraph, Verdict,
};
use socialgraph_analysis::checker::{
    Duty, Property, Report, Sometimes, Users, Violation, check, check_with_progress,
};
use socialgraph_analysis::profile_counts::{LIMITS_OF_ONE, ProfileCounts};

use crate::fixtures::policy_of;

fn tight(mut policy: Policy) -> Policy {
    policy.limits = LIMITS_OF_ONE;
    policy
}

fn counts(report: &Report) -> (u64, u64, usize) {
    (report.states(), report.transitions(), report.depth())
}

/// Counts the searches that a test can afford. `socialgraph check --users 4` counts the others.
///
/// The root's tests count the same states on the graph and on the reference model: 13 and 22
/// for a pair, their cubes for three users, and 1232 and 3249 within limits of one.
#[test]
fn counts_of_each_profile_are_pinned() {
    let mut searches = 0;
    for expected in ProfileCounts::ALL {
        if expected.states >= 1_000_000 {
            continue;
        }
        let (_, mut policy) = Policy::PROFILES
            .into_iter()
            .find(|(name, _)| *name == expected.profile)
            .unwrap();
        if expected.limits_of_one {
            policy = tight(policy);
        }

        let report = check(&policy, expected.users);

        let expected_counts = (expected.states, expected.transitions, expected.depth);
        assert_eq!(counts(&report), expected_counts, "{expected:?}");
        assert_eq!(report.violations(), [], "{expected:?}");
        searches += 1;
    }
    assert_eq!(searches, 3 * 4 + 2);
}

/// With three users and no limits, every relation of a pair occurs with every combination of
/// the two users' entries for the third.
#[test]
fn every_local_state_is_judged_under_all_settings() {
    let counted_facts = [Fact::ActorBlocks, Fact::ActorLists, Fact::TargetRequested];
    for (name, policy) in Policy::PROFILES {
        let relations = policy.reachable_relations();
        let mut entries = HashSet::new();
        for relation in relations {
            entries.insert(counted_facts.map(|fact| relation.holds(fact)));
        }
        let entries = entries.len() as u64;

        let cases = 2 * 6 * 6 * (1 + 1 + Action::ALL.len() as u64);
        for (users, counts) in [(Users::Two, 1), (Users::Three, entries * entries)] {
            let expected = relations.len() as u64 * counts * cases;
            assert_eq!(check(&policy, users).cases(), expected, "{name}, {users:?}");
        }
    }
}

/// The table of `docs/verification.md` has all pinned counts.
#[test]
fn the_documented_counts_are_the_pinned_ones() {
    let text = include_str!("../../../../docs/verification.md");
    let rows = text
        .lines()
        .skip_while(|line| !line.starts_with("| policy | users | states |"))
        .skip(2)
        .take_while(|line| line.starts_with('|'));

    let (mut profiles, mut found) = (Vec::new(), 0);
    for row in rows {
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        let number = |column: usize| cells[column].replace(',', "").parse::<u64>().unwrap();
        if cells[1].starts_with('`') {
            profiles = cells[1].split('`').skip(1).step_by(2).collect();
        }

        for profile in &profiles {
            let is_tight = cells[1].contains("limits of 1");
            let users = Users::from_count(usize::try_from(number(2)).unwrap()).unwrap();
            let pinned = ProfileCounts::find(profile, is_tight, users).unwrap();
            assert_eq!(
                (pinned.states, pinned.transitions, pinned.depth as u64),
                (number(3), number(4), number(5)),
                "{cells:?}"
            );
            found += 1;
        }
    }
    // Two users cannot exceed limits of 1, so the table has no rows for them.
    assert_eq!(found, ProfileCounts::ALL.len() - 3);
}

/// Counts a second way: on the graph itself, with operations and modes applied one by one.
#[test]
fn the_graph_has_the_same_states_transitions_and_depth() {
    let names = Users::Three.names();
    let policy = tight(Policy::tencent_rest());
    let mut start = SocialGraph::new(policy);
    for name in names {
        start.add_user(name).unwrap();
    }

    let (mut transitions, mut deepest) = (0, 0);
    let mut visited = HashSet::from([state(&start, names)]);
    let mut queue = VecDeque::from([(start, 0)]);
    while let Some((graph, depth)) = queue.pop_front() {
        deepest = deepest.max(depth);
        let mut found = HashSet::new();
        for (actor, target) in ordered_pairs(names) {
            for (action, mode) in actions_and_modes() {
                let mut next = graph.clone();
                next.set_request_mode(target, mode).unwrap();
                if next.apply(action, actor, target).is_err() {
                    continue;
                }

                let next_state = state(&next, names);
                found.insert((actor, target, action, next_state.clone()));
                if visited.insert(next_state) {
                    queue.push_back((next, depth + 1));
                }
            }
        }
        transitions += found.len() as u64;
    }

    assert_eq!(
        (visited.len() as u64, transitions, deepest),
        counts(&check(&policy, Users::Three))
    );
}

fn ordered_pairs(
    names: &'static [&'static str],
) -> impl Iterator<Item = (&'static str, &'static str)> {
    names
        .iter()
        .flat_map(|a| names.iter().map(move |b| (*a, *b)))
}

/// Returns the relation of every two users.
fn state(graph: &SocialGraph, names: &'static [&'static str]) -> Vec<Relation> {
    let mut relations = Vec::new();
    for (a, b) in ordered_pairs(names) {
        if a < b {
            relations.push(graph.relation(a, b).unwrap());
        }
    }
    relations
}

fn actions_and_modes() -> impl Iterator<Item = (Action, RequestMode)> {
    Action::ALL
        .into_iter()
        .flat_map(|action| RequestMode::ALL.map(move |mode| (action, mode)))
}

fn unwitnessed(policy: &Policy) -> Vec<Sometimes> {
    check(policy, Users::Three).unwitnessed().collect()
}

#[test]
fn every_sometimes_property_within_reach_has_a_witness() {
    let full = [
        Reason::ActorBlocklistFull,
        Reason::ActorFriendsFull,
        Reason::TargetFriendsFull,
        Reason::TargetRequestsFull,
    ];
    let refused = Sometimes::Message(Verdict::Refused);
    let mut refused_or_full = vec![refused];
    refused_or_full.extend(full.map(Sometimes::Reason));

    for (name, policy) in Policy::PROFILES {
        assert_eq!(unwitnessed(&policy), refused_or_full, "{name}");
        assert_eq!(unwitnessed(&tight(policy)), [refused], "{name}");

        // The profiles refuse silently. A policy that tells of blocks has the other verdict.
        let mut told = tight(policy);
        told.notice_of_blocked_message = Notice::Told;
        let silent = Sometimes::Message(Verdict::RefusedSilently);
        assert_eq!(unwitnessed(&told), [silent], "{name}");
    }
    assert_eq!(Sometimes::all().count(), 3 + 17 + 11);
    assert_eq!(refused.to_string(), "a message that is `Refused`");
}

/// Checks a changed profile with three users.
fn check_changed(change: impl FnOnce(&mut Policy)) -> Report {
    let mut policy = Policy::tencent_rest();
    change(&mut policy);
    check(&policy, Users::Three)
}

/// Returns each failing property with the length of its trace.
fn failures(report: &Report) -> Vec<(Property, usize)> {
    let mut failures = Vec::new();
    for violation in report.violations() {
        failures.push((violation.property(), violation.trace().len()));
    }
    failures
}

#[test]
fn friends_across_a_block_are_found_with_the_shortest_trace() {
    let report = check_changed(|policy| policy.befriending_stopped_by = Sides::Neither);
    assert_eq!(
        failures(&report),
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
        let report = check_changed(|policy| policy.befriending_stopped_by = sides);
        let violation = &report.violations()[0];
        assert_eq!(violation.property(), Property::NoEntryAcrossBlock);

        let last = violation.trace().last().unwrap();
        let blocker_adds = last.outcome().unwrap().before.bits() & 1 == 1;
        assert_eq!(blocker_adds, sides == Sides::Target, "{last}");
    }
}

#[test]
fn a_request_that_survives_a_block_is_found() {
    for sides in [Sides::Neither, Sides::Actor, Sides::Target] {
        let report = check_changed(|policy| policy.block_cancels_requests_of = sides);
        assert_eq!(
            failures(&report),
            [(Property::NoRequestAcrossBlock, 2)],
            "{sides:?}"
        );
        let [request, block] = report.violations()[0].trace() else {
            panic!("two operations")
        };
        assert_eq!(request.action(), Action::SendRequest);
        assert_eq!(block.action(), Action::Block);

        // The surviving request is the blocker's own or the blocked user's.
        let is_cancelled = if request.actor() == block.actor() {
            sides.has_actor()
        } else {
            sides.has_target()
        };
        assert!(!is_cancelled, "{sides:?}");
    }
}

#[test]
fn a_block_that_lets_messages_through_is_found() {
    for sides in [Sides::Neither, Sides::Actor] {
        let report = check_changed(|policy| policy.message_stopped_by = sides);
        assert_eq!(failures(&report), [(Property::NoMessageToBlocker, 1)]);
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

/// The parts of a policy determine which of its duties fail. The engine's duties never fail.
#[test]
fn policies_fail_exactly_for_their_parts() {
    let (mut failing, mut most_states) = (0, 0);
    for number in 0..Sides::ALL.len().pow(4) {
        let [messages, requests, clears, cancels] = four_sides(number);
        for (needs, notice) in [
            (Sides::Neither, Notice::Silent),
            (Sides::Both, Notice::Told),
        ] {
            let sides = [messages, needs, requests, clears, cancels];
            let report = check(&policy_of(sides, notice, Limits::NONE), Users::Two);
            let fails = |property| {
                let mut violations = report.violations().iter();
                violations.any(|violation| violation.property() == property)
            };

            let stops_both = requests == Sides::Both;
            assert_eq!(fails(Property::NoEntryAcrossBlock), !stops_both);

            let keeps_requests_out = stops_both && cancels == Sides::Both;
            assert_eq!(fails(Property::NoRequestAcrossBlock), !keeps_requests_out);

            let lists_survive = clears == Sides::Neither || !stops_both;
            let is_reached = !messages.has_target() && (needs == Sides::Neither || lists_survive);
            assert_eq!(fails(Property::NoMessageToBlocker), is_reached);

            let is_refilled = clears != Sides::Neither && !stops_both;
            assert_eq!(fails(Property::NoClearedEntryAcrossBlock), is_refilled);

            for violation in report.violations() {
                let duty = violation.property().duty();
                assert_eq!(duty, Duty::Policy, "{sides:?}: {violation}");
            }
            failing += usize::from(!report.holds());
            most_states = most_states.max(report.states());
        }
    }

    // Of the 4 × 4 × 2 policies that stop both sides and cancel all requests, those hold whose
    // block stops messages, and those that need a listing and clear it.
    assert_eq!(failing, 512 - (4 * 2 * 2 + 3 * 2));
    assert_eq!(
        most_states, 40,
        "the documented maximum, which bounds the memory for four users"
    );
}

/// Returns the sides of four parts of a policy, from a number with a digit for each.
fn four_sides(number: usize) -> [Sides; 4] {
    [0, 1, 2, 3].map(|part| Sides::ALL[number >> (2 * part) & 3])
}

/// A graph agrees with a trace after each step.
#[test]
fn a_trace_can_be_replayed_on_a_graph() {
    let (mut traces, mut settings) = (0, 0);
    for number in 0..Sides::ALL.len().pow(4) {
        let [messages, requests, clears, cancels] = four_sides(number);
        let sides = [messages, Sides::Neither, requests, clears, cancels];
        let mut policy = policy_of(sides, Notice::Silent, LIMITS_OF_ONE);
        policy.initial_request_mode = RequestMode::ALL[number % 3];

        let users = if number % 16 == 0 {
            Users::Three
        } else {
            Users::Two
        };
        for violation in check(&policy, users).violations() {
            settings += replay(&policy, violation);
            traces += 1;
        }
    }
    assert!(
        traces > 500 && settings > 100,
        "{traces} traces, {settings} changes of settings"
    );
}

/// Replays a trace, and returns the number of changes of settings in it.
fn replay(policy: &Policy, violation: &Violation) -> usize {
    let mut graph = SocialGraph::new(*policy);
    let mut log = violation.log();
    log.truncate(apply_joins(&log, &mut graph));

    let mut changes = 0;
    for step in violation.trace() {
        let operation = step.operation();
        let outcome_without_changes = operation.apply_to(&mut graph.clone());
        for change in step.settings() {
            assert!(change.apply_to(&mut graph).is_done());
            assert!(step.to_string().contains(&format!(" ({change})")));
            changes += 1;
        }
        let facts = graph.facts(step.actor(), step.target());
        assert_eq!(facts.as_ref(), Ok(step.facts()));

        let outcome = Outcome::Act(step.outcome());
        assert_eq!(operation.apply_to(&mut graph), outcome, "{violation}");
        assert!(
            step.settings().is_empty() || outcome_without_changes != outcome,
            "a needless change of settings: {violation}"
        );

        for (a, b, relation) in step.relations() {
            assert_eq!(graph.relation(a, b), Ok(relation), "{a}, {b}: {violation}");
        }
        let text = violation.to_string();
        assert!(text.contains(&format!(". {step}\n")), "{violation}");

        log.extend(step.settings().iter().cloned());
        log.push(operation);
    }
    assert_eq!(violation.log(), log);
    changes
}

/// Applies the operations at the start of a log by which users join, and returns their number.
fn apply_joins(log: &[Operation], graph: &mut SocialGraph) -> usize {
    let mut joined = 0;
    for operation in log {
        if !matches!(operation, Operation::AddUser { .. }) {
            break;
        }
        joined += usize::from(operation.apply_to(graph).is_done());
    }
    joined
}

#[test]
fn a_search_without_a_block_is_vacuous() {
    for (name, mut policy) in Policy::PROFILES {
        assert!(!check(&policy, Users::Two).is_vacuous(), "{name}");
        policy.limits.blocked = Some(0);
        assert!(check(&policy, Users::Two).is_vacuous(), "{name}");
    }

    // This policy fails as soon as a user can block.
    let mut lax = policy_of([Sides::Neither; 5], Notice::Silent, Limits::NONE);
    let report = check(&lax, Users::Two);
    assert!(!report.holds() && !report.is_vacuous());

    lax.limits.blocked = Some(0);
    let report = check(&lax, Users::Two);
    assert!(report.holds() && report.is_vacuous());
}

#[test]
fn progress_comes_at_each_depth() {
    let mut notices = Vec::new();
    let policy = Policy::tencent_rest();
    let report = check_with_progress(&policy, Users::Three, |progress| notices.push(progress));
    assert_eq!(report, check(&policy, Users::Three));

    let depths: Vec<_> = notices.iter().map(|progress| progress.depth).collect();
    assert_eq!(depths, (0..=report.depth()).collect::<Vec<_>>());
    assert!(notices.is_sorted_by_key(|progress| progress.transitions));
    assert_eq!(notices.last().unwrap().states, report.states());
    assert_eq!((notices[0].states, notices[1].expanded), (1, 1));
}

#[test]
fn progress_comes_after_each_million_states_as_well() {
    let (mut notices, policy) = (0, tight(Policy::tencent_keep_friends()));
    let report = check_with_progress(&policy, Users::Four, |_| notices += 1);
    assert_eq!(report.states() >> 20, 1);
    assert_eq!(notices, report.depth() + 1 + 1);
}
