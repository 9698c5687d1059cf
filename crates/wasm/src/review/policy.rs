//! Policies: their parts, their files, and changes.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use socialgraph::{PartValue, Policy, Quoted};
use socialgraph_analysis::review::read_policy;
use socialgraph_analysis::rulebook::{meaning, rules_of_part};
use socialgraph_analysis::story::PolicyText;

use super::answer::{InputError, json};
use super::input;
use super::words::{Text, numbers};

/// The maximal size of a policy file in bytes. A file with every part takes a few thousand.
const MOST_FILE_BYTES: usize = 100_000;

/// Returns the parts of a policy, and its file. The policy is on one line, as a string of JSON.
///
/// ```
/// use socialgraph_wasm::review::policy;
///
/// let answer = policy(r#""mastodon with message.notice.other = told""#);
/// assert!(answer.contains(r#""path":"message.stopped_by","value":"both""#));
/// assert!(answer.contains("message.notice.other = \\\"told\\\""), "{answer}");
/// assert!(policy(r#""mastadon""#).contains("did you mean `mastodon`?"));
/// ```
#[must_use]
pub fn policy(input: &str) -> String {
    json(input::policy(input).map(|text| PolicyView::of(&text)))
}

/// Reads a policy file, JSON or TOML, and returns the policy on one line. The text of the file is a
/// string of JSON.
///
/// ```
/// use socialgraph_wasm::review::policy_file;
///
/// let answer = policy_file(r#""profile = 'wire'\nlimits.batch = 7\n""#);
/// assert_eq!(answer, r#"{"text":"wire with limits.batch = 7"}"#);
/// let error = policy_file(r#""profile = 'wire'\nlimits.batch = 'x'\n""#);
/// assert!(error.contains(r#""line":2"#), "{error}");
/// ```
#[must_use]
pub fn policy_file(input: &str) -> String {
    let text = input::read::<String>(input);
    let policy = text.and_then(|text| read_file(&text));
    json(policy.map(|policy| one_line(policy.into())))
}

/// Returns a policy with another value of one part.
///
/// ```
/// use socialgraph_wasm::review::with_part;
///
/// let change = r#"{"policy": "wire", "path": "limits.batch", "value": "20"}"#;
/// assert_eq!(with_part(change), r#"{"text":"wire with limits.batch = 20"}"#);
/// ```
#[must_use]
pub fn with_part(input: &str) -> String {
    json(changed(input).map(one_line))
}

#[derive(Serialize)]
struct PolicyView {
    text: String,
    name: Option<&'static str>,
    parts: Vec<Part>,
    file: String,
}

#[derive(Serialize)]
struct Part {
    path: &'static str,
    value: String,
    /// The values that the part can have; of a limit, those that a named policy has.
    choices: Vec<Choice>,
    rules: Vec<&'static str>,
    meaning: String,
    /// Whether the value is a number or `none`, and not one of the choices alone.
    is_limit: bool,
}

#[derive(Serialize)]
struct Choice {
    value: String,
    meaning: String,
}

fn one_line(text: PolicyText) -> Text {
    let text = text.to_string();
    Text { text }
}

impl PolicyView {
    fn of(text: &PolicyText) -> Self {
        let policy = text.policy();
        let limits = named_limits();
        let parts = policy.parts().map(|(path, value)| {
            let choices = match limits.get(path) {
                Some(limits) => limits.clone(),
                None => value.choices(),
            };
            let choices = choices.into_iter().map(|value| Choice {
                value: value.to_string(),
                meaning: meaning(path, value),
            });
            Part {
                path,
                value: value.to_string(),
                choices: choices.collect(),
                rules: numbers(rules_of_part(path)),
                meaning: meaning(path, value),
                is_limit: matches!(value, PartValue::Limit(_)),
            }
        });
        Self {
            name: text.name(),
            parts: parts.collect(),
            file: file(policy),
            text: text.to_string(),
        }
    }
}

/// Returns the limits that the named policies have, the lowest first and no limit last.
fn named_limits() -> BTreeMap<&'static str, Vec<PartValue>> {
    let mut limits: BTreeMap<&str, Vec<PartValue>> = BTreeMap::new();
    for (_, policy) in Policy::PROFILES {
        for (path, value) in policy.parts() {
            let PartValue::Limit(_) = value else {
                continue;
            };
            let values = limits.entry(path).or_default();
            if !values.contains(&value) {
                values.push(value);
            }
        }
    }
    for values in limits.values_mut() {
        values.sort_by_key(|value| match value {
            PartValue::Limit(Some(limit)) => (false, *limit),
            _ => (true, 0),
        });
    }
    limits
}

/// Returns a policy as a file in TOML: the nearest named one, and what is different.
fn file(policy: Policy) -> String {
    let name = policy.nearest_name();
    let mut text = format!("profile = \"{name}\"\n");
    let Ok(named) = Policy::named(name) else {
        return text;
    };
    for (path, value) in policy.parts_unlike(&named) {
        // Writing to a string does not fail.
        let _ = match value {
            PartValue::Limit(Some(limit)) => writeln!(text, "{path} = {limit}"),
            value => writeln!(text, "{path} = \"{value}\""),
        };
    }
    text
}

/// Reads a policy file: JSON if it starts with a brace, else TOML.
fn read_file(text: &str) -> Result<Policy, InputError> {
    if text.len() > MOST_FILE_BYTES {
        let most = MOST_FILE_BYTES;
        return Err(InputError::new(format!(
            "a policy file has at most {most} bytes"
        )));
    }
    let text = text.trim_start_matches('\u{feff}');
    if text.trim_start().starts_with('{') {
        serde_json::from_str(text).map_err(|error| json_error(&error))
    } else {
        toml::from_str(text).map_err(|error| toml_error(text, &error))
    }
}

/// Returns an error of JSON, with its place apart.
fn json_error(error: &serde_json::Error) -> InputError {
    let (line, column) = (error.line(), error.column());
    let message = error.to_string();
    let place = format!(" at line {line} column {column}");
    let message = message.strip_suffix(&place).unwrap_or(&message);
    if line == 0 {
        return InputError::new(message);
    }
    InputError::at(message, line, column)
}

/// Returns an error of TOML, with its place apart.
fn toml_error(text: &str, error: &toml::de::Error) -> InputError {
    let message = error.message().trim_end();
    if let Some(error) = error_of_part(message) {
        return error;
    }

    let before = error.span().and_then(|span| text.get(..span.start));
    let Some(before) = before else {
        return InputError::new(message);
    };
    let line = before.matches('\n').count() + 1;
    let letters = before.chars().rev();
    let column = letters.take_while(|letter| *letter != '\n').count() + 1;
    InputError::at(message, line, column)
}

/// Reads the error of a part: the path of the part, then TOML's own error with the place, the line of
/// the file and the cause.
fn error_of_part(message: &str) -> Option<InputError> {
    let (path, rest) = message.split_once("TOML parse error at line ")?;
    let (place, shown) = rest.split_once('\n')?;
    let (line, column) = place.split_once(", column ")?;
    let (_, cause) = shown.rsplit_once("^\n")?;
    let message = format!("{path}{cause}");
    Some(InputError::at(
        message,
        line.parse().ok()?,
        column.parse().ok()?,
    ))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    policy: String,
    path: String,
    value: String,
}

fn changed(input: &str) -> Result<PolicyText, InputError> {
    let Change {
        policy,
        path,
        value,
    } = input::read(input)?;
    let text = read_policy(&policy)?;
    // A comma would begin another part.
    let is_one_part = !(path.contains([',', '=']) || value.contains([',', '=']));
    if !is_one_part {
        return Err(InputError::new(
            "a path and a value have neither a comma nor an equals sign",
        ));
    }

    // The engine reads the value of a part behind the name of a policy.
    let change = format!("tencent_rest with {path} = {value}");
    let read: Policy = change.parse().map_err(InputError::new)?;
    let mut parts = read.parts();
    let value = parts
        .find(|(known, _)| *known == path.trim())
        .map(|(_, value)| value);
    let changed = value.and_then(|value| text.policy().with_part(path.trim(), value));
    let changed =
        changed.ok_or_else(|| InputError::new(format!("no part is {}", Quoted(&path))))?;
    Ok(changed.into())
}
