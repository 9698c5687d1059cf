//! Sentences with blanks for names, and how a name is read.

/// The names that stand for the blanks of a sentence.
pub(super) const ACTOR: &str = "Actor0";
pub(super) const TARGET: &str = "Target0";

/// A sentence with blanks for names.
///
/// It is made from a sentence that the engine prints about [`ACTOR`] and [`TARGET`], so it never
/// differs from what the engine prints.
pub(super) struct Sentence<T> {
    /// What the sentence means.
    pub(super) meaning: T,
    text: String,
    /// Whether the second blank takes several names.
    takes_many: bool,
}

/// What a text has in the blanks of a sentence, and what stands behind the sentence.
pub(super) struct Filled<'t> {
    pub(super) actor: String,
    /// One name, or several; none if the sentence has one blank.
    pub(super) targets: Vec<String>,
    pub(super) rest: &'t str,
}

impl<T> Sentence<T> {
    pub(super) const fn new(meaning: T, text: String, takes_many: bool) -> Self {
        Self {
            meaning,
            text,
            takes_many,
        }
    }

    /// Reads the sentence at the start of a text.
    pub(super) fn read<'t>(&self, text: &'t str) -> Option<Filled<'t>> {
        let (before, after) = self.text.split_once(ACTOR)?;
        let (actor, mut rest) = read_name(text.strip_prefix(before)?)?;

        let mut targets = Vec::new();
        let last = match after.split_once(TARGET) {
            None => after,
            Some((between, last)) => {
                rest = rest.strip_prefix(between)?;
                (targets, rest) = self.read_targets(rest)?;
                last
            }
        };
        Some(Filled {
            actor,
            targets,
            rest: rest.strip_prefix(last)?,
        })
    }

    fn read_targets<'t>(&self, text: &'t str) -> Option<(Vec<String>, &'t str)> {
        if self.takes_many
            && let Some(rest) = text.strip_prefix("no one")
        {
            return Some((Vec::new(), rest));
        }

        let (first, mut rest) = read_name(text)?;
        let mut targets = vec![first];
        while self.takes_many
            && let Some((next, after)) = rest.strip_prefix(", ").and_then(read_name)
            // "in one batch" ends the names.
            && !after.starts_with(" one batch")
        {
            targets.push(next);
            rest = after;
        }
        Some((targets, rest))
    }

    /// Returns the sentence with these texts in its blanks.
    pub(super) fn filled(&self, actor: &str, target: &str) -> String {
        self.text.replace(ACTOR, actor).replace(TARGET, target)
    }
}

/// Reads a name as [`Name`](socialgraph::Name) prints it, and returns what stands behind it.
fn read_name(text: &str) -> Option<(String, &str)> {
    if let Some(quoted) = text.strip_prefix('`') {
        return read_quoted(quoted);
    }

    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    let end = text.find(|letter| !is_plain(letter)).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    (!name.is_empty()).then(|| (name.to_owned(), rest))
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
