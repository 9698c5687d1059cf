//! What an adapter offers, and that nothing else is asked of it.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::process::Command;

use socialgraph::{Action, Interaction, List, Operation, OwnList, Question, Ways};
use socialgraph_testkit::conformance::{
    self, Answer, Config, Engine, Extras, ListPage, Reply, System,
};
use socialgraph_testkit::protocol::{Hello, OperationKind, Process, ProcessOptions};

use super::{config, policy, refused};

/// Returns the error of an adapter that says this at the start.
#[cfg(unix)]
fn says(hello: &str) -> String {
    let mut command = Command::new("sh");
    command.args([
        "-c",
        r#"read -r line; printf '%s\n' "$1"; read -r line"#,
        "sh",
        hello,
    ]);
    refused(command).to_string()
}

#[test]
#[cfg(unix)]
fn a_hello_that_is_wrong_is_refused_with_the_nearest_name() {
    let hello = |rest: &str| format!(r#"{{"protocol": 1, "name": "toy", {rest}}}"#);
    for (hello, expected) in [
        (
            r#"{"protocol": 2, "name": "toy", "operations": ["add_user"], "questions": []}"#
                .to_owned(),
            "the adapter speaks version 2 of the protocol, and this kit version 1",
        ),
        (
            hello(r#""operations": ["add_user", "blok"], "questions": ["message"]"#),
            "`blok` is none of the `operations`; did you mean `block`?",
        ),
        (
            hello(r#""operations": ["add_user"], "questions": ["mesage"]"#),
            "`mesage` is none of the `questions`; did you mean `message`?",
        ),
        (
            hello(r#""operations": ["add_user"], "questions": ["message", "block"]"#),
            "`block` is none of the `questions`: they are `message`, `call`, `group_invitation`, \
             `presence`, `send_request`",
        ),
        (
            hello(r#""operations": ["add_user"], "questions": ["message"], "lists": ["friend"]"#),
            "`friend` is none of the `lists`; did you mean `friends`?",
        ),
        (
            hello(r#""operations": ["add_user", "add_user"], "questions": ["message"]"#),
            "`operations` have `add_user` twice",
        ),
        (
            hello(r#""operations": ["block"], "questions": ["message"]"#),
            "`operations` lack `add_user`, which is required",
        ),
        (
            hello(r#""operations": ["add_user"], "questions": ["call"]"#),
            "`questions` lack `message`, which is required",
        ),
        (
            hello(r#""operations": ["add_user"], "questions": ["message"], "pages": true"#),
            "`pages` is true, but there are no `lists` to read by pages",
        ),
        (
            hello(r#""operations": ["add_user"], "questions": ["message"], "odd_name": true"#),
            "`odd_name` is no field of the reply to `hello`; did you mean `odd_names`?",
        ),
        (
            hello(r#""operations": ["add_user"]"#),
            "no reply to `hello`: missing field `questions`",
        ),
        (
            r#"{"protocol": 1, "name": " ", "operations": ["add_user"], "questions": ["message"]}"#
                .to_owned(),
            "`name` is empty: it is the name of your server",
        ),
        (
            "{}".to_owned(),
            "no reply to `hello`: missing field `protocol`",
        ),
        (
            r#"{"error": "no database"}"#.to_owned(),
            "the adapter reports for `hello`: no database",
        ),
        (
            r#"{"not_offered": true}"#.to_owned(),
            "`hello` is offered by every adapter",
        ),
    ] {
        let error = says(&hello);
        assert!(error.starts_with(expected), "{hello}: {error}");
    }
}

#[test]
#[cfg(unix)]
fn the_first_reply_has_a_time_of_its_own() {
    let error = {
        let mut command = Command::new("sh");
        command.args(["-c", "echo starting >&2; read -r line; read -r line"]);
        refused(command).to_string()
    };
    assert!(
        error.starts_with("no reply to `hello` within 2 s"),
        "{error}"
    );
    assert!(
        error.ends_with("its last lines on stderr: starting"),
        "{error}"
    );
}

/// An engine that takes note of what it is asked, and that answers as much.
#[derive(Default)]
struct Asked {
    kinds: BTreeSet<OperationKind>,
    questions: BTreeSet<Question>,
    lists: BTreeSet<List>,
    pages: bool,
    at_once: bool,
    names: BTreeSet<String>,
}

struct Noting {
    engine: Engine,
    asked: Asked,
}

impl Noting {
    fn note(&mut self, operation: &Operation) {
        let kinds = OperationKind::needed_for(operation);
        self.asked.kinds.extend(kinds);
        let names = operation.names().into_iter().map(str::to_owned);
        self.asked.names.extend(names);
    }
}

impl System for Noting {
    type Error = Infallible;

    fn reset(&mut self) -> Result<(), Infallible> {
        self.engine.reset()
    }

    fn apply(&mut self, operation: &Operation) -> Result<Reply, Infallible> {
        self.note(operation);
        self.engine.apply(operation)
    }

    fn can_message(&mut self, actor: &str, target: &str) -> Result<Answer, Infallible> {
        self.asked.questions.insert(Interaction::Message.into());
        self.engine.can_message(actor, target)
    }

    fn extras(&mut self) -> Option<&mut dyn Extras<Error = Infallible>> {
        Some(self)
    }
}

impl Extras for Noting {
    type Error = Infallible;

    fn can(
        &mut self,
        interaction: Interaction,
        actor: &str,
        target: &str,
    ) -> Result<Option<Answer>, Infallible> {
        self.asked.questions.insert(interaction.into());
        self.engine.can(interaction, actor, target)
    }

    fn can_send_friend_request(
        &mut self,
        actor: &str,
        target: &str,
    ) -> Result<Option<Answer>, Infallible> {
        self.asked.questions.insert(Action::SendRequest.into());
        self.engine.can_send_friend_request(actor, target)
    }

    fn list(&mut self, user: &str, list: List) -> Result<Option<Vec<String>>, Infallible> {
        self.asked.lists.insert(list);
        self.engine.list(user, list)
    }

    fn page(
        &mut self,
        user: &str,
        list: List,
        from: Option<&str>,
        limit: usize,
    ) -> Result<Option<ListPage>, Infallible> {
        self.asked.pages = true;
        self.engine.page(user, list, from, limit)
    }

    fn apply_concurrently(
        &mut self,
        first: &Operation,
        second: &Operation,
    ) -> Result<Option<[Reply; 2]>, Infallible> {
        self.asked.at_once = true;
        self.note(first);
        self.note(second);
        self.engine.apply_concurrently(first, second)
    }
}

/// Returns what random logs ask of a server with this hello.
fn asked(hello: &Hello) -> Asked {
    let mut config = Config::new(policy());
    config.logs = 12;
    config.tuning.weights.adopt_policy = 10;
    hello.limit(&mut config);
    let (engine, asked) = (Engine::new(policy()), Asked::default());
    let mut noting = Noting { engine, asked };
    conformance::compare(&mut noting, &config).unwrap();
    noting.asked
}

#[test]
fn nothing_that_is_lacking_is_drawn_and_all_else_is() {
    let everything = Hello::everything("all");
    let all = asked(&everything);
    assert_eq!(all.kinds, everything.operations);
    assert_eq!(all.questions, everything.questions);
    assert!(all.at_once && all.names.iter().any(|name| !is_plain(name)));

    for kind in OperationKind::all().filter(|kind| *kind != OperationKind::AddUser) {
        let mut hello = Hello::everything("all but one");
        hello.operations.remove(&kind);
        let asked = asked(&hello).kinds;
        assert!(!asked.contains(&kind), "{kind}");
        for other in &hello.operations {
            assert!(asked.contains(other), "{other} without {kind}");
        }
    }
    let least = asked(&Hello::new("least"));
    assert_eq!(least.kinds, [OperationKind::AddUser].into());
    assert!(!least.at_once && least.names.iter().all(|name| is_plain(name)));
}

fn is_plain(name: &str) -> bool {
    name.bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

#[test]
fn friends_who_are_added_two_way_and_removed_one_way_are_drawn_so() {
    let [one_way, two_way] = [Ways::OneWay, Ways::TwoWay];
    let mut hello = Hello::everything("mixed");
    let lacking = [Action::AddFriend(one_way), Action::RemoveFriend(two_way)];
    for action in lacking {
        hello.operations.remove(&OperationKind::Act(action));
    }
    assert_eq!(asked(&hello).kinds, hello.operations);

    // A configuration without one-way friends stays so.
    let mut hello = Hello::everything("one-way alone");
    hello
        .operations
        .remove(&OperationKind::Act(Action::AddFriend(two_way)));
    let mut config = Config::new(policy());
    config.tuning.weights.one_way_percent = 0;
    hello.limit(&mut config);
    assert_eq!(config.tuning.weights.add_friend, 0);
    assert!(config.tuning.weights.remove_friend > 0);

    // So does one without two-way friends.
    let mut hello = Hello::everything("two-way alone");
    hello
        .operations
        .remove(&OperationKind::Act(Action::RemoveFriend(one_way)));
    let mut config = Config::new(policy());
    config.tuning.weights.one_way_percent = 100;
    hello.limit(&mut config);
    assert_eq!(config.tuning.weights.remove_friend, 0);
    assert!(config.tuning.weights.add_friend > 0);
}

/// What a shrunk or a kept log has beside the drawn operations is not offered, either.
#[test]
fn a_process_is_not_asked_for_what_it_lacks() {
    let mut hello = Hello::new("toy");
    let block = OperationKind::Act(Action::Block);
    hello.operations.extend([block, OperationKind::ClearList]);
    let [one, two] = [
        Operation::act(Action::Block, "ann", "ben"),
        Operation::act(Action::Unblock, "ann", "ben"),
    ];
    assert!(hello.offers(&one) && !hello.offers(&two));
    assert!(!hello.offers(&Operation::act_on_many(Action::Block, "ann", ["ben"])));
    hello.operations.insert(OperationKind::ManyAct);
    assert!(hello.offers(&Operation::many_act(Action::Block, ["ann"], "ben")));
    assert!(!hello.offers(&Operation::many_act(Action::Unblock, ["ann"], "ben")));
    assert!(!hello.offers(&Operation::clear_list("ann", OwnList::Blocklist)));
}

/// The adapter ends at the first request that it did not offer.
#[test]
#[cfg(unix)]
fn an_adapter_that_offers_little_is_asked_for_little() {
    let script = r#"
        read -r line
        echo '{"protocol": 1, "name": "sh", "operations": ["add_user"], "questions": ["message"]}'
        while read -r line; do
            case $line in
                '{"reset"'*) echo '{}' ;;
                '{"apply":{"add_user":'*) echo '{"done": true}' ;;
                '{"ask":{"question":"message",'*) echo '{"allowed": false}' ;;
                *) echo "not offered: $line" >&2; exit 9 ;;
            esac
        done"#;
    let mut command = Command::new("sh");
    command.args(["-c", script]);
    let mut process = Process::start(command, policy(), ProcessOptions::default()).unwrap();
    assert_eq!(process.hello().lacking().len(), 19 + 3 + 6 + 3);

    process.reset().unwrap();
    let block = Operation::act(Action::Block, "ann", "ben");
    assert_eq!(process.apply(&block).unwrap(), Reply::NotOffered);
    assert_eq!(process.can(Interaction::Call, "ann", "ben").unwrap(), None);
    assert_eq!(process.can_send_friend_request("ann", "ben").unwrap(), None);
    assert_eq!(process.list("ann", List::Friends).unwrap(), None);
    assert_eq!(process.page("ann", List::Friends, None, 1).unwrap(), None);
    assert_eq!(process.apply_concurrently(&block, &block).unwrap(), None);

    // An unlimited comparison draws everything, and asks for no more than is offered.
    let finding = *conformance::compare(&mut process, &config()).unwrap_err();
    assert!(finding.rule().is_some(), "{finding}");
}
