//! What a host survives: each command breaks it many times, and counts what was lost.
//!
//! `cargo run --release -p endurance -- kills --count 1000 --seed 0`

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a harness that cannot go on ends"
)]

mod arguments;
mod bits;
mod check;
mod cuts;
mod kills;
mod load;
mod random;
mod shutdowns;
mod speed;

use std::process::ExitCode;

use arguments::Arguments;

fn main() -> ExitCode {
    let arguments = match Arguments::read() {
        Ok(arguments) => arguments,
        Err(error) => {
            eprintln!("endurance: {error}\n\n{}", arguments::USAGE);
            return ExitCode::from(2);
        }
    };

    let result: Result<(), String> = match arguments.command.as_str() {
        "bits" => bits::run(&arguments),
        "cuts" => cuts::run(&arguments),
        cuts::CHILD => cuts::recorded(&arguments),
        "shutdowns" => shutdowns::run(&arguments),
        shutdowns::CHILD => shutdowns::loaded(&arguments),
        "kills" => kills::run(&arguments),
        "speed" => speed::run(&arguments),
        command => Err(format!(
            "there is no command {command:?}\n\n{}",
            arguments::USAGE
        )),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("endurance: {error}");
            ExitCode::FAILURE
        }
    }
}
