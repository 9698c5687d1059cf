//! Races of two users: every interleaving of what they do ends as some serial order does.
//!
//! The engine's writes are serial: whoever holds the graph writes. So the interleavings of two
//! users' operations are the orders in which they come, and each must be legal. A host that
//! decides on a snapshot and writes later splits an operation in two: it reads, and the other
//! user may write before it does. `apply` judges again, so that what comes out is still what
//! some order of whole operations gives, refusals included.

use std::collections::BTreeMap;
use std::sync::{Barrier, Mutex};

use socialgraph::{Action, Fact, Policy, Relation, RequestMode, SocialGraph, Ways};

const NAMES: [&str; 2] = ["alice", "bob"];
const MAX_OPS: usize = 4;

/// One of the two users does one of the ten actions to the other.
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

/// The relation seen from one of the two, from how alice sees it.
fn seen_from(user: usize, relation: Relation) -> Relation {
    if user == 0 { relation } else { relation.flip() }
}

/// What each operation makes of each relation, as the graph itself has answered.
struct Pair {
    policy: Policy,
    /// By relation and operation; `None` is a refusal.
    after: Vec<[Option<Relation>; OPS]>,
    starts: Vec<Relation>,
}

impl Pair {
    /// Asks the graph about everything, once.
    ///
    /// A graph of two users is known by their relation: whatever led there, it is the same
    /// graph. That is asserted, so that looking up stands for running.
    fn new(policy: Policy, modes: [RequestMode; 2]) -> Self {
        let graphs: BTreeMap<Relation, SocialGraph> = graphs(policy)
            .into_iter()
            .map(|(relation, graph)| (relation, with_modes(graph, modes)))
            .collect();
        let mut after = vec![[None; OPS]; Relation::all().count()];
        for (relation, graph) in &graphs {
            for (op, answer) in after[usize::from(relation.bits())].iter_mut().enumerate() {
                let mut next = graph.clone();
                if apply(&mut next, op).is_ok() {
                    next.check_invariants().unwrap();
                    let reached = relation_of(&next);
                    assert_eq!(next, graphs[&reached], "one graph for each relation");
                    *answer = Some(reached);
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
        self.after[usize::from(relation.bits())][op]
    }
}

fn apply(graph: &mut SocialGraph, op: Op) -> Result<socialgraph::Change, socialgraph::Refusal> {
    let user = user_of(op);
    graph.apply(action_of(op), NAMES[user], NAMES[1 - user])
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

/// Returns a graph of two users in each relation that they can reach.
fn graphs(policy: Policy) -> BTreeMap<Relation, SocialGraph> {
    let mut start = SocialGraph::new(policy);
    for name in NAMES {
        start.add_user(name).unwrap();
    }
    let mut found = BTreeMap::from([(Relation::STRANGERS, start.clone())]);
    let mut waiting = vec![start];
    while let Some(graph) = waiting.pop() {
        for op in 0..OPS {
            let mut next = graph.clone();
            let changed = apply(&mut next, op).is_ok();
            if changed && found.insert(relation_of(&next), next.clone()).is_none() {
                waiting.push(next);
            }
        }
    }
    assert!(found.keys().copied().eq(policy.reachable_relations()));
    found
}

/// Asserts that a block that was not lifted won: it stands, nothing is pending, and nobody is
/// on a friend list that the block clears.
fn assert_block_won(policy: &Policy, blocker: usize, end: Relation) {
    let end = seen_from(blocker, end);
    assert!(end.holds(Fact::ActorBlocks), "the block stands: {end}");
    assert!(
        !end.holds(Fact::ActorRequested) && !end.holds(Fact::TargetRequested),
        "{end}"
    );
    let clears = policy.block_clears_friends_of;
    assert!(!clears.has_actor() || !end.holds(Fact::ActorLists), "{end}");
    assert!(
        !clears.has_target() || !end.holds(Fact::TargetLists),
        "{end}"
    );
}

/// Asserts that nobody is on a friend list who was not there when the block was made.
fn assert_no_newer_friend(at_block: Relation, end: Relation) {
    for entry in [Fact::ActorLists, Fact::TargetLists] {
        assert!(
            at_block.holds(entry) || !end.holds(entry),
            "{end} after {at_block}"
        );
    }
}

/// A walk through every order of whole operations.
struct Walk<'a> {
    pair: &'a Pair,
    orders: u64,
    /// Those in which a block stands, and an acceptance was carried out or met a block.
    contested: u64,
}

/// What has happened on a walk so far.
#[derive(Clone, Copy)]
struct Past {
    relation: Relation,
    /// The relation right after each user's block, until that user lifts it.
    blocked_at: [Option<Relation>; 2],
    /// Whether an acceptance was carried out, or refused while a block stood.
    accepts: bool,
}

impl Past {
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
    fn go(&mut self, past: Past, left: usize) {
        self.orders += 1;
        if past.accepts && past.blocked_at != [None; 2] {
            self.contested += 1;
            for (blocker, at) in past.blocked_at.into_iter().enumerate() {
                let Some(at) = at else { continue };
                assert_block_won(&self.pair.policy, blocker, past.relation);
                assert_no_newer_friend(at, past.relation);
            }
        }
        for op in (0..OPS).filter(|_| left > 0) {
            self.go(self.after(past, op), left - 1);
        }
    }

    fn after(&self, past: Past, op: Op) -> Past {
        let done = self.pair.step(past.relation, op);
        let mut next = Past {
            relation: done.unwrap_or(past.relation),
            ..past
        };
        match (action_of(op), done) {
            (Action::Block, Some(_)) => next.blocked_at[user_of(op)] = done,
            (Action::Unblock, Some(_)) => next.blocked_at[user_of(op)] = None,
            (Action::AcceptRequest, Some(_)) => next.accepts = true,
            (Action::AcceptRequest, None) => next.accepts |= past.relation.is_blocked(),
            _ => {}
        }
        next
    }
}

#[test]
fn every_order_of_four_operations_is_legal_and_a_block_wins() {
    let modes = RequestMode::ALL.map(|a| RequestMode::ALL.map(|b| [a, b]));
    for ((name, policy), expected) in Policy::PROFILES.into_iter().zip(CONTESTED) {
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
                walk.go(Past::new(relation), MAX_OPS);
            }
            orders += walk.orders;
            contested += walk.contested;
        }
        assert_eq!(
            starts,
            if name == "tencent_keep_friends" {
                9 * 22
            } else {
                9 * 13
            }
        );
        assert_eq!(
            orders,
            starts * (1 + 20 + 20_u64.pow(2) + 20_u64.pow(3) + 20_u64.pow(4))
        );
        assert_eq!(contested, expected, "{name}");
    }
}

/// In how many of them, for each profile, a block met an acceptance and stood at the end.
const CONTESTED: [u64; Policy::PROFILES.len()] = [2_291_058, 2_291_058, 6_504_780];

/// What a run ends in: the relation, and a bit for each operation that was carried out.
type End = (Relation, u8);

/// Two users with something to do each, in their own order.
struct Race<'a> {
    pair: &'a Pair,
    start: Relation,
    ops: [&'a [Op]; 2],
    /// Whether a host asks the rules again when it writes.
    judges_again: bool,
}

/// Where a race is.
#[derive(Clone, Copy)]
struct Point {
    relation: Relation,
    done: [usize; 2],
    /// What each user's operation under way has read, where it has.
    read: [Option<Relation>; 2],
    carried_out: u8,
}

impl Race<'_> {
    fn begin(&self) -> Point {
        Point {
            relation: self.start,
            done: [0; 2],
            read: [None; 2],
            carried_out: 0,
        }
    }

    /// Collects the ends of all orders of whole operations.
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
            ends.push((point.relation, point.carried_out));
        }
    }

    /// Goes through all interleavings of reads and writes, and shows where each ends.
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
            visit((point.relation, point.carried_out));
        }
    }

    /// Returns what a host writes that has decided on what it read before.
    fn write(&self, live: Relation, read: Relation, op: Op) -> Option<Relation> {
        let decided = self.pair.step(read, op)?;
        if self.judges_again {
            self.pair.step(live, op)
        } else {
            Some(decided)
        }
    }

    fn finish(&self, point: Point, user: usize, after: Option<Relation>) -> Point {
        let mut next = point;
        let place = if user == 0 {
            point.done[0]
        } else {
            self.ops[0].len() + point.done[1]
        };
        next.done[user] += 1;
        next.carried_out |= u8::from(after.is_some()) << place;
        next.relation = after.unwrap_or(point.relation);
        next
    }

    /// Returns who blocks last without lifting it, where anybody accepts at all.
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

/// Returns every sequence of one user's operations of this length.
fn sequences(user: usize, length: usize) -> Vec<Vec<Op>> {
    (0..length).fold(vec![Vec::new()], |shorter, _| {
        let with = |ops: &Vec<Op>, action| [ops.clone(), vec![op(user, action)]].concat();
        shorter
            .iter()
            .flat_map(|ops| Action::ALL.map(|action| with(ops, action)))
            .collect()
    })
}

/// Runs every race of up to so many operations, and returns how many interleavings there are
/// and how many end as no serial order does.
fn race_all(pair: &Pair, most: usize, judges_again: bool) -> (u64, u64) {
    let (mut interleavings, mut astray) = (0, 0);
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
                judges_again,
            };
            let mut serial = Vec::new();
            race.serial(race.begin(), &mut serial);
            let contested: Vec<usize> = race.contested_by().collect();
            race.interleave(race.begin(), &mut |end| {
                interleavings += 1;
                astray += u64::from(!serial.contains(&end));
                for &blocker in contested.iter().filter(|_| judges_again) {
                    assert_block_won(&pair.policy, blocker, end.0);
                }
            });
        }
    }
    (interleavings, astray)
}

/// The pairs of sequences, times the ways to interleave two events for each operation.
const INTERLEAVINGS: u64 = 100 * 6 + 2 * 1000 * 15 + 10_000 * (2 * 28 + 70);

#[test]
fn deciding_on_a_snapshot_and_writing_later_ends_as_some_serial_order() {
    for (name, policy) in Policy::PROFILES {
        for mode in [RequestMode::Confirm, RequestMode::Anyone] {
            let pair = Pair::new(policy, [mode, mode]);
            let starts = pair.starts.len() as u64;
            let (interleavings, astray) = race_all(&pair, MAX_OPS, true);
            assert_eq!(
                (interleavings, astray),
                (starts * INTERLEAVINGS, 0),
                "{name}"
            );
        }
    }
}

/// The same search finds the fault of a host that writes what it decided on a snapshot.
#[test]
fn writing_what_was_decided_on_a_snapshot_goes_astray() {
    let pair = Pair::new(Policy::tencent_rest(), [RequestMode::Confirm; 2]);
    let (interleavings, astray) = race_all(&pair, 2, false);
    assert_eq!((interleavings, astray), (13 * 600, 756));

    let start = Relation::STRANGERS.with(Fact::ActorRequested);
    let ops = [
        &[op(0, Action::Block)][..],
        &[op(1, Action::AcceptRequest)][..],
    ];
    let race = Race {
        pair: &pair,
        start,
        ops,
        judges_again: false,
    };
    let mut ends = Vec::new();
    race.interleave(race.begin(), &mut |(relation, _)| ends.push(relation));
    let lost = Relation::FRIENDS;
    assert!(
        ends.contains(&lost),
        "an acceptance that is written late undoes the block"
    );
}

/// Threads that share a graph behind a lock, one of them deciding on a snapshot beforehand.
#[test]
fn threads_that_race_end_in_one_of_the_serial_orders() {
    for (name, policy) in Policy::PROFILES {
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

/// Alice accepts while bob, who asked, blocks.
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
fn a_request_that_is_accepted_by_a_request_loses_to_a_block_too() {
    for (name, policy) in Policy::PROFILES {
        let pair = Pair::new(policy, [RequestMode::Confirm; 2]);
        let start = Relation::STRANGERS.with(Fact::ActorRequested);
        for accepts in [Action::SendRequest, Action::AddFriend(Ways::TwoWay)] {
            let ops = [&[op(0, Action::Block)][..], &[op(1, accepts)][..]];
            let race = Race {
                pair: &pair,
                start,
                ops,
                judges_again: true,
            };
            race.interleave(race.begin(), &mut |(end, _)| {
                assert!(end.holds(Fact::ActorBlocks), "{name} {accepts:?}");
                assert!(!end.holds(Fact::TargetRequested) && !end.holds(Fact::ActorRequested));
                let keeps = name == "tencent_keep_friends";
                assert!(keeps || !end.are_friends(), "{name} {accepts:?}");
            });
        }
    }
}
