//! Engine and model as they are when a log begins.

use std::sync::LazyLock;

use socialgraph::{Action, Limits, Policy, Ways};

use super::names::{CELEBRITIES, NameSet, fans, unnamed_fans};
use crate::reference::{AddressBy, Difference, SideBySide};

/// The limits that the first byte of a log chooses from.
pub(super) const LIMITS: [Limits; 4] = [
    Limits::TENCENT,
    Limits {
        blocked: Some(2),
        friends: Some(2),
        requests_in: Some(1),
        batch: Some(6),
    },
    Limits {
        blocked: Some(1),
        friends: Some(0),
        requests_in: Some(0),
        batch: Some(0),
    },
    Limits::NONE,
];

/// The limits that have room for the relations of celebrities.
pub(super) const LIMITS_OF_CELEBRITIES: [Limits; 2] = [Limits::TENCENT, Limits::NONE];

/// The profile, limits and names that a log is played with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setup {
    /// The name of a profile.
    pub profile: &'static str,
    /// The limits of the policy.
    pub limits: Limits,
    /// The names of the users.
    pub names: NameSet,
}

impl Setup {
    /// Returns engine and model as they are before the first step.
    pub(super) fn start(self) -> Result<SideBySide, Difference> {
        match self.names {
            NameSet::Few | NameSet::Colliding => self.strangers(),
            NameSet::Celebrities => {
                for (setup, start) in CELEBRITY_STARTS.iter() {
                    if *setup == self {
                        return start.clone();
                    }
                }
                self.celebrities()
            }
        }
    }

    /// Returns both with the initial users, who have no relations.
    fn strangers(self) -> Result<SideBySide, Difference> {
        let mut both = SideBySide::new(self.profile, self.limits)?;
        for name in self.names.initial() {
            both.add(name)?;
        }
        Ok(both)
    }

    /// Returns both with the initial users, and with the celebrities' fans.
    ///
    /// Of three fans in turn, a celebrity blocks the first, is blocked by the second and lists
    /// the third as a friend.
    fn celebrities(self) -> Result<SideBySide, Difference> {
        let mut both = self.strangers()?;
        for fan in unnamed_fans() {
            both.add(fan)?;
        }

        let add_friend = Action::AddFriend(Ways::OneWay);
        for (celebrity, count) in CELEBRITIES {
            for (number, fan) in fans(count).enumerate() {
                match number % 3 {
                    0 => both.act(AddressBy::Handle, Action::Block, celebrity, fan)?,
                    1 => both.act(AddressBy::Handle, Action::Block, fan, celebrity)?,
                    _ => both.act(AddressBy::Handle, add_friend, celebrity, fan)?,
                }
            }
        }
        Ok(both)
    }
}

type Start = Result<SideBySide, Difference>;

/// Every start with celebrities: a log clones one, because adding the fans takes long.
static CELEBRITY_STARTS: LazyLock<Vec<(Setup, Start)>> = LazyLock::new(|| {
    let mut starts = Vec::new();
    for (profile, _) in Policy::PROFILES {
        for limits in LIMITS_OF_CELEBRITIES {
            let setup = Setup {
                profile,
                limits,
                names: NameSet::Celebrities,
            };
            starts.push((setup, setup.celebrities()));
        }
    }
    starts
});
