//! Flipped bits: each is found, or does no harm, or costs no more than the documentation says.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use socialgraph::SocialGraph;
use socialgraph_host::{
    Extent, ItemOf, Log as _, Machine as _, Options, Record, SqliteLog, verify,
};

use crate::arguments::Arguments;
use crate::check::{fold, items, oldest, scratch};
use crate::load::{GraphHost, Load, checkpoint, empty};
use crate::random::Random;

/// The bytes at the start of a file that are flipped more often.
const HEADER: u64 = 512;

/// The part of the flips in a write-ahead log that are behind its last commit, in percent. Nine of
/// ten of its bytes are there, because a host makes it long at once.
const BEHIND_PERCENT: u64 = 20;

const WAL: &str = "log.db-wal";

/// The parts of a write-ahead log.
const FRAMES: &str = "log.db-wal, header and frames up to the last commit";
const BEHIND: &str = "log.db-wal, behind the last commit";

/// What came of a flipped bit.
#[derive(Debug)]
enum Effect {
    /// Verification or opening said that something is wrong.
    Found,
    /// Every record and every byte of the state are as before.
    Harmless,
    /// Entries behind the note are missing, and nothing said so.
    Lost(u64),
    Wrong(String),
}

/// Flips many bits, one at a time, and fails if one does harm that is not documented.
pub(crate) fn run(arguments: &Arguments) -> Result<(), String> {
    let started = Instant::now();
    let scratch = scratch();
    let place = scratch.path().join("flipped");
    let originals = [false, true].map(|is_moved| {
        let name = if is_moved { "moved" } else { "behind" };
        Original::make(&scratch.path().join(name), arguments.seed, is_moved)
    });

    let mut random = Random(arguments.seed);
    let mut counts: BTreeMap<&str, Counts> = BTreeMap::new();
    for number in 0..arguments.count {
        let original = &originals[number as usize % originals.len()];
        let (file, bit) = original.any_bit(&mut random);
        let effect = original.flip(&place, file, bit);
        if let Effect::Wrong(what) = &effect {
            eprintln!("bit {bit} of {}: {what}", file.display());
        }
        let part = original.part(file, bit);
        counts.entry(part).or_default().add(&effect);
    }

    let all = print(&counts);
    println!(
        "bits: all: {all}, seed {}, {:.1} s",
        arguments.seed,
        started.elapsed().as_secs_f64()
    );
    if all.wrong > 0 {
        return Err("a flipped bit did harm that nothing said".into());
    }
    Ok(())
}

/// Prints the counts of each kind of file, and returns their sum.
fn print(counts: &BTreeMap<&str, Counts>) -> Counts {
    let mut all = Counts::default();
    for (kind, counts) in counts {
        println!("bits: {kind}: {counts}");
        all.merge(counts);
    }
    all
}

#[derive(Default)]
struct Counts {
    found: u32,
    harmless: u32,
    lost: u32,
    entries: u64,
    most: u64,
    wrong: u32,
}

impl Counts {
    fn add(&mut self, effect: &Effect) {
        match effect {
            Effect::Found => self.found += 1,
            Effect::Harmless => self.harmless += 1,
            Effect::Lost(entries) => {
                self.lost += 1;
                self.entries += entries;
                self.most = self.most.max(*entries);
            }
            Effect::Wrong(_) => self.wrong += 1,
        }
    }

    fn merge(&mut self, other: &Self) {
        self.found += other.found;
        self.harmless += other.harmless;
        self.lost += other.lost;
        self.entries += other.entries;
        self.most = self.most.max(other.most);
        self.wrong += other.wrong;
    }
}

impl std::fmt::Display for Counts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let flips = self.found + self.harmless + self.lost + self.wrong;
        write!(
            f,
            "{flips} flips: {} found, {} harmless, {} lost entries behind the note ({} entries, at \
             most {} at once), {} wrong",
            self.found, self.harmless, self.lost, self.entries, self.most, self.wrong
        )
    }
}

/// Returns the name of a file without a number.
fn kind(file: &Path) -> &'static str {
    let name = file.to_str().unwrap();
    let kinds = [WAL, "log.db", "snapshot", "note"];
    kinds
        .into_iter()
        .find(|kind| name.starts_with(kind))
        .unwrap()
}

/// A directory that was copied while a host had it open, and what it holds.
struct Original {
    path: PathBuf,
    /// The files whose bits are flipped.
    files: Vec<PathBuf>,
    content: Content,
    items: Vec<ItemOf<SocialGraph>>,
    noted: u64,
    /// The bytes of the write-ahead log up to its last commit.
    committed: u64,
}

/// What a log holds and leads to.
#[derive(PartialEq)]
struct Content {
    extent: Extent,
    records: Vec<Record>,
    /// The graph in its saved form.
    graph: Vec<u8>,
}

impl Content {
    fn read(directory: &Path, host: GraphHost) -> Result<Self, String> {
        let graph = saved(&host.reader());
        drop(host);
        let log = SqliteLog::open(&directory.join("log.db")).map_err(|error| error.to_string())?;
        Ok(Self {
            extent: log.extent().map_err(|error| error.to_string())?,
            records: records(&log)?,
            graph,
        })
    }
}

fn saved(graph: &SocialGraph) -> Vec<u8> {
    let mut bytes = Vec::new();
    graph.save(&mut bytes).unwrap();
    bytes
}

impl Original {
    /// Makes the directory.
    ///
    /// If `is_moved`, all of the write-ahead log was moved to the log's file, and nothing was
    /// appended since. Otherwise the write-ahead log has batches, and old ones behind its end.
    fn make(path: &Path, seed: u64, is_moved: bool) -> Self {
        let home = path.with_extension("home");
        let host = GraphHost::open_or_create(&home, empty, Options::default()).unwrap();
        let mut random = Random(seed);
        let mut load = |proposals| {
            let (seed, pause) = (random.next(), Duration::ZERO);
            let load = Load {
                seed,
                proposals,
                pause,
            };
            load.run(&host, &|_| {}).unwrap();
        };

        load(100);
        host.snapshot().unwrap();
        load(100);
        checkpoint(&home);
        load(60);
        host.snapshot().unwrap();
        load(20);
        wait_for_note(&home, host.position().number);
        load(20);
        if is_moved {
            checkpoint(&home);
        }
        Self::read(path, copy(&home, path))
    }

    fn read(path: &Path, files: Vec<PathBuf>) -> Self {
        let place = path.with_extension("read");
        copy(path, &place);
        let found = verify::<SocialGraph>(&place).unwrap();
        assert!(found.faults.is_empty(), "{found:?}");
        let host = GraphHost::open(&place, Options::default()).unwrap();
        let (begin, _) = oldest(&host).unwrap();
        let items = items(&host, begin).unwrap();
        let content = Content::read(&place, host).unwrap();
        assert_eq!(
            saved(&fold(empty(), &items, u64::MAX).unwrap()),
            content.graph
        );
        Self {
            path: path.to_owned(),
            files,
            content,
            items,
            noted: noted(path),
            committed: committed(&fs::read(path.join(WAL)).unwrap()),
        }
    }

    /// Picks a file, and a bit in it.
    fn any_bit(&self, random: &mut Random) -> (&Path, u64) {
        let file = &self.files[random.index(self.files.len())];
        let length = fs::metadata(self.path.join(file)).unwrap().len();
        // Headers are small, and much depends on them.
        let range = if random.percent(10) {
            0..length.min(HEADER)
        } else if kind(file) != WAL {
            0..length
        } else if random.percent(BEHIND_PERCENT) && self.committed < length {
            self.committed..length
        } else {
            0..self.committed
        };
        let bits = (range.end - range.start) * 8;
        (file, range.start * 8 + random.below(bits))
    }

    /// Returns the kind of a file, or the part of the write-ahead log, that a bit is in.
    fn part(&self, file: &Path, bit: u64) -> &'static str {
        match kind(file) {
            WAL if bit / 8 < self.committed => FRAMES,
            WAL => BEHIND,
            kind => kind,
        }
    }

    /// Flips a bit in a copy, and looks at what comes of it.
    fn flip(&self, place: &Path, file: &Path, bit: u64) -> Effect {
        copy(&self.path, place);
        let flipped = place.join(file);
        let mut bytes = fs::read(&flipped).unwrap();
        bytes[usize::try_from(bit / 8).unwrap()] ^= 1 << (bit % 8);
        fs::write(flipped, bytes).unwrap();

        let effect = self.look(place, file).unwrap_or_else(Effect::Wrong);
        fs::remove_dir_all(place).unwrap();
        effect
    }

    fn look(&self, place: &Path, file: &Path) -> Result<Effect, String> {
        match verify::<SocialGraph>(place) {
            Ok(found) if found.faults.is_empty() => {}
            _ => return Ok(Effect::Found),
        }
        let Ok(host) = GraphHost::open(place, Options::default()) else {
            return Ok(Effect::Found);
        };
        let health = host.health();
        if health.halt.is_some() || !health.warnings.is_empty() {
            return Ok(Effect::Found);
        }

        self.compare(&Content::read(place, host)?, file)
    }

    /// Looks at what is there if nothing says that something is wrong.
    fn compare(&self, content: &Content, file: &Path) -> Result<Effect, String> {
        if *content == self.content {
            return Ok(Effect::Harmless);
        }

        let [last, all] = [content.extent.last, self.content.extent.last];
        let is_start = self.content.records.starts_with(&content.records)
            && content.extent.before == self.content.extent.before
            && saved(&fold(empty(), &self.items, last)?) == content.graph;
        let is_documented = kind(file) == WAL && (self.noted..all).contains(&last);
        if !is_start || !is_documented {
            return Err(format!("{last} of {all} entries, {} noted", self.noted));
        }
        Ok(Effect::Lost(all - last))
    }
}

/// Returns how many bytes of a write-ahead log SQLite reads: its header, and the frames with the
/// salts of the header up to the last one that ends a commit.
fn committed(wal: &[u8]) -> u64 {
    const HEADER_BYTES: usize = 32;
    const FRAME_HEADER_BYTES: usize = 24;
    let number = |at: usize| u32::from_be_bytes(wal[at..at + 4].try_into().unwrap());
    let page_bytes = number(8) as usize;
    let salts = &wal[16..24];

    let mut end = HEADER_BYTES;
    let frame_bytes = FRAME_HEADER_BYTES + page_bytes;
    let last = wal.len().saturating_sub(frame_bytes);
    for at in (HEADER_BYTES..=last).step_by(frame_bytes) {
        if &wal[at + 8..at + 16] != salts {
            break;
        }
        // The size of the file after the commit, or 0 if it goes on.
        if number(at + 4) > 0 {
            end = at + frame_bytes;
        }
    }
    end as u64
}

/// Returns all records of a log.
fn records(log: &SqliteLog) -> Result<Vec<Record>, String> {
    let mut records: Vec<Record> = Vec::new();
    loop {
        let after = records.last().map_or(0, Record::last);
        match log.read(after).map_err(|error| error.to_string())? {
            Some(record) => records.push(record),
            None => return Ok(records),
        }
    }
}

/// Returns the number in a note.
fn noted(directory: &Path) -> u64 {
    let text = fs::read_to_string(directory.join("note")).unwrap_or_default();
    let line = text.split(' ').next().unwrap_or_default();
    let note: serde_json::Value = serde_json::from_str(line).unwrap_or_default();
    note["mark"]["number"].as_u64().unwrap_or(0)
}

fn wait_for_note(directory: &Path, number: u64) {
    while noted(directory) < number {
        thread::sleep(Duration::from_millis(5));
    }
}

/// Copies the files of a directory, and returns their names; the note comes first, so that it is
/// not newer than the log. Lock, index of the write-ahead log, and files under way stay behind.
fn copy(from: &Path, to: &Path) -> Vec<PathBuf> {
    fs::create_dir(to).unwrap();
    let names = fs::read_dir(from).unwrap();
    let mut names: Vec<PathBuf> = names
        .map(|entry| entry.unwrap().file_name().into())
        .collect();
    let is_left = |name: &PathBuf| {
        let name = name.to_str().unwrap();
        name == "lock" || name.ends_with("-shm") || name.contains(".new")
    };
    names.retain(|name| !is_left(name));
    names.sort_by_key(|name| name != "note");
    for name in &names {
        fs::copy(from.join(name), to.join(name)).unwrap();
    }
    names
}
