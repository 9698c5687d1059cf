//! The stories that show where real systems disagree.

use super::{Story, StoryError};

/// Returns ten stories that real systems answer differently, each with its name.
///
/// Their questions have no expected answers: play them under the policies to compare.
///
/// ```
/// use socialgraph_analysis::story;
///
/// let stories = story::shown()?;
/// let (name, story) = &stories[2];
/// assert_eq!(*name, "03_blocker_writes");
/// assert!(story.to_string().ends_with("ann blocks ben\nmay ann message ben?\n"));
/// # Ok::<(), story::StoryError>(())
/// ```
///
/// # Errors
/// Never: a test reads each story.
pub fn shown() -> Result<Vec<(&'static str, Story)>, StoryError> {
    let stories = SHOWN.iter();
    stories
        .map(|(name, text)| Ok((*name, text.parse()?)))
        .collect()
}

/// Lists the files of `stories/`, each with its name.
macro_rules! stories {
    ($($name:literal),+ $(,)?) => {
        [$(($name, include_str!(concat!("../../stories/", $name, ".story")))),+]
    };
}

const SHOWN: [(&str, &str); 10] = stories![
    "01_accept_across_a_block",
    "02_request_of_the_blocked",
    "03_blocker_writes",
    "04_blocked_writes",
    "05_after_the_unblock",
    "06_crossed_requests",
    "07_blocker_asks",
    "08_unblock_without_a_block",
    "09_messages_of_the_meantime",
    "10_new_request_after_the_unblock",
];
