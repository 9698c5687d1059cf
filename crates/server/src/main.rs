//! A local stand-in for the relationship-chain part of Tencent's IM REST API.
//!
//! `cargo run --release -p socialgraph-server -- --help` lists the options. `socialgraph_tim`
//! computes the replies; this crate has the socket, the clock, the log and the command line.

mod options;
mod server;

use std::error::Error;
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use socialgraph::SocialGraph;
use socialgraph_tim::{Command, Gateway, Service, Settings, UnknownAccounts, UserSig};
use tokio::net::{TcpListener, lookup_host};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::oneshot;
use tracing::level_filters::LevelFilter;
use tracing_appender::non_blocking::{ErrorCounter, NonBlockingBuilder, WorkerGuard};

use crate::options::{LOCAL_SECRET, Options, USAGE};
use crate::server::Server;

/// The time that running requests get after the signal to stop.
const GRACE: Duration = Duration::from_secs(3);

#[tokio::main]
async fn main() -> ExitCode {
    let options = match Options::parse(std::env::args_os().skip(1)) {
        Ok(Some(options)) => options,
        Ok(None) => {
            // Nobody may read it.
            let _ = writeln!(io::stdout(), "{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            // If stderr is closed, the exit status alone reports the error.
            let _ = writeln!(io::stderr(), "socialgraph-server: {error}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };

    match run(&options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "socialgraph-server: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let log = Log::start(options.log);

    // Handle signals before the first line of output. A parent process may wait for that line
    // and send a signal at once.
    let (interrupt, terminate) = (
        signal(SignalKind::interrupt())?,
        signal(SignalKind::terminate())?,
    );
    let listener = listen(options).await?;
    announce(options, listener.local_addr()?)?;

    let (stopping, stopped) = oneshot::channel();
    let router = Server::new(gateway(options), service(options)).into_router();
    let stop = async move {
        stop_signal(interrupt, terminate).await;
        // The receiver is dropped only after serving has ended.
        let _ = stopping.send(());
    };

    let serve = axum::serve(listener, router).with_graceful_shutdown(stop);
    let out_of_time = async {
        let _ = stopped.await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        served = serve => served?,
        () = out_of_time => tracing::warn!("stopped with requests under way"),
    }
    log.end();
    Ok(())
}

/// Listens on the address. On others than loopback, the secret that everybody knows is refused.
async fn listen(options: &Options) -> Result<TcpListener, String> {
    let failed = |error: io::Error| format!("cannot listen on {}: {error}", options.listen);
    let addresses: Vec<_> = lookup_host(&options.listen)
        .await
        .map_err(failed)?
        .collect();
    let is_exposed = addresses.iter().any(|it| !it.ip().is_loopback());
    if is_exposed && options.secret == LOCAL_SECRET {
        return Err(format!(
            "cannot listen on {} with the secret that everybody knows: give --secret-file",
            options.listen
        ));
    }
    TcpListener::bind(&addresses[..]).await.map_err(failed)
}

/// The lines of the log that wait to be written. Further ones are dropped and counted, so that a
/// reader who does not read holds up no request.
const WAITING_LINES: usize = 10_000;

/// The log, which a thread of its own writes to stderr.
struct Log {
    dropped: ErrorCounter,
    /// Waits at most a second until what waits is written.
    _writing: WorkerGuard,
}

impl Log {
    fn start(level: LevelFilter) -> Self {
        let (lines, writing) = NonBlockingBuilder::default()
            .lossy(true)
            .buffered_lines_limit(WAITING_LINES)
            .finish(io::stderr());
        let dropped = lines.error_counter();
        tracing_subscriber::fmt()
            .with_max_level(level)
            .with_target(false)
            .log_internal_errors(false)
            .with_writer(lines)
            .init();
        Self {
            dropped,
            _writing: writing,
        }
    }

    fn end(&self) {
        let dropped = self.dropped.dropped_lines();
        if dropped > 0 {
            tracing::warn!(dropped, "lines of the log were dropped");
        }
    }
}

/// Waits for a signal to stop.
async fn stop_signal(mut interrupt: Signal, mut terminate: Signal) {
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}

/// Returns a gateway with the options.
fn gateway(options: &Options) -> Gateway {
    let mut gateway = Gateway::new(options.sdkappid, &options.secret)
        .with_max_body_bytes(options.max_body_bytes)
        .with_calls_per_second(options.calls_per_second);
    for admin in &options.admins {
        gateway = gateway.with_admin(admin);
    }
    gateway
}

/// Returns a service without accounts, with the options.
fn service(options: &Options) -> Service {
    let unknown_accounts = if options.auto_import {
        UnknownAccounts::Import
    } else {
        UnknownAccounts::Refuse
    };
    let (_, policy) = options.policy;
    let settings = Settings {
        unknown_accounts,
        ..Settings::default()
    };
    Service::new(SocialGraph::new(policy)).with_settings(settings)
}

/// Prints the address, the options and a request to begin with.
fn announce(options: &Options, address: SocketAddr) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "listening on http://{address}")?;
    announce_options(options, &mut out)?;

    // An admin's UserSig is as good as the secret, and this output may be kept.
    let is_known = options.secret == LOCAL_SECRET;
    if let Some(admin) = options.admins.first().filter(|_| is_known) {
        let day = Duration::from_secs(86_400);
        let usersig = UserSig::new(options.sdkappid, admin, SystemTime::now(), day);
        let target = usersig.sign_target(Command::AccountImport, &options.secret, 1);
        writeln!(
            out,
            "a request to begin with, whose usersig is valid for a day:"
        )?;
        writeln!(
            out,
            "curl -d '{{\"UserID\":\"alice\"}}' 'http://{address}{target}'"
        )?;
    }
    out.flush()
}

/// Prints a line for each option. A secret of the user's own stays secret.
fn announce_options(options: &Options, out: &mut impl io::Write) -> io::Result<()> {
    let (policy, _) = options.policy;
    let secret = if options.secret == LOCAL_SECRET {
        &options.secret
    } else {
        "as given"
    };
    let unknown = if options.auto_import {
        "imported when named"
    } else {
        "refused"
    };
    let calls = match options.calls_per_second {
        Some(calls) => calls.to_string(),
        None => "any number of".to_owned(),
    };

    writeln!(out, "  app               {}", options.sdkappid)?;
    writeln!(out, "  secret            {secret}")?;
    writeln!(out, "  admins            {}", options.admins.join(", "))?;
    writeln!(out, "  policy            {policy}")?;
    writeln!(out, "  unknown accounts  {unknown}")?;
    writeln!(
        out,
        "  at most           {calls} calls of a command a second"
    )?;
    writeln!(
        out,
        "                    {} bytes of a body",
        options.max_body_bytes
    )
}
