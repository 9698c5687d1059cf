//! Stories as tests: a line for each expected answer that does not hold.

use std::ffi::OsStr;
use std::io::{self, Write as _};
use std::path::PathBuf;

use socialgraph_analysis::story::Line;

use super::{DEFAULT, named, read};
use crate::policy::NamedPolicy;
use crate::text::escaped;
use crate::{CommandResult, print_error};

/// Checks every file, and prints a line for each failure, with file and line.
pub(super) fn run(stories: &[PathBuf], policy: Option<&OsStr>) -> CommandResult {
    let given = policy.map(NamedPolicy::read).transpose()?;
    let (mut expected, mut failed, mut unread) = (0, 0, 0);
    let mut out = io::stdout().lock();
    for path in stories {
        let story = match read(path) {
            Ok(story) => story,
            // The others are checked all the same.
            Err(error) => {
                print_error("socialgraph play", &error);
                unread += 1;
                continue;
            }
        };
        let of_story = match (&given, story.policy_text()) {
            (Some(given), _) => given.policy,
            (None, Some(text)) => named(text).policy,
            (None, None) => NamedPolicy::read(DEFAULT.as_ref())?.policy,
        };
        let count = story.lines().iter().filter(|line| expects(line)).count();
        if count == 0 {
            failed += 1;
            writeln!(
                out,
                "{}: no answer is expected, so nothing is checked",
                escaped(path.display())
            )?;
        }
        expected += count;
        let played = story.play(&of_story);
        for failure in played.failures() {
            failed += 1;
            let (name, number) = (escaped(path.display()), failure.number());
            writeln!(
                out,
                "{name}:{number}: expected `{}`, but {}",
                failure.line(),
                failure.found()
            )?;
        }
    }

    let files = stories.len();
    if unread > 0 {
        return Err(format!("{unread} of {files} files are no stories").into());
    }
    if failed == 0 {
        writeln!(out, "{expected} expected answers in {files} files hold")?;
    } else {
        writeln!(
            out,
            "{failed} failures; {expected} expected answers in {files} files"
        )?;
    }
    Ok(failed == 0)
}

/// Returns whether a line expects something.
const fn expects(line: &Line) -> bool {
    matches!(
        line,
        Line::Question {
            expected: Some(_),
            ..
        } | Line::Now {
            relation: Some(_),
            ..
        }
    )
}
