//! The command line.

#![allow(
    rustdoc::broken_intra_doc_links,
    reason = "the comments are the help, with defaults in brackets"
)]

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::options::{Given, Options, OptionsError};

/// A server for social graphs: the relationship part of Tencent's IM REST API, durable.
///
/// Each option is also a variable of the environment and, with its name, a line of the TOML file:
/// a flag counts before its variable, and that before the file.
#[derive(Parser, Debug)]
#[command(name = "socialgraph-server", version, max_term_width = 100)]
#[command(after_help = "SIGTERM and SIGINT stop it; SIGHUP reads tokens and certificate again.")]
pub(crate) struct CommandLine {
    #[command(subcommand)]
    pub(crate) task: Option<Task>,
    /// A TOML file with options
    #[arg(long, env = "SOCIALGRAPH_CONFIG", value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    /// Check the options and the files that they name, and end
    #[arg(long)]
    pub(crate) check_config: bool,
    #[command(flatten)]
    given: Given,
}

/// What is done with a directory, instead of serving.
#[derive(Subcommand, Debug)]
pub(crate) enum Task {
    /// Begin a directory from users and relations
    Load(Load),
    /// Copy a directory into an empty one, also while a server has it
    Backup(Backup),
    /// Make a directory of a backup
    Restore(Restore),
    /// Play the log again, and compare it with the snapshots
    Verify(Verify),
}

/// The directory of a task.
#[derive(Args, Debug)]
pub(crate) struct Data {
    /// The directory of the state [that of the configuration file]
    #[arg(long = "data", env = "SOCIALGRAPH_DATA", value_name = "DIR")]
    directory: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct Load {
    /// JSON lines or CSV; - is the standard input
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) data: Data,
    /// The form of the file [by its name]
    #[arg(long, value_enum)]
    pub(crate) format: Option<Format>,
    /// The policy of the state, by name
    #[arg(
        long,
        env = "SOCIALGRAPH_POLICY",
        value_name = "NAME",
        default_value = "tencent_rest"
    )]
    pub(crate) policy: String,
}

/// The form of a file with users and relations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// A JSON object a line.
    Jsonl,
    /// Comma-separated values.
    Csv,
}

#[derive(Args, Debug)]
pub(crate) struct Backup {
    /// The directory to copy into: it is made if it does not exist
    pub(crate) to: PathBuf,
    #[command(flatten)]
    pub(crate) data: Data,
}

#[derive(Args, Debug)]
pub(crate) struct Restore {
    /// The backup, or a directory that is no longer whole
    pub(crate) from: PathBuf,
    #[command(flatten)]
    pub(crate) data: Data,
    /// The number of the last entry to take: what came later is left out
    #[arg(long, value_name = "NUMBER")]
    pub(crate) through: Option<u64>,
}

#[derive(Args, Debug)]
pub(crate) struct Verify {
    #[command(flatten)]
    pub(crate) data: Data,
}

impl CommandLine {
    /// Returns the directory of a task, which the file may have.
    pub(crate) fn directory(&self, data: &Data) -> Result<PathBuf, OptionsError> {
        let of_file = || match &self.config {
            Some(path) => Given::read(path).map(|file| file.data),
            None => Ok(None),
        };
        let directory = match &data.directory {
            Some(directory) => Some(directory.clone()),
            None => of_file()?,
        };
        directory.ok_or_else(|| OptionsError::wrong("data", "a directory has to be named"))
    }

    /// Returns the options of flags, variables and the file, complete.
    pub(crate) fn options(&self) -> Result<Options, OptionsError> {
        let given = self.given.clone();
        match &self.config {
            Some(path) => given.or(Given::read(path)?).complete(),
            None => given.complete(),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::CommandLine;
    use crate::options::Given;

    /// Each option is a flag, a variable and a line of the file, under one name.
    #[test]
    fn options_have_one_name_everywhere() {
        CommandLine::command().debug_assert();
        let mut count = 0;
        for option in CommandLine::command().get_arguments() {
            let name = option.get_long().unwrap_or_default();
            if ["config", "check-config"].contains(&name) {
                continue;
            }
            let variable = format!("SOCIALGRAPH_{}", name.replace('-', "_").to_uppercase());
            assert_eq!(option.get_env(), Some(variable.as_ref()), "{name}");
            // The value is wrong, and the name is known.
            let read: Result<Given, _> = toml::from_str(&format!("{name} = {{}}"));
            let error = read
                .err()
                .map(|error| error.to_string())
                .unwrap_or_default();
            assert!(
                !error.is_empty() && !error.contains("unknown field"),
                "{name}: {error}"
            );
            count += 1;
        }
        assert!(count > 30, "{count}");
    }

    /// The page of operations names the options that it speaks of as they are.
    #[test]
    fn the_page_of_operations_names_options_that_exist() {
        let page = include_str!("../../../docs/operations.md");
        let command = CommandLine::command();
        let tasks = command
            .get_subcommands()
            .flat_map(clap::Command::get_arguments);
        let names: Vec<_> = command
            .get_arguments()
            .chain(tasks)
            .filter_map(clap::Arg::get_long)
            .collect();
        for word in page.split(|it: char| !(it.is_ascii_lowercase() || it == '-')) {
            let name = word.strip_prefix("--");
            if let Some(name) = name.filter(|name| !name.is_empty() && !name.starts_with('-')) {
                assert!(
                    names.contains(&name) || ["help", "release"].contains(&name),
                    "--{name}"
                );
            }
        }
    }
}
