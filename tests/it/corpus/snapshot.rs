//! Any bytes as a snapshot: an error, or a valid graph that serializes to an equal one.

use socialgraph::{Action, Cursor, List, Snapshot, SocialGraph, UserId};

/// The maximum number of users of a loaded graph who act.
const MAX_USERS: usize = 5;

/// The entries of a page, few enough for short lists to have several pages.
const PAGE_LEN: usize = 2;

/// Reads and checks a snapshot; returns whether it was a graph.
pub(crate) fn run(bytes: &[u8]) -> bool {
    let snapshot = serde_json::from_slice::<Snapshot>(bytes).ok();
    let loaded = snapshot.and_then(|snapshot| SocialGraph::try_from(snapshot).ok());
    let graph = serde_json::from_slice::<SocialGraph>(bytes).ok();
    assert!(loaded == graph, "graph and snapshot are read alike");

    let Some(graph) = graph else { return false };
    graph.check_invariants().unwrap();
    assert_writes_back(&graph);
    assert_listed(&graph);

    act_on(graph);
    true
}

/// Asserts that the graph is read back as an equal graph, which serializes alike.
fn assert_writes_back(graph: &SocialGraph) {
    let bytes = serde_json::to_vec(graph).unwrap();
    let again: SocialGraph = serde_json::from_slice(&bytes).unwrap();
    assert!(again == *graph);
    assert_eq!(serde_json::to_vec(&again).unwrap(), bytes);
    again.check_invariants().unwrap();
}

/// Asserts that every list, whole and in pages, has known users in order.
fn assert_listed(graph: &SocialGraph) {
    for (user, name) in graph.users() {
        assert_eq!(graph.user_id(name), Some(user));
        for list in List::ALL {
            let listing = graph.list(user, list).unwrap();
            let whole: Vec<_> = listing.iter().collect();
            assert_eq!(whole.len(), listing.len());
            assert!(whole.is_sorted_by(|one, other| one < other));
            assert!(whole.iter().all(|peer| graph.name(*peer).is_some()));

            let (mut paged, mut next) = (Vec::new(), Some(Cursor::START));
            while let Some(from) = next {
                let page = listing.page(from, PAGE_LEN);
                paged.extend(page.users);
                next = page.next;
            }

            assert_eq!(paged, whole);
        }
    }
}

/// Applies every action to the first users, and removes one of them.
fn act_on(mut graph: SocialGraph) {
    let before = graph.clone();
    let users: Vec<UserId> = graph
        .users()
        .map(|(user, _)| user)
        .take(MAX_USERS)
        .collect();

    for (actor, target) in users
        .iter()
        .flat_map(|a| users.iter().map(move |b| (*a, *b)))
    {
        for action in Action::ALL {
            let allowed = graph.decide(action, actor, target).is_allowed();
            assert_eq!(graph.apply(action, actor, target).is_ok(), allowed);
        }
    }
    graph.check_invariants().unwrap();

    if let Some(first) = users.first() {
        graph.remove_user(*first).unwrap();
        graph.check_invariants().unwrap();
    }

    before.check_invariants().unwrap();
    assert_writes_back(&graph);
}
