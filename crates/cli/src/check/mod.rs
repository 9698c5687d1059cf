//! Checks policies over every state that two, three or four users can reach.
//!
//! ```text
//! socialgraph check                          every profile, two and three users
//! socialgraph check --users 4             four users: half a minute
//! socialgraph check POLICY.json           a policy of your own
//! ```
//!
//! The status is 0 where everything holds, and 1 where a property fails (the trace says how) or
//! nobody can block, so that nothing about blocks was checked; for the built-in profiles also
//! where a count or what never comes about has changed. It is 2 where that cannot be told: an
//! argument or the file is at fault, or nobody reads the output. Anything else that never comes
//! about under a policy of your own is said, and changes no status.

mod counts;
mod options;
mod table;

use std::error::Error;
use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use options::{Candidate, Options};
use socialgraph_analysis::checker::{Progress, Report, Users, check_with_progress};
use table::Remarks;

pub(crate) fn main(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    match run(arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            // Where nobody reads this either, the status says it alone.
            let _ = writeln!(io::stderr(), "check: {error}");
            ExitCode::from(2)
        }
    }
}

/// Checks what is asked for, and returns whether everything holds.
fn run(arguments: impl Iterator<Item = OsString>) -> Result<bool, Box<dyn Error>> {
    let mut out = io::stdout().lock();
    let Some(options) = Options::parse(arguments)? else {
        writeln!(out, "{}\n{}", options::USAGE, options::HELP)?;
        return Ok(true);
    };
    let candidates = options.candidates()?;
    let mut remarks = Remarks::default();
    table::header(&mut out)?;
    for users in &options.users {
        for candidate in &candidates {
            let start = Instant::now();
            let report = check(candidate, *users);
            table::row(&mut out, candidate, &report, start.elapsed())?;
            remarks.add(candidate, &report);
        }
    }
    write!(out, "{}", remarks.text())?;
    Ok(!remarks.fails)
}

/// Checks one policy, with a line on stderr every few seconds.
fn check(candidate: &Candidate, users: Users) -> Report {
    let mut last = Instant::now();
    check_with_progress(&candidate.policy, users, |progress| {
        if last.elapsed() >= Duration::from_secs(2) {
            last = Instant::now();
            let Progress {
                depth,
                states,
                expanded,
                ..
            } = progress;
            let name = &candidate.name;
            // Progress that nobody reads is no reason to stop.
            let _ = writeln!(
                io::stderr(),
                "{name}, {users} users: depth {depth}, {expanded} of {states} states so far"
            );
        }
    })
}
