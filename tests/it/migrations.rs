//! Graphs move to other policies.

use proptest::prelude::*;
use socialgraph::{Fact, Interaction, Limits, Policy, Relation, Sides, SocialGraph, Ways};

use crate::fixtures::{POLICIES, logs, policies, policy_of};

fn is_block(fact: Fact) -> bool {
    matches!(fact, Fact::ActorBlocks | Fact::TargetBlocks)
}

#[test]
fn r26_what_is_left_of_a_relation_is_reachable_and_keeps_every_block() {
    for policy in (0..POLICIES).map(policy_of) {
        let reachable = policy.reachable_relations();
        for relation in Relation::all() {
            let left = policy.reduce(relation);
            assert!(
                reachable.contains(left),
                "{relation:#}: {left:#} {policy:?}"
            );
            assert_eq!(policy.reduce(left), left);
            if reachable.contains(relation) {
                assert_eq!(left, relation);
            }

            for fact in Fact::ALL {
                assert!(relation.holds(fact) || !left.holds(fact), "nothing begins");
                assert!(left.holds(fact) || !relation.holds(fact) || !is_block(fact));
            }
        }
    }
}

#[test]
fn r26_a_user_over_a_lowered_limit_keeps_what_there_is_and_adds_nothing() {
    let mut graph = SocialGraph::new(Policy::tencent_rest());
    for name in ["ann", "ben", "cyd", "dee"] {
        graph.add_user(name).unwrap();
    }
    let _ = graph.add_many_to_blocklist("ann", ["ben", "cyd"]).unwrap();

    let mut stricter = *graph.policy();
    stricter.limits.blocked = Some(1);
    let migration = graph.adopt_policy(stricter);
    assert_eq!(migration.ended, []);
    assert_eq!(graph.blocklist("ann").unwrap().len(), 2);
    graph.check_invariants().unwrap();

    let full = graph.add_to_blocklist("ann", "dee").unwrap_err();
    assert_eq!(full.to_string(), "`ann`'s blocklist is full");
    graph.remove_from_blocklist("ann", "ben").unwrap();
    assert!(graph.add_to_blocklist("ann", "dee").is_err(), "one of one");
    graph.remove_from_blocklist("ann", "cyd").unwrap();
    graph.add_to_blocklist("ann", "dee").unwrap();
}

#[test]
#[cfg(feature = "serde")]
fn r26_a_user_over_a_lowered_limit_saves_and_loads() {
    let mut graph = SocialGraph::new(Policy::tencent_rest());
    for name in ["ann", "ben", "cyd"] {
        graph.add_user(name).unwrap();
    }
    graph.add_friend("ann", "ben", Ways::TwoWay).unwrap();
    graph.add_friend("ann", "cyd", Ways::TwoWay).unwrap();
    let mut stricter = *graph.policy();
    stricter.limits.friends = Some(1);
    let _ = graph.adopt_policy(stricter);

    let text = serde_json::to_string(&graph).unwrap();
    assert_eq!(serde_json::from_str::<SocialGraph>(&text).unwrap(), graph);
}

#[test]
fn r26_of_two_crossed_requests_the_one_of_the_higher_handle_ends() {
    let mut waits = Policy::tencent_rest();
    waits.request.crossed = socialgraph::Crossed::Waits;
    let mut graph = SocialGraph::new(waits);
    let [ann, ben] = ["ann", "ben"].map(|name| graph.add_user(name).unwrap());
    graph.send_friend_request(ben, ann).unwrap();
    graph.send_friend_request(ann, ben).unwrap();

    let migration = graph.adopt_policy(Policy::tencent_rest());
    assert_eq!(migration.ended.len(), 1);
    assert_eq!(
        graph.requests_in(ben).unwrap().iter().collect::<Vec<_>>(),
        [ann]
    );
    assert!(graph.requests_in(ann).unwrap().is_empty());
}

#[test]
fn r26_every_answer_is_the_new_policys() {
    let mut graph = SocialGraph::new(Policy::tencent_rest());
    let [ann, ben] = ["ann", "ben"].map(|name| graph.add_user(name).unwrap());
    graph.add_to_blocklist(ann, ben).unwrap();
    assert!(graph.can_message(ann, ben).is_allowed());

    let _ = graph.adopt_policy(Policy::tencent_mutual());
    assert!(!graph.can_message(ann, ben).is_allowed());
    let audience = graph.audience(Interaction::Message, ann, [ben]);
    assert_eq!(audience.count(), 0);

    let mut lenient = Policy::tencent_mutual();
    lenient.request.stopped_by = Sides::Neither;
    let _ = graph.adopt_policy(lenient);
    assert!(graph.can_send_friend_request(ben, ann).is_allowed());
}

proptest! {
    #[test]
    fn r26_a_plan_is_what_happens_and_nothing_begins(
        log in logs(60),
        policies in prop::collection::vec(policies(), 1..4),
    ) {
        let mut graph = SocialGraph::new(policies[0]);
        for operation in &log {
            let _ = operation.apply_to(&mut graph);
        }

        for policy in policies {
            let before = graph.clone();
            let plan = graph.plan_migration(policy);
            let migration = graph.adopt_policy(policy);
            prop_assert_eq!(&plan, &migration);
            prop_assert!(graph.check_invariants().is_ok());
            prop_assert_eq!(graph.policy(), &policy);

            let mut changes = plan.ended.into_iter().peekable();
            for (user, _) in before.users() {
                for (peer, _) in before.users().filter(|(peer, _)| user < *peer) {
                    let then = before.relation(user, peer).unwrap();
                    let now = graph.relation(user, peer).unwrap();
                    prop_assert_eq!(now, policy.reduce(then));
                    if now != then {
                        let change = changes.next().unwrap();
                        prop_assert_eq!((change.actor, change.target), (user, peer));
                        prop_assert_eq!((change.before, change.after), (then, now));
                    }
                }
            }
            prop_assert_eq!(changes.next(), None);
            prop_assert_eq!(graph.adopt_policy(policy).ended, vec![]);
        }
    }
}

#[test]
fn r26_adopting_no_limits_lets_lists_grow() {
    let mut graph = SocialGraph::new(Policy::tencent_rest());
    let mut roomier = *graph.policy();
    roomier.limits = Limits::NONE;
    assert_eq!(graph.adopt_policy(roomier).ended, []);
    assert_eq!(graph.policy().limits, Limits::NONE);
}
