//! The rules of `docs/semantics.md` by number, and the rules behind a part of a policy and behind a
//! reason of a refusal.
//!
//! It explains answers and computes none. Tests compare it with the page.
//!
//! ```
//! use socialgraph::{Interaction, Policy, Reason, Relation};
//! use socialgraph_analysis::rulebook::{Rule, meaning, rules_of_part, rules_of_reason};
//!
//! let policy = Policy::tencent_rest();
//! let blocked: Relation = "B".parse()?;
//! let decision = policy.can(Interaction::Message, blocked);
//! assert_eq!(decision.reasons(), Reason::TargetBlocks.into());
//! assert_eq!(rules_of_reason(decision.question(), Reason::TargetBlocks), [Rule::R5, Rule::R6]);
//!
//! let (path, value) = policy.parts().next().unwrap();
//! assert_eq!(rules_of_part(path), [Rule::R5, Rule::R6]);
//! assert_eq!(meaning(path, value), "B's block stops A's message to B");
//! # Ok::<(), socialgraph::ParseRelationError>(())
//! ```

mod part;
mod reason;
mod rule;

pub use part::{meaning, rules_of_part};
pub use reason::rules_of_reason;
pub use rule::Rule;
