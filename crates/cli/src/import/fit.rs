//! What of a file fits a policy.

use std::collections::BTreeMap;
use std::collections::btree_map;

use socialgraph::{Operation, Policy, Reason, SocialGraph};

use super::source::{Entry, Imported, counted};
use crate::policy::NamedPolicy;
use crate::text::shortened;

/// What a policy refuses, by its first reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Refusals(BTreeMap<Reason, Refused>);

/// The entries that are refused for one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Refused {
    count: usize,
    /// The first of them.
    entry: Entry,
}

impl Refusals {
    /// Counts an entry that was refused for a reason.
    pub(crate) fn add(&mut self, reason: Reason, entry: &Entry) {
        match self.0.entry(reason) {
            btree_map::Entry::Occupied(mut refused) => refused.get_mut().count += 1,
            btree_map::Entry::Vacant(place) => {
                let entry = entry.clone();
                place.insert(Refused { count: 1, entry });
            }
        }
    }

    /// Returns the number of entries that were refused.
    pub(crate) fn count(&self) -> usize {
        self.0.values().map(|refused| refused.count).sum()
    }

    /// Returns the number of entries for each reason.
    pub(crate) fn counts(&self) -> impl Iterator<Item = (Reason, usize)> {
        self.0
            .iter()
            .map(|(reason, refused)| (*reason, refused.count))
    }

    /// Returns whether a limit of the policy refuses nothing.
    pub(crate) fn are_within_limits(&self, policy: &Policy) -> bool {
        self.0.keys().all(|reason| limit(*reason, policy).is_none())
    }

    /// Returns a sentence for each reason: how many are refused, and which is the first.
    pub(crate) fn notes(&self, policy: &Policy) -> Vec<String> {
        let notes = self.0.iter().map(|(reason, Refused { count, entry })| {
            let (actor, target) = (shortened(&entry.actor), shortened(&entry.target));
            let operation = Operation::act(entry.action, actor.as_str(), target.as_str());
            let limit = limit(*reason, policy);
            let (one, many) = match limit {
                Some(_) => ("does not fit", "do not fit"),
                None => ("is refused", "are refused"),
            };
            format!(
                "{}; {} in line {}: {operation}, but {}{}",
                counted(*count, one, many),
                if *count == 1 { "it is" } else { "the first is" },
                entry.line,
                reason.explain(&actor, &target),
                limit.unwrap_or_default(),
            )
        });
        notes.collect()
    }
}

/// Returns the part of a policy that is the reason's limit.
fn limit(reason: Reason, policy: &Policy) -> Option<String> {
    let limits = &policy.limits;
    let (path, limit) = match reason {
        Reason::ActorBlocklistFull => ("limits.blocked", limits.blocked),
        Reason::ActorFriendsFull | Reason::TargetFriendsFull => ("limits.friends", limits.friends),
        Reason::TargetRequestsFull => ("limits.requests_in", limits.requests_in),
        _ => return None,
    };
    limit.map(|limit| format!(" ({path} = {limit})"))
}

/// Plays the entries of a file under a policy. Returns what does not fit.
fn play(entries: &[Entry], policy: &Policy) -> Refusals {
    let mut graph = SocialGraph::new(*policy);
    let mut refusals = Refusals::default();
    for entry in entries {
        for name in [&entry.actor, &entry.target] {
            // Names were checked before, so that each is added.
            let _ = graph.get_or_add_user(name);
        }
        if let Err(error) = graph.apply(entry.action, &entry.actor, &entry.target)
            && let Some(reason) = error.reasons().first()
        {
            refusals.add(reason, entry);
        }
    }
    refusals
}

/// Whether a file fits a policy, and sentences that say so.
pub(crate) struct Fit {
    /// Whether every list is within its limit. A batch is not judged: there can be several.
    pub(crate) fits: bool,
    pub(crate) notes: Vec<String>,
}

/// Finds out what of a file fits a policy: the lists, and a batch.
pub(crate) fn check(imported: &Imported, policy: &NamedPolicy) -> Fit {
    let entries = &imported.entries;
    let refusals = play(entries, &policy.policy);
    let is_list = imported.format.is_list();

    let what = if is_list {
        "names fit"
    } else {
        "rows are carried out"
    };
    let fit = entries.len() - refusals.count();
    let mut notes = vec![format!(
        "under {}, {fit} of {} {what}",
        policy.name,
        entries.len()
    )];
    notes.extend(refusals.notes(&policy.policy));

    // A network is many users' lists, and no batch.
    let batch = policy.policy.limits.batch.filter(|_| is_list);
    let batch = batch.and_then(|limit| usize::try_from(limit).ok());
    if let Some(limit) = batch {
        notes.push(match entries.get(limit) {
            Some(entry) if limit > 0 => format!(
                "a batch takes {limit} (limits.batch): line {} is the first that does not fit, \
                 and all take {} batches",
                entry.line,
                entries.len().div_ceil(limit)
            ),
            Some(entry) => format!(
                "a batch takes none (limits.batch = 0): line {} does not fit",
                entry.line
            ),
            None => format!("a batch takes {limit} (limits.batch): all fit one"),
        });
    }
    Fit {
        fits: refusals.are_within_limits(&policy.policy),
        notes,
    }
}
