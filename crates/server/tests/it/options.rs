//! Options: flags, variables, a file, and what is wrong with them.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::fixtures::{PROGRAM, Server, run};

#[test]
fn wrong_options_are_named() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("config.toml");
    for (text, what) in [
        ("listen = [\"here\"]", "here"),
        ("max-conections = 5", "max-conections"),
        ("head-timeout = 0", "head-timeout: 0 seconds are too short"),
        ("max-connections = \"many\"", "max-connections"),
        ("policy = \"kindness\"", "kindness"),
        ("callback-url = \"ftp://x\"", "neither http nor https"),
        (
            "before-callbacks = true",
            "before-callbacks: there is no callback-url",
        ),
        ("tls-cert = \"x\"", "tls-key"),
        ("max-bytes-under-way = 5", "max-bytes-under-way"),
        ("admin = [\"\"]", "an account has a name"),
        ("head-timeout = 99999999999", "a year"),
        ("max-connections = 99999999", "max-connections"),
        ("\n\nsecret = \"hunter2\"", "line 3"),
        ("max-user-body-bytes = 2000000", "max-user-body-bytes"),
        ("secret = \"x\"", "secret"),
    ] {
        fs::write(&file, text).unwrap();
        let (code, _, told) = run(&["--config", file.to_str().unwrap(), "--check-config"]);
        assert_eq!(code, Some(2), "{text}: {told}");
        assert!(told.contains(what), "{text}: {told}");
        // The obvious mistakes have secrets in them.
        assert!(!told.contains("hunter2"), "{told}");
    }

    for wrong in [
        ["--listen", ":8080"],
        ["--listen", "localhost:http"],
        ["--log", "loud"],
        ["--port", "1"],
    ] {
        let (code, _, told) = run(&[wrong[0], wrong[1], "--check-config"]);
        assert_eq!(code, Some(2), "{told}");
    }
    let (code, _, told) = run(&["--config", "/nowhere/config.toml"]);
    assert_eq!(code, Some(2));
    assert!(told.contains("/nowhere/config.toml"), "{told}");
}

/// The directory for backups is looked at, from a flag, a variable or a file.
#[test]
fn a_directory_for_backups_has_to_exist() {
    let home = tempfile::tempdir().unwrap();
    let (file, plain) = (home.path().join("config.toml"), home.path().join("plain"));
    fs::write(&plain, "").unwrap();
    let check = |path: &Path| {
        let path = path.to_str().unwrap();
        fs::write(&file, format!("backups = {path:?}")).unwrap();
        let by_file = run(&["--config", file.to_str().unwrap(), "--check-config"]);
        let by_flag = run(&["--backups", path, "--check-config"]);
        let variable = Command::new(PROGRAM)
            .arg("--check-config")
            .env("SOCIALGRAPH_BACKUPS", path)
            .output()
            .unwrap();
        let by_variable = String::from_utf8(variable.stderr).unwrap();
        [
            (by_file.0, by_file.2),
            (by_flag.0, by_flag.2),
            (variable.status.code(), by_variable),
        ]
    };

    for (code, told) in check(home.path()) {
        assert_eq!(code, Some(0), "{told}");
    }
    for path in [plain.clone(), home.path().join("missing")] {
        for (code, told) in check(&path) {
            assert_eq!(code, Some(1), "{told}");
            let what = format!("backups: {} is no directory", path.display());
            assert!(told.contains(&what), "{told}");
        }
    }

    // The disk for backups may be away: the server serves all the same.
    let server = Server::start(&["--backups", plain.to_str().unwrap()]);
    let (succeeded, log) = server.stop("-TERM");
    assert!(succeeded);
    assert!(log.contains("is no directory"), "{log}");
}

/// A flag counts before its variable, and that before the file.
#[test]
fn a_flag_counts_before_its_variable_and_that_before_the_file() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("config.toml");
    fs::write(
        &file,
        "head-timeout = 0\ncallback-url = \"ftp://of-the-file\"",
    )
    .unwrap();
    let told = |variable: Option<&str>, flags: &[&str]| {
        let mut program = Command::new(PROGRAM);
        program
            .arg("--check-config")
            .args(flags)
            .env("SOCIALGRAPH_CONFIG", &file);
        if let Some(url) = variable {
            program.env("SOCIALGRAPH_CALLBACK_URL", url);
        }
        let output = program.output().unwrap();
        (
            output.status.success(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    assert!(told(None, &[]).1.contains("\"ftp\""));
    assert!(told(Some("gopher://x"), &[]).1.contains("\"gopher\""));
    let flag = ["--callback-url", "news://x"];
    assert!(told(Some("gopher://x"), &flag).1.contains("\"news\""));
    let sound = [
        "--callback-url",
        "http://127.0.0.1:1",
        "--head-timeout",
        "5",
    ];
    assert!(told(None, &sound).0);
}

#[test]
fn an_address_that_nobody_has_is_named() {
    // It is reserved for documentation.
    let (code, _, told) = run(&["--listen", "192.0.2.1:1"]);
    assert_eq!(code, Some(1));
    assert!(told.contains("192.0.2.1:1"), "{told}");
}

/// `--memory` counts even if there is a directory, and a task takes the directory of the file.
#[test]
fn a_task_takes_the_directory_of_the_file() {
    let home = tempfile::tempdir().unwrap();
    let (file, data) = (home.path().join("config.toml"), home.path().join("data"));
    fs::write(&file, format!("listen = \"127.0.0.1:0\"\ndata = {data:?}")).unwrap();
    let config = ["--config", file.to_str().unwrap()];
    assert_eq!(
        run(&[&config[..], &["--memory", "--check-config"]].concat()).0,
        Some(0)
    );
    let (code, _, told) = run(&[&["verify"][..], &config].concat());
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains(data.to_str().unwrap()), "{told}");
    let (code, _, told) = run(&["verify"]);
    assert_eq!(code, Some(2));
    assert!(told.contains("a directory has to be named"), "{told}");
}
