//! Operations on pairs of users, done to both: actions, batches and cleared lists.

use socialgraph::operation::{
    ActOnMany, AddUser, AdoptPolicy, ClearList, ManyAct, MergeUsers, RemoveUser, RenameUser,
    SetRequestMode, SetRequestSending,
};
use socialgraph::{
    Action, BatchOutcome, BatchTooLarge, Operation, Outcome, OwnList, PairError, Policy,
    UnknownUser,
};

use super::printing::{same_outcome, same_outcomes};
use super::{AddressBy, SideBySide};
use crate::reference::difference::{Difference, ensure, ensure_equal};
use crate::reference::model::Words;

impl SideBySide {
    /// Applies an operation to both.
    ///
    /// ```
    /// use socialgraph::{Operation, Policy};
    /// use socialgraph_testkit::reference::{AddressBy, SideBySide};
    ///
    /// let mut both = SideBySide::new(Policy::tencent_rest());
    /// both.apply(AddressBy::Name, &Operation::add_user("ann"))?;
    /// both.apply(AddressBy::Name, &Operation::rename_user("ann", "anna"))?;
    /// both.compare(&["ann", "anna"])?;
    /// # Ok::<(), socialgraph_testkit::reference::Difference>(())
    /// ```
    ///
    /// # Errors
    /// Fails if the two say different things about it.
    pub fn apply(&mut self, by: AddressBy, operation: &Operation) -> Result<(), Difference> {
        match operation {
            Operation::AddUser(AddUser { name }) => self.add(name),
            Operation::RemoveUser(RemoveUser { name }) => self.remove(by, name),
            Operation::RenameUser(RenameUser { user, name }) => self.rename(by, user, name),
            Operation::MergeUsers(MergeUsers { from, into }) => self.merge(by, from, into),
            Operation::Act(it) => self.act(by, it.action, &it.actor, &it.target),
            Operation::ActOnMany(ActOnMany {
                action,
                actor,
                targets,
            }) => self.act_many(by, *action, actor, &borrowed(targets)),
            Operation::ManyAct(ManyAct {
                action,
                actors,
                target,
            }) => self.many_act(by, *action, &borrowed(actors), target),
            Operation::SetRequestMode(SetRequestMode { user, mode }) => {
                self.set_mode(by, user, *mode)
            }
            Operation::SetRequestSending(SetRequestSending { user, sending }) => {
                self.set_sending(by, user, *sending)
            }
            Operation::ClearList(ClearList { user, list }) => self.clear(by, user, *list),
            Operation::AdoptPolicy(AdoptPolicy { policy }) => self.adopt(*policy),
        }
    }

    /// Lets a user act on another.
    ///
    /// # Errors
    /// Fails if effects or reasons differ, or if the engine's error names other users.
    pub fn act(
        &mut self,
        by: AddressBy,
        action: Action,
        actor: &str,
        target: &str,
    ) -> Result<(), Difference> {
        let (from, to) = (self.address(by, actor), self.address(by, target));
        let outcome = self.graph.apply(action, from, to);
        let expected = self.model.apply(action, actor, target);

        if let Err(error) = &outcome {
            let refusal = error.refusal;
            let (actor, target) = (from.into(), to.into());
            let named = PairError {
                actor,
                target,
                refusal,
            };
            ensure_equal!(*error, named, "the error of {action:?}");
        }
        ensure!(
            same_outcome(&outcome.clone().map_err(Into::into), &expected),
            "{actor} {action:?} {target}: the engine has {outcome:?}, the model {expected:?}"
        );
        Ok(())
    }

    /// Lets a user act on many in one batch.
    ///
    /// # Errors
    /// Fails if the outcomes differ.
    pub fn act_many(
        &mut self,
        by: AddressBy,
        action: Action,
        actor: &str,
        targets: &[&str],
    ) -> Result<(), Difference> {
        let (from, to) = (self.address(by, actor), self.addresses(by, targets));
        let outcomes = self.graph.apply_many(action, from, to);
        let expected = self.model.apply_many(action, actor, targets);
        let sentence = format!("{actor} {action:?} {targets:?}");
        self.compare_batch(&outcomes, expected.as_deref(), targets.len(), &sentence)
    }

    /// Lets many users act on one in one batch.
    ///
    /// # Errors
    /// Fails if the outcomes differ.
    pub fn many_act(
        &mut self,
        by: AddressBy,
        action: Action,
        actors: &[&str],
        target: &str,
    ) -> Result<(), Difference> {
        let (from, to) = (self.addresses(by, actors), self.address(by, target));
        let outcomes = self.graph.apply_by_many(action, from, to);
        let expected = self.model.apply_by_many(action, actors, target);
        let sentence = format!("{actors:?} {action:?} {target}");
        self.compare_batch(&outcomes, expected.as_deref(), actors.len(), &sentence)
    }

    fn compare_batch(
        &self,
        outcomes: &Result<BatchOutcome, BatchTooLarge>,
        expected: Option<&[Result<Words, Words>]>,
        len: usize,
        batch: &str,
    ) -> Result<(), Difference> {
        let limit = self.model.policy().limits.batch;
        let same = match (outcomes, expected) {
            (Ok(batch), Some(expected)) => same_outcomes(batch.outcomes(), expected),
            (Err(error), None) => error.len == len && Some(error.limit) == limit,
            _ => false,
        };
        ensure!(
            same,
            "{batch}: the engine has {outcomes:?}, the model {expected:?}"
        );
        Ok(())
    }

    /// Clears one of a user's lists.
    ///
    /// # Errors
    /// Fails if other users leave the list, or if other effects come with it.
    pub fn clear(&mut self, by: AddressBy, user: &str, list: OwnList) -> Result<(), Difference> {
        let owner = self.address(by, user);
        let cleared = self.graph.clear_list(owner, list);
        let expected = self.model.clear_list(user, list);

        match (&cleared, &expected) {
            (Ok(cleared), Some(_)) => {
                ensure_equal!(cleared.user, self.handle(user), "the owner of the {list}");
            }
            (Err(error), None) => {
                ensure_equal!(
                    *error,
                    UnknownUser { user: owner.into() },
                    "clearing a list"
                );
            }
            _ => ensure_equal!(
                cleared.is_ok(),
                expected.is_some(),
                "{user} clears the {list}"
            ),
        }

        let pairs = Outcome::ClearList(cleared);
        let sentence = format!("{user} clears their {list}");
        let expected = expected.unwrap_or_default();
        self.compare_pairs(pairs.changes(), &expected, Some(list.action()), &sentence)
    }

    /// Puts both under another policy.
    ///
    /// # Errors
    /// Fails if other relations end, or if the engine planned something else.
    pub fn adopt(&mut self, policy: Policy) -> Result<(), Difference> {
        let before = *self.graph.policy();
        let plan = self.graph.plan_migration(policy);
        let migration = self.graph.adopt_policy(policy);
        let expected = self.model.adopt_policy(policy);

        ensure!(plan == migration, "the engine plans another migration");
        ensure_equal!(
            (migration.from, migration.to),
            (before, policy),
            "a migration"
        );
        ensure_equal!(*self.graph.policy(), policy, "the policy");
        let pairs = Outcome::AdoptPolicy(migration);
        self.compare_pairs(pairs.changes(), &expected, None, "the policy changes")
    }
}

fn borrowed(names: &[String]) -> Vec<&str> {
    names.iter().map(String::as_str).collect()
}
