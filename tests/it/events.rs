//! The events of an operation are all that happened to the lists, and name everybody.

use std::cell::RefCell;
use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use socialgraph::{Effect, Event, EventUser, List, Operation, Outcome, SocialGraph, UserId};

use crate::fixtures::{logs, policies};

/// Who is on whose list. The other three lists hold the same entries from the other end.
type Entries = BTreeSet<(UserId, List, UserId)>;

const LISTS: [List; 3] = [List::Blocklist, List::Friends, List::RequestsOut];

fn entries(graph: &SocialGraph) -> Entries {
    let mut entries = Entries::new();
    for (owner, _) in graph.users() {
        for list in LISTS {
            let peers = graph.list(owner, list).unwrap();
            entries.extend(peers.iter().map(|peer| (owner, list, peer)));
        }
    }
    entries
}

/// Returns whether an effect puts a user on a list: otherwise it takes a user off.
fn is_added(effect: Effect) -> bool {
    match effect {
        Effect::ActorBlockAdded
        | Effect::TargetBlockAdded
        | Effect::ActorFriendAdded
        | Effect::TargetFriendAdded
        | Effect::ActorRequestSent
        | Effect::TargetRequestSent => true,
        Effect::ActorBlockLifted
        | Effect::TargetBlockLifted
        | Effect::ActorFriendRemoved
        | Effect::TargetFriendRemoved
        | Effect::ActorRequestCancelled
        | Effect::TargetRequestCancelled
        | Effect::TargetRequestAccepted
        | Effect::TargetRequestDeclined => false,
    }
}

/// Does to the entries what an event says, which must be possible.
fn replay(event: &Event, entries: &mut Entries) -> Result<(), TestCaseError> {
    let entry = (event.owner().id, event.list(), event.peer().id);
    let is_new = if is_added(event.effect) {
        entries.insert(entry)
    } else {
        entries.remove(&entry)
    };
    prop_assert!(is_new, "nothing to do for {:?}", event);
    Ok(())
}

/// Checks that a user has the name after the operation, or before it if the user is gone.
fn check_name(
    user: &EventUser,
    before: &SocialGraph,
    after: &SocialGraph,
) -> Result<(), TestCaseError> {
    let name = after.name(user.id).or_else(|| before.name(user.id));
    prop_assert_eq!(Some(&*user.name), name);
    prop_assert!(!user.name.is_empty());
    Ok(())
}

/// Checks that an event is about its two users, and tells each what that user may see.
fn check_users(event: &Event, graph: &SocialGraph) -> Result<(), TestCaseError> {
    let (owner, peer) = (event.owner(), event.peer());
    prop_assert_ne!(owner.id, peer.id);
    let users = BTreeSet::from([&event.actor, &event.target]);
    prop_assert_eq!(users, BTreeSet::from([owner, peer]));

    let told: Vec<_> = event.notifications(graph.policy()).collect();
    for (user, other) in [(owner, peer), (peer, owner)] {
        let of_user = told.iter().filter(|(told, ..)| *told == user);
        let of_user: Vec<_> = of_user.map(|(_, told, about)| (*told, *about)).collect();
        let seen = event.seen_by(user.id, graph.policy());
        prop_assert_eq!(of_user, Vec::from_iter(seen.map(|seen| (seen, other))));
    }
    Ok(())
}

/// What has been seen in the logs.
#[derive(Default)]
struct Seen {
    /// The kinds of operations that had an event.
    kinds: BTreeSet<&'static str>,
    effects: BTreeSet<Effect>,
}

/// Returns the kind of an operation by which pairs may change, or `None` for the others.
fn kind(outcome: &Outcome) -> Option<&'static str> {
    match outcome {
        Outcome::Act(_) => Some("act"),
        Outcome::ActOnMany(_) => Some("act on many"),
        Outcome::ManyAct(_) => Some("many act"),
        Outcome::RemoveUser(_) => Some("remove"),
        Outcome::MergeUsers(_) => Some("merge"),
        Outcome::ClearList(_) => Some("clear"),
        Outcome::AdoptPolicy(_) => Some("adopt"),
        Outcome::AddUser(_)
        | Outcome::RenameUser(_)
        | Outcome::SetRequestMode(_)
        | Outcome::SetRequestSending(_) => None,
    }
}

/// Performs an operation, and compares its events with what it did.
fn check(
    operation: &Operation,
    graph: &mut SocialGraph,
    seen: &RefCell<Seen>,
) -> Result<(), TestCaseError> {
    let before = graph.clone();
    let outcome = operation.apply_to(graph);
    let events = outcome.events(graph);

    let mut replayed = entries(&before);
    for event in &events {
        replay(event, &mut replayed)?;
        check_users(event, graph)?;
        check_name(&event.actor, &before, graph)?;
        check_name(&event.target, &before, graph)?;
        seen.borrow_mut().effects.insert(event.effect);
        seen.borrow_mut().kinds.extend(kind(&outcome));
    }
    prop_assert_eq!(replayed, entries(graph), "{}", operation);
    prop_assert!(events.is_empty() || kind(&outcome).is_some());
    Ok(())
}

#[test]
fn the_events_of_an_operation_lead_from_the_lists_before_to_the_lists_after() {
    let config = Config {
        cases: 512,
        failure_persistence: None,
        max_shrink_iters: 20_000,
        ..Config::default()
    };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let seen = RefCell::new(Seen::default());

    let result =
        TestRunner::new_with_rng(config, rng).run(&(policies(), logs(60)), |(policy, log)| {
            let mut graph = SocialGraph::new(policy);
            log.iter()
                .try_for_each(|operation| check(operation, &mut graph, &seen))
        });
    result.unwrap();

    let seen = seen.into_inner();
    assert_eq!(seen.kinds.len(), 7, "{:?}", seen.kinds);
    assert_eq!(seen.effects, BTreeSet::from(Effect::ALL));
}
