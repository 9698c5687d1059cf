//! Reading a story.

use std::fmt;
use std::str::FromStr;

use socialgraph::{
    Fact, Name, Operation, ParseOperationError, ParsePolicyError, Question, Quoted, Relation,
};

use super::Story;
use super::expected::{Expected, Manner};
use super::line::{Line, may};
use super::policy_text::PolicyText;
use super::sentence::{ACTOR, Filled, Sentence, TARGET};

/// The start of the line that names the policy.
const POLICY: &str = "policy:";

/// The start of the operation that adopts a policy.
const POLICY_BECOMES: &str = "the policy becomes ";

/// The start of a line that expects the relation of a pair.
const NOW: &str = "now: ";

/// A line of a story that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoryError {
    line: usize,
    column: usize,
    text: String,
    cause: Cause,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Cause {
    /// The line is no sentence; the nearest one.
    NoSentence(String),
    /// The line names a policy and stands behind another line.
    LatePolicy,
    /// The policy cannot be read.
    Policy(ParsePolicyError),
}

impl Cause {
    /// Returns the first character of a line, counted from 1, that is wrong for this cause.
    fn column(&self, line: &str) -> usize {
        match self {
            Self::NoSentence(nearest) => first_difference(line, nearest),
            Self::LatePolicy => 1,
            Self::Policy(_) => POLICY_BECOMES.len() + 1,
        }
    }
}

impl StoryError {
    /// Returns the number of the line, from 1.
    #[must_use]
    pub const fn line(&self) -> usize {
        self.line
    }

    /// Returns the first character of the line that is wrong, counted from 1.
    #[must_use]
    pub const fn column(&self) -> usize {
        self.column
    }

    /// Returns the sentence that is nearest to the line, if the line is no sentence.
    #[must_use]
    pub fn nearest(&self) -> Option<&str> {
        match &self.cause {
            Cause::NoSentence(nearest) => Some(nearest),
            Cause::LatePolicy | Cause::Policy(_) => None,
        }
    }
}

impl fmt::Display for StoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (line, column) = (self.line, self.column);
        write!(f, "line {line}, column {column}: ")?;
        match &self.cause {
            Cause::NoSentence(nearest) => write!(
                f,
                "{} is no sentence of a story; the nearest is `{nearest}`",
                Quoted(&self.text),
            ),
            Cause::LatePolicy => write!(f, "only the first line can name the policy"),
            Cause::Policy(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for StoryError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.cause {
            Cause::Policy(error) => Some(error),
            Cause::NoSentence(_) | Cause::LatePolicy => None,
        }
    }
}

/// Reads a story, a line at a time.
///
/// # Errors
/// Fails at the first line that is no sentence, with the place and the nearest sentence.
impl FromStr for Story {
    type Err = StoryError;

    fn from_str(text: &str) -> Result<Self, StoryError> {
        let sentences = Sentences::new();
        let mut story = Self::default();

        for (index, full) in text.lines().enumerate() {
            let text = full.trim();
            let indent = full.chars().take_while(|letter| letter.is_whitespace());
            let error = |column, cause| StoryError {
                line: index + 1,
                column: indent.clone().count() + column,
                text: text.to_owned(),
                cause,
            };

            if let Some(name) = text.strip_prefix(POLICY) {
                if index > 0 {
                    return Err(error(1, Cause::LatePolicy));
                }
                let policy = name.trim().parse::<PolicyText>();
                let column = POLICY.len() + 2;
                story.policy = Some(policy.map_err(|cause| error(column, Cause::Policy(cause)))?);
            } else {
                let line = sentences.line(text).ok_or_else(|| {
                    let cause = sentences.cause(text);
                    error(cause.column(text), cause)
                })?;
                story.lines.push(line);
            }
        }
        Ok(story)
    }
}

/// Returns the first character, counted from 1, in which a text differs from another.
fn first_difference(text: &str, other: &str) -> usize {
    let mut pairs = text.chars().zip(other.chars());
    1 + pairs
        .by_ref()
        .take_while(|(one, other)| one == other)
        .count()
}

/// Every sentence that a story can have.
struct Sentences {
    /// "Actor0 may message Target0", for each question.
    answers: Vec<Sentence<Question>>,
    /// "Actor0 may not message Target0", which a reason may follow.
    refusals: Vec<Sentence<Question>>,
    /// "may Actor0 message Target0?"
    questions: Vec<Sentence<Question>>,
    facts: Vec<Sentence<Fact>>,
    /// "Actor0 and Target0 are strangers", and the question of their relation.
    pairs: [Sentence<Option<Relation>>; 2],
}

impl Sentences {
    fn new() -> Self {
        let deeds = |form: fn(&str) -> String| {
            let sentences = Question::all().map(|question| {
                let answer = may(question, ACTOR, TARGET);
                let deed = answer.trim_start_matches(ACTOR).trim_start_matches(" may ");
                Sentence::new(question, form(deed))
            });
            sentences.collect()
        };

        let facts = Fact::ALL.into_iter().filter(|fact| {
            let text = fact.explain(ACTOR, TARGET).to_string();
            text.starts_with(ACTOR)
        });
        Self {
            answers: deeds(|deed| format!("{ACTOR} may {deed}")),
            refusals: deeds(|deed| format!("{ACTOR} may not {deed}")),
            questions: deeds(|deed| format!("may {ACTOR} {deed}?")),
            facts: facts
                .map(|fact| Sentence::new(fact, fact.explain(ACTOR, TARGET).to_string()))
                .collect(),
            pairs: [(Some(Relation::STRANGERS), " are strangers"), (None, "?")].map(
                |(relation, end)| Sentence::new(relation, format!("{ACTOR} and {TARGET}{end}")),
            ),
        }
    }

    /// Reads a line without spaces around it.
    fn line(&self, text: &str) -> Option<Line> {
        if text.is_empty() {
            return Some(Line::Comment(String::new()));
        }
        if let Some(comment) = text.strip_prefix('#') {
            return Some(Line::Comment(comment.to_owned()));
        }
        if let Some(relation) = text.strip_prefix(NOW) {
            return self.now(relation);
        }

        self.question(text)
            .or_else(|| text.parse().map(Line::Operation).ok())
    }

    fn question(&self, text: &str) -> Option<Line> {
        let line = |question, filled: Filled<'_>, expected| {
            Some(Line::Question {
                actor: filled.actor,
                target: filled.target,
                question,
                expected,
            })
        };
        let whole = |sentence: &Sentence<Question>| {
            sentence.read(text).filter(|filled| filled.rest.is_empty())
        };

        for sentence in &self.questions {
            if let Some(filled) = whole(sentence) {
                return line(sentence.meaning, filled, None);
            }
        }
        for sentence in &self.answers {
            if let Some(filled) = whole(sentence) {
                return line(sentence.meaning, filled, Some(Expected::Allowed));
            }
        }
        for sentence in &self.refusals {
            if let Some(filled) = sentence.read(text)
                && let Some(expected) =
                    Expected::read_refusal(filled.rest, &filled.actor, &filled.target)
            {
                return line(sentence.meaning, filled, Some(expected));
            }
        }
        None
    }

    /// Reads the relation of a pair: "ann blocks ben, ben lists ann".
    fn now(&self, text: &str) -> Option<Line> {
        for sentence in &self.pairs {
            if let Some(filled) = sentence.read(text)
                && filled.rest.is_empty()
            {
                return Some(Line::Now {
                    first: filled.actor,
                    second: filled.target,
                    relation: sentence.meaning,
                });
            }
        }

        let (fact, first, second, mut rest) = self.fact(text)?;
        let mut relation = Relation::STRANGERS.with(fact);
        while let Some(next) = rest.strip_prefix(", ") {
            let (fact, actor, target, after) = self.fact(next)?;
            let fact = match (actor == first, target == second) {
                (true, true) => fact,
                _ if actor == second && target == first => fact.flip(),
                _ => return None,
            };
            relation = relation.with(fact);
            rest = after;
        }
        rest.is_empty().then_some(Line::Now {
            first,
            second,
            relation: Some(relation),
        })
    }

    fn fact<'t>(&self, text: &'t str) -> Option<(Fact, String, String, &'t str)> {
        self.facts.iter().find_map(|sentence| {
            let filled = sentence.read(text)?;
            Some((sentence.meaning, filled.actor, filled.target, filled.rest))
        })
    }

    /// Returns why a line is no sentence.
    fn cause(&self, line: &str) -> Cause {
        match line.parse::<Operation>() {
            Err(ParseOperationError::Policy(error)) => Cause::Policy(error),
            operation => {
                let error = operation.err();
                let nearest = error.as_ref().and_then(ParseOperationError::nearest);
                Cause::NoSentence(self.nearest(line, &nearest.unwrap_or_default()))
            }
        }
    }

    /// Returns the sentence that is nearest to a line, with the words of the line as names.
    ///
    /// It is the nearest operation, if no other sentence is nearer. It looks at the start of a long
    /// line alone.
    fn nearest(&self, line: &str, operation: &str) -> String {
        let line: String = line.chars().take(100).collect();
        let words = line.split([' ', ',', ':', '?']);
        let words = words.filter(|word| !word.is_empty());
        let mut names: Vec<_> = words.take(8).map(|word| Name(word).to_string()).collect();
        if names.is_empty() {
            names.push("ann".to_owned());
        }

        let similarity = |sentence: &str| strsim::normalized_damerau_levenshtein(&line, sentence);
        let mut nearest = (similarity(operation), operation.to_owned());
        for actor in names.iter().take(3) {
            for target in &names {
                for sentence in self.filled(actor, target) {
                    let similarity = similarity(&sentence);
                    if similarity > nearest.0 {
                        nearest = (similarity, sentence);
                    }
                }
            }
        }
        nearest.1
    }

    /// Returns every sentence about two users that is no operation, without reasons.
    fn filled(&self, actor: &str, target: &str) -> Vec<String> {
        let mut filled = Vec::new();
        for sentence in self.answers.iter().chain(&self.questions) {
            filled.push(sentence.filled(actor, target));
        }
        for sentence in &self.refusals {
            filled.push(sentence.filled(actor, target));
            for manner in Manner::ALL {
                let [end, _] = manner.words();
                filled.push(sentence.filled(actor, target) + end);
            }
        }
        let facts = self.facts.iter().map(|it| it.filled(actor, target));
        let pairs = self.pairs.iter().map(|it| it.filled(actor, target));
        filled.extend(facts.chain(pairs).map(|text| format!("{NOW}{text}")));
        filled
    }
}
