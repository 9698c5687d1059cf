//! Which traits the public types have, in one table, and that texts are read back.

use std::error::Error;
use std::fmt::{Debug, Display};
use std::hash::Hash;
use std::iter::FusedIterator;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::str::FromStr;

#[cfg(feature = "serde")]
use socialgraph::SnapshotError;
use socialgraph::operation::{
    Act, ActOnMany, AddUser, AdoptPolicy, ClearList, ManyAct, MergeUsers, RemoveUser, RenameUser,
    SetRequestMode, SetRequestSending,
};
use socialgraph::{
    Action, AddUserError, BatchOutcome, BatchTooLarge, BlockRules, Change, Cleared, Crossed,
    Cursor, Decision, Effect, Effects, ErrorCode, Event, EventUser, Fact, Facts, Gate, GotOrAdded,
    Granted, Interaction, InvariantViolation, Limits, List, ListingIter, Lost, Members,
    MergeUsersError, MergedUsers, Migration, NameError, Notice, Notices, Notification, Operation,
    Outcome, OwnList, Page, PairChange, PairError, ParseOperationError, ParsePolicyError,
    ParseRelationError, PartValue, PartsError, Policy, Question, Reason, Reasons, Refusal,
    Relation, Relations, RemovedUser, RenameUserError, RequestMode, RequestRules, RequestSending,
    Sides, SmallSet, SocialGraph, StaleVersion, UnknownPolicy, UnknownUser, UnknownValue,
    UserFacts, UserId, UserParts, UserRef, UserRefBuf, Verdict, Viewer, Ways,
};

/// Asserts the traits of each row's type. All types have those of [`every`], too.
///
/// If a row has `ALL`, each value of the type has a name of its own, and is read from what it
/// prints and from its name.
macro_rules! traits {
    ($( $(#[$cfg:meta])? $type:ty: $($has:ident)+; )+) => {
        $(
            $(#[$cfg])?
            {
                every::<$type>();
                $( has!($type, $has); )+
            }
        )+
    };
}

macro_rules! has {
    ($type:ty, Copy) => {
        copy::<$type>()
    };
    ($type:ty, Ord) => {
        ord::<$type>()
    };
    ($type:ty, Hash) => {
        hash::<$type>()
    };
    ($type:ty, Display) => {
        display::<$type>()
    };
    ($type:ty, FromStr) => {
        from_str::<$type>()
    };
    ($type:ty, Error) => {
        error::<$type>()
    };
    ($type:ty, ALL) => {
        named(&<$type>::ALL, <$type>::name)
    };
    ($type:ty, Serialize) => {{
        #[cfg(feature = "serde")]
        serialize::<$type>();
    }};
    ($type:ty, Serde) => {{
        #[cfg(feature = "serde")]
        serde::<$type>();
    }};
}

fn every<T: Clone + Debug + Eq + Send + Sync + Unpin + UnwindSafe + RefUnwindSafe + 'static>() {}

fn copy<T: Copy>() {}

fn ord<T: Ord>() {}

fn hash<T: Hash>() {}

fn display<T: Display>() {}

fn from_str<T: FromStr<Err: Error + Send + Sync + 'static>>() {}

fn error<T: Error>() {}

#[cfg(feature = "serde")]
fn serialize<T: serde::Serialize>() {}

#[cfg(feature = "serde")]
fn serde<T: serde::Serialize + serde::de::DeserializeOwned>() {}

/// Asserts that values have names of their own, and that their names and texts are read.
fn named<T>(all: &[T], name: fn(T) -> &'static str)
where
    T: Copy + Ord + Debug + Display + FromStr<Err = UnknownValue>,
{
    assert!(all.is_sorted(), "{all:?}");
    let mut names: Vec<_> = all.iter().map(|value| name(*value)).collect();
    for (value, name) in all.iter().zip(&names) {
        assert_eq!(name.parse(), Ok(*value));
        assert_eq!(value.to_string().parse(), Ok(*value));
        assert!(
            name.bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'_'),
            "{name}"
        );
    }

    let error = "no name".parse::<T>().unwrap_err();
    assert_eq!(error.choices(), names);
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all.len());
}

#[test]
fn types_have_the_traits_of_the_table() {
    traits! {
        // Facts
        Fact:               Copy Ord Hash Display FromStr Serde ALL;
        Relation:           Copy Ord Hash Display FromStr Serde;
        RequestMode:        Copy Ord Hash Display FromStr Serde ALL;
        RequestSending:     Copy Ord Hash Display FromStr Serde ALL;
        UserFacts:          Copy     Hash                 Serde;
        Facts:              Copy     Hash                 Serde;
        ParseRelationError:          Hash Display         Serialize Error;

        // Sets
        SmallSet<Fact>:     Copy Ord Hash Display FromStr Serde;
        Relations:          Copy Ord Hash Display FromStr Serde;
        Reasons:            Copy Ord Hash Display FromStr Serde;
        Effects:            Copy Ord Hash Display FromStr Serde;

        // Questions and answers
        Interaction:        Copy Ord Hash Display FromStr Serde ALL;
        Ways:               Copy Ord Hash Display FromStr Serde ALL;
        Action:             Copy Ord Hash Display FromStr Serde ALL;
        Question:           Copy Ord Hash Display FromStr Serde ALL;
        Verdict:            Copy Ord Hash Display FromStr Serde ALL;
        Reason:             Copy Ord Hash Display FromStr Serde ALL;
        Effect:             Copy Ord Hash Display FromStr Serde ALL;
        Decision:           Copy Ord Hash Display         Serde;
        Change:             Copy     Hash Display         Serde;
        Refusal:            Copy Ord Hash Display         Serde Error;

        // Policies
        Sides:              Copy Ord Hash Display FromStr Serde ALL;
        Notice:             Copy Ord Hash Display FromStr Serde ALL;
        Granted:            Copy Ord Hash Display FromStr Serde ALL;
        Crossed:            Copy Ord Hash Display FromStr Serde ALL;
        Notices:            Copy Ord Hash                 Serde;
        Gate:               Copy     Hash                 Serde;
        RequestRules:       Copy     Hash                 Serde;
        BlockRules:         Copy     Hash                 Serde;
        Limits:             Copy     Hash                 Serde;
        PartValue:          Copy     Hash Display         Serde;
        Policy:             Copy     Hash Display FromStr Serde;
        UnknownPolicy:               Hash Display         Serialize Error;
        ParsePolicyError:            Hash Display         Serialize Error;
        UnknownValue:                Hash Display         Serialize Error;

        // Users and lists
        UserId:             Copy Ord Hash Display FromStr Serde;
        Cursor:             Copy Ord Hash Display FromStr Serde;
        UserRef<'static>:   Copy Ord Hash Display;
        UserRefBuf:              Ord Hash Display         Serde;
        List:               Copy Ord Hash Display FromStr Serde ALL;
        OwnList:            Copy Ord Hash Display FromStr Serde ALL;
        Page:                        Hash                 Serde;
        UserParts<String>:           Hash;
        GotOrAdded:         Copy Ord Hash                 Serde;

        // Operations and outcomes
        Operation:                   Hash Display FromStr Serde;
        AddUser:                     Hash Display         Serde;
        RemoveUser:                  Hash Display         Serde;
        RenameUser:                  Hash Display         Serde;
        MergeUsers:                  Hash Display         Serde;
        Act:                         Hash Display         Serde;
        ActOnMany:                   Hash Display         Serde;
        ManyAct:                     Hash Display         Serde;
        SetRequestMode:              Hash Display         Serde;
        SetRequestSending:           Hash Display         Serde;
        ClearList:                   Hash Display         Serde;
        AdoptPolicy:                 Hash Display         Serde;
        Outcome:                     Hash                 Serde;
        PairChange:         Copy Ord Hash Display         Serde;
        RemovedUser:                 Hash                 Serde;
        BatchOutcome:                Hash                 Serde;
        Cleared:                     Hash                 Serde;
        Migration:                   Hash                 Serde;
        MergedUsers:                 Hash                 Serde;
        Lost:               Copy Ord Hash                 Serde;

        // Events
        Event:                   Ord Hash                 Serde;
        EventUser:               Ord Hash                 Serde;
        Notification:       Copy Ord Hash Display FromStr Serde ALL;
        Viewer:             Copy Ord Hash Display FromStr Serde ALL;

        // Errors
        ErrorCode:          Copy Ord Hash Display FromStr Serde ALL;
        NameError:                   Hash Display         Serde Error;
        AddUserError:                Hash Display         Serde Error;
        RenameUserError:             Hash Display         Serde Error;
        MergeUsersError:             Hash Display         Serde Error;
        UnknownUser:                 Hash Display         Serde Error;
        PairError:                   Hash Display         Serde Error;
        BatchTooLarge:      Copy     Hash Display         Serde Error;
        PartsError:                  Hash Display         Serde Error;
        InvariantViolation:          Hash Display         Serde Error;
        StaleVersion:       Copy     Hash Display         Serde Error;
        #[cfg(feature = "serde")]
        SnapshotError:               Hash Display         Serde Error;
        ParseOperationError:         Hash Display         Serialize Error;
    }
}

#[test]
fn members_are_an_iterator_from_both_ends() {
    fn members<T: DoubleEndedIterator + ExactSizeIterator + FusedIterator + Clone + Debug>() {}
    members::<Members<Fact>>();
    members::<Members<Reason>>();
    members::<Members<Relation>>();
    members::<ListingIter<'_>>();
}

#[test]
fn lists_pages_and_batches_are_iterated_by_value_and_by_reference() {
    let mut graph = SocialGraph::new(Policy::tencent_rest());
    let users = ["ann", "ben", "cyd"].map(|name| graph.add_user(name).unwrap());
    let batch = graph.add_many_to_blocklist("ann", ["ben", "cyd"]).unwrap();

    assert!((&batch).into_iter().eq(batch.outcomes()));
    assert_eq!(batch.len(), batch.into_iter().flatten().count());

    let blocklist = graph.blocklist("ann").unwrap();
    assert!((&blocklist).into_iter().eq(users[1..].iter().copied()));
    assert!(blocklist.into_iter().rev().eq([users[2], users[1]]));
    let page = blocklist.page(Cursor::START, 1);
    assert!((&page).into_iter().eq([users[1]]));
    assert!(page.into_iter().eq([users[1]]));
    assert_eq!(graph.users().rev().map(|(id, _)| id).next(), Some(users[2]));
    assert_eq!(graph.users().len(), 3);
}

#[test]
fn sets_are_read_as_they_print() {
    let reasons: Vec<Reasons> = (0..=Reason::ALL.len())
        .flat_map(|from| (0..from).map(move |to| Reason::ALL[to..from].iter().copied().collect()))
        .collect();
    for reasons in reasons {
        assert_eq!(reasons.to_string().parse(), Ok(reasons));
        assert_eq!(Reasons::from_bits(reasons.to_bits()), Some(reasons));
    }

    for relation in Relation::all() {
        assert_eq!(relation.facts().to_string().parse(), Ok(relation.facts()));
        let pair = Relations::from([relation, relation.flip()]);
        assert_eq!(pair.to_string().parse(), Ok(pair));
    }
    assert_eq!("".parse(), Ok(Effects::EMPTY));
    assert!("actor_block_added;".parse::<Effects>().is_err());
}

#[cfg(feature = "serde")]
#[test]
fn serde_writes_the_names() {
    fn written<T: Copy + serde::Serialize>(all: &[T], name: fn(T) -> &'static str) {
        for value in all {
            let text = serde_json::to_string(value).unwrap();
            assert_eq!(text, format!("\"{}\"", name(*value)));
        }
    }

    written(&Fact::ALL, Fact::name);
    written(&RequestMode::ALL, RequestMode::name);
    written(&RequestSending::ALL, RequestSending::name);
    written(&Interaction::ALL, Interaction::name);
    written(&Ways::ALL, Ways::name);
    written(&Verdict::ALL, Verdict::name);
    written(&Reason::ALL, Reason::name);
    written(&Effect::ALL, Effect::name);
    written(&Sides::ALL, Sides::name);
    written(&Notice::ALL, Notice::name);
    written(&Granted::ALL, Granted::name);
    written(&Crossed::ALL, Crossed::name);
    // The last four actions have ways beside their names.
    written(&Action::ALL[..6], Action::name);
    let remove = serde_json::to_string(&Action::RemoveFriend(Ways::OneWay)).unwrap();
    assert_eq!(remove, r#"{"remove_friend":"one_way"}"#);
}

#[cfg(feature = "serde")]
#[test]
fn the_value_of_a_part_is_written_with_its_kind() {
    for (value, text) in [
        (PartValue::Sides(Sides::Both), r#"{"sides":"both"}"#),
        (PartValue::Limit(Some(3)), r#"{"limit":3}"#),
        (PartValue::Limit(None), r#"{"limit":"none"}"#),
    ] {
        assert_eq!(serde_json::to_string(&value).unwrap(), text);
        assert_eq!(serde_json::from_str::<PartValue>(text).unwrap(), value);
    }
}
