//! Measures socialgraph beside the alternatives to it.
//!
//! `cargo run --release -p peers -- --users 100000,1000000 --json FILE`
//!
//! A run builds every implementation from one seeded population, times them in turn and checks
//! each answer. It prints the median, minimum and maximum of each measurement.
//!
//! `cargo run --release -p peers --features others -- --users 1000,100000`
//!
//! The feature compiles further implementations in: petgraph, persistent sets and Cedar. Cedar
//! takes minutes to build.
//!
//! `cargo run --release -p peers -- --charts DIRECTORY FILE`
//!
//! This draws charts of the file that a run has written.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "an error in the harness ends the run, and figures are estimates"
)]

mod charts;
mod measure;
mod options;
mod peers;
mod population;
mod report;
mod run_file;

use std::error::Error;
use std::fmt::Display;
use std::fs::File;
use std::process::exit;

use crate::options::{Command, MeasureOptions, USAGE};
use crate::population::Population;
use crate::report::{Progress, Row};

fn main() -> Result<(), Box<dyn Error>> {
    match options::read(std::env::args_os().skip(1)) {
        Err(error) => exit_with_error(format_args!("{error}\n{USAGE}")),
        Ok(Command::Measure(options)) => measure(&options),
        Ok(Command::Draw { directory, run }) => {
            let rows = run_file::read(&run).unwrap_or_else(|error| exit_with_error(error));

            for file in charts::draw(&rows, &directory)? {
                println!("{}", file.display());
            }
            Ok(())
        }
    }
}

/// Prints an error in the user's input and ends the process.
fn exit_with_error(error: impl Display) -> ! {
    eprintln!("peers: {error}");
    exit(2)
}

/// Measures every size, then prints the table and writes the file.
fn measure(options: &MeasureOptions) -> Result<(), Box<dyn Error>> {
    let mut rows: Vec<Row> = Vec::new();
    for &users in &options.users {
        let progress = Progress::new(users);
        progress.print("drawing the population");
        let population = Population::new(users, options.seed);

        rows.extend(measure::run(
            &population,
            options.workload,
            &options.only,
            &progress,
        ));
    }

    report::add_ratios_to_pairs(&mut rows);
    println!("{}", report::table(&rows));

    if let Some(path) = &options.json {
        serde_json::to_writer_pretty(File::create(path)?, &rows)?;
    }
    Ok(())
}
