//! Engine and model as they are when a log begins.

use std::sync::LazyLock;

use socialgraph::{Action, Limits, Policy, RequestMode, RequestRules, Ways};

use super::names::{CELEBRITIES, NameSet, fans, unnamed_fans};
use crate::reference::{AddressBy, Difference, SideBySide};

/// The policy and the names that a log is played with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setup {
    /// The name of the policy, if it is a profile with other limits.
    pub profile: Option<&'static str>,
    /// The policy.
    pub policy: Policy,
    /// The names of the users.
    pub names: NameSet,
}

impl Setup {
    /// Returns engine and model as they are before the first step.
    pub(super) fn start(self) -> Result<SideBySide, Difference> {
        match self.names {
            NameSet::Few | NameSet::Long | NameSet::Colliding => strangers(self.policy, self.names),
            NameSet::Celebrities => {
                for (initial_mode, start) in CELEBRITY_STARTS.iter() {
                    if *initial_mode == self.policy.request.initial_mode {
                        let mut both = start.clone()?;
                        both.adopt(self.policy)?;
                        return Ok(both);
                    }
                }
                celebrities(self.policy)
            }
        }
    }
}

/// Returns both with the initial users, who have no relations.
fn strangers(policy: Policy, names: NameSet) -> Result<SideBySide, Difference> {
    let mut both = SideBySide::new(policy);
    for name in names.initial() {
        both.add(name)?;
    }
    Ok(both)
}

/// Returns both with the initial users, and with the celebrities' fans.
///
/// Of three fans in turn, a celebrity blocks the first, is blocked by the second and lists the
/// third as a friend.
fn celebrities(policy: Policy) -> Result<SideBySide, Difference> {
    let mut both = strangers(policy, NameSet::Celebrities)?;
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

type Start = Result<SideBySide, Difference>;

/// The start with celebrities for each initial mode, because adding the fans takes long.
///
/// A log moves a copy to its policy. Blocks and one-way entries between strangers are possible
/// under every policy, and nothing but the initial mode of a policy decides about a new user.
static CELEBRITY_STARTS: LazyLock<Vec<(RequestMode, Start)>> = LazyLock::new(|| {
    let mut starts = Vec::new();
    for initial_mode in RequestMode::ALL {
        let base = Policy::tencent_rest();
        let policy = Policy {
            request: RequestRules {
                initial_mode,
                ..base.request
            },
            limits: Limits::NONE,
            ..base
        };
        starts.push((initial_mode, celebrities(policy)));
    }
    starts
});
