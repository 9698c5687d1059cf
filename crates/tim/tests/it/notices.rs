//! What a caller learns of a block: a user what the policy says (R13), an admin everything.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use socialgraph::{
    BlockRules, Crossed, Fact, Notice, Notices, Policy, Relation, RequestMode, RequestSending,
    Sides, SocialGraph, Ways,
};
use socialgraph_tim::{Command, Reply};

use super::bodies::{add, answer, message, pair, with};
use super::fixtures::{ADMIN, App, item_codes};

const OWN: Relation = Relation::STRANGERS.with(Fact::ActorBlocks);
const OTHERS: Relation = Relation::STRANGERS.with(Fact::TargetBlocks);
const BOTH: Relation = OWN.with(Fact::TargetBlocks);

/// The own block, the other's, or both.
const BLOCKS: [Relation; 3] = [OWN, OTHERS, BOTH];

/// Returns every pair of notices.
fn notices() -> impl Iterator<Item = Notices> {
    Notice::ALL
        .into_iter()
        .flat_map(|own| Notice::ALL.map(|other| Notices { own, other }))
}

/// Returns the code and the text of a message from `a` to `b`.
fn sent(policy: Policy, blocks: Relation) -> (u64, String) {
    let mut app = App::with(related(policy, blocks));
    let reply = app.call_as("a", Command::SendMessage, &message("b"));
    let text = reply["ErrorInfo"].as_str().unwrap().to_owned();
    (reply["ErrorCode"].as_u64().unwrap(), text)
}

#[test]
fn a_refused_message_names_the_block_that_its_sender_is_told_of() {
    let mut policy = Policy::tencent_mutual();
    let own = (20007, "the receiver is blocked by the sender".to_owned());
    let others = (20007, "blocked by the receiver".to_owned());

    policy.message.notice = Notices::both(Notice::Told);
    assert_eq!(
        BLOCKS.map(|blocks| sent(policy, blocks)),
        [own.clone(), others.clone(), own.clone()]
    );

    let silent = (0, String::new());
    policy.message.notice.other = Notice::Silent;
    assert_eq!(
        BLOCKS.map(|blocks| sent(policy, blocks)),
        [own.clone(), silent.clone(), own]
    );
    policy.message.notice = Notices {
        own: Notice::Silent,
        other: Notice::Told,
    };
    assert_eq!(
        BLOCKS.map(|blocks| sent(policy, blocks)),
        [silent, others.clone(), others]
    );
}

#[test]
fn a_neutral_refusal_of_a_message_is_that_of_a_message_to_oneself() {
    let mut policy = Policy::tencent_mutual();
    policy.message.notice = Notices::both(Notice::Neutral);
    let mut app = App::of(policy, &["a"]);
    let to_oneself = app.call_as("a", Command::SendMessage, &message("a"));

    for blocks in BLOCKS {
        let (code, text) = sent(policy, blocks);
        assert_eq!(to_oneself["ErrorCode"], code);
        assert_eq!(to_oneself["ErrorInfo"], text);
    }
}

/// Returns a graph in which `a` and `b` are in a relation.
fn related(policy: Policy, relation: Relation) -> SocialGraph {
    let mut graph = SocialGraph::new(policy);
    for name in ["a", "b"] {
        graph.add_user(name).unwrap();
    }

    let sides = [("a", "b", relation), ("b", "a", relation.flip())];
    for (from, to, relation) in sides {
        if relation.holds(Fact::ActorLists) {
            graph.add_friend(from, to, Ways::OneWay).unwrap();
        }
    }
    for (from, to, relation) in sides {
        if relation.holds(Fact::ActorRequested) {
            graph.send_friend_request(from, to).unwrap();
        }
    }
    for (from, to, relation) in sides {
        if relation.holds(Fact::ActorBlocks) {
            graph.add_to_blocklist(from, to).unwrap();
        }
    }
    assert_eq!(graph.relation("a", "b"), Ok(relation));
    graph
}

/// Returns a policy that requests and entries survive a block under.
fn lenient(crossed: Crossed, notice: Notices) -> Policy {
    let mut policy = Policy::tencent_rest();
    policy.block = BlockRules {
        clears_friends_of: Sides::Neither,
        cancels_requests_of: Sides::Neither,
    };
    policy.request.crossed = crossed;
    policy.request.notice = notice;
    policy
}

/// One call of `a` that the rules of requests may refuse.
#[derive(Clone, Debug)]
struct Case {
    command: Command,
    body: Value,
    /// The relation without blocks.
    relation: Relation,
    crossed: Crossed,
    mode: RequestMode,
    sending: RequestSending,
}

impl Case {
    fn all() -> impl Iterator<Item = Self> {
        let settings = RequestMode::ALL
            .into_iter()
            .flat_map(|mode| RequestSending::ALL.map(|sending| (mode, sending)));

        let all = relations().flat_map(move |(relation, crossed)| {
            settings.clone().flat_map(move |(mode, sending)| {
                calls().map(|(command, body)| Self {
                    command,
                    body,
                    relation,
                    crossed,
                    mode,
                    sending,
                })
            })
        });
        all.filter(Self::depends_on_settings)
    }

    /// Returns whether the call depends on the settings, or they are those of a new user.
    fn depends_on_settings(&self) -> bool {
        let are_new = (self.mode, self.sending) == (RequestMode::Confirm, RequestSending::Open);
        self.command == Command::FriendAdd || are_new
    }

    /// Makes the call across blocks.
    fn call(&self, caller: &str, notice: Notices, blocks: Relation) -> Answer {
        let policy = lenient(self.crossed, notice);
        let relation = blocks.facts().iter().fold(self.relation, Relation::with);
        let mut graph = related(policy, relation);
        graph.set_request_mode("b", self.mode).unwrap();
        graph.set_request_sending("a", self.sending).unwrap();

        let mut app = App::with(graph);
        let before = app.service.clone();
        let reply = app.reply(caller, self.command, &self.body);
        app.service.check_invariants().unwrap();
        Answer {
            reply,
            has_changed: app.service != before,
        }
    }
}

/// The reply to a call, and whether the call has changed anything.
#[derive(Clone, Debug, PartialEq)]
struct Answer {
    reply: Reply,
    has_changed: bool,
}

impl Answer {
    fn code(&self) -> u64 {
        item_codes(&serde_json::from_slice(&self.reply.body).unwrap())[0]
    }
}

/// Returns the relations without blocks that each kind of crossed requests allows.
fn relations() -> impl Iterator<Item = (Relation, Crossed)> {
    let pending = |relation: Relation| {
        let requested = [Fact::ActorRequested, Fact::TargetRequested];
        requested.map(|fact| usize::from(relation.holds(fact)))
    };

    let unblocked = Relation::all().filter(|relation| !relation.is_blocked());
    let with_crossed =
        unblocked.flat_map(|relation| Crossed::ALL.map(|crossed| (relation, crossed)));
    with_crossed.filter(move |(relation, crossed)| {
        let most = match crossed {
            _ if relation.are_friends() => 0,
            Crossed::Accepts => 1,
            Crossed::Waits => 2,
        };
        pending(*relation).into_iter().sum::<usize>() <= most
    })
}

/// Returns the calls of `a` that a block between `a` and `b` may refuse, and one that none does.
fn calls() -> [(Command, Value); 5] {
    let ask = add("a", &["b"]);
    [
        (Command::FriendAdd, ask.clone()),
        (Command::FriendAdd, with(ask, "AddType", "Add_Type_Single")),
        (Command::FriendResponse, answer("a", "b", "AgreeAndAdd")),
        (Command::FriendResponse, answer("a", "b", "Agree")),
        (Command::FriendResponse, answer("a", "b", "Reject")),
    ]
}

/// A user's answer is that of the blocks that they are told of. But if a neutral block stops
/// what those let pass, the code names no block.
#[test]
fn a_user_learns_of_a_block_what_the_notice_of_requests_says() {
    let mut codes = BTreeSet::new();
    for case in Case::all() {
        let told = [Relation::STRANGERS, OWN, OTHERS, BOTH]
            .map(|blocks| case.call(ADMIN, Notices::both(Notice::Told), blocks));

        for (blocks, notice) in BLOCKS
            .into_iter()
            .flat_map(|b| notices().map(move |n| (b, n)))
        {
            let answer = case.call("a", notice, blocks);
            let context = format!("{case:?}, {notice:?}, {blocks}");
            let of_all = &told[usize::from(blocks.to_bits())];
            let of_told = &told[usize::from(with_notice(blocks, notice, Notice::Told).to_bits())];
            let is_neutral = with_notice(blocks, notice, Notice::Neutral) != Relation::STRANGERS;

            if is_neutral && of_told.has_changed && !of_all.has_changed {
                assert_eq!(answer.code(), 30516, "{context}");
            } else {
                assert_eq!(answer.reply.body, of_told.reply.body, "{context}");
            }
            assert_eq!(answer.has_changed, of_all.has_changed, "{context}");
            assert_eq!(answer.reply.callbacks, of_all.reply.callbacks, "{context}");
            codes.insert(answer.code());
        }
    }
    let expected = [0, 30001, 30009, 30515, 30516, 30525, 30539, 30614];
    assert!(codes.into_iter().eq(expected));
}

/// Returns the blocks that have this notice.
fn with_notice(blocks: Relation, notices: Notices, notice: Notice) -> Relation {
    let its_notice = |fact| match fact {
        Fact::ActorBlocks => notices.own,
        _ => notices.other,
    };
    let facts = blocks.facts();
    facts
        .iter()
        .filter(|fact| its_notice(*fact) == notice)
        .collect()
}

#[test]
fn an_admin_learns_of_every_block() {
    for case in Case::all() {
        for blocks in BLOCKS {
            let expected = case.call(ADMIN, Notices::both(Notice::Told), blocks);
            for notice in [Notice::Silent, Notice::Neutral] {
                let answer = case.call(ADMIN, Notices::both(notice), blocks);
                assert_eq!(answer, expected, "{case:?}, {notice:?}, {blocks}");
            }
        }
    }
}

/// The three notices in plain figures, for a request to somebody who has to confirm it.
#[test]
fn a_request_across_a_silent_block_seems_to_wait() {
    for (notice, code, text) in [
        (Notice::Silent, 30539, "Friend_Allow_Type_Need_Confirm"),
        (Notice::Neutral, 30516, "Friend_Allow_Type_Forbid"),
        (Notice::Told, 30525, "In_Peer_Black_List"),
    ] {
        let mut policy = Policy::tencent_rest();
        policy.request.notice.other = notice;
        let mut app = App::of(policy, &["a", "b"]);
        app.call_as("b", Command::BlackListAdd, &pair("b", "a"));

        let reply = app.call_as("a", Command::FriendAdd, &add("a", &["b"]));
        let expected = json!({
            "To_Account": "b", "ResultCode": code, "ResultInfo": format!("Err_SNS_FriendAdd_{text}"),
        });
        assert_eq!(reply["ResultItem"], json!([expected]));
        let reply = app.call(Command::FriendAdd, &add("a", &["b"]));
        assert_eq!(item_codes(&reply), [30525], "an admin's call");
        assert_eq!(
            app.relation("a", "b"),
            Relation::STRANGERS.with(Fact::TargetBlocks)
        );
    }
}
