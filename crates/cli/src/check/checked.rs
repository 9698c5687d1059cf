//! The properties that a run checks, and what of them rests on parts that nothing confirms.

use std::collections::{BTreeMap, BTreeSet};

use socialgraph::Policy;
use socialgraph_analysis::checker::{Property, Users, Violation, check_properties};
use socialgraph_analysis::profile;

use super::options::Candidate;
use crate::document::wrapped;
use crate::progress::Progress;

/// The properties of a run, and for each profile that it names those that are not confirmed.
pub(super) struct Checked {
    pub(super) properties: Vec<Property>,
    unconfirmed: BTreeMap<&'static str, Unconfirmed>,
}

/// The properties that another value of a part would change, and those parts.
#[derive(Default)]
struct Unconfirmed {
    properties: BTreeSet<Property>,
    parts: Vec<&'static str>,
}

impl Checked {
    /// Searches two users under each policy that the cells of a named profile leave open.
    pub(super) fn new(
        properties: Vec<Property>,
        candidates: &[Candidate],
        line: &mut Progress,
    ) -> Self {
        let mut unconfirmed = BTreeMap::new();
        for candidate in candidates.iter().filter(|it| it.is_asked_for) {
            if let Some(profile) = candidate.profile
                && !unconfirmed.contains_key(profile.name)
            {
                line.show(|| format!("{}: what nothing confirms", profile.name));
                let open = Unconfirmed::of(profile.name, &properties);
                unconfirmed.insert(profile.name, open);
            }
        }
        line.clear();
        Self {
            properties,
            unconfirmed,
        }
    }

    /// Returns whether the run checks every property, and not only some that it was asked for.
    pub(super) fn has_all_properties(&self) -> bool {
        self.properties.len() == Property::ALL.len()
    }

    /// Returns whether a property of a named profile rests on a part that nothing confirms.
    pub(super) fn is_unconfirmed(&self, candidate: &Candidate, property: Property) -> bool {
        let open = self.of(candidate);
        open.is_some_and(|open| open.properties.contains(&property))
    }

    /// Returns which properties of a profile are not confirmed, and the parts that matter.
    pub(super) fn unconfirmed_text(&self, candidate: &Candidate) -> Option<String> {
        let open = self.of(candidate)?;
        if open.properties.is_empty() {
            return None;
        }
        let rules: Vec<_> = open.properties.iter().map(|it| it.rules()).collect();
        let (rules, parts) = (rules.join(", "), open.parts.join(", "));
        let parts = wrapped(&parts, "  ", "  ");
        Some(format!(
            "(not confirmed) {rules}, because nothing confirms\n{parts}"
        ))
    }

    fn of(&self, candidate: &Candidate) -> Option<&Unconfirmed> {
        self.unconfirmed.get(candidate.profile?.name)
    }
}

impl Unconfirmed {
    fn of(name: &str, properties: &[Property]) -> Self {
        let Some(profile) = profile::Profile::named(name) else {
            return Self::default();
        };
        let policy = profile.policy();
        let fails = |policy: &Policy| -> BTreeSet<Property> {
            let report = check_properties(policy, Users::Two, properties, |_| ());
            let violations = report.violations().iter();
            violations.map(Violation::property).collect()
        };

        let known = fails(&policy);
        let mut open = Self::default();
        for (path, values) in profile.plausible().open_parts() {
            for value in values {
                let Some(changed) = policy.with_part(path, value) else {
                    continue;
                };
                let others = fails(&changed);
                let differing: Vec<_> = known.symmetric_difference(&others).copied().collect();
                if !differing.is_empty() && !open.parts.contains(&path) {
                    open.parts.push(path);
                }
                open.properties.extend(differing);
            }
        }
        open
    }
}
