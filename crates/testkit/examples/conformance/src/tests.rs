//! Every planted bug is found under its rule, and the correct servers agree.

use std::collections::BTreeSet;

use socialgraph::Policy;
use socialgraph_testkit::conformance;
use socialgraph_testkit::strategies::TIGHT_LIMITS;

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
    assert_eq!(classes, (1..=16).collect());
}

#[test]
fn the_server_without_a_bug_agrees() {
    let mut server = Server::new(policy(), None);
    let agreement = conformance::compare(&mut server, &config(policy(), IN_MEMORY)).unwrap();
    assert!(
        agreement.concurrent > 0 && agreement.pages > 0,
        "{agreement}"
    );
}

/// The server reads every part of a policy, so that a bug shows under the policy it needs.
#[test]
fn the_server_without_a_bug_agrees_under_every_profile_and_every_policy_of_a_bug() {
    let bugs = Bug::ALL.iter().map(|bug| bug.policy());
    for (name, mut policy) in Policy::PROFILES.iter().copied().chain(bugs) {
        policy.limits = TIGHT_LIMITS;
        let mut server = Server::new(policy, None);
        let agreement = conformance::compare(&mut server, &config(policy, 64));
        let agreement = agreement.unwrap_or_else(|finding| panic!("{name}:\n{finding}"));
        assert!(agreement.interactions > 0, "{name}: {agreement}");
    }
}

#[test]
fn the_database_agrees() {
    let mut database = Database::open(policy().limits).unwrap();
    let agreement = conformance::compare(&mut database, &config(policy(), STORED)).unwrap();
    assert!(
        agreement.concurrent > 0 && agreement.pages > 0,
        "{agreement}"
    );
}
