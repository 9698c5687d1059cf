//! Two people, one blocks the other: who may do what now, and why?
//!
//! `cargo run --example quickstart`

use std::error::Error;

use socialgraph::{BatchOutcome, Decision, PairChange, Policy, Reason, SocialGraph, Verdict};

fn main() -> Result<(), Box<dyn Error>> {
    let mut graph = SocialGraph::new(Policy::tencent_rest());
    graph.add_user("alice")?;
    graph.add_user("bob")?;

    println!("{:<15}{:<24}may send a friend request?", "", "may message?");
    title(1, "alice and bob are new");
    show(&graph);

    title(2, "alice asks, bob accepts");
    graph.send_friend_request("alice", "bob")?;
    let change = graph.accept_friend_request("bob", "alice")?;
    followed(change, "bob", "alice");
    show(&graph);

    title(3, "alice blocks bob");
    let friends = graph.clone();
    let change = graph.add_to_blocklist("alice", "bob")?;
    followed(change, "alice", "bob");
    show(&graph);

    title(4, "bob blocks alice too");
    let change = graph.add_to_blocklist("bob", "alice")?;
    followed(change, "bob", "alice");
    show(&graph);

    title(5, "both unblock: nothing comes back by itself");
    followed(graph.remove_from_blocklist("alice", "bob")?, "alice", "bob");
    followed(graph.remove_from_blocklist("bob", "alice")?, "bob", "alice");
    show(&graph);

    title(
        6,
        "the snapshot from before the blocks still gives the old answers",
    );
    show(&friends);

    title(
        7,
        "alice blocks a list: bob twice, and someone who does not exist",
    );
    let batch = graph.add_many_to_blocklist("alice", ["bob", "bob", "mallory"])?;
    show_batch(&batch, ["bob", "bob", "mallory"]);

    println!("\ndropped: the sender sees success, and nothing is delivered.");
    Ok(())
}

fn title(step: u32, text: &str) {
    println!("\n{step}. {text}");
}

fn followed(change: PairChange, actor: &str, target: &str) {
    for effect in change.effects() {
        println!("  * {}", effect.explain(actor, target));
    }
}

fn show(graph: &SocialGraph) {
    for (actor, target) in [("alice", "bob"), ("bob", "alice")] {
        let message = cell(graph.can_message(actor, target), actor, target);
        let request = cell(graph.can_send_friend_request(actor, target), actor, target);
        println!(
            "  {:<13}{message:<24}{request}",
            format!("{actor} to {target}")
        );
    }
}

fn show_batch(batch: &BatchOutcome, targets: [&str; 3]) {
    for (target, outcome) in targets.into_iter().zip(batch.outcomes()) {
        match outcome {
            Ok(_) => println!("  {target:<13}blocked"),
            Err(refusal) => println!("  {target:<13}no: {}", refusal.explain("alice", target)),
        }
    }
}

fn cell(decision: Decision, actor: &str, target: &str) -> String {
    let no = match decision.verdict() {
        Verdict::Allowed => return "yes".to_owned(),
        Verdict::Refused => "no",
        Verdict::RefusedSilently => "dropped",
    };
    let reasons: Vec<_> = decision
        .reasons()
        .iter()
        .map(|reason| word(reason, actor, target))
        .collect();
    format!("{no}: {}", reasons.join(", "))
}

/// A reason in few words; `reason.explain(actor, target)` says it in full.
fn word(reason: Reason, actor: &str, target: &str) -> String {
    match reason {
        Reason::ActorBlocks => format!("{actor} blocks"),
        Reason::TargetBlocks => format!("{target} blocks"),
        Reason::AlreadyFriends => "friends already".to_owned(),
        other => other.explain(actor, target).to_string(),
    }
}
