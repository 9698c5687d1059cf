//! What the model answers, in the form of `/v1`.

use serde_json::{Map, Value, json};
use socialgraph::operation::{
    ActOnMany, AddUser, AdoptPolicy, ClearList, ManyAct, MergeUsers, RemoveUser, RenameUser,
    SetRequestMode, SetRequestSending,
};
use socialgraph::{Interaction, List, Notices, Operation, Policy, Question};
use socialgraph_testkit::reference::{Model, PairLetters, WhyNot};

use super::names::Names;

/// The model, and the order in which its users joined.
#[derive(Clone)]
pub(super) struct Expected {
    pub(super) model: Model,
    pub(super) names: Names,
}

/// The pairs that a reply about a policy shows.
const SHOWN: usize = 100;

/// Returns the name that JSON has for a word of the model.
pub(super) fn snake(word: &str) -> String {
    let mut name = String::new();
    for letter in word.chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}

fn words(words: &[&str]) -> Value {
    words.iter().map(|word| snake(word)).collect()
}

/// Returns the facts of a relation in the model's letters.
pub(super) fn facts(letters: &str) -> Value {
    let fact = |letter| match letter {
        'b' => Some("actor_blocks"),
        'B' => Some("target_blocks"),
        'l' => Some("actor_lists"),
        'L' => Some("target_lists"),
        'r' => Some("actor_requested"),
        'R' => Some("target_requested"),
        _ => None,
    };
    letters.chars().filter_map(fact).collect()
}

/// Returns the outcome of an operation that is not done.
fn refused(code: &str, reasons: &Value) -> Value {
    json!({"done": false, "error": {"code": code, "reasons": reasons}})
}

/// Returns the outcome for a word of the model about a user or a name.
fn refused_word(word: &str) -> Value {
    let code = match word {
        "Empty" => "empty_name",
        "TooLong" => "name_too_long",
        "Taken" => "name_taken",
        "SameUser" => "same_user",
        _ => "unknown_user",
    };
    refused(code, &json!([]))
}

fn with(key: &str, value: impl Into<Value>) -> Value {
    json!({"done": true, key: value.into()})
}

fn borrowed(names: &[String]) -> Vec<&str> {
    names.iter().map(String::as_str).collect()
}

/// Changes.
impl Expected {
    /// Applies an operation, and returns its outcome.
    pub(super) fn apply(&mut self, operation: &Operation) -> Value {
        let model = &mut self.model;
        match operation {
            Operation::AddUser(AddUser { name }) => match self.add(name) {
                Ok(()) => json!({"done": true}),
                Err(word) => refused_word(word),
            },
            Operation::RemoveUser(RemoveUser { name }) => match model.remove_user(name) {
                Some(ended) => {
                    self.names.remove(name);
                    with("relations_changed", ended.len())
                }
                None => refused_word("UnknownUser"),
            },
            Operation::RenameUser(RenameUser { user, name }) => {
                match model.rename_user(user, name) {
                    Ok(before) => {
                        self.names.rename(user, name);
                        with("before", before)
                    }
                    Err(word) => refused_word(word),
                }
            }
            Operation::MergeUsers(MergeUsers { from, into }) => {
                match model.merge_users(from, into) {
                    Ok(merged) => {
                        self.names.remove(from);
                        let changed = merged.ended.len() + merged.changes.len();
                        with("relations_changed", changed)
                    }
                    Err(word) => refused_word(word),
                }
            }
            Operation::Act(act) => match model.apply(act.action, &act.actor, &act.target) {
                Ok(effects) => with("effects", words(&effects)),
                Err(reasons) => refused(code_of(&reasons), &words(&reasons)),
            },
            Operation::ActOnMany(ActOnMany {
                action,
                actor,
                targets,
            }) => batch(model.apply_many(*action, actor, &borrowed(targets))),
            Operation::ManyAct(ManyAct {
                action,
                actors,
                target,
            }) => batch(model.apply_by_many(*action, &borrowed(actors), target)),
            Operation::SetRequestMode(SetRequestMode { user, mode }) => {
                match model.set_mode(user, *mode) {
                    Some(before) => with("before", before.name()),
                    None => refused_word("UnknownUser"),
                }
            }
            Operation::SetRequestSending(SetRequestSending { user, sending }) => {
                match model.set_sending(user, *sending) {
                    Some(before) => with("before", before.name()),
                    None => refused_word("UnknownUser"),
                }
            }
            Operation::ClearList(ClearList { user, list }) => match model.clear_list(user, *list) {
                Some(changes) => with("relations_changed", changes.len()),
                None => refused_word("UnknownUser"),
            },
            Operation::AdoptPolicy(AdoptPolicy { policy }) => {
                with("relations_changed", model.adopt_policy(*policy).len())
            }
        }
    }

    /// Adds a user.
    pub(super) fn add(&mut self, name: &str) -> Result<(), &'static str> {
        self.model.add_user(name)?;
        self.names.add(name);
        Ok(())
    }

    /// Applies operations, each on its own. Returns the reply.
    pub(super) fn apply_each(&mut self, operations: &[Operation]) -> Value {
        let outcomes: Vec<_> = operations.iter().map(|it| self.apply(it)).collect();
        let done = outcomes.iter().all(|it| it["done"] == true);
        json!({"done": done, "outcomes": outcomes})
    }

    /// Applies operations, all or nothing.
    ///
    /// # Errors
    /// Returns the problem if one is not done.
    pub(super) fn apply_all(&mut self, operations: &[Operation]) -> Result<Value, Value> {
        let before = self.clone();
        let mut outcomes = Vec::new();
        for (index, operation) in operations.iter().enumerate() {
            let outcome = self.apply(operation);
            if outcome["done"] == false {
                *self = before;
                let mut problem = json!({
                    "code": "nothing_done",
                    "pointer": format!("/operations/{index}"),
                    "error": outcome["error"]["code"],
                });
                let reasons = &outcome["error"]["reasons"];
                if reasons.as_array().is_some_and(|it| !it.is_empty()) {
                    problem["reasons"] = reasons.clone();
                }
                return Err(problem);
            }
            outcomes.push(outcome);
        }
        Ok(json!({"done": true, "outcomes": outcomes}))
    }

    /// Adopts a policy, and returns the reply.
    pub(super) fn adopt(&mut self, policy: Policy, adopted: bool) -> Value {
        let ended = self.model.adopt_policy(policy);
        let example = |pair: &PairLetters| {
            json!({
                "actor": pair.actor, "target": pair.target,
                "before": facts(&pair.before), "after": facts(&pair.after),
            })
        };
        let examples: Vec<_> = ended.iter().take(SHOWN).map(example).collect();
        json!({
            "adopted": adopted,
            "profile": profile(&policy),
            "relations_changed": ended.len(),
            "examples": examples,
        })
    }
}

/// Returns the name of the policy with exactly these parts.
pub(super) fn profile(policy: &Policy) -> Option<&'static str> {
    Policy::names().find(|name| Policy::named(name).ok().as_ref() == Some(policy))
}

/// Returns the code of the error of a refused action.
fn code_of(reasons: &[&str]) -> &'static str {
    match reasons {
        [.., "UnknownActor" | "UnknownTarget"] => "unknown_user",
        ["SameUser"] => "same_user",
        _ => "refused",
    }
}

fn batch(outcomes: Option<Vec<Result<Vec<&str>, Vec<&str>>>>) -> Value {
    let Some(outcomes) = outcomes else {
        return refused("batch_too_large", &json!([]));
    };
    let item = |outcome: &Result<Vec<&str>, Vec<&str>>| match outcome {
        Ok(effects) => json!({"done": true, "effects": words(effects)}),
        Err(reasons) => json!({"done": false, "reasons": words(reasons)}),
    };
    let items: Vec<_> = outcomes.iter().map(item).collect();
    with("items", items)
}

/// Answers.
impl Expected {
    /// Returns whether there is such a user.
    pub(super) fn knows(&self, name: &str) -> bool {
        self.model.settings(name).is_some()
    }

    /// Returns the decision of a question.
    pub(super) fn decide(&self, question: Question, actor: &str, target: &str) -> Value {
        let why_not = self.model.why_not(question, actor, target);
        let notice = match question {
            Question::Reach(interaction) => self.gate(interaction),
            Question::Act(_) => self.model.policy().request.notice,
        };
        let mut notices = Map::new();
        for (word, notice) in [("ActorBlocks", notice.own), ("TargetBlocks", notice.other)] {
            if why_not.all.contains(&word) {
                notices.insert(snake(word), notice.name().into());
            }
        }
        let seen = if why_not.visible.is_empty() {
            "allowed"
        } else {
            "refused"
        };
        json!({
            "verdict": verdict(&why_not),
            "reasons": words(&why_not.all),
            "notices": notices,
            "actor_sees": {"verdict": seen, "reasons": words(&why_not.visible)},
        })
    }

    fn gate(&self, interaction: Interaction) -> Notices {
        let policy = self.model.policy();
        let gate = match interaction {
            Interaction::Message => policy.message,
            Interaction::Call => policy.call,
            Interaction::GroupInvitation => policy.group_invitation,
            Interaction::Presence => policy.presence,
        };
        gate.notice
    }

    /// Returns the reply of a filter about pairs of actor and target, one of them the named one.
    pub(super) fn filter<'a>(
        &self,
        interaction: Interaction,
        pairs: impl Iterator<Item = (&'a str, &'a str, &'a str)>,
    ) -> Value {
        let (mut allowed, mut refused) = (Vec::new(), Vec::new());
        for (name, actor, target) in pairs {
            let why_not = self.model.why_not_reach(interaction, actor, target);
            if why_not.all.is_empty() {
                allowed.push(name);
            } else {
                refused.push(json!({
                    "name": name,
                    "verdict": verdict(&why_not),
                    "reasons": words(&why_not.all),
                }));
            }
        }
        json!({"allowed": allowed, "refused": refused})
    }

    /// Returns the blocks between a user and others.
    pub(super) fn conflicts(&self, user: &str, members: &[String]) -> Value {
        let mut conflicts = Vec::new();
        for member in members {
            let letters = self.model.relation(user, member).unwrap_or_default();
            let blocked_by = match (letters.contains('b'), letters.contains('B')) {
                (true, true) => "both",
                (true, false) => "user",
                (false, true) => "member",
                (false, false) => continue,
            };
            conflicts.push(json!({"member": member, "blocked_by": blocked_by}));
        }
        json!({"conflicts": conflicts})
    }

    /// Returns a user, or `None` if there is none.
    pub(super) fn user(&self, name: &str) -> Option<Value> {
        let (mode, sending) = self.model.settings(name)?;
        let mut counts = Map::new();
        for list in List::ALL {
            let len = self.model.list(name, list).map_or(0, |it| it.len());
            counts.insert(list.name().to_owned(), len.into());
        }
        Some(json!({
            "name": name,
            "request_mode": mode.name(),
            "request_sending": sending.name(),
            "counts": counts,
        }))
    }

    /// Returns a list of a user in the order of joining, or `None` if there is no such user.
    pub(super) fn list(&self, name: &str, list: List) -> Option<Vec<String>> {
        let users = self.model.list(name, list)?;
        Some(self.names.sorted(users))
    }
}

fn verdict(why_not: &WhyNot) -> &'static str {
    match (why_not.all.is_empty(), why_not.visible.is_empty()) {
        (true, _) => "allowed",
        (false, true) => "refused_silently",
        (false, false) => "refused",
    }
}
