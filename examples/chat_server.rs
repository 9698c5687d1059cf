//! A small chat server in one process: rooms, a thread for each user, and one graph for all.
//!
//! `cargo run --example chat_server`
//!
//! Threads read a [`SharedGraph`] without waiting for writers. A client gets what is `visible`,
//! never the sentence for the log. Events tell each user what they may learn. `conflicts` finds
//! the blocks between a newcomer and a room.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use socialgraph::{
    Action, AddUserError, Decision, Interaction, Policy, Reader, SharedGraph, SocialGraph, UserId,
};

/// What all threads share.
struct Server {
    graph: SharedGraph,
    rooms: Mutex<BTreeMap<String, BTreeSet<UserId>>>,
    inboxes: Mutex<BTreeMap<UserId, Sender<String>>>,
}

/// One user's connection: a thread owns it, with a reader of the graph.
struct Session<'s> {
    server: &'s Server,
    graph: Reader,
    user: UserId,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Server {
    /// Signs a user in, and returns the session with the user's inbox.
    fn sign_in(&self, name: &str) -> Result<(Session<'_>, Receiver<String>), AddUserError> {
        let user = self.graph.write(|graph| graph.get_or_add_user(name))?.id();
        let (sender, inbox) = mpsc::channel();
        locked(&self.inboxes).insert(user, sender);

        let session = Session {
            server: self,
            graph: self.graph.reader(),
            user,
        };
        Ok((session, inbox))
    }

    fn deliver(&self, to: UserId, text: String) {
        let _ = locked(&self.inboxes).get(&to).map(|inbox| inbox.send(text));
    }
}

impl Session<'_> {
    /// Carries out a line from the client, and returns the answer.
    fn handle(&mut self, line: &str) -> String {
        self.graph.refresh();
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));

        match verb {
            "join" => self.join(rest),
            "say" => self.say(rest),
            "block" => self.act(Action::Block, rest),
            "request" => self.act(Action::SendRequest, rest),
            "accept" => self.act(Action::AcceptRequest, rest),
            _ => "unknown command".to_owned(),
        }
    }

    /// Joins a room, unless a member blocks the user: then the room is "not available".
    fn join(&self, room: &str) -> String {
        let mut rooms = locked(&self.server.rooms);
        let members = rooms.entry(room.to_owned()).or_default();

        let Ok(conflicts) = self.graph.conflicts(self.user, &*members) else {
            return "you are signed out".to_owned();
        };
        let blockers: Vec<_> = conflicts.map(|(_, blockers)| blockers).collect();
        // That a member blocks the user is told: a room with one member tells who.
        if blockers.iter().any(|sides| sides.has_target()) {
            return format!("{room} is not available");
        }

        members.insert(self.user);
        match blockers.len() {
            0 => format!("you are in {room}"),
            _ => format!("you are in {room}, with somebody whom you block"),
        }
    }

    /// Says something in a room: each member gets it, or does not, as one-to-one.
    fn say(&self, line: &str) -> String {
        let (room, text) = line.split_once(' ').unwrap_or((line, ""));
        let rooms = locked(&self.server.rooms);
        let members = rooms.get(room);
        let Some(members) = members.filter(|members| members.contains(&self.user)) else {
            return format!("you are not in {room}");
        };

        let (graph, user) = (&self.graph, self.user);
        let name = graph.name(user).unwrap_or_default();
        let others = members.iter().filter(|member| **member != user);
        let audience = graph.audience(Interaction::Message, user, others);
        for member in audience.clone() {
            self.server
                .deliver(*member, format!("{name} in {room}: {text}"));
        }

        // Under a silent policy nothing is left of a refusal: the sender sees success.
        let refusals = audience.refused().filter_map(|(member, decision)| {
            shown(decision, graph.name(*member).unwrap_or_default())
        });
        let answers: Vec<_> = [String::from("sent")].into_iter().chain(refusals).collect();
        answers.join("; ")
    }

    /// Acts on another user, who is told what they may learn of it.
    fn act(&mut self, action: Action, other: &str) -> String {
        let applied = self.server.graph.write(|graph| {
            let applied = graph.apply(action, self.user, other);
            // What may be seen is decided on the graph that refused.
            applied.map_err(|error| Decision::of_refusal(action, error.refusal, graph.policy()))
        });
        let graph = self.graph.refresh();

        let change = match applied {
            Ok(change) => change,
            Err(decision) => return shown(decision, other).unwrap_or("done".to_owned()),
        };
        for event in graph.events([change]) {
            for (told, notification, other) in event.notifications(graph.policy()) {
                // The answer is all that the actor gets, so that a silent refusal looks the same.
                if told.id != self.user {
                    let text = notification.explain(&other.name).to_string();
                    self.server.deliver(told.id, text);
                }
            }
        }
        "done".to_owned()
    }
}

/// Returns what the actor may be told of a refusal.
fn shown(decision: Decision, other: &str) -> Option<String> {
    let visible = decision.visible();
    (!visible.is_allowed()).then(|| visible.explain("you", other).to_string())
}

/// Serves each user on a thread of their own, and returns the lines of all, in order.
///
/// A line of the script is a name and a command. Each is carried out before the next, so that
/// each run prints the same.
pub(crate) fn transcript(policy: Policy, script: &str) -> Result<Vec<String>, Box<dyn Error>> {
    let server = Server {
        graph: SharedGraph::new(SocialGraph::new(policy)),
        rooms: Mutex::default(),
        inboxes: Mutex::default(),
    };

    thread::scope(|threads| {
        let mut clients = BTreeMap::new();
        for line in script.lines() {
            let name = line.split_whitespace().next().unwrap_or_default();
            if !clients.contains_key(name) {
                let (mut session, inbox) = server.sign_in(name)?;
                let (lines, to_serve) = mpsc::channel::<String>();
                let (reply, replies) = mpsc::channel();
                threads.spawn(move || {
                    let mut spoken = to_serve.iter().map(|line| session.handle(&line));
                    spoken.try_for_each(|text| reply.send(text))
                });
                clients.insert(name, (lines, replies, inbox));
            }
        }

        let mut seen = Vec::new();
        for line in script.lines() {
            let (name, line) = line.trim().split_once(' ').unwrap_or_default();
            if let Some((lines, replies, _)) = clients.get(name) {
                lines.send(line.to_owned())?;
                seen.push(format!("{name}> {line}: {}", replies.recv()?));
            }
            for (name, (.., inbox)) in &clients {
                let told = inbox.try_iter();
                seen.extend(told.map(|text| format!("    {name} is told: {text}")));
            }
        }
        Ok(seen)
    })
}

fn main() -> Result<(), Box<dyn Error>> {
    let script = "ann join lobby
        ben join lobby
        ben request ann
        ann accept ben
        ann block ben
        ann say lobby hello
        ben request ann";
    println!("{}", transcript(Policy::tencent_rest(), script)?.join("\n"));
    Ok(())
}
