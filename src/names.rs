//! Enums whose values have stable names.

use std::fmt;

use crate::text::{Quoted, write_joined};

/// The error of a text that names no value of a small type.
///
/// ```
/// use socialgraph::RequestMode;
///
/// let error = "frend".parse::<RequestMode>().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "`frend` is no request mode; it may be `anyone`, `confirm` or `nobody`",
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct UnknownValue {
    text: String,
    kind: &'static str,
    choices: &'static [&'static str],
}

impl UnknownValue {
    pub(crate) fn new(text: &str, kind: &'static str, choices: &'static [&'static str]) -> Self {
        Self {
            text: text.to_owned(),
            kind,
            choices,
        }
    }

    /// Returns the text that was read.
    ///
    /// ```
    /// let error = "frend".parse::<socialgraph::Action>().unwrap_err();
    /// assert_eq!(error.text(), "frend");
    /// ```
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns what the text should have named, in words.
    ///
    /// ```
    /// let error = "frend".parse::<socialgraph::Action>().unwrap_err();
    /// assert_eq!(error.kind(), "action");
    /// ```
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        self.kind
    }

    /// Returns the names that the text could have had.
    ///
    /// ```
    /// let error = "both".parse::<socialgraph::Ways>().unwrap_err();
    /// assert_eq!(error.choices(), ["one_way", "two_way"]);
    /// ```
    #[must_use]
    pub const fn choices(&self) -> &'static [&'static str] {
        self.choices
    }
}

impl fmt::Display for UnknownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is no {}; it may be ", Quoted(&self.text), self.kind)?;
        let quoted = |f: &mut fmt::Formatter<'_>, name: &&str| write!(f, "`{name}`");
        match self.choices {
            [names @ .., last] if !names.is_empty() => {
                write_joined(f, names, ", ", quoted)?;
                write!(f, " or `{last}`")
            }
            names => write_joined(f, names, ", ", quoted),
        }
    }
}

impl std::error::Error for UnknownValue {}

/// Declares a plain enum by a table: a row has a variant's documentation and its stable name.
///
/// The header has what the enum is called in errors. The enum gets all of [`named!`] and
/// [`by_name!`], and serde writes the names.
macro_rules! names {
    (
        $(#[$attribute:meta])*
        pub enum $type:ident: $kind:literal {
            $( $(#[doc = $doc:literal])+ $variant:ident = $name:literal, )+
        }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        pub enum $type {
            $(
                $(#[doc = $doc])+
                #[cfg_attr(feature = "serde", serde(rename = $name))]
                $variant,
            )+
        }

        $crate::names::named! {
            $type: $kind { $($variant = $name,)+ }
        }

        $crate::names::by_name!($type: $kind);
    };
}

/// Gives an enum `ALL` and `name`, by a table of its values.
macro_rules! named {
    ($type:ident: $kind:literal { $( $variant:ident $(($($inner:tt)+))? = $name:literal, )+ }) => {
        impl $type {
            /// All values, in their declared order.
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$variant $(($($inner)+))?),+];

            /// The name of each value, in the order of [`ALL`](Self::ALL).
            pub(crate) const NAMES: &'static [&'static str] = &[$($name),+];

            /// Returns the value's name, which is stable across versions of this crate.
            ///
            #[doc = "```"]
            #[doc = concat!("use socialgraph::", stringify!($type), ";")]
            #[doc = ""]
            #[doc = concat!("for value in ", stringify!($type), "::ALL {")]
            #[doc = "    assert_eq!(value.name().parse(), Ok(value));"]
            #[doc = "}"]
            #[doc = "```"]
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant $(($($inner)+))? => $name,)+
                }
            }
        }
    };
}

/// Gives an enum with `ALL` and `name` its `Display` and `FromStr`.
macro_rules! by_name {
    ($type:ident: $kind:literal) => {
        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.name())
            }
        }

        $crate::names::reads! { $type: $kind, |value, text| value.name() == text }
    };
}

/// Gives an enum with `ALL` and `name` its `FromStr`: the first value that a text stands for.
macro_rules! reads {
    ($type:ident: $kind:literal, |$value:ident, $text:ident| $stands_for:expr) => {
        impl std::str::FromStr for $type {
            type Err = $crate::names::UnknownValue;

            fn from_str($text: &str) -> Result<Self, $crate::names::UnknownValue> {
                let mut values = Self::ALL.into_iter();
                let found = values.find(|$value| $stands_for);
                found.ok_or_else(|| $crate::names::UnknownValue::new($text, $kind, Self::NAMES))
            }
        }
    };
}

pub(crate) use {by_name, named, names, reads};

#[cfg(test)]
mod tests {
    use crate::{Action, RequestSending, Ways};

    #[test]
    fn an_unknown_value_is_quoted_beside_all_choices() {
        let text = |error: super::UnknownValue| error.to_string();
        assert_eq!(
            text("\u{1b}".parse::<Ways>().unwrap_err()),
            r"`\u{1b}` is no choice of friend lists; it may be `one_way` or `two_way`"
        );
        let error = text("Block".parse::<Action>().unwrap_err());
        assert!(
            Action::ALL
                .iter()
                .all(|it| error.contains(&format!("`{it}`"))),
            "{error}"
        );
    }

    #[test]
    fn names_are_padded_and_read_as_they_are() {
        assert_eq!(format!("{:>7}|", RequestSending::Open), "   open|");
        assert_eq!(
            "remove_friend_one_way".parse(),
            Ok(Action::RemoveFriend(Ways::OneWay))
        );
        assert!(" open".parse::<RequestSending>().is_err());
    }
}
