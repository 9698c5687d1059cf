//! The description of the interface: `OpenAPI` 3.1, made of the endpoints.

use std::collections::BTreeMap;

use schemars::generate::SchemaSettings;
use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::changes::Event;
use super::endpoint::{Answer, Call, Endpoint, Input, Kind, Nothing, Verb};
use super::input::read_query;
use super::problem::{Code, Problem, ProblemText};
use super::{ENDPOINTS, V1};
use crate::tokens::Role;

/// `GET /v1/openapi.json`.
pub(super) struct Description;

impl Call for Description {
    const METHOD: Verb = Verb::Get;
    const PATH: &'static str = "/v1/openapi.json";
    const ROLE: Role = Role::Read;
    const SUMMARY: &'static str = "Get this description";
    type Parameters = Nothing;
    type Body = Nothing;
    type Reply = Nothing;
}

/// Returns the description. It needs no token.
pub(super) fn describe(v1: &V1, input: &Input) -> Result<Answer, Problem> {
    let Nothing {} = read_query(&input.query)?;
    Ok(Answer::Document(v1.description.clone()))
}

/// Returns the description of all endpoints.
pub(super) fn document() -> Value {
    let mut generators = Generators::new();
    let problem = generators.written.subschema_for::<ProblemText<'_>>();
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for endpoint in &ENDPOINTS {
        let method = endpoint.method.name().to_lowercase();
        let operation = operation(endpoint, &problem, &mut generators);
        paths
            .entry(endpoint.path)
            .or_default()
            .insert(method, operation);
    }

    let tags = TAGS.map(|(name, description, _)| json!({"name": name, "description": description}));
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "socialgraph",
            "summary": "Users, friendships, friend requests and blocks.",
            "version": env!("CARGO_PKG_VERSION"),
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
            "description": INTRODUCTION,
        },
        "servers": [{"url": "/"}],
        "tags": tags,
        "paths": paths,
        "components": {
            "schemas": generators.schemas(),
            "securitySchemes": {"token": {
                "type": "http",
                "scheme": "bearer",
                "description": "A token of the server's file of tokens. A server without the file \
                                asks for none: this machine alone reaches it.",
            }},
        },
    });
    tidy(&mut document);
    document
}

/// What a reader has to know before the endpoints. It is Markdown.
const INTRODUCTION: &str = "\
Decisions, operations, lists, and changes as they happen.

- **Positions.** A reply names the position of the state that gave it. With `at_least`, a later \
request is answered from a state that knows of that position, also by another server.
- **Repetitions.** A request that changes something takes the header `Idempotency-Key`. Sent again \
with the same key, it has one effect and the same reply.
- **Problems.** Every refusal is `application/problem+json` (RFC 9457). Its `code` is for \
programs; `x-codes` of an endpoint lists those that it may answer with. An unknown path is \
`no_endpoint` (404), another method `method_not_allowed` (405).
- **Strictness.** A field or a parameter that is unknown, comes twice or has a wrong type is a \
problem, and nothing is changed. Replies may get further fields, and lists of names further names.
- **Roles.** A token has a role: `read`, `write` or `admin`. Each may do what those before it may. \
`x-role` of an endpoint is the lowest that suffices.";

/// The groups of endpoints, for readers, and the endpoints of each.
const TAGS: [(&str, &str, &[&str]); 5] = [
    (
        "decisions",
        "Who may do or reach what.",
        &["decide", "audience", "visible_senders", "conflicts"],
    ),
    (
        "changes",
        "Operations, and what they change.",
        &["operations", "changes"],
    ),
    (
        "users",
        "Users, their settings and their lists.",
        &["users", "user", "list", "relation"],
    ),
    ("policy", "The rules.", &["policy"]),
    (
        "server",
        "The server itself.",
        &["position", "backup", "openapi_json"],
    ),
];

/// Makes the schemas of Rust's types plain: descriptions are one line a paragraph, and numbers have
/// the formats that generators of code know.
fn tidy(value: &mut Value) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(tidy),
        Value::Object(fields) => {
            if let Some(Value::String(text)) = fields.get_mut("description")
                && text != INTRODUCTION
            {
                let paragraphs = text.split("\n\n").map(|it| it.replace('\n', " "));
                *text = paragraphs.collect::<Vec<_>>().join("\n\n");
            }
            let most = match fields.get("format").and_then(Value::as_str) {
                Some("uint16") => Some(json!(u16::MAX)),
                Some("uint32") => Some(json!(u32::MAX)),
                Some("uint" | "uint64") => None,
                _ => return fields.values_mut().for_each(tidy),
            };
            fields.insert("format".to_owned(), "int64".into());
            if let Some(most) = most {
                fields.entry("maximum").or_insert(most);
            }
        }
        _ => {}
    }
}

/// What makes schemas: of what is read, which may leave out what has a default, and of what is
/// written.
struct Generators {
    read: SchemaGenerator,
    written: SchemaGenerator,
}

impl Generators {
    fn new() -> Self {
        let settings = SchemaSettings::draft2020_12().with(|settings| {
            settings.definitions_path = "/components/schemas".into();
        });
        Self {
            read: settings.clone().into_generator(),
            written: settings.for_serialize().into_generator(),
        }
    }

    /// Returns the example of a body, which the schema that it names has.
    fn example(&self, body: &Schema) -> Option<Value> {
        let (_, name) = body.get("$ref")?.as_str()?.rsplit_once('/')?;
        self.read
            .definitions()
            .get(name)?
            .get("examples")?
            .get(0)
            .cloned()
    }

    /// Returns the schemas that have names. Those that both have are the same.
    fn schemas(mut self) -> Map<String, Value> {
        let mut schemas = self.read.take_definitions(true);
        schemas.extend(self.written.take_definitions(true));
        schemas
    }
}

fn operation(endpoint: &Endpoint, problem: &Schema, generators: &mut Generators) -> Value {
    let name = endpoint
        .path
        .trim_start_matches("/v1/")
        .replace(['.', '/'], "_");
    let method = endpoint.method.name().to_lowercase();
    let codes = endpoint.all_codes();
    let tags = TAGS.iter().filter(|(_, _, names)| names.contains(&&*name));
    let mut operation = json!({
        "operationId": format!("{method}_{name}"),
        "tags": tags.map(|(tag, _, _)| *tag).collect::<Vec<_>>(),
        "summary": endpoint.summary,
        "parameters": parameters(endpoint, &mut generators.read),
        "responses": responses(endpoint, &codes, problem, &mut generators.written),
        "x-codes": codes.iter().map(|code| code.name()).collect::<Vec<_>>(),
    });
    if !endpoint.description.is_empty() {
        set(&mut operation, "description", endpoint.description);
    }
    if let Some(role) = endpoint.role {
        set(&mut operation, "x-role", role.name());
        set(&mut operation, "security", json!([{"token": []}]));
    }
    if let Some(body) = endpoint.body {
        let schema = body(&mut generators.read);
        let mut content = json!({"schema": schema});
        if let Some(example) = generators.example(&schema) {
            set(&mut content, "example", example);
        }
        let content = json!({"application/json": content});
        let body = json!({"required": true, "content": content});
        set(&mut operation, "requestBody", body);
    }
    operation
}

/// Sets a field of an object.
fn set(object: &mut Value, name: &str, value: impl Into<Value>) {
    if let Some(fields) = object.as_object_mut() {
        fields.insert(name.to_owned(), value.into());
    }
}

/// Returns the parameters of the query, and the headers.
fn parameters(endpoint: &Endpoint, generator: &mut SchemaGenerator) -> Vec<Value> {
    let schema = (endpoint.parameters)(generator);
    let required = schema.get("required").and_then(Value::as_array);
    let is_required = |name: &str| required.is_some_and(|names| names.iter().any(|it| it == name));
    let properties = schema.get("properties").and_then(Value::as_object);
    let mut parameters = Vec::new();
    for (name, schema) in properties.into_iter().flatten() {
        let mut schema = schema.clone();
        let description = schema
            .as_object_mut()
            .and_then(|it| it.remove("description"));
        let mut parameter = json!({
            "name": name,
            "in": "query",
            "required": is_required(name),
            "schema": without_null(schema),
        });
        if let Some(description) = description {
            set(&mut parameter, "description", description);
        }
        parameters.push(parameter);
    }

    let mut header = |name: &str, description: &str, schema: Value| {
        parameters.push(json!({
            "name": name,
            "in": "header",
            "required": false,
            "description": description,
            "schema": schema,
        }));
    };
    match endpoint.kind {
        Kind::Update { is_logged: true } => header(
            "Idempotency-Key",
            "Names the request: sent again with the same key, it has one effect and the same \
             reply. A position that a reply has named, a hyphen, and 32 hexadecimal digits that \
             no other key has.",
            json!({
                "type": "string",
                "pattern": "^[0-9a-f]{16}-(0|[1-9][0-9]{0,18})-[0-9a-f]{32}$",
                "examples": ["00000000deadbeef-4711-0123456789abcdef0123456789abcdef"],
            }),
        ),
        Kind::Events => header(
            "Last-Event-ID",
            "The id of the last event that the client has taken. An empty one is as good as \
                 none.",
            json!({
                "type": "string",
                "pattern": "^([0-9a-f]{16}-(0|[1-9][0-9]{0,18}))?$",
                "examples": ["00000000deadbeef-4711"],
            }),
        ),
        Kind::Query | Kind::Update { is_logged: false } | Kind::Document => {}
    }
    parameters
}

/// Returns the schema of a parameter that may be left out, which is not to say that it is null.
fn without_null(mut schema: Value) -> Value {
    if let Some(Value::Array(kinds)) = schema.get_mut("type") {
        kinds.retain(|kind| kind != "null");
        if let [kind] = &kinds[..] {
            let kind = kind.clone();
            set(&mut schema, "type", kind);
        }
    }
    if let Some(Value::Array(choices)) = schema.get("anyOf") {
        let is_null = |choice: &Value| choice.get("type").is_some_and(|kind| kind == "null");
        let rest: Vec<_> = choices.iter().filter(|it| !is_null(it)).collect();
        if let [only] = rest[..] {
            return only.clone();
        }
    }
    schema
}

/// Returns the responses: success, and one for each status of a problem.
fn responses(
    endpoint: &Endpoint,
    codes: &[Code],
    problem: &Schema,
    generator: &mut SchemaGenerator,
) -> Map<String, Value> {
    let success = match endpoint.kind {
        Kind::Query | Kind::Update { .. } => {
            json!({"application/json": {"schema": (endpoint.reply)(generator)}})
        }
        Kind::Document => json!({"application/json": {"schema": {"type": "object"}}}),
        Kind::Events => {
            let event = generator.subschema_for::<Event<'_>>();
            json!({"text/event-stream": {"schema": {"type": "string"}, "x-data": event}})
        }
    };
    let mut responses = Map::new();
    responses.insert(
        "200".to_owned(),
        json!({"description": "Done.", "content": success}),
    );

    let mut by_status: BTreeMap<u16, Vec<&Code>> = BTreeMap::new();
    for code in codes {
        let status = code.status().as_u16();
        by_status.entry(status).or_default().push(code);
    }
    for (status, codes) in by_status {
        let of_code = |code: &&Code| format!("`{}`: {}.", code.name(), code.title());
        let description: Vec<_> = codes.iter().map(of_code).collect();
        let mut response = json!({
            "description": description.join(" "),
            "content": {"application/problem+json": {"schema": problem}},
        });
        let headers = headers(&codes);
        if !headers.is_empty() {
            set(&mut response, "headers", headers);
        }
        responses.insert(status.to_string(), response);
    }
    responses
}

/// Returns the headers of a response with one of the codes.
fn headers(codes: &[&Code]) -> Map<String, Value> {
    let mut headers = Map::new();
    for code in codes {
        let Some((name, value)) = code.header() else {
            continue;
        };
        let is_always = codes.iter().all(|it| it.header().is_some());
        let header = json!({"required": is_always, "schema": {"const": value}});
        headers.insert(name.to_owned(), header);
    }
    headers
}
