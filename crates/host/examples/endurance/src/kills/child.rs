//! The process that is killed.

use std::io::Write as _;
use std::path::Path;
use std::thread;
use std::time::Duration;

use socialgraph::SocialGraph;
use socialgraph_host::{Host, Operations, Options, ProposalId, Retention};

use super::Kind;
use super::entries::{Entries, empty};
use super::line::{Acknowledged, Line};
use crate::random::Random;

type GraphHost = Host<SocialGraph>;

/// The entries in a directory of a child that is not killed: then it ends by itself.
const MOST_ENTRIES: u64 = 1_000_000;

/// Opens a host, and proposes until it is killed or nobody listens.
pub(crate) fn run(directory: &Path, seed: u64, kind: Kind) -> Result<(), String> {
    let mut random = Random(seed);
    let options = options(&mut random, kind);
    let host =
        GraphHost::open_or_create(directory, empty, options).map_err(|error| error.to_string())?;

    thread::scope(|threads| {
        for _ in 0..random.between(2, 5) {
            let worker = Worker {
                host: &host,
                random: Random(random.next()),
                is_early: kind == Kind::Early,
            };
            threads.spawn(|| worker.run());
        }
        let random = Random(random.next());
        threads.spawn(|| write_snapshots(&host, random));
    });
    Ok(())
}

/// Small batches and small snapshots, so that a kill meets the end of either.
fn options(random: &mut Random, kind: Kind) -> Options {
    let retention = if kind == Kind::Dropping {
        Retention::Drop
    } else {
        Retention::Keep
    };
    Options {
        batch: usize::try_from(random.between(1, 64)).unwrap(),
        snapshot_entries: random.between(10, 1_000),
        snapshots: usize::try_from(random.between(1, 3)).unwrap(),
        retention,
        ..Options::default()
    }
}

fn write_snapshots(host: &GraphHost, mut random: Random) {
    while host.position().number < MOST_ENTRIES {
        thread::sleep(Duration::from_millis(random.between(1, 40)));
        if let Err(error) = host.snapshot() {
            fail(&error);
        }
    }
}

/// A thread that proposes.
struct Worker<'a> {
    host: &'a GraphHost,
    random: Random,
    is_early: bool,
}

impl Worker<'_> {
    fn run(mut self) {
        let mut entries = Entries::new(self.random.next());
        while self.host.position().number < MOST_ENTRIES {
            let count = self.random.between(1, 32);
            let mut sent: Vec<(ProposalId, Operations)> = (0..count)
                .map(|_| (self.host.new_id(), entries.next()))
                .collect();
            // Some are sent twice at once, others once more after their answer.
            let twice = self.chosen(&sent);
            sent.extend(twice);
            self.send(&sent);
            let again = self.chosen(&sent);
            self.send(&again);
        }
    }

    fn chosen(&mut self, sent: &[(ProposalId, Operations)]) -> Vec<(ProposalId, Operations)> {
        let mut chosen = sent.to_vec();
        chosen.retain(|_| self.random.percent(7));
        chosen
    }

    fn send(&self, proposals: &[(ProposalId, Operations)]) {
        let mut tickets = Vec::new();
        for (id, entry) in proposals {
            say(&Line::Proposed(*id, entry.clone()));
            tickets.push(self.host.propose_as(*id, entry.clone()));
            if self.is_early {
                say(&Line::AnsweredEarly(*id));
            }
        }
        for ticket in tickets {
            let id = ticket.id();
            match ticket.wait() {
                Ok(answer) => say(&Line::Answered(id, Acknowledged::from(&answer))),
                Err(error) => fail(&error),
            }
        }
    }
}

/// Says a line, in one write. If nobody listens any more, the process ends.
fn say(line: &Line) {
    let text = line.to_string();
    let mut out = std::io::stdout().lock();
    if out
        .write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .is_err()
    {
        std::process::exit(0);
    }
}

/// Ends the process: no proposal may fail here.
fn fail(error: &dyn std::error::Error) -> ! {
    eprintln!("endurance: the child failed: {error}");
    std::process::exit(3)
}
