//! The first reading of a body: its grammar, its accounts and its sizes, without a tree.
//!
//! Fields that a command does not have are skipped by the second reading, which is lenient about
//! what is in them. This one visits every value, as a tree of JSON would be built from.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::Command;

/// The most elements of a list, anywhere in a body.
///
/// An element of a few bytes takes some hundred in memory, so the length of a body bounds this
/// badly. The vendor's own limit is 1000 items.
pub(crate) const MAX_LIST_LEN: usize = 1 << 14;

/// The most bytes of a text, anywhere in a body. The vendor's messages have 12 KB.
pub(crate) const MAX_TEXT_BYTES: usize = 1 << 16;

/// The fields that name accounts, in a body and in the items of its lists.
const ACCOUNTS: [&str; 4] = ["From_Account", "To_Account", "UserID", "Accounts"];

/// What is wrong with a body that is JSON. The last one counts most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Flaw {
    /// An account is not a text.
    AccountNotText,
    /// A list or a text is too long.
    TooLong,
}

/// Reads a body. Returns the flaw that counts most if it has any.
///
/// # Errors
/// Fails if the body is not JSON.
pub(crate) fn scan(body: &[u8]) -> serde_json::Result<Option<Flaw>> {
    let mut flaw = None;
    let mut json = serde_json::Deserializer::from_slice(body);
    let scan = Scan {
        place: Place::Body,
        flaw: &mut flaw,
    };

    scan.deserialize(&mut json)?;
    json.end()?;
    Ok(flaw)
}

/// Where a value is in a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// The body itself.
    Body,
    /// A list whose items name accounts.
    Items,
    /// An item of such a list.
    Item,
    /// A field that names an account or several.
    Account,
    /// An element of such a field.
    AccountInList,
    /// Anywhere else.
    Other,
}

impl Place {
    /// Returns the place of a field's value.
    fn of_field(self, name: &str) -> Self {
        match self {
            Self::Body if Command::ITEM_LISTS.contains(&name) => Self::Items,
            Self::Body | Self::Item if ACCOUNTS.contains(&name) => Self::Account,
            _ => Self::Other,
        }
    }

    /// Returns the place of an element.
    const fn of_element(self) -> Self {
        match self {
            Self::Items => Self::Item,
            Self::Account => Self::AccountInList,
            _ => Self::Other,
        }
    }
}

/// Reads one value.
struct Scan<'f> {
    place: Place,
    flaw: &'f mut Option<Flaw>,
}

impl Scan<'_> {
    /// Notes a flaw. What is too long counts more, because a message may have other accounts.
    fn find(&mut self, flaw: Flaw) {
        *self.flaw = (*self.flaw).max(Some(flaw));
    }

    /// Notes a value that is no text, no list and not `null`.
    fn no_text(&mut self) {
        if matches!(self.place, Place::Account | Place::AccountInList) {
            self.find(Flaw::AccountNotText);
        }
    }
}

impl<'de> DeserializeSeed<'de> for Scan<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Scan<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E: Error>(mut self, _: bool) -> Result<(), E> {
        self.no_text();
        Ok(())
    }

    fn visit_i64<E: Error>(mut self, _: i64) -> Result<(), E> {
        self.no_text();
        Ok(())
    }

    fn visit_u64<E: Error>(mut self, _: u64) -> Result<(), E> {
        self.no_text();
        Ok(())
    }

    fn visit_f64<E: Error>(mut self, _: f64) -> Result<(), E> {
        self.no_text();
        Ok(())
    }

    fn visit_unit<E: Error>(mut self) -> Result<(), E> {
        if self.place == Place::AccountInList {
            self.find(Flaw::AccountNotText);
        }
        Ok(())
    }

    fn visit_str<E: Error>(mut self, text: &str) -> Result<(), E> {
        if text.len() > MAX_TEXT_BYTES {
            self.find(Flaw::TooLong);
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        if self.place == Place::AccountInList {
            self.find(Flaw::AccountNotText);
        }

        let place = self.place.of_element();
        let mut len = 0;
        loop {
            let flaw = &mut *self.flaw;
            if list.next_element_seed(Scan { place, flaw })?.is_none() {
                return Ok(());
            }
            len += 1;
            if len > MAX_LIST_LEN {
                self.find(Flaw::TooLong);
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut fields: A) -> Result<(), A::Error> {
        self.no_text();
        while let Some(place) = fields.next_key_seed(Name(self.place))? {
            let flaw = &mut *self.flaw;
            fields.next_value_seed(Scan { place, flaw })?;
        }
        Ok(())
    }
}

/// Reads a field's name, in the object at a place. Returns the place of its value.
struct Name(Place);

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Place;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Place, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Name {
    type Value = Place;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field's name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Place, E> {
        Ok(self.0.of_field(name))
    }
}
