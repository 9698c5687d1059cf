//! Bulk load: a directory begins from users and relations, as position 0.

mod lines;
mod relations;

use std::error::Error;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write as _};
use std::path::Path;
use std::process::ExitCode;

use socialgraph::{Policy, SocialGraph};
use socialgraph_host::{Host, Options};
use socialgraph_tim::Settings;

use self::relations::Network;
use crate::command_line::{Format, Load};
use crate::directory;
use crate::state::State;

/// How often the progress is told, in lines.
const PROGRESS: u64 = 1_000_000;

/// Reads a file, and makes a directory of it.
pub(crate) fn run(load: &Load, data: &Path) -> Result<ExitCode, Box<dyn Error>> {
    let policy = Policy::named(&load.policy)?;
    let mut network = read(load)?;
    network.sort();
    let graph = network.graph(policy)?;

    let state = State::new(graph, Settings::default());
    directory::make(data)?;
    let host = Host::create(data, state, Options::default())?;
    let position = host.position();
    drop(host);
    writeln!(
        io::stdout(),
        "{} has {} users and {} related pairs at position {position}",
        data.display(),
        network.user_count(),
        network.pair_count()
    )?;
    Ok(ExitCode::SUCCESS)
}

/// Reads the users and relations of a file.
fn read(load: &Load) -> Result<Network, Box<dyn Error>> {
    let file = &load.file;
    let named = |error: &dyn Error| format!("{}: {error}", file.display());
    let format = load.format.or_else(|| format_of(file)).ok_or_else(|| {
        format!(
            "{}: is it jsonl or csv? Say it with --format",
            file.display()
        )
    })?;
    let input: Box<dyn BufRead> = if file == Path::new("-") {
        Box::new(io::stdin().lock())
    } else {
        Box::new(BufReader::new(
            File::open(file).map_err(|error| named(&error))?,
        ))
    };

    let mut network = Network::default();
    lines::read(input, format, |number, line| {
        if number % PROGRESS == 0 {
            // Nobody may read it.
            let _ = writeln!(io::stderr(), "{number} lines");
        }
        network.add(&line)
    })
    .map_err(|error| named(&error))?;
    Ok(network)
}

/// Returns the format of a file's name.
fn format_of(file: &Path) -> Option<Format> {
    match file.extension().and_then(OsStr::to_str)? {
        "jsonl" | "ndjson" => Some(Format::Jsonl),
        "csv" => Some(Format::Csv),
        _ => None,
    }
}

impl Network {
    /// Returns the graph under a policy.
    fn graph(&self, policy: Policy) -> Result<SocialGraph, Box<dyn Error>> {
        let graph = SocialGraph::from_parts(
            policy,
            self.user_parts(policy.request.initial_mode),
            self.pairs(),
        );
        graph.map_err(|error| self.explain(&error).into())
    }
}
