//! A set of enumerable values in one machine word.

use std::fmt;
use std::marker::PhantomData;

use crate::sealed::Sealed;

/// A set of values that iterates in their declared order.
///
/// It is `Copy` and allocates nothing. Equal sets are equal bits, so reasons and effects come in
/// the same order every time. Each operation takes constant time, and iteration takes time
/// proportional to the number of members.
///
/// ```
/// use socialgraph::{Reason, Reasons};
///
/// let reasons: Reasons = [Reason::TargetBlocks, Reason::ActorBlocks].into_iter().collect();
/// assert_eq!(reasons.len(), 2);
/// assert_eq!(reasons.first(), Some(Reason::ActorBlocks));
/// assert!(!reasons.contains(Reason::ActorBarred));
/// ```
pub struct SmallSet<T> {
    bits: u64,
    element: PhantomData<T>,
}

/// A type with at most 64 values, numbered from 0.
///
/// Sealed: the crate implements it for the types that it returns sets of.
pub trait Element: Copy + Sealed {
    /// Returns the value's position, below 64.
    #[doc(hidden)]
    fn position(self) -> u32;

    /// Returns the value at a position, or `None` past the last.
    #[doc(hidden)]
    fn at(position: u32) -> Option<Self>;
}

/// Makes a fieldless enum with an `ALL` array in declaration order an [`Element`].
macro_rules! element {
    ($type:ty) => {
        impl crate::sealed::Sealed for $type {}

        impl crate::set::Element for $type {
            #[inline]
            fn position(self) -> u32 {
                self as u32
            }

            #[inline]
            fn at(position: u32) -> Option<Self> {
                Self::ALL.get(position as usize).copied()
            }
        }
    };
}
pub(crate) use element;

impl<T> SmallSet<T> {
    /// The empty set.
    pub const EMPTY: Self = Self::from_word(0);

    const fn from_word(bits: u64) -> Self {
        Self {
            bits,
            element: PhantomData,
        }
    }

    /// Returns the number of members.
    #[must_use]
    #[inline]
    pub const fn len(self) -> usize {
        self.bits.count_ones() as usize
    }

    /// Returns whether the set is empty.
    #[must_use]
    #[inline]
    pub const fn is_empty(self) -> bool {
        self.bits == 0
    }

    /// Returns the union of two sets.
    #[must_use]
    #[inline]
    pub const fn union(self, other: Self) -> Self {
        Self::from_word(self.bits | other.bits)
    }

    /// Returns the members that both sets have.
    #[must_use]
    #[inline]
    pub const fn intersection(self, other: Self) -> Self {
        Self::from_word(self.bits & other.bits)
    }

    /// Returns the members that the other set does not have.
    #[must_use]
    #[inline]
    pub const fn difference(self, other: Self) -> Self {
        Self::from_word(self.bits & !other.bits)
    }

    /// Returns whether the other set has every member.
    #[must_use]
    #[inline]
    pub const fn is_subset(self, other: Self) -> bool {
        self.difference(other).is_empty()
    }
}

impl<T: Element> SmallSet<T> {
    /// Returns whether the value is a member.
    #[must_use]
    #[inline]
    pub fn contains(self, value: T) -> bool {
        self.bits & Self::bit(value) != 0
    }

    /// Adds the value, if it is not a member.
    #[inline]
    pub fn insert(&mut self, value: T) {
        self.bits |= Self::bit(value);
    }

    /// Adds the value if the condition holds.
    #[inline]
    pub(crate) fn insert_if(&mut self, condition: bool, value: T) {
        // Without a branch: random pairs would mispredict it.
        self.bits |= u64::from(condition) << value.position();
    }

    /// Returns the first member in the declared order.
    #[must_use]
    pub fn first(self) -> Option<T> {
        self.iter().next()
    }

    /// Returns the members in the declared order.
    #[must_use]
    pub const fn iter(self) -> Members<T> {
        Members { rest: self }
    }

    #[inline]
    fn bit(value: T) -> u64 {
        1 << value.position()
    }
}

/// The members of a [`SmallSet`], in the declared order.
#[derive(Clone)]
pub struct Members<T> {
    rest: SmallSet<T>,
}

impl<T: Element> Iterator for Members<T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        let position = self.rest.bits.trailing_zeros();
        // Clears the lowest bit; an empty word stays empty, and has no value at position 64.
        self.rest.bits &= self.rest.bits.wrapping_sub(1);
        T::at(position)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.rest.len(), Some(self.rest.len()))
    }
}

impl<T: Element> ExactSizeIterator for Members<T> {}

impl<T: Element + fmt::Debug> fmt::Debug for Members<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Members").field(&self.rest).finish()
    }
}

impl<T: Element> IntoIterator for SmallSet<T> {
    type Item = T;
    type IntoIter = Members<T>;

    fn into_iter(self) -> Members<T> {
        self.iter()
    }
}

impl<T: Element> IntoIterator for &SmallSet<T> {
    type Item = T;
    type IntoIter = Members<T>;

    fn into_iter(self) -> Members<T> {
        self.iter()
    }
}

impl<T: Element> FromIterator<T> for SmallSet<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        values.into_iter().fold(Self::EMPTY, |mut set, value| {
            set.insert(value);
            set
        })
    }
}

impl<T: Element> From<T> for SmallSet<T> {
    fn from(value: T) -> Self {
        Self::from_word(Self::bit(value))
    }
}

// By hand, because a derive would demand the trait of `T`, and no `T` is stored.
impl<T> Clone for SmallSet<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for SmallSet<T> {}

impl<T> PartialEq for SmallSet<T> {
    fn eq(&self, other: &Self) -> bool {
        self.bits == other.bits
    }
}

impl<T> Eq for SmallSet<T> {}

impl<T> std::hash::Hash for SmallSet<T> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.bits.hash(state);
    }
}

impl<T> Default for SmallSet<T> {
    fn default() -> Self {
        Self::EMPTY
    }
}

impl<T: Element + fmt::Debug> fmt::Debug for SmallSet<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(feature = "serde")]
impl<T: Element + serde::Serialize> serde::Serialize for SmallSet<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

#[cfg(feature = "serde")]
impl<'de, T: Element + serde::Deserialize<'de>> serde::Deserialize<'de> for SmallSet<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::<T>::deserialize(deserializer).map(|values| values.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

    use crate::{Effect, Reason, Reasons, Relation, Relations};

    #[test]
    fn members_come_in_declared_order_and_once() {
        let backwards: Reasons = Reason::ALL.into_iter().rev().chain(Reason::ALL).collect();
        assert_eq!(backwards.iter().collect::<Vec<_>>(), Reason::ALL);
        assert_eq!(backwards.len(), Reason::ALL.len());
        assert_eq!(backwards.iter().len(), Reason::ALL.len());
    }

    #[test]
    fn positions_are_below_the_width_of_a_word() {
        assert!(Reason::ALL.len() <= 64 && Effect::ALL.len() <= 64);
        assert_eq!(Relation::all().len(), 64);
        assert_eq!(Relation::all().collect::<Relations>().len(), 64);
    }

    #[test]
    fn set_algebra_agrees_with_membership() {
        let few: Reasons = [Reason::ActorBlocks, Reason::NotBlocked]
            .into_iter()
            .collect();
        let one = Reasons::from(Reason::NotBlocked);
        assert_eq!(few.difference(one), Reasons::from(Reason::ActorBlocks));
        assert_eq!(few.difference(one).union(one), few);
        assert_eq!(few.intersection(one), one);
        assert!(one.is_subset(few) && !few.is_subset(one));
        assert_eq!(format!("{few:?}"), "{ActorBlocks, NotBlocked}");
        assert_eq!(
            format!("{:?}", few.iter()),
            "Members({ActorBlocks, NotBlocked})"
        );
    }

    #[test]
    fn sets_hash_by_their_members() {
        let hash = |reasons: Reasons| BuildHasherDefault::<DefaultHasher>::new().hash_one(reasons);
        let [one, other] = [Reason::ActorBlocks, Reason::NotBlocked].map(Reasons::from);
        assert_eq!(hash(one), hash(one.union(one)));
        assert_ne!(hash(one), hash(other));
    }
}
