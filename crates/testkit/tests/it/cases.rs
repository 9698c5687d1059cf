//! The files of `cases/`: current, true, and without what nothing confirms.

mod coverage;
mod player;
mod truth;

use std::collections::BTreeSet;
use std::path::PathBuf;

use proptest::prelude::*;
use socialgraph::{Operation, Policy};
use socialgraph_analysis::profile::Profile;
use socialgraph_testkit::cases;
use socialgraph_testkit::strategies::TIGHT_LIMITS;

use super::fixtures::policies;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../cases")
}

/// Returns the cases of a profile as they are committed.
fn committed(profile: &Profile) -> String {
    let path = folder().join(profile.name).with_extension("tsv");
    std::fs::read_to_string(path).unwrap_or_default()
}

/// With `BLESS=1`, it writes the files.
#[test]
fn the_files_are_what_the_kit_writes() {
    for profile in Profile::ALL {
        let expected = cases::of_profile(profile);
        if std::env::var_os("BLESS").is_some() {
            let path = folder().join(profile.name).with_extension("tsv");
            std::fs::write(path, expected).unwrap();
            continue;
        }

        let found = committed(profile);
        let name = profile.name;
        for (number, (found, expected)) in found.lines().zip(expected.lines()).enumerate() {
            let number = number + 1;
            assert_eq!(
                found, expected,
                "{name}, line {number}: `BLESS=1` writes the files"
            );
        }
        assert_eq!(
            found.len(),
            expected.len(),
            "{name}: `BLESS=1` writes the files"
        );
    }
}

#[test]
fn there_is_a_file_for_each_profile_and_no_other() {
    let files = std::fs::read_dir(folder()).unwrap();
    let names: BTreeSet<_> = files
        .map(|it| it.unwrap().file_name().into_string().unwrap())
        .collect();
    let expected: BTreeSet<_> = Profile::ALL
        .iter()
        .map(|it| format!("{}.tsv", it.name))
        .collect();
    assert_eq!(names, expected);

    let sizes = Profile::ALL.iter().map(|it| committed(it).len());
    assert!(sizes.sum::<usize>() < 2_000_000);
}

#[test]
fn a_line_has_the_fields_of_its_kind() {
    for profile in Profile::ALL {
        let text = committed(profile);
        assert!(
            text.ends_with('\n') && !text.contains('\r'),
            "{}",
            profile.name
        );

        let mut lines = text.lines();
        let first = format!("socialgraph-cases\t{}\t{}", cases::VERSION, profile.name);
        assert_eq!(lines.next(), Some(&*first));
        for line in lines {
            let fields: Vec<_> = line.split('\t').collect();
            assert!(fields.iter().all(|it| !it.is_empty()), "{line}");
            match fields[..] {
                ["note", _]
                | ["begin", "table" | "walk" | "log", _]
                | ["ask", _, _, _, _, _, _, _, _] => {}
                ["do", json, _, _, _, _] => {
                    let operation: Operation = serde_json::from_str(json).unwrap();
                    assert_eq!(serde_json::to_string(&operation).unwrap(), json);
                }
                _ => panic!("{line}"),
            }
        }
    }
}

#[test]
fn the_cases_of_a_policy_are_true_and_reach_its_limits() {
    let policy = Policy {
        limits: TIGHT_LIMITS,
        ..Policy::tencent_rest()
    };
    let text = cases::of_policy("tight\tand\nfull", &policy);
    assert!(text.starts_with("socialgraph-cases\t1\ttightandfull\n"));
    assert!(player::play(&text, policy).unwrap() > 500);

    for reason in [
        "actor_blocklist_full",
        "actor_friends_full",
        "target_friends_full",
        "target_requests_full",
    ] {
        assert!(text.contains(reason), "{reason}");
    }
    assert_eq!(text, cases::of_policy("tight\tand\nfull", &policy));
}

#[test]
fn the_cases_of_any_policy_are_true() {
    let config = ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(24)
    };
    proptest!(config, |(policy in policies())| {
        let text = cases::of_policy("any", &policy);
        let played = player::play(&text, policy);
        prop_assert!(played.is_ok_and(|cases| cases > 100), "{:?}", player::play(&text, policy));
    });
}
