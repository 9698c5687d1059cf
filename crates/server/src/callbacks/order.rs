//! The order of after-callbacks: entries of one user one after the other, of others at once.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use socialgraph_tim::wire::Callback;

/// Entries under way, by their numbers.
///
/// An entry is ready if no earlier entry under way is about one of its users.
#[derive(Debug)]
pub(super) struct Order<T> {
    entries: BTreeMap<u64, Waiting<T>>,
    /// The entries about each user, in their order.
    users: HashMap<String, VecDeque<u64>>,
}

#[derive(Debug)]
struct Waiting<T> {
    users: HashSet<String>,
    /// `None` while it is delivered.
    item: Option<T>,
}

impl<T> Order<T> {
    pub(super) fn new() -> Self {
        Self {
            entries: BTreeMap::new(),
            users: HashMap::new(),
        }
    }

    /// Adds an entry. Numbers rise.
    pub(super) fn add(&mut self, number: u64, users: HashSet<String>, item: T) {
        for user in &users {
            self.users
                .entry(user.clone())
                .or_default()
                .push_back(number);
        }
        let item = Some(item);
        self.entries.insert(number, Waiting { users, item });
    }

    /// Takes the entries that are ready to be delivered.
    pub(super) fn take_ready(&mut self) -> Vec<(u64, T)> {
        let users = &self.users;
        let is_first = |number: u64, user: &String| {
            let first = users.get(user).and_then(VecDeque::front);
            first == Some(&number)
        };
        let ready = self.entries.iter_mut().filter_map(|(number, waiting)| {
            let is_ready = waiting.users.iter().all(|user| is_first(*number, user));
            let item = if is_ready { waiting.item.take() } else { None };
            Some((*number, item?))
        });
        ready.collect()
    }

    /// Removes an entry that was delivered.
    pub(super) fn remove(&mut self, number: u64) {
        let Some(waiting) = self.entries.remove(&number) else {
            return;
        };
        for user in waiting.users {
            if let Some(entries) = self.users.get_mut(&user) {
                entries.pop_front();
                if entries.is_empty() {
                    self.users.remove(&user);
                }
            }
        }
    }

    /// Returns the first entry under way.
    pub(super) fn first(&self) -> Option<u64> {
        self.entries.keys().next().copied()
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
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
    use super::Order;

    fn add(order: &mut Order<()>, number: u64, users: &[&str]) {
        order.add(number, users.iter().map(ToString::to_string).collect(), ());
    }

    fn ready(order: &mut Order<()>) -> Vec<u64> {
        order
            .take_ready()
            .into_iter()
            .map(|(number, ())| number)
            .collect()
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
        assert_eq!(order.first(), Some(1));
        order.remove(1);
        assert_eq!(ready(&mut order), [2]);
        order.remove(2);
        assert_eq!(ready(&mut order), [4]);
        order.remove(4);
        assert_eq!((order.first(), order.len()), (None, 0));
        assert!(order.users.is_empty());
    }
}
