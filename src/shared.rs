//! One graph, or any other value, for many threads.

use std::convert::Infallible;
use std::fmt;
use std::ops::Deref;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use crate::graph::SocialGraph;
use crate::operation::{Operation, Outcome};

/// One graph for many threads: writers take turns, and readers do not wait for them.
///
/// See [`Shared`]; its methods are those of a `SharedGraph`.
///
/// ```
/// use socialgraph::{Policy, SharedGraph, SocialGraph};
///
/// let shared = SharedGraph::new(SocialGraph::new(Policy::tencent_rest()));
/// let mut reader = shared.reader();
///
/// std::thread::scope(|threads| {
///     threads.spawn(|| {
///         shared.write(|graph| {
///             graph.add_user("alice")?;
///             graph.add_user("bob")
///         })
///     });
/// });
/// assert_eq!(reader.user_count(), 0);
/// assert!(reader.refresh().can_message("alice", "bob").is_allowed());
/// assert_eq!(reader.version(), 1);
/// ```
pub type SharedGraph = Shared<SocialGraph>;

/// One value for many threads: a graph, or a host's own state around one.
///
/// A [`Reader`] holds the value as of its last refresh, so a question costs what it costs on a
/// value of one's own. A write works on a clone, and publishes it at the end: readers see all of
/// it or nothing. The clone of a [`SocialGraph`] takes constant time. Cloning a `Shared` gives
/// another handle of the same value.
///
/// A closure that writes must not write to the same shared value again: it would wait for itself.
///
/// See [`SharedGraph`] for an example.
pub struct Shared<T> {
    cell: Arc<Cell<T>>,
}

struct Cell<T> {
    /// Counts publications, on a cache line of its own: readers read it again and again.
    publications: Aligned<AtomicU64>,
    /// Locked to read or replace the pointer alone, never while a write is at work.
    published: RwLock<Arc<Published<T>>>,
    /// Held by the writer whose turn it is.
    turn: Mutex<()>,
}

/// A value that shares no cache line with others, nor a pair of lines that are fetched together.
#[repr(align(128))]
struct Aligned<T>(T);

/// A value that does not change any more.
struct Published<T> {
    /// The number of this publication.
    publication: u64,
    version: u64,
    value: T,
}

impl<T: Clone> Shared<T> {
    /// Shares a value, at version 0.
    #[must_use]
    pub fn new(value: T) -> Self {
        Self::at_version(value, 0)
    }

    /// Shares a value at a version: for a host that loads a snapshot and knows its position.
    #[must_use]
    pub fn at_version(value: T, version: u64) -> Self {
        let cell = Cell {
            publications: Aligned(AtomicU64::new(0)),
            published: RwLock::new(Arc::new(Published {
                publication: 0,
                version,
                value,
            })),
            turn: Mutex::new(()),
        };
        Self {
            cell: Arc::new(cell),
        }
    }

    /// Returns a reader of the latest version. Constant time.
    #[must_use]
    pub fn reader(&self) -> Reader<T> {
        Reader {
            current: self.cell.latest(),
            cell: Arc::clone(&self.cell),
        }
    }

    /// Returns the latest version. It only rises, until it stays at [`u64::MAX`].
    #[must_use]
    pub fn version(&self) -> u64 {
        self.cell.latest().version
    }

    /// Returns the latest value, as a clone.
    #[must_use]
    pub fn snapshot(&self) -> T {
        self.cell.latest().value.clone()
    }

    /// Changes the value, and publishes the result as the next version.
    ///
    /// It waits until the writers before are done. If the closure fails or panics, nothing is
    /// published.
    ///
    /// ```
    /// use socialgraph::{AddUserError, Policy, SharedGraph, SocialGraph};
    ///
    /// let shared = SharedGraph::new(SocialGraph::new(Policy::tencent_rest()));
    /// let result: Result<(), AddUserError> = shared.write(|graph| {
    ///     graph.add_user("alice")?;
    ///     graph.add_user("")?;
    ///     Ok(())
    /// });
    /// assert!(result.is_err());
    /// assert_eq!((shared.version(), shared.snapshot().user_count()), (0, 0));
    /// ```
    ///
    /// # Errors
    /// Fails with the error of the closure.
    pub fn write<R, E>(&self, change: impl FnOnce(&mut T) -> Result<R, E>) -> Result<R, E> {
        let _turn = self.cell.turn();
        self.cell.write(self.next_version(), change)
    }

    /// Changes the value as [`write`](Self::write) does, and publishes the result as this version.
    ///
    /// For a host that keeps a log, whose positions are the versions.
    ///
    /// ```
    /// use socialgraph::{Policy, SharedGraph, SocialGraph, StaleVersion};
    ///
    /// let shared = SharedGraph::new(SocialGraph::new(Policy::tencent_rest()));
    /// let id = shared.write_at(4711, |graph| graph.add_user("alice"))??;
    /// assert_eq!(shared.version(), 4711);
    ///
    /// let stale = shared.write_at(4711, |graph| graph.add_user("bob"));
    /// assert_eq!(stale, Err(StaleVersion { version: 4711, latest: 4711 }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Fails without calling the closure if the version is not above the latest. The inner result
    /// is that of the closure.
    pub fn write_at<R, E>(
        &self,
        version: u64,
        change: impl FnOnce(&mut T) -> Result<R, E>,
    ) -> Result<Result<R, E>, StaleVersion> {
        let _turn = self.cell.turn();
        let latest = self.version();
        if version <= latest {
            return Err(StaleVersion { version, latest });
        }
        Ok(self.cell.write(version, change))
    }

    /// Returns the version after the latest.
    fn next_version(&self) -> u64 {
        self.version().saturating_add(1)
    }
}

impl Shared<SocialGraph> {
    /// Applies an operation, and publishes the result if it changed something.
    ///
    /// A batch that was refused item by item changes nothing.
    ///
    /// ```
    /// use socialgraph::{Operation, Policy, SharedGraph, SocialGraph};
    ///
    /// let shared = SharedGraph::new(SocialGraph::new(Policy::tencent_rest()));
    /// assert!(shared.apply(&Operation::add_user("alice")).is_done());
    /// assert!(!shared.apply(&Operation::add_user("alice")).is_done());
    /// assert_eq!(shared.version(), 1);
    /// ```
    pub fn apply(&self, operation: &Operation) -> Outcome {
        let _turn = self.cell.turn();
        let mut graph = self.snapshot();
        let outcome = operation.apply_to(&mut graph);
        if has_changed(&outcome) {
            self.cell.publish(self.next_version(), graph);
        }
        outcome
    }

    /// Applies an operation, and publishes the result as this version, even if it was refused.
    ///
    /// For a host that keeps a log of operations: each has its position.
    ///
    /// ```
    /// use socialgraph::{Operation, Policy, SharedGraph, SocialGraph};
    ///
    /// let shared = SharedGraph::new(SocialGraph::new(Policy::tencent_rest()));
    /// assert!(!shared.apply_at(7, &Operation::remove_user("nobody"))?.is_done());
    /// assert_eq!(shared.version(), 7);
    /// # Ok::<(), socialgraph::StaleVersion>(())
    /// ```
    ///
    /// # Errors
    /// Fails without applying the operation if the version is not above the latest.
    pub fn apply_at(&self, version: u64, operation: &Operation) -> Result<Outcome, StaleVersion> {
        let applied = self.write_at(version, |graph| {
            Ok::<Outcome, Infallible>(operation.apply_to(graph))
        })?;
        let Ok(outcome) = applied;
        Ok(outcome)
    }
}

/// Returns whether an operation changed the graph.
fn has_changed(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::ActOnMany(Ok(batch)) | Outcome::ManyAct(Ok(batch)) => {
            batch.succeeded().next().is_some()
        }
        outcome => outcome.is_done(),
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self {
            cell: Arc::clone(&self.cell),
        }
    }
}

impl<T: Clone> Cell<T> {
    // A panic cannot leave a lock's value half written, so poisoned locks are used like others.

    fn turn(&self) -> MutexGuard<'_, ()> {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn latest(&self) -> Arc<Published<T>> {
        let published = self.published.read();
        Arc::clone(&published.unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes a clone, and publishes it. The caller has its turn.
    fn write<R, E>(
        &self,
        version: u64,
        change: impl FnOnce(&mut T) -> Result<R, E>,
    ) -> Result<R, E> {
        let mut value = self.latest().value.clone();
        let result = change(&mut value)?;
        self.publish(version, value);
        Ok(result)
    }

    fn publish(&self, version: u64, value: T) {
        // Writers take turns, so that nobody counts in between.
        let publication = self.publications.0.load(Ordering::Relaxed).wrapping_add(1);
        let published = Arc::new(Published {
            publication,
            version,
            value,
        });

        let mut latest = self
            .published
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut *latest, published);
        // A reader that sees the number finds at least this value.
        self.publications.0.store(publication, Ordering::Release);
        drop(latest);
        // If no reader has it, it is freed here, after the lock.
        drop(before);
    }
}

/// A reader of a [`SharedGraph`]: the graph as of the reader's last refresh.
///
/// It dereferences to that graph. Each thread has one of its own; a clone is cheap, and starts
/// at the same version. A reader that is never refreshed keeps an old graph in memory.
///
/// See [`SharedGraph`] for an example.
pub struct Reader<T = SocialGraph> {
    cell: Arc<Cell<T>>,
    current: Arc<Published<T>>,
}

impl<T: Clone> Reader<T> {
    /// Moves to the latest version, and returns its value.
    ///
    /// If nothing changed, it costs one atomic load. Otherwise it takes a lock that is held while
    /// a pointer is read or replaced, and never while a writer is at work. If this reader was the
    /// last to have its old value, it frees here what the new one does not share with it.
    #[inline]
    pub fn refresh(&mut self) -> &T {
        if self.cell.publications.0.load(Ordering::Acquire) != self.current.publication {
            self.replace();
        }
        &self.current.value
    }

    #[cold]
    fn replace(&mut self) {
        self.current = self.cell.latest();
    }
}

impl<T> Reader<T> {
    /// Returns the version as of the last refresh, for an answer that says when it was decided.
    #[must_use]
    #[inline]
    pub fn version(&self) -> u64 {
        self.current.version
    }
}

impl<T> Clone for Reader<T> {
    fn clone(&self) -> Self {
        Self {
            cell: Arc::clone(&self.cell),
            current: Arc::clone(&self.current),
        }
    }
}

impl<T> Deref for Reader<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.current.value
    }
}

/// The error of a version that is not above the latest; nothing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[error("version {version} is not above the latest, {latest}")]
pub struct StaleVersion {
    /// The version given.
    pub version: u64,
    /// The latest version.
    pub latest: u64,
}

impl<T: Clone + fmt::Debug> fmt::Debug for Shared<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let latest = self.cell.latest();
        f.debug_struct("Shared")
            .field("version", &latest.version)
            .field("value", &latest.value)
            .finish()
    }
}

impl<T: fmt::Debug> fmt::Debug for Reader<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader")
            .field("version", &self.current.version)
            .field("value", &self.current.value)
            .finish_non_exhaustive()
    }
}
