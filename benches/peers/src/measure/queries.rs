//! Queries with their expected answers.

use crate::population::Population;

/// Pairs of sender and recipient, with the expected answer for each.
#[derive(Default)]
pub(super) struct Queries {
    pairs: Vec<(u32, u32)>,
    answers: Vec<bool>,
}

impl Queries {
    /// Returns these pairs with the answers that `rule` gives.
    pub(super) fn new(
        population: &Population,
        pairs: Vec<(u32, u32)>,
        rule: fn(&Population, u32, u32) -> bool,
    ) -> Self {
        let mut queries = Self::default();
        for (sender, recipient) in pairs {
            queries.push(sender, recipient, rule(population, sender, recipient));
        }
        queries
    }

    pub(super) fn push(&mut self, sender: u32, recipient: u32, answer: bool) {
        self.pairs.push((sender, recipient));
        self.answers.push(answer);
    }

    /// Returns the first `len` pairs, or all of them if there are fewer.
    pub(super) fn first(&self, len: usize) -> &[(u32, u32)] {
        &self.pairs[..len.min(self.pairs.len())]
    }

    /// Counts the first `len` answers that are yes.
    pub(super) fn allowed(&self, len: usize) -> usize {
        self.answers[..len].iter().filter(|answer| **answer).count()
    }

    /// Returns the pairs with each number replaced by its name.
    pub(super) fn named(&self, name: fn(u32) -> String) -> Vec<(String, String)> {
        let mut named = Vec::with_capacity(self.pairs.len());
        for &(sender, recipient) in &self.pairs {
            named.push((name(sender), name(recipient)));
        }
        named
    }
}
