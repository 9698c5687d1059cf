//! A server for social graphs: the relationship part of Tencent's IM REST API, durable.
//!
//! `socialgraph-server --help` lists the options. `socialgraph_tim` decides, `socialgraph_host`
//! keeps; this crate has the sockets, the clock, the log and the command line.

mod body;
mod callbacks;
mod command_line;
mod directory;
mod door;
mod load;
mod logging;
mod maintain;
mod metrics;
mod operate;
mod options;
mod outage;
mod serve;
mod state;
mod tokens;
mod v1;
mod v4;

use std::error::Error;
use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser as _;

use crate::command_line::{CommandLine, Task};
use crate::options::OptionsError;

fn main() -> ExitCode {
    let command_line = match CommandLine::try_parse() {
        Ok(command_line) => command_line,
        Err(error) => {
            // Nobody may read it. The exit status alone then reports an error.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };

    // One provider for all TLS of the process: the listeners' and the callbacks'.
    let is_first = rustls::crypto::ring::default_provider().install_default();
    debug_assert!(is_first.is_ok(), "nothing installs one before");
    match run(&command_line) {
        Ok(code) => code,
        Err(error) => {
            let _ = writeln!(io::stderr(), "socialgraph-server: {error}");
            ExitCode::from(if error.is::<OptionsError>() { 2 } else { 1 })
        }
    }
}

fn run(command_line: &CommandLine) -> Result<ExitCode, Box<dyn Error>> {
    let Some(task) = &command_line.task else {
        let options = command_line.options()?;
        let served = if command_line.check_config {
            serve::check(&options)
        } else {
            serve::run(&options)
        };
        return served.map(|()| ExitCode::SUCCESS);
    };
    match task {
        Task::Load(load) => load::run(load, &command_line.directory(&load.data)?),
        Task::Backup(backup) => {
            maintain::backup(&command_line.directory(&backup.data)?, &backup.to)
        }
        Task::Restore(restore) => {
            let data = command_line.directory(&restore.data)?;
            maintain::restore(&restore.from, &data, restore.through)
        }
        Task::Verify(verify) => maintain::verify(&command_line.directory(&verify.data)?),
    }
}
