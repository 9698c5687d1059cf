//! Cedar, an authorization engine: rules as policies, users as entities with two sets.
//!
//! It decides and keeps nothing, so that there are two ways to use it: [`TwoUsers`] hands it the
//! two users of each query, [`WholeStore`] everyone at once.

mod two_users;
mod whole_store;

use std::collections::{HashMap, HashSet};

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid,
    PolicySet, Request, RestrictedExpression,
};

pub(crate) use two_users::TwoUsers;
pub(crate) use whole_store::WholeStore;

/// How many queries are timed at once: each takes microseconds.
const MAX_QUERIES: usize = 1000;

/// A user's two sets, by the names that the policies use.
const BLOCKS: &str = "blocks";
const FRIENDS: &str = "friends";

/// The policies, and the words that a query needs.
struct Rules {
    authorizer: Authorizer,
    policies: PolicySet,
    user: EntityTypeName,
    message: EntityUid,
    request: EntityUid,
}

impl Rules {
    fn new() -> Self {
        let action = |uid: &str| uid.parse().expect("an action is well formed");
        Self {
            authorizer: Authorizer::new(),
            policies: include_str!("tencent_rest.cedar")
                .parse()
                .expect("policies are well formed"),
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

fn new_request(actor: EntityUid, action: &EntityUid, target: EntityUid) -> Request {
    let request = Request::new(actor, action.clone(), target, Context::empty(), None);
    request.expect("without a schema every request is valid")
}

fn entity(
    uid: EntityUid,
    blocks: impl IntoIterator<Item = EntityUid>,
    friends: impl IntoIterator<Item = EntityUid>,
) -> Entity {
    let set = |users: &mut dyn Iterator<Item = EntityUid>| {
        RestrictedExpression::new_set(users.map(RestrictedExpression::new_entity_uid))
    };
    let lists = HashMap::from([
        (BLOCKS.to_owned(), set(&mut blocks.into_iter())),
        (FRIENDS.to_owned(), set(&mut friends.into_iter())),
    ]);
    Entity::new(uid, lists, HashSet::new()).expect("a set of users is a value")
}
