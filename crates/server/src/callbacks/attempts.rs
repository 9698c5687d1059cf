//! The deliveries under way, each in a task of its own.

use std::collections::HashMap;

use tokio::task::{Id, JoinSet};

/// How the delivery of an entry has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// The app has taken the callbacks, or they were given up.
    Done,
    /// It was stopped. The callbacks come again at the next start.
    Stopped,
    /// It panicked.
    Panicked,
}

/// The deliveries under way, by the numbers of their entries.
#[derive(Default)]
pub(super) struct Attempts {
    tasks: JoinSet<bool>,
    /// A task that panics returns nothing but its id.
    numbers: HashMap<Id, u64>,
}

impl Attempts {
    /// Starts to deliver an entry: the future returns whether it is done with it.
    pub(super) fn start(
        &mut self,
        number: u64,
        deliver: impl Future<Output = bool> + Send + 'static,
    ) {
        let task = self.tasks.spawn(deliver);
        self.numbers.insert(task.id(), number);
    }

    /// Waits for the next delivery that ends, or returns `None` if none is under way.
    pub(super) async fn next(&mut self) -> Option<(u64, Ended)> {
        let (id, ended) = match self.tasks.join_next_with_id().await? {
            Ok((id, true)) => (id, Ended::Done),
            Ok((id, false)) => (id, Ended::Stopped),
            Err(error) if error.is_panic() => (error.id(), Ended::Panicked),
            Err(error) => (error.id(), Ended::Stopped),
        };
        Some((self.numbers.remove(&id)?, ended))
    }

    pub(super) fn len(&self) -> usize {
        self.tasks.len()
    }
}

#[cfg(test)]
mod tests {
    use super::{Attempts, Ended};

    #[tokio::test]
    async fn a_delivery_that_panics_is_known_by_its_number() {
        let mut attempts = Attempts::default();
        attempts.start(7, async { panic!("a test") });
        attempts.start(8, async { true });
        attempts.start(9, async { false });
        let mut ended = Vec::new();
        while let Some(next) = attempts.next().await {
            ended.push(next);
        }
        ended.sort_unstable_by_key(|(number, _)| *number);
        let expected = [(7, Ended::Panicked), (8, Ended::Done), (9, Ended::Stopped)];
        assert_eq!(ended, expected);
        assert!(attempts.numbers.is_empty());
    }
}
