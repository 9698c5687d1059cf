//! What bytes mean as a log. Corpora of fuzzers depend on it.

use socialgraph::{Action, List, OwnList, RequestMode, RequestSending};

use super::names::NameSet;
use super::policy::LIMITS;
use super::{AddressBy, Setup, Step};

/// The maximum number of steps of a log; more would make an input slow.
const MAX_STEPS: usize = 300;

/// The maximum number of steps with celebrities, whose lists are long.
const MAX_STEPS_OF_CELEBRITIES: usize = 100;

/// The length from which the engine applies a batch at once, if it has no repeated name.
const LONG_BATCH: usize = 8;

/// Reads bytes as a log.
#[must_use]
pub fn read(bytes: &[u8]) -> (Setup, Vec<Step>) {
    let mut reader = Reader {
        bytes,
        users: 0,
        names: NameSet::Few,
    };
    let setup = reader.setup();
    let max_steps = match setup.names {
        NameSet::Few | NameSet::Long | NameSet::Colliding => MAX_STEPS,
        NameSet::Celebrities => MAX_STEPS_OF_CELEBRITIES,
    };

    let mut steps = Vec::new();
    while steps.len() < max_steps
        && let Some(step) = reader.step()
    {
        steps.push(step);
    }
    (setup, steps)
}

/// Returns one of the values, which must not be empty, for any number.
#[expect(
    clippy::indexing_slicing,
    reason = "a remainder of the length is an index"
)]
pub(super) fn pick<T: Copy>(values: &[T], number: usize) -> T {
    values[number % values.len()]
}

/// The bytes that are not read yet.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    /// The number of names.
    users: usize,
    names: NameSet,
}

impl Reader<'_> {
    /// Reads the names of the users and the policy.
    fn setup(&mut self) -> Setup {
        let names = match self.byte_or_zero() {
            ..186 => NameSet::Few,
            186..192 => NameSet::Long,
            192..250 => NameSet::Colliding,
            250.. => NameSet::Celebrities,
        };
        (self.users, self.names) = (names.list().len(), names);

        let (profile, policy) = self.policy(names);
        Setup {
            profile,
            policy,
            names,
        }
    }

    /// Reads a byte of the setup, which is complete for any bytes.
    pub(super) fn byte_or_zero(&mut self) -> u8 {
        self.byte().unwrap_or_default()
    }

    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(*byte)
    }

    /// Reads a number below `end`.
    fn below(&mut self, end: usize) -> Option<usize> {
        Some(usize::from(self.byte()?) % end)
    }

    fn user(&mut self) -> Option<usize> {
        self.below(self.users)
    }

    /// Reads up to seven users, or every other time a long list of different users.
    fn users(&mut self) -> Option<Vec<usize>> {
        let count = self.below(64)?;
        let first = self.user()?;

        if count < 32 {
            return (0..count % LONG_BATCH).map(|_| self.user()).collect();
        }

        // Different users: a batch that repeats a name is not applied at once.
        let count = LONG_BATCH + count % (self.users + 1 - LONG_BATCH);
        Some(
            (first..first + count)
                .map(|user| user % self.users)
                .collect(),
        )
    }

    fn one_of<T: Copy>(&mut self, values: &[T]) -> Option<T> {
        Some(pick(values, usize::from(self.byte()?)))
    }

    /// Reads a step. Almost two thirds of all bytes begin an action on a pair, so that any bytes are a
    /// fair log.
    fn step(&mut self) -> Option<Step> {
        let kind = self.byte()?;
        let by = if kind & 1 == 0 {
            AddressBy::Name
        } else {
            AddressBy::Handle
        };

        Some(match kind {
            0..164 => Step::Act(by, self.one_of(&Action::ALL)?, self.user()?, self.user()?),
            164..176 => self.rarer_step(by)?,
            176..196 => {
                Step::ActOnMany(by, self.one_of(&Action::ALL)?, self.user()?, self.users()?)
            }
            196..208 => Step::SetMode(self.user()?, self.one_of(&RequestMode::ALL)?),
            208..214 => Step::SetSending(self.user()?, self.one_of(&RequestSending::ALL)?),
            214..226 => Step::Add(self.user()?),
            226..232 => Step::Remove(self.user()?),
            232..236 => Step::TakeSnapshot,
            236..240 => Step::CompareSnapshot,
            240..243 => Step::Reload,
            243..246 => Step::ReadPages(self.user()?, self.one_of(&List::ALL)?, 1 + self.below(4)?),
            246..249 => Step::AskAudience(self.user()?, self.users()?),
            249..252 => Step::TryLimits(self.one_of(&LIMITS)?),
            252..=255 => Step::CompareAll,
        })
    }

    /// Reads one of the operations that a log has less often. A byte chooses which.
    fn rarer_step(&mut self, by: AddressBy) -> Option<Step> {
        Some(match self.below(16)? {
            0..5 => Step::ManyAct(by, self.one_of(&Action::ALL)?, self.users()?, self.user()?),
            5..8 => Step::Rename(by, self.user()?, self.user()?),
            8..11 => Step::Merge(by, self.user()?, self.user()?),
            11..14 => Step::Clear(by, self.user()?, self.one_of(&OwnList::ALL)?),
            _ => Step::Adopt(self.policy(self.names).1),
        })
    }
}
