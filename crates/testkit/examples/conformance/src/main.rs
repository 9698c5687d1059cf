//! Two chat servers compared with the engine: one with planted bugs, one over `SQLite`.
//!
//! `cargo run -p conformance` prints the finding for each bug, and how much was compared for
//! each correct server. It exits with 0 only if every planted bug was found, and if the server
//! without a bug and the database agreed with the engine. It exits with 2 if the output cannot
//! be written.
//!
//! `cargo run -p conformance -- adapter [BUG]` is an adapter for the server, with a planted bug
//! or with none.

use std::fmt::Display;
use std::io::{self, Write};
use std::process::ExitCode;

use conformance::{Bug, Database, IN_MEMORY, STORED, Server, config, find, policy};
use socialgraph::Policy;
use socialgraph_testkit::conformance::{System, compare};
use socialgraph_testkit::protocol::{self, Hello};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match arguments[..] {
        [] => run(&mut io::stdout().lock()),
        ["adapter"] => adapt(None),
        ["adapter", bug] => named(bug).and_then(|bug| adapt(Some(bug))),
        _ => Err(io::Error::other("usage: conformance [adapter [BUG]]")),
    };

    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            // If this cannot be written either, the exit code has to suffice.
            let _ = writeln!(io::stderr(), "conformance: {error}");
            ExitCode::from(2)
        }
    }
}

/// Answers requests about the server on stdin and stdout, until stdin ends.
fn adapt(bug: Option<Bug>) -> io::Result<bool> {
    let hello = Hello::everything("the server in std's collections");
    let set_up = |policy: &Policy| Ok(Server::new(*policy, bug));
    protocol::serve(set_up, &hello, io::stdin().lock(), io::stdout())?;
    Ok(true)
}

/// Returns the bug with a name.
fn named(name: &str) -> io::Result<Bug> {
    let bug = Bug::ALL.iter().find(|bug| bug.name() == name);
    bug.copied().ok_or_else(|| {
        let names: Vec<&str> = Bug::ALL.iter().map(|bug| bug.name()).collect();
        io::Error::other(format!(
            "no bug has this name; they are {}",
            names.join(", ")
        ))
    })
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

    match compare(&mut system, &config(policy(), logs)) {
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
