//! The state of the page, as the page passes it.

use serde_json::Deserializer;
use socialgraph::Quoted;
use socialgraph_analysis::review::{Judged, Played, State};

use super::answer::InputError;

/// Reads a state, and plays its story.
pub(super) fn read(input: &str, judged: Judged) -> Result<Played, InputError> {
    Played::of(&parsed(input)?, judged)
}

/// Reads the JSON of a state.
///
/// A state may come from an address that was changed or cut on its way. A reader of the error does
/// not know the types here, so it names the part alone.
fn parsed(input: &str) -> Result<State, InputError> {
    let mut json = Deserializer::from_str(input);
    let state: State = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        InputError::new(if !error.inner().is_data() {
            "the state is damaged: it is not JSON".to_owned()
        } else if path == "." {
            "the state is damaged: a part of it is missing".to_owned()
        } else {
            let path = Quoted(&path);
            format!("the state is damaged: {path} is missing, unknown or of the wrong kind")
        })
    })?;
    let end = json.end();
    end.map_err(|_| InputError::new("the state is damaged: something follows it"))?;
    Ok(state)
}
