//! One child, from its start to its kill.

use std::io::{BufRead as _, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use super::line::Line;
use super::{CHILD, Kind};
use crate::random::Random;

/// A child that has not answered in this time is stuck.
const PATIENCE: Duration = Duration::from_secs(30);

/// Starts a child, kills it at a random moment, and returns what it said.
pub(crate) fn kill_child(
    directory: &Path,
    kind: Kind,
    random: &mut Random,
) -> Result<Vec<Line>, String> {
    let mut child = start(directory, kind, random.next())?;
    let output = child.stdout.take().ok_or("a child without output")?;
    let (first_answer, answered) = channel();
    let reader = thread::spawn(move || listen(output, &first_answer));

    let is_alive = wait_for_the_moment(&answered, random);
    let ended = child.try_wait().map_err(|error| error.to_string())?;
    // On Unix, this sends SIGKILL.
    child.kill().map_err(|error| error.to_string())?;
    child.wait().map_err(|error| error.to_string())?;
    let lines = reader
        .join()
        .map_err(|_| "the reader of a child failed")??;

    match ended {
        Some(status) => Err(format!("a child ended by itself: {status}")),
        None if !is_alive => Err("a child did not answer for a long time".to_owned()),
        None => Ok(lines),
    }
}

fn start(directory: &Path, kind: Kind, seed: u64) -> Result<Child, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut command = Command::new(program);
    command.arg("kills").arg("--seed").arg(seed.to_string());
    command.arg(CHILD).arg(directory).args(kind.word());
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    command.spawn().map_err(|error| error.to_string())
}

/// Most children are killed 5 to 60 ms after their first answer, and some while they open.
fn wait_for_the_moment(answered: &Receiver<()>, random: &mut Random) -> bool {
    if random.percent(12) {
        thread::sleep(Duration::from_micros(random.between(500, 30_000)));
        return true;
    }
    let is_answered = answered.recv_timeout(PATIENCE).is_ok();
    thread::sleep(Duration::from_micros(random.between(5_000, 60_000)));
    is_answered
}

/// Reads what a child says, until it is killed. A line that it did not finish was not said.
fn listen(output: impl Read, first_answer: &Sender<()>) -> Result<Vec<Line>, String> {
    let mut lines = Vec::new();
    let mut output = BufReader::new(output);
    let mut text = String::new();
    loop {
        text.clear();
        let read = output.read_line(&mut text);
        if read.map_err(|error| error.to_string())? == 0 {
            return Ok(lines);
        }
        let Some(whole) = text.strip_suffix('\n') else {
            return Ok(lines);
        };
        let line = Line::read(whole).ok_or_else(|| format!("a child said {whole:?}"))?;
        if matches!(line, Line::Answered(..) | Line::AnsweredEarly(..)) {
            // The parent listens for the first one alone.
            let _ = first_answer.send(());
        }
        lines.push(line);
    }
}
