//! Sentences with blanks for names.

use socialgraph::Name;

/// The names that stand for the blanks of a sentence.
pub(super) const ACTOR: &str = "Actor0";
pub(super) const TARGET: &str = "Target0";

/// A sentence with blanks for two names.
///
/// It is made from a sentence that the engine prints about [`ACTOR`] and [`TARGET`], so it never
/// differs from what the engine prints.
pub(super) struct Sentence<T> {
    /// What the sentence means.
    pub(super) meaning: T,
    text: String,
}

/// What a text has in the blanks of a sentence, and what stands behind the sentence.
pub(super) struct Filled<'t> {
    pub(super) actor: String,
    pub(super) target: String,
    pub(super) rest: &'t str,
}

impl<T> Sentence<T> {
    pub(super) const fn new(meaning: T, text: String) -> Self {
        Self { meaning, text }
    }

    /// Reads the sentence at the start of a text.
    pub(super) fn read<'t>(&self, text: &'t str) -> Option<Filled<'t>> {
        let (before, after) = self.text.split_once(ACTOR)?;
        let (between, last) = after.split_once(TARGET)?;

        let (actor, rest) = Name::read(text.strip_prefix(before)?)?;
        let (target, rest) = Name::read(rest.strip_prefix(between)?)?;
        Some(Filled {
            actor,
            target,
            rest: rest.strip_prefix(last)?,
        })
    }

    /// Returns the sentence with these texts in its blanks.
    pub(super) fn filled(&self, actor: &str, target: &str) -> String {
        self.text.replace(ACTOR, actor).replace(TARGET, target)
    }
}
