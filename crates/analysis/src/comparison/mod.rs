//! What tells two policies apart: the parts that differ, and the shortest stories that show it.
//!
//! [`diff`] compares two policies. Its stories are what two users, ann and ben, have to do until
//! a question about them is answered differently. [`what_if`] tries every other value of each
//! part of a policy, and [`nearest`] finds the named policies that are like it.
//!
//! ```
//! use socialgraph::Policy;
//! use socialgraph_analysis::comparison::diff;
//!
//! let comparison = diff(&Policy::named("openim")?, &Policy::named("wildfire")?);
//! let story = comparison.stories().iter().find(|story| story.steps().len() == 1).unwrap();
//! assert_eq!(
//!     story.to_string(),
//!     "  1. ann blocks ben
//!      one: ben may not call ann: ann blocks ben
//!      other: ben may call ann
//! ",
//! );
//!
//! // Each policy follows its system, as far as parts can say. By those, two systems are alike.
//! let comparison = diff(&Policy::named("openim")?, &Policy::named("tangsengdaodao")?);
//! assert!(comparison.parts().is_empty() && comparison.stories().is_empty());
//! # Ok::<(), socialgraph::UnknownPolicy>(())
//! ```
//!
//! # The search
//!
//! A *joint state* is the relation of the two users and their request modes under each policy,
//! and the bars of both. Users join with the initial mode of each policy. If the two modes are
//! not the same, they stay apart until the user's mode is set. A step is an action of a user on
//! the other, or a request mode or a bar that is set, under both policies. If a policy refuses
//! an action, the action changes nothing under that policy.
//!
//! The search is breadth first, and it ends only when every reachable joint state has been
//! visited. If there is no story, no log of two users shows a difference. Limits of one or more
//! are beyond two users, so policies that differ in those alone have parts, but no story.
//!
//! # What is different
//!
//! In each joint state, each user is asked every [`Question`](socialgraph::Question). Two answers
//! differ if the verdict differs, or the reasons that the actor sees, or the effects of an action
//! that is done. Reasons that only the host sees tell nothing apart.
//!
//! # Which stories are listed
//!
//! 1. The steps of a story are the canonical way to a joint state: of all shortest ways, the one
//!    whose steps come first. Ann's steps come before ben's, and of each user the actions come
//!    before the settings. Of two joint states that are mirror images, with ann and ben
//!    exchanged, the first to be reached stands for both. So ann does the first step, and if
//!    there is none, ann is asked.
//! 2. A story is *minimal* if no proper subsequence of its steps, from the start, leads to a
//!    joint state where the same question by the same user differs. No step can be left out.
//! 3. A *difference* is a question and its two answers: verdicts, all reasons, visible reasons
//!    and effects. Of all minimal stories that end in the same difference, the first is listed.
//! 4. If other interactions have the same two answers at the end of a story, they are listed
//!    as [`alike`](Distinction::alike), and their difference counts as shown.
//!
//! So every difference that two users can meet is listed, or leads back to a listed story for
//! the same question: by leaving out steps, by another shortest way to the same joint state, or
//! by exchanging the users.
//!
//! A difference can hide another about the same question. If new users have another request
//! mode, nearly every story about requests has a minimal story without a block in it, and what
//! the two policies do with requests across a block is not told. To see it, give both policies
//! the same initial mode:
//!
//! ```
//! use socialgraph::{PartValue, Policy, RequestMode};
//! use socialgraph_analysis::comparison::diff;
//!
//! let confirm = PartValue::RequestMode(RequestMode::Confirm);
//! let mastodon = Policy::named("mastodon")?.with_part("request.initial_mode", confirm).unwrap();
//! let comparison = diff(&mastodon, &Policy::named("gotosocial")?);
//! let stories: Vec<String> = comparison.stories().iter().map(ToString::to_string).collect();
//! assert!(stories.contains(&String::from(
//!     "  1. ann sends ben a friend request
//!   2. ann blocks ben
//!      one: ben accepts a friend request from ann: ben went on ann's friend list
//!      other: ben may not accept a friend request from ann: ann blocks ben (not told); \
//! no friend request from ann to ben is pending
//! ",
//! )));
//! # Ok::<(), socialgraph::UnknownPolicy>(())
//! ```

// Each module depends only on modules of the lines above its own:
//   user, answer, topic, part; answer_table, distinction, nearest; joint_state; search; stories;
//   what_if.
mod answer;
mod answer_table;
mod distinction;
mod joint_state;
mod nearest;
mod part;
mod search;
mod stories;
mod topic;
mod user;
mod what_if;

pub use answer::Answer;
pub use distinction::Distinction;
pub use nearest::{Near, distance, follows_message, nearest};
pub use part::DifferentPart;
pub use topic::Topic;
pub use what_if::{WhatIf, what_if, what_if_part};

use socialgraph::Policy;

/// What tells two policies apart: parts and stories.
///
/// ```
/// use socialgraph::Policy;
/// use socialgraph_analysis::comparison::diff;
///
/// let comparison = diff(&Policy::tencent_rest(), &Policy::named("matrix")?);
/// for (topic, stories) in comparison.by_topic() {
///     println!("{topic}:");
///     for story in stories {
///         println!("{story}");
///     }
/// }
/// # Ok::<(), socialgraph::UnknownPolicy>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    parts: Vec<DifferentPart>,
    stories: Vec<Distinction>,
    states: usize,
}

/// Compares two policies.
///
/// It takes about 10 milliseconds: a joint state is a few bytes, and no two policies have more
/// than 2¹⁸ of them.
///
/// ```
/// use socialgraph::Policy;
/// use socialgraph_analysis::comparison::diff;
///
/// let comparison = diff(&Policy::tencent_rest(), &Policy::tencent_mutual());
/// assert_eq!(comparison.parts().len(), 4);
/// assert_eq!(comparison.stories().len(), 1);
/// ```
#[must_use]
pub fn diff(one: &Policy, other: &Policy) -> Comparison {
    let (stories, states) = stories::stories(one, other);
    Comparison {
        parts: part::different_parts(one, other),
        stories,
        states,
    }
}

impl Comparison {
    /// Returns the parts that differ, limits included, in the order of [`Policy::parts`].
    ///
    /// ```
    /// use socialgraph::Policy;
    /// use socialgraph_analysis::comparison::diff;
    ///
    /// let comparison = diff(&Policy::named("rongcloud")?, &Policy::named("zim")?);
    /// let parts: Vec<String> = comparison.parts().iter().map(ToString::to_string).collect();
    /// assert_eq!(parts, ["limits.blocked: none, 1000", "limits.batch: none, 20"]);
    /// assert!(comparison.stories().is_empty(), "two users reach no such limit");
    /// # Ok::<(), socialgraph::UnknownPolicy>(())
    /// ```
    #[must_use]
    pub fn parts(&self) -> &[DifferentPart] {
        &self.parts
    }

    /// Returns the minimal stories that tell the policies apart, the shortest first.
    ///
    /// If there are none, nothing that two users can do tells the policies apart.
    #[must_use]
    pub fn stories(&self) -> &[Distinction] {
        &self.stories
    }

    /// Returns the number of joint states: all that two users can reach.
    #[must_use]
    pub const fn states(&self) -> usize {
        self.states
    }

    /// Returns the stories of each topic that has any, in the order of [`Topic::ALL`].
    ///
    /// The shortest stories of a topic come first.
    ///
    /// ```
    /// use socialgraph::Policy;
    /// use socialgraph_analysis::comparison::{Topic, diff};
    ///
    /// let comparison = diff(&Policy::tencent_rest(), &Policy::tencent_mutual());
    /// let topics: Vec<Topic> = comparison.by_topic().iter().map(|(topic, _)| *topic).collect();
    /// assert_eq!(topics, [Topic::Messages]);
    /// ```
    #[must_use]
    pub fn by_topic(&self) -> Vec<(Topic, Vec<&Distinction>)> {
        let mut topics = Vec::new();
        for topic in Topic::ALL {
            let stories = self.stories.iter().filter(|story| story.topic() == topic);
            let stories: Vec<&Distinction> = stories.collect();
            if !stories.is_empty() {
                topics.push((topic, stories));
            }
        }
        topics
    }
}
