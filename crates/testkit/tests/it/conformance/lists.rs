//! Lists, whole and by pages.

use std::convert::Infallible;

use socialgraph::operation::Act;
use socialgraph::{Action, List, Operation, Policy};
use socialgraph_testkit::conformance::{
    self, Agreement, Answer, Config, Engine, Extras, Finding, ListPage, Reply, Rule, Step, System,
};

use super::{act, config, join, log, rest};

/// An engine whose lists and pages can be spoiled.
struct Spoiled {
    engine: Engine,
    spoil: fn(&mut Vec<String>),
    /// The number of users on a page, for the number that is asked for.
    page: fn(usize) -> usize,
}

impl System for Spoiled {
    type Error = Infallible;

    forward!(engine: reset, apply, can_message);

    fn extras(&mut self) -> Option<&mut dyn Extras<Error = Infallible>> {
        Some(self)
    }
}

impl Extras for Spoiled {
    type Error = Infallible;

    forward!(engine: can_send_friend_request);

    fn list(&mut self, user: &str, list: List) -> Result<Option<Vec<String>>, Infallible> {
        let mut names = self.engine.list(user, list)?;
        if let Some(names) = &mut names {
            (self.spoil)(names);
        }
        Ok(names)
    }

    fn page(
        &mut self,
        user: &str,
        list: List,
        from: Option<&str>,
        limit: usize,
    ) -> Result<Option<ListPage>, Infallible> {
        self.engine.page(user, list, from, (self.page)(limit))
    }
}

/// Compares an engine with spoiled lists and pages.
fn compare(
    config: &Config,
    spoil: fn(&mut Vec<String>),
    page: fn(usize) -> usize,
) -> Result<Agreement, Box<Finding>> {
    let engine = rest();
    let mut spoiled = Spoiled {
        engine,
        spoil,
        page,
    };
    conformance::compare(&mut spoiled, config)
}

/// The order of a list is free, but no entry may come twice.
#[test]
fn lists_are_compared_as_multisets() {
    let config = config(Policy::tencent_rest());
    assert!(compare(&config, |names| names.reverse(), |limit| limit).is_ok());

    let twice = compare(&config, |names| names.extend_from_within(..), |limit| limit);
    let twice = twice.unwrap_err();
    assert_eq!(twice.log.len(), 3, "{twice}");
}

#[test]
fn a_page_has_no_more_users_than_were_asked_for() {
    let mut config = config(Policy::tencent_rest());
    let finding = compare(&config, |_| (), |limit| limit + 1).unwrap_err();
    assert_eq!(finding.rule(), Some(Rule::Paging), "{finding}");
    let text = finding.to_string();
    assert!(text.contains("gives 2 users on a page of 1"), "{text}");

    // A page may have fewer.
    config.page = 2;
    assert!(compare(&config, |_| (), |limit| limit - 1).is_ok());
}

/// An engine that does not know who blocks a user.
#[test]
fn a_list_of_others_entries_breaks_its_own_rule() {
    struct Forgetful(Engine);

    impl System for Forgetful {
        type Error = Infallible;

        forward!(0: reset, apply, can_message);

        fn extras(&mut self) -> Option<&mut dyn Extras<Error = Infallible>> {
            Some(self)
        }
    }

    impl Extras for Forgetful {
        type Error = Infallible;

        forward!(0: can_send_friend_request);

        fn list(&mut self, user: &str, list: List) -> Result<Option<Vec<String>>, Infallible> {
            let names = self.0.list(user, list)?;
            Ok(if list == List::BlockedBy {
                Some(Vec::new())
            } else {
                names
            })
        }
    }

    let config = config(Policy::tencent_rest());
    let finding = conformance::compare(&mut Forgetful(rest()), &config).unwrap_err();
    assert_eq!(finding.rule(), Some(Rule::R30), "{finding}");
    assert_eq!(finding.log.len(), 3, "{finding}");
    let text = finding.to_string();
    assert!(text.contains("the blocker list of ben:"), "{text}");
}

/// One block, by its number.
struct Block {
    number: usize,
    owner: String,
    entry: String,
}

/// An engine that pages blocklists in the order in which the blocks were made.
struct Ordered {
    engine: Engine,
    blocks: Vec<Block>,
    /// The number of blocks so far, lifted ones included.
    made: usize,
    /// Whether every second page of a list is empty and the last.
    loses_pages: bool,
}

impl Ordered {
    fn new(loses_pages: bool) -> Self {
        Self {
            engine: rest(),
            blocks: Vec::new(),
            made: 0,
            loses_pages,
        }
    }

    fn record(&mut self, action: Action, actor: &str, target: &str) {
        match action {
            Action::Block => {
                self.made += 1;
                self.blocks.push(Block {
                    number: self.made,
                    owner: actor.to_owned(),
                    entry: target.to_owned(),
                });
            }
            Action::Unblock => {
                let is_lifted = |block: &Block| block.owner == actor && block.entry == target;
                self.blocks.retain(|block| !is_lifted(block));
            }
            _ => {}
        }
    }
}

impl System for Ordered {
    type Error = Infallible;

    forward!(engine: can_message);

    fn reset(&mut self) -> Result<(), Infallible> {
        *self = Self::new(self.loses_pages);
        Ok(())
    }

    fn apply(&mut self, operation: &Operation) -> Result<Reply, Infallible> {
        let reply = self.engine.apply(operation)?;
        if let Operation::Act(Act {
            action,
            actor,
            target,
        }) = operation
            && matches!(reply, Reply::Whole(answer) if answer.is_allowed())
        {
            self.record(*action, actor, target);
        }
        Ok(reply)
    }

    fn extras(&mut self) -> Option<&mut dyn Extras<Error = Infallible>> {
        Some(self)
    }
}

impl Extras for Ordered {
    type Error = Infallible;

    forward!(engine: can_send_friend_request);

    fn page(
        &mut self,
        user: &str,
        list: List,
        from: Option<&str>,
        limit: usize,
    ) -> Result<Option<ListPage>, Infallible> {
        if list != List::Blocklist {
            return Ok(None);
        }
        if from.is_some() && self.loses_pages {
            return Ok(Some(ListPage::default()));
        }

        let above = from.map_or(0, |from| from.parse().unwrap());
        let mut rest = Vec::new();
        for block in &self.blocks {
            if block.owner == user && block.number > above {
                rest.push(block);
            }
        }
        let more = rest.len() > limit;
        rest.truncate(limit);

        let next = rest.last().filter(|_| more);
        Ok(Some(ListPage {
            users: rest.iter().map(|block| block.entry.clone()).collect(),
            next: next.map(|block| block.number.to_string()),
        }))
    }

    fn apply_concurrently(
        &mut self,
        first: &Operation,
        second: &Operation,
    ) -> Result<Option<[Reply; 2]>, Infallible> {
        Ok(Some([self.apply(first)?, self.apply(second)?]))
    }
}

/// Three users, and two blocks of ann's.
fn two_blocks() -> Vec<Step> {
    log([
        join("cyd"),
        act(Action::Block, "ann", "ben"),
        act(Action::Block, "ann", "cyd"),
    ])
}

#[test]
fn a_list_is_read_to_its_end_after_the_last_step() {
    let config = config(Policy::tencent_rest());
    let finding = conformance::replay(&mut Ordered::new(true), &two_blocks(), &config);
    let finding = finding.unwrap_err();

    assert_eq!(finding.rule(), Some(Rule::Paging), "{finding}");
    assert_eq!(finding.log.len(), 5, "{finding}");
    let text = finding.to_string();
    assert!(text.contains("ends without cyd"), "{text}");
}

/// A user who leaves a list and comes back in one step may be returned twice.
#[test]
fn a_scan_begins_again_after_concurrent_operations() {
    let config = config(Policy::tencent_rest());
    let [lift, block] = [Action::Unblock, Action::Block].map(|action| act(action, "ann", "ben"));
    let log = [two_blocks(), vec![Step::Concurrent(lift, block)]].concat();

    let agreement = conformance::replay(&mut Ordered::new(false), &log, &config).unwrap();
    assert_eq!(agreement.concurrent, 2, "{agreement}");
}
