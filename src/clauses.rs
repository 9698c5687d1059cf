//! Enums whose variants are clauses about an actor and a target.

/// Declares an enum by a table: a row has a variant's documentation, its name and its clause.
///
/// The clause is a format string over the two names that the header declares. The enum gets
/// `ALL`, `explain`, `Display`, and sets of its variants ([`SmallSet`](crate::SmallSet)), all in
/// the order of the rows.
macro_rules! clauses {
    (
        $(#[$attribute:meta])*
        pub enum $name:ident($actor:ident, $target:ident) {
            $( $(#[doc = $doc:literal])+ $variant:ident => $clause:literal, )+
        }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        #[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
        pub enum $name {
            $( $(#[doc = $doc])+ $variant, )+
        }

        impl $name {
            /// All variants, in the order in which they are reported.
            pub const ALL: [Self; [$(stringify!($variant)),+].len()] = [$(Self::$variant),+];

            /// Returns the clause with the names of the actor and the target in it.
            #[must_use]
            pub fn explain<'a>(
                self,
                actor: &'a str,
                target: &'a str,
            ) -> $crate::text::Explanation<'a, Self> {
                $crate::text::Phrase::with_names(self, actor, target)
            }
        }

        $crate::set::element!($name);

        impl $crate::text::Phrase for $name {
            fn write(
                self,
                f: &mut std::fmt::Formatter<'_>,
                $actor: &str,
                $target: &str,
            ) -> std::fmt::Result {
                match self {
                    $( Self::$variant => write!(f, $clause), )+
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                $crate::text::Phrase::write_unnamed(*self, f)
            }
        }
    };
}

pub(crate) use clauses;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fmt::Display;

    use crate::{Effect, Fact, Reason};

    fn texts<T: Display>(all: impl IntoIterator<Item = T>) -> BTreeSet<String> {
        all.into_iter().map(|one| one.to_string()).collect()
    }

    #[test]
    fn no_two_clauses_of_an_enum_read_alike() {
        assert_eq!(texts(Fact::ALL).len(), Fact::ALL.len());
        assert_eq!(texts(Reason::ALL).len(), Reason::ALL.len());
        assert_eq!(texts(Effect::ALL).len(), Effect::ALL.len());
        assert!(texts(Effect::ALL).contains("the target went on the actor's blocklist"));
    }

    #[test]
    fn variants_are_in_the_order_of_their_rows() {
        assert!(Fact::ALL.is_sorted() && Reason::ALL.is_sorted() && Effect::ALL.is_sorted());
        assert_eq!(
            Reason::ALL[..2],
            [Reason::ActorBlocks, Reason::TargetBlocks]
        );
    }
}
