//! The description of the interface: it has what the server has, and its schemas take exactly what
//! the server takes.

use std::collections::{BTreeMap, BTreeSet};

use jsonschema::Validator;
use reqwest::Method;
use serde_json::{Value, json};
use socialgraph::{
    Action, Crossed, Effect, Fact, Granted, Interaction, List, Notice, Operation, OwnList, Policy,
    Question, Reason, Relation, RequestMode, RequestSending, Sides, Verdict, Ways,
};
use socialgraph_tim::Change;

use super::api::{Api, json_of};
use crate::fixtures::Server;

const PREFIX: &str = "#/components/schemas/";

async fn start() -> (Server, Api) {
    let server = Server::start(&[]);
    let api = Api::new(&server, None).await;
    (server, api)
}

/// Returns what takes the values of a schema of the description.
fn validator(description: &Value, schema: &Value) -> Validator {
    let mut schema = schema.clone();
    schema["components"] = description["components"].clone();
    jsonschema::draft202012::new(&schema).unwrap()
}

fn component(description: &Value, name: &str) -> Validator {
    validator(description, &json!({"$ref": format!("{PREFIX}{name}")}))
}

/// Calls a function with every object of a document, and the pointer to it.
fn for_each_object<'a>(value: &'a Value, pointer: &str, call: &mut impl FnMut(&str, &'a Value)) {
    match value {
        Value::Object(fields) => {
            call(pointer, value);
            for (name, field) in fields {
                for_each_object(field, &format!("{pointer}/{name}"), call);
            }
        }
        Value::Array(values) => {
            for (index, value) in values.iter().enumerate() {
                for_each_object(value, &format!("{pointer}/{index}"), call);
            }
        }
        _ => {}
    }
}

/// Returns the operations of the description: path, method and operation.
fn endpoints(description: &Value) -> Vec<(&str, &str, &Value)> {
    let mut endpoints = Vec::new();
    for (path, methods) in description["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            endpoints.push((&**path, &**method, operation));
        }
    }
    assert!(!endpoints.is_empty());
    endpoints
}

#[tokio::test]
async fn it_has_the_form_of_openapi() {
    let (_server, api) = start().await;
    let description = &api.description;
    assert_eq!(description["openapi"], "3.1.0");
    for field in ["title", "version", "description"] {
        assert!(description["info"][field].is_string(), "{field}");
    }
    let tags: Vec<&Value> = description["tags"].as_array().unwrap().iter().collect();
    let tags: BTreeSet<&str> = tags
        .iter()
        .map(|tag| tag["name"].as_str().unwrap())
        .collect();

    let (mut ids, mut used_tags) = (BTreeSet::new(), BTreeSet::new());
    for (path, method, operation) in endpoints(description) {
        let what = format!("{method} {path}");
        // No path has a parameter.
        assert!(
            path.starts_with("/v1/") && !path.contains(['{', '}']),
            "{what}"
        );
        assert!(
            ids.insert(operation["operationId"].as_str().unwrap()),
            "{what}"
        );
        assert!(
            operation["summary"]
                .as_str()
                .is_some_and(|it| !it.is_empty()),
            "{what}"
        );
        let [tag] = &operation["tags"].as_array().unwrap()[..] else {
            panic!("{what}: {}", operation["tags"]);
        };
        assert!(tags.contains(tag.as_str().unwrap()), "{what}");
        used_tags.insert(tag.as_str().unwrap());

        let mut names = BTreeSet::new();
        for parameter in operation["parameters"].as_array().unwrap() {
            assert!(
                ["query", "header"].contains(&parameter["in"].as_str().unwrap()),
                "{what}"
            );
            assert!(names.insert(parameter["name"].as_str().unwrap()), "{what}");
            assert!(parameter["schema"].is_object(), "{what}");
        }
        let responses = operation["responses"].as_object().unwrap();
        assert!(responses.contains_key("200"), "{what}");
        for (status, response) in responses {
            assert!(response["description"].is_string(), "{what} {status}");
            assert_eq!(
                response["content"].as_object().unwrap().len(),
                1,
                "{what} {status}"
            );
        }
        // Every endpoint but the description's has a role, and so a token.
        let is_open = path == "/v1/openapi.json";
        assert_eq!(
            operation["security"] == json!([{"token": []}]),
            !is_open,
            "{what}"
        );
        assert_eq!(operation["x-role"].is_string(), !is_open, "{what}");
        assert_eq!(
            operation["requestBody"].is_object(),
            method != "get",
            "{what}"
        );
    }
    assert_eq!(used_tags, tags);
}

#[tokio::test]
async fn every_reference_resolves_and_every_component_is_used() {
    let (_server, api) = start().await;
    let description = &api.description;
    let schemas = description["components"]["schemas"].as_object().unwrap();
    let mut used: BTreeMap<&str, String> = BTreeMap::new();
    for_each_object(description, "", &mut |pointer, object| {
        // A null is no keyword's value but of `default` and `const`.
        for keyword in ["type", "$ref", "format", "properties", "required", "enum"] {
            assert_ne!(
                object.get(keyword),
                Some(&Value::Null),
                "{pointer}/{keyword}"
            );
        }
        if let Some(format) = object.get("format").and_then(Value::as_str) {
            assert_eq!(format, "int64", "{pointer}");
        }
        if let Some(reference) = object.get("$ref") {
            let name = reference.as_str().unwrap().strip_prefix(PREFIX).unwrap();
            assert!(schemas.contains_key(name), "{pointer}: {name}");
            // A component that only it itself names is not used.
            if !pointer.starts_with(&format!("/components/schemas/{name}/")) {
                used.insert(name, pointer.to_owned());
            }
        }
    });
    let named: BTreeSet<&str> = used.keys().copied().collect();
    let all: BTreeSet<&str> = schemas.keys().map(String::as_str).collect();
    assert_eq!(named, all);
    // Two types of one name would get names with numbers.
    for name in all {
        assert!(name.chars().all(char::is_alphabetic), "{name}");
    }
}

#[tokio::test]
async fn every_schema_is_one_and_takes_its_examples() {
    let (_server, api) = start().await;
    let description = &api.description;
    let mut examples = 0;
    for (name, schema) in description["components"]["schemas"].as_object().unwrap() {
        assert!(jsonschema::meta::is_valid(schema), "{name}");
        for example in schema["examples"].as_array().into_iter().flatten() {
            assert!(
                component(description, name).is_valid(example),
                "{name}: {example}"
            );
            examples += 1;
        }
    }
    assert!(examples > 0);
    for (path, method, operation) in endpoints(description) {
        let body = &operation["requestBody"];
        if body.is_null() {
            continue;
        }
        let content = &body["content"]["application/json"];
        let example = &content["example"];
        let takes = validator(description, &content["schema"]);
        assert!(
            example.is_object() && takes.is_valid(example),
            "{method} {path}: {example}"
        );
    }
}

#[tokio::test]
async fn the_server_has_what_the_description_has_and_nothing_else() {
    let (_server, api) = start().await;
    let mut described: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (path, method, _) in endpoints(&api.description) {
        described
            .entry(path)
            .or_default()
            .insert(method.to_uppercase());
    }

    for (path, methods) in &described {
        for method in [
            "GET", "PUT", "POST", "DELETE", "PATCH", "HEAD", "OPTIONS", "QUERY",
        ] {
            let what = format!("{method} {path}");
            let verb = Method::from_bytes(method.as_bytes()).unwrap();
            let response = api.request(verb, path).send().await.unwrap();
            let status = response.status().as_u16();
            if methods.contains(method) {
                assert!(![404, 405].contains(&status), "{what}: {status}");
                continue;
            }
            assert_eq!(status, 405, "{what}");
            let allow = response.headers()["allow"].to_str().unwrap();
            let allow: BTreeSet<String> = allow.split(", ").map(str::to_owned).collect();
            assert_eq!(allow, *methods, "{what}");
        }
    }

    let others = described
        .keys()
        .flat_map(|path| [format!("{path}/"), format!("{path}x")]);
    let others =
        others.chain(["/v1", "/v1/", "/v1/x", "/v1//decide", "/v1/%64ecide"].map(Into::into));
    for path in others {
        for method in [Method::GET, Method::POST] {
            let response = api.request(method, &path).send().await.unwrap();
            assert_eq!(response.status(), 404, "{path}");
            assert_eq!(json_of(response).await["code"], "no_endpoint", "{path}");
        }
    }
}

/// Returns operations of each kind, with each value of their fields.
fn operations() -> Vec<Operation> {
    let mut operations = vec![
        Operation::add_user("ann"),
        Operation::remove_user("ann"),
        Operation::rename_user("ann", "ben"),
        Operation::merge_users("ann", "ben"),
    ];
    for action in Action::ALL {
        operations.push(Operation::act(action, "ann", "ben"));
        operations.push(Operation::act_on_many(action, "ann", ["ben", "cyd"]));
        operations.push(Operation::many_act(action, ["ben", "cyd"], "ann"));
    }
    operations.extend(RequestMode::ALL.map(|mode| Operation::set_request_mode("ann", mode)));
    operations.extend(RequestSending::ALL.map(|it| Operation::set_request_sending("ann", it)));
    operations.extend(OwnList::ALL.map(|list| Operation::clear_list("ann", list)));
    let policies = Policy::names().map(|name| Policy::named(name).unwrap());
    operations.extend(policies.map(Operation::adopt_policy));

    for operation in &operations {
        // Another kind of operation belongs into the list above.
        match operation {
            Operation::AddUser(_)
            | Operation::RemoveUser(_)
            | Operation::RenameUser(_)
            | Operation::MergeUsers(_)
            | Operation::Act(_)
            | Operation::ActOnMany(_)
            | Operation::ManyAct(_)
            | Operation::SetRequestMode(_)
            | Operation::SetRequestSending(_)
            | Operation::ClearList(_)
            | Operation::AdoptPolicy(_) => {}
        }
    }
    operations
}

/// Returns a change of each kind.
fn changes() -> Vec<Change> {
    let name = || "ann".to_owned();
    let policy = |name| Box::new(Policy::named(name).unwrap());
    let mut changes = vec![
        Change::UserAdded { name: name() },
        Change::UserRemoved { name: name() },
        Change::UserRenamed {
            before: name(),
            name: name(),
        },
        Change::UsersMerged {
            from: name(),
            into: name(),
        },
    ];
    changes.extend(Relation::all().map(|relation| Change::RelationChanged {
        actor: name(),
        target: name(),
        before: relation,
        after: relation.flip(),
    }));
    changes.extend(RequestMode::ALL.map(|mode| Change::RequestModeChanged { user: name(), mode }));
    changes.extend(
        RequestSending::ALL.map(|sending| Change::RequestSendingChanged {
            user: name(),
            sending,
        }),
    );
    changes.extend(Policy::names().map(|name| Change::PolicyAdopted {
        from: policy("mastodon"),
        to: policy(name),
    }));

    for change in &changes {
        // Another kind of change belongs into the list above.
        match change {
            Change::UserAdded { .. }
            | Change::UserRemoved { .. }
            | Change::UserRenamed { .. }
            | Change::UsersMerged { .. }
            | Change::RelationChanged { .. }
            | Change::RequestModeChanged { .. }
            | Change::RequestSendingChanged { .. }
            | Change::PolicyAdopted { .. } => {}
        }
    }
    changes
}

/// Returns the kinds of values, each of which is an object with its kind as the only field.
fn kinds(values: &[Value]) -> BTreeSet<&str> {
    let kind = values
        .iter()
        .filter_map(|value| value.as_object()?.keys().next());
    kind.map(String::as_str).collect()
}

/// Returns the kinds that a schema has.
fn described_kinds<'a>(description: &'a Value, name: &str) -> BTreeSet<&'a str> {
    let schema = &description["components"]["schemas"][name];
    let kinds = schema["oneOf"].as_array().unwrap();
    let kind = |kind: &'a Value| kind["required"][0].as_str().unwrap();
    kinds.iter().map(kind).collect()
}

/// Returns a value with something wrong, or perhaps not: one more field, one less, other values.
fn variations(value: &Value) -> Vec<Value> {
    let mut all = others(value);
    match value {
        Value::Object(fields) => {
            let mut more = fields.clone();
            more.insert("further".to_owned(), json!("ann"));
            all.push(more.into());
            for (name, field) in fields {
                let mut less = fields.clone();
                less.remove(name);
                all.push(less.into());
                for varied in variations(field) {
                    let mut fields = fields.clone();
                    fields.insert(name.clone(), varied);
                    all.push(fields.into());
                }
            }
        }
        Value::Array(values) => {
            for (index, value) in values.iter().enumerate() {
                for varied in variations(value) {
                    let mut values = values.clone();
                    values[index] = varied;
                    all.push(values.into());
                }
            }
        }
        _ => {}
    }
    all
}

/// Returns values of each type, none of which is the value.
fn others(value: &Value) -> Vec<Value> {
    let others = [
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(0.5),
        json!(4_294_967_295_u64),
        json!(4_294_967_296_u64),
        json!("none"),
        json!("both"),
        json!([]),
        json!({}),
    ];
    others.into_iter().filter(|other| other != value).collect()
}

#[tokio::test]
async fn an_operation_is_taken_as_described() {
    let (_server, api) = start().await;
    let operation = component(&api.description, "Operation");
    let values: Vec<Value> = operations()
        .iter()
        .map(|operation| serde_json::to_value(operation).unwrap())
        .collect();
    assert_eq!(
        kinds(&values),
        described_kinds(&api.description, "Operation")
    );
    for value in &values {
        assert!(operation.is_valid(value), "{value}");
    }

    // The server's own reading decides.
    let mut given: Vec<Value> = Policy::names()
        .map(|name| json!({"adopt_policy": {"policy": {"profile": name}}}))
        .collect();
    given.push(json!({"adopt_policy": {"policy": {
        "profile": "tencent_rest",
        "message": {"stopped_by": "both", "notice": {"own": "told"}},
        "limits": {"blocked": 5},
    }}}));
    // One whole policy has every part that any has.
    let is_policy = |value: &Value| value.get("adopt_policy").is_some();
    let mut one_policy = values.iter().filter(|value| is_policy(value)).take(1);
    given.extend(one_policy.next().cloned());
    given.extend(values.iter().filter(|value| !is_policy(value)).cloned());

    let (mut taken, mut refused) = (0, 0);
    for value in given.iter().flat_map(|value| {
        let mut all = variations(value);
        all.push(value.clone());
        all
    }) {
        let answer = api
            .post("/v1/operations", &json!({"operations": [value]}))
            .await;
        let is_taken = answer.status == 200;
        assert!(
            is_taken || answer.code() == "invalid",
            "{value}: {answer:?}"
        );
        assert_eq!(operation.is_valid(&value), is_taken, "{value}: {answer:?}");
        *if is_taken { &mut taken } else { &mut refused } += 1;
    }
    assert!(taken > 100 && refused > 1_000, "{taken} {refused}");
}

#[tokio::test]
async fn a_change_is_as_described() {
    let (_server, mut api) = start().await;
    // Clients take fields that come later. Here, the description has to have each.
    for schema in api.description["components"]["schemas"]
        .as_object_mut()
        .unwrap()
        .values_mut()
    {
        close(schema);
    }
    let change = component(&api.description, "Change");
    let values: Vec<Value> = changes()
        .iter()
        .map(|change| serde_json::to_value(change).unwrap())
        .collect();
    assert_eq!(kinds(&values), described_kinds(&api.description, "Change"));
    for value in &values {
        assert!(change.is_valid(value), "{value}");
        let is_read = |value: &Value| serde_json::from_value::<Change>(value.clone()).is_ok();
        for varied in variations(value) {
            // What is written is described: some things more are read.
            assert!(!change.is_valid(&varied) || is_read(&varied), "{varied}");
        }
        let (kind, fields) = value.as_object().unwrap().iter().next().unwrap();
        for name in fields.as_object().unwrap().keys() {
            let mut less = value.clone();
            less[kind].as_object_mut().unwrap().remove(name);
            assert!(!change.is_valid(&less), "{less}");
        }
    }
}

/// Forbids further fields of the objects of a schema.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            fields.values_mut().for_each(close);
            if fields.get("properties").is_some_and(Value::is_object) {
                fields.insert("additionalProperties".to_owned(), false.into());
            }
        }
        Value::Array(schemas) => schemas.iter_mut().for_each(close),
        _ => {}
    }
}

/// Returns the texts that a schema takes.
fn texts(schema: &Value) -> Vec<&str> {
    if let Some(choices) = schema["oneOf"].as_array() {
        return choices.iter().flat_map(texts).collect();
    }
    if let Some(only) = schema["const"].as_str() {
        return vec![only];
    }
    let values = schema["enum"].as_array().into_iter().flatten();
    values.map(|value| value.as_str().unwrap()).collect()
}

#[tokio::test]
async fn names_are_those_of_the_engine() {
    let (_server, api) = start().await;
    let schemas = &api.description["components"]["schemas"];
    let questions: Vec<&str> = Question::all().map(Question::name).collect();
    let profiles: Vec<&str> = Policy::names().collect();
    for (component, names) in [
        ("QuestionName", &questions[..]),
        ("Interaction", &Interaction::ALL.map(Interaction::name)),
        ("Verdict", &Verdict::ALL.map(Verdict::name)),
        ("Reason", &Reason::ALL.map(Reason::name)),
        ("Notice", &Notice::ALL.map(Notice::name)),
        ("Fact", &Fact::ALL.map(Fact::name)),
        ("Effect", &Effect::ALL.map(Effect::name)),
        ("RequestMode", &RequestMode::ALL.map(RequestMode::name)),
        (
            "RequestSending",
            &RequestSending::ALL.map(RequestSending::name),
        ),
        ("Ways", &Ways::ALL.map(Ways::name)),
        ("List", &List::ALL.map(List::name)),
        ("Profile", &profiles),
    ] {
        assert_eq!(texts(&schemas[component]), names, "{component}");
    }

    let sides = &Sides::ALL.map(Sides::name)[..];
    let notices = &Notice::ALL.map(Notice::name)[..];
    for (pointer, names) in [
        ("message/properties/stopped_by", sides),
        ("message/properties/needs_listing_by", sides),
        ("message/properties/notice/properties/own", notices),
        ("call/properties/notice/properties/other", notices),
        ("request/properties/stopped_by", sides),
        ("request/properties/accept_stopped_by", sides),
        ("request/properties/add_stopped_by", sides),
        (
            "request/properties/crossed",
            &Crossed::ALL.map(Crossed::name),
        ),
        ("request/properties/makes", &Granted::ALL.map(Granted::name)),
        (
            "request/properties/initial_mode",
            &RequestMode::ALL.map(RequestMode::name),
        ),
        ("request/properties/notice/properties/own", notices),
        ("block/properties/clears_friends_of", sides),
        ("block/properties/cancels_requests_of", sides),
    ] {
        let part = format!("/properties/{pointer}");
        assert_eq!(
            texts(schemas["Policy"].pointer(&part).unwrap()),
            names,
            "{pointer}"
        );
        for choice in [0, 1] {
            let part = format!("/anyOf/{choice}{part}");
            assert_eq!(
                texts(schemas["NewPolicy"].pointer(&part).unwrap()),
                names,
                "{pointer}"
            );
        }
    }
}
