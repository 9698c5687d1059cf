//! `socialgraph review`: the reviewer's page as a file, and the address that opens it.

mod address;
mod page;
mod staged;

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use socialgraph_analysis::review::{State, Tab};

use crate::play;
use crate::text::escaped;
use crate::{CommandResult, print_text, unless_closed};
use page::Existing;
use staged::Staged;

const AFTER_HELP: &str = "\
Examples:
  socialgraph review
  socialgraph review party.story --policy my.toml --and mastodon
  socialgraph review --policy wire --out wire.html

Exit status: 0; 2 if an argument is wrong, a file is no story, the page has no
room for it, another file is in the place of the page, or the output cannot be
written.";

/// Writes the reviewer's page, and prints the address that opens it in a browser
///
/// The page is one file with the engine inside: it plays stories by clicks, shows every answer
/// with its reasons, compares and checks policies, and loads nothing from elsewhere.
///
/// A story opens on the stage. A policy without a story opens with its parts, and two with what
/// tells them apart. All of it stands in the address behind `#`, which opens the same on every copy
/// of the page. There is room for 2 to 4 users, 300 lines, and names of 64 characters. The users
/// who join before anything else are there from the start.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    /// A file with a story, or - for standard input
    #[arg(value_name = "STORY")]
    story: Option<PathBuf>,
    /// A name, a name with changes, or a file [that of the story, else Tencent's]
    #[arg(long, short, value_name = "POLICY")]
    policy: Option<OsString>,
    /// Another policy, beside the first
    #[arg(long, value_name = "POLICY")]
    and: Option<OsString>,
    /// The file to write, or - for standard output
    #[arg(long, value_name = "FILE", default_value = "review.html")]
    out: PathBuf,
    /// Replace a file that exists and is not the reviewer's page
    #[arg(long)]
    force: bool,
}

pub(crate) fn run(args: &Args) -> CommandResult {
    let opened = args.opened()?;
    if args.out.as_os_str() == "-" {
        if opened.is_some() {
            return Err(
                "`--out -` prints the page alone; the address of a story or a policy needs a file"
                    .into(),
            );
        }
        return unless_closed(io::stdout().write_all(page::PAGE));
    }

    let existing = if args.force {
        Existing::Replaced
    } else {
        Existing::Kept
    };
    let saved = page::save(&args.out, existing)?;
    let address = address::of(&args.out, opened)?;
    let name = escaped(args.out.display());
    print_text(&format!("{saved}: {name}\n{address}"))
}

/// What the page opens with: a tab, and its state.
struct Opened {
    tab: Tab,
    state: State,
}

impl Args {
    /// Returns what the page opens with, if an argument says it and the page has room for it.
    fn opened(&self) -> Result<Option<Opened>, String> {
        let story = self.story.as_deref().map(play::read).transpose()?;
        if story.is_none() && self.policy.is_none() && self.and.is_none() {
            return Ok(None);
        }

        let of_story = story.as_ref().and_then(|story| story.policy_text());
        let policies = play::policies(self.policy.as_deref(), self.and.as_deref(), of_story)?;
        let tab = match (&story, policies.len()) {
            (Some(_), _) => Tab::Play,
            (None, 1) => Tab::Policy,
            (None, _) => Tab::Compare,
        };
        let staged = story.as_ref().map_or_else(Staged::empty, Staged::of);
        let state = staged.state(&policies).map_err(|error| {
            let story = self.story.as_deref().map(Path::display);
            story.map_or(error.clone(), |name| format!("{}: {error}", escaped(name)))
        })?;
        Ok(Some(Opened { tab, state }))
    }
}
