//! Stories: operations and questions as sentences, which a graph plays.

mod expected;
mod line;
mod play;
mod policy_text;
mod read;
mod sentence;
mod shown;
#[cfg(test)]
mod tests;

pub use expected::{Expected, Manner};
pub use line::Line;
pub use play::{Failure, Played, PlayedLine, Result as LineResult};
pub(crate) use play::{but, now};
pub use policy_text::PolicyText;
pub use read::StoryError;
pub use shown::shown;

use std::fmt;

use socialgraph::{Operation, Policy};

/// A story: operations and questions, each a sentence on a line of its own.
///
/// The operations are those that [`Operation`] prints. A question is `may ann message ben?`, or
/// the answer that a [`Decision`](socialgraph::Decision) prints, which is then expected. The
/// reasons may be left out: `ben may not message ann, silently`. A line `now: ann lists ben`
/// expects the relation of a pair. The first line may name a policy: `policy: mastodon`, or
/// `policy: mastodon with message.notice.other = told`. `#` starts a comment.
///
/// If no user joins by a line, every user whom the story names is there from the start.
///
/// A story prints as it is written, and reads what it prints.
///
/// ```
/// use socialgraph::Policy;
/// use socialgraph_analysis::story::Story;
///
/// let story: Story = "\
/// ann blocks ben
/// ann may message ben
/// ben may not message ann, silently
/// ".parse()?;
///
/// assert!(story.play(&Policy::tencent_rest()).failures().is_empty());
///
/// let played = story.play(&Policy::tencent_mutual());
/// assert_eq!(
///     played.failures()[0].to_string(),
///     "line 2: expected `ann may message ben`, but \
///      ann may not message ben, and is not told: ann blocks ben",
/// );
/// # Ok::<(), socialgraph_analysis::story::StoryError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Story {
    policy: Option<PolicyText>,
    lines: Vec<Line>,
}

impl Story {
    /// Returns the story of these lines, without a policy.
    #[must_use]
    pub const fn new(lines: Vec<Line>) -> Self {
        Self {
            policy: None,
            lines,
        }
    }

    /// Returns the story with a line that names this policy.
    ///
    /// ```
    /// use socialgraph::{Operation, Policy};
    /// use socialgraph_analysis::story::Story;
    ///
    /// let join = Operation::add_user("ann");
    /// let story = Story::from_iter([join]).with_policy(Policy::tencent_mutual());
    /// assert_eq!(story.to_string(), "policy: tencent_mutual\nann joins\n");
    /// ```
    #[must_use]
    pub fn with_policy(self, policy: impl Into<PolicyText>) -> Self {
        Self {
            policy: Some(policy.into()),
            ..self
        }
    }

    /// Returns the policy that the story names.
    #[must_use]
    pub fn policy(&self) -> Option<Policy> {
        self.policy.map(|text| text.policy())
    }

    /// Returns the policy that the story names, with its name.
    #[must_use]
    pub const fn policy_text(&self) -> Option<&PolicyText> {
        self.policy.as_ref()
    }

    /// Returns the lines after the policy, comments and empty lines included.
    #[must_use]
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// Returns the first comment, if the story has one.
    ///
    /// ```
    /// use socialgraph_analysis::story::Story;
    ///
    /// let story: Story = "# Ann blocks\nann blocks ben\n".parse()?;
    /// assert_eq!(story.title(), Some("Ann blocks"));
    /// assert_eq!(story.untitled().to_string(), "ann blocks ben\n");
    /// # Ok::<(), socialgraph_analysis::story::StoryError>(())
    /// ```
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        self.lines.iter().find_map(|line| match line {
            Line::Comment(text) => Some(text.trim()).filter(|text| !text.is_empty()),
            _ => None,
        })
    }

    /// Returns the story without the comment that is its title.
    #[must_use]
    pub fn untitled(&self) -> Self {
        let title = self.title();
        let is_title = |line: &Line| matches!((line, title), (Line::Comment(text), Some(title)) if text.trim() == title);
        let mut lines = self.lines.clone();
        if let Some(index) = lines.iter().position(is_title) {
            lines.remove(index);
        }
        Self {
            policy: self.policy,
            lines,
        }
    }

    /// Returns the operations, without comments and questions.
    pub fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.lines.iter().filter_map(|line| match line {
            Line::Operation(operation) => Some(operation),
            _ => None,
        })
    }
}

/// A log as a story.
impl FromIterator<Operation> for Story {
    fn from_iter<I: IntoIterator<Item = Operation>>(operations: I) -> Self {
        Self::new(operations.into_iter().map(Line::Operation).collect())
    }
}

impl FromIterator<Line> for Story {
    fn from_iter<I: IntoIterator<Item = Line>>(lines: I) -> Self {
        Self::new(lines.into_iter().collect())
    }
}

impl fmt::Display for Story {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(policy) = &self.policy {
            writeln!(f, "policy: {policy}")?;
        }
        for line in &self.lines {
            writeln!(f, "{line}")?;
        }
        Ok(())
    }
}
