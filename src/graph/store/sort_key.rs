//! The order of entries inside a record.

use super::UserId;

/// A user's handle as a number by which entries are sorted.
///
/// Multiplication by an odd number is a bijection that spreads neighbours over the whole range.
/// So the keys of friends are spread evenly, those who joined together included, and the position
/// of a key can be interpolated. A few sets are spread badly, such as users at equal distances
/// that are Fibonacci numbers: their lookups take a search.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct SortKey(u32);

/// Fibonacci hashing: 2³² divided by the golden ratio.
const FACTOR: u32 = 0x9e37_79b9;

/// The factor's inverse modulo 2³².
const INVERSE: u32 = {
    // Newton's iteration doubles the number of correct bits, of which an odd number has three.
    let mut inverse = FACTOR;
    let mut correct_bits = 3;
    while correct_bits < u32::BITS {
        inverse = inverse.wrapping_mul(2_u32.wrapping_sub(FACTOR.wrapping_mul(inverse)));
        correct_bits *= 2;
    }
    inverse
};

impl SortKey {
    /// The key of no user, above all others: that of the number that is never given out.
    pub(super) const VACANT: Self = Self::of(UserId::from_u32(u32::MAX));

    #[inline]
    pub(super) const fn of(user: UserId) -> Self {
        Self(!(!user.to_u32()).wrapping_mul(FACTOR))
    }

    #[inline]
    pub(super) const fn user(self) -> UserId {
        UserId::from_u32(!(!self.0).wrapping_mul(INVERSE))
    }

    #[inline]
    pub(super) const fn to_le_bytes(self) -> [u8; 4] {
        self.0.to_le_bytes()
    }

    #[inline]
    pub(super) const fn from_le_bytes(bytes: [u8; 4]) -> Self {
        Self(u32::from_le_bytes(bytes))
    }

    /// Returns the index of the key among `len` keys if all are spaced evenly.
    #[inline]
    pub(super) fn interpolate(self, len: usize) -> usize {
        let position = u64::from(self.0).wrapping_mul(len as u64) >> 32;
        usize::try_from(position).unwrap_or(len)
    }
}

#[cfg(test)]
mod tests {
    use super::SortKey;
    use crate::graph::UserId;

    #[test]
    fn a_key_leads_back_to_its_user_and_no_user_has_the_vacant_key() {
        assert_eq!(SortKey::VACANT.to_le_bytes(), [u8::MAX; 4]);
        for number in (0..u32::MAX)
            .step_by(65_521)
            .chain(u32::MAX - 100..u32::MAX)
        {
            let key = SortKey::of(UserId::from_u32(number));
            assert_eq!(key.user().to_u32(), number);
            assert!(key < SortKey::VACANT);
        }
    }
}
