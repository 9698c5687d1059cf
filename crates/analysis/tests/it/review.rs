//! The state of the reviewer's page: its address, and what the page does not show.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use socialgraph::Interaction;
use socialgraph_analysis::review::{InputError, Judged, Played, State, Tab};

fn state(users: &[&str], lines: &[&str]) -> State {
    let lines = lines.iter().map(|&line| line.to_owned());
    State::new("wire", users, lines.collect())
}

fn error(state: &State) -> InputError {
    Played::of(state, Judged::No).err().unwrap()
}

#[test]
fn an_address_has_the_tab_and_the_whole_state() {
    let call = Interaction::Call.into();
    let full = state(&["ann", "zoë ü?>"], &["# ~ÿÿÿ", "ann blocks `zoë ü?>`"])
        .beside("discord with limits.batch = 2")
        .watching("ann", call, "zoë ü?>");
    for tab in Tab::ALL {
        let fragment = full.fragment(tab);
        let (name, encoded) = fragment.split_once('=').unwrap();
        assert_eq!(name, tab.name());
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        assert!(encoded.bytes().all(is_plain), "{encoded}");

        let json = URL_SAFE_NO_PAD.decode(encoded).unwrap();
        assert_eq!(serde_json::from_slice::<State>(&json).unwrap(), full);
    }
    Played::of(&full, Judged::Yes).unwrap();
}

#[test]
fn an_error_has_its_place() {
    for (line, place, column) in [
        (
            "ann bloks ben",
            "line 2, column 8: `ann bloks ben` is",
            Some(8),
        ),
        ("cyd joins", "line 2: the page shows at most 4 users", None),
    ] {
        let error = error(&state(&["ann", "ben", "dan", "eve"], &["", line]));
        assert!(error.to_string().starts_with(place), "{error}");
        assert!(error.to_string().ends_with(error.message()), "{error}");
        assert_eq!((error.line(), error.column()), (Some(2), column));
    }

    // A user's name has no place, unless a line of the story has it.
    let long = "x".repeat(65);
    let message = "a name has at most 64 characters, and `xxxxxxxxxxxxxxxxxxxx…` has 65";
    let users = ["ann", &*long];
    assert_eq!(error(&state(&users, &[])).to_string(), message);
    let blocks = format!("ann blocks {long}");
    let at_line = error(&state(&users, &["", &blocks])).to_string();
    assert_eq!(at_line, format!("line 2: {message}"));
}

/// A name in a question that stays in sight has no place in the story.
#[test]
fn a_watched_name_is_as_long_as_a_users_name_at_most() {
    let message = Interaction::Message.into();
    let longest = "é".repeat(64);
    let long = "x".repeat(65);
    let watching = |actor: &str, target: &str| {
        Played::of(
            &state(&["ann", "ben"], &[]).watching(actor, message, target),
            Judged::No,
        )
    };
    assert!(watching(&longest, &longest).is_ok());
    for (actor, target) in [(&*long, "ben"), ("ann", &*long)] {
        let error = watching(actor, target).err().unwrap().to_string();
        assert!(
            error.starts_with("a name has at most 64 characters"),
            "{error}"
        );
    }
}

/// The page shows a state at its step, and the story beyond it.
#[test]
fn a_state_is_played_to_its_end_and_shown_at_its_step() {
    let mut shown = state(&["ann", "ben"], &["cyd joins", "ann is removed"]);
    shown.step = 1;
    let played = Played::of(&shown, Judged::No).unwrap();
    assert_eq!(played.turns.len(), 2);
    assert_eq!(played.users_on_stage(), ["ann", "ben", "cyd"]);
    assert_eq!(played.playthrough.sides()[0].graph().user_count(), 2);
}
