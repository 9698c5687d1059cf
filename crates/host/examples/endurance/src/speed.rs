//! How fast a host is beside a plain file, beside applying alone, and at opening.
//!
//! All kinds take turns in one run, so that a change of the disk's speed meets each alike.

#![expect(clippy::cast_precision_loss, reason = "figures are far below 2^52")]

use std::collections::VecDeque;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use socialgraph::{
    Action, Fact, Operation, Policy, Relation, RequestMode, RequestSending, SocialGraph, UserId,
    UserParts,
};
use socialgraph_host::{Batch, Epoch, Host, Log as _, Mark, Operations, Options, SqliteLog};

use crate::arguments::Arguments;
use crate::random::Random;

/// The users of the graph, and about how many relations each has.
const USERS: u32 = 100_000;
const RELATIONS: u32 = 70;

/// The sizes of batches.
const SIZES: [usize; 3] = [1, 32, 1_000];

/// The calls that are not counted.
const NOT_COUNTED: usize = 50;

/// How long each kind is measured at a time.
const TURN: Duration = Duration::from_millis(700);

/// Measures, and prints medians with the least and the most.
pub(crate) fn run(arguments: &Arguments) -> Result<(), String> {
    let home = tempfile::tempdir_in(".").map_err(|error| error.to_string())?;
    let graph = large(USERS, RELATIONS);
    let mut figures = Figures::default();
    for repetition in 0..arguments.count {
        eprintln!("repetition {repetition}");
        for size in SIZES {
            measure_logs(home.path(), &graph, size, &mut figures);
        }
        measure_replay(home.path(), &graph, &mut figures);
    }
    figures.print();

    let users = [100_000, 1_000_000];
    let most = if arguments.rest.iter().any(|it| it == "large") {
        2
    } else {
        1
    };
    for users in &users[..most] {
        let relations = if *users == 100_000 { 70 } else { 90 };
        restart(home.path(), *users, relations);
    }
    Ok(())
}

/// Operations per second or ratios, by what was measured.
#[derive(Default)]
struct Figures(Vec<(String, Vec<f64>)>);

impl Figures {
    fn add(&mut self, name: String, value: f64) {
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, values)) => values.push(value),
            None => self.0.push((name, vec![value])),
        }
    }

    fn print(&mut self) {
        println!("{:48} {:>12} {:>12} {:>12}", "", "median", "least", "most");
        for (name, values) in &mut self.0 {
            values.sort_by(f64::total_cmp);
            let median = values[values.len() / 2];
            let (least, most) = (values[0], values[values.len() - 1]);
            println!("{name:48} {median:12.2} {least:12.2} {most:12.2}");
        }
    }
}

/// Returns a number below an end.
fn below(random: &mut Random, end: u32) -> u32 {
    u32::try_from(random.below(u64::from(end))).expect("below the end")
}

fn name(user: u32) -> String {
    format!("user-{user}")
}

/// Random acts of pairs.
fn operations(count: usize, users: u32, seed: u64) -> Vec<Operation> {
    let mut random = Random(seed);
    let actions = u32::try_from(Action::ALL.len()).expect("few");
    let next = |_| {
        let action = Action::ALL[below(&mut random, actions) as usize];
        let actor = below(&mut random, users);
        let target = (actor + 1 + below(&mut random, users - 1)) % users;
        Operation::act(action, name(actor), name(target))
    };
    (0..count).map(next).collect()
}

/// The text of a batch, as the host writes it.
fn text(operations: &[Operation]) -> String {
    let proposals: Vec<_> = operations
        .iter()
        .map(|operation| {
            serde_json::json!({
                "id": [12_345, u64::MAX, 1],
                "entry": Operations::One(operation.clone()),
            })
        })
        .collect();
    serde_json::to_string(&proposals).expect("JSON")
}

/// Calls until the time is over, and returns operations per second. The first calls are not
/// counted: the write-ahead log is made long by them, once.
fn rate(size: usize, mut call: impl FnMut()) -> f64 {
    for _ in 0..NOT_COUNTED {
        call();
    }
    let started = Instant::now();
    let mut calls = 0;
    while started.elapsed() < TURN {
        call();
        calls += 1;
    }
    (calls * size) as f64 / started.elapsed().as_secs_f64()
}

fn measure_logs(home: &Path, graph: &SocialGraph, size: usize, figures: &mut Figures) {
    let directory = tempfile::tempdir_in(home).expect("a directory");
    let path = directory.path();
    let batch = Batch {
        count: u32::try_from(size).expect("small"),
        time: 0,
        applied: Mark {
            number: 0,
            digest: 0,
        },
        proposals: text(&operations(size, USERS, 1)),
    };

    let plain = plain_rate(&path.join("plain"), &batch);
    let log = SqliteLog::create(&path.join("log.db"), Epoch(7), 0).expect("a log");
    let sqlite = sqlite_rate(&log, &batch);
    let host = host_rate(&path.join("host"), graph, size, false);
    let whole = host_rate(&path.join("whole"), graph, size, true);
    let decoding = decoding_rate(graph.clone(), size);

    let one = "host, one proposal";
    for (name, figure) in [
        (format!("plain file, {size}: operations/s"), plain),
        (format!("SQLite log, {size}: operations/s"), sqlite),
        (format!("host, {size}: operations/s"), host),
        (format!("{one} of {size}: operations/s"), whole),
        (format!("{one} / plain file, {size}"), whole / plain),
        (format!("SQLite log / plain file, {size}"), sqlite / plain),
        (format!("host / plain file, {size}"), host / plain),
        (format!("decode and apply, {size}: operations/s"), decoding),
        (
            format!("{one} / decode and apply, {size}"),
            whole / decoding,
        ),
        (format!("host / decode and apply, {size}"), host / decoding),
    ] {
        figures.add(name, figure);
    }
}

/// Writes a batch to a plain file and syncs it, again and again.
fn plain_rate(path: &Path, batch: &Batch) -> f64 {
    let mut file = File::create(path).expect("a file");
    rate(batch.count as usize, || {
        file.write_all(batch.proposals.as_bytes()).expect("room");
        file.sync_data().expect("a sync");
    })
}

/// Reads batches from JSON, and applies them.
fn decoding_rate(mut graph: SocialGraph, size: usize) -> f64 {
    let operations = operations(100_000, USERS, 1);
    let batches = operations.chunks_exact(size).take(1_000);
    let texts: Vec<String> = batches.map(text).collect();
    let mut texts = texts.iter().cycle();
    rate(size, || {
        let text = texts.next().expect("endless");
        let proposals: Vec<Read> = serde_json::from_str(text).expect("JSON");
        for proposal in proposals {
            let _ = apply(&mut graph, &proposal.entry);
        }
    })
}

/// Appends, while another thread keeps files small as the keeper of a host does.
fn sqlite_rate(log: &SqliteLog, batch: &Batch) -> f64 {
    let is_over = AtomicBool::new(false);
    thread::scope(|threads| {
        threads.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                thread::sleep(Duration::from_millis(50));
                if !log.is_tidy() {
                    log.tidy().expect("a checkpoint");
                }
            }
        });
        let rate = rate(batch.count as usize, || {
            log.append(batch).expect("an append");
        });
        is_over.store(true, Ordering::Relaxed);
        rate
    })
}

/// A proposal as the log has it.
#[derive(serde::Deserialize)]
struct Read {
    #[expect(dead_code, reason = "decoded as the host does")]
    id: (u64, u64, u64),
    entry: Operations,
}

fn apply(graph: &mut SocialGraph, entry: &Operations) -> usize {
    let done = entry.as_slice().iter().map(|it| it.apply_to(graph));
    done.filter(socialgraph::Outcome::is_done).count()
}

/// Proposes with four batches in flight. A proposal is one operation, or a whole batch.
fn host_rate(path: &Path, graph: &SocialGraph, size: usize, is_whole: bool) -> f64 {
    let options = Options {
        batch: if is_whole { 1 } else { size },
        ..Options::default()
    };
    let host = Host::create(path, graph.clone(), options).expect("a host");
    let operations = operations(100_000, USERS, 1);
    let mut operations = operations.iter().cycle().cloned();
    let mut waiting = VecDeque::new();
    rate(size, || {
        let batch = operations.by_ref().take(size);
        if is_whole {
            waiting.push_back(host.propose(Operations::Each(batch.collect())));
        } else {
            waiting.extend(batch.map(|operation| host.propose(operation)));
        }
        let most = if is_whole { 4 } else { 4 * size };
        while waiting.len() > most {
            let ticket = waiting.pop_front().expect("one");
            ticket.wait().expect("an answer");
        }
    })
}

fn measure_replay(home: &Path, graph: &SocialGraph, figures: &mut Figures) {
    const COUNT: usize = 100_000;
    let directory = tempfile::tempdir_in(home).expect("a directory");
    let operations = operations(COUNT, USERS, 2);
    let host = Host::create(directory.path(), graph.clone(), Options::default()).expect("a host");
    propose_all(&host, &operations);
    drop(host);

    let mut graph = graph.clone();
    let started = Instant::now();
    for operation in &operations {
        let _ = operation.apply_to(&mut graph);
    }
    let applied = COUNT as f64 / started.elapsed().as_secs_f64();
    let (host, replayed) = replay(directory.path(), COUNT);
    assert!(*host.reader() == graph);

    figures.add("apply decoded: operations/s".to_owned(), applied);
    figures.add("replay: operations/s".to_owned(), replayed);
    figures.add("replay / apply decoded".to_owned(), replayed / applied);
}

/// Opens a host, and returns how many operations it replayed in a second.
fn replay(path: &Path, count: usize) -> (Host<SocialGraph>, f64) {
    // Loading the snapshot is no part of the replay, which begins before the first report.
    let started = Arc::new(Mutex::new(None));
    let progress = Arc::clone(&started);
    let options = Options {
        progress: Some(Arc::new(move |number, _| {
            let mut first = progress.lock().expect("no panic");
            first.get_or_insert((number, Instant::now()));
        })),
        ..Options::default()
    };
    let host = Host::open(path, options).expect("a host");
    let (number, first) = started.lock().expect("no panic").expect("a report");
    let replayed = count as f64 - number as f64;
    (host, replayed / first.elapsed().as_secs_f64())
}

/// Proposes operations one by one, and waits for all.
fn propose_all(host: &Host<SocialGraph>, operations: &[Operation]) {
    let tickets = operations.iter().map(|it| host.propose(it.clone()));
    let tickets: Vec<_> = tickets.collect();
    for ticket in tickets {
        ticket.wait().expect("an answer");
    }
}

/// Measures opening a large graph, with a tail of operations behind its snapshot.
fn restart(home: &Path, users: u32, relations: u32) {
    let directory = tempfile::tempdir_in(home).expect("a directory");
    let graph = large(users, relations);
    let host = Host::create(directory.path(), graph, Options::default()).expect("a host");
    let started = Instant::now();
    propose_all(&host, &operations(100_000, users, 3));
    let proposing = started.elapsed();
    drop(host);

    let started = Instant::now();
    let host: Host<SocialGraph> = Host::open(directory.path(), Options::default()).expect("a host");
    let opening = started.elapsed();
    let started = Instant::now();
    host.snapshot().expect("a snapshot");
    println!(
        "{users} users, {} pairs, 100000 operations behind the snapshot: open {:.2} s, snapshot \
         {:.2} s, the operations took {:.2} s",
        host.reader().relations().count(),
        opening.as_secs_f64(),
        started.elapsed().as_secs_f64(),
        proposing.as_secs_f64(),
    );
}

/// A graph whose users have about this many relations each.
fn large(users: u32, relations: u32) -> SocialGraph {
    let mut random = Random(4);
    let parts = (0..users).map(|user| UserParts {
        id: UserId::from_u32(user),
        name: name(user),
        request_mode: RequestMode::Confirm,
        request_sending: RequestSending::Open,
    });

    let kinds = [
        Relation::FRIENDS,
        Relation::FRIENDS,
        Relation::STRANGERS.with(Fact::ActorBlocks),
        Relation::STRANGERS.with(Fact::TargetRequested),
    ];
    let mut pairs = Vec::new();
    for user in 0..users {
        for peer in peers(user, users, relations, &mut random) {
            let relation = kinds[below(&mut random, 4) as usize];
            pairs.push((UserId::from_u32(user), UserId::from_u32(peer), relation));
        }
    }
    let policy = Policy {
        limits: socialgraph::Limits::NONE,
        ..Policy::tencent_rest()
    };
    SocialGraph::from_parts(policy, parts, pairs.iter().copied()).expect("a graph")
}

/// Returns users above a user, in order, who have a relation to them.
fn peers(user: u32, users: u32, relations: u32, random: &mut Random) -> Vec<u32> {
    // Pairs are drawn upwards; the later users have as many from below.
    let far = (0..relations / 2).map(|_| user + 1 + below(random, users));
    let near = (1..=relations / 4).map(|step| user + step);
    let mut peers: Vec<u32> = far.chain(near).filter(|peer| *peer < users).collect();
    peers.sort_unstable();
    peers.dedup();
    peers
}
