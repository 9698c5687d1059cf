//! Two users become one.

use proptest::prelude::*;
use socialgraph::{
    Effect, Fact, Limits, Policy, Reason, Relation, RequestMode, RequestSending, SocialGraph,
    UserId, Ways,
};

use crate::fixtures::{logs, policies};

fn graph<const N: usize>(names: [&str; N]) -> (SocialGraph, [UserId; N]) {
    let mut graph = SocialGraph::new(Policy::tencent_rest());
    let users = names.map(|name| graph.add_user(name).unwrap());
    (graph, users)
}

#[test]
fn r29_the_remaining_user_has_the_relations_of_both() {
    let (mut graph, [old, new, ben, cyd, dee]) = graph(["old", "new", "ben", "cyd", "dee"]);
    graph.add_friend(old, ben, Ways::TwoWay).unwrap();
    graph.send_friend_request(cyd, old).unwrap();
    graph.add_to_blocklist(dee, old).unwrap();
    graph.add_friend(new, cyd, Ways::OneWay).unwrap();

    let merged = graph.merge_users("old", "new").unwrap();
    assert_eq!(
        (merged.into, merged.removed.id, &*merged.removed.name),
        (new, old, "old")
    );
    assert_eq!(merged.removed.ended.len(), 3);
    assert_eq!(merged.lost, []);
    let changes: Vec<_> = merged
        .changes
        .iter()
        .map(|it| (it.target, it.effects()))
        .collect();
    let [friends, requested, blocked] = &changes[..] else {
        panic!("{changes:?}");
    };
    assert_eq!(friends.0, ben);
    assert!(friends.1.contains(Effect::ActorFriendAdded));
    assert_eq!(*requested, (cyd, Effect::TargetRequestSent.into()));
    assert_eq!(*blocked, (dee, Effect::TargetBlockAdded.into()));

    assert!(graph.relation(new, ben).unwrap().are_friends());
    let relation = graph.relation(new, cyd).unwrap();
    assert!(relation.holds(Fact::ActorLists) && relation.holds(Fact::TargetRequested));
    assert!(!graph.can_message(new, dee).is_allowed());
    assert!(!graph.contains_user("old") && !graph.contains_user(old));
    graph.check_invariants().unwrap();
}

#[test]
fn r29_blocks_win_over_friendships_on_either_account() {
    for blocker in ["old", "new", "ben"] {
        let (mut graph, [_, _, ben]) = graph(["old", "new", "ben"]);
        let (friend, blocked) = if blocker == "old" {
            ("new", "ben")
        } else {
            ("old", "ben")
        };
        graph.add_friend(friend, "ben", Ways::TwoWay).unwrap();
        if blocker == "ben" {
            graph.add_to_blocklist("ben", "new").unwrap();
        } else {
            graph.add_to_blocklist(blocker, blocked).unwrap();
        }

        let merged = graph.merge_users("old", "new").unwrap();
        assert!(
            graph.relation("new", "ben").unwrap().is_blocked(),
            "{blocker}"
        );
        assert!(graph.friends("new").unwrap().is_empty(), "{blocker}");
        assert_eq!(merged.lost.len(), 1, "{blocker}");
        assert_eq!(
            (merged.lost[0].peer, merged.lost[0].facts),
            (ben, Relation::FRIENDS)
        );
    }
}

#[test]
fn r29_what_does_not_fit_is_lost_and_blocks_always_fit() {
    let (mut graph, [old, new, ben, cyd, dee]) = graph(["old", "new", "ben", "cyd", "dee"]);
    let mut policy = Policy::tencent_rest();
    policy.limits = Limits {
        blocked: Some(1),
        friends: Some(1),
        ..Limits::NONE
    };
    let _ = graph.adopt_policy(policy);
    graph.add_friend(new, ben, Ways::TwoWay).unwrap();
    graph.add_friend(old, cyd, Ways::TwoWay).unwrap();
    graph.add_to_blocklist(new, dee).unwrap();
    graph.add_to_blocklist(old, ben).unwrap();

    let merged = graph.merge_users(old, new).unwrap();
    let lost: Vec<_> = merged
        .lost
        .iter()
        .map(|lost| (lost.peer, lost.facts))
        .collect();
    assert_eq!(lost, [(ben, Relation::FRIENDS)]);
    // The friendship with ben ended, which made room for cyd.
    assert!(graph.relation(new, cyd).unwrap().are_friends());
    assert_eq!(graph.blocklist(new).unwrap().len(), 2);
    let full = graph.add_to_blocklist(new, cyd).unwrap_err();
    assert!(full.reasons().contains(Reason::ActorBlocklistFull));
    graph.check_invariants().unwrap();
}

#[test]
fn r29_a_full_friend_list_takes_no_friend_and_every_block() {
    let (mut graph, [old, new, ben, cyd]) = graph(["old", "new", "ben", "cyd"]);
    let mut policy = Policy::tencent_keep_friends();
    policy.limits.friends = Some(1);
    let _ = graph.adopt_policy(policy);
    graph.add_friend(new, ben, Ways::TwoWay).unwrap();
    graph.add_friend(old, cyd, Ways::TwoWay).unwrap();
    graph.add_to_blocklist(old, cyd).unwrap();

    let merged = graph.merge_users(old, new).unwrap();
    assert_eq!(
        (merged.lost[0].peer, merged.lost[0].facts),
        (cyd, Relation::FRIENDS)
    );
    let blocked = Relation::STRANGERS.with(Fact::ActorBlocks);
    assert_eq!(graph.relation(new, cyd).unwrap(), blocked);
    assert_eq!(graph.friends(cyd).unwrap().len(), 0);
}

#[test]
fn r29_a_merge_lifts_no_block_of_another_user_even_without_room() {
    let (mut graph, [old, new, ben, cyd]) = graph(["old", "new", "ben", "cyd"]);
    let mut policy = Policy::tencent_keep_friends();
    policy.limits.friends = Some(1);
    let _ = graph.adopt_policy(policy);
    graph.add_friend(new, ben, Ways::TwoWay).unwrap();
    graph.add_friend(old, cyd, Ways::TwoWay).unwrap();
    graph.add_to_blocklist(cyd, old).unwrap();

    let merged = graph.merge_users(old, new).unwrap();
    assert_eq!(
        (merged.lost[0].peer, merged.lost[0].facts),
        (cyd, Relation::FRIENDS)
    );
    let blocked = Relation::STRANGERS.with(Fact::TargetBlocks);
    assert_eq!(graph.relation(new, cyd).unwrap(), blocked);
    assert!(!graph.can_message(new, cyd).is_allowed());
}

#[test]
fn r29_a_full_queue_of_requests_takes_no_request_and_every_friend() {
    let (mut graph, [old, new, ben, cyd]) = graph(["old", "new", "ben", "cyd"]);
    let mut policy = Policy::tencent_rest();
    policy.limits.requests_in = Some(1);
    let _ = graph.adopt_policy(policy);
    graph.send_friend_request(cyd, new).unwrap();
    graph.send_friend_request(ben, old).unwrap();
    graph.add_friend(old, ben, Ways::OneWay).unwrap();

    let merged = graph.merge_users(old, new).unwrap();
    let request = Relation::from(Fact::TargetRequested);
    assert_eq!((merged.lost[0].peer, merged.lost[0].facts), (ben, request));
    assert_eq!(graph.relation(new, ben).unwrap(), Fact::ActorLists.into());
    assert_eq!(graph.requests_in(new).unwrap().len(), 1);
}

#[test]
fn r29_of_two_crossed_requests_the_one_of_the_higher_handle_ends() {
    for requests_first in [true, false] {
        let names = if requests_first {
            ["new", "ben", "old"]
        } else {
            ["ben", "new", "old"]
        };
        let (mut graph, _) = graph(names);
        graph.send_friend_request("old", "ben").unwrap();
        graph.send_friend_request("ben", "new").unwrap();

        let merged = graph.merge_users("old", "new").unwrap();
        assert_eq!(merged.lost.len(), 1);
        let relation = graph.relation("new", "ben").unwrap();
        assert_eq!(relation.holds(Fact::ActorRequested), requests_first);
        assert_eq!(relation.holds(Fact::TargetRequested), !requests_first);
    }
}

#[test]
fn r29_a_merge_is_no_way_around_a_bar() {
    let (mut graph, [old, new]) = graph(["old", "new"]);
    graph
        .set_request_sending(old, RequestSending::Barred)
        .unwrap();
    graph.set_request_mode(old, RequestMode::Nobody).unwrap();
    graph.add_to_blocklist(old, new).unwrap();

    let merged = graph.merge_users(old, new).unwrap();
    assert_eq!((merged.changes, merged.lost), (vec![], vec![]));
    let facts = graph.user_facts(new).unwrap();
    assert_eq!(facts.request_sending, RequestSending::Barred);
    assert_eq!(
        (facts.request_mode, facts.blocked),
        (RequestMode::Confirm, 0)
    );
}

#[test]
fn r29_a_refused_merge_changes_nothing() {
    let (mut graph, [_, ben]) = graph(["ann", "ben"]);
    let before = graph.clone();
    let text = |result: Result<_, socialgraph::MergeUsersError>| result.unwrap_err().to_string();
    assert_eq!(
        text(graph.merge_users("eve", "ben")),
        "there is no user `eve`"
    );
    assert_eq!(
        text(graph.merge_users("ben", "eve")),
        "there is no user `eve`"
    );
    assert_eq!(
        text(graph.merge_users(ben, ben)),
        "user #1 cannot be merged with itself"
    );
    assert_eq!(graph, before);
}

proptest! {
    #[test]
    fn r29_no_block_is_lifted_and_nothing_is_made_up(policy in policies(), log in logs(60)) {
        let mut graph = SocialGraph::new(policy);
        for operation in &log {
            let _ = operation.apply_to(&mut graph);
        }
        let users: Vec<_> = graph.users().map(|(id, _)| id).take(2).collect();
        let [from, into] = users[..] else {
            return Ok(());
        };

        let before = graph.clone();
        let merged = graph.merge_users(from, into).unwrap();
        prop_assert!(graph.check_invariants().is_ok());
        for (peer, _) in graph.users().filter(|(peer, _)| *peer != into) {
            let [one, other] = [from, into].map(|user| before.relation(user, peer).unwrap());
            let now = graph.relation(into, peer).unwrap();
            let lost = merged.lost.iter().find(|lost| lost.peer == peer);

            for fact in Fact::ALL {
                let was = one.holds(fact) || other.holds(fact);
                let is_lost = lost.is_some_and(|lost| lost.facts.holds(fact));
                prop_assert_eq!(was, now.holds(fact) || is_lost);
                prop_assert!(!(is_lost && now.holds(fact)));
                let is_block = matches!(fact, Fact::ActorBlocks | Fact::TargetBlocks);
                prop_assert!(!(is_block && is_lost), "a merge lifts no block");
            }
        }
    }
}
