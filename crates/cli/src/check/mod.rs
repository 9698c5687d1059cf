//! `socialgraph check`: checks policies in every state that two, three or four users can reach.

mod checked;
mod estimate;
mod options;
mod output;
mod properties;
mod remarks;
mod table;

use std::error::Error;
use std::io::Write;
use std::time::Instant;

use socialgraph_analysis::checker::{Report, Users, check_properties};

use checked::Checked;
use estimate::rounded;
pub(crate) use options::Args;
use options::Candidate;
use output::Search;
use remarks::Remarks;

use crate::CommandResult;
use crate::format::Format;
use crate::progress::Progress;
use crate::terminal;

/// Checks the policies that the arguments name. Returns whether no fault was found.
pub(crate) fn run(args: &Args) -> CommandResult {
    if args.list {
        return properties::list(args.format);
    }
    let candidates = args.candidates()?;
    if args.users().contains(&Users::Four) {
        estimate::announce(&candidates, args.max_memory)?;
    }
    let mut line = Progress::new();
    let checked = Checked::new(args.properties(), &candidates, &mut line);
    let mut remarks = Remarks::default();

    if args.format == Format::Text {
        // A row comes as soon as its search ends.
        let mut out = anstream::stdout().lock();
        table::write_header(&mut out)?;
        for_each_search(args, &candidates, &checked, &mut line, |search| {
            remarks.add(search.candidate, &search.report, &checked);
            table::write_row(&mut out, &search)?;
            Ok(())
        })?;
        add_unconfirmed(&mut remarks, &candidates, &checked);
        write!(out, "{}", terminal::styled(&remarks.text()))?;
        return Ok(!remarks.has_fault());
    }

    let mut searches = Vec::new();
    for_each_search(args, &candidates, &checked, &mut line, |search| {
        remarks.add(search.candidate, &search.report, &checked);
        searches.push(search);
        Ok(())
    })?;
    add_unconfirmed(&mut remarks, &candidates, &checked);
    let text = match args.format {
        Format::Json => output::json(&searches, &remarks, &checked),
        _ => output::document(&searches, &remarks).to_markdown(),
    };
    // A verdict that was not read is not a success.
    writeln!(anstream::stdout(), "{}", text.trim_end())?;
    Ok(!remarks.has_fault())
}

/// Searches each policy with each number of users.
fn for_each_search<'c>(
    args: &Args,
    candidates: &'c [Candidate],
    checked: &Checked,
    line: &mut Progress,
    mut then: impl FnMut(Search<'c>) -> Result<(), Box<dyn Error>>,
) -> Result<(), Box<dyn Error>> {
    for users in args.users() {
        for candidate in candidates.iter().filter(|it| it.has_search(*users)) {
            let start = Instant::now();
            let report = check(candidate, *users, checked, line);
            line.clear();
            then(Search {
                candidate,
                report,
                seconds: start.elapsed().as_secs_f64(),
            })?;
        }
    }
    Ok(())
}

/// Adds a remark on each profile that is asked for, once.
fn add_unconfirmed(remarks: &mut Remarks, candidates: &[Candidate], checked: &Checked) {
    let own_limits = |candidate: &&Candidate| candidate.profile.is_some_and(|it| !it.limits_of_one);
    for candidate in candidates.iter().filter(own_limits) {
        remarks.add_unconfirmed(candidate, checked);
    }
}

/// Checks one policy, and shows progress.
fn check(candidate: &Candidate, users: Users, checked: &Checked, line: &mut Progress) -> Report {
    let start = Instant::now();
    check_properties(&candidate.policy, users, &checked.properties, |progress| {
        line.show(|| {
            format!(
                "{}, {users} users: depth {}, {} of {} states so far, {}",
                candidate.name,
                progress.depth,
                progress.expanded,
                progress.states,
                rounded(start.elapsed()),
            )
        });
    })
}
