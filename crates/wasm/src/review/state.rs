//! The state of the page, as the page passes it.

use socialgraph_analysis::review::{Judged, Played, State};

use super::error::Error;
use super::input;

/// Reads a state, and plays its story.
pub(super) fn read(input: &str, judged: Judged) -> Result<Played, Error> {
    let state: State = input::read(input)?;
    Ok(Played::of(&state, judged)?)
}
