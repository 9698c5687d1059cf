//! Readers of `/v1/changes` beside the calls.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Instant;

use serde_json::Value;

use super::figures::{Figures, rate};
use super::v1;
use crate::client::{Connection, Events, send, v1_request};

/// How many there are.
const READERS: usize = 10;

/// The connection whose user makes changes while others only ask.
const WRITER: usize = 400;

/// Lets readers follow the changes meanwhile, and one connection make some if `needs_writer`.
///
/// Returns how many events they read in a second altogether. Each reads to the end.
pub(super) fn beside(
    address: &str,
    needs_writer: bool,
    calls: impl FnOnce() -> io::Result<Figures>,
) -> io::Result<(Figures, f64)> {
    let begin = position(address)?;
    // The number of the last entry, once it is known.
    let end = AtomicU64::new(u64::MAX);
    let is_over = AtomicBool::new(false);
    let started = Instant::now();

    thread::scope(|scope| {
        let mut reading = Vec::new();
        for _ in 0..READERS {
            let mut events = Events::open(address, &begin, false)?;
            let (end, begin) = (&end, &begin);
            reading.push(scope.spawn(move || read(&mut events, number(begin), end)));
        }
        let is_over = &is_over;
        let writing = needs_writer.then(|| scope.spawn(move || write(address, is_over)));

        let figures = calls();
        is_over.store(true, Ordering::Relaxed);
        if let Some(writing) = writing {
            writing.join().map_err(|_| panicked())??;
        }
        let last = position(address)?;
        end.store(number(&last), Ordering::Relaxed);
        // One more entry, so that those who wait for one see the end.
        let mut connection = Connection::open(address)?;
        for request in v1::act(WRITER).iter().take(2) {
            send(&mut connection, request)?;
        }

        let mut events = 0;
        for reading in reading {
            events += reading.join().map_err(|_| panicked())??;
        }
        Ok((figures?, rate(events, started.elapsed())))
    })
}

fn panicked() -> io::Error {
    io::Error::other("a thread panicked")
}

/// Reads events up to the end. Returns how many.
fn read(events: &mut Events, begin: u64, end: &AtomicU64) -> io::Result<u64> {
    let mut count = 0;
    loop {
        let event = events.next()?;
        if event.name == "start" {
            continue;
        }
        count += 1;
        let found = number(&event.id);
        if found != begin + count {
            let gap = format!("the event {} comes as number {count}", event.id);
            return Err(io::Error::other(gap));
        }
        if found >= end.load(Ordering::Relaxed) {
            return Ok(count);
        }
    }
}

/// Makes changes until the time is over.
fn write(address: &str, is_over: &AtomicBool) -> io::Result<()> {
    let mut connection = Connection::open(address)?;
    let requests = v1::act(WRITER);
    for pair in requests.chunks(2).cycle() {
        if is_over.load(Ordering::Relaxed) {
            break;
        }
        for request in pair {
            send(&mut connection, request)?;
        }
    }
    Ok(())
}

/// Returns the position of the server.
fn position(address: &str) -> io::Result<String> {
    let request = v1_request("GET", "/v1/position", &[], None);
    let reply = send(&mut Connection::open(address)?, &request)?;
    let reply: Value = serde_json::from_slice(&reply).map_err(io::Error::other)?;
    let position = reply["position"].as_str().map(str::to_owned);
    position.ok_or_else(|| io::Error::other("a reply without a position"))
}

/// Returns the number of a position.
fn number(position: &str) -> u64 {
    let number = position.rsplit('-').next().and_then(|it| it.parse().ok());
    number.unwrap_or_default()
}
