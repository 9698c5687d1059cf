//! News of entries: what waits for one learns of it at once, and holds no thread meanwhile.

use std::thread;
use std::time::Duration;

use socialgraph_host::{Behind, Host, Position};
use tokio::sync::watch;
use tokio::time::timeout;

use super::problem::Problem;
use crate::state::State;

/// How long a request waits for a position.
const PATIENCE: Duration = Duration::from_secs(2);

/// How long the thread waits until it sees that nobody listens any more.
const TURN: Duration = Duration::from_millis(500);

/// The position of the state, to be waited for.
#[derive(Clone)]
pub(crate) struct News {
    position: watch::Receiver<Position>,
}

impl News {
    /// Starts a thread that waits for entries.
    pub(crate) fn start(host: &Host<State>) -> std::io::Result<Self> {
        let mut reader = host.reader();
        let (sender, position) = watch::channel(reader.position());
        let run = move || {
            let mut here = reader.position();
            while !sender.is_closed() {
                let next = Position {
                    number: here.number.saturating_add(1),
                    ..here
                };
                match reader.at_least(next, TURN).map(|_| ()) {
                    Ok(()) => {
                        here = reader.position();
                        sender.send_replace(here);
                    }
                    Err(Behind::Late { .. }) => {}
                    Err(_) => return,
                }
            }
        };
        thread::Builder::new().name("news".to_owned()).spawn(run)?;
        Ok(Self { position })
    }

    /// Waits until the state is at a position or beyond.
    pub(super) async fn wait(&self, wanted: Position) -> Result<(), Problem> {
        let mut position = self.position.clone();
        let here = *position.borrow_and_update();
        if wanted.epoch != here.epoch {
            return Err(Behind::OtherEpoch { wanted, here }.into());
        }
        let reached = position.wait_for(|here| here.number >= wanted.number);
        let reached = timeout(PATIENCE, reached).await.map(|it| it.is_ok());
        let here = *self.position.borrow();
        match reached {
            Ok(true) => Ok(()),
            Ok(false) => Err(Behind::Closed { wanted, here }.into()),
            Err(_) => Err(Behind::Late { wanted, here }.into()),
        }
    }

    /// Waits until the state is beyond a number, or for ever if it is closed.
    pub(super) async fn beyond(&self, number: u64) {
        let mut position = self.position.clone();
        if position
            .wait_for(|here| here.number > number)
            .await
            .is_err()
        {
            std::future::pending::<()>().await;
        }
    }
}
