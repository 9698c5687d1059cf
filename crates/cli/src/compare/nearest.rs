//! `socialgraph nearest`: the named policies that are nearest to a policy.

use std::ffi::{OsStr, OsString};

use socialgraph_analysis::comparison::{DifferentPart, Near, nearest};

use super::{Side, json};
use crate::CommandResult;
use crate::document::Document;
use crate::format::Format;
use crate::policy::{self, NamedPolicy};
use crate::text::unconfirmed_mark;

const AFTER_HELP: &str = "\
Examples:
  socialgraph nearest my.toml
  socialgraph nearest whatsapp --count 3

Exit status: 0; 2 if an argument is wrong, a file is not a policy, or the output
cannot be written.";

/// Prints the named policies that are nearest to a policy
///
/// The distance is the number of parts that differ, limits apart. A part of calls, invitations or
/// presence does not count if it is as the message's in both policies. A value of a named policy
/// that nothing confirms is marked: the system may be nearer than its policy, or farther.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    #[arg(value_name = "POLICY", help = policy::HELP)]
    policy: OsString,
    /// The number of policies to print
    #[arg(long, value_name = "N", default_value = "5")]
    count: usize,
    /// The format of the output
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub(crate) fn run(args: &Args) -> CommandResult {
    let original = Side::new(NamedPolicy::read(&args.policy)?);
    let near = Neighbour::of(&original, args.count)?;
    args.format.print(
        || document(&original, &near),
        || json::nearest(&original, &near),
    )
}

/// A named policy that is near a policy.
pub(super) struct Neighbour {
    pub(super) near: Near,
    side: Side,
}

impl Neighbour {
    /// Returns the named policies that are nearest to a policy, without the policy itself.
    pub(super) fn of(original: &Side, count: usize) -> Result<Vec<Self>, String> {
        let mut neighbours = Vec::new();
        let near = nearest(&original.named.policy).into_iter();
        let others = near.filter(|it| original.named.profile != Some(it.name));
        for near in others.take(count) {
            let side = Side::new(NamedPolicy::read(OsStr::new(near.name))?);
            neighbours.push(Self { near, side });
        }
        Ok(neighbours)
    }

    /// Returns for both policies whether nothing confirms the value of a part.
    pub(super) fn unconfirmed(&self, original: &Side, part: &DifferentPart) -> [bool; 2] {
        [original, &self.side].map(|side| side.is_part_unconfirmed(part.path))
    }

    /// Returns both values of a part, each with its mark.
    fn values(&self, original: &Side, part: &DifferentPart) -> [String; 2] {
        let [own, other] = part.values;
        let [is_own_open, is_other_open] = self.unconfirmed(original, part);
        [
            format!("{own}{}", unconfirmed_mark(is_own_open)),
            format!("{other}{}", unconfirmed_mark(is_other_open)),
        ]
    }

    /// Returns the policy and the parts that count, as an item of a list.
    pub(super) fn item(&self, original: &Side) -> String {
        let mut parts = Vec::new();
        for part in &self.near.parts {
            let values = self.values(original, part).join(", ");
            parts.push(format!("{}: {values}", part.path));
        }
        match self.near.limits.len() {
            0 => {}
            1 => parts.push("a limit".to_owned()),
            count => parts.push(format!("{count} limits")),
        }

        let (name, distance) = (self.near.name, self.near.distance());
        if parts.is_empty() {
            format!("`{name}`: the same")
        } else {
            format!("`{name}`, distance {distance}: {}", parts.join("; "))
        }
    }
}

fn document(original: &Side, near: &[Neighbour]) -> Document {
    let own = original.named.name.as_str();
    let mut document = Document::default();
    document.heading(1, format!("The named policies nearest to {own}"));

    for neighbour in near {
        let Near { name, limits, .. } = &neighbour.near;
        let distance = neighbour.near.distance();
        document.heading(2, format!("`{name}`, distance {distance}"));

        let parts = neighbour.near.parts.iter().chain(limits);
        let rows = parts.map(|part| {
            let path = [format!("`{}`", part.path)];
            let values = neighbour.values(original, part);
            path.into_iter().chain(values).collect()
        });
        let rows: Vec<Vec<String>> = rows.collect();
        if rows.is_empty() {
            document.paragraph("The same in every part.");
        }
        document.table(&["part", own, name], rows);
    }

    if near.iter().any(|it| !it.near.limits.is_empty()) {
        document.paragraph("A limit does not count for the distance.");
    }
    document
}
