//! `socialgraph diff` and `socialgraph what-if`: what tells policies apart.

pub(crate) mod diff;
mod json;
mod stories;
pub(crate) mod what_if;

use std::error::Error;

use socialgraph_analysis::profile::{Certainty, Plausible, Profile};
use socialgraph_analysis::story::{Line, Story};

use crate::format::{Arguments, Format};
use crate::policy::NamedPolicy;
use crate::text::unconfirmed_mark;
use crate::wrong_usage;

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

/// The arguments of a command that takes policies.
struct Options {
    policies: Vec<NamedPolicy>,
    format: Format,
}

impl Options {
    /// Reads the command line. Returns `None` if it asks for help.
    fn parse(
        parser: lexopt::Parser,
        count: usize,
        usage: &str,
    ) -> Result<Option<Self>, Box<dyn Error>> {
        let Some(Arguments {
            values: policies,
            format,
        }) = Arguments::parse(parser, usage)?
        else {
            return Ok(None);
        };

        if policies.len() != count {
            let policies = policies.len();
            let error = format!("it takes {count} policies, not {policies}");
            return Err(wrong_usage(error.replace("1 policies", "1 policy"), usage));
        }
        let policies = policies.iter().map(|policy| NamedPolicy::read(policy));
        Ok(Some(Self {
            policies: policies.collect::<Result<_, _>>()?,
            format,
        }))
    }
}
