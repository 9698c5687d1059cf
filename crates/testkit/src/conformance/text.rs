//! Answers, replies and lists as a finding prints them.

use std::fmt;

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
    if let Outcome::ActOnMany(Ok(batch)) | Outcome::ManyAct(Ok(batch)) = outcome {
        return results_text(batch.len());
    }
    match (refusal_text(outcome), outcome, pair) {
        (None, ..) => "done".to_owned(),
        (Some(_), Outcome::Act(Err(error)), Some(pair)) => {
            format!("refused: {}", reasons_text(error.reasons(), pair))
        }
        (Some(refusal), ..) => format!("refused: {refusal}"),
    }
}

/// Returns the error of an operation that the engine refuses.
fn refusal_text(outcome: &Outcome) -> Option<String> {
    let error: &dyn fmt::Display = match outcome {
        Outcome::Act(result) => result.as_ref().err()?,
        Outcome::ActOnMany(result) | Outcome::ManyAct(result) => result.as_ref().err()?,
        Outcome::AddUser(result) => result.as_ref().err()?,
        Outcome::RemoveUser(result) => result.as_ref().err()?,
        Outcome::RenameUser(result) => result.as_ref().err()?,
        Outcome::MergeUsers(result) => result.as_ref().err()?,
        Outcome::SetRequestMode(result) => result.as_ref().err()?,
        Outcome::SetRequestSending(result) => result.as_ref().err()?,
        Outcome::ClearList(result) => result.as_ref().err()?,
        Outcome::AdoptPolicy(_) => return None,
    };
    Some(error.to_string())
}

/// Returns a reply, without the answer to each target of a batch.
pub(super) fn reply_text(reply: &Reply) -> String {
    match reply {
        Reply::Whole(answer) if answer.allowed => "done".to_owned(),
        Reply::Whole(answer) => answer.to_string(),
        Reply::Each(answers) => results_text(answers.len()),
        Reply::NotOffered => "not offered".to_owned(),
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
