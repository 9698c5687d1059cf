//! What the server keeps: the REST service as a machine over a log.

use std::hash::Hasher as _;
use std::io::{self, Read, Write};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use socialgraph::{Operation, SocialGraph};
use socialgraph_host::{
    Digest, Machine, Operations, Outcomes, Stamp, read_piece, read_pieces, write_piece,
    write_pieces,
};
use socialgraph_tim::wire::Callback;
use socialgraph_tim::{Change, Reply, SavedRecord, Service, Settings, UpdateCall};
use twox_hash::xxhash3_64::Hasher;

/// The graph, the records of the REST API, and the settings under which calls are decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct State {
    service: Service,
}

/// What changes the state. Its JSON is in logs, so it outlives releases.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Entry {
    /// A call that the gateway admitted, with what the app's before-callback answered.
    Call(UpdateCall),
    /// Operations of the engine.
    Operations(Operations),
    /// Settings from now on: calls behind them are decided under them, in every replay.
    Settings(Settings),
}

/// What an entry led to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Outcome {
    /// The reply to a call, with its changes and callbacks.
    Call(Reply),
    /// What operations did.
    Operations(Applied),
    /// The settings hold.
    Settings,
}

/// What operations did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Applied {
    /// That of the operations: a proposal with the same id but another fingerprint is another one.
    pub(crate) fingerprint: u64,
    pub(crate) outcomes: Outcomes,
    pub(crate) changes: Vec<Change>,
    /// The callbacks that the operations call for, as JSON.
    callbacks: String,
}

/// Returns a number that other operations hardly have, and that later releases find, too: the hash
/// of the JSON.
pub(crate) fn fingerprint(operations: &Operations) -> u64 {
    struct Hashed(Hasher);
    impl Write for Hashed {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.write(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    let mut hashed = Hashed(Hasher::new());
    // Writing does not fail, and operations have a JSON form: they were read from one.
    let _ = serde_json::to_writer(&mut hashed, operations);
    hashed.0.finish()
}

impl State {
    /// Returns the state of a graph whose relations have no records yet.
    pub(crate) fn new(graph: SocialGraph, settings: Settings) -> Self {
        let service = Service::new(graph).with_settings(settings);
        Self { service }
    }

    /// Returns the REST service.
    pub(crate) const fn service(&self) -> &Service {
        &self.service
    }
}

impl Outcome {
    /// Returns the callbacks that the app is owed.
    pub(crate) fn callbacks(self) -> Vec<Callback> {
        match self {
            Self::Call(reply) => reply.callbacks,
            // It was made from callbacks.
            Self::Operations(applied) => {
                serde_json::from_str(&applied.callbacks).unwrap_or_default()
            }
            Self::Settings => Vec::new(),
        }
    }

    /// Returns what changed, in order.
    pub(crate) fn changes(&self) -> &[Change] {
        match self {
            Self::Call(reply) => &reply.changes,
            Self::Operations(applied) => &applied.changes,
            Self::Settings => &[],
        }
    }
}

impl Machine for State {
    type Entry = Entry;
    type Outcome = Outcome;

    fn apply(&mut self, entry: &Entry, stamp: Stamp) -> Outcome {
        let now = time(stamp);
        match entry {
            Entry::Call(call) => Outcome::Call(self.service.handle_update(call, now)),
            Entry::Operations(operations) => {
                Outcome::Operations(apply(&mut self.service, operations, now))
            }
            Entry::Settings(settings) => {
                self.service.set_settings(*settings);
                Outcome::Settings
            }
        }
    }

    fn digest(outcome: &Outcome, digest: &mut Digest) {
        match outcome {
            Outcome::Call(reply) => {
                digest.add(u64::from(reply.code.number()));
                for code in item_codes(&reply.body) {
                    digest.add(u64::from(code));
                }
            }
            Outcome::Operations(applied) => SocialGraph::digest(&applied.outcomes, digest),
            Outcome::Settings => digest.add(0),
        }
    }

    fn save(&self, out: &mut dyn Write) -> io::Result<()> {
        write_piece(out, &VERSION)?;
        // As JSON, so that settings may be added.
        write_piece(out, &serde_json::to_string(&self.service.settings())?)?;
        self.service.graph().save(out)?;
        write_piece(out, &(self.service.saved_record_count() as u64))?;
        write_pieces(out, self.service.saved_records())
    }

    fn load(input: &mut dyn Read) -> io::Result<Self> {
        let version: u32 = read_piece(input)?;
        if version != VERSION {
            return Err(invalid(format!("version {version} is not known")));
        }
        let settings: String = read_piece(input)?;
        let settings = serde_json::from_str(&settings)?;
        let graph = SocialGraph::load(input)?;
        let count = read_piece(input)?;
        let records: Vec<SavedRecord> = read_pieces(input, count)?;
        let service = Service::from_parts(graph, settings, records);
        Ok(Self {
            service: service.map_err(invalid)?,
        })
    }
}

/// The version of a snapshot's form.
const VERSION: u32 = 1;

fn invalid(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}

/// Returns the time of an entry.
fn time(stamp: Stamp) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(stamp.time)
}

/// The codes of a reply's items. Its texts may change with a release.
#[derive(Deserialize)]
struct Items {
    #[serde(rename = "ResultItem", default)]
    items: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    #[serde(rename = "ResultCode")]
    code: u32,
}

fn item_codes(body: &[u8]) -> Vec<u32> {
    let items: Option<Items> = serde_json::from_slice(body).ok();
    items.map_or_else(Vec::new, |items| {
        items.items.iter().map(|it| it.code).collect()
    })
}

/// Applies operations, each on its own or all of them or none.
fn apply(service: &mut Service, operations: &Operations, now: SystemTime) -> Applied {
    let mut followed = Followed::default();
    let outcomes = match operations {
        Operations::One(operation) => Outcomes::One(followed.apply(service, operation, now)),
        Operations::Each(operations) => {
            let apply = |it| followed.apply(service, it, now);
            Outcomes::Each(operations.iter().map(apply).collect())
        }
        Operations::All(operations) => followed.all_or_nothing(service, operations, now),
    };
    Applied {
        fingerprint: fingerprint(operations),
        outcomes,
        changes: followed.changes,
        // They are texts, numbers and lists of them.
        callbacks: serde_json::to_string(&followed.callbacks).unwrap_or_default(),
    }
}

/// What follows from operations so far, in order.
#[derive(Default)]
struct Followed {
    changes: Vec<Change>,
    callbacks: Vec<Callback>,
}

impl Followed {
    fn apply(
        &mut self,
        service: &mut Service,
        operation: &Operation,
        now: SystemTime,
    ) -> socialgraph::Outcome {
        let applied = service.apply(operation, now);
        self.changes.extend(applied.changes);
        self.callbacks.extend(applied.callbacks);
        applied.outcome
    }

    fn all_or_nothing(
        &mut self,
        service: &mut Service,
        operations: &[Operation],
        now: SystemTime,
    ) -> Outcomes {
        let before = service.clone();
        let mut outcomes = Vec::with_capacity(operations.len());
        for (index, operation) in operations.iter().enumerate() {
            let outcome = self.apply(service, operation, now);
            if !outcome.is_done() {
                *service = before;
                *self = Self::default();
                return Outcomes::Nothing { index, outcome };
            }
            outcomes.push(outcome);
        }
        Outcomes::All(outcomes)
    }
}
