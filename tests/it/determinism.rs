//! The same log gives the same bytes and explanations in every build, process and machine.

use std::fmt::Write as _;
use std::process::Command;

use socialgraph::{
    Action, Limits, Operation, Outcome, OwnList, Policy, Question, RequestMode, RequestSending,
    SocialGraph, UserId,
};

use super::fixtures::digest;

/// The digest of [`record`]. A change of a word or of the format changes it.
const DIGEST: u64 = 0x1e8c_4186_fc4e_bd48;

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

/// Applies a random operation, and records it with its outcome.
fn step(
    graph: &mut SocialGraph,
    random: &mut Random,
    record_text: &mut String,
) -> std::fmt::Result {
    if random.below(200) == 0 {
        return adopt_and_return(graph, random, record_text);
    }

    let operation = operation(random);
    let outcome = operation.apply_to(graph);
    writeln!(record_text, "{operation}: {outcome:?}")?;
    match outcome {
        Outcome::Act(Err(error)) => writeln!(record_text, "{error}"),
        _ => Ok(()),
    }
}

/// Puts a graph under another policy and back, and records what each ends.
fn adopt_and_return(
    graph: &mut SocialGraph,
    random: &mut Random,
    record_text: &mut String,
) -> std::fmt::Result {
    let own = *graph.policy();
    let (name, other) = random.one_of(Policy::PROFILES);
    writeln!(record_text, "{name}: {:?}", graph.adopt_policy(other).ended)?;
    writeln!(record_text, "back: {:?}", graph.adopt_policy(own).ended)
}

/// Returns a random operation under one policy.
fn operation(random: &mut Random) -> Operation {
    let name = random.name();
    let names = [random.name(), random.name(), random.name(), random.name()];
    let some = &names[..usize::try_from(random.below(5)).unwrap()];
    let action = random.one_of(&Action::ALL);

    match random.below(80) {
        0..=1 => Operation::remove_user(name),
        2..=7 => Operation::add_user(name),
        8..=9 => Operation::set_request_mode(name, random.one_of(&RequestMode::ALL)),
        10..=11 => Operation::set_request_sending(name, random.one_of(&RequestSending::ALL)),
        12..=17 => Operation::act_on_many(action, name, some),
        18..=20 => Operation::many_act(action, some, name),
        21 => Operation::rename_user(name, random.name()),
        22 => Operation::merge_users(name, random.name()),
        23 => Operation::clear_list(name, random.one_of(&OwnList::ALL)),
        _ => Operation::act(action, name, random.name()),
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
