//! What a search of four users takes, before it begins.

use std::io::{self, Write};
use std::time::{Duration, Instant};

use socialgraph_analysis::checker::{Estimate, Users, check, estimate};

use super::options::{Candidate, Profile};

const BYTES_PER_MIB: u64 = 1 << 20;

/// A search of four users takes as long for a state as a search of two users for a case, within
/// a factor of two. A shorter search says nothing of its time.
const SHORT: Duration = Duration::from_secs(1);

/// Writes to stderr what four users take under each policy.
///
/// # Errors
/// Fails with the figures if the memory of a search passes the bound.
pub(crate) fn announce(candidates: &[Candidate], max_memory_mib: u64) -> Result<(), String> {
    for candidate in candidates {
        if !candidate.has_search(Users::Four) {
            continue;
        }

        let estimate = estimate(&candidate.policy, Users::Four);
        let figures = figures(&estimate);
        let is_tencents = candidate.profile.is_some_and(Profile::is_tencents);
        if mib_of(&estimate) > max_memory_mib && !is_tencents {
            let name = &candidate.name;
            return Err(format!(
                "{name}, 4 users: {figures}; `--max-memory` allows {max_memory_mib} MiB"
            ));
        }

        let time = time_of(candidate, &estimate);
        // A failure to write to stderr does not stop the search.
        let _ = writeln!(io::stderr(), "{}, 4 users: {time}{figures}", candidate.name);
    }
    Ok(())
}

fn figures(estimate: &Estimate) -> String {
    let (states, mib) = (estimate.states, mib_of(estimate));
    format!("at most {states} states, and {mib} MiB for them")
}

const fn mib_of(estimate: &Estimate) -> u64 {
    estimate.bytes.div_ceil(BYTES_PER_MIB)
}

/// Returns the time that a search may take, by the speed of a small one; nothing if it is short.
fn time_of(candidate: &Candidate, estimate: &Estimate) -> String {
    let start = Instant::now();
    let cases = check(&candidate.policy, Users::Two).cases().max(1);
    let nanoseconds = start.elapsed().as_nanos() * u128::from(estimate.states) / u128::from(cases);
    let time = Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(u64::MAX));

    if time < SHORT {
        String::new()
    } else {
        format!("about {}; ", rounded(time))
    }
}

/// Returns a time in seconds, minutes or hours, whichever is a number that can be read.
pub(super) fn rounded(time: Duration) -> String {
    let seconds = time.as_secs().max(1);
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7200 => format!("{} min", seconds.div_ceil(60)),
        _ => format!("{} h", seconds.div_ceil(3600)),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::rounded;

    #[test]
    fn a_time_has_a_unit_that_suits_it() {
        let texts = [0, 119, 120, 121, 7199, 7200].map(|it| rounded(Duration::from_secs(it)));
        assert_eq!(texts, ["1 s", "119 s", "2 min", "3 min", "120 min", "2 h"]);
    }
}
