//! The names of the walk, many of them nasty.

use std::collections::BTreeMap;

use crate::random::Random;

/// The names that a user may have. The vendor's interface imports those that are 1 to 32 bytes of
/// printable ASCII, and takes the others if they are there.
const SHORT: [&str; 43] = [
    "ann",
    "ben",
    "cyd",
    "dan",
    "eve",
    "fay",
    "gus",
    "hal",
    "ida",
    "jon",
    "kim",
    "leo",
    "mia",
    "ned",
    "ola",
    "pat",
    "ANN",
    "Ann",
    "ann ",
    " ann",
    " ",
    "a b",
    "?&=%",
    "%20",
    "a+b",
    "#",
    ";",
    "\"quoted\"",
    "'",
    "\\",
    "/../",
    "{}",
    "null",
    "0",
    "\u{1f600}",
    "\u{e9}",
    "e\u{301}",
    "a\0b",
    "\0",
    "line\nline",
    "\r\n\r\n",
    "\u{202e}right",
    "\u{feff}",
];

/// How many bytes a name may have.
const MOST: usize = 3_071;

/// The names that exist, and those that may come to exist.
#[derive(Clone, Debug)]
pub(super) struct Names {
    pool: Vec<String>,
    /// The names that nobody may have.
    refused: [String; 2],
    /// When each user joined, by a number that grows.
    joined: BTreeMap<String, u64>,
    next: u64,
}

impl Names {
    pub(super) fn new() -> Self {
        let mut pool: Vec<String> = SHORT.map(str::to_owned).to_vec();
        pool.push("x".repeat(MOST));
        pool.push("\u{e9}".repeat(MOST / 2) + "x");
        Self {
            pool,
            refused: [String::new(), "y".repeat(MOST + 1)],
            joined: BTreeMap::new(),
            next: 0,
        }
    }

    /// Returns any name: most often that of a user.
    pub(super) fn any(&self, random: &mut Random) -> String {
        match random.below(40) {
            0 => self.refused[random.index(self.refused.len())].clone(),
            1..=3 => self.possible(random),
            _ => self.user(random),
        }
    }

    /// Returns a name that a user has or may have.
    pub(super) fn possible(&self, random: &mut Random) -> String {
        self.pool[random.index(self.pool.len())].clone()
    }

    /// Returns the name of a user, if there are any.
    pub(super) fn user(&self, random: &mut Random) -> String {
        if self.joined.is_empty() {
            return self.possible(random);
        }
        let index = random.index(self.joined.len());
        self.joined.keys().nth(index).cloned().unwrap_or_default()
    }

    /// Returns any names, with repetitions.
    pub(super) fn several(&self, random: &mut Random, most: usize) -> Vec<String> {
        let count = 1 + random.index(most);
        (0..count).map(|_| self.any(random)).collect()
    }

    pub(super) fn add(&mut self, name: &str) {
        self.joined.insert(name.to_owned(), self.next);
        self.next += 1;
    }

    pub(super) fn remove(&mut self, name: &str) {
        self.joined.remove(name);
    }

    /// A renamed user stays where they are in the order of joining.
    pub(super) fn rename(&mut self, before: &str, name: &str) {
        if let Some(number) = self.joined.remove(before) {
            self.joined.insert(name.to_owned(), number);
        }
    }

    pub(super) fn len(&self) -> usize {
        self.joined.len()
    }

    /// Returns every user, in the order of joining.
    pub(super) fn in_order(&self) -> Vec<String> {
        self.sorted(self.joined.keys().cloned().collect())
    }

    /// Returns users in the order of joining.
    pub(super) fn sorted(&self, mut users: Vec<String>) -> Vec<String> {
        users.sort_by_key(|name| self.joined.get(name));
        users
    }
}

/// Returns a text with the long names as their first letter and a number of bytes.
pub(super) fn shortened(text: &str) -> String {
    text.replace(&"y".repeat(MOST + 1), "<y, 3072 bytes>")
        .replace(&"x".repeat(MOST), "<x, 3071 bytes>")
        .replace(&"\u{e9}".repeat(MOST / 2), "<\u{e9}, 3070 bytes>")
        .replace(&"%C3%A9".repeat(MOST / 2), "<%C3%A9, 3070 bytes>")
}
