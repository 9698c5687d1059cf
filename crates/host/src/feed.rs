//! The change feed: every entry and its outcome, from a position on.

use std::collections::VecDeque;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::cursor::Cursor;
use crate::history::{HistoryError, check_reached, state_at};
use crate::host::{Common, Host, Waited, deadline};
use crate::locks::lock;
use crate::log::{LogError, read_next};
use crate::machine::Machine;
use crate::position::{Position, ProposalId};
use crate::record::Record;
use crate::state::{Played, State, read_proposals};

/// An entry that had an effect of its own, and what it led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedItem<E, O> {
    /// The entry's place in the log.
    pub position: Position,
    /// When it was applied, in milliseconds since the Unix epoch.
    pub time: u64,
    /// The id of the proposal.
    pub id: ProposalId,
    /// The entry.
    pub entry: E,
    /// The outcome.
    pub outcome: O,
}

/// An id and its encoded outcome.
type Kept = (ProposalId, Vec<u8>);

/// An item of a machine's feed.
pub type ItemOf<M> = FeedItem<<M as Machine>::Entry, <M as Machine>::Outcome>;

/// Every entry and its outcome after a position: first what is there, then what comes.
///
/// Each comes once and in order. A proposal that was sent twice comes once.
///
/// ```
/// use std::time::Duration;
///
/// use socialgraph::{Operation, Policy, SocialGraph};
/// use socialgraph_host::{Host, Options};
///
/// let host = Host::in_memory(SocialGraph::new(Policy::tencent_rest()), Options::default())?;
/// let start = host.position();
/// host.propose(Operation::add_user("ann")).wait()?;
///
/// let mut feed = host.feed(start)?;
/// let item = feed.next(Duration::from_secs(1))?.unwrap();
/// assert_eq!(item.entry.to_string(), "ann joins");
/// assert!(feed.next(Duration::ZERO)?.is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Feed<M: Machine> {
    common: Arc<Common<M>>,
    /// The position of the last item that was handed out, or of the last entry that was passed over.
    position: Position,
    /// How far the log was read.
    read: u64,
    items: VecDeque<ItemOf<M>>,
    /// Makes outcomes that are not kept any more.
    replay: Option<State<M>>,
    cursor: Option<Cursor>,
}

/// The error of a feed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FeedError {
    /// The position is of another epoch, of the future, or dropped: the error says where to start.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// The cursor cannot be read or written.
    #[error("the cursor {}: {error}", path.display())]
    Cursor {
        /// The cursor's file.
        path: PathBuf,
        /// What went wrong.
        error: io::Error,
    },
    /// A cursor's name has other characters than lower-case letters, digits, `-` and `_`.
    #[error("{0:?} is no name of a cursor: it has letters a to z, digits, - and _")]
    CursorName(String),
    /// Another feed has the cursor of this name: it is free when that feed is dropped.
    #[error("another feed has the cursor {0:?}: drop it first")]
    CursorInUse(String),
    /// The position to save is beyond what the feed has handed out.
    #[error("position {wanted} was not handed out: the feed is at {here}")]
    NotHandedOut {
        /// The position to save.
        wanted: Position,
        /// The position up to which items were handed out.
        here: Position,
    },
    /// The host has no directory for cursors.
    #[error("the host has no directory")]
    NoDirectory,
    /// The host was dropped, and every item was handed out.
    #[error("the host is closed")]
    Closed,
}

impl From<LogError> for FeedError {
    fn from(error: LogError) -> Self {
        Self::History(error.into())
    }
}

impl<M: Machine> Host<M> {
    /// Returns the feed after a position. A listing read at that position and the feed have
    /// neither a gap nor a repetition between them.
    ///
    /// # Errors
    /// Fails if the position is of another epoch, of the future, or dropped.
    pub fn feed(&self, after: Position) -> Result<Feed<M>, FeedError> {
        let common = Arc::clone(self.common());
        Feed::new(common, after, None)
    }

    /// Returns the feed of a named reader, after the position that it [saved](Feed::save).
    ///
    /// Without a saved position, it starts at the oldest entry that is kept. After a crash, the
    /// items since the last save come again. One feed at a time has a name.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use socialgraph::{Operation, Policy, SocialGraph};
    /// use socialgraph_host::{Host, Options};
    ///
    /// # let home = tempfile::tempdir()?;
    /// let empty = || SocialGraph::new(Policy::tencent_rest());
    /// let host = Host::open_or_create(home.path(), empty, Options::default())?;
    /// host.propose(Operation::add_user("ann")).wait()?;
    ///
    /// let mut feed = host.feed_of("webhooks")?;
    /// while let Some(item) = feed.next(Duration::ZERO)? {
    ///     println!("{}: {}", item.position, item.entry); // deliver it
    ///     feed.save()?;
    /// }
    /// assert!(host.feed_of("webhooks").is_err(), "the other feed has the name");
    ///
    /// drop(feed);
    /// assert_eq!(host.feed_of("webhooks")?.position(), host.position());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Fails as [`feed`](Self::feed) does, if the name has other characters than a to z, digits,
    /// `-` and `_`, if another feed has it, if the cursor cannot be read, or if the host has no
    /// directory.
    pub fn feed_of(&self, name: &str) -> Result<Feed<M>, FeedError> {
        let common = Arc::clone(self.common());
        let cursor = Cursor::take(&common, name)?;
        let after = match cursor.read()? {
            Some(position) => position,
            None => Position {
                epoch: common.log.epoch(),
                number: common.log.extent()?.before,
            },
        };
        Feed::new(common, after, Some(cursor))
    }

    /// Returns the position that a named reader of the feed saved, or `None` if it saved none.
    ///
    /// # Errors
    /// Fails as [`feed_of`](Self::feed_of) does, if the name or the cursor cannot be used.
    pub fn cursor(&self, name: &str) -> Result<Option<Position>, FeedError> {
        Cursor::take(self.common(), name)?.read()
    }

    /// Returns the feed of a named reader after a position, and saves that position: for a reader
    /// that begins now, or one that cannot go on where it was.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use socialgraph::{Operation, Policy, SocialGraph};
    /// use socialgraph_host::{Host, Options};
    ///
    /// # let home = tempfile::tempdir()?;
    /// let empty = || SocialGraph::new(Policy::tencent_rest());
    /// let host = Host::open_or_create(home.path(), empty, Options::default())?;
    /// host.propose(Operation::add_user("ann")).wait()?;
    ///
    /// // What was before is none of its business.
    /// let mut feed = match host.cursor("webhooks")? {
    ///     Some(_) => host.feed_of("webhooks")?,
    ///     None => host.restart_feed("webhooks", host.position())?,
    /// };
    /// assert!(feed.next(Duration::ZERO)?.is_none());
    /// assert_eq!(host.position().number, 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Fails as [`feed_of`](Self::feed_of) does, or if the cursor cannot be written.
    pub fn restart_feed(&self, name: &str, after: Position) -> Result<Feed<M>, FeedError> {
        let common = Arc::clone(self.common());
        let cursor = Cursor::take(&common, name)?;
        let feed = Feed::new(common, after, Some(cursor))?;
        feed.save()?;
        Ok(feed)
    }
}

impl<M: Machine> Feed<M> {
    fn new(
        common: Arc<Common<M>>,
        after: Position,
        cursor: Option<Cursor>,
    ) -> Result<Self, FeedError> {
        check_reached(&common, after)?;
        let before = common.log.extent()?.before;
        if after.number < before {
            return Err(dropped(after, before).into());
        }
        Ok(Self {
            common,
            position: after,
            read: after.number,
            items: VecDeque::new(),
            replay: None,
            cursor,
        })
    }

    /// Returns the position up to which items were handed out.
    #[must_use]
    pub const fn position(&self) -> Position {
        self.position
    }

    /// Returns the next item, or `None` if there is none within this time. A time of zero asks for
    /// what is there.
    ///
    /// # Errors
    /// Fails if the items were dropped before they were read, if the log cannot be read, or if it ends
    /// before what was applied. If the host is dropped, the items that are there still come, and then [`FeedError::Closed`], without
    /// a wait.
    pub fn next(&mut self, time: Duration) -> Result<Option<ItemOf<M>>, FeedError> {
        let until = deadline(time);
        loop {
            if let Some(item) = self.items.pop_front() {
                self.position = item.position;
                return Ok(Some(item));
            }
            self.position.number = self.read;
            match self.common.applied.wait_beyond(self.read, until) {
                Waited::Beyond => self.read_record()?,
                Waited::Late => return Ok(None),
                Waited::Closed => return Err(FeedError::Closed),
            }
        }
    }

    /// Returns whether the next item's outcome is not kept any more, so that [`next`](Self::next)
    /// plays the log again from the snapshot before.
    ///
    /// That takes the memory of another state, and the time of its entries: a host with many feeds
    /// lets few of them do so at a time. The state is dropped when the feed is back where outcomes
    /// are kept.
    #[must_use]
    pub fn replays(&self) -> bool {
        let next = self.read.saturating_add(1);
        self.items.is_empty() && lock(&self.common.recent).slots().first_outcome() > next
    }

    /// Goes on behind a position, and returns the number of entries that are passed over: 0 if the
    /// position is not ahead of what was read.
    ///
    /// For a reader to whom late news are worth more than none: [`HistoryError::Dropped`] says where
    /// the oldest entry is.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use socialgraph::{Operation, Policy, SocialGraph};
    /// use socialgraph_host::{FeedError, HistoryError, Host, Options, Retention};
    ///
    /// # let home = tempfile::tempdir()?;
    /// let empty = || SocialGraph::new(Policy::tencent_rest());
    /// let options = Options { retention: Retention::Drop, snapshots: 1, ..Options::default() };
    /// let host = Host::open_or_create(home.path(), empty, options)?;
    /// let mut feed = host.feed_of("webhooks")?;
    /// host.propose(Operation::add_user("ann")).wait()?;
    /// host.snapshot()?; // the log behind it is dropped
    /// host.propose(Operation::add_user("ben")).wait()?;
    ///
    /// match feed.next(Duration::ZERO) {
    ///     Err(FeedError::History(HistoryError::Dropped { oldest, .. })) => {
    ///         assert_eq!(feed.skip_to(oldest), 1);
    ///     }
    ///     next => panic!("{next:?}"),
    /// }
    /// assert_eq!(feed.next(Duration::ZERO)?.unwrap().entry.to_string(), "ben joins");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn skip_to(&mut self, position: Position) -> u64 {
        let passed = position.number.saturating_sub(self.read);
        // What was read already is still handed out.
        if passed > 0 {
            self.read = position.number;
            self.replay = None;
            if self.items.is_empty() {
                self.position.number = position.number;
            }
        }
        passed
    }

    /// Saves the position up to which items were handed out, for [`Host::feed_of`].
    ///
    /// It is on the disk when the call returns. A feed without a name saves nothing.
    ///
    /// # Errors
    /// Fails if the cursor cannot be written.
    pub fn save(&self) -> Result<(), FeedError> {
        self.save_at(self.position)
    }

    /// Saves a position up to which the reader has finished, for [`Host::feed_of`].
    ///
    /// It may be before what was handed out: a reader that delivers several items at once saves the
    /// position of the last one before the first that is still on its way.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use socialgraph::{Operation, Policy, SocialGraph};
    /// use socialgraph_host::{Host, Options};
    ///
    /// # let home = tempfile::tempdir()?;
    /// let empty = || SocialGraph::new(Policy::tencent_rest());
    /// let host = Host::open_or_create(home.path(), empty, Options::default())?;
    /// for name in ["ann", "ben"] {
    ///     host.propose(Operation::add_user(name)).wait()?;
    /// }
    ///
    /// let mut feed = host.feed_of("webhooks")?;
    /// let ann = feed.next(Duration::ZERO)?.unwrap();
    /// let ben = feed.next(Duration::ZERO)?.unwrap();
    /// feed.save_at(ann.position)?; // the other one is on its way
    ///
    /// drop(feed);
    /// let again = host.feed_of("webhooks")?.next(Duration::ZERO)?;
    /// assert_eq!(again, Some(ben));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Fails if the position is of another epoch or beyond what was handed out, or if the cursor
    /// cannot be written.
    pub fn save_at(&self, position: Position) -> Result<(), FeedError> {
        let (wanted, here) = (position, self.position);
        if wanted.epoch != here.epoch {
            return Err(HistoryError::OtherEpoch { wanted, here }.into());
        }
        if wanted.number > here.number {
            return Err(FeedError::NotHandedOut { wanted, here });
        }
        match &self.cursor {
            Some(cursor) => cursor.write(position),
            None => Ok(()),
        }
    }

    /// Reads the items of the next record.
    fn read_record(&mut self) -> Result<(), FeedError> {
        let after = self.read;
        let record = read_next(&*self.common.log, after).map_err(|error| match error {
            LogError::Forgotten { before } => dropped(self.position, before),
            error => error.into(),
        })?;
        // What was applied is in a log that is whole.
        let record = record.ok_or_else(|| LogError::Damaged {
            after,
            what: "the log ends before what was applied".to_owned(),
        })?;

        self.items = match self.kept_items(&record)? {
            Some(items) => {
                self.replay = None;
                items
            }
            None => self.replayed_items(&record)?,
        };
        self.read = record.last();
        Ok(())
    }

    /// Returns the items of a record by the outcomes that the host keeps, or `None` if it does
    /// not keep them any more.
    fn kept_items(&self, record: &Record) -> Result<Option<VecDeque<ItemOf<M>>>, FeedError> {
        let Some(outcomes) = self.kept_outcomes(record.last()) else {
            return Ok(None);
        };
        let proposals = read_proposals::<M>(record).map_err(HistoryError::from)?;
        let mut items = VecDeque::new();
        let numbered = (record.first..).zip(proposals);
        let new = numbered.filter(|(number, _)| *number > self.read);
        for ((number, proposal), kept) in new.zip(outcomes) {
            let Some((id, outcome)) = kept else {
                continue;
            };
            // The replay makes an outcome anew that an earlier release has kept otherwise.
            let Ok(outcome) = postcard::from_bytes(&outcome) else {
                return Ok(None);
            };
            items.push_back(FeedItem {
                position: Position {
                    number,
                    ..self.position
                },
                time: record.batch.time,
                id,
                entry: proposal.entry,
                outcome,
            });
        }
        Ok(Some(items))
    }

    /// Copies the ids and encoded outcomes of the next positions through a number, or returns
    /// `None` if the host does not keep all of them. They are read without the lock.
    fn kept_outcomes(&self, through: u64) -> Option<Vec<Option<Kept>>> {
        let next = self.read.saturating_add(1);
        let recent = lock(&self.common.recent);
        if recent.slots().first_outcome() > next {
            return None;
        }
        let copy = |number| {
            let (id, outcome) = recent.outcome(number, self.position.epoch)?;
            Some((id, outcome.to_vec()))
        };
        Some((next..=through).map(copy).collect())
    }

    /// Returns the items of a record by a replay from the snapshot before.
    fn replayed_items(&mut self, record: &Record) -> Result<VecDeque<ItemOf<M>>, FeedError> {
        let mut state = match self.replay.take() {
            Some(state) if state.mark().number == self.read => state,
            _ => {
                let number = self.read;
                let position = Position {
                    number,
                    ..self.position
                };
                state_at(&self.common, position)?
            }
        };
        let played = state.play(record, u64::MAX).map_err(HistoryError::from)?;
        self.replay = Some(state);
        Ok(played.into_iter().filter_map(Played::into_item).collect())
    }
}

fn dropped(wanted: Position, before: u64) -> HistoryError {
    HistoryError::Dropped {
        wanted,
        oldest: Position {
            number: before,
            ..wanted
        },
    }
}

impl<M: Machine> std::fmt::Debug for Feed<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Feed")
            .field("position", &self.position)
            .field("cursor", &self.cursor)
            .finish_non_exhaustive()
    }
}
