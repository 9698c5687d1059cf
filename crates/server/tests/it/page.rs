//! `docs/http.md`: its examples, its tables and its client are what the server has.
//!
//! The examples are commands of `curl`. They are read here and sent without it, so that the tests
//! need no program. `tests/clients/http` runs them with the real one.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use reqwest::{Client, Method, Response};
use serde_json::Value;
use tempfile::TempDir;
use tokio::task::JoinSet;

use crate::fixtures::{Server, client};

const PAGE: &str = include_str!("../../../../docs/http.md");
const CLIENT: &str = include_str!("../clients/follow.py");

/// The addresses on the page.
const PLAIN: &str = "http://127.0.0.1:8080";
const WITH_TOKENS: &str = "http://127.0.0.1:8081";

/// A block of shell, and the block of output behind it.
struct Example {
    command: String,
    output: Option<Output>,
}

/// An output as the page has it.
struct Output {
    is_json: bool,
    text: String,
}

/// Returns the examples of a page, in order.
fn examples(page: &str) -> Vec<Example> {
    let mut examples = Vec::new();
    let mut lines = page.lines().peekable();
    while let Some(line) = lines.next() {
        if line != "```sh" {
            continue;
        }
        let command = block(&mut lines);
        // An output is behind one empty line.
        let mut behind = lines.clone();
        behind.next_if(|line| line.is_empty());
        let output = match behind.next() {
            Some(fence @ ("```json" | "```text")) => Some(Output {
                is_json: fence == "```json",
                text: block(&mut behind),
            }),
            _ => None,
        };
        examples.push(Example { command, output });
    }
    examples
}

/// Returns the lines up to the end of a block.
fn block<'a>(lines: &mut impl Iterator<Item = &'a str>) -> String {
    let inner: Vec<&str> = lines.take_while(|line| *line != "```").collect();
    inner.join("\n")
}

/// A request as the options of `curl` say it.
#[derive(Debug, Default)]
struct Curl {
    method: Option<String>,
    url: String,
    headers: Vec<(String, String)>,
    body: Option<String>,
    shows_head: bool,
    is_saved: bool,
    most_time: Option<Duration>,
    socket: Option<String>,
}

impl Curl {
    /// Reads the words of a command.
    fn of(words: &[String]) -> Result<Self, String> {
        let mut curl = Self::default();
        let mut words = words.iter().map(String::as_str);
        if words.next() != Some("curl") {
            return Err("the command is not curl".to_owned());
        }
        while let Some(word) = words.next() {
            let mut value = || words.next().unwrap_or_default().to_owned();
            match word {
                "-X" => curl.method = Some(value()),
                "-d" => curl.body = Some(value()),
                "-H" => {
                    let header = value();
                    let (name, value) = header.split_once(": ").ok_or("a header has no colon")?;
                    curl.headers.push((name.to_owned(), value.to_owned()));
                }
                "-o" => curl.is_saved = !value().is_empty(),
                "--unix-socket" => curl.socket = Some(value()),
                "--max-time" => {
                    let seconds = value().parse().map_err(|_| "no number of seconds")?;
                    curl.most_time = Some(Duration::from_secs(seconds));
                }
                // -s and -N say only how curl prints.
                "-s" | "-sN" => {}
                "-si" => curl.shows_head = true,
                url if url.starts_with("http") => url.clone_into(&mut curl.url),
                other => return Err(format!("the option {other} is not known here")),
            }
        }
        Ok(curl)
    }

    fn method(&self) -> Method {
        let default = if self.body.is_some() { "POST" } else { "GET" };
        let name = self.method.as_deref().unwrap_or(default);
        name.parse().unwrap()
    }
}

/// Returns the words of a command, as a shell finds them. Variables stand for their values.
fn words(command: &str, variables: &BTreeMap<String, String>) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut rest = command.chars().peekable();
    while let Some(it) = rest.next() {
        match (it, quote) {
            ('\'' | '"', None) => {
                quote = Some(it);
                word.get_or_insert_default();
            }
            (_, Some(open)) if it == open => quote = None,
            ('$', None | Some('"')) => {
                let mut name = String::new();
                while let Some(letter) = rest.next_if(char::is_ascii_uppercase) {
                    name.push(letter);
                }
                let value = variables.get(&name).ok_or(format!("${name} is not set"))?;
                word.get_or_insert_default().push_str(value);
            }
            // A line that goes on.
            ('\\', None) if rest.next_if_eq(&'\n').is_some() => {}
            ('\\' | '`', None | Some('"')) => return Err(format!("{it} is not known here")),
            (_, None) if it.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(it),
        }
    }
    words.extend(word);
    Ok(words)
}

/// The servers that the page speaks of, and what its commands have left.
struct Shell {
    plain: Server,
    with_tokens: Server,
    client: Client,
    variables: BTreeMap<String, String>,
    directory: TempDir,
    commands: usize,
}

impl Shell {
    fn new(page: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
        let (data, backups, tokens) = (path("graph"), path("backups"), path("tokens"));
        fs::create_dir(&backups).unwrap();
        let listed = page.split("<<'END'\n").nth(1).unwrap();
        fs::write(&tokens, listed.split("END").next().unwrap()).unwrap();

        let socket = format!("unix:{}", path("graph.sock"));
        let options = ["--data", &data, "--backups", &backups, "--listen", &socket];
        Self {
            plain: Server::start(&options),
            with_tokens: Server::start(&["--token-file", &tokens]),
            client: client(),
            variables: BTreeMap::new(),
            directory,
            commands: 0,
        }
    }

    /// Runs a block of commands. Returns what it prints.
    async fn run(&mut self, command: &str) -> Result<String, String> {
        let Some((name, value)) = assignment(command) else {
            return self.curl(command).await;
        };
        let value = if let Some(rest) = value.strip_prefix("$(curl ") {
            let (options, range) = rest.split_once(" | cut -c ").ok_or("no pipe to cut")?;
            let (from, to) = range.trim_end_matches(')').split_once('-').unwrap();
            let (from, to): (usize, usize) = (from.parse().unwrap(), to.parse().unwrap());
            let line = self.curl(&format!("curl {options}")).await?;
            line.chars().take(to).skip(from - 1).collect()
        } else {
            let value = value.replace("$(openssl rand -hex 16)", &"5eed".repeat(8));
            words(&value, &self.variables)?.concat()
        };
        self.variables.insert(name.to_owned(), value);
        Ok(String::new())
    }

    /// Sends the request of a command. Returns what the command prints.
    async fn curl(&mut self, command: &str) -> Result<String, String> {
        self.commands += 1;
        let curl = Curl::of(&words(command, &self.variables)?)?;
        if let Some(socket) = &curl.socket {
            return Ok(over_socket(&self.directory.path().join(socket), &curl.url));
        }

        let url = curl.url.replace(PLAIN, &self.plain.address);
        let url = url.replace(WITH_TOKENS, &self.with_tokens.address);
        let mut request = self.client.request(curl.method(), url);
        for (name, value) in &curl.headers {
            request = request.header(name, value);
        }
        if let Some(body) = &curl.body {
            request = request.body(body.clone());
        }
        let response = request.send().await.map_err(|error| error.to_string())?;

        let mut printed = String::new();
        if curl.shows_head {
            printed = head(&response);
        }
        let body = body(response, curl.most_time).await;
        if curl.is_saved {
            let read: Result<Value, _> = serde_json::from_str(&body);
            return read
                .map(|_| String::new())
                .map_err(|error| error.to_string());
        }
        Ok(printed + &body)
    }
}

/// Returns the name and the value, if the command sets a variable.
fn assignment(command: &str) -> Option<(&str, &str)> {
    let (name, value) = command.split_once('=')?;
    let is_name = name.bytes().all(|it| it.is_ascii_uppercase());
    is_name.then_some((name, value))
}

fn head(response: &Response) -> String {
    let mut head = format!("HTTP/1.1 {}\n", response.status());
    for (name, value) in response.headers() {
        writeln!(head, "{name}: {}", value.to_str().unwrap()).unwrap();
    }
    head.push('\n');
    head
}

/// Returns the body, or what came of it in some time.
async fn body(mut response: Response, most_time: Option<Duration>) -> String {
    let mut bytes = Vec::new();
    let reading = async {
        while let Some(chunk) = response.chunk().await.unwrap() {
            bytes.extend(chunk);
        }
    };
    let most_time = most_time.unwrap_or(Duration::from_secs(20));
    // A stream has no end.
    let _ = tokio::time::timeout(most_time, reading).await;
    String::from_utf8(bytes).unwrap()
}

/// Gets a URL over a Unix socket.
fn over_socket(socket: &Path, url: &str) -> String {
    let mut stream = UnixStream::connect(socket).unwrap();
    let path = url.strip_prefix("http://localhost").unwrap();
    let head = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split_once("\r\n\r\n").unwrap().1.to_owned()
}

/// Returns an output without what differs from run to run, or is there for the reader: epochs,
/// times, and the white space of JSON.
fn bare(output: &str, is_json: bool) -> String {
    let mut bare = String::new();
    for line in output.lines().filter(|line| !line.starts_with("date: ")) {
        let line = without_time(&without_epochs(line.trim_end()));
        bare.push_str(&line);
        bare.push('\n');
    }
    if !is_json {
        return bare.trim().to_owned();
    }

    let mut in_text = false;
    let mut is_escaped = false;
    bare.retain(|it| {
        if it == '"' && !is_escaped {
            in_text = !in_text;
        }
        is_escaped = in_text && it == '\\' && !is_escaped;
        in_text || !it.is_whitespace()
    });
    bare
}

/// Puts EPOCH in the place of a position's epoch, unless it is one that no server has.
fn without_epochs(line: &str) -> String {
    let is_hex = |it: char| matches!(it, '0'..='9' | 'a'..='f');
    let mut parts: Vec<String> = line.split('-').map(str::to_owned).collect();
    let last = parts.len() - 1;
    for part in &mut parts[..last] {
        let begin = part.trim_end_matches(is_hex).len();
        let digits = part.get(begin..).unwrap_or_default();
        if digits.len() == 16 && !digits.starts_with("00000000") {
            part.truncate(begin);
            part.push_str("EPOCH");
        }
    }
    parts.join("-")
}

/// Puts TIME in the place of an entry's time.
fn without_time(line: &str) -> String {
    let Some((before, rest)) = line.split_once("\"time\":") else {
        return line.to_owned();
    };
    let rest = rest.trim_start_matches(|it: char| it.is_ascii_digit());
    format!("{before}\"time\":TIME{rest}")
}

/// Runs the examples of a page. Returns how many commands of `curl` it has, or what is wrong.
async fn play(page: &str) -> Result<usize, String> {
    let mut shell = Shell::new(page);
    for Example { command, output } in examples(page) {
        let is_run = command.starts_with("curl ") || assignment(&command).is_some();
        if !is_run {
            // It starts a server.
            assert!(command.contains("cargo run"), "{command}");
            continue;
        }
        let printed = shell.run(&command).await?;
        let (expected, is_json) = match &output {
            Some(output) => (&*output.text, output.is_json),
            None => ("", false),
        };
        let (printed, expected) = (bare(&printed, is_json), bare(expected, is_json));
        if printed != expected {
            return Err(format!("{command}\n{printed}\nis not\n{expected}"));
        }
    }
    Ok(shell.commands)
}

#[tokio::test]
async fn every_example_prints_what_the_page_says() {
    let commands = play(PAGE).await.unwrap_or_else(|error| panic!("{error}"));
    assert!(commands > 25, "{commands}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_page_is_found() {
    let mut plays = JoinSet::new();
    for (right, wrong) in [
        (
            "\"verdict\": \"refused_silently\"",
            "\"verdict\": \"refused\"",
        ),
        ("\"position\": \"d8feaed9f3b9a9e1-2\"", "\"position\": 2"),
        ("content-length: 272", "content-length: 273"),
        ("\"users\": [\"ann\"]", "\"users\": [\"an n\"]"),
        ("data: {\"position\":\"d8feaed9f3b9a9e1-4\"}", ""),
        ("-H 'Authorization: Bearer a-token-that-reads'", ""),
    ] {
        let page = PAGE.replacen(right, wrong, 1);
        assert_ne!(page, PAGE, "{right} is not on the page");
        plays.spawn(async move { (right, play(&page).await) });
    }
    for (right, played) in plays.join_all().await {
        assert!(played.is_err(), "{right}");
    }
}

/// Returns the rows of the table with a header, each with its cells.
fn table(header: &str) -> Vec<Vec<String>> {
    let lines = PAGE.lines().skip_while(|line| *line != header).skip(2);
    let rows = lines.take_while(|line| line.starts_with('|'));
    let cells = |row: &str| {
        let cells = row.trim_matches('|').split(" | ");
        cells
            .map(|cell| cell.trim().trim_matches('`').to_owned())
            .collect()
    };
    let rows: Vec<Vec<String>> = rows.map(cells).collect();
    assert!(!rows.is_empty(), "{header}");
    rows
}

/// Returns the description of the interface, and its operations with their names.
async fn description() -> (Value, BTreeMap<String, Value>) {
    let server = Server::start(&[]);
    let url = format!("{}/v1/openapi.json", server.address);
    let response = client().get(url).send().await.unwrap();
    let description: Value = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
    let mut operations = BTreeMap::new();
    for (path, methods) in description["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            operations.insert(
                format!("{} {path}", method.to_uppercase()),
                operation.clone(),
            );
        }
    }
    (description, operations)
}

#[tokio::test]
async fn the_table_of_problems_has_every_code_with_its_status() {
    // These two are of no endpoint.
    let mut described = BTreeSet::from([
        ("no_endpoint".to_owned(), "404".to_owned()),
        ("method_not_allowed".to_owned(), "405".to_owned()),
    ]);
    for (name, operation) in description().await.1 {
        let responses = operation["responses"].as_object().unwrap();
        for code in operation["x-codes"].as_array().unwrap() {
            let code = code.as_str().unwrap();
            let has_code = |response: &Value| {
                let text = response["description"].as_str().unwrap();
                text.contains(&format!("`{code}`"))
            };
            let status = responses.iter().find(|(_, response)| has_code(response));
            let status = status.unwrap_or_else(|| panic!("{name}: {code}")).0;
            described.insert((code.to_owned(), status.clone()));
        }
    }
    let rows = table("| code | status | what to do |");
    let listed: BTreeSet<_> = rows
        .iter()
        .map(|row| (row[0].clone(), row[1].clone()))
        .collect();
    assert_eq!(listed, described);
    assert_eq!(rows.len(), listed.len(), "a code is listed twice");

    let server = Server::start(&[]);
    for (method, path, code) in [
        (Method::GET, "/v1/nothing", "no_endpoint"),
        (Method::DELETE, "/v1/policy", "method_not_allowed"),
    ] {
        let url = format!("{}{path}", server.address);
        let response = client().request(method, url).send().await.unwrap();
        let status = response.status().as_str().to_owned();
        let problem: Value = serde_json::from_str(&body(response, None).await).unwrap();
        assert_eq!(problem["code"], code);
        assert!(listed.contains(&(code.to_owned(), status)), "{problem}");
    }
}

#[tokio::test]
async fn the_table_of_roles_has_every_endpoint() {
    let described: BTreeMap<String, String> = description()
        .await
        .1
        .into_iter()
        .map(|(name, operation)| {
            let role = operation["x-role"].as_str().unwrap_or("none");
            (name, role.to_owned())
        })
        .collect();
    let rows = table("| endpoint | role | |");
    let listed: BTreeMap<_, _> = rows
        .iter()
        .map(|row| (row[0].clone(), row[1].clone()))
        .collect();
    assert_eq!(listed, described);
    assert_eq!(rows.len(), listed.len(), "an endpoint is listed twice");
}

#[tokio::test]
async fn the_table_of_limits_has_the_numbers_of_the_description() {
    let (description, operations) = description().await;
    let schemas = &description["components"]["schemas"];
    let parameter = |endpoint: &str, name: &str| {
        let parameters = operations[endpoint]["parameters"].as_array().unwrap();
        parameters
            .iter()
            .find(|it| it["name"] == name)
            .unwrap()
            .clone()
    };
    let most = |body: &str, field: &str| schemas[body]["properties"][field]["maxItems"].to_string();
    let page = |endpoint: &str| parameter(endpoint, "limit")["schema"]["maximum"].to_string();
    let names = &schemas["Name"]["description"];
    let backup = &schemas["BackupBody"]["properties"]["name"]["pattern"];
    let operate = &operations["POST /v1/operations"]["description"];
    let fresh = &parameter("GET /v1/position", "at_least")["description"];

    let check = |text: &Value, words: &str| {
        let text = text.as_str().unwrap();
        assert!(text.contains(words), "{words}: {text}");
    };
    let mut checked = 0;
    for row in table("| what | limit | beyond it |") {
        let limit = &row[1];
        let number = limit.replace(',', "");
        let right = match &*row[0] {
            "questions of `decide" => vec![most("DecideBody", "questions")],
            "users of `audience`, `visible_senders` and `conflicts" => vec![
                most("AudienceBody", "targets"),
                most("VisibleSendersBody", "senders"),
                most("ConflictsBody", "members"),
            ],
            "operations of a request" => vec![most("OperationsBody", "operations")],
            "users of a page" => vec![page("GET /v1/users"), page("GET /v1/list")],
            "users whom the operations of a request name" => {
                check(operate, &format!("up to {limit} users"));
                Vec::new()
            }
            "bytes of a name" => {
                check(names, &format!("1 to {number} bytes"));
                Vec::new()
            }
            "characters of a backup's name" => {
                check(backup, &format!("{{1,{number}}}"));
                Vec::new()
            }
            "waiting for `at_least" => {
                check(fresh, &format!("up to {limit} for it"));
                Vec::new()
            }
            // The description has none of these.
            _ => continue,
        };
        for right in right {
            assert_eq!(number, right, "{row:?}");
        }
        checked += 1;
    }
    assert_eq!(checked, 8);
}

#[test]
fn the_page_has_the_client_as_it_is_tested() {
    assert!(PAGE.contains(&format!("```python\n{CLIENT}```\n")));
    assert!(CLIENT.lines().count() <= 60);
}
