//! JSON that the service does not read.

use std::fmt;

use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// JSON that the service does not read, such as the body of a message.
///
/// It is kept as a text without white space, which takes no more memory than it took bytes. Two
/// are equal if their texts are.
///
/// ```
/// use socialgraph_tim::wire::Json;
///
/// let json: Json = serde_json::from_str(r#"{ "MsgType": "TIMTextElem" }"#)?;
/// assert_eq!(json.to_string(), r#"{"MsgType":"TIMTextElem"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Json(Box<str>);

/// The default is `null`.
impl Default for Json {
    fn default() -> Self {
        Self("null".into())
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value: Value = serde_json::from_str(&self.0).map_err(serde::ser::Error::custom)?;
        value.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut text = String::new();
        Writer(&mut text).deserialize(deserializer)?;
        Ok(Self(text.into()))
    }
}

/// Writes a value that is read as JSON.
struct Writer<'t>(&'t mut String);

impl Writer<'_> {
    fn write<E: Error>(self, value: impl Into<Value>) -> Result<(), E> {
        fmt::write(self.0, format_args!("{}", value.into())).map_err(E::custom)
    }
}

impl<'de> DeserializeSeed<'de> for Writer<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Writer<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        self.write(value)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        self.write(value)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        self.write(value)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        self.write(value)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.write(text)
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.write(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let Self(text) = self;
        text.push('[');
        let start = text.len();
        while list.next_element_seed(Writer(text))?.is_some() {
            text.push(',');
        }
        end(text, start, ']');
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        let Self(text) = self;
        text.push('{');
        let start = text.len();
        while fields.next_key_seed(Writer(text))?.is_some() {
            text.push(':');
            fields.next_value_seed(Writer(text))?;
            text.push(',');
        }
        end(text, start, '}');
        Ok(())
    }
}

/// Ends a list or an object whose elements begin at `start`, each followed by a comma.
fn end(text: &mut String, start: usize, bracket: char) {
    if text.len() > start {
        text.pop();
    }
    text.push(bracket);
}
