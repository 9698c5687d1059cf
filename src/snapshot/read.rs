//! Reading a snapshot's fields, the version before anything else.

use std::fmt;

use serde::de::{Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::{Snapshot, UserEntry, VERSION};
use crate::rules::Policy;

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

/// The fields that have been met so far.
#[derive(Default)]
struct Met {
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
        let mut met = Met::default();
        while let Some(field) = map.next_key()? {
            if met.version.is_some_and(|version| version != VERSION) {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            match field {
                Field::Version => once(&mut met.version, map.next_value()?, "version")?,
                Field::Policy => once(&mut met.policy, map.next_value()?, "policy")?,
                Field::NextUser => once(&mut met.next_user, map.next_value()?, "next_user")?,
                Field::Users => once(&mut met.users, map.next_value()?, "users")?,
                Field::Unknown(name) => {
                    met.unknown.get_or_insert(name);
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        met.snapshot()
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut fields: A) -> Result<Snapshot, A::Error> {
        let mut met = Met {
            version: fields.next_element()?,
            ..Met::default()
        };
        if met.version == Some(VERSION) {
            met.policy = fields.next_element()?;
            met.next_user = fields.next_element()?;
            met.users = fields.next_element()?;
        } else {
            // To its end where the format can skip; what comes is of another version.
            while let Ok(Some(IgnoredAny)) = fields.next_element() {}
        }
        met.snapshot()
    }
}

impl Met {
    /// Returns the snapshot, of which only the version matters where it is unknown.
    fn snapshot<E: Error>(self) -> Result<Snapshot, E> {
        let version = self.version.ok_or_else(|| E::missing_field("version"))?;
        if version != VERSION {
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
            version,
            policy: self.policy.ok_or_else(|| E::missing_field("policy"))?,
            next_user: self
                .next_user
                .ok_or_else(|| E::missing_field("next_user"))?,
            users: self.users.ok_or_else(|| E::missing_field("users"))?,
        })
    }
}

fn once<T, E: Error>(field: &mut Option<T>, value: T, name: &'static str) -> Result<(), E> {
    match field.replace(value) {
        None => Ok(()),
        Some(_) => Err(E::duplicate_field(name)),
    }
}
