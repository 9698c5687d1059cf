//! Whether a log shows a difference, and the least of it that does.

use std::panic::{catch_unwind, set_hook};
use std::sync::{Mutex, PoisonError};

use socialgraph_testkit::reference::log::{self as operations, Setting, Step};

/// Where the last panic was, and what it said.
static LAST_PANIC: Mutex<String> = Mutex::new(String::new());

/// Keeps what a panic says for [`difference`] to tell, rather than on stderr.
pub(crate) fn note_panics() {
    set_hook(Box::new(|panic| {
        *LAST_PANIC.lock().unwrap_or_else(PoisonError::into_inner) = panic.to_string();
    }));
}

/// Plays a log; returns what differs between engine and model, and where that was found.
pub(crate) fn difference(setting: Setting, log: &[Step]) -> Option<String> {
    catch_unwind(|| drop(operations::play(setting, log))).err()?;
    Some(
        LAST_PANIC
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone(),
    )
}

/// Takes out of a log what is not needed for a difference, in ever smaller parts.
///
/// It goes on until no single step can be left out.
pub(crate) fn cut_down<T: Clone>(log: &[T], differs: impl Fn(&[T]) -> bool) -> Vec<T> {
    let mut log = log.to_vec();
    let mut part = log.len().div_ceil(2);
    while part > 0 {
        let length = log.len();
        log = without_parts(log, part, &differs);
        // What was needed at first may not be once a later step is gone.
        if part > 1 || log.len() == length {
            part /= 2;
        }
    }
    log
}

/// Leaves out every part of this length that is not needed.
fn without_parts<T: Clone>(mut log: Vec<T>, part: usize, differs: impl Fn(&[T]) -> bool) -> Vec<T> {
    let mut begin = 0;
    while begin < log.len() {
        let end = (begin + part).min(log.len());
        let mut shorter = log.clone();
        shorter.drain(begin..end);
        if differs(&shorter) {
            log = shorter;
        } else {
            begin = end;
        }
    }
    log
}

#[cfg(test)]
mod tests {
    use super::cut_down;

    #[test]
    fn a_log_is_cut_down_until_no_single_step_can_be_left_out() {
        let log: Vec<u32> = (0..20).collect();
        let differs: [fn(&[u32]) -> bool; 4] = [
            |log| log.contains(&3) && log.contains(&17),
            |log| !log.is_empty(),
            |_| true,
            // An even number of steps: one by one, none can be left out of the whole.
            |log| log.contains(&7) && log.len() % 2 == 0,
        ];
        for differs in differs {
            assert!(differs(&log));
            let short = cut_down(&log, differs);
            assert!(differs(&short), "{short:?}");
            for place in 0..short.len() {
                let mut shorter = short.clone();
                shorter.remove(place);
                assert!(!differs(&shorter), "{short:?} without {place}");
            }
        }
    }

    /// The first step can go only once the third has gone, which one pass comes to too late.
    #[test]
    fn what_a_later_step_kept_goes_in_another_pass() {
        let differs = |log: &[char]| {
            let has = |step| log.contains(&step);
            has('b') && has('d') && (has('a') || !has('c'))
        };
        assert_eq!(cut_down(&['a', 'b', 'c', 'd'], differs), ['b', 'd']);
    }
}
