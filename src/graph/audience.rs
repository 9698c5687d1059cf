//! Filters of many users by whether an interaction between them and one user is allowed.

use std::fmt;
use std::marker::PhantomData;

use super::bloom_filter::BloomFilter;
use super::decision_table::Decisions;
use super::role::Role;
use super::store::Record;
use super::{SocialGraph, UserId, UserRef};
use crate::facts::Relation;
use crate::rules::{Decision, Interaction};

/// The minimum number of questions for which a Bloom filter pays.
const MIN_QUESTIONS: usize = 16;

/// The maximum number of the user's relations for each question; with more, building the Bloom
/// filter takes longer than it saves.
const MAX_RELATIONS_PER_QUESTION: usize = 12;

/// The users with whom an interaction is allowed, in the order given.
///
/// Made by [`SocialGraph::audience`] and [`SocialGraph::visible_senders`].
#[must_use = "an iterator does nothing until it is asked for its items"]
#[derive(Clone)]
pub struct Permitted<'g, 'u, I> {
    question: GroupQuestion<'g>,
    others: I,
    names: PhantomData<UserRef<'u>>,
}

/// The users with whom an interaction is refused, each with the decision, in the order given.
///
/// Made by [`Permitted::refused`].
#[must_use = "an iterator does nothing until it is asked for its items"]
#[derive(Clone)]
pub struct RefusedUsers<'g, 'u, I> {
    question: GroupQuestion<'g>,
    others: I,
    names: PhantomData<UserRef<'u>>,
}

impl SocialGraph {
    /// Returns the targets whom the actor may reach, in the order given.
    ///
    /// For messages they are the recipients of a message to a room. Each target is judged by
    /// [`can`](Self::can), and a repeated target again. An unknown actor has no audience. It
    /// reads the actor's relations once, in O(k); after that, a target costs a few nanoseconds by
    /// handle. It allocates nothing.
    ///
    /// ```
    /// use socialgraph::{Interaction, Policy, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// let [alice, bob, carol] =
    ///     [graph.add_user("alice")?, graph.add_user("bob")?, graph.add_user("carol")?];
    /// graph.add_to_blocklist(bob, alice)?;
    ///
    /// let members = [bob, carol, alice];
    /// let reached: Vec<_> = graph.audience(Interaction::Message, alice, &members).collect();
    /// assert_eq!(reached, [&carol]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn audience<'u, I>(
        &self,
        interaction: Interaction,
        actor: impl Into<UserRef<'u>>,
        targets: I,
    ) -> Permitted<'_, 'u, I::IntoIter>
    where
        I: IntoIterator<Item: Copy + Into<UserRef<'u>>>,
    {
        let user = (actor.into().resolve(self), Role::Actor);
        Permitted::new(self, interaction, user, targets.into_iter())
    }

    /// Returns the senders who may reach the recipient, in the order given.
    ///
    /// For messages they are the users whose messages to show to a recipient who opens a room;
    /// for presence, the users whom the recipient sees online. Costs are those of
    /// [`audience`](Self::audience).
    ///
    /// ```
    /// use socialgraph::{Interaction, Policy, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// for name in ["alice", "bob", "carol"] {
    ///     graph.add_user(name)?;
    /// }
    /// graph.add_to_blocklist("alice", "bob")?;
    ///
    /// let senders = ["bob", "carol"];
    /// let shown: Vec<_> =
    ///     graph.visible_senders(Interaction::Message, "alice", &senders).collect();
    /// assert_eq!(shown, [&"carol"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn visible_senders<'u, I>(
        &self,
        interaction: Interaction,
        recipient: impl Into<UserRef<'u>>,
        senders: I,
    ) -> Permitted<'_, 'u, I::IntoIter>
    where
        I: IntoIterator<Item: Copy + Into<UserRef<'u>>>,
    {
        let user = (recipient.into().resolve(self), Role::Target);
        Permitted::new(self, interaction, user, senders.into_iter())
    }
}

/// One question about one user and each of many others.
#[derive(Clone)]
struct GroupQuestion<'g> {
    graph: &'g SocialGraph,
    decisions: &'g Decisions,
    /// The user in every question, known or not, with the user's role.
    user: UserId,
    role: Role,
    is_known: bool,
    strangers: Option<Strangers>,
}

impl<'g> GroupQuestion<'g> {
    fn new(
        graph: &'g SocialGraph,
        interaction: Interaction,
        (user, role): (UserId, Role),
        others: usize,
    ) -> Self {
        let record = graph.store.record(user);
        let decisions = graph.decisions.about(interaction);
        let strangers = record.and_then(|record| Strangers::of(record, role, decisions, others));

        Self {
            graph,
            decisions,
            user,
            role,
            is_known: record.is_some(),
            strangers,
        }
    }

    #[inline]
    fn is_permitted(&self, other: UserId) -> bool {
        match &self.strangers {
            Some(strangers) if !strangers.exceptions.may_contain(other) => {
                strangers.are_permitted && self.graph.store.contains(other)
            }
            _ => self.is_known && self.is_permitted_by_record(other),
        }
    }

    /// Returns whether it is permitted, by the record of the user in every question.
    fn is_permitted_by_record(&self, other: UserId) -> bool {
        match self.graph.store.relation(self.user, other) {
            Ok(relation) => self.decisions.allow(self.role.relation(relation)),
            Err(_) => false,
        }
    }

    fn decide(&self, other: UserId) -> Decision {
        let (actor, target) = self.role.pair(self.user, other);
        self.graph.can_resolved(self.decisions, actor, target)
    }
}

/// What the user's record says about strangers, who are most of the others.
#[derive(Clone, Debug)]
struct Strangers {
    are_permitted: bool,
    /// The users who may be judged differently from strangers.
    exceptions: BloomFilter,
}

impl Strangers {
    /// Returns `None` if looking up each of the others is faster.
    fn of(record: Record<'_>, role: Role, decisions: &Decisions, questions: usize) -> Option<Self> {
        let relations = record.inline()?;
        let is_worth_it =
            questions >= MIN_QUESTIONS && relations.len() <= questions * MAX_RELATIONS_PER_QUESTION;
        if !is_worth_it {
            return None;
        }

        let are_permitted = decisions.allow(Relation::STRANGERS);
        let mut exceptions = BloomFilter::default();
        exceptions.insert(record.id());
        for (peer, relation) in relations.iter() {
            if decisions.allow(role.relation(relation)) != are_permitted {
                exceptions.insert(peer);
            }
        }
        Some(Self {
            are_permitted,
            exceptions,
        })
    }
}

impl<'g, 'u, I> Permitted<'g, 'u, I>
where
    I: Iterator<Item: Copy + Into<UserRef<'u>>>,
{
    fn new(
        graph: &'g SocialGraph,
        interaction: Interaction,
        user: (UserId, Role),
        others: I,
    ) -> Self {
        Self {
            question: GroupQuestion::new(graph, interaction, user, others.size_hint().0),
            others,
            names: PhantomData,
        }
    }

    /// Returns the others instead: those with whom it is refused, each with the decision.
    ///
    /// An unknown user is refused with everybody.
    ///
    /// ```
    /// use socialgraph::{Interaction, Policy, Reason, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// for name in ["alice", "bob", "carol"] {
    ///     graph.add_user(name)?;
    /// }
    /// graph.add_to_blocklist("bob", "alice")?;
    ///
    /// let audience = graph.audience(Interaction::Message, "alice", ["bob", "carol"]);
    /// let refused: Vec<_> = audience.clone().refused().collect();
    /// assert_eq!(audience.collect::<Vec<_>>(), ["carol"]);
    /// assert_eq!(refused[0].0, "bob");
    /// assert!(refused[0].1.reasons().contains(Reason::TargetBlocks));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn refused(self) -> RefusedUsers<'g, 'u, I> {
        RefusedUsers {
            question: self.question,
            others: self.others,
            names: PhantomData,
        }
    }
}

impl<'u, I> Iterator for Permitted<'_, 'u, I>
where
    I: Iterator<Item: Copy + Into<UserRef<'u>>>,
{
    type Item = I::Item;

    #[inline]
    fn next(&mut self) -> Option<I::Item> {
        loop {
            let other = self.others.next()?;
            let id = other.into().resolve(self.question.graph);
            if self.question.is_permitted(id) {
                return Some(other);
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, self.others.size_hint().1)
    }
}

impl<'u, I> Iterator for RefusedUsers<'_, 'u, I>
where
    I: Iterator<Item: Copy + Into<UserRef<'u>>>,
{
    type Item = (I::Item, Decision);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let other = self.others.next()?;
            let id = other.into().resolve(self.question.graph);
            if !self.question.is_permitted(id) {
                return Some((other, self.question.decide(id)));
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, self.others.size_hint().1)
    }
}

impl<I: fmt::Debug> fmt::Debug for Permitted<'_, '_, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.question.write_debug(f, "Permitted", &self.others)
    }
}

impl<I: fmt::Debug> fmt::Debug for RefusedUsers<'_, '_, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.question.write_debug(f, "RefusedUsers", &self.others)
    }
}

impl GroupQuestion<'_> {
    fn write_debug(
        &self,
        f: &mut fmt::Formatter<'_>,
        name: &str,
        others: &dyn fmt::Debug,
    ) -> fmt::Result {
        f.debug_struct(name)
            .field("question", &self.decisions.question())
            .field("user", &self.user)
            .field("role", &self.role)
            .field("others", others)
            .finish_non_exhaustive()
    }
}
