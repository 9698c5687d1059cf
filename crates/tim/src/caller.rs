//! The account that makes a call.

use serde::{Deserialize, Serialize};

/// The permissions of a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// May run every command for every account.
    Admin,
    /// May run the commands for users, for their own account.
    User,
}

/// The account that makes a call: the `identifier` of its URL.
///
/// ```
/// use socialgraph_tim::{Caller, Role};
///
/// let caller = Caller::admin("administrator");
/// assert_eq!((caller.identifier(), caller.role()), ("administrator", Role::Admin));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Caller {
    identifier: String,
    role: Role,
}

impl Caller {
    /// Returns an admin of the app. An admin needs no account.
    #[must_use]
    pub fn admin(identifier: &str) -> Self {
        Self {
            identifier: identifier.to_owned(),
            role: Role::Admin,
        }
    }

    /// Returns a user.
    #[must_use]
    pub fn user(identifier: &str) -> Self {
        Self {
            identifier: identifier.to_owned(),
            role: Role::User,
        }
    }

    /// Returns the account's name.
    #[must_use]
    pub fn identifier(&self) -> &str {
        &self.identifier
    }

    /// Returns the caller's role.
    #[must_use]
    pub const fn role(&self) -> Role {
        self.role
    }

    /// Returns whether the caller may act for an account.
    pub(crate) fn may_act_for(&self, account: &str) -> bool {
        self.role == Role::Admin || self.identifier == account
    }

    /// Returns whether the caller is an admin.
    pub(crate) fn is_admin(&self) -> bool {
        self.role == Role::Admin
    }
}
