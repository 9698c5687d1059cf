//! Users and relations on their way from lines to a graph.

use std::collections::HashMap;

use socialgraph::{
    Fact, MAX_NAME_BYTES, PartsError, Relation, RequestMode, RequestSending, UserId, UserParts,
};

use super::lines::Line;

/// The users and relations of a file, which is read once from begin to end.
///
/// It holds 12 bytes for each line with a relation, and the users' names twice.
#[derive(Default)]
pub(super) struct Network {
    users: Vec<User>,
    ids: HashMap<Box<str>, UserId>,
    /// Each seen from the user with the lower handle.
    pairs: Vec<(UserId, UserId, Relation)>,
}

struct User {
    name: Box<str>,
    /// `None` stands for the policy's.
    request_mode: Option<RequestMode>,
    request_sending: RequestSending,
}

impl Network {
    /// Adds a line.
    pub(super) fn add(&mut self, line: &Line<'_>) -> Result<(), String> {
        match line {
            Line::User {
                name,
                request_mode,
                request_sending,
            } => self.add_user(User {
                name: (&**name).into(),
                request_mode: *request_mode,
                request_sending: request_sending.unwrap_or(RequestSending::Open),
            }),
            Line::Friends { a, b } => self.relate(a, b, &[Fact::ActorLists, Fact::TargetLists]),
            Line::Lists { a, b } => self.relate(a, b, &[Fact::ActorLists]),
            Line::Blocks { a, b } => self.relate(a, b, &[Fact::ActorBlocks]),
            Line::Requests { a, b } => self.relate(a, b, &[Fact::ActorRequested]),
        }
    }

    fn add_user(&mut self, user: User) -> Result<(), String> {
        if user.name.is_empty() || user.name.len() > MAX_NAME_BYTES {
            return Err(format!("a name has 1 to {MAX_NAME_BYTES} bytes"));
        }
        // A quote that is not closed makes one name of all that follows.
        if user.name.chars().any(char::is_control) {
            return Err(format!("{:?} has a control character", user.name));
        }
        let id = u32::try_from(self.users.len()).map_err(|_| "no more users fit")?;
        let id = UserId::from_u32(id);
        if self.ids.insert(user.name.clone(), id).is_some() {
            return Err(format!("{:?} is there already", user.name));
        }
        self.users.push(user);
        Ok(())
    }

    fn relate(&mut self, a: &str, b: &str, facts: &[Fact]) -> Result<(), String> {
        let [a, b] = [self.id(a)?, self.id(b)?];
        if a == b {
            return Err("both users are one".to_owned());
        }
        let relation = facts
            .iter()
            .fold(Relation::STRANGERS, |it, fact| it.with(*fact));
        self.pairs.push(if a < b {
            (a, b, relation)
        } else {
            (b, a, relation.flip())
        });
        Ok(())
    }

    fn id(&self, name: &str) -> Result<UserId, String> {
        let id = self.ids.get(name).copied();
        id.ok_or_else(|| format!("{name:?} is no user of a line before"))
    }

    pub(super) fn user_count(&self) -> usize {
        self.users.len()
    }

    pub(super) fn pair_count(&self) -> usize {
        self.pairs.len()
    }

    /// Sorts the pairs. Several lines about one pair become one relation.
    pub(super) fn sort(&mut self) {
        self.ids = HashMap::new();
        self.pairs.sort_unstable_by_key(|(a, b, _)| (*a, *b));
        self.pairs.dedup_by(|later, first| {
            let is_same = (later.0, later.1) == (first.0, first.1);
            if is_same {
                first.2 |= later.2;
            }
            is_same
        });
    }

    /// Returns the users. Those who do not say how they take friend requests take them as given.
    pub(super) fn user_parts(&self, mode: RequestMode) -> impl Iterator<Item = UserParts<&str>> {
        (0..).zip(&self.users).map(move |(id, user)| UserParts {
            id: UserId::from_u32(id),
            name: &*user.name,
            request_mode: user.request_mode.unwrap_or(mode),
            request_sending: user.request_sending,
        })
    }

    pub(super) fn pairs(&self) -> impl Iterator<Item = (UserId, UserId, Relation)> + Clone {
        self.pairs.iter().copied()
    }

    /// Names the users of an error.
    pub(super) fn explain(&self, error: &PartsError) -> String {
        let name = |id: UserId| {
            let user = usize::try_from(id.to_u32())
                .ok()
                .and_then(|index| self.users.get(index));
            user.map_or_else(|| id.to_string(), |user| format!("{:?}", user.name))
        };
        match error {
            PartsError::Name { id, error } => format!("{}: {error}", name(*id)),
            error => error.to_string(),
        }
    }
}
