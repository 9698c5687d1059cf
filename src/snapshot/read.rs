//! Reads a snapshot's fields.
//!
//! By hand, so that a later version with other fields is reported as a later version instead of
//! as an unknown field.

use std::fmt;

use serde::de::{Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::version_1::PolicyOfVersion1;
use super::{Snapshot, UserEntry, VERSION, VERSION_1};
use crate::rules::{Policy, PolicyField};

const FIELDS: &[&str] = &["version", "policy", "next_user", "users"];

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum Field {
    Version,
    Policy,
    NextUser,
    Users,
    Unknown(String),
}

impl<'de> Deserialize<'de> for Snapshot {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_struct("Snapshot", FIELDS, Fields)
    }
}

/// The fields read so far.
#[derive(Default)]
struct Seen {
    version: Option<u64>,
    policy: Option<Policy>,
    next_user: Option<u32>,
    users: Option<Vec<UserEntry>>,
    unknown: Option<String>,
}

struct Fields;

impl<'de> Visitor<'de> for Fields {
    type Value = Snapshot;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a snapshot of a social graph")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Snapshot, A::Error> {
        let mut seen = Seen::default();

        while let Some(field) = map.next_key()? {
            if seen.version.is_some_and(|version| !is_read(version)) {
                map.next_value::<IgnoredAny>()?;
                continue;
            }

            match field {
                Field::Version => once(&mut seen.version, map.next_value()?, "version")?,
                Field::Policy => {
                    let policy = if seen.version == Some(VERSION_1) {
                        map.next_value::<PolicyOfVersion1>()?.into()
                    } else {
                        map.next_value::<PolicyField>()?.0
                    };
                    once(&mut seen.policy, policy, "policy")?;
                }
                Field::NextUser => once(&mut seen.next_user, map.next_value()?, "next_user")?,
                Field::Users => once(&mut seen.users, map.next_value()?, "users")?,
                Field::Unknown(name) => {
                    seen.unknown.get_or_insert(name);
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }

        seen.snapshot()
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut fields: A) -> Result<Snapshot, A::Error> {
        let mut seen = Seen {
            version: fields.next_element()?,
            ..Seen::default()
        };

        if seen.version.is_some_and(is_read) {
            seen.policy = if seen.version == Some(VERSION_1) {
                fields.next_element::<PolicyOfVersion1>()?.map(Policy::from)
            } else {
                fields.next_element::<PolicyField>()?.map(|field| field.0)
            };
            seen.next_user = fields.next_element()?;
            seen.users = fields.next_element()?;
        } else {
            // Skips the fields of another version, if the format can skip.
            while let Ok(Some(IgnoredAny)) = fields.next_element() {}
        }
        seen.snapshot()
    }
}

impl Seen {
    /// Returns the snapshot. If its version is unknown, the other fields are empty.
    fn snapshot<E: Error>(self) -> Result<Snapshot, E> {
        let version = self.version.ok_or_else(|| E::missing_field("version"))?;
        if !is_read(version) {
            let policy = Policy::tencent_rest();
            return Ok(Snapshot {
                version,
                policy,
                next_user: 0,
                users: Vec::new(),
            });
        }

        if let Some(name) = self.unknown {
            return Err(E::unknown_field(&name, FIELDS));
        }

        Ok(Snapshot {
            version: VERSION,
            policy: self.policy.ok_or_else(|| E::missing_field("policy"))?,
            next_user: self
                .next_user
                .ok_or_else(|| E::missing_field("next_user"))?,
            users: self.users.ok_or_else(|| E::missing_field("users"))?,
        })
    }
}

/// Returns whether this build reads snapshots of a version.
const fn is_read(version: u64) -> bool {
    matches!(version, VERSION | VERSION_1)
}

fn once<T, E: Error>(field: &mut Option<T>, value: T, name: &'static str) -> Result<(), E> {
    match field.replace(value) {
        None => Ok(()),
        Some(_) => Err(E::duplicate_field(name)),
    }
}
