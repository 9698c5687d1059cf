//! Sentences, reasons, rules and names, as fields of an answer.

use serde::Serialize;
use socialgraph::{Decision, Name};
use socialgraph_analysis::playthrough::Statement;
use socialgraph_analysis::profile::Certainty;
use socialgraph_analysis::rulebook::{Rule, rules_of_reason};
use socialgraph_analysis::story::{Expected, Manner};

/// A text alone: a sentence, or a whole answer.
#[derive(Serialize)]
pub(super) struct Text {
    pub(super) text: String,
}

impl Text {
    pub(super) fn all(statements: &[Statement]) -> Vec<Self> {
        let texts = statements.iter().map(|it| it.text.clone());
        texts.map(|text| Self { text }).collect()
    }
}

pub(super) const fn certainty(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Confirmed => "confirmed",
        Certainty::NotConfirmed => "not_confirmed",
        Certainty::NotApplicable => "not_applicable",
    }
}

/// A reason of a refusal, with its rules.
#[derive(PartialEq, Eq, Serialize)]
pub(super) struct ReasonView {
    name: &'static str,
    text: String,
    rules: Vec<&'static str>,
}

/// Returns the reasons of a decision, in their order.
pub(super) fn reasons(decision: Decision, names: &Names) -> Vec<ReasonView> {
    let reasons = decision.reasons().iter();
    let reasons = reasons.map(|reason| ReasonView {
        name: reason.name(),
        text: reason.explain(&names.actor, &names.target).to_string(),
        rules: numbers(rules_of_reason(decision.question(), reason)),
    });
    reasons.collect()
}

pub(super) fn numbers(rules: &[Rule]) -> Vec<&'static str> {
    rules.iter().map(|rule| rule.number()).collect()
}

/// Returns what the actor learns of a refusal, or `None` of an allowed question.
pub(super) fn notice(decision: Decision) -> Option<&'static str> {
    match Expected::of(decision) {
        Expected::Allowed => None,
        Expected::Refused { manner, .. } => manner.map(|manner| match manner {
            Manner::Silently => "silent",
            Manner::NotToldWhy => "neutral",
            Manner::Told => "told",
        }),
    }
}

/// The names of a pair, as sentences have them.
pub(super) struct Names {
    pub(super) actor: String,
    pub(super) target: String,
}

impl Names {
    pub(super) fn new(actor: &str, target: &str) -> Self {
        Self {
            actor: Name(actor).to_string(),
            target: Name(target).to_string(),
        }
    }
}
