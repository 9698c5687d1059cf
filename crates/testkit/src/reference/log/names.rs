//! The names of a log's users.

use std::hash::BuildHasher as _;
use std::sync::LazyLock;

use foldhash::quality::FixedState;
use socialgraph::MAX_NAME_BYTES;

/// Which names the users of a log have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameSet {
    /// Eight names, so that users meet often.
    ///
    /// One name is empty and one is too long, so that no user can have them.
    Few,
    /// More names than fit in one bucket of the directory, all with hashes of that bucket.
    Colliding,
    /// Eight names about as long as names may be, or as the store keeps in another way.
    ///
    /// One name is empty and one is too long, so that no user can have them.
    Long,
    /// The few, and some of the fans of [`CELEBRITIES`].
    Celebrities,
}

const LONGEST: &str = str_of_a::<MAX_NAME_BYTES>();
const TOO_LONG: &str = str_of_a::<{ MAX_NAME_BYTES + 1 }>();

const fn str_of_a<const LEN: usize>() -> &'static str {
    match str::from_utf8(&[b'a'; LEN]) {
        Ok(name) => name,
        Err(_) => "",
    }
}

const FEW: [&str; 8] = [
    "ann",
    "ben",
    "cyd",
    "\u{e9}\u{0}",
    LONGEST,
    "nobody",
    "",
    TOO_LONG,
];

/// The lengths are next to those that take one byte more, and next to the longest.
const LONG: [&str; 8] = [
    str_of_a::<255>(),
    str_of_a::<256>(),
    str_of_a::<1023>(),
    str_of_a::<{ MAX_NAME_BYTES - 1 }>(),
    LONGEST,
    "ann",
    "",
    TOO_LONG,
];

/// How many of the few, from the end, are not users when a log begins.
const FEW_STRANGERS: usize = 3;

/// Two users with many relations, and how many each has when a log begins.
///
/// The store keeps up to 1024 relations inline. One user begins just above that number and one
/// just at it, so that both often cross it.
pub const CELEBRITIES: [(&str, usize); 2] = [(FEW[0], 1025), (FEW[1], 1024)];

/// How many of the celebrities' fans a log names.
const FANS_NAMED: usize = 12;

static FANS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let count = CELEBRITIES[0].1;
    (0..count).map(|number| format!("fan {number}")).collect()
});

const COLLIDING_NAMES: usize = 40;

/// Numbers whose hashes end in ten zeros, as the directory hashes names today.
static COLLIDING: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut names = Vec::new();
    for number in 0_u32.. {
        let name = number.to_string();
        let hash = FixedState::with_seed(0).hash_one(name.as_str());
        if hash.trailing_zeros() >= 10 {
            names.push(name);
        }
        if names.len() == COLLIDING_NAMES {
            break;
        }
    }
    names
});

impl NameSet {
    /// Returns the names, to which the indices in a log's steps refer.
    #[must_use]
    pub fn list(self) -> Vec<&'static str> {
        match self {
            Self::Few => FEW.to_vec(),
            Self::Long => LONG.to_vec(),
            Self::Colliding => COLLIDING.iter().map(String::as_str).collect(),
            Self::Celebrities => {
                let fans = FANS.iter().take(FANS_NAMED).map(String::as_str);
                fans.chain(FEW).collect()
            }
        }
    }

    /// Returns the names of a log's initial users.
    pub(super) fn initial(self) -> Vec<&'static str> {
        let mut names = self.list();
        match self {
            Self::Few | Self::Long | Self::Celebrities => {
                names.truncate(names.len() - FEW_STRANGERS);
            }
            Self::Colliding => {}
        }
        names
    }

    /// Returns whether the names are few enough to compare all pairs of them.
    pub(super) fn is_small(self) -> bool {
        match self {
            Self::Few | Self::Long => true,
            Self::Colliding | Self::Celebrities => false,
        }
    }
}

/// Returns the first fans of a celebrity.
pub(super) fn fans(count: usize) -> impl Iterator<Item = &'static str> {
    FANS.iter().take(count).map(String::as_str)
}

/// Returns the fans whom no step of a log names.
pub(super) fn unnamed_fans() -> impl Iterator<Item = &'static str> {
    FANS.iter().skip(FANS_NAMED).map(String::as_str)
}
