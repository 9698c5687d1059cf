//! Plays a log on the engine without WebAssembly, for a test that compares the two.
//!
//! The argument is a policy. Each line of stdin is an operation as JSON. For each line of stdin it
//! prints what the operation came to, then each answer for each pair of users, then the snapshot.

use std::error::Error;
use std::io::{self, Write as _};

use serde_json::{Value, json};
use socialgraph::{Decision, Operation, Outcome, PairChange, Policy, Question, SocialGraph};

fn main() -> Result<(), Box<dyn Error>> {
    let policy = std::env::args().nth(1).ok_or("name a policy")?;
    let mut graph = SocialGraph::new(policy.parse::<Policy>()?);
    let mut out = io::BufWriter::new(io::stdout().lock());

    for line in io::stdin().lines() {
        let operation: Operation = serde_json::from_str(&line?)?;
        let outcome = operation.apply_to(&mut graph);
        writeln!(out, "{}", outcome_as_json(&outcome))?;
    }

    let names: Vec<&str> = graph.users().map(|(_, name)| name).collect();
    for actor in &names {
        for target in &names {
            for question in Question::ALL {
                let decision = graph.decide(question, *actor, *target);
                writeln!(out, "{}", decision_as_json(decision, actor, target))?;
            }
        }
    }
    writeln!(out, "{}", serde_json::to_string(&graph)?)?;
    out.flush()?;
    Ok(())
}

fn outcome_as_json(outcome: &Outcome) -> Value {
    let effects = |item: &Result<PairChange, _>| item.ok().map(PairChange::effects);
    let items = outcome.items();
    json!({
        "done": outcome.is_done(),
        "effects": outcome.effects(),
        "reasons": outcome.reasons(),
        "items": items.iter().map(effects).collect::<Vec<_>>(),
    })
}

fn decision_as_json(decision: Decision, actor: &str, target: &str) -> Value {
    json!({
        "allowed": decision.is_allowed(),
        "verdict": decision.verdict(),
        "reasons": decision.reasons(),
        "visibleReasons": decision.visible().reasons(),
        "explain": decision.explain(actor, target).to_string(),
        "explainVisible": decision.visible().explain(actor, target).to_string(),
    })
}
