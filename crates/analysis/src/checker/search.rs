//! Breadth first, a level at a time.

use super::bit_set::BitSet;
use super::space::{PairRef, Space};

/// A search from strangers that has reached every state up to some number of operations.
pub(super) struct Search<'a> {
    space: &'a Space,
    visited: BitSet,
    /// The states that so many operations reach, and no fewer do.
    frontier: BitSet,
    next: BitSet,
}

impl<'a> Search<'a> {
    pub(super) fn new(space: &'a Space) -> Self {
        let mut start = BitSet::new(space.len());
        start.insert(Space::start());
        Self {
            space,
            visited: start.clone(),
            frontier: start,
            next: BitSet::new(space.len()),
        }
    }

    pub(super) const fn frontier(&self) -> &BitSet {
        &self.frontier
    }

    /// Goes one operation further, and shows each pair of each state of the frontier.
    ///
    /// The states come in the order of their numbers, so that what is found first is the same
    /// every time. Nothing but `next` is written at random; what is new is sifted out at the end,
    /// and with what is known the level before the frontier, which `next` still holds.
    pub(super) fn advance(&mut self, mut visit: impl FnMut(usize, PairRef)) {
        for state in self.frontier.iter() {
            for pair in self.space.pairs(state) {
                visit(state, pair);
                for next in self.space.successors(pair) {
                    self.next.insert(next);
                }
            }
        }
        self.next.keep_unvisited(&mut self.visited);
        std::mem::swap(&mut self.frontier, &mut self.next);
    }
}

/// Returns the frontiers of a search, one for each number of operations up to this one.
pub(super) fn levels_up_to(space: &Space, depth: usize) -> Vec<BitSet> {
    let mut search = Search::new(space);
    let mut levels_up_to = vec![search.frontier().clone()];
    for _ in 0..depth {
        search.advance(|_, _| ());
        levels_up_to.push(search.frontier().clone());
    }
    levels_up_to
}

/// Returns the states of a shortest way to one that the last of these frontiers holds.
///
/// It goes backwards: an operation changes one pair, so a state's predecessors are among the
/// few that differ from it in one.
pub(super) fn path_to(space: &Space, levels_up_to: &[BitSet], state: usize) -> Vec<usize> {
    let mut way = vec![state];
    let mut next = state;
    for frontier in levels_up_to.iter().rev().skip(1) {
        let leads = |from: usize| {
            space
                .pairs(from)
                .any(|pair| space.successors(pair).any(|to| to == next))
        };
        let before = space
            .pairs(next)
            .flat_map(|pair| space.siblings(pair))
            .find(|from| frontier.contains(*from) && leads(*from));
        debug_assert!(
            before.is_some(),
            "each level is reached from the one before"
        );
        next = before.unwrap_or(next);
        way.push(next);
    }
    way.reverse();
    way
}

#[cfg(test)]
mod tests {
    use super::{Space, levels_up_to, path_to};
    use crate::checker::{Users, check};
    use socialgraph::Policy;

    #[test]
    fn the_way_to_the_furthest_state_is_as_long_as_the_search_is_deep() {
        let policy = Policy::tencent_keep_friends();
        let depth = check(&policy, Users::Three).depth();
        let space = Space::new(&policy, Users::Three);
        let levels = levels_up_to(&space, depth);
        for furthest in levels[depth].iter() {
            let way = path_to(&space, &levels, furthest);
            assert_eq!(
                (way.len(), way[0], way[depth]),
                (depth + 1, Space::start(), furthest)
            );
            for (step, states) in way.windows(2).enumerate() {
                let mut pairs = space.pairs(states[0]);
                assert!(pairs.any(|pair| space.successors(pair).any(|next| next == states[1])));
                assert!(levels[step].contains(states[0]));
            }
        }
        assert!(levels[depth].len() > 0);
    }
}
