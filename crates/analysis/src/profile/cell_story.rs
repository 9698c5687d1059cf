//! The story that plays a cell.

use std::fmt::Write as _;

use socialgraph::{
    Action, Crossed, Granted, Interaction, Limits, Policy, Question, RequestMode, Sides, Ways,
};

use super::{Answer, Cell, Fate, Profile, Restored, Value};
use crate::story::{Expected, Line, Manner, Story};

impl Profile {
    /// Returns the story that plays a cell, with the cell's fact as what is expected.
    ///
    /// Ann is the actor of the cell and ben the target. It is `None` if no story can show the
    /// fact: two users reach no limit, and no message is stored.
    ///
    /// ```
    /// use socialgraph_analysis::profile::Profile;
    ///
    /// let mastodon = Profile::named("mastodon").unwrap();
    /// let story = mastodon.story(mastodon.cell("message.other").unwrap()).unwrap();
    /// assert_eq!(story.to_string(), "ben blocks ann\nann may not message ben, silently\n");
    /// assert!(story.play(&mastodon.policy()).failures().is_empty());
    /// ```
    #[must_use]
    pub fn story(&self, cell: &Cell) -> Option<Story> {
        let (group, key) = cell.path.split_once('.')?;
        let text = match (cell.value, group) {
            (Value::Answer(answer), _) => return across_block(group, key, answer),
            (Value::Needs(sides), _) => needs(deed(group)?, sides),
            (Value::Crossed(crossed), _) => self.crossed(crossed),
            (Value::Mode(mode), _) => self.mode(mode),
            (Value::Makes(makes), _) => format!(
                "{ASK}ben accepts a friend request from ann\nnow: {}\n",
                made(makes)
            ),
            (Value::Fate(fate), _) => fate_of(key, fate)?,
            (Value::Restores(restored), _) => self.restores(restored)?,
            (Value::Repeat(_), _) => repeated(cell.path)?,
            (Value::Later(_) | Value::Limit(_), _) => return None,
        };
        text.parse().ok()
    }

    /// Returns the policy under which a cell is played.
    ///
    /// A cell about a block is played without limits and without a need for friend lists: it
    /// says what the block does, and a block may empty the lists.
    #[must_use]
    pub fn policy_for(&self, cell: &Cell) -> Policy {
        playable(self.policy(), cell)
    }

    fn crossed(&self, crossed: Crossed) -> String {
        let makes = self.makes();
        let now = match (crossed, makes) {
            (Crossed::Waits, _) => "ann requested ben, ben requested ann",
            (Crossed::Accepts, Granted::Friendship) => "ann lists ben, ben lists ann",
            (Crossed::Accepts, Granted::Follow) => "ann lists ben",
        };
        format!("{ON_CONFIRMATION}{ASK}ben sends ann a friend request\nnow: {now}\n")
    }

    fn mode(&self, mode: RequestMode) -> String {
        let sends = "ann sends ben a friend request\n";
        match mode {
            RequestMode::Anyone => format!("{sends}now: {}\n", made(self.makes())),
            RequestMode::Confirm => format!("{sends}now: ann requested ben\n"),
            RequestMode::Nobody => {
                "ann may not send ben a friend request: ben takes no friend requests\n".to_owned()
            }
        }
    }

    fn makes(&self) -> Granted {
        match self.cell("request.makes").map(|cell| cell.value) {
            Some(Value::Makes(makes)) => makes,
            _ => self.policy().request.makes,
        }
    }

    /// Returns what an unblock finds of the entries and requests that the block left.
    fn restores(&self, restored: Restored) -> Option<String> {
        let mut story = String::new();
        for path in ["block.actor_entry", "block.target_entry"] {
            let Some(Value::Fate(fate)) = self.cell(path).map(|cell| cell.value) else {
                continue;
            };
            // Entries that come back were hidden: the policy keeps them.
            let fate = if restored == Restored::Entries {
                Fate::Kept
            } else {
                fate
            };
            let expected = fate_of(path.split_once('.')?.1, fate)?;
            let (before, question) = expected.trim_end().rsplit_once('\n')?;
            if story.is_empty() {
                let _ = write!(story, "{before}\nann unblocks ben\n");
            }
            let _ = writeln!(story, "{question}");
        }

        match restored {
            Restored::Nothing | Restored::Entries => (!story.is_empty()).then_some(story),
            Restored::Friendship => Some(format!(
                "{ON_CONFIRMATION}ben sends ann a friend request\nann blocks ben\nann unblocks ben\n\
                 now: {}\n",
                made(Granted::Friendship),
            )),
            Restored::Requests => Some(format!(
                "{ON_CONFIRMATION}ben sends ann a friend request\nann blocks ben\nann unblocks ben\n\
                 now: ben requested ann\n",
            )),
        }
    }
}

/// Makes requests of both users wait.
const ON_CONFIRMATION: &str = "ann takes friend requests from anyone, on confirmation\n\
                               ben takes friend requests from anyone, on confirmation\n";

/// A request that waits.
const ASK: &str = "ben takes friend requests from anyone, on confirmation\n\
                   ann sends ben a friend request\n";

/// A request of ben's that waits for ann.
const ASKED: &str = "ann takes friend requests from anyone, on confirmation\n\
                     ben sends ann a friend request\n";

/// Returns the policy under which a cell is played.
pub(super) fn playable(mut policy: Policy, cell: &Cell) -> Policy {
    policy.limits = Limits::NONE;
    if matches!(cell.value, Value::Answer(_)) {
        for interaction in Interaction::ALL {
            policy.gate_mut(interaction).needs_listing_by = Sides::Neither;
        }
    }
    policy
}

/// Returns the relation that a granted request of ann's makes.
const fn made(makes: Granted) -> &'static str {
    match makes {
        Granted::Friendship => "ann lists ben, ben lists ann",
        Granted::Follow => "ann lists ben",
    }
}

fn across_block(group: &str, key: &str, answer: Answer) -> Option<Story> {
    let question = match group {
        "message" => Question::Reach(Interaction::Message),
        "call" => Question::Reach(Interaction::Call),
        "group_invitation" => Question::Reach(Interaction::GroupInvitation),
        "presence" => Question::Reach(Interaction::Presence),
        "request" => Question::Act(Action::SendRequest),
        "accept" => Question::Act(Action::AcceptRequest),
        "add" => Question::Act(Action::AddFriend(Ways::OneWay)),
        _ => return None,
    };

    let before = match group {
        "accept" => ASKED,
        "request" => "ben takes friend requests from anyone, on confirmation\n",
        _ => "",
    };
    let blocks = match key {
        "own" => "ann blocks ben\n",
        "other" => "ben blocks ann\n",
        _ => "ann blocks ben\nben blocks ann\n",
    };
    let story: Story = format!("{before}{blocks}").parse().ok()?;

    let refused = |manner| Expected::Refused {
        manner,
        reasons: None,
    };
    let expected = match answer {
        Answer::Allowed => Expected::Allowed,
        Answer::Silent => refused(Some(Manner::Silently)),
        Answer::Neutral => refused(Some(Manner::NotToldWhy)),
        Answer::Told => refused(Some(Manner::Told)),
        Answer::Refused => refused(None),
    };
    let last = Line::Question {
        actor: "ann".to_owned(),
        target: "ben".to_owned(),
        question,
        expected: Some(expected),
    };
    Some(story.lines().iter().cloned().chain([last]).collect())
}

/// Returns an interaction with ben as a story has it.
fn deed(group: &str) -> Option<&'static str> {
    Some(match group {
        "message" => "message ben",
        "call" => "call ben",
        "group_invitation" => "invite ben to a group",
        "presence" => "appear online to ben",
        _ => return None,
    })
}

fn needs(deed: &str, sides: Sides) -> String {
    let (may, may_not) = (format!("ann may {deed}\n"), format!("ann may not {deed}\n"));
    let ann_lists = "ann adds ben as a one-way friend\n";
    let ben_lists = "ben adds ann as a one-way friend\n";
    match sides {
        Sides::Neither => may,
        Sides::Actor => format!("{ben_lists}{may_not}{ann_lists}{may}"),
        Sides::Target => format!("{ann_lists}{may_not}{ben_lists}{may}"),
        Sides::Both => format!(
            "{ann_lists}{may_not}{ben_lists}{may}ann removes ben as a one-way friend\n{may_not}"
        ),
    }
}

/// Returns what a block leaves of one entry or request.
fn fate_of(key: &str, fate: Fate) -> Option<String> {
    let friends = "ann adds ben as a two-way friend\n";
    let (before, may, why_not) = match key {
        "actor_entry" => (
            friends,
            "ann may{not} remove ben as a one-way friend",
            "ben is not on ann's friend list",
        ),
        "target_entry" => (
            friends,
            "ben may{not} remove ann as a one-way friend",
            "ann is not on ben's friend list",
        ),
        "actor_request" => (
            ASK,
            "ann may{not} cancel a friend request to ben",
            "no friend request from ann to ben is pending",
        ),
        "target_request" => (
            ASKED,
            "ben may{not} cancel a friend request to ann",
            "no friend request from ben to ann is pending",
        ),
        _ => return None,
    };

    let question = match fate {
        Fate::Kept => may.replace("{not}", ""),
        Fate::Ends => format!("{}: {why_not}", may.replace("{not}", " not")),
    };
    Some(format!("{before}ann blocks ben\n{question}\n"))
}

/// Returns a repeated action, which changes nothing, whatever the system answers.
fn repeated(path: &str) -> Option<String> {
    Some(match path {
        "request.again" => format!(
            "{ASK}ann may not send ben a friend request: \
             a friend request from ann to ben is already pending\n"
        ),
        "block.again" => {
            "ann blocks ben\nann may not block ben: ann already blocks ben\n".to_owned()
        }
        "block.oneself" => "ann may not block ann: ann and ann are the same user\n".to_owned(),
        "unblock.absent" => "ann may not unblock ben: ann does not block ben\n".to_owned(),
        _ => return None,
    })
}
