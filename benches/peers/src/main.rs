//! socialgraph measured against what people would use instead.
//!
//! `cargo run --release -p peers -- --users 100000,1000000 --json FILE`
//!
//! One run builds every implementation from the same seeded population, times them in turn,
//! checks each answer, and prints medians with the smallest and largest.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "a harness that goes wrong stops, and its figures are estimates"
)]

mod measure;
mod peers;
mod report;
mod world;

use std::error::Error;
use std::ffi::OsString;
use std::fs::File;
use std::path::PathBuf;

use lexopt::prelude::{Long, ValueExt as _};

use crate::report::Progress;
use crate::world::World;

const USAGE: &str = "\
Usage: peers [--users N,N…] [--json FILE] [--only NAME,NAME…] [--repetitions N] [--seed N]";

struct Options {
    users: Vec<u32>,
    json: Option<PathBuf>,
    only: Vec<String>,
    repetitions: usize,
    seed: u64,
}

fn options(arguments: impl IntoIterator<Item = OsString>) -> Result<Options, lexopt::Error> {
    let mut options = Options {
        users: vec![100_000, 1_000_000],
        json: None,
        only: Vec::new(),
        repetitions: 9,
        seed: 42,
    };
    let mut parser = lexopt::Parser::from_args(arguments);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("users") => {
                let sizes = |list: &str| list.split(',').map(str::parse).collect::<Result<_, _>>();
                options.users = parser.value()?.parse_with(sizes)?;
            }
            Long("json") => options.json = Some(parser.value()?.into()),
            Long("only") => {
                options.only = parser.value()?.string()?.split(',').map(str::to_owned).collect();
            }
            Long("repetitions") => options.repetitions = parser.value()?.parse()?,
            Long("seed") => options.seed = parser.value()?.parse()?,
            other => return Err(other.unexpected()),
        }
    }
    Ok(options)
}

fn main() -> Result<(), Box<dyn Error>> {
    let options = match options(std::env::args_os().skip(1)) {
        Ok(options) => options,
        Err(error) => {
            eprintln!("peers: {error}\n{USAGE}");
            std::process::exit(2);
        }
    };
    let mut rows = Vec::new();
    for users in options.users {
        let progress = Progress::new(users);
        progress.say("drawing the population");
        let world = World::new(users, options.seed);
        rows.extend(measure::run(&world, &options.only, options.repetitions, &progress));
    }
    report::compare(&mut rows);
    println!("{}", report::table(&rows));
    if let Some(path) = options.json {
        serde_json::to_writer_pretty(File::create(path)?, &rows)?;
    }
    Ok(())
}
