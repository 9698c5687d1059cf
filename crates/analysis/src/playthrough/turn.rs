//! The outcome of a line, in sentences.

use crate::profile::Certainty;

/// The outcome of a line under each policy.
#[derive(Clone, Debug, PartialEq, Eq)]
// Exhaustive on purpose: what is shown of a line is all of this.
pub struct Turn {
    /// The outcome under each policy, in the order of the sides.
    pub sides: Vec<SideTurn>,
}

/// The outcome of a line under one policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SideTurn {
    /// The name of the policy, with those that the story adopted before the line.
    pub policy: String,
    /// The effects of the operation, the reasons against it, or the answer to the question.
    pub results: Vec<Statement>,
    /// The questions whose answers the line changed, with the new answers.
    pub abilities: Vec<Statement>,
    /// Whether an operation was done; true of any other line.
    pub done: bool,
    /// Whether an expected answer holds; true if none is expected.
    pub holds: bool,
}

/// A sentence, and whether it rests on a part of a policy that nothing confirms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The sentence.
    pub text: String,
    /// Whether the profile of the policy confirms it.
    pub certainty: Certainty,
}

impl Turn {
    /// Returns whether the expected answer holds under every policy.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.sides.iter().all(|side| side.holds)
    }
}

impl SideTurn {
    /// Returns the results, then the abilities.
    pub fn sentences(&self) -> impl Iterator<Item = &Statement> {
        self.results.iter().chain(&self.abilities)
    }
}

impl Statement {
    /// Returns a sentence that needs no confirmation.
    pub(super) const fn certain(text: String) -> Self {
        let certainty = Certainty::Confirmed;
        Self { text, certainty }
    }
}
