//! What you implement for your own system, and how it answers.

use std::fmt;

use socialgraph::{
    Decision, Interaction, List, Notice, Operation, Reason, Reasons, Refusal, Verdict,
};

/// A system to compare with the engine: your chat server, driven through its own API.
///
/// Three methods are required. What else a system offers is in its [`Extras`]. Users go by name.
/// Every log begins with [`reset`](Self::reset), and questions may name unknown users.
///
/// See the [module](crate::conformance) for an example.
pub trait System {
    /// A failure of the system itself: a connection, a statement, a timeout.
    ///
    /// Like a panic, it is reported with its log. A refusal by the rules is not an error, but an
    /// [`Answer`].
    type Error: fmt::Display;

    /// Removes all users and everything between them, and goes back to the first policy.
    ///
    /// # Errors
    /// Fails if the system itself does.
    fn reset(&mut self) -> Result<(), Self::Error>;

    /// Carries out an operation, and returns its outcome.
    ///
    /// If the policy refuses an action silently, a system may also answer a plain
    /// [`Answer::ALLOWED`], as it does to its own clients, and change nothing. The questions and
    /// lists after the step show whether anything was done. Any other refusal that is answered
    /// with success is a difference.
    ///
    /// A system that has no such operation answers [`Reply::NotOffered`], and changes nothing.
    ///
    /// # Errors
    /// Fails if the system itself does.
    fn apply(&mut self, operation: &Operation) -> Result<Reply, Self::Error>;

    /// Answers whether the actor may message the target.
    ///
    /// # Errors
    /// Fails if the system itself does.
    fn can_message(&mut self, actor: &str, target: &str) -> Result<Answer, Self::Error>;

    /// Returns the part of the system that answers more than messages; by default none.
    ///
    /// A system that implements [`Extras`] returns itself. A system around another one returns
    /// the other's extras, and so forwards all of them.
    fn extras(&mut self) -> Option<&mut dyn Extras<Error = Self::Error>> {
        None
    }
}

/// What a system may offer beside the three methods that [`System`] asks for.
///
/// Every method is optional: `None` means "not offered", and is not compared. Lists and pages are
/// asked for known users only.
///
/// ```
/// use std::convert::Infallible;
///
/// use socialgraph::{List, Operation, Policy};
/// use socialgraph_testkit::conformance::{Answer, Engine, Extras, Reply, System};
///
/// /// A server around the engine that offers lists, and neither pages nor requests.
/// struct Server(Engine);
///
/// impl System for Server {
///     type Error = Infallible;
///
///     fn reset(&mut self) -> Result<(), Infallible> {
///         self.0.reset()
///     }
///
///     fn apply(&mut self, operation: &Operation) -> Result<Reply, Infallible> {
///         self.0.apply(operation)
///     }
///
///     fn can_message(&mut self, actor: &str, target: &str) -> Result<Answer, Infallible> {
///         self.0.can_message(actor, target)
///     }
///
///     fn extras(&mut self) -> Option<&mut dyn Extras<Error = Infallible>> {
///         Some(self)
///     }
/// }
///
/// impl Extras for Server {
///     type Error = Infallible;
///
///     fn list(&mut self, user: &str, list: List) -> Result<Option<Vec<String>>, Infallible> {
///         self.0.list(user, list)
///     }
/// }
///
/// let mut server = Server(Engine::new(Policy::tencent_rest()));
/// server.apply(&Operation::add_user("ann"))?;
/// let extras = server.extras().expect("the server has some");
/// assert_eq!(extras.list("ann", List::Blocklist)?, Some(Vec::new()));
/// assert_eq!(extras.can_send_friend_request("ann", "ben")?, None);
/// # Ok::<(), Infallible>(())
/// ```
pub trait Extras {
    /// The failure of the system, as [`System::Error`].
    type Error: fmt::Display;

    /// Answers whether the actor may reach the target in another way than by a message.
    ///
    /// `None` means "not offered": a system may offer calls and no presence, for example. It is
    /// never asked about messages, which [`System::can_message`] answers.
    ///
    /// # Errors
    /// Fails if the system itself does.
    fn can(
        &mut self,
        interaction: Interaction,
        actor: &str,
        target: &str,
    ) -> Result<Option<Answer>, Self::Error> {
        let _ = (interaction, actor, target);
        Ok(None)
    }

    /// Answers whether the actor may send the target a friend request; `None` means "not offered".
    ///
    /// Like every question, it is about what would happen, and not about what the actor would
    /// be shown: a request that would be refused silently is refused.
    ///
    /// # Errors
    /// Fails if the system itself does.
    fn can_send_friend_request(
        &mut self,
        actor: &str,
        target: &str,
    ) -> Result<Option<Answer>, Self::Error> {
        let _ = (actor, target);
        Ok(None)
    }

    /// Returns the users on a list, in any order; `None` means "not offered".
    ///
    /// A system may offer some lists alone: who blocks a user and who lists a user (R30) are kept by
    /// few.
    ///
    /// # Errors
    /// Fails if the system itself does.
    fn list(&mut self, user: &str, list: List) -> Result<Option<Vec<String>>, Self::Error> {
        let _ = (user, list);
        Ok(None)
    }

    /// Returns the next page of a list; `None` means "not offered".
    ///
    /// `from` is `None` for the first page, and the [`ListPage::next`] of the page before for
    /// every other page. Others write between two pages. A page with more than `limit` users
    /// is a difference. A page may have fewer, as long as the list comes to an end.
    ///
    /// # Errors
    /// Fails if the system itself does.
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

    /// Carries out two operations at once; `None` means "not offered".
    ///
    /// A system that serves requests in parallel starts both, as two clients would, and returns
    /// the outcome of each. The result has to be that of one order of the two. A system that
    /// returns `None` must not have carried out either: the kit then applies them one after
    /// the other, as two steps.
    ///
    /// # Errors
    /// Fails if the system itself does.
    fn apply_concurrently(
        &mut self,
        first: &Operation,
        second: &Operation,
    ) -> Result<Option<[Reply; 2]>, Self::Error> {
        let _ = (first, second);
        Ok(None)
    }
}

/// The answer to a question, or to an action on one pair.
///
/// A refusal may say what the actor learns, and for which reasons it is. What it does not say
/// is not compared.
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
    /// Allowed, or carried out.
    pub const ALLOWED: Self = Self {
        allowed: true,
        notice: None,
        reasons: None,
    };

    /// Refused, without a reason.
    pub const REFUSED: Self = Self {
        allowed: false,
        notice: None,
        reasons: None,
    };

    /// Adds to a refusal what the actor learns of it (R13).
    ///
    /// - [`Notice::Silent`]: the actor sees success, and nothing happens.
    /// - [`Notice::Neutral`]: the actor sees a refusal that gives no reason, or "unavailable".
    /// - [`Notice::Told`]: the actor sees a reason: a block or any other.
    ///
    /// If another reason refuses beside a block, the refusal is told. An answer does not say
    /// whether it names the block as well, so that is not compared.
    ///
    /// ```
    /// use socialgraph_testkit::conformance::Answer;
    /// use socialgraph::{Notice, Reason};
    ///
    /// let neutral = Answer::REFUSED.with_notice(Notice::Neutral);
    /// let with_reason = neutral.with_reasons(Reason::Unavailable.into());
    /// assert_eq!(neutral.to_string(), "refused, neutrally");
    /// assert_eq!(with_reason.notice(), Some(Notice::Neutral));
    /// ```
    #[must_use]
    pub const fn with_notice(self, notice: Notice) -> Self {
        Self {
            notice: Some(notice),
            ..self
        }
    }

    /// Adds every reason for the refusal (R16).
    ///
    /// They are the engine's reasons, and not those that the actor is shown. But a neutral refusal
    /// may have [`Reason::Unavailable`] alone instead, because its actor is shown nothing else. A
    /// system that knows only a part of the reasons leaves them out. An allowed answer has no
    /// reasons: with one it differs from the engine's.
    #[must_use]
    pub const fn with_reasons(self, reasons: Reasons) -> Self {
        Self {
            reasons: Some(reasons),
            ..self
        }
    }

    /// Returns whether the answer is "allowed", or "carried out".
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

    /// Returns what the actor learns of the refusal; `None` means "not said".
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

    /// Returns every reason for the refusal; `None` means "not said".
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
            Verdict::Refused if decision.visible().reasons() == Reason::Unavailable.into() => {
                refused.with_notice(Notice::Neutral)
            }
            Verdict::Refused => refused.with_notice(Notice::Told),
        }
    }
}

impl<T> From<Result<T, Refusal>> for Answer {
    fn from(result: Result<T, Refusal>) -> Self {
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
            Some(Notice::Neutral) => f.write_str(", neutrally")?,
            Some(Notice::Told) => f.write_str(", openly")?,
            None => {}
        }

        match self.reasons {
            Some(reasons) if !reasons.is_empty() => write!(f, ": {reasons}"),
            _ => Ok(()),
        }
    }
}

/// The outcome of an operation.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Reply {
    /// One answer to the operation as a whole.
    ///
    /// For a batch it means that the batch was refused whole, or carried out without a result
    /// for each user.
    Whole(Answer),
    /// An answer for each user of a batch, in the order of the targets (R14) or actors (R25).
    ///
    /// For an operation that is no batch, a single answer means the same as
    /// [`Whole`](Self::Whole). Any other number is reported as a
    /// [misuse](super::Cause::Misused).
    Each(Vec<Answer>),
    /// The system has no such operation, and nothing has changed.
    ///
    /// The operation is not compared, and the engine does not carry it out either. A comparison
    /// draws no more operations of the kind.
    NotOffered,
}

impl Reply {
    /// Returns the single answer, if there is exactly one.
    pub(super) fn whole(&self) -> Option<Answer> {
        match self {
            Self::NotOffered => None,
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

/// One page of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ListPage {
    /// The users' names.
    pub users: Vec<String>,
    /// The start of the next page, in a format of the system; `None` on the last page.
    pub next: Option<String>,
}
