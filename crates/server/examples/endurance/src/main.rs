//! What the server survives, whether it answers as the model does, and how fast it is.
//!
//! `cargo build --release -p socialgraph-server` first, then for example
//! `cargo run --release -p server-endurance -- kills --count 300`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a harness that cannot go on ends"
)]

mod arguments;
mod client;
mod kills;
mod random;
mod server;
mod speed;
mod walk;

use std::process::ExitCode;

use arguments::Arguments;

fn main() -> ExitCode {
    let arguments = match Arguments::read() {
        Ok(arguments) => arguments,
        Err(error) => {
            eprintln!("server-endurance: {error}\n\n{}", arguments::USAGE);
            return ExitCode::from(2);
        }
    };
    let result = match arguments.command.as_str() {
        "kills" => kills::run(&arguments),
        "speed" => speed::run(&arguments),
        "walk" => walk::run(&arguments),
        command => Err(format!(
            "there is no command {command:?}\n\n{}",
            arguments::USAGE
        )),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("server-endurance: {error}");
            ExitCode::FAILURE
        }
    }
}
