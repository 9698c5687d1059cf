//! Operations as sentences.

use std::fmt;

use super::read::{BATCH, NO_ONE, POLICY_BECOMES};
use super::{
    Act, ActOnMany, AddUser, AdoptPolicy, ClearList, ManyAct, MergeUsers, RemoveUser, RenameUser,
    SetRequestMode, SetRequestSending,
};
use crate::facts::{RequestMode, RequestSending};
use crate::rules::Person;
use crate::text::{Quoted, write_joined};

/// A user's name as operations print it: in backticks only if it could mislead.
///
/// ```
/// use socialgraph::Name;
///
/// assert_eq!(Name("ann").to_string(), "ann");
/// assert_eq!(Name("ann blocks ben").to_string(), "`ann blocks ben`");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Name<'a>(pub &'a str);

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        if !self.0.is_empty() && self.0.bytes().all(plain) {
            return f.write_str(self.0);
        }
        write!(f, "{}", Quoted(self.0))
    }
}

/// Names with commas between them.
struct Names<'a>(&'a [String]);

impl fmt::Display for Names<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str(NO_ONE);
        }
        write_joined(f, self.0, ", ", |f, name| write!(f, "{}", Name(name)))
    }
}

impl fmt::Display for AddUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} joins", Name(&self.name))
    }
}

impl fmt::Display for RemoveUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is removed", Name(&self.name))
    }
}

impl fmt::Display for RenameUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is renamed to {}", Name(&self.user), Name(&self.name))
    }
}

impl fmt::Display for MergeUsers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} is merged into {}",
            Name(&self.from),
            Name(&self.into)
        )
    }
}

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", Name(&self.actor))?;
        self.action.write(f, Person::Third, Name(&self.target))
    }
}

impl fmt::Display for ActOnMany {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", Name(&self.actor))?;
        self.action.write(f, Person::Third, Names(&self.targets))?;
        f.write_str(BATCH)
    }
}

impl fmt::Display for ManyAct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "each of {} ", Names(&self.actors))?;
        self.action.write(f, Person::Third, Name(&self.target))?;
        f.write_str(BATCH)
    }
}

impl fmt::Display for SetRequestMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let from = match self.mode {
            RequestMode::Anyone => "anyone",
            RequestMode::Confirm => "anyone, on confirmation",
            RequestMode::Nobody => "nobody",
        };
        write!(f, "{} takes friend requests from {from}", Name(&self.user))
    }
}

impl fmt::Display for SetRequestSending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let may = match self.sending {
            RequestSending::Open => "may send",
            RequestSending::Barred => "is barred from sending",
        };
        write!(f, "{} {may} friend requests", Name(&self.user))
    }
}

impl fmt::Display for ClearList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} clears their {}",
            Name(&self.user),
            self.list.phrase()
        )
    }
}

impl fmt::Display for AdoptPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{POLICY_BECOMES}{}", self.policy)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::{Action, Operation, RequestMode, RequestSending};

    fn batch(targets: &[&str]) -> Operation {
        Operation::act_on_many(Action::SendRequest, "ann", targets.iter().copied())
    }

    #[test]
    fn a_batch_names_its_targets() {
        assert_eq!(
            batch(&["ben", "cyd"]).to_string(),
            "ann sends ben, cyd a friend request, in one batch"
        );
        assert_eq!(
            batch(&[]).to_string(),
            "ann sends no one a friend request, in one batch"
        );
    }

    #[test]
    fn names_that_could_mislead_are_quoted() {
        let join = |name: &str| Operation::add_user(name).to_string();
        assert_eq!(join("ann-2"), "ann-2 joins");
        assert_eq!(join(""), "`` joins");
        assert_eq!(join("ann joins\n2. ben"), r"`ann joins\n2. ben` joins");
    }

    #[test]
    fn no_two_operations_read_alike() {
        let acts = Action::ALL
            .into_iter()
            .map(|action| Operation::act(action, "ann", "ben"));
        let modes = RequestMode::ALL.map(|mode| Operation::set_request_mode("ann", mode));
        let bars = RequestSending::ALL.map(|it| Operation::set_request_sending("ann", it));
        let users = [Operation::add_user("ann"), Operation::remove_user("ann")];
        let all: Vec<_> = acts.chain(modes).chain(bars).chain(users).collect();
        let texts: BTreeSet<_> = all.iter().map(ToString::to_string).collect();
        assert_eq!((texts.len(), all.len()), (17, 17));
    }
}
