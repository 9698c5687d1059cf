//! A persistent radix tree of items by number: an item is four steps away, its summary three.

use std::sync::Arc;

/// Items in one leaf.
const LEAF: usize = 16;

/// Leaves in one node.
const LEAVES: usize = 32;

/// Nodes in one root.
const NODES: usize = 256;

/// Items in one node.
const NODE_ITEMS: usize = LEAVES * LEAF;

/// Items in one root.
const ROOT_ITEMS: usize = NODES * NODE_ITEMS;

// A leaf's items are the bits of one word in `Node::occupied`.
const _: () = assert!(LEAF == u16::BITS as usize);
// The digits of a number, highest first, are the indices of a root, a node, a leaf and an item.
const _: () = assert!(LEAF == 1 << 4 && LEAVES == 1 << 5 && NODES == 1 << 8);

/// An item of a [`RadixArray`].
pub(super) trait Item: Clone {
    /// An extract of the item that can be read without reading the item.
    type Summary: Copy + Default + PartialEq;

    /// Returns the extract of the item's present state.
    fn summary(&self) -> Self::Summary;
}

/// Items by number.
///
/// A write after a snapshot copies the path to an item, and each copied node counts a reference
/// to all of its children: therefore levels are narrow towards the items. They are wide towards
/// the roots, which stay in the processor's cache.
#[derive(Clone)]
pub(super) struct RadixArray<T: Item> {
    roots: Arc<Vec<Option<Arc<Root<T>>>>>,
}

#[derive(Clone)]
struct Root<T: Item> {
    nodes: [Option<Arc<Node<T>>>; NODES],
}

#[derive(Clone)]
struct Node<T: Item> {
    /// A bit for each item that exists, so that `contains` reads no leaf.
    occupied: [u16; LEAVES],
    /// An allocation of their own, which keeps nodes small enough to stay in a cache.
    summaries: Arc<[[T::Summary; LEAF]; LEAVES]>,
    leaves: [Option<Arc<Leaf<T>>>; LEAVES],
}

#[derive(Clone)]
struct Leaf<T> {
    items: [Option<T>; LEAF],
}

/// The indices on the way to an item.
#[derive(Clone, Copy)]
struct Path {
    root: usize,
    node: usize,
    leaf: usize,
    item: usize,
}

impl Path {
    #[inline]
    const fn of(number: u32) -> Self {
        let number = number as usize;
        Self {
            root: number / ROOT_ITEMS,
            node: number / NODE_ITEMS % NODES,
            leaf: number / LEAF % LEAVES,
            item: number % LEAF,
        }
    }
}

impl<T: Item> RadixArray<T> {
    #[inline]
    pub(super) fn get(&self, number: u32) -> Option<&T> {
        let path = Path::of(number);
        self.node(path)?.get(path)
    }

    /// Reads a byte of each node on the way of a write to an item.
    pub(super) fn prefetch(&self, number: u32) -> usize {
        let path = Path::of(number);
        let leaf = self
            .node(path)
            .and_then(|node| node.leaves.get(path.leaf)?.as_ref());
        leaf.map_or(0, Arc::strong_count)
    }

    /// Returns the summary of an item.
    #[inline]
    pub(super) fn summary(&self, number: u32) -> Option<T::Summary> {
        let path = Path::of(number);
        let node = self.node(path)?;
        if node.contains(path) {
            node.summary(path)
        } else {
            None
        }
    }

    /// Returns whether the item exists.
    #[inline]
    pub(super) fn contains(&self, number: u32) -> bool {
        let path = Path::of(number);
        self.node(path).is_some_and(|node| node.contains(path))
    }

    /// Returns the number of items.
    pub(super) fn len(&self) -> usize {
        let mut len = 0;
        for (_, node) in self.nodes() {
            for bits in node.occupied {
                len += bits.count_ones() as usize;
            }
        }
        len
    }

    /// Returns the items in the order of their numbers.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        self.nodes().flat_map(|(node_number, node)| {
            let leaves = (0_u32..).zip(&node.leaves);
            leaves.flat_map(move |(index, leaf)| {
                let first = (node_number << 5 | index) << 4;
                let slots = (0_u32..).zip(leaf.iter().flat_map(|leaf| &leaf.items));
                slots.filter_map(move |(index, item)| Some((first | index, item.as_ref()?)))
            })
        })
    }

    /// Returns the nodes in order, numbered across the roots.
    fn nodes(&self) -> impl Iterator<Item = (u32, &Node<T>)> {
        (0_u32..).zip(self.roots.iter()).flat_map(|(index, root)| {
            let first = index << 8;
            let slots = (0_u32..).zip(root.iter().flat_map(|root| &root.nodes));
            slots.filter_map(move |(index, node)| Some((first | index, node.as_deref()?)))
        })
    }

    #[inline]
    fn node(&self, path: Path) -> Option<&Node<T>> {
        let root = self.roots.get(path.root)?.as_ref()?;
        root.nodes.get(path.node)?.as_deref()
    }

    /// Returns the number of nodes and leaves.
    #[cfg(test)]
    pub(super) fn node_count(&self) -> usize {
        self.nodes()
            .map(|(_, node)| 1 + node.leaves.iter().flatten().count())
            .sum()
    }
}

/// Returns a child for writing, copied first if a clone shares it.
#[inline]
fn child_mut<T: Clone>(children: &mut [Option<Arc<T>>], index: usize) -> Option<&mut T> {
    Some(Arc::make_mut(children.get_mut(index)?.as_mut()?))
}

/// Returns a child for writing, created first if there is none.
#[inline]
fn child_or_new<T: Clone + Default>(
    children: &mut [Option<Arc<T>>],
    index: usize,
) -> Option<&mut T> {
    let child = children.get_mut(index)?.get_or_insert_default();
    Some(Arc::make_mut(child))
}

impl<T: Item> RadixArray<T> {
    /// Writes to an item. Returns what `write` returns, or `None` if there is no such item.
    pub(super) fn update<R>(&mut self, number: u32, write: impl FnOnce(&mut T) -> R) -> Option<R> {
        let path = Path::of(number);
        let root = child_mut(Arc::make_mut(&mut self.roots).as_mut_slice(), path.root)?;
        let node = child_mut(&mut root.nodes, path.node)?;
        let leaf = child_mut(&mut node.leaves, path.leaf)?;
        let item = leaf.items.get_mut(path.item)?.as_mut()?;

        let returned = write(item);
        let summary = item.summary();
        node.set_summary(path, summary);
        Some(returned)
    }

    /// Inserts an item, or replaces the one with this number.
    pub(super) fn insert(&mut self, number: u32, item: T) {
        let path = Path::of(number);
        let roots = Arc::make_mut(&mut self.roots);
        if roots.len() <= path.root {
            roots.resize(path.root + 1, None);
        }

        if let Some(root) = child_or_new(roots, path.root)
            && let Some(node) = child_or_new(&mut root.nodes, path.node)
        {
            node.insert(path, item);
        }
    }

    /// Removes an item, and the nodes that held no other.
    pub(super) fn remove(&mut self, number: u32) -> Option<T> {
        let path = Path::of(number);
        let roots = Arc::make_mut(&mut self.roots);
        let root = child_mut(roots, path.root)?;
        let node = child_mut(&mut root.nodes, path.node)?;
        let leaf = child_mut(&mut node.leaves, path.leaf)?;
        let item = leaf.items.get_mut(path.item)?.take();

        node.set_occupied(path, false);
        if node.occupied.get(path.leaf) == Some(&0) {
            *node.leaves.get_mut(path.leaf)? = None;
        }
        if node.occupied.iter().all(|items| *items == 0) {
            *root.nodes.get_mut(path.node)? = None;
        }
        if root.nodes.iter().all(Option::is_none) {
            *roots.get_mut(path.root)? = None;
        }
        item
    }
}

impl<T: Item> Node<T> {
    #[inline]
    fn get(&self, path: Path) -> Option<&T> {
        let leaf = self.leaves.get(path.leaf)?.as_ref()?;
        leaf.items.get(path.item)?.as_ref()
    }

    #[inline]
    fn contains(&self, path: Path) -> bool {
        self.occupied
            .get(path.leaf)
            .is_some_and(|bits| bits >> path.item & 1 != 0)
    }

    #[inline]
    fn summary(&self, path: Path) -> Option<T::Summary> {
        self.summaries.get(path.leaf)?.get(path.item).copied()
    }

    fn insert(&mut self, path: Path, item: T) {
        self.set_occupied(path, true);
        self.set_summary(path, item.summary());
        if let Some(leaf) = child_or_new(&mut self.leaves, path.leaf)
            && let Some(slot) = leaf.items.get_mut(path.item)
        {
            *slot = Some(item);
        }
    }

    fn set_summary(&mut self, path: Path, summary: T::Summary) {
        // Most writes change no summary, and then need no copy of a shared allocation.
        if self.summary(path) == Some(summary) {
            return;
        }
        if let Some(of_leaf) = Arc::make_mut(&mut self.summaries).get_mut(path.leaf)
            && let Some(slot) = of_leaf.get_mut(path.item)
        {
            *slot = summary;
        }
    }

    fn set_occupied(&mut self, path: Path, occupied: bool) {
        if let Some(bits) = self.occupied.get_mut(path.leaf) {
            *bits = *bits & !(1 << path.item) | u16::from(occupied) << path.item;
        }
    }
}

impl<T: Item> Default for RadixArray<T> {
    fn default() -> Self {
        Self {
            roots: Arc::default(),
        }
    }
}

impl<T: Item> Default for Root<T> {
    fn default() -> Self {
        Self {
            nodes: [const { None }; NODES],
        }
    }
}

impl<T: Item> Default for Node<T> {
    fn default() -> Self {
        Self {
            occupied: [0; LEAVES],
            summaries: Arc::new([[T::Summary::default(); LEAF]; LEAVES]),
            leaves: [const { None }; LEAVES],
        }
    }
}

impl<T> Default for Leaf<T> {
    fn default() -> Self {
        Self {
            items: [const { None }; LEAF],
        }
    }
}
