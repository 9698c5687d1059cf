//! The results of `check` as a document and as JSON.

use serde_json::{Value, json};
use socialgraph_analysis::checker::Report;

use super::checked::Checked;
use super::options::Candidate;
use super::properties::described;
use super::remarks::Remarks;
use super::table::lacks;
use crate::document::Document;

/// A search that has ended.
pub(super) struct Search<'c> {
    pub(super) candidate: &'c Candidate,
    pub(super) report: Report,
    pub(super) seconds: f64,
}

/// Returns the table of all searches, and the remarks on them.
pub(super) fn document(searches: &[Search<'_>], remarks: &Remarks) -> Document {
    let mut document = Document::default();
    document.heading(1, "The policies, in every state that the users can reach");
    let rows = searches.iter().map(|search| {
        let report = &search.report;
        vec![
            search.candidate.name.clone(),
            report.users().to_string(),
            report.states().to_string(),
            report.transitions().to_string(),
            report.depth().to_string(),
            lacks(report),
        ]
    });
    let header = ["policy", "users", "states", "transitions", "depth", "lacks"];
    document.table(&header, rows.collect());

    for remark in remarks.all() {
        let text = remark.text.trim_end();
        let (sentence, steps) = text.split_once('\n').unwrap_or((text, ""));
        document.heading(2, remark.about.clone());
        document.paragraph(sentence);
        if !steps.is_empty() {
            document.code(steps);
        }
    }
    if let Some(unwitnessed) = remarks.unwitnessed() {
        document.paragraph(unwitnessed);
    }
    document
}

/// Returns every search with the properties that fail and their stories, and the faults.
pub(super) fn json(searches: &[Search<'_>], remarks: &Remarks, checked: &Checked) -> String {
    let searches = searches.iter().map(|search| {
        let Search {
            candidate, report, ..
        } = search;
        let violations = report.violations().iter();
        let failures = violations.map(|violation| {
            let property = violation.property();
            json!({
                "property": described(property),
                "not_confirmed": checked.is_unconfirmed(candidate, property),
                "story": violation.story().to_string(),
            })
        });
        let open = checked.properties.iter();
        let open = open.filter(|it| checked.is_unconfirmed(candidate, **it));
        json!({
            "policy": candidate.name,
            "users": report.users().count(),
            "states": report.states(),
            "transitions": report.transitions(),
            "depth": report.depth(),
            "seconds": search.seconds,
            "failures": failures.collect::<Vec<_>>(),
            "not_confirmed": open.map(|it| it.name()).collect::<Vec<_>>(),
            "is_vacuous": report.is_vacuous(),
            "never": report.unwitnessed().map(|it| it.to_string()).collect::<Vec<_>>(),
        })
    });

    let faults = remarks.all().iter().filter(|remark| remark.is_fault);
    let faults = faults.map(|it| format!("{}: {}", it.about, it.text.trim_end()));
    let value: Value = json!({
        "searches": searches.collect::<Vec<_>>(),
        "faults": faults.collect::<Vec<_>>(),
    });
    format!("{value:#}")
}
