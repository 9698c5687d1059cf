//! Names: those of a log's users, and any other.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::sample::select;
use socialgraph::operation::{AddUser, MergeUsers, RemoveUser, RenameUser};
use socialgraph::{MAX_NAME_BYTES, Operation};

use super::{Tuning, UNKNOWN_NAME};

/// Makes the names in a log: those of its users, and sometimes [`UNKNOWN_NAME`].
///
/// They shrink to the name of the first user.
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

/// Makes any valid name: 1 to [`MAX_NAME_BYTES`] bytes of UTF-8.
///
/// Names are short or close to the limit. Some have misleading characters: spaces, controls,
/// marks that change the direction of text, or letters of several bytes.
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

/// Returns whether a user may have the name.
pub(super) fn is_valid(name: &str) -> bool {
    (1..=MAX_NAME_BYTES).contains(&name.len())
}

/// Makes any name: valid, empty or too long.
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

/// Makes a name that is not valid: empty or too long.
pub(super) fn invalid_names() -> impl Strategy<Value = String> + Clone {
    let too_long = (1..=64_usize).prop_map(|more| "n".repeat(MAX_NAME_BYTES + more));
    prop_oneof![Just(String::new()), too_long]
}

/// Makes the few characters that a name repeats.
fn characters() -> impl Strategy<Value = Vec<char>> + Clone {
    let odd = select(vec![
        ' ', '\0', '\n', '`', '"', '\'', '\u{202e}', 'ß', 'ü', '友', '🦀',
    ]);
    let character = prop_oneof![4 => proptest::char::range('a', 'z'), 1 => odd, 1 => any::<char>()];
    proptest::collection::vec(character, 1..8)
}

/// Repeats the characters up to a length of `bytes`, but returns at least one byte.
fn fill(characters: &[char], bytes: usize) -> String {
    let mut name = String::new();
    for character in characters.iter().cycle() {
        if name.len() + character.len_utf8() > bytes {
            break;
        }
        name.push(*character);
    }

    // The first character may be longer than the name.
    if name.is_empty() {
        "n".repeat(bytes)
    } else {
        name
    }
}

/// The names of a log's users as they are now.
///
/// It judges by the operations alone, whether they were carried out or refused by a policy: no
/// policy refuses to add, remove, rename or merge users.
pub(super) struct CurrentNames {
    known: BTreeSet<String>,
    /// The current name of each user who was renamed, by the name with which the user joined.
    current: BTreeMap<String, String>,
}

impl CurrentNames {
    pub(super) fn new(users: &[String]) -> Self {
        Self {
            known: users.iter().cloned().collect(),
            current: BTreeMap::new(),
        }
    }

    /// Returns the operations, each with the current names if it follows renames.
    pub(super) fn follow(
        mut self,
        operations: impl Iterator<Item = (Operation, bool)>,
    ) -> Vec<Operation> {
        let mut log = Vec::new();
        for (operation, follows) in operations {
            let operation = match operation {
                // A user who joins has the name of the operation.
                Operation::AddUser(_) => operation,
                Operation::RenameUser(RenameUser { user, name }) if follows => {
                    Operation::rename_user(self.current(&user), name)
                }
                _ if follows => operation.map_names(|name| self.current(name)),
                _ => operation,
            };
            self.record(&operation);
            log.push(operation);
        }
        log
    }

    fn current(&self, name: &str) -> String {
        let current = self.current.get(name);
        current.map_or(name, String::as_str).to_owned()
    }

    fn record(&mut self, operation: &Operation) {
        match operation {
            Operation::AddUser(AddUser { name }) => {
                self.known.insert(name.clone());
                self.current.remove(name);
            }
            Operation::RemoveUser(RemoveUser { name }) => self.forget(name),
            Operation::MergeUsers(MergeUsers { from, into })
                if from != into && self.known.contains(into) =>
            {
                self.forget(from);
            }
            Operation::RenameUser(RenameUser { user, name }) => self.rename(user, name),
            _ => {}
        }
    }

    fn forget(&mut self, name: &str) {
        self.known.remove(name);
        self.current.retain(|_, current| current != name);
    }

    fn rename(&mut self, user: &str, name: &str) {
        let is_free = (1..=MAX_NAME_BYTES).contains(&name.len()) && !self.known.contains(name);
        if !is_free || !self.known.remove(user) {
            return;
        }
        self.known.insert(name.to_owned());

        // A user who is renamed again has joined with an earlier name.
        let joined = self.current.iter().find(|(_, current)| *current == user);
        let joined = joined.map_or(user, |(joined, _)| joined).to_owned();
        self.current.insert(joined, name.to_owned());
    }
}
