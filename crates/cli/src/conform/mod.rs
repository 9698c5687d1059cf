//! Compares a server with the engine, through an adapter that speaks the kit's protocol.

mod junit;
mod options;

use std::fmt::Write as _;
use std::io::Write as _;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use socialgraph_testkit::conformance::{self, Agreement, Cause, Config, Finding};
use socialgraph_testkit::protocol::{Hello, Process};

use crate::CommandResult;
use crate::document::wrapped;
use crate::policy::NamedPolicy;
use crate::progress::Progress;
use crate::text::escaped;
use junit::Report;
pub(crate) use options::Args;

/// The time for shrinking logs that differ: an adapter that hangs takes its timeout each time.
const SHRINKING: Duration = Duration::from_secs(60);

/// What stands before the last lines that an adapter printed to stderr.
const STDERR: &str = "; its last lines on stderr:";

/// Compares, and prints what agreed or the shortest log that differs; returns whether they agree.
pub(crate) fn run(args: &Args) -> CommandResult {
    let policy = args.limited(NamedPolicy::read(&args.policy)?.policy);
    let command = args.adapter().ok_or("an adapter is needed after `--`")?;
    let mut config = args.config(policy);
    let kept = config.kept_log_files().map_err(|error| {
        let folder = args.keep.clone().unwrap_or_default();
        format!("{}: {error}", escaped(folder.display()))
    })?;

    if let Some(path) = &args.junit {
        // If nothing can be compared, the report of an earlier run would look like this one's.
        let _ = std::fs::remove_file(path);
    }
    let mut process = Process::start(command, policy, args.bounds())?;
    write!(anstream::stdout(), "{}", introduction(process.hello()))?;
    process.hello().limit(&mut config);

    let start = Instant::now();
    let result = compared(&mut process, &config, args.time)?;
    let report = Report {
        name: &process.hello().name,
        time: start.elapsed(),
        kept: &kept,
        agreed: result.as_ref().map_or(0, |agreement| agreement.logs),
        finding: result.as_ref().err().map(|differs| &*differs.finding),
    };
    // Before the verdict, which is not given if the report cannot be written.
    if let Some(path) = &args.junit {
        let name = escaped(path.display());
        std::fs::write(path, report.to_xml()).map_err(|error| format!("{name}: {error}"))?;
    }

    match result {
        Ok(agreement) => {
            writeln!(anstream::stdout(), "agreed throughout: {agreement}")?;
            let logs = kept.len() as u64 + u64::from(config.logs);
            let left = logs.saturating_sub(agreement.logs);
            if left > 0 {
                writeln!(
                    anstream::stdout(),
                    "The time was up: {left} of {logs} logs were not played."
                )?;
            }
            Ok(true)
        }
        Err(differs) => {
            writeln!(anstream::stdout(), "{differs}")?;
            Ok(false)
        }
    }
}

/// Returns who answers, and what the server lacks.
fn introduction(hello: &Hello) -> String {
    let mut text = escaped(&hello.name) + "\n";
    let lacking = hello.lacking();
    if !lacking.is_empty() {
        let lacking = format!("without {}", lacking.join(", "));
        // A string can always be written.
        let _ = write!(text, "{}", wrapped(&lacking, "  ", "  "));
    }
    text
}

/// A log that differs.
struct Differs {
    finding: Box<Finding>,
    /// Whether the time for shrinking was up.
    is_cut: bool,
}

impl std::fmt::Display for Differs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let title = match self.finding.rule() {
            Some(_) => "differs",
            None => "failed",
        };
        write!(f, "{title}:\n{}", with_lines(&self.finding.to_string()))?;
        // No log is shorter than one step.
        if self.is_cut && self.finding.log.len() > 1 {
            let seconds = SHRINKING.as_secs();
            write!(
                f,
                "\nA shorter log may show it: shrinking ended after {seconds} s."
            )?;
        }
        Ok(())
    }
}

/// Returns the text of a finding with each line that an adapter printed to stderr on its own.
fn with_lines(text: &str) -> String {
    match text.split_once(STDERR) {
        Some((before, lines)) => {
            let lines = lines.trim_start().replace(" | ", "\n    ");
            format!("{before}{STDERR}\n    {lines}")
        }
        None => text.to_owned(),
    }
}

/// Compares with progress and within the time; the outer error is that nothing was compared.
fn compared(
    process: &mut Process,
    config: &Config,
    time: Option<Duration>,
) -> Result<Result<Agreement, Differs>, String> {
    let mut progress = Progress::new();
    let mut shrinking_since = None;
    let mut is_cut = false;
    let mut has_agreed = false;

    let result = conformance::compare_with(process, config, &mut |state| {
        progress.show(|| line(state));
        has_agreed |= state.agreement.logs > 0;
        let is_late = match state.shrinking {
            Some(_) => {
                let since: &Instant = shrinking_since.get_or_insert_with(Instant::now);
                is_cut |= since.elapsed() >= SHRINKING;
                is_cut
            }
            None => is_cut || time.is_some_and(|time| progress.elapsed() >= time),
        };
        if is_late {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    progress.clear();

    match result {
        Ok(agreement) if agreement.logs == 0 => {
            Err("nothing was compared: the time was up before a log ended".to_owned())
        }
        Ok(agreement) if agreement.operations == 0 || agreement.questions == 0 => {
            Err("nothing was compared: the adapter carried out no operation".to_owned())
        }
        Ok(agreement) if agreement.allowed == 0 => Err(
            "nothing was compared but refusals: no log made anything possible, so that a server \
             which always refuses would agree, too; offer the operations that lead to what the \
             policy allows"
                .to_owned(),
        ),
        Ok(agreement) => Ok(Ok(agreement)),
        Err(finding) => match &finding.cause {
            Cause::Unreadable { error } => Err(escaped(error)),
            // Not even the first log began: the server is not there.
            Cause::Failed { error, .. } if finding.log.is_empty() && !has_agreed => {
                Err(format!("the server cannot be reset: {}", escaped(error)))
            }
            _ => Ok(Err(Differs { finding, is_cut })),
        },
    }
}

/// Returns the line that shows the progress.
fn line(state: &conformance::Progress) -> String {
    if let Some(shrinking) = state.shrinking {
        let (steps, attempts) = (shrinking.steps, shrinking.attempts);
        return format!("a log differs; shrinking it: {steps} steps after {attempts} attempts");
    }
    let agreement = &state.agreement;
    let (logs, operations) = (agreement.logs, agreement.operations);
    format!("{logs} of {} logs, {operations} operations", state.logs)
}
