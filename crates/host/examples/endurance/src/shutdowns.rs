//! Power loss by a file system that is shut down under load: what was not synced is lost.

use std::env;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use socialgraph_host::{Options, SnapshotError};

use crate::arguments::Arguments;
use crate::check::{Loss, check, scratch};
use crate::cuts::build;
use crate::load::{Acknowledgement, GraphHost, Load, checkpoint, empty};
use crate::random::Random;

/// How the harness calls itself to make load.
pub(crate) const CHILD: &str = "loaded";

/// The status of a run that the system does not allow.
const NOT_POSSIBLE: i32 = 3;

/// The bytes of the file system.
const SIZE: u64 = 64 << 20;

/// Shuts a file system down many times, and fails if anything acknowledged is lost.
pub(crate) fn run(arguments: &Arguments) -> Result<(), String> {
    if !is_root() {
        eprintln!("endurance: shutdowns need root: to mount a file system and to shut it down");
        std::process::exit(NOT_POSSIBLE);
    }

    let started = Instant::now();
    let scratch = scratch();
    let tools = Tools::build(scratch.path())?;
    // A container's root may not be allowed to mount.
    if let Err(error) = Mount::make(scratch.path()).and_then(|mut mount| mount.unmount()) {
        eprintln!("endurance: shutdowns need to mount a file system: {error}");
        std::process::exit(NOT_POSSIBLE);
    }
    let mut random = Random(arguments.seed);
    let (mut answers, mut lost, mut faulty) = (0, 0, 0);
    for number in 0..arguments.count {
        let (acknowledged, found) = tools.round(scratch.path(), arguments, &mut random)?;
        answers += acknowledged.len();
        lost += found.lost;
        faulty += u32::from(!found.wrong.is_empty());
        if !found.is_none() {
            eprintln!("shutdown {number}: {} lost, {:?}", found.lost, found.wrong);
        }
    }

    println!(
        "shutdowns: {} shutdowns, {answers} acknowledged: {lost} lost, {faulty} shutdowns with \
         another fault, seed {}, {:.1} s",
        arguments.count,
        arguments.seed,
        started.elapsed().as_secs_f64()
    );
    if lost > 0 || faulty > 0 {
        return Err("a shutdown lost what was acknowledged, or did other harm".into());
    }
    Ok(())
}

fn is_root() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ids = status.lines().find_map(|line| line.strip_prefix("Uid:"));
    ids.and_then(|ids| ids.split_whitespace().nth(1)) == Some("0")
}

/// Programs that are made for a run.
struct Tools {
    shutdown: PathBuf,
    /// Leaves syncs out.
    shim: PathBuf,
}

impl Tools {
    fn build(scratch: &Path) -> Result<Self, String> {
        let shared = ["-shared", "-fPIC"];
        Ok(Self {
            shutdown: build(scratch, "shutdown.c", include_str!("shutdown.c"), &[])?,
            shim: build(scratch, "record.c", include_str!("record.c"), &shared)?,
        })
    }

    /// Loads a host, shuts its file system down, and checks what is left.
    fn round(
        &self,
        scratch: &Path,
        arguments: &Arguments,
        random: &mut Random,
    ) -> Result<(Vec<Acknowledgement>, Loss), String> {
        let mut mount = Mount::make(scratch)?;
        let path = mount.place.join("host");
        let mut child = self.start(&path, arguments, random)?;
        let output = child.stdout.take().unwrap();
        let reader = thread::spawn(move || acknowledgements(BufReader::new(output)));

        thread::sleep(Duration::from_millis(200 + random.below(1_800)));
        let shutdown = call(Command::new(&self.shutdown).arg(&mount.place));
        child.kill().map_err(|error| error.to_string())?;
        let _: ExitStatus = child.wait().map_err(|error| error.to_string())?;
        let acknowledged = reader.join().unwrap();
        shutdown?;

        mount.unmount()?;
        mount.mount()?;
        let loss = check(&path, &acknowledged);
        mount.unmount()?;
        Ok((acknowledged, loss))
    }

    fn start(
        &self,
        path: &Path,
        arguments: &Arguments,
        random: &mut Random,
    ) -> Result<Child, String> {
        let program = env::current_exe().map_err(|error| error.to_string())?;
        let mut child = Command::new(program);
        child
            .args([CHILD, "--seed", &random.next().to_string()])
            .arg(path)
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        if arguments.is_unsafe {
            child.env("LD_PRELOAD", &self.shim);
            child.env("ENDURANCE_UNSAFE", "1");
        }
        child.spawn().map_err(|error| error.to_string())
    }
}

/// Reads what a process prints until it ends. A last line may be torn.
fn acknowledgements(mut output: impl BufRead) -> Vec<Acknowledgement> {
    let mut all = Vec::new();
    let mut line = String::new();
    while output.read_line(&mut line).is_ok_and(|length| length > 0) {
        all.extend(Acknowledgement::read(&line));
        line.clear();
    }
    all
}

/// A file system in a file, which is unmounted at the end.
struct Mount {
    image: PathBuf,
    place: PathBuf,
    is_mounted: bool,
}

impl Mount {
    fn make(scratch: &Path) -> Result<Self, String> {
        let [image, place] = ["image", "place"].map(|name| scratch.join(name));
        let file = File::create(&image).map_err(|error| error.to_string())?;
        file.set_len(SIZE).map_err(|error| error.to_string())?;
        call(Command::new("mkfs.ext4").arg("-qF").arg(&image))?;
        fs::create_dir_all(&place).map_err(|error| error.to_string())?;
        let mut mount = Self {
            image,
            place,
            is_mounted: false,
        };
        mount.mount()?;
        Ok(mount)
    }

    fn mount(&mut self) -> Result<(), String> {
        let mut mount = Command::new("mount");
        call(mount.args(["-o", "loop"]).args([&self.image, &self.place]))?;
        self.is_mounted = true;
        Ok(())
    }

    fn unmount(&mut self) -> Result<(), String> {
        call(Command::new("umount").arg(&self.place))?;
        self.is_mounted = false;
        Ok(())
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        if self.is_mounted
            && let Err(error) = self.unmount()
        {
            eprintln!("endurance: {error}");
        }
    }
}

/// Runs a program to its end.
fn call(command: &mut Command) -> Result<(), String> {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{command:?}: {status}")),
        Err(error) => Err(format!("{command:?}: {error}")),
    }
}

/// Makes load until the host refuses or the process is killed, and prints each answer.
pub(crate) fn loaded(arguments: &Arguments) -> Result<(), String> {
    let path = arguments.rest.first().ok_or("a directory is missing")?;
    let path = Path::new(path);
    let host = GraphHost::open_or_create(path, empty, Options::default())
        .map_err(|error| error.to_string())?;
    let load = Load {
        seed: arguments.seed,
        proposals: u64::MAX,
        pause: Duration::from_millis(1),
    };

    thread::scope(|threads| {
        let loading = threads.spawn(|| load.run(&host, &|it| print!("{}", it.line())));
        while !loading.is_finished() {
            thread::sleep(Duration::from_millis(70));
            let written: Result<_, SnapshotError> = host.snapshot();
            if written.is_ok() {
                checkpoint(path);
            }
        }
        loading.join().unwrap().map_err(|error| error.to_string())
    })
}
