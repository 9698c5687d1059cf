//! A policy on the command line: a name, a name with changes, or a file.

use std::ffi::OsStr;
use std::io;
use std::path::Path;

use socialgraph::Policy;
use socialgraph_analysis::story::PolicyText;

use crate::text::escaped;

/// What a POLICY is, for help.
pub(crate) const HELP: &str = "\
A policy: a name, such as `mastodon`, a name with changes, such as `mastodon \
with limits.batch = none`, or a JSON, TOML or YAML file";

/// The names of all policies are printed by this command.
const ALL_NAMES: &str = "`socialgraph profiles` lists all names";

/// A policy that the command line names.
#[derive(Debug)]
pub(crate) struct NamedPolicy {
    /// The name, or the file.
    pub(crate) name: String,
    pub(crate) policy: Policy,
    /// The name of the policy, if it is a named one.
    pub(crate) profile: Option<&'static str>,
}

impl NamedPolicy {
    /// Reads an argument: `mastodon`, `mastodon with limits.batch = none`, or a file.
    pub(crate) fn read(argument: &OsStr) -> Result<Self, String> {
        let name = argument.to_str().unwrap_or_default();
        if let Some((profile, policy)) = Policy::PROFILES.iter().find(|(known, _)| *known == name) {
            return Ok(Self {
                name: name.to_owned(),
                policy: *policy,
                profile: Some(profile),
            });
        }

        let policy = if name.contains(" with ") {
            let text = name.parse::<PolicyText>();
            text.map_err(escaped)?.policy()
        } else {
            read_file(argument.as_ref())?
        };
        Ok(Self {
            name: escaped(argument.display()),
            policy,
            profile: None,
        })
    }

    /// Returns the policy on one line, by the name that was read if there is one.
    pub(crate) fn text(&self) -> PolicyText {
        let read = self.name.parse::<PolicyText>().ok();
        read.filter(|text| text.policy() == self.policy)
            .unwrap_or_else(|| PolicyText::from(self.policy))
    }
}

/// Returns the error for a name that no policy has.
pub(crate) fn unknown(name: &str) -> String {
    match Policy::named(name) {
        Err(error) if !error.near().is_empty() => {
            let near = error.near().iter().map(|near| format!("`{near}`"));
            let near = near.collect::<Vec<_>>().join(" or ");
            format!("no profile `{}`; did you mean {near}?", escaped(name))
        }
        _ => format!("no profile `{}`; {ALL_NAMES}", escaped(name)),
    }
}

/// Reads the policy of a file. If there is no such file, the error says what names are near.
fn read_file(path: &Path) -> Result<Policy, String> {
    let name = escaped(path.display());
    let text = std::fs::read_to_string(path).map_err(|error| {
        let is_absent = error.kind() == io::ErrorKind::NotFound;
        match path.to_str() {
            Some(text) if is_absent && !is_path(text) => absent(text),
            _ => format!("{name}: {error}"),
        }
    })?;

    let extension = path.extension().and_then(OsStr::to_str).unwrap_or_default();
    let policy = match extension.to_ascii_lowercase().as_str() {
        "json" => serde_json::from_str(&text).map_err(|error| error.to_string()),
        "toml" => toml::from_str(&text).map_err(|error| error.to_string()),
        "yaml" | "yml" => serde_norway::from_str(&text).map_err(|error| error.to_string()),
        _ => {
            return Err(format!(
                "{name}: the name of a policy file ends in .json, .toml or .yaml"
            ));
        }
    };
    policy.map_err(|error| format!("{name}: not a policy: {}", lines(&error)))
}

/// Returns whether a text can only be a file's name.
fn is_path(text: &str) -> bool {
    text.contains(['/', '\\', '.'])
}

/// Returns the error for what is neither a file nor a policy's name.
fn absent(name: &str) -> String {
    let is_near = Policy::named(name).is_err_and(|error| !error.near().is_empty());
    if is_near {
        unknown(name)
    } else {
        let name = escaped(name);
        format!("{name}: no such file, and no profile of this name; {ALL_NAMES}")
    }
}

/// Escapes a text of several lines, such as an error that shows the line of the file.
fn lines(text: &str) -> String {
    let lines: Vec<_> = text.trim_end().lines().map(escaped).collect();
    lines.join("\n")
}
