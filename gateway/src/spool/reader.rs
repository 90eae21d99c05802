//! Reads records back by sequence, and forgets segments nobody needs.
//!
//! Shared by the drain, by retries that ask for an answer again, and by the
//! writer, which alone adds to it.

use super::SpoolError;
use super::record::{Attachment, Record};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tributary_core::event::UsageEvent;
use tributary_core::id::Head;
use tributary_core::position::EventSeq;

/// Where a record lies.
#[derive(Clone, Debug)]
pub struct Location {
    path: Arc<Path>,
    offset: u64,
    length: usize,
    end: EventSeq,
    newest_ms: u64,
}

impl Location {
    /// A record of `length` bytes at `offset`, whose events end before `end`.
    pub fn new(path: &Path, offset: u64, length: usize, end: EventSeq, newest_ms: u64) -> Self {
        Self { path: path.into(), offset, length, end, newest_ms }
    }
}

#[derive(Debug, Default)]
struct Index {
    records: BTreeMap<EventSeq, Location>,
    drained: EventSeq,
    pending_bytes: u64,
}

/// A handle to everything the spool holds.
#[derive(Clone, Debug, Default)]
pub struct SpoolReader(Arc<Mutex<Index>>);

impl SpoolReader {
    /// Holds nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    fn index(&self) -> MutexGuard<'_, Index> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a record whose first event is `first`.
    pub(super) fn insert(&self, first: EventSeq, location: Location) {
        let mut index = self.index();
        index.pending_bytes = index.pending_bytes.saturating_add(location.length as u64);
        index.records.insert(first, location);
    }

    pub(super) fn previous_of_first(&self) -> Result<Head, SpoolError> {
        let first = self.index().records.first_key_value().map(|(first, _)| *first);
        match first {
            Some(first) => Ok(self.record(first)?.group.previous),
            None => Ok(Head::default()),
        }
    }

    /// Bytes of the records that Postgres does not have yet.
    pub fn pending_bytes(&self) -> u64 {
        self.index().pending_bytes
    }

    /// One past the last durable event, when the spool holds any.
    pub fn end(&self) -> Option<EventSeq> {
        self.index().records.last_key_value().map(|(_, location)| location.end)
    }

    /// The first event the spool still holds.
    pub fn start(&self) -> Option<EventSeq> {
        self.index().records.first_key_value().map(|(first, _)| *first)
    }

    /// The record that holds this event.
    pub fn record(&self, sequence: EventSeq) -> Result<Record, SpoolError> {
        let location = {
            let index = self.index();
            let found = index.records.range(..=sequence).next_back();
            found.map(|(_, location)| location.clone()).filter(|location| sequence < location.end)
        }
        .ok_or(SpoolError::Gone(sequence))?;
        let file = File::open(&location.path).map_err(SpoolError::io("open", &*location.path))?;
        let mut bytes = vec![0; location.length];
        file.read_exact_at(&mut bytes, location.offset).map_err(SpoolError::io("read", &*location.path))?;
        match Record::read(&bytes) {
            Some(read) => Ok(read?.0),
            None => Err(SpoolError::Damaged { path: location.path.to_path_buf(), offset: location.offset }),
        }
    }

    /// One event and what belongs to it.
    pub fn event(&self, sequence: EventSeq) -> Result<(UsageEvent, Attachment), SpoolError> {
        let record = self.record(sequence)?;
        record
            .place_of(sequence)
            .and_then(|place| {
                let event = record.group.events.get(place)?.clone();
                Some((event, record.attachments.get(place)?.clone()))
            })
            .ok_or(SpoolError::Gone(sequence))
    }

    /// Notes that Postgres has every event before `end`.
    pub fn drained(&self, end: EventSeq) {
        let mut index = self.index();
        let from = index.drained;
        let bytes: u64 = index
            .records
            .range(from..)
            .take_while(|(_, location)| location.end <= end)
            .map(|(_, location)| location.length as u64)
            .sum();
        index.pending_bytes = index.pending_bytes.saturating_sub(bytes);
        index.drained = from.max(end);
    }

    /// Deletes segments that are drained and whose newest event is older than
    /// `before_ms`; the newest segment always stays. Returns how many.
    pub fn prune(&self, before_ms: u64) -> Result<usize, SpoolError> {
        let mut index = self.index();
        let mut segments = Vec::<(Arc<Path>, EventSeq, u64)>::new();
        for location in index.records.values() {
            match segments.last_mut() {
                Some(last) if last.0 == location.path => {
                    last.1 = location.end;
                    last.2 = last.2.max(location.newest_ms);
                }
                _ => segments.push((location.path.clone(), location.end, location.newest_ms)),
            }
        }
        segments.pop();
        // Only a prefix may go: the chain has no holes.
        let gone: Vec<PathBuf> = segments
            .into_iter()
            .take_while(|(_, end, newest_ms)| *end <= index.drained && *newest_ms < before_ms)
            .map(|(path, ..)| path.to_path_buf())
            .collect();
        for path in &gone {
            fs::remove_file(path).map_err(SpoolError::io("delete", path))?;
            index.records.retain(|_, location| *location.path != **path);
        }
        Ok(gone.len())
    }
}
