//! Compares a system with the engine: random logs, or one log of your own.

use proptest::strategy::{Strategy, ValueTree};

use super::concurrent_logs::{concurrent_logs, runner};
use super::not_offered::NotOffered;
use super::play::{play, play_and_note};
use super::shrink::{attribute_batch, rank, shrink};
use super::{Agreement, Config, Finding, Step, System};

/// Plays random logs on a system and on the engine, and compares all their answers.
///
/// After every step it compares the outcome of each operation, whether each user may message
/// and request each, or reach each in another way, and every list: whole, and by pages while the
/// log goes on. After concurrent operations the answers have to fit one order of the two.
///
/// A log that shows a difference is shrunk: steps are left out, users merged, batches taken
/// apart, and requests replaced by plain entries on a friend list, until no single step can be
/// left out or made simpler. Of several such logs the one with the fewest operations is
/// reported; every target of a batch counts as an operation. A shorter log of other operations
/// may exist.
///
/// The same seed gives the same logs, and the same finding if the system is deterministic. If
/// the system panics, the panic is caught and reported with the log, like an error. The panic
/// hook still runs. If panics abort the process, nothing is reported.
///
/// ```
/// use socialgraph_testkit::conformance::{self, Config, Engine, Rule};
/// use socialgraph_testkit::strategies::TIGHT_LIMITS;
/// use socialgraph::Policy;
///
/// let [mut rest, mut mutual] = [Policy::tencent_rest(), Policy::tencent_mutual()];
/// (rest.limits, mutual.limits) = (TIGHT_LIMITS, TIGHT_LIMITS);
/// let mut config = Config::new(rest);
/// config.logs = 16;
///
/// let mut same = Engine::new(rest);
/// let agreement = conformance::compare(&mut same, &config)?;
/// assert_eq!(agreement.logs, 16);
///
/// let mut mutual = Engine::new(mutual);
/// let finding = conformance::compare(&mut mutual, &config).unwrap_err();
/// assert_eq!(finding.rule(), Some(Rule::R5));
/// assert_eq!(finding.log.len(), 3);
/// println!("{finding}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Returns the shortest log that shows a difference. If there is none, returns the shortest
/// after which a reply does not fit, or the system panics or fails.
pub fn compare<S: System>(system: &mut S, config: &Config) -> Result<Agreement, Box<Finding>> {
    let mut runner = runner(config.seed);
    let mut drawn = config.clone();
    let mut logs = concurrent_logs(&drawn).boxed();
    let mut not_offered = NotOffered::default();
    let mut agreement = Agreement::default();
    let mut findings: Vec<Box<Finding>> = Vec::new();

    for _ in 0..config.logs {
        // No strategy of this crate rejects its values.
        let Ok(tree) = logs.new_tree(&mut runner) else {
            continue;
        };
        match play_and_note(system, &tree.current(), config, &mut not_offered) {
            Ok(counts) => agreement += counts,
            Err(finding) => {
                let finding = shrink(system, finding, config);
                findings.push(attribute_batch(system, finding, config));
            }
        }
        if findings.len() >= config.findings.max(1) as usize {
            break;
        }

        // What the system does not offer would only take room in further logs.
        let weights = not_offered.left_out_of(drawn.tuning.weights);
        if weights != drawn.tuning.weights {
            drawn.tuning.weights = weights;
            logs = concurrent_logs(&drawn).boxed();
        }
    }

    // The first of equals, so that the finding depends on the seed alone.
    let shortest = findings.into_iter().min_by_key(|finding| rank(finding));
    shortest.map_or(Ok(agreement), Err)
}

/// Plays one log on a system and on the engine, and compares all their answers.
///
/// It is [`compare`] for a log of your own: one that was found before, for example. The log is
/// cut off after the difference, but not shrunk. It may name any users: every name of the log
/// is asked about, and the tuning's users as well. If a log ends in a batch that shows a
/// difference, it is played again with the actions of the batch one by one, to tell whether
/// the batch is at fault (R14).
///
/// ```
/// use socialgraph_testkit::conformance::{self, Config, Engine, Step};
/// use socialgraph::{Action, Operation, Policy};
///
/// let joins = ["ann", "ben"].map(Operation::add_user);
/// let block = Operation::act(Action::Block, "ann", "ben");
/// let log: Vec<Step> = joins.into_iter().chain([block]).map(Step::One).collect();
///
/// let mut mutual = Engine::new(Policy::tencent_mutual());
/// let config = Config::new(Policy::tencent_rest());
/// let finding = conformance::replay(&mut mutual, &log, &config).unwrap_err();
/// assert!(finding.to_string().contains("may ann message ben?"));
/// ```
///
/// # Errors
/// Fails if the two differ, if a reply does not fit, or if the system panics or fails.
pub fn replay<S: System>(
    system: &mut S,
    log: &[Step],
    config: &Config,
) -> Result<Agreement, Box<Finding>> {
    play(system, log, config).map_err(|finding| attribute_batch(system, finding, config))
}
