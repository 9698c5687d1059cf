//! A child process as a system.

use std::io;
use std::process::Command;
use std::time::Duration;

use socialgraph::{Interaction, List, Operation, Policy, Question};

use super::child::Child;
use super::hello::{Hello, HelloFields};
use super::kind::{MESSAGE, REQUEST};
use super::message::{
    Answered, Applied, Ask, Both, Fault, Form, ListOf, Nothing, PageOf, PageUsers, Request, Users,
    read,
};
use super::text::shown;
use crate::conformance::{Answer, Extras, ListPage, Reply, System};

/// A server behind an adapter: a child process that speaks the protocol.
///
/// If the process ends, is late or answers nonsense, the call fails, and the process is killed.
/// The next [`reset`](System::reset) starts another. When this value is dropped, the stdin of
/// the process ends. It has two seconds to end by itself.
///
/// ```no_run
/// use std::process::Command;
///
/// use socialgraph::Policy;
/// use socialgraph_testkit::conformance::{self, Config};
/// use socialgraph_testkit::protocol::{Process, ProcessOptions};
///
/// let policy = Policy::tencent_rest();
/// let mut command = Command::new("python3");
/// command.arg("adapter.py");
/// let mut process = Process::start(command, policy, ProcessOptions::default())?;
///
/// let mut config = Config::new(policy);
/// process.hello().limit(&mut config);
/// let agreement = conformance::compare(&mut process, &config)?;
/// println!("{}: {agreement}", process.hello().name);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Process {
    command: Command,
    policy: Policy,
    options: ProcessOptions,
    hello: Hello,
    child: Option<Child>,
    requests: u64,
}

/// The bounds of a [`Process`].
// May grow by a field, so it is changed from the default and not built by literal.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProcessOptions {
    /// The time for each reply. 10 s.
    pub timeout: Duration,
    /// The time for the first reply, after the process has started. 30 s.
    pub start_timeout: Duration,
    /// The maximum number of bytes of a reply, without its line feed. 1 MiB.
    pub max_reply_bytes: usize,
    /// Whether to show what the process prints to stderr. No: the last 20 lines are kept, for
    /// an error.
    pub shows_stderr: bool,
}

impl Default for ProcessOptions {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(10),
            start_timeout: Duration::from_secs(30),
            max_reply_bytes: 1 << 20,
            shows_stderr: false,
        }
    }
}

/// The failure of an adapter, with the last lines that it printed to stderr.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}{}", last_lines(.stderr))]
pub struct ProcessError {
    problem: String,
    stderr: Vec<String>,
}

impl ProcessError {
    fn new(problem: impl Into<String>) -> Self {
        Self {
            problem: problem.into(),
            stderr: Vec::new(),
        }
    }

    /// Returns what went wrong, without the lines from stderr.
    #[must_use]
    pub fn problem(&self) -> &str {
        &self.problem
    }

    /// Returns the last lines from stderr, at most 20, escaped and cut.
    #[must_use]
    pub fn stderr(&self) -> &[String] {
        &self.stderr
    }
}

fn last_lines(stderr: &[String]) -> String {
    match stderr {
        [] => String::new(),
        lines => format!("; its last lines on stderr: {}", lines.join(" | ")),
    }
}

impl Process {
    /// Starts an adapter for a server that is to follow the policy.
    ///
    /// The command's stdin, stdout and stderr become pipes.
    ///
    /// # Errors
    /// Fails if the command cannot be started, or if its first reply is not a [`Hello`].
    pub fn start(
        command: Command,
        policy: Policy,
        options: ProcessOptions,
    ) -> Result<Self, ProcessError> {
        let mut process = Self {
            command,
            policy,
            options,
            hello: Hello::new(""),
            child: None,
            requests: 0,
        };
        process.hello = process.greet()?;
        Ok(process)
    }

    /// Returns what the adapter offers.
    #[must_use]
    pub const fn hello(&self) -> &Hello {
        &self.hello
    }

    /// Returns the number of requests so far.
    #[must_use]
    pub const fn requests(&self) -> u64 {
        self.requests
    }

    /// Starts the process, and returns what it offers.
    fn greet(&mut self) -> Result<Hello, ProcessError> {
        let child = Child::start(&mut self.command, &self.options);
        self.child = Some(child.map_err(|error| self.not_started(&error))?);

        let timeout = self.options.start_timeout;
        let hello = self.ask_within::<HelloFields>(&Request::hello(self.policy), timeout);
        match hello {
            Ok(Some(hello)) => Ok(hello),
            Ok(None) => Err(self.failed("`hello` is offered by every adapter".to_owned())),
            // A process without a hello is of no use: the next reset greets another one.
            Err(error) if self.child.is_some() => Err(self.failed(error.problem)),
            Err(error) => Err(error),
        }
    }

    /// Says why the command cannot be started, and what to do about it.
    fn not_started(&self, error: &io::Error) -> ProcessError {
        let program = shown(&self.command.get_program().to_string_lossy());
        let hint = match error.kind() {
            io::ErrorKind::NotFound => ": there is no such program, or its interpreter is missing",
            io::ErrorKind::PermissionDenied => {
                ": it is not executable; `chmod +x` makes it so, or name its interpreter before it"
            }
            _ => "",
        };
        ProcessError::new(format!("`{program}` cannot be started: {error}{hint}"))
    }

    /// Starts another process after one that was killed.
    fn restart(&mut self) -> Result<(), ProcessError> {
        let hello = self.greet()?;
        if hello != self.hello {
            return Err(self.failed("started again, the adapter offers something else".to_owned()));
        }
        Ok(())
    }

    /// Sends a request; returns `None` if the adapter does not offer it.
    fn ask<F: Form>(&mut self, request: &Request) -> Result<Option<F::Content>, ProcessError> {
        self.ask_within::<F>(request, self.options.timeout)
    }

    fn ask_within<F: Form>(
        &mut self,
        request: &Request,
        timeout: Duration,
    ) -> Result<Option<F::Content>, ProcessError> {
        let Some(child) = &mut self.child else {
            return Err(ProcessError::new(
                "the adapter is not running: a reset starts it",
            ));
        };
        let mut line = serde_json::to_vec(request)
            .map_err(|error| ProcessError::new(format!("a request cannot be written: {error}")))?;
        line.push(b'\n');

        self.requests += 1;
        let reply = child.exchange(request.name(), line, timeout, self.options.max_reply_bytes);
        let reply = reply.map_err(|problem| self.failed(problem))?;
        match read::<F>(&reply) {
            Ok(content) => Ok(content),
            Err(Fault::Nonsense(problem)) => Err(self.failed(problem)),
            // The adapter itself goes on.
            Err(Fault::Reported(message)) => {
                let name = request.name();
                let message = shown(&message);
                Err(ProcessError::new(format!(
                    "the adapter reports for `{name}`: {message}"
                )))
            }
        }
    }

    /// Sends a request that every adapter has to carry out.
    fn require<F: Form>(&mut self, request: &Request) -> Result<F::Content, ProcessError> {
        let reply = self.ask::<F>(request)?;
        reply.ok_or_else(|| {
            let name = request.name();
            self.failed(format!("`{name}` is not offered, but every adapter has to"))
        })
    }

    /// Kills the process, and returns the problem with the end of stderr.
    fn failed(&mut self, problem: String) -> ProcessError {
        let stderr = self.child.take().map(Child::kill).unwrap_or_default();
        ProcessError { problem, stderr }
    }

    /// Asks a question; returns `None` without a request if the hello does not name it.
    fn question(
        &mut self,
        question: Question,
        actor: &str,
        target: &str,
    ) -> Result<Option<Answer>, ProcessError> {
        if !self.hello.questions.contains(&question) {
            return Ok(None);
        }
        let (actor, target) = (actor.to_owned(), target.to_owned());
        self.ask::<Answered>(&Request::Ask(Ask {
            question,
            actor,
            target,
        }))
    }
}

impl System for Process {
    type Error = ProcessError;

    fn reset(&mut self) -> Result<(), ProcessError> {
        if self.child.is_none() {
            self.restart()?;
        }
        self.require::<Nothing>(&Request::Reset(Nothing {}))
    }

    fn apply(&mut self, operation: &Operation) -> Result<Reply, ProcessError> {
        if !self.hello.offers(operation) {
            return Ok(Reply::NotOffered);
        }
        let reply = self.ask::<Applied>(&Request::Apply(operation.clone()))?;
        Ok(reply.unwrap_or(Reply::NotOffered))
    }

    fn can_message(&mut self, actor: &str, target: &str) -> Result<Answer, ProcessError> {
        let (actor, target) = (actor.to_owned(), target.to_owned());
        let question = MESSAGE;
        self.require::<Answered>(&Request::Ask(Ask {
            question,
            actor,
            target,
        }))
    }

    fn extras(&mut self) -> Option<&mut dyn Extras<Error = ProcessError>> {
        Some(self)
    }
}

impl Extras for Process {
    type Error = ProcessError;

    fn can(
        &mut self,
        interaction: Interaction,
        actor: &str,
        target: &str,
    ) -> Result<Option<Answer>, ProcessError> {
        self.question(interaction.into(), actor, target)
    }

    fn can_send_friend_request(
        &mut self,
        actor: &str,
        target: &str,
    ) -> Result<Option<Answer>, ProcessError> {
        self.question(REQUEST, actor, target)
    }

    fn list(&mut self, user: &str, list: List) -> Result<Option<Vec<String>>, ProcessError> {
        if !self.hello.lists.contains(&list) {
            return Ok(None);
        }
        let user = user.to_owned();
        self.ask::<Users>(&Request::List(ListOf { user, list }))
    }

    fn page(
        &mut self,
        user: &str,
        list: List,
        from: Option<&str>,
        limit: usize,
    ) -> Result<Option<ListPage>, ProcessError> {
        if !self.hello.pages || !self.hello.lists.contains(&list) {
            return Ok(None);
        }
        let (user, from) = (user.to_owned(), from.map(str::to_owned));
        self.ask::<PageUsers>(&Request::Page(PageOf {
            user,
            list,
            from,
            limit,
        }))
    }

    fn apply_concurrently(
        &mut self,
        first: &Operation,
        second: &Operation,
    ) -> Result<Option<[Reply; 2]>, ProcessError> {
        let offers = self.hello.at_once && self.hello.offers(first) && self.hello.offers(second);
        if !offers {
            return Ok(None);
        }
        self.ask::<Both>(&Request::AtOnce([first.clone(), second.clone()]))
    }
}
