//! One graph for many threads: a shared graph beside a lock and an atomic pointer.
//!
//! Readers ask `can_message` by handle; the graph is refreshed before each question. A writer
//! publishes single blocks at a steady rate. With two readers and a writer on two cores, threads
//! wait for processors, so a read costs what its thread spent of the processor.
//!
//! Other machines share the memory and the caches, and a read's time changes by half from one
//! second to the next. So ratios to the bare graph come from readers that ask both in turn, a
//! thousand questions at a time, and compare the medians.

use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, RwLock};
use std::thread;
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use socialgraph::{Action, SharedGraph, SocialGraph, UserId};

use crate::peers::graph_of;
use crate::population::Population;
use crate::report::{Progress, Row};

/// Questions between two looks at the clock.
const CHUNK: usize = 1 << 10;

/// How long a measurement takes.
const TIME: Duration = Duration::from_secs(1);

/// Publications a second beside which reads are measured.
const RATES: [u32; 2] = [1_000, 10_000];

type Pair = (UserId, UserId);

/// Answers questions, and counts those that are allowed.
type Reader = Box<dyn FnMut(&[Pair]) -> usize + Send>;

/// A way to share a graph.
trait Sharing: Send + Sync {
    /// Returns a reader, which sees what was published before each question.
    fn reader(&self) -> Reader;

    /// Asks this and a bare graph in turn, and returns the ratio of the median times.
    ///
    /// Each way compiles both loops together, as a host would.
    fn ratio_to(&self, bare: &SocialGraph, pairs: &[Pair]) -> f64;

    /// Applies an action, and lets readers see it.
    fn publish(&self, action: Action, actor: UserId, target: UserId);
}

/// A graph that nobody writes to: what a question costs alone.
struct Bare(Arc<SocialGraph>);

impl Sharing for Bare {
    fn reader(&self) -> Reader {
        let graph = Arc::clone(&self.0);
        Box::new(move |pairs| count(pairs, |actor, target| allowed(&graph, actor, target)))
    }

    fn ratio_to(&self, bare: &SocialGraph, pairs: &[Pair]) -> f64 {
        let graph = &*self.0;
        in_turn(|actor, target| allowed(graph, actor, target), bare, pairs)
    }

    fn publish(&self, _: Action, _: UserId, _: UserId) {}
}

impl Sharing for SharedGraph {
    fn reader(&self) -> Reader {
        let mut reader = Self::reader(self);
        Box::new(move |pairs| {
            count(pairs, |actor, target| {
                allowed(reader.refresh(), actor, target)
            })
        })
    }

    fn ratio_to(&self, bare: &SocialGraph, pairs: &[Pair]) -> f64 {
        let mut reader = Self::reader(self);
        in_turn(
            |actor, target| allowed(reader.refresh(), actor, target),
            bare,
            pairs,
        )
    }

    fn publish(&self, action: Action, actor: UserId, target: UserId) {
        let _ = self.write(|graph| graph.apply(action, actor, target));
    }
}

/// A lock that a reader holds to clone.
struct Locked(Arc<RwLock<SocialGraph>>);

impl Sharing for Locked {
    fn reader(&self) -> Reader {
        let lock = Arc::clone(&self.0);
        Box::new(move |pairs| {
            count(pairs, |actor, target| {
                let graph = lock.read().expect("no writer panics").clone();
                allowed(&graph, actor, target)
            })
        })
    }

    fn ratio_to(&self, bare: &SocialGraph, pairs: &[Pair]) -> f64 {
        let lock = &self.0;
        let answer = |actor, target| {
            let graph = lock.read().expect("no writer panics").clone();
            allowed(&graph, actor, target)
        };
        in_turn(answer, bare, pairs)
    }

    fn publish(&self, action: Action, actor: UserId, target: UserId) {
        let mut graph = self.0.write().expect("no writer panics");
        let _ = graph.apply(action, actor, target);
    }
}

/// An atomic pointer to the graph, loaded for each question.
struct Swapped(Arc<ArcSwap<SocialGraph>>);

impl Sharing for Swapped {
    fn reader(&self) -> Reader {
        let pointer = Arc::clone(&self.0);
        Box::new(move |pairs| {
            count(pairs, |actor, target| {
                allowed(&pointer.load(), actor, target)
            })
        })
    }

    fn ratio_to(&self, bare: &SocialGraph, pairs: &[Pair]) -> f64 {
        let pointer = &self.0;
        in_turn(
            |actor, target| allowed(&pointer.load(), actor, target),
            bare,
            pairs,
        )
    }

    fn publish(&self, action: Action, actor: UserId, target: UserId) {
        let mut graph = SocialGraph::clone(&self.0.load());
        let _ = graph.apply(action, actor, target);
        self.0.store(Arc::new(graph));
    }
}

#[inline]
fn allowed(graph: &SocialGraph, actor: UserId, target: UserId) -> bool {
    graph.can_message(actor, target).is_allowed()
}

#[inline]
fn count(pairs: &[Pair], mut allowed: impl FnMut(UserId, UserId) -> bool) -> usize {
    let mut count = 0;
    for (actor, target) in pairs {
        count += usize::from(allowed(*actor, *target));
    }
    count
}

/// What a reader measured.
struct Reads {
    questions: usize,
    /// The processor's time of the thread.
    busy: Duration,
    elapsed: Duration,
    longest_wait: Duration,
}

impl Reads {
    fn busy_ns(&self) -> f64 {
        self.busy.as_nanos() as f64 / self.questions as f64
    }

    fn per_second(&self) -> f64 {
        self.questions as f64 / self.elapsed.as_secs_f64()
    }
}

/// Reads for a while. `chunk` questions are asked between two looks at the clock.
fn read(sharing: &dyn Sharing, pairs: &[Pair], chunk: usize) -> Reads {
    let mut answer = sharing.reader();
    let mut longest_wait = Duration::ZERO;
    let mut questions = 0;
    let busy_before = processor_time();
    let started = Instant::now();

    let mut last = started;
    for asked in pairs.chunks_exact(chunk).cycle() {
        black_box(answer(asked));
        questions += asked.len();
        let now = Instant::now();
        longest_wait = longest_wait.max(now - last);
        last = now;
        if last - started >= TIME {
            break;
        }
    }

    Reads {
        questions,
        busy: processor_time().saturating_sub(busy_before),
        elapsed: last - started,
        longest_wait,
    }
}

/// Returns the processor's time of this thread.
fn processor_time() -> Duration {
    // To yield brings the kernel's figure up to date.
    thread::yield_now();
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = text
        .split_whitespace()
        .next()
        .and_then(|text| text.parse().ok());
    Duration::from_nanos(nanoseconds.unwrap_or(0))
}

/// Publishes blocks and lifts them at a rate, until it is told to stop.
fn write(sharing: &dyn Sharing, pairs: &[Pair], rate: u32, stop: &AtomicBool) -> u32 {
    let started = Instant::now();
    let mut published = 0;

    let actions = [Action::Block, Action::Unblock];
    for (number, action) in actions.into_iter().cycle().enumerate() {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let (actor, target) = pairs[number / 2 % pairs.len()];
        sharing.publish(action, actor, target);
        published += 1;

        let due = started + Duration::from_secs(1) * published / rate;
        thread::sleep(due.saturating_duration_since(Instant::now()));
    }
    published
}

/// What a race measured.
struct Race {
    reads: Vec<Reads>,
    /// Publications a second.
    published: f64,
}

/// Lets threads read at once, beside a writer if a rate is given.
///
/// It returns what each read, and how often the writer published.
fn beside_writer<T: Send>(
    sharing: &dyn Sharing,
    pairs: &[Pair],
    readers: usize,
    rate: u32,
    read: impl Fn(&[Pair]) -> T + Sync,
) -> (Vec<T>, u32) {
    let stop = AtomicBool::new(false);
    let read = &read;
    thread::scope(|threads| {
        let writer = (rate > 0).then(|| threads.spawn(|| write(sharing, pairs, rate, &stop)));
        let readers: Vec<_> = (0..readers)
            .map(|number| {
                let from = number * pairs.len() / readers;
                threads.spawn(move || read(&pairs[from..]))
            })
            .collect();
        let reads = readers
            .into_iter()
            .map(|reader| reader.join().expect("a reader"));
        let reads = reads.collect();

        stop.store(true, Ordering::Relaxed);
        let published = writer.map_or(0, |writer| writer.join().expect("a writer"));
        (reads, published)
    })
}

/// Reads with threads at once, beside a writer if a rate is given.
fn race(sharing: &dyn Sharing, pairs: &[Pair], readers: usize, rate: u32, chunk: usize) -> Race {
    let read = |pairs: &[Pair]| read(sharing, pairs, chunk);
    let (reads, published) = beside_writer(sharing, pairs, readers, rate, read);
    let elapsed = reads.iter().map(|reads: &Reads| reads.elapsed).max();
    Race {
        published: f64::from(published) / elapsed.unwrap_or(TIME).as_secs_f64(),
        reads,
    }
}

/// Returns how a shared read compares with a bare one: each reader asks both in turn.
///
/// With a rate, a writer publishes at the same time.
fn paired(
    sharing: &dyn Sharing,
    bare: &SocialGraph,
    pairs: &[Pair],
    readers: usize,
    rate: u32,
) -> f64 {
    let read = |pairs: &[Pair]| sharing.ratio_to(bare, pairs);
    let (ratios, _) = beside_writer(sharing, pairs, readers, rate, read);
    ratios.iter().sum::<f64>() / ratios.len() as f64
}

/// Asks a shared and a bare graph in turn, and returns the ratio of the median times.
fn in_turn(
    mut answer: impl FnMut(UserId, UserId) -> bool,
    bare: &SocialGraph,
    pairs: &[Pair],
) -> f64 {
    let mut times = [Vec::new(), Vec::new()];
    let started = Instant::now();

    for (number, asked) in pairs.chunks_exact(CHUNK).cycle().enumerate() {
        // In turn, and each first as often as the other.
        let way = (number ^ (number >> 1)) & 1;
        let before = Instant::now();
        black_box(match way {
            0 => count(asked, &mut answer),
            _ => count(asked, |actor, target| allowed(bare, actor, target)),
        });
        times[way].push(before.elapsed());
        if started.elapsed() >= TIME {
            break;
        }
    }

    let [shared, bare] = times.map(|mut times| {
        times.sort_unstable();
        times[times.len() / 2].as_secs_f64()
    });
    shared / bare
}

/// Measures every way to share a graph, in turns.
pub(crate) fn run(population: &Population, repetitions: usize, progress: &Progress) -> Vec<Row> {
    progress.print("building the graph");
    let graph = graph_of(population);
    let pairs: Vec<Pair> = population
        .query_pairs(1 << 20, 1)
        .into_iter()
        .map(|(actor, target)| (UserId::from_u32(actor), UserId::from_u32(target)))
        .collect();

    let bare = graph.clone();
    let ways: [(&str, Box<dyn Sharing>); 4] = [
        ("bare", Box::new(Bare(Arc::new(graph.clone())))),
        ("shared_graph", Box::new(SharedGraph::new(graph.clone()))),
        (
            "rwlock_clone",
            Box::new(Locked(Arc::new(RwLock::new(graph.clone())))),
        ),
        (
            "arc_swap",
            Box::new(Swapped(Arc::new(ArcSwap::from_pointee(graph)))),
        ),
    ];

    let mut figures: Vec<(String, &str, &str, Vec<f64>)> = Vec::new();
    let mut add = |operation: String, way, unit, value| {
        let known = figures
            .iter_mut()
            .find(|(known, of, ..)| *known == operation && *of == way);
        match known {
            Some((.., values)) => values.push(value),
            None => figures.push((operation, way, unit, vec![value])),
        }
    };

    let answers: Vec<usize> = ways.iter().map(|(_, it)| it.reader()(&pairs)).collect();
    assert!(answers.iter().all(|it| *it == answers[0]), "{answers:?}");

    for repetition in 0..repetitions {
        for (way, sharing) in &ways {
            progress.print(&format!("threads {repetition}: {way}"));
            let sharing = &**sharing;

            let [alone] = &race(sharing, &pairs, 1, 0, CHUNK).reads[..] else {
                continue;
            };
            add("read_idle".to_owned(), way, "ns", alone.busy_ns());
            let two = race(sharing, &pairs, 2, 0, CHUNK).reads;
            let both: f64 = two.iter().map(Reads::per_second).sum();
            add(
                "two_readers_to_one".to_owned(),
                way,
                "times",
                both / alone.per_second(),
            );

            if *way == "bare" {
                continue;
            }
            let idle = paired(sharing, &bare, &pairs, 1, 0);
            add("read_idle_to_bare".to_owned(), way, "%", 100.0 * idle);
            for rate in RATES {
                let Race {
                    reads: beside,
                    published,
                } = race(sharing, &pairs, 2, rate, CHUNK);
                add(format!("published_of_{rate}"), way, "a second", published);
                let busy = beside.iter().map(Reads::busy_ns).sum::<f64>() / 2.0;
                add(format!("read_beside_{rate}"), way, "ns", busy);
                let ratio = paired(sharing, &bare, &pairs, 2, rate);
                add(
                    format!("read_beside_{rate}_to_bare"),
                    way,
                    "%",
                    100.0 * ratio,
                );

                // One question between two looks at the clock: the wait of a single read.
                let single = race(sharing, &pairs, 1, rate, 1);
                let longest = single.reads.iter().map(|reads| reads.longest_wait).max();
                let longest = longest.unwrap_or_default().as_nanos() as f64 / 1000.0;
                add(format!("longest_wait_beside_{rate}"), way, "us", longest);
            }
        }
    }

    let measured = (population.name, population.users);
    figures
        .into_iter()
        .map(|(operation, way, unit, mut values)| {
            Row::new(&operation, measured, way, unit, &mut values)
        })
        .collect()
}
