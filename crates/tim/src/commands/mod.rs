//! The commands: each file has the requests and responses of a topic, and runs its requests.
//!
//! A new command is a row of the [table](crate::command_table) and a request in one of these files.

pub(crate) mod accounts;
pub(crate) mod blocklists;
pub(crate) mod friend_queries;
pub(crate) mod friends;
pub(crate) mod groups;
pub(crate) mod messages;
pub(crate) mod profiles;
