//! The table of `check`: a row for each search.

use std::io::{self, Write};

use socialgraph_analysis::checker::{Duty, Report};

use super::output::Search;
use crate::terminal::{BAD, GOOD, painted};

pub(crate) fn write_header(out: &mut impl Write) -> io::Result<()> {
    writeln!(
        out,
        "{:>5} {:>11} {:>13} {:>5} {:>7}  {:<22} policy",
        "users", "states", "transitions", "depth", "seconds", "lacks"
    )
}

/// Writes a row. The policy comes last, because a policy can have several names.
pub(crate) fn write_row(out: &mut impl Write, search: &Search<'_>) -> io::Result<()> {
    let report = &search.report;
    let lacks = lacks(report);
    let is_good = report.holds() && !report.is_vacuous();
    let style = if is_good { GOOD } else { BAD };
    writeln!(
        out,
        "{:>5} {:>11} {:>13} {:>5} {:>7.2}  {} {}",
        report.users().count(),
        report.states(),
        report.transitions(),
        report.depth(),
        search.seconds,
        painted(style, format_args!("{lacks:<22}")),
        search.candidate.name,
    )
}

/// Returns the rules of the failing properties that are the policy's duty, or a word.
pub(super) fn lacks(report: &Report) -> String {
    let mut rules = Vec::new();
    for violation in report.violations() {
        rules.push(match violation.property().duty() {
            Duty::Policy => violation.property().rules(),
            Duty::Engine => "a bug",
        });
    }

    if !rules.is_empty() {
        rules.join(" ")
    } else if report.is_vacuous() {
        "no blocks".to_owned()
    } else {
        "nothing".to_owned()
    }
}
