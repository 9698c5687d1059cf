//! A fixed number of bits: one for each state or situation.

/// A set of numbers below a limit, one bit each.
#[derive(Clone)]
pub(super) struct BitSet {
    words: Vec<u64>,
}

impl BitSet {
    /// Returns the empty set of numbers below the limit.
    pub(super) fn new(limit: usize) -> Self {
        Self {
            words: vec![0; limit.div_ceil(64)],
        }
    }

    #[inline]
    pub(super) fn contains(&self, number: usize) -> bool {
        self.words
            .get(number / 64)
            .is_some_and(|word| word >> (number % 64) & 1 == 1)
    }

    #[inline]
    pub(super) fn insert(&mut self, number: usize) {
        let word = self.words.get_mut(number / 64);
        debug_assert!(word.is_some(), "{number} is out of range");
        if let Some(word) = word {
            *word |= 1 << (number % 64);
        }
    }

    /// Moves what is new here into the other set, and keeps nothing else.
    pub(super) fn keep_unvisited(&mut self, known: &mut Self) {
        for (new, known) in self.words.iter_mut().zip(&mut known.words) {
            *new &= !*known;
            *known |= *new;
        }
    }

    pub(super) fn len(&self) -> u64 {
        self.words
            .iter()
            .map(|word| u64::from(word.count_ones()))
            .sum()
    }

    /// Returns the members, lowest first.
    pub(super) fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        let words = self.words.iter().enumerate();
        words.flat_map(|(place, word)| set_bits(*word).map(move |bit| place * 64 + bit))
    }
}

/// Returns the places of the bits that are set, lowest first.
#[inline]
pub(super) fn set_bits(mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = word.trailing_zeros() as usize;
        word &= word.checked_sub(1)?;
        Some(bit)
    })
}

#[cfg(test)]
mod tests {
    use super::{BitSet, set_bits};

    #[test]
    fn members_come_lowest_first_and_once() {
        let mut bits = BitSet::new(130);
        for number in [129, 0, 64, 63, 64] {
            bits.insert(number);
        }
        assert_eq!(bits.iter().collect::<Vec<_>>(), [0, 63, 64, 129]);
        assert_eq!(bits.len(), 4);
        assert!(bits.contains(129) && !bits.contains(128) && !bits.contains(1000));
        assert_eq!(set_bits(1 << 63 | 1).collect::<Vec<_>>(), [0, 63]);
    }

    #[test]
    fn settling_leaves_what_was_not_known() {
        let (mut new, mut known) = (BitSet::new(70), BitSet::new(70));
        for number in [1, 2, 69] {
            new.insert(number);
        }
        known.insert(2);
        new.keep_unvisited(&mut known);
        assert_eq!(new.iter().collect::<Vec<_>>(), [1, 69]);
        assert_eq!(known.iter().collect::<Vec<_>>(), [1, 2, 69]);
    }
}
