//! A running server, and calls to it as a client makes them.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdout, Command as Process, Stdio};
use std::time::{Duration, SystemTime};

use reqwest::Client;
use serde_json::Value;
use socialgraph_tim::{Command, UserSig};

pub(super) const APP: u64 = 1_400_000_123;
pub(super) const SECRET: &str = "a secret";
pub(super) const ADMIN: &str = "root";

/// The server's program.
pub(super) const PROGRAM: &str = env!("CARGO_BIN_EXE_socialgraph-server");

/// A running server, which is killed at the end of its test.
pub(super) struct Server {
    pub(super) process: Child,
    /// The URL without a path.
    pub(super) address: String,
    output: BufReader<ChildStdout>,
}

impl Server {
    /// Starts a server with its state in memory, or where the options say.
    pub(super) fn start(options: &[&str]) -> Self {
        Self::try_start(options).unwrap()
    }

    /// Starts a server, or returns what it said.
    pub(super) fn try_start(options: &[&str]) -> Result<Self, String> {
        Self::try_start_with(&[], options)
    }

    /// Starts a server with variables of the environment, or returns what it said.
    pub(super) fn try_start_with(
        variables: &[(&str, &str)],
        options: &[&str],
    ) -> Result<Self, String> {
        let mut process = Process::new(PROGRAM)
            .args([
                "--listen",
                "127.0.0.1:0",
                "--sdkappid",
                &APP.to_string(),
                "--admin",
                ADMIN,
            ])
            .args(options)
            .env("SOCIALGRAPH_SECRET", SECRET)
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let Some(address) = line.trim().strip_prefix("listening on ") else {
            let mut said = String::new();
            process
                .stderr
                .take()
                .unwrap()
                .read_to_string(&mut said)
                .unwrap();
            process.wait().unwrap();
            return Err(said);
        };
        let address = address.to_owned();
        Ok(Self {
            process,
            address,
            output,
        })
    }

    /// Starts a server with its state in a directory.
    pub(super) fn durable(data: &Path, options: &[&str]) -> Self {
        let data = data.to_str().unwrap();
        Self::start(&[&["--data", data], options].concat())
    }

    pub(super) fn url(&self, identifier: &str, command: Command) -> String {
        format!("{}{}", self.address, target(identifier, command))
    }

    /// Returns the host and the port.
    pub(super) fn host(&self) -> &str {
        self.address.split_once("://").unwrap().1
    }

    /// Opens a connection of its own.
    pub(super) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.host()).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        stream
    }

    /// Sends bytes on a connection of its own, and returns what comes until its end.
    pub(super) fn raw(&self, bytes: &[u8]) -> String {
        let mut stream = self.connect();
        stream.write_all(bytes).unwrap();
        let mut answer = Vec::new();
        // A connection that is closed without an answer is fine, too.
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// Returns the head of a request, without the lines of its body.
    pub(super) fn head(&self, identifier: &str, command: Command) -> String {
        let target = target(identifier, command);
        format!("POST {target} HTTP/1.1\r\nHost: {}\r\n", self.host())
    }

    /// Returns the resident memory in bytes.
    pub(super) fn memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let line = status
            .lines()
            .find_map(|it| it.strip_prefix("VmRSS:"))
            .unwrap();
        let kib: u64 = line
            .trim()
            .strip_suffix(" kB")
            .unwrap()
            .trim()
            .parse()
            .unwrap();
        kib << 10
    }

    pub(super) fn signal(&self, signal: &str) {
        let id = self.process.id().to_string();
        let mut kill = Process::new("kill");
        assert!(kill.args([signal, &id]).status().unwrap().success());
    }

    /// Sends a signal. Returns whether the server then succeeded, without a look at its log.
    pub(super) fn stop_unread(mut self, signal: &str) -> bool {
        self.signal(signal);
        self.process.wait().unwrap().success()
    }

    /// Sends a signal. Returns whether the server then succeeded, and its log.
    pub(super) fn stop(mut self, signal: &str) -> (bool, String) {
        self.signal(signal);
        let mut log = String::new();
        let mut stderr = self.process.stderr.take().unwrap();
        stderr.read_to_string(&mut log).unwrap();
        (self.process.wait().unwrap().success(), log)
    }

    /// Returns what the server prints at its start, after its first line. Kills it.
    pub(super) fn printed(mut self) -> String {
        let mut printed = String::new();
        while !printed.contains("unknown accounts") {
            assert!(
                self.output.read_line(&mut printed).unwrap() > 0,
                "{printed}"
            );
        }
        self.process.kill().unwrap();
        self.output.read_to_string(&mut printed).unwrap();
        printed
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The server has already ended if the test succeeded.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Returns the signed path of a command.
pub(super) fn target(identifier: &str, command: Command) -> String {
    let hour = Duration::from_secs(3600);
    let usersig = UserSig::new(APP, identifier, SystemTime::now(), hour);
    usersig.sign_target(command, SECRET, 7)
}

/// Installs the provider of cryptography, as the program does.
pub(super) fn provide() {
    // Another test may have done so.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// Returns a client that trusts no certificate.
pub(super) fn client() -> Client {
    provide();
    Client::builder()
        .tls_built_in_root_certs(false)
        .build()
        .unwrap()
}

/// Makes a call, and returns the reply.
pub(super) async fn post(client: &Client, url: &str, body: &Value) -> Value {
    let response = client
        .post(url)
        .body(body.to_string())
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    serde_json::from_slice(&response.bytes().await.unwrap()).unwrap()
}

/// Imports accounts.
pub(super) async fn import(server: &Server, accounts: &[&str]) {
    let url = server.url(ADMIN, Command::MultiaccountImport);
    let body = serde_json::json!({"Accounts": accounts});
    let reply = post(&client(), &url, &body).await;
    assert_eq!(reply["ErrorCode"], 0, "{reply}");
}

/// Runs the program to its end. Returns its status, its output and its errors.
pub(super) fn run(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Process::new(PROGRAM).args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}
