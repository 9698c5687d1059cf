//! The expected answer to a question.

use std::fmt;

use socialgraph::{Decision, Question, Reason, Reasons, Verdict};

use super::line::may;

/// The expected answer to a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// The actor may.
    Allowed,
    /// The actor may not.
    Refused {
        /// What the actor learns; `None` expects nothing in particular.
        manner: Option<Manner>,
        /// Every reason, and those among them that are not told; `None` expects no reasons in
        /// particular.
        reasons: Option<(Reasons, Reasons)>,
    },
}

/// How a refusal looks to the actor: `, and is told why`, `, and is not told why` or
/// `, silently`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// The actor sees at least one reason.
    Told,
    /// The actor sees a refusal and none of its reasons.
    NotToldWhy,
    /// The actor sees success.
    Silently,
}

impl Manner {
    pub(super) const ALL: [Self; 3] = [Self::Told, Self::NotToldWhy, Self::Silently];

    /// Returns the words behind the question, without reasons and before them.
    pub(super) const fn words(self) -> [&'static str; 2] {
        match self {
            Self::Told => [", and is told why", ": "],
            Self::NotToldWhy => [", and is not told why", ", and is not told why: "],
            Self::Silently => [", silently", ", and is not told: "],
        }
    }

    fn of(decision: Decision) -> Self {
        let seen = decision.visible().reasons();
        if decision.verdict() == Verdict::RefusedSilently {
            Self::Silently
        } else if seen.intersection(decision.reasons()).is_empty() {
            Self::NotToldWhy
        } else {
            Self::Told
        }
    }
}

/// How a reason is marked that the actor does not see beside others.
const HIDDEN: &str = " (not told)";

impl Expected {
    /// Returns the answer that expects exactly this decision.
    #[must_use]
    pub fn of(decision: Decision) -> Self {
        if decision.is_allowed() {
            return Self::Allowed;
        }

        let manner = Manner::of(decision);
        let reasons = decision.reasons();
        let hidden = match manner {
            Manner::Told => reasons.difference(decision.visible().reasons()),
            Manner::NotToldWhy | Manner::Silently => Reasons::EMPTY,
        };
        Self::Refused {
            manner: Some(manner),
            reasons: Some((reasons, hidden)),
        }
    }

    /// Returns whether a decision is the expected one.
    #[must_use]
    pub fn is_met_by(self, decision: Decision) -> bool {
        match (self, Self::of(decision)) {
            (
                Self::Refused {
                    manner,
                    reasons: None,
                },
                Self::Refused { manner: found, .. },
            ) => manner.is_none() || found == manner,
            (expected, found) => expected == found,
        }
    }

    /// Reads what stands behind "ann may not message ben".
    pub(super) fn read_refusal(rest: &str, actor: &str, target: &str) -> Option<Self> {
        let refused = |manner, reasons| Some(Self::Refused { manner, reasons });
        if rest.is_empty() {
            return refused(None, None);
        }

        for manner in Manner::ALL {
            let [without, before] = manner.words();
            if rest == without {
                return refused(Some(manner), None);
            }
            if let Some(reasons) = rest.strip_prefix(before)
                && let Some(reasons) = read_reasons(reasons, actor, target)
            {
                return refused(Some(manner), Some(reasons));
            }
        }
        None
    }

    /// Writes the answer, with names that are safe to print.
    pub(super) fn write(
        self,
        f: &mut fmt::Formatter<'_>,
        question: Question,
        actor: &str,
        target: &str,
    ) -> fmt::Result {
        let allowed = may(question, actor, target);
        let Self::Refused { manner, reasons } = self else {
            return f.write_str(&allowed);
        };

        let deed = allowed.strip_prefix(actor).unwrap_or(&allowed);
        let deed = deed.strip_prefix(" may").unwrap_or(deed);
        write!(f, "{actor} may not{deed}")?;
        let [without, before] = manner.map_or(["", ": "], Manner::words);
        let Some((reasons, hidden)) = reasons else {
            return f.write_str(without);
        };

        f.write_str(before)?;
        for (index, reason) in reasons.into_iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            let mark = if hidden.contains(reason) { HIDDEN } else { "" };
            write!(f, "{separator}{}{mark}", reason.explain(actor, target))?;
        }
        Ok(())
    }
}

/// Reads reasons, and those among them that are not told.
fn read_reasons(text: &str, actor: &str, target: &str) -> Option<(Reasons, Reasons)> {
    let (mut reasons, mut hidden) = (Reasons::EMPTY, Reasons::EMPTY);

    for clause in text.split("; ") {
        let shown = clause.strip_suffix(HIDDEN);
        let is_clause =
            |reason: &Reason| reason.explain(actor, target).to_string() == shown.unwrap_or(clause);
        let reason = Reason::ALL.into_iter().find(is_clause)?;

        reasons.insert(reason);
        if shown.is_some() {
            hidden.insert(reason);
        }
    }
    Some((reasons, hidden))
}
