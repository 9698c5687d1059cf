//! Cedar, an authorization engine: rules are policies, and a user is an entity with two sets.
//!
//! Cedar decides and stores nothing, so there are two ways to use it. [`TwoUsers`] passes the two
//! users of each query, and [`WholeStore`] passes every user at once.

mod two_users;
mod whole_store;

use std::collections::{HashMap, HashSet};

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid,
    PolicySet, Request, RestrictedExpression,
};

pub(crate) use two_users::TwoUsers;
pub(crate) use whole_store::WholeStore;

/// The queries of a repetition, few because a query takes microseconds.
const MAX_QUERIES: usize = 1000;

/// The attribute of a user's blocks in the policies.
const BLOCKS: &str = "blocks";

/// The attribute of a user's friends in the policies.
const FRIENDS: &str = "friends";

/// The policies, and the identifiers that a query needs.
struct Rules {
    authorizer: Authorizer,
    policies: PolicySet,
    user: EntityTypeName,
    message: EntityUid,
    request: EntityUid,
}

impl Rules {
    fn new() -> Self {
        let policies = include_str!("tencent_rest.cedar").parse();
        Self {
            authorizer: Authorizer::new(),
            policies: policies.expect("policies are well formed"),
            user: "User".parse().expect("a type is well formed"),
            message: action(r#"Action::"message""#),
            request: action(r#"Action::"send_friend_request""#),
        }
    }

    fn user(&self, name: &str) -> EntityUid {
        EntityUid::from_type_name_and_id(self.user.clone(), EntityId::new(name))
    }

    fn allows(&self, query: &Request, entities: &Entities) -> bool {
        let response = self
            .authorizer
            .is_authorized(query, &self.policies, entities);
        response.decision() == Decision::Allow
    }
}

fn action(uid: &str) -> EntityUid {
    uid.parse().expect("an action is well formed")
}

fn new_request(actor: EntityUid, action: &EntityUid, target: EntityUid) -> Request {
    let request = Request::new(actor, action.clone(), target, Context::empty(), None);
    request.expect("without a schema every request is valid")
}

/// Returns a user's entity, whose attributes are the two sets.
fn entity(
    uid: EntityUid,
    blocks: impl IntoIterator<Item = EntityUid>,
    friends: impl IntoIterator<Item = EntityUid>,
) -> Entity {
    let attributes = HashMap::from([
        (BLOCKS.to_owned(), set_of(blocks)),
        (FRIENDS.to_owned(), set_of(friends)),
    ]);

    let parents = HashSet::new();
    Entity::new(uid, attributes, parents).expect("a set of users is a value")
}

fn set_of(users: impl IntoIterator<Item = EntityUid>) -> RestrictedExpression {
    let users = users.into_iter();
    RestrictedExpression::new_set(users.map(RestrictedExpression::new_entity_uid))
}
