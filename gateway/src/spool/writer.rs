//! Appends groups to the spool: chained, signed, synced. The only writer.
//!
//! Blocking; [`super::queue`] runs it on a thread of its own.

use super::SpoolError;
use super::reader::{Location, SpoolReader};
use super::record::{Attachment, Record};
use super::segment::{self, SEGMENT_BYTES};
use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tributary_core::event::UsageEvent;
use tributary_core::group::{Group, signed_message};
use tributary_core::id::{GatewayId, GatewayKey, Head};
use tributary_core::position::{EventSeq, Generation};

/// Keeps other processes out of a spool folder while it lives.
#[derive(Debug)]
pub struct SpoolLock {
    _file: File,
}

/// Creates the folder when needed and locks it.
pub fn lock(folder: &Path) -> Result<SpoolLock, SpoolError> {
    fs::create_dir_all(folder).map_err(SpoolError::io("create", folder))?;
    let path = folder.join("lock");
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(SpoolError::io("open", &path))?;
    match file.try_lock() {
        Ok(()) => Ok(SpoolLock { _file: file }),
        Err(TryLockError::WouldBlock) => Err(SpoolError::InUse(folder.into())),
        Err(TryLockError::Error(source)) => Err(SpoolError::io("lock", path)(source)),
    }
}

/// Where the next group goes.
#[derive(Debug)]
pub struct SpoolWriter {
    folder: PathBuf,
    gateway: GatewayId,
    generation: Generation,
    key: SigningKey,
    next: EventSeq,
    head: Head,
    file: Option<OpenSegment>,
    index: SpoolReader,
    pending_bytes_max: u64,
    broken: bool,
    _lock: Arc<SpoolLock>,
}

/// Room is written ahead in pieces of this many bytes.
const ROOM_BYTES: u64 = 1 << 20;

#[derive(Debug)]
struct OpenSegment {
    path: PathBuf,
    file: File,
    /// Where the next record goes.
    length: u64,
    /// Where the file ends: zeros are between.
    room: u64,
}

impl OpenSegment {
    /// Writes a record, and more room behind it when it needs some.
    fn put(&self, bytes: &[u8]) -> std::io::Result<u64> {
        let end = self.length.saturating_add(bytes.len() as u64);
        if end <= self.room {
            return self.file.write_all_at(bytes, self.length).map(|()| self.room);
        }
        let room = end.next_multiple_of(ROOM_BYTES);
        let mut with_room = bytes.to_vec();
        with_room.resize(usize::try_from(room - self.length).unwrap_or(bytes.len()), 0);
        self.file.write_all_at(&with_room, self.length).map(|()| room)
    }

    /// Gives up the room that is left.
    fn trim(&mut self) -> Result<(), SpoolError> {
        if self.room > self.length {
            let trimmed = self.file.set_len(self.length).and_then(|()| self.file.sync_all());
            trimmed.map_err(SpoolError::io("trim", &self.path))?;
            self.room = self.length;
        }
        Ok(())
    }
}

impl Drop for SpoolWriter {
    fn drop(&mut self) {
        // After a failed sync the file is left as it is, to be read back.
        if let Some(open) = self.file.as_mut().filter(|_| !self.broken)
            && let Err(error) = open.trim()
        {
            tracing::debug!(error = &error as &dyn std::error::Error, "room stays at the end of a segment");
        }
    }
}

/// What was read back at the start: one call per record, in order.
pub type Recovered<'a> = &'a mut dyn FnMut(&Record);

impl SpoolWriter {
    /// Reads the whole spool back, cuts a torn tail, checks the chain and every
    /// signature, and stands ready to append.
    pub fn open(
        folder: &Path,
        gateway: GatewayId,
        generation: Generation,
        key: SigningKey,
        pending_bytes_max: u64,
        lock: Arc<SpoolLock>,
        recovered: Recovered<'_>,
    ) -> Result<Self, SpoolError> {
        let index = SpoolReader::new();
        let segments = segment::list(folder)?;
        let mut state: Option<(EventSeq, Head)> = None;
        let mut file = None;
        for (place, (first, path)) in segments.iter().enumerate() {
            let last = place + 1 == segments.len();
            let length = segment::scan(path, last, |record, offset, bytes| {
                let group = &record.group;
                if group.gateway != gateway || group.generation != generation {
                    return Err(SpoolError::Chain(group.first(), "it belongs to another gateway or generation"));
                }
                let (next, head) = state.unwrap_or((*first, group.previous));
                if group.first() != next || group.previous != head {
                    return Err(SpoolError::Chain(group.first(), "it does not continue the group before"));
                }
                let head = verified_head(group)?;
                let next = end_of(group)?;
                state = Some((next, head));
                recovered(&record);
                index.insert(group.first(), Location::new(path, offset, bytes, next, newest_ms(group)));
                Ok(())
            })?;
            if last {
                let handle = OpenOptions::new().write(true).open(path).map_err(SpoolError::io("open", path))?;
                let room = handle.metadata().map_err(SpoolError::io("look at", path))?.len();
                file = Some(OpenSegment { path: path.clone(), file: handle, length, room });
            }
        }
        if state.is_some_and(|_| segments.first().is_some_and(|(first, _)| first.0 == 0)) {
            let origin = index.previous_of_first()?;
            if origin != Head::default() {
                return Err(SpoolError::Chain(EventSeq(0), "the first group names a head before it"));
            }
        }
        let fallback = segments.first().map_or(EventSeq(0), |(first, _)| *first);
        let (next, head) = state.unwrap_or((fallback, Head::default()));
        let folder = folder.to_path_buf();
        Ok(Self {
            folder,
            gateway,
            generation,
            key,
            next,
            head,
            file,
            index,
            pending_bytes_max,
            broken: false,
            _lock: lock,
        })
    }

    /// The sequence the next event gets.
    pub fn next(&self) -> EventSeq {
        self.next
    }

    /// The head after everything appended so far.
    pub fn head(&self) -> Head {
        self.head
    }

    /// Reads what was appended, from any task.
    pub fn reader(&self) -> SpoolReader {
        self.index.clone()
    }

    /// Appends the events as one group and returns when it is durable: the first
    /// one's sequence. Positions in the events are overwritten. After a failed
    /// sync the writer refuses for good, because what is on disk is unknown.
    pub fn append(&mut self, mut batch: Vec<(UsageEvent, Attachment)>) -> Result<EventSeq, SpoolError> {
        if self.broken {
            return Err(SpoolError::Closed);
        }
        let pending = self.index.pending_bytes();
        if pending >= self.pending_bytes_max {
            return Err(SpoolError::Full(pending));
        }
        let first = self.next;
        for (offset, (event, attachment)) in (0u64..).zip(&mut batch) {
            attachment.check()?;
            event.position.gateway = self.gateway;
            event.position.generation = self.generation;
            event.position.sequence = EventSeq(first.0.checked_add(offset).ok_or(SpoolError::Exhausted)?);
        }
        let (events, attachments) = batch.into_iter().unzip();
        let mut group = Group {
            gateway: self.gateway,
            generation: self.generation,
            previous: self.head,
            events,
            key: GatewayKey(self.key.verifying_key().to_bytes()),
            signature: [0; 64],
        };
        let head = group.head();
        group.signature = self.key.sign(&signed_message(&head)).to_bytes();
        let next = end_of(&group)?;
        let newest = newest_ms(&group);
        let bytes = Record { group, attachments }.encode();
        let (path, offset) = self.write(first, &bytes)?;
        self.index.insert(first, Location::new(&path, offset, bytes.len(), next, newest));
        self.next = next;
        self.head = head;
        Ok(first)
    }

    fn write(&mut self, first: EventSeq, bytes: &[u8]) -> Result<(PathBuf, u64), SpoolError> {
        if self.file.as_ref().is_none_or(|open| open.length >= SEGMENT_BYTES) {
            // Before the next segment exists: only the last one may have room.
            self.file.as_mut().map_or(Ok(()), OpenSegment::trim)?;
            let path = segment::path_of(&self.folder, first);
            let file =
                OpenOptions::new().create_new(true).write(true).open(&path).map_err(SpoolError::io("create", &path))?;
            segment::sync_folder(&self.folder)?;
            self.file = Some(OpenSegment { path, file, length: 0, room: 0 });
        }
        let Some(open) = self.file.as_mut() else { return Err(SpoolError::Closed) };
        let offset = open.length;
        match open.put(bytes) {
            Ok(room) => open.room = room,
            Err(source) => {
                // A full disk leaves a part of the record; without it the file is as before.
                let undone = open.file.set_len(offset).and_then(|()| open.file.sync_all());
                open.room = offset;
                if let Err(source) = undone {
                    self.broken = true;
                    return Err(SpoolError::Uncertain { path: open.path.clone(), source });
                }
                return Err(SpoolError::io("write", &open.path)(source));
            }
        }
        if let Err(source) = open.file.sync_data() {
            self.broken = true;
            return Err(SpoolError::Uncertain { path: open.path.clone(), source });
        }
        open.length += bytes.len() as u64;
        Ok((open.path.clone(), offset))
    }
}

fn end_of(group: &Group) -> Result<EventSeq, SpoolError> {
    group.first().0.checked_add(group.events.len() as u64).map(EventSeq).ok_or(SpoolError::Exhausted)
}

fn newest_ms(group: &Group) -> u64 {
    group.events.iter().map(|event| event.at_ms).max().unwrap_or(0)
}

fn verified_head(group: &Group) -> Result<Head, SpoolError> {
    let head = group.head();
    let signature = ed25519_dalek::Signature::from_bytes(&group.signature);
    VerifyingKey::from_bytes(&group.key.0)
        .and_then(|key| key.verify_strict(&signed_message(&head), &signature))
        .map_err(|_| SpoolError::Chain(group.first(), "its signature is wrong"))?;
    Ok(head)
}
