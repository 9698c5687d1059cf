//! The bound on the memory of a search of four users.

use std::io::{self, Write};

use socialgraph_analysis::checker::{Estimate, Users, estimate};

use super::options::{Candidate, Profile};

const BYTES_PER_MIB: u64 = 1 << 20;

/// Writes to stderr what four users take under each policy but Tencent's.
///
/// # Errors
/// Fails with the figures if the memory of a search passes the bound.
pub(crate) fn check_bounds(candidates: &[Candidate], max_memory_mib: u64) -> Result<(), String> {
    for candidate in candidates {
        if !candidate.has_search(Users::Four) || candidate.profile.is_some_and(Profile::is_tencents)
        {
            continue;
        }

        let estimate = estimate(&candidate.policy, Users::Four);
        let text = text_of(&candidate.name, &estimate);
        if mib_of(&estimate) > max_memory_mib {
            return Err(format!(
                "{text}; `--max-memory` allows {max_memory_mib} MiB"
            ));
        }
        // A failure to write progress does not stop the search.
        let _ = writeln!(io::stderr(), "{text}");
    }
    Ok(())
}

fn text_of(name: &str, estimate: &Estimate) -> String {
    format!(
        "{name}, 4 users: at most {} states, and {} MiB for them",
        estimate.states,
        mib_of(estimate)
    )
}

const fn mib_of(estimate: &Estimate) -> u64 {
    estimate.bytes.div_ceil(BYTES_PER_MIB)
}
