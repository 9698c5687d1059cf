//! The verbs of a service: they run requests on it.

use std::cell::Cell;
use std::time::SystemTime;

use socialgraph::Decision;

use super::Service;
use super::callbacks::CallbackLog;
use super::context::{CallInfo, QueryContext, UpdateContext};
use super::request_traits::{Query, Update};
use super::settings::UnknownAccounts;
use crate::failure::Failure;
use crate::json::callback::Callback;
use crate::json::denials::Denials;
use crate::{Caller, Change, Role};

/// A request that has been carried out: its response, and what the host has to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completed<R> {
    /// The response.
    pub response: R,
    /// The callbacks that the host owes its app. A query has none.
    pub callbacks: Vec<Callback>,
    /// What the request changed in the graph, in order. A query changes nothing.
    pub changes: Vec<Change>,
    /// The engine's decision about a user's own message.
    ///
    /// `None` for other requests, and for an admin's message, which is not checked.
    pub decision: Option<Decision>,
}

impl Service {
    /// Runs a request that may change something.
    ///
    /// See [`Service`] for an example.
    ///
    /// # Errors
    /// Fails with the code and text for the caller, and changes nothing, if the whole request
    /// is refused. Items that fail are in the response.
    pub fn run<U: Update>(
        &mut self,
        request: &U,
        caller: &Caller,
        now: SystemTime,
    ) -> Result<Completed<U::Response>, Failure> {
        self.run_except(request, caller, &Denials::default(), now)
    }

    /// Runs a request that changes nothing, for example on a snapshot.
    ///
    /// # Errors
    /// Fails with the code and text for the caller if the whole request is refused. Items that
    /// fail are in the response.
    pub fn run_query<Q: Query>(
        &self,
        request: &Q,
        caller: &Caller,
        now: SystemTime,
    ) -> Result<Completed<Q::Response>, Failure> {
        self.run_query_within(usize::MAX, request, caller, now)
    }

    /// Runs a query whose reply has at most these bytes.
    ///
    /// A longer one is not built to its end. Its length is checked again when it is written.
    pub(crate) fn run_query_within<Q: Query>(
        &self,
        max_reply_bytes: usize,
        request: &Q,
        caller: &Caller,
        now: SystemTime,
    ) -> Result<Completed<Q::Response>, Failure> {
        self.check_caller(caller)?;
        let mut context = QueryContext {
            call: CallInfo {
                caller,
                command: Q::COMMAND,
                now: now.into(),
            },
            service: self,
            decision: None,
            room: Cell::new(max_reply_bytes),
        };

        let response = request.run(&mut context)?;
        if context.room() == 0 {
            return Err(Failure::reply_too_large(Q::COMMAND, max_reply_bytes));
        }
        Ok(Completed {
            response,
            callbacks: Vec::new(),
            changes: Vec::new(),
            decision: context.decision,
        })
    }

    /// Runs an update, except for the items that the app denied.
    pub(crate) fn run_except<U: Update>(
        &mut self,
        request: &U,
        caller: &Caller,
        denials: &Denials,
        now: SystemTime,
    ) -> Result<Completed<U::Response>, Failure> {
        self.check_caller(caller)?;
        let mut context = UpdateContext {
            call: CallInfo {
                caller,
                command: U::COMMAND,
                now: now.into(),
            },
            service: self,
            denials,
            log: CallbackLog::default(),
            changes: Vec::new(),
            deleted: None,
        };

        let response = request.run(&mut context)?;
        Ok(Completed {
            response,
            callbacks: context.log.into_callbacks(U::COMMAND, caller),
            changes: context.changes,
            decision: None,
        })
    }

    /// Checks that a user who calls has an account. An admin needs none.
    fn check_caller(&self, caller: &Caller) -> Result<(), Failure> {
        let is_known = caller.role() == Role::Admin
            || self.settings.unknown_accounts == UnknownAccounts::Import
            || self.graph.contains_user(caller.identifier());

        if is_known {
            Ok(())
        } else {
            Err(Failure::unknown_caller(caller.identifier()))
        }
    }
}
