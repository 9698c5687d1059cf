//! Names of values: as the engine has them, or in camelCase.

use std::str::FromStr;

use socialgraph::UnknownValue;

use super::Failure;

/// Reads the name of a value: `one_way`, or `oneWay`.
pub(super) fn named<T: FromStr<Err = UnknownValue>>(name: &str) -> Result<T, Failure> {
    // The error names the text as the caller wrote it.
    name.parse()
        .or_else(|error| snake_case(name).parse().map_err(|_| error))
        .map_err(Failure::from)
}

/// Returns a name in camelCase with underscores instead.
fn snake_case(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use socialgraph::{Action, Question, Ways};

    use super::named;

    #[test]
    fn names_are_read_in_both_forms() {
        assert_eq!(named("one_way"), Ok(Ways::OneWay));
        assert_eq!(named("oneWay"), Ok(Ways::OneWay));
        assert_eq!(
            named("removeFriendTwoWay"),
            Ok(Action::RemoveFriend(Ways::TwoWay))
        );
        for question in Question::ALL {
            assert_eq!(named(question.name()), Ok(question));
        }
    }

    #[test]
    fn an_unknown_name_is_quoted_as_it_was_written() {
        let failure = named::<Ways>("OneWay").unwrap_err();
        assert_eq!(failure.code, "unknown_name");
        assert!(
            failure.message.starts_with("`OneWay` is no"),
            "{}",
            failure.message
        );
    }
}
