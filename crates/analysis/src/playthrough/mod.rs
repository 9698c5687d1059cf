//! Stories played line by line, under one policy or several: the outcome of each line, in words.
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

use crate::profile::{Certainty, JudgedStory};
use crate::story::{Line, Story};

/// The upper bound of the lines of a story in which sentences that rest on unconfirmed parts are
/// marked.
pub const MOST_JUDGED: usize = 300;

/// A story so far, and its graph under each policy.
///
/// It judges which sentences rest on a part that nothing confirms, if a side has the profile of a
/// real system. [`unjudged`](Self::unjudged) is quicker.
#[derive(Clone, Debug)]
pub struct Playthrough {
    sides: Vec<Side>,
    /// The users who are there from the start.
    users: Vec<String>,
    lines: Vec<Line>,
    /// The sides before each line.
    before: Vec<Vec<Side>>,
    is_judged: bool,
    /// For each side with a profile, the story so far.
    judges: Vec<Option<JudgedStory>>,
}

impl Playthrough {
    /// Starts a story under these policies, without users.
    pub fn new(sides: impl IntoIterator<Item = Side>) -> Self {
        Self::start(sides, true)
    }

    /// Starts a story whose sentences all count as confirmed.
    pub fn unjudged(sides: impl IntoIterator<Item = Side>) -> Self {
        Self::start(sides, false)
    }

    fn start(sides: impl IntoIterator<Item = Side>, is_judged: bool) -> Self {
        let mut playthrough = Self {
            sides: sides.into_iter().collect(),
            users: Vec::new(),
            lines: Vec::new(),
            before: Vec::new(),
            is_judged,
            judges: Vec::new(),
        };
        playthrough.judge_anew();
        playthrough
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
        self.users.push(name.to_owned());
        for judge in self.judges.iter_mut().flatten() {
            judge.push(Line::Operation(Operation::add_user(name)));
        }
    }

    /// Returns the names in a line that no user has.
    #[must_use]
    pub fn unknown<'l>(&self, line: &'l Line) -> Vec<&'l str> {
        let names = match line {
            Line::Operation(Operation::AddUser(_)) => Vec::new(),
            // No user has the new name yet.
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

        if self.lines.len() > MOST_JUDGED {
            self.judges.iter_mut().for_each(|judge| *judge = None);
        }

        let mut turn = Turn { sides: Vec::new() };
        for (side, judge) in self.sides.iter_mut().zip(&mut self.judges) {
            turn.sides.push(side.play(line, judge.as_mut()));
        }
        if matches!(line, Line::Operation(Operation::AdoptPolicy(_))) {
            self.judge_anew();
        }
        turn
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
        let line = self.lines.pop();
        self.judge_anew();
        line
    }

    /// Takes lines back until there are this many.
    pub fn undo_to(&mut self, lines: usize) {
        if lines >= self.lines.len() {
            return;
        }
        // Those behind it are taken back with the line at this place.
        self.before.truncate(lines + 1);
        self.lines.truncate(lines + 1);
        self.undo();
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
    pub fn abilities(&mut self) -> Vec<Vec<Statement>> {
        let sides = self.sides.iter().zip(&mut self.judges);
        sides
            .map(|(side, judge)| side.abilities(judge.as_mut()))
            .collect()
    }

    /// Returns the certainty of a question at the end, for each side.
    pub fn certainties(&mut self, question: &Line) -> Vec<Certainty> {
        let judges = self.judges.iter_mut();
        judges
            .map(|judge| match judge {
                Some(story) => story.certainty(question),
                None => Certainty::Confirmed,
            })
            .collect()
    }

    /// Makes the judges of the profiles that the sides have now.
    ///
    /// Of a long story, nothing is judged.
    fn judge_anew(&mut self) {
        let is_judged = self.is_judged && self.lines.len() <= MOST_JUDGED;
        let joins = self.users.iter().map(Operation::add_user);
        let joins: Vec<Line> = joins.map(Line::Operation).collect();

        let mut judges = Vec::new();
        for side in &self.sides {
            let profile = side.profile().filter(|_| is_judged);
            judges.push(profile.map(|profile| {
                let mut story = JudgedStory::new(profile.plausible());
                for line in joins.iter().chain(&self.lines) {
                    story.push(line.clone());
                }
                story
            }));
        }
        self.judges = judges;
    }
}
