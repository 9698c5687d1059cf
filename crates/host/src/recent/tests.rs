#![allow(clippy::unwrap_used, reason = "a test that fails panics")]

use std::io::{self, Read, Write};
use std::path::Path;
use std::time::Duration;

use super::*;
use crate::digest::Digest;
use crate::host::{Answer, Host, Options, ProposeError, Ticket};
use crate::locks::lock;
use crate::machine::{Machine, Stamp, read_piece, write_piece};
use crate::position::Position;
use crate::verify::verify;

/// Counts entries, whose outcomes are as long as they say.
#[derive(Clone)]
struct Texts(u64);

impl Machine for Texts {
    type Entry = usize;
    type Outcome = String;

    fn apply(&mut self, length: &usize, _: Stamp) -> String {
        self.0 += 1;
        "x".repeat(*length)
    }

    fn digest(outcome: &String, digest: &mut Digest) {
        digest.add_text(outcome);
    }

    fn save(&self, out: &mut dyn Write) -> io::Result<()> {
        write_piece(out, &self.0)
    }

    fn load(input: &mut dyn Read) -> io::Result<Self> {
        read_piece(input).map(Self)
    }
}

const EPOCH: Epoch = Epoch(7);

fn id(number: u64) -> ProposalId {
    ProposalId {
        made_at: Position {
            epoch: EPOCH,
            number: 0,
        },
        nonce: number.into(),
    }
}

/// Slots that keep so many bytes of outcomes, after one outcome of each of these lengths.
///
/// An encoded outcome has a byte for its length.
fn recent(most_bytes: usize, lengths: impl IntoIterator<Item = usize>) -> Recent<String> {
    let mut recent = Recent::of_slots(Slots::new(1));
    recent.set_most_bytes(most_bytes);
    for (number, length) in (1..).zip(lengths) {
        push(&mut recent, number, length);
    }
    recent
}

fn push(recent: &mut Recent<String>, number: u64, length: usize) {
    recent.push(number, Some((id(number).into(), &"x".repeat(length))));
    assert!(recent.slots.bytes <= recent.slots.most_bytes);
    let chunks = recent.slots.chunks();
    let bytes: usize = chunks.map(|chunk| chunk.outcomes.len()).sum();
    assert_eq!(recent.slots.bytes, bytes);
}

/// Checks that these numbers are known, and that from one on outcomes are kept.
fn assert_kept_from(recent: &Recent<String>, first: u64, lengths: &[usize]) {
    assert_eq!(recent.slots.first_outcome(), first);
    for (number, length) in (1..).zip(lengths) {
        let known = recent.known(id(number).into(), lengths.len() as u64 + 1);
        let outcome = "x".repeat(*length);
        let expected = if number < first {
            Known::Dropped(number)
        } else {
            Known::Applied(number, outcome)
        };
        assert_eq!(known, expected, "{number}");
    }
}

#[test]
fn the_outcomes_of_the_oldest_chunk_are_dropped_and_its_ids_stay() {
    let lengths = vec![9; 3 * CHUNK];
    // Two chunks have just as much as is kept.
    let mut kept = recent(2 * CHUNK * 10, lengths[..2 * CHUNK].iter().copied());
    assert_kept_from(&kept, 1, &lengths[..2 * CHUNK]);

    push(&mut kept, 2 * CHUNK as u64 + 1, 9);
    assert_kept_from(&kept, CHUNK as u64 + 1, &lengths[..=2 * CHUNK]);
    for number in 2 * CHUNK + 2..=3 * CHUNK {
        push(&mut kept, number as u64, 9);
    }
    assert_kept_from(&kept, CHUNK as u64 + 1, &lengths);
}

#[test]
fn of_a_chunk_that_is_too_large_the_newer_half_stays() {
    let lengths = [9; 11];
    assert_kept_from(&recent(100, [9; 10]), 1, &[9; 10]);
    assert_kept_from(&recent(100, lengths), 7, &lengths);

    let too_large = [9, 9, 100, 9];
    assert_kept_from(&recent(50, too_large), 4, &too_large);
    // One that lost a part, and was then filled, is dropped as a whole.
    let mut lengths = vec![9; CHUNK + 60];
    lengths[0] = 20_000;
    for (count, first) in [(CHUNK, 2), (CHUNK + 47, 2), (CHUNK + 48, CHUNK as u64 + 1)] {
        let lengths = &lengths[..count];
        let kept = recent(10_700, lengths.iter().copied());
        assert_kept_from(&kept, first, lengths);
    }
}

#[test]
fn slots_read_from_chunks_go_on_like_those_that_were_written() {
    let lengths = |count: usize| (0..count).map(|index| index * 7 % 100);
    let most_bytes = 60_000;
    for cut in [0, 1, CHUNK - 1, CHUNK, 1_500, 2 * CHUNK, 3_000] {
        let mut written = recent(most_bytes, lengths(cut));
        let chunks = written.slots.chunks().cloned().collect();
        let slots = Slots::of_chunks(1, chunks).unwrap();
        let mut read: Recent<String> = Recent::of_slots(slots);
        read.set_most_bytes(most_bytes);

        for (number, length) in (1..).zip(lengths(4_000)).skip(cut) {
            push(&mut written, number, length);
            push(&mut read, number, length);
            let firsts = [&written, &read].map(|it| it.slots.first_outcome());
            assert_eq!(firsts[0], firsts[1], "{number} after {cut}");
        }
        assert!(written.slots.chunks().eq(read.slots.chunks()));
        assert_eq!(written.slots.bytes, read.slots.bytes);
        assert!(written.slots.first_outcome() > CHUNK as u64);
    }
}

#[test]
fn the_first_difference_is_an_entry_that_both_have_or_that_one_lacks() {
    let ours = recent(1_000_000, [9; 1_030]);
    let difference = |theirs: Recent<String>| ours.first_difference(&theirs.slots);
    assert_eq!(difference(recent(1_000_000, [9; 1_030])), None);
    assert_eq!(difference(recent(1_000_000, [9; 1_028])), Some(1_029));
    assert_eq!(difference(recent(1_000_000, [9; 1_033])), Some(1_031));
    assert_eq!(difference(recent(1_000_000, [9; 3])), Some(4));

    let mut lengths = [9; 1_028];
    lengths[1_026] = 8;
    assert_eq!(difference(recent(1_000_000, lengths)), Some(1_027));
    // What one of them has dropped cannot be compared.
    assert_eq!(difference(recent(50, [9; 1_030])), None);
    let mut later = Recent::of_slots(Slots::new(5));
    push(&mut later, 5, 9);
    assert_eq!(difference(later), Some(1));
}

/// The most bytes of outcomes that the hosts of these tests keep.
const MOST_BYTES: usize = 1_000;

fn open(path: &Path) -> Host<Texts> {
    let host = Host::open_or_create(path, || Texts(0), Options::default()).unwrap();
    lock(&host.common().recent).set_most_bytes(MOST_BYTES);
    host
}

/// Proposes entries with outcomes of 200 bytes and more.
fn propose_eight(host: &Host<Texts>) -> Vec<(ProposalId, Answer<String>)> {
    let propose = |length: usize| {
        let id = host.new_id();
        (id, host.propose_as(id, length).wait().unwrap())
    };
    (198..206).map(propose).collect()
}

/// Proposes entries again whose outcomes were dropped, up to a number, and those behind it.
fn assert_answers(host: &Host<Texts>, sent: &[(ProposalId, Answer<String>)], first_outcome: u64) {
    for (id, answer) in sent {
        let (id, position) = (*id, answer.position);
        let again = host.propose_as(id, 0_usize).wait();
        let expected = if position.number < first_outcome {
            Err(ProposeError::Applied { id, position })
        } else {
            Ok(answer.clone())
        };
        assert_eq!(again, expected);
    }
}

#[test]
fn a_proposal_whose_outcome_is_dropped_has_no_effect_and_says_where_it_had_one() {
    let home = tempfile::tempdir().unwrap();
    let host = open(home.path());
    let start = host.position();
    let sent = propose_eight(&host);
    let first_outcome = lock(&host.common().recent).slots().first_outcome();
    assert_eq!(first_outcome, 7);
    assert_answers(&host, &sent, first_outcome);
    assert_eq!(host.position().number, 8, "none came into the log");

    // Two at once: the second one is found by the applier.
    let id = host.new_id();
    let twice = [(); 2].map(|()| host.propose_as(id, 2_000_usize));
    let [first, again] = twice.map(Ticket::wait);
    let first = first.unwrap();
    assert_eq!(first.outcome.len(), 2_000);
    let position = first.position;
    assert_eq!(again, Err(ProposeError::Applied { id, position }));

    // The feed makes them anew.
    let mut feed = host.feed(start).unwrap();
    for (id, answer) in sent.iter().chain([&(id, first)]) {
        let item = feed.next(Duration::from_secs(9)).unwrap().unwrap();
        assert_eq!((item.id, item.position), (*id, answer.position));
        assert_eq!(item.outcome, answer.outcome);
    }
    assert!(feed.next(Duration::ZERO).unwrap().is_none());
}

#[test]
fn dropped_outcomes_stay_dropped_in_snapshots() {
    let home = tempfile::tempdir().unwrap();
    let host = open(home.path());
    let sent = propose_eight(&host);
    host.snapshot().unwrap();
    drop(host);

    let host = open(home.path());
    assert_answers(&host, &sent, 7);
    assert_eq!(host.reader().0, 8);
    drop(host);
    let found = verify::<Texts>(home.path()).unwrap();
    assert!(found.faults.is_empty(), "{found:?}");
}
