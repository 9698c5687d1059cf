//! Stories played line by line, under one policy or several: what each line came to, in words.
//!
//! ```
//! use socialgraph::Policy;
//! use socialgraph_analysis::playthrough::{Playthrough, Side};
//! use socialgraph_analysis::story::Story;
//!
//! let story: Story = "ann blocks ben\nmay ben message ann?\n".parse()?;
//! let mut playthrough = Playthrough::new([Side::new("ours", Policy::tencent_rest())]);
//! for name in story.users() {
//!     playthrough.add_user(name);
//! }
//!
//! let turn = playthrough.play(&story.lines()[0]);
//! let sentences: Vec<String> = turn.sides[0].sentences().map(|it| it.text.clone()).collect();
//! assert_eq!(
//!     sentences,
//!     [
//!         "ben went on ann's blocklist",
//!         "now ann may not request ben, and is told why",
//!         "now ben may not message, call, invite or appear online to ann, and is not told",
//!         "now ben may not request ann, and is told why",
//!     ],
//! );
//! # Ok::<(), socialgraph_analysis::story::StoryError>(())
//! ```

// Each module depends only on modules of the lines above its own:
//   turn; results, abilities; side.
mod abilities;
mod results;
mod side;
mod turn;

pub use results::results;
pub use side::Side;
pub use turn::{SideTurn, Statement, Turn};

use socialgraph::Operation;

use crate::story::{Line, Story};

/// The most lines of a story in which what rests on unconfirmed parts is marked.
pub const MOST_JUDGED: usize = 300;

/// A story so far, and its graph under each policy.
///
/// It judges which sentences rest on a part that nothing confirms, if a side has the profile of a
/// real system. That plays the story again for each sentence. [`unjudged`](Self::unjudged) is
/// quick.
#[derive(Clone, Debug)]
pub struct Playthrough {
    sides: Vec<Side>,
    lines: Vec<Line>,
    /// The sides before each line.
    before: Vec<Vec<Side>>,
}

impl Playthrough {
    /// Starts a story under these policies, without users.
    pub fn new(sides: impl IntoIterator<Item = Side>) -> Self {
        let sides = sides.into_iter().map(Side::judged);
        Self {
            sides: sides.collect(),
            lines: Vec::new(),
            before: Vec::new(),
        }
    }

    /// Starts a story whose sentences all count as confirmed.
    pub fn unjudged(sides: impl IntoIterator<Item = Side>) -> Self {
        Self {
            sides: sides.into_iter().collect(),
            lines: Vec::new(),
            before: Vec::new(),
        }
    }

    /// Returns the policies, each with its graph.
    #[must_use]
    pub fn sides(&self) -> &[Side] {
        &self.sides
    }

    /// Returns the lines that were played.
    #[must_use]
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// Returns the policies after this many lines, or `None` if there are fewer lines.
    #[must_use]
    pub fn sides_after(&self, lines: usize) -> Option<&[Side]> {
        if lines == self.lines.len() {
            return Some(&self.sides);
        }
        self.before.get(lines).map(Vec::as_slice)
    }

    /// Adds a user who is there from the start.
    ///
    /// A name that is not valid stays unknown, and the graph says so at its line.
    pub fn add_user(&mut self, name: &str) {
        for side in &mut self.sides {
            side.add_user(name);
        }
    }

    /// Returns the names in a line that no user has.
    #[must_use]
    pub fn unknown<'l>(&self, line: &'l Line) -> Vec<&'l str> {
        let names = match line {
            Line::Operation(Operation::AddUser(_)) => Vec::new(),
            // The new name is nobody's.
            Line::Operation(Operation::RenameUser(rename)) => vec![&*rename.user],
            line => line.names(),
        };
        let Some(side) = self.sides.first() else {
            return Vec::new();
        };
        let mut unknown: Vec<&str> = Vec::new();
        for name in names {
            if !side.graph().contains_user(name) && !unknown.contains(&name) {
                unknown.push(name);
            }
        }
        unknown
    }

    /// Plays a line.
    pub fn play(&mut self, line: &Line) -> Turn {
        self.before.push(self.sides.clone());
        self.lines.push(line.clone());

        let story = self.judged_story();
        let sides = self.sides.iter_mut();
        let sides = sides.map(|side| side.play(line, story.as_ref()));
        Turn {
            sides: sides.collect(),
        }
    }

    /// Takes the last line back, and returns it.
    ///
    /// ```
    /// use socialgraph::{Operation, Policy};
    /// use socialgraph_analysis::playthrough::{Playthrough, Side};
    /// use socialgraph_analysis::story::Line;
    ///
    /// let mut playthrough = Playthrough::new([Side::new("ours", Policy::tencent_rest())]);
    /// let line = Line::Operation(Operation::adopt_policy(Policy::tencent_mutual()));
    /// playthrough.play(&line);
    /// assert_eq!(playthrough.sides()[0].name(), "ours, then tencent_mutual");
    /// assert_eq!(playthrough.undo(), Some(line));
    /// assert_eq!(playthrough.sides()[0].name(), "ours");
    /// ```
    pub fn undo(&mut self) -> Option<Line> {
        self.sides = self.before.pop()?;
        self.lines.pop()
    }

    /// Returns the story so far, with the first policy.
    #[must_use]
    pub fn story(&self) -> Story {
        let story = Story::new(self.lines.clone());
        match self.sides.first() {
            Some(side) => story.with_policy(side.first_policy()),
            None => story,
        }
    }

    /// Returns who may do what now, for every pair: the sentences of each side.
    #[must_use]
    pub fn abilities(&self) -> Vec<Vec<Statement>> {
        let story = self.judged_story();
        let sides = self.sides.iter();
        sides.map(|side| side.abilities(story.as_ref())).collect()
    }

    /// Returns the story by which sentences are judged.
    ///
    /// Of a long story, nothing is judged: each line would play all of them again.
    fn judged_story(&self) -> Option<Story> {
        let is_judged = self.sides.iter().any(Side::is_judged);
        let is_short = self.lines.len() <= MOST_JUDGED;
        (is_judged && is_short).then(|| Story::new(self.lines.clone()))
    }
}
