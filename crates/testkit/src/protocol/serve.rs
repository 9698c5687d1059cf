//! The adapter of a server in Rust.

use std::io::{self, BufRead, Write};

use serde::Serialize;
use socialgraph::{Policy, Question};

use super::hello::{Hello, HelloFields, PROTOCOL};
use super::kind::MESSAGE;
use super::message::{
    Answered, Applied, Ask, Greeting, ListOf, Nothing, PageUsers, Request, Users, read_request,
};
use crate::conformance::{Answer, Extras, ListPage, Reply, System};

/// Answers requests from `input` on `output`, until the input ends: an adapter for a [`System`].
///
/// The system is set up for the policy of the first request. What the hello does not name is
/// not asked of the system. An error of the system is reported as such, and the next request is
/// read.
///
/// ```
/// use std::io::{stdin, stdout};
///
/// use socialgraph_testkit::conformance::Engine;
/// use socialgraph_testkit::protocol::{Hello, serve};
///
/// # fn main() -> std::io::Result<()> {
/// # if false {
/// let hello = Hello::everything("the engine");
/// serve(|policy| Ok(Engine::new(*policy)), &hello, stdin().lock(), stdout())?;
/// # }
///
/// let input = br#"{"reset": {}}"#;
/// let mut output = Vec::new();
/// # let hello = Hello::new("the engine");
/// serve(|policy| Ok(Engine::new(*policy)), &hello, &input[..], &mut output)?;
/// assert_eq!(output, b"{\"error\":\"the first request is `hello`, and not `reset`\"}\n");
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// Fails if the input cannot be read or the output cannot be written.
pub fn serve<S: System>(
    mut set_up: impl FnMut(&Policy) -> Result<S, S::Error>,
    hello: &Hello,
    mut input: impl BufRead,
    mut output: impl Write,
) -> io::Result<()> {
    let mut system: Option<S> = None;
    let mut line = Vec::new();

    while input.read_until(b'\n', &mut line)? > 0 {
        let reply = match (read_request(&line), &mut system) {
            (Err(problem), _) => ReplyLine::failed(&problem),
            (Ok(Request::Hello(greeting)), _) => match greeted(&greeting, &mut set_up) {
                Ok(new) => {
                    system = Some(new);
                    ReplyLine::Hello(hello.into())
                }
                Err(error) => ReplyLine::failed(&error),
            },
            (Ok(request), None) => {
                let name = request.name();
                ReplyLine::failed(&format!("the first request is `hello`, and not `{name}`"))
            }
            (Ok(request), Some(system)) => match answered(system, hello, request) {
                Ok(reply) => reply.unwrap_or(ReplyLine::NOT_OFFERED),
                Err(error) => ReplyLine::failed(&error),
            },
        };

        let mut reply = serde_json::to_vec(&reply)?;
        reply.push(b'\n');
        output.write_all(&reply)?;
        output.flush()?;
        line.clear();
    }
    Ok(())
}

/// A reply as it is written.
#[derive(Serialize)]
#[serde(untagged)]
enum ReplyLine {
    Hello(HelloFields),
    Reset(Nothing),
    Applied(Applied),
    Answered(Answered),
    Users(Users),
    Page(PageUsers),
    Both { both: Box<[ReplyLine; 2]> },
    NotOffered { not_offered: bool },
    Failed { error: String },
}

impl ReplyLine {
    const NOT_OFFERED: Self = Self::NotOffered { not_offered: true };

    fn failed(error: &impl ToString) -> Self {
        let error = error.to_string();
        Self::Failed { error }
    }

    /// Returns the reply to an operation.
    fn done(reply: Reply) -> Self {
        Applied::of(reply).map_or(Self::NOT_OFFERED, Self::Applied)
    }
}

/// Sets the system up for the policy of the greeting.
fn greeted<S: System>(
    greeting: &Greeting,
    set_up: impl FnOnce(&Policy) -> Result<S, S::Error>,
) -> Result<S, String> {
    let version = greeting.protocol;
    if version != PROTOCOL {
        return Err(format!(
            "the protocol is version {PROTOCOL}, and not {version}"
        ));
    }
    set_up(&greeting.policy).map_err(|error| error.to_string())
}

/// Returns the reply to a request; `None` if the server does not offer it.
fn answered<S: System>(
    system: &mut S,
    hello: &Hello,
    request: Request,
) -> Result<Option<ReplyLine>, S::Error> {
    let reply = match request {
        Request::Reset(_) => {
            system.reset()?;
            Some(ReplyLine::Reset(Nothing {}))
        }
        Request::Apply(operation) if hello.offers(&operation) => {
            Some(ReplyLine::done(system.apply(&operation)?))
        }
        Request::Ask(ask) if hello.questions.contains(&ask.question) => {
            let answer = asked(system, &ask)?;
            answer.map(|answer| ReplyLine::Answered(answer.into()))
        }
        Request::List(ListOf { user, list }) if hello.lists.contains(&list) => {
            let users = with_extras(system, |extras| extras.list(&user, list))?;
            users.map(|users| ReplyLine::Users(Users { users }))
        }
        Request::Page(page) if hello.pages && hello.lists.contains(&page.list) => {
            let from = page.from.as_deref();
            let page = with_extras(system, |extras| {
                extras.page(&page.user, page.list, from, page.limit)
            })?;
            page.map(|ListPage { users, next }| ReplyLine::Page(PageUsers { users, next }))
        }
        Request::AtOnce([first, second])
            if hello.at_once && hello.offers(&first) && hello.offers(&second) =>
        {
            let replies = with_extras(system, |extras| extras.apply_concurrently(&first, &second))?;
            replies.map(|replies| {
                let both = Box::new(replies.map(ReplyLine::done));
                ReplyLine::Both { both }
            })
        }
        // It is not offered. A greeting is answered before.
        _ => None,
    };
    Ok(reply)
}

fn asked<S: System>(system: &mut S, ask: &Ask) -> Result<Option<Answer>, S::Error> {
    let (actor, target) = (&ask.actor, &ask.target);
    match ask.question {
        MESSAGE => system.can_message(actor, target).map(Some),
        Question::Reach(interaction) => {
            with_extras(system, |extras| extras.can(interaction, actor, target))
        }
        // The only action that is asked about is the friend request.
        Question::Act(_) => with_extras(system, |extras| {
            extras.can_send_friend_request(actor, target)
        }),
    }
}

/// Asks the optional part of a system; `None` if it has none.
fn with_extras<S: System, T>(
    system: &mut S,
    ask: impl FnOnce(&mut dyn Extras<Error = S::Error>) -> Result<Option<T>, S::Error>,
) -> Result<Option<T>, S::Error> {
    system.extras().map_or(Ok(None), ask)
}
