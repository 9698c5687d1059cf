//! The tables of the parts of a policy.

use std::collections::BTreeSet;

use socialgraph::{Crossed, Granted, Interaction, Notice, PartValue, Policy, RequestMode, Sides};
use socialgraph_analysis::profile::{Plausible, Profile};

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

fn rule(path: &str) -> &'static str {
    match path {
        "message.stopped_by" => "R5, R6",
        "message.needs_listing_by" => "R12",
        "request.stopped_by" | "request.accept_stopped_by" | "request.add_stopped_by" => "R4",
        "request.crossed" => "R10",
        "request.makes" => "R18",
        "request.initial_mode" => "R11",
        "block.clears_friends_of" => "R2",
        "block.cancels_requests_of" => "R3",
        "limits.batch" => "R14",
        _ if path.starts_with("limits.") => "R15",
        _ => "R13",
    }
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

fn meaning(path: &str, value: PartValue) -> String {
    use Notice::{Neutral, Silent, Told};
    use PartValue::{Crossed as IfCrossed, Granted as Makes, Limit, RequestMode as Mode};
    use PartValue::{Notice as Learns, Sides as Of};

    let text = match (path, value) {
        ("message.stopped_by", Of(sides)) => return stops(sides, "A's message to B"),
        ("request.stopped_by", Of(sides)) => return stops(sides, "A's request to B"),
        ("request.accept_stopped_by", Of(sides)) => {
            return stops(sides, "A's acceptance of B's request");
        }
        ("request.add_stopped_by", Of(sides)) => {
            return stops(sides, "adding B to A's friend list, or each to the other's");
        }

        ("message.needs_listing_by", Of(Sides::Neither)) => "no friend list has to have anybody",
        ("message.needs_listing_by", Of(Sides::Actor)) => "A has to list B",
        ("message.needs_listing_by", Of(Sides::Target)) => "B has to list A",
        ("message.needs_listing_by", Of(Sides::Both)) => "each has to list the other",

        ("block.clears_friends_of", Of(Sides::Neither)) => "if A blocks B, both lists stay",
        ("block.clears_friends_of", Of(Sides::Actor)) => "if A blocks B, A's list loses B",
        ("block.clears_friends_of", Of(Sides::Target)) => "if A blocks B, B's list loses A",
        ("block.clears_friends_of", Of(Sides::Both)) => "if A blocks B, each list loses the other",

        ("block.cancels_requests_of", Of(Sides::Neither)) => "if A blocks B, requests stay",
        ("block.cancels_requests_of", Of(Sides::Actor)) => "if A blocks B, A's request ends",
        ("block.cancels_requests_of", Of(Sides::Target)) => "if A blocks B, B's request ends",
        ("block.cancels_requests_of", Of(Sides::Both)) => "if A blocks B, both requests end",

        (_, Learns(Silent)) => "A sees success",
        (_, Learns(Neutral)) => "A sees a refusal that names no block",
        ("message.notice.own" | "request.notice.own", Learns(Told)) => "A sees that A blocks B",
        (_, Learns(Told)) => "A sees that B blocks A",

        (_, IfCrossed(Crossed::Accepts)) => {
            "a request to someone who has requested you accepts theirs"
        }
        (_, IfCrossed(Crossed::Waits)) => "it is sent like any other, and both can be pending",
        (_, Makes(Granted::Friendship)) => "a granted request makes each list the other",
        (_, Makes(Granted::Follow)) => "a granted request makes the requester list the target",
        (_, Mode(RequestMode::Anyone)) => "requests to a new user are granted at once",
        (_, Mode(RequestMode::Confirm)) => "requests to a new user wait for an answer",
        (_, Mode(RequestMode::Nobody)) => "requests to a new user are refused",

        (_, Limit(None)) => "no limit",
        ("limits.blocked", Limit(Some(_))) => "users on one blocklist",
        ("limits.friends", Limit(Some(_))) => "users on one friend list",
        ("limits.requests_in", Limit(Some(_))) => "requests that wait for one user's answer",
        (_, Limit(Some(_))) => "users named in one batch",
        (_, Of(_)) => unreachable!("{path} names sides"),
    };
    text.to_owned()
}

fn stops(sides: Sides, what: &str) -> String {
    let whose = match sides {
        Sides::Neither => "no block",
        Sides::Actor => "A's block",
        Sides::Target => "B's block",
        Sides::Both => "either block",
    };
    format!("{whose} stops {what}")
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
