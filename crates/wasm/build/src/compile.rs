//! Compiles `socialgraph-wasm` for the target `wasm32-unknown-unknown`.

use std::collections::BTreeSet;
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Failure, files};

const TARGET: &str = "wasm32-unknown-unknown";
const PROFILE: &str = "wasm";

/// The packages of Debian that have the target.
const DEBIAN: &str = "rustc-web cargo-web rust-web-src lld-19";
const DEBIAN_CARGO: &str = "/usr/bin/cargo";
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_LINKER: &str = "wasm-ld-19";

/// A toolchain that has the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Toolchain {
    /// The one that cargo uses here.
    Own,
    /// Debian's, which builds the standard library along.
    Debian,
}

/// Compiles the crate with features, and returns the path of the WebAssembly.
pub(crate) fn compile(features: &str) -> Result<PathBuf, Failure> {
    let toolchain = toolchain()?;
    let folder = target_folder(toolchain);
    let mut command = cargo(toolchain);
    command
        .current_dir(files::repository())
        .args(["build", "--locked", "--lib", "--profile", PROFILE])
        .args(["--package", "socialgraph-wasm", "--target", TARGET])
        .args(["--no-default-features", "--features", features])
        .arg("--target-dir")
        .arg(&folder)
        .env("CARGO_ENCODED_RUSTFLAGS", flags());

    let status = command.status();
    let status = status.map_err(|error| format!("{}: {error}", program(&command)))?;
    if !status.success() {
        return Err(format!("{} ended with {status}", program(&command)).into());
    }
    let built = folder.join(TARGET).join(PROFILE);
    Ok(built.join("socialgraph_wasm.wasm"))
}

/// Returns the packages that the crate with features is compiled from, each as
/// `NAME vVERSION`, and those of the repository with their folder behind it: `NAME vVERSION (FOLDER)`.
pub(crate) fn packages(features: &str) -> Result<BTreeSet<String>, Failure> {
    let mut command = cargo(Toolchain::Own);
    command
        .current_dir(files::repository())
        .args(["tree", "--locked", "--quiet"])
        .args(["--package", "socialgraph-wasm", "--target", TARGET])
        .args(["--no-default-features", "--features", features])
        .args([
            "--edges",
            "normal,build",
            "--prefix",
            "none",
            "--format",
            "{p}",
        ]);

    let output = command.output();
    let output = output.map_err(|error| format!("{}: {error}", program(&command)))?;
    if !output.status.success() {
        let error = String::from_utf8_lossy(&output.stderr);
        return Err(format!("cargo tree: {}", error.trim_end()).into());
    }
    let lines = String::from_utf8(output.stdout)?;
    // A package that stands there a second time is marked.
    let packages = lines.lines().map(|line| line.trim_end_matches(" (*)"));
    Ok(packages.map(str::to_owned).collect())
}

fn program(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}

/// Returns the command of a toolchain's cargo.
fn cargo(toolchain: Toolchain) -> Command {
    match toolchain {
        Toolchain::Own => Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into())),
        Toolchain::Debian => {
            let mut command = Command::new(DEBIAN_CARGO);
            command
                .env("RUSTC", DEBIAN_RUSTC)
                // Building the standard library is unstable, and Debian's compiler is a release.
                .env("RUSTC_BOOTSTRAP", "1")
                .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", DEBIAN_LINKER)
                .arg("-Zbuild-std=std,panic_abort");
            command
        }
    }
}

/// Returns the toolchain that has the target.
fn toolchain() -> Result<Toolchain, Failure> {
    if has_target() {
        return Ok(Toolchain::Own);
    }
    if is_debian_there() {
        return Ok(Toolchain::Debian);
    }
    Err(format!(
        "the target {TARGET} is missing: `rustup target add {TARGET}`, or on Debian \
         `apt-get install {DEBIAN}`"
    )
    .into())
}

/// Returns whether the compiler at hand has the target's standard library.
fn has_target() -> bool {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc)
        .args(["--print", "target-libdir", "--target", TARGET])
        .output();
    // The folder is printed whether it is there or not.
    output.is_ok_and(|output| {
        let folder = String::from_utf8_lossy(&output.stdout);
        output.status.success() && Path::new(folder.trim()).is_dir()
    })
}

fn is_debian_there() -> bool {
    let is_linker_there = Command::new(DEBIAN_LINKER)
        .arg("--version")
        .output()
        .is_ok();
    is_linker_there
        && [DEBIAN_CARGO, DEBIAN_RUSTC]
            .iter()
            .all(|path| Path::new(path).exists())
}

/// Returns a target folder of the toolchain's own: two compilers would undo each other's work.
fn target_folder(toolchain: Toolchain) -> PathBuf {
    let folder = match env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => env::current_dir().unwrap_or_default().join(folder),
        None => files::repository().join("target"),
    };
    match toolchain {
        Toolchain::Own => folder,
        Toolchain::Debian => folder.join("wasm-debian"),
    }
}

/// Returns the folder that takes what is built, if no other is given.
pub(crate) fn output_folder() -> PathBuf {
    target_folder(Toolchain::Own).join("wasm-packages")
}

/// Returns flags that keep the paths of this machine out of the messages of panics.
///
/// The bytes are then the same wherever the repository is.
fn flags() -> String {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(env::home_dir()?.join(".cargo")));
    let known = [(Some(files::repository()), "socialgraph"), (home, "cargo")];

    let flags = known.into_iter().filter_map(|(folder, name)| {
        Some(format!("--remap-path-prefix={}={name}", folder?.display()))
    });
    // Cargo separates these flags by a control character, since a path may have spaces.
    flags.collect::<Vec<_>>().join("\u{1f}")
}
