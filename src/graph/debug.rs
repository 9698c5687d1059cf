//! What a graph prints for whoever reads a test that failed: who there is, and how they stand.

use std::fmt;

use super::SocialGraph;
use super::store::Record;
use crate::facts::{Relation, RequestMode, RequestSending};

/// How many users are printed at most, so that a large graph costs no more than a small one.
const MAX_USERS: usize = 32;

/// How many relations between those users are printed at most.
const MAX_RELATIONS: usize = 64;

/// The policy, the first 32 users in the order of handles, and the first 64 relations of these.
///
/// A user's settings follow the name where they are not what they were at first. A relation
/// is in the letters of `docs/semantics.md`: small ones are of the user before them. What is
/// left out is counted.
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
        let records: Vec<_> = self
            .store
            .iter()
            .take(MAX_USERS)
            .map(|(_, user)| user)
            .collect();
        let initial = self.policy.initial_request_mode;
        let users = records.iter().map(|&record| User { record, initial });
        f.debug_struct("SocialGraph")
            .field("policy", &self.policy)
            .field("users", &Truncated::of(users, MAX_USERS, self.user_count()))
            .field("relations", &relations(&records))
            .finish()
    }
}

/// Returns how each two users stand who are no strangers.
fn relations<'a>(users: &[Record<'a>]) -> Truncated<Pair<'a>> {
    // Each two once. Nobody has a relation with themselves, who come along and drop out below.
    let rest = |index: usize| users.iter().skip(index);
    let pairs = users
        .iter()
        .enumerate()
        .flat_map(|(index, a)| rest(index).map(move |b| (a, b)));
    let pairs = pairs.map(|(a, b)| Pair(a.name(), a.relation(b.id()), b.name()));
    let pairs: Vec<_> = pairs.filter(|pair| pair.1 != Relation::STRANGERS).collect();
    let all = pairs.len();
    Truncated::of(pairs, MAX_RELATIONS, all)
}

/// The first items of a list, and how many more there are.
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

/// A name, and the settings that are not the initial ones.
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

    /// What is printed after the policy.
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
    fn what_is_too_much_is_counted() {
        let mut graph = graph(33);
        assert!(printed(&graph).ends_with(r#""u31", 1 more, ..], relations: [] }"#));
        // Of each two among the 32 who are shown, and of the one who is not.
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
