//! Charts of a run, as SVG: bars at the largest size, and lines over all sizes.
//!
//! Charts show medians of the uniform population. The figures span many powers of ten, so every axis is logarithmic.
#![expect(
    clippy::format_push_string,
    reason = "an element of a drawing reads better in one piece"
)]

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::population::UNIFORM;
use crate::report::Row;

/// Implementations and their colours, in the order of the legend.
///
/// The palette is that of Okabe and Ito, made for colour-blind readers.
const COLOURS: [(&str, &str); 8] = [
    ("socialgraph", "#d55e00"),
    ("pairs", "currentColor"),
    ("hashmap_of_hashsets", "#0072b2"),
    ("petgraph", "#009e73"),
    ("imbl_naive", "#cc79a7"),
    ("sqlite", "#56b4e9"),
    ("cedar_two_users", "#e69f00"),
    ("cedar_whole_store", "#999"),
];

/// Factors and names of units, the largest first.
type Units = [(f64, &'static str)];

const TIME: &Units = &[(1e9, " s"), (1e6, " ms"), (1e3, " µs"), (1.0, " ns")];
const BYTES: &Units = &[(1e6, " MB"), (1e3, " kB"), (1.0, " bytes")];
const USERS: &Units = &[(1e6, " million"), (1e3, " thousand"), (1.0, "")];

/// The page has its own background. Without it, dark text could be on a dark website.
const STYLE: &str = "<style>
svg { color: #222; fill: currentColor; font-family: sans-serif }
polyline { fill: none }
line { stroke: #888; stroke-opacity: 0.4 }
.page { fill: #fff }
@media (prefers-color-scheme: dark) { svg { color: #ddd } .page { fill: #181818 } }
</style>";

// Lengths are in pixels.
const WIDTH: f64 = 960.0;
const HEAD: f64 = 110.0;
const BAR: f64 = 15.0;
const PANEL: (f64, f64) = (480.0, 300.0);

pub(crate) fn has_colour(implementation: &str) -> bool {
    COLOURS.iter().any(|(name, _)| *name == implementation)
}

/// Draws the charts of these rows into a directory; returns the paths of the files.
///
/// # Errors
/// Fails if the directory or a file cannot be written.
pub(crate) fn draw(rows: &[Row], directory: &Path) -> io::Result<Vec<PathBuf>> {
    fs::create_dir_all(directory)?;

    let mut paths = Vec::new();
    for (name, svg) in charts(rows) {
        let path = directory.join(name);
        fs::write(&path, svg)?;
        paths.push(path);
    }
    Ok(paths)
}

/// Returns the name of each chart's file with its SVG.
fn charts(rows: &[Row]) -> Vec<(String, String)> {
    // Reads are drawn at every size, bars only at the largest.
    let uniform = rows.iter().filter(|row| row.population == UNIFORM);
    let largest = uniform.clone().map(|row| row.users).max().unwrap_or(0);
    let (mut reads, mut times, mut bytes) = (Vec::new(), Vec::new(), Vec::new());
    for row in uniform {
        if is_read(&row.operation) {
            reads.push(row);
        }
        if row.users == largest {
            let of_unit = if row.unit == "bytes" {
                &mut bytes
            } else {
                &mut times
            };
            of_unit.push(row);
        }
    }

    let mut charts = Vec::new();
    if let Some(svg) = growth(&reads) {
        charts.push(("growth-of-reads.svg".to_owned(), svg));
    }
    for (name, subject, rows, units) in [
        ("comparison", "an operation", times, TIME),
        ("memory", "a relation", bytes, BYTES),
    ] {
        if !rows.is_empty() {
            let title = format!(
                "What {subject} takes at {} users",
                write(largest.into(), USERS)
            );
            let file = format!("{name}-at-{largest}-users.svg");
            charts.push((file, bars(&title, &rows, units)));
        }
    }
    charts
}

/// Draws a bar for each row, grouped by operation.
fn bars(title: &str, rows: &[&Row], units: &Units) -> String {
    // The axis starts at one unit, so that the length of a bar does not depend on the others.
    let axis = Axis::around(rows.iter().map(|row| base(row)).chain([1.0]), 230.0, 820.0);
    let (mut bars, mut y) = (String::new(), HEAD);
    for operation in operations(rows) {
        bars += &text(axis.start - 8.0, y + 11.0, "end", 12, operation);
        for (implementation, colour) in COLOURS {
            let found = rows.iter().find(|row| row.is_of(operation, implementation));
            let Some(row) = found else { continue };

            let mut label = write(base(row), units);
            if let (Some(ratio), false) = (row.ratio_to_pairs, implementation == "pairs") {
                label += &format!(" ({} ×)", short(ratio));
            }
            let end = axis.position(base(row));
            bars += &rectangle(axis.start, y, end - axis.start, BAR - 2.0, colour);
            bars += &text(end + 5.0, y + 11.0, "start", 11, &label);
            y += BAR;
        }
        y += BAR;
    }

    let mut grid = String::new();
    for tick in axis.ticks() {
        let x = axis.position(tick);
        grid += &line((x, HEAD - 6.0), (x, y));
        grid += &text(x, y + 16.0, "middle", 12, &write(tick, units));
    }
    let note = "Medians on a logarithmic axis. In brackets: how many times the median of pairs.";
    page(title, note, rows, y + 32.0, &(grid + &bars))
}

/// Draws a panel for each operation, two in a line.
///
/// Returns `None` for a single size, which has no growth.
fn growth(rows: &[&Row]) -> Option<String> {
    let sizes: BTreeSet<_> = rows.iter().map(|row| row.users).collect();
    if sizes.len() < 2 {
        return None;
    }

    let (mut panels, mut x, mut y) = (String::new(), 0.0, HEAD);
    for operation in operations(rows) {
        let panel = panel(operation, &sizes, rows);
        panels += &format!("<g transform='translate({x} {y})'>\n{panel}</g>\n");
        (x, y) = if x > 0.0 {
            (0.0, y + PANEL.1)
        } else {
            (PANEL.0, y)
        };
    }

    let height = if x > 0.0 { y + PANEL.1 } else { y };
    let title = "What a question takes, by number of users";
    let note = "Medians on logarithmic axes. Filtering 1,000 users counts as one question.";
    Some(page(title, note, rows, height, &panels))
}

/// Draws a line for each implementation, over the number of users.
fn panel(operation: &str, sizes: &BTreeSet<u32>, rows: &[&Row]) -> String {
    let shown = rows.iter().filter(|row| row.operation == operation);
    let time = Axis::around(shown.map(|row| base(row)), 250.0, 35.0);
    let users = Axis::around(sizes.iter().map(|size| f64::from(*size)), 90.0, 450.0);

    let mut panel = text(270.0, 20.0, "middle", 14, operation);
    for tick in users.ticks() {
        let x = users.position(tick);
        panel += &line((x, time.start), (x, time.end));
        panel += &text(x, time.start + 18.0, "middle", 11, &write(tick, USERS));
    }
    for tick in time.ticks() {
        let y = time.position(tick);
        panel += &line((users.start, y), (users.end, y));
        panel += &text(users.start - 8.0, y + 4.0, "end", 11, &write(tick, TIME));
    }

    // The first implementation of the legend is drawn last, so that it covers the others.
    for (implementation, colour) in COLOURS.into_iter().rev() {
        let mut path = String::new();
        for size in sizes {
            let mut at_size = rows.iter().filter(|row| row.users == *size);
            if let Some(row) = at_size.find(|row| row.is_of(operation, implementation)) {
                let (x, y) = (users.position(f64::from(*size)), time.position(base(row)));
                path += &format!("{x:.1},{y:.1} ");
                panel += &format!("<circle cx='{x:.1}' cy='{y:.1}' r='3.5' fill='{colour}'/>\n");
            }
        }
        panel += &format!("<polyline points='{path}' stroke='{colour}' stroke-width='2'/>\n");
    }
    panel
}

/// Returns a document: a title, a note, the legend of these rows, and the body.
fn page(title: &str, note: &str, rows: &[&Row], height: f64, body: &str) -> String {
    let mut head = text(16.0, 28.0, "start", 19, title) + &text(16.0, 50.0, "start", 12, note);
    let (mut x, mut y) = (16.0, 64.0);
    for (name, colour) in COLOURS {
        if rows.iter().any(|row| row.implementation == name) {
            head += &rectangle(x, y, 12.0, 10.0, colour);
            head += &text(x + 18.0, y + 10.0, "start", 13, name);
            (x, y) = if x > 600.0 {
                (16.0, y + 20.0)
            } else {
                (x + 200.0, y)
            };
        }
    }

    format!(
        "<svg xmlns='http://www.w3.org/2000/svg' width='{WIDTH}' height='{height}' \
         viewBox='0 0 {WIDTH} {height}'>\n{STYLE}\n\
         <rect class='page' width='100%' height='100%'/>\n{head}{body}</svg>\n"
    )
}

fn text(x: f64, y: f64, anchor: &str, size: u32, text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    format!("<text x='{x:.1}' y='{y:.1}' text-anchor='{anchor}' font-size='{size}'>{text}</text>\n")
}

fn line((x1, y1): (f64, f64), (x2, y2): (f64, f64)) -> String {
    format!("<line x1='{x1:.1}' y1='{y1:.1}' x2='{x2:.1}' y2='{y2:.1}'/>\n")
}

fn rectangle(x: f64, y: f64, width: f64, height: f64, fill: &str) -> String {
    format!("<rect x='{x:.1}' y='{y:.1}' width='{width:.1}' height='{height}' fill='{fill}'/>\n")
}

/// A logarithmic axis over powers of ten, from one pixel to another.
struct Axis {
    /// The exponents of the first and last power.
    exponents: (f64, f64),
    start: f64,
    end: f64,
}

impl Axis {
    /// Returns an axis over the powers of ten that hold these figures.
    fn around(figures: impl Iterator<Item = f64>, start: f64, end: f64) -> Self {
        let (mut first, mut last) = (f64::INFINITY, f64::NEG_INFINITY);
        for figure in figures {
            first = first.min(figure.log10().floor());
            last = last.max(figure.log10().ceil());
        }
        let exponents = (first, last.max(first + 1.0));
        Self {
            exponents,
            start,
            end,
        }
    }

    fn position(&self, figure: f64) -> f64 {
        let (first, last) = self.exponents;
        self.start + (figure.log10() - first) / (last - first) * (self.end - self.start)
    }

    /// Returns the powers of ten.
    fn ticks(&self) -> Vec<f64> {
        let (mut exponent, last) = self.exponents;
        let mut ticks = Vec::new();
        while exponent <= last {
            ticks.push(10_f64.powf(exponent));
            exponent += 1.0;
        }
        ticks
    }
}

fn is_read(operation: &str) -> bool {
    let mut prefixes = ["can_", "audience_", "visible_senders_"].into_iter();
    prefixes.any(|prefix| operation.starts_with(prefix))
}

/// Returns each operation once, in the order of the rows.
fn operations<'r>(rows: &[&'r Row]) -> Vec<&'r str> {
    let mut operations = Vec::new();
    for row in rows {
        if !operations.contains(&row.operation.as_str()) {
            operations.push(&row.operation);
        }
    }
    operations
}

/// Returns a row's median in nanoseconds or bytes.
fn base(row: &Row) -> f64 {
    row.median * if row.unit == "us" { 1000.0 } else { 1.0 }
}

/// Writes a figure in the largest unit that it fills.
fn write(figure: f64, units: &Units) -> String {
    // A figure that rounds up to a unit is written in that unit.
    let fills = |(size, _): &&(f64, &str)| figure >= size * 0.9995;
    let unit = units.iter().find(fills).or(units.last());
    let (size, name) = unit.copied().unwrap_or((1.0, ""));
    short(figure / size) + name
}

/// Writes a figure with at least two significant digits and no trailing zeros.
fn short(figure: f64) -> String {
    let decimals = usize::from(figure < 9.95) + usize::from(figure < 0.995);
    let written = format!("{figure:.decimals$}");
    let digits = if decimals > 0 {
        written.trim_end_matches('0')
    } else {
        &written
    };
    digits.trim_end_matches('.').to_owned()
}
