//! The running digest of what was decided.

use twox_hash::XxHash3_64;

/// A digest of every outcome so far.
///
/// Each outcome is folded into it. Two histories with the same entries and the same outcomes have
/// the same digest; a release that decides differently gets another one.
#[derive(Clone, Debug)]
pub struct Digest {
    value: u64,
    /// What the current outcome has added.
    bytes: Vec<u8>,
}

impl Digest {
    pub(crate) const fn new(value: u64) -> Self {
        Self {
            value,
            bytes: Vec::new(),
        }
    }

    pub(crate) const fn value(&self) -> u64 {
        self.value
    }

    /// Adds a number.
    pub fn add(&mut self, number: u64) {
        self.bytes.extend_from_slice(&number.to_le_bytes());
    }

    /// Adds a text, and its length.
    pub fn add_text(&mut self, text: &str) {
        self.add(text.len() as u64);
        self.bytes.extend_from_slice(text.as_bytes());
    }

    /// Folds what was added into the digest.
    pub(crate) fn fold(&mut self) {
        self.value = XxHash3_64::oneshot_with_seed(self.value, &self.bytes);
        self.bytes.clear();
    }
}

/// Returns the checksum of bytes.
pub(crate) fn checksum(bytes: &[u8]) -> u64 {
    XxHash3_64::oneshot(bytes)
}
