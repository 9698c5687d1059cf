//! A user's lists, whole and in pages.

use std::iter::{Copied, FusedIterator};
use std::num::ParseIntError;
use std::str::FromStr;
use std::{fmt, slice, vec};

use super::store::{Listed, Record};
use super::{List, SocialGraph, UnknownUser, UserId, UserRef};

/// A view of one list of a user, in the order of handles.
///
/// ```
/// use socialgraph::{Policy, SocialGraph};
///
/// let mut graph = SocialGraph::new(Policy::tencent_rest());
/// let [alice, bob] = [graph.add_user("alice")?, graph.add_user("bob")?];
/// graph.add_to_blocklist(alice, bob)?;
///
/// let blocklist = graph.blocklist(alice)?;
/// assert_eq!(blocklist.len(), 1);
/// assert!(blocklist.contains(bob) && blocklist.contains("bob"));
/// assert_eq!(blocklist.iter().collect::<Vec<_>>(), [bob]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy)]
pub struct Listing<'a> {
    graph: &'a SocialGraph,
    record: Record<'a>,
    list: List,
}

impl<'a> Listing<'a> {
    /// Returns the number of users on the list. Constant time.
    #[must_use]
    pub fn len(&self) -> usize {
        self.record.count(self.list) as usize
    }

    /// Returns whether the list is empty. Constant time.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns whether a user is on the list. O(log k).
    #[must_use]
    pub fn contains<'u>(&self, user: impl Into<UserRef<'u>>) -> bool {
        let user = user.into().resolve(self.graph);
        self.record.is_listed(self.list, user)
    }

    /// Returns the users on the list, in the order of handles.
    ///
    /// It takes the time that [`page`](Self::page) says, to read as many users.
    ///
    /// ```
    /// use socialgraph::{Policy, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// for name in ["alice", "bob", "carol"] {
    ///     graph.add_user(name)?;
    /// }
    /// let _ = graph.add_many_to_blocklist("alice", ["bob", "carol"])?;
    ///
    /// let mut blocked = graph.blocklist("alice")?.iter();
    /// assert_eq!(blocked.len(), 2);
    /// assert_eq!(blocked.next_back(), graph.user_id("carol"));
    /// for user in graph.blocklist("alice")? {
    ///     println!("{}", graph.name(user).unwrap_or_default());
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn iter(&self) -> ListingIter<'a> {
        ListingIter {
            users: self.record.listed(self.list, UserId::from_u32(0)),
            len: self.len(),
        }
    }

    /// Returns at most `limit` users, from the cursor on.
    ///
    /// The graph may change between two pages. A user who stays on the list is returned exactly
    /// once, and a user who is added or removed meanwhile at most once. A `limit` of 0 returns
    /// no users, and a cursor unless the list ends there.
    ///
    /// A page takes O(k + l log l) for the user's k relations, and for the l users that are on the
    /// list from the cursor on. From 1025 relations on, it takes O(log k) and the time to return
    /// its users, and does not depend on how many users are on the user's other lists.
    ///
    /// ```
    /// use socialgraph::{Cursor, Policy, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// let names = ["alice", "bob", "carol", "dave"];
    /// for name in names {
    ///     graph.add_user(name)?;
    /// }
    /// let _ = graph.add_many_to_blocklist("alice", &names[1..])?;
    ///
    /// let mut cursor = Some(Cursor::START);
    /// let mut blocked = Vec::new();
    /// while let Some(from) = cursor {
    ///     let page = graph.blocklist("alice")?.page(from, 2);
    ///     blocked.extend(page.users);
    ///     cursor = page.next;
    /// }
    /// assert_eq!(blocked, graph.blocklist("alice")?.iter().collect::<Vec<_>>());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn page(&self, cursor: Cursor, limit: usize) -> Page {
        let mut rest = self.record.listed(self.list, UserId::from_u32(cursor.from));
        let users = rest.by_ref().take(limit).collect();
        Page {
            users,
            next: rest.next().map(|user| Cursor {
                from: user.to_u32(),
            }),
        }
    }
}

impl fmt::Debug for Listing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listing")
            .field("user", &self.record.id())
            .field("list", &self.list)
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}

impl<'a> IntoIterator for Listing<'a> {
    type Item = UserId;
    type IntoIter = ListingIter<'a>;

    fn into_iter(self) -> ListingIter<'a> {
        self.iter()
    }
}

impl<'a> IntoIterator for &Listing<'a> {
    type Item = UserId;
    type IntoIter = ListingIter<'a>;

    fn into_iter(self) -> ListingIter<'a> {
        self.iter()
    }
}

/// The users on a list, in the order of handles: see [`Listing::iter`].
#[derive(Clone)]
#[must_use = "iterators do nothing unless they are read"]
pub struct ListingIter<'a> {
    users: Listed<'a>,
    /// The number of users that are left.
    len: usize,
}

impl ListingIter<'_> {
    /// Counts a user whom `users` has returned.
    fn count_down(&mut self, user: Option<UserId>) -> Option<UserId> {
        self.len = self.len.saturating_sub(1);
        user
    }
}

impl Iterator for ListingIter<'_> {
    type Item = UserId;

    fn next(&mut self) -> Option<UserId> {
        let user = self.users.next();
        self.count_down(user)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.len, Some(self.len))
    }
}

impl DoubleEndedIterator for ListingIter<'_> {
    fn next_back(&mut self) -> Option<UserId> {
        let user = self.users.next_back();
        self.count_down(user)
    }
}

impl ExactSizeIterator for ListingIter<'_> {}

impl FusedIterator for ListingIter<'_> {}

impl fmt::Debug for ListingIter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

/// Where a page of a list begins. It prints as a number, and is read from one.
///
/// It stays valid after every write: it may be stored, sent to a client, and used on a later
/// state of the graph.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(transparent))]
pub struct Cursor {
    /// The lowest handle that the page may hold.
    from: u32,
}

impl Cursor {
    /// The start of every list.
    pub const START: Self = Self { from: 0 };

    /// Returns the cursor as a number, 0 for the start.
    #[must_use]
    pub const fn to_u32(self) -> u32 {
        self.from
    }

    /// Returns the cursor with a number. Every number is accepted.
    #[must_use]
    pub const fn from_u32(number: u32) -> Self {
        Self { from: number }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.from.fmt(f)
    }
}

impl FromStr for Cursor {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        text.parse().map(Self::from_u32)
    }
}

impl From<u32> for Cursor {
    fn from(number: u32) -> Self {
        Self::from_u32(number)
    }
}

impl From<Cursor> for u32 {
    fn from(cursor: Cursor) -> Self {
        cursor.from
    }
}

/// A part of a list, and where the next page begins.
///
/// ```
/// use socialgraph::{Cursor, Policy, SocialGraph};
///
/// let mut graph = SocialGraph::new(Policy::tencent_rest());
/// let [alice, bob] = [graph.add_user("alice")?, graph.add_user("bob")?];
/// graph.add_to_blocklist(alice, bob)?;
///
/// let page = graph.blocklist(alice)?.page(Cursor::START, 10);
/// assert_eq!((page.len(), page.next), (1, None));
/// for user in page {
///     assert_eq!(user, bob);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Page {
    /// The users, in the order of handles.
    pub users: Vec<UserId>,
    /// The cursor of the next page, or `None` after the last.
    pub next: Option<Cursor>,
}

impl Page {
    /// Returns the number of users in the page.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.users.len()
    }

    /// Returns whether the page has no users.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.users.is_empty()
    }

    /// Returns the users in the page, in the order of handles.
    pub fn iter(&self) -> Copied<slice::Iter<'_, UserId>> {
        self.users.iter().copied()
    }
}

impl IntoIterator for Page {
    type Item = UserId;
    type IntoIter = vec::IntoIter<UserId>;

    fn into_iter(self) -> vec::IntoIter<UserId> {
        self.users.into_iter()
    }
}

impl<'a> IntoIterator for &'a Page {
    type Item = UserId;
    type IntoIter = Copied<slice::Iter<'a, UserId>>;

    fn into_iter(self) -> Copied<slice::Iter<'a, UserId>> {
        self.iter()
    }
}

impl SocialGraph {
    /// Returns the users whom the user blocks.
    ///
    /// See [`Listing`] for an example.
    ///
    /// # Errors
    /// Fails if the user is unknown.
    pub fn blocklist<'u>(&self, user: impl Into<UserRef<'u>>) -> Result<Listing<'_>, UnknownUser> {
        self.list(user, List::Blocklist)
    }

    /// Returns the users whom the user lists as friends, two-way or one-way.
    ///
    /// ```
    /// use socialgraph::{Policy, SocialGraph, Ways};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// let [alice, bob] = [graph.add_user("alice")?, graph.add_user("bob")?];
    /// graph.add_friend(alice, bob, Ways::OneWay)?;
    /// assert_eq!(graph.friends(alice)?.iter().collect::<Vec<_>>(), [bob]);
    /// assert!(graph.friends(bob)?.is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Fails if the user is unknown.
    pub fn friends<'u>(&self, user: impl Into<UserRef<'u>>) -> Result<Listing<'_>, UnknownUser> {
        self.list(user, List::Friends)
    }

    /// Returns the users whose friend requests to the user are pending.
    ///
    /// ```
    /// use socialgraph::{Policy, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// let [alice, bob] = [graph.add_user("alice")?, graph.add_user("bob")?];
    /// graph.send_friend_request(alice, bob)?;
    /// assert_eq!(graph.requests_in(bob)?.iter().collect::<Vec<_>>(), [alice]);
    /// assert_eq!(graph.requests_out(alice)?.len(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Fails if the user is unknown.
    pub fn requests_in<'u>(
        &self,
        user: impl Into<UserRef<'u>>,
    ) -> Result<Listing<'_>, UnknownUser> {
        self.list(user, List::RequestsIn)
    }

    /// Returns the users to whom the user's own friend requests are pending.
    ///
    /// See [`requests_in`](Self::requests_in) for an example.
    ///
    /// # Errors
    /// Fails if the user is unknown.
    pub fn requests_out<'u>(
        &self,
        user: impl Into<UserRef<'u>>,
    ) -> Result<Listing<'_>, UnknownUser> {
        self.list(user, List::RequestsOut)
    }

    /// Returns the users who block the user.
    ///
    /// It is for the host's own use: a user must not learn who blocks them (R1).
    ///
    /// ```
    /// use socialgraph::{Policy, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// let [alice, bob] = [graph.add_user("alice")?, graph.add_user("bob")?];
    /// graph.add_to_blocklist(alice, bob)?;
    /// assert_eq!(graph.blocked_by(bob)?.iter().collect::<Vec<_>>(), [alice]);
    /// assert!(graph.blocked_by(alice)?.is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Fails if the user is unknown.
    pub fn blocked_by<'u>(&self, user: impl Into<UserRef<'u>>) -> Result<Listing<'_>, UnknownUser> {
        self.list(user, List::BlockedBy)
    }

    /// Returns the users who list the user as a friend, two-way or one-way.
    ///
    /// ```
    /// use socialgraph::{Policy, SocialGraph, Ways};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// let [alice, bob] = [graph.add_user("alice")?, graph.add_user("bob")?];
    /// graph.add_friend(alice, bob, Ways::OneWay)?;
    /// assert_eq!(graph.listed_by(bob)?.iter().collect::<Vec<_>>(), [alice]);
    /// assert!(graph.listed_by(alice)?.is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Fails if the user is unknown.
    pub fn listed_by<'u>(&self, user: impl Into<UserRef<'u>>) -> Result<Listing<'_>, UnknownUser> {
        self.list(user, List::ListedBy)
    }

    /// Returns one list of a user. Constant time.
    ///
    /// ```
    /// use socialgraph::{List, Policy, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// graph.add_user("alice")?;
    /// for list in List::ALL {
    ///     assert!(graph.list("alice", list)?.is_empty());
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Fails if the user is unknown.
    pub fn list<'u>(
        &self,
        user: impl Into<UserRef<'u>>,
        list: List,
    ) -> Result<Listing<'_>, UnknownUser> {
        let record = self.record(user)?;
        Ok(Listing {
            graph: self,
            record,
            list,
        })
    }
}
