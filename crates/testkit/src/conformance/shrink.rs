//! Shrinking the log of a finding.

use std::ops::ControlFlow;

use super::play::play;
use super::{Cause, Config, Finding, Rule, Shrinking, Step, System};
use crate::strategies::shrink::Shrinker;
use socialgraph::Operation;
use socialgraph::operation::{ActOnMany, ManyAct};

/// Shrinks the log of a finding, in at most the configured number of attempts.
///
/// It ends early if `observe` breaks.
pub(super) fn shrink<S: System>(
    system: &mut S,
    found: Box<Finding>,
    config: &Config,
    observe: &mut dyn FnMut(Shrinking) -> ControlFlow<()>,
) -> Box<Finding> {
    let mut shortest = found;
    let mut shrinking = Shrinker::new(shortest.log.clone(), &config.tuning);

    let mut more = shrinking.simplify();
    for attempts in 0..config.attempts {
        let steps = shortest.log.len();
        if !more || observe(Shrinking { attempts, steps }).is_break() {
            break;
        }
        more = match attempt(system, shrinking.current(), config, &shortest) {
            Some(finding) => {
                shortest = finding;
                shrinking.simplify()
            }
            None => shrinking.complicate(),
        };
    }
    shortest
}

/// Plays a shorter log; returns its finding if it is of the same kind.
fn attempt<S: System>(
    system: &mut S,
    log: &[Step],
    config: &Config,
    known: &Finding,
) -> Option<Box<Finding>> {
    let finding = play(system, log, config).err()?;
    let is_like = match (&finding.cause, &known.cause) {
        (Cause::Differs(shorter), Cause::Differs(known)) => known.may_become(shorter),
        _ => kind(&finding) == kind(known),
    };
    is_like.then_some(finding)
}

/// Returns the rank of a finding: the lower, the more it tells.
pub(super) fn rank(finding: &Finding) -> (u8, usize) {
    (kind(finding), size(&finding.log))
}

/// Returns the kind of a finding, the most telling kind first.
///
/// A failure tells nothing about the rules, even if its log is short. A system that cannot be
/// reset fails without a log, perhaps because of an earlier one.
const fn kind(finding: &Finding) -> u8 {
    match &finding.cause {
        Cause::Differs(_) => 0,
        Cause::Misused { .. } => 1,
        Cause::Panicked { .. } | Cause::Failed { .. } if finding.log.is_empty() => 4,
        Cause::Panicked { .. } => 2,
        Cause::Failed { .. } | Cause::Unreadable { .. } => 3,
    }
}

/// Returns the number of operations of a log; every target or actor of a batch counts.
fn size(log: &[Step]) -> usize {
    let mut size = 0;
    for operation in log.iter().flat_map(Step::operations) {
        size += match operation {
            Operation::ActOnMany(ActOnMany { targets: batch, .. })
            | Operation::ManyAct(ManyAct { actors: batch, .. }) => batch.len().max(1),
            _ => 1,
        };
    }
    size
}

/// Attributes a finding to a rule of batches if its last batch is at fault.
///
/// It is if the same actions, one by one, show no difference. Three rules stay: pages depend on
/// the number of steps, and a batch that ignores a limit is a matter of the limit.
pub(super) fn attribute_batch<S: System>(
    system: &mut S,
    mut finding: Box<Finding>,
    config: &Config,
) -> Box<Finding> {
    let Cause::Differs(difference) = &mut finding.cause else {
        return finding;
    };
    let Some((last, before)) = finding.log.split_last() else {
        return finding;
    };
    let Some(actions) = last.one_by_one() else {
        return finding;
    };
    if matches!(difference.rule, Rule::R14 | Rule::R15 | Rule::Paging) {
        return finding;
    }

    let log = [before, &actions].concat();
    if play(system, &log, config).is_ok() {
        let is_of_many = matches!(last, Step::One(Operation::ManyAct(_)));
        difference.rule = if is_of_many { Rule::R25 } else { Rule::R14 };
    }
    finding
}

#[cfg(test)]
mod tests {
    use super::{Step, size};
    use socialgraph::{Action, Operation};

    #[test]
    fn a_log_is_as_long_as_its_actions_one_by_one() {
        let join = Operation::add_user("a");
        let batch =
            |targets: &[&str]| Operation::act_on_many(Action::Block, "a", targets.iter().copied());

        let log = [join.clone(), batch(&[]), batch(&["b", "c", "d"])].map(Step::One);
        assert_eq!(size(&log), 1 + 1 + 3);
        assert_eq!(size(&[Step::Concurrent(join.clone(), join)]), 2);
    }
}
