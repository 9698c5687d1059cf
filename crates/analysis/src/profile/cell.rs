//! One fact about a system, and what confirms it.

use std::fmt;

use socialgraph::{Crossed, Granted, PartValue, RequestMode, Sides};

/// One fact about a system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The path of the cell, one of [`Profile::CELLS`](super::Profile::CELLS).
    pub path: &'static str,
    /// What the system does.
    pub value: Value,
    /// What confirms it.
    pub evidence: Evidence,
    /// The name of the source.
    pub source: &'static str,
    /// A remark; often empty.
    pub note: &'static str,
}

/// What a cell says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// The answer to a question across a block.
    Answer(Answer),
    /// Who has to list whom, so that a message passes.
    Needs(Sides),
    /// What the second of two crossed requests does.
    Crossed(Crossed),
    /// The request mode of a new user.
    Mode(RequestMode),
    /// What a granted request makes.
    Makes(Granted),
    /// What becomes of an entry or a request when a block is made.
    Fate(Fate),
    /// What repeating an action answers.
    Repeat(Repeat),
    /// What an unblock brings back.
    Restores(Restored),
    /// Whether a message that was sent across a block is seen after the unblock.
    Later(bool),
    /// A limit; `None` is no limit.
    Limit(Option<u32>),
}

/// The answer to a question across a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is done.
    Allowed,
    /// The actor sees success, and nothing happens.
    Silent,
    /// It is refused, and no block is named.
    Neutral,
    /// It is refused, and the block is named.
    Told,
    /// It is refused; nothing confirms what the actor sees.
    Refused,
}

/// What becomes of an entry or a request when a block is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It stays.
    Kept,
    /// It ends.
    Ends,
}

/// What an action answers that would change nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// Success.
    Success,
    /// An error.
    Error,
    /// Success, and the block has no effect.
    Ignored,
}

/// What an unblock brings back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Restored {
    /// Nothing: what the block ended stays ended.
    Nothing,
    /// Friend-list entries, which were there and hidden.
    Entries,
    /// Requests, which were there and hidden.
    Requests,
    /// A friendship: the unblock accepts a request.
    Friendship,
}

/// What confirms a fact, the strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Evidence {
    /// A standard says so.
    Standard,
    /// The project's own test asserts it.
    Test,
    /// The code does it.
    Code,
    /// The vendor's documentation says so.
    Documentation,
}

/// Declares how the values of an enum are written.
macro_rules! written {
    ($($type:ident { $($variant:ident => $word:literal),+ $(,)? })+) => {$(
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(match self {
                    $(Self::$variant => $word,)+
                })
            }
        }
    )+};
}

written! {
    Answer {
        Allowed => "allowed",
        Silent => "silent",
        Neutral => "neutral",
        Told => "told",
        Refused => "refused",
    }
    Fate { Kept => "kept", Ends => "ends" }
    Repeat { Success => "success", Error => "error", Ignored => "ignored" }
    Restored {
        Nothing => "nothing",
        Entries => "entries",
        Requests => "requests",
        Friendship => "friendship",
    }
    Evidence {
        Standard => "standard",
        Test => "test",
        Code => "code",
        Documentation => "documentation",
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Answer(answer) => answer.fmt(f),
            Self::Needs(Sides::Neither) => f.pad("nobody"),
            Self::Needs(sides) => PartValue::Sides(sides).fmt(f),
            Self::Crossed(crossed) => PartValue::Crossed(crossed).fmt(f),
            Self::Mode(mode) => PartValue::RequestMode(mode).fmt(f),
            Self::Makes(granted) => PartValue::Granted(granted).fmt(f),
            Self::Fate(fate) => fate.fmt(f),
            Self::Repeat(repeat) => repeat.fmt(f),
            Self::Restores(restored) => restored.fmt(f),
            Self::Later(true) => f.pad("seen"),
            Self::Later(false) => f.pad("lost"),
            Self::Limit(limit) => PartValue::Limit(limit).fmt(f),
        }
    }
}
