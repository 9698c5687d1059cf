//! Playing logs on both, and making the one short after which they differ.

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config as TestConfig, RngAlgorithm, TestRng, TestRunner};

use super::driver::Driver;
use super::expectation::Expectation;
use super::finding::{Agreement, Cause, Difference, Finding};
use super::{Config, Reply, Rule, Step, System};
use crate::strategies::shrink::Shrinking;
use crate::strategies::{Weights, logs};
use socialgraph::Action;
use socialgraph::Operation;
use socialgraph::SocialGraph;

/// The longest log of which every part is tried.
const EXHAUSTIVE: usize = 8;

/// Plays random logs on a system and on the engine, and compares everything they say.
///
/// After every step that is: what became of each operation, whether each user may message
/// and request each, and every list, whole and by the page while the log goes on. Where two
/// operations arrive at once, what is seen has to fit one order of the two.
///
/// A log after which the two differ is made short: steps are left out, users made one, batches
/// taken apart, and requests replaced by plain entries on a friend list, until no single step
/// can be left out or made simpler. If eight steps or fewer are left, every part of them is
/// tried, so that no part of the log shows a difference either. Of several such logs the one
/// with the fewest operations is reported, each target of a batch counted as one. A log of
/// other operations that is shorter still may exist.
///
/// The same seed gives the same logs; whether the same finding depends on the system. A system
/// that panics is caught and reported with the log, as one that fails; the panic hook hears of
/// each panic. Where panics abort, nothing can be reported.
///
/// ```
/// use socialgraph_testkit::conformance::{self, Rule, Config};
/// use socialgraph_testkit::strategies::Tuning;
/// use socialgraph::{Policy, SocialGraph};
///
/// let [mut rest, mut mutual] = [Policy::tencent_rest(), Policy::tencent_mutual()];
/// (rest.limits, mutual.limits) = (Tuning::TIGHT, Tuning::TIGHT);
/// let mut config = Config::new(rest);
/// config.logs = 16;
///
/// let mut same = SocialGraph::new(rest);
/// let agreement = conformance::compare(&mut same, &config)?;
/// assert_eq!(agreement.logs, 16);
///
/// let mut mutual = SocialGraph::new(mutual);
/// let finding = conformance::compare(&mut mutual, &config).unwrap_err();
/// assert_eq!(finding.rule(), Some(Rule::R5));
/// assert_eq!(finding.log.len(), 3);
/// println!("{finding}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Fails with the shortest log found where the two differ; where they differ nowhere, with the
/// shortest where a reply is none, or the system panics or fails.
pub fn compare<S: System>(system: &mut S, config: &Config) -> Result<Agreement, Box<Finding>> {
    let mut runner = runner(config.seed);
    let steps = steps(config);
    let mut agreement = Agreement::default();
    let mut found: Vec<Box<Finding>> = Vec::new();
    for _ in 0..config.logs {
        // No strategy of this crate rejects what it draws.
        let Ok(tree) = steps.new_tree(&mut runner) else {
            continue;
        };
        match play(system, &tree.current(), config) {
            Ok(counts) => agreement = agreement.and(counts),
            Err(finding) => {
                let short = shrink(system, finding, config);
                found.push(attribute_batch(system, short, config));
            }
        }
        if found.len() >= config.findings.max(1) as usize {
            break;
        }
    }
    // The first of equals: which one it is depends on the seed alone.
    let shortest = found
        .into_iter()
        .min_by_key(|finding| (kind(finding), size(&finding.log)));
    shortest.map_or(Ok(agreement), Err)
}

/// Plays one log on a system and on the engine, and compares everything they say.
///
/// It is [`compare`] for a log of one's own: one that was found before, say, and is to stay
/// repaired. The log is not made shorter, but for the steps after the difference. Its names
/// may be any: all of them are asked about, and the tuning's users as well. A log that ends in
/// a batch with another outcome is played once more with its acts one by one, to tell whether
/// the batch is at fault (R14).
///
/// ```
/// use socialgraph_testkit::conformance::{self, Config, Step};
/// use socialgraph::{Action, Operation, Policy, SocialGraph};
///
/// let joins = ["ann", "ben"].map(|name| Operation::AddUser { name: name.to_owned() });
/// let block = Operation::act(Action::Block, "ann", "ben");
/// let log: Vec<Step> = joins.into_iter().chain([block]).map(Step::One).collect();
///
/// let mut mutual = SocialGraph::new(Policy::tencent_mutual());
/// let config = Config::new(Policy::tencent_rest());
/// let finding = conformance::replay(&mut mutual, &log, &config).unwrap_err();
/// assert!(finding.to_string().contains("may ann message ben?"));
/// ```
///
/// # Errors
/// Fails where the two differ, and where a reply is none, or the system panics or fails.
pub fn replay<S: System>(
    system: &mut S,
    log: &[Step],
    config: &Config,
) -> Result<Agreement, Box<Finding>> {
    play(system, log, config).map_err(|finding| attribute_batch(system, finding, config))
}

fn runner(seed: u64) -> TestRunner {
    let mut bytes = [0; 32];
    for (byte, value) in bytes.iter_mut().zip(seed.to_le_bytes()) {
        *byte = value;
    }
    TestRunner::new_with_rng(
        TestConfig::default(),
        TestRng::from_seed(RngAlgorithm::ChaCha, &bytes),
    )
}

/// Makes logs in which some actions arrive at once with another.
fn steps(config: &Config) -> impl Strategy<Value = Vec<Step>> + use<> {
    let (policy, weights) = (config.policy, config.tuning.weights);
    let share = config.concurrent_percent;
    let length = config.tuning.users().len() + config.tuning.log_lengths().end();
    let chosen = (0..100_u8, any::<[Index; 2]>());
    let chosen = chosen.prop_map(move |(percent, chosen)| (percent < share).then_some(chosen));
    let chosen = proptest::collection::vec(chosen, length);
    (logs(&config.tuning), chosen).prop_map(move |(log, chosen)| {
        let mut graph = SocialGraph::new(policy);
        let steps = log.into_iter().zip(chosen).map(|(operation, chosen)| {
            let race = chosen.and_then(|chosen| race(&graph, weights, &operation, chosen));
            let step = race.unwrap_or(Step::One(operation));
            for operation in step.operations() {
                let _ = operation.apply_to(&mut graph);
            }
            step
        });
        steps.collect()
    })
}

/// Returns two actions on the pair of an action, either of which could be done now.
///
/// Two that have nothing to do with each other, or of which one is refused anyway, seldom
/// show a race.
fn race(
    graph: &SocialGraph,
    weights: Weights,
    operation: &Operation,
    chosen: [Index; 2],
) -> Option<Step> {
    let Operation::Act { actor, target, .. } = operation else {
        return None;
    };
    let pairs = [(actor, target), (target, actor)];
    let all = pairs
        .into_iter()
        .flat_map(|pair| Action::ALL.map(|action| (action, pair)));
    let allowed: Vec<Operation> = all
        .filter(|(action, _)| weights.of(*action) > 0)
        .filter(|(action, (a, b))| graph.decide(*action, a, b).is_allowed())
        .map(|(action, (a, b))| Operation::act(action, a, b))
        .collect();
    let [first, second] =
        chosen.map(|index| allowed.get(index.index(allowed.len().max(1))).cloned());
    Some(Step::Concurrent(first?, second?))
}

/// Plays a log; where the two differ, the log up to there.
fn play<S: System>(
    system: &mut S,
    log: &[Step],
    config: &Config,
) -> Result<Agreement, Box<Finding>> {
    let policy = config.policy;
    let found = |log, cause| Box::new(Finding { log, cause, policy });
    let mut driver = Driver::new(system, log, config).map_err(|cause| found(Vec::new(), cause))?;
    let mut play = Play {
        steps: Vec::new(),
        expectations: vec![Expectation::new(policy)],
    };
    let played = log.iter().try_for_each(|step| play.take(&mut driver, step));
    let Play {
        steps,
        expectations,
    } = play;
    match played.and_then(|()| read_to_the_end(&mut driver, expectations)) {
        Ok(()) => Ok(driver.counts),
        Err(cause) => Err(found(steps, cause)),
    }
}

/// A log under way.
struct Play {
    /// What was played so far.
    steps: Vec<Step>,
    /// What nothing contradicts so far.
    expectations: Vec<Expectation>,
}

impl Play {
    /// Plays a step on both; two operations at once come one after the other where the system
    /// does not offer that.
    fn take<S: System>(&mut self, driver: &mut Driver<'_, S>, step: &Step) -> Result<(), Cause> {
        self.steps.push(step.clone());
        let Some(replies) = driver.take(step)? else {
            self.steps.pop();
            let mut apart = step.operations().into_iter().cloned().map(Step::One);
            return apart.try_for_each(|one| self.take(driver, &one));
        };
        self.compare(driver, &orders(step, &replies))
    }

    fn compare<S: System>(
        &mut self,
        driver: &mut Driver<'_, S>,
        orders: &[Vec<(&Operation, &Reply)>],
    ) -> Result<(), Cause> {
        let expectations = self.expectations.iter();
        let branches =
            expectations.flat_map(|expectation| orders.iter().map(move |done| (expectation, done)));
        let expectations =
            possible(branches.map(|(expectation, done)| expectation.clone().after(done)))?;
        let all_know = |name: &&String| {
            expectations
                .iter()
                .all(|expectation| expectation.knows(name))
        };
        let known: Vec<String> = driver.names().iter().filter(all_know).cloned().collect();
        let seen = driver.ask(&known)?;
        self.expectations = possible(
            expectations
                .into_iter()
                .map(|expectation| expectation.seeing(&seen)),
        )?;
        Ok(())
    }
}

/// Returns the orders in which the operations of a step may have come.
fn orders<'a>(step: &'a Step, replies: &'a [Reply]) -> Vec<Vec<(&'a Operation, &'a Reply)>> {
    let done: Vec<_> = step.operations().into_iter().zip(replies).collect();
    match step {
        Step::One(_) => vec![done],
        Step::Concurrent(..) => vec![done.clone(), done.into_iter().rev().collect()],
    }
}

/// Returns the worlds that nothing contradicts, or what contradicts the first.
fn possible(
    expectations: impl Iterator<Item = Result<Expectation, Difference>>,
) -> Result<Vec<Expectation>, Cause> {
    let (mut kept, mut first) = (Vec::new(), None);
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

fn read_to_the_end<S: System>(
    driver: &mut Driver<'_, S>,
    mut expectations: Vec<Expectation>,
) -> Result<(), Cause> {
    loop {
        let pages = driver.read_on()?;
        if pages.is_empty() {
            return Ok(());
        }
        expectations = possible(
            expectations
                .into_iter()
                .map(|expectation| expectation.scan(&pages)),
        )?;
    }
}

/// Makes a finding short, within the attempts that the settings allow.
fn shrink<S: System>(system: &mut S, found: Box<Finding>, config: &Config) -> Box<Finding> {
    let mut shortest = found;
    let mut attempts = config.attempts;
    let mut shrinking = Shrinking::new(shortest.log.clone(), config.tuning.users());
    let mut going = shrinking.simplify();
    while going && attempts > 0 {
        attempts -= 1;
        going = match attempt(system, shrinking.current(), config, &shortest) {
            Some(finding) => {
                shortest = finding;
                shrinking.simplify()
            }
            None => shrinking.complicate(),
        };
    }
    shortest_part(system, shortest, attempts, config)
}

/// Returns what a log shows, if that is of the same kind: a difference, or a failure.
fn attempt<S: System>(
    system: &mut S,
    log: &[Step],
    config: &Config,
    known: &Finding,
) -> Option<Box<Finding>> {
    let finding = play(system, log, config).err()?;
    (kind(&finding) == kind(known)).then_some(finding)
}

/// Returns how much a finding says, the most first.
///
/// A failure says nothing of the rules, however short its log is; and a system that cannot
/// even begin anew fails without a log, perhaps because of what it did before.
fn kind(finding: &Finding) -> u8 {
    match &finding.cause {
        Cause::Differs(_) => 0,
        Cause::Misused { .. } => 1,
        Cause::Panicked { .. } | Cause::Failed { .. } if finding.log.is_empty() => 4,
        Cause::Panicked { .. } => 2,
        Cause::Failed { .. } => 3,
    }
}

/// Returns how many operations a log has, each target of a batch counted as one.
fn size(log: &[Step]) -> usize {
    let operations = log.iter().flat_map(Step::operations);
    operations
        .map(|operation| match operation {
            Operation::ActOnMany { targets, .. } => targets.len().max(1),
            _ => 1,
        })
        .sum()
}

/// Names the rule of batches where the same acts, one by one, show no difference.
///
/// Who is met by the page depends on how many steps there are, and what a batch does not look
/// for room for is told by the limit.
fn attribute_batch<S: System>(
    system: &mut S,
    mut finding: Box<Finding>,
    config: &Config,
) -> Box<Finding> {
    let acts = finding.log.last().and_then(Step::one_by_one);
    let before = finding.log.iter().take(finding.log.len().saturating_sub(1));
    let log = acts.map(|acts| before.cloned().chain(acts).collect::<Vec<_>>());
    if let (Cause::Differs(difference), Some(log)) = (&mut finding.cause, log)
        && !matches!(difference.rule, Rule::R15 | Rule::Paging)
        && play(system, &log, config).is_ok()
    {
        difference.rule = Rule::R14;
    }
    finding
}

/// Tries every part of a short log, the shortest first.
fn shortest_part<S: System>(
    system: &mut S,
    found: Box<Finding>,
    attempts: u32,
    config: &Config,
) -> Box<Finding> {
    let length = found.log.len();
    if length > EXHAUSTIVE {
        return found;
    }
    let mut parts: Vec<u32> = (1..(1_u32 << length) - 1).collect();
    parts.sort_by_key(|part| part.count_ones());
    for part in parts.into_iter().take(attempts as usize) {
        let steps = found.log.iter().enumerate();
        let kept = steps.filter(|(place, _)| part >> place & 1 == 1);
        let log: Vec<Step> = kept.map(|(_, step)| step.clone()).collect();
        if let Some(finding) = attempt(system, &log, config, &found) {
            return finding;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::super::Answer;
    use super::{Config, EXHAUSTIVE, Reply, Step, System, play, shrink, size};
    use crate::strategies::Tuning;
    use socialgraph::{Action, Operation, Policy, SocialGraph};

    /// A graph that refuses all messages once b and d have joined, and f perhaps, or all of
    /// these, and nobody else.
    struct Combined {
        graph: SocialGraph,
        joined: String,
        all: String,
    }

    impl System for Combined {
        type Error = Infallible;

        fn reset(&mut self) -> Result<(), Infallible> {
            self.joined.clear();
            System::reset(&mut self.graph)
        }

        fn apply(&mut self, operation: &Operation) -> Result<Reply, Infallible> {
            self.joined.extend(operation.names());
            System::apply(&mut self.graph, operation)
        }

        fn can_message(&mut self, actor: &str, target: &str) -> Result<Answer, Infallible> {
            let answer = System::can_message(&mut self.graph, actor, target)?;
            let fails = ["bd", "bdf", &self.all].contains(&&*self.joined);
            Ok(if fails { Answer::REFUSED } else { answer })
        }

        fn can_send_friend_request(&mut self, a: &str, b: &str) -> Result<Answer, Infallible> {
            System::can_send_friend_request(&mut self.graph, a, b)
        }
    }

    #[test]
    fn a_log_is_as_long_as_its_acts_one_by_one() {
        let join = Operation::AddUser {
            name: String::from("a"),
        };
        let batch =
            |targets: &[&str]| Operation::act_on_many(Action::Block, "a", targets.iter().copied());
        let steps = |operations: Vec<Operation>| operations.into_iter().map(Step::One).collect();
        let log: Vec<Step> = steps(vec![join.clone(), batch(&[]), batch(&["b", "c", "d"])]);
        assert_eq!(size(&log), 1 + 1 + 3);
        assert_eq!(size(&[Step::Concurrent(join.clone(), join)]), 2);
    }

    /// Plays a log of these joining one after the other, and makes it short.
    fn shrunk(all: &str) -> Vec<Step> {
        let policy = Policy::tencent_rest();
        let mut config = Config::new(policy);
        config.tuning = Tuning {
            users: 0,
            ..config.tuning
        };
        let join = |name| {
            Step::One(Operation::AddUser {
                name: String::from(name),
            })
        };
        let log: Vec<Step> = all.chars().map(join).collect();
        let graph = SocialGraph::new(policy);
        let mut system = Combined {
            graph,
            joined: String::new(),
            all: all.to_owned(),
        };
        let found = play(&mut system, &log, &config).unwrap_err();
        assert_eq!(found.log, log);
        shrink(&mut system, found, &config).log
    }

    /// No single step can be left out of these, nor two that follow each other. The shortest
    /// part comes first.
    #[test]
    fn of_a_short_log_every_part_is_tried() {
        let join = |name: &str| {
            Step::One(Operation::AddUser {
                name: name.to_owned(),
            })
        };
        for all in ["abcd", "abcdefgh"] {
            assert_eq!(shrunk(all), ["b", "d"].map(join), "{all}");
        }
        assert_eq!(shrunk("abcdefghi").len(), EXHAUSTIVE + 1);
    }
}
