//! `SQLite`, in memory or on disk: prepared statements, and one transaction for each batch.

use std::io;
use std::path::Path;

use rusqlite::{CachedStatement, Connection, Params, params};

use super::Peer;
use crate::population::{Population, name};

pub(crate) struct Sqlite(Connection);

const SCHEMA: &str = "
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
    CREATE TABLE blocks (blocker INTEGER, blocked INTEGER, PRIMARY KEY (blocker, blocked)) WITHOUT ROWID;
    CREATE TABLE friends (user INTEGER, friend INTEGER, PRIMARY KEY (user, friend)) WITHOUT ROWID;
";

const CAN_MESSAGE: &str =
    "SELECT NOT EXISTS (SELECT 1 FROM blocks WHERE blocker = ?2 AND blocked = ?1)";

const CAN_MESSAGE_BY_NAME: &str = "
    SELECT NOT EXISTS (SELECT 1 FROM blocks WHERE blocker = b.id AND blocked = a.id)
    FROM users AS a, users AS b WHERE a.name = ?1 AND b.name = ?2";

const CAN_REQUEST: &str = "SELECT
    NOT EXISTS (SELECT 1 FROM blocks WHERE blocker = ?2 AND blocked = ?1)
    AND NOT EXISTS (SELECT 1 FROM blocks WHERE blocker = ?1 AND blocked = ?2)
    AND NOT EXISTS (SELECT 1 FROM friends WHERE user = ?1 AND friend = ?2)";

const INSERT_NEW_USER: &str = "INSERT INTO users VALUES ((SELECT max(id) + 1 FROM users), ?1)";

const INSERT_BLOCK: &str = "INSERT OR IGNORE INTO blocks SELECT ?1, id FROM users WHERE id = ?2";

const DELETE_FRIENDS: &str =
    "DELETE FROM friends WHERE (user, friend) IN (VALUES (?1, ?2), (?2, ?1))";

impl Sqlite {
    /// Writes a database with a population.
    pub(super) fn save(population: &Population, path: &Path) -> io::Result<()> {
        Self::open(path)?.fill(population);
        Ok(())
    }

    /// Opens a database on disk, or an empty one if there is no file.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        Connection::open(path).map(Self).map_err(io::Error::other)
    }

    fn fill(&self, population: &Population) {
        self.run(SCHEMA);

        self.run("BEGIN");
        self.insert_population(population);
        self.run("COMMIT");
    }

    fn run(&self, sql: &str) {
        self.0.execute_batch(sql).expect("the SQL is well formed");
    }

    fn statement(&self, sql: &str) -> CachedStatement<'_> {
        self.0
            .prepare_cached(sql)
            .expect("the statement is well formed")
    }

    fn insert_population(&self, population: &Population) {
        let mut insert = self.statement("INSERT INTO users VALUES (?1, ?2)");
        for user in 0..population.users {
            write(&mut insert, params![user, name(user)]);
        }

        let mut insert = self.statement("INSERT INTO blocks VALUES (?1, ?2)");
        for (blocker, blocked) in &population.blocks {
            write(&mut insert, params![blocker, blocked]);
        }

        for &(a, b) in &population.friends {
            self.befriend(a, b);
        }
    }

    fn befriend(&self, a: u32, b: u32) {
        let mut insert = self.statement("INSERT INTO friends VALUES (?1, ?2), (?2, ?1)");
        write(&mut insert, params![a, b]);
    }

    /// Blocks the targets within an open transaction; returns the number of new blocks.
    fn insert_blocks(&self, blocker: u32, targets: &[u32]) -> usize {
        let mut insert = self.statement(INSERT_BLOCK);
        let mut delete = self.statement(DELETE_FRIENDS);

        let mut added = 0;
        for target in targets {
            let inserted = write(&mut insert, params![blocker, target]);
            if inserted == 1 {
                write(&mut delete, params![blocker, target]);
            }
            added += inserted;
        }
        added
    }

    /// Counts the pairs for which the query is true. Its statement is prepared once.
    fn count(&self, sql: &str, pairs: &[(u32, u32)]) -> usize {
        let mut query = self.statement(sql);
        let mut count = 0;
        for (sender, recipient) in pairs {
            count += usize::from(read(&mut query, params![sender, recipient]));
        }
        count
    }

    fn pragma(&self, name: &str) -> Option<u64> {
        let value: i64 = self.0.pragma_query_value(None, name, |row| row.get(0)).ok()?;
        u64::try_from(value).ok()
    }
}

/// Executes a write; returns the number of changed rows.
fn write(statement: &mut CachedStatement<'_>, parameters: impl Params) -> usize {
    statement
        .execute(parameters)
        .expect("a write keeps every constraint")
}

/// Reads the single value of a query.
fn read(query: &mut CachedStatement<'_>, parameters: impl Params) -> bool {
    query
        .query_row(parameters, |row| row.get(0))
        .expect("the query has a row")
}

impl Peer for Sqlite {
    fn build(population: &Population) -> Self {
        let peer = Self(Connection::open_in_memory().expect("memory"));
        peer.fill(population);
        peer
    }

    fn heap_bytes(&self) -> Option<u64> {
        Some(self.pragma("page_count")? * self.pragma("page_size")?)
    }

    fn can_message(&self, sender: u32, recipient: u32) -> bool {
        read(&mut self.statement(CAN_MESSAGE), params![sender, recipient])
    }

    fn can_request(&self, sender: u32, recipient: u32) -> bool {
        read(&mut self.statement(CAN_REQUEST), params![sender, recipient])
    }

    fn count_can_message(&self, pairs: &[(u32, u32)]) -> usize {
        self.count(CAN_MESSAGE, pairs)
    }

    fn count_can_message_by_name(&self, pairs: &[(String, String)]) -> Option<usize> {
        let mut query = self.statement(CAN_MESSAGE_BY_NAME);
        let mut count = 0;
        for (sender, recipient) in pairs {
            count += usize::from(read(&mut query, [sender.as_str(), recipient]));
        }
        Some(count)
    }

    fn count_can_request(&self, pairs: &[(u32, u32)]) -> usize {
        self.count(CAN_REQUEST, pairs)
    }

    fn audience(&self, sender: u32, recipients: &[u32], into: &mut Vec<u32>) -> usize {
        let mut query = self.statement(CAN_MESSAGE);
        for &recipient in recipients {
            if read(&mut query, params![sender, recipient]) {
                into.push(recipient);
            }
        }
        into.len()
    }

    fn visible_senders(&self, recipient: u32, senders: &[u32], into: &mut Vec<u32>) -> usize {
        let mut query = self.statement(CAN_MESSAGE);
        for &sender in senders {
            if read(&mut query, params![sender, recipient]) {
                into.push(sender);
            }
        }
        into.len()
    }

    fn add_user(&mut self, name: &str, friends: &[u32]) -> Option<u32> {
        write(&mut self.statement(INSERT_NEW_USER), [name]);
        let user = u32::try_from(self.0.last_insert_rowid()).expect("few users");

        self.run("BEGIN");
        for friend in friends {
            self.befriend(user, *friend);
        }
        self.run("COMMIT");
        Some(user)
    }

    fn block_many(&mut self, blocker: u32, targets: &[u32]) -> usize {
        self.run("BEGIN");
        let added = self.insert_blocks(blocker, targets);
        self.run("COMMIT");
        added
    }
}
