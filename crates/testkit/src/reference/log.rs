//! Any bytes as a log of operations, played to the engine and the reference model at once.
//!
//! The first byte says under which profile and limits, and what the users are called. A step
//! takes a byte for what it is and one for each thing that it names.

use std::collections::BTreeSet;
use std::hash::BuildHasher as _;
use std::sync::LazyLock;

use foldhash::quality::FixedState;
use socialgraph::{Action, Limits, List, Policy, RequestMode, RequestSending, SocialGraph, Ways};

use super::twins::{By, Twins};

/// The steps of one input that are played; more would only be slow.
const MOST_STEPS: usize = 300;

/// The same with celebrities, whose lists are long.
const MOST_STEPS_OF_CELEBRITIES: usize = 100;

/// The targets of a batch of whom everything is asked at once; the end of a log asks of all.
const MOST_QUESTIONED: usize = 3;

/// How often everything is compared on the way: each time takes as long as a hundred steps, and
/// the end of a log compares everything again.
const MOST_CHECKS: usize = 2;

/// Snapshots that are kept at once.
const MOST_SNAPSHOTS: usize = 4;

const LIMITS: [Limits; 4] = [
    Limits::TENCENT,
    Limits {
        blocked: Some(2),
        friends: Some(2),
        requests_in: Some(1),
        batch: Some(6),
    },
    Limits {
        blocked: Some(1),
        friends: Some(0),
        requests_in: Some(0),
        batch: Some(0),
    },
    Limits::NONE,
];

/// Those within which celebrities can have their relations.
const LIMITS_OF_CELEBRITIES: [Limits; 2] = [Limits::TENCENT, Limits::NONE];

/// What the users are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    /// A few, who meet often. One is empty and one too long: nobody can have these.
    Few,
    /// More than fit in one bucket of the directory, and all of them belong there.
    Alike,
    /// The few, two of whom begin with about as many relations as are kept together, and some of
    /// those that they stand in them with.
    Celebrities,
}

const LONGEST: &str = str_of_a::<255>();
const TOO_LONG: &str = str_of_a::<256>();

const fn str_of_a<const LEN: usize>() -> &'static str {
    match str::from_utf8(&[b'a'; LEN]) {
        Ok(name) => name,
        Err(_) => "",
    }
}

const FEW: [&str; 8] = [
    "ann",
    "ben",
    "cyd",
    "\u{e9}\u{0}",
    LONGEST,
    "nobody",
    "",
    TOO_LONG,
];

/// The last so many of the few are not added at first.
const FEW_STRANGERS: usize = 3;

/// Two of the few, and how many relations each begins with: the one more than the 1024 that the
/// store keeps together, and the other just as many, so that both often cross that number.
pub const CELEBRITIES: [(&str, usize); 2] = [(FEW[0], 1025), (FEW[1], 1024)];

const ADD_ONE_WAY: Action = Action::AddFriend(Ways::OneWay);

/// The fans of celebrities whom a log names.
const FANS_NAMED: usize = 12;

static FANS: LazyLock<Vec<String>> = LazyLock::new(|| {
    (0..CELEBRITIES[0].1)
        .map(|number| format!("fan {number}"))
        .collect()
});

/// Names whose hashes agree in ten bits, for as long as the directory hashes like this.
static ALIKE: LazyLock<Vec<String>> = LazyLock::new(|| {
    let hash = |name: &String| FixedState::with_seed(0).hash_one(name.as_str());
    let names = (0_u32..).map(|number| number.to_string());
    names
        .filter(|name| hash(name).trailing_zeros() >= 10)
        .take(40)
        .collect()
});

impl Names {
    pub fn list(self) -> Vec<&'static str> {
        match self {
            Self::Few => FEW.to_vec(),
            Self::Alike => ALIKE.iter().map(String::as_str).collect(),
            Self::Celebrities => FANS
                .iter()
                .take(FANS_NAMED)
                .map(String::as_str)
                .chain(FEW)
                .collect(),
        }
    }

    fn most_steps(self) -> usize {
        match self {
            Self::Few | Self::Alike => MOST_STEPS,
            Self::Celebrities => MOST_STEPS_OF_CELEBRITIES,
        }
    }

    /// How many of them there are when a log begins.
    fn at_first(self) -> usize {
        match self {
            Self::Few => FEW.len() - FEW_STRANGERS,
            Self::Alike => ALIKE.len(),
            Self::Celebrities => FANS_NAMED + FEW.len() - FEW_STRANGERS,
        }
    }
}

/// Gives each celebrity their fans: every third they block, another blocks them, and the last
/// they list as a friend.
fn add_fans(twins: &mut Twins) {
    FANS.iter().skip(FANS_NAMED).for_each(|fan| twins.add(fan));
    for (celebrity, count) in CELEBRITIES {
        for (number, fan) in FANS.iter().take(count).enumerate() {
            match number % 3 {
                0 => twins.act(By::Handle, Action::Block, celebrity, fan),
                1 => twins.act(By::Handle, Action::Block, fan, celebrity),
                _ => twins.act(By::Handle, ADD_ONE_WAY, celebrity, fan),
            }
        }
    }
}

/// Celebrities as they begin: a log takes a copy, as giving them their fans takes long.
static CELEBRITIES_AT_FIRST: LazyLock<Vec<(Setting, Twins)>> = LazyLock::new(|| {
    let profiles = Policy::PROFILES.into_iter().map(|(profile, _)| profile);
    let settings = profiles.flat_map(|profile| {
        LIMITS_OF_CELEBRITIES.map(|limits| Setting {
            profile,
            limits,
            names: Names::Celebrities,
        })
    });
    let twins = |setting: Setting| {
        let mut twins = setting.strangers();
        add_fans(&mut twins);
        (setting, twins)
    };
    settings.map(twins).collect()
});

/// What a log is played under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    pub profile: &'static str,
    pub limits: Limits,
    pub names: Names,
}

impl Setting {
    fn read(byte: u8) -> Self {
        let byte = usize::from(byte);
        let (profile, _) = Policy::PROFILES[byte % Policy::PROFILES.len()];
        let names = match byte {
            ..192 => Names::Few,
            192..250 => Names::Alike,
            _ => Names::Celebrities,
        };
        let limits = match names {
            Names::Few | Names::Alike => &LIMITS[..],
            Names::Celebrities => &LIMITS_OF_CELEBRITIES,
        };
        let limits = limits[byte / Policy::PROFILES.len() % limits.len()];
        Self {
            profile,
            limits,
            names,
        }
    }

    /// Both as they are at first.
    fn twins(self) -> Twins {
        match self.names {
            Names::Few | Names::Alike => self.strangers(),
            Names::Celebrities => {
                let mut starts = CELEBRITIES_AT_FIRST.iter();
                starts
                    .find(|(setting, _)| *setting == self)
                    .unwrap()
                    .1
                    .clone()
            }
        }
    }

    /// Both with the users that there are at first, who have nothing to do with each other.
    fn strangers(self) -> Twins {
        let mut twins = Twins::new(self.profile, self.limits);
        for name in self.names.list().into_iter().take(self.names.at_first()) {
            twins.add(name);
        }
        twins
    }
}

/// One operation or check, on users by their place among the names.
#[derive(Clone, Debug)]
pub enum Step {
    Act(By, Action, usize, usize),
    ActOnMany(By, Action, usize, Vec<usize>),
    SetMode(usize, RequestMode),
    SetSending(usize, RequestSending),
    Add(usize),
    Remove(usize),
    /// Keeps a snapshot of both.
    Keep,
    /// Compares the oldest snapshot that is kept.
    Compare,
    /// Writes the graph out, and goes on with what is read back.
    Reload,
    /// Reads a list by the page.
    Page(usize, List, usize),
    /// Asks whom a user may message, and who may message the user.
    Audience(usize, Vec<usize>),
    /// Asks for the same graph within other limits.
    Limits(Limits),
    /// Checks everything now.
    Check,
}

impl Step {
    /// Whether it is an operation, and not merely a look at what there is.
    pub fn is_operation(&self) -> bool {
        !matches!(
            self,
            Self::Keep
                | Self::Compare
                | Self::Reload
                | Self::Page(..)
                | Self::Audience(..)
                | Self::Limits(_)
                | Self::Check
        )
    }
}

/// Reads bytes as a log.
pub fn read(bytes: &[u8]) -> (Setting, Vec<Step>) {
    let (first, rest) = bytes.split_first().unwrap_or((&0, &[]));
    let setting = Setting::read(*first);
    let mut reader = Reader {
        bytes: rest,
        users: setting.names.list().len(),
    };
    let steps = std::iter::from_fn(|| reader.step())
        .take(setting.names.most_steps())
        .collect();
    (setting, steps)
}

struct Reader<'a> {
    bytes: &'a [u8],
    users: usize,
}

impl Reader<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(*byte)
    }

    /// One of so many.
    fn index(&mut self, count: usize) -> Option<usize> {
        Some(usize::from(self.byte()?) % count)
    }

    fn user(&mut self) -> Option<usize> {
        self.index(self.users)
    }

    /// Up to seven users, or every other time more: so many that they are judged at once.
    fn users(&mut self) -> Option<Vec<usize>> {
        let count = self.index(64)?;
        let first = self.user()?;
        if count < 32 {
            return (0..count % 8).map(|_| self.user()).collect();
        }
        // All different: a batch that names someone twice is judged one by one.
        let count = 8 + count % (self.users - 7);
        Some(
            (first..first + count)
                .map(|user| user % self.users)
                .collect(),
        )
    }

    fn one_of<T: Copy>(&mut self, values: &[T]) -> Option<T> {
        Some(values[self.index(values.len())?])
    }

    /// The kind of two thirds of all bytes is an act on a pair, so that any bytes are a fair log.
    fn step(&mut self) -> Option<Step> {
        let kind = self.byte()?;
        let by = if kind & 1 == 0 { By::Name } else { By::Handle };
        Some(match kind {
            0..176 => Step::Act(by, self.one_of(&Action::ALL)?, self.user()?, self.user()?),
            176..196 => {
                Step::ActOnMany(by, self.one_of(&Action::ALL)?, self.user()?, self.users()?)
            }
            196..208 => Step::SetMode(self.user()?, self.one_of(&RequestMode::ALL)?),
            208..214 => Step::SetSending(self.user()?, self.one_of(&RequestSending::ALL)?),
            214..226 => Step::Add(self.user()?),
            226..232 => Step::Remove(self.user()?),
            232..236 => Step::Keep,
            236..240 => Step::Compare,
            240..243 => Step::Reload,
            243..246 => Step::Page(self.user()?, self.one_of(&List::ALL)?, 1 + self.index(4)?),
            246..249 => Step::Audience(self.user()?, self.users()?),
            249..252 => Step::Limits(self.one_of(&LIMITS)?),
            252..=255 => Step::Check,
        })
    }
}

/// A log under way.
struct Play {
    names: Vec<&'static str>,
    twins: Twins,
    snapshots: Vec<Twins>,
    checks: usize,
}

/// Plays a log; returns how both ended. A difference is a panic.
pub fn play(setting: Setting, steps: &[Step]) -> Twins {
    play_and_watch(setting, steps, |_| ())
}

/// Plays a log, and shows the graph after each step.
pub fn play_and_watch(
    setting: Setting,
    steps: &[Step],
    mut watch: impl FnMut(&SocialGraph),
) -> Twins {
    let mut play = Play {
        names: setting.names.list(),
        twins: setting.twins(),
        snapshots: Vec::new(),
        checks: 0,
    };
    for step in steps {
        play.step(step);
        watch(&play.twins.graph);
    }
    let Play {
        names,
        twins,
        snapshots,
        ..
    } = play;
    for twins in &snapshots {
        check_lists(twins, &names);
    }
    check(&twins, &names);
    twins
}

impl Play {
    fn step(&mut self, step: &Step) {
        let Self {
            names,
            twins,
            snapshots,
            ..
        } = self;
        match step {
            Step::Act(by, action, actor, target) => {
                twins.act(*by, *action, names[*actor], names[*target]);
                compare_two(twins, names[*actor], names[*target]);
            }
            Step::ActOnMany(by, action, actor, targets) => {
                let targets: Vec<_> = targets.iter().map(|target| names[*target]).collect();
                twins.act_many(*by, *action, names[*actor], &targets);
                let named: BTreeSet<_> = targets.into_iter().collect();
                compare_many(twins, names[*actor], &named);
            }
            Step::SetMode(user, mode) => twins.set_mode(names[*user], *mode),
            Step::SetSending(user, sending) => twins.set_sending(names[*user], *sending),
            Step::Add(user) => twins.add(names[*user]),
            Step::Remove(user) => twins.remove(names[*user]),
            Step::Keep if snapshots.len() < MOST_SNAPSHOTS => snapshots.push(twins.clone()),
            Step::Keep => {}
            Step::Compare if snapshots.is_empty() => {}
            Step::Compare => check_lists(&snapshots.remove(0), names),
            Step::Reload => reload(&mut twins.graph),
            Step::Page(user, list, limit) => twins.compare_pages(names[*user], *list, *limit),
            Step::Audience(user, others) => {
                let others: Vec<_> = others.iter().map(|other| names[*other]).collect();
                twins.compare_audience(names[*user], &others);
            }
            Step::Limits(limits) => twins.compare_limits(*limits, names),
            Step::Check => self.check(),
        }
    }

    /// Compares everything, unless that was done often enough.
    fn check(&mut self) {
        if self.checks < MOST_CHECKS {
            self.checks += 1;
            check(&self.twins, &self.names);
        }
    }
}

/// Compares all that an act on a pair could have touched.
fn compare_two(twins: &Twins, actor: &str, target: &str) {
    twins.compare_pair(actor, target);
    twins.compare_pair(target, actor);
    twins.compare_lists(actor);
    twins.compare_lists(target);
}

/// Compares how the actor stands to each of many, and all about the first of them.
fn compare_many(twins: &Twins, actor: &str, targets: &BTreeSet<&str>) {
    for target in targets {
        twins.compare_relation(actor, target);
        twins.compare_relation(target, actor);
    }
    for target in targets.iter().take(MOST_QUESTIONED) {
        compare_two(twins, actor, target);
    }
}

/// Compares all that there is of few users, and much of many.
fn check(twins: &Twins, names: &[&str]) {
    if names.len() > FEW.len() {
        return check_lists(twins, names);
    }
    twins.graph.check_invariants().unwrap();
    twins.compare(names);
}

/// Compares all lists, and so all relations, and the questions of each two neighbours.
fn check_lists(twins: &Twins, names: &[&str]) {
    twins.graph.check_invariants().unwrap();
    twins.model.assert_legal();
    for name in names {
        twins.compare_lists(name);
    }
    names
        .windows(2)
        .for_each(|pair| twins.compare_pair(pair[0], pair[1]));
    twins.compare_users();
}

fn reload(graph: &mut SocialGraph) {
    let bytes = serde_json::to_vec(graph).unwrap();
    let read: SocialGraph = serde_json::from_slice(&bytes).unwrap();
    assert!(read == *graph, "what is written is read alike");
    *graph = read;
}
