//! What is printed about a report.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::time::Duration;

use socialgraph::checker::{Duty, Occurrence, Property, Report, Users};
use socialgraph::{Reason, Verdict};

use crate::options::Candidate;

/// What is said below the table about one report.
pub(crate) struct Remarks {
    pub(crate) text: String,
    pub(crate) fails: bool,
}

pub(crate) fn header(out: &mut impl Write) -> io::Result<()> {
    let columns = ["users", "states", "transitions", "depth", "properties", "seconds"];
    let [users, states, transitions, depth, properties, seconds] = columns;
    writeln!(
        out,
        "{:<36} {users:>5} {states:>11} {transitions:>12} {depth:>5} {properties:>12} {seconds:>8}",
        "policy"
    )
}

pub(crate) fn row(
    out: &mut impl Write,
    candidate: &Candidate,
    report: &Report,
    took: Duration,
) -> io::Result<()> {
    let failed = report.violations().len();
    let properties = match failed {
        0 => format!("{} hold", Property::ALL.len()),
        _ => format!("{failed} of {} fail", Property::ALL.len()),
    };
    writeln!(
        out,
        "{:<36} {:>5} {:>11} {:>12} {:>5} {properties:>12} {:>8.2}",
        candidate.name,
        report.users().count(),
        report.states(),
        report.transitions(),
        report.depth(),
        took.as_secs_f64(),
    )
}

/// Returns each violation with its trace, and what never came about.
pub(crate) fn remarks(candidate: &Candidate, report: &Report) -> Remarks {
    let mut text = String::new();
    let title = format!("\n{}, {} users: ", candidate.name, report.users());
    for violation in report.violations() {
        let whose = match violation.property().duty() {
            Duty::Policy => "",
            Duty::Engine => "a bug of socialgraph: ",
        };
        let _ = write!(text, "{title}{whose}{violation}");
    }
    let never: Vec<Occurrence> = report.never().collect();
    let idle = candidate.built_in && never != expected_idle(report);
    if idle || !candidate.built_in && !never.is_empty() {
        let names: Vec<String> = never.iter().map(ToString::to_string).collect();
        let _ = writeln!(text, "{title}what never comes about: {}", names.join(", "));
    }
    Remarks { text, fails: idle || !report.holds() }
}

/// Returns what never comes about under a profile: all of them are silent about blocks, and
/// their limits are reached only where one user can have two entries and one is allowed.
fn expected_idle(report: &Report) -> Vec<Occurrence> {
    let tight = report.policy().limits.blocked == Some(1) && report.users() > Users::Two;
    let limits = [
        Reason::ActorBlocklistFull,
        Reason::ActorFriendsFull,
        Reason::TargetFriendsFull,
        Reason::TargetRequestsFull,
    ];
    let told = Occurrence::Message(Verdict::Refused);
    let full = limits.into_iter().filter(|_| !tight).map(Occurrence::Reason);
    std::iter::once(told).chain(full).collect()
}
