//! Users: who there is, and what is set for each.

use std::collections::BTreeMap;

use socialgraph::{Policy, RequestMode, RequestSending};

use super::{Model, PairLetters, User};

/// The number of bytes from which a name is too long: one more than an XMPP address has.
const LONGER_THAN_A_NAME: usize = 3072;

/// Users, and what is set for each.
impl Model {
    /// Makes a model without users under a policy.
    #[must_use]
    pub const fn new(policy: Policy) -> Self {
        Model {
            policy,
            users: BTreeMap::new(),
            joined: 0,
            keeps_limits: true,
        }
    }

    /// Returns the policy.
    #[must_use]
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Adds a user.
    ///
    /// # Errors
    /// Returns the word for what is wrong with the name: `Empty`, `TooLong` or `Taken`.
    pub fn add_user(&mut self, name: &str) -> Result<(), &'static str> {
        self.check_free(name)?;
        let user = User::new(self.joined, self.policy.request.initial_mode);
        self.joined += 1;
        self.users.insert(name.to_string(), user);
        Ok(())
    }

    /// Returns the word for what is wrong with the name of a new user, as an error.
    fn check_free(&self, name: &str) -> Result<(), &'static str> {
        match name.len() {
            0 => Err("Empty"),
            LONGER_THAN_A_NAME.. => Err("TooLong"),
            _ if self.users.contains_key(name) => Err("Taken"),
            _ => Ok(()),
        }
    }

    /// Removes a user; returns the relations that ended, or `None` if the name is unknown.
    pub fn remove_user(&mut self, name: &str) -> Option<Vec<PairLetters>> {
        if !self.users.contains_key(name) {
            return None;
        }

        // Corner: removing a user ends every relation with them, on both sides.
        let mut ended = Vec::new();
        for other in self.others_in_order(&[name]) {
            ended.extend(self.watch(name, &other, |model| model.end_relation(name, &other)));
        }
        self.users.remove(name);
        Some(ended)
    }

    /// Gives a user another name, and returns the name before (R27).
    ///
    /// # Errors
    /// Returns the word `UnknownUser`, or the word for what is wrong with the name.
    pub fn rename_user(&mut self, user: &str, name: &str) -> Result<String, &'static str> {
        if !self.users.contains_key(user) {
            return Err("UnknownUser");
        }
        // R27: a user cannot be given the name that they have, which is taken.
        self.check_free(name)?;

        // R27: the user stays who they are, and so does every entry of others about them.
        for other in self.users.values_mut() {
            for list in [&mut other.blocked, &mut other.friends, &mut other.requested] {
                if list.remove(user) {
                    list.insert(name.to_string());
                }
            }
        }
        if let Some(renamed) = self.users.remove(user) {
            self.users.insert(name.to_string(), renamed);
        }
        Ok(user.to_string())
    }

    /// Sets whose requests a user takes; returns the mode before, or `None` for an unknown user.
    pub fn set_mode(&mut self, name: &str, mode: RequestMode) -> Option<RequestMode> {
        // Corner: a change of mode changes no pending request.
        let user = self.users.get_mut(name)?;
        let before = user.mode;
        user.mode = mode;
        Some(before)
    }

    /// Bars a user from sending requests or lifts the bar.
    ///
    /// Returns the setting before, or `None` for an unknown user.
    pub fn set_sending(&mut self, name: &str, sending: RequestSending) -> Option<RequestSending> {
        // Corner: barring a user changes no pending request.
        let user = self.users.get_mut(name)?;
        let before = user.sending;
        user.sending = sending;
        Some(before)
    }

    /// Returns a user's settings; `None` if the user is unknown.
    #[must_use]
    pub fn settings(&self, name: &str) -> Option<(RequestMode, RequestSending)> {
        let user = self.users.get(name)?;
        Some((user.mode, user.sending))
    }
}

/// Who came before whom.
impl Model {
    /// Returns every user but these, those who joined earlier first.
    pub(super) fn others_in_order(&self, but: &[&str]) -> Vec<String> {
        let mut others = Vec::new();
        for (name, user) in &self.users {
            if !but.contains(&name.as_str()) {
                others.push((user.joined, name.clone()));
            }
        }
        others.sort();
        others.into_iter().map(|(_, name)| name).collect()
    }

    /// Returns the two users, the one who joined earlier first.
    pub(super) fn in_order<'a>(&self, one: &'a str, other: &'a str) -> (&'a str, &'a str) {
        if self.user(one).joined < self.user(other).joined {
            (one, other)
        } else {
            (other, one)
        }
    }
}
