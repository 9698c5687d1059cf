//! A chat server by hand, in std's collections, with at most one bug planted in it.
//!
//! It keeps every list at both ends, as many servers do: what each user blocks, lists, has in
//! the inbox and in the outbox. It shares no rule with the crate: what it checks and writes is
//! written out here, and each bug is a condition beside what is right.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

use socialgraph::{Action, Limits, List, Notice, Operation, RequestMode, RequestSending, Ways};
use socialgraph_testkit::conformance::{Answer, ListPage, Reply, System};

use crate::bug::Bug;

type Names = BTreeSet<String>;

/// One user, with every list that is theirs.
#[derive(Clone, Debug)]
struct Account {
    mode: RequestMode,
    barred: bool,
    blocked: Names,
    friends: Names,
    inbox: Names,
    outbox: Names,
    /// What a bug remembers of lists that a block has cleared.
    hidden_friends: Names,
    hidden_outbox: Names,
}

impl Account {
    fn new() -> Self {
        let [
            blocked,
            friends,
            inbox,
            outbox,
            hidden_friends,
            hidden_outbox,
        ] = [(); 6].map(|()| Names::new());
        let (mode, barred) = (RequestMode::Confirm, false);
        Self {
            mode,
            barred,
            blocked,
            friends,
            inbox,
            outbox,
            hidden_friends,
            hidden_outbox,
        }
    }

    fn list(&self, list: List) -> &Names {
        match list {
            List::Blocklist => &self.blocked,
            List::Friends => &self.friends,
            List::RequestsIn => &self.inbox,
            List::RequestsOut => &self.outbox,
        }
    }

    fn list_mut(&mut self, list: List) -> &mut Names {
        match list {
            List::Blocklist => &mut self.blocked,
            List::Friends => &mut self.friends,
            List::RequestsIn => &mut self.inbox,
            List::RequestsOut => &mut self.outbox,
        }
    }
}

/// What is written once the checks have passed.
#[derive(Clone, Copy, Debug)]
enum Plan {
    Block,
    Unblock,
    Befriend,
    Ask,
    Decline,
    Cancel,
    AddOneWay,
    Remove(Ways),
}

/// The server.
#[derive(Clone, Debug)]
pub(crate) struct Server {
    bug: Option<Bug>,
    limits: Limits,
    accounts: BTreeMap<String, Account>,
    /// What was answered about messages since the last write, for a bug to answer again.
    answers: BTreeMap<(String, String), Answer>,
}

impl Server {
    pub(crate) const fn new(limits: Limits, bug: Option<Bug>) -> Self {
        Self {
            bug,
            limits,
            accounts: BTreeMap::new(),
            answers: BTreeMap::new(),
        }
    }

    fn has(&self, bug: Bug) -> bool {
        self.bug == Some(bug)
    }

    fn is_on(&self, owner: &str, list: List, entry: &str) -> bool {
        self.accounts
            .get(owner)
            .is_some_and(|account| account.list(list).contains(entry))
    }

    fn blocks(&self, owner: &str, entry: &str) -> bool {
        self.is_on(owner, List::Blocklist, entry)
    }

    fn lists(&self, owner: &str, entry: &str) -> bool {
        self.is_on(owner, List::Friends, entry)
    }

    fn has_requested(&self, sender: &str, recipient: &str) -> bool {
        self.is_on(recipient, List::RequestsIn, sender)
    }

    fn either_blocks(&self, a: &str, b: &str) -> bool {
        self.blocks(a, b) || self.blocks(b, a)
    }

    fn are_friends(&self, a: &str, b: &str) -> bool {
        self.lists(a, b) && self.lists(b, a)
    }

    /// Returns whether the list has room for the entry, or has it already.
    fn has_room(&self, owner: &str, list: List, entry: &str) -> bool {
        let limit = match list {
            List::Blocklist => self.limits.blocked,
            List::Friends => self.limits.friends,
            List::RequestsIn => self.limits.requests_in,
            List::RequestsOut => None,
        };
        let length = self
            .accounts
            .get(owner)
            .map_or(0, |account| account.list(list).len());
        self.is_on(owner, list, entry) || limit.is_none_or(|limit| length < limit as usize)
    }

    fn both_have_room(&self, a: &str, b: &str) -> bool {
        self.has_room(a, List::Friends, b) && self.has_room(b, List::Friends, a)
    }
}

/// The checks.
impl Server {
    fn are_two(&self, action: Action, actor: &str, target: &str) -> bool {
        let blocks = action == Action::Block;
        let known = |name| self.accounts.contains_key(name);
        let anyone = blocks && self.has(Bug::UnknownIsBlocked);
        let oneself = blocks && self.has(Bug::SelfBlockSucceeds);
        known(actor) && (known(target) || anyone) && (actor != target || oneself)
    }

    /// Returns what is to be written, or `None` where it is refused.
    fn plan(&self, action: Action, actor: &str, target: &str) -> Option<Plan> {
        if !self.are_two(action, actor, target) {
            return None;
        }
        let may = |condition: bool, plan| condition.then_some(plan);
        match action {
            Action::Block => self.plan_block(actor, target),
            Action::Unblock => {
                let needless = self.has(Bug::NeedlessUnblockSucceeds);
                may(self.blocks(actor, target) || needless, Plan::Unblock)
            }
            Action::SendRequest => self.plan_request(actor, target),
            Action::AcceptRequest => {
                let requested =
                    self.has_requested(target, actor) && !self.either_blocks(actor, target);
                may(
                    requested && self.both_have_room(actor, target),
                    Plan::Befriend,
                )
            }
            Action::DeclineRequest => may(self.has_requested(target, actor), Plan::Decline),
            Action::CancelRequest => {
                may(self.is_on(actor, List::RequestsOut, target), Plan::Cancel)
            }
            Action::AddFriend(ways) => self.plan_import(actor, target, ways),
            Action::RemoveFriend(ways) => {
                let theirs = ways == Ways::TwoWay && self.lists(target, actor);
                may(self.lists(actor, target) || theirs, Plan::Remove(ways))
            }
        }
    }

    fn plan_block(&self, actor: &str, target: &str) -> Option<Plan> {
        let new = !self.blocks(actor, target) || self.has(Bug::RepeatedBlockSucceeds);
        (new && self.has_room(actor, List::Blocklist, target)).then_some(Plan::Block)
    }

    fn plan_request(&self, actor: &str, target: &str) -> Option<Plan> {
        let own_block = self.blocks(actor, target) && !self.has(Bug::RequestAsksOneBlocklist);
        let barred = self.accounts.get(actor)?.barred && !self.has(Bug::BarIsNotAsked);
        if own_block || self.blocks(target, actor) || barred {
            return None;
        }
        if self.has_requested(actor, target) || self.are_friends(actor, target) {
            return None;
        }
        let mode = self.accounts.get(target)?.mode;
        if self.has_requested(target, actor) || mode == RequestMode::Anyone {
            return self.both_have_room(actor, target).then_some(Plan::Befriend);
        }
        let waits = mode == RequestMode::Confirm && self.has_room(target, List::RequestsIn, actor);
        waits.then_some(Plan::Ask)
    }

    fn plan_import(&self, actor: &str, target: &str, ways: Ways) -> Option<Plan> {
        if self.either_blocks(actor, target) && !self.has(Bug::ImportAsksNoBlocklist) {
            return None;
        }
        let (new, room, plan) = match ways {
            Ways::OneWay => (
                !self.lists(actor, target),
                self.has_room(actor, List::Friends, target),
                Plan::AddOneWay,
            ),
            Ways::TwoWay => (
                !self.are_friends(actor, target),
                self.both_have_room(actor, target),
                Plan::Befriend,
            ),
        };
        (new && room).then_some(plan)
    }
}

/// The writes.
impl Server {
    fn put(&mut self, owner: &str, list: List, entry: &str) {
        if let Some(account) = self.accounts.get_mut(owner) {
            account.list_mut(list).insert(entry.to_owned());
        }
    }

    fn take(&mut self, owner: &str, list: List, entry: &str) -> bool {
        let account = self.accounts.get_mut(owner);
        account.is_some_and(|account| account.list_mut(list).remove(entry))
    }

    fn end_request(&mut self, sender: &str, recipient: &str) -> bool {
        let sent = self.take(sender, List::RequestsOut, recipient);
        self.take(recipient, List::RequestsIn, sender) || sent
    }

    fn befriend(&mut self, a: &str, b: &str) {
        self.put(a, List::Friends, b);
        self.put(b, List::Friends, a);
        self.end_request(a, b);
        self.end_request(b, a);
    }

    fn write(&mut self, plan: Plan, actor: &str, target: &str) {
        match plan {
            Plan::Block => self.block(actor, target),
            Plan::Unblock => self.unblock(actor, target),
            Plan::Befriend => self.befriend(actor, target),
            Plan::Ask => {
                self.put(actor, List::RequestsOut, target);
                self.put(target, List::RequestsIn, actor);
            }
            Plan::Decline => _ = self.end_request(target, actor),
            Plan::Cancel if self.has(Bug::CancelClearsOneHalf) => {
                self.take(actor, List::RequestsOut, target);
            }
            Plan::Cancel => _ = self.end_request(actor, target),
            Plan::AddOneWay if self.lists(target, actor) => self.befriend(actor, target),
            Plan::AddOneWay => self.put(actor, List::Friends, target),
            Plan::Remove(ways) => {
                self.take(actor, List::Friends, target);
                if ways == Ways::TwoWay {
                    self.take(target, List::Friends, actor);
                }
            }
        }
    }

    fn block(&mut self, actor: &str, target: &str) {
        if !self.has(Bug::BlockKeepsFriends) {
            self.unfriend(actor, target);
            if !self.has(Bug::BlockClearsOneHalf) {
                self.unfriend(target, actor);
            }
        }
        if !self.has(Bug::BlockKeepsOwnRequest) && self.end_request(actor, target) {
            self.hide(actor, |account| &mut account.hidden_outbox, target);
        }
        self.end_request(target, actor);
        if self.has(Bug::BlockLiftsTheOther) {
            self.take(target, List::Blocklist, actor);
        }
        self.put(actor, List::Blocklist, target);
    }

    fn unfriend(&mut self, owner: &str, entry: &str) {
        if self.take(owner, List::Friends, entry) {
            self.hide(owner, |account| &mut account.hidden_friends, entry);
        }
    }

    fn hide(&mut self, owner: &str, hidden: fn(&mut Account) -> &mut Names, entry: &str) {
        if let Some(account) = self.accounts.get_mut(owner) {
            hidden(account).insert(entry.to_owned());
        }
    }

    fn unblock(&mut self, actor: &str, target: &str) {
        self.take(actor, List::Blocklist, target);
        if self.has(Bug::UnblockLiftsBoth) {
            self.take(target, List::Blocklist, actor);
        }
        let hidden = |owner: &str, entry, hidden: fn(&Account) -> &Names| {
            self.accounts
                .get(owner)
                .is_some_and(|account| hidden(account).contains(entry))
        };
        let requested = hidden(actor, target, |account| &account.hidden_outbox);
        let owners = [(actor, target), (target, actor)];
        let shown = owners.map(|(a, b)| hidden(a, b, |account| &account.hidden_friends));
        if self.has(Bug::UnblockRevivesRequests) && requested {
            self.write(Plan::Ask, actor, target);
        }
        for ((owner, entry), shown) in owners.into_iter().zip(shown) {
            if self.has(Bug::UnblockRestoresFriends) && shown {
                self.put(owner, List::Friends, entry);
            }
        }
    }

    fn remove(&mut self, name: &str) -> bool {
        if self.accounts.remove(name).is_none() {
            return false;
        }
        let ghosts = self.has(Bug::RemovalLeavesEntries);
        for account in self.accounts.values_mut() {
            for list in List::ALL {
                if !(ghosts && list == List::Friends) {
                    account.list_mut(list).remove(name);
                }
            }
            account.hidden_friends.remove(name);
            account.hidden_outbox.remove(name);
        }
        true
    }
}

/// The server's interface.
impl Server {
    fn act(&mut self, action: Action, actor: &str, target: &str) -> bool {
        let plan = self.plan(action, actor, target);
        if let Some(plan) = plan {
            self.write(plan, actor, target);
        }
        plan.is_some()
    }

    fn batch(&mut self, action: Action, actor: &str, targets: &[String]) -> Reply {
        if self
            .limits
            .batch
            .is_some_and(|limit| targets.len() > limit as usize)
        {
            return Answer::REFUSED.into();
        }
        let limits = self.limits;
        if self.has(Bug::BatchAsksNoLimit) {
            self.limits = Limits::NONE;
        }
        let mut stopped = false;
        let each = targets.iter().map(|target| {
            let done = !stopped && self.act(action, actor, target);
            stopped |= !done && self.has(Bug::BatchStopsAtRefusal);
            done.into()
        });
        let each = each.collect();
        self.limits = limits;
        Reply::Each(each)
    }

    fn answer_message(&self, actor: &str, target: &str) -> Answer {
        let known = |name| self.accounts.contains_key(name);
        if actor == target || !known(actor) || !known(target) {
            return Answer::REFUSED.with_notice(Notice::Told);
        }
        let wrong = self.has(Bug::MessageAsksTheWrongBlocklist);
        let (owner, entry) = if wrong {
            (actor, target)
        } else {
            (target, actor)
        };
        let cancelled = self.has(Bug::BlocksCancelOut) && self.blocks(entry, owner);
        let tells = self.has(Bug::SilentRefusalTells);
        let notice = if tells { Notice::Told } else { Notice::Silent };
        let refused = self.blocks(owner, entry) && !cancelled;
        if refused {
            Answer::REFUSED.with_notice(notice)
        } else {
            Answer::ALLOWED
        }
    }

    fn set(&mut self, name: &str, set: impl FnOnce(&mut Account)) -> bool {
        self.accounts.get_mut(name).map(set).is_some()
    }

    fn carry_out(&mut self, operation: &Operation) -> Reply {
        let blocks = matches!(
            operation,
            Operation::Act {
                action: Action::Block,
                ..
            }
        );
        if !(blocks && self.has(Bug::BlockLeavesAnswers)) {
            self.answers.clear();
        }
        match operation {
            Operation::AddUser { name } => {
                let new = !self.accounts.contains_key(name);
                if new {
                    self.accounts.insert(name.clone(), Account::new());
                }
                new.into()
            }
            Operation::RemoveUser { name } => self.remove(name).into(),
            Operation::Act {
                action,
                actor,
                target,
            } => self.act(*action, actor, target).into(),
            Operation::ActOnMany {
                action,
                actor,
                targets,
            } => self.batch(*action, actor, targets),
            Operation::SetRequestMode { user, mode } => {
                self.set(user, |account| account.mode = *mode).into()
            }
            Operation::SetRequestSending { user, sending } => {
                let barred = *sending == RequestSending::Barred;
                self.set(user, |account| account.barred = barred).into()
            }
        }
    }

    /// Returns whether the two are checked before either is written: a lock that is missing.
    fn race(&self, first: &Operation, second: &Operation) -> bool {
        let (
            Operation::Act {
                action,
                actor,
                target,
            },
            Operation::Act {
                action: other,
                actor: peer,
                target: back,
            },
        ) = (first, second)
        else {
            return false;
        };
        let opposite = (actor, target) == (back, peer);
        let same = (actor, target) == (peer, back);
        match self.bug {
            Some(Bug::AcceptRacesBlock) => {
                let kinds = (*action, *other) == (Action::Block, Action::AcceptRequest);
                kinds && (same || opposite)
            }
            Some(Bug::RequestsRace) => {
                opposite && (*action, *other) == (Action::SendRequest, Action::SendRequest)
            }
            _ => false,
        }
    }
}

impl System for Server {
    type Error = Infallible;

    fn reset(&mut self) -> Result<(), Infallible> {
        self.accounts.clear();
        self.answers.clear();
        Ok(())
    }

    fn apply(&mut self, operation: &Operation) -> Result<Reply, Infallible> {
        Ok(self.carry_out(operation))
    }

    fn can_message(&mut self, actor: &str, target: &str) -> Result<Answer, Infallible> {
        let pair = (actor.to_owned(), target.to_owned());
        let kept = self.answers.get(&pair).copied();
        let answer = kept.unwrap_or_else(|| self.answer_message(actor, target));
        self.answers.insert(pair, answer);
        Ok(answer)
    }

    fn can_send_friend_request(&mut self, actor: &str, target: &str) -> Result<Answer, Infallible> {
        Ok(self
            .plan(Action::SendRequest, actor, target)
            .is_some()
            .into())
    }

    fn list(&mut self, user: &str, list: List) -> Result<Option<Vec<String>>, Infallible> {
        let account = self.accounts.get(user);
        Ok(account.map(|account| account.list(list).iter().cloned().collect()))
    }

    fn page(
        &mut self,
        user: &str,
        list: List,
        from: Option<&str>,
        limit: usize,
    ) -> Result<Option<ListPage>, Infallible> {
        let Some(account) = self.accounts.get(user) else {
            return Ok(None);
        };
        let names = account.list(list).iter();
        Ok(Some(if self.has(Bug::PagesByPlace) {
            let start = from.and_then(|from| from.parse().ok()).unwrap_or(0);
            let page: Vec<String> = names.clone().skip(start).take(limit).cloned().collect();
            let end = start + page.len();
            ListPage {
                users: page,
                next: (end < names.len()).then(|| end.to_string()),
            }
        } else {
            let rest = names.filter(|name| from.is_none_or(|from| name.as_str() > from));
            let mut page: Vec<String> = rest.take(limit + 1).cloned().collect();
            let more = page.len() > limit && !self.has(Bug::FirstPageIsTheLast);
            page.truncate(limit);
            let next = page.last().filter(|_| more).cloned();
            ListPage { users: page, next }
        }))
    }

    fn apply_concurrently(
        &mut self,
        first: &Operation,
        second: &Operation,
    ) -> Result<Option<[Reply; 2]>, Infallible> {
        for (early, late) in [(first, second), (second, first)] {
            let Operation::Act {
                action,
                actor,
                target,
            } = late
            else {
                continue;
            };
            if self.race(early, late) {
                let plan = self.plan(*action, actor, target);
                let done = self.carry_out(early);
                if let Some(plan) = plan {
                    self.write(plan, actor, target);
                }
                let late_reply = plan.is_some().into();
                let swapped = std::ptr::eq(early, second);
                return Ok(Some(if swapped {
                    [late_reply, done]
                } else {
                    [done, late_reply]
                }));
            }
        }
        Ok(Some(
            [first, second].map(|operation| self.carry_out(operation)),
        ))
    }
}
