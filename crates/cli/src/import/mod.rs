//! `socialgraph import`: gives a file from elsewhere as operations.

pub(crate) mod encoding;
pub(crate) mod fault;
pub(crate) mod fit;
pub(crate) mod format;
pub(crate) mod list;
pub(crate) mod mastodon;
mod names;
mod network;
pub(crate) mod records;
pub(crate) mod source;
mod time;
pub(crate) mod x;

use std::collections::HashSet;
use std::error::Error;
use std::ffi::OsString;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use socialgraph::Operation;

use fault::ReadError;
use format::Format;
use list::NameList;
use source::{Entry, Source};

use crate::policy::NamedPolicy;
use crate::{CommandResult, print_error, unless_closed};

const COMMAND: &str = "socialgraph import";

const AFTER_HELP: &str = "\
A list needs `--owner`. A network has many users, and takes none. A user on a
list of follows becomes a one-way friend. In a network, a positive rating adds
the target to the source's friend list, and a negative one blocks the target.
Repeated names and entries of the owner are left out, and standard error says
so. With --policy, it also says what fits the policy's lists and a batch.

Examples:
  socialgraph import auto blocked_accounts.csv --owner ann > blocks.story
  socialgraph import names names.txt --owner ann --policy tencent_rest

Exit status: 0 if the file was read; 1 if a row is malformed, or if something
does not fit the policy; 2 if an argument is wrong, the file cannot be read or
is of a kind that is not supported, or the output cannot be written.";

/// Gives a list or a network from elsewhere as operations, one a line
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    /// The format of the file
    format: Format,
    /// The file, or `-` for standard input
    file: PathBuf,
    /// The user whose list it is
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
    /// The list of the owner that plain names are: by default, the blocklist
    #[arg(long)]
    list: Option<NameList>,
    /// Sentences are a story that `play` reads; JSON lines are the engine's own
    #[arg(long = "as", value_name = "FORM", default_value = "sentences")]
    form: Form,
    /// Makes each user join before their first operation
    #[arg(long)]
    joins: bool,
    /// Says what fits this policy: a name, a name with changes, or a file
    #[arg(long, value_name = "POLICY")]
    policy: Option<OsString>,
}

/// How operations are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Form {
    Sentences,
    JsonLines,
}

/// Prints the operations of a file. Returns whether it is well formed and fits the policy.
pub(crate) fn run(args: &Args) -> CommandResult {
    let policy = args.policy.as_deref().map(NamedPolicy::read).transpose()?;
    let source = Source {
        format: args.format,
        owner: args.owner.as_deref(),
        list: args.list,
    };

    let name = source::name(&args.file);
    let bytes = source::bytes(&args.file)?;
    let imported = match source.read(&bytes) {
        Ok(imported) => imported,
        Err(error @ ReadError::Refused(_)) => return Err(format!("{name}: {error}").into()),
        Err(malformed) => {
            print_error(COMMAND, &format!("{name}: {malformed}"));
            return Ok(false);
        }
    };

    for note in imported.notes() {
        print_error(COMMAND, &format!("{name}: {note}"));
    }
    let fit = policy.map(|policy| fit::check(&imported, &policy));
    for note in fit.iter().flat_map(|fit| &fit.notes) {
        print_error(COMMAND, &format!("{name}: {note}"));
    }

    let text = text(&imported.entries, args)?;
    unless_closed(write(&text))?;
    Ok(fit.is_none_or(|fit| fit.fits))
}

/// Returns the operations of entries, one a line.
fn text(entries: &[Entry], args: &Args) -> Result<String, Box<dyn Error>> {
    let mut text = String::new();
    let mut add = |operation: Operation| -> Result<(), serde_json::Error> {
        match args.form {
            Form::Sentences => text += &operation.to_string(),
            Form::JsonLines => text += &serde_json::to_string(&operation)?,
        }
        text.push('\n');
        Ok(())
    };

    let mut joined = HashSet::new();
    for entry in entries {
        for name in [&entry.actor, &entry.target] {
            if args.joins && joined.insert(name) {
                add(Operation::add_user(name))?;
            }
        }
        add(entry.operation())?;
    }
    Ok(text)
}

fn write(text: &str) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    out.write_all(text.as_bytes())?;
    out.flush()
}
