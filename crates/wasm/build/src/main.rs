//! Builds the WebAssembly of socialgraph, and the packages that have it inside.

mod bind;
mod compile;
mod files;
mod npm;
mod page;

use std::error::Error;
use std::ffi::OsStr;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

const HELP: &str = "\
Builds the WebAssembly of socialgraph, and the packages that have it inside.

Usage: socialgraph-wasm-build npm [--out DIR]
       socialgraph-wasm-build page [--out FILE]
       socialgraph-wasm-build check-page [FILE]

  npm         writes the npm package to DIR, or to wasm-packages/npm in the target folder
  page        writes the reviewer's page to FILE, or to docs/review.html
  check-page  fails if FILE, or docs/review.html, is older than its sources; compiles nothing

The target wasm32-unknown-unknown is that of the Rust toolchain at hand, or else Debian's.
";

/// What can go wrong: a command, a file, or what wasm-bindgen says.
type Failure = Box<dyn Error + Send + Sync>;

enum Command {
    Help,
    Npm { out: Option<PathBuf> },
    Page { out: Option<PathBuf> },
    CheckPage { page: Option<PathBuf> },
}

fn main() -> ExitCode {
    let result = read_arguments().and_then(|command| match command {
        Command::Help => Ok(HELP.to_owned()),
        Command::Npm { out } => npm::write(out),
        Command::Page { out } => page::write(out),
        Command::CheckPage { page } => page::check(page),
    });

    let (written, code) = match result {
        Ok(text) => (io::stdout().write_all(text.as_bytes()), ExitCode::SUCCESS),
        Err(error) => (writeln!(io::stderr(), "error: {error}"), ExitCode::FAILURE),
    };
    // A reader that has closed the pipe wants no more text.
    let _ = written;
    code
}

fn read_arguments() -> Result<Command, Failure> {
    use lexopt::prelude::{Long, Short, Value};

    let mut parser = lexopt::Parser::from_env();
    let (mut what, mut out, mut page) = (None, None, None);
    while let Some(argument) = parser.next()? {
        match argument {
            Short('h') | Long("help") => return Ok(Command::Help),
            Long("out") => out = Some(parser.value()?.into()),
            Value(name) if what.is_none() => what = Some(name),
            Value(name) if page.is_none() => page = Some(PathBuf::from(name)),
            other => return Err(other.unexpected().into()),
        }
    }

    let what = what.as_deref().and_then(OsStr::to_str);
    match (what, out, page) {
        (Some("npm"), out, None) => Ok(Command::Npm { out }),
        (Some("page"), out, None) => Ok(Command::Page { out }),
        (Some("check-page"), None, page) => Ok(Command::CheckPage { page }),
        (Some(what @ ("npm" | "page" | "check-page")), _, _) => {
            Err(format!("{what} does not take these arguments").into())
        }
        _ => Err("say what to do: npm, page or check-page".into()),
    }
}
