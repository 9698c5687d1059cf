//! A random walk over `/v1` and `/v4` beside the reference model.
//!
//! Each step makes a request or a few, and compares every answer with what the model has. Now and
//! then the server is killed and started again. A mirror that is made of the events of `/v1` has
//! the model's users and relations.

mod calls;
mod choices;
mod expected;
mod feed;
mod names;
mod plant;
mod questions;
mod step;
mod updates;
mod vendor;
mod wrong;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;
use socialgraph::{Effect, List, Policy, Reason};
use socialgraph_testkit::reference::Model;
use tempfile::TempDir;

use crate::arguments::Arguments;
use crate::client::Connection;
use crate::random::Random;
use crate::server::Server;
use calls::Request;
use expected::Expected;
use feed::Mirror;
use names::Names;
use plant::Plant;
use step::Step;
use updates::{KINDS, Keyed};

/// The calls between two kills: this many, and up to as many more.
const BETWEEN_KILLS: u64 = 1_500;
const MORE_BETWEEN_KILLS: u64 = 1_000;

/// The entries between two snapshots: few, so that a kill meets a new one.
const SNAPSHOT_ENTRIES: u32 = 200;

/// The calls that a message about a difference shows.
const SHOWN: usize = 10;

/// From this many calls on, each kind of step has to occur.
const ENOUGH: u64 = 3_000;

/// What the walk knows of the server, and what the server has to know.
struct Walk {
    seed: u64,
    random: Random,
    program: PathBuf,
    home: TempDir,
    server: Server,
    connection: Connection,
    expected: Expected,
    mirror: Mirror,
    /// Where the log of the server has to be: the epoch, and the number of the last entry.
    epoch: String,
    number: u64,
    calls: u64,
    kills: u64,
    /// The requests under way at a kill that were carried out.
    carried_out: u64,
    /// How often each kind of step and each kind of operation was made.
    steps: BTreeMap<Step, u64>,
    operations: BTreeMap<&'static str, u64>,
    /// The reasons and effects that answers of `/v1` had.
    reasons: BTreeSet<String>,
    effects: BTreeSet<String>,
    /// The last requests that had a key, with their replies.
    keyed: VecDeque<Keyed>,
    /// The last calls with their answers.
    trace: VecDeque<String>,
    plant: Option<Plant>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), String> {
    let mut walk = Walk::new(arguments)?;
    let walked = walk.walk(arguments.calls);
    println!("{}", walk.summary(walked.is_ok()));
    walked?;
    walk.check_kinds()
}

impl Walk {
    fn new(arguments: &Arguments) -> Result<Self, String> {
        let home = tempfile::tempdir_in(".").map_err(|error| error.to_string())?;
        let server = start(&arguments.server, &home)?;
        let connection = open(&server)?;
        let policy = Policy::tencent_rest();
        let mut walk = Self {
            seed: arguments.seed,
            random: Random::new(arguments.seed),
            program: arguments.server.clone(),
            home,
            server,
            connection,
            expected: Expected {
                model: Model::new(policy),
                names: Names::new(),
            },
            mirror: Mirror::new(policy),
            epoch: String::new(),
            number: 0,
            calls: 0,
            kills: 0,
            carried_out: 0,
            steps: BTreeMap::new(),
            operations: BTreeMap::new(),
            reasons: BTreeSet::new(),
            effects: BTreeSet::new(),
            keyed: VecDeque::new(),
            trace: VecDeque::new(),
            plant: arguments.plant.then(|| Plant::new(arguments.seed)),
        };
        walk.take_position()?;
        walk.mirror.begin_at(walk.number);
        Ok(walk)
    }

    /// Makes steps until so many calls are made.
    fn walk(&mut self, calls: u64) -> Result<(), String> {
        let mut next_kill = self.next_kill();
        let mut told = Instant::now();
        while self.calls < calls {
            let step = Step::any(&mut self.random);
            *self.steps.entry(step).or_default() += 1;
            self.take(step)?;

            if self.calls >= next_kill {
                self.kill()?;
                next_kill = self.next_kill();
            }
            if told.elapsed() > Duration::from_secs(5) {
                told = Instant::now();
                eprintln!(
                    "{} calls, {} kills, {} users",
                    self.calls,
                    self.kills,
                    self.expected.names.len()
                );
            }
        }
        // What the last part left behind has to be read as well.
        self.kill()
    }

    fn next_kill(&mut self) -> u64 {
        self.calls + BETWEEN_KILLS + self.random.below(MORE_BETWEEN_KILLS)
    }

    /// Kills the server while a request is under way, starts it again, and looks at everything.
    fn kill(&mut self) -> Result<(), String> {
        let keyed = self.begin_keyed()?;
        if self.random.once_in(2) {
            std::thread::sleep(Duration::from_micros(self.random.below(4_000)));
        }
        self.server.kill();
        self.kills += 1;

        self.server = start(&self.program, &self.home)?;
        self.connection = open(&self.server)?;
        self.read_log()?;
        self.finish_keyed(keyed)?;
        self.look_at_everything()
    }

    /// Compares every user, every list, the policy and the mirror.
    fn look_at_everything(&mut self) -> Result<(), String> {
        self.users()?;
        for user in self.expected.names.in_order() {
            self.user(&user)?;
            for list in List::ALL {
                self.list(&user, list)?;
            }
        }
        self.policy()?;
        self.changes()?;
        self.read_log()
    }

    /// Looks whether the server warned of something, as of a snapshot that it cannot read.
    fn read_log(&self) -> Result<(), String> {
        let log = std::fs::read_to_string(log_path(&self.home));
        let log = log.map_err(|error| error.to_string())?;
        if log.is_empty() {
            return Ok(());
        }
        Err(self.difference("the log of the server", &log.into(), &"nothing".into()))
    }

    /// Takes over the position of the server, which has not been told yet.
    fn take_position(&mut self) -> Result<(), String> {
        let reply = self.v1_anywhere(&Request::get("/v1/position"))?;
        let position = reply.position.unwrap_or_default();
        let (epoch, number) = position.split_once('-').unwrap_or_default();
        epoch.clone_into(&mut self.epoch);
        self.number = number
            .parse()
            .map_err(|_| format!("{position:?} is no position"))?;
        Ok(())
    }

    /// Returns the error of a difference.
    fn difference(&self, request: &str, server: &Value, model: &Value) -> String {
        let (seed, calls) = (self.seed, self.calls);
        let mut lines = vec![
            format!("a difference, with seed {seed} at call {calls}"),
            format!("request {request}"),
            format!("server  {server}"),
            format!("model   {model}"),
        ];
        lines.extend(self.plant.as_ref().map(Plant::report));
        lines.push(format!(
            "the last {} calls, the newest last:",
            self.trace.len()
        ));
        lines.extend(self.trace.iter().map(|call| format!("  {call}")));
        names::shortened(&lines.join("\n"))
    }

    /// Keeps a call for a message about a difference.
    fn note(&mut self, request: &str, status: u16, answer: &Value) {
        self.calls += 1;
        collect(answer, "reasons", &mut self.reasons);
        collect(answer, "effects", &mut self.effects);
        if self.trace.len() == SHOWN {
            self.trace.pop_front();
        }
        let answer = answer.to_string();
        let call = format!("{}: {request} -> {status} {answer}", self.calls);
        self.trace.push_back(shortened(&call));
    }

    fn summary(&self, is_equal: bool) -> String {
        let kind = |(name, count): (&str, u64)| format!("{name} {count}");
        let steps = self.steps.iter().map(|(step, count)| (step.name(), *count));
        let steps: Vec<_> = steps.map(kind).collect();
        let operations = self.operations.iter().map(|(name, count)| (*name, *count));
        let operations: Vec<_> = operations.map(kind).collect();
        format!(
            "{} calls ({}; operations: {}), with {} of {} reasons and {} of {} effects, {} kills with \
             a request under way ({} carried out), {} events, {} differences",
            self.calls,
            steps.join(", "),
            operations.join(", "),
            self.reasons.len(),
            Reason::ALL.len(),
            self.effects.len(),
            Effect::ALL.len(),
            self.kills,
            self.carried_out,
            self.mirror.events,
            u8::from(!is_equal)
        )
    }

    /// Checks that a long walk made every kind of step.
    fn check_kinds(&self) -> Result<(), String> {
        let steps = Step::all().filter(|step| !self.steps.contains_key(step));
        let operations = KINDS.into_iter();
        let operations = operations.filter(|kind| !self.operations.contains_key(kind));
        let missing = steps.map(Step::name).chain(operations).next();
        match missing {
            Some(kind) if self.calls >= ENOUGH => {
                Err(format!("the walk made no step of the kind {kind}"))
            }
            _ => Ok(()),
        }
    }
}

/// Starts a server in a directory.
fn start(program: &Path, home: &TempDir) -> Result<Server, String> {
    let log = File::create(log_path(home)).map_err(|error| error.to_string())?;
    let data = home.path().join("data");
    Server::start_with(program, Some(&data), SNAPSHOT_ENTRIES, log.into())
}

/// Where the server that runs writes warnings.
fn log_path(home: &TempDir) -> PathBuf {
    home.path().join("log")
}

fn open(server: &Server) -> Result<Connection, String> {
    Connection::open(&server.address).map_err(|error| error.to_string())
}

/// Collects the texts of every list with a name.
fn collect(answer: &Value, name: &str, texts: &mut BTreeSet<String>) {
    match answer {
        Value::Object(fields) => {
            for (field, inner) in fields {
                if field == name {
                    texts.extend(feed::texts(inner));
                }
                collect(inner, name, texts);
            }
        }
        Value::Array(items) => {
            for inner in items {
                collect(inner, name, texts);
            }
        }
        _ => {}
    }
}

/// Returns a text without what is in the middle of long ones.
fn shortened(text: &str) -> String {
    const SIDE: usize = 700;
    let text = names::shortened(text);
    let letters: Vec<char> = text.chars().collect();
    if letters.len() <= 2 * SIDE {
        return text;
    }
    let left: String = letters[..SIDE].iter().collect();
    let right: String = letters[letters.len() - SIDE..].iter().collect();
    format!("{left} [...] {right}")
}
