//! Compares a system with the engine: random logs, or one log of your own.

use std::ops::ControlFlow;
use std::path::PathBuf;

use proptest::strategy::{Strategy, ValueTree};

use super::concurrent_logs::{concurrent_logs, runner};
use super::kept_logs::{self, KeptLogError};
use super::not_offered::NotOffered;
use super::play::{play, play_and_note};
use super::shrink::{attribute_batch, rank, shrink};
use super::{Agreement, Cause, Config, Finding, Progress, Step, System};

/// Plays random logs on a system and on the engine, and compares all their answers.
///
/// After every step it compares the outcome of each operation, whether each user may message
/// and request each, or reach each in another way, and every list: whole, and by pages while the
/// log goes on. After concurrent operations the answers have to fit one order of the two.
///
/// A log that shows a difference is shrunk: steps are left out, users merged, batches taken
/// apart, and requests replaced by plain entries on a friend list, until no single step can be
/// left out or made simpler. It comes to have nothing that the system does not have: a substitute
/// whose weight or share is 0 is not tried. A shorter log counts only if it may show the same
/// fault. Of several such logs the one with the fewest operations is
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
    compare_with(system, config, &mut |_| ControlFlow::Continue(()))
}

/// Does what [`compare`] does, and says how far it has come.
///
/// It calls `observe` before every log, and before every attempt to shrink one. If that breaks,
/// the comparison ends: with the shortest log that differed so far, or with what agreed. So a
/// program can show its progress, or end after some time.
///
/// ```
/// use std::ops::ControlFlow;
/// use socialgraph::Policy;
/// use socialgraph_testkit::conformance::{self, Config, Engine};
///
/// let policy = Policy::tencent_rest();
/// let mut shown = 0;
/// let agreement = conformance::compare_with(
///     &mut Engine::new(policy),
///     &Config::new(policy),
///     &mut |progress| {
///         shown += 1;
///         if progress.agreement.logs < 3 {
///             ControlFlow::Continue(())
///         } else {
///             ControlFlow::Break(())
///         }
///     },
/// )?;
/// assert_eq!((agreement.logs, shown), (3, 4));
/// # Ok::<(), Box<conformance::Finding>>(())
/// ```
///
/// # Errors
/// Fails as [`compare`] does.
pub fn compare_with<S: System>(
    system: &mut S,
    config: &Config,
    observe: &mut dyn FnMut(&Progress) -> ControlFlow<()>,
) -> Result<Agreement, Box<Finding>> {
    let kept = kept_paths(config)?;
    let mut comparison = Comparison {
        progress: Progress {
            logs: u64::from(config.logs) + kept.len() as u64,
            agreement: Agreement::default(),
            findings: 0,
            shrinking: None,
        },
        system,
        config,
        observe,
    };

    if comparison.play_kept(&kept)?.is_break() {
        return Ok(comparison.progress.agreement);
    }
    match comparison.play_random() {
        None => Ok(comparison.progress.agreement),
        Some(finding) => Err(kept_finding(finding, config)),
    }
}

/// A comparison that goes on.
struct Comparison<'a, S> {
    system: &'a mut S,
    config: &'a Config,
    progress: Progress,
    observe: &'a mut dyn FnMut(&Progress) -> ControlFlow<()>,
}

impl<S: System> Comparison<'_, S> {
    /// Plays the logs that were found before, up to the first that differs.
    fn play_kept(&mut self, paths: &[PathBuf]) -> Result<ControlFlow<()>, Box<Finding>> {
        for path in paths {
            if (self.observe)(&self.progress).is_break() {
                return Ok(ControlFlow::Break(()));
            }
            let log = kept_logs::read(path).map_err(|error| unreadable(self.config, &error))?;
            match replay(self.system, &log, self.config) {
                Ok(counts) => self.progress.agreement += counts,
                Err(mut finding) => {
                    finding.kept = Some(path.clone());
                    return Err(finding);
                }
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Plays random logs; returns the shortest that differs.
    fn play_random(&mut self) -> Option<Box<Finding>> {
        let config = self.config;
        let mut runner = runner(config.seed);
        let mut drawn = config.clone();
        let mut logs = concurrent_logs(&drawn).boxed();
        let mut not_offered = NotOffered::default();
        let mut findings: Vec<Box<Finding>> = Vec::new();

        for _ in 0..config.logs {
            if (self.observe)(&self.progress).is_break() {
                break;
            }
            // No strategy of this crate rejects its values.
            let Ok(tree) = logs.new_tree(&mut runner) else {
                continue;
            };
            match play_and_note(self.system, &tree.current(), config, &mut not_offered) {
                Ok(counts) => self.progress.agreement += counts,
                Err(finding) => {
                    self.progress.findings += 1;
                    findings.push(self.shrunk(finding));
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
        findings.into_iter().min_by_key(|finding| rank(finding))
    }

    fn shrunk(&mut self, finding: Box<Finding>) -> Box<Finding> {
        let Self {
            system,
            config,
            progress,
            observe,
        } = self;
        let finding = shrink(*system, finding, config, &mut |shrinking| {
            progress.shrinking = Some(shrinking);
            observe(progress)
        });
        progress.shrinking = None;
        attribute_batch(*system, finding, config)
    }
}

/// Returns the logs that were found before.
fn kept_paths(config: &Config) -> Result<Vec<PathBuf>, Box<Finding>> {
    config.kept_log_files().map_err(|error| {
        let directory = config.kept_logs.clone().unwrap_or_default();
        unreadable(config, &KeptLogError::Io(directory, error))
    })
}

fn unreadable(config: &Config, error: &KeptLogError) -> Box<Finding> {
    let error = error.to_string();
    Box::new(Finding::new(Cause::Unreadable { error }, config.policy))
}

/// Keeps the log of a finding, if the configuration says where.
fn kept_finding(mut finding: Box<Finding>, config: &Config) -> Box<Finding> {
    if let Some(directory) = &config.kept_logs {
        match kept_logs::write(directory, &finding) {
            Ok(path) => finding.kept = Some(path),
            Err(error) => finding.not_kept = Some(error.to_string()),
        }
    }
    finding
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
