//! What the command line says.

use std::error::Error;

/// What to play.
#[derive(Clone, Copy)]
pub(crate) struct Options {
    /// How many operations in all.
    pub(crate) operations: u64,
    /// Where random numbers begin.
    pub(crate) seed: u64,
    /// The one log to play again, rather than all.
    pub(crate) log: Option<u64>,
}

const USAGE: &str = "usage: differential [--operations N] [--seed N] [--log N]";

impl Options {
    /// Reads the command line.
    ///
    /// # Errors
    /// Fails at an option that is not known, or that has no number.
    pub(crate) fn parse(mut parser: lexopt::Parser) -> Result<Self, Box<dyn Error>> {
        let mut options = Self { operations: 100_000, seed: 0, log: None };
        while let Some(argument) = parser.next()? {
            let lexopt::Arg::Long(name) = argument else { return Err(USAGE.into()) };
            let name = name.to_owned();
            let mut number = || -> Result<u64, Box<dyn Error>> {
                Ok(parser.value()?.to_string_lossy().parse().map_err(|_| USAGE)?)
            };
            match &*name {
                "operations" => options.operations = number()?,
                "seed" => options.seed = number()?,
                "log" => options.log = Some(number()?),
                _ => return Err(USAGE.into()),
            }
        }
        Ok(options)
    }
}
