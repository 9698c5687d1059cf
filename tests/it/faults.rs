//! What goes wrong in the middle: an item of a batch that is refused, a snapshot that is cut or
//! has a bit flipped.

use socialgraph::{Action, Limits, Reason, SocialGraph, UserId, Ways};

use crate::fixtures::crowd;

const BATCH: usize = 1000;

/// A graph of an owner, so many targets, and one whom the owner blocks and lists already.
fn graph(action: Action) -> (SocialGraph, UserId, Vec<UserId>, UserId) {
    let (mut graph, mut users) = crowd(u32::try_from(BATCH + 2).unwrap());
    let (owner, done) = (users.remove(0), users.remove(0));
    graph.apply(action, owner, done).unwrap();
    (graph, owner, users, done)
}

/// At every place of a batch of 1000, one item is refused: it alone, and nothing else differs.
#[test]
fn a_refusal_at_any_place_of_a_batch_stops_nobody_else() {
    for (action, again) in [
        (Action::Block, Reason::AlreadyBlocked),
        (Action::AddFriend(Ways::TwoWay), Reason::AlreadyFriends),
    ] {
        let (before, owner, users, done) = graph(action);
        let nobody = UserId::from_u32(u32::MAX);
        let bad = [
            (owner, Reason::SameUser),
            (nobody, Reason::UnknownTarget),
            (done, again),
        ];
        for (place, (item, reason)) in (0..BATCH).zip(bad.into_iter().cycle()) {
            let mut targets = users.clone();
            targets[place] = item;
            let mut graph = before.clone();
            let batch = graph.apply_many(action, owner, &targets).unwrap();
            assert_eq!(batch.outcomes().len(), BATCH);
            assert!(
                batch
                    .failed()
                    .map(|(at, why)| (at, why.reasons()))
                    .eq([(place, reason.into())])
            );
            let mut expected = [&users[..place], &users[place + 1..]].concat();
            expected.insert(0, done);
            let list = if action == Action::Block {
                graph.blocklist(owner)
            } else {
                graph.friends(owner)
            };
            assert!(list.unwrap().iter().eq(expected));
            if place % 100 == 0 {
                graph.check_invariants().unwrap();
            }
        }
    }
}

/// At every place of a batch of 1000, the list is full: what came before stays.
#[test]
fn a_list_that_is_full_at_any_place_of_a_batch_keeps_what_fitted() {
    let (before, owner, users, _) = graph(Action::Block);
    for place in 0..=BATCH {
        // One is blocked already.
        let blocked = Some(u32::try_from(place + 1).unwrap());
        let mut policy = *before.policy();
        policy.limits = Limits {
            blocked,
            ..Limits::NONE
        };
        let mut graph = before.with_policy(policy).unwrap();
        let batch = graph.add_many_to_blocklist(owner, &users).unwrap();
        let refused = (place..BATCH).map(|at| (at, Reason::ActorBlocklistFull.into()));
        assert!(
            batch
                .failed()
                .map(|(at, why)| (at, why.reasons()))
                .eq(refused)
        );
        assert!(
            graph
                .blocklist(owner)
                .unwrap()
                .iter()
                .skip(1)
                .eq(users[..place].iter().copied())
        );
    }
}

mod snapshots {
    use serde_json::Value;
    use socialgraph::SocialGraph;

    use crate::snapshots::sample_with;

    /// Of everything a little, and a name of more than ASCII.
    fn small() -> Vec<u8> {
        serde_json::to_vec(&sample_with("c\u{e9}d")).unwrap()
    }

    #[test]
    fn a_snapshot_that_is_cut_anywhere_is_an_error() {
        let bytes = small();
        assert!(serde_json::from_slice::<SocialGraph>(&bytes).is_ok());
        for end in 0..bytes.len() {
            assert!(
                serde_json::from_slice::<SocialGraph>(&bytes[..end]).is_err(),
                "at {end}"
            );
        }
    }

    /// A graph that is read all the same is the one that the flipped bytes describe: it writes
    /// them again.
    fn assert_error_or_that_graph(bytes: &[u8]) -> bool {
        let Ok(graph) = serde_json::from_slice::<SocialGraph>(bytes) else {
            return false;
        };
        graph.check_invariants().unwrap();
        let described: Value = serde_json::from_slice(bytes).unwrap();
        assert_eq!(serde_json::to_value(&graph).unwrap(), described);
        true
    }

    #[test]
    fn a_snapshot_with_any_bit_flipped_is_an_error_or_what_it_says() {
        let bytes = small();
        let mut accepted = 0;
        for place in 0..bytes.len() {
            for bit in 0..8 {
                let mut bytes = bytes.clone();
                bytes[place] ^= 1 << bit;
                accepted += usize::from(assert_error_or_that_graph(&bytes));
            }
        }
        // Letters of names, digits of limits and the next user's number make other graphs.
        assert!(accepted > 0 && accepted < bytes.len(), "{accepted}");
    }

    #[test]
    fn a_snapshot_with_any_byte_replaced_is_an_error_or_what_it_says() {
        let bytes = small();
        for place in 0..bytes.len() {
            for replacement in *b"09\"[}-\\\xff" {
                let mut bytes = bytes.clone();
                bytes[place] = replacement;
                assert_error_or_that_graph(&bytes);
            }
        }
    }
}
