//! A persistent array, in which an item is found by its number in four steps, and what is noted
//! of it in three.

use std::sync::Arc;

/// Items in one leaf.
const LEAF: usize = 16;

/// Leaves in one node.
const LEAVES: usize = 32;

/// Branches in one root.
const NODES: usize = 256;

/// Items in one node.
const NODE: usize = LEAVES * LEAF;

/// Items in one root.
const ROOT: usize = NODES * NODE;

// A leaf's items are the bits of one word in `Node::occupied`.
const _: () = assert!(LEAF == u16::BITS as usize);
// A number is that of a root, a node, a leaf and an item, one above the other.
const _: () = assert!(LEAF == 1 << 4 && LEAVES == 1 << 5 && NODES == 1 << 8);

/// What a `radix_array` holds.
pub(super) trait Item: Clone {
    /// What is noted of an item, to be asked without reading it.
    type Summary: Copy + Default + PartialEq;

    /// Returns what is noted of the item as it is now.
    fn summary(&self) -> Self::Summary;
}

/// Items by number.
///
/// Levels are narrow towards the items, as a write after a snapshot copies the way to an item,
/// and whatever is copied counts a reference of all that it holds. They are wide towards the
/// root, which the processor keeps at hand.
pub(super) struct RadixArray<T: Item> {
    roots: Arc<Vec<Option<Arc<Root<T>>>>>,
}

struct Root<T: Item> {
    nodes: [Option<Arc<Node<T>>>; NODES],
}

struct Node<T: Item> {
    /// A bit for each item that is there, so that asking whether one is reads no leaf.
    occupied: [u16; LEAVES],
    /// Apart, so that nodes are small and stay in a cache.
    summaries: Arc<Summaries<T::Summary>>,
    leaves: [Option<Arc<Leaf<T>>>; LEAVES],
}

#[derive(Clone)]
struct Summaries<N> {
    summaries: [[N; LEAF]; LEAVES],
}

#[derive(Clone)]
struct Leaf<T> {
    items: [Option<T>; LEAF],
}

/// Where an item lies.
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
            root: number / ROOT,
            node: number / NODE % NODES,
            leaf: number / LEAF % LEAVES,
            item: number % LEAF,
        }
    }
}

impl<T: Item> RadixArray<T> {
    #[inline]
    pub(super) fn get(&self, number: u32) -> Option<&T> {
        let path = Path::of(number);
        self.node(path)?
            .leaves
            .get(path.leaf)?
            .as_ref()?
            .items
            .get(path.item)?
            .as_ref()
    }

    /// Reads what a write to an item will read on its way there.
    pub(super) fn prefetch(&self, number: u32) -> usize {
        let path = Path::of(number);
        let leaf = self.node(path).and_then(|node| node.leaves.get(path.leaf));
        leaf.and_then(Option::as_ref).map_or(0, Arc::strong_count)
    }

    /// Returns what is noted of an item.
    #[inline]
    pub(super) fn summary(&self, number: u32) -> Option<T::Summary> {
        let path = Path::of(number);
        let node = self.node(path)?;
        if node.is_occupied(path) {
            node.summary(path)
        } else {
            None
        }
    }

    /// Returns whether there is such an item.
    #[inline]
    pub(super) fn contains(&self, number: u32) -> bool {
        let path = Path::of(number);
        self.node(path).is_some_and(|node| node.is_occupied(path))
    }

    /// Returns how many items there are.
    pub(super) fn len(&self) -> usize {
        let items = |node: &Node<T>| {
            node.occupied
                .iter()
                .map(|bits| bits.count_ones())
                .sum::<u32>()
        };
        self.nodes().map(|node| items(node) as usize).sum()
    }

    /// Returns the items in the order of their numbers.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        (0_u32..).zip(self.roots.iter()).flat_map(|(root, roots)| {
            let nodes = roots.iter().flat_map(|root| (0_u32..).zip(&root.nodes));
            nodes.flat_map(move |(node, nodes)| {
                let leaves = nodes.iter().flat_map(|node| (0_u32..).zip(&node.leaves));
                leaves.flat_map(move |(leaf, leaves)| {
                    let items = leaves.iter().flat_map(|leaf| (0_u32..).zip(&leaf.items));
                    let first = ((root << 8 | node) << 5 | leaf) << 4;
                    items.filter_map(move |(item, found)| Some((first | item, found.as_ref()?)))
                })
            })
        })
    }

    #[inline]
    fn node(&self, path: Path) -> Option<&Node<T>> {
        self.roots
            .get(path.root)?
            .as_ref()?
            .nodes
            .get(path.node)?
            .as_deref()
    }

    fn nodes(&self) -> impl Iterator<Item = &Node<T>> {
        let roots = self.roots.iter().flatten();
        roots
            .flat_map(|root| root.nodes.iter().flatten())
            .map(|node| &**node)
    }

    /// Returns how many nodes and leaves there are.
    #[cfg(test)]
    pub(super) fn node_count(&self) -> usize {
        self.nodes()
            .map(|node| 1 + node.leaves.iter().flatten().count())
            .sum()
    }
}

impl<T: Item> RadixArray<T> {
    /// Writes to an item; returns what came of it, where there is one.
    pub(super) fn update<R>(&mut self, number: u32, write: impl FnOnce(&mut T) -> R) -> Option<R> {
        let path = Path::of(number);
        let root = Arc::make_mut(
            Arc::make_mut(&mut self.roots)
                .get_mut(path.root)?
                .as_mut()?,
        );
        let node = Arc::make_mut(root.nodes.get_mut(path.node)?.as_mut()?);
        let leaf = Arc::make_mut(node.leaves.get_mut(path.leaf)?.as_mut()?);
        let item = leaf.items.get_mut(path.item)?.as_mut()?;
        let came = write(item);
        let summary = item.summary();
        node.set_summary(path, summary);
        Some(came)
    }

    /// Puts an item in its path.
    pub(super) fn insert(&mut self, number: u32, item: T) {
        let path = Path::of(number);
        let roots = Arc::make_mut(&mut self.roots);
        if roots.len() <= path.root {
            roots.resize(path.root + 1, None);
        }
        let Some(root) = roots.get_mut(path.root) else {
            return;
        };
        let root = Arc::make_mut(root.get_or_insert_default());
        let Some(node) = root.nodes.get_mut(path.node) else {
            return;
        };
        let node = Arc::make_mut(node.get_or_insert_default());
        node.set_occupied(path, true);
        node.set_summary(path, item.summary());
        let Some(leaf) = node.leaves.get_mut(path.leaf) else {
            return;
        };
        let leaf = Arc::make_mut(leaf.get_or_insert_default());
        if let Some(room) = leaf.items.get_mut(path.item) {
            *room = Some(item);
        }
    }

    /// Takes an item out, and what held nothing else with it.
    pub(super) fn remove(&mut self, number: u32) -> Option<T> {
        let path = Path::of(number);
        let roots = Arc::make_mut(&mut self.roots);
        let root = Arc::make_mut(roots.get_mut(path.root)?.as_mut()?);
        let node = Arc::make_mut(root.nodes.get_mut(path.node)?.as_mut()?);
        let leaf = Arc::make_mut(node.leaves.get_mut(path.leaf)?.as_mut()?);
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
    fn is_occupied(&self, path: Path) -> bool {
        self.occupied
            .get(path.leaf)
            .is_some_and(|bits| bits >> path.item & 1 != 0)
    }

    #[inline]
    fn summary(&self, path: Path) -> Option<T::Summary> {
        self.summaries
            .summaries
            .get(path.leaf)?
            .get(path.item)
            .copied()
    }

    fn set_summary(&mut self, path: Path, summary: T::Summary) {
        if self.summary(path) == Some(summary) {
            return;
        }
        let summaries = &mut Arc::make_mut(&mut self.summaries).summaries;
        if let Some(noted) = summaries
            .get_mut(path.leaf)
            .and_then(|of| of.get_mut(path.item))
        {
            *noted = summary;
        }
    }

    fn set_occupied(&mut self, path: Path, occupied: bool) {
        if let Some(bits) = self.occupied.get_mut(path.leaf) {
            *bits = *bits & !(1 << path.item) | u16::from(occupied) << path.item;
        }
    }
}

// By hand, as a derive would ask the same of the items.
impl<T: Item> Clone for RadixArray<T> {
    fn clone(&self) -> Self {
        Self {
            roots: Arc::clone(&self.roots),
        }
    }
}

impl<T: Item> Clone for Root<T> {
    fn clone(&self) -> Self {
        Self {
            nodes: self.nodes.clone(),
        }
    }
}

impl<T: Item> Clone for Node<T> {
    fn clone(&self) -> Self {
        Self {
            occupied: self.occupied,
            summaries: Arc::clone(&self.summaries),
            leaves: self.leaves.clone(),
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
            summaries: Arc::new(Summaries {
                summaries: [[T::Summary::default(); LEAF]; LEAVES],
            }),
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
