//! Relations of two users as a whole, and what changes them without an action on the two.

use super::{Model, Words, those_that_hold};

/// What happened to a pair, with relations in letters, as [`Model::relation`] has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PairLetters {
    /// The user from whom the relations and effects are seen.
    pub actor: String,
    /// The other user.
    pub target: String,
    /// The relation before.
    pub before: String,
    /// The relation after.
    pub after: String,
    /// The effects, in the order of the table of effects.
    pub effects: Words,
}

/// What one user did to another: whether they block, list and requested them.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Half {
    blocks: bool,
    lists: bool,
    requested: bool,
}

/// What two users did to each other: the first user's half, and the other's.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Both([Half; 2]);

impl Both {
    /// Returns what is in either.
    pub(super) fn or(self, Self([theirs, others]): Self) -> Self {
        let either = |one: Half, other: Half| Half {
            blocks: one.blocks || other.blocks,
            lists: one.lists || other.lists,
            requested: one.requested || other.requested,
        };
        let Self([one, other]) = self;
        Self([either(one, theirs), either(other, others)])
    }

    /// Returns the same without entries on friend lists.
    pub(super) fn without_friends(self) -> Self {
        Self(self.0.map(|half| Half {
            lists: false,
            ..half
        }))
    }

    /// Returns the same without the other's request to the first user.
    pub(super) fn without_their_request(self) -> Self {
        let Self([mine, yours]) = self;
        let yours = Half {
            requested: false,
            ..yours
        };
        Self([mine, yours])
    }

    /// Returns the letters of what is here and not in the other.
    pub(super) fn letters_without(self, other: Self) -> String {
        let Self([mine, yours]) = self;
        let Self([not_mine, not_yours]) = other;
        let letters = those_that_hold(&[
            (mine.blocks && !not_mine.blocks, "b"),
            (yours.blocks && !not_yours.blocks, "B"),
            (mine.lists && !not_mine.lists, "l"),
            (yours.lists && !not_yours.lists, "L"),
            (mine.requested && !not_mine.requested, "r"),
            (yours.requested && !not_yours.requested, "R"),
        ]);
        letters.concat()
    }
}

impl Model {
    /// Returns what two users did to each other.
    pub(super) fn both(&self, one: &str, other: &str) -> Both {
        let half = |owner, other| Half {
            blocks: self.blocks(owner, other),
            lists: self.lists(owner, other),
            requested: self.requested(owner, other),
        };
        Both([half(one, other), half(other, one)])
    }

    /// Lets two users have done to each other just this.
    pub(super) fn set_both(&mut self, one: &str, other: &str, Both([mine, yours]): Both) {
        for (owner, other, half) in [(one, other, mine), (other, one, yours)] {
            let user = self.user_mut(owner);
            for (list, is_on) in [
                (&mut user.blocked, half.blocks),
                (&mut user.friends, half.lists),
                (&mut user.requested, half.requested),
            ] {
                list.remove(other);
                if is_on {
                    list.insert(other.to_string());
                }
            }
        }
    }

    /// Ends all that there is between two users.
    pub(super) fn end_relation(&mut self, one: &str, other: &str) {
        for (owner, other) in [(one, other), (other, one)] {
            let user = self.user_mut(owner);
            user.blocked.remove(other);
            user.friends.remove(other);
            user.requested.remove(other);
        }
    }

    /// Changes the model, and returns what happened to a pair; `None` if nothing did.
    ///
    /// No action did it: a request that ends is cancelled, by either side.
    pub(super) fn watch(
        &mut self,
        actor: &str,
        target: &str,
        change: impl FnOnce(&mut Self),
    ) -> Option<PairLetters> {
        let letters = |model: &Self| model.relation(actor, target).unwrap_or_default();
        let before = letters(self);
        change(self);
        let after = letters(self);

        (before != after).then(|| PairLetters {
            actor: actor.to_string(),
            target: target.to_string(),
            effects: effects(&before, &after),
            before,
            after,
        })
    }
}

/// Returns the effects that lead from one relation to another without an action.
fn effects(before: &str, after: &str) -> Words {
    let begins = |letter| !before.contains(letter) && after.contains(letter);
    let ends = |letter| before.contains(letter) && !after.contains(letter);

    those_that_hold(&[
        (begins('b'), "ActorBlockAdded"),
        (ends('b'), "ActorBlockLifted"),
        (ends('B'), "TargetBlockLifted"),
        (begins('l'), "ActorFriendAdded"),
        (begins('L'), "TargetFriendAdded"),
        (ends('l'), "ActorFriendRemoved"),
        (ends('L'), "TargetFriendRemoved"),
        (begins('r'), "ActorRequestSent"),
        (ends('r'), "ActorRequestCancelled"),
        (ends('R'), "TargetRequestCancelled"),
        (begins('B'), "TargetBlockAdded"),
        (begins('R'), "TargetRequestSent"),
    ])
}
