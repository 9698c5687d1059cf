//! The container compared with ordered maps of std, across its thresholds.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{MAX_INLINE, MIN_SPILLED, Store};
use crate::facts::{Fact, Relation, RequestMode, UserFacts};
use crate::graph::{List, MAX_NAME_BYTES, UserId};

const USERS: u32 = 2_400;

type Model = BTreeMap<(u32, u32), Relation>;

/// The same relation for a run of peers of one owner.
#[derive(Clone, Debug)]
struct Run {
    owner: u32,
    first: u32,
    len: u32,
    relation: Relation,
}

/// Few owners and long runs, so that records spill and move back inline.
fn runs() -> impl Strategy<Value = Vec<Run>> {
    let relation = (0_u8..64).prop_map(|bits| Relation::from_bits(bits).unwrap());
    let relation = prop_oneof![2 => relation, 1 => Just(Relation::STRANGERS)];
    let owner = prop_oneof![Just(0), Just(15), Just(16), 0..USERS];
    let run = (
        owner,
        0..USERS,
        prop_oneof![1_u32..20, 400_u32..1400],
        relation,
    );
    let run = run.prop_map(|(owner, first, len, relation)| Run {
        owner,
        first,
        len,
        relation,
    });
    proptest::collection::vec(run, 1..24)
}

fn populated() -> Store {
    let mut store = Store::default();
    for number in 0..USERS {
        store
            .insert(
                &format!("user {number}"),
                UserFacts::new(RequestMode::Confirm),
            )
            .unwrap();
    }
    store
}

fn apply(store: &mut Store, model: &mut Model, run: &Run) {
    for peer in (run.first..USERS)
        .take(run.len as usize)
        .filter(|peer| *peer != run.owner)
    {
        store.write(
            UserId::from_u32(run.owner),
            UserId::from_u32(peer),
            run.relation,
        );
        for (a, b, relation) in [
            (run.owner, peer, run.relation),
            (peer, run.owner, run.relation.flip()),
        ] {
            if relation == Relation::STRANGERS {
                model.remove(&(a, b));
            } else {
                model.insert((a, b), relation);
            }
        }
    }
}

/// Returns items from the two ends in turn, and asserts that both ends stay exhausted.
fn from_both_ends<I: DoubleEndedIterator<Item = T>, T>(mut items: I) -> Vec<T> {
    let mut taken = Vec::new();
    let mut is_front = true;
    while let Some(item) = if is_front {
        items.next()
    } else {
        items.next_back()
    } {
        taken.push(item);
        is_front = !is_front;
    }
    assert!(items.next().is_none() && items.next_back().is_none());
    taken
}

/// Compares every record of the store with the model.
fn compare(store: &Store, model: &Model) {
    for (id, record) in store.iter() {
        let number = id.to_u32();
        let expected: Vec<_> = model
            .range((number, 0)..=(number, u32::MAX))
            .map(|((_, peer), relation)| (UserId::from_u32(*peer), *relation))
            .collect();
        assert_eq!(record.relations(), expected);
        for list in List::ALL {
            let listed: Vec<_> = record.listed(list, UserId::from_u32(0)).collect();
            let on_it = expected
                .iter()
                .filter(|(_, relation)| relation.holds(list.fact()));
            assert_eq!(listed, on_it.map(|(peer, _)| *peer).collect::<Vec<_>>());
            assert_eq!(record.count(list) as usize, listed.len());
            let middle = UserId::from_u32(USERS / 2);
            let from_middle: Vec<_> = listed.into_iter().filter(|p| *p >= middle).collect();
            let found = record.listed(list, middle);
            assert!(found.clone().eq(from_middle.iter().copied()));
            assert!(found.clone().rev().eq(from_middle.iter().rev().copied()));
            assert_eq!(
                from_both_ends(found),
                from_both_ends(from_middle.into_iter())
            );
        }
        for (peer, relation) in &expected {
            assert_eq!(record.relation(*peer), *relation);
            for list in List::ALL {
                assert_eq!(record.is_listed(list, *peer), relation.holds(list.fact()));
            }
            assert_eq!(store.relation(id, *peer), Ok(*relation));
        }

        let is_inline = record.inline().is_some();
        assert!(!is_inline || expected.len() <= MAX_INLINE);
        assert!(is_inline || expected.len() >= MIN_SPILLED);

        // Strangers, and some others.
        for peer in (number % 97..USERS).step_by(97).map(UserId::from_u32) {
            let found = expected.iter().find(|(other, _)| *other == peer);
            let relation = found.map_or(Relation::STRANGERS, |(_, relation)| *relation);
            assert!(peer == id || store.relation(id, peer) == Ok(relation));
        }
    }
}

/// Gives some users another name, and these users their own name back.
fn rename_and_back(store: &mut Store, users: impl Iterator<Item = u32> + Clone) {
    let before = store.clone();
    for number in users.clone() {
        let old = format!("user {number}");
        let new = format!("{number} with a name that is longer");
        let id = UserId::from_u32(number);
        assert_eq!(store.rename(id, &new), Some(old.clone()));
        assert_eq!((store.lookup(&new), store.lookup(&old)), (Some(id), None));
    }
    assert!(store.indices_agree() && *store != before);

    for number in users {
        store.rename(UserId::from_u32(number), &format!("user {number}"));
    }
    assert!(store.indices_agree() && *store == before);
}

/// Writes a run of relations of one owner as a batch does.
fn apply_in_batch(store: &mut Store, run: &Run) {
    let peers = (run.first..USERS)
        .take(run.len as usize)
        .filter(|peer| *peer != run.owner);
    let relations = peers.map(|peer| (UserId::from_u32(peer), run.relation));
    store.write_ends(UserId::from_u32(run.owner), &relations.collect::<Vec<_>>());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn agrees_with_an_ordered_map_and_leaves_clones_alone(before in runs(), after in runs()) {
        let (mut store, mut model) = (populated(), Model::new());
        for run in &before {
            apply(&mut store, &mut model, run);
        }
        let (snapshot, snapshot_model) = (store.clone(), model.clone());
        let mut batched = store.clone();
        for run in &after {
            apply(&mut store, &mut model, run);
            apply_in_batch(&mut batched, run);
        }
        prop_assert!(store == batched && store.indices_agree() && batched.indices_agree());
        rename_and_back(&mut batched, (0..USERS).step_by(5));
        compare(&store, &model);
        compare(&batched, &model);
        compare(&snapshot, &snapshot_model);
    }

    #[test]
    fn the_form_of_a_record_makes_no_difference_to_equality(runs in runs()) {
        let (mut store, mut model) = (populated(), Model::new());
        for run in &runs {
            apply(&mut store, &mut model, run);
        }
        // The same relations, written once each and in another order.
        let mut again = populated();
        for ((a, b), relation) in model.iter().rev() {
            again.write(UserId::from_u32(*a), UserId::from_u32(*b), *relation);
        }
        prop_assert!(store == again);
        let stranger = Relation::STRANGERS.with(Fact::ActorBlocks);
        let (a, b) = (UserId::from_u32(0), UserId::from_u32(1));
        again.write(a, b, if again.relation(a, b) == Ok(stranger) { Relation::FRIENDS } else { stranger });
        prop_assert!(store != again);
    }
}

/// The one user of a batch may be the actor or the target: facts and relations are the owner's.
#[test]
fn many_relations_of_one_user_are_judged_and_written_as_seen_from_that_user() {
    let owner = UserId::from_u32(7);
    let mut batched = populated();
    batched.update_settings(owner, |facts| facts.request_mode = RequestMode::Anyone);
    batched.write(owner, UserId::from_u32(20), Relation::FRIENDS);
    let mut single = batched.clone();

    let unknown = UserId::from_u32(USERS + 1);
    let peers: Vec<_> = (10..40)
        .map(UserId::from_u32)
        .chain([owner, unknown])
        .collect();
    let mut judged = Vec::new();
    let is_done = batched.write_many(owner, &peers, |facts| {
        judged.push(facts);
        let facts = facts.ok()?;
        assert_eq!(facts.actor.request_mode, RequestMode::Anyone);
        Some(facts.relation.with(Fact::TargetBlocks))
    });
    assert!(is_done);

    for (peer, facts) in peers.iter().zip(judged) {
        assert_eq!(facts, single.facts(owner, *peer));
    }
    for peer in (10..40).map(UserId::from_u32) {
        let before = single.relation(owner, peer).unwrap();
        single.write(owner, peer, before.with(Fact::TargetBlocks));
    }
    assert!(batched == single && batched.indices_agree());
    let record = batched.record(owner).unwrap();
    assert_eq!(
        (record.count(List::BlockedBy), record.count(List::ListedBy)),
        (30, 1)
    );
    assert!(
        !batched.write_many(owner, &peers[..3], |_| None),
        "a short batch"
    );
}

#[test]
fn equality_sees_settings_relations_and_numbers() {
    let [a, b, c] = [0, 1, 2].map(UserId::from_u32);
    let mut one = populated();
    one.write(a, b, Relation::FRIENDS);
    let mut other_mode = one.clone();
    other_mode.update_settings(c, |facts| facts.request_mode = RequestMode::Anyone);
    assert!(one != other_mode, "the same relations");
    // The same counts for everyone: a lists one, b lists one, c lists one, in a ring or back.
    let ring = |pairs: [(UserId, UserId); 3]| {
        let mut store = populated();
        for (from, to) in pairs {
            let before = store.relation(from, to).unwrap();
            store.write(from, to, before.with(Fact::ActorLists));
        }
        store
    };
    assert!(
        ring([(a, b), (b, c), (c, a)]) != ring([(a, c), (c, b), (b, a)]),
        "the same counts"
    );
    let mut next = one.clone();
    let id = next
        .insert("more", UserFacts::new(RequestMode::Confirm))
        .unwrap();
    next.remove(id).unwrap();
    assert!(one != next, "another number comes next");
    let without = |users: &[UserId]| {
        let mut store = populated();
        for user in users {
            store.remove(*user).unwrap();
        }
        store
    };
    assert!(
        without(&[a]) != without(&[]) && without(&[a]) != without(&[a, b]),
        "fewer users"
    );
    assert!(without(&[a]) != without(&[b]), "other users");
    assert!(one == one.clone());
}

#[test]
fn a_record_spills_and_moves_back_inline() {
    let mut store = populated();
    let owner = UserId::from_u32(3);
    let friends = |n: usize| (4..).take(n).map(UserId::from_u32);
    for peer in friends(MAX_INLINE) {
        store.write(owner, peer, Relation::FRIENDS);
    }
    assert!(store.spilled.is_empty(), "the maximum stays inline");
    let one_more = friends(MAX_INLINE + 1).last().unwrap();
    store.write(owner, one_more, Relation::FRIENDS);
    assert_eq!(store.spilled.len(), 1, "one more spills");
    for peer in friends(MAX_INLINE + 2 - MIN_SPILLED) {
        assert_eq!(store.spilled.len(), 1);
        store.write(owner, peer, Relation::STRANGERS);
    }
    assert!(
        store.spilled.is_empty(),
        "fewer than half of that move back inline"
    );
    assert_eq!(
        store.record(owner).unwrap().relations().len(),
        MIN_SPILLED - 1
    );
}

#[test]
fn each_relation_spills_and_moves_back_inline() {
    let mut store = populated();
    let owner = UserId::from_u32(3);
    let relations = (1..64_u8).map(|bits| Relation::from_bits(bits).unwrap());
    let entries = (4..).map(UserId::from_u32).zip(relations.cycle());
    let entries: Vec<_> = entries.take(MAX_INLINE + 1).collect();
    for (peer, relation) in &entries {
        store.write(owner, *peer, *relation);
    }
    assert_eq!(store.spilled.len(), 1);
    assert_eq!(store.record(owner).unwrap().relations(), entries);
    let (gone, left) = entries.split_at(MAX_INLINE + 2 - MIN_SPILLED);
    for (peer, _) in gone {
        store.write(owner, *peer, Relation::STRANGERS);
    }
    assert!(store.spilled.is_empty() && store.indices_agree());
    assert_eq!(store.record(owner).unwrap().relations(), left);
}

#[test]
fn the_smallest_and_the_largest_numbers_are_found() {
    let mut store = Store::default();
    let facts = UserFacts::new(RequestMode::Nobody);
    let numbers = [0, 1, 3, 4, 63, 64, 8191, 8192, u32::MAX - 1];
    for number in numbers {
        assert!(store.insert_at(UserId::from_u32(number), &number.to_string(), facts));
    }
    assert_eq!(
        store.insert("late", facts),
        None,
        "the last number is never given out"
    );
    for (a, b) in numbers
        .iter()
        .flat_map(|a| numbers.iter().map(move |b| (*a, *b)))
    {
        if a < b {
            store.write(UserId::from_u32(a), UserId::from_u32(b), Relation::FRIENDS);
        }
    }
    for a in numbers.map(UserId::from_u32) {
        assert_eq!(
            store.record(a).unwrap().relations().len(),
            numbers.len() - 1
        );
        assert!(store.relation(a, UserId::from_u32(9)).is_err());
    }
    for number in numbers {
        assert!(store.remove(UserId::from_u32(number)).is_some());
        assert!(store.record(UserId::from_u32(number)).is_none());
    }
    assert_eq!(store.len(), 0);
}

/// The bytes of all records.
fn bytes(store: &Store) -> usize {
    let users = store.users.iter();
    users.map(|(_, page, slot)| page.part_len(slot)).sum()
}

#[test]
fn removed_relations_free_their_memory() {
    let mut store = populated();
    let empty = bytes(&store);
    let near = |user: u32| (1..=400).map(move |step| (user, (user + step) % USERS));
    let put_all = |store: &mut Store, relation| {
        for (a, b) in (0..USERS).step_by(8).flat_map(near) {
            store.write(UserId::from_u32(a), UserId::from_u32(b), relation);
        }
    };
    put_all(&mut store, Relation::FRIENDS);
    let relations: usize = store
        .iter()
        .map(|(_, record)| record.relations().len())
        .sum();
    let full = bytes(&store);
    assert!(
        full <= empty + relations * 6 + 40 * USERS as usize,
        "{full} for {relations}"
    );
    put_all(&mut store, Relation::STRANGERS);
    let left = bytes(&store);
    assert!(
        left <= empty + 100 * USERS as usize,
        "{left} of {full} are left"
    );

    let hub = UserId::from_u32(0);
    for peer in (1..).take(MAX_INLINE + 100).map(UserId::from_u32) {
        store.write(hub, peer, Relation::STRANGERS.with(Fact::TargetBlocks));
    }
    assert_eq!(store.spilled.len(), 1);
    for number in 0..USERS {
        store.remove(UserId::from_u32(number)).unwrap();
        assert!(
            store.spilled.is_empty(),
            "the hub went first, and its relations with it"
        );
    }
    assert!(store.users.node_count() == 0 && store.indices_agree());
}

#[test]
fn the_vacant_number_has_no_relations() {
    let mut store = populated();
    let [a, b, vacant] = [0, 1, u32::MAX].map(UserId::from_u32);
    store.write(a, b, Relation::FRIENDS);
    assert!(store.relation(a, vacant).is_err());
    assert_eq!(
        store.record(a).unwrap().relation(vacant),
        Relation::STRANGERS
    );
    assert!(
        store
            .record(a)
            .unwrap()
            .listed(List::Friends, vacant)
            .next()
            .is_none()
    );
}

#[test]
fn a_user_added_after_all_were_removed_has_no_past() {
    let mut store = populated();
    for number in 0..USERS {
        store.remove(UserId::from_u32(number)).unwrap();
    }
    let id = store
        .insert("new", UserFacts::new(RequestMode::Anyone))
        .unwrap();
    assert_eq!(id.to_u32(), USERS);
    assert_eq!(
        store.record(id).unwrap().facts(),
        UserFacts::new(RequestMode::Anyone)
    );
    assert!(store.record(UserId::from_u32(USERS - 1)).is_none());
}

#[test]
fn users_are_returned_from_both_ends_across_gaps() {
    let mut store = Store::default();
    let facts = UserFacts::new(RequestMode::Nobody);
    let all = [
        0,
        1,
        63,
        64,
        65,
        8191,
        8192,
        30_000,
        30_064,
        100_000,
        u32::MAX - 1,
    ];
    for number in all {
        store.insert_at(UserId::from_u32(number), &number.to_string(), facts);
    }
    store.remove(UserId::from_u32(64)).unwrap();

    let expected: Vec<_> = all.into_iter().filter(|number| *number != 64).collect();
    let numbers = |(id, record): (UserId, super::Record<'_>)| {
        assert_eq!(record.id(), id);
        id.to_u32()
    };
    let mut users = store.iter();
    assert_eq!(users.len(), expected.len());
    assert!(users.clone().map(numbers).eq(expected.iter().copied()));
    assert!(
        users
            .clone()
            .rev()
            .map(numbers)
            .eq(expected.iter().rev().copied())
    );
    assert_eq!(
        from_both_ends(users.clone().map(numbers)),
        from_both_ends(expected.into_iter())
    );

    users.next();
    users.next_back();
    assert_eq!((users.len(), users.count()), (8, 8));
    assert_eq!(Store::default().iter().next_back().map(|(id, _)| id), None);
}

/// A name of this length that tells users apart.
fn name_of_length(len: usize, user: usize) -> String {
    let user = char::from(b'a' + u8::try_from(user).unwrap());
    format!("{}{user}", "x".repeat(len - 1))
}

#[test]
fn names_of_every_length_stay_while_all_else_changes() {
    let lengths = [1, 254, 255, 256, MAX_NAME_BYTES];
    // Each length is in each slot of a page, beside other lengths.
    let names: Vec<_> = (0..4 * lengths.len())
        .map(|user| name_of_length(lengths[user % lengths.len()], user))
        .collect();
    let ids = || (0_u32..).map(UserId::from_u32);
    let check = |store: &Store, is_there: &dyn Fn(usize) -> bool| {
        for (user, (id, name)) in ids().zip(&names).enumerate() {
            assert_eq!(store.lookup(name), is_there(user).then_some(id));
            assert_eq!(store.is_named(id, name), is_there(user));
            let record = store.record(id);
            assert_eq!(
                record.map(super::Record::name),
                is_there(user).then_some(&**name)
            );
        }
        assert!(store.indices_agree());
    };

    let mut store = Store::default();
    for name in &names {
        store
            .insert(name, UserFacts::new(RequestMode::Confirm))
            .unwrap();
    }
    check(&store, &|_| true);

    let before = store.clone();
    for (id, peer) in ids().zip(ids().skip(1)).take(names.len() - 1) {
        store.write(id, peer, Relation::FRIENDS);
        store.update_settings(id, |facts| facts.request_mode = RequestMode::Anyone);
    }
    check(&store, &|_| true);
    check(&before, &|_| true);
    assert!(store != before && store == store.clone());

    for id in ids().take(names.len()).step_by(3) {
        let name = names[id.to_u32() as usize].clone();
        assert_eq!(store.remove(id).unwrap().name, name);
    }
    check(&store, &|user| user % 3 != 0);
    check(&before, &|_| true);
}

#[test]
fn a_user_is_renamed_to_a_name_of_any_length_and_keeps_all_else() {
    let mut store = populated();
    let [owner, peer] = [5, 6].map(UserId::from_u32);
    for number in (0..)
        .take(MAX_INLINE + 20)
        .filter(|number| *number != owner.to_u32())
    {
        store.write(owner, UserId::from_u32(number), Relation::FRIENDS);
    }
    assert_eq!(store.spilled.len(), 1);
    let relations = store.record(owner).unwrap().relations();

    for user in [owner, peer] {
        store.update_settings(user, |facts| facts.request_mode = RequestMode::Anyone);
        let facts = store.record(user).unwrap().facts();
        let mut old = format!("user {}", user.to_u32());
        for len in [1, 254, 255, 256, MAX_NAME_BYTES, 1] {
            let new = name_of_length(len, len % 25);
            let before = store.clone();
            assert_eq!(store.rename(user, &new), Some(old.clone()));
            assert_eq!((store.lookup(&new), store.lookup(&old)), (Some(user), None));
            assert_eq!(before.lookup(&old), Some(user));
            assert!(store != before && store.indices_agree());
            assert_eq!(store.record(user).unwrap().name(), new);
            assert_eq!(store.record(user).unwrap().facts(), facts);
            old = new;
        }
        store.rename(user, &format!("user {}", user.to_u32()));
    }

    assert_eq!(store.record(owner).unwrap().relations(), relations);
    assert_eq!(store.relation(peer, owner), Ok(Relation::FRIENDS));
    assert_eq!(store.spilled.len(), 1);
    assert_eq!(store.rename(UserId::from_u32(USERS), "nobody"), None);
    assert!(store.indices_agree() && store.lookup("nobody").is_none());
}

#[test]
fn users_are_renamed_into_and_out_of_the_overflow_of_the_directory() {
    let mut store = Store::default();
    let facts = UserFacts::new(RequestMode::Confirm);
    let colliding: Vec<_> = super::directory::colliding_names(10).take(40).collect();
    let plain: Vec<_> = (0..40).map(|number| format!("plain {number}")).collect();
    for name in &plain {
        store.insert(name, facts).unwrap();
    }

    let check = |store: &Store, names: &[String], others: &[String]| {
        for (number, name) in (0..).zip(names) {
            assert_eq!(store.lookup(name), Some(UserId::from_u32(number)));
        }
        assert!(others.iter().all(|name| store.lookup(name).is_none()));
        assert!(store.indices_agree());
    };
    for (number, name) in (0..).zip(&colliding) {
        store.rename(UserId::from_u32(number), name).unwrap();
    }
    check(&store, &colliding, &plain);
    assert!(store.directory.overflow_len() > 0);

    for (number, name) in (0..40).zip(&plain).rev() {
        store.rename(UserId::from_u32(number), name).unwrap();
    }
    check(&store, &plain, &colliding);
    assert_eq!(store.directory.overflow_len(), 0);
}

#[test]
fn a_page_of_a_celebrity_reads_one_list() {
    let mut store = populated();
    let celebrity = UserId::from_u32(0);
    let lists = Relation::STRANGERS.with(Fact::TargetLists);
    let blocks = Relation::STRANGERS.with(Fact::TargetBlocks);
    for number in 1..USERS {
        let relation = if number % 600 == 0 { blocks } else { lists };
        store.write(celebrity, UserId::from_u32(number), relation);
    }
    // A peer who does both is on both lists, and is one relation.
    let both = lists.with(Fact::TargetBlocks);
    store.write(celebrity, UserId::from_u32(700), both);

    let record = store.record(celebrity).unwrap();
    assert_eq!(record.relations().len(), USERS as usize - 1);
    assert_eq!(record.relation(UserId::from_u32(700)), both);
    assert_eq!(record.count(List::BlockedBy), 4);
    assert_eq!(record.count(List::ListedBy), USERS - 4);
    let blockers = record.listed(List::BlockedBy, UserId::from_u32(601));
    let numbers: Vec<_> = blockers.map(UserId::to_u32).collect();
    assert_eq!(numbers, [700, 1200, 1800]);
}

/// A spilled record is moved back inline by the number of its peers, not of its entries.
#[test]
fn peers_on_several_lists_count_once() {
    let mut store = populated();
    let owner = UserId::from_u32(3);
    let all = Relation::from_bits(63).unwrap();
    for peer in (4..).take(MAX_INLINE + 1).map(UserId::from_u32) {
        store.write(owner, peer, all);
    }
    assert_eq!(store.spilled.len(), 1);

    for peer in (4..)
        .take(MAX_INLINE + 2 - MIN_SPILLED)
        .map(UserId::from_u32)
    {
        assert_eq!(store.spilled.len(), 1);
        store.write(owner, peer, Relation::STRANGERS.with(Fact::TargetLists));
        assert_eq!(store.spilled.len(), 1);
        store.write(owner, peer, Relation::STRANGERS);
    }
    assert!(store.spilled.is_empty() && store.indices_agree());
}

#[test]
fn the_longest_names_and_records_fit_in_a_page() {
    let mut store = Store::default();
    let name = |user: u32| format!("{user:0MAX_NAME_BYTES$}");
    for user in (0..).take(4 + MAX_INLINE) {
        store
            .insert(&name(user), UserFacts::new(RequestMode::Confirm))
            .unwrap();
    }

    let owners = (0..4).map(UserId::from_u32);
    let peers = (4..).take(MAX_INLINE).map(UserId::from_u32);
    for (owner, peer) in owners
        .clone()
        .flat_map(|a| peers.clone().map(move |b| (a, b)))
    {
        store.write(owner, peer, Relation::FRIENDS);
    }

    assert!(store.spilled.is_empty());
    for owner in owners {
        let record = store.record(owner).unwrap();
        assert_eq!(record.name(), name(owner.to_u32()));
        assert_eq!(record.count(List::Friends) as usize, MAX_INLINE);
        for peer in peers.clone() {
            assert_eq!(store.relation(owner, peer), Ok(Relation::FRIENDS));
        }
    }
}

#[test]
fn a_spilled_user_keeps_its_form_if_settings_or_neighbours_change() {
    let mut store = populated();
    let [owner, neighbour, peer] = [0, 1, 2].map(UserId::from_u32);
    for peer in (2..).take(MAX_INLINE + 1).map(UserId::from_u32) {
        store.write(owner, peer, Relation::FRIENDS);
    }

    store.update_settings(owner, |facts| facts.request_mode = RequestMode::Anyone);
    for peer in (2..200).map(UserId::from_u32) {
        store.write(neighbour, peer, Relation::FRIENDS);
    }

    assert_eq!(store.spilled.len(), 1);
    assert_eq!(store.relation(owner, peer), Ok(Relation::FRIENDS));
    assert_eq!(
        store.record(owner).unwrap().relation(peer),
        Relation::FRIENDS
    );
    assert_eq!(
        store.record(owner).unwrap().facts().request_mode,
        RequestMode::Anyone
    );
}
