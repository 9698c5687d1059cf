//! The tables of `docs/semantics.md`, `docs/hosts.md` and `README.md` agree with the code.
//!
//! `BLESS=1 cargo test --test it semantics` writes them again.

mod parts;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use socialgraph::{
    Action, Decision, Effect, ErrorCode, Fact, Facts, Policy, Question, Reason, Reasons, Relation,
    RequestMode, UserFacts, Verdict, Viewer, Ways,
};
use socialgraph_analysis::rulebook::{Rule, rules_of_reason};

#[test]
fn tables_agree_with_the_rules() {
    check_tables("docs/semantics.md", 11);
    check_tables("README.md", 1);
    check_tables("docs/hosts.md", 1);
}

/// Compares a page with its text after its marked tables are rendered again.
fn check_tables(page: &str, expected: usize) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(page);
    let text = fs::read_to_string(&path).unwrap();
    let (rendered, tables) = render(&text);
    assert_eq!(tables, expected, "{page}: a table marker is missing");

    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, &rendered).unwrap();
        return;
    }

    for (line, (found, expected)) in text.lines().zip(rendered.lines()).enumerate() {
        assert_eq!(found, expected, "{page}, line {}", line + 1);
    }

    assert_eq!(text, rendered, "{page} ends too early or too late");
}

#[test]
fn readme_names_every_feature_and_the_toolchain() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let read = |file| fs::read_to_string(root.join(file)).unwrap();
    let (manifest, readme) = (read("Cargo.toml"), read("README.md"));
    let features = manifest
        .split("[features]\n")
        .nth(1)
        .unwrap()
        .split("\n[")
        .next()
        .unwrap();
    let keys = features
        .lines()
        .filter_map(|line| line.split_once(" = ").map(|(key, _)| key));
    let optional: Vec<_> = keys.filter(|key| *key != "default").collect();
    assert!(!optional.is_empty());

    for name in optional {
        assert!(
            readme.contains(&format!("| `{name}` |")),
            "{name} is not in README"
        );
    }

    let version = manifest
        .split("rust-version = \"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    assert!(readme.contains(&format!("Rust {version} or newer")));
}

/// A filter that names no test makes `cargo test` pass without a test.
#[test]
fn documented_test_filters_name_a_file_of_tests() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("docs/verification.md")).unwrap();
    let mut filters = 0;

    for line in text.lines().filter(|line| line.starts_with("cargo test")) {
        let words: Vec<_> = line.split('#').next().unwrap().split_whitespace().collect();
        let after = |option| {
            let index = words.iter().position(|word| *word == option)?;
            words.get(index + 1).copied()
        };
        let package = after("-p").and_then(|name| name.strip_prefix("socialgraph-"));
        let folder = package.map_or(root.clone(), |name| root.join("crates").join(name));

        if let Some(filter) = after("it") {
            let file = folder.join("tests/it").join(filter);
            assert!(
                file.is_dir() || file.with_extension("rs").is_file(),
                "{line}"
            );
            filters += 1;
        }
    }
    assert!(filters > 5, "{filters}");
}

#[test]
fn tencent_mutual_acts_as_tencent_rest() {
    let [rest, mutual] = [Policy::tencent_rest(), Policy::tencent_mutual()];
    assert_eq!(actions(&rest), actions(&mutual));
    assert_ne!(questions(&rest), questions(&mutual));
}

/// Returns the page with each marked table rendered again, and the number of tables.
fn render(text: &str) -> (String, usize) {
    let mut rendered = String::new();
    let mut tables = 0;
    let mut lines = text.split_inclusive('\n');

    while let Some(line) = lines.next() {
        rendered.push_str(line);
        let marker = line.trim().strip_prefix("<!-- table: ");
        if let Some(name) = marker.and_then(|rest| rest.strip_suffix(" -->")) {
            tables += 1;
            rendered.push_str(&table(name));
            let end = lines.find(|line| line.trim() == "<!-- end -->");
            rendered.push_str(end.expect("every table has an end marker"));
        }
    }
    (rendered, tables)
}

fn table(name: &str) -> String {
    let profile = |name| Policy::named(name).expect("a known profile");

    match name.split_once(' ') {
        Some(("questions", name)) => questions(&profile(name)),
        Some(("actions", name)) => actions(&profile(name)),
        _ => match name {
            "profiles" => parts::profiles(),
            "parts" => parts::parts(),
            "interactions" => parts::interactions(),
            "reasons" => reasons(),
            "effects" => effects(),
            "glance" => glance(),
            "notifications" => notifications(),
            "codes" => codes(),
            _ => panic!("no such table: {name}"),
        },
    }
}

fn row<T: AsRef<str>>(cells: impl IntoIterator<Item = T>) -> String {
    let mut line = String::from("|");
    for cell in cells {
        write!(line, " {} |", cell.as_ref()).unwrap();
    }
    line.push('\n');
    line
}

fn header(cells: &[&str]) -> String {
    row(cells) + &row(cells.iter().map(|_| "---"))
}

fn reasons() -> String {
    let mut table = header(&["#", "reason", "text", "rules"]);
    for (index, reason) in Reason::ALL.into_iter().enumerate() {
        let name = format!("`{reason:?}`");
        let rules = Question::all().flat_map(|question| rules_of_reason(question, reason));
        let rules: BTreeSet<Rule> = rules.copied().collect();
        table += &row([
            (index + 1).to_string(),
            name,
            reason.explain("A", "B").to_string(),
            numbers(&rules.into_iter().collect::<Vec<_>>()),
        ]);
    }
    table
}

fn numbers(rules: &[Rule]) -> String {
    let numbers: Vec<&str> = rules.iter().map(|rule| rule.number()).collect();
    numbers.join(", ")
}

fn effects() -> String {
    let mut table = header(&["#", "effect", "text"]);
    for (index, effect) in Effect::ALL.into_iter().enumerate() {
        let name = format!("`{effect:?}`");
        table += &row([
            (index + 1).to_string(),
            name,
            effect.explain("A", "B").to_string(),
        ]);
    }
    table
}

/// Renders what each user is told of each effect.
fn notifications() -> String {
    let friendships = Policy::tencent_rest();
    let follows = Policy::named("mastodon").unwrap();
    let mut table = header(&["effect", "by", "own", "the other", "anybody else"]);

    for effect in Effect::ALL {
        for (action, by) in causes(effect) {
            let told = |viewer| {
                let [one, two] =
                    [friendships, follows].map(|it| it.notification(effect, action, viewer));
                match (one, two) {
                    (Some(told), _) => format!("`{told}`"),
                    (None, Some(told)) => format!("`{told}`, if requests make follows"),
                    (None, None) => "nothing".to_owned(),
                }
            };
            let other = match effect.owner() {
                Viewer::Actor => Viewer::Target,
                _ => Viewer::Actor,
            };
            let name = format!("`{effect:?}`");
            let cells = [told(effect.owner()), told(other), told(Viewer::Other)];
            table += &row([name, by.to_owned()].into_iter().chain(cells));
        }
    }
    table
}

/// Returns the actions that make a difference to what is told of an effect.
fn causes(effect: Effect) -> Vec<(Option<Action>, &'static str)> {
    match effect {
        Effect::ActorRequestCancelled => vec![
            (Some(Action::CancelRequest), "cancelling"),
            (Some(Action::Block), "anything else"),
        ],
        _ => vec![(None, "anything")],
    }
}

fn codes() -> String {
    let mut table = header(&["code", "name"]);
    for code in ErrorCode::ALL {
        table += &row([code.to_u16().to_string(), format!("`{}`", code.name())]);
    }
    table
}

/// Renders the excerpt in README, with the most common states.
fn glance() -> String {
    let policy = Policy::tencent_rest();
    let blocking = Relation::STRANGERS.with(Fact::ActorBlocks);
    let rows = [
        ("strangers", Relation::STRANGERS),
        ("friends", Relation::FRIENDS),
        ("A blocks B", blocking),
        ("each blocks the other", blocking.with(Fact::TargetBlocks)),
    ];
    let mut table = header(&[
        "",
        "A messages B",
        "B messages A",
        "A requests B",
        "B requests A",
    ]);

    for (words, relation) in rows {
        let both = [relation, relation.flip()];
        let messages = both.map(|relation| match policy.can_message(relation).verdict() {
            Verdict::Allowed => "yes",
            Verdict::RefusedSilently => "no, silently",
            Verdict::Refused => "no",
        });
        let requests = both.map(|relation| {
            let facts = facts(relation, RequestMode::Confirm);
            let decision = policy.decide(Action::SendRequest, &facts);
            match decision.verdict() {
                Verdict::Allowed => "yes",
                _ if decision.reasons().contains(Reason::AlreadyFriends) => "already friends",
                _ => "no",
            }
        });
        table += &row([words].into_iter().chain(messages).chain(requests));
    }
    table
}

fn questions(policy: &Policy) -> String {
    let mut table = header(&[
        "relation",
        "in words",
        "A messages B",
        "B messages A",
        "A requests B (anyone)",
        "A requests B (confirm)",
        "A requests B (nobody)",
    ]);

    for relation in policy.reachable_relations() {
        let messages =
            [relation, relation.flip()].map(|relation| message(policy.can_message(relation)));
        let requests = RequestMode::ALL.map(|mode| request(policy, relation, mode));
        let words = relation.explain("A", "B").to_string();
        table += &row([code(relation), words]
            .into_iter()
            .chain(messages)
            .chain(requests));
    }
    table
}

fn actions(policy: &Policy) -> String {
    let mut table = header(&[
        "relation",
        "block",
        "unblock",
        "request",
        "accept",
        "decline",
        "cancel",
        "add one-way",
        "add two-way",
        "remove one-way",
        "remove two-way",
    ]);
    let columns = [
        Action::Block,
        Action::Unblock,
        Action::SendRequest,
        Action::AcceptRequest,
        Action::DeclineRequest,
        Action::CancelRequest,
        Action::AddFriend(Ways::OneWay),
        Action::AddFriend(Ways::TwoWay),
        Action::RemoveFriend(Ways::OneWay),
        Action::RemoveFriend(Ways::TwoWay),
    ];
    assert_eq!(columns, Action::ALL, "an action has no column");

    for relation in policy.reachable_relations() {
        let facts = facts(relation, RequestMode::Confirm);
        let cells = columns.map(|action| match policy.apply(action, &facts) {
            Ok(change) => code(change.after),
            Err(refusal) => format!("✗ {}", names(refusal.reasons())),
        });
        table += &row(std::iter::once(code(relation)).chain(cells));
    }
    table
}

fn facts(relation: Relation, mode: RequestMode) -> Facts {
    let user = UserFacts::new(mode);
    Facts {
        relation,
        actor: user,
        target: user,
    }
}

fn request(policy: &Policy, relation: Relation, mode: RequestMode) -> String {
    match policy.apply(Action::SendRequest, &facts(relation, mode)) {
        Err(refusal) => names(refusal.reasons()),
        Ok(change) if change.effects().contains(Effect::TargetRequestAccepted) => "accepted".into(),
        Ok(change) if change.after.are_friends() => "friends".into(),
        Ok(_) => "pending".into(),
    }
}

fn message(decision: Decision) -> String {
    match decision.verdict() {
        Verdict::Allowed => "yes".into(),
        Verdict::RefusedSilently => format!("{} (silent)", names(decision.reasons())),
        Verdict::Refused => names(decision.reasons()),
    }
}

fn names(reasons: Reasons) -> String {
    reasons
        .iter()
        .map(|reason| format!("`{reason:?}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

fn code(relation: Relation) -> String {
    format!("`{relation:#}`")
}
