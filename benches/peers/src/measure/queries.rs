//! Queries, and what is true of them.

/// Pairs that are asked about, with the true answer to each.
pub(super) struct Queries {
    pairs: Vec<(u32, u32)>,
    answers: Vec<bool>,
}

impl Queries {
    pub(super) fn new(pairs: Vec<(u32, u32)>, truth: impl Fn(u32, u32) -> bool) -> Self {
        let answers = pairs.iter().map(|(a, b)| truth(*a, *b)).collect();
        Self { pairs, answers }
    }

    /// Returns at most so many of them.
    pub(super) fn first(&self, most: usize) -> &[(u32, u32)] {
        &self.pairs[..most.min(self.pairs.len())]
    }

    /// Returns how many of the first so many are to be answered with yes.
    pub(super) fn allowed(&self, len: usize) -> usize {
        self.answers[..len].iter().filter(|answer| **answer).count()
    }

    /// Returns them by name.
    pub(super) fn named(&self, name: impl Fn(u32) -> String) -> Vec<(String, String)> {
        self.pairs
            .iter()
            .map(|(a, b)| (name(*a), name(*b)))
            .collect()
    }
}
