//! The facts of a profile, as they are typed in `profiles/NAME.toml`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use socialgraph::Policy;
use socialgraph_analysis::profile::Profile;

/// One file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Facts {
    pub(super) title: String,
    pub(super) about: String,
    pub(super) has: Vec<String>,
    #[serde(default)]
    pub(super) lacks: Vec<String>,
    pub(super) sources: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) exceptions: Vec<ExceptionText>,

    #[serde(default)]
    message: Group,
    #[serde(default)]
    call: Group,
    #[serde(default)]
    group_invitation: Group,
    #[serde(default)]
    presence: Group,
    #[serde(default)]
    request: Group,
    #[serde(default)]
    accept: Group,
    #[serde(default)]
    add: Group,
    #[serde(default)]
    block: Group,
    #[serde(default)]
    unblock: Group,
    #[serde(default)]
    limits: Group,
}

type Group = BTreeMap<String, CellText>;

/// A cell: what the system does, what confirms it, and where.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CellText {
    pub(super) is: toml::Value,
    pub(super) by: String,
    #[serde(rename = "in")]
    pub(super) source: String,
    #[serde(default)]
    pub(super) note: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExceptionText {
    pub(super) cell: Option<String>,
    pub(super) text: String,
    pub(super) by: String,
    #[serde(rename = "in")]
    pub(super) source: String,
}

impl Facts {
    /// Reads the files of all named policies, in their order.
    pub(super) fn all() -> Vec<(&'static str, Self)> {
        let names = Policy::names();
        names.map(|name| (name, Self::of(name))).collect()
    }

    fn of(name: &str) -> Self {
        let path = folder().join(format!("{name}.toml"));
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
        toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Returns the cells in the order of [`Profile::CELLS`].
    pub(super) fn cells(&self) -> Vec<(&'static str, &CellText)> {
        let cells = Profile::CELLS.iter().filter_map(|path| {
            let (group, key) = path.split_once('.').unwrap();
            Some((*path, self.group(group).get(key)?))
        });
        cells.collect()
    }

    /// Returns the paths of all cells in the file, in no order that matters.
    fn paths(&self) -> Vec<String> {
        let groups = GROUPS.iter().flat_map(|group| {
            let keys = self.group(group).keys();
            keys.map(move |key| format!("{group}.{key}"))
        });
        groups.collect()
    }

    fn group(&self, name: &str) -> &Group {
        match name {
            "message" => &self.message,
            "call" => &self.call,
            "group_invitation" => &self.group_invitation,
            "presence" => &self.presence,
            "request" => &self.request,
            "accept" => &self.accept,
            "add" => &self.add,
            "block" => &self.block,
            "unblock" => &self.unblock,
            "limits" => &self.limits,
            _ => panic!("{name} is no group of cells"),
        }
    }
}

const GROUPS: [&str; 10] = [
    "message",
    "call",
    "group_invitation",
    "presence",
    "request",
    "accept",
    "add",
    "block",
    "unblock",
    "limits",
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("profiles")
}

#[test]
fn each_file_is_a_named_policy_and_uses_what_it_names() {
    let mut files = 0;
    for entry in fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        assert!(Policy::named(name).is_ok(), "{name}");
        files += 1;
    }
    assert_eq!(files, Policy::names().len());

    for (name, facts) in Facts::all() {
        for path in facts.paths() {
            assert!(
                Profile::CELLS.contains(&path.as_str()),
                "{name}: {path} is no cell"
            );
        }

        let mut used: Vec<&str> = facts
            .cells()
            .iter()
            .map(|(_, cell)| &*cell.source)
            .collect();
        used.extend(facts.exceptions.iter().map(|exception| &*exception.source));
        for source in facts.sources.keys() {
            assert!(
                used.contains(&source.as_str()),
                "{name}: nothing comes from {source}"
            );
        }
        for source in used {
            assert!(
                facts.sources.contains_key(source),
                "{name}: {source} is no source"
            );
        }

        for exception in &facts.exceptions {
            if let Some(cell) = &exception.cell {
                assert!(
                    Profile::CELLS.contains(&cell.as_str()),
                    "{name}: {cell} is no cell"
                );
            }
        }
    }
}
