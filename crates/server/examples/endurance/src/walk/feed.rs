//! A mirror of the users and relations, made of the events of `/v1` alone.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use socialgraph::{Policy, RequestMode, RequestSending};

use super::Walk;
use super::expected::facts;
use crate::client::Events;

/// What the events say.
pub(super) struct Mirror {
    policy: Value,
    /// The request mode and the request sending of each user.
    users: BTreeMap<String, (String, String)>,
    /// The facts between two users who are not strangers, in both directions.
    relations: BTreeMap<(String, String), Vec<String>>,
    /// The number of the last position.
    number: u64,
    pub(super) events: u64,
}

impl Mirror {
    pub(super) fn new(policy: Policy) -> Self {
        Self {
            policy: json!(policy),
            users: BTreeMap::new(),
            relations: BTreeMap::new(),
            number: 0,
            events: 0,
        }
    }

    /// Begins at a position at which there are no users.
    pub(super) fn begin_at(&mut self, number: u64) {
        self.number = number;
    }

    /// Applies a change. What it says of before has to be here.
    fn apply(&mut self, change: &Value) -> Result<(), &'static str> {
        let fields = change.as_object().ok_or("a change is no object")?;
        let (kind, it) = fields.iter().next().ok_or("a change is empty")?;
        let text = |name: &str| it[name].as_str().map(str::to_owned);
        let name = |name: &str| text(name).ok_or("a change lacks a text");

        match kind.as_str() {
            "user_added" => {
                let mode = self.policy["request"]["initial_mode"].as_str();
                let mode = mode.unwrap_or_default().to_owned();
                let settings = (mode, RequestSending::Open.name().to_owned());
                let before = self.users.insert(name("name")?, settings);
                before
                    .is_none()
                    .then_some(())
                    .ok_or("a user is added twice")
            }
            "user_removed" => self.remove(&name("name")?),
            "users_merged" => {
                let is_there = self.users.contains_key(&name("into")?);
                is_there.then_some(()).ok_or("nobody remains of a merge")?;
                self.remove(&name("from")?)
            }
            "user_renamed" => self.rename(&name("before")?, &name("name")?),
            "relation_changed" => self.change(&name("actor")?, &name("target")?, it),
            "request_mode_changed" => {
                let settings = self.users.get_mut(&name("user")?);
                let (mode, _) = settings.ok_or("the mode of an unknown user")?;
                replace(mode, name("mode")?)
            }
            "request_sending_changed" => {
                let settings = self.users.get_mut(&name("user")?);
                let (_, sending) = settings.ok_or("the sending of an unknown user")?;
                replace(sending, name("sending")?)
            }
            "policy_adopted" => {
                let is_here = self.policy == it["from"];
                is_here.then_some(()).ok_or("another policy is here")?;
                self.policy = it["to"].clone();
                Ok(())
            }
            _ => Err("a change of an unknown kind"),
        }
    }

    fn remove(&mut self, name: &str) -> Result<(), &'static str> {
        let has_relations = self
            .relations
            .keys()
            .any(|(actor, target)| actor == name || target == name);
        if has_relations {
            return Err("a user is removed who has relations");
        }
        let removed = self.users.remove(name);
        removed.map(drop).ok_or("an unknown user is removed")
    }

    fn rename(&mut self, before: &str, name: &str) -> Result<(), &'static str> {
        let settings = self.users.remove(before);
        let settings = settings.ok_or("an unknown user is renamed")?;
        if self.users.insert(name.to_owned(), settings).is_some() {
            return Err("a user gets another's name");
        }
        let renamed = |it: String| if it == before { name.to_owned() } else { it };
        let relations = std::mem::take(&mut self.relations);
        self.relations = relations
            .into_iter()
            .map(|((actor, target), facts)| ((renamed(actor), renamed(target)), facts))
            .collect();
        Ok(())
    }

    fn change(&mut self, actor: &str, target: &str, it: &Value) -> Result<(), &'static str> {
        if !self.users.contains_key(actor) || !self.users.contains_key(target) {
            return Err("a relation of an unknown user");
        }
        let (before, after) = (texts(&it["before"]), texts(&it["after"]));
        if before == after {
            return Err("a relation changes into itself");
        }
        let flipped: Vec<_> = after.iter().map(|fact| flip(fact)).collect();
        let both = [(actor, target, after), (target, actor, flipped)];
        let here = self.relations.get(&(actor.to_owned(), target.to_owned()));
        if here.map_or(&[][..], Vec::as_slice) != before {
            return Err("the relation before is another");
        }
        for (actor, target, facts) in both {
            let pair = (actor.to_owned(), target.to_owned());
            if facts.is_empty() {
                self.relations.remove(&pair);
            } else {
                self.relations.insert(pair, in_order(&facts));
            }
        }
        Ok(())
    }
}

fn replace(setting: &mut String, now: String) -> Result<(), &'static str> {
    if *setting == now {
        return Err("a setting changes into itself");
    }
    *setting = now;
    Ok(())
}

pub(super) fn texts(value: &Value) -> Vec<String> {
    let texts = value.as_array().into_iter().flatten();
    texts
        .filter_map(|it| it.as_str().map(str::to_owned))
        .collect()
}

/// Returns a fact as the other user sees it.
fn flip(fact: &str) -> String {
    match fact.split_once('_') {
        Some(("actor", rest)) => format!("target_{rest}"),
        Some((_, rest)) => format!("actor_{rest}"),
        None => fact.to_owned(),
    }
}

/// Returns facts in the order in which replies have them.
fn in_order(facts: &[String]) -> Vec<String> {
    let order = texts(&self::facts("bBlLrR"));
    order.into_iter().filter(|it| facts.contains(it)).collect()
}

impl Walk {
    /// Reads the events up to the last entry, and compares the mirror with the model.
    pub(super) fn changes(&mut self) -> Result<(), String> {
        let failed = |error: std::io::Error| format!("the events: {error}");
        let after = format!("{}-{}", self.epoch, self.mirror.number);
        let in_header = self.random.once_in(2);
        let mut events = Events::open(&self.server.address, &after, in_header).map_err(failed)?;
        self.note(&format!("GET /v1/changes after {after}"), 200, &Value::Null);

        let start = events.next().map_err(failed)?;
        if (start.name.as_str(), &start.id) != ("start", &after) {
            let found = json!([start.name, start.id, start.data]);
            return Err(self.difference("the first event", &found, &json!(["start", after])));
        }
        while self.mirror.number < self.number {
            let event = events.next().map_err(failed)?;
            self.mirror.number += 1;
            self.mirror.events += 1;
            self.mirror_event(&event.id, &event.data)?;
        }
        self.compare_mirror()
    }

    fn mirror_event(&mut self, id: &str, data: &str) -> Result<(), String> {
        let position = format!("{}-{}", self.epoch, self.mirror.number);
        let mut data: Value = serde_json::from_str(data).map_err(|error| error.to_string())?;
        if id != position || data["position"] != *position {
            let found = json!([id, data["position"]]);
            return Err(self.difference("an event", &found, &json!(position)));
        }
        if let Some(plant) = &mut self.plant {
            plant.change(&mut data);
        }
        let changes = data["changes"].as_array().cloned().unwrap_or_default();
        for change in changes {
            if let Err(what) = self.mirror.apply(&change) {
                let request = format!("the event at {position}: {what}: {change}");
                return Err(self.difference(&request, &data, &Value::Null));
            }
        }
        Ok(())
    }

    /// Compares the mirror with the model.
    fn compare_mirror(&self) -> Result<(), String> {
        let model = &self.expected.model;
        let mut users = BTreeMap::new();
        let mut relations = BTreeMap::new();
        for actor in self.expected.names.in_order() {
            let settings = model.settings(&actor);
            let (mode, sending) = settings.unwrap_or((RequestMode::Confirm, RequestSending::Open));
            for target in self.expected.names.in_order() {
                let letters = model.relation(&actor, &target).unwrap_or_default();
                let facts = texts(&facts(&letters));
                if !facts.is_empty() {
                    relations.insert((actor.clone(), target), facts);
                }
            }
            users.insert(actor, (mode.name().to_owned(), sending.name().to_owned()));
        }

        let policy = json!(model.policy());
        let is_equal = self.mirror.users == users
            && self.mirror.relations == relations
            && self.mirror.policy == policy;
        if is_equal {
            return Ok(());
        }
        let found = format!(
            "{:?}",
            (
                &self.mirror.users,
                &self.mirror.relations,
                &self.mirror.policy
            )
        );
        let expected = format!("{:?}", (users, relations, policy));
        Err(self.difference("the mirror", &found.into(), &expected.into()))
    }
}
