//! A server for social graphs: the relationship part of Tencent's IM REST API, durable.
//!
//! `socialgraph-server --help` lists the options. `socialgraph_tim` decides, `socialgraph_host`
//! keeps; this crate has the sockets, the clock, the log and the command line.

mod callbacks;
mod command_line;
mod door;
mod load;
mod logging;
mod maintain;
mod metrics;
mod operate;
mod options;
mod serve;
mod state;
mod tokens;
mod v4;

use std::error::Error;
use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser as _;

use crate::command_line::{CommandLine, Task};

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
    match run(command_line) {
        Ok(code) => code,
        Err(error) => {
            let _ = writeln!(io::stderr(), "socialgraph-server: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(command_line: CommandLine) -> Result<ExitCode, Box<dyn Error>> {
    match command_line.task {
        Some(Task::Load(load)) => load::run(&load),
        Some(Task::Backup(backup)) => maintain::backup(&backup),
        Some(Task::Restore(restore)) => maintain::restore(&restore),
        Some(Task::Verify(verify)) => maintain::verify(&verify),
        None => {
            let options = match command_line.options() {
                Ok(options) => options,
                Err(error) => {
                    let _ = writeln!(io::stderr(), "socialgraph-server: {error}");
                    return Ok(ExitCode::from(2));
                }
            };
            if command_line.check_config {
                return serve::check(&options).map(|()| ExitCode::SUCCESS);
            }
            serve::run(&options).map(|()| ExitCode::SUCCESS)
        }
    }
}
