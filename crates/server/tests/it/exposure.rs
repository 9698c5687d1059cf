//! What the server refuses to let others reach.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use super::fixtures::{PROGRAM, Server, run};

/// Runs the program with options, and returns its status and its errors.
fn start(arguments: &[&str], secret: Option<&str>) -> (Option<i32>, String) {
    let mut program = std::process::Command::new(PROGRAM);
    program.args(arguments);
    if let Some(secret) = secret {
        program.env("SOCIALGRAPH_SECRET", secret);
    }
    let output = program.output().unwrap();
    (
        output.status.code(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

#[test]
fn an_address_of_others_needs_a_secret_and_tokens() {
    let exposed = ["--listen", "0.0.0.0:0", "--check-config"];
    let (code, told) = start(&exposed, None);
    assert_eq!(code, Some(1));
    assert!(told.contains("everybody knows"), "{told}");
    let (code, told) = start(&exposed, Some("a secret of its own"));
    assert_eq!(code, Some(1));
    assert!(told.contains("--token-file"), "{told}");

    let home = tempfile::tempdir().unwrap();
    let tokens = home.path().join("tokens");
    fs::write(&tokens, "read 0123456789abcdef\n").unwrap();
    let with_tokens = [&exposed[..], &["--token-file", tokens.to_str().unwrap()]].concat();
    assert_eq!(start(&with_tokens, Some("a secret of its own")).0, Some(0));
    assert_eq!(start(&with_tokens, None).0, Some(1));
    for mapped in ["[::ffff:192.0.2.1]:0", "[::]:0"] {
        assert_eq!(
            start(&["--listen", mapped, "--check-config"], None).0,
            Some(1),
            "{mapped}"
        );
    }
}

#[test]
fn an_empty_secret_is_refused() {
    let (code, told) = start(&["--check-config"], Some(""));
    assert_eq!(code, Some(2));
    assert!(told.contains("anybody could sign"), "{told}");
    let home = tempfile::tempdir().unwrap();
    let secret = home.path().join("secret");
    fs::write(&secret, "\n").unwrap();
    let (code, told, _) = run(&["--secret-file", secret.to_str().unwrap(), "--check-config"]);
    assert_eq!(code, Some(2), "{told}");
}

/// The secret of a file or of the environment is printed nowhere.
#[test]
fn a_secret_of_ones_own_is_not_printed() {
    let server = Server::start(&["--log", "debug"]);
    let list = fs::read(format!("/proc/{}/cmdline", server.process.id())).unwrap();
    assert!(!String::from_utf8_lossy(&list).contains("a secret"));
    let printed = server.printed();
    assert!(printed.contains("as given"), "{printed}");
    assert!(
        !printed.contains("a secret") && !printed.contains("usersig"),
        "{printed}"
    );

    let (code, _, told) = run(&["--secret", "x"]);
    assert_eq!(code, Some(2), "{told}");
}

#[test]
fn a_unix_socket_is_the_users_own() {
    let home = tempfile::tempdir().unwrap();
    let socket = home.path().join("socket");
    let listen = format!("unix:{}", socket.display());
    let server = Server::start(&["--listen", &listen]);
    let mode = fs::metadata(&socket).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let mut stream = std::os::unix::net::UnixStream::connect(&socket).unwrap();
    std::io::Write::write_all(
        &mut stream,
        b"GET /healthz HTTP/1.1\r\nHost: s\r\nConnection: close\r\n\r\n",
    )
    .unwrap();
    let answer = std::io::read_to_string(stream).unwrap();
    assert!(answer.ends_with("ok\n"), "{answer}");
    assert!(server.stop("-TERM").0);
    assert!(!socket.exists());
}

#[test]
fn a_secret_that_can_be_guessed_stays_on_this_machine() {
    let (code, told) = start(&["--listen", "0.0.0.0:0", "--check-config"], Some("short"));
    assert_eq!(code, Some(1));
    assert!(told.contains("can be guessed"), "{told}");
    let (code, told) = start(&["--check-config"], Some("  "));
    assert_eq!(code, Some(2), "{told}");
}

/// Others on the machine read nothing of the state. A parent that is missing is not made.
#[test]
fn the_directory_is_the_users_own() {
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("data");
    let _server = Server::durable(&data, &[]);
    let mode = fs::metadata(&data).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    let missing = home.path().join("not").join("there");
    for check in [&["--check-config"][..], &[]] {
        let options = [&["--data", missing.to_str().unwrap()], check].concat();
        let (code, told) = start(&options, None);
        assert_eq!(code, Some(1));
        assert!(told.contains(missing.to_str().unwrap()), "{told}");
        assert!(!home.path().join("not").exists());
    }
}
