//! Callbacks to an app: before a call, and after an entry.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use socialgraph_tim::Command;

use super::fixtures::{ADMIN, Server, client, import, post};
use super::operate::{get, metric};

/// A callback as the app got it.
struct Got {
    target: String,
    id: Option<String>,
    body: Value,
}

/// What the app does with a callback.
#[derive(Clone, Copy, PartialEq)]
enum App {
    Takes,
    Denies,
    Fails,
    Hangs,
}

/// An app at an address.
struct Running {
    url: String,
    got: Receiver<Got>,
}

impl Running {
    fn next(&self) -> Got {
        self.got.recv_timeout(Duration::from_secs(20)).unwrap()
    }
}

/// Starts an app, at a given port or at any.
fn start(port: u16, app: App) -> Running {
    let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
    let url = format!("http://{}/hook?key=1", listener.local_addr().unwrap());
    let (sender, got) = channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let sender = sender.clone();
            thread::spawn(move || serve(stream.unwrap(), app, &sender));
        }
    });
    Running { url, got }
}

/// Answers requests on a connection.
fn serve(stream: TcpStream, app: App, sender: &Sender<Got>) {
    let mut stream = BufReader::new(stream);
    loop {
        let (mut line, mut lines) = (String::new(), Vec::new());
        while stream.read_line(&mut line).is_ok_and(|length| length > 2) {
            lines.push(std::mem::take(&mut line).trim().to_owned());
        }
        let Some(first) = lines.first() else { return };
        let header = |name: &str| {
            let found = lines
                .iter()
                .find_map(|line| line.to_lowercase().strip_prefix(name).map(str::to_owned));
            found.map(|value| value.trim().to_owned())
        };
        let mut body = vec![0; header("content-length:").unwrap().parse().unwrap()];
        stream.read_exact(&mut body).unwrap();
        let target = first.split(' ').nth(1).unwrap().to_owned();
        let got = Got {
            target,
            id: header("x-event-id:"),
            body: serde_json::from_slice(&body).unwrap(),
        };
        // The test may have ended.
        let _ = sender.send(got);
        let answer = match app {
            App::Takes => json!({"ActionStatus": "OK", "ErrorCode": 0, "ErrorInfo": ""}),
            App::Denies => json!({"ResultItem": [
                {"To_Account": "b", "ResultCode": 38005, "ResultInfo": "not today"}
            ]}),
            App::Fails => Value::Null,
            App::Hangs => return thread::sleep(Duration::from_secs(60)),
        };
        let status = if app == App::Fails {
            "500 No"
        } else {
            "200 OK"
        };
        let body = answer.to_string();
        let length = body.len();
        write!(
            stream.get_mut(),
            "HTTP/1.1 {status}\r\nContent-Length: {length}\r\n\r\n{body}"
        )
        .unwrap();
    }
}

async fn block(server: &Server, from: &str, to: &str) -> Value {
    let body = json!({"From_Account": from, "To_Account": [to]});
    post(&client(), &server.url(ADMIN, Command::BlackListAdd), &body).await
}

#[tokio::test]
async fn an_app_is_told_what_happened_in_order_and_with_an_id() {
    let app = start(0, App::Takes);
    let server = Server::start(&["--callback-url", &app.url]);
    import(&server, &["a", "b", "c"]).await;
    block(&server, "a", "b").await;
    block(&server, "a", "c").await;
    let first = app.next();
    assert!(
        first.target.starts_with(
            "/hook?key=1&SdkAppid=1400000123&CallbackCommand=Sns.CallbackBlackListAdd"
        ),
        "{}",
        first.target
    );
    assert_eq!(
        first.body["PairList"],
        json!([{"From_Account": "a", "To_Account": "b"}])
    );
    let second = app.next();
    assert_eq!(second.body["PairList"][0]["To_Account"], "c");
    let (first, second) = (first.id.unwrap(), second.id.unwrap());
    assert!(
        first.ends_with("/2.0") && second.ends_with("/3.0"),
        "{first} {second}"
    );
}

/// A killed server loses no callback: each comes at least once, with its id.
#[tokio::test]
async fn callbacks_come_after_a_crash_and_while_the_app_is_away() {
    let home = tempfile::tempdir().unwrap();
    let app = start(0, App::Fails);
    let options = ["--callback-url", &app.url];
    let server = Server::durable(home.path(), &options);
    let names: Vec<_> = (0..50).map(|it| format!("n{it}")).collect();
    import(&server, &names.iter().map(|it| &**it).collect::<Vec<_>>()).await;
    for name in &names[1..] {
        block(&server, name, "n0").await;
    }
    let failed = app.next();
    server.signal("-KILL");
    drop(server);

    // The app is back, at another port, and the server as well.
    let app = start(0, App::Takes);
    let server = Server::durable(home.path(), &["--callback-url", &app.url]);
    let mut ids = BTreeSet::new();
    while ids.len() < 49 {
        ids.insert(app.next().id.unwrap());
    }
    assert!(ids.contains(&failed.id.unwrap()));

    // What the app has taken does not come again after a stop.
    while metric(
        &get(&server, "/metrics", None).await.1,
        "socialgraph_callbacks_waiting",
    ) > 0.0
    {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(server.stop("-TERM").0);
    let server = Server::durable(home.path(), &["--callback-url", &app.url]);
    while app.got.try_recv().is_ok() {}
    block(&server, "n0", "n1").await;
    assert_eq!(app.next().body["PairList"][0]["From_Account"], "n0");
}

/// What was before the first start with a URL is none of the app's business.
#[tokio::test]
async fn a_first_start_with_an_app_begins_now() {
    let home = tempfile::tempdir().unwrap();
    let server = Server::durable(home.path(), &[]);
    import(&server, &["a", "b", "c"]).await;
    block(&server, "a", "b").await;
    assert!(server.stop("-TERM").0);
    let app = start(0, App::Takes);
    let server = Server::durable(home.path(), &["--callback-url", &app.url]);
    block(&server, "a", "c").await;
    assert_eq!(app.next().body["PairList"][0]["To_Account"], "c");
}

/// Adds a friend in a user's own name. Returns the code of the item, and how long it took.
async fn add(server: &Server) -> (Value, Duration) {
    import(server, &["a", "b"]).await;
    let body = json!({"From_Account": "a", "AddType": "Add_Type_Both",
        "AddFriendItem": [{"To_Account": "b", "AddSource": "AddSource_Type_Test"}]});
    let started = Instant::now();
    let reply = post(&client(), &server.url("a", Command::FriendAdd), &body).await;
    (
        reply["ResultItem"][0]["ResultCode"].clone(),
        started.elapsed(),
    )
}

#[tokio::test]
async fn an_app_may_deny_a_call_beforehand() {
    let app = start(0, App::Denies);
    let server = Server::start(&["--callback-url", &app.url, "--before-callbacks"]);
    assert_eq!(add(&server).await.0, 38005);
    let got = app.next();
    assert!(
        got.target.contains("Sns.CallbackPrevFriendAdd")
            && got.target.contains("ClientIP=127.0.0.1"),
        "{}",
        got.target
    );
    assert!(got.id.is_none());
}

#[tokio::test]
async fn a_call_goes_on_or_not_if_the_app_does_not_answer() {
    for (app, more, code) in [
        (App::Hangs, "allow", 30539),
        (App::Hangs, "refuse", 38000),
        (App::Fails, "allow", 30539),
        (App::Fails, "refuse", 38000),
    ] {
        let running = start(0, app);
        let server = Server::start(&[
            "--callback-url",
            &running.url,
            "--before-callbacks",
            "--before-timeout",
            "1",
            "--before-failure",
            more,
        ]);
        let (found, took) = add(&server).await;
        assert_eq!(found, code, "{more}");
        assert!(took < Duration::from_secs(10), "{took:?}");
    }
}
