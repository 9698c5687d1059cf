//! The command line.

use std::path::PathBuf;

use lexopt::{Arg, Parser, ValueExt as _};

/// How the command is used.
pub(crate) const USAGE: &str = "\
usage: server-endurance kills [--count N] [--seed N]     kills a server under load, and looks
       server-endurance walk [--calls N] [--seed N]      a random walk beside the model
       server-endurance speed [--seconds N] [--only TEXT] throughput and latency
  --server FILE   the program [beside this one]
  --unsafe        put the directory back after each kill, so that losses have to be found
  --plant         change an answer now and then, so that a difference has to be found
  --only TEXT     measure what has the text in its name";

/// The command line.
#[derive(Debug)]
pub(crate) struct Arguments {
    pub(crate) command: String,
    /// How often the server is killed.
    pub(crate) count: u32,
    pub(crate) seed: u64,
    /// How long each measurement takes.
    pub(crate) seconds: u64,
    /// How many calls a walk makes.
    pub(crate) calls: u64,
    /// Whether answers are changed.
    pub(crate) plant: bool,
    /// What the names of measurements have to contain.
    pub(crate) only: String,
    /// Whether the directory is put back after each kill.
    pub(crate) is_unsafe: bool,
    /// The server's program.
    pub(crate) server: PathBuf,
}

impl Arguments {
    /// Reads the command line.
    pub(crate) fn read() -> Result<Self, lexopt::Error> {
        let own = std::env::current_exe().map_err(|error| error.to_string())?;
        let mut arguments = Self {
            command: String::new(),
            count: 20,
            seed: 1,
            seconds: 5,
            calls: 3_000,
            plant: false,
            only: String::new(),
            is_unsafe: false,
            server: own.with_file_name("socialgraph-server"),
        };

        let mut parser = Parser::from_env();
        while let Some(argument) = parser.next()? {
            match argument {
                Arg::Long("count") => arguments.count = parser.value()?.parse()?,
                Arg::Long("seed") => arguments.seed = parser.value()?.parse()?,
                Arg::Long("seconds") => arguments.seconds = parser.value()?.parse()?,
                Arg::Long("calls") => arguments.calls = parser.value()?.parse()?,
                Arg::Long("plant") => arguments.plant = true,
                Arg::Long("only") => arguments.only = parser.value()?.string()?,
                Arg::Long("unsafe") => arguments.is_unsafe = true,
                Arg::Long("server") => arguments.server = parser.value()?.into(),
                Arg::Value(value) if arguments.command.is_empty() => {
                    arguments.command = value.string()?;
                }
                argument => return Err(argument.unexpected()),
            }
        }
        if arguments.command.is_empty() {
            return Err("a command is missing".into());
        }
        Ok(arguments)
    }
}
