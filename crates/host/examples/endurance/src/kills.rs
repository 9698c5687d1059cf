//! Kills a process under load with SIGKILL, and counts what it had acknowledged and lost.
//!
//! A child opens a host and proposes; it says on its standard output what it proposes and what
//! was answered. The parent kills it at a random moment, opens the directory, and compares. Some
//! children are killed one after another before the parent opens the directory.

mod child;
mod entries;
mod history;
mod line;
mod model;
mod random;
mod round;

use std::time::Instant;

use crate::arguments::Arguments;

use self::history::{Counts, History};
use self::random::Random;

/// The kills after which a new directory begins: each round reads the whole feed of one.
const KILLS_IN_A_DIRECTORY: u32 = 20;

/// The word in the command line that makes this process a child.
const CHILD: &str = "child";

/// The word that makes a child say "answered" before it is: a fault that is to be found.
const EARLY: &str = "early";

/// Kills as often as the command line says, or is a child that is killed.
pub(crate) fn run(arguments: &Arguments) -> Result<(), String> {
    let words: Vec<&str> = arguments.rest.iter().map(String::as_str).collect();
    match words[..] {
        [CHILD, directory] => child::run(directory.as_ref(), arguments.seed, false),
        [CHILD, directory, EARLY] => child::run(directory.as_ref(), arguments.seed, true),
        [] => kill(arguments, false),
        [EARLY] => kill(arguments, true),
        _ => Err(format!("unknown words: {words:?}")),
    }
}

fn kill(arguments: &Arguments, is_early: bool) -> Result<(), String> {
    let started = Instant::now();
    let mut random = Random::new(arguments.seed);
    let mut counts = Counts::default();

    let mut left = arguments.count;
    while left > 0 {
        let kills = left.min(KILLS_IN_A_DIRECTORY);
        left -= kills;
        let directory = tempfile::tempdir().map_err(|error| error.to_string())?;
        let mut history = History::new(directory.path());
        history.fill(kills, is_early, &mut random)?;
        history.compare_with_model()?;
        counts.add(&history.counts);
    }

    println!(
        "{counts} seconds={:.1} seed={}",
        started.elapsed().as_secs_f64(),
        arguments.seed
    );
    if counts.lost + counts.doubled > 0 {
        return Err("acknowledged proposals were lost or doubled".to_owned());
    }
    Ok(())
}
