//! What a host implements for its own system, and how that answers.

use std::fmt;

use socialgraph::List;
use socialgraph::Operation;
use socialgraph::{Change, Decision, Notice, Reasons, Refusal, Verdict};

/// A system that is to follow the rules: somebody's chat server, driven through its own API.
///
/// Each log starts with [`reset`](Self::reset), after which nobody is known. Users go by name.
/// What a system does not offer it leaves at its default, and is not compared. It may be
/// asked about names that nobody has; lists and pages are asked for users who are known.
///
/// See the [module](crate::conformance) for an example.
pub trait System {
    /// What goes wrong with the system itself: a connection, a statement, a timeout.
    ///
    /// It is reported with the log that led there, and a panic likewise. A refusal by the rules
    /// is no error, but an [`Answer`].
    type Error: fmt::Display;

    /// Forgets every user and everything between them.
    ///
    /// # Errors
    /// Fails where the system itself does.
    fn reset(&mut self) -> Result<(), Self::Error>;

    /// Carries an operation out, and says what became of it.
    ///
    /// # Errors
    /// Fails where the system itself does.
    fn apply(&mut self, operation: &Operation) -> Result<Reply, Self::Error>;

    /// Answers whether the actor may message the target.
    ///
    /// # Errors
    /// Fails where the system itself does.
    fn can_message(&mut self, actor: &str, target: &str) -> Result<Answer, Self::Error>;

    /// Answers whether the actor may send the target a friend request.
    ///
    /// # Errors
    /// Fails where the system itself does.
    fn can_send_friend_request(&mut self, actor: &str, target: &str)
    -> Result<Answer, Self::Error>;

    /// Returns who is on a list of a user's, in any order; `None` is "not offered".
    ///
    /// # Errors
    /// Fails where the system itself does.
    fn list(&mut self, user: &str, list: List) -> Result<Option<Vec<String>>, Self::Error> {
        let _ = (user, list);
        Ok(None)
    }

    /// Returns a page of a list, from where the last one ended; `None` is "not offered".
    ///
    /// `from` is `None` for the first page, and then what the page before said in
    /// [`ListPage::next`]. Between two pages others write. More than `limit` users on a page
    /// are a difference; fewer are not, as long as the reading ends.
    ///
    /// # Errors
    /// Fails where the system itself does.
    fn page(
        &mut self,
        user: &str,
        list: List,
        from: Option<&str>,
        limit: usize,
    ) -> Result<Option<ListPage>, Self::Error> {
        let _ = (user, list, from, limit);
        Ok(None)
    }

    /// Carries two operations out that arrive at once; `None` is "not offered".
    ///
    /// A system that serves requests at the same time starts both, as two clients would, and
    /// says what each came to. Whatever it does has to be what one of them after the other
    /// would have done. Where it is not offered, nothing must have happened: the two
    /// come one after the other then, as if they were steps of their own.
    ///
    /// # Errors
    /// Fails where the system itself does.
    fn apply_concurrently(
        &mut self,
        first: &Operation,
        second: &Operation,
    ) -> Result<Option<[Reply; 2]>, Self::Error> {
        let _ = (first, second);
        Ok(None)
    }
}

/// A system's answer to a question, or to what was done to one pair.
///
/// A refusal says as much more as the system knows: whether the sender is told, and why.
/// What it does not say is not compared.
///
/// ```
/// use socialgraph_testkit::conformance::Answer;
/// use socialgraph::{Notice, Reason};
///
/// let silent = Answer::REFUSED.with_notice(Notice::Silent);
/// let told = Answer::REFUSED.with_reasons(Reason::TargetBlocks.into());
/// assert_eq!(silent.to_string(), "refused, silently");
/// assert_eq!(told.to_string(), "refused: the target blocks the actor");
/// assert_eq!(Answer::from(true), Answer::ALLOWED);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Answer {
    pub(super) allowed: bool,
    pub(super) notice: Option<Notice>,
    pub(super) reasons: Option<Reasons>,
}

impl Answer {
    /// Allowed, or done.
    pub const ALLOWED: Self = Self {
        allowed: true,
        notice: None,
        reasons: None,
    };

    /// Refused, whatever the reason.
    pub const REFUSED: Self = Self {
        allowed: false,
        notice: None,
        reasons: None,
    };

    /// Returns the refusal that the sender of a message learns of, or does not (R13).
    #[must_use]
    pub const fn with_notice(self, notice: Notice) -> Self {
        Self {
            notice: Some(notice),
            ..self
        }
    }

    /// Returns the refusal with every reason for it (R16).
    ///
    /// What is allowed has none: an answer that is allowed for a reason differs from the
    /// engine's.
    #[must_use]
    pub const fn with_reasons(self, reasons: Reasons) -> Self {
        Self {
            reasons: Some(reasons),
            ..self
        }
    }

    /// Returns whether it is allowed, or done.
    ///
    /// ```
    /// use socialgraph_testkit::conformance::Answer;
    ///
    /// assert!(Answer::ALLOWED.is_allowed() && !Answer::REFUSED.is_allowed());
    /// ```
    #[must_use]
    pub const fn is_allowed(self) -> bool {
        self.allowed
    }

    /// Returns whether the sender learns of the refusal; `None` is "not said".
    ///
    /// ```
    /// use socialgraph::Notice;
    /// use socialgraph_testkit::conformance::Answer;
    ///
    /// let silent = Answer::REFUSED.with_notice(Notice::Silent);
    /// assert_eq!((silent.notice(), Answer::REFUSED.notice()), (Some(Notice::Silent), None));
    /// ```
    #[must_use]
    pub const fn notice(self) -> Option<Notice> {
        self.notice
    }

    /// Returns every reason for the refusal; `None` is "not said".
    ///
    /// ```
    /// use socialgraph::Reason;
    /// use socialgraph_testkit::conformance::Answer;
    ///
    /// let blocked = Answer::REFUSED.with_reasons(Reason::TargetBlocks.into());
    /// assert!(blocked.reasons().is_some_and(|reasons| reasons.contains(Reason::TargetBlocks)));
    /// assert_eq!(Answer::REFUSED.reasons(), None);
    /// ```
    #[must_use]
    pub const fn reasons(self) -> Option<Reasons> {
        self.reasons
    }
}

impl From<bool> for Answer {
    fn from(allowed: bool) -> Self {
        if allowed {
            Self::ALLOWED
        } else {
            Self::REFUSED
        }
    }
}

impl From<Decision> for Answer {
    fn from(decision: Decision) -> Self {
        let refused = Self::REFUSED.with_reasons(decision.reasons());
        match decision.verdict() {
            Verdict::Allowed => Self::ALLOWED,
            Verdict::RefusedSilently => refused.with_notice(Notice::Silent),
            Verdict::Refused => refused.with_notice(Notice::Told),
        }
    }
}

impl From<Result<Change, Refusal>> for Answer {
    fn from(result: Result<Change, Refusal>) -> Self {
        match result {
            Ok(_) => Self::ALLOWED,
            Err(refusal) => Self::REFUSED.with_reasons(refusal.reasons()),
        }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.allowed {
            return f.write_str("allowed");
        }
        f.write_str("refused")?;
        match self.notice {
            Some(Notice::Silent) => f.write_str(", silently")?,
            Some(Notice::Told) => f.write_str(", openly")?,
            None => {}
        }
        match self.reasons {
            Some(reasons) if !reasons.is_empty() => {
                write!(f, ": {reasons}")
            }
            _ => Ok(()),
        }
    }
}

/// What became of an operation.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Reply {
    /// The operation as a whole: all there is to say of one that is no batch.
    ///
    /// Of a batch, it says that it was refused whole, or carried out without saying what
    /// became of each target.
    Whole(Answer),
    /// What became of each target of a batch, in the order named (R14).
    ///
    /// Of an operation that is no batch, one answer says as much as [`Whole`](Self::Whole);
    /// none, or more than one, is no reply to it, and reported as a
    /// [misuse](super::Cause::Misused).
    Each(Vec<Answer>),
}

impl Reply {
    /// Returns the one answer to an operation that is no batch, if it is one.
    pub(super) fn whole(&self) -> Option<Answer> {
        match self {
            Self::Whole(answer) => Some(*answer),
            Self::Each(answers) => match answers[..] {
                [answer] => Some(answer),
                _ => None,
            },
        }
    }
}

impl From<Answer> for Reply {
    fn from(answer: Answer) -> Self {
        Self::Whole(answer)
    }
}

impl From<bool> for Reply {
    fn from(done: bool) -> Self {
        Self::Whole(done.into())
    }
}

/// Some of the users on a list of a system's, and where the next page begins.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ListPage {
    /// The users' names.
    pub users: Vec<String>,
    /// Where the next page begins, in the system's own words; `None` after the last.
    pub next: Option<String>,
}
