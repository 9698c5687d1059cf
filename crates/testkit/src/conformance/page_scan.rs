//! What reading a list by pages has to give while others write.

use std::collections::BTreeSet;

use socialgraph::Name;

/// A list that is read by pages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct PageScan {
    /// Who has been on the list since the reading began.
    throughout: BTreeSet<String>,
    /// Who has been on it at any time since.
    ever: BTreeSet<String>,
    /// Who is on it now.
    now: BTreeSet<String>,
    /// Who was met, and has not left the list since.
    met: BTreeSet<String>,
    /// How many entries there have been, those who came back counted again.
    entries: usize,
    /// How many pages were read.
    pages: usize,
}

impl PageScan {
    /// Begins to read a list on which these users are.
    pub(super) fn new(on_it: &BTreeSet<String>) -> Self {
        let [throughout, ever, now] = [(); 3].map(|()| on_it.clone());
        Self {
            throughout,
            ever,
            now,
            entries: on_it.len(),
            ..Self::default()
        }
    }

    /// Takes note of who is on the list after a write.
    ///
    /// Whoever leaves it and comes back is a new entry, and may be met again.
    pub(super) fn note(&mut self, on_it: &BTreeSet<String>) {
        self.throughout.retain(|user| on_it.contains(user));
        self.met.retain(|user| on_it.contains(user));
        self.ever.extend(on_it.iter().cloned());
        self.entries += on_it.difference(&self.now).count();
        self.now.clone_from(on_it);
    }

    /// Takes a page of so many users at most; says what is wrong with it.
    pub(super) fn take(
        &mut self,
        users: &[String],
        limit: usize,
        last: bool,
    ) -> Result<(), String> {
        for user in users {
            if !self.ever.contains(user) {
                return Err(format!("meets {}, who was not on it", Name(user)));
            }
            if !self.met.insert(user.clone()) {
                return Err(format!("meets {} twice", Name(user)));
            }
        }
        if users.len() > limit {
            return Err(format!("gives {} users on a page of {limit}", users.len()));
        }
        self.pages += 1;
        if last {
            return self
                .throughout
                .difference(&self.met)
                .next()
                .map_or(Ok(()), |lost| {
                    Err(format!(
                        "ends without {}, who was on it the whole time",
                        Name(lost)
                    ))
                });
        }
        // Even with an empty page for each entry that there was, it would be over by now.
        let enough = 2 * self.entries + 2;
        if self.pages > enough {
            Err("does not end".to_owned())
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::PageScan;

    fn scan(on_it: &[&str]) -> PageScan {
        PageScan::new(&on_it.iter().map(ToString::to_string).collect())
    }

    fn take(scan: &mut PageScan, users: &[&str], last: bool) -> Result<(), String> {
        let users: Vec<_> = users.iter().map(ToString::to_string).collect();
        scan.take(&users, 2, last)
    }

    #[test]
    fn every_fault_of_a_page_is_named() {
        let text = |result: Result<(), String>| result.unwrap_err();
        assert_eq!(take(&mut scan(&["a"]), &["a"], true), Ok(()));
        assert_eq!(
            text(take(&mut scan(&["a"]), &["b"], true)),
            "meets b, who was not on it"
        );
        assert_eq!(
            text(take(&mut scan(&["a"]), &["a", "a"], true)),
            "meets a twice"
        );
        assert_eq!(
            text(take(&mut scan(&["a", "b"]), &["a"], true)),
            "ends without b, who was on it the whole time"
        );
        assert_eq!(
            text(take(&mut scan(&["a", "b", "c"]), &["a", "b", "c"], true)),
            "gives 3 users on a page of 2"
        );
        let mut endless = scan(&[]);
        assert_eq!(take(&mut endless, &[], false), Ok(()));
        assert_eq!(take(&mut endless, &[], false), Ok(()));
        assert_eq!(text(take(&mut endless, &[], false)), "does not end");
    }

    #[test]
    fn a_reading_may_have_two_pages_for_each_entry_that_there_was() {
        let mut scan = scan(&["a"]);
        for on_it in [&["a", "b"][..], &["a"], &["a", "b"]] {
            scan.note(&on_it.iter().map(ToString::to_string).collect());
        }
        for _ in 0..2 * 3 + 2 {
            assert_eq!(take(&mut scan, &[], false), Ok(()));
        }
        assert_eq!(take(&mut scan, &[], false), Err("does not end".to_owned()));
    }

    #[test]
    fn whoever_comes_back_may_be_met_again_and_whoever_leaves_may_be_missed() {
        let mut scan = scan(&["a", "b"]);
        assert_eq!(take(&mut scan, &["a"], false), Ok(()));
        scan.note(&["c".to_owned()].into());
        scan.note(&["a".to_owned(), "c".to_owned()].into());
        assert_eq!(
            take(&mut scan, &["a"], true),
            Ok(()),
            "b left, and c came late"
        );
    }
}
