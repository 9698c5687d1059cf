//! One client of the database: a connection of its own, and one transaction a call.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Result, Transaction, TransactionBehavior, params};
use socialgraph::operation::{
    Act, ActOnMany, AddUser, ManyAct, RemoveUser, SetRequestMode, SetRequestSending,
};
use socialgraph::{Action, Limits, List, Operation, Reason, Reasons, RequestMode, RequestSending};
use socialgraph_testkit::conformance::{Answer, Reply};

use super::rules::{Check, befriends, checks, statements};

/// How long a call waits for the other client's transaction.
const PATIENCE: Duration = Duration::from_secs(10);

/// A thread of the server, with a connection of its own.
pub(super) struct Client {
    connection: Connection,
    limits: Limits,
}

impl Client {
    pub(super) fn open(file: &Path, limits: Limits) -> Result<Self> {
        let connection = Connection::open(file)?;
        connection.execute_batch(include_str!("connection.sql"))?;
        connection.busy_timeout(PATIENCE)?;
        // There are few statements, so all of them stay prepared.
        connection.set_prepared_statement_cache_capacity(256);
        Ok(Self { connection, limits })
    }

    /// Makes the tables of an empty database.
    pub(super) fn create_tables(&self) -> Result<()> {
        // The size of a batch is checked before the database is asked.
        let Limits {
            blocked,
            friends,
            requests_in,
            batch: _,
        } = self.limits;

        self.connection.execute_batch(include_str!("schema.sql"))?;
        self.connection.execute(
            "INSERT INTO limits VALUES (?1, ?2, ?3)",
            params![blocked, friends, requests_in],
        )?;
        Ok(())
    }

    /// Runs a transaction that writes.
    ///
    /// It takes the lock at once: a transaction that has read cannot go on to write if the
    /// other client has written since.
    fn write<T>(&mut self, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        self.transaction(TransactionBehavior::Immediate, work)
    }

    /// Runs a transaction that only reads.
    fn read<T>(&mut self, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        self.transaction(TransactionBehavior::Deferred, work)
    }

    fn transaction<T>(
        &mut self,
        behavior: TransactionBehavior,
        work: impl FnOnce(&Transaction<'_>) -> Result<T>,
    ) -> Result<T> {
        let transaction = self.connection.transaction_with_behavior(behavior)?;
        let result = work(&transaction)?;
        transaction.commit()?;
        Ok(result)
    }

    /// Removes all users; everything else is removed with them.
    pub(super) fn clear(&mut self) -> Result<()> {
        self.write(|transaction| transaction.execute("DELETE FROM users", []))?;
        Ok(())
    }

    /// Carries out an operation in one transaction.
    pub(super) fn carry_out(&mut self, operation: &Operation) -> Result<Reply> {
        let limits = self.limits;
        self.write(|transaction| match operation {
            Operation::AddUser(AddUser { name }) => change_user(
                transaction,
                "INSERT OR IGNORE INTO users (name) VALUES (?1)",
                [name],
            ),
            Operation::RemoveUser(RemoveUser { name }) => {
                change_user(transaction, "DELETE FROM users WHERE name = ?1", [name])
            }
            Operation::Act(Act {
                action,
                actor,
                target,
            }) => Ok(act(transaction, *action, actor, target)?.into()),
            Operation::ActOnMany(ActOnMany {
                action,
                actor,
                targets,
            }) => {
                let limit = limits.batch;
                if limit.is_some_and(|limit| targets.len() > limit as usize) {
                    return Ok(false.into());
                }

                let mut answers = Vec::new();
                for target in targets {
                    answers.push(act(transaction, *action, actor, target)?);
                }
                Ok(Reply::Each(answers))
            }
            Operation::ManyAct(ManyAct {
                action,
                actors,
                target,
            }) => {
                let limit = limits.batch;
                if limit.is_some_and(|limit| actors.len() > limit as usize) {
                    return Ok(false.into());
                }

                let mut answers = Vec::new();
                for actor in actors {
                    answers.push(act(transaction, *action, actor, target)?);
                }
                Ok(Reply::Each(answers))
            }
            Operation::RenameUser(_)
            | Operation::MergeUsers(_)
            | Operation::ClearList(_)
            | Operation::AdoptPolicy(_) => Ok(Reply::NotOffered),
            Operation::SetRequestMode(SetRequestMode { user, mode }) => {
                let mode = match mode {
                    RequestMode::Anyone => "anyone",
                    RequestMode::Confirm => "confirm",
                    RequestMode::Nobody => "nobody",
                };
                let sql = "UPDATE users SET request_mode = ?2 WHERE name = ?1";
                change_user(transaction, sql, params![user, mode])
            }
            Operation::SetRequestSending(SetRequestSending { user, sending }) => {
                let barred = *sending == RequestSending::Barred;
                let sql = "UPDATE users SET barred = ?2 WHERE name = ?1";
                change_user(transaction, sql, params![user, barred])
            }
        })
    }

    /// Answers a question about two users by these checks.
    pub(super) fn ask(&mut self, checks: &[Check], actor: &str, target: &str) -> Result<Answer> {
        self.read(|transaction| {
            let reasons = match pair(transaction, actor, target)? {
                Ok(pair) => reasons(transaction, checks, pair)?,
                Err(reasons) => reasons,
            };
            Ok(answer(reasons))
        })
    }

    /// Returns the users on a list whose ids are above this one, in order of their ids.
    pub(super) fn rows(
        &mut self,
        user: &str,
        list: List,
        above: i64,
    ) -> Result<Vec<(i64, String)>> {
        self.read(|transaction| {
            let mut statement = transaction.prepare_cached(list_sql(list))?;
            let mut rows = statement.query(params![user, above])?;

            let mut users = Vec::new();
            while let Some(row) = rows.next()? {
                users.push((row.get(0)?, row.get(1)?));
            }
            Ok(users)
        })
    }
}

fn answer(reasons: Reasons) -> Answer {
    if reasons.is_empty() {
        Answer::ALLOWED
    } else {
        Answer::REFUSED.with_reasons(reasons)
    }
}

/// Runs a statement about one user; it is done if it changes a row.
fn change_user(
    transaction: &Transaction<'_>,
    sql: &str,
    values: impl rusqlite::Params,
) -> Result<Reply> {
    let rows = transaction.prepare_cached(sql)?.execute(values)?;
    Ok((rows == 1).into())
}

fn act(transaction: &Transaction<'_>, action: Action, actor: &str, target: &str) -> Result<Answer> {
    let pair = match pair(transaction, actor, target)? {
        Ok(pair) => pair,
        Err(reasons) => return Ok(answer(reasons)),
    };

    let reasons = reasons(transaction, &checks(action), pair)?;
    if reasons.is_empty() {
        let becomes_friendship = holds(transaction, &befriends(action), pair)?;
        for sql in statements(action, becomes_friendship) {
            let mut statement = transaction.prepare_cached(sql)?;
            statement.execute(params![pair.0, pair.1])?;
        }
    }
    Ok(answer(reasons))
}

/// Returns the ids of two users, or the reasons that they are not two users (R9).
fn pair(
    transaction: &Transaction<'_>,
    actor: &str,
    target: &str,
) -> Result<std::result::Result<(i64, i64), Reasons>> {
    let mut statement = transaction.prepare_cached("SELECT id FROM users WHERE name = ?1")?;
    let mut id = |name: &str| statement.query_row([name], |row| row.get(0)).optional();

    Ok(match (id(actor)?, id(target)?) {
        (Some(actor), Some(target)) if actor == target => Err(Reason::SameUser.into()),
        (Some(actor), Some(target)) => Ok((actor, target)),
        (Some(_), None) => Err(Reason::UnknownTarget.into()),
        (None, Some(_)) => Err(Reason::UnknownActor.into()),
        (None, None) => {
            let both = [Reason::UnknownActor, Reason::UnknownTarget];
            Err(both.into_iter().collect())
        }
    })
}

/// Returns whether a condition holds for two users; if it is unknown, it does not hold.
fn holds(transaction: &Transaction<'_>, condition: &str, (a, b): (i64, i64)) -> Result<bool> {
    // Both parameters have to occur, even if the condition names one user only.
    let sql = format!("SELECT ifnull({condition}, FALSE) WHERE ?1 <> ?2");
    transaction
        .prepare_cached(&sql)?
        .query_row(params![a, b], |row| row.get(0))
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

/// Returns the query for a list: `?1` is the owner's name, and `?2` the id to begin after.
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
        List::BlockedBy => {
            "SELECT u.id, u.name FROM blocks AS l JOIN users AS u ON u.id = l.owner
             WHERE l.entry = (SELECT id FROM users WHERE name = ?1) AND u.id > ?2 ORDER BY u.id"
        }
        List::ListedBy => {
            "SELECT u.id, u.name FROM friends AS l JOIN users AS u ON u.id = l.owner
             WHERE l.entry = (SELECT id FROM users WHERE name = ?1) AND u.id > ?2 ORDER BY u.id"
        }
    }
}
