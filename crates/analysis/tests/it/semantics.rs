//! The tables of `docs/semantics.md` of the properties that a policy has or lacks, and of the rules
//! behind each reason.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use socialgraph::{
    Action, Facts, Interaction, Policy, Question, Reason, Relation, RequestMode, UserFacts,
};
use socialgraph_analysis::checker::{Duty, Property, Users, Violation, check};
use socialgraph_analysis::rulebook::{Rule, rules_of_reason};

const BEGIN: &str = "<!-- checked table: properties -->\n";
const END: &str = "<!-- end -->";

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/semantics.md")
}

/// With `BLESS=1`, it writes the table.
#[test]
fn the_documented_properties_are_those_that_the_checker_finds() {
    let path = path();
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

/// The rules of a question are those of the reason's row that can refuse the question.
#[test]
fn the_rules_of_a_reason_are_those_of_its_row() {
    let text = std::fs::read_to_string(path()).unwrap();
    let (_, rest) = text.split_once("<!-- table: reasons -->\n").unwrap();
    let (table, _) = rest.split_once(END).unwrap();
    let rows: Vec<&str> = table.lines().skip(2).collect();
    assert_eq!(rows.len(), Reason::ALL.len());

    let given = given();
    let mut compared = 0;
    for (row, reason) in rows.into_iter().zip(Reason::ALL) {
        let cells: Vec<&str> = row.trim_matches(['|', ' ']).split(" | ").collect();
        assert_eq!(cells[1], format!("`{reason:?}`"));
        for question in Question::all() {
            let rules = cells[3].split(", ").filter(|rule| refuses(rule, question));
            let rules: Vec<&str> = rules.collect();
            if !given.contains(&(question, reason)) {
                continue;
            }
            let found = rules_of_reason(question, reason).iter();
            let found: Vec<&str> = found.map(|rule: &Rule| rule.number()).collect();
            assert_eq!(found, rules, "{question}: {reason}");
            compared += 1;
        }
    }
    assert_eq!(compared, given.len());
    assert!(compared > 30, "{compared}");
}

/// Returns the reasons that a policy gives, each with the question that it refuses.
fn given() -> BTreeSet<(Question, Reason)> {
    let mut given = BTreeSet::new();
    for (_, policy) in Policy::PROFILES {
        for relation in Relation::all() {
            for mode in RequestMode::ALL {
                let facts = Facts {
                    relation,
                    actor: UserFacts::new(mode),
                    target: UserFacts::new(mode),
                };
                for question in Question::all() {
                    let reasons = policy.decide(question, &facts).reasons();
                    given.extend(reasons.iter().map(|reason| (question, reason)));
                }
            }
        }
    }
    given
}

/// Returns whether a rule can refuse a question, as the text above the table says.
fn refuses(rule: &str, question: Question) -> bool {
    let is_message = question == Interaction::Message.into();
    match (rule, question) {
        ("R5" | "R6" | "R12", question) => matches!(question, Question::Reach(_)),
        ("R17", question) => matches!(question, Question::Reach(_)) && !is_message,
        ("Friends", question) => matches!(
            question,
            Question::Act(Action::AddFriend(_) | Action::RemoveFriend(_))
        ),
        ("R18", Question::Act(Action::AddFriend(_) | Action::RemoveFriend(_))) => false,
        ("R4" | "R18", question) => matches!(question, Question::Act(_)),
        _ => true,
    }
}
