//! A file from elsewhere, read as entries.

use std::collections::HashMap;
use std::io::{self, Read};
use std::path::Path;

use socialgraph::{Action, Operation, Policy, SocialGraph, Ways};

use super::fault::{Fault, Malformed, ReadError};
use super::format::Format;
use super::list::{Actor, NameList};
use super::names::{self, Named};
use super::network::{self, Opinion, Row};
use super::{encoding, mastodon, x};
use crate::text::{escaped, shortened};

/// What a file is, as the command line says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source<'a> {
    pub(crate) format: Format,
    pub(crate) owner: Option<&'a str>,
    /// The owner's list of plain names.
    pub(crate) list: Option<NameList>,
}

/// What an entry of a file does, by whom and to whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) line: usize,
    pub(crate) actor: String,
    pub(crate) target: String,
    pub(crate) action: Action,
}

impl Entry {
    pub(crate) fn operation(&self) -> Operation {
        Operation::act(self.action, self.actor.as_str(), self.target.as_str())
    }
}

/// The entries of a file, and those that are left out.
#[derive(Debug)]
pub(crate) struct Imported {
    pub(crate) format: Format,
    pub(crate) entries: Vec<Entry>,
    /// The entries that name one user twice.
    pub(crate) own: Vec<Named>,
    /// The names that stand in a list before.
    pub(crate) repeated: Vec<Named>,
    /// The number of rows that are older than a row before them.
    pub(crate) late: usize,
}

/// Returns the name of a file, as errors have it.
pub(crate) fn name(path: &Path) -> String {
    if path.as_os_str() == "-" {
        "standard input".to_owned()
    } else {
        escaped(path.display())
    }
}

/// Reads the bytes of a file, or of standard input for `-`.
pub(crate) fn bytes(path: &Path) -> Result<Vec<u8>, String> {
    let read = if path.as_os_str() == "-" {
        let mut bytes = Vec::new();
        let read = io::stdin().lock().read_to_end(&mut bytes);
        read.map(|_| bytes)
    } else {
        std::fs::read(path)
    };
    read.map_err(|error| format!("{}: {error}", name(path)))
}

impl Source<'_> {
    /// Reads the entries of a file.
    pub(crate) fn read(self, bytes: &[u8]) -> Result<Imported, ReadError> {
        let bytes = encoding::utf8(bytes)?;
        let format = self.format.or_found(bytes)?;
        let refused = |error: String| Err(ReadError::Refused(error));

        if format == Format::MastodonDomains {
            return refused(mastodon::domains());
        }
        if self.list.is_some() && format != Format::Names {
            return refused(format!(
                "`--list` is for `names` alone, and the file is `{}`",
                format.name()
            ));
        }
        match (self.owner, format.is_list()) {
            (None, false) => network(network::parse(bytes)?),
            (Some(_), false) => {
                refused("a network is of many users, and takes no `--owner`".to_owned())
            }
            (None, true) => refused(format!(
                "the file is one user's list (`{}`): `--owner NAME` says whose",
                format.name()
            )),
            (Some(owner), true) => {
                let blocklist = NameList::Blocklist;
                let (named, (actor, action)) = match format {
                    Format::MastodonBlocks => {
                        let named = mastodon::parse(bytes, mastodon::Accounts::Blocked)?;
                        (named, blocklist.action())
                    }
                    Format::MastodonFollows => {
                        let named = mastodon::parse(bytes, mastodon::Accounts::Followed)?;
                        (named, NameList::Friends.action())
                    }
                    Format::XBlocks => (x::parse(bytes, x::List::Blocks)?, blocklist.action()),
                    Format::XFollowing => {
                        let named = x::parse(bytes, x::List::Following)?;
                        (named, NameList::Friends.action())
                    }
                    Format::XFollowers => {
                        let follow = (Actor::Listed, Action::AddFriend(Ways::OneWay));
                        (x::parse(bytes, x::List::Followers)?, follow)
                    }
                    _ => {
                        let list = self.list.unwrap_or(blocklist);
                        (names::parse(bytes)?, list.action())
                    }
                };
                list(format, named, owner, actor, action)
            }
        }
    }
}

/// Returns the entries of a network.
fn network(rows: Vec<Row>) -> Result<Imported, ReadError> {
    let late = network::late(&rows);
    let (mut entries, mut own) = (Vec::new(), Vec::new());
    let mut known = Names::new();

    for row in rows {
        known.check(&row.source, row.line)?;
        known.check(&row.target, row.line)?;
        let action = match row.opinion {
            Opinion::Trust => Action::AddFriend(Ways::OneWay),
            Opinion::Distrust => Action::Block,
        };

        let line = row.line;
        if row.source == row.target {
            let name = row.source;
            own.push(Named { line, name });
        } else {
            entries.push(Entry {
                line,
                actor: row.source,
                target: row.target,
                action,
            });
        }
    }
    Ok(Imported {
        format: Format::Network,
        entries,
        own,
        repeated: Vec::new(),
        late,
    })
}

/// Returns the entries of a user's list.
fn list(
    format: Format,
    named: Vec<Named>,
    owner: &str,
    actor: Actor,
    action: Action,
) -> Result<Imported, ReadError> {
    let mut known = Names::new();
    if let Err(malformed) = known.check(owner, 0) {
        return Err(ReadError::Refused(malformed.fault.to_string()));
    }

    let (mut entries, mut own, mut repeated) = (Vec::new(), Vec::new(), Vec::new());
    for Named { line, name } in named {
        if name == owner {
            own.push(Named { line, name });
        } else if !known.check(&name, line)? {
            repeated.push(Named { line, name });
        } else {
            let (actor, target) = match actor {
                Actor::Owner => (owner.to_owned(), name),
                Actor::Listed => (name, owner.to_owned()),
            };
            entries.push(Entry {
                line,
                actor,
                target,
                action,
            });
        }
    }
    Ok(Imported {
        format,
        entries,
        own,
        repeated,
        late: 0,
    })
}

/// The names so far, so that each is checked once.
struct Names {
    lines: HashMap<String, usize>,
    /// It has no users, and says which names a user can have.
    empty: SocialGraph,
}

impl Names {
    fn new() -> Self {
        Self {
            lines: HashMap::new(),
            empty: SocialGraph::new(Policy::tencent_rest()),
        }
    }

    /// Returns whether the name is a new one, or an error if no user can have it.
    fn check(&mut self, name: &str, line: usize) -> Result<bool, Malformed> {
        if self.lines.contains_key(name) {
            return Ok(false);
        }
        if let Err(error) = self.empty.clone().add_user(name) {
            let name = name.to_owned();
            return Err(Fault::Name { name, error }.at(line));
        }
        self.lines.insert(name.to_owned(), line);
        Ok(true)
    }
}

impl Imported {
    /// Returns what is left out of the file, and what a reader of it may not expect.
    pub(crate) fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        let first = |named: &Named| format!("`{}` in line {}", shortened(&named.name), named.line);

        if let [named, ..] = self.repeated.as_slice() {
            let count = counted(
                self.repeated.len(),
                "repeated name is",
                "repeated names are",
            );
            notes.push(format!("{count} left out; the first is {}", first(named)));
        }
        if let [named, ..] = self.own.as_slice() {
            let (one, many) = if self.format.is_list() {
                (
                    "entry names the owner and is",
                    "entries name the owner and are",
                )
            } else {
                (
                    "row rates its own source and is",
                    "rows rate their own source and are",
                )
            };
            let count = counted(self.own.len(), one, many);
            notes.push(format!("{count} left out; the first is {}", first(named)));
        }
        if self.late > 0 {
            let count = counted(self.late, "row is", "rows are");
            notes.push(format!(
                "{count} older than a row before; the order is that of the file"
            ));
        }
        notes
    }
}

/// Returns a number with the words for one or for many.
pub(crate) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
