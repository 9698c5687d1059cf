//! The command line.

#[cfg(test)]
mod tests;

use std::ffi::OsString;
use std::path::PathBuf;

use lexopt::prelude::{Long, Value, ValueExt as _};

use crate::measure::{Operations, Workload};
use crate::peers::{IMPLEMENTATIONS, OTHERS, STORED};
use crate::population::{MIN_RELATIONS_PER_USER, RELATIONS_PER_USER, SHAPES, Shape};

pub(crate) const USAGE: &str = "\
Usage: peers [--users N,N…] [--json FILE] [--only NAME,NAME…] [--repetitions N] [--seed N]
             [--population NAME,NAME…] [--signed FILE] [--relations-per-user N] [--reads-only]
       peers --restart [--users N,N…] [--json FILE] [--only NAME,NAME…] [--repetitions N]
             [--seed N] [--relations-per-user N]
       peers --threads [--users N,N…] [--json FILE] [--repetitions N] [--seed N]
             [--relations-per-user N]
       peers --charts DIRECTORY FILE
`cargo run --release -p peers --features others` also has petgraph, imbl_naive and Cedar.";

/// The task that the command line asks for.
pub(crate) enum Command {
    /// Measures implementations.
    Measure(MeasureOptions),
    /// Measures the first answer after a restart.
    Restart(MeasureOptions),
    /// Measures a graph that several threads share.
    Threads(MeasureOptions),
    /// Draws the charts of a run into a directory.
    Draw { directory: PathBuf, run: PathBuf },
}

/// The subject of a measurement, and its output.
pub(crate) struct MeasureOptions {
    /// The sizes of the populations.
    pub(crate) users: Vec<u32>,
    /// The shapes of the populations, with their names. Each is measured at each size.
    pub(crate) shapes: Vec<(&'static str, Shape)>,
    /// The file of a signed network, which is measured at its own size.
    pub(crate) signed: Option<PathBuf>,
    /// The mean number of relations that a user begins.
    pub(crate) relations_per_user: u32,
    /// The operations that are measured with the uniform population.
    pub(crate) operations: Operations,
    /// The file for the rows, if they are to be written.
    pub(crate) json: Option<PathBuf>,
    /// Names of implementations. If it is empty, all are measured.
    pub(crate) only: Vec<String>,
    pub(crate) workload: Workload,
    pub(crate) seed: u64,
}

/// Reads the command line.
pub(crate) fn read(
    arguments: impl IntoIterator<Item = OsString>,
) -> Result<Command, lexopt::Error> {
    let mut measure = MeasureOptions {
        users: vec![100_000, 1_000_000],
        shapes: vec![SHAPES[0]],
        signed: None,
        relations_per_user: RELATIONS_PER_USER,
        operations: Operations::All,
        json: None,
        only: Vec::new(),
        workload: Workload::STANDARD,
        seed: 42,
    };
    let mut restart = false;
    let mut threads = false;
    let mut charts = None;
    let mut run = None;

    let mut parser = lexopt::Parser::from_args(arguments);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("users") => measure.users = parser.value()?.parse_with(parse_list)?,
            Long("population") => {
                let names: Vec<String> = parser.value()?.parse_with(parse_list)?;
                measure.shapes = names
                    .iter()
                    .map(|name| shape(name))
                    .collect::<Result<_, _>>()?;
            }
            Long("signed") => measure.signed = Some(parser.value()?.into()),
            Long("relations-per-user") => measure.relations_per_user = parser.value()?.parse()?,
            Long("reads-only") => measure.operations = Operations::Reads,
            Long("json") => measure.json = Some(parser.value()?.into()),
            Long("only") => measure.only = parser.value()?.parse_with(parse_list)?,
            Long("repetitions") => measure.workload.repetitions = parser.value()?.parse()?,
            Long("seed") => measure.seed = parser.value()?.parse()?,
            Long("restart") => restart = true,
            Long("threads") => threads = true,
            Long("charts") => charts = Some(parser.value()?.into()),
            Value(file) if charts.is_some() && run.is_none() => run = Some(file.into()),
            other => return Err(other.unexpected()),
        }
    }

    match (charts, run) {
        (None, _) if threads => {
            check(&measure)?;
            check_threads(&measure)?;
            Ok(Command::Threads(measure))
        }
        (None, _) if restart => {
            check(&measure)?;
            check_restart(&measure)?;
            Ok(Command::Restart(measure))
        }
        (None, _) => {
            check(&measure)?;
            Ok(Command::Measure(measure))
        }
        (Some(directory), Some(run)) => Ok(Command::Draw { directory, run }),
        (Some(_), None) => Err("--charts needs the file of a run".into()),
    }
}

/// Fails if the options leave nothing to measure.
fn check(measure: &MeasureOptions) -> Result<(), lexopt::Error> {
    for name in &measure.only {
        if IMPLEMENTATIONS.iter().any(|known| known.name == name) {
            continue;
        }

        let error = if OTHERS.contains(&name.as_str()) {
            format!("`{name}` needs `cargo run --release -p peers --features others`")
        } else {
            format!("there is no implementation `{name}`")
        };
        return Err(error.into());
    }

    // A query needs a sender and a recipient.
    if measure.users.iter().any(|users| *users < 2) {
        return Err("a population has at least 2 users".into());
    }

    if measure.relations_per_user < MIN_RELATIONS_PER_USER {
        return Err("a user begins at least 3 relations".into());
    }

    if measure.workload.repetitions == 0 {
        return Err("without repetitions there is no median".into());
    }
    Ok(())
}

/// Fails if the options ask for more than a restart with the uniform population.
fn check_restart(measure: &MeasureOptions) -> Result<(), lexopt::Error> {
    if measure.signed.is_some() || measure.shapes != [SHAPES[0]] {
        return Err("--restart is measured with the uniform population alone".into());
    }
    if measure.operations == Operations::Reads {
        return Err("--restart has no reads to choose".into());
    }

    for name in &measure.only {
        if !STORED.iter().any(|stored| stored.implementation == name) {
            return Err(format!("`{name}` is not kept in a file").into());
        }
    }
    Ok(())
}

/// Fails if the options ask for more than threads with the uniform population.
fn check_threads(measure: &MeasureOptions) -> Result<(), lexopt::Error> {
    let is_uniform = measure.signed.is_none() && measure.shapes == [SHAPES[0]];
    if is_uniform && measure.only.is_empty() && measure.operations == Operations::All {
        return Ok(());
    }
    Err("--threads is measured with the uniform population, and all ways to share a graph".into())
}

/// Finds the shape of a population by its name.
fn shape(name: &str) -> Result<(&'static str, Shape), lexopt::Error> {
    let found = SHAPES.into_iter().find(|(known, _)| *known == name);
    found.ok_or_else(|| {
        let names = SHAPES.map(|(name, _)| name).join(", ");
        format!("there is no population `{name}`: there are {names}").into()
    })
}

/// Parses values separated by commas.
fn parse_list<T: std::str::FromStr>(list: &str) -> Result<Vec<T>, T::Err> {
    list.split(',').map(str::parse).collect()
}
