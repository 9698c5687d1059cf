//! The engine and the reference model side by side: what is done to one is done to the other,
//! and what each says of it is compared.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};

use socialgraph::{
    Action, Change, Cursor, Limits, List, MAX_NAME_BYTES, Policy, Refusal, RequestMode,
    RequestSending, SocialGraph, UserId, Ways,
};

use super::model::{Act, Caps, Mode, Model, Profile};

/// An outcome in the model's words: effects, or reasons against.
type Outcome = Result<Vec<&'static str>, Vec<&'static str>>;

/// How users are spoken of to the engine; the model knows names alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    Name,
    Handle,
}

/// The engine and the model, in equal states as long as nothing is amiss.
#[derive(Clone)]
pub struct Twins {
    pub graph: SocialGraph,
    pub model: Model,
    known: BTreeSet<String>,
    /// The last handle of each name, of users who were removed as well.
    handles: BTreeMap<String, UserId>,
}

pub fn model_of(profile: &str, limits: Limits) -> Model {
    let profile = match profile {
        "tencent_rest" => Profile::TencentRest,
        "tencent_mutual" => Profile::TencentMutual,
        "tencent_keep_friends" => Profile::TencentKeepFriends,
        other => panic!("the model knows no profile {other}"),
    };
    Model::new(profile, caps_of(limits))
}

fn caps_of(limits: Limits) -> Caps {
    let cap = |limit: Option<u32>| limit.map_or(usize::MAX, |limit| limit as usize);
    Caps {
        blocked: cap(limits.blocked),
        friends: cap(limits.friends),
        requests_in: cap(limits.requests_in),
        batch: cap(limits.batch),
    }
}

pub fn act_of(action: Action) -> Act {
    match action {
        Action::Block => Act::Block,
        Action::Unblock => Act::Unblock,
        Action::SendRequest => Act::Request,
        Action::AcceptRequest => Act::Accept,
        Action::DeclineRequest => Act::Decline,
        Action::CancelRequest => Act::Cancel,
        Action::AddFriend(Ways::OneWay) => Act::AddOneWay,
        Action::AddFriend(Ways::TwoWay) => Act::AddTwoWay,
        Action::RemoveFriend(Ways::OneWay) => Act::RemoveOneWay,
        Action::RemoveFriend(Ways::TwoWay) => Act::RemoveTwoWay,
    }
}

pub fn mode_of(mode: RequestMode) -> Mode {
    match mode {
        RequestMode::Anyone => Mode::Anyone,
        RequestMode::Confirm => Mode::Confirm,
        RequestMode::Nobody => Mode::Nobody,
    }
}

fn within(limits: Limits, mut policy: Policy) -> Policy {
    policy.limits = limits;
    policy
}

/// Compares what a value prints with a word, without writing it anywhere.
struct Word<'a>(&'a str);

impl fmt::Write for Word<'_> {
    fn write_str(&mut self, printed: &str) -> fmt::Result {
        self.0 = self.0.strip_prefix(printed).ok_or(fmt::Error)?;
        Ok(())
    }
}

/// Whether so many values print like these words, in their order.
fn prints_like<T: fmt::Debug>(values: impl IntoIterator<Item = T>, words: &[&str]) -> bool {
    let mut words = words.iter();
    let same = values.into_iter().all(|value| {
        let Some(mut word) = words.next().copied().map(Word) else {
            return false;
        };
        write!(word, "{value:?}").is_ok() && word.0.is_empty()
    });
    same && words.next().is_none()
}

/// Whether the engine's outcome is the model's.
fn same_outcome(outcome: &Result<Change, Refusal>, expected: &Outcome) -> bool {
    match (outcome, expected) {
        (Ok(change), Ok(effects)) => prints_like(change.effects(), effects),
        (Err(refusal), Err(reasons)) => prints_like(refusal.reasons(), reasons),
        _ => false,
    }
}

impl Twins {
    /// Both without users, under a profile with these limits.
    pub fn new(profile: &str, limits: Limits) -> Self {
        let mut named = Policy::PROFILES
            .into_iter()
            .filter(|(name, _)| *name == profile);
        let (_, policy) = named.next().unwrap();
        Self {
            graph: SocialGraph::new(within(limits, policy)),
            model: model_of(profile, limits),
            known: BTreeSet::new(),
            handles: BTreeMap::new(),
        }
    }

    /// The handle of a name, of the user who had it last where nobody has; the highest for a
    /// name that nobody ever had.
    fn handle(&self, name: &str) -> UserId {
        self.handles
            .get(name)
            .copied()
            .unwrap_or(UserId::from_u32(u32::MAX))
    }
}

/// What is done to both.
impl Twins {
    pub fn add(&mut self, name: &str) {
        let added = self.graph.add_user(name);
        if !(1..=MAX_NAME_BYTES).contains(&name.len()) {
            // The model knows nothing of bytes.
            assert!(added.is_err(), "no user is called {name}");
            return;
        }
        assert_eq!(added.is_ok(), self.model.add_user(name), "adding {name}");
        if let Ok(id) = added {
            assert!(
                self.handles.values().all(|earlier| *earlier < id),
                "{id} is used twice"
            );
            self.handles.insert(name.to_owned(), id);
            self.known.insert(name.to_owned());
        }
    }

    /// Removes a user, and compares every relation that ended.
    pub fn remove(&mut self, name: &str) {
        let Ok(removed) = self.graph.remove_user(name) else {
            assert!(!self.model.remove_user(name), "removing {name}");
            return;
        };
        assert!(self.known.remove(name), "removing {name}");
        assert_eq!((&*removed.name, removed.id), (name, self.handle(name)));
        let relation = |other: &String| (self.handle(other), self.model.relation(name, other));
        let ended: BTreeMap<_, _> = self
            .known
            .iter()
            .map(relation)
            .filter(|(_, relation)| relation != "-")
            .collect();
        let severed = removed
            .severed
            .iter()
            .map(|severed| (severed.peer, format!("{:#}", severed.before)));
        assert!(severed.eq(ended), "removing {name}");
        assert!(self.model.remove_user(name));
    }

    pub fn set_mode(&mut self, name: &str, mode: RequestMode) {
        let set = self.graph.set_request_mode(name, mode).is_ok();
        assert_eq!(
            set,
            self.model.set_mode(name, mode_of(mode)),
            "{name}: {mode:?}"
        );
    }

    pub fn set_sending(&mut self, name: &str, sending: RequestSending) {
        let set = self.graph.set_request_sending(name, sending).is_ok();
        let barred = sending == RequestSending::Barred;
        assert_eq!(
            set,
            self.model.set_barred(name, barred),
            "{name}: {sending:?}"
        );
    }

    pub fn act(&mut self, by: By, action: Action, actor: &str, target: &str) {
        let outcome = match by {
            By::Name => self.graph.apply(action, actor, target),
            By::Handle => self
                .graph
                .apply(action, self.handle(actor), self.handle(target)),
        };
        let expected = self.model.apply(act_of(action), actor, target);
        let same = same_outcome(&outcome, &expected);
        assert!(
            same,
            "{actor} {action:?} {target}: {outcome:?} is not {expected:?}"
        );
    }

    pub fn act_many(&mut self, by: By, action: Action, actor: &str, targets: &[&str]) {
        let outcomes = match by {
            By::Name => self.graph.apply_many(action, actor, targets),
            By::Handle => {
                let handles: Vec<_> = targets.iter().map(|target| self.handle(target)).collect();
                self.graph.apply_many(action, self.handle(actor), &handles)
            }
        };
        let expected = self.model.apply_many(act_of(action), actor, targets);
        let same = match (&outcomes, &expected) {
            (Ok(batch), Some(expected)) => {
                let mut both = batch.outcomes().iter().zip(expected);
                batch.outcomes().len() == expected.len()
                    && both.all(|(outcome, expected)| same_outcome(outcome, expected))
            }
            (Err(_), None) => true,
            _ => false,
        };
        assert!(
            same,
            "{actor} {action:?} {targets:?}: {outcomes:?} is not {expected:?}"
        );
    }
}

/// What is asked of both.
impl Twins {
    /// Asks all that there is to ask about these users.
    pub fn compare(&self, names: &[&str]) {
        self.model.assert_legal();
        for (actor, target) in names
            .iter()
            .flat_map(|a| names.iter().map(move |b| (*a, *b)))
        {
            self.compare_pair(actor, target);
        }
        for name in names {
            self.compare_lists(name);
        }
        self.compare_users();
    }

    /// Asks about a pair, by name and by handle.
    pub fn compare_pair(&self, actor: &str, target: &str) {
        let by_handle = (self.handle(actor), self.handle(target));
        let (reasons, visible) = self.model.why_no_message(actor, target);
        let message = self.graph.can_message(actor, target);
        assert_eq!(message, self.graph.can_message(by_handle.0, by_handle.1));
        let same = prints_like(message.reasons(), &reasons)
            && prints_like(message.visible().reasons(), &visible);
        assert!(
            same,
            "{actor} messages {target}: {message:?} is not {reasons:?}"
        );
        for action in Action::ALL {
            let expected = self.model.why_not(act_of(action), actor, target);
            let decision = self.graph.decide(action, actor, target);
            assert_eq!(
                decision,
                self.graph.decide(action, by_handle.0, by_handle.1)
            );
            let same = prints_like(decision.reasons(), &expected);
            assert!(
                same,
                "{actor} {action:?} {target}: {decision:?} is not {expected:?}"
            );
        }
        self.compare_relation(actor, target);
    }

    /// Asks how two stand to each other, by name and by handle.
    pub fn compare_relation(&self, actor: &str, target: &str) {
        let relation = self.graph.relation(actor, target);
        assert_eq!(
            relation,
            self.graph.relation(self.handle(actor), self.handle(target))
        );
        match relation {
            Ok(relation) => {
                assert_eq!(format!("{relation:#}"), self.model.relation(actor, target));
            }
            Err(refusal) => {
                let expected = self.model.why_not(Act::Unblock, actor, target);
                assert!(
                    prints_like(refusal.reasons(), &expected),
                    "{actor} and {target}"
                );
            }
        }
    }

    /// Asks for the four lists of a user, if there is one of that name.
    pub fn compare_lists(&self, name: &str) {
        if !self.known.contains(name) {
            assert!(
                List::ALL
                    .iter()
                    .all(|list| self.graph.list(name, *list).is_err()),
                "{name}"
            );
            return;
        }
        for list in List::ALL {
            let expected = match list {
                List::Blocklist => self.model.blocklist(name),
                List::Friends => self.model.friends(name),
                List::RequestsIn => self.model.requests_in(name),
                List::RequestsOut => self.model.requests_out(name),
            };
            let mut expected: Vec<_> = expected.iter().map(|other| self.handle(other)).collect();
            expected.sort_unstable();
            let listing = self.graph.list(name, list).unwrap();
            assert!(
                listing.iter().eq(expected.iter().copied()),
                "the {list} of {name}"
            );
            assert_eq!(listing.len(), expected.len(), "the {list} of {name}");
        }
    }

    /// Reads a list by pages of so many entries.
    pub fn compare_pages(&self, name: &str, list: List, limit: usize) {
        let Ok(listing) = self.graph.list(name, list) else {
            return;
        };
        let (mut paged, mut next) = (Vec::new(), Some(Cursor::START));
        while let Some(from) = next {
            let page = listing.page(from, limit);
            assert!(
                page.next.is_none() || page.users.len() == limit,
                "a page is full"
            );
            paged.extend(page.users);
            next = page.next;
        }
        assert!(listing.iter().eq(paged), "pages of the {list} of {name}");
    }

    /// Asks whom of these a user may message, and who may message the user.
    pub fn compare_audience(&self, name: &str, others: &[&str]) {
        let reached = |other: &&&str| self.model.why_no_message(name, other).0.is_empty();
        let shown = |other: &&&str| self.model.why_no_message(other, name).0.is_empty();
        let senders = self.graph.visible_senders(name, others);
        assert!(
            self.graph
                .audience(name, others)
                .eq(others.iter().filter(reached)),
            "{name}"
        );
        assert!(senders.eq(others.iter().filter(shown)), "{name}");
        let handles: Vec<_> = others.iter().map(|other| self.handle(other)).collect();
        let by_name = self
            .graph
            .audience(name, others)
            .map(|other| self.handle(other));
        let by_handle = self.graph.audience(self.handle(name), &handles).copied();
        assert!(by_name.eq(by_handle), "{name}");
    }

    /// Asks who there is, and whether each name leads to its user.
    pub fn compare_users(&self) {
        let mut expected: Vec<_> = self
            .known
            .iter()
            .map(|name| (self.handle(name), &**name))
            .collect();
        expected.sort_unstable();
        assert!(self.graph.users().eq(expected));
        assert_eq!(self.graph.user_count(), self.known.len());
        for (name, id) in &self.handles {
            let is_known = self.known.contains(name);
            assert_eq!(self.graph.user(name), is_known.then_some(*id), "{name}");
            assert_eq!(self.graph.name(*id), is_known.then_some(&**name), "{id}");
        }
    }

    /// Moves to other limits, which works where every list of the model fits, and asks under them
    /// about these users.
    pub fn compare_limits(&self, limits: Limits, names: &[&str]) {
        let fits = |len: usize, limit: Option<u32>| limit.is_none_or(|most| len <= most as usize);
        let expected = self.known.iter().all(|name| {
            fits(self.model.blocklist(name).len(), limits.blocked)
                && fits(self.model.friends(name).len(), limits.friends)
                && fits(self.model.requests_in(name).len(), limits.requests_in)
        });
        let moved = self.graph.with_policy(within(limits, *self.graph.policy()));
        assert_eq!(moved.is_ok(), expected, "{limits:?}");
        let Ok(graph) = moved else { return };
        let model = self.model.within(caps_of(limits));
        let (known, handles) = (self.known.clone(), self.handles.clone());
        let moved = Self {
            graph,
            model,
            known,
            handles,
        };
        names
            .windows(2)
            .for_each(|pair| moved.compare_pair(pair[0], pair[1]));
    }
}
