//! TLS, with a certificate that is replaced while the server runs.

use std::fs;
use std::path::Path;
use std::time::Duration;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use reqwest::{Certificate, Client};
use serde_json::json;
use socialgraph_tim::Command;

use super::fixtures::{ADMIN, Server, post, provide, run};

/// Writes a certificate of its own, and returns it.
fn certify(home: &Path) -> String {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
    fs::write(home.join("cert.pem"), cert.pem()).unwrap();
    fs::write(home.join("key.pem"), signing_key.serialize_pem()).unwrap();
    cert.pem()
}

/// Returns a client that trusts one certificate alone.
fn client(certificate: &str) -> Client {
    provide();
    let certificate = Certificate::from_pem(certificate.as_bytes()).unwrap();
    Client::builder()
        .tls_built_in_root_certs(false)
        .add_root_certificate(certificate)
        .pool_max_idle_per_host(0)
        .build()
        .unwrap()
}

#[tokio::test]
async fn a_certificate_is_served_and_replaced() {
    let home = tempfile::tempdir().unwrap();
    let first = certify(home.path());
    let [cert, key] = ["cert.pem", "key.pem"].map(|it| home.path().join(it).display().to_string());
    let server = Server::start(&["--tls-cert", &cert, "--tls-key", &key]);
    assert!(server.address.starts_with("https://"), "{}", server.address);
    let import = server.url(ADMIN, Command::AccountImport);
    let reply = post(&client(&first), &import, &json!({"UserID": "a"})).await;
    assert_eq!(reply["ErrorCode"], 0, "{reply}");

    // A client without TLS gets nothing.
    let plain = import.replace("https://", "http://");
    assert!(
        super::fixtures::client()
            .post(&plain)
            .body("{}")
            .send()
            .await
            .is_err()
    );

    let second = certify(home.path());
    server.signal("-HUP");
    let trusts_second = client(&second);
    let mut is_replaced = false;
    for _ in 0..100 {
        is_replaced = trusts_second.post(&import).body("{}").send().await.is_ok();
        if is_replaced {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(is_replaced);
    assert!(
        client(&first)
            .post(&import)
            .body("{}")
            .send()
            .await
            .is_err()
    );

    // A file that cannot be read leaves the certificate as it is.
    fs::write(home.path().join("cert.pem"), "nonsense").unwrap();
    server.signal("-HUP");
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(trusts_second.post(&import).body("{}").send().await.is_ok());
    let (is_success, log) = server.stop("-TERM");
    assert!(
        is_success && log.contains("the certificate stays as it is"),
        "{log}"
    );
}

#[test]
fn a_key_that_is_anothers_is_refused() {
    let home = tempfile::tempdir().unwrap();
    certify(home.path());
    let cert = fs::read(home.path().join("cert.pem")).unwrap();
    certify(home.path());
    fs::write(home.path().join("cert.pem"), cert).unwrap();
    let [cert, key] = ["cert.pem", "key.pem"].map(|it| home.path().join(it).display().to_string());
    let (code, _, told) = run(&["--tls-cert", &cert, "--tls-key", &key, "--check-config"]);
    assert_eq!(code, Some(1));
    assert!(told.contains("key.pem"), "{told}");
    let (code, _, told) = run(&["--tls-cert", &key, "--tls-key", &key, "--check-config"]);
    assert_eq!(code, Some(1));
    assert!(told.contains("no certificate"), "{told}");
}

/// A client that begins no handshake holds up no stop.
#[test]
fn a_silent_connection_costs_none_of_the_grace() {
    let home = tempfile::tempdir().unwrap();
    certify(home.path());
    let [cert, key] = ["cert.pem", "key.pem"].map(|it| home.path().join(it).display().to_string());
    let server = Server::start(&["--tls-cert", &cert, "--tls-key", &key, "--grace", "60"]);
    let _silent = server.connect();
    std::thread::sleep(Duration::from_millis(300));
    let started = std::time::Instant::now();
    assert!(server.stop("-TERM").0);
    assert!(
        started.elapsed() < Duration::from_secs(9),
        "{:?}",
        started.elapsed()
    );
}
