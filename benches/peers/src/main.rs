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
//! `cargo run --release -p peers -- --population uniform,communities,power_law --signed FILE`
//!
//! This measures reads with skewed populations, and with a real network from a file.
//!
//! `cargo run --release -p peers -- --restart --users 1000000 --repetitions 3`
//!
//! This measures the time from a file to the first answer.
//!
//! `cargo run --release -p peers -- --threads --users 100000`
//!
//! This measures reads of one graph by several threads, beside a writer.
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
mod restart;
mod run_file;
mod threads;

use std::error::Error;
use std::fmt::Display;
use std::fs::{self, File};
use std::path::Path;
use std::process::exit;

use crate::measure::Operations;
use crate::options::{Command, MeasureOptions, USAGE};
use crate::population::{MIN_RELATIONS_PER_USER, Population, SHAPES, Shape};
use crate::report::{Progress, Row};

fn main() -> Result<(), Box<dyn Error>> {
    match options::read(std::env::args_os().skip(1)) {
        Err(error) => exit_with_error(format_args!("{error}\n{USAGE}")),
        Ok(Command::Measure(options)) => measure(&options),
        Ok(Command::Restart(options)) => measure_restart(&options),
        Ok(Command::Threads(options)) => measure_threads(&options),
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

/// Measures every population.
fn measure(options: &MeasureOptions) -> Result<(), Box<dyn Error>> {
    // A file that cannot be read ends the run before it takes its time.
    let signed = options.signed.as_deref().map(read_signed);

    let mut rows: Vec<Row> = Vec::new();
    for &users in &options.users {
        for &shape in &options.shapes {
            let population = draw(shape, users, options.relations_per_user, options.seed);
            let operations = match shape.1 {
                Shape::Uniform => options.operations,
                _ => Operations::Reads,
            };
            rows.extend(measure_population(options, &population, operations));
        }
    }

    if let Some(signed) = signed {
        rows.extend(measure_signed(options, &signed));
    }

    finish(options, rows)
}

/// Measures the first answer after a restart at every size.
fn measure_restart(options: &MeasureOptions) -> Result<(), Box<dyn Error>> {
    let mut rows = Vec::new();
    for &users in &options.users {
        let population = draw(SHAPES[0], users, options.relations_per_user, options.seed);

        let progress = Progress::new(population.name, users);
        let repetitions = options.workload.repetitions;
        rows.extend(restart::run(
            &population,
            repetitions,
            &options.only,
            &progress,
        )?);
    }

    println!("The files were written just before, so they are in the page cache.\n");
    finish(options, rows)
}

/// Measures a graph that several threads share.
fn measure_threads(options: &MeasureOptions) -> Result<(), Box<dyn Error>> {
    let mut rows = Vec::new();
    for &users in &options.users {
        let population = draw(SHAPES[0], users, options.relations_per_user, options.seed);
        let progress = Progress::new(population.name, users);
        rows.extend(threads::run(
            &population,
            options.workload.repetitions,
            &progress,
        ));
    }
    finish(options, rows)
}

/// Prints the table and writes the file.
fn finish(options: &MeasureOptions, mut rows: Vec<Row>) -> Result<(), Box<dyn Error>> {
    report::add_ratios(&mut rows);
    println!("{}", report::table(&rows));

    if let Some(path) = &options.json {
        serde_json::to_writer_pretty(File::create(path)?, &rows)?;
    }
    Ok(())
}

/// Measures a signed network, beside a uniform population if that is among the chosen shapes.
///
/// The uniform population has the network's number of users and about its number of relations.
fn measure_signed(options: &MeasureOptions, signed: &Population) -> Vec<Row> {
    let mut rows = Vec::new();

    let uniform = SHAPES[0];
    if options.shapes.contains(&uniform) && !options.users.contains(&signed.users) {
        let mean = signed.relations() as f64 / f64::from(signed.users);
        let population = draw(uniform, signed.users, rounded(mean), options.seed);
        rows.extend(measure_population(options, &population, Operations::Reads));
    }

    rows.extend(measure_population(options, signed, Operations::Reads));
    rows
}

fn read_signed(path: &Path) -> Population {
    let text = fs::read_to_string(path).map_err(|error| error.to_string());
    let population = text.and_then(|text| Population::from_csv(&text));
    population.unwrap_or_else(|error| exit_with_error(format_args!("{}: {error}", path.display())))
}

fn draw(shape: (&'static str, Shape), users: u32, mean: u32, seed: u64) -> Population {
    Progress::new(shape.0, users).print("drawing the population");
    Population::draw(shape, users, mean, seed)
}

fn measure_population(
    options: &MeasureOptions,
    population: &Population,
    operations: Operations,
) -> Vec<Row> {
    let progress = Progress::new(population.name, population.users);
    measure::run(
        population,
        options.workload,
        operations,
        &options.only,
        &progress,
    )
}

/// Rounds a mean number of relations, up to the smallest number that leads to blocks.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the figure is positive and small"
)]
fn rounded(mean: f64) -> u32 {
    (mean.round() as u32).max(MIN_RELATIONS_PER_USER)
}
