//! The server: from its options to its end.

use std::error::Error;
use std::io::{self, Write as _};
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::routing::any;
use sd_notify::{NotifyState, notify};
use socialgraph::{Policy, SocialGraph};
use socialgraph_host::{FeedError, HistoryError, Host};
use socialgraph_tim::{Command, Gateway, Settings, UnknownAccounts, UserSig};
use tokio::net::lookup_host;
use tokio::runtime::Runtime;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{Mutex, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::callbacks::{self, After, Before};
use crate::directory;
use crate::door::{Audience, Budget, Door, Listener, Tls};
use crate::logging::Log;
use crate::metrics::Metrics;
use crate::operate::{Operate, socket};
use crate::options::{Address, App, Callbacks, Keeping, Limits, Options, Retention, is_local};
use crate::outage::Outage;
use crate::state::{Entry, State};
use crate::tokens::{Sender, Tokens};
use crate::v1::{self, News, V1};
use crate::v4::{self, V4};

/// The threads for long work: each may have a large reply in the making.
const LONG_WORK: usize = 32;

/// The name of the feed's reader that sends callbacks.
const CALLBACKS: &str = "callbacks";

/// Checks the options and the files that they name.
pub(crate) fn check(options: &Options) -> Result<(), Box<dyn Error>> {
    let files = Files::read(options)?;
    if let Some(data) = &options.data {
        directory::check(data)?;
    }
    if let Some(backups) = &options.backups {
        directory::check_backups(backups)?;
    }
    for warning in runtime()?.block_on(check_exposure(options, &files))? {
        writeln!(io::stderr(), "socialgraph-server: {warning}")?;
    }
    writeln!(io::stdout(), "the options are sound")?;
    Ok(())
}

/// Serves until a signal to stop.
pub(crate) fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let log = Log::start(options.log, options.log_format);
    let runtime = runtime()?;
    let files = Files::read(options)?;
    for warning in runtime.block_on(check_exposure(options, &files))? {
        tracing::warn!("{warning}");
    }
    // The disk for backups may be away. The server serves all the same.
    if let Some(backups) = &options.backups
        && let Err(error) = directory::check_backups(backups)
    {
        tracing::warn!("{error}");
    }
    let host = Arc::new(open(options)?);

    let served = runtime.block_on(serve(options, &files, &host, &log));
    // What is still under way ends here. Then the host ends, once all that it took is answered.
    runtime.shutdown_timeout(Duration::from_secs(1));
    drop(host);
    log.end();
    served
}

fn runtime() -> io::Result<Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .max_blocking_threads(LONG_WORK)
        .build()
}

/// What is read from files, and read again on a signal.
struct Files {
    tokens: Option<Arc<Tokens>>,
    tls: Option<Arc<Tls>>,
}

impl Files {
    fn read(options: &Options) -> Result<Self, Box<dyn Error>> {
        let tokens = options.token_file.clone().map(Tokens::read).transpose()?;
        let tls = options
            .tls
            .clone()
            .map(|(certificate, key)| Tls::read(certificate, key));
        Ok(Self {
            tokens: tokens.map(Arc::new),
            tls: tls.transpose()?.map(Arc::new),
        })
    }

    /// Reads the files again. What cannot be read stays as it is.
    fn reload(&self) {
        if let Some(tokens) = &self.tokens {
            match tokens.reload() {
                Ok(()) => tracing::info!("the tokens were read again"),
                Err(error) => tracing::error!(%error, "the tokens stay as they are"),
            }
        }
        if let Some(tls) = &self.tls {
            match tls.reload() {
                Ok(()) => tracing::info!("the certificate was read again"),
                Err(error) => tracing::error!(%error, "the certificate stays as it is"),
            }
        }
    }
}

/// Refuses what would let others in, and returns what it warns of. Addresses of this machine need
/// neither tokens nor a secret.
async fn check_exposure(options: &Options, files: &Files) -> Result<Vec<String>, Box<dyn Error>> {
    let mut warnings = Vec::new();
    for address in &options.listen {
        let Address::Tcp(address) = address else {
            continue;
        };
        let found = lookup_host(address).await;
        let found = found.map_err(|error| format!("cannot listen on {address}: {error}"))?;
        let found: Vec<IpAddr> = found.map(|it| it.ip()).collect();
        if found.iter().all(|address| is_local(*address)) {
            continue;
        }

        let refused = |what: &str| Err(format!("cannot listen on {address} {what}").into());
        if options.app.secret.is_known() {
            return refused("with the secret that everybody knows: give --secret-file");
        }
        if options.app.secret.is_short() {
            return refused("with a secret that can be guessed: 16 bytes are the least");
        }
        if files.tokens.is_none() {
            return refused("without tokens: give --token-file");
        }
        if files.tls.is_none() {
            warnings.push(format!(
                "on {address} without TLS, UserSigs and tokens travel in the clear: give \
                 --tls-cert and --tls-key, or let nobody but a proxy with TLS reach it"
            ));
        }
    }
    Ok(warnings)
}

/// Opens the state.
fn open(options: &Options) -> Result<Host<State>, Box<dyn Error>> {
    let app = &options.app;
    let name = app.policy.as_deref().unwrap_or("tencent_rest");
    let policy = Policy::named(name)?;
    let settings = settings(app);
    let new = || State::new(SocialGraph::new(policy), settings);

    let Some(data) = &options.data else {
        return Ok(Host::in_memory(
            new(),
            socialgraph_host::Options::default(),
        )?);
    };
    if directory::make(data)? {
        tracing::info!(data = %data.display(), "the directory is new");
    } else if directory::is_open(data) {
        tracing::warn!(data = %data.display(), "other users of the machine may read the directory");
    }
    let host = Host::open_or_create(data, new, keeping(options.keeping))?;
    let reader = host.reader();
    if app.policy.is_some() && *reader.service().graph().policy() != policy {
        let what = format!("{} has another policy than {name}", data.display());
        return Err(what.into());
    }
    for warning in host.health().warnings {
        tracing::warn!(%warning, "opened with a warning");
    }
    match host.health().halt {
        Some(halt) => tracing::error!(%halt, "no updates are taken"),
        None if reader.service().settings() != settings => {
            host.propose(Entry::Settings(settings)).wait()?;
        }
        None => {}
    }
    Ok(host)
}

fn settings(app: &App) -> Settings {
    Settings {
        unknown_accounts: if app.auto_import {
            UnknownAccounts::Import
        } else {
            UnknownAccounts::Refuse
        },
        max_accounts: app.max_accounts,
        max_account_field_bytes: app.max_account_field_bytes,
        max_field_bytes: app.max_field_bytes,
        ..Settings::default()
    }
}

fn keeping(keeping: Keeping) -> socialgraph_host::Options {
    socialgraph_host::Options {
        snapshot_entries: keeping.snapshot_entries,
        snapshot_time: keeping.snapshot_time,
        snapshots: keeping.snapshots,
        retention: match keeping.retention {
            Retention::Keep => socialgraph_host::Retention::Keep,
            Retention::Drop => socialgraph_host::Retention::Drop,
        },
        progress: Some(Arc::new(|number, last| {
            tracing::info!(number, last, "playing the log");
        })),
        ..socialgraph_host::Options::default()
    }
}

/// The signals that the server takes.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hangup: Signal,
}

impl Signals {
    fn take() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
        })
    }

    /// Waits for a signal to stop, and reads files again at each signal to do so.
    async fn stop(&mut self, files: &Files) {
        loop {
            tokio::select! {
                _ = self.interrupt.recv() => return,
                _ = self.terminate.recv() => return,
                _ = self.hangup.recv() => files.reload(),
            }
        }
    }
}

async fn serve(
    options: &Options,
    files: &Files,
    host: &Arc<Host<State>>,
    log: &Log,
) -> Result<(), Box<dyn Error>> {
    // Signals are taken before the first line of output. A parent process may wait for that line
    // and send a signal at once.
    let mut signals = Signals::take()?;
    let metrics = Metrics::new();
    let door = Arc::new(Door::new(&options.limits));
    let operate = Arc::new(operate(files, host, log, &metrics, &door));
    let (before, after) = start_callbacks(options, host, &metrics)?;
    let shared = Shared::new(options, host, &metrics);
    let v4 = v4(options, before, &shared);
    let (stop, stopping) = watch::channel(false);
    let v1 = v1(options, files, &shared, stopping)?;

    let listeners = listeners(options, files).await?;
    let control = options.data.as_deref().and_then(control);
    announce(options, &listeners)?;

    let mut listening = JoinSet::new();
    let router = router(&v1, &v4, &operate);
    let open = listeners
        .into_iter()
        .map(|listener| (listener, Audience::Everybody, router.clone()));
    let control = control.map(|control| (control, Audience::Operators, operate.control()));
    for (listener, audience, router) in open.chain(control) {
        let door = Arc::clone(&door);
        listening.spawn(async move { door.accept(&listener, audience, &router).await });
    }
    tell(&[NotifyState::Ready]);

    signals.stop(files).await;
    tell(&[NotifyState::Stopping]);
    operate.is_stopping.store(true, Ordering::Relaxed);
    stop.send_replace(true);
    listening.shutdown().await;
    close(door, options.limits.grace, &mut signals, files).await;
    if let Some(after) = after {
        after.end().await;
    }
    Ok(())
}

/// Waits until what is under way is answered, for the time of grace or until a second signal.
async fn close(door: Arc<Door>, grace: Duration, signals: &mut Signals, files: &Files) {
    // The listeners have ended, so nobody else has the door.
    let Some(door) = Arc::into_inner(door) else {
        return;
    };
    tokio::select! {
        closed = timeout(grace, door.close()) => {
            if closed.is_err() {
                tracing::warn!("stopped with requests under way");
            }
        }
        () = signals.stop(files) => tracing::warn!("stopped at once"),
    }
}

/// Tells the service manager, if there is one.
fn tell(states: &[NotifyState<'_>]) {
    if let Err(error) = notify(states) {
        tracing::warn!(%error, "the service manager was not told");
    }
}

/// Returns the routes: the vendor's interface takes every path that is neither the operators' nor
/// below `/v1`.
fn router(v1: &Arc<V1>, v4: &Arc<V4>, operate: &Arc<Operate>) -> Router {
    let own = Router::new()
        .route("/v1", any(v1::handle))
        .route("/v1/", any(v1::handle))
        .route("/v1/{*path}", any(v1::handle))
        .with_state(Arc::clone(v1));
    let vendor = Router::new()
        .fallback(any(v4::handle))
        .with_state(Arc::clone(v4));
    operate.router().merge(own).merge(vendor)
}

async fn listeners(options: &Options, files: &Files) -> Result<Vec<Listener>, Box<dyn Error>> {
    let mut listeners = Vec::new();
    for address in &options.listen {
        let listener = Listener::bind(address, files.tls.clone()).await;
        listeners.push(listener.map_err(|error| format!("cannot listen on {address}: {error}"))?);
    }
    Ok(listeners)
}

/// Listens for operators in the directory of the state. Without it, the server serves all the same.
fn control(data: &Path) -> Option<Listener> {
    let path = socket(data);
    let listener = Listener::bind_unix(&path);
    listener
        .inspect_err(|error| {
            let path = path.display();
            tracing::warn!(%path, %error, "no socket for operators: a backup needs a stop");
        })
        .ok()
}

fn operate(
    files: &Files,
    host: &Arc<Host<State>>,
    log: &Log,
    metrics: &Arc<Metrics>,
    door: &Door,
) -> Operate {
    Operate {
        host: Arc::clone(host),
        metrics: Arc::clone(metrics),
        connections: door.connections(),
        lines_dropped: log.dropped(),
        is_stopping: AtomicBool::new(false),
        tokens: files.tokens.clone(),
    }
}

/// What both interfaces have in common.
struct Shared {
    host: Arc<Host<State>>,
    /// The bytes of bodies that are read, and of replies that are written.
    bodies: Budget,
    replies: Budget,
    metrics: Arc<Metrics>,
    outage: Arc<Outage>,
}

impl Shared {
    fn new(options: &Options, host: &Arc<Host<State>>, metrics: &Arc<Metrics>) -> Self {
        Self {
            host: Arc::clone(host),
            bodies: Budget::new(options.limits.bytes_under_way),
            replies: Budget::new(options.limits.bytes_under_way),
            metrics: Arc::clone(metrics),
            outage: Arc::default(),
        }
    }
}

fn v4(options: &Options, before: Option<Before>, shared: &Shared) -> Arc<V4> {
    Arc::new(V4 {
        gateway: gateway(&options.app, &options.limits),
        host: Arc::clone(&shared.host),
        before,
        bodies: shared.bodies.clone(),
        replies: shared.replies.clone(),
        body_timeout: options.limits.body_timeout,
        metrics: Arc::clone(&shared.metrics),
        outage: Arc::clone(&shared.outage),
    })
}

fn v1(
    options: &Options,
    files: &Files,
    shared: &Shared,
    stopping: watch::Receiver<bool>,
) -> io::Result<Arc<V1>> {
    Ok(Arc::new(V1 {
        host: Arc::clone(&shared.host),
        tokens: files.tokens.clone(),
        local: Sender::local(),
        bodies: shared.bodies.clone(),
        replies: shared.replies.clone(),
        most_body: options.limits.body_bytes,
        most_reply: options.limits.reply_bytes,
        body_timeout: options.limits.body_timeout,
        backups: options.backups.clone(),
        backing_up: Mutex::default(),
        reading: Semaphore::new(v1::READING),
        replaying: Arc::new(Semaphore::new(v1::REPLAYING)),
        news: News::start(&shared.host)?,
        stopping,
        metrics: Arc::clone(&shared.metrics),
        outage: Arc::clone(&shared.outage),
        description: v1::description(),
    }))
}

fn gateway(app: &App, limits: &Limits) -> Gateway {
    let mut gateway = Gateway::new(app.sdkappid, app.secret.as_str())
        .with_max_body_bytes(limits.body_bytes)
        .with_max_user_body_bytes(limits.user_body_bytes)
        .with_max_reply_bytes(limits.reply_bytes)
        .with_calls_per_second(limits.calls_per_second);
    for admin in &app.admins {
        gateway = gateway.with_admin(admin);
    }
    gateway
}

/// Returns what asks the app before calls, and starts what tells it after entries.
fn start_callbacks(
    options: &Options,
    host: &Host<State>,
    metrics: &Arc<Metrics>,
) -> Result<(Option<Before>, Option<After>), Box<dyn Error>> {
    let Some(callbacks) = &options.callbacks else {
        return Ok((None, None));
    };
    let app = callbacks::App::new(callbacks.url.clone(), options.app.sdkappid)?;
    let before = callbacks.before.map(|(time, failure)| Before {
        app: app.clone(),
        time,
        failure,
    });
    let after = start_after(options.data.as_deref(), host, app, callbacks, metrics)?;
    Ok((before, after))
}

/// Starts to tell the app after entries, from where it was.
///
/// A state that takes no updates has no new ones, and its cursor may not be writable: what the app
/// has not taken waits.
fn start_after(
    data: Option<&Path>,
    host: &Host<State>,
    app: callbacks::App,
    options: &Callbacks,
    metrics: &Arc<Metrics>,
) -> Result<Option<After>, Box<dyn Error>> {
    if let Some(halt) = host.health().halt {
        tracing::error!(%halt, "no callbacks are sent");
        return Ok(None);
    }
    let here = host.position();
    let feed = match data {
        None => host.feed(here)?,
        // What was before the first start with a URL is none of the app's business.
        Some(_) if host.cursor(CALLBACKS)?.is_none() => host.restart_feed(CALLBACKS, here)?,
        Some(_) => match host.feed_of(CALLBACKS) {
            Ok(feed) => feed,
            Err(FeedError::History(HistoryError::Dropped { wanted, oldest })) => {
                let entries = oldest.number.saturating_sub(wanted.number);
                callbacks::lose(metrics, entries, oldest);
                host.restart_feed(CALLBACKS, oldest)?
            }
            Err(FeedError::History(
                error @ (HistoryError::OtherEpoch { .. } | HistoryError::Future { .. }),
            )) => {
                tracing::error!(%error, "callbacks begin anew: their cursor is of another history");
                host.restart_feed(CALLBACKS, here)?
            }
            Err(error) => return Err(error.into()),
        },
    };
    Ok(Some(After::start(feed, app, options, Arc::clone(metrics))?))
}

/// Prints the addresses, the options and a request to begin with.
fn announce(options: &Options, listeners: &[Listener]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for listener in listeners {
        writeln!(out, "listening on {listener}")?;
    }
    match &options.data {
        Some(data) => writeln!(out, "  state             {}", data.display())?,
        None => writeln!(
            out,
            "  state             in memory, lost at the end (--data keeps it)"
        )?,
    }
    announce_app(&options.app, &mut out)?;

    // An admin's UserSig is as good as the secret, and this output may be kept.
    let app = &options.app;
    let plain = listeners.iter().find(|listener| !listener.has_tls());
    if let (true, Some(admin), Some(listener)) = (app.secret.is_known(), app.admins.first(), plain)
    {
        let day = Duration::from_secs(86_400);
        let usersig = UserSig::new(app.sdkappid, admin, SystemTime::now(), day);
        let target = usersig.sign_target(Command::AccountImport, app.secret.as_str(), 1);
        writeln!(
            out,
            "a request to begin with, whose usersig is valid for a day:"
        )?;
        writeln!(
            out,
            "curl -d '{{\"UserID\":\"alice\"}}' '{listener}{target}'"
        )?;
    }
    out.flush()
}

/// Prints a line for each option of the app. A secret of its own stays secret.
fn announce_app(app: &App, out: &mut impl io::Write) -> io::Result<()> {
    let secret = if app.secret.is_known() {
        app.secret.as_str()
    } else {
        "as given"
    };
    let unknown = if app.auto_import {
        "imported when named"
    } else {
        "refused"
    };
    writeln!(out, "  app               {}", app.sdkappid)?;
    writeln!(out, "  secret            {secret}")?;
    writeln!(out, "  admins            {}", app.admins.join(", "))?;
    writeln!(out, "  unknown accounts  {unknown}")
}
