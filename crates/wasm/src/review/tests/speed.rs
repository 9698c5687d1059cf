//! How long the functions take: `cargo test --release -- --ignored --nocapture speed`.

use std::time::{Duration, Instant};

use serde_json::Value;

use super::super::{
    certainties, check, compare, nearest, policy, profiles, shown_stories, systems, view, what_if,
};
use super::state;

/// Four users and fifty lines under two policies.
fn large() -> Value {
    let users = ["ann", "ben", "cyd", "dan"];
    let mut lines = Vec::new();
    for index in 0..50 {
        let (one, other) = (users[index % 4], users[(index * 3 + 1) % 4]);
        lines.push(match index % 5 {
            0 => format!("{one} sends {other} a friend request"),
            1 => format!("{one} blocks {other}"),
            2 => format!("{one} adds {other} as a two-way friend"),
            3 => format!("may {other} message {one}?"),
            _ => format!("{one} unblocks {other}"),
        });
    }
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let mut state = state("mastodon", &users, &lines);
    state["other"] = "wire".into();
    state
}

fn time(name: &str, call: impl Fn() -> String) -> Duration {
    let mut best = Duration::MAX;
    let mut bytes = 0;
    for _ in 0..5 {
        let start = Instant::now();
        bytes = call().len();
        best = best.min(start.elapsed());
    }
    eprintln!("{name}: {best:?}, {bytes} bytes");
    best
}

#[test]
#[ignore = "a measurement, for a release build"]
fn speed() {
    let large = large().to_string();
    let small = state("discord", &["ann", "ben"], &["ann blocks ben"]).to_string();
    let view_time = time("view of 4 users, 50 lines, 2 policies", || view(&large));
    time("view of 2 users, 1 line", || view(&small));
    time("certainties of 4 users, 50 lines, 2 policies", || {
        certainties(&large)
    });
    time("certainties of 2 users, 1 line", || certainties(&small));
    time("policy", || policy(r#""mastodon""#));
    time("systems", || systems(""));
    time("compare", || {
        compare(r#"{"one": "mastodon", "other": "wire"}"#)
    });
    time("nearest", || nearest(r#""mastodon""#));
    time("what_if", || {
        what_if(r#"{"policy": "mastodon", "path": "message.stopped_by"}"#)
    });
    time("check", || {
        check(r#"{"policy": "mastodon", "users": 3}"#, &mut |_| ())
    });
    time("profiles", || profiles(""));
    time("shown_stories", || shown_stories(""));
    assert!(view_time < Duration::from_millis(10), "{view_time:?}");
}
