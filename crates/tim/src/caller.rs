//! Who calls.

/// What a caller may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Anything, for anyone.
    Admin,
    /// What a user may do for themselves.
    User,
}

/// Whoever makes a request: the `identifier` of its URL.
///
/// ```
/// use socialgraph_tim::{Caller, Role};
///
/// let caller = Caller::admin("administrator");
/// assert_eq!((caller.identifier(), caller.role()), ("administrator", Role::Admin));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Caller {
    identifier: String,
    role: Role,
}

impl Caller {
    /// Returns an admin of the app, who needs no account.
    #[must_use]
    pub fn admin(identifier: &str) -> Self {
        Self {
            identifier: identifier.to_owned(),
            role: Role::Admin,
        }
    }

    /// Returns a user, who acts for themselves alone.
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

    /// Returns what the caller may do.
    #[must_use]
    pub const fn role(&self) -> Role {
        self.role
    }

    /// Returns whether the caller may act for an account.
    pub(super) fn may_act_for(&self, account: &str) -> bool {
        self.role == Role::Admin || self.identifier == account
    }

    pub(super) fn is_admin(&self) -> bool {
        self.role == Role::Admin
    }
}
