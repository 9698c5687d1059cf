//! What real systems do, with sources; the ten stories; the rules.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Serialize;
use socialgraph::Policy;
use socialgraph_analysis::checker::{Duty, Property};
use socialgraph_analysis::profile::{CellTable, Plausible, Profile, title_of_cell};
use socialgraph_analysis::rulebook::Rule;
use socialgraph_analysis::story::{self, PolicyText, Story};

use super::answer::{InputError, json};
use super::words::certainty;

/// The policies that agree with the cells of each profile. They take the most time of all here, so
/// they are kept.
static PLAUSIBLE: LazyLock<Vec<(&Profile, Plausible)>> = LazyLock::new(|| {
    let profiles = Profile::ALL.iter();
    profiles.map(|it| (it, it.plausible())).collect()
});

/// Returns the systems that have each value of each part, if their cells confirm it.
///
/// It is a map from paths to values to the names of systems. The input is ignored.
#[must_use]
pub fn systems(_input: &str) -> String {
    let mut systems: BTreeMap<&str, BTreeMap<String, Vec<&str>>> = BTreeMap::new();
    for (profile, plausible) in PLAUSIBLE.iter() {
        for (path, value) in profile.policy().parts() {
            if plausible.confirms(path) {
                let values = systems.entry(path).or_default();
                values
                    .entry(value.to_string())
                    .or_default()
                    .push(profile.name);
            }
        }
    }
    json(Ok(systems))
}

/// Returns the systems, cell by cell, with sources and exceptions. The input is ignored.
#[must_use]
pub fn profiles(_input: &str) -> String {
    #[derive(Serialize)]
    struct Systems {
        tables: Vec<Table>,
        profiles: Vec<ProfileView>,
    }

    let profiles = Profile::ALL.iter().map(ProfileView::of);
    json(Ok(Systems {
        tables: CellTable::ALL.iter().map(Table::of).collect(),
        profiles: profiles.collect(),
    }))
}

/// A table of all systems.
#[derive(Serialize)]
struct Table {
    title: &'static str,
    columns: Vec<Column>,
}

#[derive(Serialize)]
struct Column {
    title: &'static str,
    /// The cells: one, or A's and B's.
    cells: &'static [&'static str],
}

impl Table {
    fn of(table: &CellTable) -> Self {
        let columns = table.columns.iter();
        let columns = columns.map(|(title, cells)| Column { title, cells });
        Self {
            title: table.title,
            columns: columns.collect(),
        }
    }
}

#[derive(Serialize)]
struct ProfileView {
    name: &'static str,
    title: &'static str,
    about: &'static str,
    policy: String,
    lacks: Vec<String>,
    sources: Vec<Source>,
    cells: Vec<CellView>,
    /// The text of each cell of the tables, also if nothing confirms it.
    shown: BTreeMap<&'static str, String>,
    exceptions: Vec<ExceptionView>,
}

#[derive(Serialize)]
struct Source {
    name: &'static str,
    place: &'static str,
}

#[derive(Serialize)]
struct CellView {
    path: &'static str,
    title: String,
    value: String,
    evidence: String,
    source: &'static str,
    note: &'static str,
    /// Whether no policy can say it.
    is_contradicted: bool,
}

#[derive(Serialize)]
struct ExceptionView {
    cell: Option<&'static str>,
    text: &'static str,
    evidence: String,
    source: &'static str,
}

impl ProfileView {
    fn of(profile: &'static Profile) -> Self {
        let sources = profile.sources.iter();
        let sources = sources.map(|(name, place)| Source { name, place });
        let cells = profile.cells.iter().map(|cell| CellView {
            path: cell.path,
            title: title_of_cell(cell.path),
            value: cell.value.to_string(),
            evidence: cell.evidence.to_string(),
            source: cell.source,
            note: cell.note,
            is_contradicted: profile.is_contradicted(cell),
        });
        let columns = CellTable::ALL.iter().flat_map(|table| table.columns);
        let paths = columns.flat_map(|(_, cells)| *cells);
        let exceptions = profile.exceptions.iter().map(|exception| ExceptionView {
            cell: exception.cell,
            text: exception.text,
            evidence: exception.evidence.to_string(),
            source: exception.source,
        });
        Self {
            name: profile.name,
            title: profile.title,
            about: profile.about,
            policy: policy_text(profile),
            lacks: profile.lacks.iter().map(ToString::to_string).collect(),
            sources: sources.collect(),
            cells: cells.collect(),
            shown: paths
                .map(|path| (*path, profile.shown_cell(path)))
                .collect(),
            exceptions: exceptions.collect(),
        }
    }
}

/// Returns the policy of a profile on one line: its own name, even if another has the same parts.
fn policy_text(profile: &Profile) -> String {
    let text = profile.name.parse::<PolicyText>();
    text.map_or_else(|_| profile.name.to_owned(), |text| text.to_string())
}

/// Returns the ten stories that systems answer differently, with the answer of each system. The
/// input is ignored.
#[must_use]
pub fn shown_stories(_input: &str) -> String {
    json(shown())
}

#[derive(Serialize)]
struct ShownStory {
    name: &'static str,
    title: String,
    lines: Vec<String>,
    /// The users who are there from the start.
    users: Vec<String>,
    systems: Vec<SystemAnswer>,
}

#[derive(Serialize)]
struct SystemAnswer {
    name: &'static str,
    answer: String,
    certainty: &'static str,
    /// Whether the system differs from its policy here.
    is_exception: bool,
}

fn shown() -> Result<Vec<ShownStory>, InputError> {
    let mut shown = Vec::new();
    for (name, story) in story::shown().map_err(InputError::new)? {
        let systems = PLAUSIBLE
            .iter()
            .map(|(profile, plausible)| SystemAnswer::of(name, &story, profile, plausible));
        let untitled = story.untitled();
        shown.push(ShownStory {
            name,
            title: story.title().unwrap_or(name).to_owned(),
            lines: untitled.lines().iter().map(ToString::to_string).collect(),
            users: story.users().into_iter().map(str::to_owned).collect(),
            systems: systems.collect(),
        });
    }
    Ok(shown)
}

impl SystemAnswer {
    fn of(name: &str, story: &Story, profile: &Profile, plausible: &Plausible) -> Self {
        let answer = profile.answer_to_shown(name, story, plausible);
        Self {
            name: profile.name,
            answer: answer.text,
            certainty: certainty(answer.certainty),
            is_exception: answer.is_exception,
        }
    }
}

/// Returns the sentence of each rule, and the names of the policies. The input is ignored.
///
/// The sentences describe the policy `tencent_rest`.
#[must_use]
pub fn rules(_input: &str) -> String {
    #[derive(Serialize)]
    struct Rules {
        rules: Vec<RuleView>,
        policies: Vec<&'static str>,
    }

    #[derive(Serialize)]
    struct RuleView {
        rule: &'static str,
        sentence: String,
    }

    let mut rules = Vec::new();
    for rule in Rule::ALL {
        rules.push(RuleView {
            rule: rule.number(),
            sentence: rule.sentence().to_owned(),
        });
    }
    // Each duty of a policy is a rule with a number of its own.
    for property in Property::ALL {
        if property.duty() == Duty::Policy {
            rules.push(RuleView {
                rule: property.rules(),
                sentence: property.to_string(),
            });
        }
    }
    json(Ok(Rules {
        rules,
        policies: Policy::names().collect(),
    }))
}
