//! The command line.

use std::ffi::OsString;

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

pub(crate) const USAGE: &str =
    "usage: socialgraph differential [--operations N] [--seed N] [--log N]";

impl Options {
    /// Reads the command line; returns `None` if it asks for help.
    ///
    /// # Errors
    /// Fails if an option is unknown or lacks its number, or if there is no operation to play.
    pub(crate) fn parse(mut parser: lexopt::Parser) -> Result<Option<Self>, String> {
        use lexopt::prelude::*;

        let with_usage = |error: lexopt::Error| format!("{error}\n{USAGE}");
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

            let number = number(option, &parser.value().map_err(with_usage)?)?;
            match option {
                "--operations" => options.operations = number,
                "--seed" => options.seed = number,
                _ => options.log = Some(number),
            }
        }

        if options.operations == 0 {
            return Err(format!("`--operations` takes a number from 1 on\n{USAGE}"));
        }
        Ok(Some(options))
    }
}

/// Reads the number of an option.
fn number(option: &str, value: &OsString) -> Result<u64, String> {
    let number = value.to_str().and_then(|value| value.parse().ok());
    let value = value.to_string_lossy();
    number.ok_or_else(|| format!("`{option}` takes a number, not {value:?}\n{USAGE}"))
}

#[cfg(test)]
mod tests {
    use super::{Options, USAGE};

    fn parse(args: &[&str]) -> Result<Option<Options>, String> {
        Options::parse(lexopt::Parser::from_args(args))
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
            (&["--seed", "-1"], "`--seed` takes a number, not \"-1\""),
            (&["--log"], "missing argument for option '--log'"),
            (&["--logs", "1"], "invalid option '--logs'"),
            (&["file"], "unexpected argument \"file\""),
        ] {
            assert_eq!(parse(args), Err(format!("{sentence}\n{USAGE}")));
        }
    }
}
