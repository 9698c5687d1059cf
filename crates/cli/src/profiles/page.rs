//! Profiles as a document.

use socialgraph::{Interaction, PartValue, Policy};
use socialgraph_analysis::comparison::follows_message;
use socialgraph_analysis::profile::{
    CellTable, Feature, Plausible, Profile, gate_name, title_of_cell,
};

use super::shown_stories;
use crate::document::Document;
use crate::text::unconfirmed_mark;

/// Returns the page of all systems: the tables, the stories, and every profile.
pub(super) fn all() -> Result<Document, Box<dyn std::error::Error>> {
    let mut document = overview();
    shown_stories::add_to(&mut document)?;
    for profile in Profile::ALL {
        add_profile(&mut document, profile);
    }
    Ok(document)
}

/// Returns the tables of all systems.
pub(super) fn overview() -> Document {
    let mut document = Document::default();
    document.heading(1, "Profiles: what real systems do");
    document.paragraph(
        "A blocks B. An answer is `allowed`; `silent`: the actor sees success, and nothing \
         happens; `neutral`: refused, and no block is named; `told`: refused, and the block is \
         named; or `refused`: nothing confirms what the actor sees. An empty cell, or `?` beside \
         another, is not confirmed. A dash stands for a thing that the system does not have. A star marks what \
         no policy can say: the system's profile says how it differs. For example, the engine \
         refuses every action that would change nothing, and some systems answer `success`.",
    );
    document.paragraph(
        "`socialgraph profiles NAME` prints the source of each cell. The facts are in \
         `crates/analysis/profiles/NAME.toml`, and a test plays each of them under the policy of \
         the same name.",
    );

    for CellTable { title, columns } in CellTable::ALL {
        document.heading(2, *title);
        let mut header = vec!["profile"];
        header.extend(columns.iter().map(|(name, _)| *name));
        let rows = Profile::ALL.iter().map(|profile| {
            let mut row = vec![format!("`{}`", profile.name)];
            row.extend(columns.iter().map(|(_, paths)| {
                let cells = paths.iter().map(|path| profile.shown_cell(path));
                joined(&cells.collect::<Vec<_>>())
            }));
            row
        });
        document.table(&header, rows.collect());
    }
    document
}

/// Joins the cells of the two sides: one word if they are alike.
fn joined(cells: &[String]) -> String {
    match cells {
        [one, other] if one == other => one.clone(),
        _ => {
            let known = |cell: &String| {
                if cell.is_empty() {
                    "?".to_owned()
                } else {
                    cell.clone()
                }
            };
            cells.iter().map(known).collect::<Vec<_>>().join("/")
        }
    }
}

/// Returns the pages of these systems.
pub(super) fn of(profiles: &[&'static Profile]) -> Document {
    let mut document = Document::default();
    for profile in profiles {
        add_profile(&mut document, profile);
    }
    document
}

fn add_profile(document: &mut Document, profile: &'static Profile) {
    document.heading(2, format!("{}: `{}`", profile.title, profile.name));
    document.paragraph(profile.about);
    let plausible = profile.plausible();
    document.paragraph(unlike_rest(profile, &plausible));

    let rows = profile.cells.iter().map(|cell| {
        let value = profile.shown_cell(cell.path);
        let mut by = format!("{}, {}", cell.evidence, cell.source);
        if !cell.note.is_empty() {
            by = format!("{by}: {}", cell.note);
        }
        vec![title_of_cell(cell.path), value, by]
    });
    document.table(&["if A blocks B", "is", "confirmed by"], rows.collect());

    let exceptions = profile.exceptions.iter().map(|exception| {
        let (text, evidence, source) = (exception.text, exception.evidence, exception.source);
        format!("{text} ({evidence}, {source})")
    });
    if !profile.exceptions.is_empty() {
        document.paragraph("What no policy can say:");
    }
    document.list(exceptions.collect());

    document.paragraph(open_parts(profile, &plausible));
    document.paragraph("Sources:");
    let sources = profile.sources.iter();
    document.list(
        sources
            .map(|(name, place)| format!("{name}: {place}"))
            .collect(),
    );
}

/// Returns how the policy differs from `tencent_rest`, and what of it is not confirmed.
fn unlike_rest(profile: &Profile, plausible: &Plausible) -> String {
    let (policy, rest) = (profile.policy(), Policy::tencent_rest());
    let mut unlike = Vec::new();
    for ((path, value), (_, other)) in policy.parts().zip(rest.parts()) {
        let is_confirmed = plausible.confirms(path);
        // A limit that nothing confirms is none.
        let is_said = is_confirmed || value != PartValue::Limit(None);
        if value != other && is_said && !follows_message(&policy, path) {
            let mark = unconfirmed_mark(!is_confirmed);
            unlike.push(format!("`{path}` is {value}{mark}"));
        }
    }

    if unlike.is_empty() {
        return "The policy is that of `tencent_rest`.".to_owned();
    }
    format!("Unlike in `tencent_rest`, {}.", unlike.join(", "))
}

/// Returns the parts that nothing confirms, in a sentence.
fn open_parts(profile: &Profile, plausible: &Plausible) -> String {
    let mut open: Vec<String> = Vec::new();
    for (path, values) in plausible.open_parts() {
        let gate = path.split('.').next().unwrap_or(path);
        let is_undocumented = Interaction::ALL.iter().any(|interaction| {
            let feature = Feature::Interaction(*interaction);
            gate_name(*interaction) == gate && !profile.has.contains(&feature)
        });
        if !is_undocumented {
            let values: Vec<_> = values.iter().map(ToString::to_string).collect();
            open.push(format!("`{path}` ({})", values.join(", ")));
        }
    }

    let undocumented: Vec<_> = Interaction::ALL
        .into_iter()
        .filter(|it| !profile.has.contains(&Feature::Interaction(*it)))
        .map(|it| Feature::Interaction(it).to_string())
        .collect();
    let mut sentences = Vec::new();
    if !undocumented.is_empty() {
        let undocumented = undocumented.join(", ");
        sentences.push(format!(
            "Not documented, so that they follow the gate of messages: {undocumented}."
        ));
    }
    if !profile.lacks.is_empty() {
        let lacks: Vec<_> = profile.lacks.iter().map(ToString::to_string).collect();
        sentences.push(format!("The system does not have: {}.", lacks.join(", ")));
    }
    if !open.is_empty() {
        let open = open.join(", ");
        sentences.push(format!("Parts that could have other values: {open}."));
    }
    sentences.join(" ")
}
