//! Listings: lengths, order, and paging during writes.

use proptest::prelude::*;
use socialgraph::{Cursor, List, SocialGraph, UserId, Ways};

use crate::fixtures::crowd;

/// Reads a list page by page to its end, and writes after each page.
fn read_by_pages(
    graph: &mut SocialGraph,
    owner: UserId,
    list: List,
    limit: usize,
    mut write: impl FnMut(&mut SocialGraph),
) -> Vec<UserId> {
    let mut listed_users = Vec::new();
    let mut cursor = Some(Cursor::START);

    while let Some(from) = cursor {
        let page = graph.list(owner, list).unwrap().page(from, limit);
        assert!(page.users.len() <= limit);
        assert!(
            page.next.is_none() || page.users.len() == limit,
            "only the last page is short"
        );
        listed_users.extend(page.users);
        cursor = page.next;
        write(graph);
    }
    listed_users
}

#[test]
fn each_list_holds_its_own() {
    let (mut graph, users) = crowd(6);
    let [ann, ben, cyd, dot, eve, fay] = users[..] else {
        unreachable!()
    };
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
    assert_eq!(listed(ben, List::BlockedBy), [ann]);
    assert_eq!(listed(cyd, List::ListedBy), [ann]);
    assert_eq!(listed(dot, List::ListedBy), [ann]);
    assert_eq!(listed(ann, List::ListedBy), [cyd]);
    assert_eq!(listed(ann, List::BlockedBy), []);

    let names = List::ALL.map(|list| list.to_string());
    assert_eq!(
        names,
        [
            "blocklist",
            "friend list",
            "incoming requests",
            "outgoing requests",
            "blocker list",
            "follower list",
        ]
    );
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

    let empty = list.page(Cursor::START, 0);
    assert_eq!((empty.users.len(), empty.next.is_some()), (0, true));

    let all = list.page(Cursor::START, usize::MAX);
    assert_eq!((all.users.len(), all.next), (2, None));
    assert!(graph.blocklist("nobody").is_err());
}

#[test]
fn a_page_of_a_blocklist_has_none_of_the_blockers_of_its_owner() {
    let (mut graph, users) = crowd(2000);
    let (celebrity, others) = (users[0], &users[1..]);

    for blocker in others {
        graph.add_to_blocklist(*blocker, celebrity).unwrap();
    }

    let last = others[others.len() - 1];
    graph.add_to_blocklist(celebrity, last).unwrap();
    let page = graph.blocklist(celebrity).unwrap().page(Cursor::START, 10);
    assert_eq!((page.users, page.next), (vec![last], None));

    let blockers = graph.blocked_by(celebrity).unwrap();
    assert_eq!(blockers.len(), others.len());
    let page = blockers.page(Cursor::from_u32(1000), 2);
    assert_eq!(
        (page.users, page.next.is_some()),
        (users[1000..1002].to_vec(), true)
    );
    graph.check_invariants().unwrap();
}

#[test]
fn a_list_of_any_length_is_read_from_both_ends() {
    for size in [3, 1025, 1026, 1500] {
        let (mut graph, users) = crowd(size);
        let len = users.len() - 1;
        for follower in &users[1..] {
            graph.add_friend(*follower, users[0], Ways::OneWay).unwrap();
        }

        let followers = graph.listed_by(users[0]).unwrap();
        assert!(followers.iter().eq(users[1..].iter().copied()));
        assert!(
            followers
                .into_iter()
                .rev()
                .eq(users[1..].iter().rev().copied())
        );
        let mut ends = followers.iter();
        assert_eq!(
            (ends.next(), ends.next_back()),
            (Some(users[1]), users.last().copied())
        );
        assert_eq!(ends.len(), len - 2);
        assert_eq!(ends.clone().count(), len - 2);
        assert_eq!(
            format!("{:?}", ends.clone()),
            format!("{:?}", ends.collect::<Vec<_>>())
        );

        let mut seen = Vec::new();
        for follower in &followers {
            seen.push(follower);
        }
        let page = followers.page(Cursor::START, usize::MAX);
        assert_eq!((page.len(), page.is_empty()), (seen.len(), false));
        assert!((&page).into_iter().eq(seen.iter().copied()));
        assert!(page.into_iter().eq(seen));
    }
}

/// Adds a user to a list of the owner, and returns whether it could.
fn add_to(graph: &mut SocialGraph, list: List, owner: UserId, user: UserId) -> bool {
    match list {
        List::Blocklist => graph.add_to_blocklist(owner, user),
        List::Friends => graph.add_friend(owner, user, Ways::OneWay),
        List::RequestsIn => graph.send_friend_request(user, owner),
        List::RequestsOut => graph.send_friend_request(owner, user),
        List::BlockedBy => graph.add_to_blocklist(user, owner),
        List::ListedBy => graph.add_friend(user, owner, Ways::OneWay),
    }
    .is_ok()
}

/// Removes a user from a list of the owner, and returns whether it could.
fn remove_from(graph: &mut SocialGraph, list: List, owner: UserId, user: UserId) -> bool {
    match list {
        List::Blocklist => graph.remove_from_blocklist(owner, user),
        List::Friends => graph.remove_friend(owner, user, Ways::OneWay),
        List::RequestsIn => graph.cancel_friend_request(user, owner),
        List::RequestsOut => graph.decline_friend_request(user, owner),
        List::BlockedBy => graph.remove_from_blocklist(user, owner),
        List::ListedBy => graph.remove_friend(user, owner, Ways::OneWay),
    }
    .is_ok()
}

/// A write between two pages.
#[derive(Clone, Copy, Debug)]
enum Write {
    AddToList(usize),
    RemoveFromList(usize),
    /// Another user blocks the owner, which ends their friendship and requests.
    BlockOwner(usize),
    RemoveUser(usize),
}

fn writes() -> impl Strategy<Value = Write> {
    (1_usize..31, 0..10).prop_map(|(user, kind)| match kind {
        0..5 => Write::AddToList(user),
        5..8 => Write::RemoveFromList(user),
        8 => Write::BlockOwner(user),
        _ => Write::RemoveUser(user),
    })
}

proptest! {
    /// A user who stays on the list is listed exactly once, and no user is listed twice.
    #[test]
    fn paging_neither_loses_nor_repeats_while_others_write(
        list in proptest::sample::select(List::ALL.to_vec()),
        limit in 1_usize..7,
        start in proptest::collection::vec(any::<bool>(), 30),
        writes in proptest::collection::vec(writes(), 0..60),
    ) {
        let (mut graph, users) = crowd(31);
        let owner = users[0];

        for (user, on_it) in users[1..].iter().zip(&start) {
            prop_assert!(!on_it || add_to(&mut graph, list, owner, *user));
        }

        let mut throughout: Vec<UserId> = graph.list(owner, list).unwrap().iter().collect();
        let mut ever = throughout.clone();
        let mut writes = writes.into_iter();
        let listed_users = read_by_pages(&mut graph, owner, list, limit, |graph| {
            for write in writes.by_ref().take(3) {
                match write {
                    Write::AddToList(index) => _ = add_to(graph, list, owner, users[index]),
                    Write::RemoveFromList(index) => _ = remove_from(graph, list, owner, users[index]),
                    Write::BlockOwner(index) => drop(graph.add_to_blocklist(users[index], owner)),
                    Write::RemoveUser(index) => drop(graph.remove_user(users[index])),
                }
                let now = graph.list(owner, list).unwrap();
                throughout.retain(|user| now.contains(*user));
                ever.extend(now.iter());
            }
        });
        prop_assert!(listed_users.is_sorted_by(|a, b| a < b), "in order, and no user twice");
        prop_assert!(throughout.iter().all(|user| listed_users.contains(user)), "no user lost");
        prop_assert!(listed_users.iter().all(|user| ever.contains(user)), "no user made up");
    }
}
