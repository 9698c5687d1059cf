//! The README's tables of commands and codes list all of them, and no others.

use std::fs;
use std::path::Path;

use socialgraph_tim::{Code, Command};

/// Returns the rows between two markers of the README, each as its cells.
fn rows(name: &str) -> Vec<Vec<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let page = fs::read_to_string(path).unwrap();
    let (_, rest) = page
        .split_once(&format!("<!-- checked: {name} -->\n"))
        .unwrap();
    let (table, _) = rest.split_once("<!-- end -->").unwrap();
    let cells = |row: &str| {
        row.trim_matches('|')
            .split('|')
            .map(|c| c.trim().to_owned())
            .collect()
    };
    table.lines().skip(2).map(cells).collect()
}

#[test]
fn every_command_is_listed_with_its_kind() {
    let mut listed: Vec<_> = rows("commands")
        .into_iter()
        .map(|row| row[..2].to_vec())
        .collect();
    let kind = |command: Command| {
        if command.is_update() {
            "update"
        } else {
            "query"
        }
    };
    let mut commands: Vec<_> = Command::ALL
        .into_iter()
        .map(|command| vec![format!("`{}`", command.path()), kind(command).to_owned()])
        .collect();
    listed.sort();
    commands.sort();
    assert_eq!(listed, commands);
}

#[test]
fn every_code_is_listed_in_order() {
    let listed: Vec<u32> = rows("codes")
        .into_iter()
        .map(|row| row[0].parse().unwrap())
        .collect();
    assert_eq!(listed, Code::ALL.map(Code::number));
}

#[test]
fn paths_lead_to_their_commands() {
    for command in Command::ALL {
        assert_eq!(Command::from_path(command.path()), Some(command));
        assert!(
            command
                .path()
                .ends_with(&format!("/{}/{command}", command.area().name()))
        );
    }
}
