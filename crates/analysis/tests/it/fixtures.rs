//! Policies for the tests.

use socialgraph::{Crossed, Gate, Granted, Interaction, Notice, Notices, Policy, Sides};

/// The number of policies that [`policy_of`] numbers.
pub(crate) const POLICY_COUNT: usize = 4 * 4 * 4 * 4 * 4 * 2 * 2;

/// A step between numbers of policies that has no factor in common with [`POLICY_COUNT`].
const STEP: usize = 5;

/// Returns the policy of a number: the parts that decide what relations a pair reaches.
///
/// The other parts, gates and notices, are spread over the policies.
pub(crate) fn policy_of(number: usize) -> Policy {
    let mut digits = Digits(number);
    let mut policy = Policy::tencent_rest();
    policy.request.stopped_by = digits.next_of(Sides::ALL);
    policy.request.accept_stopped_by = digits.next_of(Sides::ALL);
    policy.request.add_stopped_by = digits.next_of(Sides::ALL);
    policy.block.clears_friends_of = digits.next_of(Sides::ALL);
    policy.block.cancels_requests_of = digits.next_of(Sides::ALL);
    policy.request.crossed = digits.next_of(Crossed::ALL);
    policy.request.makes = digits.next_of(Granted::ALL);

    // Digits of a multiple of a large prime look unlike those of the number.
    let mut digits = Digits(number.wrapping_mul(2_654_435_761));
    policy.request.notice = next_notices(&mut digits);
    for interaction in Interaction::ALL {
        *policy.gate_mut(interaction) = Gate {
            stopped_by: digits.next_of(Sides::ALL),
            needs_listing_by: digits.next_of(Sides::ALL),
            notice: next_notices(&mut digits),
        };
    }
    policy
}

/// Returns policies among which every two parts have every two values.
///
/// Few policies with parts at random have any of the properties, so strict ones follow.
pub(crate) fn covering_policies() -> impl Iterator<Item = Policy> {
    let strict = (0..POLICY_COUNT).filter_map(strict_policy_of);
    let spread = (0..POLICY_COUNT).step_by(STEP).map(policy_of);
    spread.chain(strict)
}

/// Returns a policy under which every block stops requests and additions, from its number.
///
/// One interaction can reach the blocker, but only if each of the two lists the other.
fn strict_policy_of(number: usize) -> Option<Policy> {
    let mut policy = policy_of(number);
    if (policy.request.stopped_by, policy.request.add_stopped_by) != (Sides::Both, Sides::Both) {
        return None;
    }

    let lenient = Interaction::ALL[number / 7 % 4];
    for interaction in Interaction::ALL {
        let gate = policy.gate_mut(interaction);
        gate.stopped_by = match gate.stopped_by {
            _ if interaction == lenient => Sides::Actor,
            Sides::Neither | Sides::Target => Sides::Target,
            Sides::Actor | Sides::Both => Sides::Both,
        };
        if interaction == lenient {
            gate.needs_listing_by = Sides::Both;
        }
    }
    Some(policy)
}

fn next_notices(digits: &mut Digits) -> Notices {
    Notices {
        own: digits.next_of(Notice::ALL),
        other: digits.next_of(Notice::ALL),
    }
}

/// A number as digits, each in a base of its own.
struct Digits(usize);

impl Digits {
    /// Returns the value that the next digit stands for.
    fn next_of<T: Copy, const N: usize>(&mut self, values: [T; N]) -> T {
        let digit = self.0 % N;
        self.0 /= N;
        values[digit]
    }
}
