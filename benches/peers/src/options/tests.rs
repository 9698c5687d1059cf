//! Options of one command line describe a whole run.

use std::path::PathBuf;

use super::{Command, MeasureOptions, read};
use crate::measure::Operations;
use crate::population::Shape;

/// Reads a command line of words that are separated by spaces.
fn command(line: &str) -> Result<Command, String> {
    read(line.split_whitespace().map(Into::into)).map_err(|error| error.to_string())
}

fn measure(line: &str) -> MeasureOptions {
    match command(line) {
        Ok(Command::Measure(options)) => options,
        _ => panic!("`{line}` measures"),
    }
}

#[test]
fn without_options_everything_is_measured_with_the_uniform_population() {
    let options = measure("");
    assert_eq!(options.users, [100_000, 1_000_000]);
    assert_eq!(options.shapes, [("uniform", Shape::Uniform)]);
    assert_eq!(options.relations_per_user, 45);
    assert!(options.operations == Operations::All && options.signed.is_none());
}

#[test]
fn growth_beyond_a_million_users_is_one_command() {
    let options = measure(
        "--users 4000000,10000000 --relations-per-user 18 --reads-only --repetitions 1 \
         --only pairs,socialgraph",
    );
    assert_eq!(options.users, [4_000_000, 10_000_000]);
    assert_eq!(options.relations_per_user, 18);
    assert!(options.operations == Operations::Reads);
    assert_eq!(options.workload.repetitions, 1);
    assert_eq!(options.only, ["pairs", "socialgraph"]);
}

#[test]
fn populations_are_measured_in_the_order_of_their_names() {
    let options = measure("--population communities,uniform --signed network.csv");
    assert_eq!(
        options.shapes,
        [
            ("communities", Shape::Communities),
            ("uniform", Shape::Uniform)
        ]
    );
    assert_eq!(options.signed, Some(PathBuf::from("network.csv")));
}

#[test]
fn a_restart_is_a_command_of_its_own() {
    let options = command("--restart --users 50 --only sqlite");
    assert!(matches!(options, Ok(Command::Restart(options)) if options.users == [50]));

    let error = |line: &str| command(line).err().unwrap();
    assert_eq!(
        error("--restart --signed network.csv"),
        "--restart is measured with the uniform population alone"
    );
    assert_eq!(
        error("--restart --reads-only"),
        "--restart has no reads to choose"
    );
    for implementation in ["petgraph", "imbl_naive"] {
        assert_eq!(
            error(&format!("--restart --only {implementation}")),
            if cfg!(feature = "others") {
                format!("`{implementation}` is not kept in a file")
            } else {
                format!("`{implementation}` needs `cargo run --release -p peers --features others`")
            }
        );
    }
}
