//! A chat host in fifty lines: a graph that survives, and webhooks from its feed.
//!
//! `cargo run -p socialgraph-host --example durable [DIRECTORY]`

use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

use socialgraph::{Action, Operation, Policy, SocialGraph};
use socialgraph_host::{Host, Operations, Options};

fn main() -> Result<(), Box<dyn Error>> {
    let directory = std::env::args_os().nth(1).map(PathBuf::from);
    let directory = directory.unwrap_or_else(|| std::env::temp_dir().join("socialgraph-durable"));
    let empty = || SocialGraph::new(Policy::tencent_rest());
    let host = Host::open_or_create(&directory, empty, Options::default())?;
    println!("opened {} at {}", directory.display(), host.position());

    // All or nothing, and durable when the answer comes.
    let visit = host.position().number;
    let names = [format!("ann-{visit}"), format!("ben-{visit}")];
    let joins = names.iter().map(Operation::add_user).collect();
    host.propose(Operations::All(joins)).wait()?;

    // An id makes it safe to send a proposal again if the answer is lost.
    let id = host.new_id();
    let block = || Operation::act(Action::Block, &*names[0], &*names[1]);
    let answer = host.propose_as(id, block()).wait()?;
    assert_eq!(host.propose_as(id, block()).wait()?, answer);

    // Readers wait for nobody; with a position they read what was written.
    let mut reader = host.reader();
    let graph = reader.at_least(answer.position, Duration::from_secs(1))?;
    println!(
        "{}",
        graph
            .can_message(&names[1], &names[0])
            .explain(&names[1], &names[0])
    );

    // Webhooks: what the last run did not get to comes first.
    let mut feed = host.feed_of("webhooks")?;
    while let Some(item) = feed.next(Duration::ZERO)? {
        println!("webhook {}: {}", item.position, item.entry);
        feed.save()?;
    }
    Ok(())
}
