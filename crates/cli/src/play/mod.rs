//! `socialgraph play`: plays stories, from files or typed.

mod check;
mod game;
mod json;
mod typed;

use std::error::Error;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io::{self, IsTerminal as _, Read as _, Write};
use std::path::{Path, PathBuf};

use socialgraph_analysis::playthrough::{Playthrough, Turn};
use socialgraph_analysis::story::{Line, PolicyText, Story, StoryError};

use crate::CommandResult;
use crate::document::Document;
use crate::format::Format;
use crate::import::encoding;
use crate::policy::NamedPolicy;
use crate::text::escaped;

use game::Marked;

/// Plays a story: what each line does, and who may do what then
///
/// A story has an operation or a question on each line, such as `ann blocks ben`,
/// `may ben message ann?` or `ben may not message ann, silently`. Without a file, you type the
/// lines. With two policies, what differs is marked.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  socialgraph play party.story --policy discord --and mastodon
  socialgraph play --check stories/*.story
  socialgraph play --policy tencent_rest          and type: ann blocks ben

Exit status: 0 if every expected answer holds; 1 if one does not; 2 if an
argument is wrong, a file is no story, or the output cannot be written.")]
pub(crate) struct Args {
    /// Files with stories, or - for standard input [typed]
    #[arg(value_name = "STORY")]
    stories: Vec<PathBuf>,
    /// A name, a name with changes, or a file [that of the story, else Tencent's]
    #[arg(long, short, value_name = "POLICY")]
    policy: Option<OsString>,
    /// Another policy, beside the first
    #[arg(long, value_name = "POLICY")]
    and: Option<OsString>,
    /// Print a line for each expected answer that does not hold, and nothing else
    #[arg(long, requires = "stories", conflicts_with_all = ["and", "format"])]
    check: bool,
    /// How to print: json has a line for each line of a story, markdown a table for each story
    #[arg(long, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
    format: Format,
}

/// The policy if neither an argument nor the story names one.
const DEFAULT: &str = "tencent_rest";

pub(crate) fn run(args: &Args) -> CommandResult {
    let policy = args.policy.as_deref();
    if args.check {
        return check::run(&args.stories, policy);
    }
    if args.stories.is_empty() {
        if args.format == Format::Markdown {
            return Err("a table needs a story from a file".into());
        }
        let policies = policies(policy, args.and.as_deref(), None)?;
        return typed::run(policies, args.format == Format::Json);
    }

    let mut all_hold = true;
    for (index, path) in args.stories.iter().enumerate() {
        let story = read(path)?;
        let policies = policies(policy, args.and.as_deref(), story.policy_text())?;
        let mut out = io::stdout().lock();
        if args.stories.len() > 1 && args.format == Format::Text {
            let gap = if index > 0 { "\n" } else { "" };
            writeln!(out, "{gap}{}:", escaped(path.display()))?;
        }
        all_hold &= play(&mut out, &story, policies, args.format)?;
    }
    Ok(all_hold)
}

/// Returns the policies of the arguments; instead of the first, that of the story, if it has one.
pub(crate) fn policies(
    policy: Option<&OsStr>,
    and: Option<&OsStr>,
    of_story: Option<&PolicyText>,
) -> Result<Vec<NamedPolicy>, String> {
    let first = match (policy, of_story) {
        (Some(policy), _) => NamedPolicy::read(policy)?,
        (None, Some(text)) => named(text),
        (None, None) => NamedPolicy::read(DEFAULT.as_ref())?,
    };
    let mut policies = vec![first];
    if let Some(policy) = and {
        policies.push(NamedPolicy::read(policy)?);
    }
    Ok(policies)
}

/// Reads a story; `-` is the standard input. The error names the file, and the line if one is
/// wrong.
pub(crate) fn read(path: &Path) -> Result<Story, String> {
    let name = escaped(path.display());
    let of_file = |error: &dyn fmt::Display| format!("{name}: {error}");
    let bytes = if path.as_os_str() == "-" {
        let mut bytes = Vec::new();
        io::stdin().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        std::fs::read(path)
    };
    let bytes = bytes.map_err(|error| of_file(&error))?;
    let bytes = encoding::utf8(&bytes).map_err(|error| of_file(&error))?;
    let text = encoding::text(bytes).map_err(|error| of_file(&error))?;
    text.parse().map_err(|error: StoryError| of_file(&error))
}

/// Returns the policy of a story, by its name if it is a named one.
fn named(text: &PolicyText) -> NamedPolicy {
    NamedPolicy {
        name: text.to_string(),
        policy: text.policy(),
        profile: text.name(),
    }
}

/// Plays a story, and returns whether every expected answer holds.
fn play(
    out: &mut impl Write,
    story: &Story,
    policies: Vec<NamedPolicy>,
    format: Format,
) -> Result<bool, Box<dyn Error>> {
    let mut game = game::start(policies);
    for name in story.users() {
        game.add_user(name);
    }
    let turns = story.lines().iter().map(|line| (line, game.play(line)));
    let turns: Vec<(&Line, Turn)> = turns.collect();
    let all_hold = turns.iter().all(|(_, turn)| turn.holds());
    match write(out, &game, &turns, format) {
        // The verdict is known all the same.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(all_hold),
    }
}

/// Writes a story that was played.
fn write(
    out: &mut impl Write,
    game: &Playthrough,
    turns: &[(&Line, Turn)],
    format: Format,
) -> io::Result<()> {
    match format {
        Format::Text => {
            if game::has_two_sides(game) {
                writeln!(
                    out,
                    "≠ marks what differs between {}",
                    game::names(game).join(" and ")
                )?;
            }
            for (line, turn) in turns {
                write!(out, "{line}\n{}", game::text(turn))?;
            }
            write!(out, "{}", game::remarks(game))?;
        }
        Format::Json => {
            for (line, turn) in turns.iter().filter(|it| !is_comment(it.0)) {
                writeln!(out, "{}", json::of_turn(line, turn))?;
            }
        }
        Format::Markdown => write!(out, "{}", table(game, turns).to_markdown())?,
    }
    Ok(())
}

const fn is_comment(line: &Line) -> bool {
    matches!(line, Line::Comment(_))
}

/// Returns a story as a table: a row for each line, and a column for each policy.
fn table(game: &Playthrough, turns: &[(&Line, Turn)]) -> Document {
    let names = game::names(game);
    let header: Vec<&str> = ["line"].into_iter().chain(names).collect();
    let mut rows = Vec::new();
    for (line, turn) in turns.iter().filter(|it| !is_comment(it.0)) {
        let mut row = vec![format!("`{line}`")];
        for side in &turn.sides {
            let sentences: Vec<String> =
                side.sentences().map(|it| Marked(it).to_string()).collect();
            row.push(sentences.join("; "));
        }
        rows.push(row);
    }
    let mut document = Document::default();
    document.table(&header, rows);
    document
}

/// Plays a story under its own policy. Its comments are what a narrator says.
pub(crate) fn narrate(out: &mut impl Write, story: &Story) -> Result<bool, Box<dyn Error>> {
    let policy = match story.policy_text() {
        Some(text) => named(text),
        None => NamedPolicy::read(DEFAULT.as_ref())?,
    };
    let mut game = game::start(vec![policy]);
    let mut all_hold = true;
    for line in story.lines() {
        let turn = game.play(line);
        all_hold &= turn.holds();
        match line {
            Line::Comment(text) => writeln!(out, "{}", text.trim())?,
            line => write!(out, "  > {line}\n{}", indented(&game::text(&turn)))?,
        }
    }
    Ok(all_hold)
}

fn indented(text: &str) -> String {
    let lines = text.lines().map(|line| format!("  {line}\n"));
    lines.collect()
}

/// Returns whether both the input and the output are a terminal.
fn is_terminal() -> bool {
    io::stdin().is_terminal() && io::stdout().is_terminal()
}
