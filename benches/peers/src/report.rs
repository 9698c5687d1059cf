//! The rows of a run, which become a table and JSON.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::time::Instant;

use serde::{Deserialize, Serialize};

use crate::population::UNIFORM;

/// An implementation's figures for an operation at one size.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Row {
    pub(crate) operation: String,
    pub(crate) population: String,
    pub(crate) users: u32,
    pub(crate) implementation: String,
    pub(crate) unit: String,
    pub(crate) min: f64,
    pub(crate) median: f64,
    pub(crate) max: f64,
    pub(crate) ratio_to_pairs: Option<f64>,
    /// The ratio to pairs, divided by that of the uniform population of equal size.
    pub(crate) ratio_to_uniform: Option<f64>,
}

impl Row {
    /// Summarizes the values of all repetitions.
    pub(crate) fn new(
        operation: &str,
        (population, users): (&str, u32),
        implementation: &str,
        unit: &str,
        values: &mut [f64],
    ) -> Self {
        values.sort_by(f64::total_cmp);
        let at = |index: usize| values.get(index).copied().unwrap_or(f64::NAN);

        Self {
            operation: operation.to_owned(),
            population: population.to_owned(),
            users,
            implementation: implementation.to_owned(),
            unit: unit.to_owned(),
            min: at(0),
            median: at(values.len() / 2),
            max: at(values.len().saturating_sub(1)),
            ratio_to_pairs: None,
            ratio_to_uniform: None,
        }
    }

    /// Says whether the row is an implementation's for an operation.
    pub(crate) fn is_of(&self, operation: &str, implementation: &str) -> bool {
        self.operation == operation && self.implementation == implementation
    }
}

/// Returns a small run at two sizes.
#[cfg(test)]
pub(crate) fn example_rows() -> Vec<Row> {
    fn row(operation: &str, users: u32, implementation: &str, unit: &str, median: f64) -> Row {
        let mut values = [median / 2.0, median, median * 2.0];
        Row::new(
            operation,
            (UNIFORM, users),
            implementation,
            unit,
            &mut values,
        )
    }

    let mut rows = Vec::new();
    for users in [1000, 100_000] {
        let slower = f64::from(users) / 1000.0;
        rows.extend([
            row("bytes_per_relation", users, "pairs", "bytes", 15.0),
            row("can_message/id", users, "pairs", "ns", 4.0 * slower),
            row("can_message/id", users, "socialgraph", "ns", 20.0 * slower),
            row("audience_1000", users, "sqlite", "us", 900.0 * slower),
        ]);
    }
    add_ratios(&mut rows);
    rows
}

/// Adds the ratios to pairs, and to the uniform population.
pub(crate) fn add_ratios(rows: &mut [Row]) {
    // Medians of pairs, by operation, population and size.
    let mut yardsticks = HashMap::new();
    for row in rows.iter().filter(|row| row.implementation == "pairs") {
        let key = (row.operation.clone(), row.population.clone(), row.users);
        yardsticks.entry(key).or_insert(row.median);
    }

    for row in rows.iter_mut() {
        let key = (row.operation.clone(), row.population.clone(), row.users);
        let yardstick = yardsticks.get(&key);
        row.ratio_to_pairs = yardstick.map(|median| row.median / median);
    }

    // Ratios at the uniform population, by operation, implementation and size.
    let mut uniform = HashMap::new();
    for row in rows.iter().filter(|row| row.population == UNIFORM) {
        if let Some(ratio) = row.ratio_to_pairs {
            let key = (row.operation.clone(), row.implementation.clone(), row.users);
            uniform.insert(key, ratio);
        }
    }

    for row in rows {
        let key = (row.operation.clone(), row.implementation.clone(), row.users);
        if let (Some(ratio), Some(uniform)) = (row.ratio_to_pairs, uniform.get(&key)) {
            row.ratio_to_uniform = Some(ratio / uniform);
        }
    }
}

/// Returns the rows as a table.
pub(crate) fn table(rows: &[Row]) -> String {
    let mut table = format!(
        "{:<32}{:<14}{:>9}  {:<20}{:>12}{:>12}{:>12}{:>10}{:>12}\n",
        "operation",
        "population",
        "users",
        "implementation",
        "median",
        "min",
        "max",
        "to pairs",
        "to uniform"
    );

    for row in rows {
        let Row {
            operation,
            population,
            users,
            implementation,
            unit,
            min,
            median,
            max,
            ratio_to_pairs,
            ratio_to_uniform,
        } = row;
        let (to_pairs, to_uniform) = (ratio(*ratio_to_pairs), ratio(*ratio_to_uniform));

        let _ = writeln!(
            table,
            "{operation:<32}{population:<14}{users:>9}  {implementation:<20}{median:>9.1} {unit:<5}{min:>9.1}{max:>12.1}{to_pairs:>10}{to_uniform:>12}"
        );
    }
    table
}

fn ratio(ratio: Option<f64>) -> String {
    ratio.map_or("-".to_owned(), |ratio| format!("{ratio:.2}"))
}

/// Prints the current step of a run to standard error.
pub(crate) struct Progress {
    started: Instant,
    population: &'static str,
    users: u32,
}

impl Progress {
    pub(crate) fn new(population: &'static str, users: u32) -> Self {
        Self {
            started: Instant::now(),
            population,
            users,
        }
    }

    pub(crate) fn print(&self, step: &str) {
        eprintln!(
            "[{:>6.1} s] {} users, {}: {step}",
            self.started.elapsed().as_secs_f64(),
            self.users,
            self.population
        );
    }
}
