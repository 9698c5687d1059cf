//! A persistent radix tree of pages by user: a page is three steps away.

use std::iter::FusedIterator;
use std::ops::Range;
use std::sync::Arc;

use super::UserId;
use super::page::{Page, USERS};

/// Pages in one leaf.
const PAGES: usize = 16;

/// Users in one leaf.
const LEAF_USERS: usize = PAGES * USERS;

/// Leaves in one node.
const LEAVES: usize = 128;

// A leaf's users are the bits of one word in `Node::occupied`.
const _: () = assert!(LEAF_USERS == u64::BITS as usize);

/// Pages by user.
///
/// A write after a snapshot copies the path to a page, and each copied node counts a reference
/// to all of its children.
#[derive(Clone, Default)]
pub(super) struct UserArray {
    nodes: Arc<Vec<Option<Arc<Node>>>>,
}

#[derive(Clone)]
struct Node {
    /// A bit for each user who exists, so that `contains` reads no leaf.
    occupied: [u64; LEAVES],
    leaves: [Option<Arc<Leaf>>; LEAVES],
}

#[derive(Clone, Default)]
struct Leaf {
    pages: [Page; PAGES],
}

/// The indices on the way to a user.
#[derive(Clone, Copy)]
struct Path {
    node: usize,
    leaf: usize,
    page: usize,
    slot: usize,
}

impl Path {
    #[inline]
    const fn of(user: UserId) -> Self {
        let number = user.to_u32() as usize;
        Self {
            node: number / LEAF_USERS / LEAVES,
            leaf: number / LEAF_USERS % LEAVES,
            page: number / USERS % PAGES,
            slot: number % USERS,
        }
    }

    /// Returns the user's bit in the word of the leaf.
    #[inline]
    const fn bit(self) -> u64 {
        1 << (self.page * USERS + self.slot)
    }
}

/// Reads.
impl UserArray {
    /// Returns the page that has room for a user, and the user's slot in it.
    #[inline]
    pub(super) fn slot(&self, user: UserId) -> Option<(&Page, usize)> {
        let path = Path::of(user);
        let leaf = self.node(path)?.leaves.get(path.leaf)?.as_ref()?;
        Some((leaf.pages.get(path.page)?, path.slot))
    }

    /// Returns the page and the slot of a user who exists.
    pub(super) fn get(&self, user: UserId) -> Option<(&Page, usize)> {
        let slot = self.slot(user)?;
        self.contains(user).then_some(slot)
    }

    /// Returns whether two users are in the same page.
    pub(super) const fn share_a_page(one: UserId, other: UserId) -> bool {
        one.to_u32() as usize / USERS == other.to_u32() as usize / USERS
    }

    /// Returns whether the user exists.
    #[inline]
    pub(super) fn contains(&self, user: UserId) -> bool {
        let path = Path::of(user);
        let word = self
            .node(path)
            .and_then(|node| node.occupied.get(path.leaf));
        word.is_some_and(|word| word & path.bit() != 0)
    }

    /// Returns the number of users.
    pub(super) fn len(&self) -> usize {
        let mut len = 0;
        for node in self.nodes.iter().flatten() {
            for word in node.occupied {
                len += word.count_ones() as usize;
            }
        }
        len
    }

    /// Returns the users in the order of their handles.
    pub(super) fn iter(&self) -> Users<'_> {
        let leaf_count = self.nodes.len() * LEAVES;
        Users {
            array: self,
            front: LeafUsers::default(),
            leaves: 0..u32::try_from(leaf_count).unwrap_or(u32::MAX),
            back: LeafUsers::default(),
        }
    }

    /// Returns the users of a leaf, or `None` if its node has no users at all.
    fn leaf_users(&self, leaf: u32) -> Option<LeafUsers> {
        let node = self.nodes.get(leaf as usize / LEAVES)?.as_ref()?;
        let word = *node.occupied.get(leaf as usize % LEAVES)?;
        Some(LeafUsers { leaf, word })
    }

    #[inline]
    fn node(&self, path: Path) -> Option<&Node> {
        self.nodes.get(path.node)?.as_deref()
    }

    /// Returns the number of places for nodes, and of leaves.
    #[cfg(test)]
    pub(super) fn node_count(&self) -> usize {
        let leaves = self.nodes.iter().flatten().flat_map(|node| &node.leaves);
        self.nodes.len() + leaves.flatten().count()
    }
}

/// Users in the order of their handles, each with the page and the slot.
#[derive(Clone)]
pub(super) struct Users<'a> {
    array: &'a UserArray,
    /// What is left of the last leaf that was begun from the front.
    front: LeafUsers,
    /// The leaves that neither end has begun.
    leaves: Range<u32>,
    /// What is left of the last leaf that was begun from the back.
    back: LeafUsers,
}

/// Users of one leaf.
#[derive(Clone, Copy, Default)]
struct LeafUsers {
    leaf: u32,
    /// The bits of the users in the leaf.
    word: u64,
}

impl LeafUsers {
    fn take_first(&mut self) -> Option<UserId> {
        let bit = self.word.trailing_zeros();
        self.take(bit)
    }

    fn take_last(&mut self) -> Option<UserId> {
        let bit = self.word.checked_ilog2()?;
        self.take(bit)
    }

    fn take(&mut self, bit: u32) -> Option<UserId> {
        let of_bit = 1_u64.checked_shl(bit)?;
        self.word &= !of_bit;
        Some(UserId::from_u32(self.leaf * u64::BITS + bit))
    }
}

/// The argument with which `nth` skips the other leaves of a node.
const LEAVES_TO_SKIP: usize = LEAVES - 2;

impl<'a> Users<'a> {
    fn at(&self, user: UserId) -> Option<(UserId, &'a Page, usize)> {
        let (page, slot) = self.array.slot(user)?;
        Some((user, page, slot))
    }
}

impl<'a> Iterator for Users<'a> {
    type Item = (UserId, &'a Page, usize);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(user) = self.front.take_first() {
                return self.at(user);
            }
            let Some(leaf) = self.leaves.next() else {
                let user = self.back.take_first()?;
                return self.at(user);
            };

            match self.array.leaf_users(leaf) {
                Some(users) => self.front = users,
                None => _ = self.leaves.nth(LEAVES_TO_SKIP),
            }
        }
    }
}

impl DoubleEndedIterator for Users<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(user) = self.back.take_last() {
                return self.at(user);
            }
            let Some(leaf) = self.leaves.next_back() else {
                let user = self.front.take_last()?;
                return self.at(user);
            };

            match self.array.leaf_users(leaf) {
                Some(users) => self.back = users,
                None => _ = self.leaves.nth_back(LEAVES_TO_SKIP),
            }
        }
    }
}

impl FusedIterator for Users<'_> {}

/// Writes.
impl UserArray {
    /// Returns the page and the slot of a user who exists, copied first if a clone shares them.
    pub(super) fn get_mut(&mut self, user: UserId) -> Option<(&mut Page, usize)> {
        let path = Path::of(user);
        let node = Arc::make_mut(
            Arc::make_mut(&mut self.nodes)
                .get_mut(path.node)?
                .as_mut()?,
        );
        if node.occupied.get(path.leaf)? & path.bit() == 0 {
            return None;
        }
        let leaf = Arc::make_mut(node.leaves.get_mut(path.leaf)?.as_mut()?);
        Some((leaf.pages.get_mut(path.page)?, path.slot))
    }

    /// Makes room for a user, and returns the page and the slot.
    pub(super) fn insert(&mut self, user: UserId) -> Option<(&mut Page, usize)> {
        let path = Path::of(user);
        let nodes = Arc::make_mut(&mut self.nodes);
        if nodes.len() <= path.node {
            nodes.resize(path.node + 1, None);
        }

        let node = Arc::make_mut(nodes.get_mut(path.node)?.get_or_insert_default());
        *node.occupied.get_mut(path.leaf)? |= path.bit();
        let leaf = Arc::make_mut(node.leaves.get_mut(path.leaf)?.get_or_insert_default());
        Some((leaf.pages.get_mut(path.page)?, path.slot))
    }

    /// Removes a user, and the nodes that held no other.
    pub(super) fn remove(&mut self, user: UserId) -> Option<()> {
        let (page, slot) = self.get_mut(user)?;
        page.remove(slot);

        let path = Path::of(user);
        let nodes = Arc::make_mut(&mut self.nodes);
        let of_node = nodes.get_mut(path.node)?;
        let node = Arc::make_mut(of_node.as_mut()?);
        let word = node.occupied.get_mut(path.leaf)?;
        *word &= !path.bit();
        if *word == 0 {
            *node.leaves.get_mut(path.leaf)? = None;
        }
        if node.occupied.iter().all(|word| *word == 0) {
            *of_node = None;
        }
        while let Some(None) = nodes.last() {
            nodes.pop();
        }
        Some(())
    }
}

impl Default for Node {
    fn default() -> Self {
        Self {
            occupied: [0; LEAVES],
            leaves: [const { None }; LEAVES],
        }
    }
}
