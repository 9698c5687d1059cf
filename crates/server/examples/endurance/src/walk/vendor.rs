//! Steps over the vendor's interface.
//!
//! The codes are those of the vendor's documents: `crates/tim/README.md` lists them.

use serde_json::{Value, json};
use socialgraph::{Action, Interaction, List, OwnList, RequestMode, RequestSending, Ways};
use socialgraph_tim::Command;

use super::Walk;
use crate::client::Signer;
use crate::server::ADMIN;

/// The most accounts of a call.
const MOST: usize = 8;

/// The code of a call with too many items for the policy.
const TOO_MANY: u64 = 30001;

/// The code of an unknown account.
const UNKNOWN: u64 = 30003;

/// The code of a request that waits for an answer.
const PENDING: u64 = 30539;

/// The code of a caller who has no account.
const NO_CALLER: u64 = 70107;

/// Who makes a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Admin,
    /// The account that the call is about.
    User,
}

/// Returns the code of an item that is refused for reasons of the model.
fn code_of(reasons: &[&str], command: Command) -> u64 {
    let already_friends = reasons.contains(&"AlreadyFriends");
    match reasons.first().copied().unwrap_or_default() {
        "" => 0,
        "ActorBlocks" => 30515,
        "TargetBlocks" => 30525,
        "UnknownActor" | "UnknownTarget" => UNKNOWN,
        "ActorBarred" => 30009,
        "TargetTakesNoRequests" if !already_friends => 30516,
        "Unavailable" => 30516,
        "AlreadyRequested" => PENDING,
        "NoRequestFromActor" | "NoRequestFromTarget" => 30614,
        "NotListedByActor" | "NotListedByTarget" if command == Command::FriendDelete => 31704,
        "ActorBlocklistFull" => 30013,
        "ActorFriendsFull" => 30010,
        "TargetFriendsFull" => 30014,
        "TargetRequestsFull" => 30012,
        _ => 30001,
    }
}

/// Returns whether an account can sign calls. A signature holds lines of text, and a URL is not
/// endless.
fn can_sign(name: &str) -> bool {
    (1..100).contains(&name.len()) && !name.chars().any(char::is_control)
}

/// Returns whether the vendor's interface imports an account with this name.
fn is_account(name: &str) -> bool {
    (1..=32).contains(&name.len()) && name.bytes().all(|it| (b' '..=b'~').contains(&it))
}

impl Walk {
    /// Returns who makes a call for an account.
    fn caller(&mut self, account: &str) -> By {
        if can_sign(account) && self.random.once_in(3) {
            By::User
        } else {
            By::Admin
        }
    }

    /// Makes a call of the admin that changes something.
    fn update(&mut self, command: Command, body: &Value) -> Result<Value, String> {
        self.update_by(ADMIN, command, body)
    }

    fn update_by(&mut self, caller: &str, command: Command, body: &Value) -> Result<Value, String> {
        let reply = self.v4(&Signer::new(caller), command, body)?;
        // Each call is an entry, carried out or not.
        self.number += 1;
        Ok(reply)
    }

    /// Compares the code of a reply, and the codes of its items under a name.
    fn compare_codes(
        &self,
        line: (Command, &Value),
        reply: &Value,
        code: u64,
        items: Option<(&str, Vec<Value>)>,
    ) -> Result<(), String> {
        let mut is_same = reply["ErrorCode"] == code;
        let mut expected = json!({"ErrorCode": code});
        if let Some((name, items)) = items {
            let found = reply[name].as_array().map_or(&[][..], Vec::as_slice);
            let parts = |item: &Value, like: &Value| {
                let fields = like.as_object().into_iter().flatten();
                fields.into_iter().all(|(name, value)| item[name] == *value)
            };
            is_same &= found.len() == items.len()
                && found
                    .iter()
                    .zip(&items)
                    .all(|(item, like)| parts(item, like));
            expected[name] = items.into();
        }
        if is_same {
            return Ok(());
        }
        let (command, body) = line;
        let request = format!("{} {body}", command.path());
        Err(self.difference(&request, reply, &expected))
    }

    /// Returns the code of a whole call with items of an account, if it is refused.
    fn refusal(&self, from: &str, items: usize) -> u64 {
        let limit = self.expected.model.policy().limits.batch;
        if limit.is_some_and(|limit| items > limit as usize) {
            TOO_MANY
        } else if self.expected.knows(from) {
            0
        } else {
            UNKNOWN
        }
    }

    /// Makes a call for an account, and compares its code and its items.
    fn update_for(
        &mut self,
        by: By,
        command: Command,
        body: &Value,
        from: &str,
        expected: impl FnOnce(&mut Self) -> (u64, Option<Vec<Value>>),
    ) -> Result<(), String> {
        let caller = if by == By::User { from } else { ADMIN };
        let reply = self.update_by(caller, command, body)?;
        if by == By::User && !self.expected.knows(from) {
            return self.compare_codes((command, body), &reply, NO_CALLER, None);
        }
        let (code, items) = expected(self);
        let items = items.map(|items| ("ResultItem", items));
        self.compare_codes((command, body), &reply, code, items)
    }

    /// Makes a call with items, each of which is carried out on its own.
    fn update_items(
        &mut self,
        by: By,
        command: Command,
        body: &Value,
        from: &str,
        to: &[String],
        run: impl Fn(&mut Self, &str) -> u64,
    ) -> Result<(), String> {
        self.update_for(by, command, body, from, |walk| {
            let refusal = walk.refusal(from, to.len());
            if refusal != 0 {
                return (refusal, None);
            }
            let mut items = Vec::new();
            for name in to {
                let code = run(walk, name);
                items.push(json!({"To_Account": name, "ResultCode": code}));
            }
            (0, Some(items))
        })
    }

    /// Applies an action to the model, and returns the code of the item.
    fn act(&mut self, by: By, command: Command, action: Action, from: &str, to: &str) -> u64 {
        let code_of_effects = |effects: &[&str]| {
            let waits = command == Command::FriendAdd && effects == ["ActorRequestSent"];
            if waits { PENDING } else { 0 }
        };
        let visible = self.expected.model.why_not(action, from, to).visible;
        let model = &mut self.expected.model;
        match (by, model.apply(action, from, to)) {
            (_, Ok(effects)) => code_of_effects(&effects),
            (By::Admin, Err(reasons)) => code_of(&reasons, command),
            // A user learns what the policy shows.
            (By::User, Err(_)) if !visible.is_empty() => code_of(&visible, command),
            // A silent refusal looks as if there were no block.
            (By::User, Err(_)) => {
                let mut free = model.clone();
                let _ = free.apply(Action::Unblock, from, to);
                let _ = free.apply(Action::Unblock, to, from);
                match free.apply(action, from, to) {
                    Ok(effects) => code_of_effects(&effects),
                    Err(reasons) => code_of(&reasons, command),
                }
            }
        }
    }

    /// Gives a friend fields now and then. No answer of the walk has them, but snapshots do.
    fn add_fields(&mut self, item: &mut Value, group: &str) {
        if self.random.once_in(3) {
            item["Remark"] = "a friend".into();
        }
        if self.random.once_in(6) {
            item[group] = self.random.one(&["close", "far"]).into();
        }
    }

    fn pair_names(&mut self) -> (String, Vec<String>) {
        let names = &self.expected.names;
        let from = names.any(&mut self.random);
        (from, names.several(&mut self.random, MOST))
    }

    pub(super) fn import(&mut self) -> Result<(), String> {
        if self.random.once_in(3) {
            return self.import_several();
        }
        let name = self.expected.names.possible(&mut self.random);
        let body = json!({"UserID": name});
        let reply = self.update(Command::AccountImport, &body)?;
        let code = if is_account(&name) { 0 } else { 70402 };
        self.imported(&name);
        self.compare_codes((Command::AccountImport, &body), &reply, code, None)
    }

    fn import_several(&mut self) -> Result<(), String> {
        let count = 1 + self.random.index(MOST);
        let names = &self.expected.names;
        let accounts: Vec<_> = (0..count)
            .map(|_| names.possible(&mut self.random))
            .collect();
        let body = json!({"Accounts": accounts});
        let reply = self.update(Command::MultiaccountImport, &body)?;
        let mut failed = Vec::new();
        for name in &accounts {
            self.imported(name);
            if !is_account(name) {
                failed.push(name);
            }
        }
        if reply["FailAccounts"] == json!(failed) && reply["ErrorCode"] == 0 {
            return Ok(());
        }
        let expected = json!({"ErrorCode": 0, "FailAccounts": failed});
        Err(self.difference(&format!("multiaccount_import {body}"), &reply, &expected))
    }

    /// Adds an account to the model, unless it is there or cannot be.
    fn imported(&mut self, name: &str) {
        if is_account(name) {
            // It may be there.
            let _ = self.expected.add(name);
        }
    }

    pub(super) fn delete(&mut self) -> Result<(), String> {
        let names = self.expected.names.several(&mut self.random, 2);
        let items: Vec<_> = names.iter().map(|it| json!({"UserID": it})).collect();
        let body = json!({"DeleteItem": items});
        let reply = self.update(Command::AccountDelete, &body)?;
        let mut items = Vec::new();
        for name in &names {
            let is_known = self.expected.model.remove_user(name).is_some();
            self.expected.names.remove(name);
            let code = if is_known { 0 } else { 70107 };
            items.push(json!({"UserID": name, "ResultCode": code}));
        }
        let items = Some(("ResultItem", items));
        self.compare_codes((Command::AccountDelete, &body), &reply, 0, items)
    }

    pub(super) fn friend_add(&mut self) -> Result<(), String> {
        let (from, to) = self.pair_names();
        let mut items = Vec::new();
        for name in &to {
            let mut item = json!({"To_Account": name, "AddSource": "AddSource_Type_Walk"});
            self.add_fields(&mut item, "GroupName");
            items.push(item);
        }
        let mut body = json!({"From_Account": from, "AddFriendItem": items});
        let (kind, is_forced) = self.random.one(&[
            ("", false),
            ("Add_Type_Both", false),
            ("Add_Type_Single", false),
            ("Add_Type_Single", true),
            ("Add_Type_Both", true),
        ]);
        if !kind.is_empty() {
            body["AddType"] = kind.into();
        }
        if is_forced {
            body["ForceAddFlags"] = 1.into();
        }

        let by = if is_forced {
            By::Admin
        } else {
            self.caller(&from)
        };
        let command = Command::FriendAdd;
        self.update_items(by, command, &body, &from, &to, |walk, to| {
            let ways = if kind == "Add_Type_Single" {
                Ways::OneWay
            } else {
                Ways::TwoWay
            };
            if is_forced {
                return walk.act(by, command, Action::AddFriend(ways), &from, to);
            }
            if ways == Ways::TwoWay {
                return walk.act(by, command, Action::SendRequest, &from, to);
            }
            // The vendor bars a user from one-way entries, too.
            let model = &walk.expected.model;
            let why_not = model.why_not(Action::SendRequest, &from, to);
            let reasons = if by == By::User {
                why_not.visible
            } else {
                why_not.all
            };
            if reasons.contains(&"ActorBarred") {
                return code_of(&reasons, command);
            }
            walk.act(by, command, Action::AddFriend(ways), &from, to)
        })
    }

    pub(super) fn friend_import(&mut self) -> Result<(), String> {
        let (from, to) = self.pair_names();
        let item = |it: &String| json!({"To_Account": it, "AddSource": "AddSource_Type_Walk"});
        let items: Vec<_> = to.iter().map(item).collect();
        let body = json!({"From_Account": from, "AddFriendItem": items});
        let (command, action) = (Command::FriendImport, Action::AddFriend(Ways::OneWay));
        let by = By::Admin;
        self.update_items(by, command, &body, &from, &to, |walk, to| {
            walk.act(by, command, action, &from, to)
        })
    }

    pub(super) fn friend_response(&mut self) -> Result<(), String> {
        let (from, to) = self.pair_names();
        let (answer, action) = self.random.one(&[
            ("Response_Action_AgreeAndAdd", Action::AcceptRequest),
            ("Response_Action_Reject", Action::DeclineRequest),
        ]);
        let mut items = Vec::new();
        for name in &to {
            let mut item = json!({"To_Account": name, "ResponseAction": answer});
            self.add_fields(&mut item, "TagName");
            items.push(item);
        }
        let body = json!({"From_Account": from, "ResponseFriendItem": items});
        let command = Command::FriendResponse;
        let by = self.caller(&from);
        self.update_items(by, command, &body, &from, &to, |walk, to| {
            // Without a request there is one answer, even across a block.
            let letters = walk.expected.model.relation(&from, to);
            match letters {
                Ok(letters) if !letters.contains('R') => 30614,
                _ => walk.act(by, command, action, &from, to),
            }
        })
    }

    pub(super) fn friend_delete(&mut self) -> Result<(), String> {
        let (from, to) = self.pair_names();
        let (kind, ways) = self.delete_type();
        let mut body = json!({"From_Account": from, "To_Account": to});
        if !kind.is_empty() {
            body["DeleteType"] = kind.into();
        }
        let (command, action) = (Command::FriendDelete, Action::RemoveFriend(ways));
        let by = self.caller(&from);
        self.update_items(by, command, &body, &from, &to, |walk, to| {
            walk.act(by, command, action, &from, to)
        })
    }

    fn delete_type(&mut self) -> (&'static str, Ways) {
        self.random.one(&[
            ("", Ways::OneWay),
            ("Delete_Type_Single", Ways::OneWay),
            ("Delete_Type_Both", Ways::TwoWay),
        ])
    }

    pub(super) fn friend_delete_all(&mut self) -> Result<(), String> {
        let from = self.expected.names.any(&mut self.random);
        let (kind, ways) = self.delete_type();
        let mut body = json!({"From_Account": from});
        if !kind.is_empty() {
            body["DeleteType"] = kind.into();
        }
        let command = Command::FriendDeleteAll;
        let by = self.caller(&from);
        self.update_for(by, command, &body, &from, |walk| {
            let list = OwnList::Friends(ways);
            let cleared = walk.expected.model.clear_list(&from, list);
            (if cleared.is_some() { 0 } else { UNKNOWN }, None)
        })
    }

    pub(super) fn black_list_add(&mut self) -> Result<(), String> {
        self.blocklist(Command::BlackListAdd, Action::Block)
    }

    pub(super) fn black_list_delete(&mut self) -> Result<(), String> {
        self.blocklist(Command::BlackListDelete, Action::Unblock)
    }

    fn blocklist(&mut self, command: Command, action: Action) -> Result<(), String> {
        let (from, to) = self.pair_names();
        let body = json!({"From_Account": from, "To_Account": to});
        let by = self.caller(&from);
        self.update_items(by, command, &body, &from, &to, |walk, to| {
            walk.act(by, command, action, &from, to)
        })
    }

    pub(super) fn portrait_set(&mut self) -> Result<(), String> {
        let from = self.expected.names.any(&mut self.random);
        let (mode, mode_text) = self.random.one(&[
            (RequestMode::Anyone, "AllowType_Type_AllowAny"),
            (RequestMode::Confirm, "AllowType_Type_NeedConfirm"),
            (RequestMode::Nobody, "AllowType_Type_DenyAny"),
        ]);
        let (sending, sending_text) = self.random.one(&[
            (RequestSending::Open, "AdminForbid_Type_None"),
            (RequestSending::Barred, "AdminForbid_Type_SendOut"),
        ]);
        let mut items = Vec::new();
        let (sets_mode, sets_sending) = self.random.one(&[(true, false), (true, true)]);
        if sets_mode {
            items.push(json!({"Tag": "Tag_Profile_IM_AllowType", "Value": mode_text}));
        }
        if sets_sending {
            items.push(json!({"Tag": "Tag_Profile_IM_AdminForbidType", "Value": sending_text}));
        }
        let body = json!({"From_Account": from, "ProfileItem": items});
        let by = self.caller(&from);
        self.update_for(by, Command::PortraitSet, &body, &from, |walk| {
            // Only an admin bars a user.
            if by == By::User && sets_sending {
                return (40004, None);
            }
            let is_known = walk.expected.knows(&from);
            let model = &mut walk.expected.model;
            if sets_mode {
                model.set_mode(&from, mode);
            }
            if sets_sending {
                model.set_sending(&from, sending);
            }
            (if is_known { 0 } else { 40003 }, None)
        })
    }

    /// Sends a message in a user's own name.
    pub(super) fn send_message(&mut self) -> Result<(), String> {
        let names = &self.expected.names;
        let (from, to) = (names.any(&mut self.random), names.any(&mut self.random));
        // A call without an identifier, or with one of kilobytes, is refused at the door.
        let is_identifier = (1..100).contains(&from.len());
        let from = if is_identifier {
            from
        } else {
            "ann".to_owned()
        };
        let body = json!({
            "To_Account": to, "MsgRandom": 1,
            "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": "hello"}}],
        });
        let code = self.code_of_message(&from, &to);
        let reply = self.v4(&Signer::new(&from), Command::SendMessage, &body)?;
        let line = json!({"identifier": from, "body": body});
        self.compare_codes((Command::SendMessage, &line), &reply, code, None)
    }

    fn code_of_message(&self, from: &str, to: &str) -> u64 {
        // A signature holds lines of text.
        if from.chars().any(char::is_control) {
            return 70003;
        }
        if !self.expected.knows(from) {
            return NO_CALLER;
        }
        if to.is_empty() {
            return 90003;
        }
        if !self.expected.knows(to) {
            return 90012;
        }
        let why_not = self
            .expected
            .model
            .why_not_reach(Interaction::Message, from, to);
        if why_not.visible.is_empty() {
            return 0;
        }
        let sees = |word| why_not.visible.contains(&word);
        if sees("ActorBlocks") || sees("TargetBlocks") {
            return 20007;
        }
        match (sees("NotListedByActor"), sees("NotListedByTarget")) {
            (true, true) => 20009,
            (false, true) => 20010,
            (true, false) => 20011,
            (false, false) => 20003,
        }
    }

    pub(super) fn black_list_check(&mut self) -> Result<(), String> {
        let kinds = ["BlackCheckResult_Type_Single", "BlackCheckResult_Type_Both"];
        let words =
            ["NO", "AWithB", "BWithA", "BothWay"].map(|it| format!("BlackCheckResult_Type_{it}"));
        self.check(
            Command::BlackListCheck,
            kinds,
            &words,
            ['b', 'B'],
            "BlackListCheckItem",
        )
    }

    pub(super) fn friend_check(&mut self) -> Result<(), String> {
        let kinds = ["CheckResult_Type_Single", "CheckResult_Type_Both"];
        let words = ["NoRelation", "AWithB", "BWithA", "BothWay"]
            .map(|it| format!("CheckResult_Type_{it}"));
        self.check(Command::FriendCheck, kinds, &words, ['l', 'L'], "InfoItem")
    }

    /// Asks for one kind of facts between an account and others. `words` are those for neither,
    /// the account's, the other's and both.
    fn check(
        &mut self,
        command: Command,
        kinds: [&str; 2],
        words: &[String; 4],
        [own, others]: [char; 2],
        name: &str,
    ) -> Result<(), String> {
        let (from, to) = self.pair_names();
        let reads_both = self.random.once_in(2);
        let kind = kinds[usize::from(reads_both)];
        let body = json!({"From_Account": from, "To_Account": to, "CheckType": kind});
        let reply = self.v4(&Signer::new(ADMIN), command, &body)?;

        // A query asks for the account before it counts the others.
        let refusal = if self.expected.knows(&from) {
            self.refusal(&from, to.len())
        } else {
            UNKNOWN
        };
        if refusal != 0 {
            return self.compare_codes((command, &body), &reply, refusal, None);
        }
        let mut items = Vec::new();
        for to in &to {
            let letters = self.expected.model.relation(&from, to);
            let code = letters
                .as_ref()
                .map_or_else(|it| code_of(it, command), |_| 0);
            let letters = letters.unwrap_or_default();
            let (is_own, is_others) = (letters.contains(own), letters.contains(others));
            let index = usize::from(is_own) + 2 * usize::from(is_others && reads_both);
            items.push(json!({"To_Account": to, "ResultCode": code, "Relation": words[index]}));
        }
        self.compare_codes((command, &body), &reply, 0, Some((name, items)))
    }

    /// Reads a blocklist by pages, and compares the names.
    pub(super) fn black_list_get(&mut self) -> Result<(), String> {
        let from = self.expected.names.any(&mut self.random);
        let limit = 1 + self.random.index(20);
        let command = Command::BlackListGet;
        let mut start = json!(0);
        let expected = self.expected.list(&from, List::Blocklist);
        let Some(expected) = expected else {
            let body = json!({
                "From_Account": from, "StartIndex": 0, "MaxLimited": limit, "LastSequence": 0,
            });
            let reply = self.v4(&Signer::new(ADMIN), command, &body)?;
            return self.compare_codes((command, &body), &reply, UNKNOWN, None);
        };

        let mut pages = expected.chunks(limit);
        loop {
            let body = json!({
                "From_Account": from, "StartIndex": start, "MaxLimited": limit, "LastSequence": 0,
            });
            let reply = self.v4(&Signer::new(ADMIN), command, &body)?;
            let page = pages.next().unwrap_or_default();
            let items = page.iter().map(|it| json!({"To_Account": it})).collect();
            let items = Some(("BlackListItem", items));
            self.compare_codes((command, &body), &reply, 0, items)?;
            start = reply["StartIndex"].clone();
            let is_last = pages.len() == 0;
            if (start == 0) != is_last {
                let expected = json!({"is the last page": is_last});
                let request = format!("{} {body}", command.path());
                return Err(self.difference(&request, &reply, &expected));
            }
            if is_last {
                return Ok(());
            }
        }
    }

    /// Reads a friend list, which is one page, and compares the names.
    pub(super) fn friend_get(&mut self) -> Result<(), String> {
        let from = self.expected.names.any(&mut self.random);
        let command = Command::FriendGet;
        let body = json!({"From_Account": from, "StartIndex": 0});
        let reply = self.v4(&Signer::new(ADMIN), command, &body)?;
        let expected = self.expected.list(&from, List::Friends);
        let Some(expected) = expected else {
            return self.compare_codes((command, &body), &reply, UNKNOWN, None);
        };

        if reply["FriendNum"] != expected.len() || reply["CompleteFlag"] != 1 {
            let expected = json!({"FriendNum": expected.len(), "CompleteFlag": 1});
            let request = format!("{} {body}", command.path());
            return Err(self.difference(&request, &reply, &expected));
        }
        let items = expected
            .iter()
            .map(|it| json!({"To_Account": it}))
            .collect();
        let items = Some(("UserDataItem", items));
        self.compare_codes((command, &body), &reply, 0, items)
    }
}
