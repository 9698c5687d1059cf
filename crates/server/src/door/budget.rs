//! The bytes of requests and replies under way, all connections together.

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The bytes that a permit stands for. A semaphore counts to less than 2^32 bytes on some machines.
const UNIT: usize = 1_024;

/// A number of bytes that requests and replies share.
#[derive(Clone)]
pub(crate) struct Budget {
    units: Arc<Semaphore>,
}

/// A share of the budget, which is given back when it is dropped.
pub(crate) struct Share {
    _permit: OwnedSemaphorePermit,
}

impl Budget {
    pub(crate) fn new(bytes: usize) -> Self {
        let units = bytes.div_ceil(UNIT).min(Semaphore::MAX_PERMITS);
        Self {
            units: Arc::new(Semaphore::new(units)),
        }
    }

    /// Takes a share, or waits for it. The bytes are at most those of the whole budget.
    pub(crate) async fn share(&self, bytes: usize) -> Option<Share> {
        let units = u32::try_from(bytes.div_ceil(UNIT)).ok()?;
        let permit = Arc::clone(&self.units)
            .acquire_many_owned(units)
            .await
            .ok()?;
        Some(Share { _permit: permit })
    }

    /// Returns the bytes of a reply, which give their share back when they are written. Returns
    /// `None` if too many replies wait for their clients.
    pub(crate) fn reply(&self, bytes: Vec<u8>) -> Option<Bytes> {
        let units = u32::try_from(bytes.len().div_ceil(UNIT)).ok()?;
        let permit = Arc::clone(&self.units).try_acquire_many_owned(units).ok()?;
        let share = Share { _permit: permit };
        Some(Bytes::from_owner(Held {
            bytes,
            _share: share,
        }))
    }

    #[cfg(test)]
    fn left(&self) -> usize {
        self.units.available_permits().saturating_mul(UNIT)
    }
}

/// The bytes of a reply with their share.
struct Held {
    bytes: Vec<u8>,
    _share: Share,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::Budget;

    #[tokio::test]
    async fn a_reply_holds_its_share_until_it_is_written() {
        let budget = Budget::new(10_240);
        let reply = budget.reply(vec![0; 9_000]);
        assert_eq!(budget.left(), 1_024);
        assert!(budget.reply(vec![0; 2_000]).is_none());
        let part = reply.as_ref().map(|it| it.slice(..10));
        drop(reply);
        assert_eq!(budget.left(), 1_024);
        drop(part);
        assert_eq!(budget.left(), 10_240);
        assert!(budget.share(10_240).await.is_some());
    }
}
