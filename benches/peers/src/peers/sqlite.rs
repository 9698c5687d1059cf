//! `SQLite` in memory: prepared statements, one transaction a batch.

use rusqlite::{CachedStatement, Connection, params};

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

impl Sqlite {
    pub(crate) fn build(population: &Population) -> Self {
        let peer = Self(Connection::open_in_memory().expect("memory"));
        peer.0
            .execute_batch(SCHEMA)
            .expect("the schema is well formed");
        peer.transaction(|peer| {
            let mut insert = peer.statement("INSERT INTO users VALUES (?1, ?2)");
            for user in 0..population.users {
                insert
                    .execute(params![user, name(user)])
                    .expect("names are distinct");
            }
            let mut insert = peer.statement("INSERT INTO blocks VALUES (?1, ?2)");
            for (a, b) in &population.blocks {
                insert.execute(params![a, b]).expect("each block is once");
            }
            for &(a, b) in &population.friends {
                peer.befriend(a, b);
            }
        });
        peer
    }

    fn statement(&self, sql: &str) -> CachedStatement<'_> {
        self.0
            .prepare_cached(sql)
            .expect("the statement is well formed")
    }

    fn transaction(&self, work: impl FnOnce(&Self)) {
        self.0
            .execute_batch("BEGIN")
            .expect("no transaction is open");
        work(self);
        self.0
            .execute_batch("COMMIT")
            .expect("a transaction is open");
    }

    fn befriend(&self, a: u32, b: u32) {
        let mut insert = self.statement("INSERT INTO friends VALUES (?1, ?2), (?2, ?1)");
        insert.execute(params![a, b]).expect("they are strangers");
    }

    /// Asks one query of many pairs, with the statement prepared once.
    fn prepared_query<'s>(&'s self, sql: &str) -> impl FnMut(u32, u32) -> bool + 's {
        let mut statement = self.statement(sql);
        move |a, b| {
            statement
                .query_row(params![a, b], |row| row.get(0))
                .expect("the statement has a row")
        }
    }

    fn count(&self, sql: &str, pairs: &[(u32, u32)]) -> usize {
        let mut can_message = self.prepared_query(sql);
        pairs.iter().filter(|(a, b)| can_message(*a, *b)).count()
    }
}

impl Peer for Sqlite {
    fn heap_bytes(&self) -> Option<u64> {
        let pragma = |name| {
            self.0
                .pragma_query_value(None, name, |row| row.get::<_, u64>(0))
        };
        Some(pragma("page_count").ok()? * pragma("page_size").ok()?)
    }

    fn can_message(&self, sender: u32, recipient: u32) -> bool {
        self.prepared_query(CAN_MESSAGE)(sender, recipient)
    }

    fn can_request(&self, sender: u32, recipient: u32) -> bool {
        self.prepared_query(CAN_REQUEST)(sender, recipient)
    }

    fn count_can_message(&self, pairs: &[(u32, u32)]) -> usize {
        self.count(CAN_MESSAGE, pairs)
    }

    fn count_can_message_by_name(&self, pairs: &[(String, String)]) -> Option<usize> {
        let mut statement = self.statement(CAN_MESSAGE_BY_NAME);
        let mut can_message = |a: &str, b: &str| {
            statement
                .query_row([a, b], |row| row.get::<_, bool>(0))
                .expect("both are users")
        };
        Some(pairs.iter().filter(|(a, b)| can_message(a, b)).count())
    }

    fn count_can_request(&self, pairs: &[(u32, u32)]) -> usize {
        self.count(CAN_REQUEST, pairs)
    }

    fn audience(&self, sender: u32, recipients: &[u32], into: &mut Vec<u32>) -> usize {
        let mut can_message = self.prepared_query(CAN_MESSAGE);
        into.extend(recipients.iter().filter(|to| can_message(sender, **to)));
        into.len()
    }

    fn visible_senders(&self, recipient: u32, senders: &[u32], into: &mut Vec<u32>) -> usize {
        let mut can_message = self.prepared_query(CAN_MESSAGE);
        into.extend(senders.iter().filter(|from| can_message(**from, recipient)));
        into.len()
    }

    fn add_user(&mut self, name: &str, friends: &[u32]) -> Option<u32> {
        let mut insert =
            self.statement("INSERT INTO users VALUES ((SELECT max(id) + 1 FROM users), ?1)");
        insert.execute([name]).expect("the name is new");
        let user = u32::try_from(self.0.last_insert_rowid()).expect("few users");
        self.transaction(|peer| {
            for friend in friends {
                peer.befriend(user, *friend);
            }
        });
        Some(user)
    }

    fn block_many(&mut self, blocker: u32, targets: &[u32]) -> usize {
        let mut added = 0;
        self.transaction(|peer| {
            let mut insert = peer
                .statement("INSERT OR IGNORE INTO blocks SELECT ?1, id FROM users WHERE id = ?2");
            let mut remove = peer.statement(
                "DELETE FROM friends WHERE (user, friend) IN (VALUES (?1, ?2), (?2, ?1))",
            );
            for target in targets {
                let blocked = insert
                    .execute(params![blocker, target])
                    .expect("a row or none");
                if blocked == 1 {
                    remove
                        .execute(params![blocker, target])
                        .expect("rows or none");
                }
                added += blocked;
            }
        });
        added
    }
}
