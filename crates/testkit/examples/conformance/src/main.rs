//! Two chat servers driven beside the engine: one with planted bugs, one over `SQLite`.
//!
//! `cargo run -p conformance` prints what was found of each bug, and how much was compared of
//! what is right. It exits with 0 only if every planted bug was found, and the server without
//! a bug and the database agreed with the engine throughout; with 2 if nobody reads the output.

mod bug;
mod faulty;
mod sqlite;
#[cfg(test)]
mod tests;

use std::fmt::Display;
use std::io::{self, Write};
use std::process::ExitCode;

use bug::Bug;
use faulty::Server;
use socialgraph::Policy;
use socialgraph_testkit::conformance::{self, Agreement, Config, Finding, System};
use socialgraph_testkit::strategies::Tuning;
use sqlite::Database;

/// The rules of the vendor's REST API, with limits that a few users reach.
fn policy() -> Policy {
    let mut policy = Policy::tencent_rest();
    policy.limits = Tuning::TIGHT;
    policy
}

fn config(logs: u32) -> Config {
    let mut config = Config::new(policy());
    config.logs = logs;
    config
}

/// How many logs are played on a server in memory.
const IN_MEMORY: u32 = 1024;

/// How many are played on a database, where each question is a transaction.
const STORED: u32 = 96;

fn find(bug: Bug) -> Result<Agreement, Box<Finding>> {
    conformance::compare(
        &mut Server::new(policy().limits, Some(bug)),
        &config(IN_MEMORY),
    )
}

/// Looks for a planted bug; says whether it was found, and as what it is.
fn report_bug(out: &mut impl Write, bug: Bug) -> io::Result<bool> {
    let (class, name) = bug.class();
    writeln!(out, "class {class}, {name}: {}", bug.sentence())?;
    match find(bug) {
        Ok(agreement) => {
            writeln!(out, "NOT FOUND in {agreement}\n")?;
            Ok(false)
        }
        Err(finding) => {
            writeln!(out, "{finding}")?;
            let found = finding.rule() == Some(bug.rule());
            if !found {
                writeln!(
                    out,
                    "FOUND UNDER ANOTHER RULE than the one it breaks: {}",
                    bug.rule()
                )?;
            }
            writeln!(out)?;
            Ok(found)
        }
    }
}

/// Compares a system that is right; says whether it agreed.
fn report_system<S: System>(
    out: &mut impl Write,
    name: &str,
    system: Result<S, impl Display>,
    logs: u32,
) -> io::Result<bool> {
    let mut system = match system {
        Ok(system) => system,
        Err(error) => {
            // Where nobody reads this, the status says that something is amiss.
            let _ = writeln!(io::stderr(), "{name} cannot be set up: {error}");
            return Ok(false);
        }
    };
    match conformance::compare(&mut system, &config(logs)) {
        Ok(agreement) => {
            writeln!(out, "{name} agreed throughout: {agreement}")?;
            Ok(true)
        }
        Err(finding) => {
            writeln!(out, "{name} differs:\n{finding}")?;
            Ok(false)
        }
    }
}

fn main() -> ExitCode {
    match run(&mut io::stdout().lock()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            // Where nobody reads this either, the status says it alone.
            let _ = writeln!(io::stderr(), "conformance: {error}");
            ExitCode::from(2)
        }
    }
}

/// Looks for every bug, and compares what is right; says whether all is as it should be.
fn run(out: &mut impl Write) -> io::Result<bool> {
    let mut found = 0;
    for bug in Bug::ALL {
        found += usize::from(report_bug(out, bug)?);
    }
    writeln!(
        out,
        "{found} of {} planted bugs found as what they are",
        Bug::ALL.len()
    )?;
    let server: Result<Server, String> = Ok(Server::new(policy().limits, None));
    let agreed = [
        report_system(out, "the server without a bug", server, IN_MEMORY)?,
        report_system(out, "the database", Database::open(policy().limits), STORED)?,
    ];
    Ok(found == Bug::ALL.len() && agreed == [true; 2])
}
