//! Power cuts, made from the writes and syncs that one run recorded.

mod disk;
mod recording;

use std::collections::BTreeSet;
use std::env;
use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use socialgraph_host::{Options, Retention};

use self::disk::{Disk, Kept, Names};
use self::recording::Event;
use crate::arguments::Arguments;
use crate::check::{Loss, check, items, oldest, scratch};
use crate::load::{Acknowledgement, GraphHost, Load, checkpoint, empty};
use crate::random::Random;

/// How the harness calls itself to be recorded.
pub(crate) const CHILD: &str = "recorded";

/// The word that lets such a process drop the log behind the oldest kept snapshot.
const DROP: &str = "drop";

/// The processes that are recorded. The first half keeps the whole log.
const SESSIONS: u64 = 12;

/// The syncs of a process before it is killed, at most.
const MOST_SYNCS: u64 = 60;

/// Cuts the power many times, and fails if anything acknowledged is lost.
pub(crate) fn run(arguments: &Arguments) -> Result<(), String> {
    let started = Instant::now();
    let scratch = scratch();
    let events = record(scratch.path(), arguments)?;
    let recorded = started.elapsed();
    let started = Instant::now();

    let place = scratch.path().join("cut");
    let mut counts = Counts::default();
    let mut sweep = Sweep::new(&events);
    for at in cut_points(arguments, &events) {
        sweep.advance(at);
        let mut random = Random(arguments.seed ^ (at as u64) << 20 ^ u64::from(counts.cuts));
        let (what, loss) = sweep.cut(&place, &mut random);
        counts.add(&loss, &format!("cut at event {at}, {what}"));
    }
    println!(
        "cuts: {} cuts in {} recorded calls, {} acknowledged: {} cuts with a loss, {} acknowledged \
         lost, {} cuts with another fault, seed {}, {:.1} s and {:.1} s for the recording",
        counts.cuts,
        events
            .iter()
            .filter(|it| !matches!(it, Event::Acknowledged(_)))
            .count(),
        sweep.acknowledged.len(),
        counts.with_loss,
        counts.lost,
        counts.wrong,
        arguments.seed,
        started.elapsed().as_secs_f64(),
        recorded.as_secs_f64(),
    );
    counts.result()
}

#[derive(Default)]
struct Counts {
    cuts: u32,
    with_loss: u32,
    lost: usize,
    wrong: u32,
}

impl Counts {
    fn add(&mut self, loss: &Loss, what: &str) {
        self.cuts += 1;
        self.lost += loss.lost;
        self.with_loss += u32::from(loss.lost > 0);
        self.wrong += u32::from(!loss.wrong.is_empty());
        // The first few are enough to look into.
        if !loss.is_none() && self.with_loss + self.wrong <= 10 {
            eprintln!("{what}: {} lost, {:?}", loss.lost, loss.wrong);
        }
    }

    fn result(&self) -> Result<(), String> {
        if self.with_loss + self.wrong > 0 {
            return Err("a power cut lost what was acknowledged, or did other harm".into());
        }
        Ok(())
    }
}

/// Returns where to cut, in order: before which event. An answer changes no file, so that a cut
/// before it is none of its own.
fn cut_points(arguments: &Arguments, events: &[Event]) -> Vec<usize> {
    let mut places: Vec<_> = (0..events.len()).collect();
    places.retain(|at| !matches!(events[*at], Event::Acknowledged(_)));
    places.push(events.len());

    let mut random = Random(arguments.seed);
    let mut points: Vec<_> = (0..arguments.count)
        .map(|_| places[random.index(places.len())])
        .collect();
    points.sort_unstable();
    points
}

/// A recording, played up to an event.
struct Sweep<'a> {
    events: &'a [Event],
    played: usize,
    disks: [Disk; 2],
    acknowledged: Vec<Acknowledgement>,
    /// The lines of those: each is acknowledged by every process that shows it.
    known: BTreeSet<String>,
}

impl<'a> Sweep<'a> {
    fn new(events: &'a [Event]) -> Self {
        Self {
            events,
            played: 0,
            disks: [Names::OfDirectory, Names::InJournal].map(Disk::new),
            acknowledged: Vec::new(),
            known: BTreeSet::new(),
        }
    }

    fn advance(&mut self, to: usize) {
        for event in &self.events[self.played..to] {
            for disk in &mut self.disks {
                disk.play(event);
            }
            if let Event::Acknowledged(acknowledgement) = event
                && self.known.insert(acknowledgement.line())
            {
                self.acknowledged.push(acknowledgement.clone());
            }
        }
        self.played = to;
    }

    /// Makes what a cut may leave, and checks it.
    fn cut(&self, place: &Path, random: &mut Random) -> (String, Loss) {
        let kept = match random.below(6) {
            0 | 1 => Kept::Prefix,
            step => Kept::Percent((step - 2) * 33),
        };
        let disk = &self.disks[random.index(2)];
        disk.cut(kept, random).store(place).unwrap();
        let loss = check(&place.join("host"), &self.acknowledged);
        fs::remove_dir_all(place).unwrap();
        (format!("{kept:?}, {:?}", disk.rule()), loss)
    }
}

/// Lets processes run under the shim, one after the other, and returns what they did.
fn record(scratch: &Path, arguments: &Arguments) -> Result<Vec<Event>, String> {
    let shim = build(
        scratch,
        "record.c",
        include_str!("record.c"),
        &["-shared", "-fPIC"],
    )?;
    let [root, record, marks] = ["root", "record", "marks"].map(|name| scratch.join(name));
    fs::create_dir(&root).unwrap();

    let mut random = Random(arguments.seed);
    for session in 0..SESSIONS {
        let mut child = Command::new(env::current_exe().unwrap());
        child
            .args([CHILD, "--seed", &random.next().to_string()])
            .args([&root.join("host"), &marks])
            .args((session >= SESSIONS / 2).then_some(DROP))
            .env("LD_PRELOAD", &shim)
            .env("ENDURANCE_ROOT", &root)
            .env("ENDURANCE_RECORD", &record)
            .env("ENDURANCE_MARKS", &marks);
        if arguments.is_unsafe {
            child.env("ENDURANCE_UNSAFE", "1");
        }
        let kill_at = is_killed(session).then(|| 1 + random.below(MOST_SYNCS));
        run_child(&mut child, kill_at)?;
    }
    let bytes = fs::read(record).map_err(|error| error.to_string())?;
    let events = recording::read(&bytes, &root)?;
    fs::remove_dir_all(root).unwrap();
    Ok(events)
}

/// Runs a process to its end, or until it is killed at a sync.
fn run_child(child: &mut Command, kill_at: Option<u64>) -> Result<(), String> {
    if let Some(sync) = kill_at {
        child.env("ENDURANCE_KILL_AT", sync.to_string());
    }
    match child.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) if kill_at.is_some() && status.signal() == Some(KILL) => Ok(()),
        status => Err(format!("the recorded process failed: {status:?}")),
    }
}

/// The signal that ends a process at once.
const KILL: i32 = 9;

/// Every second process is killed where it would sync: what it wrote is there for the next, but
/// is not on the disk.
const fn is_killed(session: u64) -> bool {
    session.is_multiple_of(2)
}

/// Compiles a C file of the harness, and returns the path of the result.
pub(crate) fn build(
    scratch: &Path,
    name: &str,
    text: &str,
    options: &[&str],
) -> Result<PathBuf, String> {
    let source = scratch.join(name);
    fs::write(&source, text).unwrap();
    let built = source.with_extension("out");
    let mut compiler = Command::new("cc");
    compiler.args(options).args(["-O1", "-o"]);
    compiler.args([&built, &source]).arg("-ldl");
    match compiler.status() {
        Ok(status) if status.success() => Ok(built),
        status => Err(format!("cc cannot compile {name}: {status:?}")),
    }
}

/// Is recorded: a host that is opened or made, and loaded. All that it shows at first counts as
/// acknowledged, as a reader may have seen it.
pub(crate) fn recorded(arguments: &Arguments) -> Result<(), String> {
    let (path, marks, retention) = match &arguments.rest[..] {
        [path, marks] => (path, marks, Retention::Keep),
        [path, marks, drop] if drop == DROP => (path, marks, Retention::Drop),
        _ => return Err("a directory and a file for marks are missing".into()),
    };
    let path = Path::new(path);
    let marks = File::create(marks).map_err(|error| error.to_string())?;
    let mark = |acknowledgement: &Acknowledgement| {
        let line = acknowledgement.line();
        (&marks).write_all(line.as_bytes()).unwrap();
    };

    let options = Options {
        retention,
        ..Options::default()
    };
    let host =
        GraphHost::open_or_create(path, empty, options).map_err(|error| error.to_string())?;
    for item in items(&host, oldest(&host)?.0)? {
        mark(&Acknowledgement::of(&item));
    }
    let mut random = Random(arguments.seed);
    // A slow process writes notes meanwhile.
    let pause = Duration::from_millis(random.below(2) * 100);
    let mut load = |proposals| Load {
        seed: random.next(),
        proposals,
        pause,
    };

    let first = load(60);
    thread::scope(|threads| {
        let loaded = threads.spawn(|| first.run(&host, &mark));
        for _ in 0..2 {
            thread::sleep(Duration::from_millis(10));
            host.snapshot().map_err(|error| error.to_string())?;
            checkpoint(path);
        }
        loaded.join().unwrap().map_err(|error| error.to_string())
    })?;
    // Behind the checkpoints: what starts the write-ahead log anew.
    load(20)
        .run(&host, &mark)
        .map_err(|error| error.to_string())
}
