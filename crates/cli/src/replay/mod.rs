//! `socialgraph replay`: replays a signed trust network from a CSV file.

mod input;
mod network;
mod options;
#[cfg(test)]
mod tests;

use std::io;
use std::time::Instant;

use input::Malformed;
use network::Network;
use options::Options;

use crate::text::escaped;
use crate::{CommandResult, print_error, print_text, unless_closed};

/// The friendships of Zachary's karate club (1977). The leaders of its two sides block each other.
const KARATE_CLUB: &str = include_str!("karate_club.csv");

/// Replays the file that the arguments name. Returns whether every row is well formed.
pub(crate) fn run(parser: lexopt::Parser) -> CommandResult {
    let Some(options) = Options::parse(parser)? else {
        return print_text(&options::help());
    };

    let replayed = match &options.file {
        None => replay(KARATE_CLUB.as_bytes()).map_err(|error| error.to_string()),
        Some(path) => {
            let name = escaped(path.display());
            let bytes = std::fs::read(path).map_err(|error| format!("{name}: {error}"))?;
            replay(&bytes).map_err(|error| format!("{name}: {error}"))
        }
    };
    let (network, seconds) = match replayed {
        Ok(replayed) => replayed,
        Err(malformed) => {
            print_error("socialgraph replay", &malformed);
            return Ok(false);
        }
    };

    unless_closed(print(&network, seconds, &options))
}

fn print(network: &Network, seconds: f64, options: &Options) -> io::Result<()> {
    let mut out = io::stdout().lock();
    network.summary.write(&mut out, seconds)?;
    if let Some((source, target)) = &options.explain {
        network.explain(&mut out, source, target)?;
    }
    Ok(())
}

/// Replays the bytes of a file, and measures the seconds that the graph takes.
fn replay(bytes: &[u8]) -> Result<(Network, f64), Malformed> {
    let rows = input::parse(bytes)?;
    let start = Instant::now();
    let network = Network::replay(&rows)?;
    Ok((network, start.elapsed().as_secs_f64()))
}
