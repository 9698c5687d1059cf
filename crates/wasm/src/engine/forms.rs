//! What happened, as plain objects with users by name.

use serde::Serialize;
use socialgraph::{
    Action, BatchOutcome, Decision, Effects, Lost, MergedUsers, PairChange, Policy, Reasons,
    Refusal, Relation, RemovedUser, SocialGraph, UserId,
};

/// The names of users, and of one who has been removed.
#[derive(Clone, Copy)]
pub(super) struct Naming<'a> {
    graph: &'a SocialGraph,
    removed: Option<&'a RemovedUser>,
}

impl<'a> Naming<'a> {
    pub(super) const fn of(graph: &'a SocialGraph) -> Self {
        Self {
            graph,
            removed: None,
        }
    }

    pub(super) const fn with_removed(graph: &'a SocialGraph, removed: &'a RemovedUser) -> Self {
        Self {
            graph,
            removed: Some(removed),
        }
    }

    /// Returns a user's name. Each user of a change is there, or was removed by it.
    fn name(self, user: UserId) -> &'a str {
        match self.removed {
            Some(removed) if removed.id == user => &removed.name,
            _ => self.graph.name(user).unwrap_or_default(),
        }
    }
}

/// What happened to one pair.
#[derive(Serialize)]
pub(super) struct ChangeForm<'a> {
    actor: &'a str,
    target: &'a str,
    effects: Effects,
    before: Relation,
    after: Relation,
}

impl<'a> ChangeForm<'a> {
    pub(super) fn new(change: PairChange, naming: Naming<'a>) -> Self {
        Self {
            actor: naming.name(change.actor),
            target: naming.name(change.target),
            effects: change.effects(),
            before: change.before,
            after: change.after,
        }
    }

    pub(super) fn all(changes: &[PairChange], naming: Naming<'a>) -> Vec<Self> {
        let changes = changes.iter();
        changes.map(|change| Self::new(*change, naming)).collect()
    }
}

/// What a batch did to a pair.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ItemForm {
    done: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    effects: Option<Effects>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasons: Option<Reasons>,
    #[serde(skip_serializing_if = "Option::is_none")]
    visible_reasons: Option<Reasons>,
}

impl ItemForm {
    pub(super) fn all(batch: &BatchOutcome, action: Action, graph: &SocialGraph) -> Vec<Self> {
        let items = batch.iter();
        items
            .map(|item| Self::new(*item, action, graph.policy()))
            .collect()
    }

    fn new(item: Result<PairChange, Refusal>, action: Action, policy: &Policy) -> Self {
        let visible = |refusal| {
            let decision = Decision::of_refusal(action, refusal, policy);
            decision.visible().reasons()
        };
        Self {
            done: item.is_ok(),
            effects: item.ok().map(PairChange::effects),
            reasons: item.err().map(Refusal::reasons),
            visible_reasons: item.err().map(visible),
        }
    }
}

/// What a merge did.
#[derive(Serialize)]
pub(super) struct MergeForm<'a> {
    changes: Vec<ChangeForm<'a>>,
    lost: Vec<LostForm<'a>>,
}

/// What a merge could not keep.
#[derive(Serialize)]
pub(super) struct LostForm<'a> {
    user: &'a str,
    facts: Relation,
}

impl<'a> LostForm<'a> {
    pub(super) fn all(lost: &[Lost], naming: Naming<'a>) -> Vec<Self> {
        let lost = lost.iter();
        let form = |lost: &Lost| Self {
            user: naming.name(lost.peer),
            facts: lost.facts,
        };
        lost.map(form).collect()
    }
}

impl<'a> MergeForm<'a> {
    pub(super) fn new(merged: &'a MergedUsers, graph: &'a SocialGraph) -> Self {
        let naming = Naming::with_removed(graph, &merged.removed);
        let mut changes = ChangeForm::all(&merged.removed.ended, naming);
        changes.extend(ChangeForm::all(&merged.changes, naming));
        Self {
            changes,
            lost: LostForm::all(&merged.lost, naming),
        }
    }
}
