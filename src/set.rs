//! A set of enumerable values in one machine word.

use std::cmp::Ordering;
use std::fmt;
use std::iter::FusedIterator;
use std::marker::PhantomData;
use std::str::FromStr;

use crate::sealed::Sealed;
use crate::text::{Explanation, Phrase, write_joined};

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

    /// Returns the set with these bits, which are all of members.
    pub(crate) const fn from_word(bits: u64) -> Self {
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

    /// Returns the bits of the members: the first value of the type has the lowest.
    ///
    /// The bits of reasons, effects, facts and relations are stable: a version of this crate only
    /// ever appends values. So a host may store them.
    ///
    /// ```
    /// use socialgraph::{Reason, Reasons};
    ///
    /// assert_eq!(Reasons::EMPTY.to_bits(), 0);
    /// assert_eq!(Reasons::from([Reason::ActorBlocks, Reason::TargetBlocks]).to_bits(), 0b11);
    /// ```
    #[must_use]
    #[inline]
    pub const fn to_bits(self) -> u64 {
        self.bits
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

    /// Returns whether the set has every member of the other.
    #[must_use]
    #[inline]
    pub const fn is_superset(self, other: Self) -> bool {
        other.is_subset(self)
    }

    /// Returns whether no value is a member of both sets.
    #[must_use]
    #[inline]
    pub const fn is_disjoint(self, other: Self) -> bool {
        self.intersection(other).is_empty()
    }

    /// Returns the members that one of the sets has and the other does not.
    #[must_use]
    #[inline]
    pub const fn symmetric_difference(self, other: Self) -> Self {
        Self::from_word(self.bits ^ other.bits)
    }
}

impl<T: Element> SmallSet<T> {
    /// Returns the set with these bits, or `None` if a bit is no value's.
    ///
    /// ```
    /// use socialgraph::{Reason, Reasons};
    ///
    /// assert_eq!(Reasons::from_bits(0b10), Some(Reason::TargetBlocks.into()));
    /// assert_eq!(Reasons::from_bits(1 << 63), None);
    /// ```
    #[must_use]
    pub fn from_bits(bits: u64) -> Option<Self> {
        // Values are numbered from 0 without a gap, so the highest bit is enough.
        let is_known = match bits.checked_ilog2() {
            Some(highest) => T::at(highest).is_some(),
            None => true,
        };
        is_known.then_some(Self::from_word(bits))
    }

    /// Returns whether the value is a member.
    #[must_use]
    #[inline]
    pub fn contains(self, value: T) -> bool {
        self.bits & Self::bit(value) != 0
    }

    /// Adds the value, and returns whether it was no member before.
    ///
    /// ```
    /// use socialgraph::{Reason, Reasons};
    ///
    /// let mut reasons = Reasons::EMPTY;
    /// assert!(reasons.insert(Reason::NotBlocked) && !reasons.insert(Reason::NotBlocked));
    /// assert!(reasons.remove(Reason::NotBlocked) && !reasons.remove(Reason::NotBlocked));
    /// ```
    #[inline]
    pub fn insert(&mut self, value: T) -> bool {
        let is_new = !self.contains(value);
        self.bits |= Self::bit(value);
        is_new
    }

    /// Removes the value, and returns whether it was a member.
    #[inline]
    pub fn remove(&mut self, value: T) -> bool {
        let was_member = self.contains(value);
        self.bits &= !Self::bit(value);
        was_member
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

    /// Returns the last member in the declared order.
    #[must_use]
    pub fn last(self) -> Option<T> {
        self.iter().next_back()
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

impl<T: Element> DoubleEndedIterator for Members<T> {
    fn next_back(&mut self) -> Option<T> {
        let position = self.rest.bits.checked_ilog2()?;
        self.rest.bits &= !(1 << position);
        T::at(position)
    }
}

impl<T: Element> ExactSizeIterator for Members<T> {}

impl<T: Element> FusedIterator for Members<T> {}

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

impl<T: Element> Extend<T> for SmallSet<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, values: I) {
        for value in values {
            self.insert(value);
        }
    }
}

impl<T: Element, const N: usize> From<[T; N]> for SmallSet<T> {
    fn from(values: [T; N]) -> Self {
        values.into_iter().collect()
    }
}

impl<T: Element> From<T> for SmallSet<T> {
    fn from(value: T) -> Self {
        Self::from_word(Self::bit(value))
    }
}

/// Gives a type the operators `|`, `&`, `-` and `^`, by its methods for sets.
///
/// In front of the type stands its parameter, if it has one, in brackets.
macro_rules! set_operators {
    ([$($parameter:ident)?] $type:ty) => {
        crate::set::set_operators! {
            @each [$($parameter)?] $type,
            BitOr bitor, BitOrAssign bitor_assign: union
        }
        crate::set::set_operators! {
            @each [$($parameter)?] $type,
            BitAnd bitand, BitAndAssign bitand_assign: intersection
        }
        crate::set::set_operators! {
            @each [$($parameter)?] $type,
            Sub sub, SubAssign sub_assign: difference
        }
        crate::set::set_operators! {
            @each [$($parameter)?] $type,
            BitXor bitxor, BitXorAssign bitxor_assign: symmetric_difference
        }
    };
    (
        @each [$($parameter:ident)?] $type:ty,
        $operator:ident $function:ident, $assign:ident $assign_function:ident: $method:ident
    ) => {
        impl $(<$parameter>)? std::ops::$operator for $type {
            type Output = Self;

            #[inline]
            fn $function(self, other: Self) -> Self {
                self.$method(other)
            }
        }

        impl $(<$parameter>)? std::ops::$assign for $type {
            #[inline]
            fn $assign_function(&mut self, other: Self) {
                *self = self.$method(other);
            }
        }
    };
}
pub(crate) use set_operators;

set_operators!([T] SmallSet<T>);

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

/// Sets compare like the sorted lists of their members.
///
/// ```
/// use socialgraph::{Reason, Reasons};
///
/// let [first, second] = [Reason::ActorBlocks, Reason::TargetBlocks].map(Reasons::from);
/// assert!(Reasons::EMPTY < first && first < first | second && first | second < second);
/// ```
impl<T> Ord for SmallSet<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        let different = self.bits ^ other.bits;
        // The lowest bit in which they differ, and those above it.
        let lowest = different & different.wrapping_neg();
        let above = !(lowest | lowest.wrapping_sub(1));

        // The set that has it goes first, unless the other's list ends here.
        if different == 0 {
            Ordering::Equal
        } else if self.bits & lowest != 0 {
            if other.bits & above == 0 {
                Ordering::Greater
            } else {
                Ordering::Less
            }
        } else if self.bits & above == 0 {
            Ordering::Less
        } else {
            Ordering::Greater
        }
    }
}

impl<T> PartialOrd for SmallSet<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

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

#[expect(private_bounds, reason = "only the crate's own types are phrases")]
impl<T: Element + Phrase> SmallSet<T> {
    /// Returns the members as text with the names of the actor and the target in it.
    ///
    /// ```
    /// use socialgraph::{Reason, Reasons};
    ///
    /// let reasons = Reasons::from([Reason::NotBlocked, Reason::ActorBarred]);
    /// assert_eq!(
    ///     reasons.explain("alice", "bob").to_string(),
    ///     "alice is barred from sending friend requests; alice does not block bob",
    /// );
    /// ```
    #[must_use]
    pub fn explain<'a>(self, actor: &'a str, target: &'a str) -> Explanation<'a, Self> {
        self.with_names(actor, target)
    }
}

impl<T: Element + Phrase> Phrase for SmallSet<T> {
    fn write(self, f: &mut fmt::Formatter<'_>, actor: &str, target: &str) -> fmt::Result {
        write_joined(f, self, SEPARATOR, |f, member| {
            member.write(f, actor, target)
        })
    }
}

/// What stands between two members.
const SEPARATOR: &str = "; ";

/// Prints the members, with semicolons between them.
impl<T: Element + Phrase> fmt::Display for SmallSet<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_unnamed(f)
    }
}

/// Reads members with semicolons between them, each by its name or as it prints. No text is the
/// empty set.
///
/// ```
/// use socialgraph::{Reason, Reasons};
///
/// let reasons: Reasons = "not_blocked; the target blocks the actor".parse()?;
/// assert_eq!(reasons, Reasons::from([Reason::TargetBlocks, Reason::NotBlocked]));
/// # Ok::<(), socialgraph::UnknownValue>(())
/// ```
impl<T: Element + FromStr> FromStr for SmallSet<T> {
    type Err = T::Err;

    fn from_str(text: &str) -> Result<Self, T::Err> {
        if text.is_empty() {
            return Ok(Self::EMPTY);
        }
        text.split(SEPARATOR).map(str::parse).collect()
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
    fn operators_are_the_methods() {
        let [one, other] = [0b0110, 0b1010].map(|bits| Reasons::from_bits(bits).unwrap());
        let bits = |set: Reasons| set.to_bits();
        assert_eq!(
            [one | other, one & other, one - other, one ^ other].map(bits),
            [0b1110, 0b0010, 0b0100, 0b1100]
        );

        let mut set = one;
        set |= other;
        assert!(set.is_superset(one) && !one.is_superset(set));
        set -= other;
        assert!(set.is_disjoint(other) && !set.is_disjoint(one));
        set ^= one;
        set &= other;
        assert_eq!(set, one & other);
        set.extend([Reason::ActorBlocks]);
        assert_eq!(bits(set), 0b0011);
    }

    #[test]
    fn bits_without_a_member_are_no_set() {
        let all = (1 << Reason::ALL.len()) - 1;
        assert_eq!(Reasons::from_bits(all), Some(Reasons::from(Reason::ALL)));
        assert_eq!(Reasons::from_bits(all + 1), None);
        assert_eq!(Relations::from_bits(u64::MAX).unwrap().len(), 64);
        assert_eq!(Reasons::from_bits(0), Some(Reasons::EMPTY));
    }

    #[test]
    fn sets_compare_like_sorted_lists() {
        let lists = |bits| {
            let set = Relations::from_bits(bits).unwrap();
            (set, set.iter().collect::<Vec<_>>())
        };
        let few = (0..64).chain((0..64).map(|bits| bits << 58));
        for (one, other) in few
            .clone()
            .flat_map(|one| few.clone().map(move |it| (one, it)))
        {
            let ((one, list), (other, other_list)) = (lists(one), lists(other));
            assert_eq!(one.cmp(&other), list.cmp(&other_list), "{one:?}, {other:?}");
        }
    }

    #[test]
    fn members_come_from_both_ends() {
        let relations: Relations = Relation::all().collect();
        assert!(relations.iter().rev().eq(Relation::all().rev()));
        assert_eq!(relations.last(), Relation::from_bits(63));

        let mut members = Reasons::from(Reason::ALL).iter();
        assert_eq!(members.next(), Reason::ALL.first().copied());
        assert_eq!(members.next_back(), Reason::ALL.last().copied());
        assert_eq!(members.len(), Reason::ALL.len() - 2);
        assert_eq!(Reasons::EMPTY.iter().next_back(), None);
    }

    #[test]
    fn sets_hash_by_their_members() {
        let hash = |reasons: Reasons| BuildHasherDefault::<DefaultHasher>::new().hash_one(reasons);
        let [one, other] = [Reason::ActorBlocks, Reason::NotBlocked].map(Reasons::from);
        assert_eq!(hash(one), hash(one.union(one)));
        assert_ne!(hash(one), hash(other));
    }
}
