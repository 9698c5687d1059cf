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
mod round;

use std::time::Instant;

use crate::arguments::Arguments;

use self::history::{Counts, History};
use crate::random::Random;

/// The kills after which a new directory begins: each round reads the whole feed of one.
const KILLS_IN_A_DIRECTORY: u32 = 10;

/// The word in the command line that makes this process a child.
const CHILD: &str = "child";

/// What a child does beside proposing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Nothing.
    Plain,
    /// It drops the log behind the oldest kept snapshot.
    Dropping,
    /// It says "answered" before it is: a fault that is to be found.
    Early,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Plain, Self::Dropping, Self::Early];

    /// Returns the word for it in a command line.
    const fn word(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Dropping => Some("drop"),
            Self::Early => Some("early"),
        }
    }

    fn of(word: Option<&&str>) -> Option<Self> {
        let is_it = |kind: &Self| kind.word() == word.copied();
        Self::ALL.into_iter().find(is_it)
    }
}

/// Kills as often as the command line says, or is a child that is killed.
pub(crate) fn run(arguments: &Arguments) -> Result<(), String> {
    let words: Vec<&str> = arguments.rest.iter().map(String::as_str).collect();
    let kind = |word| Kind::of(word).ok_or_else(|| format!("unknown words: {words:?}"));
    match &words[..] {
        [CHILD, directory, word @ ..] => {
            child::run(directory.as_ref(), arguments.seed, kind(word.first())?)
        }
        word => match kind(word.first())? {
            Kind::Plain => kill(arguments, &[Kind::Plain, Kind::Dropping]),
            only => kill(arguments, &[only]),
        },
    }
}

/// Kills children of these kinds, each in a directory of its own.
fn kill(arguments: &Arguments, kinds: &[Kind]) -> Result<(), String> {
    let started = Instant::now();
    let mut random = Random(arguments.seed);
    let mut counts = Counts::default();

    let mut left = arguments.count;
    for kind in kinds.iter().cycle() {
        let kills = left.min(KILLS_IN_A_DIRECTORY);
        if kills == 0 {
            break;
        }
        left -= kills;
        let directory = tempfile::tempdir().map_err(|error| error.to_string())?;
        let mut history = History::new(directory.path());
        history.fill(kills, *kind, &mut random)?;
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
