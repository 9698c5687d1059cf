//! `socialgraph review`: the page as a file, the address that opens it, and what is refused.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use socialgraph::{Policy, SocialGraph};
use socialgraph_analysis::review::{Judged, Played, State, Tab};
use socialgraph_analysis::story::{PolicyText, Story};
use tempfile::TempDir;

use crate::{Run, lines, socialgraph, socialgraph_with};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn page() -> Vec<u8> {
    fs::read(root().join("docs/review.html")).unwrap()
}

/// Runs the command in a folder.
fn review(folder: &TempDir, arguments: &[&str]) -> Run {
    let output = Command::new(env!("CARGO_BIN_EXE_socialgraph"))
        .arg("review")
        .args(arguments)
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    Run {
        status: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Returns the names in a folder.
fn names(folder: &TempDir) -> Vec<String> {
    let entries = fs::read_dir(folder.path()).unwrap();
    let names = entries.map(|it| it.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

/// Returns the state of the address that the command prints for a story.
fn state(story: &str, arguments: &[&str]) -> State {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("one.story"), story).unwrap();
    let run = review(&folder, &[&["one.story"], arguments].concat());
    assert_eq!((run.status, &*run.stderr), (Some(0), ""), "{story}");

    let (_, encoded) = run
        .stdout
        .trim_end()
        .split_once("review.html#play=")
        .unwrap();
    let json = URL_SAFE_NO_PAD.decode(encoded).unwrap();
    serde_json::from_slice(&json).unwrap()
}

#[test]
fn the_page_inside_is_whole_and_the_committed_one() {
    let run = socialgraph(&["review", "--out", "-"]);
    assert_eq!((run.status, &*run.stderr), (Some(0), ""));
    assert!(
        run.stdout.as_bytes() == page(),
        "it is not docs/review.html"
    );
    assert!(run.stdout.starts_with("<!doctype html>\n"));
    assert!(run.stdout.trim_end().ends_with("</html>"));
}

#[test]
fn the_page_is_written_and_its_address_printed() {
    let folder = TempDir::new().unwrap();
    let real = folder.path().canonicalize().unwrap();
    let address = format!("file://{}/review.html\n", real.display());
    let run = review(&folder, &[]);
    assert_eq!((run.status, &*run.stderr), (Some(0), ""));
    assert_eq!(run.stdout, format!("saved: review.html\n{address}"));
    assert!(fs::read(real.join("review.html")).unwrap() == page());

    // Once more, it is there already.
    let run = review(&folder, &[]);
    assert_eq!((run.status, &*run.stderr), (Some(0), ""));
    assert_eq!(run.stdout, format!("unchanged: review.html\n{address}"));

    fs::create_dir(real.join("für uns")).unwrap();
    let run = review(&folder, &["--out", "für uns/../für uns/#1.html"]);
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(lines[0], "saved: für uns/../für uns/#1.html");
    assert!(lines[1].ends_with("/f%C3%BCr%20uns/%231.html"), "{lines:?}");
    assert!(!lines[1].contains(".."), "{lines:?}");
    assert!(fs::read(real.join("für uns/#1.html")).unwrap() == page());
}

/// An address says what the arguments say: a policy by its name, and a file's by its parts.
#[test]
fn an_address_opens_the_page_with_policies() {
    let folder = TempDir::new().unwrap();
    let toml = "profile = \"wire\"\n[limits]\nbatch = 7\n";
    fs::write(folder.path().join("my.toml"), toml).unwrap();
    let state = |policy| State::new(policy, &["ann", "ben"], Vec::new());

    let mastodon = "mastodon with message.notice.other = told";
    // The same policy has a name of its own.
    let mutual = "tencent_rest with message.stopped_by = both, call.stopped_by = both, \
                  group_invitation.stopped_by = both, presence.stopped_by = both";
    let text: PolicyText = mutual.parse().unwrap();
    assert_eq!(text.policy(), Policy::tencent_mutual());
    for (arguments, expected, tab) in [
        (&["--policy", "wire"][..], state("wire"), Tab::Policy),
        (&["-p", mastodon], state(mastodon), Tab::Policy),
        (&["--policy", mutual], state(mutual), Tab::Policy),
        (
            &["--policy", "my.toml", "--and", "openim"],
            state("wire with limits.batch = 7").beside("openim"),
            Tab::Compare,
        ),
        (
            &["--and", "my.toml"],
            state("tencent_rest").beside("wire with limits.batch = 7"),
            Tab::Compare,
        ),
    ] {
        let run = review(&folder, arguments);
        assert_eq!((run.status, &*run.stderr), (Some(0), ""), "{arguments:?}");
        let end = format!("/review.html#{}\n", expected.fragment(tab));
        assert!(run.stdout.ends_with(&end), "{arguments:?}: {}", run.stdout);
    }
}

#[test]
fn an_address_opens_the_page_with_a_story() {
    let start = "policy: wire\n# They meet.\nann joins\n\n`zoë` joins\n";
    let story = format!("{start}ann blocks `zoë`\ncyd joins\nmay `zoë` message cyd?\n");
    let mut expected = State::new("wire", &["ann", "zoë"], Vec::new());
    expected.lines = [
        "# They meet.",
        "",
        "ann blocks `zoë`",
        "cyd joins",
        "may `zoë` message cyd?",
    ]
    .map(str::to_owned)
    .to_vec();
    expected.step = 5;
    assert_eq!(state(&story, &[]), expected);

    // Arguments come before the policy of the story.
    expected.policy = "discord".to_owned();
    expected.other = Some("openim".to_owned());
    let arguments = ["--policy", "discord", "--and", "openim"];
    assert_eq!(state(&story, &arguments), expected);

    // Without a line that makes a user join, all are there.
    let found = state("ben blocks ann\nnow: ann and cyd?\n", &[]);
    assert_eq!(found.users, ["ben", "ann", "cyd"]);
    assert_eq!(found.policy, "tencent_rest");

    // A second user of a name is refused, in the story and on the page.
    let found = state("ann joins\nben joins\nann joins\ncyd joins\n", &[]);
    assert_eq!(found.users, ["ann", "ben"]);
    assert_eq!(found.lines, ["ann joins", "cyd joins"]);

    let folder = TempDir::new().unwrap();
    let out = folder.path().join("x.html");
    let out = out.to_str().unwrap();
    let run = socialgraph_with(&["review", "-", "--out", out], b"ann blocks ben\n");
    assert_eq!((run.status, &*run.stderr), (Some(0), ""));
    assert!(run.stdout.contains("/x.html#play="), "{}", run.stdout);
}

/// On the page, the stories of the repository end as they do in a graph.
#[test]
fn a_story_on_the_page_is_the_story() {
    let stories = fs::read_dir(root().join("crates/analysis/stories")).unwrap();
    let mut paths: Vec<_> = stories.map(|it| it.unwrap().path()).collect();
    paths.push(root().join("crates/cli/src/demo.story"));
    assert!(paths.len() > 10);

    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        let story: Story = text.parse().unwrap();
        let mut graph = SocialGraph::new(story.policy().unwrap_or(Policy::tencent_rest()));
        for user in story.users() {
            graph.add_user(user).unwrap();
        }
        for operation in story.operations() {
            let _ = operation.apply_to(&mut graph);
        }

        let played = Played::of(&state(&text, &[]), Judged::No).unwrap();
        let shown = played.playthrough.sides()[0].graph();
        let names: Vec<&str> = graph.users().map(|(_, name)| name).collect();
        assert_eq!(played.users_on_stage(), names);
        for one in &names {
            for other in names.iter().filter(|other| *other != one) {
                let relations = [shown, &graph].map(|it| it.relation(*one, *other).unwrap());
                assert_eq!(relations[0], relations[1], "{}", path.display());
            }
        }
    }
}

#[test]
fn what_the_page_has_no_room_for_is_a_precise_error_and_nothing_is_written() {
    let long = "x".repeat(65);
    let many = "ann blocks ben\n".repeat(301);
    let named = format!("policy: wire\nann joins\nben joins\nann blocks ben\n{long} joins\n");
    let joins =
        "policy: wire\nann joins\nben joins\n\ncyd joins\ndan blocks ann\ndan joins\neve joins\n";
    let wide = format!("ann blocks ben\n# {}\n", "é".repeat(1_000));
    for (story, error) in [
        ("", "the page starts with 2 to 4 users, not 0"),
        (
            "ann joins\nann is removed\nben joins\n",
            "the page starts with 2 to 4 users, not 1",
        ),
        (
            "ann blocks a\nann blocks b\nann blocks c\nann blocks d\n",
            "the page starts with 2 to 4 users, not 5",
        ),
        (joins, "line 8: the page shows at most 4 users"),
        (&many, "line 301: a story on the page has at most 300 lines"),
        (
            &named,
            "line 5: a name has at most 64 characters, and `xxxxxxxxxxxxxxxxxxxx…` has 65",
        ),
        (
            &format!("{long} joins\nann joins\n"),
            "a name has at most 64 characters, and `xxxxxxxxxxxxxxxxxxxx…` has 65",
        ),
        (&wide, "line 2: a line has at most 1000 characters"),
        (
            "# a\rb\nann blocks ben\n",
            "line 1: a line of a story has no line break",
        ),
        (
            "ann bloks ben\n",
            "line 1, column 8: `ann bloks ben` is no sentence of a story; the nearest is `ann blocks ben`",
        ),
        (
            "ann blocks ben\npolicy: wire\n",
            "line 2, column 1: only the first line can name the policy",
        ),
    ] {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("a.story"), story).unwrap();
        let run = review(&folder, &["a.story", "--force"]);
        assert_eq!((run.status, &*run.stdout), (Some(2), ""), "{story}");
        let error = format!("socialgraph review: a.story: {error}\n");
        assert_eq!(run.stderr, error, "{story}");
        assert_eq!(names(&folder), ["a.story"], "{story}");
    }
}

#[test]
fn a_wrong_argument_is_a_precise_error_and_nothing_is_written() {
    for (arguments, error) in [
        (
            &["--policy", "mastadon"][..],
            "no profile `mastadon`; did you mean `mastodon`?",
        ),
        (
            &["--and", "wire with x"],
            "`x` is not of the form `PATH = VALUE`",
        ),
        (&["no.story"], "no.story: No such file or directory"),
        (
            &["--policy", "wire", "--out", "-"],
            "`--out -` prints the page alone; the address of a story or a policy needs a file\n",
        ),
        (
            &["--out", "no/x.html"],
            "no/x.html: No such file or directory",
        ),
        (&["--out", ""], "a value is required for '--out <FILE>'"),
        (&["--out", "."], ".: not a file; `--out FILE` names one\n"),
        (&["one", "two"], "unexpected argument 'two' found"),
    ] {
        let folder = TempDir::new().unwrap();
        let run = review(&folder, arguments);
        assert_eq!((run.status, &*run.stdout), (Some(2), ""), "{arguments:?}");
        let start = format!("socialgraph review: {error}");
        assert!(
            run.stderr.starts_with(&start),
            "{arguments:?}: {}",
            run.stderr
        );
        assert!(names(&folder).is_empty(), "{arguments:?}");
    }
}

#[test]
fn another_file_is_replaced_only_by_force() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("review.html");
    // A page is known by its start, and a foreign file may have the page's length, too.
    let alike = vec![b' '; page().len()];
    let mut late = vec![b' '; 4_096];
    late.extend(page());
    for other in [&b""[..], b"mine", &alike, &late] {
        fs::write(&path, other).unwrap();
        let run = review(&folder, &[]);
        assert_eq!((run.status, &*run.stdout), (Some(2), ""));
        assert_eq!(
            run.stderr,
            lines([
                "socialgraph review: review.html: the file exists and is not the reviewer's page; \
                 `--force` replaces it, and `--out FILE` names another"
            ])
        );
        assert!(fs::read(&path).unwrap() == other);

        let run = review(&folder, &["--force"]);
        assert_eq!((run.status, &*run.stderr), (Some(0), ""));
        assert!(run.stdout.starts_with("replaced: review.html\n"));
        assert!(fs::read(&path).unwrap() == page());
        assert_eq!(names(&folder), ["review.html"]);
    }
}

#[test]
fn the_page_of_another_version_is_replaced() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("review.html");
    let mut alike = page();
    *alike.last_mut().unwrap() = b' ';
    let longer = [&page()[..], b"\n"].concat();
    for other in [&alike, &longer] {
        fs::write(&path, other).unwrap();
        let run = review(&folder, &[]);
        assert_eq!((run.status, &*run.stderr), (Some(0), ""));
        assert!(run.stdout.starts_with("replaced: review.html\n"));
        assert!(fs::read(&path).unwrap() == page());
        assert_eq!(names(&folder), ["review.html"]);
    }
}

/// The name of a file may hold what steers a terminal.
#[test]
#[cfg(unix)]
fn a_story_in_an_error_has_an_escaped_name() {
    let folder = TempDir::new().unwrap();
    for (story, error) in [
        (
            "ann blocks ann\n",
            "the page starts with 2 to 4 users, not 1",
        ),
        ("ann bloks ben\n", "line 1, column 8: `ann bloks ben`"),
    ] {
        fs::write(folder.path().join("\u{1b}[31m.story"), story).unwrap();
        let run = review(&folder, &["\u{1b}[31m.story"]);
        assert_eq!((run.status, &*run.stdout), (Some(2), ""));
        let start = format!("socialgraph review: \\u{{1b}}[31m.story: {error}");
        assert!(run.stderr.starts_with(&start), "{:?}", run.stderr);
    }
}

#[test]
#[cfg(unix)]
fn a_link_to_no_file_is_replaced_only_by_force() {
    use std::os::unix::fs::symlink;

    let folder = TempDir::new().unwrap();
    let path = folder.path().join("review.html");
    symlink("nowhere.html", &path).unwrap();
    let run = review(&folder, &[]);
    assert_eq!((run.status, &*run.stdout), (Some(2), ""));
    assert_eq!(
        run.stderr,
        lines([
            "socialgraph review: review.html: the link leads to no file; `--force` replaces it, \
             and `--out FILE` names another"
        ])
    );
    assert!(path.is_symlink());

    let run = review(&folder, &["--force"]);
    assert_eq!((run.status, &*run.stderr), (Some(0), ""));
    assert!(run.stdout.starts_with("replaced: review.html\n"));
    assert!(!path.is_symlink());
    assert!(fs::read(&path).unwrap() == page());
    assert_eq!(names(&folder), ["review.html"]);
}

#[test]
#[cfg(unix)]
fn a_link_stays_a_link_and_permissions_stay() {
    use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _, symlink};
    use std::os::unix::net::UnixListener;

    let folder = TempDir::new().unwrap();
    let path = folder.path().join("other.html");
    fs::write(&path, "mine").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("other.html", folder.path().join("review.html")).unwrap();

    let run = review(&folder, &["--force"]);
    assert_eq!((run.status, &*run.stderr), (Some(0), ""));
    assert!(run.stdout.ends_with("/other.html\n"), "{}", run.stdout);
    assert!(folder.path().join("review.html").is_symlink());
    assert!(fs::read(&path).unwrap() == page());
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o640
    );
    assert_eq!(names(&folder), ["other.html", "review.html"]);

    // What is no file is never replaced, also behind a link.
    let _socket = UnixListener::bind(folder.path().join("socket")).unwrap();
    symlink("socket", folder.path().join("link.html")).unwrap();
    let run = review(&folder, &["--force", "--out", "link.html"]);
    assert_eq!((run.status, &*run.stdout), (Some(2), ""));
    let error = "socialgraph review: link.html: not a file; `--out FILE` names one\n";
    assert_eq!(run.stderr, error);
    let socket = fs::metadata(folder.path().join("socket")).unwrap();
    assert!(socket.file_type().is_socket());
}

/// With a limit on the size of files, a write fails as on a full disk.
#[test]
#[cfg(target_os = "linux")]
fn a_write_that_fails_changes_nothing() {
    let folder = TempDir::new().unwrap();
    let failed = |arguments: &str| {
        let program = env!("CARGO_BIN_EXE_socialgraph");
        let limited = format!("trap '' XFSZ; ulimit -f 0; exec '{program}' review {arguments}");
        let output = Command::new("sh")
            .args(["-c", &limited])
            .current_dir(folder.path())
            .output()
            .unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        let error = "socialgraph review: review.html: File too large";
        assert!(stderr.starts_with(error), "{stderr}");
        assert_eq!((output.status.code(), &*output.stdout), (Some(2), &b""[..]));
    };

    failed("");
    assert!(names(&folder).is_empty());

    let path = folder.path().join("review.html");
    fs::write(&path, "mine").unwrap();
    failed("--force");
    assert_eq!(names(&folder), ["review.html"]);
    assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
}
