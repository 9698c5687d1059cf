//! An adapter that misbehaves on command, for the tests of the protocol.
//!
//! `test_adapter [--policy NAME] [--name NAME] [MODE [REQUEST [TEXT]]]`: it answers by the engine,
//! but misbehaves in a way of its own at a request.

use std::error::Error;
use std::io::{self, BufRead, Read, StdinLock, Write};
use std::process::ExitCode;
use std::thread::sleep;
use std::time::Duration;

use serde_json::Value;
use socialgraph::Policy;
use socialgraph_testkit::conformance::Engine;
use socialgraph_testkit::protocol::{Hello, serve};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "test_adapter: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (mut policy, mut name) = (None, "test adapter".to_owned());
    let mut mode = arguments.next().unwrap_or_default();
    while mode.starts_with("--") {
        let value = arguments.next().unwrap_or_default();
        match mode.as_str() {
            "--policy" => policy = Some(Policy::named(&value)?),
            // The number of the process, if it is empty.
            _ if value.is_empty() => name = std::process::id().to_string(),
            _ => name = value,
        }
        mode = arguments.next().unwrap_or_default();
    }

    let hello = Hello::everything(name);
    let input = Input {
        stdin: io::stdin().lock(),
        line: Vec::new(),
        read: 0,
        matches: 0,
        mode: mode.clone(),
        request: arguments.next().unwrap_or_default(),
        text: arguments.next().unwrap_or_default(),
    };
    let set_up = |rules: &Policy| {
        let mut policy = policy.unwrap_or(*rules);
        policy.limits = rules.limits;
        Ok(Engine::new(policy))
    };
    serve(set_up, &hello, input, io::stdout())?;

    if mode == "stays" {
        sleep(Duration::from_secs(600));
    }
    Ok(())
}

/// The requests, without those at which the adapter misbehaves.
struct Input<'a> {
    stdin: StdinLock<'a>,
    line: Vec<u8>,
    /// The number of bytes of the line that were read.
    read: usize,
    /// The number of requests so far at which the adapter may misbehave.
    matches: u32,
    mode: String,
    request: String,
    text: String,
}

impl Input<'_> {
    /// Reads the next request at which the adapter does not misbehave.
    fn next(&mut self) -> io::Result<()> {
        loop {
            self.line.clear();
            self.read = 0;
            if self.stdin.read_until(b'\n', &mut self.line)? == 0 {
                return Ok(());
            }
            let request: Value = serde_json::from_slice(&self.line)?;
            let is_match =
                request.get("hello").is_none() && request.to_string().contains(&self.request);
            if self.request.is_empty() || !is_match {
                return Ok(());
            }
            self.matches += 1;
            if !self.misbehave()? {
                return Ok(());
            }
        }
    }

    /// Misbehaves; returns whether it stands for a reply.
    fn misbehave(&self) -> io::Result<bool> {
        let (mut out, mut stderr) = (io::stdout(), io::stderr());
        let text = &self.text;
        match self.mode.as_str() {
            "prints" => writeln!(out, "{text}")?,
            "prints-bytes" => out.write_all(b"{\"done\": \"\xff\"}\n")?,
            // In front of the reply.
            "prints-more" => {
                writeln!(out, "{text}")?;
                return Ok(false);
            }
            "prints-unended" => write!(out, "{text}")?,
            "prints-much" => {
                let bytes: usize = text.parse().unwrap_or_default();
                writeln!(out, "{{\"users\": [\"{}\"]}}", "n".repeat(bytes))?;
            }
            "prints-endlessly" => loop {
                out.write_all(&[b'n'; 4096])?;
            },
            "floods-stderr" => {
                for number in 0..10_000 {
                    writeln!(stderr, "line {number}: {}", "n".repeat(100))?;
                }
                return Ok(false);
            }
            "waits" => {
                let milliseconds = text.parse().unwrap_or(600_000);
                sleep(Duration::from_millis(milliseconds));
                return Ok(false);
            }
            "dies" => {
                writeln!(stderr, "first line\nout of memory")?;
                std::process::exit(3);
            }
            // In the third log after its start.
            "dies-at-third" if self.matches == 3 => std::process::exit(3),
            "ends" => std::process::exit(0),
            _ => return Ok(false),
        }
        out.flush()?;
        Ok(true)
    }
}

impl Read for Input<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for Input<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.read == self.line.len() {
            self.next()?;
        }
        Ok(self.line.get(self.read..).unwrap_or_default())
    }

    fn consume(&mut self, bytes: usize) {
        self.read += bytes;
    }
}
