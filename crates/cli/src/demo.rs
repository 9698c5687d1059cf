//! `socialgraph demo`: the quickstart's story, narrated.

use std::io::{self, Write as _};

use socialgraph_analysis::story::Story;

use crate::play;
use crate::{CommandResult, unless_closed};

/// The story: what a block ends, bars and allows, and what comes back.
const STORY: &str = include_str!("demo.story");

/// Plays the story of the quickstart, narrated
///
/// Ann and Ben become friends, fall out, and make up, under Tencent's rules.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  socialgraph demo

Exit status: 0; 2 if the output cannot be written.")]
pub(crate) struct Args {}

pub(crate) fn run(_: &Args) -> CommandResult {
    let story: Story = STORY.parse()?;
    let mut text = Vec::new();
    let all_hold = play::narrate(&mut text, &story)?;
    writeln!(text, "\nNow try it yourself: socialgraph play")?;
    unless_closed(io::stdout().write_all(&text))?;
    Ok(all_hold)
}
