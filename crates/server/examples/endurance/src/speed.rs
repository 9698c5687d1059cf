//! Throughput and latency, durable and in memory, with one and with a thousand names a call.
//!
//! Durable and in memory take turns, so that a busy machine meets both alike.

#![expect(clippy::cast_precision_loss, reason = "figures are far below 2^52")]

use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use socialgraph_tim::Command;

use crate::arguments::Arguments;
use crate::client::Client;
use crate::server::Server;

/// The accounts.
const ACCOUNTS: usize = 20_000;

/// The accounts of one call at most.
const MANY: usize = 1_000;

/// The connections.
const CONNECTIONS: [usize; 2] = [1, 32];

/// A kind of call: what each connection sends in turn.
struct Kind {
    name: &'static str,
    /// Who calls: a user of the connection's own, or the admin.
    is_own: bool,
    /// The calls of a connection, which it makes over and over.
    calls: fn(connection: usize) -> Vec<(Command, Value)>,
}

const KINDS: [Kind; 6] = [
    Kind {
        name: "sendmsg",
        is_own: true,
        calls: messages,
    },
    Kind {
        name: "black_list_check of 1",
        is_own: false,
        calls: |it| checks(it, 1),
    },
    Kind {
        name: "black_list_check of 1000",
        is_own: false,
        calls: |it| checks(it, MANY),
    },
    Kind {
        name: "black_list_get of 1000",
        is_own: false,
        calls: |_| pages(),
    },
    Kind {
        name: "black_list_add, _delete of 1",
        is_own: false,
        calls: |it| blocks(it, 1),
    },
    Kind {
        name: "black_list_add, _delete of 1000",
        is_own: false,
        calls: |it| blocks(it, MANY),
    },
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
    for kind in &KINDS {
        for connections in CONNECTIONS {
            for (state, server) in &servers {
                let time = Duration::from_secs(arguments.seconds);
                let figures = measure(&server.address, kind, connections, time);
                let figures = figures.map_err(|error| format!("{}: {error}", kind.name))?;
                let name = format!("{}, {state}", kind.name);
                println!("{name:44} {connections:>2} {figures}");
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

/// Lets connections call for some time. Returns a line of figures.
fn measure(address: &str, kind: &Kind, connections: usize, time: Duration) -> io::Result<String> {
    let is_over = AtomicBool::new(false);
    let mut clients = Vec::new();
    for connection in 0..connections {
        let client = if kind.is_own {
            Client::connect(address, &name(connection * 7))?
        } else {
            Client::admin(address)?
        };
        let calls = (kind.calls)(connection);
        let requests: Vec<_> = calls
            .iter()
            .map(|(command, body)| client.request(*command, body))
            .collect();
        clients.push((client, requests));
    }

    let started = Instant::now();
    let mut latencies = thread::scope(|scope| -> io::Result<Vec<Duration>> {
        let calling = clients.into_iter().map(|(client, requests)| {
            let is_over = &is_over;
            scope.spawn(move || call(client, &requests, is_over))
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
    let rate = latencies.len() as f64 / started.elapsed().as_secs_f64();
    latencies.sort_unstable();
    Ok(line(rate, &latencies))
}

fn line(rate: f64, latencies: &[Duration]) -> String {
    let last = latencies.len() - 1;
    let millis = |index: usize| latencies[index].as_secs_f64() * 1e3;
    let (median, most) = (millis(last / 2), millis(last));
    format!(
        "{rate:>10.0} {median:>9.2} {:>9.2} {most:>9.2}",
        millis(last * 99 / 100)
    )
}

/// Makes calls in turn until the time is over. Returns how long each took.
fn call(
    mut client: Client,
    requests: &[Vec<u8>],
    is_over: &AtomicBool,
) -> io::Result<Vec<Duration>> {
    let mut latencies = Vec::new();
    for request in requests.iter().cycle() {
        if is_over.load(Ordering::Relaxed) && !latencies.is_empty() {
            break;
        }
        let started = Instant::now();
        let reply = client.send(request)?;
        latencies.push(started.elapsed());
        let is_success = reply.windows(13).any(|it| it == br#""ErrorCode":0"#);
        if !is_success {
            return Err(io::Error::other(
                String::from_utf8_lossy(&reply).into_owned(),
            ));
        }
    }
    Ok(latencies)
}
