//! The remarks of `check` below its table: violations, and what differs from the pinned counts.

use std::collections::HashSet;
use std::fmt::Write;

use socialgraph::{Reason, Verdict};
use socialgraph_analysis::checker::{Duty, Report, Sometimes, Users};
use socialgraph_analysis::profile_counts::ProfileCounts;

use super::options::{Candidate, Profile};

/// The remarks on all reports so far.
#[derive(Default)]
pub(crate) struct Remarks {
    text: String,
    has_fault: bool,
    /// The candidate and the topic of each remark.
    made: HashSet<(String, String)>,
    /// The properties without a witness for any number of users, under the policy of a file.
    unwitnessed: Option<Vec<Sometimes>>,
}

impl Remarks {
    /// Adds the remarks on a report.
    ///
    /// A failing property is a fault, and so is a policy under which no user can block. Under a
    /// built-in profile, changed counts and unexpected unwitnessed properties are faults too.
    pub(crate) fn add(&mut self, candidate: &Candidate, report: &Report) {
        for violation in report.violations() {
            let property = violation.property();
            let prefix = match property.duty() {
                Duty::Policy => "",
                Duty::Engine => "a bug of socialgraph: ",
            };
            let text = format!("{prefix}{violation}");
            self.add_fault(candidate, report.users(), property.to_string(), &text);
        }

        if report.is_vacuous() {
            let text = "nothing about blocks was checked: nobody can block under this policy\n";
            self.add_fault(candidate, report.users(), text.to_owned(), text);
        }

        let unwitnessed: Vec<Sometimes> = report.unwitnessed().collect();
        let Some(profile) = candidate.profile else {
            self.keep_common(unwitnessed);
            return;
        };
        if unwitnessed != expected_unwitnessed(profile, report.users()) {
            let text = unwitnessed_text(&unwitnessed);
            self.add_fault(candidate, report.users(), text.clone(), &text);
        }
        if let Some(text) = changed_counts_text(profile, report) {
            self.add_fault(candidate, report.users(), text.clone(), &text);
        }
    }

    pub(crate) const fn has_fault(&self) -> bool {
        self.has_fault
    }

    /// Returns all remarks.
    pub(crate) fn text(&self) -> String {
        let mut text = self.text.clone();
        if let Some(unwitnessed) = &self.unwitnessed
            && !unwitnessed.is_empty()
        {
            text.push('\n');
            text.push_str(&unwitnessed_text(unwitnessed));
        }
        text
    }

    /// Adds a remark on a fault, unless the same topic has one for fewer users.
    fn add_fault(&mut self, candidate: &Candidate, users: Users, topic: String, text: &str) {
        self.has_fault = true;
        if self.made.insert((candidate.name.clone(), topic)) {
            let _ = write!(self.text, "\n{}, {users} users: {text}", candidate.name);
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

/// Returns a remark if the counts of a report are not the pinned ones.
fn changed_counts_text(profile: Profile, report: &Report) -> Option<String> {
    let Some(pinned) = ProfileCounts::find(profile.name, profile.limits_of_one, report.users())
    else {
        return Some("no counts are pinned of this profile\n".to_owned());
    };

    let is_unchanged = pinned.states == report.states()
        && pinned.transitions == report.transitions()
        && pinned.depth == report.depth();
    (!is_unchanged).then(|| {
        format!(
            "a count has changed: it was {} states, {} transitions, depth {}\n",
            pinned.states, pinned.transitions, pinned.depth
        )
    })
}

/// Returns the properties that have no witness under a built-in profile.
///
/// All profiles refuse silently. A list is full only if its limit is one and a user has two
/// peers.
fn expected_unwitnessed(profile: Profile, users: Users) -> Vec<Sometimes> {
    let mut expected = vec![Sometimes::Message(Verdict::Refused)];
    if !profile.limits_of_one || users == Users::Two {
        expected.extend([
            Sometimes::Reason(Reason::ActorBlocklistFull),
            Sometimes::Reason(Reason::ActorFriendsFull),
            Sometimes::Reason(Reason::TargetFriendsFull),
            Sometimes::Reason(Reason::TargetRequestsFull),
        ]);
    }
    expected
}
