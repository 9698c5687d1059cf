//! Options: flags, variables, a file, and what is wrong with them.

use std::fs;

use super::fixtures::{PROGRAM, run};

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
        ("data = \"x\"\nmemory = true", "memory"),
        ("secret = \"x\"", "secret"),
    ] {
        fs::write(&file, text).unwrap();
        let (code, _, told) = run(&["--config", file.to_str().unwrap(), "--check-config"]);
        assert_eq!(code, Some(2), "{text}: {told}");
        assert!(told.contains(what), "{text}: {told}");
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
        let mut program = std::process::Command::new(PROGRAM);
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
    assert!(told(None, &[]).1.contains("of-the-file"));
    assert!(
        told(Some("ftp://of-the-variable"), &[])
            .1
            .contains("of-the-variable")
    );
    let flag = ["--callback-url", "ftp://of-the-flag"];
    assert!(
        told(Some("ftp://of-the-variable"), &flag)
            .1
            .contains("of-the-flag")
    );
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
