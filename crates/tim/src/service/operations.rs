//! The engine's operations on a service, and what they mean for the records.

use std::time::SystemTime;

use socialgraph::{
    Action, Fact, List, MergedUsers, Operation, Outcome, PairChange, RemovedUser, RequestSending,
    UserId,
};

use super::Service;
use super::callbacks::CallbackLog;
use super::context::{CallInfo, UpdateContext};
use super::records::{Friend, Pair};
use crate::json::callback::Callback;
use crate::json::denials::Denials;
use crate::{Caller, Change, Command};

/// The result of an operation on a service.
#[must_use = "the operation may have been refused, and the app may be owed callbacks"]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// The engine's result.
    pub outcome: Outcome,
    /// The callbacks that the host owes its app.
    pub callbacks: Vec<Callback>,
    /// What the operation changed in the graph, in order.
    pub changes: Vec<Change>,
}

impl Service {
    /// Applies an operation of the engine to the graph, and updates the records beside it.
    ///
    /// Remarks, groups, times, sequences and callbacks follow as with the vendor's command, where
    /// there is one. The README has a table of all operations. Nobody calls: a callback has an
    /// empty `Admin_Account`. Accounts that are marked as another app's are as good as any.
    ///
    /// ```
    /// use std::time::UNIX_EPOCH;
    ///
    /// use socialgraph::{Action, Operation, Policy, SocialGraph};
    /// use socialgraph_tim::Service;
    ///
    /// let mut service = Service::new(SocialGraph::new(Policy::tencent_rest()));
    /// for name in ["ann", "ben"] {
    ///     assert!(service.apply(&Operation::add_user(name), UNIX_EPOCH).outcome.is_done());
    /// }
    /// let block = Operation::act(Action::Block, "ann", "ben");
    /// let applied = service.apply(&block, UNIX_EPOCH);
    /// assert_eq!(applied.callbacks[0].command(), "Sns.CallbackBlackListAdd");
    /// ```
    pub fn apply(&mut self, operation: &Operation, now: SystemTime) -> Applied {
        let sending = self.sending_before_merge(operation);
        let outcome = operation.apply_to(&mut self.graph);

        let nobody = Caller::admin("");
        let command = command_of(operation);
        let mut context = UpdateContext {
            call: CallInfo {
                caller: &nobody,
                command,
                now: now.into(),
            },
            service: self,
            denials: &Denials::default(),
            log: CallbackLog::default(),
            changes: Vec::new(),
            deleted: None,
        };
        if !needs_consent(operation) {
            context.log.set_forced();
        }
        context.follow(operation, &outcome, sending);

        Applied {
            outcome,
            callbacks: context.log.into_callbacks(command, &nobody),
            changes: context.changes,
        }
    }

    /// Returns whether the user who would remain after a merge may send requests.
    ///
    /// A merge may bar that user, and its outcome does not say so.
    fn sending_before_merge(&self, operation: &Operation) -> Option<RequestSending> {
        let Operation::MergeUsers(merge) = operation else {
            return None;
        };
        let facts = self.graph.user_facts(&merge.into).ok()?;
        Some(facts.request_sending)
    }
}

/// Returns the action of an operation on pairs.
const fn action_of(operation: &Operation) -> Option<Action> {
    match operation {
        Operation::Act(act) => Some(act.action),
        Operation::ActOnMany(act) => Some(act.action),
        Operation::ManyAct(act) => Some(act.action),
        _ => None,
    }
}

/// Returns the command that a callback about new friends names.
const fn command_of(operation: &Operation) -> Command {
    match action_of(operation) {
        Some(Action::AcceptRequest) => Command::FriendResponse,
        _ => Command::FriendAdd,
    }
}

/// Returns whether an operation adds friends with their consent, if it adds any.
const fn needs_consent(operation: &Operation) -> bool {
    matches!(
        action_of(operation),
        Some(Action::SendRequest | Action::AcceptRequest)
    )
}

/// What is kept of a pair.
#[derive(Debug)]
struct PairRecords {
    pair: Pair,
    friend: Option<Friend>,
    request: Option<Friend>,
    blocked_at: Option<u64>,
}

impl UpdateContext<'_> {
    /// Reports the changes of an operation, updates the records, and logs the callbacks.
    ///
    /// `sending` is that of a merge's remaining user before it.
    fn follow(
        &mut self,
        operation: &Operation,
        outcome: &Outcome,
        sending: Option<RequestSending>,
    ) {
        match (operation, outcome) {
            (_, Outcome::AddUser(Ok(user))) => self.record_new_user(*user),
            (_, Outcome::RemoveUser(Ok(removed))) => self.record_removal(removed),
            (_, Outcome::MergeUsers(Ok(merged))) => self.record_merge(merged, sending),
            (Operation::RenameUser(rename), Outcome::RenameUser(Ok(before))) => {
                if let Some(user) = self.service.graph.user_id(&rename.name) {
                    self.record_rename(user, before);
                }
            }
            (Operation::SetRequestMode(set), Outcome::SetRequestMode(Ok(before))) => {
                if let Some(user) = self.service.graph.user_id(&set.user) {
                    self.record_request_mode(user, *before);
                }
            }
            (Operation::SetRequestSending(set), Outcome::SetRequestSending(Ok(before))) => {
                if let Some(user) = self.service.graph.user_id(&set.user) {
                    self.record_request_sending(user, *before);
                }
            }
            (_, Outcome::AdoptPolicy(migration)) => {
                self.record_policy(migration);
                self.record_pairs(&migration.ended);
            }
            _ => self.record_pairs(&outcome.changes()),
        }
    }

    /// Updates the records of pairs after a change that carries no fields.
    pub(crate) fn record_pairs(&mut self, changes: &[PairChange]) {
        for change in changes {
            self.update_records(change, &Friend::default());
        }
    }

    /// Ends the records of a user who is no longer in the graph.
    pub(crate) fn record_removal(&mut self, removed: &RemovedUser) {
        self.end_records(removed);

        let name = removed.name.clone();
        self.changes.push(Change::UserRemoved { name });
    }

    fn end_records(&mut self, removed: &RemovedUser) {
        self.deleted = Some((removed.id, removed.name.clone()));
        self.record_pairs(&removed.ended);
        self.deleted = None;

        self.service.records.remove_account(removed.id);
    }

    /// Ends the records of a merged user. The remaining user's take over what they lack.
    fn record_merge(&mut self, merged: &MergedUsers, sending: Option<RequestSending>) {
        let (from, into) = (merged.removed.id, merged.into);
        let brought = self.brought_records(merged);
        let account = self.service.records.account(from).cloned();

        self.end_records(&merged.removed);
        self.record_pairs(&merged.changes);
        if let Some(before) = sending {
            self.record_request_sending(into, before);
        }
        self.changes.push(Change::UsersMerged {
            from: merged.removed.name.clone(),
            into: self.service.name(into),
        });

        if let Some(account) = account {
            let records = &mut self.service.records;
            records.edit_account(into, |it| it.complete(account));
        }
        for records in brought {
            self.take_over(records);
        }
        // Clients of the merged user may go on as the remaining one, with sequences of either.
        self.service.records.renew_sequences(into);
    }

    /// Returns what is kept of a merged user with others, as of the remaining user.
    fn brought_records(&self, merged: &MergedUsers) -> Vec<PairRecords> {
        let (from, into) = (merged.removed.id, merged.into);
        let records = &self.service.records;
        let mut brought = Vec::new();

        for peer in merged.removed.ended.iter().map(|ended| ended.target) {
            if peer == into {
                continue;
            }
            for (old, pair) in [
                (Pair::new(from, peer), Pair::new(into, peer)),
                (Pair::new(peer, from), Pair::new(peer, into)),
            ] {
                brought.push(PairRecords {
                    pair,
                    friend: records.friend(old).cloned(),
                    request: records.request(old).cloned(),
                    blocked_at: records.blocked_at(old),
                });
            }
        }
        brought
    }

    /// Adds what a pair's records lack, as far as the graph has what they are about.
    fn take_over(&mut self, records: PairRecords) {
        let pair = records.pair;
        let Ok(relation) = self.service.graph.relation(pair.owner, pair.peer) else {
            return;
        };

        if let Some(older) = records.friend.filter(|_| relation.holds(Fact::ActorLists)) {
            let friend = self.service.records.friend(pair);
            let before = friend.cloned().unwrap_or_default();
            let mut after = before.clone();
            after.complete(older);
            self.replace_friend(pair, &before, after);
        }
        if let Some(older) = records
            .request
            .filter(|_| relation.holds(Fact::ActorRequested))
        {
            let mut request = self.requested_friend(pair);
            request.complete(older);
            self.service.records.insert_request(pair, request);
        }
        if let Some(time) = records
            .blocked_at
            .filter(|_| relation.holds(Fact::ActorBlocks))
        {
            self.take_over_block(pair, time);
        }
    }

    /// Keeps the earlier time of two blocks that became one.
    fn take_over_block(&mut self, pair: Pair, time: u64) {
        let records = &mut self.service.records;
        if records.blocked_at(pair).is_none_or(|kept| time < kept) {
            records.insert_block(pair, time);
            records.account_mut(pair.owner).blocklist_sequence += 1;
        }
    }

    /// Advances the sequences of lists that show another name now, and reports each entry with
    /// the old name as removed and with the new name as added.
    fn record_rename(&mut self, user: UserId, before: &str) {
        let now = self.service.name(user);
        self.changes.push(Change::UserRenamed {
            before: before.to_owned(),
            name: now.clone(),
        });

        for peer in self.listed(user, List::Friends) {
            let name = self.service.name(peer);
            self.log.remove_friend(before.to_owned(), name.clone());
            self.log.add_friend(now.clone(), name, now.clone());
        }
        for peer in self.listed(user, List::ListedBy) {
            self.record_friend_renamed(Pair::new(peer, user));
            let name = self.service.name(peer);
            self.log.remove_friend(name.clone(), before.to_owned());
            self.log.add_friend(name.clone(), now.clone(), name);
        }
        for peer in self.listed(user, List::Blocklist) {
            let name = self.service.name(peer);
            self.log.add_unblock(before.to_owned(), name.clone());
            self.log.add_block(now.clone(), name);
        }
        for peer in self.listed(user, List::BlockedBy) {
            let records = &mut self.service.records;
            records.account_mut(peer).blocklist_sequence += 1;
            let name = self.service.name(peer);
            self.log.add_unblock(name.clone(), before.to_owned());
            self.log.add_block(name, now.clone());
        }

        // Clients ask by name, and may have sequences of an earlier account with the new name.
        self.service.records.renew_sequences(user);
    }

    fn record_friend_renamed(&mut self, pair: Pair) {
        let records = &mut self.service.records;
        let friend = records.friend(pair);
        let has_custom = friend.is_some_and(|friend| !friend.custom.is_empty());
        let has_groups = friend.is_some_and(|friend| !friend.groups.is_empty());

        let account = records.account_mut(pair.owner);
        account.standard_sequence += 1;
        account.custom_sequence += u64::from(has_custom);
        account.group_sequence += u64::from(has_groups);
    }

    fn listed(&self, user: UserId, list: List) -> Vec<UserId> {
        let listing = self.service.graph.list(user, list);
        listing.map_or_else(|_| Vec::new(), |listing| listing.iter().collect())
    }
}
