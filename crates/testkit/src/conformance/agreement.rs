//! How much a comparison compared.

use std::fmt;
use std::ops::AddAssign;

/// How much was compared without a difference.
///
/// An empty comparison proves nothing. The test of a host should assert that `logs`, `operations`
/// and `allowed` are not 0; that `requests`, `interactions`, `lists`, `pages` and `concurrent` are not 0 if
/// the system offers them; and that `tuning.users` is 2 or more, because one user alone shows little.
///
/// ```
/// use socialgraph_testkit::conformance::{self, Config, Engine};
/// use socialgraph_testkit::strategies::TIGHT_LIMITS;
/// use socialgraph::Policy;
///
/// let mut policy = Policy::tencent_rest();
/// policy.limits = TIGHT_LIMITS;
/// let mut config = Config::new(policy);
/// config.logs = 16;
///
/// let mut engine = Engine::new(policy);
/// let agreement = conformance::compare(&mut engine, &config)?;
/// assert_eq!(agreement.logs, 16);
/// assert!(agreement.operations > 0 && agreement.allowed > 0);
/// assert!(agreement.interactions > 0 && agreement.lists > 0);
/// assert!(agreement.pages > 0 && agreement.concurrent > 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Agreement {
    /// The number of logs.
    pub logs: u64,
    /// The number of operations that both carried out.
    pub operations: u64,
    /// The number of those that arrived at once with another.
    pub concurrent: u64,
    /// The number of operations that the system does not offer, and that neither carried out.
    pub not_offered: u64,
    /// The number of questions that both answered.
    pub questions: u64,
    /// The number of those that both answered with "allowed". If it is 0, no log made anything
    /// possible, and a system that always refuses would agree as well.
    pub allowed: u64,
    /// The number of those about friend requests; 0 if the system does not offer them.
    pub requests: u64,
    /// The number of those about calls, group invitations or presence; 0 if the system offers
    /// none.
    pub interactions: u64,
    /// The number of whole lists; 0 if the system offers none.
    pub lists: u64,
    /// The number of pages of lists; 0 if the system offers none.
    pub pages: u64,
}

impl AddAssign for Agreement {
    fn add_assign(&mut self, other: Self) {
        self.logs += other.logs;
        self.operations += other.operations;
        self.concurrent += other.concurrent;
        self.not_offered += other.not_offered;
        self.questions += other.questions;
        self.allowed += other.allowed;
        self.requests += other.requests;
        self.interactions += other.interactions;
        self.lists += other.lists;
        self.pages += other.pages;
    }
}

impl fmt::Display for Agreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let logs = Count(self.logs, "log");
        let operations = Count(self.operations, "operation");
        let concurrent = self.concurrent;
        let questions = Count(self.questions, "question");
        let allowed = self.allowed;
        let requests = self.requests;
        let interactions = self.interactions;
        let lists = Count(self.lists, "list");
        let pages = Count(self.pages, "page");

        write!(
            f,
            "{logs}, {operations} ({concurrent} at once with another), {questions} \
             ({allowed} allowed, {requests} about requests, {interactions} about calls, invitations or presence), \
             {lists}, {pages}"
        )?;
        match self.not_offered {
            0 => Ok(()),
            count => write!(f, "; {} not offered", Count(count, "operation")),
        }
    }
}

/// A number with its noun, which is given in the singular.
struct Count(u64, &'static str);

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(count, noun) = self;
        write!(f, "{count} {noun}{}", if *count == 1 { "" } else { "s" })
    }
}
