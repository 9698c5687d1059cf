//! The command line of `check`, and the policies that it names.

use std::error::Error;
use std::ffi::{OsStr, OsString};

use socialgraph::Policy;
use socialgraph_analysis::checker::Users;
use socialgraph_analysis::profile_counts::LIMITS_OF_ONE;

use crate::policy::NamedPolicy;
use crate::{parse_error, wrong_usage};

const USAGE: &str = "usage: socialgraph check [POLICY]... [--users 2|3|4]... [--max-memory MIB]";

const DETAILS: &str = "\
Checks policies in every state that the users can reach. A POLICY is a name,
such as `mastodon`, a name with changes, such as `mastodon with limits.batch =
none`, or a file: JSON, TOML or YAML, as in docs/verification.md. Without POLICY
it checks every named policy, and Tencent's alone for four users.

  --users N          the number of users: 2, 3 or 4; may be repeated; 2 and 3
                     if absent
  --max-memory MIB   the most memory for the states of four users; 1024 if
                     absent

Four users take half a minute under Tencent's policies. Under other policies
they take up to 175 times as long and several GiB: the bound on states and
memory is printed before the search.

Exit status: 0 if every property holds, or fails as is known of a named
policy; 1 if another property fails, if no user can block, or if a pinned
count of a named policy has changed; 2 if an argument is wrong, a file is not
a policy, the search would take too much memory, or the output cannot be
written.";

/// The memory that a search of four users may take if no option says otherwise.
const DEFAULT_MAX_MEMORY_MIB: u64 = 1024;

/// The number of policies, the first ones, that are checked with four users by default.
const TENCENT_COUNT: usize = 3;

/// The options of a run.
pub(crate) struct Options {
    /// Names and files.
    policies: Vec<OsString>,
    pub(crate) users: Vec<Users>,
    pub(crate) max_memory_mib: u64,
}

/// A policy to check.
pub(crate) struct Candidate {
    /// The name or names, or the file.
    pub(crate) name: String,
    pub(crate) policy: Policy,
    /// The named policy that it comes from. Its counts are pinned.
    pub(crate) profile: Option<Profile>,
    /// Whether the command line asks for the policy, and not only for all of them.
    pub(crate) is_asked_for: bool,
}

/// A named policy, with its own limits or with limits that three users reach.
#[derive(Clone, Copy)]
pub(crate) struct Profile {
    pub(crate) name: &'static str,
    pub(crate) limits_of_one: bool,
}

impl Profile {
    /// Returns whether the policy is one of Tencent's.
    pub(crate) fn is_tencents(self) -> bool {
        let mut tencents = Policy::names().take(TENCENT_COUNT);
        tencents.any(|name| name == self.name)
    }
}

impl Candidate {
    /// Returns whether the policy is searched with this number of users.
    ///
    /// Two users cannot exceed limits of one. Four users are searched under Tencent's policies,
    /// and under those that the command line asks for.
    pub(crate) fn has_search(&self, users: Users) -> bool {
        match users {
            Users::Two => self.profile.is_none_or(|profile| !profile.limits_of_one),
            Users::Three => true,
            _ => self.is_asked_for || self.profile.is_some_and(Profile::is_tencents),
        }
    }
}

pub(crate) fn help() -> String {
    format!("{USAGE}\n\n{DETAILS}")
}

impl Options {
    /// Reads the command line. Returns `None` if it asks for help.
    pub(crate) fn parse(mut parser: lexopt::Parser) -> Result<Option<Self>, Box<dyn Error>> {
        use lexopt::prelude::*;

        let with_usage = |error| parse_error(error, USAGE);
        let mut options = Self {
            policies: Vec::new(),
            users: Vec::new(),
            max_memory_mib: DEFAULT_MAX_MEMORY_MIB,
        };
        while let Some(argument) = parser.next().map_err(with_usage)? {
            match argument {
                Short('h') | Long("help") => return Ok(None),
                Long("users") => {
                    let count = parser.value().map_err(with_usage)?;
                    options.users.push(parse_users(&count)?);
                }
                Long("max-memory") => {
                    let mib = parser.value().map_err(with_usage)?;
                    options.max_memory_mib = parse_mib(&mib)?;
                }
                Value(policy) => options.policies.push(policy),
                other => return Err(with_usage(other.unexpected())),
            }
        }

        if options.users.is_empty() {
            options.users = vec![Users::Two, Users::Three];
        }
        Ok(Some(options))
    }

    /// Returns the policies of the command line, or every named policy if it has none.
    pub(crate) fn candidates(&self) -> Result<Vec<Candidate>, String> {
        let mut candidates = Vec::new();
        for policy in &self.policies {
            candidates.extend(asked_for(policy)?);
        }
        if self.policies.is_empty() {
            candidates.extend(all_named());
        }
        Ok(candidates)
    }
}

/// Returns every named policy. Policies that are equal are one candidate with several names.
fn all_named() -> Vec<Candidate> {
    let mut distinct: Vec<(&'static str, Policy, String)> = Vec::new();
    for &(name, policy) in Policy::PROFILES {
        let known = distinct.iter_mut().find(|(_, known, _)| *known == policy);
        match known {
            Some((.., names)) => names.extend([", ", name]),
            None => distinct.push((name, policy, name.to_owned())),
        }
    }

    let candidates = distinct.into_iter();
    candidates
        .flat_map(|(name, policy, names)| named_candidates(name, &names, policy, false))
        .collect()
}

/// Returns the candidates of an argument.
fn asked_for(argument: &OsStr) -> Result<Vec<Candidate>, String> {
    let NamedPolicy {
        name,
        policy,
        profile,
    } = NamedPolicy::read(argument)?;

    Ok(match profile {
        Some(profile) => named_candidates(profile, profile, policy, true).into(),
        None => vec![Candidate {
            name,
            policy,
            profile: None,
            is_asked_for: true,
        }],
    })
}

fn parse_users(count: &OsStr) -> Result<Users, Box<dyn Error>> {
    let number = count.to_str().and_then(|count| count.parse().ok());
    number.and_then(Users::from_count).ok_or_else(|| {
        let error = format!("`--users` takes 2, 3 or 4, not `{}`", count.display());
        wrong_usage(error, USAGE)
    })
}

fn parse_mib(mib: &OsStr) -> Result<u64, Box<dyn Error>> {
    let number = mib.to_str().and_then(|mib| mib.parse().ok());
    number.ok_or_else(|| {
        let error = format!("`--max-memory` takes a number, not `{}`", mib.display());
        wrong_usage(error, USAGE)
    })
}

/// Returns a named policy with its own limits, and with limits that three users reach.
fn named_candidates(
    name: &'static str,
    names: &str,
    policy: Policy,
    is_asked_for: bool,
) -> [Candidate; 2] {
    let mut tight_policy = policy;
    tight_policy.limits = LIMITS_OF_ONE;

    [(policy, false), (tight_policy, true)].map(|(policy, limits_of_one)| Candidate {
        name: if limits_of_one {
            format!("{names}; limits of 1")
        } else {
            names.to_owned()
        },
        policy,
        profile: Some(Profile {
            name,
            limits_of_one,
        }),
        is_asked_for,
    })
}
