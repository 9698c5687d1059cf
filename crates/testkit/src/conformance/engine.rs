//! The engine as a system itself: two policies can be compared like two servers.

use std::convert::Infallible;

use super::{Answer, ListPage, Reply, System};
use socialgraph::{Cursor, List, SocialGraph};
use socialgraph::{Operation, Outcome};

/// A graph of another policy is a system too, to be compared with the policy in the config.
impl System for SocialGraph {
    type Error = Infallible;

    fn reset(&mut self) -> Result<(), Infallible> {
        *self = Self::new(*self.policy());
        Ok(())
    }

    fn apply(&mut self, operation: &Operation) -> Result<Reply, Infallible> {
        Ok(reply(&operation.apply_to(self)))
    }

    fn can_message(&mut self, actor: &str, target: &str) -> Result<Answer, Infallible> {
        Ok(Self::can_message(self, actor, target).into())
    }

    fn can_send_friend_request(&mut self, actor: &str, target: &str) -> Result<Answer, Infallible> {
        Ok(Self::can_send_friend_request(self, actor, target).into())
    }

    fn list(&mut self, user: &str, list: List) -> Result<Option<Vec<String>>, Infallible> {
        Ok(Some(names_on(self, user, list)))
    }

    fn page(
        &mut self,
        user: &str,
        list: List,
        from: Option<&str>,
        limit: usize,
    ) -> Result<Option<ListPage>, Infallible> {
        let Ok(listing) = Self::list(self, user, list) else {
            return Ok(None);
        };
        let number = from.and_then(|text| text.parse().ok());
        let page = listing.page(number.map_or(Cursor::START, Cursor::from_u32), limit);
        let users = page
            .users
            .iter()
            .filter_map(|id| self.name(*id))
            .map(str::to_owned)
            .collect();
        Ok(Some(ListPage {
            users,
            next: page.next.map(|cursor| cursor.to_u32().to_string()),
        }))
    }

    fn apply_concurrently(
        &mut self,
        first: &Operation,
        second: &Operation,
    ) -> Result<Option<[Reply; 2]>, Infallible> {
        // A graph has one writer at a time.
        Ok(Some(
            [first, second].map(|operation| reply(&operation.apply_to(self))),
        ))
    }
}

/// Returns an outcome in the words of a reply.
fn reply(outcome: &Outcome) -> Reply {
    match outcome {
        Outcome::Act(result) => Reply::Whole((*result).into()),
        Outcome::ActOnMany(Ok(batch)) => {
            Reply::Each(batch.outcomes().iter().map(|item| (*item).into()).collect())
        }
        other => other.is_done().into(),
    }
}

/// Returns the names on a list in the order of handles; none for someone unknown.
pub(super) fn names_on(graph: &SocialGraph, user: &str, list: List) -> Vec<String> {
    let Ok(listing) = graph.list(user, list) else {
        return Vec::new();
    };
    listing
        .iter()
        .filter_map(|id| graph.name(id))
        .map(str::to_owned)
        .collect()
}
