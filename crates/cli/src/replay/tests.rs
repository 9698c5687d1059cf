//! The counts of a replay, and the errors about malformed rows.

use socialgraph::{Action, Policy, Reason, Ways};

use super::network::{Network, Summary};
use super::{check_self_ratings, without_limits};
use crate::import::fault::ReadError;
use crate::import::format::Format;
use crate::import::source::{Imported, Source};

const HEADER: &str = "source,target,rating,time\n";

fn parse(bytes: &[u8]) -> Result<Imported, ReadError> {
    let source = Source {
        format: Format::Network,
        owner: None,
        list: None,
    };
    Ok(check_self_ratings(source.read(bytes)?, false)?)
}

fn replay(bytes: &[u8], policy: &Policy) -> Network {
    Network::replay(&parse(bytes).unwrap().entries, policy).unwrap()
}

fn summary(rows: &str) -> Summary {
    replay(format!("{HEADER}{rows}").as_bytes(), &without_limits()).summary
}

fn error(text: impl AsRef<[u8]>) -> String {
    parse(text.as_ref()).unwrap_err().to_string()
}

#[test]
fn the_karate_club_has_34_people_and_78_friendships() {
    let network = replay(include_bytes!("karate_club.csv"), &without_limits());
    let expected = Summary {
        users: 34,
        ratings: 2 * 78 + 2,
        blocks: 2,
        friend_entries: 2 * 78,
        severed_entries: 0,
        refused_friend_adds: 0,
        mutual_blocks: 1,
        messages_denied: 2,
        operations: 2 * (2 * 78 + 2),
        ..Summary::default()
    };
    assert_eq!(network.summary, expected);
}

#[test]
fn the_printed_lines_are_name_and_value() {
    let network = replay(include_bytes!("karate_club.csv"), &without_limits());
    let mut out = Vec::new();
    network.summary.write(&mut out, 2.0).unwrap();
    network.explain(&mut out, "1", "34").unwrap();
    network.explain(&mut out, "1", "\u{1b}[2J").unwrap();
    let text = String::from_utf8(out).unwrap();
    let expected = "users: 34\nratings: 158\nblocks: 2\nfriend_entries: 156\n\
        severed_entries: 0\nrefused_friend_adds: 0\nmutual_blocks: 1\nmessages_denied: 2\n\
        operations: 316\noperations_per_second: 158\n\
        relation: 1 blocks 34, 34 blocks 1\n\
        message: 1 may not message 34, and is not told: 34 blocks 1\n\
        friend_request: 1 may not send 34 a friend request: 1 blocks 34; 34 blocks 1\n\
        message: 1 may not message \\u{1b}[2J: \\u{1b}[2J is not a known user\n\
        friend_request: 1 may not send \\u{1b}[2J a friend request: \
        \\u{1b}[2J is not a known user\n";
    assert_eq!(text, expected);
}

#[test]
fn blocks_sever_refuse_and_deny() {
    // a and b trust each other; b then distrusts a, who tries again; c and a block mutually.
    let summary = summary("a,b,3,1\nb,a,1,2\nb,a,-1,3\na,b,5,4\nc,a,-2,5\na,c,-2,6\n");
    assert_eq!(
        (
            summary.users,
            summary.ratings,
            summary.blocks,
            summary.friend_entries
        ),
        (3, 6, 3, 0)
    );
    assert_eq!(
        (summary.severed_entries, summary.refused_friend_adds),
        (2, 1)
    );
    assert_eq!((summary.mutual_blocks, summary.messages_denied), (1, 3));
}

#[test]
fn repeated_ratings_change_nothing() {
    let summary = summary("a,b,1,0\na,b,2,0\nc,d,-1,0\nc,d,-1,0\n");
    assert_eq!((summary.blocks, summary.friend_entries), (1, 1));
    assert_eq!(
        (summary.severed_entries, summary.refused_friend_adds),
        (0, 0)
    );
}

#[test]
fn line_endings_blank_lines_and_spaces_are_accepted() {
    let rows = parse(b"\xef\xbb\xbfsource,target,rating,time\r\n\r\n a , b ,1,0\r\n\"c,d\",a,-1,0")
        .unwrap()
        .entries;
    assert_eq!(rows.len(), 2);
    assert_eq!(
        (rows[0].line, &*rows[0].actor, rows[0].action),
        (3, "a", Action::AddFriend(Ways::OneWay))
    );
    assert_eq!(
        (rows[1].line, &*rows[1].actor, rows[1].action),
        (4, "c,d", Action::Block)
    );
}

/// Files with a malformed row, and their errors.
const MALFORMED: &[(&str, &str)] = &[
    ("", "line 1: the file is empty"),
    (
        "s,t,r,t\na,b,1,\"0\n",
        "line 2: a quote is opened and not closed",
    ),
    (
        "6,2,four,1\na,b,1,0\n",
        "line 1: the rating `four` is not a number other than 0",
    ),
    (
        "s,t,r,t\ra,b,1,0\r",
        "line 1: a carriage return stands inside the row: lines end in LF or CRLF",
    ),
    (
        "s,t,r,t\na,b,1,0\rc,d,1,0\n",
        "line 2: a carriage return stands inside the row: lines end in LF or CRLF",
    ),
    (
        "s,t,r,t\na,b,\u{1b}[1m,0\n",
        "line 2: the rating `\\u{1b}[1m` is not a number other than 0",
    ),
    (
        "s,t,r,t\na,b\n",
        "line 2: the row has 2 field(s), and should have 4: source,target,rating,time",
    ),
    (
        "s,t,r,t\n\na,b,1,0,9\n",
        "line 3: the row has 5 field(s), and should have 4: source,target,rating,time",
    ),
    (
        "s,t,r,t\na,b,0,0\n",
        "line 2: the rating `0` is not a number other than 0",
    ),
    (
        "s,t,r,t\na,b,good,0\n",
        "line 2: the rating `good` is not a number other than 0",
    ),
    (
        "s,t,r,t\na,b,1,soon\n",
        "line 2: the time `soon` is not a number of seconds, nor an ISO 8601 time",
    ),
    (
        "s,t,r,t\na,b,1,inf\n",
        "line 2: the time `inf` is not a number of seconds, nor an ISO 8601 time",
    ),
    (
        "s,t,r,t\na,b,1,0\nb,b,1,0\n",
        "line 3: `b` rates themselves",
    ),
    (
        "s,t,r,t\n,b,1,0\n",
        "line 2: the name `` cannot be used: the name is empty",
    ),
];

#[test]
fn a_malformed_row_is_named_by_its_line() {
    for (text, expected) in MALFORMED {
        assert_eq!(error(text), *expected);
    }
    assert!(
        error(b"s,t,r,t\na,\xff,1,0\n").starts_with("line 2: the row is not UTF-8: invalid utf-8")
    );
    let long = format!("{HEADER}a,{},1,0\n", "x".repeat(3072));
    let expected = "line 2: the name `xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…` cannot be used: \
        the name is 3072 bytes long, and at most 3071 fit";
    assert_eq!(error(long), expected);
}

#[test]
fn a_file_without_a_header_is_replayed() {
    let network = replay(b"1,2,3,4.5\n2,1,-3,5.5\n", &without_limits());
    let summary = network.summary;
    assert_eq!(
        (summary.ratings, summary.blocks, summary.friend_entries),
        (2, 1, 0)
    );
}

#[test]
fn refusals_are_counted_by_their_reason() {
    let mut policy = Policy::tencent_rest();
    policy.limits.blocked = Some(2);
    let rows = "a,b,-1,0\na,c,-1,0\na,d,-1,0\na,b,-1,0\na,e,-1,0\nb,a,1,0\n";
    let network = replay(format!("{HEADER}{rows}").as_bytes(), &policy);

    let refusals = &network.summary.refusals;
    let expected = [
        (Reason::TargetBlocks, 1),
        (Reason::AlreadyBlocked, 1),
        (Reason::ActorBlocklistFull, 2),
    ];
    assert_eq!(refusals.counts().collect::<Vec<_>>(), expected);
    assert_eq!(
        refusals.notes(&policy)[2],
        "2 do not fit; the first is in line 4: a blocks d, but a's blocklist is full \
         (limits.blocked = 2)"
    );
    assert_eq!(
        (network.summary.blocks, network.summary.refused_friend_adds),
        (2, 1)
    );
}
