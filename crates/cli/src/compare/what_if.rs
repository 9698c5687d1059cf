//! `socialgraph what-if`: what each part of a policy is good for, and what is like it.

use socialgraph_analysis::comparison::{Near, WhatIf, follows_message, nearest, what_if};

use super::{Options, Side, json, stories};
use crate::document::Document;
use crate::format::Format;
use crate::{CommandResult, print_text};

const USAGE: &str = "usage: socialgraph what-if POLICY [--format text|json|markdown]";

const DETAILS: &str = "\
Tries every other value of each part of a policy, limits apart, and prints what
would change: the number of stories that show it, and the shortest. Then it
prints the named policies that are nearest to the policy. A POLICY is a name, a
name with changes, such as `mastodon with limits.batch = none`, or a file: JSON,
TOML or YAML.

  --format FORMAT   text for a terminal, the default; json; or markdown

Exit status: 0; 2 if an argument is wrong, a file is not a policy, or the output
cannot be written.";

/// The number of named policies that are printed.
const NEAREST: usize = 5;

pub(crate) fn run(parser: lexopt::Parser) -> CommandResult {
    let Some(Options { policies, format }) = Options::parse(parser, 1, USAGE)? else {
        return print_text(&format!("{USAGE}\n\n{DETAILS}"));
    };
    let Some(named) = policies.into_iter().next() else {
        return Err("one policy was read".into());
    };

    let original = Side::new(named);
    let policy = original.named.policy;
    let changes = what_if(&policy);
    let near = nearest(&policy).into_iter();
    let near: Vec<_> = near
        .filter(|it| original.named.profile != Some(it.name))
        .collect();
    let near = near.get(..NEAREST).unwrap_or(&near);
    let text = match format {
        Format::Json => json::changes(&original, &changes, near),
        Format::Text => document(&original, &changes, near).to_text(),
        Format::Markdown => document(&original, &changes, near).to_markdown(),
    };
    print_text(text.trim_end())
}

fn document(original: &Side, changes: &[WhatIf], near: &[Near]) -> Document {
    let (name, policy) = (&original.named.name, original.named.policy);
    let mut document = Document::default();
    document.heading(1, format!("What if {name} were different?"));
    document.paragraph(
        "Parts of calls, invitations and presence are left out where they are as the message's.",
    );

    let changes = changes
        .iter()
        .filter(|change| !follows_message(&policy, change.path));
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
    document.heading(2, "The nearest named policies");
    document.list(near.iter().map(near_item).collect());
    document
}

fn near_item(near: &Near) -> String {
    let mut parts: Vec<_> = near.parts.iter().map(ToString::to_string).collect();
    match near.limits.len() {
        0 => {}
        1 => parts.push("a limit".to_owned()),
        count => parts.push(format!("{count} limits")),
    }

    let (name, distance) = (near.name, near.distance());
    if parts.is_empty() {
        format!("`{name}`: the same")
    } else {
        format!("`{name}`, distance {distance}: {}", parts.join("; "))
    }
}
