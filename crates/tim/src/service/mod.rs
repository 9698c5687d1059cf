//! A service: a graph, and the records beside it.

pub(crate) mod callbacks;
mod changes;
pub(crate) mod context;
pub(crate) mod friend_fields;
pub(crate) mod invariants;
pub(crate) mod operations;
pub(crate) mod records;
pub(crate) mod request_traits;
pub(crate) mod saved;
pub(crate) mod settings;
pub(crate) mod verbs;

use socialgraph::{Fact, SocialGraph, UserFacts, UserId};

use records::Records;
use settings::{Settings, UnknownAccounts};

use crate::Command;
use crate::cause::Cause;
use crate::failure::Failure;

/// The most bytes of an account's name.
pub const MAX_ACCOUNT_BYTES: usize = 32;

/// A graph behind the REST API, and the records that only this interface has: remarks, groups
/// of friends, times, sequences, profiles.
///
/// `clone` takes constant time and returns a snapshot, which later updates do not change.
/// Queries take `&self` and updates `&mut self`. A server can therefore answer queries from a
/// snapshot while one update at a time runs on the live service.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
///
/// use socialgraph_tim::wire::{BlackListAdd, FriendCheck};
/// use socialgraph_tim::{Caller, Service};
/// use socialgraph::{Policy, SocialGraph};
///
/// let mut graph = SocialGraph::new(Policy::tencent_rest());
/// for name in ["id", "id1", "id2"] {
///     graph.add_user(name)?;
/// }
/// graph.add_to_blocklist("id", "id2")?;
///
/// let mut service = Service::new(graph);
/// let request =
///     BlackListAdd { from_account: "id".into(), to_account: vec!["id1".into(), "id2".into()] };
/// let now = UNIX_EPOCH + Duration::from_secs(1_430_000_001);
/// let done = service.run(&request, &Caller::user("id"), now)?;
///
/// assert_eq!(done.response.result_item[0].result_code, 0);
/// assert_eq!(done.response.result_item[1].result_info, "Err_SNS_BlackListAdd_Already_Exist");
/// assert_eq!(done.callbacks[0].command(), "Sns.CallbackBlackListAdd");
/// assert!(!service.graph().can_message("id1", "id").is_allowed());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    pub(crate) graph: SocialGraph,
    pub(crate) records: Records,
    pub(crate) settings: Settings,
}

impl Service {
    /// Returns a service over a graph, whose users are its accounts.
    ///
    /// The settings are the default ones. Relations that the graph already has come without times,
    /// remarks and sources.
    #[must_use]
    pub fn new(graph: SocialGraph) -> Self {
        Self {
            graph,
            records: Records::default(),
            settings: Settings::default(),
        }
    }

    /// Returns the service with other settings.
    #[must_use]
    pub fn with_settings(self, settings: Settings) -> Self {
        Self { settings, ..self }
    }

    /// Returns the settings.
    #[must_use]
    pub const fn settings(&self) -> Settings {
        self.settings
    }

    /// Changes the settings.
    ///
    /// Later calls depend on them, so a host with a durable log keeps each change in it.
    pub const fn set_settings(&mut self, settings: Settings) {
        self.settings = settings;
    }

    /// Returns the graph.
    #[must_use]
    pub const fn graph(&self) -> &SocialGraph {
        &self.graph
    }

    /// Marks an account as another app's.
    ///
    /// Requests that name it get code 30002, and messages code 20008. Account and profile
    /// commands treat the account as unknown, and it cannot be imported.
    ///
    /// ```
    /// use std::time::UNIX_EPOCH;
    ///
    /// use socialgraph_tim::wire::BlackListAdd;
    /// use socialgraph_tim::{Caller, Service};
    /// use socialgraph::{Policy, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// graph.add_user("id")?;
    /// let mut service = Service::new(graph);
    /// service.mark_foreign("id3");
    ///
    /// let request = BlackListAdd { from_account: "id".into(), to_account: vec!["id3".into()] };
    /// let done = service.run(&request, &Caller::admin("admin"), UNIX_EPOCH)?;
    /// assert_eq!(done.response.result_item[0].result_code, 30002);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn mark_foreign(&mut self, account: &str) {
        self.records.insert_foreign(account);
    }

    /// Removes the mark of [`mark_foreign`](Self::mark_foreign).
    pub fn unmark_foreign(&mut self, account: &str) {
        self.records.remove_foreign(account);
    }

    /// Checks that a request has at least one item, and no more than the policy allows (R14).
    pub(crate) fn check_batch(&self, command: Command, len: usize) -> Result<(), Failure> {
        if len == 0 {
            return Err(Failure::decode(command, "no account is named"));
        }

        match self.graph.policy().limits.batch {
            Some(limit) => Failure::check_at_most(limit, len, command),
            None => Ok(()),
        }
    }

    /// Looks up an account.
    ///
    /// `None` stands for an account that an update would import.
    pub(crate) fn look_up(&self, name: &str) -> Result<Option<UserId>, Cause> {
        if self.records.is_foreign(name) {
            return Err(Cause::Foreign);
        }

        let user = self.graph.user_id(name);
        let may_import =
            self.settings.unknown_accounts == UnknownAccounts::Import && is_account(name);
        if user.is_some() || may_import {
            Ok(user)
        } else {
            Err(Cause::Unknown)
        }
    }

    /// Looks up an account that a user lists as a friend.
    pub(crate) fn look_up_friend(&self, owner: UserId, name: &str) -> Result<UserId, Cause> {
        let friend = self.look_up(name)?.ok_or(Cause::NotFriend)?;
        if self.graph.relation(owner, friend)?.holds(Fact::ActorLists) {
            Ok(friend)
        } else {
            Err(Cause::NotFriend)
        }
    }

    /// Returns the bytes of the fields that an account keeps, as [`Settings`] bound them, or
    /// `None` if there is no such account.
    #[must_use]
    pub fn account_field_bytes(&self, account: &str) -> Option<u64> {
        let user = self.graph.user_id(account)?;
        let account = self.records.account(user);
        Some(account.map_or(0, |account| account.field_bytes))
    }

    /// Returns the bytes of the fields that all accounts keep, as [`Settings`] bound them.
    #[must_use]
    pub const fn field_bytes(&self) -> u64 {
        self.records.field_bytes
    }

    /// Checks that an account may keep more bytes of fields. `None` is one that is not imported.
    pub(crate) fn check_field_bytes(
        &self,
        owner: Option<UserId>,
        added: u64,
        removed: u64,
    ) -> Result<(), Cause> {
        let account = owner.and_then(|owner| self.records.account(owner));
        let kept = account.map_or(0, |account| account.field_bytes);
        let fits = |kept: u64, most| kept.saturating_add(added).saturating_sub(removed) <= most;

        let has_room = fits(kept, self.settings.max_account_field_bytes)
            && fits(self.records.field_bytes, self.settings.max_field_bytes);
        // Fields that shrink always fit, as after a change of the settings.
        if added <= removed || has_room {
            Ok(())
        } else {
            Err(Cause::FieldsFull)
        }
    }

    /// Returns the settings and counts of an account that has just been imported.
    pub(crate) fn newcomer(&self) -> UserFacts {
        UserFacts::new(self.graph.policy().request.initial_mode)
    }

    /// Returns the name of an account.
    pub(crate) fn name(&self, user: UserId) -> String {
        self.graph.name(user).unwrap_or_default().to_owned()
    }
}

/// Returns whether a text may be an account's name: 1 to 32 bytes of printable ASCII.
pub(crate) fn is_account(name: &str) -> bool {
    (1..=MAX_ACCOUNT_BYTES).contains(&name.len())
        && name.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}
