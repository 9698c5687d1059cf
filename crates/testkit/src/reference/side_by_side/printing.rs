//! Values of the engine compared with the words and letters of the model.

use std::fmt::{self, Write as _};

use socialgraph::{NameError, PairChange, Refusal, UserId};

use super::SideBySide;
use crate::reference::difference::{Difference, ensure_equal};
use crate::reference::model::{PairLetters, Words};
use socialgraph::Action;

/// Compares what a value prints with a word, without a copy of it.
struct Unprinted<'a>(&'a str);

impl fmt::Write for Unprinted<'_> {
    fn write_str(&mut self, printed: &str) -> fmt::Result {
        self.0 = self.0.strip_prefix(printed).ok_or(fmt::Error)?;
        Ok(())
    }
}

/// Returns whether the values print as these words, in their order.
pub(super) fn prints_as<T: fmt::Debug>(
    values: impl IntoIterator<Item = T>,
    words: &[&str],
) -> bool {
    let mut words = words.iter();
    for value in values {
        let Some(word) = words.next() else {
            return false;
        };
        let mut unprinted = Unprinted(word);
        if write!(unprinted, "{value:?}").is_err() || !unprinted.0.is_empty() {
            return false;
        }
    }
    words.next().is_none()
}

/// Returns whether the engine's outcome is the model's.
pub(super) fn same_outcome(
    outcome: &Result<PairChange, Refusal>,
    expected: &Result<Words, Words>,
) -> bool {
    match (outcome, expected) {
        (Ok(change), Ok(effects)) => prints_as(change.effects(), effects),
        (Err(refusal), Err(reasons)) => prints_as(refusal.reasons(), reasons),
        _ => false,
    }
}

/// Returns whether each outcome of the engine's batch is the model's.
pub(super) fn same_outcomes(
    outcomes: &[Result<PairChange, Refusal>],
    expected: &[Result<Words, Words>],
) -> bool {
    let mut pairs = outcomes.iter().zip(expected);
    outcomes.len() == expected.len()
        && pairs.all(|(outcome, expected)| same_outcome(outcome, expected))
}

/// Returns the model's word for what is wrong with a name.
pub(super) const fn word_for(error: &NameError) -> &'static str {
    match error {
        NameError::Empty => "Empty",
        NameError::TooLong { .. } => "TooLong",
        NameError::Taken { .. } => "Taken",
        _ => "another error",
    }
}

/// What happened to a pair, as both can print it.
type Printed = (UserId, UserId, Option<Action>, [String; 2], Vec<String>);

/// Returns what the engine says of a pair.
fn of_engine(pair: PairChange) -> Printed {
    let relations = [pair.before, pair.after].map(|relation| format!("{relation:#}"));
    let effects = pair.effects().iter();
    let effects = effects.map(|effect| format!("{effect:?}")).collect();
    (pair.actor, pair.target, pair.action, relations, effects)
}

impl SideBySide {
    /// Returns what the model says of a pair.
    fn of_model(&self, pair: &PairLetters, action: Option<Action>) -> Printed {
        let relations = [pair.before.clone(), pair.after.clone()];
        let effects = pair.effects.iter().map(ToString::to_string).collect();
        let [actor, target] = [&pair.actor, &pair.target].map(|name| self.handle(name));
        (actor, target, action, relations, effects)
    }

    /// Compares what happened to pairs by this action or without one, in its order.
    pub(super) fn compare_pairs<'a>(
        &self,
        pairs: impl IntoIterator<Item = PairChange>,
        expected: impl IntoIterator<Item = &'a PairLetters>,
        action: Option<Action>,
        operation: &str,
    ) -> Result<(), Difference> {
        let pairs: Vec<_> = pairs.into_iter().map(of_engine).collect();
        let expected = expected.into_iter().map(|pair| self.of_model(pair, action));
        let expected: Vec<_> = expected.collect();
        ensure_equal!(pairs, expected, "the pairs that changed when {operation}");
        Ok(())
    }
}
