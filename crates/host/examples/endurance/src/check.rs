//! Checks a directory after a crash.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::time::Duration;

use socialgraph::SocialGraph;
use socialgraph_host::{
    HistoryError, ItemOf, Machine, OpenError, Operations, Options, Position, Stamp, Verification,
    verify,
};

use crate::load::{Acknowledgement, GraphHost, empty};

/// What was wrong after a crash.
#[derive(Debug, Default)]
pub(crate) struct Loss {
    /// The acknowledged proposals that are not there, or have another outcome.
    pub(crate) lost: usize,
    /// What else was wrong.
    pub(crate) wrong: Vec<String>,
}

impl Loss {
    fn all(acknowledged: &[Acknowledgement], what: &impl ToString) -> Self {
        Self {
            lost: acknowledged.len(),
            wrong: vec![what.to_string()],
        }
    }

    pub(crate) const fn is_none(&self) -> bool {
        self.lost == 0 && self.wrong.is_empty()
    }
}

/// Opens a directory, and compares it with what was acknowledged.
pub(crate) fn check(path: &Path, acknowledged: &[Acknowledgement]) -> Loss {
    let found = verify::<SocialGraph>(path);
    let host = match GraphHost::open(path, Options::default()) {
        Ok(host) => host,
        // A crash before the first answer may leave no log: then one can be made.
        Err(OpenError::NoLog { .. }) if acknowledged.is_empty() => {
            let made = GraphHost::create(path, empty(), Options::default());
            return made.map_or_else(|error| Loss::all(&[], &error), |_| Loss::default());
        }
        Err(error) => return Loss::all(acknowledged, &error),
    };

    let mut loss = Loss::default();
    match found {
        Ok(Verification { faults, .. }) => {
            let faults = faults.into_iter().map(|it| format!("verify: {it}"));
            loss.wrong.extend(faults);
        }
        Err(error) => loss.wrong.push(format!("verify: {error}")),
    }
    let health = host.health();
    loss.wrong.extend(health.halt.map(|it| it.to_string()));
    loss.wrong
        .extend(health.warnings.iter().map(ToString::to_string));
    match Kept::of(&host) {
        Ok(kept) => kept.compare(&host, acknowledged, &mut loss),
        Err(error) => loss.wrong.push(error),
    }
    loss
}

/// Returns the oldest state that a host can return to, and its position.
pub(crate) fn oldest(host: &GraphHost) -> Result<(Position, SocialGraph), String> {
    let begin = Position {
        number: 0,
        ..host.position()
    };
    let oldest = match host.at(begin) {
        Ok(graph) => return Ok((begin, graph)),
        Err(HistoryError::Dropped { oldest, .. }) => oldest,
        Err(error) => return Err(error.to_string()),
    };
    let graph = host.at(oldest).map_err(|error| error.to_string())?;
    Ok((oldest, graph))
}

/// Returns all that a host played behind a position.
pub(crate) fn items(host: &GraphHost, after: Position) -> Result<Vec<ItemOf<SocialGraph>>, String> {
    let mut feed = host.feed(after).map_err(|error| error.to_string())?;
    let mut items = Vec::new();
    loop {
        match feed.next(Duration::ZERO) {
            Ok(Some(item)) => items.push(item),
            Ok(None) => return Ok(items),
            Err(error) => return Err(error.to_string()),
        }
    }
}

/// Plays items up to a number on a graph, without a host.
pub(crate) fn fold(
    mut graph: SocialGraph,
    items: &[ItemOf<SocialGraph>],
    through: u64,
) -> Result<SocialGraph, String> {
    for item in items {
        let (number, time) = (item.position.number, item.time);
        if number > through {
            break;
        }
        if Machine::apply(&mut graph, &item.entry, Stamp { number, time }) != item.outcome {
            let position = item.position;
            return Err(format!("the outcome of {position} is not what it leads to"));
        }
    }
    Ok(graph)
}

/// What a directory has: its oldest state, and what was played behind it.
struct Kept {
    oldest: Position,
    graph: SocialGraph,
    items: Vec<ItemOf<SocialGraph>>,
}

impl Kept {
    fn of(host: &GraphHost) -> Result<Self, String> {
        let (oldest, graph) = oldest(host)?;
        if oldest.number == 0 && graph != empty() {
            return Err("the state at position 0 is not empty".into());
        }
        let items = items(host, oldest)?;
        Ok(Self {
            oldest,
            graph,
            items,
        })
    }

    fn compare(self, host: &GraphHost, acknowledged: &[Acknowledgement], loss: &mut Loss) {
        match fold(self.graph, &self.items, u64::MAX) {
            Ok(graph) if graph == *host.reader() => {}
            Ok(_) => loss.wrong.push("the state is no fold of its log".into()),
            Err(error) => loss.wrong.push(error),
        }
        let ids: HashSet<_> = self.items.iter().map(|item| item.id).collect();
        if ids.len() < self.items.len() {
            loss.wrong.push("a proposal has two effects".into());
        }

        let by_number: BTreeMap<_, _> = self
            .items
            .iter()
            .map(Acknowledgement::of)
            .map(|item| (item.number, item))
            .collect();
        let is_kept = |it: &&Acknowledgement| {
            if it.number > self.oldest.number {
                by_number.get(&it.number) == Some(it)
            } else {
                is_known(host, it)
            }
        };
        loss.lost = acknowledged.len() - acknowledged.iter().filter(is_kept).count();
    }
}

/// Returns whether a proposal whose record was dropped has its answer still.
fn is_known(host: &GraphHost, acknowledged: &Acknowledgement) -> bool {
    let Ok(id) = acknowledged.id.parse() else {
        return false;
    };
    let answer = host.propose_as(id, Operations::Each(Vec::new())).wait();
    answer.is_ok_and(|answer| Acknowledgement::new(id, &answer) == *acknowledged)
}

/// The directory for files of a run: in memory if there is such a file system.
pub(crate) fn scratch() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    let directory = if memory.is_dir() {
        tempfile::tempdir_in(memory)
    } else {
        tempfile::tempdir()
    };
    directory.unwrap()
}
