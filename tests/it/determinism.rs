//! The same log gives the same bytes and explanations in every build, process and machine.

use std::fmt::Write as _;
use std::process::Command;

use socialgraph::{
    Action, Limits, Policy, Question, RequestMode, RequestSending, SocialGraph, UserId,
};

use super::fixtures::digest;

/// The digest of [`record`]. A change of a word or of the format changes it.
const DIGEST: u64 = 0xc63b_180f_d4c9_8020;

/// The number of operations in a log.
const LOG_LEN: u64 = 3000;

const USERS: u64 = 24;

/// Pseudorandom numbers, by Knuth's linear congruential generator for MMIX.
struct Random(u64);

impl Random {
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

/// Returns the outcomes of all logs, and the snapshot and explanations at their ends.
fn record() -> String {
    let tight = Limits {
        blocked: Some(4),
        friends: Some(6),
        requests_in: Some(2),
        batch: Some(3),
    };
    let mut record_text = String::new();

    for (seed, &(name, mut policy)) in (1..).zip(Policy::PROFILES) {
        for limits in [Limits::TENCENT, tight] {
            policy.limits = limits;
            writeln!(record_text, "{name}, {limits:?}").unwrap();
            let graph = play(policy, Random(seed), &mut record_text);
            writeln!(record_text, "{}", serde_json::to_string(&graph).unwrap()).unwrap();
            explain(&graph, &mut record_text);
        }
    }
    record_text
}

fn play(policy: Policy, mut random: Random, record_text: &mut String) -> SocialGraph {
    let mut graph = SocialGraph::new(policy);
    for user in 0..USERS {
        graph.add_user(&format!("user {user}")).unwrap();
    }
    for _ in 0..LOG_LEN {
        step(&mut graph, &mut random, record_text).unwrap();
    }
    graph.check_invariants().unwrap();
    graph
}

/// Applies a random operation, and records its outcome.
fn step(
    graph: &mut SocialGraph,
    random: &mut Random,
    record_text: &mut String,
) -> std::fmt::Result {
    let name = random.name();
    match random.below(40) {
        0 => writeln!(record_text, "{:?}", graph.remove_user(&*name)),
        1..=3 => writeln!(record_text, "{:?}", graph.add_user(&name)),
        4 => {
            let mode = random.one_of(&RequestMode::ALL);
            writeln!(record_text, "{:?}", graph.set_request_mode(&*name, mode))
        }
        5 => {
            let sending = random.one_of(&RequestSending::ALL);
            writeln!(
                record_text,
                "{:?}",
                graph.set_request_sending(&*name, sending)
            )
        }
        6..=8 => {
            let targets = [random.name(), random.name(), random.name(), random.name()];
            let len = usize::try_from(random.below(5)).unwrap();
            let action = random.one_of(&Action::ALL);
            writeln!(
                record_text,
                "{:?}",
                graph.apply_many(action, &*name, &targets[..len])
            )
        }
        _ => {
            let (action, target) = (random.one_of(&Action::ALL), random.name());

            match graph.apply(action, &*name, &*target) {
                Ok(change) => writeln!(record_text, "{change:?}"),
                Err(error) => writeln!(record_text, "{}", error.refusal.explain(&name, &target)),
            }
        }
    }
}

/// Records the explanation of every question about every pair.
fn explain(graph: &SocialGraph, record_text: &mut String) {
    let users: Vec<(UserId, &str)> = graph.users().collect();

    for ((a, actor), (b, target)) in users
        .iter()
        .flat_map(|a| users.iter().map(move |b| (*a, *b)))
    {
        for question in Question::all() {
            let decision = graph.decide(question, a, b);
            writeln!(
                record_text,
                "{:?} {}",
                decision.verdict(),
                decision.explain(actor, target)
            )
            .unwrap();
        }
    }
}

#[test]
fn a_log_gives_the_pinned_bytes_and_explanations() {
    let record = record();
    assert!(
        record.contains("friend list") && record.contains("and is not told"),
        "the record has explanations"
    );
    assert_eq!(
        digest(&record),
        DIGEST,
        "{:#x}, of {} bytes",
        digest(&record),
        record.len()
    );
}

/// Runs in the second process.
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
