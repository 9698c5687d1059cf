//! Graphs, policies and digests for the tests of several files.

use proptest::strategy::Strategy;
use socialgraph::{
    BlockRules, Crossed, Gate, Granted, Limits, Notice, Notices, Operation, Policy, RequestMode,
    RequestRules, Sides, SocialGraph, UserId,
};
use socialgraph_testkit::strategies::{self, Tuning};

/// The default tuning, with logs of at most this many operations.
pub(crate) fn tuning(operations: usize) -> Tuning {
    let mut tuning = Tuning::default();
    tuning.operations = operations;
    tuning
}

/// Logs of at most this many operations, after all users have joined.
pub(crate) fn logs(operations: usize) -> impl Strategy<Value = Vec<Operation>> {
    strategies::logs(&tuning(operations))
}

/// Any policy, with limits that logs reach and without.
pub(crate) fn policies() -> impl Strategy<Value = Policy> {
    strategies::policies(&Tuning::default())
}

/// A graph with this many users and no limits.
pub(crate) fn crowd(users: u32) -> (SocialGraph, Vec<UserId>) {
    let mut policy = Policy::tencent_rest();
    policy.limits = Limits::NONE;
    let mut graph = SocialGraph::new(policy);
    let users = (0..users)
        .map(|n| graph.add_user(&format!("user {n}")).unwrap())
        .collect();
    (graph, users)
}

/// Returns the FNV-1a digest of a text, of 64 bits.
pub(crate) fn digest(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// The number of policies that [`policy_of`] numbers: one for each choice of the parts that
/// actions read.
pub(crate) const POLICIES: usize = 4096;

/// Returns the policy of a number below [`POLICIES`], without limits.
///
/// Each choice of the parts that actions read is one number's. The other parts are spread over
/// the numbers, so that each two values of two parts meet in some policy.
pub(crate) fn policy_of(number: usize) -> Policy {
    let mut parts = Digits(number);
    let request = RequestRules {
        stopped_by: parts.one_of(&Sides::ALL),
        accept_stopped_by: parts.one_of(&Sides::ALL),
        add_stopped_by: parts.one_of(&Sides::ALL),
        crossed: parts.one_of(&Crossed::ALL),
        makes: parts.one_of(&Granted::ALL),
        ..Policy::tencent_rest().request
    };
    let block = BlockRules {
        clears_friends_of: parts.one_of(&Sides::ALL),
        cancels_requests_of: parts.one_of(&Sides::ALL),
    };

    // Any odd multiplier that stirs the digits well does.
    let mut others = Digits(number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 7);
    Policy {
        message: others.gate(),
        call: others.gate(),
        group_invitation: others.gate(),
        presence: others.gate(),
        request: RequestRules {
            initial_mode: others.one_of(&RequestMode::ALL),
            notice: others.notices(),
            ..request
        },
        block,
        limits: Limits::NONE,
    }
}

/// A number as digits. Each digit chooses a value.
struct Digits(usize);

impl Digits {
    fn one_of<T: Copy>(&mut self, values: &[T]) -> T {
        let value = values[self.0 % values.len()];
        self.0 /= values.len();
        value
    }

    fn gate(&mut self) -> Gate {
        Gate {
            stopped_by: self.one_of(&Sides::ALL),
            needs_listing_by: self.one_of(&Sides::ALL),
            notice: self.notices(),
        }
    }

    fn notices(&mut self) -> Notices {
        Notices {
            own: self.one_of(&Notice::ALL),
            other: self.one_of(&Notice::ALL),
        }
    }
}
