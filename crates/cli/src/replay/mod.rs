//! Replays a signed trust network: trust becomes friend-list entries, distrust blocks.
//!
//! ```text
//! cargo run --release --example replay                        Zachary's karate club
//! cargo run --release --example replay -- FILE.csv            rows source,target,rating,time
//! cargo run --release --example replay -- FILE.csv --explain SOURCE TARGET
//! ```
//!
//! A malformed row ends the program with status 1, the line's number and what is wrong.

mod input;
mod replayed;
#[cfg(test)]
mod tests;

use std::error::Error;
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use input::{Malformed, Plain};
use replayed::Replay;

/// The friendships in Zachary's karate club, 1977; the two sides' leaders block each other.
const KARATE_CLUB: &str = include_str!("karate_club.csv");

const USAGE: &str = "usage: socialgraph replay [FILE.csv] [--explain SOURCE TARGET]";

pub(crate) fn main(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    match run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if is_broken_pipe(&*error) => ExitCode::SUCCESS,
        Err(error) => {
            // Where nobody reads this either, the status says it alone.
            let _ = writeln!(io::stderr(), "replay: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Returns whether whoever read the output has seen enough, as `head` does.
fn is_broken_pipe(error: &(dyn Error + 'static)) -> bool {
    let error = error.downcast_ref::<io::Error>();
    error.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

fn run(args: impl Iterator<Item = OsString>) -> Result<(), Box<dyn Error>> {
    let mut out = io::stdout().lock();
    let Some(options) = Options::parse(args)? else {
        writeln!(out, "{USAGE}")?;
        return Ok(());
    };
    let (replay, seconds) = match &options.file {
        None => play(KARATE_CLUB.as_bytes())?,
        Some(path) => {
            let path_text = path.display().to_string();
            let named = |error: &dyn Error| format!("{}: {error}", Plain(&path_text));
            let bytes = std::fs::read(path).map_err(|error| named(&error))?;
            play(&bytes).map_err(|error| named(&error))?
        }
    };
    replay.print(&mut out, seconds)?;
    if let Some((source, target)) = &options.explain {
        replay.explain(&mut out, source, target)?;
    }
    Ok(())
}

/// Returns the replay of a file's bytes, and the seconds that the graph took for it.
fn play(bytes: &[u8]) -> Result<(Replay, f64), Malformed> {
    let rows = input::parse(bytes)?;
    let start = Instant::now();
    let replay = Replay::of(&rows)?;
    Ok((replay, start.elapsed().as_secs_f64()))
}

#[derive(Default)]
struct Options {
    file: Option<PathBuf>,
    explain: Option<(String, String)>,
}

impl Options {
    /// Returns the options, or `None` where help is asked for.
    fn parse(args: impl Iterator<Item = OsString>) -> Result<Option<Self>, Box<dyn Error>> {
        use lexopt::prelude::*;
        let mut options = Self::default();
        let mut parser = lexopt::Parser::from_args(args);
        while let Some(arg) = parser.next()? {
            match arg {
                Short('h') | Long("help") => return Ok(None),
                Long("explain") => {
                    let mut name = || parser.value().and_then(ValueExt::string);
                    let (Ok(source), Ok(target)) = (name(), name()) else {
                        return Err(format!("--explain needs SOURCE and TARGET\n{USAGE}").into());
                    };
                    options.explain = Some((source, target));
                }
                Value(path) if options.file.is_none() => options.file = Some(path.into()),
                other => {
                    let error = other.unexpected().to_string();
                    return Err(format!("{}\n{USAGE}", Plain(&error)).into());
                }
            }
        }
        Ok(Some(options))
    }
}
