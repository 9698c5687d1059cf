//! A persistent array of pages, found by a user's number in three steps.

use std::sync::Arc;

use super::UserId;
use super::page::{self, Page};

// A page's users are the bits of one byte in `Branch::live`.
const _: () = assert!(page::USERS == u8::BITS as usize);

/// Pages in one branch, and branches in one limb.
const FAN_OUT: usize = 256;

/// Users in one branch.
const BRANCH: usize = FAN_OUT * page::USERS;

/// Users in one limb.
const LIMB: usize = FAN_OUT * BRANCH;

const _: () = assert!(LIMB == 1 << 19 && BRANCH == 1 << 11);

/// Every page, and who is there.
///
/// Three levels, so that a number costs the memory of the way to it and no more (some 7 kB
/// where nobody else is near), however large it is: 8192 limbs, of 256 branches, of 256 pages.
#[derive(Clone, Default)]
pub(super) struct Spine {
    limbs: Arc<Vec<Option<Arc<Limb>>>>,
}

#[derive(Clone)]
struct Limb {
    branches: [Option<Arc<Branch>>; FAN_OUT],
}

#[derive(Clone)]
struct Branch {
    pages: [Option<Page>; FAN_OUT],
    /// A bit for each user who is there, so that asking whether one is reads no page.
    live: [u8; FAN_OUT],
}

/// Where a user lies.
struct Place {
    limb: usize,
    branch: usize,
    page: usize,
    slot: usize,
}

impl Place {
    #[inline]
    const fn of(id: UserId) -> Self {
        let number = id.to_u32() as usize;
        Self {
            limb: number / LIMB,
            branch: number / BRANCH % FAN_OUT,
            page: number / page::USERS % FAN_OUT,
            slot: number % page::USERS,
        }
    }
}

impl Spine {
    /// Returns the page and slot of a user, or `None` where there is no such user.
    #[inline]
    pub(super) fn user(&self, id: UserId) -> Option<(&Page, usize)> {
        let place = Place::of(id);
        let branch = self.branch(&place)?;
        if !branch.is_live(&place) {
            return None;
        }
        Some((branch.pages.get(place.page)?.as_ref()?, place.slot))
    }

    /// Returns whether there is such a user.
    #[inline]
    pub(super) fn is_live(&self, id: UserId) -> bool {
        let place = Place::of(id);
        self.branch(&place).is_some_and(|branch| branch.is_live(&place))
    }

    /// Returns a user's page, as one that may be written to, and the user's slot.
    pub(super) fn user_mut(&mut self, id: UserId) -> Option<(&mut Page, usize)> {
        let place = Place::of(id);
        let branch = self.branch_mut(&place)?;
        Some((branch.pages.get_mut(place.page)?.as_mut()?, place.slot))
    }

    /// Says that a user is there, and makes room for them.
    pub(super) fn add(&mut self, id: UserId) {
        let place = Place::of(id);
        let limbs = Arc::make_mut(&mut self.limbs);
        if limbs.len() <= place.limb {
            limbs.resize(place.limb + 1, None);
        }
        let Some(limb) = limbs.get_mut(place.limb) else { return };
        let limb = Arc::make_mut(limb.get_or_insert_default());
        let Some(branch) = limb.branches.get_mut(place.branch) else { return };
        let branch = Arc::make_mut(branch.get_or_insert_default());
        branch.set_live(&place, true);
        if let Some(page) = branch.pages.get_mut(place.page) {
            page.get_or_insert_default();
        }
    }

    /// Says that a user is there no more.
    pub(super) fn remove(&mut self, id: UserId) {
        let place = Place::of(id);
        let Some(branch) = self.branch_mut(&place) else { return };
        branch.set_live(&place, false);
        if branch.live.get(place.page) == Some(&0) {
            self.give_back(&place);
        }
    }

    /// Gives an empty page back, and the branch and limb where it was their last.
    fn give_back(&mut self, place: &Place) -> Option<()> {
        let limbs = Arc::make_mut(&mut self.limbs);
        let limb = Arc::make_mut(limbs.get_mut(place.limb)?.as_mut()?);
        let branch = Arc::make_mut(limb.branches.get_mut(place.branch)?.as_mut()?);
        *branch.pages.get_mut(place.page)? = None;
        if branch.live.iter().all(|users| *users == 0) {
            *limb.branches.get_mut(place.branch)? = None;
            if limb.branches.iter().all(Option::is_none) {
                *limbs.get_mut(place.limb)? = None;
            }
        }
        Some(())
    }

    /// Returns how many users are there.
    pub(super) fn live(&self) -> usize {
        let users = |branch: &Branch| branch.live.iter().map(|bits| bits.count_ones()).sum::<u32>();
        self.all_branches().map(|branch| users(branch) as usize).sum()
    }

    fn all_branches(&self) -> impl Iterator<Item = &Branch> {
        let limbs = self.limbs.iter().flatten();
        limbs.flat_map(|limb| limb.branches.iter().flatten()).map(|branch| &**branch)
    }

    /// Returns how many branches there are, and how many words their pages take.
    #[cfg(test)]
    pub(super) fn size(&self) -> (usize, usize) {
        let pages = self.all_branches().flat_map(|branch| branch.pages.iter().flatten());
        (self.all_branches().count(), pages.map(Page::len).sum())
    }

    #[inline]
    fn branch(&self, place: &Place) -> Option<&Branch> {
        self.limbs.get(place.limb)?.as_ref()?.branches.get(place.branch)?.as_deref()
    }

    /// Returns a branch as one that no other clone shares.
    fn branch_mut(&mut self, place: &Place) -> Option<&mut Branch> {
        let limb = Arc::make_mut(&mut self.limbs).get_mut(place.limb)?.as_mut()?;
        Some(Arc::make_mut(Arc::make_mut(limb).branches.get_mut(place.branch)?.as_mut()?))
    }
}

impl Branch {
    #[inline]
    fn is_live(&self, place: &Place) -> bool {
        self.live.get(place.page).is_some_and(|bits| bits >> place.slot & 1 != 0)
    }

    fn set_live(&mut self, place: &Place, live: bool) {
        if let Some(bits) = self.live.get_mut(place.page) {
            *bits = *bits & !(1 << place.slot) | u8::from(live) << place.slot;
        }
    }
}

impl Default for Limb {
    fn default() -> Self {
        Self { branches: [const { None }; FAN_OUT] }
    }
}

impl Default for Branch {
    fn default() -> Self {
        Self { pages: [const { None }; FAN_OUT], live: [0; FAN_OUT] }
    }
}
