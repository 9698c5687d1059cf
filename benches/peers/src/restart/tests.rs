//! Each stored implementation answers from its file, and the files are removed.

use super::{OPERATION, TemporaryDirectory, run};
use crate::peers::STORED;
use crate::population::{Population, name};
use crate::report::Progress;

const USERS: u32 = 60;

#[test]
fn every_stored_implementation_has_a_row() {
    let population = Population::new(USERS, 42);
    let progress = Progress::new(population.name, USERS);

    let rows = run(&population, 4, &[], &progress).unwrap();
    let measured: Vec<_> = rows.iter().map(|row| row.implementation.as_str()).collect();
    assert_eq!(measured, STORED.map(|stored| stored.implementation));
    for row in &rows {
        assert_eq!(
            (row.operation.as_str(), row.unit.as_str()),
            (OPERATION, "us")
        );
        assert!(0.0 < row.min && row.min <= row.median && row.median <= row.max);
    }

    let only = ["sqlite".to_owned()];
    assert_eq!(run(&population, 1, &only, &progress).unwrap().len(), 1);
}

#[test]
fn an_implementation_from_its_file_gives_every_answer() {
    let population = Population::new(USERS, 42);
    let directory = TemporaryDirectory::new().unwrap();

    for stored in &STORED {
        let path = directory.0.join(stored.file);
        (stored.save)(&population, &path).unwrap();
        let peer = (stored.open)(&path).unwrap();

        for a in 0..USERS {
            for b in (0..USERS).filter(|b| *b != a) {
                let allowed = peer.count_can_message_by_name(&[(name(a), name(b))]);
                let expected = population.can_message(a, b);
                let context = stored.implementation;
                assert_eq!(allowed, Some(usize::from(expected)), "{context}");
                assert_eq!(peer.can_request(a, b), population.can_request(a, b));
            }
        }
    }

    let path = directory.0.clone();
    drop(directory);
    assert!(!path.exists());
}
