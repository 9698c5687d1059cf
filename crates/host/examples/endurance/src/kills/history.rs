//! What is known of one directory: what was proposed, and what was acknowledged.

use std::collections::HashMap;
use std::fmt;
use std::path::Path;

use socialgraph::SocialGraph;
use socialgraph_host::{Host, ItemOf, Operations, Options, ProposalId, verify};

use super::Kind;
use super::entries::empty;
use super::line::{Acknowledged, Line, digest};
use super::model;
use super::round::kill_child;
use crate::check::{items, oldest};
use crate::random::Random;

type GraphHost = Host<SocialGraph>;
type Item = ItemOf<SocialGraph>;

/// What was counted.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) kills: u64,
    pub(crate) acknowledged: u64,
    pub(crate) lost: u64,
    pub(crate) doubled: u64,
    pub(crate) resent: u64,
}

impl Counts {
    pub(crate) const fn add(&mut self, other: &Self) {
        self.kills += other.kills;
        self.acknowledged += other.acknowledged;
        self.lost += other.lost;
        self.doubled += other.doubled;
        self.resent += other.resent;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            kills,
            acknowledged,
            lost,
            doubled,
            resent,
        } = self;
        write!(
            f,
            "kills={kills} acknowledged={acknowledged} lost={lost} doubled={doubled} \
             resent={resent}"
        )
    }
}

/// The history of one directory.
pub(crate) struct History<'a> {
    path: &'a Path,
    proposed: HashMap<ProposalId, Operations>,
    /// What was answered. `None` if a child said so without an answer.
    acknowledged: HashMap<ProposalId, Option<Acknowledged>>,
    /// The position and the state from which the items lead to the graph: those of the oldest
    /// snapshot, if more was dropped than was read before.
    start: (u64, SocialGraph),
    /// What was read from feeds.
    items: Vec<Item>,
    graph: SocialGraph,
    pub(crate) counts: Counts,
}

impl<'a> History<'a> {
    pub(crate) fn new(path: &'a Path) -> Self {
        Self {
            path,
            proposed: HashMap::new(),
            acknowledged: HashMap::new(),
            start: (0, empty()),
            items: Vec::new(),
            graph: empty(),
            counts: Counts::default(),
        }
    }

    /// Kills children in the directory, and checks it after each few.
    pub(crate) fn fill(
        &mut self,
        kills: u32,
        kind: Kind,
        random: &mut Random,
    ) -> Result<(), String> {
        let mut left = kills;
        while left > 0 {
            let in_a_row = if random.percent(25) { 2.min(left) } else { 1 };
            left -= in_a_row;
            for _ in 0..in_a_row {
                let lines = kill_child(self.path, kind, random)?;
                self.counts.kills += 1;
                self.take(lines)?;
            }
            if random.percent(25) && self.path.join("log.db").exists() {
                self.verify()?;
            }
            self.check(random)?;
        }
        Ok(())
    }

    /// Takes down what a child said.
    fn take(&mut self, lines: Vec<Line>) -> Result<(), String> {
        for line in lines {
            match line {
                Line::Proposed(id, entry) => {
                    self.proposed.insert(id, entry);
                }
                Line::Answered(id, answer) => self.acknowledge(id, Some(answer))?,
                Line::AnsweredEarly(id) => self.acknowledge(id, None)?,
            }
        }
        Ok(())
    }

    fn acknowledge(&mut self, id: ProposalId, answer: Option<Acknowledged>) -> Result<(), String> {
        let earlier = self.acknowledged.get(&id).copied();
        match (earlier, answer) {
            (Some(Some(earlier)), Some(answer)) if earlier != answer => {
                return Err(format!("{id} has two answers: {earlier:?} and {answer:?}"));
            }
            (Some(_), None) => return Ok(()),
            (None, _) => self.counts.acknowledged += 1,
            _ => {}
        }
        self.acknowledged.insert(id, answer);
        Ok(())
    }

    fn verify(&self) -> Result<(), String> {
        let found = verify::<SocialGraph>(self.path).map_err(|error| error.to_string())?;
        match found.faults.first() {
            Some(fault) => Err(format!("after a kill, verification finds: {fault}")),
            None => Ok(()),
        }
    }

    /// Opens the directory, compares, sends again what has no answer, and compares again.
    fn check(&mut self, random: &mut Random) -> Result<(), String> {
        let host = GraphHost::open_or_create(self.path, empty, Options::default())
            .map_err(|error| format!("after a kill, opening fails: {error}"))?;
        let health = host.health();
        if health.halt.is_some() || !health.warnings.is_empty() {
            return Err(format!("after a kill, the host has {health:?}"));
        }

        self.compare_feed(&host)?;
        let before = self.items.len();
        let new = self.send_again(&host, random)?;
        self.compare_feed(&host)?;
        // The parent keeps everything, so that the items begin where they began.
        if self.items.len() != before + new {
            return Err("proposals that were sent again had other effects, too".to_owned());
        }
        Ok(())
    }

    /// Sends all proposals that have no answer, those whose records were dropped, and some others.
    /// Returns how many were new.
    fn send_again(&mut self, host: &GraphHost, random: &mut Random) -> Result<usize, String> {
        let is_sent = |id: &ProposalId| match self.acknowledged.get(id) {
            Some(Some(answer)) => answer.position.number <= self.start.0 || id.nonce % 50 == 7,
            _ => true,
        };
        let mut ids: Vec<_> = self.proposed.keys().copied().filter(is_sent).collect();
        ids.sort_by_key(|id| (id.made_at.number, id.nonce));
        ids.sort_by_cached_key(|_| random.next());

        let last = host.position().number;
        let mut tickets = Vec::new();
        for id in &ids {
            tickets.push(host.propose_as(*id, self.proposed[id].clone()));
        }
        let mut new = 0;
        for ticket in tickets {
            let id = ticket.id();
            let answer = ticket
                .wait()
                .map_err(|error| format!("{id}, sent again, fails: {error}"))?;
            self.acknowledge(id, Some(Acknowledged::from(&answer)))?;
            self.counts.resent += 1;
            new += usize::from(answer.position.number > last);
        }
        Ok(new)
    }

    /// Reads the whole feed, and compares it with what was said and with a fold of its entries.
    fn compare_feed(&mut self, host: &GraphHost) -> Result<(), String> {
        let items = self.read_feed(host)?;
        let mut found = HashMap::new();
        for item in &items {
            if self.proposed.get(&item.id) != Some(&item.entry) {
                return Err(format!("{} was not proposed: {}", item.id, item.entry));
            }
            let here = Acknowledged {
                position: item.position,
                digest: digest(&item.outcome),
            };
            if found.insert(item.id, here).is_some() {
                self.counts.doubled += 1;
            }
        }

        self.compare_answers(&found)?;
        self.graph = model::fold(self.start.1.clone(), &items)?;
        if self.graph != *host.reader() {
            return Err("the graph is not the fold of its log".to_owned());
        }
        self.items = items;
        Ok(())
    }

    fn compare_answers(&mut self, found: &HashMap<ProposalId, Acknowledged>) -> Result<(), String> {
        let mut lost = Vec::new();
        for (id, answer) in &self.acknowledged {
            match (found.get(id), answer) {
                // What was dropped is sent again instead.
                (None, Some(answer)) if answer.position.number <= self.start.0 => {}
                (None, _) => lost.push(*id),
                (Some(found), Some(answer)) if found != answer => {
                    return Err(format!("{id} was answered {answer:?}, and has {found:?}"));
                }
                _ => {}
            }
        }
        // Each is counted once.
        for id in lost {
            self.counts.lost += 1;
            self.acknowledged.remove(&id);
        }
        Ok(())
    }

    /// Returns the items that were read before, as far as nothing between was dropped, and those
    /// that are there now.
    fn read_feed(&mut self, host: &GraphHost) -> Result<Vec<Item>, String> {
        let (oldest, graph) = oldest(host)?;
        let known = self.items.last().map_or(self.start.0, number);
        if oldest.number > known {
            self.start = (oldest.number, graph);
            self.items.clear();
        }
        let read = items(host, oldest)?;
        let is_dropped = |item: &&Item| number(item) <= oldest.number;
        let mut all: Vec<Item> = self.items.iter().take_while(is_dropped).cloned().collect();
        all.extend(read);
        if all.get(..self.items.len()) != Some(&self.items[..]) {
            // With a planted fault the fold is right, and the count says what is lost.
            return Err("the feed has lost or changed what it had".to_owned());
        }
        Ok(all)
    }

    /// Plays all entries to the reference model, and compares it with the graph. The model knows
    /// no state to begin from but the empty one.
    pub(crate) fn compare_with_model(&self) -> Result<(), String> {
        if self.start.0 > 0 {
            return Ok(());
        }
        model::compare(&self.items, &self.graph)
    }
}

fn number(item: &Item) -> u64 {
    item.position.number
}
