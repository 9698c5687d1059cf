//! What is done with a directory: backup, restore, verify.

use std::error::Error;
use std::fs;
use std::io::{self, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::{self, Path};
use std::process::ExitCode;

use socialgraph_host::{Host, OpenError, Options};

use crate::directory;
use crate::operate::socket;
use crate::state::State;

/// Copies a directory. If a server has it, the server copies it.
pub(crate) fn backup(data: &Path, to: &Path) -> Result<ExitCode, Box<dyn Error>> {
    let to = path::absolute(to)?;
    let is_new = directory::make(&to)?;
    let copied = copy(data, &to);
    if copied.is_err() && is_new {
        // It is removed only as long as it is empty.
        let _ = fs::remove_dir(&to);
    }
    writeln!(io::stdout(), "{} has position {}", to.display(), copied?)?;
    Ok(ExitCode::SUCCESS)
}

/// Copies a directory, and returns the position of the copy.
fn copy(data: &Path, to: &Path) -> Result<String, Box<dyn Error>> {
    match Host::<State>::open(data, Options::default()) {
        Ok(host) => Ok(host.backup(to)?.to_string()),
        Err(OpenError::Locked { .. }) => ask_for_backup(&socket(data), to),
        Err(error) => Err(error.into()),
    }
}

/// Asks the server that has a directory for a backup. Returns the position.
fn ask_for_backup(socket: &Path, to: &Path) -> Result<String, Box<dyn Error>> {
    let mut stream = UnixStream::connect(socket)
        .map_err(|error| format!("{} is in use, and {error}", socket.display()))?;
    let to = to.to_str().ok_or("the path of the backup is no UTF-8")?;
    let length = to.len();
    write!(
        stream,
        "POST /backup HTTP/1.1\r\nHost: control\r\nConnection: close\r\n\
         Content-Length: {length}\r\n\r\n{to}",
    )?;

    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer
        .split_once("\r\n\r\n")
        .ok_or("the server broke off")?;
    if head.starts_with("HTTP/1.1 200 ") {
        Ok(body.trim_end().to_owned())
    } else {
        Err(body.trim_end().into())
    }
}

/// Makes a directory of a backup.
pub(crate) fn restore(
    from: &Path,
    to: &Path,
    through: Option<u64>,
) -> Result<ExitCode, Box<dyn Error>> {
    directory::make(to)?;
    let position = socialgraph_host::restore(from, to, through)?;
    writeln!(io::stdout(), "{} has position {position}", to.display())?;
    Ok(ExitCode::SUCCESS)
}

/// Plays a log and compares it with the snapshots. The status is 1 if anything is wrong.
pub(crate) fn verify(data: &Path) -> Result<ExitCode, Box<dyn Error>> {
    let found = socialgraph_host::verify::<State>(data)?;
    let mut out = io::stdout().lock();
    if let Some(position) = found.position {
        writeln!(out, "the log ends at position {position}")?;
    }
    writeln!(out, "{} entries were played", found.played)?;
    writeln!(
        out,
        "{} snapshots agree with the log",
        found.snapshots.len()
    )?;
    for fault in &found.faults {
        writeln!(out, "fault: {fault}")?;
    }
    if found.faults.is_empty() {
        Ok(ExitCode::SUCCESS)
    } else {
        Ok(ExitCode::FAILURE)
    }
}
