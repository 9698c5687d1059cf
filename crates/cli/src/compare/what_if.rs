//! `socialgraph what-if`: what each part of a policy is good for, and what is like the policy.

use std::ffi::OsString;

use socialgraph::Policy;
use socialgraph_analysis::comparison::{WhatIf, follows_message, what_if};

use super::nearest::Neighbour;
use super::{Side, json, stories};
use crate::CommandResult;
use crate::document::Document;
use crate::format::Format;
use crate::policy::{self, NamedPolicy};
use crate::text::{escaped, most_like};

const AFTER_HELP: &str = "\
Examples:
  socialgraph what-if my.toml
  socialgraph what-if nakama --part message.notice

Exit status: 0; 2 if an argument is wrong, a file is not a policy, or the output
cannot be written.";

/// The number of named policies that are printed.
const NEAREST: usize = 5;

/// Prints what each part of a policy is good for
///
/// It tries every other value of each part, limits apart, and prints what would change: the number
/// of stories that show it, and the shortest. An answer of a named policy that rests on a part
/// that nothing confirms is marked. Last come the nearest named policies, as `nearest` shows them.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    #[arg(value_name = "POLICY", help = policy::HELP)]
    policy: OsString,
    /// Tries this part alone, such as `message.notice.other`, or all under it, such as `message`
    #[arg(long, value_name = "PATH")]
    part: Option<String>,
    /// The format of the output
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub(crate) fn run(args: &Args) -> CommandResult {
    let original = Side::new(NamedPolicy::read(&args.policy)?);
    let mut changes = what_if(&original.named.policy);
    let mut near = Vec::new();
    if let Some(path) = &args.part {
        changes.retain(|change| is_under(change.path, path));
        if changes.is_empty() {
            return Err(no_part(&original.named.policy, path).into());
        }
    } else {
        near = Neighbour::of(&original, NEAREST)?;
    }
    args.format.print(
        || document(&original, &changes, &near, args.part.is_none()),
        || json::changes(&original, &changes, &near),
    )
}

/// Returns whether a part is the one of a path, or under it.
fn is_under(part: &str, path: &str) -> bool {
    let rest = part.strip_prefix(path);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Returns the error for a path that no part has, or whose parts are limits.
fn no_part(policy: &Policy, path: &str) -> String {
    let paths: Vec<_> = policy.parts().map(|(path, _)| path).collect();
    if paths.iter().any(|known| is_under(known, path)) {
        return format!("`{path}` is a limit, which two users do not reach");
    }
    let name = escaped(path);
    match most_like(path, paths) {
        Some(near) => format!("no part `{name}`; did you mean `{near}`?"),
        None => format!("no part `{name}`; docs/semantics.md lists the parts"),
    }
}

fn document(original: &Side, changes: &[WhatIf], near: &[Neighbour], is_whole: bool) -> Document {
    let (name, policy) = (&original.named.name, original.named.policy);
    let mut document = Document::default();
    document.heading(1, format!("What if {name} were different?"));
    let is_followed = |change: &&WhatIf| is_whole && follows_message(&policy, change.path);
    if is_whole {
        document.paragraph(
        "Parts of calls, invitations and presence are left out where they are as the message's.",
    );
    }

    let changes = changes.iter().filter(|change| !is_followed(change));
    let changes: Vec<_> = changes.collect();
    for change in &changes {
        let Some(shortest) = &change.shortest else {
            continue;
        };
        let count = match change.story_count {
            1 => "1 story".to_owned(),
            count => format!("{count} stories"),
        };
        document.heading(2, format!("`{}` = {}: {count}", change.path, change.value));
        let marks = [original.mark(&shortest.story()), ""];
        stories::add(&mut document, &[], shortest, ["now", "then"], marks);
    }

    let idle = changes.iter().filter(|change| change.shortest.is_none());
    let idle: Vec<_> = idle
        .map(|change| format!("`{}` = {}", change.path, change.value))
        .collect();
    if !idle.is_empty() {
        document.heading(2, "No effect on anything that two users can do");
        document.list(idle);
    }
    if !near.is_empty() {
        document.heading(2, "The nearest named policies");
    }
    document.list(near.iter().map(|it| it.item(original)).collect());
    document
}
