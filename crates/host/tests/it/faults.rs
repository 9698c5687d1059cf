//! A host over a log that fails: no wrong state, no wrong answer, nothing lost.

mod log;

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use std::io::{self, Read, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, TestRunner};
use serde::Deserialize;
use socialgraph::SocialGraph;
use socialgraph_host::{
    Answer, AppendError, Batch, Digest, Epoch, Extent, Halt, Host, ItemOf, Log, LogError, Machine,
    MemoryLog, OpenError, Operations, Options, Outcomes, Position, ProposalId, ProposeError,
    Record, Stamp,
};

use self::log::{APPEND_FAULTS, Fault, FaultyLog, Plan, READ_FAULTS};
use crate::fixtures::{GraphHost, apply, empty, entries, join};

type Answered = Result<Answer<Outcomes>, ProposeError>;

/// What is sent next.
#[derive(Clone, Debug)]
enum Send {
    /// The next entry.
    New,
    /// The next entry, twice at once.
    Twice,
    /// An entry that was sent before.
    Again(Index),
}

/// What happens between two openings.
#[derive(Clone, Debug)]
struct Round {
    opening_reads: Plan,
    appends: Plan,
    reads: Plan,
    feed_reads: Plan,
    sends: Vec<Send>,
}

#[derive(Clone, Debug)]
struct Case {
    entries: Vec<Operations>,
    batch: usize,
    rounds: Vec<Round>,
}

fn plans(faults: &'static [Fault], sound: u32) -> impl Strategy<Value = Plan> {
    let fault = prop_oneof![sound => Just(None), 1 => select(faults).prop_map(Some)];
    vec(fault, 0..10).prop_map(Plan::from)
}

fn rounds() -> impl Strategy<Value = Round> {
    let send = prop_oneof![
        4 => Just(Send::New),
        1 => Just(Send::Twice),
        2 => any::<Index>().prop_map(Send::Again),
    ];
    let appends = plans(&APPEND_FAULTS, 8);
    let [opening, reads, feed] = [12, 12, 2].map(|sound| plans(&READ_FAULTS, sound));
    (opening, appends, reads, feed, vec(send, 1..16)).prop_map(
        |(opening_reads, appends, reads, feed_reads, sends)| Round {
            opening_reads,
            appends,
            reads,
            feed_reads,
            sends,
        },
    )
}

fn cases() -> impl Strategy<Value = Case> {
    (entries(), 1..5_usize, vec(rounds(), 1..6)).prop_map(|(entries, batch, rounds)| Case {
        entries,
        batch,
        rounds,
    })
}

/// A proposal as the log has it.
#[derive(Deserialize)]
struct Proposal {
    /// The number it was made at, and the two halves of its nonce.
    id: (u64, u64, u64),
    entry: Operations,
}

/// What a log says, read without the host.
struct Fold {
    /// The state after each number, from 0.
    states: Vec<SocialGraph>,
    /// Where each proposal has its effect, and the outcome.
    effects: HashMap<ProposalId, (u64, Outcomes)>,
    /// The proposals in the order of their effects.
    order: Vec<(u64, ProposalId)>,
}

impl Fold {
    fn of(log: &FaultyLog) -> Self {
        let mut fold = Self {
            states: vec![empty()],
            effects: HashMap::new(),
            order: Vec::new(),
        };
        for record in log.records() {
            let proposals: Vec<Proposal> = serde_json::from_str(&record.batch.proposals).unwrap();
            for proposal in proposals {
                fold.push(&proposal, log.epoch());
            }
        }
        fold
    }

    fn push(&mut self, proposal: &Proposal, epoch: Epoch) {
        let (number, high, low) = proposal.id;
        let id = ProposalId {
            made_at: Position { epoch, number },
            nonce: u128::from(high) << 64 | u128::from(low),
        };
        let number = self.states.len() as u64;
        let mut state = self.states.last().unwrap().clone();
        if let Entry::Vacant(effect) = self.effects.entry(id) {
            effect.insert((number, apply(&mut state, &proposal.entry)));
            self.order.push((number, id));
        }
        self.states.push(state);
    }

    fn last(&self) -> u64 {
        self.states.len() as u64 - 1
    }

    fn state(&self, number: u64) -> &SocialGraph {
        &self.states[usize::try_from(number).unwrap()]
    }
}

/// A proposal, and its last answer.
struct Sent {
    id: ProposalId,
    entry: Operations,
    answer: Option<Answered>,
}

/// A log, and what was proposed to the hosts over it.
struct Trial {
    log: Arc<FaultyLog>,
    options: Options,
    sent: Vec<Sent>,
    entries: std::vec::IntoIter<Operations>,
}

impl Trial {
    fn new(case: &Case) -> Self {
        Self {
            log: Arc::new(FaultyLog::new()),
            options: Options {
                batch: case.batch,
                ..Options::default()
            },
            sent: Vec::new(),
            entries: case.entries.clone().into_iter(),
        }
    }

    fn open(&self) -> Result<GraphHost, OpenError> {
        let log: Arc<dyn Log> = Arc::clone(&self.log) as _;
        Host::over(log, empty(), self.options.clone())
    }

    fn run(mut self, rounds: &[Round]) -> BTreeSet<Fault> {
        let mut all = BTreeSet::new();
        for round in rounds {
            let struck = self.play(round);
            all.extend(struck);
            self.log.reopen();
            self.check_answers(&Fold::of(&self.log));
        }

        // In the end, all get through, and each has one effect.
        let again: Vec<_> = (0..self.sent.len()).collect();
        let host = self.open().unwrap();
        self.send(&host, &again);
        assert!(
            self.sent
                .iter()
                .all(|sent| matches!(sent.answer, Some(Ok(_))))
        );
        let fold = Fold::of(&self.log);
        self.check_answers(&fold);
        check_reads(&host, &fold);
        all
    }

    /// Opens a host, proposes, and looks at everything. Returns the faults that took place.
    fn play(&mut self, round: &Round) -> BTreeSet<Fault> {
        let log = Arc::clone(&self.log);
        log.fail(Plan::new(), round.opening_reads.clone());
        let opened = self.open();
        let mut all = log.take_struck();
        check_opening(&opened, &all);
        log.fail(Plan::new(), Plan::new());
        let host = opened.unwrap_or_else(|_| self.open().unwrap());
        check_reads(&host, &Fold::of(&log));

        let indexes = self.choose(&host, &round.sends);
        log.fail(round.appends.clone(), round.reads.clone());
        self.send(&host, &indexes);
        let struck = log.take_struck();
        log.fail(Plan::new(), Plan::new());
        let fold = Fold::of(&log);
        self.check_answers(&fold);
        self.check_errors(&host, &indexes, &struck);
        check_reads(&host, &fold);
        all.extend(struck);

        log.fail(Plan::new(), round.feed_reads.clone());
        self.check_feed(&host, &fold);
        all.extend(log.take_struck());
        all
    }

    /// Returns what is to be sent, by its place among all that was sent.
    fn choose(&mut self, host: &GraphHost, sends: &[Send]) -> Vec<usize> {
        let mut indexes = Vec::new();
        for send in sends {
            if let Send::Again(index) = send
                && !self.sent.is_empty()
            {
                indexes.push(index.index(self.sent.len()));
            } else if let Some(entry) = self.entries.next() {
                let times = if matches!(send, Send::Twice) { 2 } else { 1 };
                indexes.extend(std::iter::repeat_n(self.sent.len(), times));
                self.sent.push(Sent {
                    id: host.new_id(),
                    entry,
                    answer: None,
                });
            }
        }
        indexes
    }

    /// Sends all before the first is appended, and waits for the answers.
    fn send(&mut self, host: &GraphHost, indexes: &[usize]) {
        let mut tickets = Vec::new();
        {
            let _gate = self.log.hold();
            for index in indexes {
                let Sent { id, entry, .. } = &self.sent[*index];
                tickets.push(host.propose_as(*id, entry.clone()));
            }
        }
        for (index, ticket) in indexes.iter().zip(tickets) {
            let answer = ticket.wait();
            let sent = &mut self.sent[*index];
            if let (Some(Ok(before)), Ok(now)) = (&sent.answer, &answer) {
                assert_eq!(before, now, "{} has two answers", sent.id);
            }
            // After an answer, a host that has halted still knows it.
            assert!(
                !matches!(sent.answer, Some(Ok(_))) || answer.is_ok(),
                "{}: {answer:?} after an answer",
                sent.id
            );
            sent.answer = Some(answer);
        }
    }

    /// Checks that each answer says what is in the log.
    fn check_answers(&self, fold: &Fold) {
        for sent in &self.sent {
            let effect = fold.effects.get(&sent.id);
            match &sent.answer {
                Some(Ok(Answer { position, outcome })) => {
                    let said = (position.number, outcome.clone());
                    assert_eq!(effect, Some(&said), "{} is acknowledged", sent.id);
                }
                Some(Err(ProposeError::NotInLog(_))) | None => {
                    assert_eq!(effect, None, "{} is said not to be in the log", sent.id);
                }
                Some(Err(ProposeError::Unknown { id, .. })) => assert_eq!(*id, sent.id),
                Some(Err(error)) => panic!("{error}"),
            }
        }
    }

    /// Checks that errors and health have the faults that took place for a cause.
    fn check_errors(&self, host: &GraphHost, indexes: &[usize], struck: &BTreeSet<Fault>) {
        let answers: Vec<&Answered> = indexes
            .iter()
            .filter_map(|index| self.sent[*index].answer.as_ref())
            .collect();
        let halt = host.health().halt;
        let is_harmful = |fault: &Fault| *fault != Fault::Repeated;
        assert_eq!(halt.is_some(), struck.iter().any(is_harmful), "{struck:?}");
        if struck.iter().all(|fault| *fault == Fault::DiskFull) {
            let is_unknown = |it: &&&Answered| matches!(it, Err(ProposeError::Unknown { .. }));
            assert_eq!(answers.iter().find(is_unknown), None, "it is known");
        }

        let Some(halt) = halt else {
            assert!(answers.iter().all(|answer| answer.is_ok()), "{answers:?}");
            return;
        };
        let causes: &[Fault] = match &halt {
            Halt::Append(_) => &APPEND_FAULTS[..4],
            Halt::Play(_) => &[
                Fault::UnseenShortWrite,
                Fault::Torn,
                Fault::Damaged,
                Fault::ReadFailed,
                Fault::Early,
            ],
            halt => panic!("{halt:?}"),
        };
        assert!(struck.iter().any(|it| causes.contains(it)), "{halt}");
        let refused = host.propose(join("late")).wait();
        assert_eq!(refused, Err(ProposeError::NotInLog(halt)));
    }

    /// Reads the feed from a log that fails to read: each item comes once, and none is left out.
    fn check_feed(&self, host: &GraphHost, fold: &Fold) {
        let applied = host.position();
        let start = Position {
            number: 0,
            ..applied
        };
        let mut feed = host.feed(start).unwrap();
        let mut items: Vec<ItemOf<SocialGraph>> = Vec::new();
        loop {
            match feed.next(Duration::ZERO) {
                Ok(Some(item)) => items.push(item),
                Ok(None) => break,
                Err(_) => assert!(!self.log.take_struck().is_empty(), "an error has a cause"),
            }
        }

        let found = items.iter().map(|item| (item.position.number, item.id));
        let applied = fold.order.iter().take_while(|it| it.0 <= applied.number);
        assert!(found.eq(applied.copied()), "{items:?}");
        for item in &items {
            assert_eq!(fold.effects[&item.id].1, item.outcome);
        }
    }
}

fn check_opening(opened: &Result<GraphHost, OpenError>, struck: &BTreeSet<Fault>) {
    let is_harmful = |fault: &Fault| *fault != Fault::Repeated;
    match opened {
        Ok(_) => assert!(!struck.iter().any(is_harmful), "{struck:?} was overlooked"),
        Err(error) => {
            assert!(
                matches!(error, OpenError::Play(_) | OpenError::Log(_)),
                "{error:?}"
            );
            assert!(struck.iter().any(is_harmful), "{error} without a cause");
        }
    }
}

/// Checks that readers see what the log leads to.
fn check_reads(host: &GraphHost, fold: &Fold) {
    let mut reader = host.reader();
    reader.refresh();
    let here = reader.position();
    assert_eq!(here, host.health().position);
    assert!(here.number <= fold.last());
    assert_eq!(*reader, *fold.state(here.number));
    if host.health().halt.is_none() {
        assert_eq!(here.number, fold.last());
    }

    let number = here.number / 2;
    let then = host.at(Position { number, ..here }).unwrap();
    assert_eq!(then, *fold.state(number));
}

#[test]
fn whatever_fails_no_state_and_no_answer_is_wrong() {
    let config = Config {
        cases: 200,
        failure_persistence: None,
        max_shrink_iters: 2_000,
        ..Config::default()
    };
    let struck = Mutex::new(BTreeSet::new());
    let mut runner = TestRunner::new(config);
    let result = runner.run(&cases(), |case| {
        let found = Trial::new(&case).run(&case.rounds);
        struck.lock().unwrap().extend(found);
        Ok(())
    });
    result.unwrap();

    let all = APPEND_FAULTS.iter().chain(&READ_FAULTS).copied();
    assert_eq!(
        *struck.lock().unwrap(),
        all.collect(),
        "each fault took place"
    );
}

/// Makes a host whose appends fail as told.
fn host_that_fails(appends: [Option<Fault>; 2]) -> (Arc<FaultyLog>, GraphHost) {
    let trial = Trial::new(&Case {
        entries: Vec::new(),
        batch: 1,
        rounds: Vec::new(),
    });
    trial.log.fail(Plan::from(appends), Plan::new());
    let host = trial.open().unwrap();
    (trial.log, host)
}

#[test]
fn an_applied_proposal_that_is_sent_again_is_answered_though_the_disk_is_full() {
    let (log, host) = host_that_fails([None, Some(Fault::DiskFull)]);
    let id = host.new_id();
    let gate = log.hold();
    let [first, again] = [(); 2].map(|()| host.propose_as(id, join("ann")));
    drop(gate);
    let answer = first.wait().unwrap();
    assert_eq!(again.wait(), Ok(answer), "the log has it");
    assert!(matches!(host.health().halt, Some(Halt::Append(_))));
}

#[test]
fn a_proposal_whose_fate_is_unknown_stays_unknown_until_the_log_is_opened_anew() {
    let (log, host) = host_that_fails([Some(Fault::SyncFailedAndKept), None]);
    let id = host.new_id();
    for _ in 0..2 {
        let answer = host.propose_as(id, join("ann")).wait();
        assert!(
            matches!(answer, Err(ProposeError::Unknown { .. })),
            "{answer:?}"
        );
    }
    drop(host);

    log.reopen();
    let host = GraphHost::over(log, empty(), Options::default()).unwrap();
    let answer = host.propose_as(id, join("ann")).wait().unwrap();
    assert_eq!(answer.position.number, 1, "where it was");
    assert_eq!(host.position(), answer.position);
}

/// A machine that panics at an entry.
#[derive(Clone)]
struct Panics;

impl Machine for Panics {
    type Entry = bool;
    type Outcome = ();

    fn apply(&mut self, panics: &bool, _: Stamp) {
        assert!(!panics, "told to");
    }

    fn digest((): &(), _: &mut Digest) {}

    fn save(&self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    fn load(_: &mut dyn Read) -> io::Result<Self> {
        Ok(Self)
    }
}

#[test]
fn a_machine_that_panics_halts_the_host_and_lets_it_end() {
    let host = Host::in_memory(Panics, Options::default()).unwrap();
    let before = host.propose(false).wait().unwrap();
    for panics in [true, false, false] {
        let answer = host.propose(panics).wait();
        assert!(
            matches!(answer, Err(ProposeError::Unknown { .. })),
            "{answer:?}"
        );
    }
    assert!(matches!(host.health().halt, Some(Halt::Play(_))));
    assert_eq!(host.reader().position(), before.position);
    drop(host);
}

/// Whatever a host is built on panics: what is proposed is answered, and the host ends.
#[test]
fn a_clock_that_panics_halts_the_host_and_lets_it_end() {
    let panics = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&panics);
    let options = Options {
        clock: Arc::new(move || {
            assert!(!told.load(Ordering::Relaxed), "told to");
            0
        }),
        ..Options::default()
    };
    let host = Host::in_memory(empty(), options).unwrap();
    let before = host.propose(join("ann")).wait().unwrap();

    panics.store(true, Ordering::Relaxed);
    let met = host.propose(join("ben")).wait();
    assert!(matches!(met, Err(ProposeError::Unknown { .. })), "{met:?}");
    let next = host.propose(join("cyd")).wait();
    assert!(
        matches!(next, Err(ProposeError::NotInLog(Halt::Append(_)))),
        "{next:?}"
    );
    assert!(matches!(host.health().halt, Some(Halt::Append(_))));
    assert_eq!(host.health().waiting, 0);
    assert_eq!(host.reader().position(), before.position);
    drop(host);
}

/// A log that gives back another record than was appended.
#[derive(Debug)]
struct Exchanging(MemoryLog);

impl Log for Exchanging {
    fn epoch(&self) -> Epoch {
        self.0.epoch()
    }

    fn extent(&self) -> Result<Extent, LogError> {
        self.0.extent()
    }

    fn append(&self, batch: &Batch) -> Result<u64, AppendError> {
        self.0.append(batch)
    }

    fn read(&self, after: u64) -> Result<Option<Record>, LogError> {
        let read = self.0.read(after)?;
        Ok(read.map(|mut record| {
            record.batch.proposals = record.batch.proposals.replace("ben", "zoe");
            record
        }))
    }

    fn forget(&self, through: u64) -> Result<bool, LogError> {
        self.0.forget(through)
    }
}

#[test]
fn nobody_is_answered_with_what_another_proposal_led_to() {
    let log = Arc::new(Exchanging(MemoryLog::new(Epoch(7))));
    let host = Host::over(log, empty(), Options::default()).unwrap();
    host.propose(join("ann")).wait().unwrap();
    let answer = host.propose(join("ben")).wait();
    assert!(
        matches!(answer, Err(ProposeError::Unknown { .. })),
        "{answer:?}"
    );
    assert!(matches!(host.health().halt, Some(Halt::Play(_))));
    assert!(!host.reader().contains_user("zoe"));
}
