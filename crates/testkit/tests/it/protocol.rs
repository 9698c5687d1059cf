//! The protocol, with real processes as adapters.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use socialgraph::Policy;
use socialgraph_testkit::conformance::{Config, Engine};
use socialgraph_testkit::protocol::{Hello, Process, ProcessError, ProcessOptions, serve};
use socialgraph_testkit::strategies::TIGHT_LIMITS;

mod hello;
mod life;
mod page;
mod replies;
mod serving;

/// The rules of `tencent_rest`, with limits that a few users reach.
fn policy() -> Policy {
    let mut policy = Policy::tencent_rest();
    policy.limits = TIGHT_LIMITS;
    policy
}

/// A configuration with few logs.
fn config() -> Config {
    let mut config = Config::new(policy());
    config.logs = 4;
    config.tuning.operations = 20;
    config
}

/// The command of the adapter that misbehaves on command.
fn adapter(arguments: &[&str]) -> Command {
    let test = std::env::current_exe().unwrap();
    let target: PathBuf = test.parent().unwrap().parent().unwrap().into();
    let name = format!("test_adapter{}", std::env::consts::EXE_SUFFIX);
    let program = target.join("examples").join(name);
    assert!(
        program.exists(),
        "`cargo build --example test_adapter` builds it"
    );

    let mut command = Command::new(program);
    command.args(arguments);
    command
}

/// Starts the adapter that misbehaves on command, with a short time for each reply.
fn start(arguments: &[&str]) -> Process {
    let mut options = ProcessOptions::default();
    options.timeout = Duration::from_secs(2);
    options.max_reply_bytes = 100_000;
    Process::start(adapter(arguments), policy(), options).unwrap()
}

/// Starts a command that is no adapter.
fn refused(command: Command) -> ProcessError {
    let mut options = ProcessOptions::default();
    options.start_timeout = Duration::from_secs(2);
    match Process::start(command, policy(), options) {
        Ok(process) => panic!("{:?}", process.hello()),
        Err(error) => error,
    }
}

/// Returns the replies of the engine to these requests, after a greeting.
fn served(hello: &Hello, requests: &[&str]) -> Vec<String> {
    let policy = serde_json::to_string(&policy()).unwrap();
    let mut input = format!("{{\"hello\": {{\"protocol\": 1, \"policy\": {policy}}}}}\n");
    for request in requests {
        input += request;
        input += "\n";
    }

    let mut output = Vec::new();
    let set_up = |policy: &Policy| Ok(Engine::new(*policy));
    serve(set_up, hello, input.as_bytes(), &mut output).unwrap();
    let output = String::from_utf8(output).unwrap();
    output.lines().skip(1).map(str::to_owned).collect()
}
