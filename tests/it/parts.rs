//! Graphs built from users and relations: equality with the first graph, and every error.

use std::cell::Cell;
use std::rc::Rc;

use proptest::prelude::*;
use socialgraph::{
    AddUserError, Fact, NameError, PartsError, Policy, Relation, RequestMode, RequestSending,
    SocialGraph, UserId, UserParts,
};

use crate::fixtures::{crowd, logs, policies};

type Pair = (UserId, UserId, Relation);

const BLOCKS: Relation = Relation::STRANGERS.with(Fact::ActorBlocks);

fn id(number: u32) -> UserId {
    UserId::from_u32(number)
}

fn user<N>(number: u32, name: N) -> UserParts<N> {
    UserParts {
        id: id(number),
        name,
        request_mode: RequestMode::Confirm,
        request_sending: RequestSending::Open,
    }
}

fn pair(first: u32, second: u32, relation: Relation) -> Pair {
    (id(first), id(second), relation)
}

/// Three users, with a gap between the second and the third.
fn users() -> [UserParts<&'static str>; 3] {
    [user(0, "ann"), user(1, "ben"), user(5, "cyd")]
}

fn built(relations: &[Pair]) -> Result<SocialGraph, PartsError> {
    SocialGraph::from_parts(Policy::tencent_rest(), users(), relations.iter().copied())
}

fn users_of(graph: &SocialGraph) -> Vec<UserParts<String>> {
    let mut users = Vec::new();
    for (id, name) in graph.users() {
        let facts = graph.user_facts(id).unwrap();
        users.push(UserParts {
            id,
            name: name.to_owned(),
            request_mode: facts.request_mode,
            request_sending: facts.request_sending,
        });
    }
    users
}

/// The relations of a graph, ascending, strangers left out.
fn relations_of(graph: &SocialGraph) -> Vec<Pair> {
    let ids: Vec<_> = graph.users().map(|(id, _)| id).collect();
    let mut relations = Vec::new();
    for (rank, first) in ids.iter().enumerate() {
        for second in &ids[rank + 1..] {
            let relation = graph.relation(first, second).unwrap();
            if relation != Relation::STRANGERS {
                relations.push((*first, *second, relation));
            }
        }
    }
    relations
}

/// Builds a graph again from its parts.
fn rebuilt(graph: &SocialGraph) -> SocialGraph {
    let relations = relations_of(graph);
    let (users, relations) = (users_of(graph), relations.iter().copied());
    let again = SocialGraph::from_parts(*graph.policy(), users, relations).unwrap();
    again.with_next_user(graph.next_user())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn every_graph_is_rebuilt_from_its_parts(policy in policies(), log in logs(60)) {
        let mut graph = SocialGraph::new(policy);
        for op in &log {
            let _ = op.apply_to(&mut graph);
        }

        let mut again = rebuilt(&graph);
        prop_assert_eq!(&again, &graph);
        again.check_invariants().unwrap();
        prop_assert_eq!(again.next_user(), graph.next_user());
        prop_assert_eq!(again.add_user("a new one"), graph.add_user("a new one"));
    }

    /// A graph has only relations that come from its policy, so it may be illegal under another.
    #[test]
    fn another_policy_refuses_what_it_refuses_elsewhere(
        [policy, other] in [policies(), policies()],
        log in logs(60),
    ) {
        let mut graph = SocialGraph::new(policy);
        for op in &log {
            let _ = op.apply_to(&mut graph);
        }

        let relations = relations_of(&graph);
        let built = SocialGraph::from_parts(other, users_of(&graph), relations.iter().copied());
        let next = graph.next_user();
        if graph.adopt_policy(other).ended.is_empty() {
            prop_assert_eq!(built.unwrap().with_next_user(next), graph);
        } else {
            prop_assert!(matches!(built, Err(PartsError::Invariant(_))));
        }
    }
}

#[test]
fn a_graph_of_nothing_is_a_new_graph() {
    let policy = Policy::tencent_rest();
    let none: [UserParts<&str>; 0] = [];
    let graph = SocialGraph::from_parts(policy, none, std::iter::empty()).unwrap();
    assert_eq!(graph, SocialGraph::new(policy));

    let error = SocialGraph::from_parts(policy, none, [pair(0, 1, BLOCKS)].into_iter());
    assert_eq!(
        error.unwrap_err().to_string(),
        "the pair #0 and #1 names user #0, who does not exist"
    );
}

#[test]
fn users_keep_their_handles_and_settings() {
    let mut barred = user(5, "cyd");
    barred.request_mode = RequestMode::Nobody;
    barred.request_sending = RequestSending::Barred;
    let [ann, ben, _] = users();
    let relations = [pair(0, 5, BLOCKS)];
    let graph = SocialGraph::from_parts(
        Policy::tencent_rest(),
        [ann, ben, barred],
        relations.into_iter(),
    )
    .unwrap();
    graph.check_invariants().unwrap();

    let facts = graph.user_facts("cyd").unwrap();
    assert_eq!(facts.request_mode, RequestMode::Nobody);
    assert_eq!(facts.request_sending, RequestSending::Barred);
    assert_eq!(graph.user_id("cyd"), Some(id(5)));
    assert_eq!(graph.name(id(4)), None);
    assert_eq!(graph.relation("cyd", "ann").unwrap(), BLOCKS.flip());
    assert_eq!(graph.next_user(), id(6));
}

#[test]
fn handles_below_the_next_user_are_never_given_out() {
    let graph = built(&[]).unwrap().with_next_user(id(3));
    assert_eq!(graph.next_user(), id(6), "it never goes back");
    let mut graph = graph.with_next_user(id(9));
    assert_eq!(graph.add_user("dot"), Ok(id(9)));
    assert_eq!(graph.relation(id(8), id(0)).ok(), None);
    graph.check_invariants().unwrap();

    let mut removed = built(&[]).unwrap();
    removed.add_user("gone").unwrap();
    removed.remove_user("gone").unwrap();
    let skipped = built(&[]).unwrap();
    assert_ne!(skipped, removed);
    let skipped = skipped.with_next_user(id(7));
    assert_eq!(skipped, removed);

    let mut skipped = skipped.with_next_user(UserId::NOBODY);
    assert_eq!(skipped.next_user(), id(u32::MAX));
    assert_eq!(skipped.add_user("late"), Err(AddUserError::NoHandleLeft));
    skipped.check_invariants().unwrap();
}

#[test]
fn the_highest_handles_can_be_used() {
    let last = u32::MAX - 1;
    let policy = Policy::tencent_rest();
    let users = [user(3, "ann"), user(last - 1, "ben"), user(last, "cyd")];
    let relations = [pair(3, last, BLOCKS), pair(last - 1, last, BLOCKS)];
    let mut graph = SocialGraph::from_parts(policy, users, relations.into_iter()).unwrap();

    graph.check_invariants().unwrap();
    assert_eq!(graph.relation("ann", "cyd"), Ok(BLOCKS));
    assert_eq!(graph.add_user("dot"), Err(AddUserError::NoHandleLeft));
}

#[test]
fn faults_of_users_are_told_by_handle_and_name() {
    let long = "x".repeat(3072);
    for (third, text) in [
        (
            user(5, "ben"),
            "user #5: the name `ben` is taken by user #1",
        ),
        (user(5, ""), "user #5: the name is empty"),
        (
            user(5, &long),
            "user #5: the name is 3072 bytes long, and at most 3071 fit",
        ),
        (
            user(1, "cyd"),
            "the handle #1 of user `cyd` is out of order or out of range",
        ),
        (
            user(0, "cyd"),
            "the handle #0 of user `cyd` is out of order or out of range",
        ),
        (
            user(u32::MAX, "cyd"),
            "the handle #4294967295 of user `cyd` is out of order or out of range",
        ),
        // The name is checked first.
        (
            user(0, "ben"),
            "user #0: the name `ben` is taken by user #1",
        ),
        (user(0, ""), "user #0: the name is empty"),
    ] {
        // The fault of a later user, or of a relation, is not reached.
        let users = [user(0, "ann"), user(1, "ben"), third, user(6, "")];
        let relations = [pair(1, 1, BLOCKS)].into_iter();
        let error = SocialGraph::from_parts(Policy::tencent_rest(), users, relations).unwrap_err();
        assert_eq!(error.to_string(), text);
    }

    let twice = [user(0, "ann"), user(1, "ann"), user(0, "ann")];
    let error = SocialGraph::from_parts(Policy::tencent_rest(), twice, std::iter::empty());
    let taken = NameError::Taken {
        name: "ann".into(),
        id: id(0),
    };
    assert_eq!(
        error,
        Err(PartsError::Name {
            id: id(1),
            error: taken
        })
    );
}

#[test]
fn faults_of_pairs_are_told_by_handle() {
    let friends = Relation::FRIENDS;
    for (relations, text) in [
        (
            vec![pair(1, 1, friends)],
            "user #1 has a relation with themselves",
        ),
        (
            vec![pair(0, 0, friends)],
            "user #0 has a relation with themselves",
        ),
        (
            vec![pair(5, 1, friends)],
            "the pair #5 and #1 does not name the lower handle first",
        ),
        (
            vec![pair(0, 1, friends), pair(0, 1, friends)],
            "the pair #0 and #1 comes twice or out of order",
        ),
        (
            vec![pair(0, 5, friends), pair(0, 1, friends)],
            "the pair #0 and #1 comes twice or out of order",
        ),
        (
            vec![pair(1, 5, friends), pair(0, 5, friends)],
            "the pair #0 and #5 comes twice or out of order",
        ),
        (
            vec![pair(0, 3, friends)],
            "the pair #0 and #3 names user #3, who does not exist",
        ),
        (
            vec![pair(2, 5, friends)],
            "the pair #2 and #5 names user #2, who does not exist",
        ),
        (
            vec![pair(2, 3, friends)],
            "the pair #2 and #3 names user #2, who does not exist",
        ),
        (
            vec![pair(0, u32::MAX, friends)],
            "the pair #0 and #4294967295 names user #4294967295, who does not exist",
        ),
        (
            vec![pair(0, 1, friends.with(Fact::TargetBlocks))],
            "the policy allows no such relation of `ann` and `ben`: \
             the second blocks the first, the first lists the second, \
             the second lists the first",
        ),
        // The first fault in the order of pairs, and a fault of order before one of the policy.
        (
            vec![
                pair(0, 1, friends),
                pair(0, 3, friends),
                pair(1, 1, friends),
            ],
            "the pair #0 and #3 names user #3, who does not exist",
        ),
        (
            vec![pair(5, 1, friends.with(Fact::ActorBlocks))],
            "the pair #5 and #1 does not name the lower handle first",
        ),
    ] {
        assert_eq!(built(&relations).unwrap_err().to_string(), text);
    }
}

/// R26: a limit judges what is added.
#[test]
fn lists_may_be_longer_than_their_limits() {
    let mut policy = Policy::tencent_rest();
    policy.limits.blocked = Some(1);
    let relations = [pair(0, 1, BLOCKS), pair(0, 5, BLOCKS)];
    let mut graph = SocialGraph::from_parts(policy, users(), relations.into_iter()).unwrap();
    graph.check_invariants().unwrap();
    assert_eq!(graph.user_facts("ann").unwrap().blocked, 2);

    graph.add_user("dot").unwrap();
    let full = graph.add_to_blocklist("ann", "dot").unwrap_err();
    assert_eq!(full.to_string(), "`ann`'s blocklist is full");
}

#[test]
fn strangers_are_left_out_and_still_checked() {
    let strangers = Relation::STRANGERS;
    let graph = built(&[
        pair(0, 1, strangers),
        pair(0, 5, BLOCKS),
        pair(1, 5, strangers),
    ]);
    assert_eq!(graph, built(&[pair(0, 5, BLOCKS)]));
    graph.unwrap().check_invariants().unwrap();

    for relations in [
        vec![pair(1, 0, strangers)],
        vec![pair(1, 1, strangers)],
        vec![pair(0, 1, strangers), pair(0, 1, BLOCKS)],
        vec![pair(0, 2, strangers)],
    ] {
        assert!(built(&relations).is_err(), "{relations:?}");
    }
}

/// The records of some users are too long to be kept inline.
#[test]
fn long_lists_are_built_whole() {
    const HUBS: usize = 3;
    let (mut graph, users) = crowd(1500);
    for (rank, hub) in users[..HUBS].iter().enumerate() {
        for other in &users[rank + 1..] {
            if (other.to_u32() + hub.to_u32()) % 3 == 0 {
                graph.add_to_blocklist(other, hub).unwrap();
            } else {
                graph.send_friend_request(hub, other).unwrap();
            }
        }
    }
    for count in [1023, 1024, 1025] {
        let owner = users[users.len() - 1 - (1025 - count)];
        for other in &users[HUBS..count] {
            graph.add_to_blocklist(other, owner).unwrap();
        }
    }

    let again = rebuilt(&graph);
    again.check_invariants().unwrap();
    assert!(again == graph);
    assert_eq!(relations_of(&again), relations_of(&graph));
}

/// An iterator that counts its clones, and yields other relations each time that it is read.
struct Dishonest {
    readings: Rc<Cell<usize>>,
    by_reading: Rc<Vec<Vec<Pair>>>,
    /// The reading that this iterator takes part in, once it has begun, and its position.
    position: Option<(usize, usize)>,
}

impl Clone for Dishonest {
    fn clone(&self) -> Self {
        Self {
            readings: Rc::clone(&self.readings),
            by_reading: Rc::clone(&self.by_reading),
            position: self.position,
        }
    }
}

impl Iterator for Dishonest {
    type Item = Pair;

    fn next(&mut self) -> Option<Pair> {
        let (reading, index) = self.position.unwrap_or_else(|| {
            let reading = self.readings.get();
            self.readings.set(reading + 1);
            (reading, 0)
        });
        self.position = Some((reading, index + 1));
        self.by_reading.get(reading)?.get(index).copied()
    }
}

/// Builds a graph from an iterator that changes, and returns how often it was read.
fn built_from_readings(readings: [&[Pair]; 2]) -> (Result<SocialGraph, PartsError>, usize) {
    let relations = Dishonest {
        readings: Rc::default(),
        by_reading: Rc::new(readings.map(<[Pair]>::to_vec).to_vec()),
        position: None,
    };
    let count = Rc::clone(&relations.readings);
    let mut policy = Policy::tencent_rest();
    policy.limits.blocked = Some(1);
    let graph = SocialGraph::from_parts(policy, users(), relations);
    (graph, count.get())
}

#[test]
fn relations_are_read_twice() {
    let relations = [pair(0, 1, BLOCKS), pair(1, 5, Relation::FRIENDS)];
    let (graph, readings) = built_from_readings([&relations, &relations]);
    graph.unwrap().check_invariants().unwrap();
    assert_eq!(readings, 2);

    let (graph, readings) = built_from_readings([&[pair(1, 1, BLOCKS)], &[]]);
    assert_eq!(graph, Err(PartsError::SameUser { id: id(1) }));
    assert_eq!(readings, 1);
}

#[test]
fn a_second_reading_with_other_counts_is_refused() {
    let [one, two] = [pair(0, 1, BLOCKS), pair(0, 5, Relation::FRIENDS)];
    let other = pair(1, 5, BLOCKS);
    for readings in [
        [&[one, two][..], &[one][..]],
        [&[one][..], &[one, two][..]],
        [&[one, two][..], &[one, other][..]],
        [&[one][..], &[other][..]],
        [&[one][..], &[][..]],
        [&[][..], &[one][..]],
        [&[one][..], &[pair(0, 1, Relation::STRANGERS)][..]],
    ] {
        let (graph, _) = built_from_readings(readings);
        assert_eq!(graph, Err(PartsError::Changed));
    }
    assert_eq!(
        PartsError::Changed.to_string(),
        "the relations changed between two readings"
    );
}

#[test]
fn a_second_reading_is_checked_like_the_first() {
    let friends = Relation::FRIENDS;
    let first = [pair(0, 1, friends), pair(0, 5, friends)];
    for (second, text) in [
        (
            [pair(0, 1, friends), pair(0, 1, friends)],
            "the pair #0 and #1 comes twice or out of order",
        ),
        (
            [pair(0, 1, friends), pair(5, 0, friends)],
            "the pair #5 and #0 does not name the lower handle first",
        ),
        (
            [pair(0, 1, friends), pair(0, 3, friends)],
            "the pair #0 and #3 names user #3, who does not exist",
        ),
        (
            [
                pair(0, 1, friends),
                pair(0, 5, friends.with(Fact::ActorBlocks)),
            ],
            "the policy allows no such relation of `ann` and `cyd`: \
             the first blocks the second, the first lists the second, \
             the second lists the first",
        ),
    ] {
        let (graph, _) = built_from_readings([&first, &second]);
        assert_eq!(graph.unwrap_err().to_string(), text);
    }

    // Other facts in as many relations are a legal graph, which is that of the second reading.
    let second = [pair(0, 1, BLOCKS), pair(0, 5, friends)];
    let (graph, _) = built_from_readings([&first, &second]);
    let graph = graph.unwrap();
    graph.check_invariants().unwrap();
    assert_eq!(relations_of(&graph), second);
}
