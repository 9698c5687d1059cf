//! Hosts that answer in odd ways, and names that are odd.

use std::convert::Infallible;

use socialgraph::{Action, List, Notice, Operation, Policy, Reason, Reasons, SocialGraph};
use socialgraph_testkit::conformance::{
    self, Answer, Cause, Config, Finding, ListPage, Query, Reply, Rule, Step, System,
};

use super::{act, altered, config, log, mutual, refusing};

/// A system that gives so many answers to what is no batch, as if it were one.
fn repeating(answers: usize) -> impl System<Error = Infallible> {
    altered(
        move |graph, operation| match System::apply(graph, operation).unwrap() {
            Reply::Whole(answer) => Reply::Each(vec![answer; answers]),
            each @ Reply::Each(_) => each,
        },
    )
}

/// A system that reports everything as done.
fn willing() -> impl System<Error = Infallible> {
    altered(|graph, operation| {
        let _ = operation.apply_to(graph);
        true.into()
    })
}

#[test]
fn one_answer_to_a_single_operation_may_come_as_a_batch_of_one() {
    let mut config = config(Policy::tencent_rest());
    // As many as one batch may name: none is refused whole.
    config.tuning.targets = 6;
    let agreement = conformance::compare(&mut repeating(1), &config).unwrap();
    assert_eq!(agreement.logs, 24);
}

#[test]
fn several_answers_or_none_to_a_single_operation_are_a_misuse() {
    let config = config(Policy::tencent_rest());
    for (answers, said) in [(0, "0 results"), (2, "2 results")] {
        let finding = *conformance::compare(&mut repeating(answers), &config).unwrap_err();
        assert_eq!((finding.rule(), finding.log.len()), (None, 1), "{finding}");
        assert!(matches!(&finding.cause, Cause::Misused { reply, .. } if reply == said));
        let text = format!("the reply is none to this: {said}");
        assert!(finding.to_string().ends_with(&text), "{finding}");
    }
}

/// Nothing that is said of a refusal is wrong, whichever operation it is of.
#[test]
fn what_the_engine_refuses_is_told_as_refused() {
    let config = config(Policy::tencent_rest());
    let expected = |operation: Operation| {
        let done = operation.clone();
        let log = [Step::One(operation)];
        let finding = conformance::replay(&mut willing(), &log, &config).unwrap_err();
        let Cause::Differs(difference) = finding.cause else {
            panic!("{done}")
        };
        assert_eq!(difference.system, "done");
        difference.engine
    };
    let name = || "ann".to_owned();
    assert_eq!(
        expected(Operation::AddUser {
            name: String::new()
        }),
        "refused: the name is empty"
    );
    assert!(expected(Operation::RemoveUser { name: name() }).starts_with("refused: "));
    let mode = socialgraph::RequestMode::Nobody;
    assert!(expected(Operation::SetRequestMode { user: name(), mode }).starts_with("refused: "));
    let sending = socialgraph::RequestSending::Barred;
    let bar = Operation::SetRequestSending {
        user: name(),
        sending,
    };
    assert!(expected(bar).starts_with("refused: "));
    let unknown = "refused: ann is not a known user; ben is not a known user";
    assert_eq!(expected(act(Action::Block, "ann", "ben")), unknown);
    let batch = Operation::act_on_many(Action::Block, name(), vec![name(); 7]);
    assert!(expected(batch).starts_with("refused: "));
}

/// A name that clears the screen and goes on as if another rule were meant.
const HOSTILE: &str = "x\u{1b}[2J\n R5: fine";

fn is_harmless(finding: &Finding) -> bool {
    let text = finding.to_string();
    text.lines()
        .all(|line| !line.contains(char::is_control) && !line.starts_with(" R5"))
}

#[test]
fn a_hostile_name_cannot_spoof_a_finding() {
    let joins = [HOSTILE, "ben"].map(|name| Operation::AddUser {
        name: name.to_owned(),
    });
    let blocks = [
        act(Action::Block, HOSTILE, "ben"),
        act(Action::AcceptRequest, "ben", HOSTILE),
    ];
    let log: Vec<Step> = joins.into_iter().chain(blocks).map(Step::One).collect();
    let rest = config(Policy::tencent_rest());
    // Query, and with the system's reasons; then with the engine's; then an act.
    let found = |finding: Result<_, Box<Finding>>| *finding.unwrap_err();
    let query = found(conformance::replay(&mut mutual(), &log, &rest));
    assert!(
        query
            .to_string()
            .contains(r"`x\u{1b}[2J\n R5: fine` blocks ben"),
        "{query}"
    );
    let mut graph = SocialGraph::new(rest.policy);
    let told = found(conformance::replay(
        &mut graph,
        &log,
        &config(Policy::tencent_mutual()),
    ));
    let mut refuses_acts = refusing(|it| matches!(it, Operation::Act { .. }));
    let refused = found(conformance::replay(&mut refuses_acts, &log, &rest));
    let log = [log.clone(), vec![log[2].clone()]].concat();
    let done = found(conformance::replay(&mut willing(), &log, &rest));
    for finding in [&query, &told, &refused, &done] {
        assert!(is_harmless(finding), "{:?}", finding.to_string());
    }
}

/// A graph behind a server that puts somebody of its own on every list, or fails, or panics.
struct Hostile {
    graph: SocialGraph,
    does: Does,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Does {
    List,
    Page,
    Fail,
    Panic,
    /// Panics, and cannot begin anew after that.
    PanicForGood,
}

impl System for Hostile {
    type Error = String;

    fn reset(&mut self) -> Result<(), String> {
        // Who is left over has been in a panic.
        assert!(
            self.does != Does::PanicForGood || self.graph.user("ann").is_none(),
            "poisoned"
        );
        System::reset(&mut self.graph).map_err(|never| match never {})
    }

    fn apply(&mut self, operation: &Operation) -> Result<Reply, String> {
        if matches!(
            operation,
            Operation::Act {
                action: Action::Block,
                ..
            }
        ) {
            match self.does {
                Does::Fail => return Err(HOSTILE.to_owned()),
                Does::Panic | Does::PanicForGood => panic!("{HOSTILE}"),
                Does::List | Does::Page => {}
            }
        }
        Ok(operation.apply_to(&mut self.graph).is_done().into())
    }

    fn can_message(&mut self, actor: &str, target: &str) -> Result<Answer, String> {
        Ok(self.graph.can_message(actor, target).into())
    }

    fn can_send_friend_request(&mut self, a: &str, b: &str) -> Result<Answer, String> {
        Ok(self.graph.can_send_friend_request(a, b).into())
    }

    fn list(&mut self, _: &str, _: List) -> Result<Option<Vec<String>>, String> {
        Ok((self.does == Does::List).then(|| vec![HOSTILE.to_owned()]))
    }

    fn page(
        &mut self,
        _: &str,
        _: List,
        _: Option<&str>,
        _: usize,
    ) -> Result<Option<ListPage>, String> {
        let page = || ListPage {
            users: vec![HOSTILE.to_owned()],
            next: None,
        };
        Ok((self.does == Does::Page).then(page))
    }
}

fn replay(does: Does) -> Finding {
    let config = config(Policy::tencent_rest());
    let graph = SocialGraph::new(config.policy);
    let log = log([act(Action::Block, "ann", "ben")]);
    *conformance::replay(&mut Hostile { graph, does }, &log, &config).unwrap_err()
}

#[test]
fn what_a_hostile_system_says_cannot_spoof_a_finding() {
    for does in [Does::List, Does::Page, Does::Fail, Does::Panic] {
        let finding = replay(does);
        assert!(is_harmless(&finding), "{:?}", finding.to_string());
        assert!(
            finding.to_string().contains(r"x\u{1b}[2J\n R5: fine"),
            "{finding}"
        );
    }
    assert!(replay(Does::Page).to_string().contains("meets `x"));
    assert!(replay(Does::List).to_string().contains("answered: `x"));
}

#[test]
fn a_system_that_panics_is_reported_with_the_log_that_led_there() {
    let config = config(Policy::tencent_rest());
    let compare = |does| {
        let graph = SocialGraph::new(config.policy);
        let finding = conformance::compare(&mut Hostile { graph, does }, &config);
        *finding.unwrap_err()
    };
    let finding = compare(Does::Panic);
    assert_eq!((finding.rule(), finding.log.len()), (None, 1), "{finding}");
    let Cause::Panicked {
        query: Query::LastStep,
        message: Some(message),
        ..
    } = &finding.cause
    else {
        panic!("{finding}")
    };
    assert_eq!(message, HOSTILE);
    // That it cannot begin anew is the lesser news.
    let finding = compare(Does::PanicForGood);
    assert!(finding.log.len() > 1, "{finding}");
    assert!(
        finding.to_string().contains("the system panicked: x"),
        "{finding}"
    );
}

/// A graph that carries out two operations at once in the other order.
struct Reversing(SocialGraph);

impl System for Reversing {
    type Error = Infallible;

    fn reset(&mut self) -> Result<(), Infallible> {
        System::reset(&mut self.0)
    }

    fn apply(&mut self, operation: &Operation) -> Result<Reply, Infallible> {
        System::apply(&mut self.0, operation)
    }

    fn can_message(&mut self, actor: &str, target: &str) -> Result<Answer, Infallible> {
        System::can_message(&mut self.0, actor, target)
    }

    fn can_send_friend_request(&mut self, a: &str, b: &str) -> Result<Answer, Infallible> {
        System::can_send_friend_request(&mut self.0, a, b)
    }

    fn list(&mut self, user: &str, list: List) -> Result<Option<Vec<String>>, Infallible> {
        System::list(&mut self.0, user, list)
    }

    fn page(
        &mut self,
        user: &str,
        list: List,
        from: Option<&str>,
        limit: usize,
    ) -> Result<Option<ListPage>, Infallible> {
        System::page(&mut self.0, user, list, from, limit)
    }

    fn apply_concurrently(
        &mut self,
        first: &Operation,
        second: &Operation,
    ) -> Result<Option<[Reply; 2]>, Infallible> {
        let second = self.apply(second)?;
        Ok(Some([self.apply(first)?, second]))
    }
}

#[test]
fn either_of_two_at_once_may_come_first() {
    let config = config(Policy::tencent_rest());
    let mut system = Reversing(SocialGraph::new(config.policy));
    let agreement = conformance::compare(&mut system, &config).unwrap();
    assert!(agreement.concurrent > 50, "{agreement}");
}

/// A graph whose blocklists are read in the order in which they were written.
struct Ordered {
    graph: SocialGraph,
    /// Who blocks whom, with the number of the block.
    blocks: Vec<(usize, String, String)>,
    made: usize,
    /// Says with the second page of a list that it is empty and the last.
    loses_pages: bool,
}

impl Ordered {
    fn new(loses_pages: bool) -> Self {
        let graph = SocialGraph::new(config(Policy::tencent_rest()).policy);
        Self {
            graph,
            blocks: Vec::new(),
            made: 0,
            loses_pages,
        }
    }
}

impl System for Ordered {
    type Error = Infallible;

    fn reset(&mut self) -> Result<(), Infallible> {
        *self = Self::new(self.loses_pages);
        Ok(())
    }

    fn apply(&mut self, operation: &Operation) -> Result<Reply, Infallible> {
        let reply = System::apply(&mut self.graph, operation)?;
        if let (
            Operation::Act {
                action,
                actor,
                target,
            },
            Reply::Whole(answer),
        ) = (operation, &reply)
        {
            if answer.is_allowed() && *action == Action::Block {
                self.made += 1;
                self.blocks.push((self.made, actor.clone(), target.clone()));
            }
            if *action == Action::Unblock {
                self.blocks
                    .retain(|(_, owner, entry)| (owner, entry) != (actor, target));
            }
        }
        Ok(reply)
    }

    fn can_message(&mut self, actor: &str, target: &str) -> Result<Answer, Infallible> {
        System::can_message(&mut self.graph, actor, target)
    }

    fn can_send_friend_request(&mut self, a: &str, b: &str) -> Result<Answer, Infallible> {
        System::can_send_friend_request(&mut self.graph, a, b)
    }

    fn page(
        &mut self,
        user: &str,
        list: List,
        from: Option<&str>,
        limit: usize,
    ) -> Result<Option<ListPage>, Infallible> {
        if list != List::Blocklist {
            return Ok(None);
        }
        if from.is_some() && self.loses_pages {
            return Ok(Some(ListPage::default()));
        }
        let above = from.map_or(0, |from| from.parse().unwrap());
        let on_it =
            |(number, owner, _): &&(usize, String, String)| owner == user && *number > above;
        let rest: Vec<_> = self.blocks.iter().filter(on_it).collect();
        let page = &rest[..limit.min(rest.len())];
        let next = page
            .last()
            .filter(|_| page.len() < rest.len())
            .map(|last| last.0.to_string());
        Ok(Some(ListPage {
            users: page.iter().map(|block| block.2.clone()).collect(),
            next,
        }))
    }

    fn apply_concurrently(
        &mut self,
        first: &Operation,
        second: &Operation,
    ) -> Result<Option<[Reply; 2]>, Infallible> {
        Ok(Some([self.apply(first)?, self.apply(second)?]))
    }
}

/// Three users, and two blocks of ann's.
fn two_blocks() -> Vec<Step> {
    let cyd = Operation::AddUser {
        name: "cyd".to_owned(),
    };
    log([
        cyd,
        act(Action::Block, "ann", "ben"),
        act(Action::Block, "ann", "cyd"),
    ])
}

#[test]
fn a_list_is_read_to_its_end_after_the_last_step() {
    let config = config(Policy::tencent_rest());
    let finding = conformance::replay(&mut Ordered::new(true), &two_blocks(), &config);
    let finding = finding.unwrap_err();
    assert_eq!(
        (finding.rule(), finding.log.len()),
        (Some(Rule::Paging), 5),
        "{finding}"
    );
    assert!(
        finding.to_string().contains("ends without cyd"),
        "{finding}"
    );
}

/// Who left a list and came back within one step may well be met twice.
#[test]
fn a_reading_begins_anew_after_two_at_once() {
    let config = config(Policy::tencent_rest());
    let [lift, block] = [Action::Unblock, Action::Block].map(|action| act(action, "ann", "ben"));
    let log = [two_blocks(), vec![Step::Concurrent(lift, block)]].concat();
    let agreement = conformance::replay(&mut Ordered::new(false), &log, &config).unwrap();
    assert_eq!(agreement.concurrent, 2, "{agreement}");
}

/// A system around another reads its answers.
#[test]
fn what_an_answer_says_can_be_read() {
    let mut graph = mutual();
    for operation in log([act(Action::Block, "ben", "ann")])
        .iter()
        .flat_map(Step::operations)
    {
        let reply = System::apply(&mut graph, operation).unwrap();
        assert!(matches!(reply, Reply::Whole(answer) if answer.is_allowed()));
    }
    let answer = System::can_message(&mut graph, "ann", "ben").unwrap();
    assert!(!answer.is_allowed());
    assert_eq!(answer.notice(), Some(Notice::Silent));
    assert_eq!(answer.reasons(), Some(Reason::TargetBlocks.into()));
    assert_eq!(
        (Answer::ALLOWED.notice(), Answer::ALLOWED.reasons()),
        (None, None)
    );
    let blocked = Answer::REFUSED.with_reasons(Reason::TargetBlocks.into());
    assert_eq!(blocked.to_string(), "refused: the target blocks the actor");
    assert_eq!(
        Answer::REFUSED.with_reasons(Reasons::EMPTY).to_string(),
        "refused"
    );
}

#[test]
fn more_operations_than_can_be_counted_are_no_reason_to_panic() {
    let mut config: Config = config(Policy::tencent_rest());
    (config.logs, config.tuning.operations) = (1, usize::MAX);
    let mut graph = SocialGraph::new(config.policy);
    assert_eq!(conformance::compare(&mut graph, &config).unwrap().logs, 1);
}
