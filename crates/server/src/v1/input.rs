//! Reading what a request says: its query and its body.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use axum::http::HeaderMap;
use percent_encoding::percent_decode_str;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::error::Category;
use serde_path_to_error::{Path, Segment};

use super::problem::{Code, Problem};

/// Reads the parameters of a query.
pub(super) fn read_query<T: DeserializeOwned>(query: &str) -> Result<T, Problem> {
    // Bytes that are no text would become other names.
    if percent_decode_str(query).decode_utf8().is_err() {
        return Err(Problem::new(Code::Malformed, "the query is not UTF-8"));
    }
    let pairs = form_urlencoded::parse(query.as_bytes());
    let read = serde_path_to_error::deserialize(serde_urlencoded::Deserializer::new(pairs));
    read.map_err(|error| {
        let detail = error.inner().to_string();
        let name = own_field(&detail).map_or_else(|| error.path().to_string(), str::to_owned);
        Problem::parameter(name, detail)
    })
}

/// Reads a header that comes once at most, without white space around it.
pub(super) fn read_header(
    headers: &HeaderMap,
    name: &'static str,
) -> Result<Option<String>, Problem> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(Problem::header(
            Code::Invalid,
            name,
            "the header comes twice",
        ));
    }
    let text = String::from_utf8_lossy(value.as_bytes());
    Ok(Some(text.trim().to_owned()))
}

/// Reads a body of JSON.
pub(super) fn read_body<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let read = serde_path_to_error::deserialize::<_, Object<T>>(&mut json);
    let body = read.map_err(|error| {
        let detail = error.inner().to_string();
        match error.inner().classify() {
            Category::Data => Problem::field(pointer(error.path(), &detail), detail),
            // A number or a null where an enum has to be is no error of the syntax, but the reader
            // says so.
            Category::Syntax if detail.starts_with("expected value") && is_json(bytes) => {
                Problem::field(pointer(error.path(), ""), detail)
            }
            _ => Problem::new(Code::Malformed, format!("the body is not JSON: {detail}")),
        }
    })?;
    json.end()
        .map_err(|error| Problem::new(Code::Malformed, format!("the body is not JSON: {error}")))?;
    Ok(body.0)
}

/// Returns whether bytes are JSON, but for the escapes of its texts.
fn is_json(bytes: &[u8]) -> bool {
    serde_json::from_slice::<IgnoredAny>(bytes).is_ok()
}

/// Returns a path as a JSON Pointer (RFC 6901), with the field that the error is about.
fn pointer(path: &Path, detail: &str) -> String {
    let mut pointer = String::new();
    let mut add = |token: &str| {
        pointer.push('/');
        pointer.push_str(&token.replace('~', "~0").replace('/', "~1"));
    };
    for segment in path {
        match segment {
            Segment::Seq { index } => add(&index.to_string()),
            Segment::Map { key } => add(key),
            Segment::Enum { variant } => add(variant),
            Segment::Unknown => {}
        }
    }
    if let Some(field) = own_field(detail) {
        add(field);
    }
    pointer
}

/// Returns the field that an error names beside the path: one that is missing or comes twice.
fn own_field(detail: &str) -> Option<&str> {
    let named = detail
        .strip_prefix("missing field `")
        .or_else(|| detail.strip_prefix("duplicate field `"))?;
    named.split('`').next()
}

/// A struct that is read from an object. Serde's own structs are read from an array, too.
#[derive(Clone, Debug)]
pub(super) struct Object<T>(pub(super) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor(PhantomData))
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = Object<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Object<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(Object)
    }
}

impl<T: JsonSchema> JsonSchema for Object<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::{read_body, read_query};

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Names {
        user: String,
        limit: Option<u32>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "it is read alone")]
    struct Many {
        many: Vec<super::Object<Names>>,
    }

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "it is read alone")]
    struct Choice {
        kind: Kind,
    }

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "it is read alone")]
    enum Kind {
        A(u32),
    }

    fn of_query(query: &str) -> String {
        read_query::<Names>(query).unwrap_err().to_string()
    }

    fn of_body(body: &str) -> String {
        read_body::<Many>(body.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn a_problem_names_the_parameter() {
        let names = read_query::<Names>("user=%F0%9F%98%80+a&limit=3").unwrap();
        assert_eq!(names.user, "\u{1f600} a");
        for (query, place) in [
            ("limit=3", "(user)"),
            ("user=a&user=b", "(user)"),
            ("user=a&limit=-1", "(limit)"),
            ("user=a&limit=", "(limit)"),
            ("user=a&limt=1", "(limt)"),
        ] {
            assert!(of_query(query).starts_with("invalid"), "{query}");
            assert!(of_query(query).ends_with(place), "{}", of_query(query));
        }
        assert_eq!(of_query("user=%ff"), "malformed: the query is not UTF-8");
        assert_eq!(
            of_query("user=%C3&x=%A9"),
            "malformed: the query is not UTF-8"
        );
    }

    #[test]
    fn a_problem_points_into_the_body() {
        for (body, place) in [
            (r#"{"many":[{"user":"a"},{"user":7}]}"#, "(/many/1/user)"),
            (r#"{"many":[{"limit":7}]}"#, "(/many/0/user)"),
            (r#"{"many":[{"user":"a","user":"b"}]}"#, "(/many/0/user)"),
            (r#"{"many":[{"user":"a","a/b~":1}]}"#, "(/many/0/a~1b~0)"),
            // An array has no names.
            (r#"{"many":[["a",7]]}"#, "(/many/0)"),
            (r#"{"many":{}}"#, "(/many)"),
            ("{}", "(/many)"),
            ("[[]]", "()"),
            ("7", "()"),
        ] {
            assert!(of_body(body).starts_with("invalid"), "{}", of_body(body));
            assert!(of_body(body).ends_with(place), "{}", of_body(body));
        }
        for kind in ["null", "7", "[]"] {
            let body = format!("{{\"kind\":{kind}}}");
            let error = read_body::<Choice>(body.as_bytes())
                .unwrap_err()
                .to_string();
            assert!(error.starts_with("invalid"), "{error}");
            assert!(error.ends_with("(/kind)"), "{error}");
            // What follows is no JSON.
            let error = read_body::<Choice>(format!("{body}x").as_bytes()).unwrap_err();
            assert!(error.to_string().starts_with("malformed"), "{error}");
        }
        for body in ["", "{", r#"{"many":[]} x"#, "{\"many\":[\"\u{1}\"]}", "nul"] {
            assert!(of_body(body).starts_with("malformed"), "{}", of_body(body));
        }
        let deep = format!("{{\"many\":{}", "[".repeat(1 << 16));
        assert!(!of_body(&deep).is_empty());
    }
}
