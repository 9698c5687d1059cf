//! Operations that arrive at once.

use std::convert::Infallible;

use socialgraph::{Action, List, Operation, Policy};
use socialgraph_testkit::conformance::{
    self, Answer, Engine, Extras, ListPage, Reply, Rule, Step, System,
};

use super::{act, altered, config, is, log, refusing, rest};

/// A system without concurrency gets two operations in their order, and so they are reported.
#[test]
fn without_concurrency_two_operations_come_in_their_order() {
    let config = config(Policy::tencent_rest());
    let mut lax = altered(|engine, operation| {
        let reply = engine.apply(operation).unwrap();
        if is(operation, Action::AcceptRequest) {
            true.into()
        } else {
            reply
        }
    });
    let request = act(Action::SendRequest, "ben", "ann");
    let block = act(Action::Block, "ben", "ann");
    let accept = act(Action::AcceptRequest, "ann", "ben");

    let sequential = log([request.clone(), block.clone(), accept.clone()]);
    let mut concurrent = log([request]);
    concurrent.push(Step::Concurrent(block, accept));
    let finding = conformance::replay(&mut lax, &concurrent, &config).unwrap_err();
    assert_eq!(finding.rule(), Some(Rule::R4), "{finding}");
    assert_eq!(finding.log, sequential, "{finding}");

    let agreement = conformance::replay(&mut refusing(|_| false), &concurrent, &config).unwrap();
    assert_eq!((agreement.operations, agreement.concurrent), (5, 0));
}

#[test]
fn the_share_of_concurrent_operations_is_as_configured() {
    let mut config = config(Policy::tencent_rest());
    let mut share = |percent| {
        config.concurrent_percent = percent;
        let agreement = conformance::compare(&mut rest(), &config).unwrap();
        agreement.concurrent * 10_000 / agreement.operations
    };

    let shares: [u64; 5] = [share(0), share(1), share(50), share(100), share(u8::MAX)];
    assert_eq!(shares[0], 0, "{shares:?}");
    assert!(shares[1] < 300 && shares[2] < shares[3], "{shares:?}");
    assert_eq!(shares[3], shares[4], "{shares:?}");
}

/// An engine that carries out two concurrent operations in the other order.
struct Reversing(Engine);

impl System for Reversing {
    type Error = Infallible;

    forward!(0: reset, apply, can_message);

    fn extras(&mut self) -> Option<&mut dyn Extras<Error = Infallible>> {
        Some(self)
    }
}

impl Extras for Reversing {
    type Error = Infallible;

    forward!(0: can_send_friend_request, list, page);

    fn apply_concurrently(
        &mut self,
        first: &Operation,
        second: &Operation,
    ) -> Result<Option<[Reply; 2]>, Infallible> {
        let second = self.apply(second)?;
        Ok(Some([self.apply(first)?, second]))
    }
}

#[test]
fn either_of_two_concurrent_operations_may_come_first() {
    let config = config(Policy::tencent_rest());
    let agreement = conformance::compare(&mut Reversing(rest()), &config).unwrap();
    assert!(agreement.concurrent > 50, "{agreement}");
}
