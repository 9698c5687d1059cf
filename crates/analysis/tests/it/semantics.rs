//! The table of `docs/semantics.md` of the properties that a policy has or lacks.

use std::fmt::Write;
use std::path::Path;

use socialgraph::Policy;
use socialgraph_analysis::checker::{Duty, Property, Users, Violation, check};

const BEGIN: &str = "<!-- checked table: properties -->\n";
const END: &str = "<!-- end -->";

/// With `BLESS=1`, it writes the table.
#[test]
fn the_documented_properties_are_those_that_the_checker_finds() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/semantics.md");
    let text = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once(BEGIN).unwrap();
    let (documented, after) = rest.split_once(END).unwrap();

    let expected = table();
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, format!("{before}{BEGIN}{expected}{END}{after}")).unwrap();
    } else {
        assert_eq!(documented, expected, "`BLESS=1` writes the table");
    }
}

fn table() -> String {
    let mut lacks = Vec::new();
    for &(name, policy) in Policy::PROFILES {
        let report = check(&policy, Users::Two);
        let violations = report.violations().iter();
        let properties: Vec<Property> = violations.map(Violation::property).collect();
        lacks.push((name, properties));
    }

    let mut table = String::from(
        "| # | property | policies that have it | policies that lack it |\n| --- | --- | --- | --- |\n",
    );
    for property in Property::ALL {
        if property.duty() != Duty::Policy {
            continue;
        }
        let (lacking, having): (Vec<_>, Vec<_>) = lacks
            .iter()
            .partition(|(_, properties)| properties.contains(&property));
        let (having, lacking) = (names(&having), names(&lacking));
        let rule = property.rules();
        writeln!(table, "| {rule} | {property} | {having} | {lacking} |").unwrap();
    }
    table
}

fn names(policies: &[&(&str, Vec<Property>)]) -> String {
    match policies.len() {
        0 => "none".to_owned(),
        count if count == Policy::PROFILES.len() => "all".to_owned(),
        _ => {
            let quoted: Vec<String> = policies
                .iter()
                .map(|(name, _)| format!("`{name}`"))
                .collect();
            quoted.join(", ")
        }
    }
}
