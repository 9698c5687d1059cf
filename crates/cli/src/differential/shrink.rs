//! Finds the difference that a log shows, and a shorter log that shows one.

use std::panic::{catch_unwind, set_hook};
use std::sync::{Mutex, PoisonError};

use socialgraph_testkit::reference::log::{self, Setup, Step};

/// The message and place of the last panic.
static LAST_PANIC: Mutex<String> = Mutex::new(String::new());

/// Keeps the messages of panics for [`difference`], instead of printing them.
pub(crate) fn capture_panics() {
    set_hook(Box::new(|panic| {
        *LAST_PANIC.lock().unwrap_or_else(PoisonError::into_inner) = panic.to_string();
    }));
}

/// Plays a log, and returns what differs between engine and model.
///
/// A panic of the engine is a difference too.
pub(crate) fn difference(setup: Setup, steps: &[Step]) -> Option<String> {
    match catch_unwind(|| log::play(setup, steps)) {
        Ok(Ok(_)) => None,
        Ok(Err(difference)) => Some(difference.to_string()),
        Err(_) => {
            let message = LAST_PANIC.lock().unwrap_or_else(PoisonError::into_inner);
            Some(message.clone())
        }
    }
}

/// Returns a log that still differs and from which no single step can be left out.
///
/// It tries to leave out ever smaller parts.
pub(crate) fn shrink<T: Clone>(steps: &[T], differs: impl Fn(&[T]) -> bool) -> Vec<T> {
    let mut steps = steps.to_vec();
    let mut part = steps.len().div_ceil(2);

    while part > 0 {
        let length = steps.len();
        steps = without_parts(steps, part, &differs);

        // A step may have been needed only by a later step that is gone now, so single steps
        // are tried until all of them stay.
        if part > 1 || steps.len() == length {
            part /= 2;
        }
    }
    steps
}

/// Leaves out every part of this length without which the log still differs.
fn without_parts<T: Clone>(
    mut steps: Vec<T>,
    part: usize,
    differs: impl Fn(&[T]) -> bool,
) -> Vec<T> {
    let mut begin = 0;
    while begin < steps.len() {
        let end = (begin + part).min(steps.len());
        let mut shorter = steps.clone();
        shorter.drain(begin..end);

        if differs(&shorter) {
            steps = shorter;
        } else {
            begin = end;
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::shrink;

    #[test]
    fn a_log_shrinks_until_no_single_step_can_be_left_out() {
        let log: Vec<u32> = (0..20).collect();
        let differs: [fn(&[u32]) -> bool; 4] = [
            |log| log.contains(&3) && log.contains(&17),
            |log| !log.is_empty(),
            |_| true,
            // An even number of steps: no single one can be left out of the whole.
            |log| log.contains(&7) && log.len() % 2 == 0,
        ];

        for differs in differs {
            assert!(differs(&log));
            let short = shrink(&log, differs);
            assert!(differs(&short), "{short:?}");

            for index in 0..short.len() {
                let mut shorter = short.clone();
                shorter.remove(index);
                assert!(!differs(&shorter), "{short:?} without {index}");
            }
        }
    }

    /// The first step can go only after the third, and a pass tries the first before it.
    #[test]
    fn a_step_that_a_later_step_needed_goes_in_another_pass() {
        let differs = |log: &[char]| {
            let has = |step| log.contains(&step);
            has('b') && has('d') && (has('a') || !has('c'))
        };
        assert_eq!(shrink(&['a', 'b', 'c', 'd'], differs), ['b', 'd']);
    }
}
