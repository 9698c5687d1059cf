//! An owner of lists, which one connection alone changes.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use serde_json::{Value, json};
use socialgraph_tim::Command;

use crate::client::Client;
use crate::random::Random;

/// The accounts that owners block and befriend.
pub(super) const PEERS: u64 = 400;

/// The accounts in a call at most.
const MOST: u64 = 40;

/// The lists of an owner: who is blocked, and each friend with a remark.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Lists {
    blocked: BTreeSet<String>,
    friends: BTreeMap<String, String>,
}

impl Lists {
    /// Returns how many accounts are on each list.
    pub(super) fn summary(&self) -> String {
        format!(
            "{} blocked, {} friends",
            self.blocked.len(),
            self.friends.len()
        )
    }
}

/// An owner.
pub(super) struct Owner {
    name: String,
    /// The lists after the last acknowledged call.
    pub(super) lists: Lists,
    /// The lists after the call that was not acknowledged, if there is one.
    pub(super) under_way: Option<Lists>,
    pub(super) acknowledged: u64,
    /// The lists that were read at each sequence of the blocklist and of the friend list.
    blocked_at: BTreeMap<u64, BTreeSet<String>>,
    friends_at: BTreeMap<u64, BTreeMap<String, String>>,
    /// The sequences that came again with another list.
    pub(super) again: u64,
}

/// How often lists are read under load: once in so many calls.
const READING: u64 = 8;

pub(super) fn name(index: usize) -> String {
    format!("owner{index}")
}

pub(super) fn peer(number: u64) -> String {
    format!("peer{number}")
}

/// A call, and the accounts whose items must succeed.
struct Call {
    command: Command,
    body: Value,
    /// The codes of its items.
    codes: Vec<u64>,
    after: Lists,
}

impl Owner {
    pub(super) fn new(index: usize) -> Self {
        Self {
            name: name(index),
            lists: Lists::default(),
            under_way: None,
            acknowledged: 0,
            blocked_at: BTreeMap::new(),
            friends_at: BTreeMap::new(),
            again: 0,
        }
    }

    /// Makes calls until one is not answered.
    pub(super) fn make_calls(&mut self, mut client: Client, mut random: Random) {
        loop {
            if random.below(READING) == 0 {
                let Ok(lists) = self.read(&mut client) else {
                    return;
                };
                assert_eq!(
                    lists, self.lists,
                    "{}: what was acknowledged is read",
                    self.name
                );
            }
            let call = self.call(&mut random);
            let Ok(reply) = client.call(call.command, &call.body) else {
                self.under_way = Some(call.after);
                return;
            };
            let items = reply["ResultItem"]
                .as_array()
                .map_or(&[][..], |items| items);
            let codes: Vec<_> = items
                .iter()
                .map(|item| item["ResultCode"].as_u64().unwrap())
                .collect();
            assert_eq!(
                codes, call.codes,
                "{}: {reply} to {}",
                call.command, call.body
            );
            self.lists = call.after;
            self.acknowledged += 1;
        }
    }

    /// Returns a random call, and what it must lead to.
    fn call(&self, random: &mut Random) -> Call {
        let count = 1 + random.below(MOST);
        let peers: BTreeSet<_> = (0..count).map(|_| peer(random.below(PEERS))).collect();
        match random.below(4) {
            0 => self.block(&peers),
            1 => self.unblock(&peers),
            2 => self.befriend(&peers, random.next()),
            _ => self.unfriend(&peers),
        }
    }

    /// A block ends the friendship.
    fn block(&self, peers: &BTreeSet<String>) -> Call {
        let mut after = self.lists.clone();
        let codes = peers.iter().map(|peer| {
            after.friends.remove(peer);
            if after.blocked.insert(peer.clone()) {
                0
            } else {
                30_001
            }
        });
        let codes = codes.collect();
        Call {
            command: Command::BlackListAdd,
            body: json!({"From_Account": self.name, "To_Account": peers}),
            codes,
            after,
        }
    }

    fn unblock(&self, peers: &BTreeSet<String>) -> Call {
        let mut after = self.lists.clone();
        let codes = peers.iter().map(|peer| {
            if after.blocked.remove(peer) {
                0
            } else {
                30_001
            }
        });
        let codes = codes.collect();
        Call {
            command: Command::BlackListDelete,
            body: json!({"From_Account": self.name, "To_Account": peers}),
            codes,
            after,
        }
    }

    /// Adds friends without their consent, each with a remark.
    fn befriend(&self, peers: &BTreeSet<String>, number: u64) -> Call {
        let mut after = self.lists.clone();
        let remark = format!("remark {number}");
        let codes = peers.iter().map(|peer| {
            if after.blocked.contains(peer) {
                return 30_515;
            }
            if after.friends.contains_key(peer) {
                return 30_001;
            }
            after.friends.insert(peer.clone(), remark.clone());
            0
        });
        let codes = codes.collect();
        let item = |peer| json!({"To_Account": peer, "Remark": remark, "AddSource": "AddSource_Type_Test"});
        let items: Vec<_> = peers.iter().map(item).collect();
        Call {
            command: Command::FriendAdd,
            body: json!({
                "From_Account": self.name, "AddFriendItem": items, "AddType": "Add_Type_Both",
                "ForceAddFlags": 1,
            }),
            codes,
            after,
        }
    }

    fn unfriend(&self, peers: &BTreeSet<String>) -> Call {
        let mut after = self.lists.clone();
        let codes = peers.iter().map(|peer| {
            let is_friend = after.friends.remove(peer).is_some();
            if is_friend { 0 } else { 31_704 }
        });
        let codes = codes.collect();
        Call {
            command: Command::FriendDelete,
            body: json!({
                "From_Account": self.name, "To_Account": peers, "DeleteType": "Delete_Type_Both",
            }),
            codes,
            after,
        }
    }

    /// Reads the lists, and keeps them by their sequences.
    pub(super) fn read(&mut self, client: &mut Client) -> io::Result<Lists> {
        let get = json!({
            "From_Account": self.name, "StartIndex": 0, "MaxLimited": 1000, "LastSequence": 0,
        });
        let blocks = client.call(Command::BlackListGet, &get)?;
        let get = json!({"From_Account": self.name, "StartIndex": 0});
        let friends = client.call(Command::FriendGet, &get)?;

        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let items = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let remark = |friend: &Value| {
            let items = items(&friend["ValueItem"]);
            let remark = items.iter().find(|item| item["Tag"] == "Tag_SNS_IM_Remark");
            remark.map_or_else(String::new, |item| text(&item["Value"]))
        };
        let blocked = items(&blocks["BlackListItem"]);
        let listed = items(&friends["UserDataItem"]);
        let lists = Lists {
            blocked: blocked.iter().map(|it| text(&it["To_Account"])).collect(),
            friends: listed
                .iter()
                .map(|it| (text(&it["To_Account"]), remark(it)))
                .collect(),
        };
        let sequence = |value: &Value| {
            value
                .as_u64()
                .ok_or_else(|| io::Error::other("no sequence"))
        };
        self.keep_blocked(sequence(&blocks["CurruentSequence"])?, &lists);
        self.keep_friends(sequence(&friends["StandardSequence"])?, &lists);
        self.check_other_sides(client, &lists)?;
        Ok(lists)
    }

    fn keep_blocked(&mut self, sequence: u64, lists: &Lists) {
        let known = self
            .blocked_at
            .entry(sequence)
            .or_insert_with(|| lists.blocked.clone());
        self.again += u64::from(*known != lists.blocked);
    }

    fn keep_friends(&mut self, sequence: u64, lists: &Lists) {
        let known = self
            .friends_at
            .entry(sequence)
            .or_insert_with(|| lists.friends.clone());
        self.again += u64::from(*known != lists.friends);
    }

    /// Checks that friends list the owner, and that blocked accounts do not.
    fn check_other_sides(&self, client: &mut Client, lists: &Lists) -> io::Result<()> {
        let friends = lists
            .friends
            .keys()
            .map(|it| (it, "CheckResult_Type_BothWay"));
        let blocked = lists
            .blocked
            .iter()
            .map(|it| (it, "CheckResult_Type_NoRelation"));
        let (names, expected): (Vec<_>, Vec<_>) = friends.chain(blocked).unzip();
        if names.is_empty() {
            return Ok(());
        }
        let check = json!({
            "From_Account": self.name, "To_Account": names, "CheckType": "CheckResult_Type_Both",
        });
        let reply = client.call(Command::FriendCheck, &check)?;
        let items = reply["InfoItem"].as_array().cloned().unwrap_or_default();
        let found: Vec<_> = items
            .iter()
            .map(|it| it["Relation"].as_str().unwrap_or_default())
            .collect();
        if found != expected {
            return Err(io::Error::other(format!(
                "{}: one side alone: {reply}",
                self.name
            )));
        }
        Ok(())
    }
}
