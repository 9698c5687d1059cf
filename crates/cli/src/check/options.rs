//! The command line of `check`, and the policies that it names.

use std::ffi::{OsStr, OsString};

use clap::builder::{PossibleValuesParser, TypedValueParser};
use socialgraph::Policy;
use socialgraph_analysis::checker::{Property, Users};
use socialgraph_analysis::profile_counts::LIMITS_OF_ONE;

use super::properties;
use crate::format::Format;
use crate::policy::NamedPolicy;

const AFTER_HELP: &str = "\
Two and three users take at most a second for each policy. Four users take
from seconds to hours, and up to several GiB: what a search may take is printed
before it.

Examples:
  socialgraph check
  socialgraph check mastodon my.toml
  socialgraph check my.toml --property no-entry-across-block --users 2
  socialgraph check --list

Exit status: 0 if every property holds, or fails as is known of a named
policy; 1 if another property fails, if no user can block, or if a pinned
count of a named policy has changed; 2 if an argument is wrong, a file is not
a policy, the search would take too much memory, or the output cannot be
written.";

/// The number of policies, the first ones, that are checked with four users by default.
const TENCENT_COUNT: usize = 3;

/// Checks policies in every state that a few users can reach
///
/// For a policy that is named it prints a shortest trace for each property that fails, and marks
/// what rests on a part that nothing confirms.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    /// Policies: names, such as `mastodon`, names with changes, such as `mastodon with
    /// limits.batch = none`, or JSON, TOML or YAML files. If absent, every named policy; for four
    /// users, Tencent's alone
    #[arg(value_name = "POLICY")]
    policies: Vec<OsString>,
    /// The number of users: 2, 3 or 4; may be repeated; 2 and 3 if absent
    #[arg(long, value_name = "N", value_parser = users_parser(), hide_possible_values = true)]
    users: Vec<Users>,
    /// A property to check, by its name or rule, and no others; may be repeated
    #[arg(
        long = "property",
        value_name = "NAME",
        value_parser = properties::Parser,
        hide_possible_values = true,
    )]
    properties: Vec<Property>,
    /// Prints every property with its sentence, and checks nothing
    #[arg(long, conflicts_with_all = ["policies", "users", "properties"])]
    pub(super) list: bool,
    /// The most memory for the states of four users
    #[arg(long, value_name = "MIB", default_value = "1024")]
    pub(super) max_memory: u64,
    /// The format of the output
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(super) format: Format,
}

fn users_parser() -> impl TypedValueParser<Value = Users> {
    PossibleValuesParser::new(["2", "3", "4"]).try_map(|text| {
        let count = text.parse().ok();
        count.and_then(Users::from_count).ok_or("it is no count")
    })
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

impl Args {
    /// Returns the numbers of users to search.
    pub(super) fn users(&self) -> &[Users] {
        match self.users.as_slice() {
            [] => &[Users::Two, Users::Three],
            users => users,
        }
    }

    /// Returns the properties to check, in their order.
    pub(super) fn properties(&self) -> Vec<Property> {
        let is_chosen =
            |property: &Property| self.properties.is_empty() || self.properties.contains(property);
        Property::ALL.into_iter().filter(is_chosen).collect()
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
