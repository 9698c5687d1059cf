//! What the requests do: a graph, what only this interface knows beside it, and the commands.

mod accounts;
mod blocklists;
mod checks;
mod fields;
mod friends;
mod friends_query;
mod groups;
mod invariants;
mod log;
mod messages;
mod profiles;
mod records;
mod session;

use std::time::SystemTime;

use log::Log;
use records::Records;
use session::Session;

pub use invariants::ServiceViolation;

use super::denials::Denials;
use super::failure::{Cause, Failure};
use super::moment::Moment;
use super::wire::{Callback, Request};
use super::{Caller, Role};
use socialgraph::{Action, Facts, Reasons, Relation, SocialGraph, UserFacts, UserId};

/// The most bytes that an account's name may have.
pub const MAX_ACCOUNT_BYTES: usize = 32;

/// What a request meets when it names an account that nobody has imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnknownAccounts {
    /// It fails, as the vendor's does.
    Refuse,
    /// An update that would otherwise be carried out imports the account; a query answers as
    /// for one that has just been imported.
    Import,
}

/// A graph behind the REST API, with what only that interface knows: remarks, friend lists by
/// name, times, sequences, profiles.
///
/// `clone` takes constant time: it is a snapshot, which later updates do not reach. Queries
/// take `&self`, updates `&mut self`, so a server answers queries from a snapshot while one
/// update at a time goes on elsewhere.
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
/// let done = service.update(&request, &Caller::user("id"), now)?;
///
/// assert_eq!(done.response.result_item[0].result_code, 0);
/// assert_eq!(done.response.result_item[1].result_info, "Err_SNS_BlackListAdd_Already_Exist");
/// assert_eq!(done.callbacks[0].command(), "Sns.CallbackBlackListAdd");
/// assert!(!service.graph().can_message("id1", "id").is_allowed());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    graph: SocialGraph,
    records: Records,
    unknown_accounts: UnknownAccounts,
    friend_page_len: usize,
}

/// What an update did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Updated<R> {
    /// The response.
    pub response: R,
    /// What the host is to tell its app.
    pub callbacks: Vec<Callback>,
}

/// A request that changes nothing.
///
/// Sealed.
pub trait Query: Request {
    /// Answers it.
    #[doc(hidden)]
    fn answer(&self, asked: &Asked<'_>) -> Result<Self::Response, Failure>;
}

/// A request that may change something.
///
/// Sealed.
pub trait Update: Request {
    /// Carries it out.
    #[doc(hidden)]
    fn perform(&self, session: &mut Session<'_>) -> Result<Self::Response, Failure>;
}

/// One query while it is answered: of what, who asks, and when.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    service: &'a Service,
    caller: &'a Caller,
    now: Moment,
}

impl Service {
    /// Returns a service over a graph, whose users are its accounts.
    ///
    /// Unknown accounts are refused, and a page of `friend_get` has 500 friends. What the
    /// graph holds already has no times, remarks and sources.
    #[must_use]
    pub fn new(graph: SocialGraph) -> Self {
        Self {
            graph,
            records: Records::default(),
            unknown_accounts: UnknownAccounts::Refuse,
            friend_page_len: 500,
        }
    }

    /// Returns the same with another answer to unknown accounts.
    #[must_use]
    pub fn with_unknown_accounts(self, unknown_accounts: UnknownAccounts) -> Self {
        Self {
            unknown_accounts,
            ..self
        }
    }

    /// Returns the same with another length of `friend_get`'s pages; 0 counts as 1.
    #[must_use]
    pub fn with_friend_page_len(self, friends: usize) -> Self {
        Self {
            friend_page_len: friends.max(1),
            ..self
        }
    }

    /// Returns the graph.
    #[must_use]
    pub const fn graph(&self) -> &SocialGraph {
        &self.graph
    }

    /// Marks the name of an account as another app's.
    ///
    /// Requests that name it get code 30002, or what their service has in its place: 20008 for
    /// messages; to account and profile commands the account is unknown, and it cannot be
    /// imported.
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
    /// let done = service.update(&request, &Caller::admin("admin"), UNIX_EPOCH)?;
    /// assert_eq!(done.response.result_item[0].result_code, 30002);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn mark_foreign(&mut self, account: &str) {
        self.records.insert_foreign(account);
    }

    /// Takes such a mark back.
    pub fn unmark_foreign(&mut self, account: &str) {
        self.records.remove_foreign(account);
    }

    /// Answers a request that changes nothing.
    ///
    /// See [`update`](Self::update) for the other kind.
    ///
    /// # Errors
    /// Fails with the code and text that the caller is to get, where the request as a whole is
    /// not carried out.
    pub fn query<Q: Query>(
        &self,
        request: &Q,
        caller: &Caller,
        now: SystemTime,
    ) -> Result<Q::Response, Failure> {
        self.check_caller(caller)?;
        request.answer(&Asked {
            service: self,
            caller,
            now: now.into(),
        })
    }

    /// Carries out a request that may change something.
    ///
    /// See [`Service`] for an example.
    ///
    /// # Errors
    /// Fails with the code and text that the caller is to get, and changes nothing, where the
    /// request as a whole is not carried out.
    pub fn update<U: Update>(
        &mut self,
        request: &U,
        caller: &Caller,
        now: SystemTime,
    ) -> Result<Updated<U::Response>, Failure> {
        self.update_except(request, caller, now, &Denials::default())
    }

    /// Carries out a request, but for what the host's app has denied.
    pub(super) fn update_except<U: Update>(
        &mut self,
        request: &U,
        caller: &Caller,
        now: SystemTime,
        denials: &Denials,
    ) -> Result<Updated<U::Response>, Failure> {
        self.check_caller(caller)?;
        let command = U::COMMAND;
        let mut session = Session {
            service: self,
            caller,
            command,
            now: now.into(),
            denials,
            log: Log::default(),
        };
        let response = request.perform(&mut session)?;
        let callbacks = session.log.into_callbacks(command, caller);
        Ok(Updated {
            response,
            callbacks,
        })
    }

    /// Checks that a user who calls has an account; an admin needs none.
    fn check_caller(&self, caller: &Caller) -> Result<(), Failure> {
        let known = caller.role() == Role::Admin
            || self.unknown_accounts == UnknownAccounts::Import
            || self.graph.user(caller.identifier()).is_some();
        if known {
            Ok(())
        } else {
            Err(Failure::unknown_caller(caller.identifier()))
        }
    }

    /// Finds an account.
    ///
    /// `None` is one that is as if just imported.
    fn find(&self, name: &str) -> Result<Option<UserId>, Cause> {
        if self.records.is_foreign(name) {
            return Err(Cause::Foreign);
        }
        match self.graph.user(name) {
            Some(user) => Ok(Some(user)),
            None if self.unknown_accounts == UnknownAccounts::Import && is_account(name) => {
                Ok(None)
            }
            None => Err(Cause::Unknown),
        }
    }

    /// Returns the reasons against a request to somebody who has just been imported.
    fn reasons_against_request_to_newcomer(&self, from: UserId) -> Reasons {
        let target = self.newcomer();
        let actor = self.graph.user_facts(from).unwrap_or(target);
        let facts = Facts {
            relation: Relation::STRANGERS,
            actor,
            target,
        };
        self.graph
            .policy()
            .decide(Action::SendRequest, &facts)
            .reasons()
    }

    /// Returns what the rules know of somebody who has just been imported.
    fn newcomer(&self) -> UserFacts {
        UserFacts::new(self.graph.policy().initial_request_mode)
    }

    /// Makes an account known.
    fn import(&mut self, name: &str) -> Result<UserId, Cause> {
        if let Some(user) = self.graph.user(name) {
            return Ok(user);
        }
        let user = self.graph.add_user(name).map_err(|_| Cause::AccountsFull)?;
        self.records.begin_account(user);
        Ok(user)
    }

    /// Returns the name of an account.
    fn name(&self, user: UserId) -> String {
        self.graph.name(user).unwrap_or_default().to_owned()
    }
}

/// Returns whether a text may be the name of an account: 1 to 32 bytes of printable ASCII.
fn is_account(name: &str) -> bool {
    (1..=MAX_ACCOUNT_BYTES).contains(&name.len())
        && name.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}
