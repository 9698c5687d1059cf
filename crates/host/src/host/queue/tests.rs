#![allow(clippy::unwrap_used, reason = "a test that fails panics")]

use std::thread;
use std::time::Duration;

use socialgraph::{Operation, SocialGraph};

use super::*;
use crate::graph::Operations;
use crate::host::encode;
use crate::position::{Epoch, Position, ProposalId};

type GraphQueue = Queue<SocialGraph>;

fn queue(batch: usize, queue: usize) -> GraphQueue {
    Queue::new(&Options {
        batch,
        queue,
        ..Options::default()
    })
}

/// Proposes that a user joins whose name has this many bytes.
fn push(queue: &GraphQueue, nonce: u128, bytes: usize) -> Result<(), u128> {
    let made_at = Position {
        epoch: Epoch(7),
        number: 0,
    };
    let id = ProposalId { made_at, nonce };
    let entry: Operations = Operation::add_user("x".repeat(bytes)).into();
    let (text, proposal) = encode(id, entry).unwrap();
    let (answer, _) = oneshot::channel();
    let pushed = queue.push(text, proposal, Waiting { id, answer });
    pushed.map_err(|refused| refused.id.nonce)
}

/// Takes the next batch, and returns the nonces of its proposals, of which it has the texts.
fn pop(queue: &GraphQueue) -> Option<Vec<u128>> {
    let mut batch = queue.pop()?;
    let nonces = |proposals: &[Proposal<Operations>]| -> Vec<u128> {
        proposals.iter().map(|it| it.id.nonce()).collect()
    };
    let waiting: Vec<_> = batch.waiting.iter().map(|it| it.id.nonce).collect();
    let read: Vec<Proposal<Operations>> = serde_json::from_str(&batch.take_text()).unwrap();
    assert_eq!(nonces(&read), waiting);
    assert_eq!(nonces(&batch.proposals), waiting);
    Some(waiting)
}

/// Pushes in a thread of its own while the queue is full, and returns what comes of it.
fn push_while_full(queue: &GraphQueue, nonce: u128, meanwhile: impl FnOnce()) -> Result<(), u128> {
    thread::scope(|threads| {
        let pushing = threads.spawn(|| push(queue, nonce, 1));
        thread::sleep(Duration::from_millis(50));
        assert!(!pushing.is_finished(), "it waits for room");
        meanwhile();
        pushing.join().unwrap()
    })
}

#[test]
fn a_batch_has_as_many_proposals_as_it_may() {
    let queue = queue(3, 100);
    for nonce in 0..7 {
        push(&queue, nonce, 1).unwrap();
    }
    assert_eq!(queue.waiting(), 7);
    let batches = [(); 3].map(|()| pop(&queue).unwrap());
    assert_eq!(batches, [vec![0, 1, 2], vec![3, 4, 5], vec![6]]);
    assert_eq!((queue.waiting(), lock(&queue.inner).bytes), (0, 0));
}

#[test]
fn a_batch_takes_no_proposal_when_it_has_bytes_enough() {
    let queue = queue(100, 100);
    // Five reach the bound, and the sixth begins the next batch.
    for nonce in 0..6 {
        push(&queue, nonce, BATCH_BYTES / 5).unwrap();
    }
    assert_eq!(pop(&queue).unwrap(), [0, 1, 2, 3, 4]);
    assert_eq!(pop(&queue).unwrap(), [5]);
}

#[test]
fn a_large_text_begins_a_batch_and_is_moved_there() {
    let queue = queue(100, 100);
    for (nonce, bytes) in (0..).zip([1, LARGE_BYTES, 1, BATCH_BYTES, 1]) {
        push(&queue, nonce, bytes).unwrap();
    }
    let batches = [(); 4].map(|()| pop(&queue).unwrap());
    assert_eq!(batches, [vec![0], vec![1, 2], vec![3], vec![4]]);
}

#[test]
fn a_proposal_waits_for_room() {
    let few = queue(2, 4);
    for nonce in 0..4 {
        push(&few, nonce, 1).unwrap();
    }
    let popped = push_while_full(&few, 4, || assert_eq!(pop(&few).unwrap(), [0, 1]));
    assert_eq!(popped, Ok(()));
    assert_eq!(pop(&few).unwrap(), [2, 3]);
    assert_eq!(pop(&few).unwrap(), [4]);

    let mut small = queue(2, 100);
    small.most_bytes = 1_000;
    // The bound may be passed by a single proposal, or none of this size would have room.
    push(&small, 0, 1).unwrap();
    push(&small, 1, 2_000).unwrap();
    let popped = push_while_full(&small, 2, || assert_eq!(pop(&small).unwrap(), [0, 1]));
    assert_eq!(popped, Ok(()));
    assert_eq!(pop(&small).unwrap(), [2]);
}

#[test]
fn a_queue_that_is_closed_while_full_refuses_who_waits_and_hands_out_the_rest() {
    let queue = queue(1, 2);
    for nonce in 0..2 {
        push(&queue, nonce, 1).unwrap();
    }
    assert_eq!(push_while_full(&queue, 2, || queue.close()), Err(2));
    assert_eq!(push(&queue, 3, 1), Err(3));
    let batches = [(); 3].map(|()| pop(&queue));
    assert_eq!(batches, [Some(vec![0]), Some(vec![1]), None]);
    assert_eq!(push(&queue, 4, 1), Err(4), "room or none");
}
