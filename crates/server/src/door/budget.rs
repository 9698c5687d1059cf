//! The bytes of requests or of replies under way, all connections together.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use tokio::sync::Notify;

/// The most bytes that need no share. The number of connections bounds them already, so that an
/// ordinary call waits for no large one.
pub(crate) const FREE: usize = 64 << 10;

/// The part of the budget that one caller may hold, as a divisor.
const CALLERS: usize = 4;

/// A number of bytes that callers share.
#[derive(Clone)]
pub(crate) struct Budget {
    inner: Arc<Inner>,
}

struct Inner {
    most: usize,
    held: Mutex<Held>,
    /// Tells those who wait that bytes were given back.
    freed: Notify,
}

/// The bytes that are held: all of them, and those of each caller who holds any.
#[derive(Default)]
struct Held {
    bytes: usize,
    by_caller: HashMap<String, usize>,
}

/// A part of the budget, which is given back when it is dropped.
pub(crate) struct Share {
    inner: Arc<Inner>,
    caller: String,
    bytes: usize,
}

impl Budget {
    pub(crate) fn new(most: usize) -> Self {
        let inner = Inner {
            most,
            held: Mutex::default(),
            freed: Notify::new(),
        };
        Self {
            inner: Arc::new(inner),
        }
    }

    /// Takes a share, or waits for it. The bytes are at most those of the whole budget.
    ///
    /// Callers are served as their shares fit, so that a large share holds up no smaller one.
    pub(crate) async fn share(&self, caller: &str, bytes: usize) -> Share {
        loop {
            // What is given back behind this line wakes.
            let freed = self.inner.freed.notified();
            if let Some(share) = self.try_share(caller, bytes) {
                return share;
            }
            freed.await;
        }
    }

    /// Takes a share, or returns `None` if it does not fit. A caller may hold a quarter of the
    /// budget, but always a first share.
    pub(crate) fn try_share(&self, caller: &str, bytes: usize) -> Option<Share> {
        let mut held = self.inner.held();
        let most = self.inner.most;
        let of_caller = held.by_caller.get(caller).copied().unwrap_or_default();

        let is_callers = of_caller == 0 || of_caller.saturating_add(bytes) <= most / CALLERS;
        let fits = held.bytes.saturating_add(bytes) <= most;
        (is_callers && fits).then(|| self.take(&mut held, caller, bytes))
    }

    /// Takes a share whether it fits or not.
    pub(crate) fn share_anyway(&self, caller: &str, bytes: usize) -> Share {
        let mut held = self.inner.held();
        self.take(&mut held, caller, bytes)
    }

    fn take(&self, held: &mut Held, caller: &str, bytes: usize) -> Share {
        held.bytes = held.bytes.saturating_add(bytes);
        let of_caller = held.by_caller.entry(caller.to_owned()).or_default();
        *of_caller = of_caller.saturating_add(bytes);
        Share {
            inner: Arc::clone(&self.inner),
            caller: caller.to_owned(),
            bytes,
        }
    }

    #[cfg(test)]
    fn left(&self) -> usize {
        self.inner.most.saturating_sub(self.inner.held().bytes)
    }
}

impl Inner {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Share {
    /// Returns the bytes of a reply, which give the share back when they are written.
    pub(crate) fn hold(self, bytes: Vec<u8>) -> Bytes {
        Bytes::from_owner(Shared {
            bytes,
            _share: self,
        })
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut held = self.inner.held();
        held.bytes = held.bytes.saturating_sub(self.bytes);
        if let Some(of_caller) = held.by_caller.get_mut(&self.caller) {
            *of_caller = of_caller.saturating_sub(self.bytes);
            if *of_caller == 0 {
                held.by_caller.remove(&self.caller);
            }
        }
        drop(held);
        self.inner.freed.notify_waiters();
    }
}

/// The bytes of a reply with their share.
struct Shared {
    bytes: Vec<u8>,
    _share: Share,
}

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::Budget;

    #[test]
    fn a_reply_holds_its_share_until_it_is_written() {
        let budget = Budget::new(10_240);
        let share = budget.try_share("a", 9_000);
        let reply = share.map(|share| share.hold(vec![0; 9_000]));
        assert_eq!(budget.left(), 1_240);
        assert!(budget.try_share("b", 2_000).is_none());
        let part = reply.as_ref().map(|it| it.slice(..10));
        drop(reply);
        assert_eq!(budget.left(), 1_240);
        drop(part);
        assert_eq!(budget.left(), 10_240);
    }

    #[test]
    fn a_caller_has_a_quarter_but_always_a_first_share() {
        let budget = Budget::new(1_000);
        let first = budget.try_share("a", 600);
        assert!(first.is_some());
        assert!(budget.try_share("a", 1).is_none());
        let quarter = [budget.try_share("b", 200), budget.try_share("b", 50)];
        assert!(quarter.iter().all(Option::is_some));
        assert!(budget.try_share("b", 1).is_none());
        // What is owed is sent although it does not fit.
        let owed = budget.share_anyway("a", 900);
        assert!(budget.try_share("c", 1).is_none());
        drop((first, quarter, owed));
        assert!(budget.try_share("c", 1_000).is_some());
        assert!(budget.inner.held().by_caller.is_empty());
    }

    #[tokio::test]
    async fn a_large_share_that_waits_holds_up_no_smaller_one() {
        const LONG: Duration = Duration::from_secs(20);
        let budget = Budget::new(1_000);
        let first = budget.try_share("a", 600);
        let waiting = budget.clone();
        let large = tokio::spawn(async move { waiting.share("b", 900).await });
        tokio::task::yield_now().await;
        assert!(timeout(LONG, budget.share("c", 400)).await.is_ok());
        drop(first);
        assert!(timeout(LONG, large).await.is_ok());
    }
}
