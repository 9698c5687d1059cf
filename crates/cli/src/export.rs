//! `socialgraph export`: writes a user's list, or a network, as other systems have it.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::PathBuf;

use socialgraph::{Limits, List, Operation, Outcome, Policy, SocialGraph};
use socialgraph_analysis::story::{Line, Story, StoryError};

use crate::import::fault::{Fault, Malformed, ReadError};
use crate::import::list::NameList;
use crate::import::{encoding, mastodon, records, source, x};
use crate::policy::NamedPolicy;
use crate::text::{escaped, shortened};
use crate::{CommandResult, print_error, unless_closed};

const COMMAND: &str = "socialgraph export";

const AFTER_HELP: &str = "\
The operations are a story, or the JSON lines that `import` prints. If no user
joins by an operation, all are there from the start. `import` reads what
`export` writes, and gives the same list. A network has friend lists and
blocklists, and no requests.

Examples:
  socialgraph export mastodon-blocks blocks.story --owner ann
  socialgraph export network operations.jsonl --policy mastodon

Exit status: 0 if the list was written; 1 if a line is malformed; 2 if an
argument is wrong, the file cannot be read, the form cannot hold a name, or the
output cannot be written.";

/// Writes a user's list, or a network, as other systems have it
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    /// The form of the output
    format: Format,
    /// A story or operations as JSON lines, or `-` for standard input
    file: PathBuf,
    /// The user whose list it is
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
    /// The list of the owner that `names` writes: by default, the blocklist
    #[arg(long)]
    list: Option<NameList>,
    /// The policy: by default the story's, or else `tencent_rest` without limits
    #[arg(long, value_name = "POLICY")]
    policy: Option<OsString>,
}

/// A form of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Mastodon's `blocked_accounts.csv`
    MastodonBlocks,
    /// Mastodon's `following_accounts.csv`, from the friend list
    MastodonFollows,
    /// X's `block.js`
    XBlocks,
    /// X's `following.js`, from the friend list
    XFollowing,
    /// X's `follower.js`, from the friend lists that have the owner
    XFollowers,
    /// A name on each line
    Names,
    /// The friend lists and blocklists of all users
    Network,
}

/// Writes the list that the arguments name. Returns whether every line is well formed.
pub(crate) fn run(args: &Args) -> CommandResult {
    let policy = args.policy.as_deref().map(NamedPolicy::read).transpose()?;
    check(args)?;

    let name = source::name(&args.file);
    let bytes = source::bytes(&args.file)?;
    let log = match Log::read(&bytes) {
        Ok(log) => log,
        Err(error @ ReadError::Refused(_)) => return Err(format!("{name}: {error}").into()),
        Err(malformed) => {
            print_error(COMMAND, &format!("{name}: {malformed}"));
            return Ok(false);
        }
    };

    let (graph, refused) = log.play(policy.map(|policy| policy.policy));
    let mut notes = Vec::from_iter(refused);
    let text = if let Some(owner) = &args.owner {
        list(&graph, owner, args)
    } else {
        notes.extend(lost(&graph));
        network(&graph)
    };
    let text = text.map_err(|error| format!("{name}: {error}"))?;
    for note in notes {
        print_error(COMMAND, &format!("{name}: {note}"));
    }
    unless_closed(write!(io::stdout(), "{text}"))
}

/// Refuses arguments that do not go together.
fn check(args: &Args) -> Result<(), &'static str> {
    if args.list.is_some() && args.format != Format::Names {
        return Err("`--list` is for `names` alone");
    }
    match (args.format, &args.owner) {
        (Format::Network, Some(_)) => Err("a network is of many users, and takes no `--owner`"),
        (Format::Network, None) | (_, Some(_)) => Ok(()),
        (_, None) => Err("the output is one user's list: `--owner NAME` says whose"),
    }
}

/// Operations with their lines, and how to play them.
struct Log {
    policy: Option<Policy>,
    /// The users who are there from the start.
    users: Vec<String>,
    operations: Vec<(usize, Operation)>,
}

impl Log {
    /// Reads a story, or operations as JSON lines.
    fn read(bytes: &[u8]) -> Result<Self, ReadError> {
        let bytes = encoding::utf8(bytes)?;
        let text = encoding::text(bytes)?;
        if text.trim_start().starts_with('{') {
            Ok(Self::of_json_lines(text)?)
        } else {
            Ok(Self::of_story(text)?)
        }
    }

    fn of_json_lines(text: &str) -> Result<Self, Malformed> {
        let mut operations = Vec::new();
        for (line, number) in text.lines().zip(1..) {
            if line.trim().is_empty() {
                continue;
            }
            let operation = serde_json::from_str(line).map_err(|error| {
                Fault::Json(format!("not an operation: {}", escaped(error))).at(number)
            })?;
            operations.push((number, operation));
        }

        let lines = operations
            .iter()
            .map(|(_, it): &(usize, Operation)| it.clone());
        let story: Story = lines.collect();
        Ok(Self {
            policy: None,
            users: owned(&story.users()),
            operations,
        })
    }

    fn of_story(text: &str) -> Result<Self, StoryError> {
        let story: Story = text.parse()?;
        let first = if story.policy_text().is_some() { 2 } else { 1 };
        let mut operations = Vec::new();
        for (line, number) in story.lines().iter().zip(first..) {
            if let Line::Operation(operation) = line {
                operations.push((number, operation.clone()));
            }
        }
        Ok(Self {
            policy: story.policy(),
            users: owned(&story.users()),
            operations,
        })
    }

    /// Plays the operations. Returns the graph, and a note if some are refused.
    fn play(&self, policy: Option<Policy>) -> (SocialGraph, Option<String>) {
        let policy = policy.or(self.policy).unwrap_or(Policy {
            limits: Limits::NONE,
            ..Policy::tencent_rest()
        });
        let mut graph = SocialGraph::new(policy);
        for name in &self.users {
            // A name that is not valid stays unknown, and its operations are refused.
            let _ = graph.add_user(name);
        }

        let mut refused = 0;
        let mut first = None;
        for (line, operation) in &self.operations {
            let outcome = operation.apply_to(&mut graph);
            if is_refused(&outcome) {
                refused += 1;
                first.get_or_insert((line, operation, outcome));
            }
        }

        let note = first.map(|(line, operation, outcome)| {
            let count = source::counted(refused, "operation is", "operations are");
            let operation = shortened(&operation.to_string());
            let reasons = outcome.reasons();
            let why = if reasons.is_empty() {
                String::new()
            } else {
                format!(": {reasons}")
            };
            format!(
                "{count} refused, in part or whole; the first is in line {line}, {operation}{why}"
            )
        });
        (graph, note)
    }
}

/// Returns whether an operation was refused, or an item of its batch.
fn is_refused(outcome: &Outcome) -> bool {
    !outcome.is_done() || outcome.items().iter().any(Result::is_err)
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// Returns a list of the owner in the form that the arguments name.
fn list(graph: &SocialGraph, owner: &str, args: &Args) -> Result<String, String> {
    let list = match args.format {
        Format::MastodonBlocks | Format::XBlocks => List::Blocklist,
        Format::MastodonFollows | Format::XFollowing => List::Friends,
        Format::XFollowers => List::ListedBy,
        Format::Names | Format::Network => args.list.unwrap_or(NameList::Blocklist).list(),
    };
    let listing = graph
        .list(owner, list)
        .map_err(|_| unknown_owner(graph, owner))?;
    let names: Vec<&str> = listing.iter().filter_map(|id| graph.name(id)).collect();

    Ok(match args.format {
        Format::MastodonBlocks => lines(&accounts(&names)?, "", ""),
        Format::MastodonFollows => {
            // Boosts are shown, new posts are not notified of: as Mastodon follows by default.
            let header = [mastodon::FOLLOWS_HEADER, "\n"].concat();
            lines(&accounts(&names)?, &header, ",true,false,")
        }
        Format::XBlocks => x::write(x::List::Blocks, names.into_iter()),
        Format::XFollowing => x::write(x::List::Following, names.into_iter()),
        Format::XFollowers => x::write(x::List::Followers, names.into_iter()),
        Format::Names | Format::Network => {
            let fields: Result<Vec<_>, _> = names.iter().map(|name| field(name)).collect();
            lines(&fields?, "", "")
        }
    })
}

fn lines(names: &[String], header: &str, end: &str) -> String {
    let mut text = header.to_owned();
    for name in names {
        text += name;
        text += end;
        text.push('\n');
    }
    text
}

/// Returns names as accounts of Mastodon, if they are.
fn accounts(names: &[&str]) -> Result<Vec<String>, String> {
    match names.iter().find(|name| !mastodon::is_address(name)) {
        None => Ok(owned(names)),
        Some(name) => Err(format!(
            "`{}` is no account of Mastodon, such as `ben@example.social`; `names` takes every \
             name",
            shortened(name)
        )),
    }
}

/// Returns a name as a field of a record, if a file of text can have it.
fn field(name: &str) -> Result<String, String> {
    if name.contains('\0') {
        return Err(format!(
            "`{}` has a NUL character, which no file of text can have; `x-blocks` takes it",
            shortened(name)
        ));
    }
    Ok(records::field(name))
}

/// Returns the error for an owner who is no user, with some who are.
fn unknown_owner(graph: &SocialGraph, owner: &str) -> String {
    const SHOWN: usize = 5;

    let users = graph.users().filter_map(|(user, _)| graph.name(user));
    let users: Vec<_> = users.take(SHOWN).map(shortened).collect();
    let more = if graph.user_count() > SHOWN {
        ", …"
    } else {
        ""
    };
    let there = if users.is_empty() {
        "there is none".to_owned()
    } else {
        format!("there are {}{more}", users.join(", "))
    };
    format!("there is no user `{}`; {there}", shortened(owner))
}

/// Returns every friend-list entry and block as a signed network.
///
/// Friends come first: under every policy, a block may follow, and be refused nothing.
fn network(graph: &SocialGraph) -> Result<String, String> {
    let mut text = "source,target,sign\n".to_owned();
    for (list, sign) in [(List::Friends, "1"), (List::Blocklist, "-1")] {
        for (user, _) in graph.users() {
            let Ok(listing) = graph.list(user, list) else {
                continue;
            };
            for peer in listing {
                let source = field(graph.name(user).unwrap_or_default())?;
                let target = field(graph.name(peer).unwrap_or_default())?;
                text += &[&source, ",", &target, ",", sign, "\n"].concat();
            }
        }
    }
    Ok(text)
}

/// Returns what of a graph a network does not have.
fn lost(graph: &SocialGraph) -> Vec<String> {
    let (mut requests, mut alone) = (0, 0);
    for (user, _) in graph.users() {
        let len = |list| graph.list(user, list).map_or(0, |listing| listing.len());
        requests += len(List::RequestsOut);

        let lists = [
            List::Friends,
            List::ListedBy,
            List::Blocklist,
            List::BlockedBy,
        ];
        alone += usize::from(lists.into_iter().all(|list| len(list) == 0));
    }

    let mut notes = Vec::new();
    if requests > 0 {
        let count = source::counted(requests, "pending request is", "pending requests are");
        notes.push(format!("{count} not in the network"));
    }
    if alone > 0 {
        let count = source::counted(alone, "user is", "users are");
        notes.push(format!(
            "{count} on no friend list or blocklist, and not in the network"
        ));
    }
    notes
}
