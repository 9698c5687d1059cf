//! Every state that a few users can reach: whether the properties hold, with traces.

use serde::{Deserialize, Serialize};
use socialgraph::Operation;
use socialgraph_analysis::checker::{
    self, Duty, Estimate, Progress, Property, Report, Users, Violation, check_properties,
};
use socialgraph_analysis::review::{State, read_policy};
use socialgraph_analysis::story::{Line, PolicyText};

use super::answer::{InputError, json};
use super::input;

/// The upper bound of the memory for the states of a search in a browser, in bytes.
const MOST_BYTES: u64 = 512 << 20;

/// Checks a policy in every state that some users can reach, and passes the progress as JSON.
///
/// ```
/// use socialgraph_wasm::review::check;
///
/// let mut calls = 0;
/// let answer = check(r#"{"policy": "tencent_rest", "users": 2}"#, &mut |_| calls += 1);
/// assert!(answer.contains(r#""states":13,"#), "{answer}");
/// assert!(calls > 0);
/// ```
#[must_use]
pub fn check(input: &str, progress: &mut dyn FnMut(&str)) -> String {
    json(checked(input, progress))
}

/// Returns how many states and bytes a check takes at most, and whether a browser can do it.
///
/// ```
/// use socialgraph_wasm::review::estimate;
///
/// let answer = estimate(r#"{"policy": "openim", "users": 4}"#);
/// assert!(answer.contains(r#""fits":false"#), "{answer}");
/// ```
#[must_use]
pub fn estimate(input: &str) -> String {
    json(
        input::read(input)
            .and_then(|request| estimated(&request))
            .map(|it| it.1),
    )
}

/// Returns the properties that a check looks for. The input is ignored.
#[must_use]
pub fn properties(_input: &str) -> String {
    json(Ok(Property::ALL.map(PropertyView::of)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    policy: String,
    users: usize,
}

impl Request {
    fn users(&self) -> Result<Users, InputError> {
        Users::from_count(self.users).ok_or_else(|| {
            let users = self.users;
            InputError::new(format!("a check is of 2, 3 or 4 users, not {users}"))
        })
    }
}

#[derive(Serialize)]
struct EstimateView {
    /// An upper bound of the number of states.
    states: u64,
    bytes: u64,
    /// Whether a browser has memory for them.
    fits: bool,
}

fn estimated(request: &Request) -> Result<(PolicyText, EstimateView), InputError> {
    let text = read_policy(&request.policy)?;
    let estimate = checker::estimate(&text.policy(), request.users()?);
    Ok((text, EstimateView::of(estimate)))
}

impl EstimateView {
    const fn of(estimate: Estimate) -> Self {
        Self {
            states: estimate.states,
            bytes: estimate.bytes,
            fits: estimate.bytes <= MOST_BYTES,
        }
    }
}

#[derive(Serialize)]
struct PropertyView {
    name: &'static str,
    sentence: String,
    rules: &'static str,
    duty: &'static str,
}

impl PropertyView {
    fn of(property: Property) -> Self {
        Self {
            name: property.name(),
            sentence: property.to_string(),
            rules: property.rules(),
            duty: match property.duty() {
                Duty::Policy => "policy",
                Duty::Engine => "engine",
            },
        }
    }
}

#[derive(Serialize)]
struct ProgressView {
    expanded: u64,
    /// An upper bound of the number of states.
    of: u64,
}

#[derive(Serialize)]
struct Checked {
    users: usize,
    states: u64,
    cases: u64,
    /// Whether no user can block. If so, most properties hold without meaning.
    is_vacuous: bool,
    properties: Vec<PropertyResult>,
}

#[derive(Serialize)]
struct PropertyResult {
    #[serde(flatten)]
    property: PropertyView,
    holds: bool,
    trace: Option<Trace>,
}

/// The shortest story that leads to a failure.
#[derive(Serialize)]
struct Trace {
    lines: Vec<String>,
    /// The state at the end of the trace.
    state: State,
}

fn checked(input: &str, progress: &mut dyn FnMut(&str)) -> Result<Checked, InputError> {
    let request: Request = input::read(input)?;
    let (text, estimate) = estimated(&request)?;
    if !estimate.fits {
        let (states, mib) = (estimate.states, estimate.bytes >> 20);
        return Err(InputError::new(format!(
            "at most {states} states take {mib} MiB, and a page has {} MiB; \
             `socialgraph check` has no such bound",
            MOST_BYTES >> 20
        )));
    }

    let notice = |now: Progress| {
        let view = ProgressView {
            expanded: now.expanded,
            of: estimate.states,
        };
        progress(&json(Ok(view)));
    };
    let report = check_properties(&text.policy(), request.users()?, &Property::ALL, notice);
    Ok(Checked::of(&report, &text))
}

impl Checked {
    fn of(report: &Report, policy: &PolicyText) -> Self {
        let results = Property::ALL.into_iter().map(|property| {
            let mut violations = report.violations().iter();
            let violation = violations.find(|it| it.property() == property);
            PropertyResult {
                property: PropertyView::of(property),
                holds: violation.is_none(),
                trace: violation.map(|it| Trace::of(it, report.users(), policy)),
            }
        });
        Self {
            users: report.users().count(),
            states: report.states(),
            cases: report.cases(),
            is_vacuous: report.is_vacuous(),
            properties: results.collect(),
        }
    }
}

impl Trace {
    fn of(violation: &Violation, users: Users, policy: &PolicyText) -> Self {
        // The page has the users from the start.
        let log = violation.log();
        let steps = log.iter().filter(|it| !matches!(it, Operation::AddUser(_)));
        let mut lines: Vec<String> = steps.map(ToString::to_string).collect();
        if let Some((actor, target, question)) = violation.question() {
            lines.push(Line::question(actor, question, target).to_string());
        }

        let state = State::new(&policy.to_string(), users.names(), lines.clone());
        let state = match violation.question() {
            Some((actor, target, question)) => state.watching(actor, question, target),
            None => state,
        };
        Self { lines, state }
    }
}
