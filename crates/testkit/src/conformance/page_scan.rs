//! The pages of one list, read while others write.

use std::collections::BTreeSet;

use socialgraph::Name;

/// A list that is read page by page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct PageScan {
    /// The users on the list since the scan began.
    throughout: BTreeSet<String>,
    /// The users on the list at any time since the scan began.
    ever: BTreeSet<String>,
    /// The users on the list now.
    now: BTreeSet<String>,
    /// The users on earlier pages who have not left the list since.
    returned: BTreeSet<String>,
    /// The number of entries so far; a user who leaves and comes back counts again.
    entries: usize,
    /// The number of pages so far.
    pages: usize,
}

impl PageScan {
    /// Begins to scan a list with these entries.
    pub(super) fn new(entries: &BTreeSet<String>) -> Self {
        Self {
            throughout: entries.clone(),
            ever: entries.clone(),
            now: entries.clone(),
            entries: entries.len(),
            ..Self::default()
        }
    }

    /// Records the entries of the list after a write.
    ///
    /// A user who leaves the list and comes back is a new entry, and may be returned again.
    pub(super) fn update(&mut self, entries: &BTreeSet<String>) {
        self.throughout.retain(|user| entries.contains(user));
        self.returned.retain(|user| entries.contains(user));
        self.ever.extend(entries.iter().cloned());
        self.entries += entries.difference(&self.now).count();
        self.now.clone_from(entries);
    }

    /// Reads a page of at most `limit` users; returns its fault if it has one.
    pub(super) fn read(
        &mut self,
        users: &[String],
        limit: usize,
        last: bool,
    ) -> Result<(), String> {
        for user in users {
            if !self.ever.contains(user) {
                return Err(format!("meets {}, who was not on it", Name(user)));
            }
            if !self.returned.insert(user.clone()) {
                return Err(format!("meets {} twice", Name(user)));
            }
        }

        if users.len() > limit {
            return Err(format!("gives {} users on a page of {limit}", users.len()));
        }

        if last {
            let missed = self.throughout.difference(&self.returned).next();
            return missed.map_or(Ok(()), |user| {
                let user = Name(user);
                Err(format!("ends without {user}, who was on it the whole time"))
            });
        }

        // A scan may have an empty page after every entry, but it has to end.
        self.pages += 1;
        if self.pages > 2 * self.entries + 2 {
            return Err("does not end".to_owned());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::PageScan;

    fn scan(entries: &[&str]) -> PageScan {
        PageScan::new(&entries.iter().map(ToString::to_string).collect())
    }

    fn read(scan: &mut PageScan, users: &[&str], last: bool) -> Result<(), String> {
        let users: Vec<_> = users.iter().map(ToString::to_string).collect();
        scan.read(&users, 2, last)
    }

    #[test]
    fn every_fault_of_a_page_is_named() {
        let text = |result: Result<(), String>| result.unwrap_err();
        assert_eq!(read(&mut scan(&["a"]), &["a"], true), Ok(()));
        assert_eq!(
            text(read(&mut scan(&["a"]), &["b"], true)),
            "meets b, who was not on it"
        );
        assert_eq!(
            text(read(&mut scan(&["a"]), &["a", "a"], true)),
            "meets a twice"
        );
        assert_eq!(
            text(read(&mut scan(&["a", "b"]), &["a"], true)),
            "ends without b, who was on it the whole time"
        );
        assert_eq!(
            text(read(&mut scan(&["a", "b", "c"]), &["a", "b", "c"], true)),
            "gives 3 users on a page of 2"
        );
        let mut endless = scan(&[]);
        assert_eq!(read(&mut endless, &[], false), Ok(()));
        assert_eq!(read(&mut endless, &[], false), Ok(()));
        assert_eq!(text(read(&mut endless, &[], false)), "does not end");
    }

    #[test]
    fn a_scan_may_have_two_pages_for_each_entry_so_far() {
        let mut scan = scan(&["a"]);
        for entries in [&["a", "b"][..], &["a"], &["a", "b"]] {
            scan.update(&entries.iter().map(ToString::to_string).collect());
        }
        for _ in 0..2 * 3 + 2 {
            assert_eq!(read(&mut scan, &[], false), Ok(()));
        }
        assert_eq!(read(&mut scan, &[], false), Err("does not end".to_owned()));
    }

    #[test]
    fn a_user_who_comes_back_may_come_again_and_one_who_leaves_may_be_missed() {
        let mut scan = scan(&["a", "b"]);
        assert_eq!(read(&mut scan, &["a"], false), Ok(()));
        scan.update(&["c".to_owned()].into());
        scan.update(&["a".to_owned(), "c".to_owned()].into());
        assert_eq!(
            read(&mut scan, &["a"], true),
            Ok(()),
            "b left, and c came late"
        );
    }
}
