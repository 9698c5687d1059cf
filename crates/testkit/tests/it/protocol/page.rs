//! `docs/protocol.md`: its conversation, its tables and its errors are those of the kit.

use std::io::Cursor;

use serde_json::Value;
use socialgraph::{Action, List, Notice, Operation, Policy, Question, Reason};
use socialgraph_testkit::conformance::{Engine, System};
use socialgraph_testkit::protocol::{Hello, OperationKind, ProcessOptions, serve};

use super::start;

const PAGE: &str = include_str!("../../../../../docs/protocol.md");

/// Returns the requests and replies of the page, in order.
fn conversation() -> Vec<(Value, Value)> {
    let mut lines = PAGE.lines();
    let mut pairs = Vec::new();
    while let Some(line) = lines.next() {
        let Some(request) = line.strip_prefix("> ") else {
            assert!(!line.starts_with("< "), "a reply to nothing: {line}");
            continue;
        };
        let reply = lines
            .next()
            .and_then(|line| line.strip_prefix("< "))
            .unwrap();
        let [request, reply] = [request, reply].map(|text| serde_json::from_str(text).unwrap());
        pairs.push((request, reply));
    }
    pairs
}

/// Returns the replies of the engine to requests, as a server that offers this.
fn replies(hello: &Hello, requests: &[&Value]) -> Vec<Value> {
    let mut input = String::new();
    for request in requests {
        // As it is on the page: the reply to what is no request shows it.
        let text = PAGE.lines().filter_map(|line| line.strip_prefix("> "));
        let mut text =
            text.filter(|text| serde_json::from_str(text).ok().as_ref() == Some(*request));
        input += text.next().unwrap();
        input += "\n";
    }
    let mut output = Vec::new();
    let set_up = |policy: &Policy| Ok(Engine::new(*policy));
    serve(set_up, hello, Cursor::new(input), &mut output).unwrap();
    let output = String::from_utf8(output).unwrap();
    output
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn the_conversation_is_what_the_engine_says() {
    let pairs = conversation();
    assert!(pairs.len() >= 20, "{}", pairs.len());

    // Each hello begins the conversation with another server.
    let mut servers: Vec<Vec<(Value, Value)>> = Vec::new();
    for pair in pairs {
        if pair.0.get("hello").is_some() {
            servers.push(Vec::new());
        }
        servers.last_mut().unwrap().push(pair);
    }
    assert_eq!(servers.len(), 2);

    let mut little = Hello::new("toy server 0.3");
    for action in [Action::Block, Action::Unblock] {
        little.operations.insert(OperationKind::Act(action));
    }
    for (server, hello) in servers
        .iter()
        .zip([little, Hello::everything("toy server 0.3")])
    {
        let requests: Vec<&Value> = server.iter().map(|(request, _)| request).collect();
        let replies = replies(&hello, &requests);
        assert_eq!(replies.len(), server.len());
        for ((request, expected), reply) in server.iter().zip(replies) {
            assert!(says(expected, &reply), "{request}: {reply}");
        }
    }
}

/// Returns whether a reply says at least what the page shows, which may leave optional parts out.
fn says(shown: &Value, reply: &Value) -> bool {
    match (shown, reply) {
        (Value::Object(shown), Value::Object(reply)) => {
            let optional = [
                "notice",
                "reasons",
                "lists",
                "pages",
                "at_once",
                "odd_names",
            ];
            let is_left_out =
                |name: &String| optional.contains(&name.as_str()) && !shown.contains_key(name);
            shown
                .iter()
                .all(|(name, value)| reply.get(name).is_some_and(|it| says(value, it)))
                && reply
                    .keys()
                    .all(|name| shown.contains_key(name) || is_left_out(name))
        }
        (Value::Array(shown), Value::Array(reply)) if shown.iter().all(Value::is_string) => {
            // The page has names in the order of its tables, and replies have that of the values.
            let is_there = |name: &Value| reply.contains(name);
            shown.len() == reply.len() && shown.iter().all(is_there)
        }
        (Value::Array(shown), Value::Array(reply)) => {
            let mut pairs = shown.iter().zip(reply);
            shown.len() == reply.len() && pairs.all(|(shown, reply)| says(shown, reply))
        }
        _ => shown == reply,
    }
}

/// Returns the names in the first column of the table with this header.
fn names(header: &str) -> Vec<String> {
    let (_, table) = PAGE.split_once(&format!("\n| {header} |")).unwrap();
    let rows = table
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'));
    let cells = rows.map(|row| row.split('|').nth(1).unwrap().trim().trim_matches('`'));
    cells.map(str::to_owned).collect()
}

#[test]
fn the_tables_have_every_name() {
    let kinds: Vec<&str> = OperationKind::all().map(OperationKind::name).collect();
    assert_eq!(names("name in the hello"), kinds);
    let questions = Hello::everything("").questions.into_iter();
    let questions: Vec<&str> = questions.map(Question::name).collect();
    assert_eq!(names("name | may the actor …"), questions);
    assert_eq!(names("name | who is on it"), List::ALL.map(List::name));
    assert_eq!(names("`notice`"), Notice::ALL.map(Notice::name));
    assert_eq!(names("in `reasons`"), Reason::ALL.map(Reason::name));
}

#[test]
fn the_operations_of_the_table_are_of_their_kinds() {
    let (_, table) = PAGE.split_once("\n| name in the hello |").unwrap();
    let mut kinds = Vec::new();
    for row in table
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'))
    {
        let json = row.split('`').nth(3).unwrap();
        let operation: Operation = serde_json::from_str(json).unwrap();
        kinds.push(OperationKind::needed_for(&operation)[0]);
    }
    assert_eq!(kinds, OperationKind::all().collect::<Vec<_>>());
}

#[test]
fn the_bounds_are_the_defaults() {
    let options = ProcessOptions::default();
    assert_eq!(options.timeout.as_secs(), 10);
    assert_eq!(options.start_timeout, options.timeout * 3);
    assert_eq!(options.max_reply_bytes, 1024 * 1024);
    for bound in [
        "| 10 s | `--timeout` |",
        "| 1 MiB | `--max-reply` |",
        "| 2 s, then it is killed |",
    ] {
        assert!(PAGE.contains(bound), "{bound}");
    }
}

/// Returns the error of a reset, an operation and a question, whichever comes first.
fn error(arguments: &[&str]) -> String {
    let mut process = start(arguments);
    let mut play = || {
        process.reset()?;
        process.apply(&Operation::add_user("ann"))?;
        process.can_message("ann", "ben")?;
        process.reset()
    };
    let mut errors = (0..1000).filter_map(|_| play().err());
    errors.next().unwrap().to_string()
}

#[test]
#[cfg(unix)]
fn the_errors_are_those_of_the_kit() {
    let mut process = start(&["--name", "", "dies", "apply"]);
    process.reset().unwrap();
    process.apply(&Operation::add_user("ann")).unwrap_err();
    let errors = [
        error(&["waits", "reset"]),
        error(&["prints-unended", "reset", "{}"]),
        error(&["dies", "reset"]),
        error(&["prints", "reset", "DEBUG"]),
        // The two lines for a reset come together, or one after the other.
        "it printed more than one line for `reset`".to_owned(),
        "it printed `{}`, which no request asked for".to_owned(),
        error(&["prints", "\"ask\"", "{\"done\": true}"]),
        error(&["prints", "apply", "{}"]),
        error(&["prints-endlessly", "reset"]),
        process.reset().unwrap_err().to_string(),
        error(&["prints", "apply", "{\"error\": \"no database\"}"]),
    ];

    let (_, table) = PAGE.split_once("\n| the error begins |").unwrap();
    let rows: Vec<&str> = table
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .collect();
    assert_eq!(rows.len(), errors.len());
    for (row, error) in rows.iter().zip(errors) {
        let beginning = row.split("``").nth(1).unwrap().trim();
        assert!(error.starts_with(beginning), "{row}: {error}");
    }
}
