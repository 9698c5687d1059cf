//! A chat server over `SQLite`: tables, constraints, transactions, and the rules in SQL.
//!
//! It shares no rule with the crate. An action is a list of conditions, each with the reason to
//! refuse it, and a list of statements. Two threads serve, each with its own connection to the
//! file, so that concurrent calls meet in the database.

mod client;
mod rules;

use std::error::Error;
use std::panic::resume_unwind;
use std::sync::Barrier;
use std::thread;

use client::Client;
use rules::{TARGET_BLOCKS, checks};
use rusqlite::Result;
use socialgraph::{Action, Limits, List, Notice, Operation, Reason};
use socialgraph_testkit::conformance::{Answer, Extras, ListPage, Reply, System};
use tempfile::TempDir;

/// The server: two clients of one database, in a folder that is removed with the server.
pub struct Database {
    clients: [Client; 2],
    _folder: TempDir,
}

impl Database {
    /// Opens a new database with these limits.
    ///
    /// # Errors
    /// Fails if the database cannot be made.
    pub fn open(limits: Limits) -> Result<Self, Box<dyn Error>> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("server.sqlite");
        let first = Client::open(&file, limits)?;
        first.create_tables()?;
        Ok(Self {
            clients: [first, Client::open(&file, limits)?],
            _folder: folder,
        })
    }

    /// Returns the client that serves single calls.
    const fn client(&mut self) -> &mut Client {
        &mut self.clients[0]
    }
}

impl System for Database {
    type Error = rusqlite::Error;

    fn reset(&mut self) -> Result<()> {
        self.client().clear()
    }

    fn apply(&mut self, operation: &Operation) -> Result<Reply> {
        self.client().carry_out(operation)
    }

    /// Only the target's block stops a message, and the sender is not told (R13).
    fn can_message(&mut self, actor: &str, target: &str) -> Result<Answer> {
        let checks = [(Reason::TargetBlocks, TARGET_BLOCKS.into())];
        let answer = self.client().ask(&checks, actor, target)?;

        let blocked = Answer::REFUSED.with_reasons(Reason::TargetBlocks.into());
        Ok(if answer == Answer::ALLOWED {
            answer
        } else if answer == blocked {
            answer.with_notice(Notice::Silent)
        } else {
            answer.with_notice(Notice::Told)
        })
    }

    fn extras(&mut self) -> Option<&mut dyn Extras<Error = rusqlite::Error>> {
        Some(self)
    }
}

impl Extras for Database {
    type Error = rusqlite::Error;

    fn can_send_friend_request(&mut self, actor: &str, target: &str) -> Result<Option<Answer>> {
        let checks = checks(Action::SendRequest);
        self.client().ask(&checks, actor, target).map(Some)
    }

    fn list(&mut self, user: &str, list: List) -> Result<Option<Vec<String>>> {
        let rows = self.client().rows(user, list, 0)?;
        Ok(Some(rows.into_iter().map(|(_, name)| name).collect()))
    }

    fn page(
        &mut self,
        user: &str,
        list: List,
        from: Option<&str>,
        limit: usize,
    ) -> Result<Option<ListPage>> {
        let above = from.and_then(|from| from.parse().ok()).unwrap_or(0);
        let mut rows = self.client().rows(user, list, above)?;

        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(|(id, _)| id.to_string());
        Ok(Some(ListPage {
            users: rows.into_iter().map(|(_, name)| name).collect(),
            next,
        }))
    }

    /// Starts two threads together, each with a transaction of its own.
    ///
    /// The database lets one write at a time. Either may come first, and neither sees the other
    /// half done.
    fn apply_concurrently(
        &mut self,
        first: &Operation,
        second: &Operation,
    ) -> Result<Option<[Reply; 2]>> {
        let [one, other] = &mut self.clients;
        let start = &Barrier::new(2);

        let replies = thread::scope(|scope| {
            let first = scope.spawn(move || {
                start.wait();
                one.carry_out(first)
            });
            start.wait();
            let second = other.carry_out(second);

            let first = first.join().unwrap_or_else(|panic| resume_unwind(panic));
            [first, second]
        });
        let [first, second] = replies;
        Ok(Some([first?, second?]))
    }
}
