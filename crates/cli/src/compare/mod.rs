//! `socialgraph diff`, `what-if` and `nearest`: what tells policies apart.

pub(crate) mod diff;
mod json;
pub(crate) mod nearest;
mod stories;
pub(crate) mod what_if;

use socialgraph_analysis::profile::{Certainty, Plausible, Profile};
use socialgraph_analysis::story::{Line, Story};

use crate::policy::NamedPolicy;
use crate::text::unconfirmed_mark;

/// A policy of the command line, with the profile of its name if it has one.
struct Side {
    named: NamedPolicy,
    plausible: Option<Plausible>,
}

impl Side {
    fn new(named: NamedPolicy) -> Self {
        let profile = named.profile.and_then(Profile::named);
        Self {
            named,
            plausible: profile.map(Profile::plausible),
        }
    }

    /// Returns whether the answer at the end of a story rests on a part that nothing confirms.
    ///
    /// Only a profile claims anything about a system.
    fn is_unconfirmed(&self, story: &Story) -> bool {
        let Some(plausible) = &self.plausible else {
            return false;
        };
        let certainties = plausible.certainties(story);
        let lines = story.lines().iter();
        let last_steps = lines
            .rev()
            .take_while(|line| !matches!(line, Line::Question { .. }));
        let asked = certainties.len().saturating_sub(last_steps.count() + 1);
        let asked = certainties.get(asked..).unwrap_or_default();
        asked
            .iter()
            .any(|certainty| *certainty != Certainty::Confirmed)
    }

    /// Returns whether nothing confirms a part of a named policy.
    fn is_part_unconfirmed(&self, path: &str) -> bool {
        self.plausible.as_ref().is_some_and(|it| !it.confirms(path))
    }

    /// Returns the mark of a part that nothing confirms.
    fn mark_of_part(&self, path: &str) -> &'static str {
        unconfirmed_mark(self.is_part_unconfirmed(path))
    }

    /// Returns the mark of an answer that is not confirmed.
    fn mark(&self, story: &Story) -> &'static str {
        unconfirmed_mark(self.is_unconfirmed(story))
    }
}
