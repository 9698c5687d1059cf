//! Policies as data: feature `serde`.
//!
//! A text names a profile and the parts that differ, or spells out every part. Other formats,
//! which have no field names, hold every part in order.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{
    self, Deserialize, Deserializer, IntoDeserializer, MapAccess, Unexpected, Visitor,
};
use serde::{Serialize, Serializer};

use super::part::NO_LIMIT;
use super::{
    BlockRules, Crossed, Gate, Granted, Notice, Notices, PartValue, Policy, RequestRules, Sides,
};
use crate::facts::RequestMode;
use crate::rules::Limits;
use crate::text::write_joined;

/// A value that a text can change in part.
trait Changes: Sized {
    /// What a text says of the value.
    type Text;

    /// Returns the base with the changes of the text.
    ///
    /// Without a base, the text has to spell out every part.
    ///
    /// # Errors
    /// Fails with the path of the first part that neither the base nor the text has.
    fn changed(base: Option<Self>, text: Option<Self::Text>, path: &str) -> Result<Self, String>;
}

/// Declares what a text can say of a struct, with the struct's fields.
macro_rules! texts {
    ($($text:ident changes $whole:ident $(, beside $other:ident: $other_value:ty,)? {
        $($field:ident: $value:ty),+ $(,)?
    })+) => {$(
        #[derive(Default, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct $text {
            $(
                #[serde(default, deserialize_with = "given")]
                $other: Option<$other_value>,
            )?
            $(
                #[serde(default, deserialize_with = "given")]
                $field: Option<<$value as Changes>::Text>,
            )+
        }

        impl Group for $text {
            const FIELDS: &'static [&'static str] =
                &[$(stringify!($other),)? $(stringify!($field)),+];
        }

        impl Changes for $whole {
            type Text = Map<$text>;

            fn changed(
                base: Option<Self>,
                text: Option<Map<$text>>,
                path: &str,
            ) -> Result<Self, String> {
                let text = text.map(|map| map.0).unwrap_or_default();
                let dot = if path.is_empty() { "" } else { "." };
                Ok(Self {$(
                    $field: Changes::changed(
                        base.map(|base| base.$field),
                        text.$field,
                        &format!("{path}{dot}{}", stringify!($field)),
                    )?,
                )+})
            }
        }
    )+};
}

texts! {
    PolicyText changes Policy, beside profile: String, {
        message: Gate,
        call: Gate,
        group_invitation: Gate,
        presence: Gate,
        request: RequestRules,
        block: BlockRules,
        limits: Limits,
    }
    GateText changes Gate { stopped_by: Sides, needs_listing_by: Sides, notice: Notices }
    NoticesText changes Notices { own: Notice, other: Notice }
    RequestText changes RequestRules {
        stopped_by: Sides,
        accept_stopped_by: Sides,
        add_stopped_by: Sides,
        crossed: Crossed,
        makes: Granted,
        initial_mode: RequestMode,
        notice: Notices,
    }
    BlockText changes BlockRules { clears_friends_of: Sides, cancels_requests_of: Sides }
    LimitsText changes Limits {
        blocked: Option<u32>,
        friends: Option<u32>,
        requests_in: Option<u32>,
        batch: Option<u32>,
    }
}

/// What a text says of a struct, field by field.
trait Group {
    /// The names of the fields.
    const FIELDS: &'static [&'static str];
}

/// A struct that a text gives as a map.
///
/// Serde's own structs are read from a list, too, and YAML reads them from nothing.
#[derive(Default)]
struct Map<T>(T);

impl<'de, T: Group + Deserialize<'de>> Deserialize<'de> for Map<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(MapVisitor(PhantomData))
    }
}

struct MapVisitor<T>(PhantomData<T>);

impl<'de, T: Group + Deserialize<'de>> Visitor<'de> for MapVisitor<T> {
    type Value = Map<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map of ")?;
        write_joined(f, T::FIELDS, ", ", |f, field| write!(f, "`{field}`"))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Map<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(Map)
    }
}

/// Returns the value of a text, or else that of the base.
fn changed_whole<T>(base: Option<T>, text: Option<T>, path: &str) -> Result<T, String> {
    text.or(base).ok_or_else(|| path.to_owned())
}

/// A value that a text gives as one of a few words.
struct Word<T>(T);

/// A type of such values.
trait Words: Sized {
    /// Returns all values, which print as their words.
    fn words() -> Vec<PartValue>;
}

/// Declares the types of such values, each with its kind of [`PartValue`].
macro_rules! words {
    ($($type:ident),+) => {$(
        impl Words for $type {
            fn words() -> Vec<PartValue> {
                Self::ALL.map(PartValue::$type).to_vec()
            }
        }
    )+};
}

words!(Sides, Notice, Crossed, Granted, RequestMode);

impl<T: Words> Changes for T {
    type Text = Word<T>;

    fn changed(base: Option<T>, text: Option<Word<T>>, path: &str) -> Result<T, String> {
        changed_whole(base, text.map(|word| word.0), path)
    }
}

/// Reads any value, so that one of another type gets an error with the words.
impl<'de, T: Words + Deserialize<'de>> Deserialize<'de> for Word<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WordVisitor(PhantomData))
    }
}

struct WordVisitor<T>(PhantomData<T>);

impl<'de, T: Words + Deserialize<'de>> Visitor<'de> for WordVisitor<T> {
    type Value = Word<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("one of ")?;
        write_joined(f, T::words(), ", ", |f, word| write!(f, "`{word}`"))
    }

    fn visit_str<E: de::Error>(self, word: &str) -> Result<Word<T>, E> {
        T::deserialize(word.into_deserializer()).map(Word)
    }
}

/// Reads a field that is there, so that `null` is no missing field.
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

impl Map<PolicyText> {
    /// Returns the policy of the text at a path.
    fn policy<E: de::Error>(mut self, path: &str) -> Result<Policy, E> {
        let base = match self.0.profile.take() {
            Some(name) => {
                let named = Policy::named(&name);
                let dot = if path.is_empty() { "" } else { "." };
                Some(
                    named
                        .map_err(|error| E::custom(format_args!("{path}{dot}profile: {error}")))?,
                )
            }
            None => None,
        };

        Policy::changed(base, Some(self), "").map_err(|path| {
            E::custom(format_args!(
                "the policy lacks `{path}`: name a `profile`, or spell out every part"
            ))
        })
    }
}

/// Every part, for formats that are no text.
#[derive(serde::Deserialize)]
#[serde(remote = "Policy", deny_unknown_fields)]
struct Whole {
    message: Gate,
    call: Gate,
    group_invitation: Gate,
    presence: Gate,
    request: RequestRules,
    block: BlockRules,
    limits: Limits,
}

impl<'de> Deserialize<'de> for Policy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_at("", deserializer)
    }
}

/// A policy that is the field `policy` of something else. Its errors have paths that say so.
pub(crate) struct PolicyField(pub(crate) Policy);

impl PolicyField {
    /// Reads a policy, for `deserialize_with`.
    pub(crate) fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Policy, D::Error> {
        Self::deserialize(deserializer).map(|field| field.0)
    }
}

impl<'de> Deserialize<'de> for PolicyField {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_at("policy", deserializer).map(Self)
    }
}

/// Reads a policy at a path: from a text by what is different, or else every part in order.
fn read_at<'de, D: Deserializer<'de>>(path: &str, deserializer: D) -> Result<Policy, D::Error> {
    if !deserializer.is_human_readable() {
        return Whole::deserialize(deserializer);
    }
    let text = serde_path_to_error::deserialize(deserializer);
    let text: Map<PolicyText> = text.map_err(|error| with_path(path, &error))?;
    text.policy(path)
}

/// Returns an error that has the path of the field in front, once.
fn with_path<E: de::Error>(base: &str, error: &serde_path_to_error::Error<impl de::Error>) -> E {
    let inner = error.inner();
    let path = match (base, error.path().to_string()) {
        ("", path) if path == "." => return E::custom(inner),
        ("", path) => path,
        (base, path) if path == "." => base.to_owned(),
        (base, path) => format!("{base}.{path}"),
    };

    // YAML's errors have a path in front already: that of the field, or of the map around it.
    let text = inner.to_string();
    let cause = match text.split_once(": ") {
        Some((its_path, cause)) if path.starts_with(its_path) => cause,
        _ => &text,
    };
    E::custom(format_args!("{path}: {cause}"))
}

/// A limit as a text has it: a number, or `none`.
///
/// TOML has no null, so the word stands for it in every text. JSON's and YAML's null is read.
#[derive(Clone, Copy)]
struct Limit(Option<u32>);

impl Changes for Option<u32> {
    type Text = Limit;

    fn changed(base: Option<Self>, text: Option<Limit>, path: &str) -> Result<Self, String> {
        changed_whole(base, text.map(|limit| limit.0), path)
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_any(LimitVisitor)
        } else {
            Option::deserialize(deserializer).map(Self)
        }
    }
}

struct LimitVisitor;

impl Visitor<'_> for LimitVisitor {
    type Value = Limit;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a number from 0 to {}, or `{NO_LIMIT}`", u32::MAX)
    }

    fn visit_u64<E: de::Error>(self, limit: u64) -> Result<Limit, E> {
        match u32::try_from(limit) {
            Ok(limit) => Ok(Limit(Some(limit))),
            Err(_) => Err(E::invalid_value(Unexpected::Unsigned(limit), &self)),
        }
    }

    fn visit_i64<E: de::Error>(self, limit: i64) -> Result<Limit, E> {
        match u64::try_from(limit) {
            Ok(limit) => self.visit_u64(limit),
            Err(_) => Err(E::invalid_value(Unexpected::Signed(limit), &self)),
        }
    }

    fn visit_str<E: de::Error>(self, word: &str) -> Result<Limit, E> {
        if word == NO_LIMIT {
            Ok(Limit(None))
        } else {
            Err(E::invalid_value(Unexpected::Str(word), &self))
        }
    }

    fn visit_unit<E: de::Error>(self) -> Result<Limit, E> {
        Ok(Limit(None))
    }
}

/// Reads one field of [`Limits`].
pub(in crate::rules) fn read_limit<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<u32>, D::Error> {
    Limit::deserialize(deserializer).map(|limit| limit.0)
}

/// Writes one field of [`Limits`].
#[expect(clippy::ref_option, reason = "serde passes the field by reference")]
#[cfg_attr(
    target_pointer_width = "64",
    expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "the reference is as long as the field"
    )
)]
pub(in crate::rules) fn write_limit<S: Serializer>(
    limit: &Option<u32>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match limit {
        None if serializer.is_human_readable() => serializer.serialize_str(NO_LIMIT),
        Some(limit) if serializer.is_human_readable() => serializer.serialize_u32(*limit),
        limit => limit.serialize(serializer),
    }
}
