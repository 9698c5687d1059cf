//! Two chat servers compared with the engine: one with planted bugs, one over `SQLite`.
//!
//! `cargo run -p conformance` prints the finding for each bug, and how much was compared for
//! each correct server. It exits with 0 only if every planted bug was found, and if the server
//! without a bug and the database agreed with the engine. It exits with 2 if the output cannot
//! be written.

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
use socialgraph_testkit::strategies::TIGHT_LIMITS;
use sqlite::Database;

/// The number of logs for a server in memory.
const IN_MEMORY: u32 = 1024;

/// The number of logs for a database, where each question is a transaction.
const STORED: u32 = 96;

fn main() -> ExitCode {
    match run(&mut io::stdout().lock()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            // If this cannot be written either, the exit code has to suffice.
            let _ = writeln!(io::stderr(), "conformance: {error}");
            ExitCode::from(2)
        }
    }
}

/// Looks for every bug and compares the correct servers; returns whether all is as expected.
fn run(out: &mut impl Write) -> io::Result<bool> {
    let mut found = 0;
    for bug in Bug::ALL {
        found += usize::from(report_bug(out, *bug)?);
    }
    let planted = Bug::ALL.len();
    writeln!(
        out,
        "{found} of {planted} planted bugs found as what they are"
    )?;

    let policy = policy();
    let server: Result<Server, String> = Ok(Server::new(policy, None));
    let server_agrees = report_system(out, "the server without a bug", server, IN_MEMORY)?;
    let database = Database::open(policy.limits);
    let database_agrees = report_system(out, "the database", database, STORED)?;
    Ok(found == planted && server_agrees && database_agrees)
}

/// Looks for a planted bug; returns whether it was found under its rule.
fn report_bug(out: &mut impl Write, bug: Bug) -> io::Result<bool> {
    let (class, name) = bug.class();
    let (policy, _) = bug.policy();
    writeln!(out, "class {class}, {name}: {}", bug.sentence())?;
    if policy != "tencent_rest" {
        writeln!(out, "under {policy}:")?;
    }

    let finding = match find(bug) {
        Ok(agreement) => {
            writeln!(out, "NOT FOUND in {agreement}\n")?;
            return Ok(false);
        }
        Err(finding) => finding,
    };
    writeln!(out, "{finding}")?;

    let rule = bug.rule();
    let found = finding.rule() == Some(rule);
    if !found {
        writeln!(
            out,
            "FOUND UNDER ANOTHER RULE than the one it breaks: {rule}"
        )?;
    }
    writeln!(out)?;
    Ok(found)
}

/// Compares a correct system; returns whether it agreed.
fn report_system<S: System>(
    out: &mut impl Write,
    name: &str,
    system: Result<S, impl Display>,
    logs: u32,
) -> io::Result<bool> {
    let mut system = match system {
        Ok(system) => system,
        Err(error) => {
            // If this cannot be written, the exit code still tells.
            let _ = writeln!(io::stderr(), "{name} cannot be set up: {error}");
            return Ok(false);
        }
    };

    match conformance::compare(&mut system, &config(policy(), logs)) {
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

fn find(bug: Bug) -> Result<Agreement, Box<Finding>> {
    let (_, policy) = bug.policy();
    let mut server = Server::new(policy, Some(bug));
    conformance::compare(&mut server, &config(policy, IN_MEMORY))
}

fn config(policy: Policy, logs: u32) -> Config {
    let mut config = Config::new(policy);
    config.logs = logs;
    config
}

/// The rules of the vendor's REST API, with limits that a few users reach.
fn policy() -> Policy {
    let mut policy = Policy::tencent_rest();
    policy.limits = TIGHT_LIMITS;
    policy
}
