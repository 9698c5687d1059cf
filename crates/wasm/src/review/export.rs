//! A story to keep: as a file of a story, and as a test in Rust.

use std::fmt::{self, Write};

use socialgraph::{Name, Operation, SocialGraph};
use socialgraph_analysis::review::{Judged, Played};
use socialgraph_analysis::story::{Line, PolicyText, Story};

use super::answer::json;
use super::state;
use super::words::Text;

/// Returns the story of a state as a file: the policy, the users, the lines.
///
/// ```
/// use socialgraph_wasm::review::story_file;
///
/// let state = r#"{"version": 1, "policy": "wire", "users": ["ann", "ben"],
///     "lines": ["ann blocks ben"]}"#;
/// let file = r"policy: wire\nann joins\nben joins\nann blocks ben\n";
/// assert_eq!(story_file(state), format!(r#"{{"text":"{file}"}}"#));
/// ```
#[must_use]
pub fn story_file(input: &str) -> String {
    exported(input, story)
}

/// Returns the story of a state as a test in Rust: a function for each policy, with the answers of
/// now.
///
/// ```
/// use socialgraph_wasm::review::rust_test;
///
/// let state = r#"{"version": 1, "policy": "wire", "users": ["ann", "ben"],
///     "lines": ["ann blocks ben"]}"#;
/// assert!(rust_test(state).contains(r#"performs(&mut graph, \"ann blocks ben\", true)?;"#));
/// ```
#[must_use]
pub fn rust_test(input: &str) -> String {
    exported(input, rust)
}

fn exported(input: &str, export: fn(&Played) -> String) -> String {
    let played = state::read(input, Judged::No);
    json(played.map(|played| Text {
        text: export(&played),
    }))
}

/// Returns the story as a file: the policy, the users, the lines.
fn story(played: &Played) -> String {
    let joins = played.users.iter().map(Operation::add_user);
    let lines = played.playthrough.lines().iter().cloned();
    let story: Story = joins.map(Line::Operation).chain(lines).collect();
    match played.policies.first() {
        Some(policy) => story.with_policy(*policy).to_string(),
        None => story.to_string(),
    }
}

/// Returns the story as a test in Rust: a function for each policy, with the answers of now.
///
/// It needs the crate `socialgraph` alone.
fn rust(played: &Played) -> String {
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = write_file(&mut text, played);
    text
}

/// What a test can call: the start of a call, and the function.
const HELPERS: [(&str, &str); 3] = [
    (
        "performs(",
        r#"
/// Performs an operation, and compares whether it is done.
fn performs(graph: &mut SocialGraph, sentence: &str, is_done: bool) -> Tested {
    let outcome = sentence.parse::<Operation>()?.apply_to(graph);
    assert_eq!(outcome.is_done(), is_done, "{sentence}: {outcome:?}");
    Ok(())
}
"#,
    ),
    (
        "answers(",
        r"
/// Asks a question, and compares the answer.
fn answers(graph: &SocialGraph, question: &str, actor: &str, target: &str, answer: &str) -> Tested {
    let decision = graph.decide(question.parse::<Question>()?, actor, target);
    let (actor, target) = (Name(actor).to_string(), Name(target).to_string());
    assert_eq!(decision.explain(&actor, &target).to_string(), answer);
    Ok(())
}
",
    ),
    (
        "relates(",
        r#"
/// Compares the relation of two users, in the letters of `docs/semantics.md`.
fn relates(graph: &SocialGraph, first: &str, second: &str, relation: &str) {
    let found = graph.relation(first, second);
    let found = found.map_or("unknown".to_owned(), |it| format!("{it:#}"));
    assert_eq!(found, relation, "{first} and {second}");
}
"#,
    ),
];

/// The names that a test can import, each with the start of the call that needs it.
const IMPORTS: [(&str, &str); 5] = [
    ("Name", "answers("),
    ("Operation", "performs("),
    ("Policy", ""),
    ("Question", "answers("),
    ("SocialGraph", ""),
];

/// The start of a file, behind the imports.
const START: &str = r"
type Tested = Result<(), Box<dyn std::error::Error>>;

/// Starts a graph with these users.
fn start(policy: &str, users: &[&str]) -> Result<SocialGraph, Box<dyn std::error::Error>> {
    let mut graph = SocialGraph::new(policy.parse::<Policy>()?);
    for user in users {
        graph.add_user(user)?;
    }
    Ok(graph)
}
";

/// Writes the file, with the functions and imports that its tests need.
fn write_file(text: &mut String, played: &Played) -> fmt::Result {
    let mut tests = String::new();
    for (side, policy) in played.policies.iter().enumerate() {
        write_test(&mut tests, played, side, policy)?;
    }
    // A call begins its line.
    let is_called = |call: &str| call.is_empty() || tests.contains(&format!("\n    {call}"));

    let imports = IMPORTS.iter().filter(|(_, call)| is_called(call));
    let imports: Vec<&str> = imports.map(|(name, _)| *name).collect();
    writeln!(
        text,
        "//! A story from the reviewer's page, with the answers that the engine gave there.\n\n\
         use socialgraph::{{{}}};",
        imports.join(", ")
    )?;
    text.write_str(START)?;
    for (_, helper) in HELPERS.iter().filter(|(call, _)| is_called(call)) {
        text.write_str(helper)?;
    }
    text.write_str(&tests)
}

fn write_test(text: &mut String, played: &Played, side: usize, policy: &PolicyText) -> fmt::Result {
    let mut body = String::new();
    for (index, line) in played.playthrough.lines().iter().enumerate() {
        let after = played.playthrough.sides_after(index + 1);
        if let Some(after) = after.and_then(|sides| sides.get(side)) {
            let turn = played.turns.get(index);
            let turn = turn.and_then(|turn| turn.sides.get(side));
            let is_done = turn.is_none_or(|turn| turn.done);
            write_line(&mut body, line, after.graph(), is_done)?;
        }
    }
    if let Some(end) = played.playthrough.sides().get(side) {
        write_end(&mut body, played, end.graph())?;
    }

    let name = if side == 0 {
        "the_story_holds"
    } else {
        "the_story_holds_beside"
    };
    let users: Vec<String> = played.users.iter().map(|user| literal(user)).collect();
    let (policy, users) = (literal(&policy.to_string()), users.join(", "));
    // No comment and no answer changes the graph.
    let mutable = if body.contains("(&mut graph, ") {
        "mut "
    } else {
        ""
    };
    writeln!(
        text,
        "\n#[test]\nfn {name}() -> Tested {{\n    let {mutable}graph = start({policy}, &[{users}])?;"
    )?;
    writeln!(text, "{body}    Ok(())\n}}")
}

fn write_line(text: &mut String, line: &Line, graph: &SocialGraph, is_done: bool) -> fmt::Result {
    match line {
        Line::Comment(comment) if comment.is_empty() => Ok(()),
        Line::Comment(comment) => writeln!(text, "    //{}", escaped(comment)),
        Line::Operation(operation) => {
            let sentence = literal(&operation.to_string());
            writeln!(text, "    performs(&mut graph, {sentence}, {is_done})?;")
        }
        Line::Question {
            actor,
            target,
            question,
            ..
        } => write_answer(text, graph, question.name(), actor, target),
        Line::Now { first, second, .. } => write_relation(text, graph, first, second),
    }
}

/// Writes the answers to the questions that stay in sight, and the relation of each pair.
fn write_end(text: &mut String, played: &Played, graph: &SocialGraph) -> fmt::Result {
    for (_, watch) in &played.watches {
        write_answer(text, graph, &watch.question, &watch.actor, &watch.target)?;
    }
    let users: Vec<&str> = graph.users().map(|(_, name)| name).collect();
    for (index, first) in users.iter().enumerate() {
        for second in users.iter().skip(index + 1) {
            write_relation(text, graph, first, second)?;
        }
    }
    Ok(())
}

fn write_answer(
    text: &mut String,
    graph: &SocialGraph,
    question: &str,
    actor: &str,
    target: &str,
) -> fmt::Result {
    let Ok(asked) = question.parse::<socialgraph::Question>() else {
        return Ok(());
    };
    let decision = graph.decide(asked, actor, target);
    let (shown_actor, shown_target) = (Name(actor).to_string(), Name(target).to_string());
    let answer = decision.explain(&shown_actor, &shown_target).to_string();
    let [question, actor, target, answer] = [question, actor, target, &answer].map(literal);
    writeln!(
        text,
        "    answers(&graph, {question}, {actor}, {target}, {answer})?;"
    )
}

fn write_relation(
    text: &mut String,
    graph: &SocialGraph,
    first: &str,
    second: &str,
) -> fmt::Result {
    let found = graph.relation(first, second);
    let found = found.map_or("unknown".to_owned(), |it| format!("{it:#}"));
    let [first, second, found] = [first, second, &found].map(literal);
    writeln!(text, "    relates(&graph, {first}, {second}, {found});")
}

/// Returns a text as a literal of Rust.
fn literal(text: &str) -> String {
    format!("{text:?}")
}

/// Returns a comment without what could end its line or turn its letters around.
fn escaped(comment: &str) -> String {
    let escaped = comment.escape_debug().to_string();
    escaped.replace("\\'", "'").replace("\\\"", "\"")
}
