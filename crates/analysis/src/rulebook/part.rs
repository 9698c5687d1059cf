//! The rules behind a part of a policy, and what each of its values means.

use socialgraph::{Crossed, Granted, Notice, PartValue, RequestMode, Sides};

use super::Rule;

/// Returns the rules in which policies with other values of a part differ.
///
/// ```
/// use socialgraph_analysis::rulebook::{Rule, rules_of_part};
///
/// assert_eq!(rules_of_part("request.crossed"), [Rule::R10]);
/// assert_eq!(rules_of_part("no.such.part"), []);
/// ```
#[must_use]
pub fn rules_of_part(path: &str) -> &'static [Rule] {
    use Rule::{R2, R3, R4, R5, R6, R10, R11, R12, R13, R14, R15, R17, R18};

    let (group, part) = path.split_once('.').unwrap_or((path, ""));
    match (group, part) {
        ("message", "stopped_by") => &[R5, R6],
        ("message", "needs_listing_by") => &[R12],
        ("message" | "request", "notice.own" | "notice.other") => &[R13],
        ("call" | "group_invitation" | "presence", part) => match part {
            "stopped_by" => &[R5, R6, R17],
            "needs_listing_by" => &[R12, R17],
            "notice.own" | "notice.other" => &[R13, R17],
            _ => &[],
        },
        ("request", "stopped_by" | "accept_stopped_by" | "add_stopped_by") => &[R4],
        ("request", "crossed") => &[R10],
        ("request", "makes") => &[R18],
        ("request", "initial_mode") => &[R11],
        ("block", "clears_friends_of") => &[R2],
        ("block", "cancels_requests_of") => &[R3],
        ("limits", "batch") => &[R14],
        ("limits", "blocked" | "friends" | "requests_in") => &[R15],
        _ => &[],
    }
}

/// Returns what a value of a part means, for an actor A and a target B.
///
/// A value of another part's kind means nothing: the text is the value.
///
/// ```
/// use socialgraph::{Notice, PartValue, Sides};
/// use socialgraph_analysis::rulebook::meaning;
///
/// let silent = PartValue::Notice(Notice::Silent);
/// assert_eq!(meaning("call.notice.other", silent), "A sees success");
/// let both = PartValue::Sides(Sides::Both);
/// assert_eq!(meaning("call.stopped_by", both), "either block stops A's call to B");
/// ```
#[must_use]
pub fn meaning(path: &str, value: PartValue) -> String {
    match value {
        PartValue::Sides(sides) => meaning_of_sides(path, sides),
        PartValue::Notice(Notice::Silent) => "A sees success".to_owned(),
        PartValue::Notice(Notice::Neutral) => "A sees a refusal that names no block".to_owned(),
        PartValue::Notice(Notice::Told) if path.ends_with("notice.own") => {
            "A sees that A blocks B".to_owned()
        }
        PartValue::Notice(Notice::Told) => "A sees that B blocks A".to_owned(),
        PartValue::Limit(None) => "no limit".to_owned(),
        PartValue::Limit(Some(_)) => meaning_of_limit(path).to_owned(),
        PartValue::Crossed(_) | PartValue::Granted(_) | PartValue::RequestMode(_) => {
            meaning_of_requests(value).to_owned()
        }
    }
}

fn meaning_of_sides(path: &str, sides: Sides) -> String {
    let text = match (path, sides) {
        ("block.clears_friends_of", Sides::Neither) => "if A blocks B, both lists stay",
        ("block.clears_friends_of", Sides::Actor) => "if A blocks B, A's list loses B",
        ("block.clears_friends_of", Sides::Target) => "if A blocks B, B's list loses A",
        ("block.clears_friends_of", Sides::Both) => "if A blocks B, each list loses the other",

        ("block.cancels_requests_of", Sides::Neither) => "if A blocks B, requests stay",
        ("block.cancels_requests_of", Sides::Actor) => "if A blocks B, A's request ends",
        ("block.cancels_requests_of", Sides::Target) => "if A blocks B, B's request ends",
        ("block.cancels_requests_of", Sides::Both) => "if A blocks B, both requests end",

        _ if path.ends_with(".needs_listing_by") => match sides {
            Sides::Neither => "no friend list has to have anybody",
            Sides::Actor => "A has to list B",
            Sides::Target => "B has to list A",
            Sides::Both => "each has to list the other",
        },
        _ => {
            let whose = match sides {
                Sides::Neither => "no block",
                Sides::Actor => "A's block",
                Sides::Target => "B's block",
                Sides::Both => "either block",
            };
            return match stopped(path) {
                Some(action) => format!("{whose} stops {action}"),
                None => sides.name().to_owned(),
            };
        }
    };
    text.to_owned()
}

/// Returns the action that a part stops, in words, if the part says whose blocks stop it.
fn stopped(path: &str) -> Option<&'static str> {
    Some(match path {
        "message.stopped_by" => "A's message to B",
        "call.stopped_by" => "A's call to B",
        "group_invitation.stopped_by" => "A's invitation of B to a group",
        "presence.stopped_by" => "A's presence to B",
        "request.stopped_by" => "A's request to B",
        "request.accept_stopped_by" => "A's acceptance of B's request",
        "request.add_stopped_by" => "adding B to A's friend list, or each to the other's",
        _ => return None,
    })
}

fn meaning_of_limit(path: &str) -> &'static str {
    match path {
        "limits.blocked" => "users on one blocklist",
        "limits.friends" => "users on one friend list",
        "limits.requests_in" => "requests that wait for one user's answer",
        _ => "users named in one batch",
    }
}

fn meaning_of_requests(value: PartValue) -> &'static str {
    match value {
        PartValue::Crossed(Crossed::Accepts) => {
            "a request to someone who has requested you accepts theirs"
        }
        PartValue::Crossed(Crossed::Waits) => "it is sent like any other, and both can be pending",
        PartValue::Granted(Granted::Friendship) => "a granted request makes each list the other",
        PartValue::Granted(Granted::Follow) => {
            "a granted request makes the requester list the target"
        }
        PartValue::RequestMode(RequestMode::Anyone) => "requests to a new user are granted at once",
        PartValue::RequestMode(RequestMode::Confirm) => "requests to a new user wait for an answer",
        PartValue::RequestMode(RequestMode::Nobody) => "requests to a new user are refused",
        PartValue::Sides(_) | PartValue::Notice(_) | PartValue::Limit(_) => "",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use socialgraph::{
        Action, Fact, Facts, Interaction, Notice, PartValue, Policy, Relation, RequestMode, Sides,
        UserFacts,
    };

    use super::{meaning, rules_of_part};

    #[test]
    fn every_part_has_rules_that_follow_it_and_values_of_different_meanings() {
        for (path, value) in Policy::tencent_rest().parts() {
            let rules = rules_of_part(path);
            assert!(
                !rules.is_empty() && rules.iter().all(|rule| rule.follows(path)),
                "{path}"
            );

            let values = match value {
                PartValue::Limit(_) => [None, Some(5)].map(PartValue::Limit).to_vec(),
                value => value.choices(),
            };
            let meanings: BTreeSet<String> =
                values.iter().map(|value| meaning(path, *value)).collect();
            assert_eq!(meanings.len(), values.len(), "{path}");
            assert!(!meanings.contains(""), "{path}");
        }
    }

    /// Returns the policy with one part changed, and the facts of two users.
    fn changed(path: &str, value: PartValue, relation: &str) -> (Policy, Facts) {
        let policy = Policy::tencent_mutual().with_part(path, value).unwrap();
        let facts = Facts {
            relation: relation.parse().unwrap(),
            actor: UserFacts::new(RequestMode::Confirm),
            target: UserFacts::new(RequestMode::Confirm),
        };
        (policy, facts)
    }

    /// The engine clears the lists that the meaning names.
    #[test]
    fn what_a_block_ends_is_what_the_meaning_says() {
        for (path, before, texts) in [
            (
                "block.clears_friends_of",
                "lL",
                [
                    "both lists stay",
                    "A's list loses B",
                    "B's list loses A",
                    "each list loses the other",
                ],
            ),
            (
                "block.cancels_requests_of",
                "rR",
                [
                    "requests stay",
                    "A's request ends",
                    "B's request ends",
                    "both requests end",
                ],
            ),
        ] {
            let before: Relation = before.parse().unwrap();
            for sides in Sides::ALL {
                let (policy, facts) = changed(path, PartValue::Sides(sides), &before.to_string());
                let after = policy.apply(Action::Block, &facts).unwrap().after;
                let lost = before.facts().difference(after.facts());
                let lost: Vec<&str> = lost.iter().map(Fact::name).collect();
                let text = match &*lost {
                    [] => texts[0],
                    ["actor_lists" | "actor_requested"] => texts[1],
                    ["target_lists" | "target_requested"] => texts[2],
                    _ => texts[3],
                };
                let meaning = meaning(path, PartValue::Sides(sides));
                assert_eq!(meaning, format!("if A blocks B, {text}"), "{lost:?}");
            }
        }
    }

    /// The actor sees the block that the meaning names.
    #[test]
    fn what_is_told_is_what_the_meaning_says() {
        for (path, relation) in [("message.notice.own", "b"), ("message.notice.other", "B")] {
            let told = PartValue::Notice(Notice::Told);
            let (policy, facts) = changed(path, told, relation);
            let decision = policy.decide(Interaction::Message, &facts);
            let seen = decision.visible().reasons().iter().next().unwrap();
            let seen = seen.explain("A", "B").to_string();
            assert_eq!(meaning(path, told), format!("A sees that {seen}"));
        }
    }
}
