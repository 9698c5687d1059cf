//! The command line of `check`, and the policies that it names.

use std::error::Error;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use socialgraph::Policy;
use socialgraph_analysis::checker::Users;
use socialgraph_analysis::profile_counts::LIMITS_OF_ONE;

use crate::text::escaped;
use crate::{parse_error, wrong_usage};

const USAGE: &str = "usage: socialgraph check [POLICY.json] [--users 2|3|4]...";

const DETAILS: &str = "\
Checks a policy in every state that the users can reach. Without POLICY.json
it checks every built-in profile. A policy is JSON, as in docs/verification.md.

  --users N   the number of users: 2, 3 or 4; may be repeated; 2 and 3 if absent

Four users take half a minute under the profiles. A lax policy takes up to 36
times as long and 1.5 GiB, and more memory if a property fails.

Exit status: 0 if every property holds; 1 if a property fails, if no user can
block, or if a pinned count of a profile has changed; 2 if an argument is
wrong, the file is not a policy, or the output cannot be written.";

/// The options of a run.
#[derive(Default)]
pub(crate) struct Options {
    file: Option<PathBuf>,
    pub(crate) users: Vec<Users>,
}

/// A policy to check.
pub(crate) struct Candidate {
    pub(crate) name: String,
    pub(crate) policy: Policy,
    /// The built-in profile that the policy comes from. Its counts are pinned.
    pub(crate) profile: Option<Profile>,
}

/// A built-in profile, with its own limits or with limits that three users reach.
#[derive(Clone, Copy)]
pub(crate) struct Profile {
    pub(crate) name: &'static str,
    pub(crate) limits_of_one: bool,
}

pub(crate) fn help() -> String {
    format!("{USAGE}\n\n{DETAILS}")
}

impl Options {
    /// Reads the command line. Returns `None` if it asks for help.
    pub(crate) fn parse(mut parser: lexopt::Parser) -> Result<Option<Self>, Box<dyn Error>> {
        use lexopt::prelude::*;

        let with_usage = |error| parse_error(error, USAGE);
        let mut options = Self::default();
        while let Some(argument) = parser.next().map_err(with_usage)? {
            match argument {
                Short('h') | Long("help") => return Ok(None),
                Long("users") => {
                    let count = parser.value().map_err(with_usage)?;
                    options.users.push(parse_users(&count)?);
                }
                Value(path) if options.file.is_none() => options.file = Some(path.into()),
                other => return Err(with_usage(other.unexpected())),
            }
        }

        if options.users.is_empty() {
            options.users = vec![Users::Two, Users::Three];
        }
        Ok(Some(options))
    }

    /// Returns the policy of the file, or every profile if no file is named.
    pub(crate) fn candidates(&self) -> Result<Vec<Candidate>, String> {
        if let Some(path) = &self.file {
            return Ok(vec![read_policy(path)?]);
        }

        let mut candidates = Vec::new();
        for (name, policy) in Policy::PROFILES {
            candidates.extend(profile_candidates(name, policy));
        }
        Ok(candidates)
    }
}

fn parse_users(count: &OsStr) -> Result<Users, Box<dyn Error>> {
    let number = count.to_str().and_then(|count| count.parse().ok());
    number.and_then(Users::from_count).ok_or_else(|| {
        let error = format!("`--users` takes 2, 3 or 4, not `{}`", count.display());
        wrong_usage(error, USAGE)
    })
}

/// Returns a profile with its own limits, and with limits that three users reach.
fn profile_candidates(name: &'static str, policy: Policy) -> [Candidate; 2] {
    let mut tight_policy = policy;
    tight_policy.limits = LIMITS_OF_ONE;

    [
        Candidate {
            name: name.to_owned(),
            policy,
            profile: Some(Profile {
                name,
                limits_of_one: false,
            }),
        },
        Candidate {
            name: format!("{name}, limits of 1"),
            policy: tight_policy,
            profile: Some(Profile {
                name,
                limits_of_one: true,
            }),
        },
    ]
}

fn read_policy(path: &Path) -> Result<Candidate, String> {
    let name = escaped(path.display());
    let bytes = std::fs::read(path).map_err(|error| format!("{name}: {error}"))?;
    let policy = serde_json::from_slice(&bytes)
        .map_err(|error| format!("{name}: not a policy: {}", escaped(error)))?;

    Ok(Candidate {
        name,
        policy,
        profile: None,
    })
}
