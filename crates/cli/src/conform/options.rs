//! The command line of `conform`.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use socialgraph::Policy;
use socialgraph_testkit::conformance::Config;
use socialgraph_testkit::protocol::ProcessOptions;
use socialgraph_testkit::strategies::{TIGHT_LIMITS, Tuning};

use crate::policy;

const AFTER_HELP: &str = "\
Everything after `--` starts the adapter: a program of yours that reads one
request a line on stdin, asks your server, and prints one reply a line.
docs/protocol.md has every request and reply.

Examples:
  socialgraph conform --policy tencent_rest -- python3 adapter.py
  socialgraph conform --policy my.toml --tight-limits --logs 500 -- ./adapter
  socialgraph conform --policy wire --keep found --junit report.xml -- ./adapter

Exit status: 0 if the server and the engine agree; 1 if they differ, or if the
adapter fails in a log; 2 if an argument is wrong, the adapter cannot be
started, nothing was compared, or the output cannot be written.";

/// Compares a chat server with the engine, through an adapter in any language
///
/// It plays random logs on both, and compares all their answers after each operation. If they
/// differ, it prints the shortest log that shows it, with the rule that is broken.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    #[arg(long, value_name = "POLICY", required = true, help = policy::HELP)]
    pub(super) policy: OsString,
    /// The seed of the random logs: the same seed gives the same logs
    #[arg(long, value_name = "N", default_value = "0")]
    seed: u64,
    /// The number of random logs
    #[arg(long, value_name = "N", default_value = "40", value_parser = clap::value_parser!(u32).range(1..))]
    logs: u32,
    /// The time after which no further log begins, in seconds
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(super) time: Option<Duration>,
    /// The number of users of a log
    #[arg(long, value_name = "N", default_value = "4", value_parser = clap::value_parser!(u8).range(2..=8))]
    users: u8,
    /// The maximum number of operations of a log
    #[arg(long, value_name = "N", default_value = "100", value_parser = operations)]
    operations: usize,
    /// Limits that four users reach: 2 blocked users, 2 friends, 1 request waiting, 6 users of a
    /// batch; the adapter is told
    #[arg(long)]
    tight_limits: bool,
    /// The time for a reply, in seconds; the first has three times as long
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    timeout: Duration,
    /// The maximum number of bytes of a reply
    #[arg(long, value_name = "BYTES", default_value = "1048576", value_parser = clap::value_parser!(u64).range(1..))]
    max_reply: u64,
    /// Shows what the adapter prints to stderr
    #[arg(long)]
    show_stderr: bool,
    /// A directory of logs that were found before: they are played first, and the log of a new
    /// finding is written there
    #[arg(long, value_name = "DIR")]
    pub(super) keep: Option<PathBuf>,
    #[arg(
        long,
        value_name = "FILE",
        help = "A file for the result, as JUnit XML"
    )]
    pub(super) junit: Option<PathBuf>,
    /// The adapter and its arguments
    #[arg(last = true, required = true, num_args = 1.., value_name = "COMMAND")]
    command: Vec<OsString>,
}

impl Args {
    /// Returns the rules with the limits of the arguments.
    pub(super) fn limited(&self, policy: Policy) -> Policy {
        if self.tight_limits {
            Policy {
                limits: TIGHT_LIMITS,
                ..policy
            }
        } else {
            policy
        }
    }

    /// Returns what to compare, if the server lacks nothing.
    pub(super) fn config(&self, policy: Policy) -> Config {
        let mut config = Config::new(policy);
        config.seed = self.seed;
        config.logs = self.logs;
        config.tuning.users = self.users;
        config.tuning.operations = self.operations;
        config.kept_logs.clone_from(&self.keep);
        config
    }

    /// Returns the bounds of the adapter.
    pub(super) fn bounds(&self) -> ProcessOptions {
        let mut options = ProcessOptions::default();
        options.timeout = self.timeout;
        options.start_timeout = self.timeout.saturating_mul(3);
        options.max_reply_bytes = usize::try_from(self.max_reply).unwrap_or(usize::MAX);
        options.shows_stderr = self.show_stderr;
        options
    }

    /// Returns the command of the adapter; `None` if there is none, which clap does not let pass.
    pub(super) fn adapter(&self) -> Option<Command> {
        let (program, arguments) = self.command.split_first()?;
        let mut command = Command::new(program);
        command.args(arguments);
        Some(command)
    }
}

/// Reads a time: `60`, `0.5` or `60s`.
fn seconds(text: &str) -> Result<Duration, String> {
    let number = text.strip_suffix('s').unwrap_or(text);
    let seconds: f64 = number
        .parse()
        .map_err(|_| "a number of seconds is needed, such as 60 or 0.5")?;
    match Duration::try_from_secs_f64(seconds) {
        Ok(time) if !time.is_zero() => Ok(time),
        _ => Err("the time is not positive, or too long".to_owned()),
    }
}

/// Reads the number of operations of a log.
fn operations(text: &str) -> Result<usize, String> {
    let most = Tuning::MOST_OPERATIONS;
    match text.parse() {
        Ok(number) if (1..=most).contains(&number) => Ok(number),
        _ => Err(format!("a number from 1 to {most} is needed")),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::seconds;

    #[test]
    fn a_time_is_in_seconds() {
        assert_eq!(seconds("60"), Ok(Duration::from_secs(60)));
        assert_eq!(seconds("0.5s"), Ok(Duration::from_millis(500)));
        for wrong in ["", "s", "0", "-1", "1m", "inf", "nan", "1e30"] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
    }
}
