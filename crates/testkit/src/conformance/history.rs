//! Entries that blocks and removals of users ended.

use std::collections::BTreeSet;

use socialgraph::{
    Action, Change, Decision, Effect, Fact, List, Operation, Outcome, PairChange, Policy, Reasons,
    Refusal, RemovedUser, RequestSending, SocialGraph,
};

/// An action on one pair, with the engine's result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ActionRecord {
    pub(super) action: Action,
    pub(super) actor: String,
    pub(super) target: String,
    pub(super) result: Result<Change, Refusal>,
}

impl ActionRecord {
    /// Returns a record for each pair that an operation names.
    pub(super) fn all(operation: &Operation, outcome: &Outcome) -> Vec<Self> {
        let mut records = Vec::new();
        for ((action, actor, target), result) in pairs(operation).into_iter().zip(outcome.items()) {
            records.push(Self {
                action,
                actor: actor.to_owned(),
                target: target.to_owned(),
                result: result.map(|pair| Change {
                    action,
                    before: pair.before,
                    after: pair.after,
                }),
            });
        }
        records
    }

    /// Returns the actor and the target.
    pub(super) fn pair(&self) -> (&str, &str) {
        (&self.actor, &self.target)
    }

    /// Returns the engine's result as a decision, with what the actor learns of a refusal.
    pub(super) fn decision(&self, policy: &Policy) -> Decision {
        let refusal = self.result.err();
        let reasons = refusal.map_or(Reasons::EMPTY, Refusal::reasons);
        Decision::new(self.action, reasons, policy.request.notice)
    }

    /// Returns whether the action is between the two users, in either direction.
    pub(super) fn is_between(&self, a: &str, b: &str) -> bool {
        self.pair() == (a, b) || self.pair() == (b, a)
    }
}

/// Returns the pairs that an operation applies an action to, in order.
fn pairs(operation: &Operation) -> Vec<(Action, &str, &str)> {
    let mut pairs = Vec::new();
    match operation {
        Operation::Act(it) => pairs.push((it.action, it.actor.as_str(), it.target.as_str())),
        Operation::ActOnMany(it) => {
            for target in &it.targets {
                pairs.push((it.action, &it.actor, target));
            }
        }
        Operation::ManyAct(it) => {
            for actor in &it.actors {
                pairs.push((it.action, actor, &it.target));
            }
        }
        _ => {}
    }
    pairs
}

/// The entries and settings that blocks and removals of users ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct History {
    /// The list entries that blocks removed and that are not back: owner, entry and list.
    lost_to_blocks: BTreeSet<(String, String, List)>,
    /// The pairs whose last action was a request that met the other's: sender and recipient.
    crossed: BTreeSet<(String, String)>,
    /// Each removed user with each user to whom they had a relation.
    ended_relations: BTreeSet<(String, String)>,
    /// The removed users who had a request mode or a bar of their own.
    ended_settings: BTreeSet<String>,
    /// The names that users gave up for others.
    former_names: BTreeSet<String>,
}

impl History {
    /// Records what an operation removed or brought back; the graph is the one after it.
    pub(super) fn record(
        &mut self,
        outcome: &Outcome,
        records: &[ActionRecord],
        graph: &SocialGraph,
    ) {
        for record in records {
            self.record_action(record);
        }

        match outcome {
            Outcome::RemoveUser(Ok(removed)) => self.record_removal(removed, graph),
            Outcome::MergeUsers(Ok(merged)) => self.record_removal(&merged.removed, graph),
            _ => {}
        }
        // What an action did to a pair is in the records of the actions.
        for pair in outcome.changes() {
            if pair.action.is_none() || matches!(outcome, Outcome::ClearList(_)) {
                self.record_pair(pair, graph);
            }
        }
    }

    /// Records what happened to a pair without an action of the two, or by a cleared list.
    fn record_pair(&mut self, pair: PairChange, graph: &SocialGraph) {
        let (Some(actor), Some(target)) = (graph.name(pair.actor), graph.name(pair.target)) else {
            return;
        };
        for (one, other) in [(actor, target), (target, actor)] {
            self.crossed.remove(&(one.to_owned(), other.to_owned()));
        }
        for effect in pair.effects() {
            let entry = changed_entry(effect, actor, target);
            entry.map(|entry| self.lost_to_blocks.remove(&entry));
        }
    }

    /// Returns whether a user gave up the name for another.
    pub(super) fn is_former_name(&self, name: &str) -> bool {
        self.former_names.contains(name)
    }

    /// Records that a user has another name.
    pub(super) fn rename(&mut self, user: &str, name: &str) {
        self.former_names.insert(user.to_owned());
        let renamed = |other: String| {
            if other == user {
                name.to_owned()
            } else {
                other
            }
        };
        let lost = std::mem::take(&mut self.lost_to_blocks).into_iter();
        let lost = lost.map(|(owner, entry, list)| (renamed(owner), renamed(entry), list));
        self.lost_to_blocks = lost.collect();

        for pairs in [&mut self.crossed, &mut self.ended_relations] {
            let old = std::mem::take(pairs).into_iter();
            *pairs = old
                .map(|(one, other)| (renamed(one), renamed(other)))
                .collect();
        }
    }

    fn record_removal(&mut self, removed: &RemovedUser, graph: &SocialGraph) {
        let name = &removed.name;
        self.lost_to_blocks
            .retain(|(owner, entry, _)| owner != name && entry != name);
        self.crossed
            .retain(|(sender, recipient)| sender != name && recipient != name);

        for ended in &removed.ended {
            if let Some(peer) = graph.name(ended.target) {
                self.ended_relations.insert((name.clone(), peer.to_owned()));
            }
        }

        let barred = removed.facts.request_sending == RequestSending::Barred;
        if barred || removed.facts.request_mode != graph.policy().request.initial_mode {
            self.ended_settings.insert(name.clone());
        }
    }

    fn record_action(&mut self, record: &ActionRecord) {
        let Ok(change) = record.result else { return };
        self.record_crossing(record, change);

        for effect in change.effects() {
            let Some(entry) = changed_entry(effect, &record.actor, &record.target) else {
                continue;
            };
            if record.action == Action::Block {
                self.lost_to_blocks.insert(entry);
            } else {
                self.lost_to_blocks.remove(&entry);
            }
        }
    }

    fn record_crossing(&mut self, record: &ActionRecord, change: Change) {
        let (actor, target) = (&record.actor, &record.target);
        self.crossed.remove(&(target.clone(), actor.clone()));

        let pair = (actor.clone(), target.clone());
        if record.action == Action::SendRequest && change.before.holds(Fact::TargetRequested) {
            self.crossed.insert(pair);
        } else {
            self.crossed.remove(&pair);
        }
    }

    /// Returns whether the last action on the two users was a request that met the other's.
    pub(super) fn has_crossed(&self, a: &str, b: &str) -> bool {
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        self.crossed.contains(&pair(a, b)) || self.crossed.contains(&pair(b, a))
    }

    /// Returns whether a block removed the entry, and it is not back.
    pub(super) fn lost_to_block(&self, owner: &str, entry: &str, list: List) -> bool {
        self.lost_to_blocks
            .contains(&(owner.to_owned(), entry.to_owned(), list))
    }

    /// Returns whether a block cancelled a request between the two, and none has come since.
    pub(super) fn lost_request_to_block(&self, a: &str, b: &str) -> bool {
        self.lost_to_block(a, b, List::RequestsOut) || self.lost_to_block(b, a, List::RequestsOut)
    }

    /// Returns whether a removal ended the two users' relation, or the settings of one.
    ///
    /// A new user may have the name of the removed user, but must not get either back.
    pub(super) fn lost_to_removal(&self, a: &str, b: &str) -> bool {
        let ended = |a: &str, b: &str| {
            let pair = (a.to_owned(), b.to_owned());
            self.ended_relations.contains(&pair) || self.ended_settings.contains(a)
        };
        ended(a, b) || ended(b, a)
    }
}

/// Returns the entry that an effect adds or removes: owner, entry and list.
///
/// Only entries that a block can remove count, each on the list of its first user.
fn changed_entry(effect: Effect, actor: &str, target: &str) -> Option<(String, String, List)> {
    use Effect as E;

    let (owner, entry, list) = match effect {
        E::ActorRequestSent | E::ActorRequestCancelled => (actor, target, List::RequestsOut),
        E::TargetRequestCancelled => (target, actor, List::RequestsOut),
        E::ActorFriendAdded | E::ActorFriendRemoved => (actor, target, List::Friends),
        E::TargetFriendAdded | E::TargetFriendRemoved => (target, actor, List::Friends),
        _ => return None,
    };
    Some((owner.to_owned(), entry.to_owned(), list))
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{ADD, ActionOnPair, apply, pair, play, remove_ben};
    use super::{ActionRecord, History};
    use socialgraph::{Action, Crossed, List, Policy, RequestMode, RequestSending, Ways};

    #[test]
    fn a_record_is_between_its_two_users_in_either_direction() {
        let block = (Action::Block, "ann", "ben");
        let records: Vec<ActionRecord> = apply(&mut pair(), &mut History::default(), block);
        let [record] = &records[..] else {
            panic!("{records:?}")
        };

        assert!(record.is_between("ann", "ben") && record.is_between("ben", "ann"));
        assert!(!record.is_between("ann", "ann") && !record.is_between("ben", "ben"));
        assert!(!record.is_between("ann", "cyd") && !record.is_between("cyd", "ben"));
    }

    /// Plays actions; returns whether exactly this entry of ann's is lost to a block.
    fn lost(list: List, actions: &[ActionOnPair]) -> bool {
        let (_, history, _) = play(Policy::tencent_rest(), actions);
        let is_lost = history.lost_to_block("ann", "ben", list);

        assert!(history.lost_to_blocks.len() <= 1, "{history:?}");
        assert!(!history.lost_to_block("ben", "ann", list));
        assert!(!history.lost_to_block("ann", "ben", List::Blocklist));
        assert_eq!(history.lost_to_blocks.len(), usize::from(is_lost));
        is_lost
    }

    #[test]
    fn an_entry_is_lost_to_a_block_until_it_is_back() {
        let request = Action::SendRequest;
        let two_way = Action::AddFriend(Ways::TwoWay);
        let ways_back: [(List, ActionOnPair, &[ActionOnPair]); 2] = [
            (
                List::Friends,
                (ADD, "ann", "ben"),
                &[(ADD, "ann", "ben"), (two_way, "ben", "ann")],
            ),
            (
                List::RequestsOut,
                (request, "ann", "ben"),
                &[(request, "ann", "ben")],
            ),
        ];

        for (list, first, backs) in ways_back {
            assert!(!lost(list, &[first]));
            for (blocker, blocked) in [("ann", "ben"), ("ben", "ann")] {
                let [block, lift] =
                    [Action::Block, Action::Unblock].map(|action| (action, blocker, blocked));
                assert!(lost(list, &[first, block]), "{blocker} {list}");
                assert!(lost(list, &[first, block, lift]), "{blocker} {list}");
                for back in backs {
                    assert!(!lost(list, &[first, block, lift, *back]), "{back:?}");
                }
            }
        }
    }

    #[test]
    fn entries_of_a_removed_user_are_no_longer_lost_to_a_block() {
        let (mut graph, mut history) = (pair(), History::default());
        graph.add_user("cyd").unwrap();
        for (owner, entry) in [("ann", "ben"), ("ben", "cyd"), ("ann", "cyd")] {
            apply(&mut graph, &mut history, (ADD, owner, entry));
            apply(&mut graph, &mut history, (Action::Block, owner, entry));
            assert!(history.lost_to_block(owner, entry, List::Friends));
        }

        remove_ben(&mut graph, &mut history);
        assert_eq!(
            history.lost_to_blocks,
            [("ann".to_owned(), "cyd".to_owned(), List::Friends)].into()
        );
        assert!(history.lost_to_removal("ben", "ann") && history.lost_to_removal("ann", "ben"));
        assert!(!history.lost_to_removal("ann", "cyd"));
        assert!(!history.lost_to_removal("ben", "dee"));
    }

    #[test]
    fn requests_have_crossed_until_something_else_happens_between_the_two() {
        use Action::{AcceptRequest, Block, DeclineRequest, SendRequest, Unblock};

        let mut waits = Policy::tencent_rest();
        waits.request.crossed = Crossed::Waits;
        let crossed = |actions: &[ActionOnPair]| {
            let (_, history, _) = play(waits, actions);
            let found = history.has_crossed("ann", "ben");
            assert_eq!(found, history.has_crossed("ben", "ann"));
            assert!(!history.has_crossed("ann", "cyd"));
            found
        };
        let (sent, back) = ((SendRequest, "ann", "ben"), (SendRequest, "ben", "ann"));

        assert!(!crossed(&[sent]));
        assert!(crossed(&[sent, back]) && crossed(&[back, sent]));
        // A refused action changes nothing.
        assert!(crossed(&[sent, back, sent]));
        assert!(crossed(&[sent, back, (Unblock, "ann", "ben")]));
        for (actor, target) in [("ann", "ben"), ("ben", "ann")] {
            for action in [AcceptRequest, DeclineRequest, Block] {
                assert!(
                    !crossed(&[sent, back, (action, actor, target)]),
                    "{action:?}"
                );
            }
        }

        let (mut graph, mut history, _) = play(waits, &[sent, back]);
        remove_ben(&mut graph, &mut history);
        assert!(!history.has_crossed("ann", "ben"));
    }

    #[test]
    fn a_bar_or_a_request_mode_is_lost_to_the_removal_of_its_user() {
        for bar in [true, false] {
            let (mut graph, mut history) = (pair(), History::default());
            if bar {
                graph
                    .set_request_sending("ben", RequestSending::Barred)
                    .unwrap();
            } else {
                graph.set_request_mode("ben", RequestMode::Nobody).unwrap();
            }

            remove_ben(&mut graph, &mut history);
            assert!(history.lost_to_removal("ben", "ann") && history.lost_to_removal("ann", "ben"));
        }
    }
}
