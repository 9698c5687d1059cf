//! A story that is typed: at a terminal with a prompt and a history, else line by line.

use std::error::Error;
use std::fs;
use std::io::{self, BufRead as _, Write};

use rustyline::error::ReadlineError;
use rustyline::history::MemHistory;
use rustyline::{Config, Editor};
use socialgraph::{Operation, Question};
use socialgraph_analysis::playthrough::Playthrough;
use socialgraph_analysis::story::{Line, Story, StoryError};

use super::game::{self, Asked};
use super::{is_terminal, json};
use crate::CommandResult;
use crate::policy::NamedPolicy;
use crate::text::escaped;

const HELP: &str = "\
  ann blocks ben                 an operation: a sentence, as help operations lists them
  may ben message ann?           a question; also call, invite to a group, and each action
  now: ann and ben?              what holds between two users
  why                            explains the last answer or refusal
  who                            says who may do what now
  undo                           takes the last line back, with those who joined
  save FILE                      writes the story so far to a file
  quit                           ends it, as Ctrl-D does
A user who is named for the first time joins.";

/// The game, and what was asked or done last.
struct Table {
    game: Playthrough,
    is_json: bool,
    last: Option<Asked>,
    /// How many lines of the story each typed line has brought: with those who join.
    counts: Vec<usize>,
}

/// What a typed line asks for next.
#[derive(Debug, PartialEq, Eq)]
enum Next {
    GoOn,
    Quit,
}

pub(super) fn run(policies: Vec<NamedPolicy>, is_json: bool) -> CommandResult {
    let mut table = Table {
        game: game::start(policies),
        is_json,
        last: None,
        counts: Vec::new(),
    };
    if is_terminal() {
        table.prompt()?;
        return Ok(true);
    }
    for (index, line) in io::stdin().lock().lines().enumerate() {
        let line = line.map_err(|error| format!("the standard input: {error}"))?;
        match table.take(&line) {
            Ok(Next::GoOn) => {}
            Ok(Next::Quit) => break,
            Err(error) => return Err(format!("line {}: {error}", index + 1).into()),
        }
    }
    Ok(true)
}

impl Table {
    /// Reads lines at a terminal until its end.
    fn prompt(&mut self) -> Result<(), Box<dyn Error>> {
        let config = Config::builder().auto_add_history(true).build();
        let history = MemHistory::with_config(&config);
        let mut editor: Editor<(), MemHistory> = Editor::with_history(config, history)?;
        let policies = game::names(&self.game).join(" and ");
        writeln!(
            io::stdout(),
            "under {policies}; type ann blocks ben, may ben message ann?, why, help or quit"
        )?;
        loop {
            let line = match editor.readline("> ") {
                Ok(line) => line,
                Err(ReadlineError::Interrupted) => {
                    writeln!(io::stdout(), "  the line is dropped; quit ends it")?;
                    continue;
                }
                Err(ReadlineError::Eof) => return Ok(()),
                Err(error) => return Err(error.into()),
            };
            match self.take(&line) {
                Ok(Next::GoOn) => {}
                Ok(Next::Quit) => return Ok(()),
                Err(error) => writeln!(io::stdout(), "  {error}")?,
            }
        }
    }

    /// Takes a line: a command, or a line of the story.
    fn take(&mut self, line: &str) -> Result<Next, Box<dyn Error>> {
        let line = line.trim();
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match (word, rest.trim()) {
            ("", _) => {}
            ("quit" | "exit", "") => return Ok(Next::Quit),
            ("help", "") => writeln!(io::stdout(), "{HELP}")?,
            ("help", "operations") => writeln!(io::stdout(), "{}", operations())?,
            ("why", "") => self.why()?,
            ("who", "") => write!(io::stdout(), "{}", game::table(&mut self.game))?,
            ("undo", "") => self.undo()?,
            ("save", "") => return Err("save has the name of a file: save party.story".into()),
            ("save", path) => self.save(path)?,
            _ => self.play(line)?,
        }
        Ok(Next::GoOn)
    }

    fn why(&self) -> Result<(), Box<dyn Error>> {
        let asked = self.last.as_ref().ok_or("nothing was asked or done yet")?;
        write!(io::stdout(), "{}", game::why(&self.game, asked))?;
        Ok(())
    }

    fn undo(&mut self) -> Result<(), Box<dyn Error>> {
        let count = self.counts.pop().ok_or("there is nothing to take back")?;
        for _ in 0..count {
            if let Some(line) = self.game.undo() {
                writeln!(io::stdout(), "  taken back: {line}")?;
            }
        }
        self.last = None;
        Ok(())
    }

    /// Writes the story. A file that exists stays.
    fn save(&self, path: &str) -> Result<(), Box<dyn Error>> {
        let story = self.game.story().to_string();
        let name = escaped(path);
        let mut file = fs::File::create_new(path).map_err(|error| format!("{name}: {error}"))?;
        file.write_all(story.as_bytes())?;
        writeln!(io::stdout(), "  saved: {name}")?;
        Ok(())
    }

    /// Plays a line. Users whom it names for the first time join before.
    fn play(&mut self, text: &str) -> Result<(), Box<dyn Error>> {
        let story: Story = text.parse().map_err(|error: StoryError| {
            // It is the only one.
            let error = error.to_string();
            error.trim_start_matches("line 1, ").to_owned()
        })?;
        let [line] = story.lines() else {
            return Err("the policy is an argument: socialgraph play --policy POLICY".into());
        };
        let joins: Vec<Line> = self
            .game
            .unknown(line)
            .into_iter()
            .map(|name| Line::Operation(Operation::add_user(name)))
            .collect();
        for join in joins.iter().chain([line]) {
            let turn = self.game.play(join);
            let mut out = io::stdout().lock();
            if self.is_json {
                writeln!(out, "{}", json::of_turn(join, &turn))?;
            } else if join == line {
                write!(out, "{}", game::text(&turn))?;
            } else {
                writeln!(out, "  {join}")?;
            }
        }
        self.counts.push(joins.len() + 1);
        self.last = asked(line).or_else(|| self.last.take());
        Ok(())
    }
}

/// Returns the question of a line, or the one that its action raises.
fn asked(line: &Line) -> Option<Asked> {
    let (question, actor, target, before) = match line {
        Line::Question {
            actor,
            target,
            question,
            ..
        } => (*question, actor, target, false),
        Line::Operation(Operation::Act(act)) => {
            (Question::Act(act.action), &act.actor, &act.target, true)
        }
        _ => return None,
    };
    Some(Asked {
        question,
        actor: actor.clone(),
        target: target.clone(),
        before,
    })
}

/// Lists the operations, each as a sentence about ann and ben.
fn operations() -> String {
    use socialgraph::{Action, OwnList, RequestMode, RequestSending};

    let mut operations = vec![
        Operation::add_user("ann"),
        Operation::remove_user("ann"),
        Operation::rename_user("ann", "anna"),
        Operation::merge_users("ann2", "ann"),
    ];
    operations.extend(Action::ALL.map(|action| Operation::act(action, "ann", "ben")));
    operations.push(Operation::act_on_many(Action::Block, "ann", ["ben", "cyd"]));
    operations.push(Operation::many_act(Action::Block, ["ann", "ben"], "cyd"));
    operations.extend(RequestMode::ALL.map(|mode| Operation::set_request_mode("ann", mode)));
    operations.extend(RequestSending::ALL.map(|it| Operation::set_request_sending("ann", it)));
    operations.extend(OwnList::ALL.map(|list| Operation::clear_list("ann", list)));
    let sentences = operations.iter().map(|operation| format!("  {operation}"));
    let sentences: Vec<_> = sentences.collect();
    format!("{}\n  the policy becomes mastodon", sentences.join("\n"))
}
