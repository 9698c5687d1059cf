//! Units: what a figure is, and how it reads.

use crate::report::Row;

/// What a figure counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Time,
    Bytes,
}

impl Unit {
    /// Returns what a row counts, where its unit is known.
    pub(super) fn of(row: &Row) -> Option<Self> {
        match row.unit.as_str() {
            "ns" | "us" => Some(Self::Time),
            "bytes" => Some(Self::Bytes),
            _ => None,
        }
    }

    /// Returns a figure of a row's in nanoseconds or bytes.
    pub(super) fn base(row: &Row, figure: f64) -> f64 {
        if row.unit == "us" {
            figure * 1000.0
        } else {
            figure
        }
    }

    /// Returns what an axis of it is called.
    pub(super) fn axis(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Bytes => "bytes of heap",
        }
    }

    /// Writes a figure with the unit that makes it short.
    pub(super) fn write(self, figure: f64) -> String {
        const TIMES: [(f64, &str); 4] = [(1e9, "s"), (1e6, "ms"), (1e3, "µs"), (1.0, "ns")];
        const BYTES: [(f64, &str); 3] = [(1e6, "MB"), (1e3, "kB"), (1.0, "bytes")];
        let units: &[_] = match self {
            Self::Time => &TIMES,
            Self::Bytes => &BYTES,
        };
        // What rounds up to a unit is written in it.
        let fits = |(size, _): &&(f64, &str)| figure >= size * 0.9995 || *size <= 1.0;
        let found = units.iter().find(fits);
        found.map_or_else(String::new, |(size, unit)| {
            format!("{} {unit}", short(figure / size))
        })
    }
}

/// Writes a figure with two digits that count at least, and no zeros behind the point.
pub(super) fn short(figure: f64) -> String {
    let places = usize::from(figure < 9.95) + usize::from(figure < 0.995);
    let written = format!("{figure:.places$}");
    if places == 0 {
        return written;
    }
    written
        .trim_end_matches('0')
        .trim_end_matches('.')
        .to_owned()
}
