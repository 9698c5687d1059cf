//! The context of a request while it runs: who calls, when, and on which service.

use std::cell::Cell;
use std::collections::BTreeSet;

use socialgraph::{
    Action, Cursor, Decision, Effect, Effects, Fact, Facts, List, PairChange, Reasons, Refusal,
    Relation, UserId,
};

use super::Service;
use super::callbacks::CallbackLog;
use super::records::{Friend, Pair};
use crate::cause::Cause;
use crate::failure::Failure;
use crate::json::denials::Denials;
use crate::json::envelope::{BatchResponse, Envelope, ResultItem};
use crate::json::size::tag_items_bytes;
use crate::json::tag_item::TagItem;
use crate::time::Moment;
use crate::{Area, Caller, Change, Code, Command};

/// The most tags of one request. They multiply with its accounts to the length of the reply.
const MAX_TAGS: usize = 100;

/// Who runs which command, and when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CallInfo<'a> {
    pub(crate) caller: &'a Caller,
    pub(crate) command: Command,
    pub(crate) now: Moment,
}

/// A query while it runs.
#[derive(Debug)]
pub struct QueryContext<'a> {
    pub(crate) call: CallInfo<'a>,
    pub(crate) service: &'a Service,
    /// The engine's decision about a user's own message.
    pub(crate) decision: Option<Decision>,
    /// The bytes that the reply may still take.
    pub(super) room: Cell<usize>,
}

/// An update while it runs.
#[derive(Debug)]
pub struct UpdateContext<'a> {
    pub(crate) call: CallInfo<'a>,
    pub(crate) service: &'a mut Service,
    /// The items that the app denied.
    pub(super) denials: &'a Denials,
    /// The callbacks that the changes so far call for.
    pub(crate) log: CallbackLog,
    /// The changes of the graph so far, in order.
    pub(super) changes: Vec<Change>,
    /// The account that is being deleted. The graph no longer has its name.
    pub(super) deleted: Option<(UserId, String)>,
}

impl CallInfo<'_> {
    /// Checks that the caller is an admin.
    pub(crate) fn check_admin(&self) -> Result<(), Failure> {
        if self.caller.is_admin() {
            Ok(())
        } else {
            Err(self.admin_required())
        }
    }

    /// Checks that the caller may act for an account.
    pub(crate) fn check_may_act_for(&self, account: &str) -> Result<(), Failure> {
        if self.caller.may_act_for(account) {
            Ok(())
        } else {
            Err(self.admin_required())
        }
    }

    fn admin_required(&self) -> Failure {
        let code = match self.command.area() {
            Area::Account => Code::AccountAdminRequired,
            Area::Profile => Code::ProfileAdminRequired,
            Area::Sns => Code::AdminRequired,
            Area::Message => Code::MessageAdminRequired,
        };
        let detail = format!("{:?} is no admin", self.caller.identifier());
        Failure::new(code, "admin required", detail)
    }

    /// Returns the reasons of a refusal that the caller learns (R13).
    ///
    /// An admin calls for the app's own server, and learns all. A user learns those that the
    /// policy shows: none if the refusal is silent.
    pub(crate) fn learned_reasons(&self, decision: Decision) -> Reasons {
        if self.caller.is_admin() {
            decision.reasons()
        } else {
            decision.visible().reasons()
        }
    }

    /// Checks the number of tags. Returns each tag once.
    pub(crate) fn distinct_tags<'t>(&self, tags: &'t [String]) -> Result<Vec<&'t str>, Failure> {
        let mut seen = BTreeSet::new();
        let mut distinct: Vec<&str> = tags.iter().map(String::as_str).collect();
        distinct.retain(|tag| seen.insert(*tag));

        if !(1..=MAX_TAGS).contains(&distinct.len()) {
            let detail = format!(
                "TagList has {} tags, and 1 to {MAX_TAGS} are asked for",
                distinct.len()
            );
            return Err(self.malformed(detail));
        }
        Ok(distinct)
    }

    /// Returns the failure of a request with wrong fields.
    pub(crate) fn malformed(&self, detail: impl Into<String>) -> Failure {
        Failure::decode(self.command, detail)
    }

    /// Returns the failure of a request whose `From_Account` cannot act.
    fn actor_failure(&self, cause: Cause, account: &str) -> Failure {
        Failure::of(cause, self.command, format!("From_Account: {account:?}"))
    }

    /// Returns the fields that every successful response ends with.
    pub(crate) fn success(&self) -> Envelope {
        Envelope::success(self.command.area())
    }

    /// Returns the code and the text of one item.
    pub(crate) fn code_and_info<T>(&self, outcome: &Result<T, Cause>) -> (u32, String) {
        match outcome {
            Ok(_) => (Code::Ok.number(), String::new()),
            Err(cause) => (cause.code(self.command).number(), cause.info(self.command)),
        }
    }
}

impl QueryContext<'_> {
    /// Checks that the caller may act for an account, and looks it up.
    ///
    /// `None` stands for an account that an update would import.
    pub(crate) fn actor(&self, account: &str) -> Result<Option<UserId>, Failure> {
        self.call.check_may_act_for(account)?;
        let found = self.service.look_up(account);
        found.map_err(|cause| self.call.actor_failure(cause, account))
    }

    /// Returns the bytes that the reply may still take.
    pub(crate) fn room(&self) -> usize {
        self.room.get()
    }

    /// Takes bytes of the reply for a part of it.
    ///
    /// Returns whether there is room for the part. Once there was none, there is none for any
    /// other: the whole query fails in the end, so nothing more needs to be built.
    pub(crate) fn take_room(&self, bytes: usize) -> bool {
        let left = self.room.get().checked_sub(bytes);
        self.room.set(left.unwrap_or(0));
        left.is_some_and(|left| left > 0)
    }

    /// Returns tagged values if the reply has room for them, otherwise none.
    pub(crate) fn fitting(&self, items: Vec<TagItem>) -> Vec<TagItem> {
        if self.take_room(tag_items_bytes(&items)) {
            items
        } else {
            Vec::new()
        }
    }

    /// Checks the number of items of a request.
    pub(crate) fn check_batch(&self, len: usize) -> Result<(), Failure> {
        self.service.check_batch(self.call.command, len)
    }

    /// Looks up each account and runs a query on it.
    ///
    /// Returns the items that `item` builds from the outcomes, and the accounts that failed.
    pub(crate) fn each<T, I>(
        &self,
        accounts: &[String],
        mut query: impl FnMut(Option<UserId>) -> Result<T, Cause>,
        mut item: impl FnMut(&String, Result<T, Cause>) -> I,
    ) -> (Vec<I>, Vec<String>) {
        let mut items = Vec::with_capacity(accounts.len());
        let mut failed = Vec::new();

        for account in accounts {
            let outcome = self.service.look_up(account).and_then(&mut query);
            if outcome.is_err() {
                failed.push(account.clone());
            }
            items.push(item(account, outcome));
        }
        (items, failed)
    }

    /// Returns a page of a list and the index of the next page, 0 after the last.
    ///
    /// An index is a cursor of the graph, so writes between two pages neither lose nor repeat
    /// an entry.
    pub(crate) fn page(
        &self,
        owner: Option<UserId>,
        list: List,
        start_index: u32,
        len: usize,
    ) -> (Vec<UserId>, u32) {
        let Some(listing) = owner.and_then(|owner| self.service.graph.list(owner, list).ok())
        else {
            return (Vec::new(), 0);
        };

        let page = listing.page(Cursor::from_u32(start_index), len);
        (page.users, page.next.map_or(0, Cursor::to_u32))
    }

    /// Returns the relation of two accounts. One that is not imported yet has none.
    pub(crate) fn relation(
        &self,
        from: Option<UserId>,
        to: Option<UserId>,
    ) -> Result<Relation, Cause> {
        match (from, to) {
            (Some(from), Some(to)) => Ok(self.service.graph.relation(from, to)?),
            _ => Ok(Relation::STRANGERS),
        }
    }
}

impl UpdateContext<'_> {
    /// Looks up the account that the caller acts for, and imports it if the service does so.
    ///
    /// Call this only after every check of the whole request has passed.
    pub(crate) fn actor(&mut self, account: &str) -> Result<UserId, Failure> {
        let found = match self.service.look_up(account) {
            Ok(Some(user)) => Ok(user),
            Ok(None) => self.import(account),
            Err(cause) => Err(cause),
        };
        found.map_err(|cause| self.call.actor_failure(cause, account))
    }

    /// Checks a request that has items, and returns the account that acts.
    ///
    /// This is the last check of the whole request: from here on it is carried out.
    pub(crate) fn begin_batch(&mut self, account: &str, items: usize) -> Result<UserId, Failure> {
        self.call.check_may_act_for(account)?;
        self.service.check_batch(self.call.command, items)?;
        self.actor(account)
    }

    /// Carries out each item in turn. An item that fails changes nothing and stops no other.
    pub(crate) fn each<T>(
        &mut self,
        items: &[T],
        account: impl Fn(&T) -> &String,
        mut run: impl FnMut(&mut Self, &T) -> Result<(), Cause>,
    ) -> BatchResponse {
        let mut results = Vec::with_capacity(items.len());
        for item in items {
            let account = account(item);
            let outcome = match self.denials.get(account) {
                Some(_) => Ok(()),
                None => run(self, item),
            };
            results.push(self.result_item(account, outcome));
        }

        self.batch_response(results)
    }

    /// Applies an action to each account in turn, in as few batches of the engine as possible.
    pub(crate) fn apply_to_each(
        &mut self,
        action: Action,
        actor: UserId,
        accounts: &[String],
    ) -> Result<BatchResponse, Failure> {
        let mut outcomes = vec![Ok(()); accounts.len()];
        // The targets that wait for the next batch, with the outcomes that they will have.
        let mut targets = Vec::with_capacity(accounts.len());
        let mut waiting = Vec::with_capacity(accounts.len());

        for (account, outcome) in accounts.iter().zip(&mut outcomes) {
            if self.denials.get(account).is_some() {
                continue;
            }
            match self.service.look_up(account) {
                Ok(Some(target)) => {
                    targets.push(target);
                    waiting.push(outcome);
                }
                Ok(None) => {
                    // An import depends on the counts that the earlier targets leave behind.
                    self.apply_batch(action, actor, &mut targets, &mut waiting)?;
                    let friend = Friend::default();
                    *outcome = self
                        .import_and_apply(action, actor, account, &friend)
                        .map(drop);
                }
                Err(cause) => *outcome = Err(cause),
            }
        }
        self.apply_batch(action, actor, &mut targets, &mut waiting)?;

        let mut results = Vec::with_capacity(accounts.len());
        for (account, outcome) in accounts.iter().zip(outcomes) {
            results.push(self.result_item(account, outcome));
        }
        Ok(self.batch_response(results))
    }

    /// Applies an action to the waiting targets as one batch, and empties both lists.
    fn apply_batch(
        &mut self,
        action: Action,
        actor: UserId,
        targets: &mut Vec<UserId>,
        waiting: &mut Vec<&mut Result<(), Cause>>,
    ) -> Result<(), Failure> {
        if targets.is_empty() {
            return Ok(());
        }

        let applied = self.service.graph.apply_many(action, actor, targets.iter());
        let changes = applied
            .map_err(|too_large| Failure::too_many_items(self.call.command, too_large))?
            .into_outcomes();

        targets.clear();
        for (change, outcome) in changes.into_iter().zip(waiting.drain(..)) {
            *outcome = match change {
                Ok(change) => {
                    self.update_records(&change, &Friend::default());
                    Ok(())
                }
                Err(refusal) => Err(refusal.into()),
            };
        }
        Ok(())
    }

    /// Applies an action to an account, which is imported first if the service does so.
    pub(crate) fn apply(
        &mut self,
        action: Action,
        actor: UserId,
        account: &str,
        friend: &Friend,
    ) -> Result<Effects, Cause> {
        match self.service.look_up(account)? {
            Some(target) => self.apply_to(action, actor, target, friend),
            None => self.import_and_apply(action, actor, account, friend),
        }
    }

    /// Imports an account and applies an action to it, unless the rules refuse the action.
    fn import_and_apply(
        &mut self,
        action: Action,
        actor: UserId,
        account: &str,
        friend: &Friend,
    ) -> Result<Effects, Cause> {
        let reasons = self.reasons_against_newcomer(action, actor);
        if !reasons.is_empty() {
            return Err(Cause::of(reasons));
        }

        let target = self.import(account)?;
        self.apply_to(action, actor, target, friend)
    }

    /// Returns the reasons against an action on an account that has just been imported.
    pub(crate) fn reasons_against_newcomer(&self, action: Action, actor: UserId) -> Reasons {
        let target = self.service.newcomer();
        let facts = Facts {
            relation: Relation::STRANGERS,
            actor: self.service.graph.user_facts(actor).unwrap_or(target),
            target,
        };
        let policy = self.service.graph.policy();
        policy.decide(action, &facts).reasons()
    }

    /// Applies an action to two users, and updates their records.
    ///
    /// A silent refusal changes nothing, and returns the effects that the action would have
    /// without blocks.
    pub(crate) fn apply_to(
        &mut self,
        action: Action,
        actor: UserId,
        target: UserId,
        friend: &Friend,
    ) -> Result<Effects, Cause> {
        if let Ok(effects) = self.try_apply(action, actor, target, friend) {
            return Ok(effects);
        }

        let decision = self.service.graph.decide(action, actor, target);
        let reasons = self.call.learned_reasons(decision);
        if reasons.is_empty() {
            Ok(self.effects_without_blocks(action, actor, target)?)
        } else {
            Err(Cause::of(reasons))
        }
    }

    /// Returns the effects that an action would have if neither user blocked the other.
    fn effects_without_blocks(
        &self,
        action: Action,
        actor: UserId,
        target: UserId,
    ) -> Result<Effects, Refusal> {
        let mut facts = self.service.graph.facts(actor, target)?;
        for block in [Fact::ActorBlocks, Fact::TargetBlocks] {
            facts.relation = facts.relation.without(block);
        }

        let change = self.service.graph.policy().apply(action, &facts)?;
        Ok(change.effects())
    }

    /// Applies an action to two users, and updates their records unless the rules refuse it.
    pub(crate) fn try_apply(
        &mut self,
        action: Action,
        actor: UserId,
        target: UserId,
        friend: &Friend,
    ) -> Result<Effects, Refusal> {
        let change = self.service.graph.apply(action, actor, target)?;
        self.update_records(&change, friend);
        Ok(change.effects())
    }

    /// Reports the change of a pair, updates its records, and logs its callbacks.
    ///
    /// `friend` has the fields that the actor gives for the target.
    pub(crate) fn update_records(&mut self, change: &PairChange, friend: &Friend) {
        self.record_relation(change);

        let pair = Pair::new(change.actor, change.target);
        let flipped = pair.flip();
        let effects = change.effects();
        let initiator = if effects.contains(Effect::TargetRequestAccepted) {
            pair.peer
        } else {
            pair.owner
        };

        for effect in effects {
            match effect {
                Effect::ActorBlockAdded => self.record_block(pair),
                Effect::ActorBlockLifted => self.record_unblock(pair),
                Effect::TargetBlockAdded => self.record_block(flipped),
                Effect::TargetBlockLifted => self.record_unblock(flipped),
                Effect::ActorFriendAdded => {
                    self.record_friend_added(pair, friend.clone(), initiator);
                }
                Effect::TargetFriendAdded => {
                    let friend = self.requested_friend(flipped);
                    self.record_friend_added(flipped, friend, initiator);
                }
                Effect::ActorFriendRemoved => self.record_friend_removed(pair),
                Effect::TargetFriendRemoved => self.record_friend_removed(flipped),
                Effect::ActorRequestSent => {
                    self.service.records.insert_request(pair, friend.clone());
                }
                Effect::TargetRequestSent => {
                    let friend = self.requested_friend(flipped);
                    self.service.records.insert_request(flipped, friend);
                }
                Effect::TargetRequestAccepted => {
                    // A user who already listed the other keeps that entry, and the request
                    // and its answer add to it.
                    if !effects.contains(Effect::TargetFriendAdded) {
                        let friend = self.requested_friend(flipped);
                        self.merge_friend(flipped, friend);
                    }
                    if !effects.contains(Effect::ActorFriendAdded)
                        && change.after.holds(Fact::ActorLists)
                    {
                        self.merge_friend(pair, friend.clone());
                    }
                    self.service.records.remove_request(flipped);
                }
                Effect::ActorRequestCancelled => self.service.records.remove_request(pair),
                Effect::TargetRequestCancelled | Effect::TargetRequestDeclined => {
                    self.service.records.remove_request(flipped);
                }
            }
        }
    }

    fn record_block(&mut self, pair: Pair) {
        let now = self.call.now.seconds();
        let records = &mut self.service.records;
        records.insert_block(pair, now);
        records.account_mut(pair.owner).blocklist_sequence += 1;

        let [owner, peer] = self.names(pair);
        self.log.add_block(owner, peer);
    }

    fn record_unblock(&mut self, pair: Pair) {
        let records = &mut self.service.records;
        records.remove_block(pair);
        records.account_mut(pair.owner).blocklist_sequence += 1;

        let [owner, peer] = self.names(pair);
        self.log.add_unblock(owner, peer);
    }

    fn record_friend_added(&mut self, pair: Pair, mut friend: Friend, initiator: UserId) {
        friend.added_at = friend.added_at.or(Some(self.call.now.seconds()));
        // A group may have fitted when the request was sent and no longer fit now. The friend
        // is then added without it.
        self.replace_friend(pair, &Friend::default(), friend);

        let [owner, peer] = self.names(pair);
        let initiator = self.name(initiator);
        self.log.add_friend(owner, peer, initiator);
    }

    fn record_friend_removed(&mut self, pair: Pair) {
        let records = &mut self.service.records;
        let friend = records.remove_friend(pair).unwrap_or_default();
        let account = records.account_mut(pair.owner);
        account.standard_sequence += 1;
        account.custom_sequence += u64::from(!friend.custom.is_empty());
        account.group_sequence += u64::from(!friend.groups.is_empty());

        let [owner, peer] = self.names(pair);
        self.log.remove_friend(owner, peer);
    }

    /// Returns the fields that a pending request gives for its target.
    pub(crate) fn requested_friend(&self, pair: Pair) -> Friend {
        let friend = self.service.records.request(pair);
        friend.cloned().unwrap_or_default()
    }

    /// Adds newer fields to a friend.
    pub(crate) fn merge_friend(&mut self, pair: Pair, newer: Friend) {
        let friend = self.service.records.friend(pair);
        let before = friend.cloned().unwrap_or_default();

        let mut after = before.clone();
        after.merge(newer);
        self.replace_friend(pair, &before, after);
    }

    /// Replaces the fields of a friend, and advances the sequences of those that differ.
    pub(crate) fn replace_friend(&mut self, pair: Pair, before: &Friend, mut after: Friend) {
        let records = &mut self.service.records;
        let created = records.edit_account(pair.owner, |it| it.create_groups(&after.groups));

        let account = records.account_mut(pair.owner);
        let groups = after.groups.iter();
        after.groups = groups
            .filter_map(|name| account.group(name))
            .cloned()
            .collect();
        account.group_sequence += u64::from(created || !after.has_groups_of(before));
        account.custom_sequence += u64::from(after.custom != before.custom);
        account.standard_sequence += u64::from(!after.has_standard_fields_of(before));
        records.edit_friend(pair, |friend| *friend = after);
    }

    pub(super) fn names(&self, pair: Pair) -> [String; 2] {
        [pair.owner, pair.peer].map(|user| self.name(user))
    }

    /// Returns the name of a user, also of the one that is being deleted.
    fn name(&self, user: UserId) -> String {
        match &self.deleted {
            Some((deleted, name)) if *deleted == user => name.clone(),
            _ => self.service.name(user),
        }
    }

    /// Returns the result of one item: the app's denial if there is one, or the outcome.
    fn result_item(&self, account: &str, outcome: Result<(), Cause>) -> ResultItem {
        let (result_code, result_info) = match self.denials.get(account) {
            Some(denial) => (denial.code, denial.info.clone()),
            None => self.call.code_and_info(&outcome),
        };
        ResultItem {
            to_account: account.to_owned(),
            result_code,
            result_info,
        }
    }

    fn batch_response(&self, result_item: Vec<ResultItem>) -> BatchResponse {
        let failed = result_item.iter().filter(|item| item.result_code != 0);
        BatchResponse {
            fail_account: failed.map(|item| item.to_account.clone()).collect(),
            result_item,
            envelope: self.call.success(),
        }
    }
}
