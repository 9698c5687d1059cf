//! The example of a chat server says and tells what it should.

use socialgraph::{Notice, Policy};

#[path = "../../examples/chat_server.rs"]
#[allow(dead_code, reason = "`main` is the example's")]
mod example;

fn lines(policy: Policy, script: &str) -> Vec<String> {
    example::transcript(policy, script).unwrap()
}

const BLOCK: &str = "ben request ann
    ann block ben
    ann join lobby
    cyd join lobby
    ben join lobby
    ben request ann";

#[test]
fn a_blocked_user_is_told_no_more_than_the_policy_says() {
    assert_eq!(
        lines(Policy::tencent_rest(), BLOCK),
        [
            "ben> request ann: done",
            "    ann is told: ben sent you a friend request",
            "ann> block ben: done",
            "    ben is told: your friend request to ann has ended",
            "ann> join lobby: you are in lobby",
            "cyd> join lobby: you are in lobby",
            "ben> join lobby: lobby is not available",
            "ben> request ann: you may not send ann a friend request: ann blocks you",
        ]
    );
}

#[test]
fn a_silent_refusal_looks_like_success_to_its_sender() {
    let mut silent = Policy::tencent_rest();
    silent.request.notice.other = Notice::Silent;
    let seen_by_ben = |script: &str| {
        let mut lines = lines(silent, script);
        lines.retain(|line| line.trim_start().starts_with("ben"));
        lines
    };

    let blocked = "ann block ben\nben request ann";
    let stranger = "ann join lobby\nben request ann";
    assert_eq!(seen_by_ben(blocked), ["ben> request ann: done"]);
    assert_eq!(seen_by_ben(blocked), seen_by_ben(stranger));
}

#[test]
fn a_room_delivers_as_one_to_one() {
    let script = "ann join lobby
        ben join lobby
        cyd join lobby
        ann block ben
        ben say lobby hello
        ann say lobby hello
        ann join den
        ben join den
        ben say den hello
        ben sing loudly";
    let said = |policy| lines(policy, script).split_off(4);
    assert_eq!(
        said(Policy::tencent_rest()),
        [
            "ben> say lobby hello: sent",
            "    cyd is told: ben in lobby: hello",
            "ann> say lobby hello: sent",
            "    ben is told: ann in lobby: hello",
            "    cyd is told: ann in lobby: hello",
            "ann> join den: you are in den",
            "ben> join den: den is not available",
            "ben> say den hello: you are not in den",
            "ben> sing loudly: unknown command",
        ]
    );

    let mut told = Policy::tencent_rest();
    told.message.notice.other = Notice::Told;
    assert_eq!(
        said(told)[0],
        "ben> say lobby hello: sent; you may not message ann: ann blocks you"
    );
}
