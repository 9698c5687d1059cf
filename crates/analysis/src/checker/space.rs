//! The states as numbers, and what leads from one to another.

use super::bit_set::set_bits;
use super::local_state::{Counts, LocalState, mirrored};
use super::users::Users;
use socialgraph::{Policy, Relation, Relations};

/// All states that can be written down, each known by a number.
///
/// A pair's relation is a digit; the digits are to the base of as many relations as a pair
/// can have. What the rules make of a pair depends on its situation, so that each situation
/// is asked once and looked up afterwards.
pub(super) struct Space {
    users: Users,
    pairs: Vec<Pair>,
    /// The relations that a digit stands for.
    relations: Vec<Relation>,
    successors: Vec<Successors>,
}

/// A digit in the number of a state.
struct Pair {
    first: usize,
    second: usize,
    /// What one more in this digit adds to the number.
    weight: usize,
    /// What each digit adds to the counts of all users, which are side by side in a word.
    counts: Vec<usize>,
}

/// What the rules allow in one situation.
#[derive(Clone, Copy, Default)]
struct Successors {
    /// The digits that one operation of either user leads to, a bit each.
    successors: u64,
    transitions: u32,
}

/// One pair in one state.
#[derive(Clone, Copy)]
pub(super) struct PairRef {
    /// The number of the pair among the users' pairs.
    pub(super) pair: usize,
    /// The number of its situation.
    pub(super) local_state: usize,
    digit: usize,
    /// The state's number with a zero for this digit.
    base: usize,
    weight: usize,
}

impl PairRef {
    /// Returns whether the pair comes first among those of its state.
    #[inline]
    pub(super) const fn is_first(self) -> bool {
        self.pair == 0
    }
}

impl Space {
    pub(super) fn new(policy: &Policy, users: Users) -> Self {
        let found = ask_all(policy, users);
        let relations: Vec<Relation> = found.iter().map(|(relation, _)| *relation).collect();
        let mut table = vec![Successors::default(); relations.len() << (2 * Counts::BITS)];
        for (digit, (_, asked)) in found.iter().enumerate() {
            for (first, second, (successors, transitions)) in asked {
                let entry = table.get_mut(number(digit, *first, *second));
                if let Some(entry) = entry {
                    let successors = digits(&relations, *successors);
                    *entry = Successors {
                        successors,
                        transitions: *transitions,
                    };
                }
            }
        }
        Self {
            users,
            pairs: pairs(users, &relations),
            relations,
            successors: table,
        }
    }

    /// Returns how many states can be written down.
    pub(super) fn len(&self) -> usize {
        self.pairs.iter().map(|_| self.relations.len()).product()
    }

    /// Returns how many numbers situations have.
    pub(super) fn local_states(&self) -> usize {
        self.successors.len()
    }

    /// Returns the state in which nobody has anything to do with anybody.
    pub(super) const fn start() -> usize {
        // Strangers are the first relation of all, so every digit is zero.
        0
    }

    /// Returns the pairs of a state.
    #[inline]
    pub(super) fn pairs(&self, state: usize) -> impl Iterator<Item = PairRef> + '_ {
        let total: usize = self
            .digits(state)
            .map(|(pair, digit)| pair.counts_of(digit))
            .sum();
        self.digits(state)
            .enumerate()
            .map(move |(number_of_pair, (pair, digit))| {
                let others = total - pair.counts_of(digit);
                PairRef {
                    pair: number_of_pair,
                    local_state: number(
                        digit,
                        counts_of(others, pair.first),
                        counts_of(others, pair.second),
                    ),
                    digit,
                    base: state - digit * pair.weight,
                    weight: pair.weight,
                }
            })
    }

    /// Returns the states that one operation of this pair leads to.
    #[inline]
    pub(super) fn successors(&self, pair: PairRef) -> impl Iterator<Item = usize> {
        let successors = self
            .successors
            .get(pair.local_state)
            .map_or(0, |answer| answer.successors);
        set_bits(successors).map(move |digit| pair.base + digit * pair.weight)
    }

    /// Returns in how many ways an operation of this pair changes it.
    #[inline]
    pub(super) fn transitions(&self, pair: PairRef) -> u64 {
        self.successors
            .get(pair.local_state)
            .map_or(0, |answer| u64::from(answer.transitions))
    }

    /// Returns the states that differ from this one in this pair alone.
    pub(super) fn siblings(&self, pair: PairRef) -> impl Iterator<Item = usize> {
        let others = (0..self.relations.len()).filter(move |digit| *digit != pair.digit);
        others.map(move |digit| pair.base + digit * pair.weight)
    }

    /// Returns what the rules see of a pair.
    pub(super) fn local_state(&self, pair: PairRef) -> LocalState {
        let from = |shift: u32| Counts::lowest(pair.local_state >> shift);
        LocalState {
            relation: self.relations.get(pair.digit).copied().unwrap_or_default(),
            first: from(Counts::BITS),
            second: from(0),
        }
    }

    /// Returns the relation of each pair in a state, seen from its first user.
    pub(super) fn relations(&self, state: usize) -> Vec<Relation> {
        let relation = |digit| self.relations.get(digit).copied().unwrap_or_default();
        self.digits(state)
            .map(|(_, digit)| relation(digit))
            .collect()
    }

    pub(super) const fn users(&self) -> Users {
        self.users
    }

    #[inline]
    fn digits(&self, state: usize) -> impl Iterator<Item = (&Pair, usize)> {
        let base = self.relations.len();
        self.pairs.iter().scan(state, move |rest, pair| {
            let digit = *rest % base;
            *rest /= base;
            Some((pair, digit))
        })
    }
}

impl Pair {
    #[inline]
    fn counts_of(&self, digit: usize) -> usize {
        self.counts.get(digit).copied().unwrap_or_default()
    }
}

/// What the rules answer for one relation, by the counts of both users with others.
type Asked = Vec<(Counts, Counts, (Relations, u32))>;

/// Asks the rules about every relation that they can lead to, whatever the counts.
fn ask_all(policy: &Policy, users: Users) -> Vec<(Relation, Asked)> {
    // With the pair's own entry, nobody has more than one fewer entries than there are users.
    let highest = u8::try_from(users.count() - 2).unwrap_or_default();
    let mut waiting = vec![Relation::STRANGERS];
    let mut known: Relations = Relation::STRANGERS.into();
    let mut found = Vec::new();
    while let Some(relation) = waiting.pop() {
        let asked: Asked = Counts::all(highest)
            .flat_map(|first| Counts::all(highest).map(move |second| (first, second)))
            .map(|(first, second)| {
                (
                    first,
                    second,
                    LocalState {
                        relation,
                        first,
                        second,
                    }
                    .successors(policy),
                )
            })
            .collect();
        let all = asked
            .iter()
            .fold(Relations::EMPTY, |all, (.., answer)| all.union(answer.0));
        waiting.extend(all.difference(known));
        known = known.union(all);
        found.push((relation, asked));
    }
    // In the order of their bits, strangers come first, and alice's acts before bob's.
    found.sort_by_key(|(relation, _)| *relation);
    found
}

/// Returns the pairs of so many users, with the places of their digits.
fn pairs(users: Users, relations: &[Relation]) -> Vec<Pair> {
    let mut weight = 1;
    let pair = |&(first, second): &(usize, usize)| {
        let counts = relations.iter().map(|&relation| {
            let of = |relation, user| usize::from(Counts::of(relation).bits()) << shift(user);
            of(relation, first) | of(mirrored(relation), second)
        });
        let pair = Pair {
            first,
            second,
            weight,
            counts: counts.collect(),
        };
        weight *= relations.len();
        pair
    };
    users.pairs().iter().map(pair).collect()
}

/// Returns the number of a situation.
#[inline]
fn number(digit: usize, first: Counts, second: Counts) -> usize {
    (digit << Counts::BITS | usize::from(first.bits())) << Counts::BITS | usize::from(second.bits())
}

/// Returns the first bit of a user's counts in the word that holds everybody's.
#[inline]
fn shift(user: usize) -> usize {
    user * Counts::BITS as usize
}

#[inline]
fn counts_of(all: usize, user: usize) -> Counts {
    Counts::lowest(all >> shift(user))
}

/// Returns a set of relations as a set of digits.
fn digits(relations: &[Relation], set: Relations) -> u64 {
    let members = relations
        .iter()
        .enumerate()
        .filter(|(_, relation)| set.contains(**relation));
    members.fold(0, |digits, (digit, _)| digits | 1 << digit)
}

#[cfg(test)]
mod tests {
    use super::{Counts, PairRef, Space, Users};
    use socialgraph::{Policy, Relation};

    #[test]
    fn the_start_is_strangers_everywhere() {
        for users in [Users::Two, Users::Three] {
            let space = Space::new(&Policy::tencent_keep_friends(), users);
            let start = space.relations(Space::start());
            assert_eq!(start, vec![Relation::STRANGERS; users.pairs().len()]);
            assert_eq!(
                space.len(),
                22_usize.pow(u32::try_from(start.len()).unwrap())
            );
        }
    }

    #[test]
    fn a_pairs_operation_changes_no_other_pair() {
        let space = Space::new(&Policy::tencent_rest(), Users::Three);
        for state in (0..space.len()).step_by(7) {
            let before = space.relations(state);
            for pair in space.pairs(state).collect::<Vec<PairRef>>() {
                assert_eq!(space.local_state(pair).relation, before[pair.pair]);
                for after in space.successors(pair).map(|next| space.relations(next)) {
                    let changed = before.iter().zip(&after).map(|(x, y)| x != y);
                    let changed: Vec<_> = changed.collect();
                    assert_eq!(changed.iter().filter(|x| **x).count(), 1);
                    assert!(changed[pair.pair]);
                }
            }
        }
    }

    /// Of three users each has one other pair, whose entries are all that it has with others.
    #[test]
    fn a_situation_counts_what_both_have_with_others() {
        let space = Space::new(&Policy::tencent_keep_friends(), Users::Three);
        let pairs = Users::Three.pairs();
        for state in (0..space.len()).step_by(7) {
            let relations = space.relations(state);
            let other = |user, than| {
                let views = pairs
                    .iter()
                    .zip(&relations)
                    .enumerate()
                    .filter(|(of, _)| *of != than);
                let mut views = views.filter_map(|(_, (&(first, second), relation))| {
                    let flipped = (second == user).then(|| relation.flip());
                    flipped.or((first == user).then_some(*relation))
                });
                Counts::of(views.next().unwrap()).bits()
            };
            for pair in space.pairs(state) {
                let (local_state, (first, second)) = (space.local_state(pair), pairs[pair.pair]);
                assert_eq!(local_state.first.bits(), other(first, pair.pair));
                assert_eq!(local_state.second.bits(), other(second, pair.pair));
            }
        }
    }
}
