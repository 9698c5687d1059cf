//! The policy that bytes stand for.

use socialgraph::{
    BlockRules, Crossed, Gate, Granted, Limits, Notice, Notices, Policy, RequestMode, RequestRules,
    Sides,
};

use super::names::NameSet;
use super::read::Reader;

/// The limits that a log chooses from.
pub(super) const LIMITS: [Limits; 4] = [
    Limits::TENCENT,
    Limits {
        blocked: Some(2),
        friends: Some(2),
        requests_in: Some(1),
        batch: Some(6),
    },
    Limits {
        blocked: Some(1),
        friends: Some(0),
        requests_in: Some(0),
        batch: Some(0),
    },
    Limits::NONE,
];

/// The limits that have room for the relations of celebrities.
const LIMITS_OF_CELEBRITIES: [Limits; 2] = [Limits::TENCENT, Limits::NONE];

/// A byte below this number chooses a named policy: a third of all bytes.
const NAMED: u8 = 86;

impl Reader<'_> {
    /// Reads a policy, with its name if it is a profile with other limits.
    ///
    /// A named policy takes two bytes, and any other one byte for each part and the byte before.
    pub(super) fn policy(&mut self, names: NameSet) -> (Option<&'static str>, Policy) {
        let limits = match names {
            NameSet::Few | NameSet::Long | NameSet::Colliding => &LIMITS[..],
            NameSet::Celebrities => &LIMITS_OF_CELEBRITIES[..],
        };

        let byte = self.byte_or_zero();
        if byte >= NAMED {
            return (None, self.parts(limits));
        }
        let (name, profile) = super::read::pick(Policy::PROFILES, usize::from(byte));
        let limits = self.part(limits);
        (Some(name), Policy { limits, ..profile })
    }

    /// Reads every part of a policy by itself.
    fn parts(&mut self, limits: &[Limits]) -> Policy {
        Policy {
            message: self.gate(),
            call: self.gate(),
            group_invitation: self.gate(),
            presence: self.gate(),
            request: RequestRules {
                stopped_by: self.part(&Sides::ALL),
                accept_stopped_by: self.part(&Sides::ALL),
                add_stopped_by: self.part(&Sides::ALL),
                crossed: self.part(&Crossed::ALL),
                makes: self.part(&Granted::ALL),
                initial_mode: self.part(&RequestMode::ALL),
                notice: self.notices(),
            },
            block: BlockRules {
                clears_friends_of: self.part(&Sides::ALL),
                cancels_requests_of: self.part(&Sides::ALL),
            },
            limits: Limits {
                blocked: self.part(limits).blocked,
                friends: self.part(limits).friends,
                requests_in: self.part(limits).requests_in,
                batch: self.part(limits).batch,
            },
        }
    }

    fn gate(&mut self) -> Gate {
        Gate {
            stopped_by: self.part(&Sides::ALL),
            needs_listing_by: self.part(&Sides::ALL),
            notice: self.notices(),
        }
    }

    fn notices(&mut self) -> Notices {
        Notices {
            own: self.part(&Notice::ALL),
            other: self.part(&Notice::ALL),
        }
    }

    /// Reads one of the values of a part; the first if the bytes have ended.
    fn part<T: Copy>(&mut self, values: &[T]) -> T {
        super::read::pick(values, usize::from(self.byte_or_zero()))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::super::read;

    /// One byte of the log chooses one part, and every value of it.
    #[test]
    fn each_value_of_each_part_is_one_byte_away() {
        let mut values: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for place in 2..32 {
            for value in 0..=u8::MAX {
                let mut bytes = [0; 40];
                (bytes[1], bytes[place]) = (u8::MAX, value);
                let (setup, _) = read(&bytes);
                for (part, value) in setup.policy.parts() {
                    values.entry(part).or_default().insert(value.to_string());
                }
            }
        }

        let count = |part: &str| values[part].len();
        assert_eq!(values.len(), 30);
        for part in values.keys() {
            let expected = match part.rsplit('.').next() {
                Some("own" | "other" | "initial_mode") => 3,
                Some("crossed" | "makes") => 2,
                _ => 4,
            };
            assert_eq!(count(part), expected, "{part}: {:?}", values[part]);
        }
    }

    #[test]
    fn a_third_of_the_policies_have_names_and_every_name_is_one() {
        let mut names = Vec::new();
        for byte in 0..=u8::MAX {
            names.extend(read(&[0, byte]).0.profile);
        }
        assert_eq!(names.len(), 86);
        let names: BTreeSet<_> = names.into_iter().collect();
        assert!(socialgraph::Policy::names().all(|name| names.contains(name)));
    }
}
