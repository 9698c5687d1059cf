//! One graph for many threads.

use std::fmt;
use std::ops::Deref;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use crate::graph::SocialGraph;
use crate::operation::{Operation, Outcome};

/// One graph for many threads: writers take turns, and readers do not wait for them.
///
/// A [`Reader`] holds the graph as of its last refresh, so a question costs what it costs on a
/// graph of one's own. A write works on a clone, and publishes it at the end: readers see all of
/// it or nothing. Cloning a `SharedGraph` gives another handle of the same graph.
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
#[derive(Clone)]
pub struct SharedGraph {
    shared: Arc<Shared>,
}

struct Shared {
    /// The version of `published`, on a cache line of its own: readers read it again and again.
    version: Aligned<AtomicU64>,
    /// Locked to read or replace the pointer alone, never while a write is at work.
    published: RwLock<Arc<Published>>,
    /// Held by the writer whose turn it is.
    turn: Mutex<()>,
}

/// A value that shares no cache line with others, nor a pair of lines that are fetched together.
#[repr(align(128))]
struct Aligned<T>(T);

/// A graph that does not change any more.
struct Published {
    version: u64,
    graph: SocialGraph,
}

impl SharedGraph {
    /// Shares a graph, at version 0.
    #[must_use]
    pub fn new(graph: SocialGraph) -> Self {
        Self::at_version(graph, 0)
    }

    /// Shares a graph at a version: for a host that loads a snapshot and knows its position.
    #[must_use]
    pub fn at_version(graph: SocialGraph, version: u64) -> Self {
        let shared = Shared {
            version: Aligned(AtomicU64::new(version)),
            published: RwLock::new(Arc::new(Published { version, graph })),
            turn: Mutex::new(()),
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// Returns a reader of the latest version. Constant time.
    #[must_use]
    pub fn reader(&self) -> Reader {
        Reader {
            current: self.shared.latest(),
            shared: Arc::clone(&self.shared),
        }
    }

    /// Returns the latest version. It only rises.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.shared.version.0.load(Ordering::Acquire)
    }

    /// Returns the latest graph, as a clone. Constant time.
    #[must_use]
    pub fn snapshot(&self) -> SocialGraph {
        self.shared.latest().graph.clone()
    }

    /// Changes the graph, and publishes the result as the next version.
    ///
    /// It waits until the writers before are done. If the closure fails or panics, nothing is
    /// published. The closure must not write to the same shared graph: it would wait for itself.
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
    pub fn write<T, E>(
        &self,
        change: impl FnOnce(&mut SocialGraph) -> Result<T, E>,
    ) -> Result<T, E> {
        let _turn = self.shared.turn();
        self.shared.write(self.next_version(), change)
    }

    /// Changes the graph as [`write`](Self::write) does, and publishes the result as this version.
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
    pub fn write_at<T, E>(
        &self,
        version: u64,
        change: impl FnOnce(&mut SocialGraph) -> Result<T, E>,
    ) -> Result<Result<T, E>, StaleVersion> {
        let _turn = self.shared.turn();
        let latest = self.version();
        if version <= latest {
            return Err(StaleVersion { version, latest });
        }
        Ok(self.shared.write(version, change))
    }

    /// Applies an operation, and publishes the result if it was done.
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
        let _turn = self.shared.turn();
        let mut graph = self.snapshot();
        let outcome = operation.apply_to(&mut graph);
        if outcome.is_done() {
            self.shared.publish(self.next_version(), graph);
        }
        outcome
    }

    /// Returns the version after the latest.
    fn next_version(&self) -> u64 {
        self.version().saturating_add(1)
    }
}

impl Shared {
    // A panic cannot leave a lock's value half written, so poisoned locks are used like others.

    fn turn(&self) -> MutexGuard<'_, ()> {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn latest(&self) -> Arc<Published> {
        let published = self.published.read();
        Arc::clone(&published.unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes a clone, and publishes it. The caller has its turn.
    fn write<T, E>(
        &self,
        version: u64,
        change: impl FnOnce(&mut SocialGraph) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut graph = self.latest().graph.clone();
        let value = change(&mut graph)?;
        self.publish(version, graph);
        Ok(value)
    }

    fn publish(&self, version: u64, graph: SocialGraph) {
        let published = Arc::new(Published { version, graph });

        let mut latest = self
            .published
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut *latest, published);
        drop(latest);
        // A reader that sees the version finds at least this graph.
        self.version.0.store(version, Ordering::Release);
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
#[derive(Clone)]
pub struct Reader {
    shared: Arc<Shared>,
    current: Arc<Published>,
}

impl Reader {
    /// Moves to the latest version, and returns its graph.
    ///
    /// If nothing changed, it costs one atomic load. Otherwise it takes a lock that is held while
    /// a pointer is read or replaced, and never while a writer is at work.
    #[inline]
    pub fn refresh(&mut self) -> &SocialGraph {
        if self.shared.version.0.load(Ordering::Acquire) != self.current.version {
            self.replace();
        }
        &self.current.graph
    }

    #[cold]
    fn replace(&mut self) {
        self.current = self.shared.latest();
    }

    /// Returns the graph as of the last refresh.
    #[must_use]
    #[inline]
    pub fn graph(&self) -> &SocialGraph {
        &self.current.graph
    }

    /// Returns the version of [`graph`](Self::graph), for an answer that says when it was decided.
    #[must_use]
    #[inline]
    pub fn version(&self) -> u64 {
        self.current.version
    }
}

impl Deref for Reader {
    type Target = SocialGraph;

    #[inline]
    fn deref(&self) -> &SocialGraph {
        self.graph()
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

impl fmt::Debug for SharedGraph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let latest = self.shared.latest();
        f.debug_struct("SharedGraph")
            .field("version", &latest.version)
            .field("graph", &latest.graph)
            .finish()
    }
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader")
            .field("version", &self.current.version)
            .field("graph", &self.current.graph)
            .finish_non_exhaustive()
    }
}
