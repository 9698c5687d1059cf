//! The breadth-first search over joint states, and the steps of the way to each.

use super::joint_state::{JointState, Step, Tables};
use super::user::User;

/// A joint state that the search has reached.
struct Node {
    state: JointState,
    /// The node before it on its way, by its index, and the step from there.
    from: Option<(usize, Step)>,
}

/// The questions of both users that are answered differently in a joint state: a bit for each,
/// ann's lowest.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Differing(u32);

/// Every joint state that two users can reach, in the order of the search.
pub(super) struct Search<'a> {
    tables: &'a Tables,
    nodes: Vec<Node>,
}

impl<'a> Search<'a> {
    /// Visits every reachable joint state.
    ///
    /// Of the shortest ways to a state, the search finds the one whose steps come first in the
    /// order of [`Step::all`], compared step by step.
    pub(super) fn new(tables: &'a Tables) -> Self {
        let steps = Step::all();
        let start = Node {
            state: tables.start(),
            from: None,
        };
        let mut visited = Numbers::new();
        visited.insert(start.state);
        let mut nodes = vec![start];

        let mut index = 0;
        while let Some(state) = nodes.get(index).map(|node| node.state) {
            for &step in &steps {
                let next = tables.after(state, step);
                if visited.insert(next) {
                    nodes.push(Node {
                        state: next,
                        from: Some((index, step)),
                    });
                }
            }
            index += 1;
        }
        Self { tables, nodes }
    }

    /// Returns the number of joint states.
    pub(super) const fn state_count(&self) -> usize {
        self.nodes.len()
    }

    /// Calls `found` for each way whose steps no question at its end can spare, with these
    /// questions. The shortest ways come first.
    ///
    /// Of two joint states that are mirror images, only the first is looked at.
    pub(super) fn for_each_minimal(&self, mut found: impl FnMut(JointState, &[Step], Differing)) {
        let mut mirrored = Numbers::new();
        // What differs after some of the steps to a node, as far as is known.
        let mut spared: Vec<Differing> = Vec::new();

        for node in &self.nodes {
            let differing = Differing::at(self.tables, node.state);
            let known = node.from.and_then(|(from, _)| spared.get(from).copied());
            let mut known = known.unwrap_or_default();

            let is_first = mirrored.insert(node.state);
            mirrored.insert(node.state.mirrored());
            if is_first && differing.without(known) != Differing::default() {
                let way = self.way_to(node);
                known = known.or(self.differing_earlier(&way, node.state));
                let minimal = differing.without(known);
                if minimal != Differing::default() {
                    found(node.state, &way, minimal);
                }
            }
            spared.push(known.or(differing));
        }
    }

    fn way_to(&self, node: &Node) -> Vec<Step> {
        let mut way = Vec::new();
        let mut node = Some(node);
        while let Some((from, step)) = node.and_then(|node| node.from) {
            way.push(step);
            node = self.nodes.get(from);
        }
        way.reverse();
        way
    }

    /// Returns what differs after some proper subsequence of the steps to `end`.
    ///
    /// The way to `end` is a shortest one, so no proper subsequence leads there.
    fn differing_earlier(&self, way: &[Step], end: JointState) -> Differing {
        let mut states = vec![self.tables.start()];
        for &step in way {
            // Each state so far has skipped the step.
            for state in states.clone() {
                let taken = self.tables.after(state, step);
                if !states.contains(&taken) {
                    states.push(taken);
                }
            }
        }

        let mut differing = Differing::default();
        for state in states.into_iter().filter(|state| *state != end) {
            differing = differing.or(Differing::at(self.tables, state));
        }
        differing
    }
}

impl Differing {
    /// Asks every question of both users under both policies.
    pub(super) fn at(tables: &Tables, state: JointState) -> Self {
        let mut bits = 0;
        for user in User::ALL {
            let [one, other] = tables.answers(state, user);
            for (question, (one, other)) in one.iter().zip(other).enumerate() {
                if one.shown != other.shown {
                    bits |= Self::bit(user, question);
                }
            }
        }
        Self(bits)
    }

    /// Returns the bit of a user's question, by its place in `Question::all`.
    const fn bit(user: User, question: usize) -> u32 {
        match user {
            User::Ann => 1 << question,
            User::Ben => 1 << (question + 16),
        }
    }

    pub(super) const fn has(self, user: User, question: usize) -> bool {
        self.0 & Self::bit(user, question) != 0
    }

    const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

/// A set of joint states: one bit for each number.
struct Numbers(Vec<u64>);

impl Numbers {
    fn new() -> Self {
        Self(vec![0; JointState::LIMIT / 64])
    }

    /// Adds a state, and returns whether it is new.
    #[inline]
    fn insert(&mut self, state: JointState) -> bool {
        let number = state.number();
        let bit = 1 << (number % 64);
        self.0.get_mut(number / 64).is_some_and(|word| {
            let is_new = *word & bit == 0;
            *word |= bit;
            is_new
        })
    }
}
