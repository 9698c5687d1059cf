//! Odd names: two different names that a system may take for one.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use socialgraph::{MAX_NAME_BYTES, Operation};

use super::Tuning;

/// How two different names are alike. Both are made from one plain name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Likeness {
    /// They differ in case alone.
    Case,
    /// One has a letter with a mark as one character, the other as two.
    CombiningMark,
    /// One ends in a space.
    TrailingSpace,
    /// One begins with a space.
    LeadingSpace,
    /// They have a long common beginning.
    LongBeginning,
    /// They are as long as a name may be, and differ in the last byte.
    MaximumLength,
}

impl Likeness {
    const ALL: [Self; 6] = [
        Self::Case,
        Self::CombiningMark,
        Self::TrailingSpace,
        Self::LeadingSpace,
        Self::LongBeginning,
        Self::MaximumLength,
    ];

    /// The likenesses to draw from: case, marks, spaces and beginnings are equally frequent.
    const DRAWN: [Self; 8] = [
        Self::Case,
        Self::Case,
        Self::CombiningMark,
        Self::CombiningMark,
        Self::TrailingSpace,
        Self::LeadingSpace,
        Self::LongBeginning,
        Self::MaximumLength,
    ];

    /// Returns the two names that are made from a plain name.
    pub(crate) fn names(self, plain: &str) -> [String; 2] {
        match self {
            Self::Case => [plain.to_owned(), capitalized(plain)],
            Self::TrailingSpace => [plain.to_owned(), format!("{plain} ")],
            Self::LeadingSpace => [plain.to_owned(), format!(" {plain}")],
            Self::CombiningMark | Self::LongBeginning => {
                self.endings().map(|ending| format!("{plain}{ending}"))
            }
            Self::MaximumLength => self.endings().map(|ending| {
                let beginning = format!("{plain}{FILLING}");
                let filling = MAX_NAME_BYTES.saturating_sub(beginning.len() + ending.len());
                format!("{beginning}{}{ending}", "n".repeat(filling))
            }),
        }
    }

    /// Returns the endings of two names that end unlike.
    const fn endings(self) -> [&'static str; 2] {
        match self {
            Self::Case | Self::LeadingSpace => ["", ""],
            Self::CombiningMark => ["\u{e9}", "e\u{301}"],
            Self::TrailingSpace => ["", " "],
            Self::LongBeginning => ["-of-a-long-name-1", "-of-a-long-name-2"],
            Self::MaximumLength => ["1", "2"],
        }
    }

    /// Returns the plain name that an odd name would be made from.
    fn plain_name_of(self, odd: &str) -> Option<String> {
        let plain = match self {
            Self::Case => return Some(odd.to_ascii_lowercase()),
            Self::LeadingSpace => odd.strip_prefix(' ')?,
            Self::TrailingSpace => odd.strip_suffix(' ')?,
            Self::CombiningMark | Self::LongBeginning => {
                let [one, other] = self.endings();
                odd.strip_suffix(one).or(odd.strip_suffix(other))?
            }
            Self::MaximumLength => odd.split_once(FILLING)?.0,
        };
        Some(plain.to_owned())
    }
}

/// What follows the plain name in a name of maximum length.
const FILLING: &str = "-nn";

fn capitalized(name: &str) -> String {
    let mut characters = name.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}

/// One of the two names that a [`Likeness`] makes from a plain name, but not the plain name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OddName {
    pub(crate) likeness: Likeness,
    pub(crate) plain: String,
    /// Which of the two names it is.
    is_second: bool,
}

impl OddName {
    /// Returns how a name is made; `None` for every other name.
    pub(crate) fn of(name: &str) -> Option<Self> {
        for likeness in Likeness::ALL {
            let Some(plain) = likeness.plain_name_of(name) else {
                continue;
            };
            let [first, second] = likeness.names(&plain);
            if !plain.is_empty() && plain != name && (name == first || name == second) {
                return Some(Self {
                    likeness,
                    plain,
                    is_second: name == second,
                });
            }
        }
        None
    }

    /// Returns the name that is odd in the same way, made from another plain name.
    pub(crate) fn made_from(&self, plain: &str) -> String {
        self.with(self.likeness, plain)
    }

    /// Returns the name of a readable length if this one has the maximum length.
    pub(crate) fn shortened(&self) -> Option<String> {
        let is_long = self.likeness == Likeness::MaximumLength;
        is_long.then(|| self.with(Likeness::LongBeginning, &self.plain))
    }

    fn with(&self, likeness: Likeness, plain: &str) -> String {
        let [first, second] = likeness.names(plain);
        if self.is_second { second } else { first }
    }
}

/// Returns whether two different names are made from one plain name.
pub(crate) fn are_alike(one: &str, other: &str) -> bool {
    let plain = |name: &str| OddName::of(name).map_or_else(|| name.to_owned(), |it| it.plain);
    one != other && plain(one) == plain(other)
}

/// Two names of a log, and the names that are alike and replace them.
#[derive(Clone, Debug)]
pub(super) struct Replacement {
    plain: [String; 2],
    alike: [String; 2],
}

impl Replacement {
    /// Returns the log with both names replaced everywhere.
    pub(super) fn apply(&self, log: Vec<Operation>) -> Vec<Operation> {
        let replaced = |name: &str| {
            let mut pairs = self.plain.iter().zip(&self.alike);
            let found = pairs.find(|(plain, _)| *plain == name);
            found.map_or(name, |(_, alike)| alike).to_owned()
        };
        let log = log.into_iter();
        log.map(|operation| operation.map_names(replaced)).collect()
    }
}

/// Makes the replacement of a log's names, in the share of logs that the tuning sets.
pub(super) fn replacements(tuning: &Tuning) -> BoxedStrategy<Option<Replacement>> {
    if tuning.odd_names_percent == 0 {
        return Just(None).boxed();
    }

    let (percent, tuning) = (tuning.odd_names_percent, tuning.clone());
    let drawn = (
        0..100_u8,
        select(&Likeness::DRAWN[..]),
        any::<[Index; 2]>(),
        any::<bool>(),
    );
    let replacement = drawn.prop_map(move |(share, likeness, names, swapped)| {
        let plain = (share < percent).then(|| two_names(&tuning, names))??;
        let mut alike = likeness.names(&plain[0]);
        if swapped {
            alike.reverse();
        }
        Some(Replacement { plain, alike })
    });
    replacement.boxed()
}

/// Returns the name of a user and another name: mostly of a user, else one that renames give.
fn two_names(tuning: &Tuning, [first, second]: [Index; 2]) -> Option<[String; 2]> {
    let users = tuning.users();
    let first = first.get(&users).clone();

    let users_thrice = [users.clone(), users.clone(), users];
    let mut others = users_thrice.concat();
    others.extend(tuning.new_names());
    others.retain(|name| *name != first);
    if others.is_empty() {
        return None;
    }
    let second = second.get(&others).clone();
    Some([first, second])
}

#[cfg(test)]
mod tests {
    use super::{Likeness, OddName, are_alike};
    use socialgraph::MAX_NAME_BYTES;

    #[test]
    fn an_odd_name_tells_how_it_is_made() {
        for likeness in Likeness::ALL {
            let names = likeness.names("ann");
            assert!(are_alike(&names[0], &names[1]), "{likeness:?}");

            for (name, is_second) in names.iter().zip([false, true]) {
                let expected = (name != "ann").then(|| OddName {
                    likeness,
                    plain: "ann".to_owned(),
                    is_second,
                });
                assert_eq!(OddName::of(name), expected, "{likeness:?}");

                let of_ben = expected.map(|odd| odd.made_from("ben"));
                let ben = &likeness.names("ben")[usize::from(is_second)];
                assert!(of_ben.is_none_or(|name| name == *ben), "{likeness:?}");
            }
        }
    }

    #[test]
    fn names_that_are_plain_or_of_different_users_are_not_alike() {
        for name in ["ann", "ann2", "user8", "nobody", "", " ", "友"] {
            assert_eq!(OddName::of(name), None, "{name}");
        }
        for (one, other) in [
            ("ann", "ann"),
            ("ann", "ben"),
            ("ann", "Ben"),
            ("ann", "ann2"),
        ] {
            assert!(!are_alike(one, other), "{one}, {other}");
        }
    }

    #[test]
    fn names_of_maximum_length_fit_and_have_a_shorter_form() {
        let names = Likeness::MaximumLength.names("ann");
        assert!(names.iter().all(|name| name.len() == MAX_NAME_BYTES));

        let shortened = names.map(|name| OddName::of(&name).and_then(|odd| odd.shortened()));
        assert_eq!(shortened, Likeness::LongBeginning.names("ann").map(Some));
        assert!(OddName::of("Ann").is_some_and(|odd| odd.shortened().is_none()));
    }
}
