//! Cases: what a policy answers, as lines of text for the tests of any server or binding.
//!
//! The cases of a policy have three sections. Each table leads two users to one relation, and asks
//! every question about both. The walks take every action between these relations. Each log is a
//! random one of a few users, with all questions after it. The cases of a profile leave out what
//! nothing confirms: the repository has them in `cases/`. `docs/cases.md` has the format.
//!
//! ```
//! use socialgraph_analysis::profile::Profile;
//! use socialgraph_testkit::cases;
//!
//! let mastodon = cases::of_profile(Profile::named("mastodon").unwrap());
//! let mut lines = mastodon.lines();
//! assert_eq!(lines.next(), Some("socialgraph-cases\t1\tmastodon"));
//!
//! // Ann has blocked ben: a message of ben's is refused, and ben does not learn of it.
//! let case = "ask\tmessage\tben\tann\ttarget_blocks\trefused\tsilent\ttarget_blocks\ttarget_blocks";
//! assert!(lines.any(|line| line == case));
//! ```

mod judge;
mod line;
mod log;
mod pair;
mod state;
mod table;
mod walk;

use socialgraph::Policy;
use socialgraph_analysis::profile::Profile;

use judge::Judge;
use line::Lines;

/// The version of the format, in the first line.
///
/// A change of what a line means, or of the order of its fields, raises it. Another kind of line
/// does not: a reader passes over kinds that it does not know.
pub const VERSION: u32 = 1;

/// Returns the cases of a profile, without those that rest on a part that nothing confirms.
///
/// Equal bytes come out for a profile each time.
///
/// ```
/// use socialgraph_analysis::profile::Profile;
/// use socialgraph_testkit::cases;
///
/// let lemmy = cases::of_profile(Profile::named("lemmy").unwrap());
/// assert!(lemmy.contains("ask\tmessage"));
/// // Lemmy has no friend requests.
/// assert!(!lemmy.contains("ask\tsend_request"));
/// ```
#[must_use]
pub fn of_profile(profile: &'static Profile) -> String {
    let mut lines = Lines::new(profile.name);
    for exception in profile.exceptions {
        lines.note(exception.text);
    }
    written(lines, &Judge::of_profile(profile))
}

/// Returns the cases of a policy: all count as confirmed.
///
/// The name stands in the first line.
///
/// ```
/// use socialgraph::{Limits, Policy};
/// use socialgraph_testkit::cases;
///
/// let policy = Policy { limits: Limits::NONE, ..Policy::tencent_rest() };
/// let text = cases::of_policy("ours", &policy);
/// assert!(text.starts_with("socialgraph-cases\t1\tours\n"));
/// assert!(text.contains("ask\tcall"));
/// ```
#[must_use]
pub fn of_policy(name: &str, policy: &Policy) -> String {
    written(Lines::new(name), &Judge::of_policy(*policy))
}

fn written(mut lines: Lines, judge: &Judge) -> String {
    let reached = pair::reached(judge);
    table::write(&mut lines, judge, &reached);
    walk::write(&mut lines, judge, &reached);
    log::write(&mut lines, judge);
    lines.into_text()
}
