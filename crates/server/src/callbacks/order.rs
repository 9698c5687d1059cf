//! The order of after-callbacks: entries of one user one after the other, of others at once.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::sync::Arc;

use socialgraph_tim::wire::Callback;

/// The bytes that an entry takes beside its callbacks, and those for each of its users: what is in
/// the maps here. They are estimates.
const ENTRY_BYTES: usize = 256;
const USER_BYTES: usize = 96;

/// Entries whose callbacks wait, by their numbers.
///
/// An entry is ready if no earlier one is about one of its users. Each call takes time in
/// proportion to the users of its entry, however many entries wait.
#[derive(Debug)]
pub(super) struct Order<T> {
    entries: BTreeMap<u64, Waiting<T>>,
    /// The entries about each user, in their order.
    users: HashMap<Arc<str>, VecDeque<u64>>,
    ready: BTreeSet<u64>,
    bytes: usize,
}

#[derive(Debug)]
struct Waiting<T> {
    item: T,
    users: Vec<Arc<str>>,
    /// The users with an earlier entry.
    blocked: usize,
    bytes: usize,
}

impl<T> Order<T> {
    pub(super) fn new() -> Self {
        Self {
            entries: BTreeMap::new(),
            users: HashMap::new(),
            ready: BTreeSet::new(),
            bytes: 0,
        }
    }

    /// Adds an entry whose callbacks have a number of bytes. The numbers of entries rise.
    pub(super) fn add(&mut self, number: u64, users: HashSet<String>, item: T, bytes: usize) {
        let bytes = bytes + ENTRY_BYTES + users.len() * USER_BYTES;
        let mut waiting = Waiting {
            item,
            users: Vec::with_capacity(users.len()),
            blocked: 0,
            bytes,
        };

        for user in users {
            let user = match self.users.get_key_value(&*user) {
                Some((user, _)) => Arc::clone(user),
                None => Arc::from(user),
            };
            let entries = self.users.entry(Arc::clone(&user)).or_default();
            waiting.blocked += usize::from(!entries.is_empty());
            entries.push_back(number);
            waiting.users.push(user);
        }

        if waiting.blocked == 0 {
            self.ready.insert(number);
        }
        self.bytes += bytes;
        self.entries.insert(number, waiting);
    }

    /// Takes the first entry that is ready. It is in the order until it is removed.
    pub(super) fn take_ready(&mut self) -> Option<u64> {
        self.ready.pop_first()
    }

    /// Returns an entry that was added and is not removed yet.
    pub(super) fn get(&self, number: u64) -> Option<&T> {
        self.entries.get(&number).map(|waiting| &waiting.item)
    }

    /// Removes an entry that was ready and is delivered.
    pub(super) fn remove(&mut self, number: u64) {
        let Some(waiting) = self.entries.remove(&number) else {
            return;
        };
        self.bytes -= waiting.bytes;

        for user in waiting.users {
            let Some(entries) = self.users.get_mut(&user) else {
                continue;
            };
            entries.pop_front();
            match entries.front().copied() {
                Some(next) => self.unblock(next),
                None => {
                    self.users.remove(&user);
                }
            }
        }
    }

    /// Notes that an entry is the first of one more of its users.
    fn unblock(&mut self, number: u64) {
        if let Some(waiting) = self.entries.get_mut(&number) {
            waiting.blocked -= 1;
            if waiting.blocked == 0 {
                self.ready.insert(number);
            }
        }
    }

    /// Returns the first entry that waits, with its number.
    pub(super) fn first(&self) -> Option<(u64, &T)> {
        let (number, waiting) = self.entries.first_key_value()?;
        Some((*number, &waiting.item))
    }

    /// Returns the bytes that the entries take, as an estimate.
    pub(super) const fn bytes(&self) -> usize {
        self.bytes
    }
}

/// Returns the owners of the lists that callbacks report.
pub(super) fn users(callbacks: &[Callback]) -> HashSet<String> {
    let mut users = HashSet::new();
    for callback in callbacks {
        match callback {
            Callback::FriendAdd { pair_list, .. } => {
                users.extend(pair_list.iter().map(|pair| pair.from_account.clone()));
            }
            Callback::FriendDelete { pair_list }
            | Callback::BlackListAdd { pair_list }
            | Callback::BlackListDelete { pair_list } => {
                users.extend(pair_list.iter().map(|pair| pair.from_account.clone()));
            }
            // These go out before an entry, not after it.
            Callback::PrevFriendAdd(_) | Callback::PrevFriendResponse(_) => {}
        }
    }
    users
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::Order;

    fn add(order: &mut Order<()>, number: u64, users: &[&str]) {
        let users = users.iter().map(ToString::to_string).collect();
        order.add(number, users, (), 10);
    }

    fn ready(order: &mut Order<()>) -> Vec<u64> {
        std::iter::from_fn(|| order.take_ready()).collect()
    }

    #[test]
    fn entries_of_one_user_wait_for_each_other_and_others_do_not() {
        let mut order = Order::new();
        add(&mut order, 1, &["a", "b"]);
        add(&mut order, 2, &["b", "c"]);
        add(&mut order, 3, &["d"]);
        add(&mut order, 4, &["c"]);
        assert_eq!(ready(&mut order), [1, 3]);
        assert_eq!(ready(&mut order), [] as [u64; 0], "they are under way");

        order.remove(3);
        assert_eq!(order.first(), Some((1, &())));
        order.remove(1);
        assert_eq!(ready(&mut order), [2]);
        order.remove(2);
        assert_eq!(ready(&mut order), [4]);
        order.remove(4);
        assert_eq!((order.first(), order.bytes()), (None, 0));
        assert!(order.users.is_empty());
    }

    #[test]
    fn an_entry_waits_for_each_of_its_users() {
        let mut order = Order::new();
        add(&mut order, 1, &["a"]);
        add(&mut order, 2, &["b"]);
        add(&mut order, 3, &["a", "b"]);
        assert_eq!(ready(&mut order), [1, 2]);
        order.remove(2);
        assert_eq!(ready(&mut order), [] as [u64; 0]);
        order.remove(1);
        assert_eq!(ready(&mut order), [3]);
    }

    /// Many entries behind one that is stuck cost the entries of others no time.
    #[test]
    fn a_long_wait_of_one_user_is_no_work_for_others() {
        let mut order = Order::new();
        let started = Instant::now();
        for number in 0..100_000 {
            add(&mut order, 2 * number, &["a"]);
            add(&mut order, 2 * number + 1, &["b"]);
            order.remove(2 * number + 1);
            order.take_ready();
        }
        assert_eq!(order.first(), Some((0, &())));
        assert!(order.bytes() > 100_000 * 10);
        assert!(started.elapsed() < Duration::from_secs(20));
    }
}
