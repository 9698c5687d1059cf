//! The same log gives the same bytes and the same words: in every build, process and machine.

use std::fmt::Write as _;
use std::process::Command;

use socialgraph::{
    Action, Limits, Policy, Question, RequestMode, RequestSending, SocialGraph, UserId,
};

/// What [`record`] gives, as one number: whoever changes a word or the format changes it here.
const DIGEST: u64 = 0xb8d8_8c90_5a48_17c9;

/// How many operations a log has.
const LOG_LEN: u64 = 3000;

const USERS: u64 = 24;

/// Numbers that look random, by Knuth's linear congruential generator for MMIX.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) % end
    }

    fn one_of<T: Copy>(&mut self, values: &[T]) -> T {
        values[usize::try_from(self.below(values.len() as u64)).unwrap()]
    }

    fn name(&mut self) -> String {
        format!("user {}", self.below(USERS))
    }
}

/// Everything that is said on the way of a log, and of its end.
fn record() -> String {
    let tight = Limits {
        blocked: Some(4),
        friends: Some(6),
        requests_in: Some(2),
        batch: Some(3),
    };
    let mut said = String::new();
    for (seed, (name, mut policy)) in (1..).zip(Policy::PROFILES) {
        for limits in [Limits::TENCENT, tight] {
            policy.limits = limits;
            writeln!(said, "{name}, {limits:?}").unwrap();
            let graph = play(policy, Numbers(seed), &mut said);
            writeln!(said, "{}", serde_json::to_string(&graph).unwrap()).unwrap();
            explain(&graph, &mut said);
        }
    }
    said
}

fn play(policy: Policy, mut numbers: Numbers, said: &mut String) -> SocialGraph {
    let mut graph = SocialGraph::new(policy);
    for user in 0..USERS {
        graph.add_user(&format!("user {user}")).unwrap();
    }
    for _ in 0..LOG_LEN {
        step(&mut graph, &mut numbers, said).unwrap();
    }
    graph.check_invariants().unwrap();
    graph
}

/// Does one thing, and notes what came of it.
fn step(graph: &mut SocialGraph, numbers: &mut Numbers, said: &mut String) -> std::fmt::Result {
    let name = numbers.name();
    match numbers.below(40) {
        0 => writeln!(said, "{:?}", graph.remove_user(&*name)),
        1..=3 => writeln!(said, "{:?}", graph.add_user(&name)),
        4 => {
            let mode = numbers.one_of(&RequestMode::ALL);
            writeln!(said, "{:?}", graph.set_request_mode(&*name, mode))
        }
        5 => {
            let sending = numbers.one_of(&RequestSending::ALL);
            writeln!(said, "{:?}", graph.set_request_sending(&*name, sending))
        }
        6..=8 => {
            let targets = [
                numbers.name(),
                numbers.name(),
                numbers.name(),
                numbers.name(),
            ];
            let len = usize::try_from(numbers.below(5)).unwrap();
            let action = numbers.one_of(&Action::ALL);
            writeln!(
                said,
                "{:?}",
                graph.apply_many(action, &*name, &targets[..len])
            )
        }
        _ => {
            let (action, target) = (numbers.one_of(&Action::ALL), numbers.name());
            match graph.apply(action, &*name, &*target) {
                Ok(change) => writeln!(said, "{change:?}"),
                Err(refusal) => writeln!(said, "{}", refusal.explain(&name, &target)),
            }
        }
    }
}

/// Explains every question about every pair.
fn explain(graph: &SocialGraph, said: &mut String) {
    let users: Vec<(UserId, &str)> = graph.users().collect();
    let questions = Action::ALL.map(Question::from);
    for ((a, actor), (b, target)) in users
        .iter()
        .flat_map(|a| users.iter().map(move |b| (*a, *b)))
    {
        for question in questions.into_iter().chain([Question::Message]) {
            let decision = graph.decide(question, a, b);
            writeln!(
                said,
                "{:?} {}",
                decision.verdict(),
                decision.explain(actor, target)
            )
            .unwrap();
        }
    }
}

/// FNV-1a of 64 bits.
fn digest(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[test]
fn a_log_gives_the_pinned_bytes_and_explanations() {
    let record = record();
    assert!(
        record.contains("friend list") && record.contains("and is not told"),
        "it says much"
    );
    assert_eq!(
        digest(&record),
        DIGEST,
        "{:#x}, of {} bytes",
        digest(&record),
        record.len()
    );
}

/// What the second process does.
#[test]
#[ignore = "for another process to run: see the test below"]
fn print_the_record() {
    println!("{}", record());
}

#[test]
fn another_process_gives_the_same_bytes_and_explanations() {
    let arguments = [
        "--ignored",
        "--exact",
        "--nocapture",
        "determinism::print_the_record",
    ];
    let output = Command::new(std::env::current_exe().unwrap())
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.status.success());
    assert!(
        String::from_utf8(output.stdout)
            .unwrap()
            .contains(&record())
    );
}
