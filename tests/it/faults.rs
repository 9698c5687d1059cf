//! Faults at every position: a refused item of a batch, a truncated snapshot, a flipped bit.

use socialgraph::{Action, Limits, Reason, SocialGraph, UserId, Ways};

use crate::fixtures::crowd;

const BATCH: usize = 1000;

/// Returns a graph, an owner, the targets of a batch, and a user whom the owner acted on already.
fn graph(action: Action) -> (SocialGraph, UserId, Vec<UserId>, UserId) {
    let (mut graph, mut users) = crowd(u32::try_from(BATCH + 2).unwrap());
    let (owner, done) = (users.remove(0), users.remove(0));
    graph.apply(action, owner, done).unwrap();
    (graph, owner, users, done)
}

/// Wherever one item of a batch is refused, all others are applied.
#[test]
fn a_refusal_anywhere_in_a_batch_stops_no_other_item() {
    for (action, again) in [
        (Action::Block, Reason::AlreadyBlocked),
        (Action::AddFriend(Ways::TwoWay), Reason::AlreadyFriends),
    ] {
        let (before, owner, users, done) = graph(action);
        let unknown = UserId::from_u32(u32::MAX);
        let bad = [
            (owner, Reason::SameUser),
            (unknown, Reason::UnknownTarget),
            (done, again),
        ];

        for (index, (item, reason)) in (0..BATCH).zip(bad.into_iter().cycle()) {
            let mut targets = users.clone();
            targets[index] = item;
            let mut graph = before.clone();
            let batch = graph.apply_many(action, owner, &targets).unwrap();
            assert_eq!(batch.outcomes().len(), BATCH);
            assert!(
                batch
                    .failed()
                    .map(|(at, why)| (at, why.reasons()))
                    .eq([(index, reason.into())])
            );
            let mut expected = [&users[..index], &users[index + 1..]].concat();
            expected.insert(0, done);
            let list = if action == Action::Block {
                graph.blocklist(owner)
            } else {
                graph.friends(owner)
            };
            assert!(list.unwrap().iter().eq(expected));
            if index % 100 == 0 {
                graph.check_invariants().unwrap();
            }
        }
    }
}

/// Wherever in a batch the list is full, the items before are applied.
#[test]
fn a_list_that_is_full_anywhere_in_a_batch_keeps_the_items_before() {
    let (before, owner, users, _) = graph(Action::Block);
    for index in 0..=BATCH {
        // One user is blocked already.
        let blocked = Some(u32::try_from(index + 1).unwrap());
        let mut policy = *before.policy();
        policy.limits = Limits {
            blocked,
            ..Limits::NONE
        };
        let mut graph = before.clone();
        let _ = graph.adopt_policy(policy);
        let batch = graph.add_many_to_blocklist(owner, &users).unwrap();
        let refused = (index..BATCH).map(|at| (at, Reason::ActorBlocklistFull.into()));

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
                .eq(users[..index].iter().copied())
        );
    }
}

mod snapshots {
    use serde_json::Value;
    use socialgraph::SocialGraph;

    use crate::snapshots::sample_with;

    /// A little of everything, and a name that is not ASCII.
    fn small() -> Vec<u8> {
        serde_json::to_vec(&sample_with("c\u{e9}d")).unwrap()
    }

    #[test]
    fn a_snapshot_truncated_anywhere_is_an_error() {
        let bytes = small();
        assert!(serde_json::from_slice::<SocialGraph>(&bytes).is_ok());
        for end in 0..bytes.len() {
            assert!(
                serde_json::from_slice::<SocialGraph>(&bytes[..end]).is_err(),
                "at {end}"
            );
        }
    }

    /// Asserts that the bytes are an error, or a graph that serializes to the same value.
    ///
    /// Returns whether they are a graph.
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
    fn a_snapshot_with_any_bit_flipped_is_an_error_or_that_graph() {
        let bytes = small();
        let mut accepted = 0;

        for index in 0..bytes.len() {
            for bit in 0..8 {
                let mut bytes = bytes.clone();
                bytes[index] ^= 1 << bit;
                accepted += usize::from(assert_error_or_that_graph(&bytes));
            }
        }

        // A flipped bit in a name, a limit or the next handle gives another valid graph.
        assert!(accepted > 0 && accepted < bytes.len(), "{accepted}");
    }

    #[test]
    fn a_snapshot_with_any_byte_replaced_is_an_error_or_that_graph() {
        let bytes = small();
        for index in 0..bytes.len() {
            for replacement in *b"09\"[}-\\\xff" {
                let mut bytes = bytes.clone();
                bytes[index] = replacement;
                assert_error_or_that_graph(&bytes);
            }
        }
    }
}
