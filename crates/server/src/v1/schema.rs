//! The JSON of the engine's types, as the description has it.
//!
//! The engine knows nothing of schemas, so its types have mirrors here. They are never made: a
//! test holds them against the JSON that the engine reads and writes.
#![expect(dead_code, reason = "the types are there for their schemas alone")]

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};
use socialgraph::{
    Crossed, Effect, Fact, Granted, Interaction, MAX_NAME_BYTES, Notice, Policy, Question, Reason,
    RequestMode, RequestSending, Sides, Verdict, Ways,
};

/// Declares the schema of a text that is one of some names.
macro_rules! name_schemas {
    ($( $(#[doc = $doc:literal])+ $type:ident = $title:literal: $names:expr; )+) => {$(
        $(#[doc = $doc])+
        pub(super) struct $type;

        impl JsonSchema for $type {
            fn schema_name() -> Cow<'static, str> {
                $title.into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                let names: Vec<&str> = $names;
                json_schema!({
                    "type": "string",
                    "enum": names,
                    "description": concat!($($doc, "\n"),+).trim(),
                })
            }
        }
    )+};
}

name_schemas! {
    /// What an actor may do to a target, or how they may reach them.
    QuestionName = "QuestionName": Question::all().map(Question::name).collect();
    /// How an actor may reach a target.
    InteractionName = "Interaction": Interaction::ALL.map(Interaction::name).into();
    /// What a server does: `refused_silently` refuses and shows the actor success.
    VerdictName = "Verdict": Verdict::ALL.map(Verdict::name).into();
    /// One reason of a refusal. Further ones may be added.
    ReasonName = "Reason": Reason::ALL.map(Reason::name).into();
    /// What the actor learns of a block.
    NoticeName = "Notice": Notice::ALL.map(Notice::name).into();
    /// One fact of a pair, seen from the actor.
    FactName = "Fact": Fact::ALL.map(Fact::name).into();
    /// What happened to a pair, seen from the actor. Further ones may be added.
    EffectName = "Effect": Effect::ALL.map(Effect::name).into();
    /// Who takes friend requests, and how.
    RequestModeName = "RequestMode": RequestMode::ALL.map(RequestMode::name).into();
    /// Whether a user may send friend requests.
    RequestSendingName = "RequestSending": RequestSending::ALL.map(RequestSending::name).into();
    /// One friend list or both.
    WaysName = "Ways": Ways::ALL.map(Ways::name).into();
    /// The name of a policy that comes with the engine.
    ProfileName = "Profile": Policy::names().collect();
}

/// A name, which the host has normalised: it is compared byte by byte.
pub(super) struct Name;

impl JsonSchema for Name {
    fn schema_name() -> Cow<'static, str> {
        "Name".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": format!(
                "A user's name: 1 to {MAX_NAME_BYTES} bytes of UTF-8, compared byte by byte."
            ),
            "examples": ["ann"],
        })
    }
}

/// A place in the history of the state.
pub(super) struct PositionText;

impl JsonSchema for PositionText {
    fn schema_name() -> Cow<'static, str> {
        "Position".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "pattern": "^[0-9a-f]{16}-(0|[1-9][0-9]{0,18})$",
            "description": "A place in the history of the state: the history's epoch in 16 \
                            hexadecimal digits, a hyphen, and the number of the last entry.",
            "examples": ["00000000deadbeef-4711"],
        })
    }
}

/// One change of a user, a pair or the policy.
#[derive(JsonSchema)]
#[schemars(rename = "Operation", rename_all = "snake_case")]
pub(super) enum OperationForm {
    /// Adds a user.
    AddUser(AddUser),
    /// Removes a user, with all relations.
    RemoveUser(RemoveUser),
    /// Gives a user another name.
    RenameUser(RenameUser),
    /// Merges a user into another, and removes the first.
    MergeUsers(MergeUsers),
    /// Applies an action to a pair.
    Act(Act),
    /// Applies an action of one actor to each target, in order.
    ActOnMany(ActOnMany),
    /// Applies an action of each actor, in order, to one target.
    ManyAct(ManyAct),
    /// Sets who may send the user friend requests.
    SetRequestMode(SetRequestMode),
    /// Bars the user from sending friend requests, or lifts the bar.
    SetRequestSending(SetRequestSending),
    /// Takes every user off a list.
    ClearList(ClearList),
    /// Puts the state under another policy. It needs the role admin.
    AdoptPolicy(AdoptPolicy),
}

/// Declares the mirror of an operation's fields.
macro_rules! forms {
    ($( $kind:ident { $( $(#[$doc:meta])* $field:ident: $type:ty, )+ } )+) => {$(
        #[derive(JsonSchema)]
        #[schemars(deny_unknown_fields)]
        pub(super) struct $kind { $( $(#[$doc])* $field: $type, )+ }
    )+};
}

forms! {
    AddUser { name: Name, }
    RemoveUser { name: Name, }
    RenameUser {
        /// The name before.
        user: Name,
        /// The new name.
        name: Name,
    }
    MergeUsers {
        /// The user who is removed.
        from: Name,
        /// The user who gets the relations.
        into: Name,
    }
    Act { action: ActionForm, actor: Name, target: Name, }
    ActOnMany { action: ActionForm, actor: Name, targets: Vec<Name>, }
    ManyAct { action: ActionForm, actors: Vec<Name>, target: Name, }
    SetRequestMode { user: Name, mode: RequestModeName, }
    SetRequestSending { user: Name, sending: RequestSendingName, }
    ClearList { user: Name, list: OwnListForm, }
    AdoptPolicy { policy: PolicyForm, }
}

/// An action of an actor on a target.
#[derive(JsonSchema)]
#[schemars(rename = "Action", rename_all = "snake_case")]
pub(super) enum ActionForm {
    Block,
    Unblock,
    SendRequest,
    AcceptRequest,
    DeclineRequest,
    CancelRequest,
    /// Adds a friend without a request: an import, or an admin's act.
    AddFriend(WaysName),
    RemoveFriend(WaysName),
}

/// A list that can be cleared.
#[derive(JsonSchema)]
#[schemars(rename = "OwnList", rename_all = "snake_case")]
pub(super) enum OwnListForm {
    Blocklist,
    Friends(WaysName),
    RequestsIn,
    RequestsOut,
}

/// A policy to adopt: a profile with the parts that differ, or every part.
pub(super) struct PolicyForm;

impl JsonSchema for PolicyForm {
    fn schema_name() -> Cow<'static, str> {
        "NewPolicy".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut changes = policy(Parts::Some, Limits::Read);
        let profile = generator.subschema_for::<ProfileName>();
        let properties = changes.get_mut("properties");
        if let Some(properties) = properties.and_then(Value::as_object_mut) {
            properties.insert("profile".to_owned(), profile.into());
        }
        changes.insert("required".to_owned(), json!(["profile"]));
        json_schema!({
            "description": "A profile with the parts that differ, or every part.",
            "anyOf": [changes, policy(Parts::All, Limits::Read)],
        })
    }
}

/// A policy with every part.
pub(super) struct WholePolicy;

impl JsonSchema for WholePolicy {
    fn schema_name() -> Cow<'static, str> {
        "Policy".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let mut whole = policy(Parts::All, Limits::Written);
        let description = "A policy with every part. docs/semantics.md explains each.";
        whole.insert("description".to_owned(), description.into());
        whole
    }
}

/// Which parts an object has to have.
#[derive(Clone, Copy)]
enum Parts {
    All,
    Some,
}

/// Whether limits are read or written: null is read as `none`, and not written.
#[derive(Clone, Copy)]
enum Limits {
    Read,
    Written,
}

/// Returns the schema of a policy's parts.
fn policy(parts: Parts, limits: Limits) -> Schema {
    let object = |properties: Value| {
        let names: Vec<_> = properties.as_object().into_iter().flatten().collect();
        let names: Vec<&String> = names.into_iter().map(|(name, _)| name).collect();
        let required = match parts {
            Parts::All => json!(names),
            Parts::Some => json!([]),
        };
        json!({
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": false,
        })
    };
    let one_of = |names: &[&str]| json!({"type": "string", "enum": names});

    let sides = one_of(&Sides::ALL.map(Sides::name));
    let notice = one_of(&Notice::ALL.map(Notice::name));
    let notices = object(json!({"own": notice, "other": notice}));
    let gate = object(json!({
        "stopped_by": sides, "needs_listing_by": sides, "notice": notices,
    }));
    let number = json!({"type": "integer", "minimum": 0, "maximum": u32::MAX, "format": "int64"});
    let none = json!({"type": "string", "const": "none"});
    let limit = match limits {
        Limits::Read => json!({
            "description": "The most, or `none`. Null is `none`, too.",
            "anyOf": [number, none, {"type": "null"}],
        }),
        Limits::Written => json!({
            "description": "The most, or `none`.",
            "anyOf": [number, none],
        }),
    };
    let policy = object(json!({
        "message": gate,
        "call": gate,
        "group_invitation": gate,
        "presence": gate,
        "request": object(json!({
            "stopped_by": sides,
            "accept_stopped_by": sides,
            "add_stopped_by": sides,
            "crossed": one_of(&Crossed::ALL.map(Crossed::name)),
            "makes": one_of(&Granted::ALL.map(Granted::name)),
            "initial_mode": one_of(&RequestMode::ALL.map(RequestMode::name)),
            "notice": notices,
        })),
        "block": object(json!({"clears_friends_of": sides, "cancels_requests_of": sides})),
        "limits": object(json!({
            "blocked": limit, "friends": limit, "requests_in": limit, "batch": limit,
        })),
    }));
    // It is an object.
    policy.try_into().unwrap_or_default()
}

/// What an entry changed of a user, a pair or the policy.
#[derive(JsonSchema)]
#[schemars(rename = "Change", rename_all = "snake_case")]
pub(super) enum ChangeForm {
    /// A user was added, with the policy's initial request mode.
    UserAdded {
        name: Name,
    },
    /// A user was removed. The relations ended in changes before.
    UserRemoved {
        name: Name,
    },
    /// A user has another name, and keeps everything else.
    UserRenamed {
        before: Name,
        name: Name,
    },
    /// The first user was removed. The second's relations changed in changes before.
    UsersMerged {
        from: Name,
        into: Name,
    },
    /// What holds between two users changed, seen from the actor.
    RelationChanged {
        actor: Name,
        target: Name,
        before: Vec<FactName>,
        after: Vec<FactName>,
    },
    RequestModeChanged {
        user: Name,
        mode: RequestModeName,
    },
    RequestSendingChanged {
        user: Name,
        sending: RequestSendingName,
    },
    /// Another policy holds.
    PolicyAdopted {
        from: WholePolicy,
        to: WholePolicy,
    },
}
