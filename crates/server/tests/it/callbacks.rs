//! Callbacks to an app: before a call, and after an entry.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::{Value, json};
use socialgraph_tim::Command;

use super::fixtures::{ADMIN, Server, client, import, post, provide, run};
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
    /// Fails if an account is named.
    FailsFor(&'static str),
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

/// Starts an app that takes callbacks over TLS, and writes its certificate to a file.
fn start_with_tls(certificate: &Path) -> Running {
    provide();
    let names = ["localhost".to_owned()];
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(names).unwrap();
    fs::write(certificate, cert.pem()).unwrap();
    let key = PrivateKeyDer::Pkcs8(signing_key.serialize_der().into());
    let config = ServerConfig::builder().with_no_client_auth();
    let config = config.with_single_cert(vec![cert.der().clone()], key);
    let config = Arc::new(config.unwrap());

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let url = format!("https://localhost:{port}/hook?key=1");
    let (sender, got) = channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (sender, config) = (sender.clone(), Arc::clone(&config));
            let connection = ServerConnection::new(config).unwrap();
            let stream = StreamOwned::new(connection, stream.unwrap());
            thread::spawn(move || serve(stream, App::Takes, &sender));
        }
    });
    Running { url, got }
}

/// Answers requests on a connection.
fn serve(stream: impl Read + Write, app: App, sender: &Sender<Got>) {
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
        let is_named = |name: &str| String::from_utf8_lossy(&body).contains(name);
        let app = match app {
            App::FailsFor(name) if is_named(name) => App::Fails,
            App::FailsFor(_) => App::Takes,
            app => app,
        };
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
            App::Fails | App::FailsFor(_) => Value::Null,
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
        first.ends_with("-2.0") && second.ends_with("-3.0"),
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

/// Returns the number of a metric of a server.
async fn read(server: &Server, name: &str) -> f64 {
    metric(&get(server, "/metrics", None).await.1, name)
}

/// Blocks and unblocks in turn, many times.
async fn toggle(server: &Server, from: &str, to: &str, times: usize) {
    let body = json!({"From_Account": from, "To_Account": [to]});
    let commands = [Command::BlackListAdd, Command::BlackListDelete];
    let client = client();
    for command in commands.iter().cycle().take(times) {
        let reply = post(&client, &server.url(ADMIN, *command), &body).await;
        assert_eq!(reply["ErrorCode"], 0, "{reply}");
    }
}

/// The app takes nothing about one user. The callbacks of others come all the same.
#[tokio::test]
async fn a_user_whose_callbacks_fail_holds_up_nobody_else() {
    let app = start(0, App::FailsFor("stuck"));
    let options = ["--callback-url", &app.url, "--calls-per-second", "0"];
    let server = Server::start(&options);
    import(&server, &["stuck", "a", "b"]).await;
    toggle(&server, "stuck", "a", 400).await;
    toggle(&server, "b", "a", 20).await;

    let mut numbers = Vec::new();
    while numbers.len() < 20 {
        let got = app.next();
        if got.body["PairList"][0]["From_Account"] == "b" {
            let id = got.id.unwrap();
            let number = id.split(['-', '.']).nth(1).unwrap().to_owned();
            numbers.push(number.parse::<u64>().unwrap());
        }
    }
    assert_eq!(numbers, (402..422).collect::<Vec<_>>(), "in their order");

    // What waits is counted from the first entry on, and has an age.
    let waiting = read(&server, "socialgraph_callbacks_waiting").await;
    assert!((waiting - 420.0).abs() < 0.5, "{waiting}");
    assert!(read(&server, "socialgraph_callbacks_oldest_seconds").await > 0.0);
    assert!(read(&server, "socialgraph_callbacks_running").await > 0.5);
}

/// A restored directory sends what the app had not taken at the backup.
#[tokio::test]
async fn callbacks_that_wait_come_after_a_restore() {
    let home = tempfile::tempdir().unwrap();
    let [data, copy, restored] = ["data", "copy", "restored"].map(|name| home.path().join(name));
    let path = |path: &Path| path.to_str().unwrap().to_owned();
    let app = start(0, App::FailsFor("stuck"));
    let server = Server::durable(&data, &["--callback-url", &app.url]);
    import(&server, &["stuck", "a", "b"]).await;
    toggle(&server, "stuck", "a", 10).await;
    let backup = run(&["backup", &path(&copy), "--data", &path(&data)]);
    assert_eq!(backup.0, Some(0), "{}", backup.2);
    drop(server);

    let restore = run(&["restore", &path(&copy), "--data", &path(&restored)]);
    assert_eq!(restore.0, Some(0), "{}", restore.2);
    let app = start(0, App::Takes);
    let server = Server::durable(&restored, &["--callback-url", &app.url]);
    for number in 2..12 {
        let id = app.next().id.unwrap();
        assert!(id.ends_with(&format!("-{number}.0")), "{id}");
    }
    toggle(&server, "b", "a", 1).await;
    assert!(app.next().id.unwrap().ends_with("-12.0"));
}

/// The log is dropped while no URL is given. The loss is counted, and new callbacks come.
#[tokio::test]
async fn callbacks_that_were_dropped_are_counted() {
    let home = tempfile::tempdir().unwrap();
    let app = start(0, App::Takes);
    let server = Server::durable(home.path(), &["--callback-url", &app.url]);
    import(&server, &["a", "b"]).await;
    assert!(server.stop("-TERM").0);
    let drops = ["--retention", "drop", "--snapshots", "1"];
    let server = Server::durable(
        home.path(),
        &[&drops[..], &["--snapshot-entries", "5"]].concat(),
    );
    toggle(&server, "a", "b", 20).await;
    while read(&server, "socialgraph_snapshot").await < 20.0 {
        toggle(&server, "a", "b", 2).await;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(server.stop("-TERM").0);

    let options = [&drops[..], &["--callback-url", &app.url]].concat();
    let server = Server::durable(home.path(), &options);
    assert!(read(&server, "socialgraph_callbacks_lost_total").await >= 19.0);
    while read(&server, "socialgraph_callbacks_waiting").await > 0.0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    while app.got.try_recv().is_ok() {}
    block(&server, "b", "a").await;
    assert_eq!(app.next().body["PairList"][0]["From_Account"], "b");
    let (is_success, log) = server.stop("-TERM");
    assert!(is_success && log.contains("callbacks are lost"), "{log}");
}

/// The certificate of a private authority is trusted by a variable, and a proxy is not used.
#[tokio::test]
async fn an_app_over_tls_is_reached_without_a_proxy() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("authority.pem");
    let app = start_with_tls(&file);
    let nowhere = "http://127.0.0.1:9";
    let variables = [
        ("SSL_CERT_FILE", file.to_str().unwrap()),
        ("http_proxy", nowhere),
        ("https_proxy", nowhere),
    ];
    let server = Server::try_start_with(&variables, &["--callback-url", &app.url]).unwrap();
    import(&server, &["a", "b"]).await;
    block(&server, "a", "b").await;
    assert_eq!(app.next().body["PairList"][0]["To_Account"], "b");

    // Without the variable, the certificate is nobody's.
    let server = Server::start(&["--callback-url", &app.url]);
    import(&server, &["a", "b"]).await;
    block(&server, "a", "b").await;
    while read(&server, "socialgraph_callbacks_failed_total").await < 1.0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(app.got.try_recv().is_err());
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

/// The time runs from the entry on, so that a restart begins none anew.
#[tokio::test]
async fn a_callback_is_given_up_after_its_time() {
    let home = tempfile::tempdir().unwrap();
    let app = start(0, App::Fails);
    let options = ["--callback-url", &app.url, "--callback-give-up", "1"];
    let server = Server::durable(home.path(), &options);
    import(&server, &["a", "b"]).await;
    block(&server, "a", "b").await;
    app.next();
    loop {
        let text = get(&server, "/metrics", None).await.1;
        if metric(&text, "socialgraph_callbacks_given_up_total") > 0.0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    while metric(
        &get(&server, "/metrics", None).await.1,
        "socialgraph_callbacks_waiting",
    ) > 0.0
    {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(server.stop("-TERM").0);
}
