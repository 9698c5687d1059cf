//! The remarks of `check` below its table: violations, and what differs from the pinned counts.

use std::collections::HashSet;
use std::fmt::Write;

use socialgraph_analysis::checker::{Duty, Property, Report, Sometimes, Users};
use socialgraph_analysis::profile_counts::ProfileCounts;

use super::checked::Checked;
use super::options::Candidate;
use crate::document::wrapped;

/// A remark on a policy.
pub(super) struct Remark {
    /// The policy, and the number of users.
    pub(super) about: String,
    /// A sentence in the first line, and the steps that show it in the others.
    pub(super) text: String,
    pub(super) is_fault: bool,
}

/// The remarks on all reports so far.
#[derive(Default)]
pub(super) struct Remarks {
    all: Vec<Remark>,
    /// The candidate and the topic of each remark.
    made: HashSet<(String, String)>,
    /// The properties without a witness for any number of users, under the policy of a file.
    unwitnessed: Option<Vec<Sometimes>>,
}

impl Remarks {
    /// Adds the remarks on a report.
    ///
    /// A failing property is a fault, unless it is known of a named policy. A policy under which
    /// no user can block is a fault. Under a named policy, changed counts, a property that no
    /// longer fails, and unexpected unwitnessed properties are faults too.
    pub(super) fn add(&mut self, candidate: &Candidate, report: &Report, checked: &Checked) {
        let pinned_for = |users| {
            let profile = candidate.profile?;
            ProfileCounts::find(profile.name, profile.limits_of_one, users)
        };
        // Four users are not pinned of every policy, but lack what three users lack.
        let known = pinned_for(Users::Three).map_or(&[][..], |pinned| pinned.lacks);
        let pinned = pinned_for(report.users());
        self.add_violations(candidate, report, known, checked);

        if report.is_vacuous() {
            let text = "nothing about blocks was checked: nobody can block under this policy\n";
            self.add_fault(candidate, report.users(), text.to_owned(), text);
        }

        if candidate.profile.is_none() && checked.has_all_properties() {
            self.keep_common(report.unwitnessed().collect());
        }
        if let Some(pinned) = pinned {
            for text in differences(&pinned, report, &checked.properties) {
                self.add_fault(candidate, report.users(), text.clone(), &text);
            }
        }
    }

    /// Adds a remark on each violation. One that is known is shown only if it is asked for.
    fn add_violations(
        &mut self,
        candidate: &Candidate,
        report: &Report,
        known: &[Property],
        checked: &Checked,
    ) {
        for violation in report.violations() {
            let property = violation.property();
            let prefix = match property.duty() {
                Duty::Policy if checked.is_unconfirmed(candidate, property) => "(not confirmed) ",
                Duty::Policy => "",
                Duty::Engine => "a bug of socialgraph: ",
            };
            let text = format!("{prefix}{violation}");

            let topic = property.to_string();
            if !known.contains(&property) {
                self.add_fault(candidate, report.users(), topic, &text);
            } else if candidate.is_asked_for {
                self.add_remark(candidate, report.users(), topic, &text);
            }
        }
    }

    pub(super) fn has_fault(&self) -> bool {
        self.all.iter().any(|remark| remark.is_fault)
    }

    /// Returns all remarks on policies.
    pub(super) fn all(&self) -> &[Remark] {
        &self.all
    }

    /// Returns what never comes about under the policies of files, in a sentence.
    pub(super) fn unwitnessed(&self) -> Option<String> {
        let unwitnessed = self.unwitnessed.as_deref()?;
        (!unwitnessed.is_empty()).then(|| unwitnessed_text(unwitnessed).trim_end().to_owned())
    }

    /// Returns all remarks as text.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        for remark in &self.all {
            let _ = write!(text, "\n{}: {}", remark.about, remark.text);
        }
        if let Some(unwitnessed) = self.unwitnessed() {
            text.push('\n');
            text.push_str(&wrapped(&unwitnessed, "", "  "));
        }
        text
    }

    /// Adds what else of a policy rests on parts that nothing confirms.
    pub(super) fn add_unconfirmed(&mut self, candidate: &Candidate, checked: &Checked) {
        let Some(text) = checked.unconfirmed_text(candidate) else {
            return;
        };
        self.all.push(Remark {
            about: candidate.name.clone(),
            text,
            is_fault: false,
        });
    }

    fn add_fault(&mut self, candidate: &Candidate, users: Users, topic: String, text: &str) {
        self.push(candidate, users, topic, text, true);
    }

    fn add_remark(&mut self, candidate: &Candidate, users: Users, topic: String, text: &str) {
        self.push(candidate, users, topic, text, false);
    }

    /// Adds a remark, unless the same topic has one for fewer users.
    fn push(
        &mut self,
        candidate: &Candidate,
        users: Users,
        topic: String,
        text: &str,
        is_fault: bool,
    ) {
        if self.made.insert((candidate.name.clone(), topic)) {
            self.all.push(Remark {
                about: format!("{}, {users} users", candidate.name),
                text: text.to_owned(),
                is_fault,
            });
        }
    }

    /// Keeps the properties that no search so far has witnessed.
    fn keep_common(&mut self, mut unwitnessed: Vec<Sometimes>) {
        if let Some(before) = &self.unwitnessed {
            unwitnessed.retain(|property| before.contains(property));
        }
        self.unwitnessed = Some(unwitnessed);
    }
}

fn unwitnessed_text(unwitnessed: &[Sometimes]) -> String {
    let names: Vec<String> = unwitnessed.iter().map(ToString::to_string).collect();
    format!("what never comes about: {}\n", names.join(", "))
}

/// Returns a remark on each thing that differs from what is pinned.
fn differences(pinned: &ProfileCounts, report: &Report, properties: &[Property]) -> Vec<String> {
    let mut texts = Vec::new();
    let lacks = pinned.lacks.iter().filter(|it| properties.contains(it));
    for property in lacks {
        let mut violations = report.violations().iter();
        if !violations.any(|violation| violation.property() == *property) {
            texts.push(format!("this no longer fails: {property}\n"));
        }
    }

    let unwitnessed: Vec<Sometimes> = report.unwitnessed().collect();
    if unwitnessed != pinned.unwitnessed() {
        texts.push(unwitnessed_text(&unwitnessed));
    }

    let is_unchanged = pinned.states == report.states()
        && pinned.transitions == report.transitions()
        && pinned.depth == report.depth();
    if !is_unchanged {
        texts.push(format!(
            "a count has changed: it was {} states, {} transitions, depth {}\n",
            pinned.states, pinned.transitions, pinned.depth
        ));
    }
    texts
}
