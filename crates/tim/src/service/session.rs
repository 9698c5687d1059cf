//! One update while it is carried out: who asks, when, and what has happened so far.

use super::Service;
use super::log::Log;
use super::records::{Friend, Pair};
use crate::denials::Denials;
use crate::failure::{Cause, Failure, success};
use crate::moment::Moment;
use crate::wire::{BatchResponse, ResultItem};
use crate::{Caller, Command};
use socialgraph::{Action, Change, Effect, Effects, UserId};

/// One update while it is carried out.
#[derive(Debug)]
pub struct Session<'a> {
    pub(super) service: &'a mut Service,
    pub(super) caller: &'a Caller,
    pub(super) command: Command,
    pub(super) now: Moment,
    pub(super) denials: &'a Denials,
    pub(super) log: Log,
}

impl Session<'_> {
    /// Returns the user whom the caller acts for, imported where that is allowed.
    ///
    /// Whoever asks for it has found nothing wrong with the request as a whole.
    pub(super) fn actor(&mut self, name: &str) -> Result<UserId, Failure> {
        let found = self.service.find(name).and_then(|found| match found {
            Some(user) => Ok(user),
            None => self.service.import(name),
        });
        found.map_err(|cause| Failure::of(&cause, self.command, format!("From_Account: {name:?}")))
    }

    /// Carries out each item in turn; one that fails changes nothing and stops nobody else.
    pub(super) fn each<T>(
        &mut self,
        items: &[T],
        name: impl Fn(&T) -> &String,
        mut act: impl FnMut(&mut Self, &T) -> Result<(), Cause>,
    ) -> BatchResponse {
        let result_item: Vec<_> = items
            .iter()
            .map(|item| {
                let to_account = name(item).clone();
                let denied = self.denials.cause(&to_account);
                let outcome = denied.map_or_else(|| act(self, item), Err);
                result_item(self.command, to_account, outcome)
            })
            .collect();
        BatchResponse {
            fail_account: failed(&result_item),
            result_item,
            envelope: success(self.command),
        }
    }

    /// Does this to a pair, and keeps the records in step.
    ///
    /// A target who is not known yet is imported where that is allowed, and not if the rules
    /// then refuse.
    pub(super) fn act(
        &mut self,
        action: Action,
        actor: UserId,
        target: &str,
        friend: &Friend,
    ) -> Result<Change, Cause> {
        if let Some(target) = self.service.find(target)? {
            return self.act_on(action, actor, target, friend);
        }
        let before = self.service.clone();
        let target = self.service.import(target)?;
        let done = self.act_on(action, actor, target, friend);
        done.inspect_err(|_| *self.service = before)
    }

    /// Does this to two users, and keeps the records in step.
    pub(super) fn act_on(
        &mut self,
        action: Action,
        actor: UserId,
        target: UserId,
        friend: &Friend,
    ) -> Result<Change, Cause> {
        let change = self.service.graph.apply(action, actor, target)?;
        let [actors, targets] = [actor, target].map(|user| self.service.name(user));
        self.follow(
            Pair::new(actor, target),
            [&actors, &targets],
            change.effects(),
            friend,
        );
        Ok(change)
    }

    /// Keeps the records in step with what has happened to a pair, and logs it.
    ///
    /// `friend` is what the actor says of the target, where the actor has said something.
    pub(super) fn follow(
        &mut self,
        pair: Pair,
        [actor, target]: [&str; 2],
        effects: Effects,
        friend: &Friend,
    ) {
        let flipped = Pair::new(pair.peer, pair.owner);
        let initiator = if effects.contains(Effect::TargetRequestAccepted) {
            target
        } else {
            actor
        };
        for effect in effects {
            match effect {
                Effect::ActorBlockAdded => self.blocked(pair, actor, target),
                Effect::ActorBlockLifted => self.unblocked(pair, actor, target),
                Effect::TargetBlockLifted => self.unblocked(flipped, target, actor),
                Effect::ActorFriendAdded => {
                    self.befriended(pair, friend.clone());
                    self.log.friend_added(actor, target, initiator);
                }
                Effect::TargetFriendAdded => {
                    let asked = self.service.records.request(flipped).cloned();
                    self.befriended(flipped, asked.unwrap_or_default());
                    self.log.friend_added(target, actor, initiator);
                }
                Effect::ActorFriendRemoved => self.unfriended(pair, actor, target),
                Effect::TargetFriendRemoved => self.unfriended(flipped, target, actor),
                Effect::ActorRequestSent => {
                    self.service.records.insert_request(pair, friend.clone());
                }
                Effect::TargetRequestAccepted => {
                    // Whoever listed the other before has said more of them since.
                    if !effects.contains(Effect::TargetFriendAdded) {
                        let asked = self.service.records.request(flipped).cloned();
                        self.noted(flipped, asked.unwrap_or_default());
                    }
                    if !effects.contains(Effect::ActorFriendAdded) {
                        self.noted(pair, friend.clone());
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

    fn blocked(&mut self, pair: Pair, owner: &str, peer: &str) {
        self.service.records.insert_block(pair, self.now.seconds());
        self.service
            .records
            .account_mut(pair.owner)
            .blocklist_sequence += 1;
        self.log.blocked(owner, peer);
    }

    fn unblocked(&mut self, pair: Pair, owner: &str, peer: &str) {
        self.service.records.remove_block(pair);
        self.service
            .records
            .account_mut(pair.owner)
            .blocklist_sequence += 1;
        self.log.unblocked(owner, peer);
    }

    fn befriended(&mut self, pair: Pair, mut friend: Friend) {
        friend.added_at = friend.added_at.or(Some(self.now.seconds()));
        // A request may have waited until there was no more room for its friend list, which
        // is then left out.
        self.change_friend(pair, &Friend::default(), friend);
    }

    /// Adds to what is known of a friend.
    pub(super) fn noted(&mut self, pair: Pair, said: Friend) {
        let before = self
            .service
            .records
            .friend(pair)
            .cloned()
            .unwrap_or_default();
        let mut after = before.clone();
        after.note(said);
        self.change_friend(pair, &before, after);
    }

    /// Changes what is known of a friend, and moves the sequences of what is different.
    pub(super) fn change_friend(&mut self, pair: Pair, before: &Friend, mut after: Friend) {
        let records = &mut self.service.records;
        let account = records.account_mut(pair.owner);
        let made = account.make_groups(&after.groups);
        after.groups.retain(|name| account.has_group(name));
        account.group_sequence += u64::from(made || !after.is_grouped_as(before));
        account.custom_sequence += u64::from(after.custom != before.custom);
        account.standard_sequence += u64::from(!after.is_standardly(before));
        *records.friend_mut(pair) = after;
    }

    fn unfriended(&mut self, pair: Pair, owner: &str, peer: &str) {
        let records = &mut self.service.records;
        let friend = records.remove_friend(pair).unwrap_or_default();
        let account = records.account_mut(pair.owner);
        account.standard_sequence += 1;
        account.custom_sequence += u64::from(!friend.custom.is_empty());
        account.group_sequence += u64::from(!friend.groups.is_empty());
        self.log.friend_removed(owner, peer);
    }
}

/// Returns what became of one account.
pub(super) fn result_item(
    command: Command,
    to_account: String,
    outcome: Result<(), Cause>,
) -> ResultItem {
    let (result_code, result_info) = code_and_info(command, outcome.err());
    ResultItem {
        to_account,
        result_code,
        result_info,
    }
}

/// Returns the number and the text that an item carries.
pub(super) fn code_and_info(command: Command, cause: Option<Cause>) -> (u32, String) {
    cause.map_or_else(Default::default, |cause| {
        (cause.number(command), cause.info(command))
    })
}

/// Returns the accounts whose code is not 0.
pub(super) fn failed(items: &[ResultItem]) -> Vec<String> {
    let failed = items.iter().filter(|item| item.result_code != 0);
    failed.map(|item| item.to_account.clone()).collect()
}

/// Returns what was found, and why nothing was.
pub(super) fn split<T>(found: Result<T, Cause>) -> (Option<T>, Option<Cause>) {
    match found {
        Ok(found) => (Some(found), None),
        Err(cause) => (None, Some(cause)),
    }
}
