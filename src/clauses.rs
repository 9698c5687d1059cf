//! Enums whose variants are clauses about an actor and a target.

/// Declares an enum by a table: a row has a variant's documentation, its stable name and its clause.
///
/// The clause is a format string over the names of the two users that the header declares, behind
/// what the enum is called in errors. The enum gets `ALL`, `name`, `explain`, `Display`, `FromStr`,
/// and sets of its variants ([`SmallSet`](crate::SmallSet)), all in the order of the rows.
macro_rules! clauses {
    (
        $(#[$attribute:meta])*
        pub enum $type:ident($actor:ident, $target:ident): $kind:literal {
            $( $(#[doc = $doc:literal])+ $variant:ident = $name:literal => $clause:literal, )+
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

        impl $type {
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

        $crate::set::element!($type);

        impl $crate::text::Phrase for $type {
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

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                $crate::text::Phrase::write_unnamed(*self, f)
            }
        }

        // A name, or the clause that is printed.
        $crate::names::reads! {
            $type: $kind, |value, text| value.name() == text || value.to_string() == text
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
    fn names_and_clauses_are_read() {
        for reason in Reason::ALL {
            assert_eq!(reason.name().parse(), Ok(reason));
            assert_eq!(reason.to_string().parse(), Ok(reason));
        }
        let error = "actor_blocked".parse::<Fact>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "`actor_blocked` is no fact; it may be `actor_blocks`, `target_blocks`, \
             `actor_lists`, `target_lists`, `actor_requested` or `target_requested`"
        );
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
