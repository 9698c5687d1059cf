//! The properties by name: `--property`, and the list that `--list` prints.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::{Arg, Command};
use serde_json::{Value, json};
use socialgraph_analysis::checker::{Duty, Property};

use crate::CommandResult;
use crate::document::Document;
use crate::format::Format;
use crate::text::most_like;

/// Reads a property's name, or the rule of one that is the policy's duty.
///
/// `clap` would print all names with an error. Shells complete them.
#[derive(Clone)]
pub(super) struct Parser;

impl TypedValueParser for Parser {
    type Value = Property;

    fn parse_ref(
        &self,
        command: &Command,
        argument: Option<&Arg>,
        value: &OsStr,
    ) -> Result<Property, clap::Error> {
        let named = StringValueParser::new().try_map(|text| find(&text));
        named.parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let names = Property::ALL.into_iter().map(Property::name);
        Some(Box::new(names.map(PossibleValue::new)))
    }
}

fn find(text: &str) -> Result<Property, String> {
    let of_rule = |property: &Property| {
        property.duty() == Duty::Policy && property.rules().eq_ignore_ascii_case(text)
    };
    let known = Property::named(text).or_else(|| Property::ALL.into_iter().find(of_rule));
    known.ok_or_else(|| {
        let near = most_like(text, Property::ALL.map(Property::name));
        let near = near.map(|near| format!("did you mean `{near}`? "));
        let near = near.unwrap_or_default();
        format!("no property has this name; {near}`socialgraph check --list` lists all")
    })
}

/// Prints every property with its sentence.
pub(super) fn list(format: Format) -> CommandResult {
    format.print(document, json)
}

fn document() -> Document {
    let mut document = Document::default();
    for (title, duty) in [
        ("Duties of the policy", Duty::Policy),
        ("Duties of the engine, under every policy", Duty::Engine),
    ] {
        document.heading(2, title);
        let of_duty = Property::ALL.into_iter().filter(|it| it.duty() == duty);
        let items = of_duty.map(|it| format!("`{}` ({}): {it}", it.name(), it.rules()));
        document.list(items.collect());
    }
    document
}

fn json() -> String {
    let properties: Value = Property::ALL.into_iter().map(described).collect();
    format!("{properties:#}")
}

/// Returns a property as JSON.
pub(super) fn described(property: Property) -> Value {
    json!({
        "name": property.name(),
        "rules": property.rules(),
        "sentence": property.to_string(),
        "duty": match property.duty() {
            Duty::Policy => "policy",
            Duty::Engine => "engine",
        },
    })
}
