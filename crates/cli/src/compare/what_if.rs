//! `socialgraph what-if`: what each part of a policy is good for, and what is like it.

use socialgraph_analysis::comparison::{Near, WhatIf, nearest, what_if};

use super::{Options, json, stories};
use crate::document::Document;
use crate::format::Format;
use crate::policy::NamedPolicy;
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

    let changes = what_if(&named.policy);
    let near: Vec<_> = nearest(&named.policy).into_iter().take(NEAREST).collect();
    let text = match format {
        Format::Json => json::changes(&named, &changes, &near),
        Format::Text => document(&named, &changes, &near).to_text(),
        Format::Markdown => document(&named, &changes, &near).to_markdown(),
    };
    print_text(text.trim_end())
}

fn document(named: &NamedPolicy, changes: &[WhatIf], near: &[Near]) -> Document {
    let mut document = Document::default();
    document.heading(1, format!("What if {} were different?", named.name));
    for change in changes {
        let Some(shortest) = &change.shortest else {
            continue;
        };
        let count = match change.story_count {
            1 => "1 story".to_owned(),
            count => format!("{count} stories"),
        };
        document.heading(2, format!("`{}` = {}: {count}", change.path, change.value));
        stories::add(&mut document, shortest, ["now", "then"], ["", ""]);
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
