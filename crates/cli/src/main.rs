//! The command `socialgraph`.

mod check;
mod differential;
mod replay;

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

const USAGE: &str = "usage: socialgraph COMMAND [ARGUMENT]...

  check          checks a policy in every state that two, three or four users can reach
  replay         replays a signed trust network from a CSV file
  differential   plays random operations to the engine and to its reference model

`socialgraph COMMAND --help` lists a command's arguments.";

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let command = arguments.next();

    match command.as_ref().and_then(|command| command.to_str()) {
        Some("check") => check::main(arguments),
        Some("replay") => replay::main(arguments),
        Some("differential") => differential::main(arguments),
        Some("--help" | "-h" | "help") => print_usage(),
        _ => wrong_command(command),
    }
}

fn print_usage() -> ExitCode {
    match writeln!(io::stdout(), "{USAGE}") {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(2),
    }
}

fn wrong_command(command: Option<OsString>) -> ExitCode {
    let error = match command {
        Some(command) => format!("there is no command {:?}", command.display().to_string()),
        None => "a command is missing".to_owned(),
    };
    // If stderr cannot be written, the status alone tells.
    let _ = writeln!(io::stderr(), "socialgraph: {error}\n\n{USAGE}");
    ExitCode::from(2)
}
