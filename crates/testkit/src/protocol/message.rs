//! Requests and replies, each a line of JSON. An unknown field is an error.

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use socialgraph::{List, Notice, Operation, Policy, Question, Reason, Reasons};

use super::hello::{Hello, HelloFields, PROTOCOL};
use super::kind::QUESTIONS;
use super::text::{listed, near, quoted};
use crate::conformance::{Answer, ListPage, Reply};

/// A request to an adapter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Request {
    Hello(Greeting),
    Reset(Nothing),
    Apply(Operation),
    Ask(Ask),
    List(ListOf),
    Page(PageOf),
    AtOnce([Operation; 2]),
}

impl Request {
    /// The name of each request.
    pub(super) const NAMES: [&'static str; 7] =
        ["hello", "reset", "apply", "ask", "list", "page", "at_once"];

    /// Returns the request with which every adapter is greeted.
    pub(super) const fn hello(policy: Policy) -> Self {
        Self::Hello(Greeting {
            protocol: PROTOCOL,
            policy,
        })
    }

    /// Returns the name of the request.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Hello(_) => "hello",
            Self::Reset(_) => "reset",
            Self::Apply(_) => "apply",
            Self::Ask(_) => "ask",
            Self::List(_) => "list",
            Self::Page(_) => "page",
            Self::AtOnce(_) => "at_once",
        }
    }
}

/// The first request: the version of the protocol, and the rules to follow.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Greeting {
    pub(super) protocol: u32,
    pub(super) policy: Policy,
}

/// An object without fields.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

/// A question about two users.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ask {
    #[serde(with = "question_by_name")]
    pub(super) question: Question,
    pub(super) actor: String,
    pub(super) target: String,
}

/// A list of a user.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ListOf {
    pub(super) user: String,
    pub(super) list: List,
}

/// A page of a list of a user.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PageOf {
    pub(super) user: String,
    pub(super) list: List,
    pub(super) from: Option<String>,
    pub(super) limit: usize,
}

/// A question by its name: serde's own form tells actions from interactions.
mod question_by_name {
    use super::{Deserialize, Deserializer, QUESTIONS, Question, Serializer, near, quoted};
    use serde::de::Error;

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde passes the field by reference"
    )]
    pub(super) fn serialize<S: Serializer>(
        question: &Question,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(question.name())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Question, D::Error> {
        let name = String::deserialize(deserializer)?;
        let mut questions = QUESTIONS.into_iter();
        questions.find(|it| it.name() == name).ok_or_else(|| {
            let near = near(&name, &QUESTIONS.map(Question::name));
            D::Error::custom(format!("{} is no question{near}", quoted(&name)))
        })
    }
}

/// What is wrong with a reply, or that it is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The reply breaks the protocol.
    Nonsense(String),
    /// The adapter reports an error.
    Reported(String),
}

/// A reply: what was asked for, or `None` if the adapter does not offer it.
type Read<T> = Result<Option<T>, Fault>;

/// The form of the reply to one kind of request.
pub(super) trait Form: DeserializeOwned {
    /// The request.
    const REQUEST: &'static str;
    /// The names of the fields, the required one first.
    const FIELDS: &'static [&'static str];
    /// What the reply says.
    type Content;

    /// Returns the content, or says what is wrong with it.
    fn content(self) -> Result<Self::Content, String>;
}

/// Reads a reply.
pub(super) fn read<F: Form>(line: &[u8]) -> Read<F::Content> {
    match serde_json::from_slice::<F>(line) {
        Ok(fields) => {
            let wrong = |problem: String| Fault::Nonsense(with_reply(&problem, line));
            fields.content().map(Some).map_err(wrong)
        }
        // Read a second time, to tell what it is instead.
        Err(error) => read_other::<F>(line, &error),
    }
}

/// Reads a reply that has not the form that is due.
fn read_other<F: Form>(line: &[u8], error: &serde_json::Error) -> Read<F::Content> {
    let nonsense = |text| Err(Fault::Nonsense(text));
    let shown = quoted(&String::from_utf8_lossy(line));
    if std::str::from_utf8(line).is_err() {
        return nonsense(format!("it printed {shown}, which is not UTF-8"));
    }
    let Ok(value) = serde_json::from_slice::<Value>(line) else {
        return nonsense(format!(
            "it printed {shown}, which is no JSON: stdout is for replies alone, \
             so print messages to stderr"
        ));
    };
    let Value::Object(fields) = value else {
        return nonsense(format!(
            "it printed {shown}, which is no reply: a reply is a JSON object on a line of its own"
        ));
    };

    if let Some(Value::String(message)) = fields.get("error") {
        return Err(Fault::Reported(message.clone()));
    }
    if fields.contains_key("not_offered") {
        return match fields.get("not_offered") {
            Some(Value::Bool(true)) if fields.len() == 1 => Ok(None),
            _ => nonsense(with_reply(
                "`not_offered` is true, and has no other field beside it",
                line,
            )),
        };
    }

    for name in fields.keys() {
        if !F::FIELDS.contains(&name.as_str()) {
            return nonsense(with_reply(&other_field::<F>(name), line));
        }
    }
    let request = F::REQUEST;
    nonsense(with_reply(
        &format!("no reply to `{request}`: {error}"),
        line,
    ))
}

/// Says what is wrong with a field that the reply should not have.
fn other_field<F: Form>(name: &str) -> String {
    let (request, fields) = (F::REQUEST, F::FIELDS);
    if other_fields().contains(name) {
        let due = match fields {
            [] => "no fields".to_owned(),
            [field, ..] => format!("`{field}`"),
        };
        return format!(
            "the reply to `{request}` has {due}, and no `{name}`: \
             reply to each request once, and in their order"
        );
    }
    let near = match fields {
        [] => ", which has none".to_owned(),
        fields => near(name, fields),
    };
    format!(
        "{} is no field of the reply to `{request}`{near}",
        quoted(name)
    )
}

/// Returns the fields of all replies.
fn other_fields() -> BTreeSet<&'static str> {
    let forms: [&[&str]; 7] = [
        HelloFields::FIELDS,
        Nothing::FIELDS,
        Applied::FIELDS,
        Answered::FIELDS,
        Users::FIELDS,
        PageUsers::FIELDS,
        Both::FIELDS,
    ];
    forms.concat().into_iter().collect()
}

/// Adds the reply to what is wrong with it.
fn with_reply(problem: &str, line: &[u8]) -> String {
    let line = String::from_utf8_lossy(line);
    format!("{problem}; it printed {}", quoted(line.trim_end()))
}

impl Form for HelloFields {
    const REQUEST: &'static str = "hello";
    const FIELDS: &'static [&'static str] = Self::NAMES;
    type Content = Hello;

    fn content(self) -> Result<Hello, String> {
        self.checked()
    }
}

impl Form for Nothing {
    const REQUEST: &'static str = "reset";
    const FIELDS: &'static [&'static str] = &[];
    type Content = ();

    fn content(self) -> Result<(), String> {
        Ok(())
    }
}

/// The reply to an operation.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Applied {
    done: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    notice: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reasons: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    each: Option<Vec<AppliedToOne>>,
}

impl Form for Applied {
    const REQUEST: &'static str = "apply";
    const FIELDS: &'static [&'static str] = &["done", "notice", "reasons", "each"];
    type Content = Reply;

    fn content(self) -> Result<Reply, String> {
        let whole = answer(self.done, self.notice.as_deref(), self.reasons.as_deref())?;
        let Some(each) = self.each else {
            return Ok(whole.into());
        };
        if !self.done {
            return Err("a batch that is refused whole has no `each`".to_owned());
        }

        let mut answers = Vec::new();
        for one in each {
            answers.push(answer(
                one.done,
                one.notice.as_deref(),
                one.reasons.as_deref(),
            )?);
        }
        Ok(Reply::Each(answers))
    }
}

/// The result for one user of a batch.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AppliedToOne {
    done: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    notice: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reasons: Option<Vec<String>>,
}

/// The reply to a question.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Answered {
    allowed: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    notice: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reasons: Option<Vec<String>>,
}

impl Form for Answered {
    const REQUEST: &'static str = "ask";
    const FIELDS: &'static [&'static str] = &["allowed", "notice", "reasons"];
    type Content = Answer;

    fn content(self) -> Result<Answer, String> {
        answer(
            self.allowed,
            self.notice.as_deref(),
            self.reasons.as_deref(),
        )
    }
}

/// The users on a list.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Users {
    pub(super) users: Vec<String>,
}

impl Form for Users {
    const REQUEST: &'static str = "list";
    const FIELDS: &'static [&'static str] = &["users"];
    type Content = Vec<String>;

    fn content(self) -> Result<Vec<String>, String> {
        Ok(self.users)
    }
}

/// A page of a list.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PageUsers {
    pub(super) users: Vec<String>,
    #[serde(default)]
    pub(super) next: Option<String>,
}

impl Form for PageUsers {
    const REQUEST: &'static str = "page";
    const FIELDS: &'static [&'static str] = &["users", "next"];
    type Content = ListPage;

    fn content(self) -> Result<ListPage, String> {
        let Self { users, next } = self;
        Ok(ListPage { users, next })
    }
}

/// The replies to two operations that arrived at once.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Both {
    both: [Value; 2],
}

impl Form for Both {
    const REQUEST: &'static str = "at_once";
    const FIELDS: &'static [&'static str] = &["both"];
    type Content = [Reply; 2];

    fn content(self) -> Result<[Reply; 2], String> {
        let [first, second] = self.both;
        Ok([reply(&first)?, reply(&second)?])
    }
}

/// Reads one of two replies to operations.
fn reply(value: &Value) -> Result<Reply, String> {
    match read::<Applied>(value.to_string().as_bytes()) {
        Ok(reply) => Ok(reply.unwrap_or(Reply::NotOffered)),
        Err(Fault::Nonsense(problem)) => Err(problem),
        Err(Fault::Reported(message)) => Err(format!(
            "an `error` stands for both operations, and not among them: {}",
            quoted(&message)
        )),
    }
}

/// Returns an answer, with as much as the adapter says of a refusal.
fn answer(
    allowed: bool,
    notice: Option<&str>,
    reasons: Option<&[String]>,
) -> Result<Answer, String> {
    let reasons = reasons.filter(|reasons| !reasons.is_empty());
    if allowed {
        return match (notice, reasons) {
            (None, None) => Ok(Answer::ALLOWED),
            _ => Err("only a refusal has a `notice` or `reasons`".to_owned()),
        };
    }

    let mut answer = Answer::REFUSED;
    if let Some(notice) = notice {
        answer = answer.with_notice(named(notice, "notice", &Notice::ALL, Notice::name)?);
    }
    if let Some(names) = reasons {
        let mut reasons = Reasons::EMPTY;
        for name in names {
            reasons.insert(named(name, "reason", &Reason::ALL, Reason::name)?);
        }
        answer = answer.with_reasons(reasons);
    }
    Ok(answer)
}

/// Returns the value that a name stands for.
fn named<T: Copy>(
    name: &str,
    kind: &str,
    values: &[T],
    name_of: fn(T) -> &'static str,
) -> Result<T, String> {
    let found = values.iter().find(|value| name_of(**value) == name);
    found.copied().ok_or_else(|| {
        let known: Vec<&str> = values.iter().map(|value| name_of(*value)).collect();
        format!("{} is no {kind}{}", quoted(name), near(name, &known))
    })
}

/// The notice and the reasons of an answer, by name.
fn said(answer: Answer) -> (Option<String>, Option<Vec<String>>) {
    let notice = answer.notice().map(|notice| notice.name().to_owned());
    let names = |reasons: Reasons| reasons.iter().map(|it| it.name().to_owned()).collect();
    (notice, answer.reasons().map(names))
}

impl From<Answer> for Answered {
    fn from(answer: Answer) -> Self {
        let (notice, reasons) = said(answer);
        let allowed = answer.is_allowed();
        Self {
            allowed,
            notice,
            reasons,
        }
    }
}

impl From<Answer> for AppliedToOne {
    fn from(answer: Answer) -> Self {
        let (notice, reasons) = said(answer);
        let done = answer.is_allowed();
        Self {
            done,
            notice,
            reasons,
        }
    }
}

impl Applied {
    /// Returns the reply to an operation; `None` if it is not offered.
    pub(super) fn of(reply: Reply) -> Option<Self> {
        match reply {
            Reply::NotOffered => None,
            Reply::Whole(answer) => {
                let (notice, reasons) = said(answer);
                Some(Self {
                    done: answer.is_allowed(),
                    notice,
                    reasons,
                    each: None,
                })
            }
            Reply::Each(answers) => Some(Self {
                done: true,
                each: Some(answers.into_iter().map(AppliedToOne::from).collect()),
                ..Self::default()
            }),
        }
    }
}

/// Reads a request; the error says what is wrong with it.
pub(super) fn read_request(line: &[u8]) -> Result<Request, String> {
    serde_json::from_slice(line).map_err(|error| {
        let requests = listed(&Request::NAMES);
        let line = String::from_utf8_lossy(line);
        format!(
            "{} is no request: {error}; requests are {requests}",
            quoted(line.trim_end())
        )
    })
}
