//! Every planted bug is found under its rule, and the correct servers agree.

use std::collections::BTreeSet;

use socialgraph_testkit::conformance;

use super::bug::Bug;
use super::faulty::Server;
use super::sqlite::Database;
use super::{IN_MEMORY, STORED, config, find, policy};

#[test]
fn every_planted_bug_is_found_with_the_rule_that_it_breaks() {
    for bug in Bug::ALL {
        let finding = find(*bug).expect_err(bug.sentence());
        let context = format!("{}:\n{finding}", bug.sentence());
        assert_eq!(finding.rule(), Some(bug.rule()), "{context}");
        assert!(finding.log.len() <= 6, "{context}");
    }
}

#[test]
fn every_class_of_failure_has_a_bug() {
    let classes: BTreeSet<u8> = Bug::ALL.iter().map(|bug| bug.class().0).collect();
    assert_eq!(classes, (1..=11).collect());
}

#[test]
fn the_server_without_a_bug_agrees() {
    let mut server = Server::new(policy().limits, None);
    let agreement = conformance::compare(&mut server, &config(IN_MEMORY)).unwrap();
    assert!(
        agreement.concurrent > 0 && agreement.pages > 0,
        "{agreement}"
    );
}

#[test]
fn the_database_agrees() {
    let mut database = Database::open(policy().limits).unwrap();
    let agreement = conformance::compare(&mut database, &config(STORED)).unwrap();
    assert!(
        agreement.concurrent > 0 && agreement.pages > 0,
        "{agreement}"
    );
}
