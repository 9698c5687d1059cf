//! Reading operations from the sentences that they print.

use std::str::FromStr;
use std::sync::LazyLock;

use super::{ActOnMany, ManyAct, Name, Operation};
use crate::facts::{RequestMode, RequestSending};
use crate::graph::OwnList;
use crate::rules::{Action, ParsePolicyError};
use crate::text::Quoted;

/// The error of a text that is no operation.
///
/// ```
/// use socialgraph::Operation;
///
/// let error = "ann bloks ben".parse::<Operation>().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "`ann bloks ben` is no operation; the nearest is `ann blocks ben`",
/// );
/// assert_eq!(error.nearest().as_deref(), Some("ann blocks ben"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum ParseOperationError {
    /// The text is no sentence of an operation.
    #[error("{} is no operation; the nearest is `{}`", Quoted(.text), nearest(.text))]
    Sentence {
        /// The text.
        text: String,
    },
    /// The text adopts a policy that cannot be read.
    #[error(transparent)]
    Policy(#[from] ParsePolicyError),
}

impl ParseOperationError {
    /// Returns the sentence that is nearest to the text, if the text is no sentence.
    ///
    /// It has words of the text as names. It takes some milliseconds, so that it is found when it
    /// is asked for or printed, and not when the text is read.
    #[must_use]
    pub fn nearest(&self) -> Option<String> {
        match self {
            Self::Sentence { text } => Some(nearest(text)),
            Self::Policy(_) => None,
        }
    }
}

/// Reads the sentence that an operation prints, with names as [`Name`] prints them.
///
/// A user clears "their", "her" or "his" list.
///
/// ```
/// use socialgraph::{Action, Operation, OwnList};
///
/// let block = Operation::act(Action::Block, "ann", "Ben O'Hara");
/// assert_eq!("ann blocks `Ben O'Hara`".parse(), Ok(block));
/// let clear = Operation::clear_list("ann", OwnList::Blocklist);
/// assert_eq!("ann clears her blocklist".parse(), Ok(clear));
/// ```
impl FromStr for Operation {
    type Err = ParseOperationError;

    fn from_str(text: &str) -> Result<Self, ParseOperationError> {
        if let Some(policy) = text.strip_prefix(POLICY_BECOMES) {
            return Ok(Self::adopt_policy(policy.parse()?));
        }

        let read = SENTENCES.iter().find_map(|sentence| sentence.read(text));
        read.ok_or_else(|| ParseOperationError::Sentence {
            text: text.to_owned(),
        })
    }
}

/// The start of the sentence that adopts a policy.
pub(super) const POLICY_BECOMES: &str = "the policy becomes ";

/// How a batch without names is written in their place.
pub(super) const NO_ONE: &str = "no one";

/// What stands behind the sentence of a batch.
pub(super) const BATCH: &str = ", in one batch";

/// The names that stand for the blanks of a sentence.
const FIRST: &str = "Actor0";
const SECOND: &str = "Target0";

/// Every sentence of an operation with names.
static SENTENCES: LazyLock<Vec<Sentence>> = LazyLock::new(|| {
    let operations = operations();
    let sentences = operations.into_iter().flat_map(|operation| {
        let text = operation.to_string();
        let texts = match operation {
            Operation::ClearList(_) => ["their", "her", "his"]
                .map(|whose| text.replace(" their ", &format!(" {whose} ")))
                .to_vec(),
            _ => vec![text],
        };
        texts.into_iter().map(move |text| Sentence {
            operation: operation.clone(),
            text,
        })
    });
    sentences.collect()
});

/// Returns every operation with names, about [`FIRST`] and [`SECOND`].
fn operations() -> Vec<Operation> {
    let mut operations = vec![
        Operation::add_user(FIRST),
        Operation::remove_user(FIRST),
        Operation::rename_user(FIRST, SECOND),
        Operation::merge_users(FIRST, SECOND),
    ];
    operations.extend(Action::ALL.map(|action| Operation::act(action, FIRST, SECOND)));
    operations.extend(Action::ALL.map(|it| Operation::act_on_many(it, FIRST, [SECOND])));
    operations.extend(Action::ALL.map(|it| Operation::many_act(it, [FIRST], SECOND)));
    operations.extend(RequestMode::ALL.map(|it| Operation::set_request_mode(FIRST, it)));
    operations.extend(RequestSending::ALL.map(|it| Operation::set_request_sending(FIRST, it)));
    operations.extend(OwnList::ALL.map(|list| Operation::clear_list(FIRST, list)));
    operations
}

/// A sentence with blanks for names.
///
/// It is what an operation prints, so it never differs from that.
struct Sentence {
    /// What it means, with names that stand for blanks.
    operation: Operation,
    text: String,
}

impl Sentence {
    /// Reads the sentence, with any names in its blanks.
    fn read(&self, text: &str) -> Option<Operation> {
        let (before, after) = self.text.split_once(FIRST)?;
        let takes_many = matches!(self.operation, Operation::ManyAct(_));
        let (firsts, rest) = read_names(text.strip_prefix(before)?, takes_many)?;

        let Some((between, end)) = after.split_once(SECOND) else {
            return (rest == after).then(|| self.with_names(firsts, Vec::new()))?;
        };
        let takes_many = matches!(self.operation, Operation::ActOnMany(_));
        let (seconds, rest) = read_names(rest.strip_prefix(between)?, takes_many)?;
        (rest == end).then(|| self.with_names(firsts, seconds))?
    }

    /// Returns the operation with these names.
    fn with_names(&self, firsts: Vec<String>, seconds: Vec<String>) -> Option<Operation> {
        let one = |names: Vec<String>| names.into_iter().next();
        match &self.operation {
            Operation::ActOnMany(ActOnMany { action, .. }) => {
                let actor = one(firsts)?;
                Some(Operation::act_on_many(*action, actor, seconds))
            }
            Operation::ManyAct(ManyAct { action, .. }) => {
                let target = one(seconds)?;
                Some(Operation::many_act(*action, firsts, target))
            }
            operation => {
                let mut operation = operation.clone();
                let names = firsts.into_iter().chain(seconds);
                for (blank, name) in operation.names_mut().into_iter().zip(names) {
                    *blank = name;
                }
                Some(operation)
            }
        }
    }

    /// Returns the sentence with these texts in its blanks.
    fn filled(&self, first: &str, second: &str) -> String {
        self.text.replace(FIRST, first).replace(SECOND, second)
    }
}

/// Reads a name, or the names of a batch, and returns what stands behind.
fn read_names(text: &str, takes_many: bool) -> Option<(Vec<String>, &str)> {
    if takes_many && let Some(rest) = text.strip_prefix(NO_ONE) {
        return Some((Vec::new(), rest));
    }

    let (first, mut rest) = Name::read(text)?;
    let mut names = vec![first];
    while takes_many
        && rest != BATCH
        && let Some((next, after)) = rest.strip_prefix(", ").and_then(Name::read)
    {
        names.push(next);
        rest = after;
    }
    Some((names, rest))
}

/// Returns the sentence that is nearest to a text, with words of the text as names.
///
/// It looks at the start of a long text alone.
fn nearest(text: &str) -> String {
    let text: String = text.chars().take(100).collect();
    let words = text.split([' ', ',']).filter(|word| !word.is_empty());
    let mut names: Vec<_> = words.take(8).map(|word| Name(word).to_string()).collect();
    if names.is_empty() {
        names.push("ann".to_owned());
    }

    let mut nearest = (-1.0, String::new());
    for first in names.iter().take(3) {
        for second in &names {
            for sentence in SENTENCES.iter() {
                let sentence = sentence.filled(first, second);
                let similarity = strsim::normalized_damerau_levenshtein(&text, &sentence);
                if similarity > nearest.0 {
                    nearest = (similarity, sentence);
                }
            }
        }
    }
    nearest.1
}

impl Name<'_> {
    /// Reads the name at the start of a text, as it prints, and returns the text behind it.
    ///
    /// ```
    /// use socialgraph::Name;
    ///
    /// assert_eq!(Name::read("ann joins"), Some(("ann".to_owned(), " joins")));
    /// assert_eq!(Name::read(r"`a\u{1b}b`, cyd"), Some(("a\u{1b}b".to_owned(), ", cyd")));
    /// assert_eq!(Name::read("`ann joins"), None);
    /// ```
    #[must_use]
    pub fn read(text: &str) -> Option<(String, &str)> {
        if let Some(quoted) = text.strip_prefix('`') {
            return read_quoted(quoted);
        }

        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
        let end = text.find(|letter| !is_plain(letter)).unwrap_or(text.len());
        let (name, rest) = text.split_at(end);
        (!name.is_empty()).then(|| (name.to_owned(), rest))
    }
}

/// Reads a quoted name behind its first backtick.
fn read_quoted(text: &str) -> Option<(String, &str)> {
    let mut name = String::new();
    let mut letters = text.chars();

    loop {
        match letters.next()? {
            '`' => return Some((name, letters.as_str())),
            '\\' => name.push(read_escape(&mut letters)?),
            letter => name.push(letter),
        }
    }
}

/// Reads an escape behind its backslash: those of `char::escape_debug`, and of the backtick.
fn read_escape(letters: &mut std::str::Chars<'_>) -> Option<char> {
    match letters.next()? {
        '0' => Some('\0'),
        't' => Some('\t'),
        'r' => Some('\r'),
        'n' => Some('\n'),
        'u' => {
            let (hex, rest) = letters.as_str().strip_prefix('{')?.split_once('}')?;
            *letters = rest.chars();
            char::from_u32(u32::from_str_radix(hex, 16).ok()?)
        }
        letter @ ('\\' | '`' | '\'' | '"') => Some(letter),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Operation, ParseOperationError, operations};
    use crate::{Action, OwnList, Policy};

    /// Names that are plain, that are words of sentences, and any text.
    fn names() -> impl Strategy<Value = String> {
        let words = [
            "ann",
            "in",
            "one",
            "no",
            "batch",
            "each",
            "of",
            "is",
            "the",
            "to",
            "a",
            "their",
            "no one",
            "",
            "in one batch",
            "ann, ben",
            "`",
            "\\",
            "Actor0",
            "Target0",
            "\u{301}a",
        ];
        let words = prop::sample::select(words.map(str::to_owned).to_vec());
        prop_oneof![words, "[a-zA-Z0-9._-]{1,8}", any::<String>()]
    }

    /// Every kind of operation with any names.
    fn any_operation() -> impl Strategy<Value = Operation> {
        let many = || prop::collection::vec(names(), 0..4);
        let policies = prop::sample::select(Policy::PROFILES);
        prop_oneof![
            8 => (prop::sample::select(operations()), names(), names()).prop_map(
                |(mut operation, first, second)| {
                    for (blank, name) in operation.names_mut().into_iter().zip([first, second]) {
                        *blank = name;
                    }
                    operation
                }
            ),
            3 => (prop::sample::select(&Action::ALL), names(), many())
                .prop_map(|(action, actor, targets)| Operation::act_on_many(action, actor, targets)),
            3 => (prop::sample::select(&Action::ALL), many(), names())
                .prop_map(|(action, actors, target)| Operation::many_act(action, actors, target)),
            1 => policies.prop_map(|(_, policy)| Operation::adopt_policy(policy)),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn operations_are_read_as_they_print(operation in any_operation()) {
            let text = operation.to_string();
            prop_assert_eq!(text.parse(), Ok(operation), "{}", text);
        }

        #[test]
        fn any_text_is_read_or_has_a_nearest_sentence(text in "\\PC{0,40}|ann [a-z ,`]{0,20}") {
            match text.parse::<Operation>() {
                Ok(operation) => prop_assert_eq!(operation.to_string().parse(), Ok(operation)),
                Err(error) => {
                    let nearest = error.nearest().unwrap();
                    prop_assert!(nearest.parse::<Operation>().is_ok(), "{}", nearest);
                }
            }
        }
    }

    #[test]
    fn a_list_is_theirs_hers_or_his() {
        for list in OwnList::ALL {
            let operation = Operation::clear_list("ann", list);
            for whose in ["their", "her", "his"] {
                let text = operation.to_string().replace("their", whose);
                assert_eq!(text.parse(), Ok(operation.clone()));
            }
        }
        assert!("ann clears its blocklist".parse::<Operation>().is_err());
    }

    #[test]
    fn a_policy_that_cannot_be_read_says_why() {
        let text = "the policy becomes wire with limits.batch = many";
        let error = text.parse::<Operation>().unwrap_err();
        assert!(matches!(error, ParseOperationError::Policy(_)));
        assert_eq!(error.nearest(), None);
        assert_eq!(
            error.to_string(),
            "limits.batch cannot be `many`; it may be `none`, or a number up to 4294967295"
        );
    }

    #[test]
    fn half_a_sentence_is_none() {
        for text in [
            "",
            "ann",
            "ann joins ",
            " ann joins",
            "ann blocks",
            "ann blocks ben, cyd",
            "ann blocks ben, in one batch.",
            "each of ben blocks ann",
            "`ann joins",
            "`\\x` joins",
            r"`\u{110000}` joins",
        ] {
            assert!(text.parse::<Operation>().is_err(), "{text}");
        }
    }
}
