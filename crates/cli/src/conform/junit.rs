//! The result of a comparison as JUnit XML, for continuous integration.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use socialgraph_testkit::conformance::Finding;

use crate::text::escaped;

/// The result of a comparison: a test case for each kept log, and one for the random logs.
pub(super) struct Report<'a> {
    /// The name of the server.
    pub(super) name: &'a str,
    pub(super) time: Duration,
    /// The logs that were found before, in the order in which they were played.
    pub(super) kept: &'a [PathBuf],
    /// The number of logs that agreed, if no log differed.
    pub(super) agreed: u64,
    pub(super) finding: Option<&'a Finding>,
}

/// What came out of a test case.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome<'a> {
    Passed,
    Failed(&'a Finding),
    /// It was not played: a log before it failed, or the time was up.
    Skipped,
}

impl Report<'_> {
    /// Returns the report as an XML document.
    pub(super) fn to_xml(&self) -> String {
        let cases = self.cases();
        let count = |is: fn(&Outcome<'_>) -> bool| cases.iter().filter(|(_, it)| is(it)).count();
        let tests = cases.len();
        let failures = count(|it| matches!(it, Outcome::Failed(_)));
        let skipped = count(|it| *it == Outcome::Skipped);

        let name = xml(&format!("socialgraph conform: {}", escaped(self.name)));
        let seconds = self.time.as_secs_f64();
        let counts = format!(
            "tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\" \
             time=\"{seconds:.3}\""
        );
        let mut text = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <testsuites>\n  <testsuite name=\"{name}\" {counts}>\n"
        );
        for (name, outcome) in &cases {
            // A string can always be written.
            let _ = write!(text, "    {}", case(name, *outcome));
        }
        text + "  </testsuite>\n</testsuites>\n"
    }

    /// Returns the name and the outcome of each test case, in the order of play.
    fn cases(&self) -> Vec<(String, Outcome<'_>)> {
        let mut cases = Vec::new();
        let mut has_failed = false;

        for (place, path) in (0..).zip(self.kept) {
            let is_at_fault = |finding: &&Finding| finding.kept.as_ref() == Some(path);
            let outcome = match self.finding.filter(is_at_fault) {
                Some(finding) => Outcome::Failed(finding),
                None if has_failed || !self.has_played(place) => Outcome::Skipped,
                None => Outcome::Passed,
            };
            has_failed |= matches!(outcome, Outcome::Failed(_));
            cases.push((file_name(path), outcome));
        }

        let random = match self.finding {
            _ if has_failed => Outcome::Skipped,
            Some(finding) => Outcome::Failed(finding),
            None if !self.has_played(self.kept.len() as u64) => Outcome::Skipped,
            None => Outcome::Passed,
        };
        cases.push(("random logs".to_owned(), random));
        cases
    }

    /// Returns whether the log at a place was played: the time may have been up before.
    const fn has_played(&self, place: u64) -> bool {
        self.finding.is_some() || place < self.agreed
    }
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    escaped(Path::new(name).display())
}

/// Returns a test case as an element.
fn case(name: &str, outcome: Outcome<'_>) -> String {
    let start = format!(
        "<testcase classname=\"socialgraph.conform\" name=\"{}\"",
        xml(name)
    );
    match outcome {
        Outcome::Passed => format!("{start}/>\n"),
        Outcome::Skipped => {
            format!("{start}><skipped message=\"not played\"/></testcase>\n")
        }
        Outcome::Failed(finding) => {
            let message = match finding.rule() {
                Some(rule) => xml(&rule.to_string()),
                None => "the adapter failed".to_owned(),
            };
            let text = xml(&finding.to_string());
            format!("{start}><failure message=\"{message}\">{text}</failure></testcase>\n")
        }
    }
}

/// Returns text for an element or an attribute; what XML cannot have is replaced.
fn xml(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' => escaped.push(character),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            _ if character.is_control() => escaped.push('\u{fffd}'),
            _ => escaped.push(character),
        }
    }
    escaped
}
