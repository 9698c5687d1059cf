//! The changes of an update, as it makes them.
//!
//! Whatever changes the graph during an update reports it here. The relations of pairs all come
//! through [`UpdateContext::update_records`].

use socialgraph::{Migration, PairChange, RequestMode, RequestSending, UserId};

use super::context::UpdateContext;
use super::records::Pair;
use crate::Change;
use crate::cause::Cause;

impl UpdateContext<'_> {
    /// Imports an account, or returns the one of that name.
    pub(crate) fn import(&mut self, name: &str) -> Result<UserId, Cause> {
        let graph = &mut self.service.graph;
        if let Some(user) = graph.user_id(name) {
            return Ok(user);
        }

        let max_accounts = self.service.settings.max_accounts;
        let max_accounts = max_accounts.map_or(usize::MAX, |max| max as usize);
        if graph.user_count() >= max_accounts {
            return Err(Cause::AccountsFull);
        }

        let user = graph.add_user(name).map_err(|_| Cause::AccountsFull)?;
        self.record_new_user(user);
        Ok(user)
    }

    /// Begins the records of a user who has just been added.
    pub(super) fn record_new_user(&mut self, user: UserId) {
        self.service.records.begin_account(user);

        let name = self.service.name(user);
        self.changes.push(Change::UserAdded { name });
    }

    /// Sets whose friend requests an account takes.
    pub(crate) fn set_request_mode(&mut self, user: UserId, mode: RequestMode) {
        if let Ok(before) = self.service.graph.set_request_mode(user, mode) {
            self.record_request_mode(user, before);
        }
    }

    /// Allows an account to send friend requests, or bars it.
    pub(crate) fn set_request_sending(&mut self, user: UserId, sending: RequestSending) {
        if let Ok(before) = self.service.graph.set_request_sending(user, sending) {
            self.record_request_sending(user, before);
        }
    }

    /// Reports a user's request mode, if it is not what it was before.
    pub(super) fn record_request_mode(&mut self, user: UserId, before: RequestMode) {
        let Ok(facts) = self.service.graph.user_facts(user) else {
            return;
        };

        let mode = facts.request_mode;
        if mode != before {
            let user = self.service.name(user);
            self.changes.push(Change::RequestModeChanged { user, mode });
        }
    }

    /// Reports whether a user may send requests, if it is not as before.
    pub(super) fn record_request_sending(&mut self, user: UserId, before: RequestSending) {
        let Ok(facts) = self.service.graph.user_facts(user) else {
            return;
        };

        let sending = facts.request_sending;
        if sending != before {
            let user = self.service.name(user);
            let change = Change::RequestSendingChanged { user, sending };
            self.changes.push(change);
        }
    }

    /// Reports the relation of a pair, if it is not what it was before.
    pub(super) fn record_relation(&mut self, change: &PairChange) {
        if change.before == change.after {
            return;
        }

        let [actor, target] = self.names(Pair::new(change.actor, change.target));
        self.changes.push(Change::RelationChanged {
            actor,
            target,
            before: change.before,
            after: change.after,
        });
    }

    /// Reports another policy. The relations that it ends are reported apart.
    pub(super) fn record_policy(&mut self, migration: &Migration) {
        if migration.from != migration.to {
            self.changes.push(Change::PolicyAdopted {
                from: Box::new(migration.from),
                to: Box::new(migration.to),
            });
        }
    }
}
