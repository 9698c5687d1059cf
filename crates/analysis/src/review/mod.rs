//! The state of the reviewer's page: one value, which lives in the page's address.
//!
//! The page and the command `socialgraph review` read, check and play a state with the functions
//! here, so that no address is written that the page would not open.
//!
//! ```
//! use socialgraph_analysis::review::{Judged, Played, State, Tab};
//!
//! let state = State::new("wire", &["ann", "ben"], vec!["ann blocks ben".to_owned()]);
//! let played = Played::of(&state, Judged::No)?;
//! assert_eq!(played.turns[0].sides[0].results[0].text, "ben went on ann's blocklist");
//! assert!(state.fragment(Tab::Play).starts_with("play=eyJ2ZXJzaW9uIjox"));
//!
//! let state = State::new("wire", &["ann"], Vec::new());
//! let error = Played::of(&state, Judged::No).err().unwrap();
//! assert_eq!(error.to_string(), "the page starts with 2 to 4 users, not 1");
//! # Ok::<(), socialgraph_analysis::review::InputError>(())
//! ```

// Each module depends only on modules of the lines above its own:
//   error; state; played.
mod error;
mod played;
mod state;

pub use error::InputError;
pub use played::{Judged, Played, read_policy};
pub use state::{State, Tab, VERSION, Watch};
