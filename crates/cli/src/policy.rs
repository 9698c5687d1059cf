//! A policy on the command line: a name, a name with changes, or a file.

use std::ffi::OsStr;
use std::io;
use std::path::Path;

use socialgraph::Policy;
use socialgraph_analysis::story::PolicyText;

use crate::text::escaped;

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
}

/// Reads the policy of a file. If there is no such file, the error says what names are near.
fn read_file(path: &Path) -> Result<Policy, String> {
    let name = escaped(path.display());
    let text = std::fs::read_to_string(path).map_err(|error| {
        let unknown = path.to_str().and_then(|name| Policy::named(name).err());
        match unknown {
            Some(unknown) if error.kind() == io::ErrorKind::NotFound => {
                format!("{name}: {error}; and {}", escaped(unknown))
            }
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

/// Escapes a text of several lines, such as an error that shows the line of the file.
fn lines(text: &str) -> String {
    let lines: Vec<_> = text.trim_end().lines().map(escaped).collect();
    lines.join("\n")
}
