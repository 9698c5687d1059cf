//! Load on a host, and what it answered.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use socialgraph::{Action, Operation, Policy, SocialGraph, Ways};
use socialgraph_host::{Answer, Host, ItemOf, Operations, Outcomes, ProposalId, ProposeError};

use crate::random::Random;

pub(crate) type GraphHost = Host<SocialGraph>;

/// The threads that propose at once, so that batches have several proposals.
const THREADS: u64 = 4;

/// The proposals that a thread sends before it waits for their answers, at most.
const BURST: u64 = 5;

/// The names in use: few, so that operations meet.
const NAMES: u64 = 24;

pub(crate) fn empty() -> SocialGraph {
    SocialGraph::new(Policy::tencent_rest())
}

/// An answer of a host, as a line of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Acknowledgement {
    pub(crate) number: u64,
    pub(crate) id: String,
    /// The outcome in JSON.
    pub(crate) outcome: String,
}

impl Acknowledgement {
    pub(crate) fn new(id: ProposalId, answer: &Answer<Outcomes>) -> Self {
        Self {
            number: answer.position.number,
            id: id.to_string(),
            outcome: serde_json::to_string(&answer.outcome).unwrap(),
        }
    }

    pub(crate) fn of(item: &ItemOf<SocialGraph>) -> Self {
        Self {
            number: item.position.number,
            id: item.id.to_string(),
            outcome: serde_json::to_string(&item.outcome).unwrap(),
        }
    }

    pub(crate) fn line(&self) -> String {
        format!("{} {} {}\n", self.number, self.id, self.outcome)
    }

    /// Reads a whole line; `None` if it is torn.
    pub(crate) fn read(line: &str) -> Option<Self> {
        let mut parts = line.strip_suffix('\n')?.splitn(3, ' ');
        Some(Self {
            number: parts.next()?.parse().ok()?,
            id: parts.next()?.to_owned(),
            outcome: parts.next()?.to_owned(),
        })
    }
}

/// How much is proposed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Load {
    pub(crate) seed: u64,
    /// The proposals, by all threads together.
    pub(crate) proposals: u64,
    /// The time that each thread waits between bursts.
    pub(crate) pause: Duration,
}

impl Load {
    /// Proposes by several threads, and hands out each answer; ends early if the host refuses.
    pub(crate) fn run(
        self,
        host: &GraphHost,
        acknowledge: &(impl Fn(&Acknowledgement) + Sync),
    ) -> Result<(), ProposeError> {
        let left = AtomicU64::new(self.proposals);
        let is_left = || {
            let take = |left: u64| Some(left.saturating_sub(1));
            left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take) != Ok(0)
        };

        thread::scope(|threads| {
            let run = |number: u64| {
                let mut random = Random(self.seed.wrapping_mul(THREADS).wrapping_add(number));
                let mut sent = Vec::new();
                while is_left() {
                    burst(host, &mut random, &mut sent, acknowledge)?;
                    thread::sleep(self.pause);
                }
                Ok(())
            };
            let writers: Vec<_> = (0..THREADS)
                .map(|it| threads.spawn(move || run(it)))
                .collect();
            let results: Vec<_> = writers.into_iter().map(|it| it.join().unwrap()).collect();
            results.into_iter().collect()
        })
    }
}

/// Sends some proposals, and waits for their answers. Some are sent a second time.
fn burst(
    host: &GraphHost,
    random: &mut Random,
    sent: &mut Vec<(ProposalId, Operations)>,
    acknowledge: &impl Fn(&Acknowledgement),
) -> Result<(), ProposeError> {
    let mut tickets = Vec::new();
    for _ in 0..=random.below(BURST) {
        let is_again = random.percent(5) && !sent.is_empty();
        let (id, entry) = if is_again {
            sent[random.index(sent.len())].clone()
        } else {
            (host.new_id(), entry(random))
        };
        sent.push((id, entry.clone()));
        tickets.push(host.propose_as(id, entry));
    }

    for ticket in tickets {
        let id = ticket.id();
        acknowledge(&Acknowledgement::new(id, &ticket.wait()?));
    }
    Ok(())
}

fn entry(random: &mut Random) -> Operations {
    if random.percent(90) {
        return operation(random).into();
    }
    let operations = (0..=random.below(4)).map(|_| operation(random)).collect();
    if random.percent(50) {
        Operations::All(operations)
    } else {
        Operations::Each(operations)
    }
}

const ACTIONS: [Action; 8] = [
    Action::Block,
    Action::Unblock,
    Action::SendRequest,
    Action::AcceptRequest,
    Action::DeclineRequest,
    Action::CancelRequest,
    Action::AddFriend(Ways::TwoWay),
    Action::RemoveFriend(Ways::OneWay),
];

fn operation(random: &mut Random) -> Operation {
    let [one, other] = [(); 2].map(|()| format!("user-{}", random.below(NAMES)));
    match random.below(20) {
        0..5 => Operation::add_user(one),
        5 => Operation::remove_user(one),
        6 => Operation::rename_user(one, other),
        _ => Operation::act(ACTIONS[random.index(ACTIONS.len())], one, other),
    }
}

/// Moves the content of the write-ahead log to the log's file, as a host does by its size.
pub(crate) fn checkpoint(directory: &Path) {
    let file = rusqlite::Connection::open(directory.join("log.db")).unwrap();
    file.busy_timeout(Duration::from_secs(5)).unwrap();
    // It may fail after a shutdown: the host's own threads find that, too.
    let _: rusqlite::Result<bool> =
        file.query_row("PRAGMA wal_checkpoint(RESTART)", [], |row| row.get(0));
}
