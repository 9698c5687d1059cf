//! Throughput and latency, durable and in memory, with one and with a thousand names a call.
//!
//! Durable and in memory take turns, so that a busy machine meets both alike.

mod engine;
mod readers;
mod v1;

#[expect(clippy::cast_precision_loss, reason = "figures are far below 2^52")]
mod figures {
    use std::time::Duration;

    /// The rate and the latencies of calls.
    pub(super) struct Figures {
        rate: f64,
        /// In ascending order, at least one.
        latencies: Vec<Duration>,
    }

    impl Figures {
        pub(super) fn new(mut latencies: Vec<Duration>, elapsed: Duration) -> Self {
            latencies.sort_unstable();
            let rate = rate(latencies.len() as u64, elapsed);
            Self { rate, latencies }
        }

        /// Returns the latency in milliseconds below which so many of a hundred are.
        fn millis(&self, hundredths: usize) -> f64 {
            let last = self.latencies.len().saturating_sub(1);
            let latency = self.latencies.get(last * hundredths / 100);
            latency.map_or(0.0, Duration::as_secs_f64) * 1e3
        }

        pub(super) fn median(&self) -> f64 {
            self.millis(50)
        }

        pub(super) fn line(&self) -> String {
            let [median, most, longest] = [50, 99, 100].map(|part| self.millis(part));
            format!(
                "{:>10.0} {median:>9.3} {most:>9.3} {longest:>9.3}",
                self.rate
            )
        }
    }

    /// Returns how often something happened in a second.
    pub(super) fn rate(count: u64, elapsed: Duration) -> f64 {
        count as f64 / elapsed.as_secs_f64()
    }
}

use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use socialgraph_tim::Command;

use crate::arguments::Arguments;
use crate::client::{Client, Connection, Signer, send};
use crate::server::{ADMIN, Server};
use figures::Figures;

/// The accounts.
const ACCOUNTS: usize = 20_000;

/// The accounts of one call at most.
const MANY: usize = 1_000;

/// The connections.
const CONNECTIONS: [usize; 2] = [1, 32];

/// A kind of call: what each connection sends in turn.
struct Kind {
    name: &'static str,
    calls: Calls,
    /// The questions of each call, which the engine alone is asked as well.
    questions: Option<usize>,
    /// Whether readers follow the changes meanwhile.
    has_readers: bool,
}

/// The calls of a connection, which it makes over and over. After each two, all is as before.
enum Calls {
    /// Of an account of the connection's own to the vendor's interface.
    Own(fn(connection: usize) -> Vec<(Command, Value)>),
    /// Of the admin to the vendor's interface.
    Admin(fn(connection: usize) -> Vec<(Command, Value)>),
    /// To `/v1`.
    V1(fn(connection: usize) -> Vec<Vec<u8>>),
}

impl Kind {
    const fn new(name: &'static str, calls: Calls) -> Self {
        Self {
            name,
            calls,
            questions: None,
            has_readers: false,
        }
    }

    const fn asking(self, questions: usize) -> Self {
        Self {
            questions: Some(questions),
            ..self
        }
    }

    const fn with_readers(self) -> Self {
        Self {
            has_readers: true,
            ..self
        }
    }

    /// Returns the requests of a connection.
    fn requests(&self, connection: usize) -> Vec<Vec<u8>> {
        let (signer, calls) = match self.calls {
            Calls::V1(requests) => return requests(connection),
            Calls::Own(calls) => (Signer::new(&name(connection * 7)), calls),
            Calls::Admin(calls) => (Signer::new(ADMIN), calls),
        };
        let calls = calls(connection);
        let requests = calls.iter();
        requests
            .map(|(command, body)| signer.request(*command, body))
            .collect()
    }

    /// Returns whether a reply says that the call was carried out.
    fn is_success(&self, reply: &[u8]) -> bool {
        let has = |text: &[u8]| reply.windows(text.len()).any(|it| it == text);
        match self.calls {
            Calls::V1(_) => !has(br#""done":false"#),
            Calls::Own(_) | Calls::Admin(_) => has(br#""ErrorCode":0"#),
        }
    }
}

const KINDS: [Kind; 14] = [
    Kind::new("sendmsg", Calls::Own(messages)),
    Kind::new("black_list_check of 1", Calls::Admin(|it| checks(it, 1))),
    Kind::new(
        "black_list_check of 1000",
        Calls::Admin(|it| checks(it, MANY)),
    ),
    Kind::new("black_list_get of 1000", Calls::Admin(|_| pages())),
    Kind::new(
        "black_list_add, _delete of 1",
        Calls::Admin(|it| blocks(it, 1)),
    ),
    Kind::new(
        "black_list_add, _delete of 1000",
        Calls::Admin(|it| blocks(it, MANY)),
    ),
    Kind::new("v1 decide 1", Calls::V1(|it| v1::decide(it, 1))).asking(1),
    Kind::new("v1 decide 1000", Calls::V1(|it| v1::decide(it, MANY))).asking(MANY),
    Kind::new("v1 audience of 1000", Calls::V1(v1::audience)),
    Kind::new("v1 act", Calls::V1(v1::act)),
    Kind::new("v1 act_on_many of 1000", Calls::V1(v1::act_on_many)),
    Kind::new("v1 1000 operations", Calls::V1(v1::operations)),
    Kind::new(
        "v1 decide 1, ten readers",
        Calls::V1(|it| v1::decide(it, 1)),
    )
    .asking(1)
    .with_readers(),
    Kind::new("v1 act, ten readers", Calls::V1(v1::act)).with_readers(),
];

fn name(number: usize) -> String {
    format!("user{}", number % ACCOUNTS)
}

fn names(first: usize, count: usize) -> Vec<String> {
    (first..first + count).map(name).collect()
}

fn messages(connection: usize) -> Vec<(Command, Value)> {
    let message = |number: usize| {
        let body = json!({
            "From_Account": name(connection * 7), "To_Account": name(number), "MsgRandom": number,
            "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": "hello"}}],
        });
        (Command::SendMessage, body)
    };
    (connection * 31 + 1..connection * 31 + 51)
        .map(message)
        .collect()
}

fn checks(connection: usize, count: usize) -> Vec<(Command, Value)> {
    let check = |number: usize| {
        let body = json!({
            "From_Account": name(connection), "To_Account": names(number * 97, count),
            "CheckType": "BlackCheckResult_Type_Both",
        });
        (Command::BlackListCheck, body)
    };
    (connection + 1..connection + 11).map(check).collect()
}

/// The blocklist of an account that blocks a thousand.
fn pages() -> Vec<(Command, Value)> {
    let body = json!({
        "From_Account": "blocker", "StartIndex": 0, "MaxLimited": MANY, "LastSequence": 0,
    });
    vec![(Command::BlackListGet, body)]
}

/// Blocks and unblocks, so that each call changes what it names.
fn blocks(connection: usize, count: usize) -> Vec<(Command, Value)> {
    let call = |step: usize| {
        let command = [Command::BlackListAdd, Command::BlackListDelete][step % 2];
        let to = names(1_000 + (step / 2) * count, count);
        (
            command,
            json!({"From_Account": name(connection), "To_Account": to}),
        )
    };
    (0..8).map(call).collect()
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), String> {
    let kinds = KINDS.iter().filter(|it| it.name.contains(&arguments.only));
    let kinds: Vec<_> = kinds.collect();
    if kinds.is_empty() {
        return Err(format!("nothing has {:?} in its name", arguments.only));
    }

    let home = tempfile::tempdir_in(".").map_err(|error| error.to_string())?;
    let data = home.path().join("data");
    let servers = [
        ("durable", start(&arguments.server, Some(&data))?),
        ("in memory", start(&arguments.server, None)?),
    ];
    println!(
        "{ACCOUNTS} accounts, {} s each; calls a second, and milliseconds\n\n{:32} {:>11} {:>10} {:>9} {:>9} {:>9}",
        arguments.seconds, "", "connections", "calls/s", "median", "99 %", "most"
    );
    let time = Duration::from_secs(arguments.seconds);
    for kind in kinds {
        for connections in CONNECTIONS {
            for (state, server) in &servers {
                let line = measure(&server.address, kind, connections, time);
                let line = line.map_err(|error| format!("{}: {error}", kind.name))?;
                let name = format!("{}, {state}", kind.name);
                println!("{name:44} {connections:>2} {line}");
            }
        }
    }
    Ok(())
}

/// Starts a server with accounts, one of them with a full blocklist.
fn start(program: &Path, data: Option<&Path>) -> Result<Server, String> {
    let server = Server::start(program, data)?;
    let failed = |error: io::Error| error.to_string();
    let mut client = Client::admin(&server.address).map_err(failed)?;
    let mut all = names(0, ACCOUNTS);
    all.push("blocker".to_owned());
    for names in all.chunks(100) {
        client
            .call(Command::MultiaccountImport, &json!({"Accounts": names}))
            .map_err(failed)?;
    }
    let block = json!({"From_Account": "blocker", "To_Account": names(0, MANY)});
    client.call(Command::BlackListAdd, &block).map_err(failed)?;
    Ok(server)
}

/// Lets connections call for some time, beside readers if the kind has them. Returns a line of
/// figures.
fn measure(address: &str, kind: &Kind, connections: usize, time: Duration) -> io::Result<String> {
    if !kind.has_readers {
        let figures = call_all(address, kind, connections, time)?;
        return Ok(figures.line() + &share(kind, connections, &figures));
    }
    let (figures, events) = readers::beside(address, kind.questions.is_some(), || {
        call_all(address, kind, connections, time)
    })?;
    let share = share(kind, connections, &figures);
    Ok(format!("{}{share}; {events:.0} events/s", figures.line()))
}

/// Returns the share of the engine in the latency of one connection.
fn share(kind: &Kind, connections: usize, figures: &Figures) -> String {
    match kind.questions {
        Some(count) if connections == 1 => {
            let micros = engine::micros(count);
            let percent = micros / figures.median() / 10.0;
            format!("  engine {micros:.2} µs, {percent:.2} %")
        }
        _ => String::new(),
    }
}

fn call_all(address: &str, kind: &Kind, connections: usize, time: Duration) -> io::Result<Figures> {
    let is_over = AtomicBool::new(false);
    let mut callers = Vec::new();
    for connection in 0..connections {
        callers.push((Connection::open(address)?, kind.requests(connection)));
    }

    let started = Instant::now();
    let latencies = thread::scope(|scope| -> io::Result<Vec<Duration>> {
        let calling = callers.into_iter().map(|(connection, requests)| {
            let is_over = &is_over;
            scope.spawn(move || call(connection, kind, &requests, is_over))
        });
        let calling: Vec<_> = calling.collect();
        thread::sleep(time);
        is_over.store(true, Ordering::Relaxed);
        let mut all = Vec::new();
        for calling in calling {
            all.extend(
                calling
                    .join()
                    .map_err(|_| io::Error::other("a connection panicked"))??,
            );
        }
        Ok(all)
    })?;
    Ok(Figures::new(latencies, started.elapsed()))
}

/// Makes calls in turn until the time is over. Returns how long each took.
fn call(
    mut connection: Connection,
    kind: &Kind,
    requests: &[Vec<u8>],
    is_over: &AtomicBool,
) -> io::Result<Vec<Duration>> {
    let mut latencies = Vec::new();
    for request in requests.iter().cycle() {
        // It ends between two pairs of calls, so that the next row finds all as before.
        let is_between = latencies.len() % 2 == 0 && !latencies.is_empty();
        if is_between && is_over.load(Ordering::Relaxed) {
            break;
        }
        let started = Instant::now();
        let reply = send(&mut connection, request)?;
        latencies.push(started.elapsed());
        if !kind.is_success(&reply) {
            return Err(io::Error::other(
                String::from_utf8_lossy(&reply).into_owned(),
            ));
        }
    }
    Ok(latencies)
}
