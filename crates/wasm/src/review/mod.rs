//! What the reviewer's page shows: JSON in, JSON out.
//!
//! Every answer comes from the engine, and every sentence from the engine or from
//! `socialgraph-analysis`. The page draws it, and knows no rule. For every input, a function
//! returns an answer or `{"error": {"message": …}}`, with `line` and `column` if a line of the
//! story or of a file is wrong.
//!
//! | function | from | to |
//! |---|---|---|
//! | [`view`] | a state | everything that the page shows of it |
//! | [`certainties`] | a state | which answers rest on parts that nothing confirms |
//! | [`story_file`], [`rust_test`] | a state | its story as a file, and as a test in Rust |
//! | [`policy`] | a policy on one line | its parts, each with its rule and its meanings; a file |
//! | [`systems`] | nothing | the systems that have each value of each part |
//! | [`policy_file`] | a policy file, JSON or TOML | the policy on one line |
//! | [`with_part`] | a policy, a path and a value | the changed policy on one line |
//! | [`compare`] | two policies | parts and stories that tell them apart |
//! | [`nearest`] | a policy | the named policies by distance |
//! | [`what_if`] | a policy and a path | what each other value changes |
//! | [`properties`] | nothing | what a check looks for |
//! | [`estimate`], [`check`] | a policy and a number of users | what a check takes; its result |
//! | [`profiles`], [`shown_stories`] | nothing | the systems, with sources; ten stories |
//! | [`rules`] | nothing | the sentence of each rule |
//!
//! `view` is quick enough for each click. `certainties`, `systems`, `compare`, `what_if`, `check`,
//! `profiles` and `shown_stories` are for a worker.

// Each module depends only on modules of the lines above its own:
//   answer, words; input; state; export, matrix, view; certainties; policy, comparison, checker,
//   systems.
mod answer;
mod certainties;
mod checker;
mod comparison;
mod export;
mod input;
mod matrix;
mod policy;
mod state;
mod systems;
mod view;
mod words;

#[cfg(test)]
mod tests;

pub use certainties::certainties;
pub use checker::{check, estimate, properties};
pub use comparison::{compare, nearest, what_if};
pub use export::{rust_test, story_file};
pub use policy::{policy, policy_file, with_part};
pub use systems::{profiles, rules, shown_stories, systems};
pub use view::view;
