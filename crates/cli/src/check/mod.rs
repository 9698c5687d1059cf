//! `socialgraph check`: checks policies in every state that two, three or four users can reach.

mod memory;
mod options;
mod remarks;
mod table;

use std::io::{self, Write};
use std::time::{Duration, Instant};

use options::{Candidate, Options};
use remarks::Remarks;
use socialgraph_analysis::checker::{Report, Users, check_with_progress};

use crate::{CommandResult, print_text};

/// The time between two lines of progress.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(2);

/// Checks the policies that the arguments name. Returns whether no fault was found.
pub(crate) fn run(parser: lexopt::Parser) -> CommandResult {
    let Some(options) = Options::parse(parser)? else {
        return print_text(&options::help());
    };
    let candidates = options.candidates()?;
    if options.users.contains(&Users::Four) {
        memory::check_bounds(&candidates, options.max_memory_mib)?;
    }

    let mut out = io::stdout().lock();
    table::write_header(&mut out)?;
    let mut remarks = Remarks::default();
    for users in &options.users {
        for candidate in &candidates {
            if !candidate.has_search(*users) {
                continue;
            }
            let start = Instant::now();
            let report = check(candidate, *users);
            table::write_row(&mut out, candidate, &report, start.elapsed())?;
            remarks.add(candidate, &report);
        }
    }

    write!(out, "{}", remarks.text())?;
    Ok(!remarks.has_fault())
}

/// Checks one policy, and writes a line of progress to stderr every two seconds.
fn check(candidate: &Candidate, users: Users) -> Report {
    let mut last_line = Instant::now();
    check_with_progress(&candidate.policy, users, |progress| {
        if last_line.elapsed() < PROGRESS_INTERVAL {
            return;
        }
        last_line = Instant::now();

        // A failure to write progress does not stop the search.
        let _ = writeln!(
            io::stderr(),
            "{}, {users} users: depth {}, {} of {} states so far",
            candidate.name,
            progress.depth,
            progress.expanded,
            progress.states,
        );
    })
}
