//! Every part of a policy is compared, and a difference in it has the rule of that part.

use std::convert::Infallible;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use socialgraph::operation::SetRequestMode;
use socialgraph::{
    Action, Crossed, Facts, Gate, Interaction, List, Notice, Notices, Operation, PartValue, Policy,
    Question, RequestMode, Sides, UserFacts,
};
use socialgraph_testkit::conformance::{
    self, Answer, Cause, Engine, Extras, Finding, ListPage, Query, Reply, Rule, Step, System,
};
use socialgraph_testkit::strategies::{self, TIGHT_LIMITS, Tuning};

use super::{act, config, engine, log, rest};

/// The profiles whose parts are changed: together they have every kind of gate and request.
const BASES: [&str; 8] = [
    "tencent_rest",
    "tencent_mutual",
    "mastodon",
    "wire",
    "xep_0191",
    "openim",
    "misskey",
    "stoat",
];

/// Returns the other values that a part can have, and another limit.
fn other_values(value: PartValue) -> Vec<PartValue> {
    if let PartValue::Limit(limit) = value {
        let other = if limit == Some(1) { 2 } else { 1 };
        return vec![PartValue::Limit(Some(other))];
    }
    let choices = value.choices().into_iter();
    choices.filter(|choice| *choice != value).collect()
}

/// Returns why no log tells two policies apart that differ in the part with this path.
fn hidden(policy: &Policy, other: &Policy, path: &str) -> Option<&'static str> {
    let is_new_users = path.starts_with("limits.") || path == "request.initial_mode";
    if is_new_users || is_shown(policy, other) {
        return None;
    }

    let request = &policy.request;
    let gates = match path.split_once(".notice.").unwrap().0 {
        "message" => vec![policy.message.stopped_by],
        "call" => vec![policy.call.stopped_by],
        "group_invitation" => vec![policy.group_invitation.stopped_by],
        "presence" => vec![policy.presence.stopped_by],
        "request" => vec![
            request.stopped_by,
            request.accept_stopped_by,
            request.add_stopped_by,
        ],
        _ => panic!("{path}"),
    };
    let stops = gates.into_iter().any(|gate| {
        if path.ends_with("own") {
            gate.has_actor()
        } else {
            gate.has_target()
        }
    });
    Some(if stops {
        "another reason is told wherever that block is, and an answer does not say which are shown"
    } else {
        "no block of that side stops anything, so nobody learns of one"
    })
}

/// Returns whether two policies decide or do different things in a state that they reach.
fn is_shown(policy: &Policy, other: &Policy) -> bool {
    for relation in policy.reachable_relations() {
        for mode in RequestMode::ALL {
            let user = UserFacts::new(mode);
            let facts = Facts {
                relation,
                actor: user,
                target: user,
            };
            let is_seen = |question| {
                let answer = |policy: &Policy| Answer::from(policy.decide(question, &facts));
                answer(policy) != answer(other)
            };
            let is_done = |action| policy.apply(action, &facts) != other.apply(action, &facts);
            if Question::all().any(is_seen) || Action::ALL.into_iter().any(is_done) {
                return true;
            }
        }
    }
    false
}

/// Returns the rules under which a part may be found.
///
/// If a message is refused on both sides, for other reasons, then the reasons break R16.
fn rules(path: &str) -> &'static [Rule] {
    match path {
        _ if path.contains(".notice.") => &[Rule::R13],
        "message.stopped_by" => &[Rule::R5, Rule::R6, Rule::R16],
        "message.needs_listing_by" => &[Rule::R12, Rule::R16],
        "request.crossed" => &[Rule::R10],
        "request.makes" => &[Rule::R18],
        "request.initial_mode" => &[Rule::R11],
        _ if path.starts_with("request.") => &[Rule::R4],
        "block.clears_friends_of" => &[Rule::R2],
        "block.cancels_requests_of" => &[Rule::R3],
        "limits.batch" => &[Rule::R14],
        _ if path.starts_with("limits.") => &[Rule::R15],
        _ => &[Rule::R17],
    }
}

#[test]
fn the_engine_agrees_with_itself_under_any_policy() {
    let mut tuning = Tuning::default();
    tuning.limits = vec![TIGHT_LIMITS];
    let mut runner = TestRunner::deterministic();
    for _ in 0..64 {
        let drawn = strategies::policies(&tuning).new_tree(&mut runner).unwrap();
        let policy = drawn.current();

        let mut config = config(policy);
        config.logs = 4;
        let agreement = conformance::compare(&mut Engine::new(policy), &config);
        let agreement = agreement.unwrap_or_else(|finding| panic!("{policy:?}:\n{finding}"));
        assert_eq!(agreement.logs, 4);
    }
}

#[test]
fn every_value_of_every_part_is_told_from_every_other() {
    let mut missed = Vec::new();
    for name in BASES {
        let policy = Policy {
            limits: TIGHT_LIMITS,
            ..Policy::named(name).unwrap()
        };

        for (path, value) in policy.parts() {
            for other in other_values(value) {
                let mut config = config(policy);
                let system = policy.with_part(path, other).unwrap();
                let hidden = hidden(&policy, &system, path);
                (config.tuning.users, config.tuning.operations) = (3, 40);
                // What these end follows from the same parts, and has rules of its own.
                config.tuning.weights.merge_users = 0;
                config.tuning.weights.adopt_policy = 0;
                config.logs = if hidden.is_some() { 24 } else { 400 };
                // The shortest of a few logs: others show a lack of room instead.
                config.findings = if path == "request.initial_mode" { 8 } else { 1 };
                let mut system = Engine::new(system);
                let context = format!("{name}, {path}: {value} or {other}");

                match (conformance::compare(&mut system, &config), hidden) {
                    (Ok(_), Some(_)) => {}
                    (Err(finding), None) => {
                        let rule = finding.rule().unwrap();
                        if !rules(path).contains(&rule) {
                            missed.push(format!("{context}:\n{finding}"));
                        }
                    }
                    (Ok(agreement), None) => missed.push(format!("{context}: {agreement}")),
                    (Err(finding), Some(why)) => {
                        missed.push(format!("{context}: {why}, but\n{finding}"));
                    }
                }
            }
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n\n"));
}

/// A system that offers these interactions, and asks nobody about them.
struct Open {
    engine: Engine,
    offers: Vec<Interaction>,
}

impl System for Open {
    type Error = Infallible;

    forward!(engine: reset, apply, can_message);

    fn extras(&mut self) -> Option<&mut dyn Extras<Error = Infallible>> {
        Some(self)
    }
}

impl Extras for Open {
    type Error = Infallible;

    forward!(engine: can_send_friend_request, list, page);

    fn can(
        &mut self,
        interaction: Interaction,
        actor: &str,
        target: &str,
    ) -> Result<Option<Answer>, Infallible> {
        assert_ne!(
            interaction,
            Interaction::Message,
            "a message is not asked about twice"
        );
        let allowed = actor != target && self.engine.0.relation(actor, target).is_ok();
        Ok(self.offers.contains(&interaction).then(|| allowed.into()))
    }
}

fn open(offers: &[Interaction]) -> Open {
    Open {
        engine: rest(),
        offers: offers.to_vec(),
    }
}

#[test]
fn an_interaction_that_is_not_offered_or_not_wanted_is_not_compared() {
    let mut config = config(Policy::tencent_rest());
    let agreement = conformance::compare(&mut open(&[]), &config).unwrap();
    assert!(agreement.questions > 0, "{agreement}");
    assert_eq!(agreement.interactions, 0);

    for (interaction, question) in [
        (Interaction::Call, "may ann call ben?"),
        (
            Interaction::GroupInvitation,
            "may ann invite ben to a group?",
        ),
        (Interaction::Presence, "may ann appear online to ben?"),
    ] {
        let mut system = open(&[interaction]);
        let finding = conformance::compare(&mut system, &config).unwrap_err();
        assert_eq!(
            (finding.rule(), finding.log.len()),
            (Some(Rule::R17), 3),
            "{finding}"
        );
        let block = log([act(Action::Block, "ben", "ann")]);
        let finding = conformance::replay(&mut system, &block, &config).unwrap_err();
        assert!(finding.to_string().contains(question), "{finding}");

        config.interactions.retain(|kept| *kept != interaction);
        let agreement = conformance::compare(&mut system, &config).unwrap();
        assert_eq!(agreement.interactions, 0);
    }

    // Without the message, nothing but requests is asked about.
    config.interactions.clear();
    let agreement = conformance::compare(&mut open(&[]), &config).unwrap();
    config.interactions = vec![Interaction::Message];
    let with_messages = conformance::compare(&mut open(&[]), &config).unwrap();
    assert_eq!(with_messages.questions, 2 * agreement.questions);
    let only_calls = Policy {
        call: Gate {
            stopped_by: Sides::Both,
            ..config.policy.message
        },
        ..config.policy
    };
    config.interactions = vec![Interaction::Call];
    let finding = conformance::compare(&mut engine(only_calls), &config).unwrap_err();
    assert_eq!(finding.rule(), Some(Rule::R17), "{finding}");
}

/// An engine that changes its replies, and offers lists if it is to.
struct Replying {
    engine: Engine,
    offers_lists: bool,
    reply: fn(&mut Engine, &Operation) -> Reply,
}

impl System for Replying {
    type Error = Infallible;

    forward!(engine: reset, can_message);

    fn apply(&mut self, operation: &Operation) -> Result<Reply, Infallible> {
        Ok((self.reply)(&mut self.engine, operation))
    }

    fn extras(&mut self) -> Option<&mut dyn Extras<Error = Infallible>> {
        Some(self)
    }
}

impl Extras for Replying {
    type Error = Infallible;

    forward!(engine: can, can_send_friend_request);

    fn list(&mut self, user: &str, list: List) -> Result<Option<Vec<String>>, Infallible> {
        if self.offers_lists {
            self.engine.list(user, list)
        } else {
            Ok(None)
        }
    }
}

/// Returns a reply without reasons and notices.
fn bare(reply: Reply) -> Reply {
    match reply {
        Reply::NotOffered => Reply::NotOffered,
        Reply::Whole(answer) => answer.is_allowed().into(),
        Reply::Each(answers) => Reply::Each(
            answers
                .iter()
                .map(|answer| answer.is_allowed().into())
                .collect(),
        ),
    }
}

/// A system that shows success for every refused action on a pair, and does nothing.
fn feigning(policy: Policy, offers_lists: bool) -> impl System<Error = Infallible> {
    Replying {
        engine: engine(policy),
        offers_lists,
        reply: |engine, operation| {
            let is_action = matches!(operation, Operation::Act(_));
            let reply = engine.apply(operation).unwrap();
            if is_action { true.into() } else { reply }
        },
    }
}

fn with_request_notice(notice: Notice) -> Policy {
    let mut policy = config(Policy::tencent_rest()).policy;
    policy.request.notice = Notices::both(notice);
    policy
}

/// Ben requests ann, who blocks him.
fn request_across_a_block() -> Vec<Step> {
    log([
        act(Action::Block, "ann", "ben"),
        act(Action::SendRequest, "ben", "ann"),
    ])
}

#[test]
fn a_silent_refusal_of_a_request_may_look_like_success() {
    for offers_lists in [true, false] {
        let replay = |notice| {
            let policy = with_request_notice(notice);
            let mut system = feigning(policy, offers_lists);
            conformance::replay(&mut system, &request_across_a_block(), &config(policy))
        };

        assert_eq!(replay(Notice::Silent).err(), None);
        for notice in [Notice::Neutral, Notice::Told] {
            let finding = replay(notice).unwrap_err();
            // Without lists nobody can tell that the request was not sent.
            let rule = if offers_lists { Rule::R13 } else { Rule::R4 };
            assert_eq!(finding.rule(), Some(rule), "{finding}");
            assert!(finding.to_string().contains("answered: done"), "{finding}");
        }
    }
}

/// The engine agrees with itself in every form of an answer.
#[test]
fn an_honest_silent_refusal_is_accepted_as_well() {
    let policy = with_request_notice(Notice::Silent);
    let log = request_across_a_block();
    let agreement = conformance::replay(&mut engine(policy), &log, &config(policy));
    assert_eq!(agreement.err(), None);
}

/// A success that was not shown but done is found by the lists.
#[test]
fn a_silent_refusal_that_is_carried_out_breaks_the_rule_of_the_block() {
    let policy = with_request_notice(Notice::Silent);
    let mut lax = policy;
    lax.request.stopped_by = Sides::Neither;

    let mut system = Replying {
        engine: engine(lax),
        offers_lists: true,
        reply: |engine, operation| engine.apply(operation).unwrap(),
    };
    let sent = act(Action::SendRequest, "ben", "ann");
    let log = [
        log([act(Action::Block, "ann", "ben")]),
        vec![Step::One(sent)],
    ]
    .concat();
    // The question is compared after the lists, and the block's step before the request's.
    let finding = conformance::replay(&mut system, &log, &config(policy)).unwrap_err();
    assert_eq!(finding.rule(), Some(Rule::R4), "{finding}");
}

/// Answers to messages that are replaced by one.
struct Saying {
    engine: Engine,
    refused: Answer,
}

impl System for Saying {
    type Error = Infallible;

    forward!(engine: reset, apply);

    fn can_message(&mut self, actor: &str, target: &str) -> Result<Answer, Infallible> {
        let answer = self.engine.can_message(actor, target)?;
        let blocked = self.engine.0.relation(actor, target).is_ok() && !answer.is_allowed();
        Ok(if blocked && actor != target {
            self.refused
        } else {
            answer
        })
    }

    fn extras(&mut self) -> Option<&mut dyn Extras<Error = Infallible>> {
        Some(self)
    }
}

impl Extras for Saying {
    type Error = Infallible;

    forward!(engine: can_send_friend_request);
}

#[test]
fn a_neutral_refusal_may_give_all_reasons_or_none_but_unavailable() {
    use socialgraph::Reason::{ActorBlocks, TargetBlocks, Unavailable};

    let mut policy = Policy::tencent_rest();
    policy.message.notice = Notices::both(Notice::Neutral);
    let log = log([act(Action::Block, "ann", "ben")]);
    let rule = |refused| {
        let mut system = Saying {
            engine: engine(policy),
            refused,
        };
        let finding = conformance::replay(&mut system, &log, &config(policy)).err();
        finding.map(|finding| finding.rule().unwrap())
    };

    let neutral = Answer::REFUSED.with_notice(Notice::Neutral);
    assert_eq!(rule(Answer::REFUSED), None);
    assert_eq!(rule(neutral), None);
    assert_eq!(rule(neutral.with_reasons(Unavailable.into())), None);
    assert_eq!(rule(neutral.with_reasons(TargetBlocks.into())), None);
    assert_eq!(rule(Answer::REFUSED.with_reasons(Unavailable.into())), None);

    assert_eq!(
        rule(neutral.with_reasons(ActorBlocks.into())),
        Some(Rule::R16)
    );
    for other in [Notice::Silent, Notice::Told] {
        assert_eq!(rule(Answer::REFUSED.with_notice(other)), Some(Rule::R13));
        let unavailable = Answer::REFUSED.with_reasons(Unavailable.into());
        assert_eq!(rule(unavailable.with_notice(other)), Some(Rule::R13));
    }
    assert_eq!(rule(Answer::ALLOWED), Some(Rule::R5));
}

/// A refusal for two reasons shows the one that is not hidden, but the answer needs both.
#[test]
fn a_refusal_gives_the_reasons_that_the_actor_may_not_learn_as_well() {
    use socialgraph::Reason::{NotListedByTarget, TargetBlocks};

    let mut policy = Policy::tencent_rest();
    policy.message.needs_listing_by = Sides::Target;
    let log = log([act(Action::Block, "ann", "ben")]);
    let rule = |reasons: &[socialgraph::Reason]| {
        let reasons = reasons.iter().copied().collect();
        let refused = Answer::REFUSED.with_reasons(reasons);
        let mut system = Saying {
            engine: engine(policy),
            refused,
        };
        let finding = conformance::replay(&mut system, &log, &config(policy)).err();
        finding.map(|finding| (finding.rule().unwrap(), finding.log.len()))
    };

    // Where nobody blocks, the listing alone refuses: the answer is right until ann blocks.
    assert_eq!(rule(&[NotListedByTarget]), Some((Rule::R16, 3)));
    assert_eq!(rule(&[TargetBlocks]), Some((Rule::R16, 2)));
}

/// Returns the finding of an engine under one policy, compared with another.
fn differing(system: Policy, policy: Policy, log: &[Step]) -> Finding {
    *conformance::replay(&mut engine(system), log, &config(policy)).unwrap_err()
}

#[test]
fn a_finding_names_the_parts_that_decide_and_no_others() {
    let rest = Policy::tencent_rest();
    let block = log([act(Action::Block, "ann", "ben")]);
    let mutual = Policy::tencent_mutual();

    // The four gates differ from those of `tencent_rest`, and a message has one of them.
    let finding = differing(rest, mutual, &block);
    assert_eq!(finding.rule(), Some(Rule::R5));
    assert_eq!(finding.parts(), ["`message.stopped_by` is both"]);
    assert_eq!(Rule::R5.parts_unlike_rest(&mutual).len(), 4);

    let mut calls = rest;
    calls.call = Gate {
        stopped_by: Sides::Both,
        notice: Notices::both(Notice::Told),
        ..calls.call
    };
    calls.presence.stopped_by = Sides::Both;
    let finding = differing(rest, calls, &block);
    assert_eq!(finding.rule(), Some(Rule::R17));
    // Only ann's own block stands.
    let parts = ["`call.stopped_by` is both", "`call.notice.own` is told"];
    assert_eq!(finding.parts(), parts, "{finding}");
    let text = finding.to_string();
    assert!(
        text.ends_with(&format!("\n  here: {}", parts.join("\n  here: "))),
        "{text}"
    );

    // Requests wait beside each other, and a block leaves them: only accepting is stopped.
    let mut accepting = rest;
    accepting.request.crossed = Crossed::Waits;
    accepting.request.accept_stopped_by = Sides::Actor;
    accepting.request.stopped_by = Sides::Neither;
    accepting.block.cancels_requests_of = Sides::Neither;
    let mut other = accepting;
    other.request.accept_stopped_by = Sides::Neither;
    let accept = log([
        act(Action::SendRequest, "ben", "ann"),
        act(Action::Block, "ann", "ben"),
        act(Action::AcceptRequest, "ann", "ben"),
    ]);
    let finding = differing(other, accepting, &accept);
    assert_eq!(finding.rule(), Some(Rule::R4), "{finding}");
    assert_eq!(finding.parts(), ["`request.accept_stopped_by` is actor"]);
}

#[test]
fn a_request_that_makes_something_else_breaks_its_own_rule() {
    let friends = Policy::tencent_rest();
    let mut follows = friends;
    follows.request.makes = socialgraph::Granted::Follow;
    let granted = log([
        act(Action::SendRequest, "ann", "ben"),
        act(Action::AcceptRequest, "ben", "ann"),
    ]);

    for (system, policy) in [(friends, follows), (follows, friends)] {
        let finding = differing(system, policy, &granted);
        assert_eq!(finding.rule(), Some(Rule::R18), "{finding}");

        // Without lists, the next question shows it.
        let mut without_lists = Replying {
            engine: engine(system),
            offers_lists: false,
            reply: |engine, operation| bare(engine.apply(operation).unwrap()),
        };
        let finding = conformance::replay(&mut without_lists, &granted, &config(policy));
        assert_eq!(finding.unwrap_err().rule(), Some(Rule::R18));
    }
    assert!(
        differing(friends, follows, &granted)
            .to_string()
            .ends_with("`request.makes` is follow")
    );
}

#[test]
fn crossed_requests_that_end_otherwise_break_their_own_rule() {
    let accepts = Policy::tencent_rest();
    let mut waits = accepts;
    waits.request.crossed = Crossed::Waits;
    let crossed = [
        act(Action::SendRequest, "ann", "ben"),
        act(Action::SendRequest, "ben", "ann"),
    ];
    let accepted = crossed
        .clone()
        .into_iter()
        .chain([act(Action::AcceptRequest, "ann", "ben")]);

    for (system, policy) in [(accepts, waits), (waits, accepts)] {
        let finding = differing(system, policy, &log(crossed.clone()));
        assert_eq!(finding.rule(), Some(Rule::R10), "{finding}");

        // Without lists, the next action shows it.
        let mut without_lists = Replying {
            engine: engine(system),
            offers_lists: false,
            reply: |engine, operation| bare(engine.apply(operation).unwrap()),
        };
        let log = log(accepted.clone());
        let finding = conformance::replay(&mut without_lists, &log, &config(policy));
        assert_eq!(finding.unwrap_err().rule(), Some(Rule::R10));
    }

    let mut closed = engine(waits);
    let nobody = Operation::SetRequestMode(SetRequestMode {
        user: "ann".to_owned(),
        mode: RequestMode::Nobody,
    });
    let log = log([act(Action::SendRequest, "ann", "ben"), nobody]);
    let finding = conformance::replay(&mut closed, &log, &config(accepts)).unwrap_err();
    let Cause::Differs(difference) = &finding.cause else {
        panic!("{finding}")
    };
    assert!(
        matches!(difference.query, Query::Request { .. }),
        "{finding}"
    );
    assert_eq!(difference.rule, Rule::R10);
}
