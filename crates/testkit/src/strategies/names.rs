//! Names: those of a log's users, and any at all.

use proptest::prelude::*;
use proptest::sample::select;

use super::{Tuning, UNKNOWN_NAME};
use socialgraph::MAX_NAME_BYTES;

/// Makes the names that a log gives: its users', and sometimes one that nobody has.
///
/// They shrink to the first user's.
///
/// ```
/// use proptest::prelude::*;
/// use socialgraph_testkit::strategies::{self, Tuning, UNKNOWN_NAME};
///
/// proptest!(|(name in strategies::names(&Tuning::default()))| {
///     prop_assert!(name == UNKNOWN_NAME || Tuning::default().users().contains(&name));
/// });
/// ```
pub fn names(tuning: &Tuning) -> impl Strategy<Value = String> + Clone + use<> {
    let unknown = u32::from(tuning.unknown_percent.min(100));
    let users = select(tuning.users());
    match unknown {
        // `prop_oneof!` happens to take a weight of 0; `Union::new_weighted` panics at one.
        0 => users.boxed(),
        100 => Just(UNKNOWN_NAME.to_owned()).boxed(),
        _ => prop_oneof![
            100 - unknown => users,
            unknown => Just(UNKNOWN_NAME.to_owned()),
        ]
        .boxed(),
    }
}

/// Makes any name that a user may have: 1 to [`MAX_NAME_BYTES`] bytes of UTF-8.
///
/// Short ones, ones at the limit, and ones with characters that mislead: spaces, controls,
/// marks that change the direction of text, and letters of several bytes.
///
/// ```
/// use proptest::prelude::*;
/// use socialgraph::{Policy, SocialGraph};
/// use socialgraph_testkit::strategies;
///
/// proptest!(|(name in strategies::valid_names())| {
///     prop_assert!(SocialGraph::new(Policy::tencent_rest()).add_user(&name).is_ok());
/// });
/// ```
pub fn valid_names() -> impl Strategy<Value = String> + Clone {
    let length = prop_oneof![6 => 1..=8_usize, 1 => MAX_NAME_BYTES - 4..=MAX_NAME_BYTES];
    (length, characters()).prop_map(|(length, characters)| fill(&characters, length))
}

/// Makes any name at all: valid ones, the empty one, and ones that are too long.
///
/// ```
/// use proptest::prelude::*;
/// use socialgraph::{MAX_NAME_BYTES, Policy, SocialGraph};
/// use socialgraph_testkit::strategies;
///
/// proptest!(|(name in strategies::any_names())| {
///     let added = SocialGraph::new(Policy::tencent_rest()).add_user(&name);
///     prop_assert_eq!(added.is_ok(), (1..=MAX_NAME_BYTES).contains(&name.len()));
/// });
/// ```
pub fn any_names() -> impl Strategy<Value = String> + Clone {
    prop_oneof![4 => valid_names(), 1 => invalid_names()]
}

/// Makes a name that no user may have: the empty one, or one that is too long.
pub(super) fn invalid_names() -> impl Strategy<Value = String> + Clone {
    let too_long = (1..=64_usize).prop_map(|more| "n".repeat(MAX_NAME_BYTES + more));
    prop_oneof![Just(String::new()), too_long]
}

/// Makes a few characters, of which a name is then filled.
fn characters() -> impl Strategy<Value = Vec<char>> + Clone {
    let odd = select(vec![
        ' ', '\0', '\n', '`', '"', '\'', '\u{202e}', 'ß', 'ü', '友', '🦀',
    ]);
    let character = prop_oneof![4 => proptest::char::range('a', 'z'), 1 => odd, 1 => any::<char>()];
    proptest::collection::vec(character, 1..8)
}

/// Returns the characters over and over, up to so many bytes, and at least one byte.
fn fill(characters: &[char], bytes: usize) -> String {
    let mut name = String::new();
    for character in characters.iter().cycle() {
        if name.len() + character.len_utf8() > bytes {
            break;
        }
        name.push(*character);
    }
    // A first character that does not fit leaves the name empty.
    if name.is_empty() {
        "n".repeat(bytes)
    } else {
        name
    }
}
