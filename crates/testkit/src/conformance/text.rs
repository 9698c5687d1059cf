//! Answers, replies and lists as a finding prints them.

use super::{Answer, Reply};
use socialgraph::{Name, Outcome, Reasons};

/// Returns an answer to a question about two users.
pub(super) fn answer_text(answer: Answer, pair: (&str, &str)) -> String {
    match answer.reasons {
        Some(reasons) if !reasons.is_empty() => {
            let plain = Answer {
                reasons: None,
                ..answer
            };
            format!("{plain}: {}", reasons_text(reasons, pair))
        }
        _ => answer.to_string(),
    }
}

/// Returns the answer to an action on two users.
pub(super) fn action_text(answer: Answer, pair: (&str, &str)) -> String {
    if answer.allowed {
        "done".to_owned()
    } else {
        answer_text(answer, pair)
    }
}

/// Returns the engine's outcome of an operation; `pair` is who a single action is on.
pub(super) fn outcome_text(outcome: &Outcome, pair: Option<(&str, &str)>) -> String {
    let refusal = match (outcome, pair) {
        (Outcome::ActOnMany(Ok(batch)), _) => return results_text(batch.outcomes().len()),
        (Outcome::Act(Err(refusal)), Some(pair)) => reasons_text(refusal.reasons(), pair),
        (Outcome::Act(Err(refusal)), None) => refusal.to_string(),
        (Outcome::ActOnMany(Err(error)), _) => error.to_string(),
        (Outcome::AddUser(Err(error)), _) => error.to_string(),
        (
            Outcome::RemoveUser(Err(error))
            | Outcome::SetRequestMode(Err(error))
            | Outcome::SetRequestSending(Err(error)),
            _,
        ) => error.to_string(),
        (
            Outcome::Act(Ok(_))
            | Outcome::AddUser(Ok(_))
            | Outcome::RemoveUser(Ok(_))
            | Outcome::SetRequestMode(Ok(_))
            | Outcome::SetRequestSending(Ok(_)),
            _,
        ) => return "done".to_owned(),
    };
    format!("refused: {refusal}")
}

/// Returns a reply, without the answer to each target of a batch.
pub(super) fn reply_text(reply: &Reply) -> String {
    match reply {
        Reply::Whole(answer) if answer.allowed => "done".to_owned(),
        Reply::Whole(answer) => answer.to_string(),
        Reply::Each(answers) => results_text(answers.len()),
    }
}

/// Returns names as a list.
pub(super) fn names_text<'a>(names: impl IntoIterator<Item = &'a String>) -> String {
    let mut texts = Vec::new();
    for name in names {
        texts.push(Name(name).to_string());
    }

    if texts.is_empty() {
        "empty".to_owned()
    } else {
        texts.join(", ")
    }
}

/// Returns reasons as sentences; a hostile name is quoted and escaped.
fn reasons_text(reasons: Reasons, (actor, target): (&str, &str)) -> String {
    let [actor, target] = [actor, target].map(|name| Name(name).to_string());
    reasons.explain(&actor, &target).to_string()
}

/// Returns the number of results of a batch.
fn results_text(results: usize) -> String {
    if results == 1 {
        "1 result".to_owned()
    } else {
        format!("{results} results")
    }
}

#[cfg(test)]
mod tests {
    use super::{Answer, Reply, answer_text, reply_text};
    use socialgraph::{Reason, Reasons};

    #[test]
    fn a_reply_is_printed_as_a_whole() {
        assert_eq!(reply_text(&Reply::Whole(Answer::ALLOWED)), "done");
        assert_eq!(reply_text(&Reply::Whole(Answer::REFUSED)), "refused");
        assert_eq!(reply_text(&Reply::Each(vec![Answer::REFUSED])), "1 result");
    }

    #[test]
    fn reasons_are_printed_with_the_names() {
        let text = |reasons| answer_text(Answer::REFUSED.with_reasons(reasons), ("ann", "b n"));
        assert_eq!(text(Reasons::EMPTY), "refused");
        assert_eq!(
            text(Reason::TargetBlocks.into()),
            "refused: `b n` blocks ann"
        );
    }
}
