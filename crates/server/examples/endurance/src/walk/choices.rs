//! Random operations and policies.

use serde_json::{Value, json};
use socialgraph::{
    Action, Operation, OwnList, PartValue, Policy, RequestMode, RequestSending, Ways,
};

use super::expected::Expected;
use crate::random::Random;

/// The most names of a batch.
const MOST: usize = 12;

/// Returns an operation of any kind, most often an action.
pub(super) fn operation(expected: &Expected, random: &mut Random) -> Operation {
    let names = &expected.names;
    match random.below(1_000) {
        0..140 => Operation::add_user(names.possible(random)),
        140..165 => Operation::remove_user(names.any(random)),
        165..195 => {
            let user = names.any(random);
            let name = if random.once_in(6) {
                names.any(random)
            } else {
                names.possible(random)
            };
            Operation::rename_user(user, name)
        }
        195..210 => Operation::merge_users(names.any(random), names.any(random)),
        210..330 => Operation::act_on_many(
            random.one(&Action::ALL),
            names.any(random),
            names.several(random, MOST),
        ),
        330..430 => Operation::many_act(
            random.one(&Action::ALL),
            names.several(random, MOST),
            names.any(random),
        ),
        430..490 => Operation::set_request_mode(names.any(random), random.one(&RequestMode::ALL)),
        490..530 => {
            // Few users are barred.
            let sending = [
                RequestSending::Open,
                RequestSending::Open,
                RequestSending::Barred,
            ];
            Operation::set_request_sending(names.any(random), random.one(&sending))
        }
        530..560 => Operation::clear_list(names.any(random), own_list(random)),
        560..564 => Operation::adopt_policy(policy(random)),
        _ => act(expected, random),
    }
}

/// Returns an action, which is more often allowed than chance has it.
fn act(expected: &Expected, random: &mut Random) -> Operation {
    let mut choice = (Action::Block, String::new(), String::new());
    for _ in 0..=random.below(8) {
        let (actor, target) = (expected.names.any(random), expected.names.any(random));
        choice = (random.one(&Action::ALL), actor, target);
        let (action, actor, target) = &choice;
        let why_not = expected.model.why_not(*action, actor, target);
        if why_not.all.is_empty() {
            break;
        }
    }
    let (action, actor, target) = choice;
    Operation::act(action, actor, target)
}

/// Returns an action of a user, or on a user.
pub(super) fn act_about(user: &str, expected: &Expected, random: &mut Random) -> Operation {
    let (action, other) = (random.one(&Action::ALL), expected.names.any(random));
    if random.once_in(2) {
        Operation::act(action, user, other)
    } else {
        Operation::act(action, other, user)
    }
}

fn own_list(random: &mut Random) -> OwnList {
    random.one(&[
        OwnList::Blocklist,
        OwnList::Friends(Ways::OneWay),
        OwnList::Friends(Ways::TwoWay),
        OwnList::RequestsIn,
        OwnList::RequestsOut,
    ])
}

/// Returns a policy: a named one, perhaps with other parts and low limits.
pub(super) fn policy(random: &mut Random) -> Policy {
    if random.once_in(3) {
        return Policy::tencent_rest();
    }
    let names: Vec<_> = Policy::names().collect();
    let mut policy = Policy::named(random.one(&names)).expect("the name is that of a policy");

    for _ in 0..random.below(5) {
        let parts: Vec<_> = policy.parts().collect();
        let (path, value) = random.one(&parts);
        let value = match value {
            PartValue::Limit(_) => {
                let limits = [None, Some(1), Some(2), Some(3), Some(5), Some(1_000)];
                PartValue::Limit(random.one(&limits))
            }
            other => random.one(&other.choices()),
        };
        policy = policy.with_part(path, value).expect("the part is there");
    }
    policy
}

/// Returns a policy as JSON: every part, or a profile with those that differ.
pub(super) fn policy_text(policy: &Policy, random: &mut Random) -> Value {
    let whole = json!(policy);
    if random.once_in(2) {
        return whole;
    }
    let names: Vec<_> = Policy::names().collect();
    let name = super::expected::profile(policy).unwrap_or_else(|| random.one(&names));
    let base = Policy::named(name).expect("the name is that of a policy");
    let mut text = differing(&json!(base), &whole);
    text["profile"] = name.into();
    text
}

/// Returns the parts of an object that are not those of another.
fn differing(base: &Value, value: &Value) -> Value {
    let mut parts = json!({});
    for (name, part) in value.as_object().into_iter().flatten() {
        if base[name] == *part {
            continue;
        }
        parts[name] = if part.is_object() {
            differing(&base[name], part)
        } else {
            part.clone()
        };
    }
    parts
}
