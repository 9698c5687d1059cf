//! Debug output of a graph, for the reader of a failed test.

use std::fmt;

use super::SocialGraph;
use super::store::Record;
use crate::facts::{Relation, RequestMode, RequestSending};

/// The maximum number of users printed, which bounds the cost for a large graph.
const MAX_USERS: usize = 32;

/// The maximum number of relations printed.
const MAX_RELATIONS: usize = 64;

/// Prints the policy, the first 32 users in the order of handles, and the first 64 relations
/// between them.
///
/// A user's settings follow the name if they differ from the initial ones. A relation is in the
/// letters of `docs/semantics.md`: a lower-case letter is a fact of the user before it. Users and
/// relations that are left out are counted.
///
/// ```
/// use socialgraph::{Policy, RequestMode, SocialGraph};
///
/// let mut graph = SocialGraph::new(Policy::tencent_rest());
/// let [alice, bob] = [graph.add_user("alice")?, graph.add_user("bob")?];
/// graph.add_to_blocklist(alice, bob)?;
/// graph.set_request_mode(bob, RequestMode::Nobody)?;
/// let text = format!("{graph:?}");
/// assert!(text.ends_with(r#"users: ["alice", "bob" Nobody], relations: ["alice" b "bob"] }"#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[expect(
    clippy::missing_fields_in_debug,
    reason = "the other fields follow from the policy"
)]
impl fmt::Debug for SocialGraph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = self.store.iter().take(MAX_USERS);
        let records: Vec<_> = first.map(|(_, record)| record).collect();
        let initial = self.policy.request.initial_mode;
        let users = records.iter().map(|&record| User { record, initial });

        f.debug_struct("SocialGraph")
            .field("policy", &self.policy)
            .field("users", &Truncated::of(users, MAX_USERS, self.user_count()))
            .field("relations", &relations(&records))
            .finish()
    }
}

/// Returns the relations between the users, each pair once.
fn relations<'a>(users: &[Record<'a>]) -> Truncated<Pair<'a>> {
    let mut pairs = Vec::new();
    let mut rest = users.iter();
    while let Some(actor) = rest.next() {
        for target in rest.clone() {
            let relation = actor.relation(target.id());
            if relation != Relation::STRANGERS {
                pairs.push(Pair(actor.name(), relation, target.name()));
            }
        }
    }

    let all = pairs.len();
    Truncated::of(pairs, MAX_RELATIONS, all)
}

/// The first items of a list, and the number of items left out.
struct Truncated<T> {
    items: Vec<T>,
    more: usize,
}

impl<T> Truncated<T> {
    fn of(items: impl IntoIterator<Item = T>, most: usize, all: usize) -> Self {
        let items: Vec<T> = items.into_iter().take(most).collect();
        Self {
            more: all.saturating_sub(items.len()),
            items,
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for Truncated<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut list = f.debug_list();
        list.entries(&self.items);
        match self.more {
            0 => list.finish(),
            more => list
                .entry(&format_args!("{more} more"))
                .finish_non_exhaustive(),
        }
    }
}

/// A name, and the settings that differ from the initial ones.
struct User<'a> {
    record: Record<'a>,
    initial: RequestMode,
}

impl fmt::Debug for User<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let facts = self.record.facts();
        write!(f, "{:?}", self.record.name())?;
        if facts.request_mode != self.initial {
            write!(f, " {:?}", facts.request_mode)?;
        }
        match facts.request_sending {
            RequestSending::Open => Ok(()),
            RequestSending::Barred => write!(f, " {:?}", facts.request_sending),
        }
    }
}

/// Two names with the relation of the first to the second.
struct Pair<'a>(&'a str, Relation, &'a str);

impl fmt::Debug for Pair<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(actor, relation, target) = self;
        write!(f, "{actor:?} {relation:#} {target:?}")
    }
}

#[cfg(test)]
mod tests {
    use crate::{Limits, Policy, RequestMode, RequestSending, SocialGraph, Ways};

    fn graph(users: usize) -> SocialGraph {
        let mut policy = Policy::tencent_rest();
        policy.limits = Limits::NONE;
        let mut graph = SocialGraph::new(policy);
        for number in 0..users {
            graph.add_user(&format!("u{number}")).unwrap();
        }
        graph
    }

    /// The output after the policy.
    fn printed(graph: &SocialGraph) -> String {
        let text = format!("{graph:?}");
        let policy = format!("SocialGraph {{ policy: {:?}, ", graph.policy());
        text.strip_prefix(&policy).unwrap().to_owned()
    }

    #[test]
    fn users_have_their_settings_and_pairs_their_letters() {
        let mut graph = graph(4);
        graph.set_request_mode("u1", RequestMode::Nobody).unwrap();
        graph.set_request_mode("u2", RequestMode::Anyone).unwrap();
        graph
            .set_request_sending("u2", RequestSending::Barred)
            .unwrap();
        graph
            .set_request_sending("u3", RequestSending::Barred)
            .unwrap();
        graph.add_to_blocklist("u3", "u0").unwrap();
        graph.add_friend("u1", "u2", Ways::TwoWay).unwrap();
        assert_eq!(
            printed(&graph),
            r#"users: ["u0", "u1" Nobody, "u2" Anyone Barred, "u3" Barred], relations: ["u0" B "u3", "u1" lL "u2"] }"#
        );
        graph.remove_user("u3").unwrap();
        graph.remove_user("u2").unwrap();
        assert_eq!(
            printed(&graph),
            r#"users: ["u0", "u1" Nobody], relations: [] }"#
        );
    }

    #[test]
    fn items_left_out_are_counted() {
        let mut graph = graph(33);
        assert!(printed(&graph).ends_with(r#""u31", 1 more, ..], relations: [] }"#));
        // The first 65 pairs of the 32 users shown, and a pair with the user left out.
        for (a, b) in (1..33)
            .flat_map(|b| (0..b).map(move |a| (a, b)))
            .take(65)
            .chain([(0, 32)])
        {
            graph
                .add_to_blocklist(&*format!("u{a}"), &*format!("u{b}"))
                .unwrap();
        }
        assert!(
            printed(&graph).ends_with(r#" b "u10", 1 more, ..] }"#),
            "{graph:?}"
        );
        graph.remove_user("u32").unwrap();
        assert!(printed(&graph).contains(r#""u31"], relations: ["u0" b "u1""#));
    }
}
