//! The reference model: slow and obvious, written from `docs/semantics.md` alone.
//!
//! It keeps for each user, by name, what that user did: whom they block, whom they list as a
//! friend and whom they requested. Nothing is mirrored. To find what others did to a user, it
//! asks every other user. It reads the parts of a policy, but asks the policy no question. Rule
//! numbers (R1 and so on) and "corner" are those of that page.

mod actions;
mod invariants;
mod merge;
mod pairs;
mod policy;
mod reasons;
mod users;

use std::collections::{BTreeMap, BTreeSet};

use socialgraph::{Crossed, Granted, List, Policy, RequestMode, RequestSending, Sides};

pub use merge::Merged;
pub use pairs::PairLetters;
pub use reasons::WhyNot;

/// Effects or reasons, by the names of the engine's variants and in their order.
pub type Words = Vec<&'static str>;

#[derive(Clone, Debug)]
struct User {
    /// The number of users who joined before. A higher number is a user who was added later.
    joined: u64,
    mode: RequestMode,
    sending: RequestSending,
    /// The users whom this user blocks.
    blocked: BTreeSet<String>,
    /// The users whom this user lists as friends.
    friends: BTreeSet<String>,
    /// The users whose answer to this user's request is awaited.
    requested: BTreeSet<String>,
}

impl User {
    /// Corner: a new user has the policy's initial mode, is not barred, and has no relations.
    const fn new(joined: u64, initial_mode: RequestMode) -> Self {
        User {
            joined,
            mode: initial_mode,
            sending: RequestSending::Open,
            blocked: BTreeSet::new(),
            friends: BTreeSet::new(),
            requested: BTreeSet::new(),
        }
    }
}

/// Stands in for a user whom the model does not know: they did nothing.
static UNKNOWN: User = User::new(0, RequestMode::Confirm);

/// A social graph under any policy, by the page of semantics.
///
/// Answers the engine's questions, by name only.
///
/// ```
/// use socialgraph::{Action, Interaction, Policy};
/// use socialgraph_testkit::reference::Model;
///
/// let mut model = Model::new(Policy::tencent_rest());
/// assert_eq!(model.add_user("ann").and(model.add_user("ben")), Ok(()));
/// assert_eq!(model.apply(Action::Block, "ann", "ben"), Ok(vec!["ActorBlockAdded"]));
/// assert_eq!(model.relation("ben", "ann"), Ok("B".to_owned()));
/// assert_eq!(model.apply(Action::SendRequest, "ben", "ann"), Err(vec!["TargetBlocks"]));
///
/// // The blocked user sees success.
/// let why_not = model.why_not(Interaction::Message, "ben", "ann");
/// assert_eq!(why_not.all, ["TargetBlocks"]);
/// assert!(why_not.visible.is_empty());
/// ```
#[derive(Clone, Debug)]
pub struct Model {
    policy: Policy,
    users: BTreeMap<String, User>,
    /// The number of users who ever joined.
    joined: u64,
    /// Whether every list is within its limit: no policy was adopted, and no users were merged.
    keeps_limits: bool,
}

/// Returns the words whose condition holds, in the order given.
fn those_that_hold(list: &[(bool, &'static str)]) -> Words {
    let mut words = Words::new();
    for (holds, word) in list {
        if *holds {
            words.push(word);
        }
    }
    words
}

/// Returns whether a part of the policy refers to the actor.
fn means_actor(sides: Sides) -> bool {
    match sides {
        Sides::Actor | Sides::Both => true,
        Sides::Target | Sides::Neither => false,
    }
}

/// Returns whether a part of the policy refers to the target.
fn means_target(sides: Sides) -> bool {
    match sides {
        Sides::Target | Sides::Both => true,
        Sides::Actor | Sides::Neither => false,
    }
}

/// R15: at the limit there is no room for one more.
fn is_full(count: usize, limit: Option<u32>) -> bool {
    match limit {
        Some(limit) => count >= limit as usize,
        None => false,
    }
}

/// What a user may look up.
impl Model {
    /// Returns the relation in letters: the actor's facts in lower case, the target's in upper.
    ///
    /// # Errors
    /// Returns the reasons if these are not two known users.
    pub fn relation(&self, actor: &str, target: &str) -> Result<String, Words> {
        let not_two_users = self.why_not_two_users(actor, target);
        if !not_two_users.is_empty() {
            return Err(not_two_users);
        }

        let letters = those_that_hold(&[
            (self.blocks(actor, target), "b"),
            (self.blocks(target, actor), "B"),
            (self.lists(actor, target), "l"),
            (self.lists(target, actor), "L"),
            (self.requested(actor, target), "r"),
            (self.requested(target, actor), "R"),
        ]);

        if letters.is_empty() {
            Ok("-".to_string())
        } else {
            Ok(letters.concat())
        }
    }

    /// Returns the names on a user's list, in alphabetical order; `None` if the user is unknown.
    #[must_use]
    pub fn list(&self, name: &str, list: List) -> Option<Vec<String>> {
        let user = self.users.get(name)?;
        Some(match list {
            List::Blocklist => user.blocked.iter().cloned().collect(),
            List::Friends => user.friends.iter().cloned().collect(),
            List::RequestsIn => self.names_where(|user| user.requested.contains(name)),
            List::RequestsOut => user.requested.iter().cloned().collect(),
            List::BlockedBy => self.names_where(|user| user.blocked.contains(name)),
            List::ListedBy => self.names_where(|user| user.friends.contains(name)),
        })
    }
}

/// The facts that the rules ask for.
impl Model {
    fn user(&self, name: &str) -> &User {
        self.users.get(name).unwrap_or(&UNKNOWN)
    }

    fn blocks(&self, owner: &str, other: &str) -> bool {
        self.user(owner).blocked.contains(other)
    }

    fn lists(&self, owner: &str, other: &str) -> bool {
        self.user(owner).friends.contains(other)
    }

    fn requested(&self, from: &str, to: &str) -> bool {
        self.user(from).requested.contains(to)
    }

    fn is_barred(&self, name: &str) -> bool {
        self.user(name).sending == RequestSending::Barred
    }

    /// Returns the names of the users of whom something is true.
    fn names_where(&self, holds: impl Fn(&User) -> bool) -> Vec<String> {
        let mut names = Vec::new();
        for (name, user) in &self.users {
            if holds(user) {
                names.push(name.clone());
            }
        }
        names
    }

    /// Two users are friends if each lists the other. One entry alone is a one-way friend.
    fn are_friends(&self, one: &str, other: &str) -> bool {
        self.lists(one, other) && self.lists(other, one)
    }

    /// R18: what a granted request of this user to the other would make, and is there already.
    fn has_what_is_requested(&self, requester: &str, other: &str) -> bool {
        match self.policy.request.makes {
            Granted::Friendship => self.are_friends(requester, other),
            Granted::Follow => self.lists(requester, other),
        }
    }

    /// R10: a request to a user who has requested the actor can be an acceptance.
    fn request_accepts(&self, actor: &str, target: &str) -> bool {
        match self.policy.request.crossed {
            Crossed::Accepts => self.requested(target, actor),
            Crossed::Waits => false,
        }
    }

    // R15, in each of the three: an entry that is already there takes no room.

    fn no_room_to_block(&self, owner: &str, other: &str) -> bool {
        !self.blocks(owner, other)
            && is_full(self.user(owner).blocked.len(), self.policy.limits.blocked)
    }

    fn no_room_to_list(&self, owner: &str, other: &str) -> bool {
        !self.lists(owner, other)
            && is_full(self.user(owner).friends.len(), self.policy.limits.friends)
    }

    fn no_room_to_request(&self, from: &str, to: &str) -> bool {
        // Corner: the limit counts the requests that wait at the target.
        let waiting = self.names_where(|user| user.requested.contains(to));
        !self.requested(from, to) && is_full(waiting.len(), self.policy.limits.requests_in)
    }
}
