//! What all charts share: colours, type, the legend, and axes of powers of ten.

use std::ops::Range;

use plotters::coord::Shift;
use plotters::coord::ranged1d::{DefaultFormatting, KeyPointHint, Ranged};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::Drawn;
use super::units::Unit;
use crate::report::Row;

/// A part of a drawing.
pub(super) type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// What the legend and the charts call each implementation, in this order and these colours.
///
/// The colours are those of Okabe and Ito, which people who see few colours can tell apart, with
/// grey for their yellow, as the page is white.
pub(super) const COLOURS: [(&str, RGBColor); 8] = [
    ("socialgraph", RGBColor(213, 94, 0)),
    ("pairs", RGBColor(0, 0, 0)),
    ("hashmap_of_hashsets", RGBColor(0, 114, 178)),
    ("petgraph", RGBColor(0, 158, 115)),
    ("imbl_naive", RGBColor(204, 121, 167)),
    ("sqlite", RGBColor(86, 180, 233)),
    ("cedar_two_users", RGBColor(230, 159, 0)),
    ("cedar_whole_store", RGBColor(153, 153, 153)),
];

const INK: RGBColor = RGBColor(34, 34, 34);
pub(super) const GRID: RGBColor = RGBColor(224, 224, 224);

/// The height of title and legend together.
const HEAD: u32 = 104;

const MARGIN: i32 = 16;
const LEGEND_ROW: i32 = 20;

/// Returns an implementation's place in the legend and its colour, where it has one.
pub(super) fn colour(implementation: &str) -> Option<(usize, RGBColor)> {
    let place = COLOURS
        .iter()
        .position(|(name, _)| *name == implementation)?;
    Some((place, COLOURS[place].1))
}

/// Returns how text of this height looks.
pub(super) fn text(height: u32) -> TextStyle<'static> {
    // The backend takes em squares for heights of lines.
    TextStyle::from(("sans-serif", f64::from(height) * 1.24)).color(&INK)
}

/// Returns a page: a title, a line that says how to read it, the legend of these rows, and below
/// them, in so many pixels, what `body` draws.
pub(super) fn page(
    (width, height): (u32, u32),
    title: &str,
    note: &str,
    rows: &[&Row],
    body: impl FnOnce(&Area<'_>) -> Drawn<()>,
) -> Drawn<String> {
    let mut svg = String::new();
    {
        let page = SVGBackend::with_string(&mut svg, (width, HEAD + height)).into_drawing_area();
        page.fill(&WHITE)?;
        let (head, rest) = page.split_vertically(HEAD);
        let top = Pos::new(HPos::Left, VPos::Top);
        head.draw(&Text::new(
            title.to_owned(),
            (MARGIN, 12),
            text(19).pos(top),
        ))?;
        head.draw(&Text::new(note.to_owned(), (MARGIN, 37), text(12).pos(top)))?;
        legend(&head, rows)?;
        body(&rest)?;
        page.present()?;
    }
    Ok(svg)
}

/// Draws the colour and name of each implementation that has a row.
fn legend(area: &Area<'_>, rows: &[&Row]) -> Drawn<()> {
    let width = i32::try_from(area.dim_in_pixel().0)?;
    let shown = |(name, _): &&(&str, _)| rows.iter().any(|row| row.implementation == *name);
    let (mut x, mut y) = (MARGIN, 66);
    for (name, colour) in COLOURS.iter().filter(shown) {
        let needed = 34 + 8 * i32::try_from(name.len())?;
        if x + needed > width {
            (x, y) = (MARGIN, y + LEGEND_ROW);
        }
        area.draw(&Rectangle::new(
            [(x, y - 5), (x + 12, y + 5)],
            colour.filled(),
        ))?;
        let left = Pos::new(HPos::Left, VPos::Center);
        area.draw(&Text::new(
            (*name).to_owned(),
            (x + 18, y),
            text(13).pos(left),
        ))?;
        x += needed;
    }
    Ok(())
}

/// An axis with ticks where we want them.
pub(super) struct Axis {
    pub(super) range: Range<f64>,
    pub(super) ticks: Vec<f64>,
}

impl Ranged for Axis {
    type FormatOption = DefaultFormatting;
    type ValueType = f64;

    #[expect(clippy::cast_possible_truncation, reason = "pixels are whole")]
    fn map(&self, value: &f64, (first, last): (i32, i32)) -> i32 {
        let share = (value - self.range.start) / (self.range.end - self.range.start);
        first + (share * f64::from(last - first)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        // There are no lighter lines between the ticks.
        if hint.weight().allow_light_points() {
            Vec::new()
        } else {
            self.ticks.clone()
        }
    }

    fn range(&self) -> Range<f64> {
        self.range.clone()
    }
}

/// Powers of ten, as their logarithms, with a line at each.
pub(super) struct Decades {
    first: i32,
    last: i32,
}

impl Decades {
    /// Returns the powers of ten that hold these figures.
    pub(super) fn around(figures: impl Iterator<Item = f64> + Clone) -> Self {
        let lowest = figures
            .clone()
            .fold(f64::INFINITY, f64::min)
            .log10()
            .floor();
        let highest = figures.fold(0.0, f64::max).log10().ceil();
        let last = (lowest + 1.0).max(highest);
        Self {
            first: whole(lowest),
            last: whole(last),
        }
    }

    /// Returns an axis over them, with room for so much of another at the end.
    pub(super) fn axis(&self, room: f64) -> Axis {
        let ticks = (self.first..=self.last).map(f64::from).collect();
        Axis {
            range: f64::from(self.first)..f64::from(self.last) + room,
            ticks,
        }
    }

    pub(super) fn start(&self) -> f64 {
        f64::from(self.first)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "logarithms of what is measured are small"
)]
fn whole(logarithm: f64) -> i32 {
    logarithm as i32
}

/// Writes what a place on an axis of powers of ten stands for.
pub(super) fn power(unit: Unit) -> impl Fn(&f64) -> String {
    move |logarithm| unit.write(10_f64.powf(*logarithm))
}

/// Writes a number with its thousands apart.
pub(super) fn thousands(number: u32) -> String {
    let digits = number.to_string();
    let apart = |(place, digit): (usize, char)| {
        let comma = place > 0 && (digits.len() - place).is_multiple_of(3);
        comma.then_some(',').into_iter().chain([digit])
    };
    digits.chars().enumerate().flat_map(apart).collect()
}
