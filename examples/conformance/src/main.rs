//! Two chat servers driven beside the engine: one with planted bugs, one over `SQLite`.
//!
//! `cargo run -p conformance` prints what was found of each bug, and how much was compared of
//! what is right. It exits with 0 only if every planted bug was found, and the server without
//! a bug and the database agreed with the engine throughout.

mod bug;
mod faulty;
mod sqlite;
#[cfg(test)]
mod tests;

use std::fmt::Display;
use std::process::ExitCode;

use bug::Bug;
use faulty::Server;
use socialgraph::Policy;
use socialgraph::conformance::{self, Agreement, Finding, Settings, System};
use socialgraph::strategies::Tuning;
use sqlite::Database;

/// The rules of the vendor's REST API, with limits that a few users reach.
fn policy() -> Policy {
    let mut policy = Policy::tencent_rest();
    policy.limits = Tuning::TIGHT;
    policy
}

fn settings(logs: u32) -> Settings {
    let mut settings = Settings::new(policy());
    settings.logs = logs;
    settings
}

/// How many logs are played on a server in memory.
const IN_MEMORY: u32 = 256;

/// How many are played on a database, where each question is a transaction.
const STORED: u32 = 96;

fn find(bug: Bug) -> Result<Agreement, Box<Finding>> {
    conformance::compare(&mut Server::new(policy().limits, Some(bug)), &settings(IN_MEMORY))
}

/// Looks for a planted bug; says whether it was found, and as what it is.
fn report_bug(bug: Bug) -> bool {
    let (class, name) = bug.class();
    println!("class {class}, {name}: {}", bug.sentence());
    match find(bug) {
        Ok(agreement) => {
            println!("NOT FOUND in {agreement}\n");
            false
        }
        Err(finding) => {
            println!("{finding}\n");
            finding.rule() == Some(bug.rule())
        }
    }
}

/// Compares a system that is right; says whether it agreed.
fn report_system<S: System>(name: &str, system: Result<S, impl Display>, logs: u32) -> bool {
    let mut system = match system {
        Ok(system) => system,
        Err(error) => {
            eprintln!("{name} cannot be set up: {error}");
            return false;
        }
    };
    match conformance::compare(&mut system, &settings(logs)) {
        Ok(agreement) => {
            println!("{name} agreed throughout: {agreement}");
            true
        }
        Err(finding) => {
            println!("{name} differs:\n{finding}");
            false
        }
    }
}

fn main() -> ExitCode {
    let found = Bug::ALL.into_iter().filter(|bug| report_bug(*bug)).count();
    println!("{found} of {} planted bugs found", Bug::ALL.len());
    let server: Result<Server, String> = Ok(Server::new(policy().limits, None));
    let agreed = [
        report_system("the server without a bug", server, IN_MEMORY),
        report_system("the database", Database::open(policy().limits), STORED),
    ];
    if found == Bug::ALL.len() && agreed.iter().all(|agreed| *agreed) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
