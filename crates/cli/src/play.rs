//! `socialgraph play`: plays a story from a file.

use std::error::Error;
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;

use socialgraph_analysis::profile::{Certainty, Profile};
use socialgraph_analysis::story::{Line, PolicyText, Story, StoryError};

use crate::policy::NamedPolicy;
use crate::text::{escaped, unconfirmed_mark};
use crate::{CommandResult, parse_error, print_text, wrong_usage};

const USAGE: &str = "usage: socialgraph play STORY [POLICY]...";

const DETAILS: &str = "\
Plays a story, a file with an operation or a question on each line, such as
`ann blocks ben`, `may ben message ann?` or `ben may not message ann, silently`.
It prints every line, the answer to each question, why an operation is refused,
and which expectation fails. The policy is POLICY, or else the one that the
first line of the story names: `policy: mastodon`. With several policies, the
story is played under each. An answer of a named policy that rests on a part
that nothing confirms is marked.

Exit status: 0 if every expectation holds; 1 if one fails; 2 if an argument is
wrong, a file is no story or no policy, or the output cannot be written.";

pub(crate) fn run(parser: lexopt::Parser) -> CommandResult {
    let Some((path, arguments)) = parse(parser)? else {
        return print_text(&format!("{USAGE}\n\n{DETAILS}"));
    };
    let story = read(path.as_ref())?;

    let mut policies = Vec::new();
    for argument in &arguments {
        policies.push(NamedPolicy::read(argument)?);
    }
    if let (true, Some(policy)) = (policies.is_empty(), story.policy_text()) {
        policies.push(named(policy));
    }
    if policies.is_empty() {
        let error = "the story names no policy on its first line, and neither do the arguments";
        return Err(wrong_usage(error, USAGE));
    }

    let mut all_hold = true;
    let mut text = String::new();
    for policy in &policies {
        if policies.len() > 1 {
            text += &["policy: ", &policy.name, "\n"].concat();
        }
        all_hold &= play(&mut text, &story, policy);
        text.push('\n');
    }
    writeln!(io::stdout(), "{}", text.trim_end())?;
    Ok(all_hold)
}

/// The story's file, and the policies.
type Arguments = (OsString, Vec<OsString>);

/// Reads the command line. Returns `None` if it asks for help.
fn parse(mut parser: lexopt::Parser) -> Result<Option<Arguments>, Box<dyn Error>> {
    use lexopt::prelude::*;

    let with_usage = |error| parse_error(error, USAGE);
    let mut arguments = Vec::new();
    while let Some(argument) = parser.next().map_err(with_usage)? {
        match argument {
            Short('h') | Long("help") => return Ok(None),
            Value(value) => arguments.push(value),
            other => return Err(with_usage(other.unexpected())),
        }
    }

    if arguments.is_empty() {
        return Err(wrong_usage("a story is missing", USAGE));
    }
    let policies = arguments.split_off(1);
    Ok(arguments.pop().map(|story| (story, policies)))
}

fn read(path: &Path) -> Result<Story, String> {
    let name = escaped(path.display());
    let text = std::fs::read_to_string(path).map_err(|error| format!("{name}: {error}"))?;
    text.parse()
        .map_err(|error: StoryError| format!("{name}: {}", escaped(error)))
}

/// Returns the policy of a story, by its name if it is a named one.
fn named(text: &PolicyText) -> NamedPolicy {
    NamedPolicy {
        name: text.to_string(),
        policy: text.policy(),
        profile: text.name(),
    }
}

/// Plays a story under a policy, and returns whether every expectation holds.
fn play(text: &mut String, story: &Story, policy: &NamedPolicy) -> bool {
    let played = story.play(&policy.policy);
    let profile = policy.profile.and_then(Profile::named);
    let certainties = profile.map(|profile| profile.plausible().certainties(story));

    for (index, line) in played.lines().iter().enumerate() {
        let certainty = certainties.as_ref().and_then(|all| all.get(index));
        let is_asked = matches!(line.line(), Line::Question { .. } | Line::Now { .. });
        let mark = match certainty {
            Some(Certainty::NotConfirmed) => unconfirmed_mark(is_asked),
            Some(Certainty::NotApplicable) if is_asked => " (the system has no such thing)",
            _ => "",
        };
        *text += line.to_string().trim_end();
        *text += mark;
        text.push('\n');
    }
    if let Some(profile) = profile.filter(|profile| !profile.exceptions.is_empty()) {
        let command = [
            "# what no policy can say: socialgraph profiles ",
            profile.name,
            "\n",
        ];
        *text += &command.concat();
    }
    played.failures().is_empty()
}
