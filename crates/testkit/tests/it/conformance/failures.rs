//! Systems that fail or panic.

use std::convert::Infallible;

use socialgraph::{Action, Operation, Policy};
use socialgraph_testkit::conformance::{
    self, Answer, Cause, Engine, Extras, Finding, Query, Reply, Step, System,
};

use super::{act, altered, config, is, rest};

/// Databases fill their errors with quotes, and these are best printed as they are.
const FULL: &str = r#"table "users" of 'C:\chat' is full"#;

/// A system that fails at one operation.
struct FailsAt {
    engine: Engine,
    operation: Operation,
}

impl System for FailsAt {
    type Error = String;

    forward!(engine: reset, can_message);

    fn apply(&mut self, operation: &Operation) -> Result<Reply, String> {
        if self.operation == *operation {
            return Err(FULL.to_owned());
        }
        Ok(operation.apply_to(&mut self.engine.0).is_done().into())
    }

    fn extras(&mut self) -> Option<&mut dyn Extras<Error = String>> {
        Some(self)
    }
}

impl Extras for FailsAt {
    type Error = String;

    forward!(engine: can_send_friend_request);
}

#[test]
fn a_failure_is_reported_with_the_log_that_led_there() {
    let config = config(Policy::tencent_rest());
    let fatal = act(Action::Block, "ben", "ann");
    let mut system = FailsAt {
        engine: rest(),
        operation: fatal.clone(),
    };

    let finding: Finding = *conformance::compare(&mut system, &config).unwrap_err();
    assert_eq!(finding.log, [Step::One(fatal)]);
    assert_eq!(finding.rule(), None);
    assert!(matches!(&finding.cause, Cause::Failed { error, .. } if error == FULL));
    let text = finding.to_string();
    let expected = format!("the system failed: {FULL}");
    assert!(text.ends_with(&expected), "{text}");
}

/// A system that refuses every message, and that cannot be reset after the third time.
struct Failing {
    engine: Engine,
    resets: u32,
}

impl System for Failing {
    type Error = String;

    fn reset(&mut self) -> Result<(), String> {
        self.resets += 1;
        if self.resets > 3 {
            return Err(FULL.to_owned());
        }
        self.engine.reset().map_err(|never| match never {})
    }

    fn apply(&mut self, operation: &Operation) -> Result<Reply, String> {
        Ok(operation.apply_to(&mut self.engine.0).is_done().into())
    }

    fn can_message(&mut self, _: &str, _: &str) -> Result<Answer, String> {
        Ok(false.into())
    }

    fn extras(&mut self) -> Option<&mut dyn Extras<Error = String>> {
        Some(self)
    }
}

impl Extras for Failing {
    type Error = String;

    forward!(engine: can_send_friend_request);
}

#[test]
fn a_failure_hides_no_difference() {
    let config = config(Policy::tencent_rest());
    let compare = |resets| {
        let mut failing = Failing {
            engine: rest(),
            resets,
        };
        *conformance::compare(&mut failing, &config).unwrap_err()
    };

    let finding = compare(0);
    assert!(finding.rule().is_some(), "{finding}");
    let text = finding.to_string();
    assert!(text.contains("may ann message ben?"), "{text}");

    // If there is nothing else to report, the failure is reported.
    let failure = compare(3);
    assert_eq!((failure.rule(), failure.log.len()), (None, 0), "{failure}");
}

#[test]
fn a_panic_is_reported_with_the_log_that_led_there() {
    let config = config(Policy::tencent_rest());
    let mut system = altered(|engine, operation| {
        assert!(!is(operation, Action::Block), "out of memory");
        engine.apply(operation).unwrap()
    });

    let finding = *conformance::compare(&mut system, &config).unwrap_err();
    assert_eq!((finding.rule(), finding.log.len()), (None, 1), "{finding}");
    let Cause::Panicked {
        query: Query::LastStep,
        message: Some(message),
        ..
    } = &finding.cause
    else {
        panic!("{finding}")
    };
    assert_eq!(message, "out of memory");
}

/// A system that panics at a block, and that cannot be reset after that.
struct Poisoned {
    engine: Engine,
    panicked: bool,
}

impl System for Poisoned {
    type Error = Infallible;

    forward!(engine: can_message);

    fn reset(&mut self) -> Result<(), Infallible> {
        assert!(!self.panicked, "poisoned");
        self.engine.reset()
    }

    fn apply(&mut self, operation: &Operation) -> Result<Reply, Infallible> {
        self.panicked = is(operation, Action::Block);
        assert!(!self.panicked, "x");
        self.engine.apply(operation)
    }

    fn extras(&mut self) -> Option<&mut dyn Extras<Error = Infallible>> {
        Some(self)
    }
}

impl Extras for Poisoned {
    type Error = Infallible;

    forward!(engine: can_send_friend_request);
}

#[test]
fn a_panic_is_reported_rather_than_the_failure_to_reset_after_it() {
    let mut system = Poisoned {
        engine: rest(),
        panicked: false,
    };
    let config = config(Policy::tencent_rest());
    let finding = *conformance::compare(&mut system, &config).unwrap_err();

    assert!(finding.log.len() > 1, "{finding}");
    let text = finding.to_string();
    assert!(text.contains("the system panicked: x"), "{text}");
}
