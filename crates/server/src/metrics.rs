//! What is counted, in the form of Prometheus.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use socialgraph::Decision;
use socialgraph_host::Health;
use socialgraph_tim::{Command, Reply};

use crate::callbacks::Progress;

/// A request: its command, and the code of its reply.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct RequestLabels {
    command: &'static str,
    code: u32,
}

/// A call without a reply: its command, and the status.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct FailureLabels {
    command: &'static str,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct CommandLabel {
    command: &'static str,
}

/// A request of `/v1`: its endpoint, and the code of its problem, or `ok`.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct V1Labels {
    endpoint: &'static str,
    code: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct EndpointLabel {
    endpoint: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct ReasonLabel {
    reason: &'static str,
}

/// The upper bounds of latencies, in seconds.
const BOUNDS: [f64; 13] = [
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0,
];

/// The counters, and the gauges that are set when somebody looks.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    failures: Family<FailureLabels, Counter>,
    latencies: Family<CommandLabel, Histogram, fn() -> Histogram>,
    v1_requests: Family<V1Labels, Counter>,
    v1_latencies: Family<EndpointLabel, Histogram, fn() -> Histogram>,
    /// The streams of `/v1` that are open.
    pub(crate) v1_streams: Gauge,
    refusals: Family<ReasonLabel, Counter>,
    /// The replies that were dropped because too many others waited for their clients.
    pub(crate) replies_dropped: Counter,
    pub(crate) callbacks_sent: Counter,
    pub(crate) callbacks_failed: Counter,
    pub(crate) callbacks_given_up: Counter,
    /// The entries whose callbacks are lost, as the log behind them was dropped before.
    pub(crate) callbacks_lost: Counter,
    pub(crate) callbacks: Progress,
    gauges: Gauges,
}

/// What is read when somebody looks.
#[derive(Default)]
struct Gauges {
    position: Gauge,
    snapshot: Gauge,
    writable: Gauge,
    proposals_waiting: Gauge,
    callbacks_waiting: Gauge,
    callbacks_running: Gauge,
    callbacks_oldest: Gauge<f64, AtomicU64>,
    last_append: Gauge<f64, AtomicU64>,
    clock_behind: Gauge<f64, AtomicU64>,
    warnings: Gauge,
    log_bytes: Gauge,
    wal_bytes: Gauge,
    accounts: Gauge,
    memory: Gauge,
    connections: Gauge,
    lines_dropped: Gauge,
}

/// What the server knows when somebody looks.
pub(crate) struct Look {
    pub(crate) health: Health,
    pub(crate) accounts: usize,
    pub(crate) connections: usize,
    pub(crate) lines_dropped: usize,
}

impl Metrics {
    pub(crate) fn new() -> Arc<Self> {
        let mut metrics = Self {
            registry: Registry::with_prefix("socialgraph"),
            requests: Family::default(),
            failures: Family::default(),
            latencies: Family::new_with_constructor(|| Histogram::new(BOUNDS)),
            v1_requests: Family::default(),
            v1_latencies: Family::new_with_constructor(|| Histogram::new(BOUNDS)),
            v1_streams: Gauge::default(),
            refusals: Family::default(),
            replies_dropped: Counter::default(),
            callbacks_sent: Counter::default(),
            callbacks_failed: Counter::default(),
            callbacks_given_up: Counter::default(),
            callbacks_lost: Counter::default(),
            callbacks: Progress::default(),
            gauges: Gauges::default(),
        };
        metrics.register();
        metrics.register_v1();
        metrics.register_gauges();
        Arc::new(metrics)
    }

    fn register(&mut self) {
        let registry = &mut self.registry;
        registry.register(
            "requests",
            "Requests by command and code",
            self.requests.clone(),
        );
        registry.register(
            "http_failures",
            "Requests without a code by command and status",
            self.failures.clone(),
        );
        registry.register_with_unit(
            "request_duration",
            "From the head of a request to its reply, by command",
            Unit::Seconds,
            self.latencies.clone(),
        );
        registry.register(
            "refusals",
            "Refusals, by each reason of the engine",
            self.refusals.clone(),
        );
        for (name, help, counter) in [
            (
                "replies_dropped",
                "Replies dropped as too many waited",
                &self.replies_dropped,
            ),
            (
                "callbacks_sent",
                "Callbacks that the app took",
                &self.callbacks_sent,
            ),
            (
                "callbacks_failed",
                "Attempts that failed",
                &self.callbacks_failed,
            ),
            (
                "callbacks_given_up",
                "Callbacks given up",
                &self.callbacks_given_up,
            ),
            (
                "callbacks_lost",
                "Entries dropped from the log before their callbacks were read",
                &self.callbacks_lost,
            ),
        ] {
            registry.register(name, help, counter.clone());
        }
    }

    fn register_v1(&mut self) {
        let registry = &mut self.registry;
        registry.register(
            "v1_requests",
            "Requests of /v1 by endpoint and code",
            self.v1_requests.clone(),
        );
        registry.register_with_unit(
            "v1_request_duration",
            "From the head of a request of /v1 to its reply, by endpoint",
            Unit::Seconds,
            self.v1_latencies.clone(),
        );
        registry.register(
            "v1_streams",
            "Streams of changes that are open",
            self.v1_streams.clone(),
        );
    }

    fn register_gauges(&mut self) {
        let (registry, gauges) = (&mut self.registry, &self.gauges);
        for (name, help, gauge) in [
            (
                "callbacks_waiting",
                "Entries from the first whose callbacks the app has not taken",
                &gauges.callbacks_waiting,
            ),
            (
                "callbacks_running",
                "1 if callbacks are read from the log and sent, else 0",
                &gauges.callbacks_running,
            ),
            ("position", "The number of the last entry", &gauges.position),
            (
                "snapshot",
                "The number of the newest snapshot",
                &gauges.snapshot,
            ),
            (
                "writable",
                "1 if updates are taken, else 0",
                &gauges.writable,
            ),
            (
                "proposals_waiting",
                "Entries that wait for the log",
                &gauges.proposals_waiting,
            ),
            ("warnings", "Warnings of the host", &gauges.warnings),
            ("accounts", "Accounts", &gauges.accounts),
            ("connections", "Connections", &gauges.connections),
            (
                "log_lines_dropped",
                "Lines of the log that were dropped",
                &gauges.lines_dropped,
            ),
        ] {
            registry.register(name, help, gauge.clone());
        }
        for (name, help, gauge) in [
            ("log_file", "The log", &gauges.log_bytes),
            ("log_wal", "The write-ahead log", &gauges.wal_bytes),
            ("memory_resident", "Memory of the process", &gauges.memory),
        ] {
            registry.register_with_unit(name, help, Unit::Bytes, gauge.clone());
        }
        for (name, help, gauge) in [
            (
                "last_append",
                "The last append to the log, with its sync",
                &gauges.last_append,
            ),
            (
                "clock_behind",
                "The clock behind the last entry's time",
                &gauges.clock_behind,
            ),
            (
                "callbacks_oldest",
                "The age of the first entry whose callbacks wait",
                &gauges.callbacks_oldest,
            ),
        ] {
            registry.register_with_unit(name, help, Unit::Seconds, gauge.clone());
        }
    }

    /// Counts a request. Paths that are no command are counted as one.
    pub(crate) fn count(&self, command: Option<Command>, reply: &Reply, took: Duration) {
        let command = command.map_or("other", Command::name);
        let code = reply.code.number();
        self.requests
            .get_or_create(&RequestLabels { command, code })
            .inc();
        let label = CommandLabel { command };
        self.latencies
            .get_or_create(&label)
            .observe(took.as_secs_f64());

        self.count_refusals(reply.decision);
    }

    /// Counts a request of `/v1`. The code is that of its problem, or `ok`.
    pub(crate) fn count_v1(&self, endpoint: &'static str, code: &'static str, took: Duration) {
        self.v1_requests
            .get_or_create(&V1Labels { endpoint, code })
            .inc();
        self.v1_latencies
            .get_or_create(&EndpointLabel { endpoint })
            .observe(took.as_secs_f64());
    }

    /// Counts each reason of each decision that refuses.
    pub(crate) fn count_refusals(&self, decisions: impl IntoIterator<Item = Decision>) {
        for decision in decisions {
            if decision.is_allowed() {
                continue;
            }
            for reason in decision.reasons() {
                let reason = reason.name();
                self.refusals.get_or_create(&ReasonLabel { reason }).inc();
            }
        }
    }

    /// Counts a request that got a status other than 200.
    pub(crate) fn count_failure(&self, command: Option<Command>, status: u16) {
        let command = command.map_or("other", Command::name);
        let labels = FailureLabels { command, status };
        self.failures.get_or_create(&labels).inc();
    }

    /// Returns all metrics as text.
    pub(crate) fn text(&self, look: &Look) -> String {
        self.look(look);
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = encode(&mut text, &self.registry);
        text
    }

    fn look(&self, look: &Look) {
        let (gauges, health) = (&self.gauges, &look.health);
        gauges.position.set(gauge(health.position.number));
        gauges.snapshot.set(gauge(health.snapshot));
        gauges.writable.set(i64::from(health.halt.is_none()));
        gauges.proposals_waiting.set(gauge(health.waiting as u64));
        gauges.warnings.set(gauge(health.warnings.len() as u64));
        let callbacks = &self.callbacks;
        let waiting = callbacks.waiting(health.position.number);
        gauges.callbacks_waiting.set(gauge(waiting));
        gauges
            .callbacks_running
            .set(i64::from(callbacks.is_running()));
        gauges
            .callbacks_oldest
            .set(callbacks.oldest().as_secs_f64());
        gauges.last_append.set(health.last_append.as_secs_f64());
        gauges.clock_behind.set(health.clock_behind.as_secs_f64());
        gauges.log_bytes.set(gauge(health.log.log));
        gauges.wal_bytes.set(gauge(health.log.wal));
        gauges.accounts.set(gauge(look.accounts as u64));
        gauges.connections.set(gauge(look.connections as u64));
        gauges.lines_dropped.set(gauge(look.lines_dropped as u64));
        gauges.memory.set(gauge(resident().unwrap_or_default()));
    }
}

fn gauge(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Returns the resident memory of the process in bytes, where Linux tells.
fn resident() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.split_whitespace().next()?.parse().ok()?;
    kib.checked_mul(1_024)
}

#[cfg(test)]
mod tests {
    use std::error::Error;
    use std::path::Path;
    use std::time::Duration;

    use prometheus_client::encoding::text::encode;
    use socialgraph::{Fact, Interaction, Policy, Relation};

    use super::{CommandLabel, FailureLabels, Metrics, RequestLabels};

    /// Returns the text without a look at the server.
    fn text(metrics: &Metrics) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &metrics.registry)?;
        Ok(text)
    }

    #[test]
    fn requests_of_v1_are_counted() -> Result<(), Box<dyn Error>> {
        let metrics = Metrics::new();
        metrics.count_v1("decide", "ok", Duration::from_millis(2));
        metrics.count_v1("decide", "ok", Duration::from_millis(3));
        metrics.count_v1("decide", "unknown_user", Duration::from_millis(4));
        metrics.v1_streams.inc();
        metrics.v1_streams.inc();
        metrics.v1_streams.dec();

        let policy = Policy::tencent_rest();
        let strangers = Relation::STRANGERS;
        let relations = [strangers, strangers.with(Fact::TargetBlocks)];
        let decisions = relations.map(|relation| policy.can(Interaction::Message, relation));
        metrics.count_refusals(decisions);

        let text = text(&metrics)?;
        for line in [
            "socialgraph_v1_requests_total{endpoint=\"decide\",code=\"ok\"} 2",
            "socialgraph_v1_requests_total{endpoint=\"decide\",code=\"unknown_user\"} 1",
            "socialgraph_v1_request_duration_seconds_count{endpoint=\"decide\"} 3",
            "socialgraph_v1_streams 1",
            "socialgraph_refusals_total{reason=\"target_blocks\"} 1",
        ] {
            assert!(text.lines().any(|it| it == line), "{line}: {text}");
        }
        Ok(())
    }

    /// The table of the page for operators has every metric.
    #[test]
    fn every_metric_is_on_the_page() -> Result<(), Box<dyn Error>> {
        let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/operations.md");
        let page = std::fs::read_to_string(page)?;
        let metrics = Metrics::new();
        // A family without a member is not written.
        let (command, code, status) = ("other", 0, 500);
        let request = RequestLabels { command, code };
        metrics.requests.get_or_create(&request).inc();
        let failure = FailureLabels { command, status };
        metrics.failures.get_or_create(&failure).inc();
        let latency = metrics.latencies.get_or_create(&CommandLabel { command });
        latency.observe(0.0);
        drop(latency);
        metrics.count_v1("decide", "ok", Duration::ZERO);

        let text = text(&metrics)?;
        let types = text.lines().filter_map(|line| line.strip_prefix("# TYPE "));
        let mut lacking = Vec::new();
        for line in types {
            let (name, kind) = line.split_once(' ').ok_or(line)?;
            let name = match kind {
                "counter" => format!("{name}_total"),
                _ => name.to_owned(),
            };
            // The page leaves out the beginning of a name that is as in the one before.
            let tails = name.match_indices('_').filter_map(|(at, _)| name.get(at..));
            let is_there = tails.chain([name.as_str()]).any(|name| {
                ["`", "{"].map(|end| page.contains(&format!("`{name}{end}"))) != [false, false]
            });
            if !is_there {
                lacking.push(name.clone());
            }
        }
        assert!(lacking.is_empty(), "{lacking:?}");
        Ok(())
    }
}
