//! Charts of a run, as SVG.

mod bars;
mod file;
mod growth;
mod style;
#[cfg(test)]
mod tests;
mod units;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

pub(crate) use file::read;

use crate::report::Row;
use units::Unit;

/// The result of drawing.
type Drawn<T> = Result<T, Box<dyn Error>>;

/// Draws the charts of these rows into a directory; returns the files.
///
/// # Errors
/// Fails where a file cannot be written.
pub(crate) fn draw(rows: &[Row], directory: &Path) -> Drawn<Vec<PathBuf>> {
    fs::create_dir_all(directory)?;
    let write = |(name, svg): (String, String)| {
        let path = directory.join(name);
        fs::write(&path, svg)?;
        Ok(path)
    };
    charts(rows)?.into_iter().map(write).collect()
}

/// Returns the charts' names and contents.
fn charts(rows: &[Row]) -> Drawn<Vec<(String, String)>> {
    let mut charts = Vec::new();
    if let Some(svg) = growth::draw(rows)? {
        charts.push(("growth-of-reads.svg".to_owned(), svg));
    }
    let largest = rows.iter().map(|row| row.users).max().unwrap_or(0);
    let users = style::thousands(largest);
    for (unit, name, title) in [
        (
            Unit::Time,
            "comparison",
            format!("What an operation takes at {users} users"),
        ),
        (
            Unit::Bytes,
            "memory",
            format!("What a relation takes at {users} users"),
        ),
    ] {
        let of = |row: &&Row| row.users == largest && Unit::of(row) == Some(unit);
        let rows: Vec<_> = rows.iter().filter(of).collect();
        if !rows.is_empty() {
            let svg = bars::draw(&title, unit, &rows)?;
            charts.push((format!("{name}-at-{largest}-users.svg"), svg));
        }
    }
    Ok(charts)
}

/// Returns each operation once, in the order in which they come.
fn operations<'r>(rows: impl IntoIterator<Item = &'r Row>) -> Vec<&'r str> {
    let mut operations: Vec<&str> = Vec::new();
    for row in rows {
        if !operations.contains(&row.operation.as_str()) {
            operations.push(&row.operation);
        }
    }
    operations
}
