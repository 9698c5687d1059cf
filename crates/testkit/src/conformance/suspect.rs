//! What a system may have refused for that the engine allows.

use std::collections::BTreeSet;

use super::Rule;
use socialgraph::Action;
use socialgraph::Outcome;
use socialgraph::{List, SocialGraph};
use socialgraph::{Relation, RequestMode, RequestSending};

/// What users had who were removed, and of which nothing may be left.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Gone {
    /// Who was removed, and with whom something was between them.
    pairs: BTreeSet<(String, String)>,
    /// Who was removed with a request mode or a bar of their own.
    users: BTreeSet<String>,
}

impl Gone {
    /// Takes note of what a user took along who was removed from this graph.
    pub(super) fn note(&mut self, outcome: &Outcome, before: &SocialGraph) {
        let Outcome::RemoveUser(Ok(removed)) = outcome else {
            return;
        };
        let barred = removed.facts.request_sending == RequestSending::Barred;
        if barred || removed.facts.request_mode != before.policy().initial_request_mode {
            self.users.insert(removed.name.clone());
        }
        let peers = removed
            .severed
            .iter()
            .filter_map(|severed| before.name(severed.peer));
        self.pairs
            .extend(peers.map(|peer| (removed.name.clone(), peer.to_owned())));
    }

    /// Returns whether something was lost between the two, or with one of them.
    pub(super) fn concerns(&self, a: &str, b: &str) -> bool {
        let lost = |a: &str, b: &str| self.pairs.contains(&(a.to_owned(), b.to_owned()));
        lost(a, b) || lost(b, a) || [a, b].into_iter().any(|user| self.users.contains(user))
    }
}

/// Returns the rule by which a system seems to refuse an action that the engine allows.
///
/// It follows from where the two stand: users who came back, a block that stops nothing under
/// this policy, a list that is one short of its limit, a request mode or a bar. A log that is
/// short has nothing of this without need.
pub(super) fn suspect(
    graph: &SocialGraph,
    gone: &Gone,
    action: Action,
    (actor, target): (&str, &str),
) -> Option<Rule> {
    if gone.concerns(actor, target) {
        return Some(Rule::Users);
    }
    if is_across_a_block(graph, action, actor, target) {
        return Some(Rule::R4);
    }
    let mut after = graph.clone();
    let _ = after.apply(action, actor, target);
    if [actor, target]
        .into_iter()
        .any(|user| fills_a_list(graph, &after, user))
    {
        return Some(Rule::R15);
    }
    let blocks = matches!(action, Action::Block | Action::Unblock);
    let restricted = !blocks && (is_barred(graph, actor) || is_closed(graph, actor, target));
    restricted.then_some(Rule::R11)
}

/// Returns whether a list of the user's that was not empty has come to its limit.
fn fills_a_list(before: &SocialGraph, after: &SocialGraph, user: &str) -> bool {
    let limits = before.policy().limits;
    List::ALL.into_iter().any(|list| {
        let length = |graph: &SocialGraph| graph.list(user, list).map_or(0, |list| list.len());
        let [old, new] = [before, after].map(length);
        old > 0
            && new > old
            && list
                .limit(&limits)
                .is_some_and(|limit| new == limit as usize)
    })
}

/// Returns whether an action adds something between two of whom one blocks the other.
fn is_across_a_block(graph: &SocialGraph, action: Action, actor: &str, target: &str) -> bool {
    let adds = matches!(
        action,
        Action::SendRequest | Action::AcceptRequest | Action::AddFriend(_)
    );
    adds && graph
        .relation(actor, target)
        .is_ok_and(Relation::is_blocked)
}

fn is_barred(graph: &SocialGraph, user: &str) -> bool {
    graph
        .user_facts(user)
        .is_ok_and(|facts| facts.request_sending == RequestSending::Barred)
}

/// Returns whether one of the two has chosen to take no requests.
fn is_closed(graph: &SocialGraph, a: &str, b: &str) -> bool {
    graph.policy().initial_request_mode != RequestMode::Nobody
        && [a, b].into_iter().any(|user| {
            graph
                .user_facts(user)
                .is_ok_and(|facts| facts.request_mode == RequestMode::Nobody)
        })
}

#[cfg(test)]
mod tests {
    use super::{Gone, fills_a_list, suspect};
    use crate::conformance::Rule;
    use socialgraph::{Action, Policy, RequestMode, SocialGraph, Ways};

    /// A graph in which ann lists so many friends, and two are the most.
    fn listing(friends: usize) -> SocialGraph {
        let mut policy = Policy::tencent_rest();
        policy.limits.friends = Some(2);
        let mut graph = SocialGraph::new(policy);
        for name in ["ann", "ben", "cyd"] {
            graph.add_user(name).unwrap();
        }
        for friend in ["ben", "cyd"].into_iter().take(friends) {
            graph.add_friend("ann", friend, Ways::OneWay).unwrap();
        }
        graph
    }

    #[test]
    fn a_list_is_filled_where_it_comes_to_its_limit() {
        let fills = |before, after| fills_a_list(&listing(before), &listing(after), "ann");
        assert!(fills(1, 2));
        assert!(!fills(0, 1) && !fills(0, 2) && !fills(2, 2) && !fills(2, 1) && !fills(1, 1));
    }

    #[test]
    fn a_mode_is_suspected_where_it_was_chosen() {
        for (initial, expected) in [
            (RequestMode::Confirm, Some(Rule::R11)),
            (RequestMode::Nobody, None),
        ] {
            let mut policy = Policy::tencent_rest();
            policy.initial_request_mode = initial;
            let mut graph = SocialGraph::new(policy);
            for name in ["ann", "ben"] {
                graph.add_user(name).unwrap();
            }
            graph.set_request_mode("ben", RequestMode::Nobody).unwrap();
            let add = Action::AddFriend(Ways::OneWay);
            assert_eq!(
                suspect(&graph, &Gone::default(), add, ("ann", "ben")),
                expected
            );
        }
    }
}
