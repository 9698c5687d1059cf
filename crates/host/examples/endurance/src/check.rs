//! Checks a directory after a crash.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use socialgraph::SocialGraph;
use socialgraph_host::{
    ItemOf, Machine, OpenError, Options, Position, Stamp, Verification, verify,
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
    match items(&host) {
        Ok(items) => compare(&host, &items, acknowledged, &mut loss),
        Err(error) => loss.wrong.push(error),
    }
    loss
}

/// Returns all that a host played.
pub(crate) fn items(host: &GraphHost) -> Result<Vec<ItemOf<SocialGraph>>, String> {
    let start = Position {
        number: 0,
        ..host.position()
    };
    let mut feed = host.feed(start).map_err(|error| error.to_string())?;
    let mut items = Vec::new();
    loop {
        match feed.next(Duration::ZERO) {
            Ok(Some(item)) => items.push(item),
            Ok(None) => return Ok(items),
            Err(error) => return Err(error.to_string()),
        }
    }
}

/// Plays items up to a number on an empty graph, which is what a log of no host leads to.
pub(crate) fn fold(items: &[ItemOf<SocialGraph>], through: u64) -> Result<SocialGraph, String> {
    let mut graph = empty();
    for item in items {
        let Stamp { position, .. } = item.stamp;
        if position.number > through {
            break;
        }
        if Machine::apply(&mut graph, &item.entry, item.stamp) != item.outcome {
            return Err(format!("the outcome of {position} is not what it leads to"));
        }
    }
    Ok(graph)
}

fn compare(
    host: &GraphHost,
    items: &[ItemOf<SocialGraph>],
    acknowledged: &[Acknowledgement],
    loss: &mut Loss,
) {
    match fold(items, u64::MAX) {
        Ok(graph) if graph == *host.reader() => {}
        Ok(_) => loss.wrong.push("the state is no fold of its log".into()),
        Err(error) => loss.wrong.push(error),
    }
    let ids: BTreeSet<_> = items.iter().map(|item| item.id).collect();
    if ids.len() < items.len() {
        loss.wrong.push("a proposal has two effects".into());
    }

    let by_number: BTreeMap<_, _> = items
        .iter()
        .map(Acknowledgement::of)
        .map(|item| (item.number, item))
        .collect();
    let is_kept = |it: &&Acknowledgement| by_number.get(&it.number) == Some(it);
    loss.lost = acknowledged.len() - acknowledged.iter().filter(is_kept).count();
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
