//! Operations on users, done to both.

use socialgraph::{
    AddUserError, MergeUsersError, MergedUsers, Outcome, RenameUserError, RequestMode,
    RequestSending, UnknownUser, UserId, UserRef,
};

use super::printing::word_for;
use super::{AddressBy, SideBySide};
use crate::reference::difference::{Difference, ensure, ensure_equal};
use crate::reference::model::Merged;

impl SideBySide {
    /// Adds a user to both.
    ///
    /// # Errors
    /// Fails if one of them refuses and the other does not, or if a handle is given out twice.
    pub fn add(&mut self, name: &str) -> Result<(), Difference> {
        let added = self.graph.add_user(name);
        let words = added.as_ref().map(|_| ()).map_err(|error| match error {
            AddUserError::Name(error) => word_for(error),
            _ => "another error",
        });
        ensure_equal!(words, self.model.add_user(name), "adding {name}");

        if let Ok(id) = added {
            ensure!(self.newest < Some(id), "the handle {id} is given out twice");
            self.newest = Some(id);
            self.handles.insert(name.to_owned(), id);
            self.known.insert(name.to_owned());
        }
        Ok(())
    }

    /// Removes a user from both, and compares every relation that ended.
    ///
    /// # Errors
    /// Fails if one of them refuses and the other does not, or if they end other relations.
    pub fn remove(&mut self, by: AddressBy, name: &str) -> Result<(), Difference> {
        let user = self.address(by, name);
        let removed = self.graph.remove_user(user);
        let expected = self.model.remove_user(name);

        match &removed {
            Ok(removed) => {
                let found = (&*removed.name, removed.id);
                ensure_equal!(found, (name, self.handle(name)), "removing {name}");
            }
            Err(error) => ensure_equal!(*error, unknown(user), "removing {name}"),
        }
        let has_known = self.known.remove(name);
        ensure_equal!(removed.is_ok(), has_known, "removing {name}");
        ensure_equal!(removed.is_ok(), expected.is_some(), "removing {name}");

        let pairs = Outcome::RemoveUser(removed);
        let expected = expected.unwrap_or_default();
        self.compare_pairs(
            pairs.changes(),
            &expected,
            None,
            &format!("{name} is removed"),
        )
    }

    /// Gives a user of both another name.
    ///
    /// # Errors
    /// Fails if one of them refuses and the other does not.
    pub fn rename(&mut self, by: AddressBy, user: &str, name: &str) -> Result<(), Difference> {
        let id = self.handle(user);
        let renamed = self.graph.rename_user(self.address(by, user), name);
        let words = renamed.as_deref().map_err(|error| match error {
            RenameUserError::UnknownUser(_) => "UnknownUser",
            RenameUserError::Name(error) => word_for(error),
            _ => "another error",
        });
        let expected = self.model.rename_user(user, name);
        let expected = expected.as_deref().map_err(|word| *word);
        ensure_equal!(words, expected, "renaming {user} to {name}");

        if renamed.is_ok() {
            self.handles.remove(user);
            self.handles.insert(name.to_owned(), id);
            self.known.remove(user);
            self.known.insert(name.to_owned());
        }
        Ok(())
    }

    /// Merges a user of both into another.
    ///
    /// # Errors
    /// Fails if one of them refuses and the other does not, or if another relation comes of it.
    pub fn merge(&mut self, by: AddressBy, from: &str, into: &str) -> Result<(), Difference> {
        let (removed, remaining) = (self.address(by, from), self.address(by, into));
        let merged = self.graph.merge_users(removed, remaining);
        let expected = self.model.merge_users(from, into);

        match (merged, expected) {
            (Ok(merged), Ok(expected)) => {
                self.known.remove(from);
                self.compare_merged(merged, &expected, from, into)
            }
            (Err(error), Err(word)) => {
                let named = match word {
                    "UnknownFrom" => MergeUsersError::UnknownUser(unknown(removed)),
                    "UnknownInto" => MergeUsersError::UnknownUser(unknown(remaining)),
                    _ => MergeUsersError::SameUser {
                        user: remaining.into(),
                    },
                };
                ensure_equal!(error, named, "merging {from} into {into}");
                Ok(())
            }
            (merged, expected) => {
                ensure_equal!(
                    merged.is_ok(),
                    expected.is_ok(),
                    "{from} merged into {into}"
                );
                Ok(())
            }
        }
    }

    fn compare_merged(
        &self,
        merged: MergedUsers,
        expected: &Merged,
        from: &str,
        into: &str,
    ) -> Result<(), Difference> {
        let (removed, remaining) = (self.handle(from), self.handle(into));
        let found = (merged.removed.id, &*merged.removed.name, merged.into);
        ensure_equal!(found, (removed, from, remaining), "the merged users");

        let mut lost = Vec::new();
        for other in &merged.lost {
            lost.push((other.peer, format!("{:#}", other.facts)));
        }
        let expected_lost: Vec<(UserId, String)> = expected
            .lost
            .iter()
            .map(|(other, letters)| (self.handle(other), letters.clone()))
            .collect();
        ensure_equal!(
            lost,
            expected_lost,
            "what is lost when {from} becomes {into}"
        );

        let pairs = Outcome::MergeUsers(Ok(merged));
        let expected = expected.ended.iter().chain(&expected.changes);
        let sentence = format!("{from} is merged into {into}");
        self.compare_pairs(pairs.changes(), expected, None, &sentence)
    }

    /// Sets whose requests a user takes.
    ///
    /// # Errors
    /// Fails if one of them refuses and the other does not, or if another mode was set before.
    pub fn set_mode(
        &mut self,
        by: AddressBy,
        name: &str,
        mode: RequestMode,
    ) -> Result<(), Difference> {
        let user = self.address(by, name);
        let before = self.graph.set_request_mode(user, mode);
        let expected = self.model.set_mode(name, mode);
        ensure_equal!(before, expected.ok_or(unknown(user)), "{name}: {mode:?}");
        Ok(())
    }

    /// Bars a user from sending requests, or lifts the bar.
    ///
    /// # Errors
    /// Fails if one of them refuses and the other does not, or if another setting was there.
    pub fn set_sending(
        &mut self,
        by: AddressBy,
        name: &str,
        sending: RequestSending,
    ) -> Result<(), Difference> {
        let user = self.address(by, name);
        let before = self.graph.set_request_sending(user, sending);
        let expected = self.model.set_sending(name, sending);
        ensure_equal!(before, expected.ok_or(unknown(user)), "{name}: {sending:?}");
        Ok(())
    }
}

/// Returns the error that names an unknown user.
fn unknown(user: UserRef<'_>) -> UnknownUser {
    UnknownUser { user: user.into() }
}
