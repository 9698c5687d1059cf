//! The two users of every story.

/// One of the two users.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum User {
    Ann,
    Ben,
}

impl User {
    pub(super) const ALL: [Self; 2] = [Self::Ann, Self::Ben];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Ann => "ann",
            Self::Ben => "ben",
        }
    }

    pub(super) const fn other(self) -> Self {
        match self {
            Self::Ann => Self::Ben,
            Self::Ben => Self::Ann,
        }
    }
}
