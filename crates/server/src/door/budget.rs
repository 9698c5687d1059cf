//! The bytes of requests or of replies under way, all connections together.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use tokio::sync::Notify;

/// The most bytes that need no share. The number of connections bounds them already, so that an
/// ordinary call waits for no large one.
pub(crate) const FREE: usize = 64 << 10;

/// The part of the budget that one holder may have, as a divisor.
const HOLDERS: usize = 4;

/// Who holds bytes: a caller of the vendor's interface, or a sender with a token.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Holder {
    /// An account, by its name.
    Account(String),
    /// A token, by its id.
    Token(u64),
    /// The users of this machine, where no tokens are asked for.
    Local,
}

/// A number of bytes that holders share.
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

/// The bytes that are held: all of them, and those of each holder.
#[derive(Default)]
struct Held {
    bytes: usize,
    by_holder: HashMap<Holder, usize>,
}

/// A part of the budget, which is given back when it is dropped.
pub(crate) struct Share {
    inner: Arc<Inner>,
    holder: Holder,
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
    /// Holders are served as their shares fit, so that a large share holds up no smaller one.
    pub(crate) async fn share(&self, holder: &Holder, bytes: usize) -> Share {
        loop {
            // What is given back behind this line wakes.
            let freed = self.inner.freed.notified();
            if let Some(share) = self.try_share(holder, bytes) {
                return share;
            }
            freed.await;
        }
    }

    /// Takes a share, or returns `None` if it does not fit. A holder may have a quarter of the
    /// budget, but always a first share.
    pub(crate) fn try_share(&self, holder: &Holder, bytes: usize) -> Option<Share> {
        let mut held = self.inner.held();
        let most = self.inner.most;
        let of_holder = held.by_holder.get(holder).copied().unwrap_or_default();

        let is_holders = of_holder == 0 || of_holder.saturating_add(bytes) <= most / HOLDERS;
        let fits = held.bytes.saturating_add(bytes) <= most;
        (is_holders && fits).then(|| self.take(&mut held, holder, bytes))
    }

    /// Takes a share whether it fits or not.
    pub(crate) fn share_anyway(&self, holder: &Holder, bytes: usize) -> Share {
        let mut held = self.inner.held();
        self.take(&mut held, holder, bytes)
    }

    fn take(&self, held: &mut Held, holder: &Holder, bytes: usize) -> Share {
        held.bytes = held.bytes.saturating_add(bytes);
        let of_holder = held.by_holder.entry(holder.clone()).or_default();
        *of_holder = of_holder.saturating_add(bytes);
        Share {
            inner: Arc::clone(&self.inner),
            holder: holder.clone(),
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
        if let Some(of_holder) = held.by_holder.get_mut(&self.holder) {
            *of_holder = of_holder.saturating_sub(self.bytes);
            if *of_holder == 0 {
                held.by_holder.remove(&self.holder);
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

    use super::{Budget, Holder};

    fn account(name: &str) -> Holder {
        Holder::Account(name.to_owned())
    }

    #[test]
    fn a_reply_holds_its_share_until_it_is_written() {
        let budget = Budget::new(10_240);
        let share = budget.try_share(&account("a"), 9_000);
        let reply = share.map(|share| share.hold(vec![0; 9_000]));
        assert_eq!(budget.left(), 1_240);
        assert!(budget.try_share(&account("b"), 2_000).is_none());
        let part = reply.as_ref().map(|it| it.slice(..10));
        drop(reply);
        assert_eq!(budget.left(), 1_240);
        drop(part);
        assert_eq!(budget.left(), 10_240);
    }

    #[test]
    fn a_holder_has_a_quarter_but_always_a_first_share() {
        let budget = Budget::new(1_000);
        let first = budget.try_share(&account("a"), 600);
        assert!(first.is_some());
        assert!(budget.try_share(&account("a"), 1).is_none());
        let quarter = [
            budget.try_share(&account("b"), 200),
            budget.try_share(&account("b"), 50),
        ];
        assert!(quarter.iter().all(Option::is_some));
        assert!(budget.try_share(&account("b"), 1).is_none());
        // What is owed is sent although it does not fit.
        let owed = budget.share_anyway(&account("a"), 900);
        assert!(budget.try_share(&account("c"), 1).is_none());
        drop((first, quarter, owed));
        assert!(budget.try_share(&account("c"), 1_000).is_some());
        assert!(budget.inner.held().by_holder.is_empty());
    }

    #[test]
    fn accounts_and_tokens_share_one_budget() {
        let budget = Budget::new(1_000);
        let holders = [
            account("1"),
            Holder::Token(1),
            Holder::Token(2),
            Holder::Local,
        ];
        let shares = holders.each_ref().map(|it| budget.try_share(it, 250));
        assert!(shares.iter().all(Option::is_some));
        assert_eq!(budget.left(), 0);
        drop(shares);
        let first = budget.try_share(&Holder::Token(1), 250);
        assert!(first.is_some());
        assert!(budget.try_share(&Holder::Token(1), 1).is_none());
        assert!(budget.try_share(&Holder::Token(2), 750).is_some());
    }

    #[tokio::test]
    async fn a_large_share_that_waits_holds_up_no_smaller_one() {
        const LONG: Duration = Duration::from_secs(20);
        let budget = Budget::new(1_000);
        let first = budget.try_share(&account("a"), 600);
        let waiting = budget.clone();
        let large = tokio::spawn(async move { waiting.share(&account("b"), 900).await });
        tokio::task::yield_now().await;
        assert!(
            timeout(LONG, budget.share(&account("c"), 400))
                .await
                .is_ok()
        );
        drop(first);
        assert!(timeout(LONG, large).await.is_ok());
    }
}
