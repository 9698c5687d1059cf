//! The conformance kit, on systems whose faults are known.

use std::convert::Infallible;

use socialgraph::operation::{Act, AddUser};
use socialgraph::{Action, Operation, Policy};
use socialgraph_testkit::conformance::{Answer, Config, Engine, Extras, Reply, Step, System};
use socialgraph_testkit::strategies::TIGHT_LIMITS;

/// Implements these methods of `System` by those of the engine in a field.
macro_rules! forward {
    ($engine:tt: $($method:ident),+) => {
        $(forward!(@$method $engine);)+
    };
    (@reset $engine:tt) => {
        fn reset(&mut self) -> Result<(), Self::Error> {
            self.$engine.reset().map_err(|never| match never {})
        }
    };
    (@apply $engine:tt) => {
        fn apply(&mut self, operation: &Operation) -> Result<Reply, Self::Error> {
            self.$engine.apply(operation).map_err(|never| match never {})
        }
    };
    (@can_message $engine:tt) => {
        fn can_message(&mut self, actor: &str, target: &str) -> Result<Answer, Self::Error> {
            let answer = self.$engine.can_message(actor, target);
            answer.map_err(|never| match never {})
        }
    };
    (@can $engine:tt) => {
        fn can(
            &mut self,
            interaction: Interaction,
            actor: &str,
            target: &str,
        ) -> Result<Option<Answer>, Self::Error> {
            let answer = self.$engine.can(interaction, actor, target);
            answer.map_err(|never| match never {})
        }
    };
    (@can_send_friend_request $engine:tt) => {
        fn can_send_friend_request(&mut self, a: &str, b: &str) -> Result<Option<Answer>, Self::Error> {
            let answer = self.$engine.can_send_friend_request(a, b);
            answer.map_err(|never| match never {})
        }
    };
    (@list $engine:tt) => {
        fn list(&mut self, user: &str, list: List) -> Result<Option<Vec<String>>, Self::Error> {
            let names = self.$engine.list(user, list);
            names.map_err(|never| match never {})
        }
    };
    (@page $engine:tt) => {
        fn page(
            &mut self,
            user: &str,
            list: List,
            from: Option<&str>,
            limit: usize,
        ) -> Result<Option<ListPage>, Self::Error> {
            let page = self.$engine.page(user, list, from, limit);
            page.map_err(|never| match never {})
        }
    };
}

mod agreement;
mod concurrency;
mod failures;
mod faults;
mod findings;
mod hostile;
mod kept_logs;
mod lists;
mod offer;
mod parts;
mod replies;
mod rules;

/// A configuration with few logs and with limits that a few users reach.
fn config(mut policy: Policy) -> Config {
    policy.limits = TIGHT_LIMITS;
    let mut config = Config::new(policy);
    config.logs = 24;
    config
}

/// The engine under the policy that systems are compared with by default.
fn rest() -> Engine {
    engine(Policy::tencent_rest())
}

/// An engine under which either block stops the messages of both.
fn mutual() -> Engine {
    engine(Policy::tencent_mutual())
}

fn engine(policy: Policy) -> Engine {
    Engine::new(config(policy).policy)
}

fn join(name: &str) -> Operation {
    Operation::AddUser(AddUser {
        name: name.to_owned(),
    })
}

fn act(action: Action, actor: &str, target: &str) -> Operation {
    Operation::act(action, actor, target)
}

/// A log of these operations, after ann and ben have joined.
fn log(operations: impl IntoIterator<Item = Operation>) -> Vec<Step> {
    let joins = ["ann", "ben"].map(join);
    joins.into_iter().chain(operations).map(Step::One).collect()
}

/// Returns whether an operation is this action, and no batch.
fn is(operation: &Operation, wanted: Action) -> bool {
    matches!(operation, Operation::Act(Act { action, .. }) if *action == wanted)
}

/// An engine that applies operations in its own way, and offers no lists.
struct Altered<F> {
    engine: Engine,
    apply: F,
}

impl<F: FnMut(&mut Engine, &Operation) -> Reply> System for Altered<F> {
    type Error = Infallible;

    forward!(engine: reset, can_message);

    fn apply(&mut self, operation: &Operation) -> Result<Reply, Infallible> {
        Ok((self.apply)(&mut self.engine, operation))
    }

    fn extras(&mut self) -> Option<&mut dyn Extras<Error = Infallible>> {
        Some(self)
    }
}

impl<F: FnMut(&mut Engine, &Operation) -> Reply> Extras for Altered<F> {
    type Error = Infallible;

    forward!(engine: can_send_friend_request);
}

fn altered<F: FnMut(&mut Engine, &Operation) -> Reply>(apply: F) -> Altered<F> {
    let engine = rest();
    Altered { engine, apply }
}

/// A system that refuses these operations, and changes nothing.
fn refusing(refuses: fn(&Operation) -> bool) -> impl System<Error = Infallible> {
    altered(move |engine, operation| {
        if refuses(operation) {
            false.into()
        } else {
            engine.apply(operation).unwrap()
        }
    })
}

/// A system that reports every operation as done.
fn willing() -> impl System<Error = Infallible> {
    altered(|engine, operation| {
        let _ = engine.apply(operation);
        true.into()
    })
}
