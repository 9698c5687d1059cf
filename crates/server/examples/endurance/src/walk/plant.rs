//! Planted differences: an answer of the server is changed before it is compared.

use serde_json::Value;

use crate::random::Random;

/// An answer is changed once in so many.
const ONCE_IN: u64 = 100;

/// What changes answers.
pub(super) struct Plant {
    random: Random,
    planted: Vec<String>,
}

impl Plant {
    pub(super) fn new(seed: u64) -> Self {
        // Other numbers than those of the walk.
        let random = Random::new(seed ^ 0x0070_6c61_6e74);
        let planted = Vec::new();
        Self { random, planted }
    }

    /// Changes something in an answer now and then, if it has something to change.
    pub(super) fn change(&mut self, answer: &mut Value) {
        let mut places = Vec::new();
        find(answer, &mut String::new(), &mut places);
        if places.is_empty() || !self.random.once_in(ONCE_IN) {
            return;
        }
        let place = places.swap_remove(self.random.index(places.len()));
        if let Some(value) = answer.pointer_mut(&place) {
            let before = value.to_string();
            flip(value);
            self.planted
                .push(format!("{place} was {before} and is {value}"));
        }
    }

    pub(super) fn report(&self) -> String {
        let last = self.planted.last().map_or("nothing", String::as_str);
        format!("planted {} changes, the last: {last}", self.planted.len())
    }
}

/// Finds the pointers to what can be changed.
fn find(value: &Value, place: &mut String, places: &mut Vec<String>) {
    let mut visit = |name: &str, inner: &Value, place: &mut String| {
        let length = place.len();
        *place = format!("{place}/{name}");
        let is_compared = matches!(
            name,
            "done" | "verdict" | "ResultCode" | "total" | "relations_changed" | "Relation"
        );
        let is_list = matches!(name, "users" | "facts" | "allowed" | "effects" | "after")
            && inner.as_array().is_some_and(|it| !it.is_empty());
        if is_compared || is_list {
            places.push(place.clone());
        }
        find(inner, place, places);
        place.truncate(length);
    };
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                visit(name, inner, place);
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter().enumerate() {
                visit(&index.to_string(), inner, place);
            }
        }
        _ => {}
    }
}

fn flip(value: &mut Value) {
    match value {
        Value::Bool(is_so) => *is_so = !*is_so,
        Value::Array(items) => drop(items.pop()),
        Value::Number(number) => *value = (number.as_u64().unwrap_or_default() + 1).into(),
        Value::String(text) => text.push('!'),
        _ => {}
    }
}
