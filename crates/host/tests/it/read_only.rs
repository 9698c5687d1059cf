//! A directory that cannot be written is opened for reading.
//!
//! Permissions do not stop root. So a test makes a directory, and this program runs again to read
//! it, with one ignored test: as another user if this one is root, else as the same user. For a
//! read-only mount, that process gets its own mounts, which needs root or user namespaces.

use std::env;
use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{self, Command};
use std::time::Duration;

use socialgraph::SocialGraph;
use socialgraph_host::{
    Halt, Host, OpenError, Options, Position, ProposeError, SnapshotError, restore, verify,
};

use crate::fixtures::{
    Files, GraphHost, LEFT_USERS, empty, files, graph, join, left_closed, left_killed, open,
};

/// The user "nobody".
const NOBODY: u32 = 65_534;

/// Names the directory for the process that reads.
const DIRECTORY: &str = "SOCIALGRAPH_TEST_DIRECTORY";

fn is_root() -> bool {
    fs::metadata("/proc/self").unwrap().uid() == 0
}

/// This program, as a user whom permissions stop. The link works even if that user may not enter
/// the directory of the program.
fn as_ordinary_user() -> Command {
    let mut command = Command::new("/proc/self/exe");
    if is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    command
}

/// A program in a process for which a directory is mounted read-only.
fn under_read_only_mount(directory: &Path, program: &Path) -> Command {
    let mut command = Command::new("unshare");
    if !is_root() {
        command.arg("--map-root-user");
    }
    let mount = r#"mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@""#;
    command.args(["--mount", "sh", "-c", mount]);
    command.arg(directory).arg(program);
    command
}

/// A program in a process for which a directory is copied to a disk of its own that is full.
fn on_full_disk(directory: &Path, program: &Path) -> Command {
    let mut command = Command::new("unshare");
    if !is_root() {
        command.arg("--map-root-user");
    }
    let mount = r#"mkdir "$0/disk" && mount -t tmpfs -o size=64m tmpfs "$0/disk" &&
        cp -r "$1" "$0/disk/host" && ! cat /dev/zero 2>/dev/null >"$0/disk/fill" &&
        mount --bind "$0/disk/host" "$1" && shift && exec "$@""#;
    command.args(["--mount", "sh", "-c", mount]);
    command
        .arg(directory.parent().unwrap())
        .arg(directory)
        .arg(program);
    command
}

/// Returns whether this process may mount at all. If not, it says so: the tests of permissions
/// check all but the error of the system.
fn can_mount() -> bool {
    let home = tempfile::tempdir().unwrap();
    let output = under_read_only_mount(home.path(), Path::new("true")).output();
    let can = output.as_ref().is_ok_and(|output| output.status.success());
    if !can {
        eprintln!("skipped: this system lets us mount nothing: {output:?}");
    }
    can
}

/// Runs an ignored test of this file, and checks that it passes.
fn run(mut command: Command, test: &str, directory: &Path) {
    let name = format!("read_only::{test}");
    command.args(["--exact", &name, "--ignored", "--nocapture"]);
    let output = command.env(DIRECTORY, directory).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("1 passed"),
        "{}: {said}{}",
        directory.display(),
        String::from_utf8_lossy(&output.stderr)
    );
}

fn permit(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// Sets the permissions of a directory and of its files, and opens the way to it.
fn permit_all(path: &Path, directory: u32, file: u32) {
    permit(path.parent().unwrap(), 0o755);
    for entry in fs::read_dir(path).unwrap() {
        permit(&entry.unwrap().path(), file);
    }
    permit(path, directory);
}

/// Makes directories as a host may leave them, and calls a function with each.
fn for_each_left(call: impl Fn(&Path)) {
    let remove = |path: &Path, names: &[&str]| {
        for name in names {
            fs::remove_file(path.join(name)).unwrap();
        }
    };
    let lefts: [&dyn Fn(&Path); 5] = [
        &left_closed,
        &|path| {
            left_closed(path);
            remove(path, &["lock", "note"]);
        },
        &|path| {
            left_closed(path);
            fs::write(path.join("log.db-wal"), "").unwrap();
        },
        &left_killed,
        &|path| {
            left_killed(path);
            remove(path, &["lock", "log.db-shm"]);
        },
    ];
    for make in lefts {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("host");
        make(&path);
        call(&path);
        // So that an ordinary user can remove it.
        permit(&path, 0o755);
    }
}

fn without_lock(mut files: Files) -> Files {
    files.remove(OsStr::new("lock"));
    files
}

#[test]
fn a_directory_without_permission_to_write_is_read() {
    for_each_left(|path| {
        let before = files(path);
        permit_all(path, 0o555, 0o444);
        run(as_ordinary_user(), "a_process_reads", path);
        assert!(before == files(path));
    });
}

#[test]
fn a_directory_in_which_no_file_can_be_made_is_read() {
    for_each_left(|path| {
        let before = files(path);
        permit_all(path, 0o555, 0o666);
        run(as_ordinary_user(), "a_process_reads", path);
        assert!(before == files(path));
    });
}

#[test]
fn a_log_without_permission_to_write_is_read() {
    for_each_left(|path| {
        let before = without_lock(files(path));
        permit_all(path, 0o777, 0o666);
        permit(&path.join("log.db"), 0o444);
        run(as_ordinary_user(), "a_process_reads", path);
        assert!(before == without_lock(files(path)));
    });
}

#[test]
fn a_read_only_mount_is_read() {
    if !can_mount() {
        return;
    }
    for_each_left(|path| {
        let before = files(path);
        let program = env::current_exe().unwrap();
        let command = under_read_only_mount(path, &program);
        run(command, "a_process_reads_a_mount", path);
        assert!(before == files(path));
    });
}

#[test]
fn a_directory_on_a_full_disk_is_read() {
    if !can_mount() {
        return;
    }
    for_each_left(|path| {
        let program = env::current_exe().unwrap();
        run(
            on_full_disk(path, &program),
            "a_process_reads_a_full_disk",
            path,
        );
    });
}

#[test]
fn a_directory_that_a_host_has_open_is_not_read() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("host");
    let host = open(&path);
    if can_mount() {
        let command = under_read_only_mount(&path, &env::current_exe().unwrap());
        run(command, "a_process_finds_it_locked", &path);
    }
    permit_all(&path, 0o555, 0o444);
    run(as_ordinary_user(), "a_process_finds_it_locked", &path);
    permit(&path, 0o755);
    drop(host);
}

fn directory() -> PathBuf {
    env::var_os(DIRECTORY).unwrap().into()
}

#[test]
#[ignore = "a test above runs it in a process that cannot write"]
fn a_process_finds_it_locked() {
    let path = directory();
    let holder = format!("process {}", process::id());
    let errors = [
        GraphHost::open(&path, Options::default()).unwrap_err(),
        verify::<SocialGraph>(&path).unwrap_err(),
    ];
    for error in errors {
        let OpenError::Locked { holder: found, .. } = error else {
            panic!("{error}");
        };
        assert!(found.starts_with("process ") && found != holder, "{found}");
    }
}

#[test]
#[ignore = "a test above runs it in a process that cannot write"]
fn a_process_reads() {
    check("Permission denied (os error 13)");
}

#[test]
#[ignore = "a test above runs it in a process that cannot write"]
fn a_process_reads_a_mount() {
    check("Read-only file system (os error 30)");
}

#[test]
#[ignore = "a test above runs it in a process whose disk is full"]
fn a_process_reads_a_full_disk() {
    let path = directory();
    let host = GraphHost::open(&path, Options::default()).unwrap();
    let Some(halt @ Halt::ReadOnly(_)) = host.health().halt else {
        panic!("{host:?}");
    };
    check_reads(&host);
    check_proposals(&host, &halt);
    let refused = host.snapshot();
    assert_eq!(refused, Err(SnapshotError::Failed(halt.to_string())));
    check_copies(&host);
    drop(host);

    let found = verify::<SocialGraph>(&path).unwrap();
    assert!(found.faults.is_empty(), "{found:?}");
    fs::remove_file(path.parent().unwrap().join("disk/fill")).unwrap();
    let host = open(&path);
    assert_eq!(host.health().halt, None);
    check_reads(&host);
}

/// Checks that everything that reads does, and that nothing is written.
fn check(words: &str) {
    let path = directory();
    let open = || GraphHost::open_or_create(&path, empty, Options::default());
    let host = open().unwrap();
    let halt = Halt::ReadOnly(words.to_owned());
    assert_eq!(host.health().halt, Some(halt.clone()));
    assert_eq!(host.health().warnings, []);
    check_reads(&host);
    check_proposals(&host, &halt);
    let refused = host.snapshot();
    assert_eq!(refused, Err(SnapshotError::Failed(halt.to_string())));
    open().expect("those who read stop nobody from reading");
    check_copies(&host);
    drop(host);

    let found = verify::<SocialGraph>(&path).unwrap();
    assert!(found.faults.is_empty(), "{found:?}");
    let error = Host::create(&path, empty(), Options::default()).unwrap_err();
    assert!(error.to_string().contains(words), "{error}");
}

fn check_reads(host: &GraphHost) {
    let here = host.position();
    assert_eq!(here.number, LEFT_USERS);
    assert_eq!(graph(host).user_count() as u64, LEFT_USERS);
    let [start, half] = [0, LEFT_USERS / 2].map(|number| Position { number, ..here });
    assert_eq!(host.at(half).unwrap().user_count() as u64, half.number);

    let mut feed = host.feed_of("webhooks").unwrap();
    let mut count = 0;
    while feed.next(Duration::ZERO).unwrap().is_some() {
        count += 1;
    }
    assert_eq!(count, LEFT_USERS);
    let user = graph(host).user_id("user-7").unwrap();
    assert_eq!(host.audit(&[user], start).unwrap().count(), 1);
}

/// Checks that a proposal is refused, and that one in the log is answered with its outcome.
fn check_proposals(host: &GraphHost, halt: &Halt) {
    let refused = host.propose(join("late")).wait();
    assert_eq!(refused, Err(ProposeError::NotInLog(halt.clone())));

    let start = Position {
        number: 0,
        ..host.position()
    };
    let item = host.feed(start).unwrap().next(Duration::ZERO).unwrap();
    let item = item.unwrap();
    let answer = host.propose_as(item.id, item.entry).wait().unwrap();
    assert_eq!(answer.position, item.position);
    assert_eq!(answer.outcome, item.outcome);
}

/// Checks that a backup is made, and that it and the directory are restored.
fn check_copies(host: &GraphHost) {
    let home = tempfile::tempdir().unwrap();
    let backup = home.path().join("backup");
    host.backup(&backup).unwrap();
    for (from, to) in [(&backup, "of backup"), (&directory(), "of directory")] {
        let to = home.path().join(to);
        restore(from, &to, None).unwrap();
        assert_eq!(graph(&open(&to)), graph(host));
    }
}
