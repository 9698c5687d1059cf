//! A service taken apart for a snapshot, and put together again.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use socialgraph::{SocialGraph, UserId};

use super::Service;
use super::invariants::ServiceViolation;
use super::records::{Account, Friend, Pair, Records};
use super::settings::Settings;
use crate::json::tag_item::TagValue;

/// One record of a service, for a snapshot.
///
/// Opaque: a host writes what [`Service::saved_records`] returns, and hands it to
/// [`Service::from_parts`]. Its serde form suits formats that do not describe themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SavedRecord(Kind);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Account(UserId, #[serde(with = "shared")] Arc<Account>),
    Friend(Pair, #[serde(with = "shared")] Arc<Friend>),
    Request(Pair, #[serde(with = "shared")] Arc<Friend>),
    BlockedAt(Pair, u64),
    Foreign(String),
    LastSequence(u64),
}

impl Service {
    /// Returns the records beside the graph, for a snapshot.
    ///
    /// They are in a fixed order. Each shares its texts with the service, so that a snapshot can
    /// be written in pieces without a copy of everything. With the graph and the settings, they
    /// are the whole service.
    ///
    /// ```
    /// use std::time::UNIX_EPOCH;
    ///
    /// use socialgraph::{Policy, SocialGraph};
    /// use socialgraph_tim::wire::BlackListAdd;
    /// use socialgraph_tim::{Caller, SavedRecord, Service};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// graph.add_user("id")?;
    /// graph.add_user("id1")?;
    /// let mut service = Service::new(graph);
    /// let block = BlackListAdd { from_account: "id".into(), to_account: vec!["id1".into()] };
    /// service.run(&block, &Caller::user("id"), UNIX_EPOCH)?;
    ///
    /// let records: Vec<SavedRecord> = service.saved_records().collect();
    /// assert_eq!(records.len(), service.saved_record_count());
    /// let loaded = Service::from_parts(service.graph().clone(), service.settings(), records)?;
    /// assert_eq!(loaded, service);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn saved_records(&self) -> impl Iterator<Item = SavedRecord> {
        self.records.saved().map(SavedRecord)
    }

    /// Returns the number of [`saved_records`](Self::saved_records), in constant time.
    #[must_use]
    pub fn saved_record_count(&self) -> usize {
        self.records.saved_count()
    }

    /// Returns a service of a graph, settings, and saved records in their order.
    ///
    /// See [`saved_records`](Self::saved_records) for an example. O(n · log n) for n records.
    ///
    /// # Errors
    /// Fails if the graph lacks the user, friend, request or block of a record, if a friend is in
    /// a group that its owner does not have, or if two records have one key.
    pub fn from_parts(
        graph: SocialGraph,
        settings: Settings,
        records: impl IntoIterator<Item = SavedRecord>,
    ) -> Result<Self, ServiceViolation> {
        let mut service = Self::new(graph).with_settings(settings);
        for SavedRecord(record) in records {
            service.records.insert_saved(record)?;
        }
        service.records.set_counts();
        service.check_records()?;
        Ok(service)
    }
}

impl Records {
    fn saved(&self) -> impl Iterator<Item = Kind> {
        let accounts = self.accounts.iter();
        let accounts = accounts.map(|(user, account)| Kind::Account(*user, account.clone()));
        let friends = self.friends.iter();
        let friends = friends.map(|(pair, friend)| Kind::Friend(*pair, friend.clone()));
        let requests = self.requests.iter();
        let requests = requests.map(|(pair, friend)| Kind::Request(*pair, friend.clone()));
        let blocks = self.blocked_at.iter();
        let blocks = blocks.map(|(pair, time)| Kind::BlockedAt(*pair, *time));
        let foreign = self.foreign.iter();
        let foreign = foreign.map(|name| Kind::Foreign(name.to_string()));
        let last_sequence = std::iter::once(Kind::LastSequence(self.last_sequence));

        let of_accounts = accounts.chain(foreign).chain(last_sequence);
        of_accounts.chain(friends).chain(requests).chain(blocks)
    }

    fn saved_count(&self) -> usize {
        let of_accounts = self.accounts.len() + self.foreign.len() + 1;
        of_accounts + self.friends.len() + self.requests.len() + self.blocked_at.len()
    }

    fn insert_saved(&mut self, record: Kind) -> Result<(), ServiceViolation> {
        let is_new = match record {
            Kind::Account(user, mut account) => {
                // A record that comes from a service, and not from bytes, has its count.
                if account.field_bytes > 0 {
                    Arc::make_mut(&mut account).field_bytes = 0;
                }
                self.accounts.insert(user, account).is_none()
            }
            Kind::Friend(pair, mut friend) => {
                self.share_groups(pair.owner, &mut friend);
                self.friends.insert(pair, friend).is_none()
            }
            Kind::Request(pair, friend) => self.requests.insert(pair, friend).is_none(),
            Kind::BlockedAt(pair, time) => self.blocked_at.insert(pair, time).is_none(),
            Kind::Foreign(name) => self.foreign.insert(name.into()).is_none(),
            Kind::LastSequence(sequence) => {
                std::mem::replace(&mut self.last_sequence, sequence) == 0
            }
        };
        is_new.then_some(()).ok_or(ServiceViolation::Repeated)
    }

    /// Lets a friend share the names of its owner's groups. Accounts come before friends.
    fn share_groups(&self, owner: UserId, friend: &mut Arc<Friend>) {
        let Some(account) = self.account(owner).filter(|_| !friend.groups.is_empty()) else {
            return;
        };
        for name in &mut Arc::make_mut(friend).groups {
            if let Some(shared) = account.group(name) {
                *name = Arc::clone(shared);
            }
        }
    }

    /// Sets the counts of bytes of records that were inserted uncounted.
    fn set_counts(&mut self) {
        for (user, bytes) in self.recount() {
            self.account_mut(user).field_bytes = bytes;
            self.field_bytes += bytes;
        }
    }
}

/// Values behind an `Arc`, as themselves.
mod shared {
    use super::{Arc, Deserialize, Serialize};

    pub(super) fn serialize<T: Serialize, S: serde::Serializer>(
        value: &Arc<T>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        value.as_ref().serialize(serializer)
    }

    pub(super) fn deserialize<'de, T: Deserialize<'de>, D: serde::Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Arc<T>, D::Error> {
        T::deserialize(deserializer).map(Arc::new)
    }
}

/// Shared names, as themselves.
pub(super) mod names {
    use super::{Arc, Deserialize};

    pub(in super::super) fn serialize<S: serde::Serializer>(
        names: &[Arc<str>],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(names.iter().map(AsRef::as_ref))
    }

    pub(in super::super) fn deserialize<'de, D: serde::Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<Arc<str>>, D::Error> {
        let names = Vec::<Box<str>>::deserialize(deserializer)?;
        Ok(names.into_iter().map(Arc::from).collect())
    }
}

/// The values of tags with their kinds, which the wire leaves out.
pub(super) mod tag_values {
    use super::{BTreeMap, Deserialize, Serialize, TagValue};

    type Values = BTreeMap<Box<str>, TagValue>;

    #[derive(Serialize, Deserialize)]
    #[serde(remote = "TagValue", rename_all = "snake_case")]
    enum Tagged {
        Text(String),
        Number(i64),
        Texts(Vec<String>),
    }

    #[derive(Serialize)]
    struct Written<'a>(#[serde(with = "Tagged")] &'a TagValue);

    #[derive(Deserialize)]
    struct Read(#[serde(with = "Tagged")] TagValue);

    pub(in super::super) fn serialize<S: serde::Serializer>(
        values: &Values,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_map(values.iter().map(|(tag, value)| (tag, Written(value))))
    }

    pub(in super::super) fn deserialize<'de, D: serde::Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Values, D::Error> {
        let values = BTreeMap::<Box<str>, Read>::deserialize(deserializer)?;
        let values = values.into_iter().map(|(tag, Read(value))| (tag, value));
        Ok(values.collect())
    }
}
