//! Races of two users: every interleaving of their operations ends as some serial order does.
//!
//! Writes to a graph are serial, so the interleavings of two users' operations are the orders
//! of these operations, and each must end legally. A host that decides on a snapshot and writes
//! later splits an operation into a read and a write, and the other user may write in between.
//! `apply` decides again, so the result, refusals included, is still that of some serial order.

use std::collections::BTreeMap;
use std::sync::{Barrier, Mutex};

use socialgraph::{
    Action, BlockRules, Fact, Notice, Notices, Policy, Relation, RequestMode, RequestRules, Sides,
    SocialGraph, Ways,
};

const NAMES: [&str; 2] = ["alice", "bob"];
const MAX_OPS: usize = 4;

/// An operation: the number of one of the two users and of one of the ten actions.
type Op = usize;
const OPS: usize = 2 * Action::ALL.len();

fn op(user: usize, action: Action) -> Op {
    user * Action::ALL.len() + Action::ALL.iter().position(|it| *it == action).unwrap()
}

fn user_of(op: Op) -> usize {
    op / Action::ALL.len()
}

fn action_of(op: Op) -> Action {
    Action::ALL[op % Action::ALL.len()]
}

/// Returns the relation as seen by a user, given the relation as seen by alice.
fn seen_from(user: usize, relation: Relation) -> Relation {
    if user == 0 { relation } else { relation.flip() }
}

/// The result of each operation on each relation, as computed by the graph.
struct Pair {
    policy: Policy,
    /// The relation after, by relation and operation; `None` is a refusal.
    after: Vec<[Option<Relation>; OPS]>,
    starts: Vec<Relation>,
}

impl Pair {
    /// Applies every operation to a graph in every relation once.
    ///
    /// A graph of two users is determined by their relation, on every path to it. This is
    /// asserted, so a lookup in the table equals an operation on the graph.
    fn new(policy: Policy, modes: [RequestMode; 2]) -> Self {
        let graphs: BTreeMap<Relation, SocialGraph> = graphs(policy)
            .into_iter()
            .map(|(relation, graph)| (relation, with_modes(graph, modes)))
            .collect();
        let mut after = vec![[None; OPS]; Relation::all().count()];

        for (relation, graph) in &graphs {
            for (op, result) in after[usize::from(relation.to_bits())]
                .iter_mut()
                .enumerate()
            {
                let mut next = graph.clone();
                if apply(&mut next, op).is_ok() {
                    next.check_invariants().unwrap();
                    let reached = relation_of(&next);
                    assert_eq!(next, graphs[&reached], "one graph for each relation");
                    *result = Some(reached);
                } else {
                    assert_eq!(next, *graph, "a refusal changes nothing");
                }
            }
        }

        Self {
            policy,
            after,
            starts: graphs.into_keys().collect(),
        }
    }

    fn step(&self, relation: Relation, op: Op) -> Option<Relation> {
        self.after[usize::from(relation.to_bits())][op]
    }
}

fn apply(graph: &mut SocialGraph, op: Op) -> Result<socialgraph::PairChange, socialgraph::Refusal> {
    let user = user_of(op);
    let change = graph.apply(action_of(op), NAMES[user], NAMES[1 - user])?;
    Ok(change)
}

fn relation_of(graph: &SocialGraph) -> Relation {
    graph.relation(NAMES[0], NAMES[1]).unwrap()
}

fn with_modes(mut graph: SocialGraph, modes: [RequestMode; 2]) -> SocialGraph {
    for (name, mode) in NAMES.into_iter().zip(modes) {
        graph.set_request_mode(name, mode).unwrap();
    }
    graph
}

/// Returns a graph of two users in each reachable relation.
fn graphs(policy: Policy) -> BTreeMap<Relation, SocialGraph> {
    const CONFIRM: [RequestMode; 2] = [RequestMode::Confirm; 2];
    let mut start = SocialGraph::new(policy);
    for name in NAMES {
        start.add_user(name).unwrap();
    }
    let start = with_modes(start, CONFIRM);

    let mut found = BTreeMap::from([(Relation::STRANGERS, start.clone())]);
    let mut waiting = vec![start];

    while let Some(graph) = waiting.pop() {
        for (op, mode) in (0..OPS).flat_map(|op| RequestMode::ALL.map(|mode| (op, mode))) {
            let mut next = with_modes(graph.clone(), [mode; 2]);
            let changed = apply(&mut next, op).is_ok();
            next = with_modes(next, CONFIRM);
            if changed && found.insert(relation_of(&next), next.clone()).is_none() {
                waiting.push(next);
            }
        }
    }

    assert!(found.keys().copied().eq(policy.reachable_relations()));
    found
}

/// Returns the named policies, but only the first of those under which actions do the same.
fn policies() -> Vec<(&'static str, Policy)> {
    let mut distinct: Vec<(&str, Policy)> = Vec::new();
    for &(name, policy) in Policy::PROFILES {
        let is_new =
            |(_, known): &(_, Policy)| rules_of_actions(known) != rules_of_actions(&policy);
        if distinct.iter().all(is_new) {
            distinct.push((name, policy));
        }
    }
    distinct
}

/// Returns the parts that decide what actions do to two users with request modes of their own.
fn rules_of_actions(policy: &Policy) -> (RequestRules, BlockRules) {
    let request = RequestRules {
        initial_mode: RequestMode::Confirm,
        notice: Notices::both(Notice::Told),
        ..policy.request
    };
    (request, policy.block)
}

/// Returns whether either block stops every action that adds a friend (R19).
fn stops_friends(policy: &Policy) -> bool {
    let rules = policy.request;
    let gates = [
        rules.stopped_by,
        rules.accept_stopped_by,
        rules.add_stopped_by,
    ];
    gates == [Sides::Both; 3]
}

/// Asserts that a block that was not lifted won: it stands, no request is pending that the block
/// cancels and stops, and the friend lists that the block clears are clear.
fn assert_block_won(policy: &Policy, blocker: usize, end: Relation) {
    let end = seen_from(blocker, end);
    assert!(end.holds(Fact::ActorBlocks), "the block stands: {end}");

    let (cancels, stops) = (policy.block.cancels_requests_of, policy.request.stopped_by);
    let no_request = cancels.has_actor() && stops.has_actor();
    assert!(!no_request || !end.holds(Fact::ActorRequested), "{end}");
    let no_request = cancels.has_target() && stops.has_target();
    assert!(!no_request || !end.holds(Fact::TargetRequested), "{end}");

    let (clears, stops) = (policy.block.clears_friends_of, stops_friends(policy));
    let no_friend = stops && clears.has_actor();
    assert!(!no_friend || !end.holds(Fact::ActorLists), "{end}");
    let no_friend = stops && clears.has_target();
    assert!(!no_friend || !end.holds(Fact::TargetLists), "{end}");
}

/// Asserts that no friend was added after the block, if the policy stops it.
fn assert_no_newer_friend(policy: &Policy, at_block: Relation, end: Relation) {
    for entry in [Fact::ActorLists, Fact::TargetLists] {
        assert!(
            !stops_friends(policy) || at_block.holds(entry) || !end.holds(entry),
            "{end} after {at_block}"
        );
    }
}

/// A walk through all serial orders of operations.
struct Walk<'a> {
    pair: &'a Pair,
    orders: u64,
    /// The orders in which a block stands, and an acceptance was applied or refused by a block.
    contested: u64,
}

/// The operations of a walk so far.
#[derive(Clone, Copy)]
struct History {
    relation: Relation,
    /// The relation right after each user's block, until that user lifts it.
    blocked_at: [Option<Relation>; 2],
    /// Whether an acceptance was applied, or was refused while a block stood.
    accepts: bool,
}

impl History {
    fn new(start: Relation) -> Self {
        let blocks = |user| seen_from(user, start).holds(Fact::ActorBlocks);
        let blocked_at = [0, 1].map(|user| blocks(user).then_some(start));
        Self {
            relation: start,
            blocked_at,
            accepts: false,
        }
    }
}

impl Walk<'_> {
    fn visit_orders(&mut self, history: History, left: usize) {
        self.orders += 1;
        if history.accepts && history.blocked_at != [None; 2] {
            self.contested += 1;
            for (blocker, at) in history.blocked_at.into_iter().enumerate() {
                let Some(at) = at else { continue };
                assert_block_won(&self.pair.policy, blocker, history.relation);
                assert_no_newer_friend(&self.pair.policy, at, history.relation);
            }
        }

        for op in (0..OPS).filter(|_| left > 0) {
            self.visit_orders(self.after(history, op), left - 1);
        }
    }

    fn after(&self, history: History, op: Op) -> History {
        let done = self.pair.step(history.relation, op);
        let mut next = History {
            relation: done.unwrap_or(history.relation),
            ..history
        };

        match (action_of(op), done) {
            (Action::Block, Some(_)) => next.blocked_at[user_of(op)] = done,
            (Action::Unblock, Some(_)) => next.blocked_at[user_of(op)] = None,
            (Action::AcceptRequest, Some(_)) => next.accepts = true,
            (Action::AcceptRequest, None) => next.accepts |= history.relation.is_blocked(),
            _ => {}
        }
        next
    }
}

#[test]
fn every_order_of_four_operations_is_legal_and_a_block_wins() {
    let modes = RequestMode::ALL.map(|a| RequestMode::ALL.map(|b| [a, b]));
    let mut found = Vec::new();
    for (name, policy) in policies() {
        let (mut orders, mut contested, mut starts) = (0, 0, 0);
        for modes in modes.into_iter().flatten() {
            let pair = Pair::new(policy, modes);
            starts += pair.starts.len() as u64;
            let mut walk = Walk {
                pair: &pair,
                orders: 0,
                contested: 0,
            };
            for &relation in &pair.starts {
                walk.visit_orders(History::new(relation), MAX_OPS);
            }
            orders += walk.orders;
            contested += walk.contested;
        }

        assert_eq!(
            orders,
            starts * (1 + 20 + 20_u64.pow(2) + 20_u64.pow(3) + 20_u64.pow(4))
        );
        found.push((name, starts / 9, contested));
    }
    assert_eq!(found, CONTESTED);
}

/// The policies, with the number of relations and of contested orders under each.
const CONTESTED: [(&str, u64, u64); 11] = [
    ("tencent_rest", 13, 2_291_058),
    ("tencent_keep_friends", 22, 6_504_780),
    ("openim", 52, 19_557_246),
    ("wildfire", 52, 19_557_786),
    ("mastodon", 16, 4_016_550),
    ("gotosocial", 12, 2_220_882),
    ("bluesky", 36, 13_470_354),
    ("xep_0191", 36, 13_471_146),
    ("prosody", 25, 8_232_468),
    ("matrix", 40, 14_945_448),
    ("wire", 40, 14_945_808),
];

/// The end of a race: the relation, and a bit for each operation that was applied.
type End = (Relation, u8);

/// Two users with a sequence of operations each.
struct Race<'a> {
    pair: &'a Pair,
    start: Relation,
    ops: [&'a [Op]; 2],
    /// Whether a host decides again when it writes.
    decides_again: bool,
}

/// The state of a race.
#[derive(Clone, Copy)]
struct Point {
    relation: Relation,
    done: [usize; 2],
    /// The relation that each user's current operation has read, if it has.
    read: [Option<Relation>; 2],
    applied: u8,
}

impl Race<'_> {
    fn begin(&self) -> Point {
        Point {
            relation: self.start,
            done: [0; 2],
            read: [None; 2],
            applied: 0,
        }
    }

    /// Collects the ends of all serial orders.
    fn serial(&self, point: Point, ends: &mut Vec<End>) {
        let mut finished = true;
        for user in 0..2 {
            if let Some(&op) = self.ops[user].get(point.done[user]) {
                finished = false;
                let after = self.pair.step(point.relation, op);
                self.serial(self.finish(point, user, after), ends);
            }
        }

        if finished {
            ends.push((point.relation, point.applied));
        }
    }

    /// Visits the ends of all interleavings of reads and writes.
    fn interleave(&self, point: Point, visit: &mut impl FnMut(End)) {
        let mut finished = true;
        for user in 0..2 {
            let Some(&op) = self.ops[user].get(point.done[user]) else {
                continue;
            };
            finished = false;
            let mut next = point;
            match point.read[user] {
                None => next.read[user] = Some(point.relation),
                Some(read) => {
                    next.read[user] = None;
                    next = self.finish(next, user, self.write(point.relation, read, op));
                }
            }
            self.interleave(next, visit);
        }

        if finished {
            visit((point.relation, point.applied));
        }
    }

    /// Returns the relation that a host writes after it decided on an earlier read.
    fn write(&self, live: Relation, read: Relation, op: Op) -> Option<Relation> {
        let decided = self.pair.step(read, op)?;
        if self.decides_again {
            self.pair.step(live, op)
        } else {
            Some(decided)
        }
    }

    fn finish(&self, point: Point, user: usize, after: Option<Relation>) -> Point {
        let mut next = point;
        let bit = if user == 0 {
            point.done[0]
        } else {
            self.ops[0].len() + point.done[1]
        };
        next.done[user] += 1;
        next.applied |= u8::from(after.is_some()) << bit;
        next.relation = after.unwrap_or(point.relation);
        next
    }

    /// Returns the users whose last block is not lifted, if a request is accepted in the race.
    fn contested_by(&self) -> impl Iterator<Item = usize> {
        let last = |ops: &[Op], action| ops.iter().rposition(|op| action_of(*op) == action);
        let accepts = self
            .ops
            .iter()
            .any(|ops| last(ops, Action::AcceptRequest).is_some());
        let stands = self
            .ops
            .map(|ops| last(ops, Action::Block) > last(ops, Action::Unblock));
        (0..2).filter(move |user| accepts && stands[*user])
    }
}

/// Returns every sequence of this length of the operations of one user.
fn sequences(user: usize, length: usize) -> Vec<Vec<Op>> {
    (0..length).fold(vec![Vec::new()], |shorter, _| {
        let with = |ops: &Vec<Op>, action| [ops.clone(), vec![op(user, action)]].concat();
        shorter
            .iter()
            .flat_map(|ops| Action::ALL.map(|action| with(ops, action)))
            .collect()
    })
}

/// Runs every race of at most `most` operations.
///
/// Returns the number of interleavings, and of those that end as no serial order does.
fn race_all(pair: &Pair, most: usize, decides_again: bool) -> (u64, u64) {
    let (mut interleavings, mut not_serial) = (0, 0);
    let lengths = (1..most).flat_map(|a| (1..=most - a).map(move |b| (a, b)));

    for (first, second) in lengths {
        let [firsts, seconds] = [sequences(0, first), sequences(1, second)];
        for (start, ops) in pair.starts.iter().flat_map(|start| {
            let seconds = &seconds;
            firsts
                .iter()
                .flat_map(move |a| seconds.iter().map(move |b| (*start, [&a[..], &b[..]])))
        }) {
            let race = Race {
                pair,
                start,
                ops,
                decides_again,
            };
            let mut serial = Vec::new();
            race.serial(race.begin(), &mut serial);
            let contested: Vec<usize> = race.contested_by().collect();
            race.interleave(race.begin(), &mut |end| {
                interleavings += 1;
                not_serial += u64::from(!serial.contains(&end));
                for &blocker in contested.iter().filter(|_| decides_again) {
                    assert_block_won(&pair.policy, blocker, end.0);
                }
            });
        }
    }
    (interleavings, not_serial)
}

/// The number of pairs of sequences of up to three operations, times the interleavings of two
/// events per operation.
const INTERLEAVINGS_OF_THREE: u64 = 100 * 6 + 2 * 1000 * 15;

/// The same for up to four operations.
const INTERLEAVINGS_OF_FOUR: u64 = INTERLEAVINGS_OF_THREE + 10_000 * (2 * 28 + 70);

/// The most relations of a policy whose races have four operations; more would take minutes.
const FEW_RELATIONS: u64 = 22;

#[test]
fn deciding_on_a_snapshot_and_writing_later_ends_as_some_serial_order() {
    for (name, policy) in policies() {
        for mode in [RequestMode::Confirm, RequestMode::Anyone] {
            let pair = Pair::new(policy, [mode, mode]);
            let starts = pair.starts.len() as u64;
            let (most, all) = if starts <= FEW_RELATIONS {
                (MAX_OPS, INTERLEAVINGS_OF_FOUR)
            } else {
                (MAX_OPS - 1, INTERLEAVINGS_OF_THREE)
            };
            let (interleavings, not_serial) = race_all(&pair, most, true);
            assert_eq!((interleavings, not_serial), (starts * all, 0), "{name}");
        }
    }
}

/// The search finds the fault of a host that does not decide again when it writes.
#[test]
fn a_write_decided_on_a_snapshot_matches_no_serial_order() {
    let pair = Pair::new(Policy::tencent_rest(), [RequestMode::Confirm; 2]);
    let (interleavings, not_serial) = race_all(&pair, 2, false);
    assert_eq!((interleavings, not_serial), (13 * 600, 756));

    let start = Relation::STRANGERS.with(Fact::ActorRequested);
    let ops = [
        &[op(0, Action::Block)][..],
        &[op(1, Action::AcceptRequest)][..],
    ];
    let race = Race {
        pair: &pair,
        start,
        ops,
        decides_again: false,
    };
    let mut ends = Vec::new();
    race.interleave(race.begin(), &mut |(relation, _)| ends.push(relation));
    let lost = Relation::FRIENDS;
    assert!(
        ends.contains(&lost),
        "an acceptance that is written late undoes the block"
    );
}

/// Threads share a graph behind a lock, and some decide on a snapshot before.
#[test]
fn threads_that_race_end_in_one_of_the_serial_orders() {
    for (name, policy) in policies() {
        for round in 0..200 {
            let mut graph = graphs(policy).remove(&Relation::STRANGERS).unwrap();
            graph.send_friend_request("bob", "alice").unwrap();
            let expected = [[0, 1], [1, 0]].map(|order| {
                let mut serial = graph.clone();
                for op in order.map(|first| RACERS[first]) {
                    let _ = apply_racer(&mut serial, op);
                }
                serial
            });
            let live = Mutex::new(graph);
            let barrier = Barrier::new(RACERS.len());
            std::thread::scope(|scope| {
                for (racer, stale) in RACERS.into_iter().zip([round % 2 == 0, round % 3 == 0]) {
                    let (live, barrier) = (&live, &barrier);
                    scope.spawn(move || race(live, barrier, racer, stale));
                }
            });
            let end = live.into_inner().unwrap();

            end.check_invariants().unwrap();
            assert!(expected.contains(&end), "{name}: {}", relation_of(&end));
            assert!(
                relation_of(&end).holds(Fact::TargetBlocks),
                "{name}: the block wins"
            );
            assert!(!end.can_message("alice", "bob").is_allowed());
        }
    }
}

/// Alice accepts the request of bob while bob blocks alice.
const RACERS: [(&str, &str, Action); 2] = [
    ("alice", "bob", Action::AcceptRequest),
    ("bob", "alice", Action::Block),
];

type Racer = (&'static str, &'static str, Action);

fn apply_racer(graph: &mut SocialGraph, (actor, target, action): Racer) -> bool {
    graph.apply(action, actor, target).is_ok()
}

fn race(live: &Mutex<SocialGraph>, barrier: &Barrier, racer: Racer, stale: bool) {
    let (actor, target, action) = racer;
    let snapshot = live.lock().unwrap().clone();
    barrier.wait();
    if !stale || snapshot.decide(action, actor, target).is_allowed() {
        apply_racer(&mut live.lock().unwrap(), racer);
    }
}

#[test]
fn a_request_that_meets_another_loses_to_a_block_too() {
    for (_, policy) in policies() {
        let pair = Pair::new(policy, [RequestMode::Confirm; 2]);
        let start = Relation::STRANGERS.with(Fact::ActorRequested);

        for accepts in [Action::SendRequest, Action::AddFriend(Ways::TwoWay)] {
            let ops = [&[op(0, Action::Block)][..], &[op(1, accepts)][..]];
            let race = Race {
                pair: &pair,
                start,
                ops,
                decides_again: true,
            };
            race.interleave(race.begin(), &mut |(end, _)| {
                assert_block_won(&policy, 0, end);
            });
        }
    }
}
