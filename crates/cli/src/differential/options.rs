//! The command line of `differential`.

use std::error::Error;
use std::ffi::OsStr;

use crate::{parse_error, wrong_usage};

const USAGE: &str = "usage: socialgraph differential [--operations N] [--seed N] [--log N]";

const DETAILS: &str = "\
Plays random operations to the engine and to its reference model, in logs that
follow from the seed and their number, and compares the two. Each log has a
policy of its own: one of the named policies, or one with random parts.

  --operations N   the number of operations; 100000 if absent
  --seed N         the seed of the random numbers; 0 if absent
  --log N          a single log to play again

Exit status: 0 if engine and model agree; 1 if they differ, with a log that
shows it; 2 if an argument is wrong or the output cannot be written.";

/// The options of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Options {
    /// The number of operations after which no further log begins.
    pub(crate) operations: u64,
    /// The seed of the random numbers.
    pub(crate) seed: u64,
    /// The number of a single log to play.
    pub(crate) log: Option<u64>,
}

pub(crate) fn help() -> String {
    format!("{USAGE}\n\n{DETAILS}")
}

impl Options {
    /// Reads the command line. Returns `None` if it asks for help.
    pub(crate) fn parse(mut parser: lexopt::Parser) -> Result<Option<Self>, Box<dyn Error>> {
        use lexopt::prelude::*;

        let with_usage = |error| parse_error(error, USAGE);
        let mut options = Self {
            operations: 100_000,
            seed: 0,
            log: None,
        };

        while let Some(argument) = parser.next().map_err(with_usage)? {
            let option = match argument {
                Short('h') | Long("help") => return Ok(None),
                Long("operations") => "--operations",
                Long("seed") => "--seed",
                Long("log") => "--log",
                other => return Err(with_usage(other.unexpected())),
            };

            let number = parse_number(option, &parser.value().map_err(with_usage)?)?;
            match option {
                "--operations" => options.operations = number,
                "--seed" => options.seed = number,
                _ => options.log = Some(number),
            }
        }

        if options.operations == 0 {
            let error = "`--operations` takes a number from 1 on";
            return Err(wrong_usage(error, USAGE));
        }
        Ok(Some(options))
    }
}

/// Parses the number of an option.
fn parse_number(option: &str, value: &OsStr) -> Result<u64, Box<dyn Error>> {
    let number = value.to_str().and_then(|value| value.parse().ok());
    number.ok_or_else(|| {
        let error = format!("`{option}` takes a number, not `{}`", value.display());
        wrong_usage(error, USAGE)
    })
}

#[cfg(test)]
mod tests {
    use super::{Options, USAGE};

    fn parse(args: &[&str]) -> Result<Option<Options>, String> {
        Options::parse(lexopt::Parser::from_args(args)).map_err(|error| error.to_string())
    }

    #[test]
    fn options_are_numbers_and_help_is_none() {
        let options = Options {
            operations: 5,
            seed: 7,
            log: Some(u64::MAX),
        };
        let max = u64::MAX.to_string();
        let args = ["--operations", "5", "--seed=7", "--log", &max];
        assert_eq!(parse(&args), Ok(Some(options)));
        assert_eq!([parse(&["--help"]), parse(&["-h"])], [Ok(None), Ok(None)]);
    }

    #[test]
    fn a_wrong_argument_is_an_error_with_the_usage() {
        for (args, sentence) in [
            (
                &["--operations", "0"][..],
                "`--operations` takes a number from 1 on",
            ),
            (&["--seed", "-1"], "`--seed` takes a number, not `-1`"),
            (&["--log"], "missing argument for option `--log`"),
            (&["--logs", "1"], "invalid option `--logs`"),
            (&["file"], "unexpected argument `file`"),
        ] {
            assert_eq!(parse(args), Err(format!("{sentence}\n\n{USAGE}")));
        }
    }
}
