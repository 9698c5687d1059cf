//! A bit set of fixed size: one bit for each state or local state.

/// A set of numbers below a limit, with one bit for each.
#[derive(Clone)]
pub(super) struct BitSet {
    words: Vec<u64>,
}

impl BitSet {
    /// Returns the empty set of numbers below `limit`.
    pub(super) fn new(limit: usize) -> Self {
        Self {
            words: vec![0; limit.div_ceil(64)],
        }
    }

    #[inline]
    pub(super) fn contains(&self, number: usize) -> bool {
        let word = self.words.get(number / 64).copied().unwrap_or_default();
        word >> (number % 64) & 1 == 1
    }

    #[inline]
    pub(super) fn insert(&mut self, number: usize) {
        let word = self.words.get_mut(number / 64);
        debug_assert!(word.is_some(), "{number} is out of range");
        if let Some(word) = word {
            *word |= 1 << (number % 64);
        }
    }

    /// Removes the visited members from this set, and marks the others as visited.
    pub(super) fn keep_unvisited(&mut self, visited: &mut Self) {
        for (word, visited) in self.words.iter_mut().zip(&mut visited.words) {
            *word &= !*visited;
            *visited |= *word;
        }
    }

    pub(super) fn len(&self) -> u64 {
        let mut len = 0;
        for word in &self.words {
            len += u64::from(word.count_ones());
        }
        len
    }

    /// Returns the members, lowest first.
    pub(super) fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        let words = self.words.iter().enumerate();
        words.flat_map(|(index, word)| set_bits(*word).map(move |bit| index * 64 + bit))
    }
}

/// Returns the indices of the set bits, lowest first.
#[inline]
pub(super) fn set_bits(mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = word.trailing_zeros() as usize;
        // Clears the lowest set bit; ends the iteration if there is none.
        word &= word.checked_sub(1)?;
        Some(bit)
    })
}

#[cfg(test)]
mod tests {
    use super::{BitSet, set_bits};

    #[test]
    fn members_come_lowest_first_and_once() {
        let mut set = BitSet::new(130);
        for number in [129, 0, 64, 63, 64] {
            set.insert(number);
        }

        assert_eq!(set.iter().collect::<Vec<_>>(), [0, 63, 64, 129]);
        assert_eq!(set.len(), 4);
        assert!(set.contains(129) && !set.contains(128) && !set.contains(1000));
        assert_eq!(set_bits(1 << 63 | 1).collect::<Vec<_>>(), [0, 63]);
    }

    #[test]
    fn visited_members_are_removed_and_the_others_become_visited() {
        let (mut next, mut visited) = (BitSet::new(70), BitSet::new(70));
        for number in [1, 2, 69] {
            next.insert(number);
        }
        visited.insert(2);

        next.keep_unvisited(&mut visited);

        assert_eq!(next.iter().collect::<Vec<_>>(), [1, 69]);
        assert_eq!(visited.iter().collect::<Vec<_>>(), [1, 2, 69]);
    }
}
