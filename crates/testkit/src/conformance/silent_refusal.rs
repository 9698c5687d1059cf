//! The rule behind a refusal that the engine does not expect and that gives no reason.

use super::Rule;
use super::history::History;
use socialgraph::{Action, List, Relation, RequestMode, RequestSending, SocialGraph};

/// Guesses the rule by which a system refuses an action that the engine allows.
///
/// A short log sets up nothing without need. So if it removes a user with a relation or a
/// setting, blocks one of the two, fills a list, cancels a request by a block or restricts
/// requests, then that is the likely cause.
pub(super) fn guess(
    graph: &SocialGraph,
    history: &History,
    action: Action,
    (actor, target): (&str, &str),
) -> Option<Rule> {
    if history.lost_to_removal(actor, target) {
        return Some(Rule::Users);
    }
    if is_across_a_block(graph, action, actor, target) {
        return Some(Rule::R4);
    }

    let mut after = graph.clone();
    let _ = after.apply(action, actor, target);
    if fills_a_list(graph, &after, actor) || fills_a_list(graph, &after, target) {
        return Some(Rule::R15);
    }

    if action == Action::SendRequest && history.lost_request_to_block(actor, target) {
        return Some(Rule::R3);
    }

    let blocks = matches!(action, Action::Block | Action::Unblock);
    let restricted = is_barred(graph, actor) || is_closed(graph, actor) || is_closed(graph, target);
    (restricted && !blocks).then_some(Rule::R11)
}

/// Returns whether an action adds an entry between two users across a block.
fn is_across_a_block(graph: &SocialGraph, action: Action, actor: &str, target: &str) -> bool {
    let relation = graph.relation(actor, target);
    adds(action) && relation.is_ok_and(Relation::is_blocked)
}

/// Returns whether an action adds a request or an entry on a friend list.
pub(super) const fn adds(action: Action) -> bool {
    matches!(
        action,
        Action::SendRequest | Action::AcceptRequest | Action::AddFriend(_)
    )
}

/// Returns whether one of the user's lists that was not empty grows to its limit.
fn fills_a_list(before: &SocialGraph, after: &SocialGraph, user: &str) -> bool {
    for list in List::OWN {
        let Some(limit) = list.limit(&before.policy().limits) else {
            continue;
        };

        let [old, new] =
            [before, after].map(|graph| graph.list(user, list).map_or(0, |entries| entries.len()));
        if 0 < old && old < new && new == limit as usize {
            return true;
        }
    }
    false
}

/// Returns whether the user is barred from sending requests.
fn is_barred(graph: &SocialGraph, user: &str) -> bool {
    let facts = graph.user_facts(user);
    facts.is_ok_and(|facts| facts.request_sending == RequestSending::Barred)
}

/// Returns whether the user has chosen to take no requests.
fn is_closed(graph: &SocialGraph, user: &str) -> bool {
    let facts = graph.user_facts(user);
    let closed = facts.is_ok_and(|facts| facts.request_mode == RequestMode::Nobody);
    closed && graph.policy().request.initial_mode != RequestMode::Nobody
}

#[cfg(test)]
mod tests {
    use super::{fills_a_list, guess};
    use crate::conformance::Rule;
    use crate::conformance::history::History;
    use socialgraph::{Action, Policy, RequestMode, SocialGraph, Ways};

    /// A graph in which ann lists this number of friends, and the limit is two.
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
    fn a_list_is_filled_if_it_grows_to_its_limit() {
        let fills = |before, after| fills_a_list(&listing(before), &listing(after), "ann");
        assert!(fills(1, 2));
        assert!(!fills(0, 1) && !fills(0, 2) && !fills(2, 2) && !fills(2, 1) && !fills(1, 1));
    }

    #[test]
    fn a_request_mode_is_the_likely_cause_if_the_user_chose_it() {
        for (initial, expected) in [
            (RequestMode::Confirm, Some(Rule::R11)),
            (RequestMode::Nobody, None),
        ] {
            let mut policy = Policy::tencent_rest();
            policy.request.initial_mode = initial;
            let mut graph = SocialGraph::new(policy);
            for name in ["ann", "ben"] {
                graph.add_user(name).unwrap();
            }
            graph.set_request_mode("ben", RequestMode::Nobody).unwrap();

            let add = Action::AddFriend(Ways::OneWay);
            let rule = guess(&graph, &History::default(), add, ("ann", "ben"));
            assert_eq!(rule, expected);
        }
    }
}
