//! What a child says: a line for each proposal, and a line for each answer.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use socialgraph_host::{Answer, Operations, Outcomes, Position, ProposalId};

/// A line of a child.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Line {
    /// It is about to propose an entry.
    Proposed(ProposalId, Operations),
    /// It has an answer.
    Answered(ProposalId, Acknowledged),
    /// It says that it has an answer before there is one: the planted fault.
    AnsweredEarly(ProposalId),
}

/// An answer, with the digest of its outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Acknowledged {
    pub(crate) position: Position,
    pub(crate) digest: u64,
}

impl From<&Answer<Outcomes>> for Acknowledged {
    fn from(answer: &Answer<Outcomes>) -> Self {
        Self {
            position: answer.position,
            digest: digest(&answer.outcome),
        }
    }
}

/// Returns a digest of an outcome: the same in each process of this binary.
pub(crate) fn digest(outcome: &Outcomes) -> u64 {
    let mut hasher = DefaultHasher::new();
    outcome.hash(&mut hasher);
    hasher.finish()
}

impl Line {
    pub(crate) fn read(text: &str) -> Option<Self> {
        let (word, rest) = text.split_once(' ')?;
        let (id, rest) = rest.split_once(' ')?;
        let id = id.parse().ok()?;
        match word {
            "proposed" => Some(Self::Proposed(id, serde_json::from_str(rest).ok()?)),
            "answered" => {
                let (position, digest) = rest.split_once(' ')?;
                let position = position.parse().ok()?;
                let digest = digest.parse().ok()?;
                Some(Self::Answered(id, Acknowledged { position, digest }))
            }
            "early" => Some(Self::AnsweredEarly(id)),
            _ => None,
        }
    }
}

impl std::fmt::Display for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Proposed(id, entry) => {
                let entry = serde_json::to_string(entry).map_err(|_| std::fmt::Error)?;
                writeln!(f, "proposed {id} {entry}")
            }
            Self::Answered(id, Acknowledged { position, digest }) => {
                writeln!(f, "answered {id} {position} {digest}")
            }
            Self::AnsweredEarly(id) => writeln!(f, "early {id} -"),
        }
    }
}
