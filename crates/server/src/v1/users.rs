//! Users, and what is between two of them.

use schemars::JsonSchema;
use serde::Serialize;
use socialgraph::{Cursor, List, Relation, RequestMode, RequestSending, SocialGraph, UserId};

use super::endpoint::{Call, Fresh, Nothing, Query, Verb, parameters};
use super::problem::{Code, Problem, unknown_user};
use super::schema::{FactName, Name, RequestModeName, RequestSendingName};
use crate::state::State;
use crate::tokens::Role;

/// The users of a page, if the request does not say, and the most.
const PAGE: usize = 100;
const MOST: usize = 1_000;

parameters! {
    UsersParameters {
        /// `next` of the page before.
        #[serde(default)]
        #[schemars(with = "u32")]
        cursor: Cursor,
        /// The most users of the page.
        #[serde(default = "page")]
        #[schemars(range(min = 1, max = 1_000))]
        limit: usize,
    }
    UserParameters {
        #[schemars(with = "Name")]
        name: String,
    }
    ListParameters {
        #[schemars(with = "Name")]
        user: String,
        #[schemars(with = "ListName")]
        list: List,
        /// `next` of the page before.
        #[serde(default)]
        #[schemars(with = "u32")]
        cursor: Cursor,
        /// The most users of the page.
        #[serde(default = "page")]
        #[schemars(range(min = 1, max = 1_000))]
        limit: usize,
    }
    RelationParameters {
        #[schemars(with = "Name")]
        actor: String,
        #[schemars(with = "Name")]
        target: String,
    }
}

const fn page() -> usize {
    PAGE
}

fn check_limit(limit: usize) -> Result<(), Problem> {
    if (1..=MOST).contains(&limit) {
        return Ok(());
    }
    let detail = format!("a page has 1 to {MOST} users, and {limit} are asked for");
    Err(Problem::parameter("limit", detail))
}

/// A list of a user.
#[derive(JsonSchema)]
#[schemars(rename = "List", rename_all = "snake_case")]
#[expect(dead_code, reason = "it is there for its schema alone")]
enum ListName {
    /// Whom the user blocks.
    Blocklist,
    /// Whom the user lists as friends.
    Friends,
    /// Whose friend requests to the user are pending.
    RequestsIn,
    /// To whom the user's own friend requests are pending.
    RequestsOut,
    /// Who blocks the user. The user must not learn of it.
    BlockedBy,
    /// Who lists the user as a friend.
    ListedBy,
}

/// A part of a list.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "UserPage")]
pub(super) struct Page {
    /// In the order in which they were added to the state.
    #[schemars(with = "Vec<Name>")]
    users: Vec<String>,
    /// How many users there are in all.
    total: usize,
    /// The cursor of the next page, or null after the last.
    #[schemars(with = "Option<u32>")]
    next: Option<Cursor>,
}

/// `GET /v1/users`.
pub(super) struct Users;

impl Call for Users {
    const METHOD: Verb = Verb::Get;
    const PATH: &'static str = "/v1/users";
    const ROLE: Role = Role::Read;
    const SUMMARY: &'static str = "List the users, a page at a time";
    const DESCRIPTION: &'static str = "A user who is there all the while is on exactly one page.";
    const HAS_LONG_REPLIES: bool = true;
    type Parameters = UsersParameters;
    type Body = Nothing;
    type Reply = Page;
}

impl Query for Users {
    fn run(state: &State, parameters: UsersParameters, _: Nothing) -> Result<Page, Problem> {
        check_limit(parameters.limit)?;
        let graph = state.service().graph();
        let handles = parameters.cursor.to_u32()..graph.next_user().to_u32();
        let mut rest = handles.filter_map(|number| {
            let name = graph.name(UserId::from_u32(number))?;
            Some((number, name))
        });
        let users = rest.by_ref().take(parameters.limit);
        let users = users.map(|(_, name)| name.to_owned()).collect();
        Ok(Page {
            users,
            total: graph.user_count(),
            next: rest.next().map(|(number, _)| Cursor::from_u32(number)),
        })
    }
}

/// `GET /v1/user`.
pub(super) struct User;

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "User")]
pub(super) struct UserReply {
    #[schemars(with = "Name")]
    name: String,
    #[schemars(with = "RequestModeName")]
    request_mode: RequestMode,
    #[schemars(with = "RequestSendingName")]
    request_sending: RequestSending,
    /// How many users are on each list.
    counts: Counts,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ListCounts")]
struct Counts {
    blocklist: usize,
    friends: usize,
    requests_in: usize,
    requests_out: usize,
    blocked_by: usize,
    listed_by: usize,
}

impl Call for User {
    const METHOD: Verb = Verb::Get;
    const PATH: &'static str = "/v1/user";
    const ROLE: Role = Role::Read;
    const SUMMARY: &'static str = "Get a user's settings, and how long the user's lists are";
    const CODES: &'static [Code] = &[Code::UnknownUser];
    const HAS_LONG_REPLIES: bool = true;
    type Parameters = UserParameters;
    type Body = Nothing;
    type Reply = UserReply;
}

impl Query for User {
    fn run(state: &State, parameters: UserParameters, _: Nothing) -> Result<UserReply, Problem> {
        let (graph, name) = (state.service().graph(), parameters.name);
        let facts = graph.user_facts(&*name).map_err(unknown_user("name"))?;
        Ok(UserReply {
            request_mode: facts.request_mode,
            request_sending: facts.request_sending,
            counts: Counts::of(graph, &name),
            name,
        })
    }
}

impl Counts {
    fn of(graph: &SocialGraph, name: &str) -> Self {
        let count = |list| graph.list(name, list).map_or(0, |listing| listing.len());
        Self {
            blocklist: count(List::Blocklist),
            friends: count(List::Friends),
            requests_in: count(List::RequestsIn),
            requests_out: count(List::RequestsOut),
            blocked_by: count(List::BlockedBy),
            listed_by: count(List::ListedBy),
        }
    }
}

/// `GET /v1/list`.
pub(super) struct OneList;

impl Call for OneList {
    const METHOD: Verb = Verb::Get;
    const PATH: &'static str = "/v1/list";
    const ROLE: Role = Role::Read;
    const SUMMARY: &'static str = "Get a list of a user, a page at a time";
    const DESCRIPTION: &'static str = "The state may change between two pages: a user who is on the list all the while is on \
         exactly one page, any other on at most one.";
    const CODES: &'static [Code] = &[Code::UnknownUser];
    const HAS_LONG_REPLIES: bool = true;
    type Parameters = ListParameters;
    type Body = Nothing;
    type Reply = Page;
}

impl Query for OneList {
    fn run(state: &State, parameters: ListParameters, _: Nothing) -> Result<Page, Problem> {
        check_limit(parameters.limit)?;
        let graph = state.service().graph();
        let listing = graph
            .list(&*parameters.user, parameters.list)
            .map_err(unknown_user("user"))?;
        let page = listing.page(parameters.cursor, parameters.limit);
        let name = |user| graph.name(user).map(str::to_owned);
        Ok(Page {
            users: page.users.into_iter().filter_map(name).collect(),
            total: listing.len(),
            next: page.next,
        })
    }
}

/// `GET /v1/relation`.
pub(super) struct OneRelation;

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Relation")]
pub(super) struct RelationReply {
    /// What holds between the two, seen from the actor.
    #[schemars(with = "Vec<FactName>")]
    facts: Relation,
}

impl Call for OneRelation {
    const METHOD: Verb = Verb::Get;
    const PATH: &'static str = "/v1/relation";
    const ROLE: Role = Role::Read;
    const SUMMARY: &'static str = "Get what holds between two users";
    const CODES: &'static [Code] = &[Code::UnknownUser];
    type Parameters = RelationParameters;
    type Body = Nothing;
    type Reply = RelationReply;
}

impl Query for OneRelation {
    fn run(
        state: &State,
        parameters: RelationParameters,
        _: Nothing,
    ) -> Result<RelationReply, Problem> {
        let graph = state.service().graph();
        let (actor, target) = (&*parameters.actor, &*parameters.target);
        for (parameter, name) in [("actor", actor), ("target", target)] {
            graph.user_facts(name).map_err(unknown_user(parameter))?;
        }
        let facts = graph.relation(actor, target);
        let facts = facts.map_err(|error| Problem::parameter("target", error.to_string()))?;
        Ok(RelationReply { facts })
    }
}

/// `GET /v1/position`.
pub(super) struct Here;

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Position")]
pub(super) struct HereReply {
    /// How many users there are.
    users: usize,
}

impl Call for Here {
    const METHOD: Verb = Verb::Get;
    const PATH: &'static str = "/v1/position";
    const ROLE: Role = Role::Read;
    const SUMMARY: &'static str = "Get the position of the state";
    const DESCRIPTION: &'static str = "An `Idempotency-Key` begins with a position, which may be this one, and ends with a \
         hyphen and 32 hexadecimal digits that no other key has.";
    type Parameters = Fresh;
    type Body = Nothing;
    type Reply = HereReply;
}

impl Query for Here {
    fn run(state: &State, _: Fresh, _: Nothing) -> Result<HereReply, Problem> {
        let users = state.service().graph().user_count();
        Ok(HereReply { users })
    }
}
