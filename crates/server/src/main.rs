//! A local stand-in for the relationship-chain part of Tencent's IM REST API.
//!
//! `cargo run --release -p socialgraph-server -- --help` says what it takes. What it answers is
//! `socialgraph_tim`'s; here are the socket, the clock, the log and the command line.

mod options;
mod server;

use std::error::Error;
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use socialgraph::SocialGraph;
use socialgraph_tim::{Command, Gateway, Service, UnknownAccounts, UserSig};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::oneshot;

use crate::options::{LOCAL_SECRET, Options, USAGE};
use crate::server::Server;

/// How long requests that are under way may take once the server is told to stop.
const GRACE: Duration = Duration::from_secs(3);

#[tokio::main]
async fn main() -> ExitCode {
    let options = match Options::parse(std::env::args_os().skip(1)) {
        Ok(Some(options)) => options,
        Ok(None) => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            // Where nobody reads this, the status says it alone.
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
    tracing_subscriber::fmt()
        .with_max_level(options.log)
        .with_target(false)
        .with_writer(io::stderr)
        .init();
    // Before the first line of output: whoever waits for that may send a signal at once.
    let (interrupt, terminate) = (
        signal(SignalKind::interrupt())?,
        signal(SignalKind::terminate())?,
    );
    let listener = TcpListener::bind(options.listen)
        .await
        .map_err(|error| format!("cannot listen on {}: {error}", options.listen))?;
    announce(options, listener.local_addr()?)?;

    let (stopping, stopped) = oneshot::channel();
    let router = Server::new(gateway(options), service(options)).into_router();
    let stop = async move {
        told_to_stop(interrupt, terminate).await;
        // The receiver is gone only where serving has ended already.
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
    Ok(())
}

async fn told_to_stop(mut interrupt: Signal, mut terminate: Signal) {
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}

fn gateway(options: &Options) -> Gateway {
    let gateway = Gateway::new(options.sdkappid, &options.secret)
        .with_max_body_bytes(options.max_body_bytes)
        .with_calls_per_second(options.calls_per_second);
    options
        .admins
        .iter()
        .fold(gateway, |gateway, admin| gateway.with_admin(admin))
}

fn service(options: &Options) -> Service {
    let unknown_accounts = if options.auto_import {
        UnknownAccounts::Import
    } else {
        UnknownAccounts::Refuse
    };
    Service::new(SocialGraph::new(options.policy.1)).with_unknown_accounts(unknown_accounts)
}

/// Prints where the server is, what it serves, and a request to begin with.
fn announce(options: &Options, address: SocketAddr) -> io::Result<()> {
    let Options {
        sdkappid,
        secret,
        admins,
        auto_import,
        policy,
        ..
    } = options;
    let rate = options
        .calls_per_second
        .map_or("any number of".to_owned(), |n| n.to_string());
    let day = Duration::from_secs(86_400);
    let mut out = io::stdout().lock();
    writeln!(out, "listening on http://{address}")?;
    writeln!(out, "  app               {sdkappid}")?;
    let shown = if secret == LOCAL_SECRET {
        secret
    } else {
        "as given"
    };
    writeln!(out, "  secret            {shown}")?;
    writeln!(out, "  admins            {}", admins.join(", "))?;
    writeln!(out, "  policy            {}", policy.0)?;
    let unknown = if *auto_import {
        "imported when named"
    } else {
        "refused"
    };
    writeln!(out, "  unknown accounts  {unknown}")?;
    writeln!(
        out,
        "  at most           {rate} calls of a command a second"
    )?;
    writeln!(
        out,
        "                    {} bytes of a body",
        options.max_body_bytes
    )?;
    if let Some(admin) = admins.first() {
        let usersig = UserSig::new(*sdkappid, admin, SystemTime::now(), day);
        let target = usersig.sign_target(Command::AccountImport, secret, 1);
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
