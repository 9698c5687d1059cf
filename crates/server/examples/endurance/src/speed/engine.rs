//! The time that the engine alone takes for the questions of a call.

use std::hint::black_box;
use std::time::{Duration, Instant};

use socialgraph::{Policy, Question, SocialGraph};

use super::{ACCOUNTS, MANY, names, v1};

/// How long the engine is asked.
const TIME: Duration = Duration::from_millis(300);

/// Returns the microseconds for one call's questions, by name, on the graph that the servers have.
#[expect(clippy::cast_precision_loss, reason = "figures are far below 2^52")]
pub(super) fn micros(count: usize) -> f64 {
    let graph = graph();
    let calls = v1::questions(0, count);
    let started = Instant::now();
    let mut made = 0;
    while started.elapsed() < TIME {
        // The clock is read once in a while.
        for _ in 0..=1_000 / count {
            for call in &calls {
                for (question, actor, target) in call {
                    let decision = match *question {
                        Question::Reach(interaction) => graph.can(interaction, &**actor, &**target),
                        Question::Act(_) => graph.decide(*question, &**actor, &**target),
                    };
                    let _ = black_box(decision);
                }
            }
            made += calls.len();
        }
    }
    started.elapsed().as_secs_f64() * 1e6 / made as f64
}

fn graph() -> SocialGraph {
    let mut graph = SocialGraph::new(Policy::tencent_rest());
    for name in names(0, ACCOUNTS) {
        graph.add_user(&name).expect("the name is free");
    }
    graph.add_user("blocker").expect("the name is free");
    for name in names(0, MANY) {
        graph
            .add_to_blocklist("blocker", &*name)
            .expect("the blocklist has room");
    }
    graph
}
