//! The answers of the three Tencent profiles, pinned.
//!
//! The digests are of the answers at commit 49a48d9, where a policy was a list of eight parts
//! without gates. The same text was printed there, and its digests are the ones below.

use std::fmt::Write as _;

use socialgraph::{
    Action, Decision, Fact, Facts, Interaction, Limits, Policy, Question, Reason, Relation,
    RequestMode, RequestSending, UserFacts, Verdict, Ways,
};

use super::fixtures::digest;

/// The profiles, in the order of the columns of [`DIGESTS`].
const PROFILES: [&str; 3] = ["tencent_rest", "tencent_mutual", "tencent_keep_friends"];

/// The digest of each profile's answers to each question.
const DIGESTS: [(Question, [u64; 3]); 11] = [
    (
        Question::Reach(Interaction::Message),
        [
            0xfd95_cb3f_def5_2325,
            0x0501_d5f5_32f6_9725,
            0xfd95_cb3f_def5_2325,
        ],
    ),
    (
        Question::Act(Action::Block),
        [
            0x9399_1be6_1c3d_4825,
            0x9399_1be6_1c3d_4825,
            0x4b8e_810d_458c_5025,
        ],
    ),
    (
        Question::Act(Action::Unblock),
        [
            0xd214_1241_463d_1aa5,
            0xd214_1241_463d_1aa5,
            0xd214_1241_463d_1aa5,
        ],
    ),
    (
        Question::Act(Action::SendRequest),
        [
            0x44be_5ac3_4882_44bd,
            0x44be_5ac3_4882_44bd,
            0x44be_5ac3_4882_44bd,
        ],
    ),
    (
        Question::Act(Action::AcceptRequest),
        [
            0x7a7d_9285_65a8_f8d5,
            0x7a7d_9285_65a8_f8d5,
            0x7a7d_9285_65a8_f8d5,
        ],
    ),
    (
        Question::Act(Action::DeclineRequest),
        [
            0x751b_e072_01d3_0ae5,
            0x751b_e072_01d3_0ae5,
            0x751b_e072_01d3_0ae5,
        ],
    ),
    (
        Question::Act(Action::CancelRequest),
        [
            0xf2ab_be48_af0d_eee5,
            0xf2ab_be48_af0d_eee5,
            0xf2ab_be48_af0d_eee5,
        ],
    ),
    (
        Question::Act(Action::AddFriend(Ways::OneWay)),
        [
            0x05f2_2638_ff80_0125,
            0x05f2_2638_ff80_0125,
            0x05f2_2638_ff80_0125,
        ],
    ),
    (
        Question::Act(Action::AddFriend(Ways::TwoWay)),
        [
            0x457e_895c_8d8d_79d5,
            0x457e_895c_8d8d_79d5,
            0x457e_895c_8d8d_79d5,
        ],
    ),
    (
        Question::Act(Action::RemoveFriend(Ways::OneWay)),
        [
            0x56e2_2421_feea_9ee5,
            0x56e2_2421_feea_9ee5,
            0x56e2_2421_feea_9ee5,
        ],
    ),
    (
        Question::Act(Action::RemoveFriend(Ways::TwoWay)),
        [
            0xccc4_b108_7ac4_76a5,
            0xccc4_b108_7ac4_76a5,
            0xccc4_b108_7ac4_76a5,
        ],
    ),
];

/// Returns all combinations of relations, settings and counts: a count leaves room for one more
/// entry or for none.
fn cases() -> impl Iterator<Item = Facts> {
    let users = RequestMode::ALL
        .into_iter()
        .flat_map(|mode| RequestSending::ALL.map(|sending| (mode, sending)));
    let settings = users
        .clone()
        .flat_map(move |actor| users.clone().map(move |target| (actor, target)));

    Relation::all().flat_map(move |relation| {
        settings.clone().flat_map(move |(actor, target)| {
            (0..16).map(move |full| facts(relation, [actor, target], full))
        })
    })
}

/// Returns facts in which the lists that are bits of `full` are at their limit.
fn facts(relation: Relation, settings: [(RequestMode, RequestSending); 2], full: u32) -> Facts {
    let count = |bit: u32, limit: Option<u32>| limit.unwrap() - 1 + (full >> bit & 1);
    let limits = Limits::TENCENT;
    let [mut actor, mut target] = settings.map(|(mode, sending)| {
        let mut user = UserFacts::new(mode);
        user.request_sending = sending;
        user
    });

    actor.blocked = count(0, limits.blocked);
    actor.friends = count(1, limits.friends);
    target.friends = count(2, limits.friends);
    target.requests_in = count(3, limits.requests_in);
    Facts {
        relation,
        actor,
        target,
    }
}

/// Returns a policy's answers to a question, a line for each case.
fn answers(policy: &Policy, question: Question) -> String {
    let mut text = String::new();
    for facts in cases() {
        let decision = policy.decide(question, &facts);
        write_decision(&mut text, decision);
        if let Question::Act(action) = question {
            write_change(&mut text, policy, action, &facts);
        }
        text.push('\n');
    }
    text
}

fn write_decision(text: &mut String, decision: Decision) {
    let (reasons, visible) = (decision.reasons(), decision.visible().reasons());
    write!(text, "{reasons:?} {:?} {visible:?}", decision.verdict()).unwrap();
}

fn write_change(text: &mut String, policy: &Policy, action: Action, facts: &Facts) {
    match policy.apply(action, facts) {
        Ok(change) => {
            let (after, effects) = (change.after.to_bits(), change.effects());
            write!(text, " {after} {effects:?}").unwrap();
        }
        Err(refusal) => write!(text, " {:?}", refusal.reasons()).unwrap(),
    }
}

#[test]
fn every_answer_is_as_it_was() {
    let mut differences = String::new();
    for (question, digests) in DIGESTS {
        for (name, expected) in PROFILES.into_iter().zip(digests) {
            let found = digest(&answers(&Policy::named(name).unwrap(), question));
            if found != expected {
                writeln!(differences, "{name}, {question:?}: {found:#018x}").unwrap();
            }
        }
    }
    assert!(differences.is_empty(), "these differ:\n{differences}");
}

#[test]
fn the_digests_are_of_a_message_and_of_every_action() {
    let message = [Question::from(Interaction::Message)];
    let actions = Action::ALL.map(Question::from);
    let listed = DIGESTS.map(|(question, _)| question);
    assert!(listed.into_iter().eq(message.into_iter().chain(actions)));
}

/// The blocks between two strangers.
type Blocks = &'static [Fact];

const OWN: Blocks = &[Fact::ActorBlocks];
const OTHERS: Blocks = &[Fact::TargetBlocks];
const BOTH: Blocks = &[Fact::ActorBlocks, Fact::TargetBlocks];

#[test]
fn a_block_silently_stops_the_messages_that_the_profile_says() {
    use Reason::{ActorBlocks, TargetBlocks};
    use Verdict::{Allowed, RefusedSilently};

    let rest: [(Blocks, Verdict, &[Reason]); 3] = [
        (OWN, Allowed, &[]),
        (OTHERS, RefusedSilently, &[TargetBlocks]),
        (BOTH, RefusedSilently, &[TargetBlocks]),
    ];
    let mutual: [(Blocks, Verdict, &[Reason]); 3] = [
        (OWN, RefusedSilently, &[ActorBlocks]),
        (OTHERS, RefusedSilently, &[TargetBlocks]),
        (BOTH, RefusedSilently, &[ActorBlocks, TargetBlocks]),
    ];

    for (name, rows) in PROFILES.into_iter().zip([rest, mutual, rest]) {
        let policy = Policy::named(name).unwrap();
        for (blocks, verdict, reasons) in rows {
            let decision = policy.can_message(blocks.iter().copied().collect());
            assert_eq!(decision.verdict(), verdict, "{name}, {blocks:?}");
            assert!(decision.reasons().iter().eq(reasons.iter().copied()));
            assert!(decision.visible().is_allowed(), "{name}, {blocks:?}");
        }
    }
}

#[test]
fn a_block_stops_requests_both_ways_and_tells() {
    use Reason::{ActorBlocks, TargetBlocks};

    let rows: [(Blocks, &[Reason]); 3] = [
        (OWN, &[ActorBlocks]),
        (OTHERS, &[TargetBlocks]),
        (BOTH, &[ActorBlocks, TargetBlocks]),
    ];
    let user = UserFacts::new(RequestMode::Anyone);

    for name in PROFILES {
        for (blocks, reasons) in rows {
            let facts = Facts {
                relation: blocks.iter().copied().collect(),
                actor: user,
                target: user,
            };
            let policy = Policy::named(name).unwrap();
            let decision = policy.decide(Action::SendRequest, &facts);
            assert_eq!(decision.verdict(), Verdict::Refused, "{name}, {blocks:?}");
            assert!(decision.reasons().iter().eq(reasons.iter().copied()));
            assert_eq!(decision.visible(), decision, "{name}, {blocks:?}");
        }
    }
}
