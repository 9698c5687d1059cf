//! The relation of an ordered pair: six facts in six bits.

use std::fmt;
use std::str::FromStr;

use crate::clauses::clauses;
use crate::names::UnknownValue;
use crate::sealed::Sealed;
use crate::set::{Element, Members, SmallSet, set_operators};
use crate::text::{Explanation, Phrase, Quoted, write_joined};

clauses! {
    /// One thing that may hold between an actor and a target.
    ///
    /// The order is that of the bits of a [`Relation`], lowest first. Each fact stands beside its
    /// mirror image.
    ///
    /// ```
    /// use socialgraph::Fact;
    ///
    /// let fact = Fact::TargetBlocks;
    /// assert_eq!(fact.explain("alice", "bob").to_string(), "bob blocks alice");
    /// assert_eq!(fact.flip(), Fact::ActorBlocks);
    /// ```
    pub enum Fact(actor, target): "fact" {
        /// The target is on the actor's blocklist.
        ActorBlocks = "actor_blocks" => "{actor} blocks {target}",
        /// The actor is on the target's blocklist.
        TargetBlocks = "target_blocks" => "{target} blocks {actor}",
        /// The target is on the actor's friend list.
        ActorLists = "actor_lists" => "{actor} lists {target}",
        /// The actor is on the target's friend list.
        TargetLists = "target_lists" => "{target} lists {actor}",
        /// A friend request from the actor to the target is pending.
        ActorRequested = "actor_requested" => "{actor} requested {target}",
        /// A friend request from the target to the actor is pending.
        TargetRequested = "target_requested" => "{target} requested {actor}",
    }
}

/// The letters of the facts in tables, in the order of the bits.
const LETTERS: &str = "bBlLrR";

/// How no letter is written.
const NO_LETTER: &str = "-";

/// How the relation of strangers is written in words.
const STRANGERS: &str = "strangers";

impl Fact {
    /// Returns the fact with the actor and the target exchanged.
    #[must_use]
    pub const fn flip(self) -> Self {
        match self {
            Self::ActorBlocks => Self::TargetBlocks,
            Self::TargetBlocks => Self::ActorBlocks,
            Self::ActorLists => Self::TargetLists,
            Self::TargetLists => Self::ActorLists,
            Self::ActorRequested => Self::TargetRequested,
            Self::TargetRequested => Self::ActorRequested,
        }
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// What holds between an actor and a target: any of six [`Fact`]s.
///
/// A relation is one byte. Of all 64, a policy lets users reach a few
/// ([`Policy::reachable_relations`](crate::Policy::reachable_relations)). The default is
/// [`STRANGERS`](Self::STRANGERS).
///
/// ```
/// use socialgraph::{Fact, Relation};
///
/// let relation = Relation::STRANGERS.with(Fact::ActorBlocks).with(Fact::TargetLists);
/// assert!(relation.holds(Fact::ActorBlocks));
/// assert!(relation.flip().holds(Fact::TargetBlocks));
/// assert_eq!(relation.explain("alice", "bob").to_string(), "alice blocks bob, bob lists alice");
/// assert_eq!(format!("{relation:#}"), "bL");
/// assert_eq!(Relation::all().count(), 64);
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(into = "Vec<Fact>", from = "Vec<Fact>"))]
pub struct Relation(u8);

/// A set of relations, in the order of their bits.
pub type Relations = SmallSet<Relation>;

impl Relation {
    /// No fact holds.
    pub const STRANGERS: Self = Self(0);

    /// Each user lists the other; no other fact holds.
    pub const FRIENDS: Self = Self::STRANGERS
        .with(Fact::ActorLists)
        .with(Fact::TargetLists);

    /// The number of relations, reachable or not.
    pub(crate) const COUNT: u8 = 1 << Fact::ALL.len();

    /// Returns all 64 relations, reachable or not.
    pub fn all() -> impl DoubleEndedIterator<Item = Self> + ExactSizeIterator + Clone {
        (0..Self::COUNT).map(Self)
    }

    /// Returns whether the fact holds.
    #[must_use]
    #[inline]
    pub const fn holds(self, fact: Fact) -> bool {
        self.0 & fact.bit() != 0
    }

    /// Returns the relation with the fact added.
    #[must_use]
    #[inline]
    pub const fn with(self, fact: Fact) -> Self {
        Self(self.0 | fact.bit())
    }

    /// Returns the relation with the fact removed.
    #[must_use]
    #[inline]
    pub const fn without(self, fact: Fact) -> Self {
        Self(self.0 & !fact.bit())
    }

    /// Returns the relation with the facts of both.
    ///
    /// ```
    /// use socialgraph::{Fact, Relation};
    ///
    /// let [one, other] = [Fact::ActorLists, Fact::TargetLists].map(Relation::from);
    /// assert_eq!(one | other, Relation::FRIENDS);
    /// assert_eq!(Relation::FRIENDS - other, one);
    /// ```
    #[must_use]
    #[inline]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Returns the relation with the facts that hold in both.
    #[must_use]
    #[inline]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Returns the relation with the facts that do not hold in the other.
    #[must_use]
    #[inline]
    pub const fn difference(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Returns the relation with the facts that hold in one of the two, but not in the other.
    #[must_use]
    #[inline]
    pub const fn symmetric_difference(self, other: Self) -> Self {
        Self(self.0 ^ other.0)
    }

    /// Returns whether every fact holds in the other relation, too.
    #[must_use]
    #[inline]
    pub const fn is_subset(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// Returns the relation with the actor and the target exchanged.
    #[must_use]
    #[inline]
    pub const fn flip(self) -> Self {
        // Each fact has the bit beside its mirror image.
        const ACTOR_BITS: u8 = 0b01_01_01;
        Self((self.0 & ACTOR_BITS) << 1 | (self.0 >> 1) & ACTOR_BITS)
    }

    /// Returns whether each user lists the other: a two-way friendship.
    #[must_use]
    #[inline]
    pub const fn are_friends(self) -> bool {
        self.0 & Self::FRIENDS.0 == Self::FRIENDS.0
    }

    /// Returns whether either user blocks the other.
    #[must_use]
    #[inline]
    pub const fn is_blocked(self) -> bool {
        self.holds(Fact::ActorBlocks) || self.holds(Fact::TargetBlocks)
    }

    /// Returns the facts that hold, in the order of [`Fact::ALL`].
    #[must_use]
    pub const fn facts(self) -> SmallSet<Fact> {
        SmallSet::from_word(self.0 as u64)
    }

    /// Returns the six bits, lowest first in the order of [`Fact::ALL`].
    ///
    /// They are stable across versions of this crate, so a host may store them.
    #[must_use]
    #[inline]
    pub const fn to_bits(self) -> u8 {
        self.0
    }

    /// Returns the relation with these bits, or `None` if `bits` is 64 or more.
    #[must_use]
    #[inline]
    pub const fn from_bits(bits: u8) -> Option<Self> {
        if bits < Self::COUNT {
            Some(Self(bits))
        } else {
            None
        }
    }

    /// Returns the relation with these bits; the two highest are ignored.
    #[inline]
    pub(crate) const fn from_low_bits(bits: u8) -> Self {
        Self(bits & (Self::COUNT - 1))
    }

    /// Returns the relation as text with the names of the actor and the target in it.
    #[must_use]
    pub fn explain<'a>(self, actor: &'a str, target: &'a str) -> Explanation<'a, Self> {
        self.with_names(actor, target)
    }
}

impl Phrase for Relation {
    fn write(self, f: &mut fmt::Formatter<'_>, actor: &str, target: &str) -> fmt::Result {
        if self == Self::STRANGERS {
            return f.write_str(STRANGERS);
        }
        write_joined(f, self.facts(), ", ", |f, fact| {
            fact.write(f, actor, target)
        })
    }
}

/// Prints clauses, or with `{:#}` the letters of `docs/semantics.md`.
impl fmt::Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !f.alternate() {
            return self.write_unnamed(f);
        }
        let mut letters = String::new();
        for (letter, fact) in LETTERS.chars().zip(Fact::ALL) {
            if self.holds(fact) {
                letters.push(letter);
            }
        }
        f.pad(if letters.is_empty() {
            NO_LETTER
        } else {
            &letters
        })
    }
}

/// The error of a text that is no relation.
///
/// ```
/// use socialgraph::Relation;
///
/// assert_eq!(
///     "bX".parse::<Relation>().unwrap_err().to_string(),
///     "`X` is no letter of a relation; the letters are `bBlLrR`, or `-` alone for strangers",
/// );
/// assert_eq!(
///     "".parse::<Relation>().unwrap_err().to_string(),
///     "no text is no relation; strangers are `-` or `strangers`",
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum ParseRelationError {
    /// The text is empty.
    #[error("no text is no relation; strangers are `{NO_LETTER}` or `{STRANGERS}`")]
    Empty,
    /// A letter stands for no fact.
    #[error(
        "{} is no letter of a relation; the letters are `{LETTERS}`, or `{NO_LETTER}` alone for \
         strangers",
        Quoted(.0.encode_utf8(&mut [0; 4]))
    )]
    Letter(char),
    /// What stands between two commas is no fact.
    #[error(transparent)]
    Fact(#[from] UnknownValue),
}

/// Reads the letters, or facts with commas between them, each by its name or its clause.
///
/// ```
/// use socialgraph::{Fact, Relation};
///
/// let relation = Relation::FRIENDS.with(Fact::TargetBlocks);
/// assert_eq!("BlL".parse(), Ok(relation));
/// assert_eq!("-".parse(), Ok(Relation::STRANGERS));
/// assert_eq!("actor_blocks, target_lists".parse::<Relation>(), "bL".parse());
/// assert_eq!(relation.to_string().parse(), Ok(relation));
/// ```
impl FromStr for Relation {
    type Err = ParseRelationError;

    fn from_str(text: &str) -> Result<Self, ParseRelationError> {
        if text.is_empty() {
            return Err(ParseRelationError::Empty);
        }
        if [NO_LETTER, STRANGERS].contains(&text) {
            return Ok(Self::STRANGERS);
        }

        // Clauses have spaces and names have underscores.
        if text.contains([' ', '_', ',']) {
            let facts = text.split(", ").map(str::parse);
            return Ok(facts.collect::<Result<Self, UnknownValue>>()?);
        }
        text.chars().map(fact_of_letter).collect()
    }
}

fn fact_of_letter(letter: char) -> Result<Fact, ParseRelationError> {
    let mut letters = LETTERS.chars().zip(Fact::ALL);
    let found = letters.find(|(known, _)| *known == letter);
    found
        .map(|(_, fact)| fact)
        .ok_or(ParseRelationError::Letter(letter))
}

impl fmt::Debug for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Relation({:?})", self.facts())
    }
}

impl FromIterator<Fact> for Relation {
    fn from_iter<I: IntoIterator<Item = Fact>>(facts: I) -> Self {
        facts.into_iter().fold(Self::STRANGERS, Self::with)
    }
}

impl Extend<Fact> for Relation {
    fn extend<I: IntoIterator<Item = Fact>>(&mut self, facts: I) {
        *self |= facts.into_iter().collect();
    }
}

impl IntoIterator for Relation {
    type Item = Fact;
    type IntoIter = Members<Fact>;

    fn into_iter(self) -> Members<Fact> {
        self.facts().iter()
    }
}

set_operators!([] Relation);

impl From<Fact> for Relation {
    fn from(fact: Fact) -> Self {
        Self::STRANGERS.with(fact)
    }
}

impl From<SmallSet<Fact>> for Relation {
    fn from(facts: SmallSet<Fact>) -> Self {
        facts.into_iter().collect()
    }
}

impl From<Relation> for SmallSet<Fact> {
    fn from(relation: Relation) -> Self {
        relation.facts()
    }
}

impl From<Vec<Fact>> for Relation {
    fn from(facts: Vec<Fact>) -> Self {
        facts.into_iter().collect()
    }
}

impl From<Relation> for Vec<Fact> {
    fn from(relation: Relation) -> Self {
        relation.facts().iter().collect()
    }
}

impl Sealed for Relation {}

impl Element for Relation {
    fn position(self) -> u32 {
        u32::from(self.0)
    }

    fn at(position: u32) -> Option<Self> {
        u8::try_from(position).ok().and_then(Self::from_bits)
    }
}

#[cfg(test)]
mod tests {
    use super::{Fact, Relation};

    #[test]
    fn facts_print_as_sentences() {
        assert_eq!(
            Fact::TargetRequested.to_string(),
            "the target requested the actor"
        );
    }

    #[test]
    fn flip_mirrors_each_fact_and_undoes_itself() {
        for relation in Relation::all() {
            assert_eq!(relation.flip().flip(), relation);
            for fact in Fact::ALL {
                assert_eq!(
                    relation.holds(fact),
                    relation.flip().holds(fact.flip()),
                    "{relation}"
                );
            }
        }
    }

    #[test]
    fn with_and_without_touch_one_fact() {
        for relation in Relation::all() {
            for fact in Fact::ALL {
                for other in Fact::ALL {
                    let kept = relation.holds(other);
                    assert_eq!(relation.with(fact).holds(other), kept || other == fact);
                    assert_eq!(relation.without(fact).holds(other), kept && other != fact);
                }
            }
        }
    }

    #[test]
    fn either_block_makes_a_pair_blocked_and_both_entries_make_friends() {
        for relation in Relation::all() {
            let both = |a, b| (relation.holds(a), relation.holds(b));
            let blocks = both(Fact::ActorBlocks, Fact::TargetBlocks);
            assert_eq!(relation.is_blocked(), blocks.0 || blocks.1, "{relation}");
            let lists = both(Fact::ActorLists, Fact::TargetLists);
            assert_eq!(relation.are_friends(), lists.0 && lists.1, "{relation}");
        }
    }

    #[test]
    fn bits_name_exactly_the_64_relations() {
        for bits in 0..=u8::MAX {
            assert_eq!(
                Relation::from_bits(bits).map(Relation::to_bits),
                (bits < 64).then_some(bits)
            );
        }
    }

    #[test]
    fn the_bit_of_each_fact_is_stable() {
        let bits = [
            (0b00_0001, "actor_blocks"),
            (0b00_0010, "target_blocks"),
            (0b00_0100, "actor_lists"),
            (0b00_1000, "target_lists"),
            (0b01_0000, "actor_requested"),
            (0b10_0000, "target_requested"),
        ];
        assert_eq!(
            Fact::ALL.map(|it| (Relation::from(it).to_bits(), it.name())),
            bits
        );
    }

    #[test]
    fn relations_are_sets_of_facts() {
        for one in Relation::all() {
            assert_eq!(one.into_iter().collect::<Relation>(), one);
            for other in Relation::all() {
                let facts = [one, other].map(Relation::facts);
                assert_eq!((one | other).facts(), facts[0] | facts[1]);
                assert_eq!((one & other).facts(), facts[0] & facts[1]);
                assert_eq!((one - other).facts(), facts[0] - facts[1]);
                assert_eq!((one ^ other).facts(), facts[0] ^ facts[1]);
                assert_eq!(one.is_subset(other), facts[0].is_subset(facts[1]));

                let mut both = one;
                both.extend(&mut other.into_iter());
                assert_eq!(both, one.union(other));
            }
        }
    }

    #[test]
    fn relations_are_read_as_they_print() {
        for relation in Relation::all() {
            assert_eq!(relation.to_string().parse(), Ok(relation));
            assert_eq!(format!("{relation:#}").parse(), Ok(relation));
        }
        let error = |text: &str| text.parse::<Relation>().unwrap_err().to_string();
        assert!(error("b-").starts_with("`-` is no letter"));
        assert!(
            error("the actor blocks the target,")
                .starts_with("`the actor blocks the target,` is no fact")
        );
    }

    #[test]
    fn texts_name_the_facts_in_order() {
        assert_eq!(Relation::STRANGERS.to_string(), "strangers");
        assert_eq!(
            Relation::FRIENDS
                .with(Fact::TargetBlocks)
                .explain("a", "b")
                .to_string(),
            "b blocks a, a lists b, b lists a"
        );
        assert_eq!(
            format!("{:#}|{:>#4}", Relation::STRANGERS, Relation::FRIENDS),
            "-|  lL"
        );
        assert_eq!(
            format!("{:?}", Relation::FRIENDS),
            "Relation({ActorLists, TargetLists})"
        );
    }
}
