//! The command line.

use lexopt::{Arg, Parser, ValueExt as _};

/// How the command is used.
pub(crate) const USAGE: &str = "usage: endurance COMMAND [--count N] [--seed N] [--unsafe]";

/// The command line: a command, how often, and a seed.
#[derive(Debug)]
pub(crate) struct Arguments {
    pub(crate) command: String,
    pub(crate) count: u32,
    pub(crate) seed: u64,
    /// Whether syncs are left out, so that the command has to find losses.
    pub(crate) is_unsafe: bool,
    /// What stands behind the options: for commands that call themselves.
    pub(crate) rest: Vec<String>,
}

impl Arguments {
    /// Reads the command line.
    pub(crate) fn read() -> Result<Self, lexopt::Error> {
        let mut arguments = Self {
            command: String::new(),
            count: 20,
            seed: 0,
            is_unsafe: false,
            rest: Vec::new(),
        };

        let mut parser = Parser::from_env();
        while let Some(argument) = parser.next()? {
            match argument {
                Arg::Long("count") => arguments.count = parser.value()?.parse()?,
                Arg::Long("seed") => arguments.seed = parser.value()?.parse()?,
                Arg::Long("unsafe") => arguments.is_unsafe = true,
                Arg::Value(value) if arguments.command.is_empty() => {
                    arguments.command = value.string()?;
                }
                Arg::Value(value) => arguments.rest.push(value.string()?),
                argument => return Err(argument.unexpected()),
            }
        }
        if arguments.command.is_empty() {
            return Err("a command is missing".into());
        }
        Ok(arguments)
    }
}
