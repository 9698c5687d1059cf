//! `socialgraph diff` and `socialgraph what-if`: what tells policies apart.

pub(crate) mod diff;
mod json;
mod stories;
pub(crate) mod what_if;

use std::error::Error;

use socialgraph_analysis::profile::{Certainty, Plausible, Profile};
use socialgraph_analysis::story::{Line, Story};

use crate::format::Format;
use crate::policy::NamedPolicy;
use crate::{parse_error, wrong_usage};

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
        if self.is_part_unconfirmed(path) {
            " (not confirmed)"
        } else {
            ""
        }
    }

    /// Returns the mark of an answer that is not confirmed.
    fn mark(&self, story: &Story) -> &'static str {
        if self.is_unconfirmed(story) {
            " (not confirmed)"
        } else {
            ""
        }
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
        mut parser: lexopt::Parser,
        count: usize,
        usage: &str,
    ) -> Result<Option<Self>, Box<dyn Error>> {
        use lexopt::prelude::*;

        let with_usage = |error| parse_error(error, usage);
        let (mut policies, mut format) = (Vec::new(), Format::Text);
        while let Some(argument) = parser.next().map_err(with_usage)? {
            match argument {
                Short('h') | Long("help") => return Ok(None),
                Long("format") => {
                    let value = parser.value().map_err(with_usage)?;
                    format = Format::parse(&value).map_err(|error| wrong_usage(error, usage))?;
                }
                Value(policy) => policies.push(policy),
                other => return Err(with_usage(other.unexpected())),
            }
        }

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
