//! The reference model: slow and obvious, written from `docs/semantics.md` alone.
//!
//! It keeps for each user, by name, what that user did: whom they block, whom they list as a
//! friend and whom they requested. Nothing is mirrored. To find what others did to a user, it
//! asks every other user. Rule numbers (R1 and so on) and "corner" are those of that page.

use std::collections::{BTreeMap, BTreeSet};

use socialgraph::{Action, Limits, List, RequestMode, RequestSending, Ways};

use super::difference::{Difference, ensure};

/// Effects or reasons, by the names of the engine's variants and in their order.
pub type Words = Vec<&'static str>;

/// The reasons against a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageReasons {
    /// Every reason.
    pub all: Words,
    /// The reasons that the sender may see.
    pub visible: Words,
}

#[expect(
    clippy::enum_variant_names,
    reason = "they are the profiles' names on the page"
)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Profile {
    TencentRest,
    TencentMutual,
    TencentKeepFriends,
}

#[derive(Clone, Debug)]
struct User {
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
    /// Corner: a new user takes requests on confirmation, is not barred, and has no relations.
    const fn new() -> Self {
        User {
            mode: RequestMode::Confirm,
            sending: RequestSending::Open,
            blocked: BTreeSet::new(),
            friends: BTreeSet::new(),
            requested: BTreeSet::new(),
        }
    }
}

/// Stands in for a user whom the model does not know: they did nothing.
static UNKNOWN: User = User::new();

/// A social graph under one of the profiles, by the page of semantics.
///
/// Answers the engine's questions, by name only.
///
/// ```
/// use socialgraph::{Action, Limits};
/// use socialgraph_testkit::reference::Model;
///
/// let mut model = Model::new("tencent_rest", Limits::TENCENT).unwrap();
/// assert!(model.add_user("ann") && model.add_user("ben"));
/// assert_eq!(model.apply(Action::Block, "ann", "ben"), Ok(vec!["ActorBlockAdded"]));
/// assert_eq!(model.relation("ben", "ann"), Ok("B".to_owned()));
/// assert_eq!(model.apply(Action::SendRequest, "ben", "ann"), Err(vec!["TargetBlocks"]));
/// ```
#[derive(Clone, Debug)]
pub struct Model {
    profile: Profile,
    limits: Limits,
    users: BTreeMap<String, User>,
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

/// R15: at the limit there is no room for one more.
fn is_full(count: usize, limit: Option<u32>) -> bool {
    match limit {
        Some(limit) => count >= limit as usize,
        None => false,
    }
}

/// Users, and what is set for each.
impl Model {
    /// Makes a model without users; `None` if it knows no profile of this name.
    #[must_use]
    pub fn new(profile: &str, limits: Limits) -> Option<Self> {
        let profile = match profile {
            "tencent_rest" => Profile::TencentRest,
            "tencent_mutual" => Profile::TencentMutual,
            "tencent_keep_friends" => Profile::TencentKeepFriends,
            _ => return None,
        };

        Some(Model {
            profile,
            limits,
            users: BTreeMap::new(),
        })
    }

    /// Returns a copy under other limits, which must have room for every list.
    #[must_use]
    pub fn within(&self, limits: Limits) -> Self {
        Model {
            limits,
            ..self.clone()
        }
    }

    /// Adds a user; returns false if the name is taken.
    pub fn add_user(&mut self, name: &str) -> bool {
        if self.users.contains_key(name) {
            return false;
        }
        self.users.insert(name.to_string(), User::new());
        true
    }

    /// Removes a user; returns false if the name is unknown.
    pub fn remove_user(&mut self, name: &str) -> bool {
        if self.users.remove(name).is_none() {
            return false;
        }
        // Corner: removing a user ends every relation with them, on both sides.
        for other in self.users.values_mut() {
            other.blocked.remove(name);
            other.friends.remove(name);
            other.requested.remove(name);
        }
        true
    }

    /// Sets whose requests a user takes; returns false if the name is unknown.
    pub fn set_mode(&mut self, name: &str, mode: RequestMode) -> bool {
        match self.users.get_mut(name) {
            // Corner: a change of mode changes no pending request.
            Some(user) => {
                user.mode = mode;
                true
            }
            None => false,
        }
    }

    /// Bars a user from sending requests or lifts the bar; returns false if the name is unknown.
    pub fn set_sending(&mut self, name: &str, sending: RequestSending) -> bool {
        match self.users.get_mut(name) {
            // Corner: barring a user changes no pending request.
            Some(user) => {
                user.sending = sending;
                true
            }
            None => false,
        }
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
            List::RequestsIn => self.requesters(name).into_iter().cloned().collect(),
            List::RequestsOut => user.requested.iter().cloned().collect(),
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

    /// Returns the users whose request waits at a user.
    fn requesters(&self, to: &str) -> Vec<&String> {
        let mut requesters = Vec::new();
        for (name, user) in &self.users {
            if user.requested.contains(to) {
                requesters.push(name);
            }
        }
        requesters
    }

    /// Two users are friends if each lists the other. One entry alone is a one-way friend.
    fn are_friends(&self, one: &str, other: &str) -> bool {
        self.lists(one, other) && self.lists(other, one)
    }

    /// R2: one profile has the console option to remain friends when blocking.
    fn block_clears_friends(&self) -> bool {
        self.profile != Profile::TencentKeepFriends
    }

    /// R5: a user may message a user whom they block. The vendor's client pages say otherwise.
    fn own_block_stops_messages(&self) -> bool {
        self.profile == Profile::TencentMutual
    }

    // R15, in each of the three: an entry that is already there takes no room.

    fn no_room_to_block(&self, owner: &str, other: &str) -> bool {
        !self.blocks(owner, other) && is_full(self.user(owner).blocked.len(), self.limits.blocked)
    }

    fn no_room_to_list(&self, owner: &str, other: &str) -> bool {
        !self.lists(owner, other) && is_full(self.user(owner).friends.len(), self.limits.friends)
    }

    fn no_room_to_request(&self, from: &str, to: &str) -> bool {
        // Corner: the limit counts the requests that wait at the target.
        !self.requested(from, to) && is_full(self.requesters(to).len(), self.limits.requests_in)
    }
}

/// The reasons against: each function lists them in the order of the table of reasons (R16).
///
/// Each reason is judged by itself. A limit is compared with what the action would add if there
/// were no other reason (corner: a reason of a limit is reported along with the others).
impl Model {
    /// Returns the reasons against an action; none if it is allowed.
    #[must_use]
    pub fn why_not(&self, action: Action, actor: &str, target: &str) -> Words {
        let not_two_users = self.why_not_two_users(actor, target);
        if !not_two_users.is_empty() {
            return not_two_users;
        }
        match action {
            Action::Block => self.why_not_block(actor, target),
            Action::Unblock => self.why_not_unblock(actor, target),
            Action::SendRequest => self.why_not_request(actor, target),
            Action::AcceptRequest => self.why_not_accept(actor, target),
            Action::DeclineRequest => self.why_not_decline(actor, target),
            Action::CancelRequest => self.why_not_cancel(actor, target),
            Action::AddFriend(Ways::OneWay) => self.why_not_add_one_way(actor, target),
            Action::AddFriend(Ways::TwoWay) => self.why_not_add_two_way(actor, target),
            Action::RemoveFriend(Ways::OneWay) => self.why_not_remove_one_way(actor, target),
            Action::RemoveFriend(Ways::TwoWay) => self.why_not_remove_two_way(actor, target),
        }
    }

    /// Returns the reasons against a message; none if it is allowed.
    #[must_use]
    pub fn why_no_message(&self, actor: &str, target: &str) -> MessageReasons {
        let not_two_users = self.why_not_two_users(actor, target);
        if !not_two_users.is_empty() {
            // R13: the sender would see the same if there were no block.
            return MessageReasons {
                all: not_two_users.clone(),
                visible: not_two_users,
            };
        }

        let all = those_that_hold(&[
            // R5: the actor's own block stops them under one profile only.
            (
                self.blocks(actor, target) && self.own_block_stops_messages(),
                "ActorBlocks",
            ),
            // R5, R6: the target's block always does.
            (self.blocks(target, actor), "TargetBlocks"),
        ]);

        // R12: no profile demands friendship, so blocks alone refuse known users.
        // R13: every profile is silent about a block, so the sender sees success.
        MessageReasons {
            all,
            visible: Words::new(),
        }
    }

    /// R9: a user acts on another known user. If one unknown name is given twice, it is unknown
    /// twice and not the same user.
    fn why_not_two_users(&self, actor: &str, target: &str) -> Words {
        let actor_known = self.users.contains_key(actor);
        let target_known = self.users.contains_key(target);
        those_that_hold(&[
            (actor == target && actor_known, "SameUser"),
            (!actor_known, "UnknownActor"),
            (!target_known, "UnknownTarget"),
        ])
    }

    fn why_not_block(&self, actor: &str, target: &str) -> Words {
        // R1: nothing that the target did is a reason against it.
        those_that_hold(&[
            (self.blocks(actor, target), "AlreadyBlocked"), // R8: it would change nothing
            (self.no_room_to_block(actor, target), "ActorBlocklistFull"), // R15
        ])
    }

    fn why_not_unblock(&self, actor: &str, target: &str) -> Words {
        // R1: an actor lifts their own block alone. R8: if there is none, say so.
        those_that_hold(&[(!self.blocks(actor, target), "NotBlocked")])
    }

    fn why_not_request(&self, actor: &str, target: &str) -> Words {
        let mode = self.user(target).mode;
        // R10: the target's own request is accepted, whichever their mode.
        let accepts = self.requested(target, actor);

        // Corner: a limit counts what would be added, and a pointless request adds nothing.
        let pointless = self.are_friends(actor, target) || self.requested(actor, target);

        // R11: from anyone, the two are friends at once; on confirmation, the request waits.
        let befriends = !pointless && (accepts || mode == RequestMode::Anyone);
        let waits = !pointless && !accepts && mode == RequestMode::Confirm;

        those_that_hold(&[
            (self.blocks(actor, target), "ActorBlocks"),  // R4
            (self.blocks(target, actor), "TargetBlocks"), // R4
            (self.is_barred(actor), "ActorBarred"),       // R11, under R10 as well
            (
                !accepts && mode == RequestMode::Nobody,
                "TargetTakesNoRequests",
            ), // R11
            (self.requested(actor, target), "AlreadyRequested"), // corner: in every mode
            (self.are_friends(actor, target), "AlreadyFriends"), // corner: two-way only
            (
                befriends && self.no_room_to_list(actor, target),
                "ActorFriendsFull",
            ), // R15
            (
                befriends && self.no_room_to_list(target, actor),
                "TargetFriendsFull",
            ), // R15
            (
                waits && self.no_room_to_request(actor, target),
                "TargetRequestsFull",
            ), // R15
        ])
    }

    fn why_not_accept(&self, actor: &str, target: &str) -> Words {
        // Corner: a barred user may accept. If there is no request to accept, nothing would be
        // added, and a full list is no reason.
        let accepts = self.requested(target, actor);
        those_that_hold(&[
            (self.blocks(actor, target), "ActorBlocks"), // R4: no new friends across a block
            (self.blocks(target, actor), "TargetBlocks"), // R4
            (!accepts, "NoRequestFromTarget"),
            (
                accepts && self.no_room_to_list(actor, target),
                "ActorFriendsFull",
            ), // R15
            (
                accepts && self.no_room_to_list(target, actor),
                "TargetFriendsFull",
            ), // R15: or on neither
        ])
    }

    fn why_not_decline(&self, actor: &str, target: &str) -> Words {
        // Corner: a block is no reason against it.
        those_that_hold(&[(!self.requested(target, actor), "NoRequestFromTarget")])
    }

    fn why_not_cancel(&self, actor: &str, target: &str) -> Words {
        // Corner: a block is no reason against it.
        those_that_hold(&[(!self.requested(actor, target), "NoRequestFromActor")])
    }

    fn why_not_add_one_way(&self, actor: &str, target: &str) -> Words {
        // Corner: adding heeds blocks and limits, but neither request modes nor the bar.
        those_that_hold(&[
            (self.blocks(actor, target), "ActorBlocks"), // R4: for an admin too
            (self.blocks(target, actor), "TargetBlocks"), // R4
            (self.lists(actor, target), "AlreadyListed"),
            (self.no_room_to_list(actor, target), "ActorFriendsFull"), // R15
        ])
    }

    fn why_not_add_two_way(&self, actor: &str, target: &str) -> Words {
        // Corner: adding heeds blocks and limits, but neither request modes nor the bar.
        those_that_hold(&[
            (self.blocks(actor, target), "ActorBlocks"), // R4: for an admin too
            (self.blocks(target, actor), "TargetBlocks"), // R4
            (self.are_friends(actor, target), "AlreadyFriends"),
            (self.no_room_to_list(actor, target), "ActorFriendsFull"), // R15
            (self.no_room_to_list(target, actor), "TargetFriendsFull"), // R15
        ])
    }

    fn why_not_remove_one_way(&self, actor: &str, target: &str) -> Words {
        // Corner: a block is no reason against it.
        those_that_hold(&[(!self.lists(actor, target), "NotListedByActor")])
    }

    fn why_not_remove_two_way(&self, actor: &str, target: &str) -> Words {
        // Corner: one entry of the two is enough to remove; a block is no reason against it.
        let neither = !self.lists(actor, target) && !self.lists(target, actor);
        those_that_hold(&[
            (neither, "NotListedByActor"),
            (neither, "NotListedByTarget"),
        ])
    }
}

/// The actions: each function lists its effects in the order of the table of effects.
impl Model {
    /// Applies an action and returns its effects in order.
    ///
    /// # Errors
    /// Returns the reasons in order if the action is refused. Nothing has changed then.
    pub fn apply(&mut self, action: Action, actor: &str, target: &str) -> Result<Words, Words> {
        let reasons = self.why_not(action, actor, target);
        if !reasons.is_empty() {
            return Err(reasons);
        }
        Ok(match action {
            Action::Block => self.block(actor, target),
            Action::Unblock => self.unblock(actor, target),
            Action::SendRequest => self.request(actor, target),
            Action::AcceptRequest => self.accept(actor, target),
            Action::DeclineRequest => self.decline(actor, target),
            Action::CancelRequest => self.cancel(actor, target),
            Action::AddFriend(Ways::OneWay) => self.add_one_way(actor, target),
            Action::AddFriend(Ways::TwoWay) => self.add_two_way(actor, target),
            Action::RemoveFriend(Ways::OneWay) => self.remove_one_way(actor, target),
            Action::RemoveFriend(Ways::TwoWay) => self.remove_two_way(actor, target),
        })
    }

    /// Applies an action to many targets in turn, and returns the outcome of each.
    ///
    /// Returns `None` if the batch names too many targets. Nothing has changed then.
    pub fn apply_many(
        &mut self,
        action: Action,
        actor: &str,
        targets: &[&str],
    ) -> Option<Vec<Result<Words, Words>>> {
        // R14: a name that is repeated counts each time.
        if self
            .limits
            .batch
            .is_some_and(|limit| targets.len() > limit as usize)
        {
            return None;
        }

        // Corner: a batch is its single operations in order.
        let mut outcomes = Vec::new();
        for target in targets {
            outcomes.push(self.apply(action, actor, target));
        }
        Some(outcomes)
    }

    fn block(&mut self, actor: &str, target: &str) -> Words {
        self.user_mut(actor).blocked.insert(target.to_string()); // R1: the actor's blocklist alone
        let mut effects = vec!["ActorBlockAdded"];
        if self.block_clears_friends() {
            effects.extend(self.clear_friends(actor, target)); // R2
        }
        effects.extend(self.cancel_requests(actor, target)); // R3
        effects
    }

    fn unblock(&mut self, actor: &str, target: &str) -> Words {
        // R7: nothing comes back with it.
        self.user_mut(actor).blocked.remove(target);
        vec!["ActorBlockLifted"]
    }

    fn request(&mut self, actor: &str, target: &str) -> Words {
        if self.requested(target, actor) {
            return self.accept(actor, target); // R10
        }
        if self.user(target).mode == RequestMode::Anyone {
            return self.add_two_way(actor, target); // R11: no request is sent
        }
        self.user_mut(actor).requested.insert(target.to_string());
        vec!["ActorRequestSent"]
    }

    fn accept(&mut self, actor: &str, target: &str) -> Words {
        self.user_mut(target).requested.remove(actor);
        // Corner: both lists are complete afterwards, with a one-way entry before or without.
        let mut effects = self.add_two_way(actor, target);
        effects.push("TargetRequestAccepted");
        effects
    }

    fn decline(&mut self, actor: &str, target: &str) -> Words {
        self.user_mut(target).requested.remove(actor);
        vec!["TargetRequestDeclined"]
    }

    fn cancel(&mut self, actor: &str, target: &str) -> Words {
        self.user_mut(actor).requested.remove(target);
        vec!["ActorRequestCancelled"]
    }

    fn add_one_way(&mut self, actor: &str, target: &str) -> Words {
        self.user_mut(actor).friends.insert(target.to_string());
        let mut effects = vec!["ActorFriendAdded"];
        // Corner: a one-way entry leaves requests pending, unless it completes a friendship.
        if self.are_friends(actor, target) {
            effects.extend(self.cancel_requests(actor, target));
        }
        effects
    }

    fn add_two_way(&mut self, actor: &str, target: &str) -> Words {
        let actor_added = self.user_mut(actor).friends.insert(target.to_string());
        let target_added = self.user_mut(target).friends.insert(actor.to_string());
        let mut effects = those_that_hold(&[
            (actor_added, "ActorFriendAdded"),
            (target_added, "TargetFriendAdded"),
        ]);
        // Corner: a two-way friendship leaves no request pending, in either direction.
        effects.extend(self.cancel_requests(actor, target));
        effects
    }

    fn remove_one_way(&mut self, actor: &str, target: &str) -> Words {
        // Corner: the target's list stays as it is.
        self.user_mut(actor).friends.remove(target);
        vec!["ActorFriendRemoved"]
    }

    fn remove_two_way(&mut self, actor: &str, target: &str) -> Words {
        self.clear_friends(actor, target)
    }

    /// Removes each from the other's friend list, if they are on it.
    fn clear_friends(&mut self, actor: &str, target: &str) -> Words {
        let actor_removed = self.user_mut(actor).friends.remove(target);
        let target_removed = self.user_mut(target).friends.remove(actor);
        those_that_hold(&[
            (actor_removed, "ActorFriendRemoved"),
            (target_removed, "TargetFriendRemoved"),
        ])
    }

    /// Cancels the request of each to the other, if there is one.
    fn cancel_requests(&mut self, actor: &str, target: &str) -> Words {
        let actor_cancelled = self.user_mut(actor).requested.remove(target);
        let target_cancelled = self.user_mut(target).requested.remove(actor);
        those_that_hold(&[
            (actor_cancelled, "ActorRequestCancelled"),
            (target_cancelled, "TargetRequestCancelled"),
        ])
    }

    /// Returns a known user: `apply` has looked the name up, so none is added here.
    fn user_mut(&mut self, name: &str) -> &mut User {
        self.users.entry(name.to_string()).or_insert_with(User::new)
    }
}

/// What must hold at all times.
impl Model {
    /// Checks that the stored relations break no rule.
    ///
    /// # Errors
    /// Fails if a rule is broken: the model itself is wrong then.
    pub fn check_invariants(&self) -> Result<(), Difference> {
        // Counted once for all users: to count for each would be quadratic in the users.
        let mut waiting: BTreeMap<&String, usize> = BTreeMap::new();
        for target in self.users.values().flat_map(|user| &user.requested) {
            *waiting.entry(target).or_default() += 1;
        }

        for name in self.users.keys() {
            self.check_lists(name)?;
            self.check_limits(name, waiting.get(name).copied().unwrap_or_default())?;
        }

        for (name, user) in &self.users {
            for friend in &user.friends {
                self.check_friend(name, friend)?;
            }
            for target in &user.requested {
                self.check_request(name, target)?;
            }
        }
        Ok(())
    }

    /// R9: each list names known users other than its owner.
    fn check_lists(&self, name: &str) -> Result<(), Difference> {
        let user = self.user(name);
        let lists = [
            ("blocks", &user.blocked),
            ("lists", &user.friends),
            ("requested", &user.requested),
        ];

        for (verb, list) in lists {
            for other in list {
                ensure!(other != name, "in the model, {name} {verb} themselves");
                ensure!(
                    self.users.contains_key(other),
                    "in the model, {name} {verb} {other}, who is unknown"
                );
            }
        }
        Ok(())
    }

    /// R15.
    fn check_limits(&self, name: &str, waiting: usize) -> Result<(), Difference> {
        let (user, limits) = (self.user(name), self.limits);
        let counts = [
            ("blocked users", user.blocked.len(), limits.blocked),
            ("friends", user.friends.len(), limits.friends),
            ("requests waiting", waiting, limits.requests_in),
        ];

        for (entries, count, limit) in counts {
            // One entry less must have left room for the last.
            ensure!(
                count == 0 || !is_full(count - 1, limit),
                "in the model, {name} has {count} {entries}, over the limit of {limit:?}"
            );
        }
        Ok(())
    }

    fn block_between(&self, one: &str, other: &str) -> bool {
        self.blocks(one, other) || self.blocks(other, one)
    }

    /// R2 and R4: a block removes friend entries and lets none be added, unless friends are kept.
    fn check_friend(&self, owner: &str, friend: &str) -> Result<(), Difference> {
        ensure!(
            !(self.block_clears_friends() && self.block_between(owner, friend)),
            "in the model, {owner} lists {friend} across a block"
        );
        Ok(())
    }

    fn check_request(&self, from: &str, to: &str) -> Result<(), Difference> {
        // R3 and R4: a block cancels requests and lets none be sent.
        ensure!(
            !self.block_between(from, to),
            "in the model, {from} requested {to} across a block"
        );
        // Corner: a two-way friendship leaves no request pending.
        ensure!(
            !self.are_friends(from, to),
            "in the model, {from} requested {to}, and they are friends"
        );
        // R10: the second request would have accepted the first.
        ensure!(
            !self.requested(to, from),
            "in the model, {from} and {to} requested each other"
        );
        Ok(())
    }
}
