//! The state space: states as numbers, and the transitions between them.

use socialgraph::{Policy, Relation, Relations};

use super::bit_set::set_bits;
use super::local_state::{Counts, LocalState, Transitions, mirrored};
use super::users::Users;

/// All states that can be written down, each identified by a number.
///
/// A state's number has one digit for each pair: the pair's relation. The base is the number of
/// relations that a pair can have. The rules are asked once about each local state of a pair,
/// and the answers are kept in a table.
pub(super) struct Space {
    users: Users,
    pairs: Vec<Pair>,
    /// The relation that each digit stands for.
    relations: Vec<Relation>,
    /// The successors in each local state, by its number.
    successors: Vec<Successors>,
}

/// A pair of users, and its digit in the number of a state.
struct Pair {
    first: usize,
    second: usize,
    /// The value of a 1 in this digit.
    weight: usize,
    /// The list entries that each value of the digit means, for all users in one word.
    counts: Vec<usize>,
}

/// The transitions out of one local state.
#[derive(Clone, Copy, Default)]
struct Successors {
    /// The digits that one action of either user leads to, with a bit for each.
    digits: u64,
    transition_count: u32,
}

/// A reference to one pair in one state.
#[derive(Clone, Copy)]
pub(super) struct PairRef {
    /// The index of the pair in [`Users::pairs`].
    pub(super) index: usize,
    /// The number of its local state.
    pub(super) local_state: usize,
    digit: usize,
    /// The state's number with a zero for this digit.
    base: usize,
    weight: usize,
}

impl PairRef {
    /// Returns whether the pair is the first of its state.
    #[inline]
    pub(super) const fn is_first(self) -> bool {
        self.index == 0
    }
}

impl Space {
    pub(super) fn new(policy: &Policy, users: Users) -> Self {
        let reachable = reachable_relations(policy, users);
        let relations: Vec<Relation> = reachable.iter().map(|(relation, _)| *relation).collect();

        let mut table = vec![Successors::default(); relations.len() << (2 * Counts::BITS)];
        for (digit, (_, local_states)) in reachable.iter().enumerate() {
            for (first, second, transitions) in local_states {
                if let Some(entry) = table.get_mut(local_state_number(digit, *first, *second)) {
                    entry.digits = to_digits(&relations, transitions.successors);
                    entry.transition_count = transitions.count;
                }
            }
        }

        Self {
            users,
            pairs: pairs_with_digits(users, &relations),
            relations,
            successors: table,
        }
    }

    /// Returns the number of states that can be written down.
    pub(super) fn len(&self) -> usize {
        self.pairs.iter().map(|_| self.relations.len()).product()
    }

    /// Returns an upper bound for the numbers of local states.
    pub(super) fn local_state_count(&self) -> usize {
        self.successors.len()
    }

    /// Returns the state in which all users are strangers.
    pub(super) const fn start() -> usize {
        // Strangers are the relation of digit zero.
        0
    }

    /// Returns the pairs of a state.
    #[inline]
    pub(super) fn pairs(&self, state: usize) -> impl Iterator<Item = PairRef> + '_ {
        // Each user's counts have bits of their own, so all of them are added at once.
        let mut total = 0;
        for (pair, digit) in self.digits(state) {
            total += pair.counts_of(digit);
        }

        let pairs = self.digits(state).enumerate();
        pairs.map(move |(index, (pair, digit))| {
            let others = total - pair.counts_of(digit);
            let first = user_counts(others, pair.first);
            let second = user_counts(others, pair.second);
            PairRef {
                index,
                local_state: local_state_number(digit, first, second),
                digit,
                base: state - digit * pair.weight,
                weight: pair.weight,
            }
        })
    }

    /// Returns the states that one action in this pair leads to.
    #[inline]
    pub(super) fn successors(&self, pair: PairRef) -> impl Iterator<Item = usize> {
        let successors = self.successors_in(pair.local_state);
        set_bits(successors.digits).map(move |digit| pair.base + digit * pair.weight)
    }

    /// Returns the number of transitions of this pair.
    #[inline]
    pub(super) fn transition_count(&self, pair: PairRef) -> u64 {
        u64::from(self.successors_in(pair.local_state).transition_count)
    }

    /// Returns the states that differ from this one in this pair alone.
    pub(super) fn siblings(&self, pair: PairRef) -> impl Iterator<Item = usize> {
        let others = (0..self.relations.len()).filter(move |digit| *digit != pair.digit);
        others.map(move |digit| pair.base + digit * pair.weight)
    }

    /// Returns the local state of a pair.
    pub(super) fn local_state(&self, pair: PairRef) -> LocalState {
        LocalState {
            relation: self.relation(pair.digit),
            first: Counts::lowest(pair.local_state >> Counts::BITS),
            second: Counts::lowest(pair.local_state),
        }
    }

    /// Returns the relation of each pair in a state, seen from its first user.
    pub(super) fn relations(&self, state: usize) -> Vec<Relation> {
        let mut relations = Vec::new();
        for (_, digit) in self.digits(state) {
            relations.push(self.relation(digit));
        }
        relations
    }

    pub(super) const fn users(&self) -> Users {
        self.users
    }

    fn relation(&self, digit: usize) -> Relation {
        self.relations.get(digit).copied().unwrap_or_default()
    }

    #[inline]
    fn successors_in(&self, local_state: usize) -> Successors {
        self.successors
            .get(local_state)
            .copied()
            .unwrap_or_default()
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

/// Returns the number of relations that a pair can have, with empty lists otherwise.
///
/// Longer lists can only refuse more, so this bounds the relations of more users.
pub(super) fn relation_count(policy: &Policy) -> u64 {
    u64::try_from(reachable_relations(policy, Users::Two).len()).unwrap_or(u64::MAX)
}

/// A relation, with the transitions for all counts that its two users may have with others.
type Reachable = (Relation, Vec<(Counts, Counts, Transitions)>);

/// Returns every relation that transitions lead to under some counts, strangers first.
fn reachable_relations(policy: &Policy, users: Users) -> Vec<Reachable> {
    // A user has at most one entry for each peer, and the other user of the pair is one peer.
    let highest = u8::try_from(users.count() - 2).unwrap_or_default();
    let counts = Counts::all(highest);

    let mut waiting = vec![Relation::STRANGERS];
    let mut known: Relations = Relation::STRANGERS.into();
    let mut reachable = Vec::new();
    while let Some(relation) = waiting.pop() {
        let mut local_states = Vec::new();
        let mut successors = Relations::EMPTY;
        for &first in &counts {
            for &second in &counts {
                let local_state = LocalState {
                    relation,
                    first,
                    second,
                };
                let transitions = local_state.transitions(policy);
                successors = successors.union(transitions.successors);
                local_states.push((first, second, transitions));
            }
        }

        waiting.extend(successors.difference(known));
        known = known.union(successors);
        reachable.push((relation, local_states));
    }

    // In the order of their bits, strangers come first, and alice's actions before bob's.
    reachable.sort_by_key(|(relation, _)| *relation);
    reachable
}

/// Returns the users' pairs with their digits.
fn pairs_with_digits(users: Users, relations: &[Relation]) -> Vec<Pair> {
    let mut weight = 1;
    let mut pairs = Vec::new();
    for &(first, second) in users.pairs() {
        let mut counts = Vec::new();
        for &relation in relations {
            let of_first = usize::from(Counts::of(relation).bits()) << first_bit(first);
            let of_second = usize::from(Counts::of(mirrored(relation)).bits()) << first_bit(second);
            counts.push(of_first | of_second);
        }

        pairs.push(Pair {
            first,
            second,
            weight,
            counts,
        });
        weight *= relations.len();
    }
    pairs
}

/// Returns the number of a local state.
#[inline]
fn local_state_number(digit: usize, first: Counts, second: Counts) -> usize {
    (digit << Counts::BITS | usize::from(first.bits())) << Counts::BITS | usize::from(second.bits())
}

/// Returns the lowest bit of a user's counts in the word for all users.
#[inline]
const fn first_bit(user: usize) -> usize {
    user * Counts::BITS as usize
}

/// Returns a user's counts from the word for all users.
#[inline]
const fn user_counts(word: usize, user: usize) -> Counts {
    Counts::lowest(word >> first_bit(user))
}

/// Converts a set of relations into a set of digits.
fn to_digits(relations: &[Relation], set: Relations) -> u64 {
    let mut digits = 0;
    for (digit, relation) in relations.iter().enumerate() {
        if set.contains(*relation) {
            digits |= 1 << digit;
        }
    }
    digits
}

#[cfg(test)]
mod tests {
    use socialgraph::{Policy, Relation};

    use super::{Counts, PairRef, Space, Users};

    #[test]
    fn the_start_is_strangers_everywhere() {
        for users in [Users::Two, Users::Three] {
            let space = Space::new(&Policy::tencent_keep_friends(), users);
            let start = space.relations(Space::start());
            assert_eq!(start, vec![Relation::STRANGERS; users.pairs().len()]);

            let pair_count = u32::try_from(start.len()).unwrap();
            assert_eq!(space.len(), 22_usize.pow(pair_count));
        }
    }

    #[test]
    fn an_action_changes_no_other_pair() {
        let space = Space::new(&Policy::tencent_rest(), Users::Three);
        for state in (0..space.len()).step_by(7) {
            let before = space.relations(state);
            for pair in space.pairs(state).collect::<Vec<PairRef>>() {
                assert_eq!(space.local_state(pair).relation, before[pair.index]);

                for successor in space.successors(pair) {
                    let after = space.relations(successor);
                    for (index, relation) in after.iter().enumerate() {
                        let is_changed = *relation != before[index];
                        assert_eq!(is_changed, index == pair.index);
                    }
                }
            }
        }
    }

    /// Each of three users has one other pair, whose entries are all entries with others.
    #[test]
    fn a_local_state_counts_both_users_entries_with_others() {
        let space = Space::new(&Policy::tencent_keep_friends(), Users::Three);
        let pairs = Users::Three.pairs();

        for state in (0..space.len()).step_by(7) {
            let relations = space.relations(state);
            let other_counts = |user: usize, than: usize| {
                let mut counts = 0;
                for (index, &(first, second)) in pairs.iter().enumerate() {
                    if index != than && first == user {
                        counts += Counts::of(relations[index]).bits();
                    } else if index != than && second == user {
                        counts += Counts::of(relations[index].flip()).bits();
                    }
                }
                counts
            };

            for pair in space.pairs(state) {
                let local_state = space.local_state(pair);
                let (first, second) = pairs[pair.index];
                assert_eq!(local_state.first.bits(), other_counts(first, pair.index));
                assert_eq!(local_state.second.bits(), other_counts(second, pair.index));
            }
        }
    }
}
