//! A chat server over `SQLite`: tables, constraints, transactions, and the rules in SQL.
//!
//! It shares no rule with the crate. What speaks against an action is a list of conditions,
//! each with its reason; what the action does is a list of statements. Two threads serve, each
//! with its own connection to the one file, so that two calls at once meet in the database.

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
use socialgraph_testkit::conformance::{Answer, ListPage, Reply, System};
use tempfile::TempDir;

/// The server: two clients of one database, in a folder that goes when the server does.
pub(crate) struct Database {
    clients: [Client; 2],
    _folder: TempDir,
}

impl Database {
    pub(crate) fn open(limits: Limits) -> Result<Self, Box<dyn Error>> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("server.sqlite");
        let first = Client::open(&file, limits)?;
        first.create_tables()?;
        Ok(Self {
            clients: [first, Client::open(&file, limits)?],
            _folder: folder,
        })
    }

    /// Returns the client that serves whatever comes alone.
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

    /// A message is stopped by the target's block alone, and the sender is not told (R13).
    fn can_message(&mut self, actor: &str, target: &str) -> Result<Answer> {
        let answer = self.client().ask(
            &[(Reason::TargetBlocks, TARGET_BLOCKS.into())],
            actor,
            target,
        )?;
        let blocked = Answer::REFUSED.with_reasons(Reason::TargetBlocks.into());
        let notice = if answer == blocked {
            Notice::Silent
        } else {
            Notice::Told
        };
        Ok(if answer == Answer::ALLOWED {
            answer
        } else {
            answer.with_notice(notice)
        })
    }

    fn can_send_friend_request(&mut self, actor: &str, target: &str) -> Result<Answer> {
        self.client()
            .ask(&checks(Action::SendRequest), actor, target)
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

    /// Two threads, each with a transaction of its own, that start together.
    ///
    /// The database lets one write at a time. Either may come first, and neither sees the
    /// other half done.
    fn apply_concurrently(
        &mut self,
        first: &Operation,
        second: &Operation,
    ) -> Result<Option<[Reply; 2]>> {
        let [one, other] = &mut self.clients;
        let start = &Barrier::new(2);
        let (first, second) = thread::scope(|scope| {
            let first = scope.spawn(move || {
                start.wait();
                one.carry_out(first)
            });
            start.wait();
            let second = other.carry_out(second);
            (
                first.join().unwrap_or_else(|panic| resume_unwind(panic)),
                second,
            )
        });
        Ok(Some([first?, second?]))
    }
}
