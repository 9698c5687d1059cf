//! A child process that answers one line for each line.
//!
//! Three threads serve its pipes, so that no call waits longer than its timeout: one writes
//! requests, one reads replies, and one keeps the end of what it prints to stderr.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TryRecvError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::process::ProcessOptions;
use super::text::{quoted, shown};

/// The time that a process has to end by itself after its stdin has ended.
const PATIENCE: Duration = Duration::from_secs(2);

/// The time to wait for the exit status, or for the last of stderr, after stdout has ended.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// The number of lines of stderr that an error shows, and the number of bytes that are kept.
const STDERR_LINES: usize = 20;
const STDERR_BYTES: usize = 4096;

/// A running child process.
pub(super) struct Child {
    process: std::process::Child,
    /// The requests for the thread that writes. Without it, stdin ends.
    requests: Option<SyncSender<Vec<u8>>>,
    /// The lines from the thread that reads. Without it, the thread reads no further.
    replies: Option<Receiver<Event>>,
    /// The number of bytes of a line that has not ended.
    unfinished: Arc<AtomicUsize>,
    stderr: Stderr,
}

/// What the thread that reads stdout meets.
enum Event {
    Line {
        line: Vec<u8>,
        /// Whether more came together with the line.
        more: bool,
    },
    TooLong,
    Failed(io::Error),
    End,
}

impl Child {
    /// Starts a process, with all three streams as pipes.
    pub(super) fn start(command: &mut Command, options: &ProcessOptions) -> io::Result<Self> {
        let command = command.stdin(Stdio::piped());
        let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn()?;
        let streams = (
            process.stdin.take(),
            process.stdout.take(),
            process.stderr.take(),
        );
        let (Some(stdin), Some(stdout), Some(stderr)) = streams else {
            // It was started with all three.
            return Err(io::Error::other("its streams are no pipes"));
        };

        // One request is on its way at a time, and one line is read ahead: no more is kept.
        let (requests, to_write) = sync_channel(1);
        let (read, replies) = sync_channel(1);
        let unfinished = Arc::new(AtomicUsize::new(0));
        let bytes = Arc::clone(&unfinished);
        let max_bytes = options.max_reply_bytes;

        let mut child = Self {
            process,
            requests: Some(requests),
            replies: Some(replies),
            unfinished,
            stderr: Stderr::default(),
        };
        child.stderr = Stderr::read(stderr, options.shows_stderr)?;
        spawn("adapter stdin", move || write_requests(stdin, &to_write))?;
        spawn("adapter stdout", move || {
            read_replies(BufReader::new(stdout), max_bytes, &bytes, &read);
        })?;
        Ok(child)
    }

    /// Sends a line, and returns the line that the process answers.
    ///
    /// The error says what went wrong instead; the process is of no more use then.
    pub(super) fn exchange(
        &mut self,
        name: &str,
        request: Vec<u8>,
        timeout: Duration,
        max_bytes: usize,
    ) -> Result<Vec<u8>, String> {
        let (Some(requests), Some(replies)) = (&self.requests, &self.replies) else {
            return Err(gone());
        };
        match replies.try_recv() {
            Ok(Event::Line { line, .. }) => return Err(unasked(&line)),
            Ok(other) => return self.reply(other, name, max_bytes),
            Err(TryRecvError::Empty) => {}
            Err(TryRecvError::Disconnected) => return Err(gone()),
        }

        // If stdin is closed, or full because it is not read, there is no reply either.
        let _ = requests.try_send(request);
        match replies.recv_timeout(timeout) {
            Ok(event) => self.reply(event, name, max_bytes),
            Err(RecvTimeoutError::Timeout) => Err(self.late(name, timeout)),
            Err(RecvTimeoutError::Disconnected) => Err(gone()),
        }
    }

    /// Returns the line that was read, or says what was met instead.
    fn reply(&mut self, event: Event, name: &str, max_bytes: usize) -> Result<Vec<u8>, String> {
        match event {
            Event::Line { line, more: false } => Ok(line),
            Event::Line { more: true, line } => {
                let line = String::from_utf8_lossy(&line);
                Err(format!(
                    "it printed more than one line for `{name}`, the first {}: \
                     reply to each request with one line, and print messages to stderr",
                    quoted(line.trim_end())
                ))
            }
            Event::TooLong => Err(format!(
                "its reply has more than {max_bytes} bytes, or no line feed at its end"
            )),
            Event::Failed(error) => Err(format!("its stdout cannot be read: {error}")),
            Event::End => Err(self.end_instead_of(name)),
        }
    }

    /// Says how the process ended instead of replying.
    fn end_instead_of(&mut self, name: &str) -> String {
        match wait(&mut self.process, LAST_WORDS) {
            Some(status) => {
                let hint = if status.success() {
                    ": an adapter reads requests until its stdin ends"
                } else {
                    ""
                };
                format!("the adapter ended ({status}) and gave no reply to `{name}`{hint}")
            }
            None => format!("the adapter closed its stdout, and gave no reply to `{name}`"),
        }
    }

    /// Says that there was no reply in time, and what may be the cause.
    fn late(&mut self, name: &str, timeout: Duration) -> String {
        // A process that the adapter started may keep its stdout open.
        if let Ok(Some(status)) = self.process.try_wait() {
            return format!("the adapter ended ({status}) and gave no reply to `{name}`");
        }
        let seconds = timeout.as_secs_f64();
        let hint = match self.unfinished.load(Ordering::Relaxed) {
            0 => "write one line for each request, and flush stdout after it".to_owned(),
            bytes => format!("it wrote {bytes} bytes without a line feed: a reply ends with one"),
        };
        format!("no reply to `{name}` within {seconds} s: {hint}")
    }

    /// Kills the process, and returns the last lines that it printed to stderr.
    pub(super) fn kill(mut self) -> Vec<String> {
        // It may have ended already, and nothing is to be done about any other failure.
        let _ = self.process.kill();
        let _ = self.process.wait();
        self.stderr.last_lines()
    }
}

/// Ends stdin, and waits for the process to end; kills it if it does not.
impl Drop for Child {
    fn drop(&mut self) {
        self.requests = None;
        self.replies = None;
        if wait(&mut self.process, PATIENCE).is_none() {
            let _ = self.process.kill();
            let _ = self.process.wait();
        }
    }
}

/// Waits for a process to end; `None` if it does not in this time.
fn wait(process: &mut std::process::Child, time: Duration) -> Option<std::process::ExitStatus> {
    let start = Instant::now();
    let mut pause = Duration::from_millis(1);
    loop {
        match process.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) if start.elapsed() < time => {
                thread::sleep(pause);
                pause = (pause * 2).min(Duration::from_millis(20));
            }
            _ => return None,
        }
    }
}

fn unasked(line: &[u8]) -> String {
    let line = String::from_utf8_lossy(line);
    format!(
        "it printed {}, which no request asked for: reply to each request with one line, \
         and print messages to stderr",
        quoted(line.trim_end())
    )
}

fn gone() -> String {
    "the adapter is not running".to_owned()
}

fn spawn(name: &str, run: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let thread = thread::Builder::new().name(name.to_owned());
    thread.spawn(run).map(drop)
}

/// Writes requests to stdin until there are no more, or until the process closes it.
fn write_requests(mut stdin: ChildStdin, requests: &Receiver<Vec<u8>>) {
    while let Ok(request) = requests.recv() {
        if stdin.write_all(&request).is_err() {
            return;
        }
    }
}

/// Reads lines and hands them on until stdout ends, or until no more are taken.
fn read_replies(
    mut stdout: impl BufRead + Buffered,
    max_bytes: usize,
    unfinished: &AtomicUsize,
    replies: &SyncSender<Event>,
) {
    loop {
        let event = read_line(&mut stdout, max_bytes, unfinished);
        let goes_on = matches!(event, Event::Line { .. });
        if replies.send(event).is_err() || !goes_on {
            return;
        }
    }
}

/// A reader that tells whether it has read ahead.
trait Buffered {
    fn has_more(&self) -> bool;
}

impl<R: Read> Buffered for BufReader<R> {
    fn has_more(&self) -> bool {
        !self.buffer().is_empty()
    }
}

/// Reads a line, up to a maximum number of bytes.
fn read_line(
    stdout: &mut (impl BufRead + Buffered),
    max_bytes: usize,
    unfinished: &AtomicUsize,
) -> Event {
    let mut line = Vec::new();
    loop {
        unfinished.store(line.len(), Ordering::Relaxed);
        let read = match stdout.fill_buf() {
            Ok([]) => return Event::End,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Event::Failed(error),
        };

        let mut parts = read.splitn(2, |byte| *byte == b'\n');
        let part = parts.next().unwrap_or_default();
        let ends = parts.next().is_some();
        let bytes = part.len() + usize::from(ends);
        if line.len() + part.len() > max_bytes {
            return Event::TooLong;
        }
        line.extend_from_slice(part);
        stdout.consume(bytes);

        if ends {
            unfinished.store(0, Ordering::Relaxed);
            let more = stdout.has_more();
            return Event::Line { line, more };
        }
    }
}

/// The end of what a process printed to stderr.
#[derive(Default)]
struct Stderr {
    last: Arc<Mutex<VecDeque<u8>>>,
    /// Says when stderr has ended.
    ended: Option<Receiver<()>>,
}

impl Stderr {
    /// Reads stderr to its end in a thread of its own, so that it never blocks the process.
    fn read(mut stderr: impl Read + Send + 'static, shows: bool) -> io::Result<Self> {
        let last = Arc::new(Mutex::new(VecDeque::new()));
        let (end, ended) = sync_channel(1);
        let kept = Arc::clone(&last);

        spawn("adapter stderr", move || {
            let mut bytes = [0; STDERR_BYTES];
            loop {
                let read = match stderr.read(&mut bytes) {
                    Ok(0) => break,
                    Ok(count) => bytes.get(..count).unwrap_or_default(),
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                    Err(_) => break,
                };
                if shows {
                    // What cannot be shown is still kept.
                    let _ = io::stderr().write_all(read);
                }
                let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                kept.extend(read);
                let too_many = kept.len().saturating_sub(STDERR_BYTES);
                kept.drain(..too_many);
            }
            let _ = end.send(());
        })?;
        let ended = Some(ended);
        Ok(Self { last, ended })
    }

    /// Returns the last lines, escaped and cut.
    fn last_lines(&self) -> Vec<String> {
        // A process of its own that the adapter started may keep stderr open.
        if let Some(ended) = &self.ended {
            let _ = ended.recv_timeout(LAST_WORDS);
        }
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let text = String::from_utf8_lossy(last.make_contiguous()).into_owned();
        drop(last);

        let lines: Vec<&str> = text
            .lines()
            .filter(|line| !line.trim().is_empty())
            .collect();
        let first = lines.len().saturating_sub(STDERR_LINES);
        lines.into_iter().skip(first).map(shown).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::{Event, STDERR_BYTES, Stderr, read_line};

    #[test]
    fn a_line_is_read_at_its_longest_and_no_longer() {
        for (text, expected) in [
            ("1234\n", Some(("1234", false))),
            ("12345\n", None),
            ("\n\n", Some(("", true))),
            ("12345", None),
        ] {
            let mut reader = BufReader::with_capacity(3, text.as_bytes());
            let event = read_line(&mut reader, 4, &AtomicUsize::new(0));
            match (event, expected) {
                (Event::Line { line, more }, Some((text, is_more))) => {
                    assert_eq!((line, more), (text.as_bytes().to_vec(), is_more));
                }
                (Event::TooLong, None) => {}
                _ => panic!("{text:?}"),
            }
        }
    }

    #[test]
    fn a_line_that_does_not_end_is_counted() {
        let unfinished = AtomicUsize::new(0);
        let mut reader = BufReader::new(&b"1234"[..]);
        assert!(matches!(read_line(&mut reader, 9, &unfinished), Event::End));
        assert_eq!(unfinished.load(Ordering::Relaxed), 4);
    }

    #[test]
    fn the_last_lines_of_stderr_are_kept() {
        let lines: Vec<String> = (0..5000).map(|number| format!("line {number}")).collect();
        let text = lines.join("\n") + "\n\n  \n";
        let read = Stderr::read(std::io::Cursor::new(text), false).unwrap();
        assert_eq!(read.last_lines(), lines[4980..]);

        let one = "é".repeat(STDERR_BYTES);
        let read = Stderr::read(std::io::Cursor::new(one), false).unwrap();
        assert_eq!(read.last_lines(), ["é".repeat(160) + "…"]);
    }
}
