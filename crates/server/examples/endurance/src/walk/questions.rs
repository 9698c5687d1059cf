//! Steps that ask `/v1`.

use serde_json::{Value, json};
use socialgraph::{Interaction, List, Question};

use super::Walk;
use super::calls::{At, Request};
use super::choices::act_about;
use super::expected::{facts, profile};
use crate::client::query_value;

/// The questions of a call, most often.
const FEW: usize = 50;

impl Walk {
    /// Returns a path, now and then with the position that the answer has to know of.
    fn fresh(&mut self, path: &str) -> String {
        if self.random.once_in(3) {
            let separator = if path.contains('?') { '&' } else { '?' };
            format!("{path}{separator}at_least={}", self.here())
        } else {
            path.to_owned()
        }
    }

    pub(super) fn decide(&mut self) -> Result<(), String> {
        let most = if self.random.once_in(50) { 1_000 } else { FEW };
        let count = 1 + self.random.index(most);
        let (mut questions, mut decisions) = (Vec::new(), Vec::new());
        for _ in 0..count {
            let names = &self.expected.names;
            let (actor, target) = (names.any(&mut self.random), names.any(&mut self.random));
            let question = self.random.one(&Question::ALL);
            decisions.push(self.expected.decide(question, &actor, &target));
            questions.push(json!({"question": question.name(), "actor": actor, "target": target}));
        }

        let with_texts = self.random.once_in(4);
        let path = if with_texts {
            "/v1/decide?texts=true"
        } else {
            "/v1/decide"
        };
        let request = Request::post(self.fresh(path), &json!({"questions": questions}));
        let reply = self.v1_reply(&request, &json!({"decisions": decisions}), At::Last)?;
        let decided = reply.body["decisions"].as_array();
        let mut decided = decided.into_iter().flatten();
        let are_as_asked = decided.all(|it| {
            let seen = &it["actor_sees"];
            it.get("text").is_some() == with_texts && seen.get("text").is_some() == with_texts
        });
        if are_as_asked {
            return Ok(());
        }
        let expected = json!({"has texts": with_texts});
        Err(self.difference(&request.line(), &reply.body, &expected))
    }

    pub(super) fn audience(&mut self) -> Result<(), String> {
        let interaction = self.random.one(&Interaction::ALL);
        let actor = self.expected.names.any(&mut self.random);
        let targets = self.expected.names.several(&mut self.random, 60);
        let pairs = targets.iter().map(|it| (&**it, &*actor, &**it));
        let expected = self.expected.filter(interaction, pairs);

        let body = json!({"interaction": interaction.name(), "actor": actor, "targets": targets});
        let request = Request::post(self.fresh("/v1/audience"), &body);
        self.v1(&request, &expected, At::Last)
    }

    pub(super) fn visible_senders(&mut self) -> Result<(), String> {
        let interaction = self.random.one(&Interaction::ALL);
        let recipient = self.expected.names.any(&mut self.random);
        let senders = self.expected.names.several(&mut self.random, 60);
        let pairs = senders.iter().map(|it| (&**it, &**it, &*recipient));
        let expected = self.expected.filter(interaction, pairs);

        let body =
            json!({"interaction": interaction.name(), "recipient": recipient, "senders": senders});
        let request = Request::post(self.fresh("/v1/visible_senders"), &body);
        self.v1(&request, &expected, At::Last)
    }

    pub(super) fn conflicts(&mut self) -> Result<(), String> {
        let user = self.expected.names.any(&mut self.random);
        let members = self.expected.names.several(&mut self.random, 60);
        let body = json!({"user": user, "members": members});
        let request = Request::post(self.fresh("/v1/conflicts"), &body);
        if self.expected.knows(&user) {
            let expected = self.expected.conflicts(&user, &members);
            return self.v1(&request, &expected, At::Last);
        }
        let problem = json!({"code": "unknown_user", "pointer": "/user"});
        self.v1_problem(&request, 404, &problem)
    }

    pub(super) fn user(&mut self, name: &str) -> Result<(), String> {
        let path = format!("/v1/user?name={}", query_value(name));
        let request = Request::get(self.fresh(&path));
        match self.expected.user(name) {
            Some(expected) => self.v1(&request, &expected, At::Last),
            None => self.v1_problem(&request, 404, &unknown("name")),
        }
    }

    pub(super) fn relation(&mut self) -> Result<(), String> {
        let names = &self.expected.names;
        let (actor, target) = (names.any(&mut self.random), names.any(&mut self.random));
        let (from, to) = (query_value(&actor), query_value(&target));
        // A longer head is refused.
        if from.len() + to.len() > 15_000 {
            return Ok(());
        }
        let path = format!("/v1/relation?actor={from}&target={to}");
        let request = Request::get(self.fresh(&path));

        if !self.expected.knows(&actor) {
            return self.v1_problem(&request, 404, &unknown("actor"));
        }
        if !self.expected.knows(&target) {
            return self.v1_problem(&request, 404, &unknown("target"));
        }
        if let Ok(letters) = self.expected.model.relation(&actor, &target) {
            return self.v1(&request, &json!({"facts": facts(&letters)}), At::Last);
        }
        let problem = json!({"code": "invalid", "parameter": "target"});
        self.v1_problem(&request, 422, &problem)
    }

    /// Reads a list by pages.
    pub(super) fn list(&mut self, name: &str, list: List) -> Result<(), String> {
        let path = format!("/v1/list?user={}&list={}", query_value(name), list.name());
        if let Some(expected) = self.expected.list(name, list) {
            return self.pages(&path, &expected);
        }
        let request = Request::get(self.fresh(&path));
        self.v1_problem(&request, 404, &unknown("user"))
    }

    /// Reads a list by pages, and changes relations of its user between them.
    pub(super) fn changing_list(&mut self) -> Result<(), String> {
        let name = self.expected.names.user(&mut self.random);
        let list = self.random.one(&List::ALL);
        let Some(before) = self.expected.list(&name, list) else {
            return self.list(&name, list);
        };
        let limit = 1 + self.random.index(4);
        let path = format!("/v1/list?user={}&list={}", query_value(&name), list.name());
        // Who was there all the while, and who was there once.
        let (mut stayed, mut ever) = (before.clone(), before);
        let mut found = Vec::new();
        let mut cursor = 0;
        loop {
            let target = format!("{path}&limit={limit}&cursor={cursor}");
            let request = Request::get(target);
            let reply = self.v1_anywhere(&request)?;
            let page = super::feed::texts(&reply.body["users"]);
            let len = self.expected.list(&name, list).map_or(0, |it| it.len());
            if reply.body["total"] != len || page.len() > limit {
                let expected = json!({"total": len, "users, at most": limit});
                return Err(self.difference(&request.line(), &reply.body, &expected));
            }
            found.extend(page);

            match reply.body["next"].as_u64() {
                Some(next) => cursor = next,
                None => break,
            }
            for _ in 0..=self.random.below(3) {
                let act = act_about(&name, &self.expected, &mut self.random);
                self.apply(&[act])?;
            }
            let now = self.expected.list(&name, list).unwrap_or_default();
            stayed.retain(|it| now.contains(it));
            ever.extend(now);
        }

        let is_once = (1..found.len()).all(|end| !found[..end].contains(&found[end]));
        let is_whole = stayed.iter().all(|it| found.contains(it));
        let is_true = found.iter().all(|it| ever.contains(it));
        if is_once && is_whole && is_true {
            return Ok(());
        }
        let expected = json!({"stayed": stayed, "were there once": ever});
        Err(self.difference(&path, &json!(found), &expected))
    }

    /// Reads all users by pages.
    pub(super) fn users(&mut self) -> Result<(), String> {
        let expected = self.expected.names.in_order();
        self.pages("/v1/users?", &expected)
    }

    /// Reads users by pages of one length.
    fn pages(&mut self, path: &str, expected: &[String]) -> Result<(), String> {
        // Short ones, and the longest.
        let limit = match self.random.below(6) {
            0 => 1_000,
            1 => 100,
            2 => 1 + self.random.index(4),
            _ => 5 + self.random.index(40),
        };
        let mut pages = expected.chunks(limit);
        let mut cursor = None;
        loop {
            // Without a limit, a page has 100 users.
            let mut page_path = path.to_owned();
            if limit != 100 {
                page_path = format!("{page_path}&limit={limit}");
            }
            if let Some(cursor) = cursor {
                page_path = format!("{page_path}&cursor={cursor}");
            }
            let page_path = page_path.replace("?&", "?");
            let request = Request::get(self.fresh(page_path.trim_end_matches('?')));
            let users = pages.next().unwrap_or_default();
            let is_last = pages.len() == 0;

            let mut reply = self.v1_anywhere(&request)?;
            let next = reply.body["next"].take();
            let page = json!({"users": users, "total": expected.len(), "next": null});
            self.compare_reply(&request, &reply, &page)?;
            if next.is_null() != is_last {
                let expected = json!({"is the last page": is_last});
                return Err(self.difference(&request.line(), &json!({"next": next}), &expected));
            }
            match next.as_u64() {
                Some(next) => cursor = Some(next),
                None => return Ok(()),
            }
        }
    }

    pub(super) fn policy(&mut self) -> Result<(), String> {
        let policy = *self.expected.model.policy();
        let expected = json!({"profile": profile(&policy), "policy": policy});
        let request = Request::get(self.fresh("/v1/policy"));
        self.v1(&request, &expected, At::Last)
    }

    pub(super) fn position(&mut self) -> Result<(), String> {
        let expected = json!({"users": self.expected.names.len()});
        let request = Request::get(self.fresh("/v1/position"));
        self.v1(&request, &expected, At::Last)
    }
}

/// Returns the problem of an unknown user whom a parameter names.
fn unknown(parameter: &str) -> Value {
    json!({"code": "unknown_user", "parameter": parameter})
}
