//! What is checked of a request as a whole, before anything of it is done.

use std::collections::BTreeSet;

use super::{Asked, Service, Session};
use crate::failure::{Cause, Failure};
use crate::{Area, Caller, Code, Command};
use socialgraph::UserId;

/// The most tags that are asked for at once: a reply is as long as these times the accounts.
const MAX_TAGS: usize = 100;

impl Service {
    /// Checks that the caller may act for the account that the request names.
    pub(super) fn check_acting(
        caller: &Caller,
        command: Command,
        account: &str,
    ) -> Result<(), Failure> {
        if caller.may_act_for(account) {
            Ok(())
        } else {
            Err(not_admin(command, caller))
        }
    }

    /// Checks that a request names at least one item, and no more than fit (R14).
    pub(super) fn check_batch(&self, command: Command, len: usize) -> Result<(), Failure> {
        let limit = self.graph.policy().limits.batch;
        if len == 0 {
            return Err(Failure::decode(command, "no account is named"));
        }
        if limit.is_some_and(|limit| len > limit as usize) {
            let detail = format!("{len} items, and at most {} fit", limit.unwrap_or_default());
            return Err(Failure::too_many_items(command, detail));
        }
        Ok(())
    }
}

/// Checks that an admin calls.
pub(super) fn check_admin(caller: &Caller, command: Command) -> Result<(), Failure> {
    if caller.is_admin() {
        Ok(())
    } else {
        Err(not_admin(command, caller))
    }
}

/// Checks a number of accounts, of which the vendor takes 100 at a time.
pub(super) fn check_account_batch(len: usize) -> Result<(), Failure> {
    if (1..=100).contains(&len) {
        return Ok(());
    }
    let detail = format!("{len} accounts, and 1 to 100 fit");
    Err(Failure::new(
        Code::InvalidBatch,
        "invalid number of accounts",
        detail,
    ))
}

/// Checks how many tags are asked for; returns each once.
pub(super) fn check_tags(command: Command, tags: &[String]) -> Result<Vec<&str>, Failure> {
    let each: BTreeSet<&str> = tags.iter().map(String::as_str).collect();
    if !(1..=MAX_TAGS).contains(&each.len()) {
        let detail = format!(
            "TagList has {} tags, and 1 to {MAX_TAGS} are asked for",
            each.len()
        );
        return Err(Failure::decode(command, detail));
    }
    let mut rest = each;
    Ok(tags
        .iter()
        .map(String::as_str)
        .filter(|tag| rest.remove(tag))
        .collect())
}

fn not_admin(command: Command, caller: &Caller) -> Failure {
    let code = match command.area() {
        Area::Account => Code::AccountAdminRequired,
        Area::Profile => Code::ProfileAdminRequired,
        Area::Sns => Code::AdminRequired,
        Area::Message => Code::MessageAdminRequired,
    };
    Failure::new(
        code,
        "admin required",
        format!("{:?} is no admin", caller.identifier()),
    )
}

impl Session<'_> {
    /// Checks whom a request acts for and how many items it has; returns who acts.
    ///
    /// The last check of a request as a whole: from here on it is carried out.
    pub(super) fn begin(&mut self, from: &str, items: usize) -> Result<UserId, Failure> {
        Service::check_acting(self.caller, self.command, from)?;
        self.service.check_batch(self.command, items)?;
        self.actor(from)
    }
}

impl Asked<'_> {
    /// Checks whom a query is made for; returns who it is, `None` as if just imported.
    pub(super) fn actor(&self, command: Command, from: &str) -> Result<Option<UserId>, Failure> {
        Service::check_acting(self.caller, command, from)?;
        let found = self.service.find(from);
        found.map_err(|cause| Failure::of(&cause, command, format!("From_Account: {from:?}")))
    }

    /// Finds out something of each account in turn.
    pub(super) fn each<T, I>(
        &self,
        accounts: &[String],
        mut find_out: impl FnMut(Option<UserId>) -> Result<T, Cause>,
        mut item: impl FnMut(&String, Result<T, Cause>) -> I,
    ) -> (Vec<I>, Vec<String>) {
        let mut failed = Vec::new();
        let items = accounts
            .iter()
            .map(|account| {
                let outcome = self.service.find(account).and_then(&mut find_out);
                if outcome.is_err() {
                    failed.push(account.clone());
                }
                item(account, outcome)
            })
            .collect();
        (items, failed)
    }
}
