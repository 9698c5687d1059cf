//! The tables of the parts of a policy.

use std::collections::BTreeSet;

use socialgraph::{Interaction, PartValue, Policy};
use socialgraph_analysis::profile::{Plausible, Profile};
use socialgraph_analysis::rulebook::{meaning, rules_of_part};

use super::{header, row};

/// The interactions beside messages, by the name of their gates.
const OTHER_GATES: [&str; 3] = ["call", "group_invitation", "presence"];

/// Renders every part of Tencent's profiles; the gates beside the message's have no row.
pub(super) fn profiles() -> String {
    let tencent = &Policy::PROFILES[..3];
    let mut cells = vec!["part".to_owned()];
    cells.extend(tencent.iter().map(|(name, _)| format!("`{name}`")));
    let mut table = header(&cells.iter().map(String::as_str).collect::<Vec<_>>());

    for path in paths() {
        let mut cells = vec![format!("`{path}` ({})", rule(path))];
        cells.extend(
            tencent
                .iter()
                .map(|(_, policy)| value(policy, path).to_string()),
        );
        table += &row(cells);
    }
    table
}

/// Renders each part with each of its values: what it means, and which systems have it.
pub(super) fn parts() -> String {
    let plausible: Vec<_> = Profile::ALL.iter().map(|it| (it, it.plausible())).collect();
    let mut table = header(&["part", "value", "meaning", "systems that have it"]);
    for path in paths() {
        for (index, value) in values(path).into_iter().enumerate() {
            let part = if index == 0 {
                format!("`{path}` ({})", rule(path))
            } else {
                String::new()
            };
            table += &row([
                part,
                format!("`{value}`"),
                meaning(path, value),
                systems(path, value, &plausible),
            ]);
        }
    }
    table
}

/// Renders the parts of gates in which an interaction does not follow the message.
pub(super) fn interactions() -> String {
    let mut table = header(&["policy", "part", "value", "the message's"]);
    for &(name, policy) in Policy::PROFILES {
        for gate in OTHER_GATES {
            for path in [
                "stopped_by",
                "needs_listing_by",
                "notice.own",
                "notice.other",
            ] {
                let (own, messages) = (format!("{gate}.{path}"), format!("message.{path}"));
                let [own_value, messages] = [&own, &messages].map(|path| value(&policy, path));
                if own_value != messages {
                    let values = [own_value, messages].map(|value| format!("`{value}`"));
                    table += &row([format!("`{name}`"), format!("`{own}`")]
                        .into_iter()
                        .chain(values));
                }
            }
        }
    }
    table
}

#[test]
fn every_part_is_in_the_tables() {
    let in_tables: BTreeSet<_> = paths().into_iter().collect();
    for (path, _) in Policy::tencent_rest().parts() {
        let gate = path.split('.').next().unwrap();
        assert_eq!(
            in_tables.contains(path),
            !OTHER_GATES.contains(&gate),
            "{path}"
        );
    }
    assert_eq!(OTHER_GATES.len() + 1, Interaction::ALL.len());
}

/// The paths of all parts, with the message's gate for every interaction.
fn paths() -> Vec<&'static str> {
    let rest = Policy::tencent_rest();
    let all = rest.parts().map(|(path, _)| path);
    all.filter(|path| !OTHER_GATES.contains(&path.split('.').next().unwrap()))
        .collect()
}

fn value(policy: &Policy, path: &str) -> PartValue {
    let mut parts = policy.parts();
    parts.find(|(part, _)| *part == path).expect("a part").1
}

fn rule(path: &str) -> String {
    super::numbers(rules_of_part(path))
}

/// Returns the values that a part can have; of a limit, those that a named policy has.
fn values(path: &str) -> Vec<PartValue> {
    let rest = value(&Policy::tencent_rest(), path);
    if !matches!(rest, PartValue::Limit(_)) {
        return rest.choices();
    }

    let mut limits = BTreeSet::new();
    for (_, policy) in Policy::PROFILES {
        if let PartValue::Limit(limit) = value(policy, path) {
            limits.insert(limit);
        }
    }
    limits.into_iter().map(PartValue::Limit).collect()
}

/// Returns the named policies that have the value, if the cells of their profiles confirm it.
fn systems(path: &str, wanted: PartValue, plausible: &[(&Profile, Plausible)]) -> String {
    let mut names = Vec::new();
    for (profile, plausible) in plausible {
        let policy = profile.policy();
        if value(&policy, path) == wanted && plausible.confirms(path) {
            names.push(format!("`{}`", profile.name));
        }
    }

    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    }
}
