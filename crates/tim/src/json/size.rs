//! The bytes of JSON, counted before it is written and limited while it is.

use std::io;

use serde::Serialize;

use super::tag_item::{TagItem, TagValue};

/// The bytes of a tagged value besides its texts: names of fields, brackets and a comma.
const TAG_ITEM_FRAME: usize = r#"{"Tag":,"Value":},"#.len();

/// The most bytes of a whole number.
const MAX_NUMBER_BYTES: usize = 20;

/// Returns the bytes of a text in JSON, and a comma.
pub(crate) fn text_bytes(text: &str) -> usize {
    let escaped = |byte| match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 8 | 12 => 2,
        0..=31 => 6,
        _ => 1,
    };
    text.bytes().map(escaped).sum::<usize>() + r#""","#.len()
}

/// Returns the bytes of tagged values in JSON, or a little more.
pub(crate) fn tag_items_bytes(items: &[TagItem]) -> usize {
    let value_bytes = |value: &TagValue| match value {
        TagValue::Text(text) => text_bytes(text),
        TagValue::Number(_) => MAX_NUMBER_BYTES,
        TagValue::Texts(texts) => texts.iter().map(|text| text_bytes(text)).sum(),
    };
    let item_bytes =
        |item: &TagItem| TAG_ITEM_FRAME + text_bytes(&item.tag) + value_bytes(&item.value);
    items.iter().map(item_bytes).sum()
}

/// Returns a value as JSON, or `None` if it has more than these bytes.
pub(crate) fn to_vec_within(value: &impl Serialize, max_bytes: usize) -> Option<Vec<u8>> {
    let mut within = Within {
        bytes: Vec::new(),
        max_bytes,
    };
    serde_json::to_writer(&mut within, value).ok()?;
    Some(within.bytes)
}

/// Bytes up to a limit.
struct Within {
    bytes: Vec<u8>,
    max_bytes: usize,
}

impl io::Write for Within {
    fn write(&mut self, more: &[u8]) -> io::Result<usize> {
        if more.len() > self.max_bytes.saturating_sub(self.bytes.len()) {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(more);
        Ok(more.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
