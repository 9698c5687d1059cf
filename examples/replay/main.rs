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
mod replay;

use std::error::Error;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use replay::Replay;

/// The friendships in Zachary's karate club, 1977; the two sides' leaders block each other.
const KARATE_CLUB: &str = include_str!("karate_club.csv");

const USAGE: &str = "usage: replay [FILE.csv] [--explain SOURCE TARGET]";

fn main() -> ExitCode {
    match run(std::env::args_os().skip(1)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("replay: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: impl Iterator<Item = OsString>) -> Result<(), Box<dyn Error>> {
    let Some(options) = Options::parse(args)? else {
        println!("{USAGE}");
        return Ok(());
    };
    let rows = match &options.file {
        None => input::parse(KARATE_CLUB.as_bytes())?,
        Some(path) => {
            let named = |error: &dyn Error| format!("{}: {error}", path.display());
            let bytes = std::fs::read(path).map_err(|error| named(&error))?;
            input::parse(&bytes).map_err(|error| named(&error))?
        }
    };
    let start = Instant::now();
    let replay = Replay::of(&rows)?;
    let seconds = start.elapsed().as_secs_f64();
    replay.print(seconds);
    if let Some((source, target)) = &options.explain {
        replay.explain(source, target);
    }
    Ok(())
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
                    let source = parser.value()?.string()?;
                    options.explain = Some((source, parser.value()?.string()?));
                }
                Value(path) if options.file.is_none() => options.file = Some(path.into()),
                other => return Err(format!("{}\n{USAGE}", other.unexpected()).into()),
            }
        }
        Ok(Some(options))
    }
}
