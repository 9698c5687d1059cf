//! The table of `check`: a row for each search.

use std::io::{self, Write};
use std::time::Duration;

use socialgraph_analysis::checker::{Property, Report};

use super::options::Candidate;

pub(crate) fn write_header(out: &mut impl Write) -> io::Result<()> {
    writeln!(
        out,
        "{:<36} {:>5} {:>11} {:>12} {:>5} {:>12} {:>8}",
        "policy", "users", "states", "transitions", "depth", "properties", "seconds"
    )
}

pub(crate) fn write_row(
    out: &mut impl Write,
    candidate: &Candidate,
    report: &Report,
    elapsed: Duration,
) -> io::Result<()> {
    let failed = report.violations().len();
    let properties = match failed {
        0 if report.is_vacuous() => "no blocks".to_owned(),
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
        elapsed.as_secs_f64(),
    )
}
