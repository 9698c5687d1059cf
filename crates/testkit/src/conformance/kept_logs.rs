//! Logs that were found before, kept in a directory and played first.

use std::fmt;
use std::fs;
use std::hash::BuildHasher;
use std::io;
use std::path::{Path, PathBuf};

use foldhash::quality::FixedState;

use super::{Finding, Rule, Step};

/// The version of the format.
const VERSION: u32 = 1;

/// How the name of a kept log ends.
const EXTENSION: &str = "json";

/// A log as it is kept: in JSON, with what it showed.
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct KeptLog {
    version: u32,
    /// What the log showed when it was kept; only for its reader.
    finding: Vec<String>,
    log: Vec<Step>,
}

/// An error of a directory of kept logs.
#[derive(Debug)]
pub(super) enum KeptLogError {
    Io(PathBuf, io::Error),
    Format(PathBuf, serde_json::Error),
    Version(PathBuf, u32),
}

impl fmt::Display for KeptLogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(path, error) => write!(f, "{}: {error}", path.display()),
            Self::Format(path, error) => write!(f, "{} is no kept log: {error}", path.display()),
            Self::Version(path, version) => write!(
                f,
                "{} has version {version} of the format of kept logs, and {VERSION} is known",
                path.display()
            ),
        }
    }
}

/// Returns the kept logs of a directory, in the order of their names.
///
/// A directory that is not there has none.
pub(super) fn paths(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(it) if it.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(it) => return Err(it),
    };

    let mut paths = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|it| it == EXTENSION) {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// Reads a kept log.
pub(super) fn read(path: &Path) -> Result<Vec<Step>, KeptLogError> {
    let text = fs::read(path).map_err(|error| KeptLogError::Io(path.to_owned(), error))?;
    let kept: KeptLog = serde_json::from_slice(&text)
        .map_err(|error| KeptLogError::Format(path.to_owned(), error))?;
    if kept.version != VERSION {
        return Err(KeptLogError::Version(path.to_owned(), kept.version));
    }
    Ok(kept.log)
}

/// Writes the log of a finding as JSON and as a story; returns the path of the JSON.
///
/// The same log has the same name.
pub(super) fn write(directory: &Path, finding: &Finding) -> Result<PathBuf, KeptLogError> {
    let error = |path: &Path| {
        let path = path.to_owned();
        move |error| KeptLogError::Io(path, error)
    };
    fs::create_dir_all(directory).map_err(error(directory))?;

    let path = directory.join(name(finding)).with_extension(EXTENSION);
    let story = path.with_extension("story");
    fs::write(&path, finding.to_json()).map_err(error(&path))?;
    fs::write(&story, finding.story()).map_err(error(&story))?;
    Ok(path)
}

/// Returns the name of a log: the broken rule, and a hash of the steps.
fn name(finding: &Finding) -> String {
    let rule = finding.rule().map_or("failure", Rule::number);
    let hash = FixedState::with_seed(0).hash_one(&finding.log);
    format!("{rule}-{hash:016x}")
}

impl Finding {
    /// Returns the log as JSON, as [`Config::kept_logs`](super::Config::kept_logs) keeps it.
    ///
    /// ```
    /// use socialgraph::Policy;
    /// use socialgraph_testkit::conformance::{self, Config, Engine};
    ///
    /// let mut mutual = Engine::new(Policy::tencent_mutual());
    /// let finding = conformance::compare(&mut mutual, &Config::new(Policy::tencent_rest()));
    /// let json = finding.unwrap_err().to_json();
    /// assert!(json.contains(r#""act": {"#) && json.contains("may ann message ben?"));
    /// ```
    #[must_use]
    pub fn to_json(&self) -> String {
        let kept = KeptLog {
            version: VERSION,
            finding: self
                .found()
                .to_string()
                .lines()
                .map(str::to_owned)
                .collect(),
            log: self.log.clone(),
        };
        // Names and numbers alone: nothing of it cannot be written.
        let mut text = serde_json::to_string_pretty(&kept).unwrap_or_default();
        text.push('\n');
        text
    }

    /// Returns the log as a story file, which `socialgraph play` plays.
    ///
    /// Its first line is the policy. Comments say what the log showed, and the last line is the
    /// answer that the engine expects. Concurrent operations come one after the other.
    ///
    /// ```
    /// use socialgraph::Policy;
    /// use socialgraph_testkit::conformance::{self, Config, Engine};
    ///
    /// let mut mutual = Engine::new(Policy::tencent_mutual());
    /// let finding = conformance::compare(&mut mutual, &Config::new(Policy::tencent_rest()));
    /// let story = finding.unwrap_err().story();
    /// let lines: Vec<&str> = story.lines().collect();
    /// assert_eq!(lines[0], "policy: tencent_rest");
    /// assert_eq!(lines[1..4], ["ann joins", "ben joins", "ann blocks ben"]);
    /// assert_eq!(lines[4], "# may ann message ben?");
    /// assert_eq!(lines.last(), Some(&"ann may message ben"));
    /// ```
    #[must_use]
    pub fn story(&self) -> String {
        let mut lines = vec![format!("policy: {}", self.first_policy)];
        for step in &self.log {
            if let Step::Concurrent(..) = step {
                lines.push("# the next two at once:".to_owned());
            }
            lines.extend(step.operations().iter().map(ToString::to_string));
        }

        let text = self.found().to_string();
        let cause = text.lines().skip(self.log.len());
        lines.extend(cause.map(|line| format!("# {line}")));
        lines.extend(self.expected_answer());
        lines.join("\n") + "\n"
    }
}
