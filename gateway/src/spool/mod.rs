//! The spool: where an event is durable before anybody hears of it.
//!
//! Append-only segments of records; a record is one signed group of events with
//! what belongs to them. [`record`] is the format, [`segment`] the files and
//! their repair after a crash, [`writer`] appends and syncs, [`queue`] collects
//! what callers submit into groups, [`reader`] reads back. No Postgres here:
//! [`crate::drain`] carries records there.

pub mod queue;
pub mod reader;
pub mod record;
pub mod segment;
pub mod writer;

use std::path::PathBuf;
use tributary_core::position::EventSeq;

/// What went wrong in the spool.
#[derive(Debug, thiserror::Error)]
pub enum SpoolError {
    /// The disk refused.
    #[error("cannot {doing} {}", path.display())]
    Io {
        /// What was tried.
        doing: &'static str,
        /// On which file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A sync failed, so nobody knows what is on disk until it is read back.
    #[error("cannot sync {}: whether the event is durable is unknown until the gateway is restarted", path.display())]
    Uncertain {
        /// On which file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The writer died with the event in its hands.
    #[error("the spool's writer is gone: restart the gateway to learn whether the event is durable")]
    Vanished,
    /// Another process holds the folder.
    #[error("the spool {} is in use by another process: stop it first", .0.display())]
    InUse(PathBuf),
    /// Bytes before the end are damaged: something acknowledged may be lost.
    #[error("the spool file {} is damaged at byte {offset}, before its last record: restore the disk, or move the spool folder away to start a new generation", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where the bad record begins.
        offset: u64,
    },
    /// Records do not follow one another, or a signature is wrong.
    #[error("the spool's chain breaks at event {0}: {1}; move the spool folder away to start a new generation")]
    Chain(EventSeq, &'static str),
    /// An encoding inside a record is wrong.
    #[error("a spooled group cannot be read")]
    Decode(#[from] tributary_core::bytes::DecodeError),
    /// The queue before the writer is full.
    #[error("too many events wait to be written")]
    QueueFull,
    /// The spool holds as much as it may; Postgres has to catch up first.
    #[error("the spool holds {0} bytes that Postgres does not have yet, which is its limit")]
    Full(u64),
    /// The writer has ended, or stopped for good after a failed sync.
    #[error("the spool is closed: see the log for the disk error, then restart the gateway")]
    Closed,
    /// No record holds this event any more.
    #[error("event {0} is no longer in the spool")]
    Gone(EventSeq),
    /// What belongs to an event is larger than a record may hold.
    #[error("an event's answer or evidence, or what is submitted together, exceeds the limit of {0}")]
    TooLarge(usize),
    /// Sequences ran out.
    #[error("event sequences have run out")]
    Exhausted,
}

impl SpoolError {
    /// Whether the event may be on disk although no one could say so.
    pub fn is_uncertain(&self) -> bool {
        matches!(self, Self::Uncertain { .. } | Self::Vanished)
    }

    fn io(doing: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { doing, path, source }
    }
}

#[cfg(test)]
mod tests;
