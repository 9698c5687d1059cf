//! Bytes that are text in UTF-8, and the kinds of files that are not.

use super::fault::{Fault, Malformed, ReadError};

/// Returns the bytes without a byte order mark, unless they are of another encoding.
pub(crate) fn utf8(bytes: &[u8]) -> Result<&[u8], ReadError> {
    let refused = |error: &str| Err(ReadError::Refused(error.to_owned()));

    // A spreadsheet on Windows saves "Unicode text" in UTF-16.
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return refused(
            "the file is UTF-16, and has to be UTF-8: convert it with \
             `iconv -f UTF-16 -t UTF-8 FILE`",
        );
    }
    if bytes.starts_with(b"\x1f\x8b") {
        return refused("the file is compressed: unpack it with `gunzip`");
    }
    if bytes.contains(&0) {
        // Of a Latin letter in UTF-16, one byte is NUL.
        let order = if bytes.first() == Some(&0) {
            "BE"
        } else {
            "LE"
        };
        return refused(&format!(
            "the file has NUL bytes, as UTF-16 without a byte order mark does, and has to be \
             UTF-8: convert it with `iconv -f UTF-16{order} -t UTF-8 FILE`"
        ));
    }
    Ok(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes))
}

/// Returns bytes as text, or the line that is not UTF-8.
pub(crate) fn text(bytes: &[u8]) -> Result<&str, Malformed> {
    std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let lines = before.split(|byte| *byte == b'\n');
        Fault::from(error).at(lines.count())
    })
}

#[cfg(test)]
mod tests {
    use super::{text, utf8};

    #[test]
    fn a_byte_order_mark_is_dropped_and_other_encodings_are_refused() {
        assert_eq!(utf8(b"\xef\xbb\xbfann"), Ok(&b"ann"[..]));
        for (bytes, word) in [
            (&b"\xff\xfea\0n\0"[..], "UTF-16, and"),
            (b"\xfe\xff\0a\0n", "UTF-16, and"),
            (b"a\0n\0", "UTF-16LE"),
            (b"\0a\0n", "UTF-16BE"),
            (b"\x1f\x8b\x08\0", "compressed"),
        ] {
            let error = utf8(bytes).unwrap_err().to_string();
            assert!(error.contains(word), "{error}");
        }
    }

    #[test]
    fn a_line_that_is_not_utf_8_is_named() {
        assert_eq!(text("änn\n".as_bytes()), Ok("änn\n"));
        for (bytes, line) in [(&b"\xff"[..], 1), (b"ann\n\nb\xff", 3)] {
            assert_eq!(text(bytes).unwrap_err().line, line);
        }
    }
}
