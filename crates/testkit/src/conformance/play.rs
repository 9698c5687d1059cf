//! Plays one log on a system and on the engine.

use std::collections::BTreeSet;

use super::driver::Driver;
use super::expectation::Expectation;
use super::not_offered::NotOffered;
use super::{Agreement, Cause, Config, Difference, Finding, Reply, Step, System};
use socialgraph::{List, Operation, Policy};

/// Plays a log; if the two differ, returns the log up to there.
pub(super) fn play<S: System>(
    system: &mut S,
    log: &[Step],
    config: &Config,
) -> Result<Agreement, Box<Finding>> {
    play_and_note(system, log, config, &mut NotOffered::default())
}

/// Plays a log, and takes note of what the system does not offer.
pub(super) fn play_and_note<S: System>(
    system: &mut S,
    log: &[Step],
    config: &Config,
    not_offered: &mut NotOffered,
) -> Result<Agreement, Box<Finding>> {
    let mut played = Played {
        steps: Vec::new(),
        policy: config.policy,
        offered_lists: BTreeSet::new(),
    };

    let result = Driver::new(system, config, not_offered)
        .and_then(|driver| play_steps(driver, log, &mut played));
    result.map_err(|cause| {
        Box::new(Finding {
            log: played.steps,
            policy: played.policy,
            offered_lists: played.offered_lists,
            ..Finding::new(cause, config.policy)
        })
    })
}

/// What was played so far.
struct Played {
    /// The steps that were begun.
    steps: Vec<Step>,
    /// The policy after the last of them.
    policy: Policy,
    /// The lists that the system has given.
    offered_lists: BTreeSet<List>,
}

/// Plays the steps of a log.
fn play_steps<S: System>(
    driver: Driver<'_, S>,
    log: &[Step],
    played: &mut Played,
) -> Result<Agreement, Cause> {
    let mut play = Play {
        driver,
        expectations: vec![Expectation::new(played.policy)],
    };

    for step in log {
        play.step(step, played)?;
    }
    play.finish_scans()?;
    Ok(play.driver.counts())
}

/// A log that is being played.
struct Play<'a, S> {
    driver: Driver<'a, S>,
    /// The expectations that no answer has contradicted.
    expectations: Vec<Expectation>,
}

impl<S: System> Play<'_, S> {
    /// Plays a step on both sides.
    fn step(&mut self, step: &Step, played: &mut Played) -> Result<(), Cause> {
        played.steps.push(step.clone());
        let Some(replies) = self.driver.apply(step)? else {
            // The system does not offer concurrent operations: they come one after the other.
            played.steps.pop();
            for operation in step.operations() {
                self.step(&Step::One(operation.clone()), played)?;
            }
            return Ok(());
        };

        if let (Step::One(Operation::AdoptPolicy(adoption)), [reply]) = (step, &replies[..])
            && *reply != Reply::NotOffered
        {
            played.policy = adoption.policy;
        }

        let mut after = Vec::new();
        for expectation in &self.expectations {
            for order in orders(step, &replies) {
                after.push(expectation.clone().after(&order));
            }
        }
        self.expectations = uncontradicted(after)?;

        let observation = self.driver.observe(&self.known())?;
        let lists = observation.lists.iter().map(|observed| observed.list);
        played.offered_lists.extend(lists);
        let expectations = self.expectations.drain(..);
        let observing = expectations.map(|expectation| expectation.observing(&observation));
        self.expectations = uncontradicted(observing)?;
        Ok(())
    }

    /// Returns the names that are users under every expectation.
    fn known(&self) -> Vec<String> {
        let mut known = Vec::new();

        for name in self.driver.names() {
            if self
                .expectations
                .iter()
                .all(|expectation| expectation.knows(name))
            {
                known.push(name.clone());
            }
        }
        known
    }

    /// Reads every unfinished list to its end.
    fn finish_scans(&mut self) -> Result<(), Cause> {
        loop {
            let pages = self.driver.continue_scans()?;
            if pages.is_empty() {
                return Ok(());
            }
            let expectations = self.expectations.drain(..);
            let scanning = expectations.map(|expectation| expectation.scanning(&pages));
            self.expectations = uncontradicted(scanning)?;
        }
    }
}

/// Returns the orders in which the operations of a step may have been carried out.
fn orders<'a>(step: &'a Step, replies: &'a [Reply]) -> Vec<Vec<(&'a Operation, &'a Reply)>> {
    let order: Vec<_> = step.operations().into_iter().zip(replies).collect();
    match step {
        Step::One(_) => vec![order],
        Step::Concurrent(..) => vec![order.clone(), order.into_iter().rev().collect()],
    }
}

/// Returns the expectations without a difference, or the difference of the first.
fn uncontradicted(
    expectations: impl IntoIterator<Item = Result<Expectation, Difference>>,
) -> Result<Vec<Expectation>, Cause> {
    let mut kept = Vec::new();
    let mut first = None;

    for expectation in expectations {
        match expectation {
            Ok(expectation) if kept.contains(&expectation) => {}
            Ok(expectation) => kept.push(expectation),
            Err(difference) => first = first.or(Some(difference)),
        }
    }

    match first {
        Some(difference) if kept.is_empty() => Err(Cause::Differs(difference)),
        _ => Ok(kept),
    }
}
