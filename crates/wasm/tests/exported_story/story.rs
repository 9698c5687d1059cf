//! A story from the reviewer's page, with the answers that the engine gave there.

use socialgraph::{Name, Operation, Policy, Question, SocialGraph};

type Tested = Result<(), Box<dyn std::error::Error>>;

/// Starts a graph with these users.
fn start(policy: &str, users: &[&str]) -> Result<SocialGraph, Box<dyn std::error::Error>> {
    let mut graph = SocialGraph::new(policy.parse::<Policy>()?);
    for user in users {
        graph.add_user(user)?;
    }
    Ok(graph)
}

/// Performs an operation, and compares whether it is done.
fn performs(graph: &mut SocialGraph, sentence: &str, is_done: bool) -> Tested {
    let outcome = sentence.parse::<Operation>()?.apply_to(graph);
    assert_eq!(outcome.is_done(), is_done, "{sentence}: {outcome:?}");
    Ok(())
}

/// Asks a question, and compares the answer.
fn answers(graph: &SocialGraph, question: &str, actor: &str, target: &str, answer: &str) -> Tested {
    let decision = graph.decide(question.parse::<Question>()?, actor, target);
    let (actor, target) = (Name(actor).to_string(), Name(target).to_string());
    assert_eq!(decision.explain(&actor, &target).to_string(), answer);
    Ok(())
}

/// Compares the relation of two users, in the letters of `docs/semantics.md`.
fn relates(graph: &SocialGraph, first: &str, second: &str, relation: &str) {
    let found = graph.relation(first, second);
    let found = found.map_or("unknown".to_owned(), |it| format!("{it:#}"));
    assert_eq!(found, relation, "{first} and {second}");
}

#[test]
fn the_story_holds() -> Tested {
    let mut graph = start("mastodon", &["Ann \"A\" O'Brien", "ben"])?;
    // it \u{202e}begins
    performs(&mut graph, "`Ann \"A\" O'Brien` adds ben as a two-way friend", true)?;
    performs(&mut graph, "ben blocks `Ann \"A\" O'Brien`", true)?;
    performs(&mut graph, "ben blocks `Ann \"A\" O'Brien`", false)?;
    answers(&graph, "message", "Ann \"A\" O'Brien", "ben", "`Ann \"A\" O'Brien` may not message ben, and is not told: ben blocks `Ann \"A\" O'Brien`")?;
    answers(&graph, "message", "Ann \"A\" O'Brien", "ben", "`Ann \"A\" O'Brien` may not message ben, and is not told: ben blocks `Ann \"A\" O'Brien`")?;
    relates(&graph, "ben", "Ann \"A\" O'Brien", "b");
    performs(&mut graph, "`back\\\\slash` joins", true)?;
    performs(&mut graph, "ben sends `back\\\\slash` a friend request", true)?;
    performs(&mut graph, "the policy becomes wire", true)?;
    answers(&graph, "message", "ben", "nobody", "ben may not message nobody: nobody is not a known user")?;
    answers(&graph, "call", "ben", "back\\slash", "ben may not call `back\\\\slash`: ben is not on `back\\\\slash`'s friend list")?;
    relates(&graph, "Ann \"A\" O'Brien", "ben", "B");
    relates(&graph, "Ann \"A\" O'Brien", "back\\slash", "-");
    relates(&graph, "ben", "back\\slash", "l");
    Ok(())
}

#[test]
fn the_story_holds_beside() -> Tested {
    let mut graph = start("tencent_rest with message.notice.other = told", &["Ann \"A\" O'Brien", "ben"])?;
    // it \u{202e}begins
    performs(&mut graph, "`Ann \"A\" O'Brien` adds ben as a two-way friend", true)?;
    performs(&mut graph, "ben blocks `Ann \"A\" O'Brien`", true)?;
    performs(&mut graph, "ben blocks `Ann \"A\" O'Brien`", false)?;
    answers(&graph, "message", "Ann \"A\" O'Brien", "ben", "`Ann \"A\" O'Brien` may not message ben: ben blocks `Ann \"A\" O'Brien`")?;
    answers(&graph, "message", "Ann \"A\" O'Brien", "ben", "`Ann \"A\" O'Brien` may not message ben: ben blocks `Ann \"A\" O'Brien`")?;
    relates(&graph, "ben", "Ann \"A\" O'Brien", "b");
    performs(&mut graph, "`back\\\\slash` joins", true)?;
    performs(&mut graph, "ben sends `back\\\\slash` a friend request", true)?;
    performs(&mut graph, "the policy becomes wire", true)?;
    answers(&graph, "message", "ben", "nobody", "ben may not message nobody: nobody is not a known user")?;
    answers(&graph, "call", "ben", "back\\slash", "ben may not call `back\\\\slash`: `back\\\\slash` is not on ben's friend list; ben is not on `back\\\\slash`'s friend list")?;
    relates(&graph, "Ann \"A\" O'Brien", "ben", "B");
    relates(&graph, "Ann \"A\" O'Brien", "back\\slash", "-");
    relates(&graph, "ben", "back\\slash", "r");
    Ok(())
}
