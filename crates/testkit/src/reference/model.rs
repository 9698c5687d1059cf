//! The reference model: slow and obvious, written from `docs/semantics.md` alone.
//!
//! It keeps, for each user by name, what that user alone did: whom they block, whom they list as a
//! friend and whom they requested. Nothing is mirrored: what others did to a user is found by
//! asking every other user. Rule numbers (R1 and so on) and "corner" are those of that page.

use std::collections::{BTreeMap, BTreeSet};

#[allow(
    clippy::enum_variant_names,
    reason = "they are the profiles' names on the page"
)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Profile {
    TencentRest,
    TencentMutual,
    TencentKeepFriends,
}

/// Whose requests a user takes (R11).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    Anyone,
    Confirm,
    Nobody,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Act {
    Block,
    Unblock,
    Request,
    Accept,
    Decline,
    Cancel,
    AddOneWay,
    AddTwoWay,
    RemoveOneWay,
    RemoveTwoWay,
}

/// The limits of R14 and R15; `usize::MAX` is none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Caps {
    pub blocked: usize,
    pub friends: usize,
    pub requests_in: usize,
    pub batch: usize,
}

#[derive(Clone, Debug)]
struct User {
    mode: Mode,
    barred: bool,
    /// The users whom this user blocks.
    blocked: BTreeSet<String>,
    /// The users whom this user lists as friends.
    friends: BTreeSet<String>,
    /// The users whose answer to this user's request is awaited.
    requested: BTreeSet<String>,
}

#[derive(Clone, Debug)]
pub struct Model {
    profile: Profile,
    caps: Caps,
    users: BTreeMap<String, User>,
}

/// The words whose condition holds, in the order given.
fn those_that_hold(list: &[(bool, &'static str)]) -> Vec<&'static str> {
    list.iter()
        .filter(|(holds, _)| *holds)
        .map(|(_, word)| *word)
        .collect()
}

/// Users, and what is set for each.
impl Model {
    pub fn new(profile: Profile, caps: Caps) -> Self {
        Model {
            profile,
            caps,
            users: BTreeMap::new(),
        }
    }

    /// The same users under other limits, which their lists have to fit.
    pub fn within(&self, caps: Caps) -> Self {
        Model {
            caps,
            ..self.clone()
        }
    }

    /// False where the name is taken.
    pub fn add_user(&mut self, name: &str) -> bool {
        if self.users.contains_key(name) {
            return false;
        }
        // Corner: a new user takes requests on confirmation, is not barred, and knows nobody.
        let user = User {
            mode: Mode::Confirm,
            barred: false,
            blocked: BTreeSet::new(),
            friends: BTreeSet::new(),
            requested: BTreeSet::new(),
        };
        self.users.insert(name.to_string(), user);
        true
    }

    /// False where the name is unknown.
    pub fn remove_user(&mut self, name: &str) -> bool {
        if self.users.remove(name).is_none() {
            return false;
        }
        // Corner: removing a user ends everything that touches them, on whichever side it is kept.
        for other in self.users.values_mut() {
            other.blocked.remove(name);
            other.friends.remove(name);
            other.requested.remove(name);
        }
        true
    }

    /// Corner: a change of mode touches no request that is pending. False where the name is
    /// unknown.
    pub fn set_mode(&mut self, name: &str, mode: Mode) -> bool {
        match self.users.get_mut(name) {
            Some(user) => {
                user.mode = mode;
                true
            }
            None => false,
        }
    }

    /// Corner: being barred touches no request that is pending. False where the name is unknown.
    pub fn set_barred(&mut self, name: &str, barred: bool) -> bool {
        match self.users.get_mut(name) {
            Some(user) => {
                user.barred = barred;
                true
            }
            None => false,
        }
    }
}

/// What a user may look up.
impl Model {
    /// The relation in letters: the actor's facts in lower case, the target's in upper case.
    pub fn relation(&self, actor: &str, target: &str) -> String {
        let letters = those_that_hold(&[
            (self.blocks(actor, target), "b"),
            (self.blocks(target, actor), "B"),
            (self.lists(actor, target), "l"),
            (self.lists(target, actor), "L"),
            (self.requested(actor, target), "r"),
            (self.requested(target, actor), "R"),
        ]);
        if letters.is_empty() {
            "-".to_string()
        } else {
            letters.concat()
        }
    }

    pub fn blocklist(&self, name: &str) -> Vec<String> {
        self.users[name].blocked.iter().cloned().collect()
    }

    pub fn friends(&self, name: &str) -> Vec<String> {
        self.users[name].friends.iter().cloned().collect()
    }

    pub fn requests_in(&self, name: &str) -> Vec<String> {
        assert!(self.users.contains_key(name), "{name} is not a known user");
        self.who_requested(name).cloned().collect()
    }

    pub fn requests_out(&self, name: &str) -> Vec<String> {
        self.users[name].requested.iter().cloned().collect()
    }
}

/// The facts that the rules ask for. Every name here is a known user's.
impl Model {
    fn blocks(&self, owner: &str, other: &str) -> bool {
        self.users[owner].blocked.contains(other)
    }

    fn lists(&self, owner: &str, other: &str) -> bool {
        self.users[owner].friends.contains(other)
    }

    fn requested(&self, from: &str, to: &str) -> bool {
        self.users[from].requested.contains(to)
    }

    fn who_requested(&self, to: &str) -> impl Iterator<Item = &String> {
        self.users
            .iter()
            .filter(move |(_, user)| user.requested.contains(to))
            .map(|(name, _)| name)
    }

    /// Friends are two who list each other; an entry that is not returned is a one-way friend.
    fn are_friends(&self, one: &str, other: &str) -> bool {
        self.lists(one, other) && self.lists(other, one)
    }

    /// R2: the console option to remain friends when blocking is one profile's alone.
    fn block_clears_friends(&self) -> bool {
        self.profile != Profile::TencentKeepFriends
    }

    /// R5: one may message whom one blocks; the vendor's client pages alone say otherwise.
    fn own_block_stops_messages(&self) -> bool {
        self.profile == Profile::TencentMutual
    }

    // R15, in each of the three: what is already there takes no room, and at the limit the one
    // more is refused.

    fn no_room_to_block(&self, owner: &str, other: &str) -> bool {
        !self.blocks(owner, other) && self.users[owner].blocked.len() >= self.caps.blocked
    }

    fn no_room_to_list(&self, owner: &str, other: &str) -> bool {
        !self.lists(owner, other) && self.users[owner].friends.len() >= self.caps.friends
    }

    fn no_room_to_request(&self, from: &str, to: &str) -> bool {
        // Corner: the limit counts the requests that wait at the target.
        !self.requested(from, to) && self.who_requested(to).count() >= self.caps.requests_in
    }
}

/// The reasons against: each function lists them in the order of the table of reasons (R16).
/// Each reason is judged by itself. A limit, then, is judged by what the act would add if no other
/// reason stood against it (corner: a reason of a limit is reported along with the others).
impl Model {
    /// The reasons against an act, without doing it; empty is allowed.
    pub fn why_not(&self, act: Act, actor: &str, target: &str) -> Vec<&'static str> {
        let not_two_users = self.why_not_two_users(actor, target);
        if !not_two_users.is_empty() {
            return not_two_users;
        }
        match act {
            Act::Block => self.why_not_block(actor, target),
            Act::Unblock => self.why_not_unblock(actor, target),
            Act::Request => self.why_not_request(actor, target),
            Act::Accept => self.why_not_accept(actor, target),
            Act::Decline => self.why_not_decline(actor, target),
            Act::Cancel => self.why_not_cancel(actor, target),
            Act::AddOneWay => self.why_not_add_one_way(actor, target),
            Act::AddTwoWay => self.why_not_add_two_way(actor, target),
            Act::RemoveOneWay => self.why_not_remove_one_way(actor, target),
            Act::RemoveTwoWay => self.why_not_remove_two_way(actor, target),
        }
    }

    /// Every reason against a message, and the reasons that the sender may see.
    pub fn why_no_message(
        &self,
        actor: &str,
        target: &str,
    ) -> (Vec<&'static str>, Vec<&'static str>) {
        let not_two_users = self.why_not_two_users(actor, target);
        if !not_two_users.is_empty() {
            // R13: this is what the sender would be told if no block stood, too.
            return (not_two_users.clone(), not_two_users);
        }
        let every_reason = those_that_hold(&[
            // R5: the actor's own block stops them under one profile only.
            (
                self.blocks(actor, target) && self.own_block_stops_messages(),
                "ActorBlocks",
            ),
            // R5, R6: the target's block always does.
            (self.blocks(target, actor), "TargetBlocks"),
        ]);
        // R12: no profile demands friendship, so that blocks alone refuse known users. R13: every
        // profile is silent about a block, so that the sender sees success.
        (every_reason, Vec::new())
    }

    /// R9: nobody does anything to themselves, or to someone unknown. One unknown name given twice
    /// is looked up twice: no user was found whom the two could be.
    fn why_not_two_users(&self, actor: &str, target: &str) -> Vec<&'static str> {
        let actor_known = self.users.contains_key(actor);
        let target_known = self.users.contains_key(target);
        those_that_hold(&[
            (actor == target && actor_known, "SameUser"),
            (!actor_known, "UnknownActor"),
            (!target_known, "UnknownTarget"),
        ])
    }

    fn why_not_block(&self, actor: &str, target: &str) -> Vec<&'static str> {
        // R1: nothing of the target's doing stands against it.
        those_that_hold(&[
            (self.blocks(actor, target), "AlreadyBlocked"), // R8: it would change nothing
            (self.no_room_to_block(actor, target), "ActorBlocklistFull"), // R15
        ])
    }

    fn why_not_unblock(&self, actor: &str, target: &str) -> Vec<&'static str> {
        // R1: only the actor's own block is theirs to lift. R8: where there is none, say so.
        those_that_hold(&[(!self.blocks(actor, target), "NotBlocked")])
    }

    fn why_not_request(&self, actor: &str, target: &str) -> Vec<&'static str> {
        let mode = self.users[target].mode;
        // R10: the target's own request is accepted, and their mode is not asked.
        let accepts = self.requested(target, actor);
        // Corner: a limit is judged by what would be added, and a pointless request adds nothing.
        let pointless = self.are_friends(actor, target) || self.requested(actor, target);
        // R11: from anyone, the two are friends at once; on confirmation, the request waits.
        let befriends = !pointless && (accepts || mode == Mode::Anyone);
        let waits = !pointless && !accepts && mode == Mode::Confirm;
        those_that_hold(&[
            (self.blocks(actor, target), "ActorBlocks"),  // R4
            (self.blocks(target, actor), "TargetBlocks"), // R4
            (self.users[actor].barred, "ActorBarred"),    // R11, under R10 as well
            (!accepts && mode == Mode::Nobody, "TargetTakesNoRequests"), // R11
            (self.requested(actor, target), "AlreadyRequested"), // corner: whatever the mode became
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

    fn why_not_accept(&self, actor: &str, target: &str) -> Vec<&'static str> {
        // Corner: being barred does not stop anyone from accepting; nor does a full list stand
        // against what adds nothing, as there is nothing to accept.
        let accepts = self.requested(target, actor);
        those_that_hold(&[
            (self.blocks(actor, target), "ActorBlocks"), // R4: no friends are made across a block
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

    fn why_not_decline(&self, actor: &str, target: &str) -> Vec<&'static str> {
        // Corner: a block does not stand against it.
        those_that_hold(&[(!self.requested(target, actor), "NoRequestFromTarget")])
    }

    fn why_not_cancel(&self, actor: &str, target: &str) -> Vec<&'static str> {
        // Corner: a block does not stand against it.
        those_that_hold(&[(!self.requested(actor, target), "NoRequestFromActor")])
    }

    fn why_not_add_one_way(&self, actor: &str, target: &str) -> Vec<&'static str> {
        // Corner: adding heeds blocks and limits, and neither request modes nor the bar.
        those_that_hold(&[
            (self.blocks(actor, target), "ActorBlocks"), // R4: an admin's act included
            (self.blocks(target, actor), "TargetBlocks"), // R4
            (self.lists(actor, target), "AlreadyListed"),
            (self.no_room_to_list(actor, target), "ActorFriendsFull"), // R15
        ])
    }

    fn why_not_add_two_way(&self, actor: &str, target: &str) -> Vec<&'static str> {
        // Corner: adding heeds blocks and limits, and neither request modes nor the bar.
        those_that_hold(&[
            (self.blocks(actor, target), "ActorBlocks"), // R4: an admin's act included
            (self.blocks(target, actor), "TargetBlocks"), // R4
            (self.are_friends(actor, target), "AlreadyFriends"),
            (self.no_room_to_list(actor, target), "ActorFriendsFull"), // R15
            (self.no_room_to_list(target, actor), "TargetFriendsFull"), // R15
        ])
    }

    fn why_not_remove_one_way(&self, actor: &str, target: &str) -> Vec<&'static str> {
        // Corner: a block does not stand against it.
        those_that_hold(&[(!self.lists(actor, target), "NotListedByActor")])
    }

    fn why_not_remove_two_way(&self, actor: &str, target: &str) -> Vec<&'static str> {
        // Corner: one entry of the two is enough to remove; a block does not stand against it.
        let neither = !self.lists(actor, target) && !self.lists(target, actor);
        those_that_hold(&[
            (neither, "NotListedByActor"),
            (neither, "NotListedByTarget"),
        ])
    }
}

/// The acts: each function lists its effects in the order of the table of effects.
impl Model {
    /// The effects in order, or the reasons in order; where there are reasons, nothing changes.
    pub fn apply(
        &mut self,
        act: Act,
        actor: &str,
        target: &str,
    ) -> Result<Vec<&'static str>, Vec<&'static str>> {
        let reasons = self.why_not(act, actor, target);
        if !reasons.is_empty() {
            return Err(reasons);
        }
        Ok(match act {
            Act::Block => self.block(actor, target),
            Act::Unblock => self.unblock(actor, target),
            Act::Request => self.request(actor, target),
            Act::Accept => self.accept(actor, target),
            Act::Decline => self.decline(actor, target),
            Act::Cancel => self.cancel(actor, target),
            Act::AddOneWay => self.add_one_way(actor, target),
            Act::AddTwoWay => self.add_two_way(actor, target),
            Act::RemoveOneWay => self.remove_one_way(actor, target),
            Act::RemoveTwoWay => self.remove_two_way(actor, target),
        })
    }

    /// None: too many names for one batch, and nothing has changed.
    pub fn apply_many(
        &mut self,
        act: Act,
        actor: &str,
        targets: &[&str],
    ) -> Option<Vec<Result<Vec<&'static str>, Vec<&'static str>>>> {
        // R14: names are counted, and a name that is repeated counts each time.
        if targets.len() > self.caps.batch {
            return None;
        }
        // Corner: a batch is its single operations in order.
        Some(
            targets
                .iter()
                .map(|target| self.apply(act, actor, target))
                .collect(),
        )
    }

    fn block(&mut self, actor: &str, target: &str) -> Vec<&'static str> {
        self.user(actor).blocked.insert(target.to_string()); // R1: the actor's blocklist alone
        let mut effects = vec!["ActorBlockAdded"];
        if self.block_clears_friends() {
            effects.extend(self.clear_friends(actor, target)); // R2
        }
        effects.extend(self.cancel_requests(actor, target)); // R3
        effects
    }

    fn unblock(&mut self, actor: &str, target: &str) -> Vec<&'static str> {
        // R7: nothing comes back with it.
        self.user(actor).blocked.remove(target);
        vec!["ActorBlockLifted"]
    }

    fn request(&mut self, actor: &str, target: &str) -> Vec<&'static str> {
        if self.requested(target, actor) {
            return self.accept(actor, target); // R10
        }
        if self.users[target].mode == Mode::Anyone {
            return self.add_two_way(actor, target); // R11: friends at once, so no request is sent
        }
        self.user(actor).requested.insert(target.to_string());
        vec!["ActorRequestSent"]
    }

    fn accept(&mut self, actor: &str, target: &str) -> Vec<&'static str> {
        self.user(target).requested.remove(actor);
        // Corner: whichever one-way entry there was, both lists are complete now.
        let mut effects = self.add_two_way(actor, target);
        effects.push("TargetRequestAccepted");
        effects
    }

    fn decline(&mut self, actor: &str, target: &str) -> Vec<&'static str> {
        self.user(target).requested.remove(actor);
        vec!["TargetRequestDeclined"]
    }

    fn cancel(&mut self, actor: &str, target: &str) -> Vec<&'static str> {
        self.user(actor).requested.remove(target);
        vec!["ActorRequestCancelled"]
    }

    fn add_one_way(&mut self, actor: &str, target: &str) -> Vec<&'static str> {
        self.user(actor).friends.insert(target.to_string());
        let mut effects = vec!["ActorFriendAdded"];
        // Corner: a one-way entry leaves requests pending, unless it completes a friendship.
        if self.are_friends(actor, target) {
            effects.extend(self.cancel_requests(actor, target));
        }
        effects
    }

    fn add_two_way(&mut self, actor: &str, target: &str) -> Vec<&'static str> {
        let actor_added = self.user(actor).friends.insert(target.to_string());
        let target_added = self.user(target).friends.insert(actor.to_string());
        let mut effects = those_that_hold(&[
            (actor_added, "ActorFriendAdded"),
            (target_added, "TargetFriendAdded"),
        ]);
        // Corner: a two-way friendship leaves no request pending, in either direction.
        effects.extend(self.cancel_requests(actor, target));
        effects
    }

    fn remove_one_way(&mut self, actor: &str, target: &str) -> Vec<&'static str> {
        // Corner: the target's list stays as it is.
        self.user(actor).friends.remove(target);
        vec!["ActorFriendRemoved"]
    }

    fn remove_two_way(&mut self, actor: &str, target: &str) -> Vec<&'static str> {
        self.clear_friends(actor, target)
    }

    /// Takes each off the other's friend list, where they are on it.
    fn clear_friends(&mut self, actor: &str, target: &str) -> Vec<&'static str> {
        let actor_removed = self.user(actor).friends.remove(target);
        let target_removed = self.user(target).friends.remove(actor);
        those_that_hold(&[
            (actor_removed, "ActorFriendRemoved"),
            (target_removed, "TargetFriendRemoved"),
        ])
    }

    /// Cancels the request of each to the other, where there is one.
    fn cancel_requests(&mut self, actor: &str, target: &str) -> Vec<&'static str> {
        let actor_cancelled = self.user(actor).requested.remove(target);
        let target_cancelled = self.user(target).requested.remove(actor);
        those_that_hold(&[
            (actor_cancelled, "ActorRequestCancelled"),
            (target_cancelled, "TargetRequestCancelled"),
        ])
    }

    fn user(&mut self, name: &str) -> &mut User {
        self.users
            .get_mut(name)
            .expect("the names were looked up before the act")
    }
}

/// What must hold at all times, whatever was done.
impl Model {
    pub fn assert_legal(&self) {
        let mut waiting: BTreeMap<&str, usize> = BTreeMap::new();
        for target in self.users.values().flat_map(|user| &user.requested) {
            *waiting.entry(target).or_default() += 1;
        }
        for name in self.users.keys() {
            self.assert_legal_lists(name);
            self.assert_within_limits(name, waiting.get(&**name).copied().unwrap_or_default());
        }
        // Only now: whoever is on a list is known, so that the facts between the two can be asked.
        for (name, user) in &self.users {
            for friend in &user.friends {
                self.assert_legal_friend(name, friend);
            }
            for target in &user.requested {
                self.assert_legal_request(name, target);
            }
        }
    }

    /// R9: nobody is on their own list, and nobody unknown is on anyone's.
    fn assert_legal_lists(&self, name: &str) {
        let user = &self.users[name];
        let lists = [
            ("blocks", &user.blocked),
            ("lists", &user.friends),
            ("requested", &user.requested),
        ];
        for (verb, list) in lists {
            for other in list {
                assert!(other != name, "{name} {verb} themselves");
                assert!(
                    self.users.contains_key(other),
                    "{name} {verb} {other}, who is unknown"
                );
            }
        }
    }

    /// R15.
    fn assert_within_limits(&self, name: &str, waiting: usize) {
        let User {
            blocked, friends, ..
        } = &self.users[name];
        let counts = [
            ("blocked users", blocked.len(), self.caps.blocked),
            ("friends", friends.len(), self.caps.friends),
            ("requests waiting", waiting, self.caps.requests_in),
        ];
        for (what, count, limit) in counts {
            assert!(
                count <= limit,
                "{name} has {count} {what}, over the limit of {limit}"
            );
        }
    }

    fn block_between(&self, one: &str, other: &str) -> bool {
        self.blocks(one, other) || self.blocks(other, one)
    }

    /// R2 and R4: a block removes friend entries and lets none be added, unless friends are kept.
    fn assert_legal_friend(&self, owner: &str, friend: &str) {
        assert!(
            !(self.block_clears_friends() && self.block_between(owner, friend)),
            "{owner} lists {friend} across a block"
        );
    }

    fn assert_legal_request(&self, from: &str, to: &str) {
        // R3 and R4: a block cancels requests and lets none be sent.
        assert!(
            !self.block_between(from, to),
            "{from} requested {to} across a block"
        );
        // Corner: a two-way friendship leaves no request pending.
        assert!(
            !self.are_friends(from, to),
            "{from} requested {to}, and they are friends"
        );
        // R10: the second request would have accepted the first.
        assert!(
            !self.requested(to, from),
            "{from} and {to} requested each other"
        );
    }
}
