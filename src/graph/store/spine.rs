//! A persistent array, in which an item is found by its number in four steps, and what is noted
//! of it in three.

use std::sync::Arc;

/// Items in one leaf.
const LEAF: usize = 16;

/// Leaves in one branch.
const LEAVES: usize = 32;

/// Branches in one limb.
const BRANCHES: usize = 256;

/// Items in one branch.
const BRANCH: usize = LEAVES * LEAF;

/// Items in one limb.
const LIMB: usize = BRANCHES * BRANCH;

// A leaf's items are the bits of one word in `Branch::live`.
const _: () = assert!(LEAF == u16::BITS as usize);
// A number is that of a limb, a branch, a leaf and an item, one above the other.
const _: () = assert!(LEAF == 1 << 4 && LEAVES == 1 << 5 && BRANCHES == 1 << 8);

/// What a spine holds.
pub(super) trait Item: Clone {
    /// What is noted of an item, to be asked without reading it.
    type Note: Copy + Default + PartialEq;

    /// Returns what is noted of the item as it is now.
    fn note(&self) -> Self::Note;
}

/// Items by number.
///
/// Levels are narrow towards the items, as a write after a snapshot copies the way to an item,
/// and whatever is copied counts a reference of all that it holds. They are wide towards the
/// root, which the processor keeps at hand.
pub(super) struct Spine<T: Item> {
    limbs: Arc<Vec<Option<Arc<Limb<T>>>>>,
}

struct Limb<T: Item> {
    branches: [Option<Arc<Branch<T>>>; BRANCHES],
}

struct Branch<T: Item> {
    /// A bit for each item that is there, so that asking whether one is reads no leaf.
    live: [u16; LEAVES],
    /// Apart, so that branches are small and stay in a cache.
    notes: Arc<Notes<T::Note>>,
    leaves: [Option<Arc<Leaf<T>>>; LEAVES],
}

#[derive(Clone)]
struct Notes<N> {
    notes: [[N; LEAF]; LEAVES],
}

#[derive(Clone)]
struct Leaf<T> {
    items: [Option<T>; LEAF],
}

/// Where an item lies.
#[derive(Clone, Copy)]
struct Place {
    limb: usize,
    branch: usize,
    leaf: usize,
    item: usize,
}

impl Place {
    #[inline]
    const fn of(number: u32) -> Self {
        let number = number as usize;
        Self {
            limb: number / LIMB,
            branch: number / BRANCH % BRANCHES,
            leaf: number / LEAF % LEAVES,
            item: number % LEAF,
        }
    }
}

impl<T: Item> Spine<T> {
    #[inline]
    pub(super) fn get(&self, number: u32) -> Option<&T> {
        let place = Place::of(number);
        self.branch(place)?
            .leaves
            .get(place.leaf)?
            .as_ref()?
            .items
            .get(place.item)?
            .as_ref()
    }

    /// Reads what a write to an item will read on its way there.
    pub(super) fn touch(&self, number: u32) -> usize {
        let place = Place::of(number);
        let leaf = self
            .branch(place)
            .and_then(|branch| branch.leaves.get(place.leaf));
        leaf.and_then(Option::as_ref).map_or(0, Arc::strong_count)
    }

    /// Returns what is noted of an item.
    #[inline]
    pub(super) fn note(&self, number: u32) -> Option<T::Note> {
        let place = Place::of(number);
        let branch = self.branch(place)?;
        if branch.is_live(place) {
            branch.note(place)
        } else {
            None
        }
    }

    /// Returns whether there is such an item.
    #[inline]
    pub(super) fn has(&self, number: u32) -> bool {
        let place = Place::of(number);
        self.branch(place)
            .is_some_and(|branch| branch.is_live(place))
    }

    /// Returns how many items there are.
    pub(super) fn len(&self) -> usize {
        let items = |branch: &Branch<T>| {
            branch
                .live
                .iter()
                .map(|bits| bits.count_ones())
                .sum::<u32>()
        };
        self.branches().map(|branch| items(branch) as usize).sum()
    }

    /// Returns the items in the order of their numbers.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        (0_u32..).zip(self.limbs.iter()).flat_map(|(limb, limbs)| {
            let branches = limbs.iter().flat_map(|limb| (0_u32..).zip(&limb.branches));
            branches.flat_map(move |(branch, branches)| {
                let leaves = branches
                    .iter()
                    .flat_map(|branch| (0_u32..).zip(&branch.leaves));
                leaves.flat_map(move |(leaf, leaves)| {
                    let items = leaves.iter().flat_map(|leaf| (0_u32..).zip(&leaf.items));
                    let first = ((limb << 8 | branch) << 5 | leaf) << 4;
                    items.filter_map(move |(item, found)| Some((first | item, found.as_ref()?)))
                })
            })
        })
    }

    #[inline]
    fn branch(&self, place: Place) -> Option<&Branch<T>> {
        self.limbs
            .get(place.limb)?
            .as_ref()?
            .branches
            .get(place.branch)?
            .as_deref()
    }

    fn branches(&self) -> impl Iterator<Item = &Branch<T>> {
        let limbs = self.limbs.iter().flatten();
        limbs
            .flat_map(|limb| limb.branches.iter().flatten())
            .map(|branch| &**branch)
    }

    /// Returns how many branches and leaves there are.
    #[cfg(test)]
    pub(super) fn nodes(&self) -> usize {
        self.branches()
            .map(|branch| 1 + branch.leaves.iter().flatten().count())
            .sum()
    }
}

impl<T: Item> Spine<T> {
    /// Writes to an item; returns what came of it, where there is one.
    pub(super) fn update<R>(&mut self, number: u32, write: impl FnOnce(&mut T) -> R) -> Option<R> {
        let place = Place::of(number);
        let limb = Arc::make_mut(
            Arc::make_mut(&mut self.limbs)
                .get_mut(place.limb)?
                .as_mut()?,
        );
        let branch = Arc::make_mut(limb.branches.get_mut(place.branch)?.as_mut()?);
        let leaf = Arc::make_mut(branch.leaves.get_mut(place.leaf)?.as_mut()?);
        let item = leaf.items.get_mut(place.item)?.as_mut()?;
        let came = write(item);
        let note = item.note();
        branch.set_note(place, note);
        Some(came)
    }

    /// Puts an item in its place.
    pub(super) fn insert(&mut self, number: u32, item: T) {
        let place = Place::of(number);
        let limbs = Arc::make_mut(&mut self.limbs);
        if limbs.len() <= place.limb {
            limbs.resize(place.limb + 1, None);
        }
        let Some(limb) = limbs.get_mut(place.limb) else {
            return;
        };
        let limb = Arc::make_mut(limb.get_or_insert_default());
        let Some(branch) = limb.branches.get_mut(place.branch) else {
            return;
        };
        let branch = Arc::make_mut(branch.get_or_insert_default());
        branch.set_live(place, true);
        branch.set_note(place, item.note());
        let Some(leaf) = branch.leaves.get_mut(place.leaf) else {
            return;
        };
        let leaf = Arc::make_mut(leaf.get_or_insert_default());
        if let Some(room) = leaf.items.get_mut(place.item) {
            *room = Some(item);
        }
    }

    /// Takes an item out, and what held nothing else with it.
    pub(super) fn remove(&mut self, number: u32) -> Option<T> {
        let place = Place::of(number);
        let limbs = Arc::make_mut(&mut self.limbs);
        let limb = Arc::make_mut(limbs.get_mut(place.limb)?.as_mut()?);
        let branch = Arc::make_mut(limb.branches.get_mut(place.branch)?.as_mut()?);
        let leaf = Arc::make_mut(branch.leaves.get_mut(place.leaf)?.as_mut()?);
        let item = leaf.items.get_mut(place.item)?.take();
        branch.set_live(place, false);
        if branch.live.get(place.leaf) == Some(&0) {
            *branch.leaves.get_mut(place.leaf)? = None;
        }
        if branch.live.iter().all(|items| *items == 0) {
            *limb.branches.get_mut(place.branch)? = None;
        }
        if limb.branches.iter().all(Option::is_none) {
            *limbs.get_mut(place.limb)? = None;
        }
        item
    }
}

impl<T: Item> Branch<T> {
    #[inline]
    fn is_live(&self, place: Place) -> bool {
        self.live
            .get(place.leaf)
            .is_some_and(|bits| bits >> place.item & 1 != 0)
    }

    #[inline]
    fn note(&self, place: Place) -> Option<T::Note> {
        self.notes.notes.get(place.leaf)?.get(place.item).copied()
    }

    fn set_note(&mut self, place: Place, note: T::Note) {
        if self.note(place) == Some(note) {
            return;
        }
        let notes = &mut Arc::make_mut(&mut self.notes).notes;
        if let Some(noted) = notes
            .get_mut(place.leaf)
            .and_then(|of| of.get_mut(place.item))
        {
            *noted = note;
        }
    }

    fn set_live(&mut self, place: Place, live: bool) {
        if let Some(bits) = self.live.get_mut(place.leaf) {
            *bits = *bits & !(1 << place.item) | u16::from(live) << place.item;
        }
    }
}

// By hand, as a derive would ask the same of the items.
impl<T: Item> Clone for Spine<T> {
    fn clone(&self) -> Self {
        Self {
            limbs: Arc::clone(&self.limbs),
        }
    }
}

impl<T: Item> Clone for Limb<T> {
    fn clone(&self) -> Self {
        Self {
            branches: self.branches.clone(),
        }
    }
}

impl<T: Item> Clone for Branch<T> {
    fn clone(&self) -> Self {
        Self {
            live: self.live,
            notes: Arc::clone(&self.notes),
            leaves: self.leaves.clone(),
        }
    }
}

impl<T: Item> Default for Spine<T> {
    fn default() -> Self {
        Self {
            limbs: Arc::default(),
        }
    }
}

impl<T: Item> Default for Limb<T> {
    fn default() -> Self {
        Self {
            branches: [const { None }; BRANCHES],
        }
    }
}

impl<T: Item> Default for Branch<T> {
    fn default() -> Self {
        Self {
            live: [0; LEAVES],
            notes: Arc::new(Notes {
                notes: [[T::Note::default(); LEAF]; LEAVES],
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
