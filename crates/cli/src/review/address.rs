//! The address that opens a file in a browser.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::Opened;
use crate::text::escaped;

/// Returns the address of the page in a file, with what it opens with.
pub(super) fn of(path: &Path, opened: Option<Opened>) -> Result<String, String> {
    let whole = whole(path).map_err(|error| format!("{}: {error}", escaped(path.display())))?;
    let mut address = of_file(whole.as_os_str().as_encoded_bytes(), Paths::HERE);
    if let Some(Opened { tab, state }) = opened {
        address += "#";
        address += &state.fragment(tab);
    }
    Ok(address)
}

/// Returns a path from the root, without links and `..`.
fn whole(path: &Path) -> io::Result<PathBuf> {
    if cfg!(windows) {
        // There, `canonicalize` returns a form that no browser reads.
        std::path::absolute(path)
    } else {
        fs::canonicalize(path)
    }
}

/// How the paths of a system are written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Paths {
    Unix,
    /// With a drive or the name of a server, and backslashes.
    Windows,
}

impl Paths {
    const HERE: Self = if cfg!(windows) {
        Self::Windows
    } else {
        Self::Unix
    };
}

/// Returns the address of a file, of the bytes of its path. They are percent-encoded unless they
/// are unreserved (RFC 3986).
fn of_file(path: &[u8], paths: Paths) -> String {
    let (start, path) = match paths {
        Paths::Unix => ("file://", path),
        Paths::Windows => match path.strip_prefix(br"\\") {
            Some(path) => ("file://", path),
            // A drive has no slash before it.
            None => ("file:///", path),
        },
    };
    let mut address = start.to_owned();
    for byte in path {
        match byte {
            b'\\' if paths == Paths::Windows => address.push('/'),
            b':' if paths == Paths::Windows => address.push(':'),
            b'/' | b'-' | b'.' | b'_' | b'~' => address.push(char::from(*byte)),
            byte if byte.is_ascii_alphanumeric() => address.push(char::from(*byte)),
            // Writing to a string does not fail.
            byte => {
                let _ = write!(address, "%{byte:02X}");
            }
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use super::{Paths, of_file};

    #[test]
    fn every_byte_that_a_browser_could_misread_is_encoded() {
        let path = b"/a b/c#d?e%20/\xc3\xa9\xff'\"\\&:~-_.html\n";
        assert_eq!(
            of_file(path, Paths::Unix),
            "file:///a%20b/c%23d%3Fe%2520/%C3%A9%FF%27%22%5C%26%3A~-_.html%0A"
        );
    }

    #[test]
    fn a_path_of_windows_has_its_drive_or_its_server() {
        let of_file = |path: &[u8]| of_file(path, Paths::Windows);
        assert_eq!(of_file(br"C:\a b\#1.html"), "file:///C:/a%20b/%231.html");
        assert_eq!(of_file(br"\\server\a\1.html"), "file://server/a/1.html");
    }
}
