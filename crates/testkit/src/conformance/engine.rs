//! The engine as a system: two policies are compared as two servers are.

use std::convert::Infallible;

use super::history::ActionRecord;
use super::{Answer, Extras, ListPage, Reply, System};
use socialgraph::{Cursor, Interaction, List, Operation, Outcome, Policy, Refusal, SocialGraph};

/// The engine as a [`System`], to compare its policy with the one of a
/// [`Config`](super::Config).
///
/// It is also the base of a system of your own: forward every method that you do not change, and
/// its [`extras`](System::extras) as a whole.
///
/// ```
/// use socialgraph::Policy;
/// use socialgraph_testkit::conformance::{Engine, System};
///
/// let mut engine = Engine::new(Policy::tencent_rest());
/// assert!(!engine.can_message("ann", "ben")?.is_allowed());
/// # Ok::<(), std::convert::Infallible>(())
/// ```
#[derive(Clone, Debug)]
pub struct Engine(
    /// The graph that answers.
    pub SocialGraph,
    /// The policy that every log begins with.
    Policy,
);

impl Engine {
    /// Creates an engine whose logs begin under a policy.
    #[must_use]
    pub fn new(policy: Policy) -> Self {
        Self(SocialGraph::new(policy), policy)
    }
}

impl System for Engine {
    type Error = Infallible;

    fn reset(&mut self) -> Result<(), Infallible> {
        *self = Self::new(self.1);
        Ok(())
    }

    fn apply(&mut self, operation: &Operation) -> Result<Reply, Infallible> {
        let outcome = operation.apply_to(&mut self.0);
        Ok(reply(self.0.policy(), operation, outcome))
    }

    fn can_message(&mut self, actor: &str, target: &str) -> Result<Answer, Infallible> {
        Ok(self.0.can_message(actor, target).into())
    }

    fn extras(&mut self) -> Option<&mut dyn Extras<Error = Infallible>> {
        Some(self)
    }
}

impl Extras for Engine {
    type Error = Infallible;

    fn can(
        &mut self,
        interaction: Interaction,
        actor: &str,
        target: &str,
    ) -> Result<Option<Answer>, Infallible> {
        Ok(Some(self.0.can(interaction, actor, target).into()))
    }

    fn can_send_friend_request(
        &mut self,
        actor: &str,
        target: &str,
    ) -> Result<Option<Answer>, Infallible> {
        Ok(Some(self.0.can_send_friend_request(actor, target).into()))
    }

    fn list(&mut self, user: &str, list: List) -> Result<Option<Vec<String>>, Infallible> {
        Ok(Some(names_on(&self.0, user, list)))
    }

    fn page(
        &mut self,
        user: &str,
        list: List,
        from: Option<&str>,
        limit: usize,
    ) -> Result<Option<ListPage>, Infallible> {
        let Ok(listing) = self.0.list(user, list) else {
            return Ok(None);
        };

        let number = from.and_then(|text| text.parse().ok());
        let start = number.map_or(Cursor::START, Cursor::from_u32);
        let page = listing.page(start, limit);

        let mut users = Vec::new();
        for id in page.users {
            users.extend(self.0.name(id).map(str::to_owned));
        }
        let next = page.next.map(|cursor| cursor.to_u32().to_string());
        Ok(Some(ListPage { users, next }))
    }

    /// Applies one after the other: a graph has one writer at a time.
    fn apply_concurrently(
        &mut self,
        first: &Operation,
        second: &Operation,
    ) -> Result<Option<[Reply; 2]>, Infallible> {
        Ok(Some([self.apply(first)?, self.apply(second)?]))
    }
}

/// Returns the reply with what each refused actor learns (R13).
fn reply(policy: &Policy, operation: &Operation, outcome: Outcome) -> Reply {
    let mut answers = ActionRecord::all(operation, &outcome)
        .into_iter()
        .map(|record| Answer::from(record.decision(policy)));

    match outcome {
        Outcome::ActOnMany(Ok(_)) | Outcome::ManyAct(Ok(_)) => Reply::Each(answers.collect()),
        other => Reply::Whole(answers.next_back().unwrap_or(other.is_done().into())),
    }
}

impl From<Outcome> for Reply {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Act(result) => Self::Whole(result.map_err(Refusal::from).into()),
            Outcome::ActOnMany(Ok(batch)) | Outcome::ManyAct(Ok(batch)) => {
                Self::Each(batch.into_iter().map(Answer::from).collect())
            }
            other => other.is_done().into(),
        }
    }
}

/// Returns the names on a list in the order of handles; none for an unknown user.
pub(super) fn names_on(graph: &SocialGraph, user: &str, list: List) -> Vec<String> {
    let mut names = Vec::new();
    if let Ok(listing) = graph.list(user, list) {
        for id in listing {
            names.extend(graph.name(id).map(str::to_owned));
        }
    }
    names
}
