//! A chat server over `SQLite`: tables, constraints, transactions, and the rules in SQL.
//!
//! It shares no rule with the crate. What speaks against an action is a list of conditions,
//! each with its reason; what the action does is a list of statements.

use std::sync::{Mutex, PoisonError};
use std::thread;

use rusqlite::{Connection, OptionalExtension, Result, Transaction, params};
use socialgraph::conformance::{Answer, ListPage, Reply, System};
use socialgraph::{
    Action, Limits, List, Notice, Operation, Reason, Reasons, RequestMode, RequestSending, Ways,
};

/// In each condition and statement ?1 is the actor and ?2 the target.
const SCHEMA: &str = "
    PRAGMA foreign_keys = ON;
    CREATE TABLE users (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL UNIQUE CHECK (length(CAST(name AS BLOB)) BETWEEN 1 AND 255),
        request_mode TEXT NOT NULL DEFAULT 'confirm'
            CHECK (request_mode IN ('anyone', 'confirm', 'nobody')),
        barred INTEGER NOT NULL DEFAULT 0 CHECK (barred IN (0, 1))
    );
    CREATE TABLE blocks (
        owner INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
        entry INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
        PRIMARY KEY (owner, entry),
        CHECK (owner <> entry)
    ) WITHOUT ROWID;
    CREATE TABLE friends (
        owner INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
        entry INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
        PRIMARY KEY (owner, entry),
        CHECK (owner <> entry)
    ) WITHOUT ROWID;
    CREATE TABLE requests (
        sender INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
        recipient INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
        PRIMARY KEY (sender, recipient),
        CHECK (sender <> recipient)
    ) WITHOUT ROWID;
    CREATE UNIQUE INDEX one_request_a_pair
        ON requests (min(sender, recipient), max(sender, recipient));
    CREATE INDEX requests_by_recipient ON requests (recipient);
    CREATE TABLE limits (blocked INTEGER, friends INTEGER, requests_in INTEGER, batch INTEGER);
";

const ACTOR_BLOCKS: &str = "EXISTS (SELECT 1 FROM blocks WHERE owner = ?1 AND entry = ?2)";
const TARGET_BLOCKS: &str = "EXISTS (SELECT 1 FROM blocks WHERE owner = ?2 AND entry = ?1)";
const ACTOR_LISTS: &str = "EXISTS (SELECT 1 FROM friends WHERE owner = ?1 AND entry = ?2)";
const TARGET_LISTS: &str = "EXISTS (SELECT 1 FROM friends WHERE owner = ?2 AND entry = ?1)";
const ACTOR_ASKED: &str = "EXISTS (SELECT 1 FROM requests WHERE sender = ?1 AND recipient = ?2)";
const TARGET_ASKED: &str = "EXISTS (SELECT 1 FROM requests WHERE sender = ?2 AND recipient = ?1)";
const ACTOR_BARRED: &str = "(SELECT barred FROM users WHERE id = ?1)";
const TARGET_MODE: &str = "(SELECT request_mode FROM users WHERE id = ?2)";

const ACTOR_BLOCKED_ALL_IT_MAY: &str = "(SELECT count(*) FROM blocks WHERE owner = ?1)
    >= (SELECT blocked FROM limits)";
const ACTOR_HAS_ALL_FRIENDS: &str = "(SELECT count(*) FROM friends WHERE owner = ?1)
    >= (SELECT friends FROM limits)";
const TARGET_HAS_ALL_FRIENDS: &str = "(SELECT count(*) FROM friends WHERE owner = ?2)
    >= (SELECT friends FROM limits)";
const TARGET_HAS_ALL_REQUESTS: &str = "(SELECT count(*) FROM requests WHERE recipient = ?2)
    >= (SELECT requests_in FROM limits)";

/// A reason, and the condition under which it speaks against the action.
type Check = (Reason, String);

/// What speaks against an action, in the order in which reasons are reported (R16).
fn checks(action: Action) -> Vec<Check> {
    let friends = format!("({ACTOR_LISTS} AND {TARGET_LISTS})");
    match action {
        Action::Block => vec![
            (Reason::AlreadyBlocked, ACTOR_BLOCKS.into()),
            (
                Reason::ActorBlocklistFull,
                format!("NOT {ACTOR_BLOCKS} AND {ACTOR_BLOCKED_ALL_IT_MAY}"),
            ),
        ],
        Action::Unblock => vec![(Reason::NotBlocked, format!("NOT {ACTOR_BLOCKS}"))],
        Action::SendRequest => request_checks(&friends),
        Action::AcceptRequest => {
            let missing = (Reason::NoRequestFromTarget, format!("NOT {TARGET_ASKED}"));
            blocks().into_iter().chain([missing]).chain(room_to_befriend(TARGET_ASKED)).collect()
        }
        Action::DeclineRequest => {
            vec![(Reason::NoRequestFromTarget, format!("NOT {TARGET_ASKED}"))]
        }
        Action::CancelRequest => vec![(Reason::NoRequestFromActor, format!("NOT {ACTOR_ASKED}"))],
        Action::AddFriend(Ways::OneWay) => {
            let already = (Reason::AlreadyListed, ACTOR_LISTS.into());
            let [room, _] = room_to_befriend("TRUE");
            blocks().into_iter().chain([already, room]).collect()
        }
        Action::AddFriend(Ways::TwoWay) => {
            let already = (Reason::AlreadyFriends, friends);
            blocks().into_iter().chain([already]).chain(room_to_befriend("TRUE")).collect()
        }
        Action::RemoveFriend(Ways::OneWay) => {
            vec![(Reason::NotListedByActor, format!("NOT {ACTOR_LISTS}"))]
        }
        Action::RemoveFriend(Ways::TwoWay) => {
            let neither = format!("NOT {ACTOR_LISTS} AND NOT {TARGET_LISTS}");
            [Reason::NotListedByActor, Reason::NotListedByTarget]
                .map(|reason| (reason, neither.clone()))
                .into()
        }
    }
}

/// Either block stands against requesting, accepting and adding (R4).
fn blocks() -> [Check; 2] {
    [(Reason::ActorBlocks, ACTOR_BLOCKS.into()), (Reason::TargetBlocks, TARGET_BLOCKS.into())]
}

fn request_checks(friends: &str) -> Vec<Check> {
    // A request that is left pointless adds nothing, and needs no room.
    let adds = format!("NOT {friends} AND NOT {ACTOR_ASKED}");
    let befriends = format!("{adds} AND ({TARGET_ASKED} OR {TARGET_MODE} = 'anyone')");
    let waits = format!("{adds} AND NOT {TARGET_ASKED} AND {TARGET_MODE} = 'confirm'");
    let own = [
        (Reason::ActorBarred, ACTOR_BARRED.into()),
        (Reason::TargetTakesNoRequests, format!("{TARGET_MODE} = 'nobody' AND NOT {TARGET_ASKED}")),
        (Reason::AlreadyRequested, ACTOR_ASKED.into()),
        (Reason::AlreadyFriends, friends.into()),
    ];
    let room = (Reason::TargetRequestsFull, format!("{waits} AND {TARGET_HAS_ALL_REQUESTS}"));
    blocks().into_iter().chain(own).chain(room_to_befriend(&befriends)).chain([room]).collect()
}

/// A friend list that gets an entry needs room for it, under this condition (R15).
fn room_to_befriend(condition: &str) -> [Check; 2] {
    [
        (
            Reason::ActorFriendsFull,
            format!("({condition}) AND NOT {ACTOR_LISTS} AND {ACTOR_HAS_ALL_FRIENDS}"),
        ),
        (
            Reason::TargetFriendsFull,
            format!("({condition}) AND NOT {TARGET_LISTS} AND {TARGET_HAS_ALL_FRIENDS}"),
        ),
    ]
}

const END_FRIENDSHIP: &str = "DELETE FROM friends
    WHERE (owner = ?1 AND entry = ?2) OR (owner = ?2 AND entry = ?1)";
const END_REQUESTS: &str = "DELETE FROM requests
    WHERE (sender = ?1 AND recipient = ?2) OR (sender = ?2 AND recipient = ?1)";
const BEFRIEND: &str = "INSERT OR IGNORE INTO friends VALUES (?1, ?2), (?2, ?1)";

/// Returns the statements that an action is, where nothing speaks against it.
fn statements(action: Action, becomes_friendship: bool) -> &'static [&'static str] {
    match action {
        Action::Block => &["INSERT INTO blocks VALUES (?1, ?2)", END_FRIENDSHIP, END_REQUESTS],
        Action::Unblock => &["DELETE FROM blocks WHERE owner = ?1 AND entry = ?2"],
        Action::SendRequest if !becomes_friendship => &["INSERT INTO requests VALUES (?1, ?2)"],
        Action::SendRequest | Action::AcceptRequest | Action::AddFriend(Ways::TwoWay) => {
            &[BEFRIEND, END_REQUESTS]
        }
        Action::DeclineRequest => &["DELETE FROM requests WHERE sender = ?2 AND recipient = ?1"],
        Action::CancelRequest => &["DELETE FROM requests WHERE sender = ?1 AND recipient = ?2"],
        Action::AddFriend(Ways::OneWay) if becomes_friendship => &[BEFRIEND, END_REQUESTS],
        Action::AddFriend(Ways::OneWay) => &["INSERT INTO friends VALUES (?1, ?2)"],
        Action::RemoveFriend(Ways::OneWay) => {
            &["DELETE FROM friends WHERE owner = ?1 AND entry = ?2"]
        }
        Action::RemoveFriend(Ways::TwoWay) => &[END_FRIENDSHIP],
    }
}

/// Returns the condition under which the action leaves a two-way friendship.
fn befriends(action: Action) -> String {
    match action {
        Action::SendRequest => format!("{TARGET_ASKED} OR {TARGET_MODE} = 'anyone'"),
        Action::AddFriend(Ways::OneWay) => TARGET_LISTS.into(),
        _ => "FALSE".into(),
    }
}

/// The server: one connection behind a lock, one transaction a call.
pub(crate) struct Database {
    connection: Mutex<Connection>,
    limits: Limits,
}

impl Database {
    pub(crate) fn open(limits: Limits) -> Result<Self> {
        let connection = Connection::open_in_memory()?;
        connection.execute_batch(SCHEMA)?;
        // Few enough statements to keep them all prepared.
        connection.set_prepared_statement_cache_capacity(256);
        let Limits { blocked, friends, requests_in, batch } = limits;
        connection.execute(
            "INSERT INTO limits VALUES (?1, ?2, ?3, ?4)",
            params![blocked, friends, requests_in, batch],
        )?;
        Ok(Self { connection: Mutex::new(connection), limits })
    }

    /// Does work in a transaction, which no other thread's work comes between.
    fn transaction<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = connection.transaction()?;
        let result = work(&transaction)?;
        transaction.commit()?;
        Ok(result)
    }

    fn carry_out(&self, operation: &Operation) -> Result<Reply> {
        self.transaction(|transaction| match operation {
            Operation::AddUser { name } => {
                write(transaction, "INSERT OR IGNORE INTO users (name) VALUES (?1)", [name])
            }
            Operation::RemoveUser { name } => {
                write(transaction, "DELETE FROM users WHERE name = ?1", [name])
            }
            Operation::Act { action, actor, target } => {
                Ok(act(transaction, *action, actor, target)?.into())
            }
            Operation::ActOnMany { action, actor, targets } => {
                if self.limits.batch.is_some_and(|limit| targets.len() > limit as usize) {
                    return Ok(false.into());
                }
                let each = targets.iter().map(|target| act(transaction, *action, actor, target));
                Ok(Reply::Each(each.collect::<Result<_>>()?))
            }
            Operation::SetRequestMode { user, mode } => {
                let mode = match mode {
                    RequestMode::Anyone => "anyone",
                    RequestMode::Confirm => "confirm",
                    RequestMode::Nobody => "nobody",
                };
                let sql = "UPDATE users SET request_mode = ?2 WHERE name = ?1";
                write(transaction, sql, params![user, mode])
            }
            Operation::SetRequestSending { user, sending } => {
                let barred = *sending == RequestSending::Barred;
                let sql = "UPDATE users SET barred = ?2 WHERE name = ?1";
                write(transaction, sql, params![user, barred])
            }
        })
    }

    /// Answers whether anything speaks against a question about two users.
    fn ask(&self, checks: &[Check], actor: &str, target: &str) -> Result<Answer> {
        self.transaction(|transaction| {
            let reasons = match pair(transaction, actor, target)? {
                Ok(pair) => reasons(transaction, checks, pair)?,
                Err(reasons) => reasons,
            };
            Ok(answer(reasons))
        })
    }
}

fn answer(reasons: Reasons) -> Answer {
    if reasons.is_empty() { Answer::ALLOWED } else { Answer::REFUSED.with_reasons(reasons) }
}

/// Runs a statement about one user; it is done where it touched a row.
fn write(transaction: &Transaction<'_>, sql: &str, values: impl rusqlite::Params) -> Result<Reply> {
    let rows = transaction.prepare_cached(sql)?.execute(values)?;
    Ok((rows == 1).into())
}

fn act(transaction: &Transaction<'_>, action: Action, actor: &str, target: &str) -> Result<Answer> {
    let pair = match pair(transaction, actor, target)? {
        Ok(pair) => pair,
        Err(reasons) => return Ok(answer(reasons)),
    };
    let against = reasons(transaction, &checks(action), pair)?;
    if against.is_empty() {
        let becomes_friendship = holds(transaction, &befriends(action), pair)?;
        for sql in statements(action, becomes_friendship) {
            transaction.prepare_cached(sql)?.execute(params![pair.0, pair.1])?;
        }
    }
    Ok(answer(against))
}

/// Returns the two users' numbers, or why they are not two users (R9).
fn pair(
    transaction: &Transaction<'_>,
    actor: &str,
    target: &str,
) -> Result<std::result::Result<(i64, i64), Reasons>> {
    let mut statement = transaction.prepare_cached("SELECT id FROM users WHERE name = ?1")?;
    let mut id = |name: &str| statement.query_row([name], |row| row.get(0)).optional();
    let unknown = |id: Option<i64>, reason: Reason| id.is_none().then_some(reason);
    Ok(match (id(actor)?, id(target)?) {
        (Some(actor), Some(target)) if actor == target => Err(Reason::SameUser.into()),
        (Some(actor), Some(target)) => Ok((actor, target)),
        (actor, target) => {
            Err([unknown(actor, Reason::UnknownActor), unknown(target, Reason::UnknownTarget)]
                .into_iter()
                .flatten()
                .collect())
        }
    })
}

fn holds(transaction: &Transaction<'_>, condition: &str, (a, b): (i64, i64)) -> Result<bool> {
    // Both places are named, whatever the condition speaks of; what is not known does not hold.
    let sql = format!("SELECT ifnull({condition}, FALSE) WHERE ?1 <> ?2");
    transaction.prepare_cached(&sql)?.query_row(params![a, b], |row| row.get(0))
}

fn reasons(transaction: &Transaction<'_>, checks: &[Check], pair: (i64, i64)) -> Result<Reasons> {
    let mut found = Vec::new();
    for (reason, condition) in checks {
        if holds(transaction, condition, pair)? {
            found.push(*reason);
        }
    }
    Ok(found.into_iter().collect())
}

/// Returns the query for a list's users, `?1` being the owner's name, `?2` where to begin.
const fn list_sql(list: List) -> &'static str {
    match list {
        List::Blocklist => {
            "SELECT u.id, u.name FROM blocks AS l JOIN users AS u ON u.id = l.entry
             WHERE l.owner = (SELECT id FROM users WHERE name = ?1) AND u.id > ?2 ORDER BY u.id"
        }
        List::Friends => {
            "SELECT u.id, u.name FROM friends AS l JOIN users AS u ON u.id = l.entry
             WHERE l.owner = (SELECT id FROM users WHERE name = ?1) AND u.id > ?2 ORDER BY u.id"
        }
        List::RequestsIn => {
            "SELECT u.id, u.name FROM requests AS l JOIN users AS u ON u.id = l.sender
             WHERE l.recipient = (SELECT id FROM users WHERE name = ?1) AND u.id > ?2
             ORDER BY u.id"
        }
        List::RequestsOut => {
            "SELECT u.id, u.name FROM requests AS l JOIN users AS u ON u.id = l.recipient
             WHERE l.sender = (SELECT id FROM users WHERE name = ?1) AND u.id > ?2
             ORDER BY u.id"
        }
    }
}

impl Database {
    /// Returns users on a list with a number above this one, in order.
    fn rows(&self, user: &str, list: List, above: i64) -> Result<Vec<(i64, String)>> {
        self.transaction(|transaction| {
            let mut statement = transaction.prepare_cached(list_sql(list))?;
            let rows =
                statement.query_map(params![user, above], |row| Ok((row.get(0)?, row.get(1)?)))?;
            rows.collect()
        })
    }
}

impl System for Database {
    type Error = rusqlite::Error;

    fn reset(&mut self) -> Result<()> {
        // Everything else goes with the users.
        self.transaction(|transaction| transaction.execute("DELETE FROM users", []))?;
        Ok(())
    }

    fn apply(&mut self, operation: &Operation) -> Result<Reply> {
        self.carry_out(operation)
    }

    /// A message is stopped by the target's block alone, and the sender is not told (R13).
    fn can_message(&mut self, actor: &str, target: &str) -> Result<Answer> {
        let answer = self.ask(&[(Reason::TargetBlocks, TARGET_BLOCKS.into())], actor, target)?;
        let blocked = Answer::REFUSED.with_reasons(Reason::TargetBlocks.into());
        let notice = if answer == blocked { Notice::Silent } else { Notice::Told };
        Ok(if answer == Answer::ALLOWED { answer } else { answer.with_notice(notice) })
    }

    fn can_send_friend_request(&mut self, actor: &str, target: &str) -> Result<Answer> {
        self.ask(&checks(Action::SendRequest), actor, target)
    }

    fn list(&mut self, user: &str, list: List) -> Result<Option<Vec<String>>> {
        let rows = self.rows(user, list, 0)?;
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
        let mut rows = self.rows(user, list, above)?;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(|(id, _)| id.to_string());
        Ok(Some(ListPage { users: rows.into_iter().map(|(_, name)| name).collect(), next }))
    }

    /// Two threads, each with a transaction of its own.
    ///
    /// They share one connection, whose lock puts the two calls in a row: either may come
    /// first, and neither sees the other half done.
    fn apply_at_once(
        &mut self,
        first: &Operation,
        second: &Operation,
    ) -> Result<Option<[Reply; 2]>> {
        let database = &*self;
        let (first, second) = thread::scope(|scope| {
            let other = scope.spawn(|| database.carry_out(first));
            let second = database.carry_out(second);
            (other.join().unwrap_or(Err(rusqlite::Error::InvalidQuery)), second)
        });
        Ok(Some([first?, second?]))
    }
}
