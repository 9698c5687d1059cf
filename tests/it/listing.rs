//! Listings: counts, order, and paging while others write.

use proptest::prelude::*;
use socialgraph::{Cursor, List, SocialGraph, UserId, Ways};

use crate::fixtures::crowd;

/// Reads a list to its end by pages, with a write between every two.
fn read_by_pages(
    graph: &mut SocialGraph,
    owner: UserId,
    list: List,
    limit: usize,
    mut write: impl FnMut(&mut SocialGraph),
) -> Vec<UserId> {
    let mut met = Vec::new();
    let mut cursor = Some(Cursor::START);
    while let Some(from) = cursor {
        let page = graph.list(owner, list).unwrap().page(from, limit);
        assert!(page.users.len() <= limit);
        assert!(page.next.is_none() || page.users.len() == limit, "only the last page is short");
        met.extend(page.users);
        cursor = page.next;
        write(graph);
    }
    met
}

#[test]
fn each_list_holds_its_own() {
    let (mut graph, users) = crowd(6);
    let [ann, ben, cyd, dot, eve, fay] = users[..] else { unreachable!() };
    graph.add_to_blocklist(ann, ben).unwrap();
    graph.add_friend(ann, cyd, Ways::TwoWay).unwrap();
    graph.add_friend(ann, dot, Ways::OneWay).unwrap();
    graph.send_friend_request(eve, ann).unwrap();
    graph.send_friend_request(ann, fay).unwrap();
    let listed = |user, list| graph.list(user, list).unwrap().iter().collect::<Vec<_>>();
    assert_eq!(listed(ann, List::Blocklist), [ben]);
    assert_eq!(listed(ann, List::Friends), [cyd, dot]);
    assert_eq!(listed(ann, List::RequestsIn), [eve]);
    assert_eq!(listed(ann, List::RequestsOut), [fay]);
    assert_eq!(listed(ben, List::Blocklist), []);
    assert_eq!(listed(dot, List::Friends), []);
    assert!(graph.friends(ann).unwrap().contains(dot));
    assert!(!graph.blocklist(ann).unwrap().contains(dot));
}

#[test]
fn a_cursor_survives_the_removal_of_what_it_points_at() {
    let (mut graph, users) = crowd(5);
    let blocked = &users[1..];
    let _ = graph.add_many_to_blocklist(users[0], blocked).unwrap();
    let first = graph.blocklist(users[0]).unwrap().page(Cursor::START, 2);
    assert_eq!(first.users, blocked[..2]);
    graph.remove_from_blocklist(users[0], blocked[2]).unwrap();
    graph.remove_user(blocked[1]).unwrap();
    let cursor = Cursor::from_u32(first.next.unwrap().to_u32());
    let second = graph.blocklist(users[0]).unwrap().page(cursor, 2);
    assert_eq!((second.users, second.next), (blocked[3..].to_vec(), None));
}

#[test]
fn odd_cursors_and_limits_are_answered() {
    let (mut graph, users) = crowd(3);
    let _ = graph.add_many_to_blocklist(users[0], &users[1..]).unwrap();
    let list = graph.blocklist(users[0]).unwrap();
    let past = list.page(Cursor::from_u32(u32::MAX), 10);
    assert_eq!((past.users.len(), past.next), (0, None));
    let nobody = list.page(Cursor::START, 0);
    assert_eq!((nobody.users.len(), nobody.next.is_some()), (0, true));
    let all = list.page(Cursor::START, usize::MAX);
    assert_eq!((all.users.len(), all.next), (2, None));
    assert!(graph.blocklist("nobody").is_err());
}

#[test]
fn a_page_of_a_much_blocked_user_passes_none_of_their_blockers() {
    let (mut graph, users) = crowd(2000);
    let (celebrity, others) = (users[0], &users[1..]);
    for blocker in others {
        graph.add_to_blocklist(*blocker, celebrity).unwrap();
    }
    let last = others[others.len() - 1];
    graph.add_to_blocklist(celebrity, last).unwrap();
    let page = graph.blocklist(celebrity).unwrap().page(Cursor::START, 10);
    assert_eq!((page.users, page.next), (vec![last], None));
    graph.check_invariants().unwrap();
}

proptest! {
    /// Whoever is on the list throughout is met once; nobody is met twice.
    #[test]
    fn paging_neither_loses_nor_repeats_while_others_write(
        limit in 1_usize..7,
        start in proptest::collection::vec(any::<bool>(), 30),
        writes in proptest::collection::vec((1_usize..31, any::<bool>()), 0..60),
    ) {
        let (mut graph, users) = crowd(31);
        for (user, blocked) in users[1..].iter().zip(&start) {
            if *blocked {
                graph.add_to_blocklist(users[0], *user).unwrap();
            }
        }
        let mut throughout: Vec<UserId> = graph.blocklist(users[0]).unwrap().iter().collect();
        let mut ever = throughout.clone();
        let mut writes = writes.into_iter();
        let met = read_by_pages(&mut graph, users[0], List::Blocklist, limit, |graph| {
            for (index, block) in writes.by_ref().take(3) {
                if block {
                    ever.extend(graph.add_to_blocklist(users[0], users[index]).map(|_| users[index]));
                } else if graph.remove_from_blocklist(users[0], users[index]).is_ok() {
                    throughout.retain(|user| *user != users[index]);
                }
            }
        });
        prop_assert!(met.is_sorted_by(|a, b| a < b), "in order, and nobody twice");
        prop_assert!(throughout.iter().all(|user| met.contains(user)), "nobody lost");
        prop_assert!(met.iter().all(|user| ever.contains(user)), "nobody made up");
    }
}
