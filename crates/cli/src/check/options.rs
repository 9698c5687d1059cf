//! The command line, and the policies that it asks for.

use std::error::Error;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use socialgraph::{Limits, Policy};
use socialgraph_analysis::checker::Users;

pub(crate) const USAGE: &str = "usage: socialgraph check [POLICY.json] [--users 2|3|4]...";

/// What `--help` adds.
pub(crate) const HELP: &str = "
Checks a policy, or every built-in profile, in all states that so many users can reach: two
and three unless told otherwise. Four take half a minute under the profiles, and under a lax
policy up to 36 times as long and 1.5 GiB; more where a property fails. A policy is JSON, as in
docs/verification.md.";

/// What is to be checked, and with how many users.
#[derive(Default)]
pub(crate) struct Options {
    file: Option<PathBuf>,
    pub(crate) users: Vec<Users>,
}

/// A policy to check.
pub(crate) struct Candidate {
    pub(crate) name: String,
    pub(crate) policy: Policy,
    /// The profile that it is, of which it is known what comes about.
    pub(crate) built_in: Option<BuiltIn>,
}

/// A profile, as it is or with limits that three users reach.
#[derive(Clone, Copy)]
pub(crate) struct BuiltIn {
    pub(crate) profile: &'static str,
    pub(crate) limits_of_one: bool,
}

impl Options {
    /// Returns the options, or `None` where help is asked for.
    pub(crate) fn parse(
        args: impl Iterator<Item = OsString>,
    ) -> Result<Option<Self>, Box<dyn Error>> {
        use lexopt::prelude::*;
        let mut options = Self::default();
        let mut parser = lexopt::Parser::from_args(args);
        while let Some(arg) = parser.next()? {
            match arg {
                Short('h') | Long("help") => return Ok(None),
                Long("users") => options.users.push(users(&parser.value()?)?),
                Value(path) if options.file.is_none() => options.file = Some(path.into()),
                other => return Err(format!("{}\n{USAGE}", escaped(other.unexpected())).into()),
            }
        }
        if options.users.is_empty() {
            options.users = vec![Users::Two, Users::Three];
        }
        Ok(Some(options))
    }

    /// Returns the policy of the file, or where none is named, the profiles.
    pub(crate) fn candidates(&self) -> Result<Vec<Candidate>, Box<dyn Error>> {
        match &self.file {
            Some(path) => Ok(vec![read(path)?]),
            None => Ok(Policy::PROFILES.into_iter().flat_map(profile).collect()),
        }
    }
}

fn users(count: &OsString) -> Result<Users, String> {
    let number = count.to_str().and_then(|count| count.parse().ok());
    number.and_then(Users::from_count).ok_or_else(|| {
        format!(
            "`{}` users cannot be checked, but 2, 3 or 4\n{USAGE}",
            escaped(count.display())
        )
    })
}

/// Returns a profile as it is, and with limits that three users reach.
fn profile((profile, policy): (&'static str, Policy)) -> [Candidate; 2] {
    let mut tight = policy;
    tight.limits = Limits {
        blocked: Some(1),
        friends: Some(1),
        requests_in: Some(1),
        batch: None,
    };
    let candidate = |name, policy, limits_of_one| {
        let built_in = Some(BuiltIn {
            profile,
            limits_of_one,
        });
        Candidate {
            name,
            policy,
            built_in,
        }
    };
    [
        candidate(profile.to_owned(), policy, false),
        candidate(format!("{profile}, limits of 1"), tight, true),
    ]
}

fn read(path: &Path) -> Result<Candidate, String> {
    let name = escaped(path.display());
    let bytes = std::fs::read(path).map_err(|error| format!("{name}: {error}"))?;
    let policy = serde_json::from_slice(&bytes)
        .map_err(|error| format!("{name}: not a policy: {}", escaped(error)))?;
    Ok(Candidate {
        name,
        policy,
        built_in: None,
    })
}

/// Returns text that can steer no terminal.
fn escaped(text: impl std::fmt::Display) -> String {
    let plain = |c: char| {
        if c.is_control() {
            c.escape_debug().to_string()
        } else {
            c.to_string()
        }
    };
    text.to_string().chars().map(plain).collect()
}
