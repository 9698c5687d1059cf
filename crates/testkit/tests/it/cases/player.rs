//! A player of cases on the reference model: it shares no code with what writes them.

use socialgraph::operation::{
    ActOnMany, AddUser, ClearList, ManyAct, MergeUsers, RemoveUser, RenameUser, SetRequestMode,
    SetRequestSending,
};
use socialgraph::{Action, Operation, Policy, Question};
use socialgraph_testkit::reference::{Model, PairLetters, WhyNot, Words};

/// Plays every case on a model under a policy; returns the number of cases.
///
/// The error is the line that the model contradicts, with what it says instead.
pub(super) fn play(text: &str, policy: Policy) -> Result<usize, String> {
    let mut model = Model::new(policy);
    let mut cases = 0;
    for (number, line) in text.lines().enumerate().skip(1) {
        let fields: Vec<_> = line.split('\t').collect();
        let (found, expected) = match fields[..] {
            ["note", _] => continue,
            ["begin", ..] => {
                model = Model::new(policy);
                continue;
            }
            ["do", json, ..] => {
                let operation = serde_json::from_str(json).map_err(|it| it.to_string())?;
                (apply(&mut model, &operation), &fields[2..])
            }
            ["ask", question, actor, target, ..] => {
                let question = question.parse().map_err(|_| line.to_owned())?;
                (ask(&model, question, actor, target), &fields[4..])
            }
            _ => return Err(format!("line {number}: {line}")),
        };
        if !agrees(&found, expected) {
            return Err(format!("line {}: {line}\nthe model: {found:?}", number + 1));
        }
        cases += 1;
    }
    Ok(cases)
}

/// Returns whether each field is as expected. Any value meets the `?` of what nothing confirms.
fn agrees(found: &[String], expected: &[&str]) -> bool {
    let mut fields = found.iter().zip(expected);
    let agrees = |(found, expected): (&String, &&str)| {
        let (mut items, mut others) = (found.split(';'), expected.split(';'));
        let is_as_long = items.clone().count() == others.clone().count();
        is_as_long
            && items
                .by_ref()
                .zip(others.by_ref())
                .all(|(it, other)| other == "?" || it == other)
    };
    found.len() == expected.len() && fields.all(agrees)
}

/// Returns the outcome, the notice, the reasons and the effects.
fn apply(model: &mut Model, operation: &Operation) -> Vec<String> {
    let done = |effects: Words| row(["done", "-", "-", &names(&sorted(effects))]);
    let failed = |code: &str| row(["refused", "told", code, "-"]);
    let of_pairs = |pairs: Option<Vec<PairLetters>>| match pairs {
        Some(pairs) => done(pairs.into_iter().flat_map(|it| it.effects).collect()),
        None => failed("unknown_user"),
    };

    match operation {
        Operation::AddUser(AddUser { name }) => match model.add_user(name) {
            Ok(()) => done(vec![]),
            Err(word) => failed(code(word)),
        },
        Operation::RenameUser(RenameUser { user, name }) => match model.rename_user(user, name) {
            Ok(_) => done(vec![]),
            Err(word) => failed(code(word)),
        },
        Operation::RemoveUser(RemoveUser { name }) => of_pairs(model.remove_user(name)),
        Operation::ClearList(ClearList { user, list }) => of_pairs(model.clear_list(user, *list)),
        Operation::MergeUsers(MergeUsers { from, into }) => match model.merge_users(from, into) {
            Ok(merged) => of_pairs(Some([merged.ended, merged.changes].concat())),
            Err(word) => failed(code(word)),
        },
        Operation::SetRequestMode(SetRequestMode { user, mode }) => {
            of_pairs(model.set_mode(user, *mode).map(|_| vec![]))
        }
        Operation::SetRequestSending(SetRequestSending { user, sending }) => {
            of_pairs(model.set_sending(user, *sending).map(|_| vec![]))
        }

        Operation::Act(it) => act(model, it.action, &it.actor, &it.target),
        Operation::ActOnMany(ActOnMany {
            action,
            actor,
            targets,
        }) => batch(model, targets.len(), |model, index| {
            act(model, *action, actor, &targets[index])
        }),
        Operation::ManyAct(ManyAct {
            action,
            actors,
            target,
        }) => batch(model, actors.len(), |model, index| {
            act(model, *action, &actors[index], target)
        }),
        Operation::AdoptPolicy(_) => vec!["no case adopts a policy".to_owned()],
    }
}

fn act(model: &mut Model, action: Action, actor: &str, target: &str) -> Vec<String> {
    let why_not = model.why_not(action, actor, target);
    match model.apply(action, actor, target) {
        Ok(effects) => row(["done", "-", "-", &names(&effects)]),
        Err(reasons) => row(["refused", notice(&why_not), &names(&reasons), "-"]),
    }
}

/// Plays a batch item by item (R14, R25), and joins each field.
fn batch(
    model: &mut Model,
    len: usize,
    mut item: impl FnMut(&mut Model, usize) -> Vec<String>,
) -> Vec<String> {
    if model
        .policy()
        .limits
        .batch
        .is_some_and(|limit| len > limit as usize)
    {
        return row(["refused", "told", "batch_too_large", "-"]);
    }
    if len == 0 {
        return row(["-"; 4]);
    }
    let items: Vec<_> = (0..len).map(|index| item(model, index)).collect();
    let field = |number: usize| {
        items
            .iter()
            .map(|it| &*it[number])
            .collect::<Vec<_>>()
            .join(";")
    };
    (0..4).map(field).collect()
}

/// Returns the relation, the answer, the notice, the reasons and the hidden reasons.
fn ask(model: &Model, question: Question, actor: &str, target: &str) -> Vec<String> {
    let why_not = model.why_not(question, actor, target);
    let is_hidden = |reason: &&&str| !why_not.visible.contains(reason);
    let hidden: Vec<_> = why_not.all.iter().filter(is_hidden).copied().collect();
    let answer = if why_not.all.is_empty() {
        "allowed"
    } else {
        "refused"
    };
    let relation = match model.relation(actor, target) {
        Ok(letters) => facts(&letters),
        Err(_) => "no_pair".to_owned(),
    };
    row([
        &relation,
        answer,
        notice(&why_not),
        &names(&why_not.all),
        &names(&hidden),
    ])
}

fn notice(why_not: &WhyNot) -> &'static str {
    match why_not.visible[..] {
        _ if why_not.all.is_empty() => "-",
        [] => "silent",
        ["Unavailable"] => "neutral",
        _ => "told",
    }
}

fn row<const N: usize>(fields: [&str; N]) -> Vec<String> {
    fields.map(str::to_owned).to_vec()
}

/// Returns the model's words as names: `ActorBlocks` is `actor_blocks`.
fn names(words: &[&str]) -> String {
    if words.is_empty() {
        return "-".to_owned();
    }
    let name = |word: &&str| {
        let mut name = String::new();
        for letter in word.chars() {
            if letter.is_uppercase() && !name.is_empty() {
                name.push('_');
            }
            name.extend(letter.to_lowercase());
        }
        name
    };
    words.iter().map(name).collect::<Vec<_>>().join(",")
}

/// Returns each effect once, in the order of the table of effects in `docs/semantics.md`.
fn sorted(mut effects: Words) -> Words {
    const ORDER: [&str; 14] = [
        "ActorBlockAdded",
        "ActorBlockLifted",
        "TargetBlockLifted",
        "ActorFriendAdded",
        "TargetFriendAdded",
        "ActorFriendRemoved",
        "TargetFriendRemoved",
        "ActorRequestSent",
        "ActorRequestCancelled",
        "TargetRequestCancelled",
        "TargetRequestAccepted",
        "TargetRequestDeclined",
        "TargetBlockAdded",
        "TargetRequestSent",
    ];
    effects.sort_by_key(|effect| ORDER.iter().position(|it| it == effect));
    effects.dedup();
    effects
}

fn facts(letters: &str) -> String {
    let facts: Vec<_> = letters
        .chars()
        .filter_map(|letter| {
            Some(match letter {
                'b' => "actor_blocks",
                'B' => "target_blocks",
                'l' => "actor_lists",
                'L' => "target_lists",
                'r' => "actor_requested",
                'R' => "target_requested",
                _ => return None,
            })
        })
        .collect();
    if facts.is_empty() {
        "-".to_owned()
    } else {
        facts.join(",")
    }
}

/// Returns the name of the error for the model's word.
fn code(word: &str) -> &'static str {
    match word {
        "Empty" => "empty_name",
        "TooLong" => "name_too_long",
        "Taken" => "name_taken",
        "UnknownUser" | "UnknownFrom" | "UnknownInto" => "unknown_user",
        "SameUser" => "same_user",
        _ => "another error",
    }
}
