//! Names and texts that would steer a terminal.

use socialgraph::{Action, List, Operation, Policy};
use socialgraph_testkit::conformance::{
    self, Answer, Engine, Extras, Finding, ListPage, Reply, Step, System,
};

use super::{act, config, is, join, log, mutual, refusing, rest, willing};

/// A name that clears the screen and goes on as if another rule were meant.
const HOSTILE: &str = "x\u{1b}[2J\n R5: fine";

fn is_harmless(finding: &Finding) -> bool {
    let text = finding.to_string();
    let mut lines = text.lines();
    lines.all(|line| !line.contains(char::is_control) && !line.starts_with(" R5"))
}

#[test]
fn a_hostile_name_cannot_spoof_a_finding() {
    let joins = [HOSTILE, "ben"].map(join);
    let actions = [
        act(Action::Block, HOSTILE, "ben"),
        act(Action::AcceptRequest, "ben", HOSTILE),
    ];
    let log: Vec<Step> = joins.into_iter().chain(actions).map(Step::One).collect();
    let [rest_config, mutual_config] =
        [Policy::tencent_rest(), Policy::tencent_mutual()].map(config);

    // A question with the system's reasons, one with the engine's, and an action.
    let system_reasons = conformance::replay(&mut mutual(), &log, &rest_config).unwrap_err();
    let text = system_reasons.to_string();
    assert!(
        text.contains(r"`x\u{1b}[2J\n R5: fine` blocks ben"),
        "{text}"
    );
    let engine_reasons = conformance::replay(&mut rest(), &log, &mutual_config).unwrap_err();
    let mut refuses_actions = refusing(|it| matches!(it, Operation::Act(_)));
    let refused = conformance::replay(&mut refuses_actions, &log, &rest_config).unwrap_err();

    let log = [log.clone(), vec![log[2].clone()]].concat();
    let done = conformance::replay(&mut willing(), &log, &rest_config).unwrap_err();
    for finding in [&system_reasons, &engine_reasons, &refused, &done] {
        assert!(is_harmless(finding), "{:?}", finding.to_string());
    }
}

/// The two names look the same, but are not the same user's.
#[test]
fn a_combining_mark_is_seen_in_a_finding() {
    let [composed, decomposed] = ["ann\u{e9}", "anne\u{301}"];
    let log = [
        join(composed),
        join(decomposed),
        act(Action::Unblock, composed, decomposed),
    ];
    let log = log.map(Step::One);
    let finding = conformance::replay(&mut willing(), &log, &config(Policy::tencent_rest()));

    let text = finding.unwrap_err().to_string();
    let sentence = r"`anné` unblocks `anne\u{301}`";
    assert!(text.contains(sentence), "{text}");
    assert!(!text.contains('\u{301}'), "{text}");
}

/// A system that adds a hostile name to a list, or fails or panics with a hostile text.
struct Hostile {
    engine: Engine,
    channel: Channel,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Channel {
    List,
    Page,
    Error,
    Panic,
}

impl System for Hostile {
    type Error = String;

    forward!(engine: reset, can_message);

    fn apply(&mut self, operation: &Operation) -> Result<Reply, String> {
        if is(operation, Action::Block) {
            match self.channel {
                Channel::Error => return Err(HOSTILE.to_owned()),
                Channel::Panic => panic!("{HOSTILE}"),
                Channel::List | Channel::Page => {}
            }
        }
        Ok(operation.apply_to(&mut self.engine.0).is_done().into())
    }

    fn extras(&mut self) -> Option<&mut dyn Extras<Error = String>> {
        Some(self)
    }
}

impl Extras for Hostile {
    type Error = String;

    forward!(engine: can_send_friend_request);

    fn list(&mut self, _: &str, _: List) -> Result<Option<Vec<String>>, String> {
        let hostile = self.channel == Channel::List;
        Ok(hostile.then(|| vec![HOSTILE.to_owned()]))
    }

    fn page(
        &mut self,
        _: &str,
        _: List,
        _: Option<&str>,
        _: usize,
    ) -> Result<Option<ListPage>, String> {
        if self.channel != Channel::Page {
            return Ok(None);
        }
        Ok(Some(ListPage {
            users: vec![HOSTILE.to_owned()],
            next: None,
        }))
    }
}

fn replay(channel: Channel) -> Finding {
    let mut system = Hostile {
        engine: rest(),
        channel,
    };
    let config = config(Policy::tencent_rest());
    let log = log([act(Action::Block, "ann", "ben")]);
    *conformance::replay(&mut system, &log, &config).unwrap_err()
}

#[test]
fn a_hostile_system_cannot_spoof_a_finding() {
    for channel in [Channel::List, Channel::Page, Channel::Error, Channel::Panic] {
        let finding = replay(channel);
        let text = finding.to_string();
        assert!(is_harmless(&finding), "{text:?}");
        assert!(text.contains(r"x\u{1b}[2J\n R5: fine"), "{text}");
    }

    assert!(replay(Channel::Page).to_string().contains("meets `x"));
    assert!(replay(Channel::List).to_string().contains("answered: `x"));
}
