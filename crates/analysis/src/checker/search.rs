//! Breadth-first search, one depth at a time, and shortest paths.

use super::bit_set::BitSet;
use super::space::{PairRef, Space};

/// A breadth-first search from strangers.
pub(super) struct Search<'a> {
    space: &'a Space,
    visited: BitSet,
    /// The states at the current depth.
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

    /// Expands the frontier, and passes each pair of each of its states to `visit`.
    ///
    /// States come in the order of their numbers, so every run finds the same things first.
    /// Only `next` is written in random order. A single pass at the end removes the visited
    /// states from it, among them the old frontier that `next` still holds.
    pub(super) fn advance(&mut self, mut visit: impl FnMut(usize, PairRef)) {
        for state in self.frontier.iter() {
            for pair in self.space.pairs(state) {
                visit(state, pair);
                for successor in self.space.successors(pair) {
                    self.next.insert(successor);
                }
            }
        }

        self.next.keep_unvisited(&mut self.visited);
        std::mem::swap(&mut self.frontier, &mut self.next);
    }
}

/// Returns the frontier at each depth from 0 to `depth`.
pub(super) fn frontiers(space: &Space, depth: usize) -> Vec<BitSet> {
    let mut search = Search::new(space);
    let mut frontiers = vec![search.frontier().clone()];
    for _ in 0..depth {
        search.advance(|_, _| ());
        frontiers.push(search.frontier().clone());
    }
    frontiers
}

/// Returns the states of a shortest path to a state of the last frontier.
///
/// It searches backwards. An action changes one pair, so the predecessors of a state are among
/// the few states that differ from it in one pair.
pub(super) fn path_to(space: &Space, frontiers: &[BitSet], state: usize) -> Vec<usize> {
    let mut path = vec![state];
    let mut current = state;
    for frontier in frontiers.iter().rev().skip(1) {
        let predecessor = predecessor_in(space, frontier, current);
        debug_assert!(
            predecessor.is_some(),
            "each frontier is reached from the one before"
        );
        current = predecessor.unwrap_or(current);
        path.push(current);
    }

    path.reverse();
    path
}

/// Returns a state of the frontier with a transition to `state`.
fn predecessor_in(space: &Space, frontier: &BitSet, state: usize) -> Option<usize> {
    for pair in space.pairs(state) {
        for sibling in space.siblings(pair) {
            if frontier.contains(sibling) && has_transition(space, sibling, state) {
                return Some(sibling);
            }
        }
    }
    None
}

fn has_transition(space: &Space, from: usize, to: usize) -> bool {
    space
        .pairs(from)
        .any(|pair| space.successors(pair).any(|successor| successor == to))
}

#[cfg(test)]
mod tests {
    use socialgraph::Policy;

    use super::{Space, frontiers, has_transition, path_to};
    use crate::checker::{Users, check};

    #[test]
    fn the_path_to_the_furthest_state_is_as_long_as_the_search_is_deep() {
        let policy = Policy::tencent_keep_friends();
        let depth = check(&policy, Users::Three).depth();
        let space = Space::new(&policy, Users::Three);
        let frontiers = frontiers(&space, depth);
        assert!(frontiers[depth].len() > 0);

        for furthest in frontiers[depth].iter() {
            let path = path_to(&space, &frontiers, furthest);
            assert_eq!(path.len(), depth + 1);
            assert_eq!((path[0], path[depth]), (Space::start(), furthest));

            for (index, states) in path.windows(2).enumerate() {
                assert!(has_transition(&space, states[0], states[1]));
                assert!(frontiers[index].contains(states[0]));
            }
        }
    }
}
