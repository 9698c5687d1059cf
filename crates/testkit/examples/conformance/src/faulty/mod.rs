//! A chat server in std's collections, with at most one planted bug.
//!
//! It keeps every list at both ends, as many servers do: the users that a user blocks and
//! lists, and the requests in the inbox and in the outbox. It reads the parts of a policy, but
//! it shares no rule with the crate.
//! Its checks and writes are written out here, and each bug is a condition beside them.

mod account;
mod checks;
mod names;
mod policies;
mod upheavals;
mod writes;

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

use account::{Account, Names};
use socialgraph::operation::{
    Act, ActOnMany, AddUser, AdoptPolicy, ClearList, ManyAct, MergeUsers, RemoveUser, RenameUser,
    SetRequestMode, SetRequestSending,
};
use socialgraph::{Action, Interaction, Limits, List, Notice, Operation, Policy, RequestSending};
use socialgraph_testkit::conformance::{Answer, Extras, ListPage, Reply, System};

use crate::bug::Bug;
use writes::Write;

/// The server.
#[derive(Clone, Debug)]
pub struct Server {
    bug: Option<Bug>,
    /// The policy with which the server begins.
    first_policy: Policy,
    policy: Policy,
    /// The number of users who ever joined.
    joined: u64,
    /// The names that users had before, for a bug to keep.
    former_names: BTreeSet<String>,
    accounts: BTreeMap<String, Account>,
    /// The answers about messages since the last write, by actor and target.
    cached_answers: BTreeMap<(String, String), Answer>,
}

impl Server {
    /// Returns a server without users, under a policy.
    #[must_use]
    pub const fn new(policy: Policy, bug: Option<Bug>) -> Self {
        Self {
            bug,
            first_policy: policy,
            policy,
            joined: 0,
            former_names: BTreeSet::new(),
            accounts: BTreeMap::new(),
            cached_answers: BTreeMap::new(),
        }
    }

    fn has(&self, bug: Bug) -> bool {
        self.bug == Some(bug)
    }

    fn knows(&self, name: &str) -> bool {
        self.accounts.contains_key(name)
    }

    /// Carries out an operation.
    fn serve(&mut self, operation: &Operation) -> Reply {
        if !(is_block(operation) && self.has(Bug::BlockKeepsCachedAnswers)) {
            self.cached_answers.clear();
        }

        let done = match operation {
            Operation::AddUser(AddUser { name }) => self.add_user(name),
            Operation::RemoveUser(RemoveUser { name }) => {
                let name = self.removed_name(name);
                self.remove_user(name)
            }
            Operation::Act(Act {
                action,
                actor,
                target,
            }) => return self.act(*action, actor, target).into(),
            Operation::ActOnMany(ActOnMany {
                action,
                actor,
                targets,
            }) => return self.act_on_many(*action, actor, targets),
            Operation::ManyAct(ManyAct {
                action,
                actors,
                target,
            }) => return self.many_act(*action, actors, target),
            Operation::RenameUser(RenameUser { user, name }) => self.rename_user(user, name),
            Operation::MergeUsers(MergeUsers { from, into }) => self.merge_users(from, into),
            Operation::ClearList(ClearList { user, list }) => self.clear_list(user, *list),
            Operation::AdoptPolicy(AdoptPolicy { policy }) => {
                self.adopt_policy(*policy);
                true
            }
            Operation::SetRequestMode(SetRequestMode { user, mode }) => {
                self.set(user, |account| account.mode = *mode)
            }
            Operation::SetRequestSending(SetRequestSending { user, sending }) => {
                let barred = *sending == RequestSending::Barred;
                self.set(user, |account| account.barred = barred)
            }
        };
        done.into()
    }

    fn add_user(&mut self, name: &str) -> bool {
        if !self.is_free(name) || self.is_taken_in_another_case(name) {
            return false;
        }
        let account = Account::new(self.joined, self.policy.request.initial_mode);
        self.joined += 1;
        self.accounts.insert(name.to_owned(), account);
        true
    }

    fn set(&mut self, name: &str, set: impl FnOnce(&mut Account)) -> bool {
        self.accounts.get_mut(name).map(set).is_some()
    }

    /// Returns the names on a list; those on a list of others' entries are looked for.
    fn names_on(&self, user: &str, list: List) -> Option<Names> {
        let account = self.accounts.get(user)?;
        let others_list = match list {
            List::BlockedBy => List::Blocklist,
            List::ListedBy => List::Friends,
            own => return account.list(own).cloned(),
        };

        let hides_blocked = self.has(Bug::BlockersLeaveOutTheBlocked);
        let is_hidden = |other: &str| hides_blocked && self.blocks(user, other);
        let mut names = Names::new();
        for other in self.accounts.keys() {
            if self.is_on(other, others_list, user) && !is_hidden(other) {
                names.insert(other.clone());
            }
        }
        Some(names)
    }

    fn act(&mut self, action: Action, actor: &str, target: &str) -> Answer {
        let checked = self.check(action, actor, target);
        if let Ok(write) = checked {
            self.write(write, actor, target);
        }
        shown(checked)
    }

    fn many_act(&mut self, action: Action, actors: &[String], target: &str) -> Reply {
        let limit = self.policy.limits.batch;
        if limit.is_some_and(|limit| actors.len() > limit as usize) {
            return Answer::REFUSED.into();
        }

        let mut answers = Vec::new();
        for (index, actor) in actors.iter().enumerate() {
            let is_last = index > 0 && index + 1 == actors.len();
            answers.push(if is_last && self.has(Bug::RaidSkipsTheLast) {
                Answer::ALLOWED
            } else {
                self.act(action, actor, target)
            });
        }
        Reply::Each(answers)
    }

    fn act_on_many(&mut self, action: Action, actor: &str, targets: &[String]) -> Reply {
        let limits = self.policy.limits;
        if limits
            .batch
            .is_some_and(|limit| targets.len() > limit as usize)
        {
            return Answer::REFUSED.into();
        }
        if self.has(Bug::BatchIgnoresLimit) {
            self.policy.limits = Limits::NONE;
        }

        let mut stopped = false;
        let mut answers = Vec::new();
        for target in targets {
            let answer = if stopped {
                Answer::REFUSED
            } else {
                self.act(action, actor, target)
            };
            stopped |= !answer.is_allowed() && self.has(Bug::BatchStopsAtRefusal);
            answers.push(answer);
        }

        self.policy.limits = limits;
        Reply::Each(answers)
    }

    /// Serves an action while another that came later is already checked, but not written.
    ///
    /// It is what a missing lock allows. Returns both replies, the earlier first.
    fn race(&mut self, earlier: &Operation, later: &Operation) -> Option<[Reply; 2]> {
        if !self.is_unlocked(earlier, later) {
            return None;
        }
        let Operation::Act(Act {
            action,
            actor,
            target,
        }) = later
        else {
            return None;
        };

        let checked = self.check(*action, actor, target);
        let reply = self.serve(earlier);
        if let Ok(write) = checked {
            self.write(write, actor, target);
        }
        Some([reply, shown(checked).into()])
    }

    /// Returns whether a bug lets the checks of both actions precede the writes of either.
    fn is_unlocked(&self, earlier: &Operation, later: &Operation) -> bool {
        let (
            Operation::Act(Act {
                action: first,
                actor,
                target,
            }),
            Operation::Act(Act {
                action: second,
                actor: other_actor,
                target: other_target,
            }),
        ) = (earlier, later)
        else {
            return false;
        };

        let same = (actor, target) == (other_actor, other_target);
        let opposite = (actor, target) == (other_target, other_actor);
        match (first, second) {
            (Action::Block, Action::AcceptRequest) => {
                self.has(Bug::AcceptRacesBlock) && (same || opposite)
            }
            (Action::SendRequest, Action::SendRequest) => self.has(Bug::RequestsRace) && opposite,
            _ => false,
        }
    }
}

/// Returns the answer that the actor of a checked action is shown.
///
/// A silent refusal looks like success.
const fn shown(checked: Result<Write, Notice>) -> Answer {
    match checked {
        Ok(_) | Err(Notice::Silent) => Answer::ALLOWED,
        Err(notice) => Answer::REFUSED.with_notice(notice),
    }
}

fn is_block(operation: &Operation) -> bool {
    matches!(
        operation,
        Operation::Act(Act {
            action: Action::Block,
            ..
        })
    )
}

impl System for Server {
    type Error = Infallible;

    fn reset(&mut self) -> Result<(), Infallible> {
        *self = Self::new(self.first_policy, self.bug);
        Ok(())
    }

    fn apply(&mut self, operation: &Operation) -> Result<Reply, Infallible> {
        Ok(self.serve(operation))
    }

    fn can_message(&mut self, actor: &str, target: &str) -> Result<Answer, Infallible> {
        let pair = (actor.to_owned(), target.to_owned());
        let cached = self.cached_answers.get(&pair).copied();
        let checked = || self.check_interaction(Interaction::Message, actor, target);
        let answer = cached.unwrap_or_else(checked);
        self.cached_answers.insert(pair, answer);
        Ok(answer)
    }

    fn extras(&mut self) -> Option<&mut dyn Extras<Error = Infallible>> {
        Some(self)
    }
}

impl Extras for Server {
    type Error = Infallible;

    fn can(
        &mut self,
        interaction: Interaction,
        actor: &str,
        target: &str,
    ) -> Result<Option<Answer>, Infallible> {
        Ok(Some(self.check_interaction(interaction, actor, target)))
    }

    fn can_send_friend_request(
        &mut self,
        actor: &str,
        target: &str,
    ) -> Result<Option<Answer>, Infallible> {
        let checked = self.check(Action::SendRequest, actor, target);
        let answer = match checked {
            Ok(_) => Answer::ALLOWED,
            Err(notice) => Answer::REFUSED.with_notice(notice),
        };
        Ok(Some(answer))
    }

    fn list(&mut self, user: &str, list: List) -> Result<Option<Vec<String>>, Infallible> {
        let names = self.names_on(user, list);
        Ok(names.map(|names| names.into_iter().collect()))
    }

    fn page(
        &mut self,
        user: &str,
        list: List,
        from: Option<&str>,
        limit: usize,
    ) -> Result<Option<ListPage>, Infallible> {
        let Some(names) = self.names_on(user, list) else {
            return Ok(None);
        };

        if self.has(Bug::PagesByOffset) {
            let start = from.and_then(|from| from.parse().ok()).unwrap_or(0);
            let users: Vec<String> = names.iter().skip(start).take(limit).cloned().collect();
            let end = start + users.len();
            let next = (end < names.len()).then(|| end.to_string());
            return Ok(Some(ListPage { users, next }));
        }

        let rest = names
            .iter()
            .filter(|name| from.is_none_or(|from| name.as_str() > from));
        let mut users: Vec<String> = rest.take(limit + 1).cloned().collect();
        let more = users.len() > limit && !self.has(Bug::FirstPageIsTheLast);
        users.truncate(limit);
        let next = users.last().filter(|_| more).cloned();
        Ok(Some(ListPage { users, next }))
    }

    fn apply_concurrently(
        &mut self,
        first: &Operation,
        second: &Operation,
    ) -> Result<Option<[Reply; 2]>, Infallible> {
        if let Some(replies) = self.race(first, second) {
            return Ok(Some(replies));
        }
        if let Some([second, first]) = self.race(second, first) {
            return Ok(Some([first, second]));
        }

        Ok(Some([self.serve(first), self.serve(second)]))
    }
}
