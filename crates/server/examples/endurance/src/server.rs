//! A server that runs beside.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The app, its secret and its admin.
pub(crate) const APP: u64 = 1_400_000_000;
pub(crate) const SECRET: &str = "secret of a run";
pub(crate) const ADMIN: &str = "administrator";

/// A running server, which is killed when it is dropped.
pub(crate) struct Server {
    process: Child,
    pub(crate) address: String,
    /// How long it took until it listened.
    pub(crate) start: Duration,
}

impl Server {
    /// Starts a server. Without a directory, its state is in memory.
    pub(crate) fn start(program: &Path, data: Option<&Path>) -> Result<Self, String> {
        Self::start_with(program, data, 2_000, Stdio::inherit())
    }

    /// Starts a server that writes a snapshot after so many entries, and its log there.
    pub(crate) fn start_with(
        program: &Path,
        data: Option<&Path>,
        snapshot_entries: u32,
        log: Stdio,
    ) -> Result<Self, String> {
        let started = Instant::now();
        let mut command = Command::new(program);
        command
            .args([
                "--listen",
                "127.0.0.1:0",
                "--calls-per-second",
                "0",
                "--log",
                "warn",
            ])
            .env("SOCIALGRAPH_SECRET", SECRET)
            .stdout(Stdio::piped())
            .stderr(log);
        if let Some(data) = data {
            // Few entries, so that the kills meet snapshots, too.
            command
                .arg("--data")
                .arg(data)
                .args(["--snapshot-entries", &snapshot_entries.to_string()]);
        }
        let failed = |error| format!("{}: {error}", program.display());
        let mut process = command.spawn().map_err(failed)?;

        let mut line = String::new();
        let output = process.stdout.as_mut().ok_or("no output")?;
        BufReader::new(output)
            .read_line(&mut line)
            .map_err(failed)?;
        let address = line.trim().strip_prefix("listening on http://");
        let address = address
            .ok_or_else(|| format!("the server said {line:?}"))?
            .to_owned();
        Ok(Self {
            process,
            address,
            start: started.elapsed(),
        })
    }

    /// Kills the process, as `kill -9` does, and waits for its end.
    pub(crate) fn kill(&mut self) {
        // It may have ended.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}
