//! The conformance kit, on systems that are small enough to know what it has to find.

mod faults;
mod hosts;

use std::convert::Infallible;

use socialgraph::{
    Action, List, Operation, Policy, Relation, RequestMode, Sides, SocialGraph, Ways,
};
use socialgraph_testkit::conformance::{
    self, Agreement, Answer, Cause, Config, Finding, ListPage, Reply, Rule, Step, System,
};
use socialgraph_testkit::strategies::Tuning;

/// Config for a few logs, under a policy with limits that a few users reach.
fn config(mut policy: Policy) -> Config {
    policy.limits = Tuning::TIGHT;
    let mut config = Config::new(policy);
    config.logs = 24;
    config
}

/// A system under which either block stops both sides' messages.
fn mutual() -> SocialGraph {
    SocialGraph::new(config(Policy::tencent_mutual()).policy)
}

fn log(operations: impl IntoIterator<Item = Operation>) -> Vec<Step> {
    let joins = ["ann", "ben"].map(|name| Operation::AddUser {
        name: name.to_owned(),
    });
    joins.into_iter().chain(operations).map(Step::One).collect()
}

fn act(action: Action, actor: &str, target: &str) -> Operation {
    Operation::act(action, actor, target)
}

fn is_named(rule: Rule, name: &str) -> bool {
    rule.to_string().starts_with(&format!("{name}: "))
}

/// The sentences of the page are the kit's, to the letter.
#[test]
fn rules_are_as_the_page_has_them() {
    let page = include_str!("../../../../docs/semantics.md");
    let rows: Vec<String> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| "))
        .filter_map(|row| row.split_once(" | "))
        .filter(|(name, _)| Rule::ALL.iter().any(|rule| is_named(*rule, name)))
        .map(|(name, rest)| format!("{name}: {}", rest.split(" |").next().unwrap()))
        .collect();
    assert_eq!(Rule::ALL.map(|rule| rule.to_string()).as_slice(), rows);
}

#[test]
fn the_engine_agrees_with_itself_under_every_profile() {
    for (name, policy) in Policy::PROFILES {
        let config = config(policy);
        let mut graph = SocialGraph::new(config.policy);
        let agreement = conformance::compare(&mut graph, &config).unwrap();
        assert_eq!(agreement.logs, 24, "{name}");
        let Agreement {
            operations,
            concurrent,
            questions,
            lists,
            pages,
            ..
        } = agreement;
        let counts = [operations, concurrent, questions, lists, pages];
        assert!(counts.iter().all(|count| *count > 0), "{name}: {agreement}");
        assert_eq!(questions % 50, 0, "25 pairs, two questions: {agreement}");
    }
}

/// Ann alone at first, and then both, have four lists; Cy, Dee and nobody are asked about too.
#[test]
fn an_agreement_says_how_much_was_compared() {
    let config = config(Policy::tencent_rest());
    let mut graph = SocialGraph::new(config.policy);
    let log = log([act(Action::Block, "ann", "ben")]);
    let agreement = conformance::replay(&mut graph, &log, &config).unwrap();
    let expected = "1 log, 3 operations (0 at once with another), 150 questions, 20 lists, \
                    20 pages";
    assert_eq!(agreement.to_string(), expected);
}

/// A policy that differs in one part is found by the rule of that part.
#[test]
fn every_part_of_a_policy_is_compared() {
    let changed = |change: fn(&mut Policy)| {
        let config = config(Policy::tencent_rest());
        let mut policy = config.policy;
        change(&mut policy);
        *conformance::compare(&mut SocialGraph::new(policy), &config).unwrap_err()
    };
    let found = |change: fn(&mut Policy)| {
        let finding = changed(change);
        (finding.rule().unwrap(), finding.log.len())
    };
    assert_eq!(
        found(|policy| policy.message_stopped_by = Sides::Both),
        (Rule::R5, 3)
    );
    assert_eq!(
        found(|policy| policy.message_needs_listing_by = Sides::Actor),
        (Rule::R12, 2)
    );
    assert_eq!(
        found(|policy| policy.notice_of_blocked_message = socialgraph::Notice::Told),
        (Rule::R13, 3)
    );
    assert_eq!(
        found(|policy| policy.befriending_stopped_by = Sides::Actor),
        (Rule::R4, 3)
    );
    assert_eq!(
        found(|policy| policy.block_clears_friends_of = Sides::Actor),
        (Rule::R2, 4)
    );
    assert_eq!(
        found(|policy| policy.block_cancels_requests_of = Sides::Target),
        (Rule::R3, 4)
    );
    assert_eq!(
        found(|policy| policy.initial_request_mode = RequestMode::Anyone),
        (Rule::R11, 3)
    );
    assert_eq!(found(|policy| policy.limits.friends = Some(1)).0, Rule::R15);
    assert_eq!(
        found(|policy| policy.limits.batch = Some(1)),
        (Rule::R14, 1)
    );
}

/// A rule's sentence is about `tencent_rest`; what another policy has in its place is said.
#[test]
fn a_finding_says_where_the_policy_is_not_as_the_sentence() {
    let told = |change: fn(&mut Policy), log: Vec<Step>, rule: Rule, here: &str| {
        let config = config(Policy::tencent_rest());
        let mut other = config.clone();
        change(&mut other.policy);
        let mut rest = SocialGraph::new(config.policy);
        let finding = conformance::replay(&mut rest, &log, &other).unwrap_err();
        assert_eq!(finding.rule(), Some(rule), "{finding}");
        let text = finding.to_string();
        assert!(
            text.contains(&format!("\n{rule}\n  here: {here}")),
            "{text}"
        );
    };
    let block = || act(Action::Block, "ann", "ben");
    let request = act(Action::SendRequest, "ben", "ann");
    let add = || act(Action::AddFriend(Ways::OneWay), "ann", "ben");
    let both = "`message_stopped_by` is Both";
    told(
        |policy| policy.message_stopped_by = Sides::Both,
        log([block()]),
        Rule::R5,
        both,
    );
    let kept = "`block_clears_friends_of` is Neither";
    let clears: fn(&mut Policy) = |policy| policy.block_clears_friends_of = Sides::Neither;
    told(clears, log([add(), block()]), Rule::R2, kept);
    let theirs = "`request_stopped_by` is Target";
    let stops: fn(&mut Policy) = |policy| policy.befriending_stopped_by = Sides::Target;
    told(stops, log([block()]), Rule::R4, theirs);
    told(stops, log([request, block(), add()]), Rule::R4, theirs);
    let cy = Operation::AddUser {
        name: "cy".to_owned(),
    };
    let full = log([cy, block(), act(Action::Block, "ann", "cy")]);
    let one = "`limits.blocked` is 1\n";
    told(
        |policy| policy.limits.blocked = Some(1),
        full,
        Rule::R15,
        one,
    );
}

/// Two at once come one after the other, in that order and no other, and so in the finding.
#[test]
fn what_is_not_offered_at_once_comes_in_its_order() {
    let config = config(Policy::tencent_rest());
    let across = |operation: &Operation| is(operation, Action::AcceptRequest);
    let mut lax = altered(move |graph, operation| {
        let reply = System::apply(graph, operation).unwrap();
        if across(operation) {
            true.into()
        } else {
            reply
        }
    });
    let request = act(Action::SendRequest, "ben", "ann");
    let (block, accept) = (
        act(Action::Block, "ben", "ann"),
        act(Action::AcceptRequest, "ann", "ben"),
    );
    let apart = log([request.clone(), block.clone(), accept.clone()]);
    let mut concurrent = log([request]);
    concurrent.push(Step::Concurrent(block, accept));
    let finding = conformance::replay(&mut lax, &concurrent, &config).unwrap_err();
    assert_eq!(
        (finding.rule(), &finding.log),
        (Some(Rule::R4), &apart),
        "{finding}"
    );
    let agreement = conformance::replay(&mut refusing(|_| false), &concurrent, &config).unwrap();
    assert_eq!((agreement.operations, agreement.concurrent), (5, 0));
}

#[test]
fn as_many_arrive_at_once_as_the_settings_say() {
    let mut config = config(Policy::tencent_rest());
    let mut shares = [0, 1, 50, 100, u8::MAX].into_iter().map(|percent| {
        config.concurrent_percent = percent;
        let mut graph = SocialGraph::new(config.policy);
        let agreement = conformance::compare(&mut graph, &config).unwrap();
        agreement.concurrent * 10_000 / agreement.operations
    });
    let shares: [u64; 5] = std::array::from_fn(|_| shares.next().unwrap());
    assert!(
        shares[0] == 0 && shares[1] < 300 && shares[2] < shares[3],
        "{shares:?}"
    );
    assert_eq!(shares[3], shares[4], "{shares:?}");
}

#[test]
fn the_same_seed_gives_the_same_finding_and_another_other_logs() {
    let mut config = config(Policy::tencent_rest());
    let find = |config: &Config| *conformance::compare(&mut mutual(), config).unwrap_err();
    assert_eq!(find(&config), find(&config));
    let agree = |config: &Config| {
        conformance::compare(&mut SocialGraph::new(config.policy), config).unwrap()
    };
    let before = agree(&config);
    assert_eq!(before, agree(&config));
    config.seed = 1;
    assert_ne!(before, agree(&config));
}

#[test]
fn a_finding_is_one_that_no_step_can_be_left_out_of() {
    let config = config(Policy::tencent_rest());
    let mut keeping = SocialGraph::new(Policy::tencent_keep_friends());
    let finding = conformance::compare(&mut keeping, &config).unwrap_err();
    for place in 0..finding.log.len() {
        let mut shorter = finding.log.clone();
        shorter.remove(place);
        assert_eq!(
            conformance::replay(&mut keeping, &shorter, &config).err(),
            None,
            "{finding}"
        );
    }
    let again = conformance::replay(&mut keeping, &finding.log, &config).unwrap_err();
    assert_eq!(again, finding);
}

#[test]
fn attempts_bound_what_is_played_to_make_a_log_short() {
    let mut config = config(Policy::tencent_rest());
    (config.attempts, config.findings) = (0, 1);
    let long = conformance::compare(&mut mutual(), &config)
        .unwrap_err()
        .log
        .len();
    config.attempts = 1;
    let bounded = conformance::compare(&mut mutual(), &config)
        .unwrap_err()
        .log
        .len();
    config.attempts = 1000;
    let short = conformance::compare(&mut mutual(), &config).unwrap_err();
    assert!(long >= bounded && bounded > 3, "{long}, and then {bounded}");
    assert_eq!(short.log.len(), 3, "{short}");
}

/// A log of one's own may name anybody.
#[test]
fn a_replayed_log_is_asked_about_under_its_own_names() {
    let config = config(Policy::tencent_rest());
    let joins = ["alice", "bob"].map(|name| Operation::AddUser {
        name: name.to_owned(),
    });
    let operations = joins
        .into_iter()
        .chain([act(Action::Block, "alice", "bob")]);
    let log: Vec<Step> = operations.map(Step::One).collect();
    let finding = conformance::replay(&mut mutual(), &log, &config).unwrap_err();
    assert_eq!(
        (finding.rule(), finding.log.len()),
        (Some(Rule::R5), 3),
        "{finding}"
    );
    assert!(
        finding.to_string().contains("may alice message bob?"),
        "{finding}"
    );

    let mut same = SocialGraph::new(config.policy);
    let agreement = conformance::replay(&mut same, &log, &config).unwrap();
    // Four users of the tuning, two of the log, and nobody.
    assert_eq!(agreement.questions, 3 * 2 * 7 * 7);
    assert_eq!(agreement.lists, (1 + 2 + 2) * List::ALL.len() as u64);
}

/// What has no weight does not come in a race either.
#[test]
fn actions_without_a_weight_never_come() {
    let mut config = config(Policy::tencent_rest());
    let weights = &mut config.tuning.weights;
    (weights.block, weights.batch) = (0, 0);
    // What is wrong with the system itself needs an acceptance.
    weights.accept_request = 0;
    let blocking = config.tuning.users().into_iter().flat_map(|a| {
        config
            .tuning
            .users()
            .into_iter()
            .map(move |b| act(Action::Block, &a, &b))
    });
    for operation in blocking {
        let mut terse = Terse::new(Some(operation));
        assert_eq!(conformance::compare(&mut terse, &config).err(), None);
    }
}

/// Nor does a way that has no share, in a race neither, where the other does.
#[test]
fn ways_without_a_share_never_come() {
    let mut config = config(Policy::tencent_rest());
    let weights = &mut config.tuning.weights;
    (
        weights.block,
        weights.unblock,
        weights.batch,
        weights.one_way_percent,
    ) = (0, 0, 0, 100);
    (weights.send_request, weights.accept_request) = (0, 0);
    (weights.decline_request, weights.cancel_request) = (0, 0);
    let mut one_way_alone = refusing(|it| {
        is(it, Action::AddFriend(Ways::TwoWay)) || is(it, Action::RemoveFriend(Ways::TwoWay))
    });
    let agreement = conformance::compare(&mut one_way_alone, &config).unwrap();
    assert!(agreement.operations > 0, "{agreement}");
    let mut graph = SocialGraph::new(config.policy);
    assert!(
        conformance::compare(&mut graph, &config)
            .unwrap()
            .concurrent
            > 0
    );
}

/// What databases say is full of quotes, and best read as it is.
const FULL: &str = r#"table "users" of 'C:\chat' is full"#;

/// A system that says no more than it must, with a fault of its own.
struct Terse {
    graph: SocialGraph,
    /// Requests are noted here as well, and survive every block.
    requests: Vec<(String, String)>,
    /// Fails at this operation.
    fails_at: Option<Operation>,
}

impl Terse {
    fn new(fails_at: Option<Operation>) -> Self {
        let graph = SocialGraph::new(config(Policy::tencent_rest()).policy);
        Self {
            graph,
            requests: Vec::new(),
            fails_at,
        }
    }

    /// Accepts a request that the engine has cancelled, where none blocks the other by now.
    fn accept_late(&mut self, actor: &str, target: &str) -> bool {
        let blocked = self
            .graph
            .relation(actor, target)
            .is_ok_and(Relation::is_blocked);
        let noted = self
            .requests
            .contains(&(target.to_owned(), actor.to_owned()));
        noted && !blocked && self.graph.add_friend(actor, target, Ways::TwoWay).is_ok()
    }
}

impl System for Terse {
    type Error = String;

    fn reset(&mut self) -> Result<(), String> {
        *self = Self::new(self.fails_at.clone());
        Ok(())
    }

    fn apply(&mut self, operation: &Operation) -> Result<Reply, String> {
        if self.fails_at.as_ref() == Some(operation) {
            return Err(FULL.to_owned());
        }
        let mut done = operation.apply_to(&mut self.graph).is_done();
        if let Operation::Act {
            action,
            actor,
            target,
        } = operation
        {
            match action {
                Action::SendRequest if done => self.requests.push((actor.clone(), target.clone())),
                Action::AcceptRequest if !done => done = self.accept_late(actor, target),
                _ => {}
            }
        }
        Ok(done.into())
    }

    fn can_message(&mut self, actor: &str, target: &str) -> Result<Answer, String> {
        Ok(self.graph.can_message(actor, target).is_allowed().into())
    }

    fn can_send_friend_request(&mut self, actor: &str, target: &str) -> Result<Answer, String> {
        Ok(self
            .graph
            .can_send_friend_request(actor, target)
            .is_allowed()
            .into())
    }
}

/// Without lists the fault shows later, and its rule is still that of the block.
#[test]
fn a_request_that_a_block_has_cancelled_is_told_by_its_history() {
    let config = config(Policy::tencent_rest());
    let operations = [
        act(Action::SendRequest, "ann", "ben"),
        act(Action::Block, "ann", "ben"),
        act(Action::Unblock, "ann", "ben"),
        act(Action::AcceptRequest, "ben", "ann"),
    ];
    let finding =
        conformance::replay(&mut Terse::new(None), &log(operations), &config).unwrap_err();
    assert_eq!(
        (finding.rule(), finding.log.len()),
        (Some(Rule::R3), 6),
        "{finding}"
    );
    let text = finding.to_string();
    assert!(text.contains("expected: refused: no friend request from ann to ben is pending"));
    assert!(
        text.contains("answered: done\nR3: A block cancels"),
        "{text}"
    );
}

#[test]
fn a_system_that_fails_is_reported_with_the_log_that_led_there() {
    let fatal = act(Action::Block, "ben", "ann");
    let mut terse = Terse::new(Some(fatal.clone()));
    let mut config = config(Policy::tencent_rest());
    // What else is wrong with it needs a request.
    config.tuning.weights.accept_request = 0;
    config.tuning.weights.batch = 0;
    let finding: Finding = *conformance::compare(&mut terse, &config).unwrap_err();
    assert_eq!(finding.log, [Step::One(fatal)]);
    assert_eq!(finding.rule(), None);
    assert!(matches!(&finding.cause, Cause::Failed { error, .. } if error == FULL));
    assert!(
        finding
            .to_string()
            .ends_with(&format!("the system failed: {FULL}")),
        "{finding}"
    );
}

/// A graph that carries operations out in a way of its own, and else says all that the engine does.
struct Altered<F> {
    graph: SocialGraph,
    apply: F,
}

impl<F: FnMut(&mut SocialGraph, &Operation) -> Reply> System for Altered<F> {
    type Error = Infallible;

    fn reset(&mut self) -> Result<(), Infallible> {
        System::reset(&mut self.graph)
    }

    fn apply(&mut self, operation: &Operation) -> Result<Reply, Infallible> {
        Ok((self.apply)(&mut self.graph, operation))
    }

    fn can_message(&mut self, actor: &str, target: &str) -> Result<Answer, Infallible> {
        System::can_message(&mut self.graph, actor, target)
    }

    fn can_send_friend_request(&mut self, a: &str, b: &str) -> Result<Answer, Infallible> {
        System::can_send_friend_request(&mut self.graph, a, b)
    }
}

fn altered<F: FnMut(&mut SocialGraph, &Operation) -> Reply>(apply: F) -> Altered<F> {
    Altered {
        graph: SocialGraph::new(config(Policy::tencent_rest()).policy),
        apply,
    }
}

/// A system that refuses some operations out of hand.
fn refusing(refuses: fn(&Operation) -> bool) -> impl System<Error = Infallible> {
    altered(move |graph, operation| {
        if refuses(operation) {
            false.into()
        } else {
            System::apply(graph, operation).unwrap()
        }
    })
}

#[test]
fn a_batch_has_an_answer_for_each_target() {
    let config = config(Policy::tencent_rest());
    let mut short = altered(
        |graph, operation| match System::apply(graph, operation).unwrap() {
            Reply::Each(answers) => Reply::Each(answers.into_iter().take(1).collect()),
            whole @ Reply::Whole(_) => whole,
        },
    );
    let twice = Operation::act_on_many(Action::Block, "ann", ["ben", "ben"]);
    let finding = conformance::replay(&mut short, &log([twice]), &config).unwrap_err();
    assert_eq!(finding.rule(), Some(Rule::R14), "{finding}");
}

/// What a system does not carry out at all is told by the rule of the operation.
#[test]
fn an_operation_that_is_refused_out_of_hand_has_its_own_rule() {
    let mut config = config(Policy::tencent_rest());
    config.logs = 96;
    let found = |refuses: fn(&Operation) -> bool| {
        let finding = conformance::compare(&mut refusing(refuses), &config);
        let finding = *finding.unwrap_err();
        let last = finding.log.last().unwrap().operations()[0].clone();
        assert!(refuses(&last), "{finding}");
        (finding.rule().unwrap(), finding.log.len())
    };
    assert_eq!(
        found(|it| matches!(it, Operation::AddUser { .. })),
        (Rule::Users, 1)
    );
    assert_eq!(
        found(|it| matches!(it, Operation::RemoveUser { .. })),
        (Rule::Users, 2)
    );
    assert_eq!(
        found(|it| matches!(it, Operation::SetRequestMode { .. })),
        (Rule::R11, 2)
    );
    assert_eq!(
        found(|it| matches!(it, Operation::SetRequestSending { .. })),
        (Rule::R11, 2)
    );
    assert_eq!(
        found(|it| matches!(it, Operation::ActOnMany { .. })).0,
        Rule::R14
    );
    assert_eq!(found(|it| is(it, Action::Block)), (Rule::R1, 3));
    assert_eq!(found(|it| is(it, Action::Unblock)), (Rule::R1, 4));
    assert_eq!(found(|it| is(it, Action::SendRequest)), (Rule::R11, 3));
    assert_eq!(
        found(|it| is(it, Action::AcceptRequest)),
        (Rule::Requests, 4)
    );
    assert_eq!(
        found(|it| is(it, Action::DeclineRequest)),
        (Rule::Requests, 4)
    );
    assert_eq!(
        found(|it| is(it, Action::CancelRequest)),
        (Rule::Requests, 4)
    );
    assert_eq!(
        found(|it| is(it, Action::AddFriend(Ways::OneWay))),
        (Rule::Friends, 3)
    );
    assert_eq!(
        found(|it| is(it, Action::RemoveFriend(Ways::TwoWay))),
        (Rule::Friends, 4)
    );
}

fn is(operation: &Operation, wanted: Action) -> bool {
    matches!(operation, Operation::Act { action, .. } if *action == wanted)
}

#[test]
fn steps_come_back_from_json() {
    let [block, accept] = [
        act(Action::Block, "ann", "ben"),
        act(Action::AcceptRequest, "ben", "ann"),
    ];
    let log = vec![Step::One(block.clone()), Step::Concurrent(block, accept)];
    let text = serde_json::to_string(&log).unwrap();
    assert_eq!(serde_json::from_str::<Vec<Step>>(&text).unwrap(), log);
}

/// A graph whose lists and pages can be spoiled.
struct Spoiled {
    graph: SocialGraph,
    spoil: fn(&mut Vec<String>),
    /// How many users it puts on a page of so many.
    page: fn(usize) -> usize,
}

impl System for Spoiled {
    type Error = Infallible;

    fn reset(&mut self) -> Result<(), Infallible> {
        System::reset(&mut self.graph)
    }

    fn apply(&mut self, operation: &Operation) -> Result<Reply, Infallible> {
        System::apply(&mut self.graph, operation)
    }

    fn can_message(&mut self, actor: &str, target: &str) -> Result<Answer, Infallible> {
        Ok(self.graph.can_message(actor, target).into())
    }

    fn can_send_friend_request(&mut self, a: &str, b: &str) -> Result<Answer, Infallible> {
        Ok(self.graph.can_send_friend_request(a, b).into())
    }

    fn list(&mut self, user: &str, list: List) -> Result<Option<Vec<String>>, Infallible> {
        let mut names = System::list(&mut self.graph, user, list)?;
        if let Some(names) = &mut names {
            (self.spoil)(names);
        }
        Ok(names)
    }

    fn page(
        &mut self,
        user: &str,
        list: List,
        from: Option<&str>,
        limit: usize,
    ) -> Result<Option<ListPage>, Infallible> {
        System::page(&mut self.graph, user, list, from, (self.page)(limit))
    }
}

/// Order is the system's own; an entry that comes twice is not.
#[test]
fn lists_are_compared_as_bags() {
    let config = config(Policy::tencent_rest());
    let compare = |spoil: fn(&mut Vec<String>)| {
        let graph = SocialGraph::new(config.policy);
        conformance::compare(
            &mut Spoiled {
                graph,
                spoil,
                page: |limit| limit,
            },
            &config,
        )
    };
    assert!(compare(|names| names.reverse()).is_ok());
    let twice = compare(|names| names.extend_from_within(..)).unwrap_err();
    assert_eq!(twice.log.len(), 3, "{twice}");
}

#[test]
fn a_page_has_no_more_users_than_were_asked_for() {
    let mut config = config(Policy::tencent_rest());
    let compare = |config: &Config, page: fn(usize) -> usize| {
        let graph = SocialGraph::new(config.policy);
        conformance::compare(
            &mut Spoiled {
                graph,
                spoil: |_| (),
                page,
            },
            config,
        )
    };
    let finding = compare(&config, |limit| limit + 1).unwrap_err();
    assert_eq!(finding.rule(), Some(Rule::Paging), "{finding}");
    assert!(
        finding.to_string().contains("gives 2 users on a page of 1"),
        "{finding}"
    );
    // Fewer than were asked for is the system's own affair.
    config.page = 2;
    assert!(compare(&config, |limit| limit - 1).is_ok());
}

/// A graph behind a server that refuses every message, and that soon cannot begin anew.
struct Failing {
    graph: SocialGraph,
    resets: u32,
}

impl System for Failing {
    type Error = String;

    fn reset(&mut self) -> Result<(), String> {
        self.resets += 1;
        if self.resets > 3 {
            return Err(FULL.to_owned());
        }
        System::reset(&mut self.graph).map_err(|never| match never {})
    }

    fn apply(&mut self, operation: &Operation) -> Result<Reply, String> {
        Ok(operation.apply_to(&mut self.graph).is_done().into())
    }

    fn can_message(&mut self, _: &str, _: &str) -> Result<Answer, String> {
        Ok(false.into())
    }

    fn can_send_friend_request(&mut self, actor: &str, target: &str) -> Result<Answer, String> {
        Ok(self
            .graph
            .can_send_friend_request(actor, target)
            .is_allowed()
            .into())
    }
}

#[test]
fn a_failure_hides_no_difference() {
    let config = config(Policy::tencent_rest());
    let compare = |resets| {
        let graph = SocialGraph::new(config.policy);
        *conformance::compare(&mut Failing { graph, resets }, &config).unwrap_err()
    };
    let finding = compare(0);
    assert!(finding.rule().is_some(), "{finding}");
    assert!(
        finding.to_string().contains("may ann message ben?"),
        "{finding}"
    );
    // With nothing else to report, the failure is what is reported.
    let failure = compare(3);
    assert_eq!((failure.rule(), failure.log.len()), (None, 0), "{failure}");
}
