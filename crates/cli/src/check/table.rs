//! What is printed about a report.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::time::Duration;

use socialgraph::{Reason, Verdict};
use socialgraph_analysis::checker::{Duty, Property, Report, Sometimes, Users};

use super::counts::{self, Counts};
use super::options::{BuiltIn, Candidate};

/// What is said below the table.
#[derive(Default)]
pub(crate) struct Remarks {
    text: String,
    pub(crate) fails: bool,
    /// What came about with no number of users, under a policy of one's own.
    never: Option<Vec<Sometimes>>,
    /// What has been told of which candidate: what fails for two users does for three as well.
    told: Vec<(String, String)>,
}

pub(crate) fn header(out: &mut impl Write) -> io::Result<()> {
    let columns = [
        "users",
        "states",
        "transitions",
        "depth",
        "properties",
        "seconds",
    ];
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
        took.as_secs_f64(),
    )
}

impl Remarks {
    /// Adds each violation that is new, with its trace, and what never came about.
    ///
    /// Where no block comes about it fails, whatever holds; the rest of what never does is for
    /// the reader to judge, but under the built-in profiles.
    pub(crate) fn add(&mut self, candidate: &Candidate, report: &Report) {
        for violation in report.violations() {
            let property = violation.property();
            let text = format!("{}{violation}", whose(property.duty()));
            self.tell(candidate, report.users(), property.to_string(), &text);
        }
        if report.is_vacuous() {
            let text = "nothing about blocks was checked: nobody can block under this policy\n";
            self.tell(candidate, report.users(), text.to_owned(), text);
        }
        let mut never: Vec<Sometimes> = report.unwitnessed().collect();
        let idle = candidate.built_in.is_some() && never != expected_idle(report);
        if idle {
            let text = never_text(&never);
            self.tell(candidate, report.users(), text.clone(), &text);
        }
        if candidate.built_in.is_none() {
            never.retain(|it| self.never.as_ref().is_none_or(|before| before.contains(it)));
            self.never = Some(never);
        }
        let changed = candidate
            .built_in
            .and_then(|built_in| changed(built_in, report));
        if let Some(text) = &changed {
            self.tell(candidate, report.users(), text.clone(), text);
        }
        self.fails |= changed.is_some() || idle || !report.holds() || report.is_vacuous();
    }

    /// Returns all that there is to say.
    pub(crate) fn text(&self) -> String {
        let never = self.never.as_ref().filter(|never| !never.is_empty());
        let never = never.map(|never| format!("\n{}", never_text(never)));
        format!("{}{}", self.text, never.unwrap_or_default())
    }

    /// Says something about a candidate, unless it has been said for fewer users.
    fn tell(&mut self, candidate: &Candidate, users: Users, what: String, text: &str) {
        let key = (candidate.name.clone(), what);
        if !self.told.contains(&key) {
            let _ = write!(self.text, "\n{}, {users} users: {text}", candidate.name);
            self.told.push(key);
        }
    }
}

fn never_text(never: &[Sometimes]) -> String {
    let names: Vec<String> = never.iter().map(ToString::to_string).collect();
    format!("what never comes about: {}\n", names.join(", "))
}

const fn whose(duty: Duty) -> &'static str {
    match duty {
        Duty::Policy => "",
        Duty::Engine => "a bug of socialgraph: ",
    }
}

/// Returns what to say of counts that are not those of the profile.
fn changed(built_in: BuiltIn, report: &Report) -> Option<String> {
    let BuiltIn {
        profile,
        limits_of_one,
    } = built_in;
    let counted = Counts {
        profile,
        limits_of_one,
        users: report.users().count(),
        states: report.states(),
        transitions: report.transitions(),
        depth: report.depth(),
    };
    let same = |it: &Counts| {
        (it.profile, it.limits_of_one, it.users) == (profile, limits_of_one, counted.users)
    };
    match counts::all().find(same) {
        Some(expected) if expected == counted => None,
        Some(Counts {
            states,
            transitions,
            depth,
            ..
        }) => Some(format!(
            "a count has changed: it was {states} states, {transitions} transitions, depth {depth}\n"
        )),
        None => Some("no counts are pinned of this profile\n".to_owned()),
    }
}

/// Returns what never comes about under a profile: all of them are silent about blocks, and
/// their limits are reached only where one user can have two entries and one is allowed.
fn expected_idle(report: &Report) -> Vec<Sometimes> {
    let tight = report.policy().limits.blocked == Some(1) && report.users() > Users::Two;
    let limits = [
        Reason::ActorBlocklistFull,
        Reason::ActorFriendsFull,
        Reason::TargetFriendsFull,
        Reason::TargetRequestsFull,
    ];
    let told = Sometimes::Message(Verdict::Refused);
    let full = limits.into_iter().filter(|_| !tight).map(Sometimes::Reason);
    std::iter::once(told).chain(full).collect()
}
