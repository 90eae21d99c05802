//! Whether new work is taken: refuses before memory or disk run out, while what
//! was taken can still be finished. Knows no HTTP; charges nothing.

use crate::config::Limits;
use rustix::fs::statvfs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use tributary_core::id::AssetId;

/// Room kept in the spool for each request on its way: its events, their evidence
/// and texts.
const ANSWER_BYTES: u64 = 128 * 1024;
/// How long a look at the disk counts.
const LOOK: Duration = Duration::from_millis(100);

/// Why new work is refused. Trying again later helps.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Shed {
    /// As many answers are on their way as may be.
    #[error("{0} requests are on their way or wait for their turn, which is the limit: retry in a moment")]
    Busy(usize),
    /// The spool is filling: Postgres has to catch up.
    #[error(
        "{pending} bytes of events wait for Postgres; with those on their way the spool's limit of {max} would be reached: retry when Postgres has caught up"
    )]
    Spool {
        /// Bytes Postgres does not have yet.
        pending: u64,
        /// How many there may be.
        max: u64,
    },
    /// The disk is filling.
    #[error("the disk of {} has {free} bytes left and {min} are needed: make room on it, then retry", path.display())]
    Disk {
        /// The spool's folder.
        path: PathBuf,
        /// Bytes that are free.
        free: u64,
        /// Bytes that must be.
        min: u64,
    },
    /// The agent's score is low.
    #[error(
        "the agent {agent} is called {per_second} times a second at most, because of its score: GET /v1/reputation/{agent} explains it; retry in {} seconds", whole_seconds(*wait)
    )]
    Slowed {
        /// Which.
        agent: AssetId,
        /// Paid calls a second.
        per_second: u32,
        /// Until the next one.
        wait: Duration,
    },
    /// The disk cannot be looked at.
    #[error("the room on the disk of {} cannot be found out: check the disk, then retry", .0.display())]
    Unknown(PathBuf),
}

impl Shed {
    /// Seconds after which it makes sense to try again.
    pub fn retry_after(&self) -> u64 {
        match self {
            Self::Busy(_) => 1,
            Self::Slowed { wait, .. } => whole_seconds(*wait),
            Self::Spool { .. } => 5,
            Self::Disk { .. } | Self::Unknown(_) => 30,
        }
    }
}

/// At least as long as that, and at least one.
fn whole_seconds(wait: Duration) -> u64 {
    wait.as_secs().saturating_add(u64::from(wait.subsec_nanos() > 0)).max(1)
}

/// What is under way at the moment.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// Answers on their way or waiting.
    pub answers: usize,
    /// Bytes in the spool that Postgres does not have.
    pub pending: u64,
}

/// Refuses when one more answer would not surely fit.
pub fn admit(load: Load, room: &Room, limits: &Limits) -> Result<(), Shed> {
    if load.answers >= limits.waiting {
        return Err(Shed::Busy(load.answers));
    }
    let promised = (load.answers as u64 + 1).saturating_mul(ANSWER_BYTES);
    if load.pending.saturating_add(promised) > limits.spool_pending_bytes {
        return Err(Shed::Spool { pending: load.pending, max: limits.spool_pending_bytes });
    }
    room_for(room, limits.disk_free_min.saturating_add(promised))
}

/// Refuses when fewer bytes than `min` are free.
pub fn room_for(room: &Room, min: u64) -> Result<(), Shed> {
    match room.free() {
        Some(free) if free < min => Err(Shed::Disk { path: room.folder.clone(), free, min }),
        Some(_) => Ok(()),
        None => Err(Shed::Unknown(room.folder.clone())),
    }
}

/// Looks at the disk of a folder, not more often than makes sense.
#[derive(Debug)]
pub struct Room {
    folder: PathBuf,
    seen: Mutex<Option<(Instant, Option<u64>)>>,
}

impl Room {
    /// For the disk of this folder.
    pub fn of(folder: &Path) -> Self {
        Self { folder: folder.into(), seen: Mutex::new(None) }
    }

    /// Bytes an unprivileged process may still write, unless nobody can tell.
    pub fn free(&self) -> Option<u64> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, free)) = *seen
            && at.elapsed() < LOOK
        {
            return free;
        }
        let free = statvfs(&self.folder).ok().and_then(|found| found.f_bavail.checked_mul(found.f_frsize));
        *seen = Some((Instant::now(), free));
        free
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn limits() -> Limits {
        Limits { waiting: 10, spool_pending_bytes: 1 << 20, disk_free_min: 0, ..Limits::default() }
    }

    #[test]
    fn what_is_on_its_way_counts_before_it_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let room = Room::of(folder.path());
        let load = |answers, pending| admit(Load { answers, pending }, &room, &limits());
        assert_eq!(load(0, 0), Ok(()));
        assert!(matches!(load(10, 0), Err(Shed::Busy(10))));
        assert_eq!(load(3, (1 << 20) - 4 * ANSWER_BYTES), Ok(()));
        assert!(matches!(load(4, (1 << 20) - 4 * ANSWER_BYTES), Err(Shed::Spool { .. })));
    }

    #[test]
    fn a_disk_that_is_nearly_full_or_gone_takes_no_work() {
        let folder = tempfile::tempdir().unwrap();
        let room = Room::of(folder.path());
        let full = Limits { disk_free_min: u64::MAX / 2, ..limits() };
        assert!(matches!(admit(Load { answers: 0, pending: 0 }, &room, &full), Err(Shed::Disk { .. })));
        let gone = Room::of(&folder.path().join("gone"));
        assert!(matches!(admit(Load { answers: 0, pending: 0 }, &gone, &limits()), Err(Shed::Unknown(_))));
    }
}
