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
    let mut address = of_file(&whole);
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

/// Returns the address of a file. Its bytes are percent-encoded unless they are unreserved
/// (RFC 3986).
fn of_file(path: &Path) -> String {
    let mut address = "file://".to_owned();
    // A path with a drive has no slash before it.
    if cfg!(windows) {
        address.push('/');
    }
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'\\' if cfg!(windows) => address.push('/'),
            b':' if cfg!(windows) => address.push(':'),
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

#[cfg(all(test, unix))]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    use super::of_file;

    #[test]
    fn every_byte_that_a_browser_could_misread_is_encoded() {
        let path = OsStr::from_bytes(b"/a b/c#d?e%20/\xc3\xa9\xff'\"\\&~-_.html\n");
        assert_eq!(
            of_file(path.as_ref()),
            "file:///a%20b/c%23d%3Fe%2520/%C3%A9%FF%27%22%5C%26~-_.html%0A"
        );
    }
}
