#![doc = include_str!("../README.md")]

mod audit;
mod backup;
mod cursor;
mod digest;
mod directory;
mod feed;
mod files;
mod graph;
mod history;
mod host;
mod locks;
mod log;
mod machine;
mod note;
mod position;
mod recent;
mod record;
mod snapshot;
mod state;
mod verify;

pub use audit::Audit;
pub use backup::{BackupError, restore};
pub use digest::Digest;
pub use feed::{Feed, FeedError, FeedItem, ItemOf};
pub use graph::{Operations, Outcomes};
pub use history::HistoryError;
pub use host::{
    Answer, Behind, Clock, Halt, Health, Host, OpenError, Options, Pending, Progress, ProposeError,
    Reader, Retention, SnapshotError, Ticket, Warning,
};
pub use log::{AppendError, Extent, Log, LogError, LogSizes, MemoryLog, SqliteLog};
pub use machine::{Machine, Stamp, read_piece, read_pieces, write_piece, write_pieces};
pub use position::{Epoch, ParsePositionError, Position, ProposalId};
pub use recent::{KEPT_OUTCOME_BYTES, KEPT_POSITIONS};
pub use record::{Batch, Mark, Record};
pub use state::PlayError;
pub use verify::{Fault, Verification, verify};
