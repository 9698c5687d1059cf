//! The command line of `differential`.

const AFTER_HELP: &str = "\
Examples:
  socialgraph differential --operations 10000000 --seed 42
  socialgraph differential --seed 42 --log 17

Exit status: 0 if engine and model agree; 1 if they differ, with a log that
shows it; 2 if an argument is wrong or the output cannot be written.";

/// Compares the engine with its reference model, at random
///
/// It plays random operations to both, in logs that follow from the seed and their number. Each log
/// has a policy of its own: one of the named policies, or one with random parts.
#[derive(Clone, Copy, Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    /// The number of operations after which no further log begins
    #[arg(long, value_name = "N", default_value = "100000", value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) operations: u64,
    /// The seed of the random numbers
    #[arg(long, value_name = "N", default_value = "0")]
    pub(super) seed: u64,
    /// The number of a single log to play again
    #[arg(long, value_name = "N")]
    pub(super) log: Option<u64>,
}
