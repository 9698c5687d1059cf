//! Proposals and their answers.

use std::collections::BTreeSet;
use std::future::IntoFuture;
use std::io::{self, Read, Write};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use socialgraph_host::{
    Behind, Digest, Epoch, Host, KEPT_POSITIONS, Machine, Operations, Options, Outcomes, Position,
    ProposalId, ProposeError, Stamp, read_piece, write_piece,
};

use crate::fixtures::{block, empty, graph, in_memory, join, open, propose};

#[test]
fn an_answer_has_the_position_and_the_outcome() {
    let host = in_memory();
    let epoch = host.position().epoch;
    for (number, name) in (1..).zip(["ann", "ben", "ann"]) {
        let answer = propose(&host, join(name));
        assert_eq!(answer.position, Position { epoch, number });
        assert_eq!(
            answer.outcome.is_done(),
            number < 3,
            "a refusal has a position, too"
        );
    }
    assert_eq!(host.position().number, 3);
    assert_eq!(host.health().halt, None);
}

#[test]
fn operations_are_all_or_nothing_or_each_on_its_own() {
    let host = in_memory();
    propose(&host, join("ann"));
    let before = graph(&host);

    let operations = vec![join("ben"), block("ann", "ben"), join("ann"), join("cyd")];
    let nothing = propose(&host, Operations::All(operations.clone())).outcome;
    assert!(
        matches!(nothing, Outcomes::Nothing { index: 2, .. }),
        "{nothing:?}"
    );
    assert!(!nothing.is_done() && nothing.as_slice().is_empty());
    assert_eq!(graph(&host), before);

    let each = propose(&host, Operations::Each(operations)).outcome;
    let done: Vec<_> = each
        .as_slice()
        .iter()
        .map(socialgraph::Outcome::is_done)
        .collect();
    assert_eq!(done, [true, true, false, true]);
    assert_eq!(graph(&host).user_count(), 3);
}

#[test]
fn many_threads_propose_and_each_gets_its_own_answer() {
    let host = in_memory();
    thread::scope(|threads| {
        for writer in 0..4 {
            let host = &host;
            threads.spawn(move || {
                let names: Vec<_> = (0..100)
                    .map(|number| format!("{writer}-{number}"))
                    .collect();
                let tickets: Vec<_> = names.iter().map(|name| host.propose(join(name))).collect();
                let mut last = 0;
                for (name, ticket) in names.iter().zip(tickets) {
                    let answer = ticket.wait().unwrap();
                    assert!(
                        answer.position.number > last,
                        "a thread's proposals keep their order"
                    );
                    last = answer.position.number;
                    let graph = host.at(answer.position).unwrap();
                    let (id, newest) = graph.users().next_back().unwrap();
                    assert_eq!(newest, name);
                    assert!(graph.contains_user(id));
                }
            });
        }
    });
    assert_eq!(host.position().number, 400);
    assert_eq!(graph(&host).user_count(), 400);
}

#[test]
fn a_proposal_sent_again_has_one_effect_and_the_same_answer() {
    let host = in_memory();
    let id = host.new_id();
    let tickets: Vec<_> = (0..5).map(|_| host.propose_as(id, join("ann"))).collect();
    let mut answers: Vec<_> = tickets.into_iter().map(|it| it.wait().unwrap()).collect();
    answers.push(host.propose_as(id, join("ann")).wait().unwrap());

    assert!(
        answers.iter().all(|answer| *answer == answers[0]),
        "{answers:?}"
    );
    assert!(answers[0].outcome.is_done());
    assert_eq!(graph(&host).user_count(), 1);

    let mut feed = host
        .feed(Position {
            number: 0,
            ..host.position()
        })
        .unwrap();
    assert_eq!(feed.next(Duration::ZERO).unwrap().unwrap().id, id);
    assert!(
        feed.next(Duration::ZERO).unwrap().is_none(),
        "a repetition is no item"
    );
}

#[test]
fn an_id_of_another_history_is_refused() {
    let host = in_memory();
    propose(&host, join("ann"));
    let id = host.new_id();
    let future = Position {
        number: 2,
        ..id.made_at
    };
    let other = Position {
        epoch: Epoch(id.made_at.epoch.0 ^ 1),
        ..id.made_at
    };
    for made_at in [future, other] {
        let id = ProposalId { made_at, ..id };
        let here = host.position();
        let refused = host.propose_as(id, join("ben")).wait();
        assert_eq!(refused, Err(ProposeError::OtherHistory { id, here }));
    }
    assert_eq!(host.position().number, 1);
}

#[test]
fn ids_are_kept_for_a_million_positions_and_older_ones_are_refused() {
    let directory = tempfile::tempdir().unwrap();
    let host = open(directory.path());
    let id = host.new_id();
    let first = host.propose_as(id, join("ann")).wait().unwrap();

    let rest = KEPT_POSITIONS - 1;
    let tickets: Vec<_> = (0..rest).map(|_| host.propose(nothing())).collect();
    for ticket in tickets {
        ticket.wait().unwrap();
    }
    let again = || host.propose_as(id, join("ann")).wait();
    // The next number is above the id's by one more than what is kept.
    assert_eq!(host.position().number, KEPT_POSITIONS);
    assert_eq!(again(), Err(ProposeError::TooOld { id }));
    let before = Position {
        number: KEPT_POSITIONS - 1,
        ..first.position
    };
    assert!(host.at(before).is_ok());
    host.snapshot().unwrap();
    drop(host);

    let host = open(directory.path());
    assert_eq!(
        host.propose_as(id, join("ann")).wait(),
        Err(ProposeError::TooOld { id })
    );
    assert_eq!(graph(&host).user_count(), 1);
    let kept = ProposalId {
        made_at: Position {
            number: 1,
            ..id.made_at
        },
        ..id
    };
    assert_eq!(
        host.propose_as(kept, join("ann")).wait(),
        Ok(first),
        "its nonce is known"
    );
}

/// An entry without an effect.
fn nothing() -> Operations {
    Operations::Each(Vec::new())
}

#[test]
fn a_ticket_is_waited_for_for_a_while() {
    let host = in_memory();
    let mut ticket = host.propose(join("ann"));
    let answer = loop {
        match ticket.wait_for(Duration::from_millis(1)) {
            Ok(answer) => break answer,
            Err(again) => ticket = again,
        }
    };
    assert!(answer.unwrap().outcome.is_done());
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

#[test]
fn a_ticket_is_awaited() {
    let host = in_memory();
    let mut future = pin!(host.propose(join("ann")).into_future());
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let answer = loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(answer) => break answer,
            Poll::Pending => thread::park(),
        }
    };
    assert!(answer.unwrap().outcome.is_done());
}

#[test]
fn a_reader_waits_for_a_position() {
    let host = in_memory();
    let mut reader = host.reader();
    let ticket = host.propose(join("ann"));
    let next = Position {
        number: 1,
        ..host.position()
    };
    assert!(
        reader
            .at_least(next, Duration::from_secs(10))
            .unwrap()
            .contains_user("ann")
    );
    assert_eq!(ticket.wait().unwrap().position, reader.position());

    let future = Position { number: 2, ..next };
    assert!(reader.at_least(next, Duration::MAX).is_ok());
    let behind = Behind::Late {
        wanted: future,
        here: next,
    };
    let late = reader.at_least(future, Duration::from_millis(1));
    assert_eq!(late.unwrap_err(), behind);
    let other = Position {
        epoch: Epoch(!next.epoch.0),
        ..next
    };
    let error = reader.at_least(other, Duration::MAX).unwrap_err();
    assert!(matches!(error, Behind::OtherEpoch { .. }), "at once");
}

#[test]
fn a_reader_that_waits_is_told_that_the_host_is_closed() {
    let host = in_memory();
    let mut reader = host.reader();
    let here = propose(&host, join("ann")).position;
    let wanted = Position { number: 2, ..here };
    thread::scope(|threads| {
        let waits = threads.spawn(|| reader.at_least(wanted, Duration::MAX).map(|_| ()));
        thread::sleep(Duration::from_millis(50));
        assert!(!waits.is_finished());
        drop(host);
        let closed = Behind::Closed { wanted, here };
        assert_eq!(waits.join().unwrap(), Err(closed));
    });
    assert!(reader.at_least(here, Duration::ZERO).is_ok(), "it is there");
}

#[test]
fn a_host_that_ends_answers_what_was_proposed() {
    let host = in_memory();
    let reader = host.reader();
    let tickets: Vec<_> = (0..100)
        .map(|it| host.propose(join(&it.to_string())))
        .collect();
    drop(host);
    for ticket in tickets {
        assert!(ticket.wait().unwrap().outcome.is_done());
    }
    let mut reader = reader;
    assert_eq!(reader.refresh().user_count(), 100);
}

#[test]
fn a_full_queue_makes_those_who_propose_wait_for_room() {
    let options = Options {
        batch: 3,
        queue: 2,
        ..Options::default()
    };
    let host = Host::in_memory(empty(), options).unwrap();
    let numbers = thread::scope(|threads| {
        let propose = || {
            let number = |_| {
                assert!(host.health().waiting <= 2);
                propose(&host, nothing()).position.number
            };
            (0..50).map(number).collect::<Vec<_>>()
        };
        let proposing: Vec<_> = (0..8).map(|_| threads.spawn(propose)).collect();
        let numbers = proposing.into_iter().map(|it| it.join().unwrap());
        numbers.flatten().collect::<BTreeSet<_>>()
    });
    assert_eq!(numbers, (1..=400).collect());
}

/// A machine whose entries have forms that JSON does not give back.
#[derive(Clone)]
struct Kept(Vec<Odd>);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Odd {
    Number(f64),
    Within(Box<Odd>),
    Text(String),
}

impl Odd {
    fn nested(depth: usize) -> Self {
        (0..depth).fold(Self::Number(0.5), |inner, _| Self::Within(Box::new(inner)))
    }
}

impl Machine for Kept {
    type Entry = Odd;
    type Outcome = usize;

    fn apply(&mut self, entry: &Odd, _: Stamp) -> usize {
        self.0.push(entry.clone());
        self.0.len()
    }

    fn digest(outcome: &usize, digest: &mut Digest) {
        digest.add(*outcome as u64);
    }

    fn save(&self, out: &mut dyn Write) -> io::Result<()> {
        write_piece(out, &self.0)
    }

    fn load(input: &mut dyn Read) -> io::Result<Self> {
        read_piece(input).map(Self)
    }
}

#[test]
fn an_entry_that_cannot_be_read_back_is_refused_before_the_log() {
    let directory = tempfile::tempdir().unwrap();
    let host = Host::create(directory.path(), Kept(Vec::new()), Options::default()).unwrap();
    let refused = [
        (Odd::Number(f64::NAN), "invalid type: null"),
        (Odd::nested(125), "recursion limit exceeded"),
        (Odd::Text("x".repeat(64 << 20)), "67108864 are the most"),
    ];
    for (entry, what) in refused {
        let error = host.propose(entry).wait().unwrap_err();
        let is_precise = matches!(&error, ProposeError::Entry(text) if text.contains(what));
        assert!(is_precise, "{error}");
    }
    assert_eq!(host.position().number, 0);

    // The deepest that is taken is read back at opening, too.
    let taken = [Odd::nested(124), Odd::Number(-0.0)];
    for (index, entry) in taken.iter().enumerate() {
        let answer = host.propose(entry.clone()).wait().unwrap();
        assert_eq!(answer.outcome, index + 1);
    }
    drop(host);
    let host: Host<Kept> = Host::open(directory.path(), Options::default()).unwrap();
    assert_eq!(host.reader().0, taken);
}
