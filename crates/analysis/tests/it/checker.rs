//! The model checker: its counts, the violations that it finds, and that its search is not empty.

use std::collections::{HashMap, HashSet, VecDeque};

use socialgraph::{
    Action, Crossed, Decision, Fact, Granted, Interaction, Notice, Notices, Operation, Outcome,
    PartValue, Policy, Reasons, Relation, RequestMode, Sides, SocialGraph, Verdict,
};
use socialgraph_analysis::checker::{
    Duty, Property, Report, Sometimes, Users, Violation, check, check_with_progress,
};
use socialgraph_analysis::profile_counts::{LIMITS_OF_ONE, ProfileCounts};

use crate::fixtures::{POLICY_COUNT, covering_policies, policy_of};
use crate::parts;

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
fn counts_of_each_named_policy_are_pinned() {
    let (mut searches, mut reports) = (0, HashMap::new());
    for expected in ProfileCounts::all() {
        if expected.states >= 1_000_000 {
            continue;
        }
        let mut policy = Policy::named(expected.profile).unwrap();
        if expected.limits_of_one {
            policy = tight(policy);
        }

        // Some names have the same policy.
        let search = (policy, expected.users.count());
        let report = reports
            .entry(search)
            .or_insert_with(|| check(&policy, expected.users));

        let expected_counts = (expected.states, expected.transitions, expected.depth);
        assert_eq!(counts(report), expected_counts, "{expected:?}");
        let lacks: Vec<Property> = report
            .violations()
            .iter()
            .map(Violation::property)
            .collect();
        assert_eq!(lacks, expected.lacks, "{expected:?}");
        let unwitnessed: Vec<Sometimes> = report.unwitnessed().collect();
        assert_eq!(unwitnessed, expected.unwitnessed(), "{expected:?}");
        if !expected.limits_of_one {
            let cases = cases_of(&policy, expected.users);
            assert_eq!(report.cases(), cases, "{expected:?}");
        }
        searches += 1;
    }
    assert_eq!(searches, Policy::PROFILES.len() * 3 + 2);
}

/// Two users cannot exceed limits of 1, so no counts are pinned for them.
#[test]
fn limits_of_one_change_nothing_for_two_users() {
    for &(name, policy) in Policy::PROFILES {
        let (own, within_one) = (
            check(&policy, Users::Two),
            check(&tight(policy), Users::Two),
        );
        assert_eq!(counts(&own), counts(&within_one), "{name}");
        assert!(own.unwitnessed().eq(within_one.unwitnessed()), "{name}");
        assert_eq!(
            own.violations().len(),
            within_one.violations().len(),
            "{name}"
        );
    }
}

#[test]
fn every_pinned_row_is_of_a_named_policy_and_has_no_second() {
    let mut searches = HashSet::new();
    for row in ProfileCounts::all() {
        assert!(Policy::named(row.profile).is_ok(), "{row:?}");
        assert!(
            searches.insert((row.profile, row.limits_of_one, row.users)),
            "{row:?}"
        );
        for property in row.lacks {
            assert_eq!(property.duty(), Duty::Policy, "{row:?}");
        }
    }
}

/// With up to three users and no limits, every relation of a pair occurs with every combination
/// of the two users' entries for the third. Each is judged under all settings.
fn cases_of(policy: &Policy, users: Users) -> u64 {
    let counted_facts = [Fact::ActorBlocks, Fact::ActorLists, Fact::TargetRequested];
    let relations = policy.reachable_relations();
    let mut entries = HashSet::new();
    for relation in relations {
        entries.insert(counted_facts.map(|fact| relation.holds(fact)));
    }

    let entries = entries.len() as u64;
    let counts = match users {
        Users::Two => 1,
        _ => entries * entries,
    };
    let questions = Interaction::ALL.len() + Action::ALL.len();
    relations.len() as u64 * counts * 2 * 6 * 6 * (1 + questions as u64)
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

    let mut found = 0;
    for row in rows {
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        let number = |column: usize| cells[column].replace(',', "").parse::<u64>().unwrap();
        for profile in cells[1].split('`').skip(1).step_by(2) {
            let is_tight = cells[1].contains("limits of 1");
            let users = Users::from_count(usize::try_from(number(2)).unwrap()).unwrap();
            let pinned = ProfileCounts::find(profile, is_tight, users).unwrap();
            assert_eq!(
                (pinned.states, pinned.transitions, pinned.depth as u64),
                (number(3), number(4), number(5)),
                "{cells:?}"
            );
            let rules: Vec<&str> = pinned
                .lacks
                .iter()
                .map(|property| property.rules())
                .collect();
            assert_eq!(rules.join(", "), cells[6], "{cells:?}");
            found += 1;
        }
    }
    assert_eq!(found, ProfileCounts::all().count());
}

/// Counts a second way: on the graph itself, with operations and modes applied one by one.
#[test]
fn the_graph_has_the_same_states_transitions_and_depth() {
    let names = Users::Three.names();
    for name in ["tencent_rest", "mastodon"] {
        let policy = tight(Policy::named(name).unwrap());
        let counted = counts_on_the_graph(policy, names);
        assert_eq!(counted, counts(&check(&policy, Users::Three)), "{name}");
    }
}

/// Returns the numbers of states and transitions, and the depth.
fn counts_on_the_graph(policy: Policy, names: &'static [&'static str]) -> (u64, u64, usize) {
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

    (visited.len() as u64, transitions, deepest)
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

/// Each verdict of each interaction has a witness under some notice, and a neutral refusal too.
#[test]
fn every_sometimes_property_within_reach_has_a_witness() {
    for interaction in Interaction::ALL {
        let refused = Sometimes::Interaction(interaction, Verdict::Refused);
        let silent = Sometimes::Interaction(interaction, Verdict::RefusedSilently);
        let neutral = Sometimes::Neutral(interaction);
        for (notice, never) in [
            (Notice::Silent, vec![refused, neutral]),
            (Notice::Neutral, vec![silent]),
            (Notice::Told, vec![silent, neutral]),
        ] {
            let mut policy = tight(Policy::tencent_rest());
            policy.gate_mut(interaction).notice = Notices::both(notice);
            let of_interaction: Vec<Sometimes> = unwitnessed(&policy)
                .into_iter()
                .filter(|property| is_about(*property, interaction))
                .collect();
            assert_eq!(of_interaction, never, "{interaction:?}: {notice:?}");
        }
        assert!(Sometimes::all().any(|property| property == neutral));
    }

    assert_eq!(Sometimes::all().count(), 4 * (3 + 1) + 17 + 11);
    let refused = Sometimes::Interaction(Interaction::Call, Verdict::Refused);
    assert_eq!(refused.to_string(), "a call that is `Refused`");
    let neutral = Sometimes::Neutral(Interaction::GroupInvitation);
    assert_eq!(
        neutral.to_string(),
        "a group invitation that is refused neutrally"
    );
}

fn is_about(property: Sometimes, interaction: Interaction) -> bool {
    match property {
        Sometimes::Interaction(other, _) | Sometimes::Neutral(other) => other == interaction,
        _ => false,
    }
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

/// Lets requests, acceptances and additions pass every block.
const fn stop_no_requests(policy: &mut Policy) {
    policy.request.stopped_by = Sides::Neither;
    policy.request.accept_stopped_by = Sides::Neither;
    policy.request.add_stopped_by = Sides::Neither;
}

#[test]
fn friends_across_a_block_are_found_with_the_shortest_trace() {
    let report = check_changed(stop_no_requests);
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
        "no friend-list entry comes about across a block (R19), but:
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
        let report = check_changed(|policy| policy.request.add_stopped_by = sides);
        let violation = &report.violations()[0];
        assert_eq!(violation.property(), Property::NoEntryAcrossBlock);

        let last = violation.trace().last().unwrap();
        let blocker_adds = last.outcome().unwrap().before.to_bits() & 1 == 1;
        assert_eq!(blocker_adds, sides == Sides::Target, "{last}");
    }
}

#[test]
fn a_request_that_survives_a_block_is_found() {
    for sides in [Sides::Neither, Sides::Actor, Sides::Target] {
        let report = check_changed(|policy| policy.block.cancels_requests_of = sides);
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
fn a_block_that_lets_an_interaction_through_is_found() {
    for interaction in Interaction::ALL {
        for sides in [Sides::Neither, Sides::Actor] {
            let report = check_changed(|policy| policy.gate_mut(interaction).stopped_by = sides);
            let property = Property::BlockedCannotReachBlocker;
            assert_eq!(failures(&report), [(property, 1)]);

            let passes = Decision::new(interaction, Reasons::EMPTY, Notices::both(Notice::Silent));
            assert_eq!(
                report.violations()[0].to_string(),
                format!(
                    "a blocked user cannot reach the user who blocks them (R22), but:
  1. alice blocks bob
     now: alice blocks bob
     so: {}
",
                    passes.explain("bob", "alice")
                )
            );
        }
    }
}

#[test]
fn opposite_requests_and_a_follow_are_found() {
    let waits = check_changed(|policy| policy.request.crossed = Crossed::Waits);
    assert_eq!(failures(&waits), [(Property::NoOppositeRequests, 2)]);

    let follow = check_changed(|policy| policy.request.makes = Granted::Follow);
    assert_eq!(failures(&follow), [(Property::GrantsMakeFriends, 1)]);
    let text = follow.violations()[0].to_string();
    let step = "alice sends bob a friend request (bob takes friend requests from anyone)";
    assert!(text.contains(step), "{text}");
}

/// The parts of a policy determine which of its duties fail. The engine's duties never fail.
#[test]
fn policies_fail_exactly_for_their_parts() {
    let (mut policies, mut failing) = (0, 0);
    let mut failures_of = HashMap::new();
    for policy in covering_policies() {
        let report = check(&policy, Users::Two);
        let mut lacks = Vec::new();
        for violation in report.violations() {
            lacks.push(violation.property());
            *failures_of.entry(violation.property()).or_insert(0) += 1;
        }

        assert_eq!(lacks, parts::lacks(&policy), "{policy:?}");
        policies += 1;
        failing += usize::from(!report.holds());
    }

    // Each duty of the policy fails for many policies, and holds for many.
    assert_eq!(failures_of.len(), 6);
    for (property, failures) in failures_of {
        let enough = 100..policies - 100;
        assert!(enough.contains(&failures), "{property}: {failures}");
    }
    assert!(failing < policies, "{failing} of {policies}");
}

/// Every two parts have every two of their values in some policy of the test above.
#[test]
fn the_policies_cover_every_two_values_of_every_two_parts() {
    let mut values: HashMap<&str, HashSet<PartValue>> = HashMap::new();
    let mut pairs = HashSet::new();
    for policy in covering_policies() {
        for one in policy.parts() {
            values.entry(one.0).or_default().insert(one.1);
            for other in policy.parts() {
                pairs.insert((one, other));
            }
        }
    }

    let mut expected = 0;
    for (one, its_values) in &values {
        for (other, others_values) in &values {
            expected += if one == other {
                its_values.len()
            } else {
                its_values.len() * others_values.len()
            };
        }
    }
    assert_eq!(pairs.len(), expected);
    let kinds = values.values().filter(|values| values.len() > 1);
    assert_eq!(
        kinds.count(),
        4 * 4 + 9,
        "all parts but initial mode and limits"
    );
}

/// The maximum has four values of blocks, and thirteen of lists and requests: two who are
/// friends have no request pending.
#[test]
fn a_pair_reaches_at_most_52_relations() {
    let most = (0..POLICY_COUNT)
        .map(|number| policy_of(number).reachable_relations().len())
        .max();
    assert_eq!(most, Some(4 * (4 * 4 - 3)), "the documented maximum");

    let openim = check(&Policy::named("openim").unwrap(), Users::Two);
    assert_eq!(openim.states(), 52);
}

/// A graph agrees with a trace after each step.
#[test]
fn a_trace_can_be_replayed_on_a_graph() {
    let (mut traces, mut settings) = (0, 0);
    for (number, policy) in covering_policies().enumerate() {
        let mut policy = tight(policy);
        policy.request.initial_mode = RequestMode::ALL[number % 3];

        let users = if number % 128 == 0 {
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

        let outcome = operation.apply_to(&mut graph);
        let Outcome::Act(result) = &outcome else {
            panic!("{violation}");
        };
        let result = result.clone().map(|pair| pair.change().unwrap());
        let result = result.map_err(|error| error.refusal);
        assert_eq!(result, step.outcome(), "{violation}");
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
        if !matches!(operation, Operation::AddUser(_)) {
            break;
        }
        joined += usize::from(operation.apply_to(graph).is_done());
    }
    joined
}

#[test]
fn a_search_without_a_block_is_vacuous() {
    for &(name, mut policy) in Policy::PROFILES {
        assert!(!check(&policy, Users::Two).is_vacuous(), "{name}");
        policy.limits.blocked = Some(0);
        assert!(check(&policy, Users::Two).is_vacuous(), "{name}");
    }

    // This policy fails as soon as a user can block.
    let mut lax = Policy::tencent_rest();
    stop_no_requests(&mut lax);
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
