//! Sentences about a pair of users, and names that are safe to print.

use std::fmt;

/// Text about an actor and a target, with the names of both.
///
/// The `explain` methods of [`Fact`](crate::Fact), [`Relation`](crate::Relation),
/// [`Reason`](crate::Reason), [`Effect`](crate::Effect), [`Refusal`](crate::Refusal) and
/// [`Decision`](crate::Decision) return it. It allocates nothing. It prints the names as they
/// are: if a name from outside may have control characters, pass [`Quoted`] text instead.
#[derive(Clone, Copy, Debug)]
pub struct Explanation<'a, T> {
    subject: T,
    actor: &'a str,
    target: &'a str,
}

/// A value that is a clause about an actor and a target.
pub(crate) trait Phrase: Copy {
    /// Writes the clause with the two names in it.
    fn write(self, f: &mut fmt::Formatter<'_>, actor: &str, target: &str) -> fmt::Result;

    /// Pairs the value with the two names.
    fn with_names<'a>(self, actor: &'a str, target: &'a str) -> Explanation<'a, Self> {
        Explanation {
            subject: self,
            actor,
            target,
        }
    }

    /// Writes the clause about "the actor" and "the target".
    fn write_unnamed(self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, "the actor", "the target")
    }
}

// The bound is private to the crate: only its own types have explanations.
#[allow(private_bounds, reason = "only the crate's own types are phrases")]
impl<T: Phrase> fmt::Display for Explanation<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.subject.write(f, self.actor, self.target)
    }
}

/// Writes items with a separator between them.
pub(crate) fn write_joined<T>(
    f: &mut fmt::Formatter<'_>,
    items: impl IntoIterator<Item = T>,
    separator: &str,
    mut write: impl FnMut(&mut fmt::Formatter<'_>, T) -> fmt::Result,
) -> fmt::Result {
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            f.write_str(separator)?;
        }
        write(f, item)?;
    }
    Ok(())
}

/// A name in backticks, with every character escaped that could steer a terminal.
///
/// ```
/// use socialgraph::Quoted;
///
/// assert_eq!(Quoted("O'Brien").to_string(), "`O'Brien`");
/// assert_eq!(Quoted("\u{1b}[2J").to_string(), r"`\u{1b}[2J`");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Quoted<'a>(pub &'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let escaped = self.0.escape_debug().to_string();
        // Between backticks a quote is harmless and a backtick is not.
        let text = escaped
            .replace("\\'", "'")
            .replace("\\\"", "\"")
            .replace('`', "\\`");
        write!(f, "`{text}`")
    }
}

#[cfg(test)]
mod tests {
    use super::Quoted;

    #[test]
    fn a_quoted_name_keeps_its_letters_and_loses_its_powers() {
        assert_eq!(
            Quoted("O'Brien \"ü\" \\").to_string(),
            "`O'Brien \"ü\" \\\\`"
        );
        assert_eq!(Quoted("हिन्दी").to_string(), "`हिन्दी`");
        assert_eq!(Quoted("a` and `b").to_string(), "`a\\` and \\`b`");
        assert_eq!(
            Quoted("\u{1b}[2J\u{202e}\n").to_string(),
            r"`\u{1b}[2J\u{202e}\n`"
        );
    }
}
