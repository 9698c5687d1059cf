//! The policy of a log that shows a difference: what matters of it, and how it is printed.

use serde_json::{Map, Value};
use socialgraph::Policy;

/// The profile from which a policy without a name is told apart.
const BASE: &str = "tencent_rest";

/// Returns a policy that still differs, with as many parts as possible from the base.
pub(crate) fn shrink_policy(policy: Policy, differs: impl Fn(Policy) -> bool) -> Policy {
    let base = Policy::tencent_rest();
    let mut policy = policy;
    loop {
        let before = policy;
        for (path, value) in base.parts() {
            if let Some(simpler) = policy.with_part(path, value)
                && simpler != policy
                && differs(simpler)
            {
                policy = simpler;
            }
        }

        // A part may have mattered only beside another one that is gone now.
        if policy == before {
            return policy;
        }
    }
}

/// Returns the policy as JSON that a policy file can have: a profile, and what is different.
///
/// The profile is the base if there is none of this name.
pub(crate) fn as_json(policy: &Policy, profile: Option<&str>) -> String {
    let name = profile.unwrap_or(BASE);
    let mut text = Map::new();
    text.insert("profile".to_owned(), name.into());

    let parts = serde_json::to_value(policy).unwrap_or_default();
    let base = Policy::named(name).ok();
    let base = serde_json::to_value(base).unwrap_or_default();
    for (path, _) in policy.parts() {
        let (part, other) = (parts.pointer(&pointer(path)), base.pointer(&pointer(path)));
        if let Some(part) = part
            && Some(part) != other
        {
            insert(&mut text, path, part.clone());
        }
    }
    Value::Object(text).to_string()
}

/// Returns the JSON pointer to a part.
fn pointer(path: &str) -> String {
    format!("/{}", path.replace('.', "/"))
}

/// Inserts a value at a path, and the objects on the way.
fn insert(object: &mut Map<String, Value>, path: &str, value: Value) {
    let Some((first, rest)) = path.split_once('.') else {
        object.insert(path.to_owned(), value);
        return;
    };
    let inner = object
        .entry(first)
        .or_insert_with(|| Value::Object(Map::new()));
    if let Value::Object(inner) = inner {
        insert(inner, rest, value);
    }
}

#[cfg(test)]
mod tests {
    use socialgraph::{Crossed, Notice, Policy};
    use socialgraph_testkit::reference::log;

    use super::{as_json, shrink_policy};

    #[test]
    fn a_printed_policy_is_read_back() {
        for byte in 0..=u8::MAX {
            let bytes: Vec<u8> = (0..40).map(|place: u8| place.wrapping_mul(byte)).collect();
            let (setup, _) = log::read(&[&[0, byte], &bytes[..]].concat());
            let text = as_json(&setup.policy, setup.profile);
            let read: Policy = serde_json::from_str(&text).unwrap();
            assert_eq!(read, setup.policy, "{text}");
        }
        assert_eq!(
            as_json(&Policy::tencent_rest(), None),
            r#"{"profile":"tencent_rest"}"#
        );
    }

    #[test]
    fn a_policy_shrinks_to_the_parts_that_matter() {
        let policy = Policy::named("mastodon").unwrap();
        let differs = |policy: Policy| {
            policy.request.crossed == Crossed::Waits
                && (policy.request.notice.other == Notice::Neutral
                    || policy.message.notice.own == Notice::Told)
        };
        assert!(differs(policy));
        let short = shrink_policy(policy, differs);
        assert_eq!(
            as_json(&short, None),
            r#"{"profile":"tencent_rest","request":{"crossed":"waits","notice":{"other":"neutral"}}}"#
        );
    }
}
