//! The span index in files: maps its segments, adds texts, merges. One process
//! writes a folder; it holds the folder's lock. Answers are the index's own:
//! nothing here knows what a match is.
//!
//! A segment's file is written whole, synced and renamed before the list names
//! it, and the list is replaced in the same way: a crash leaves the index before
//! or after an addition, and at most files that the next opening deletes.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tributary_attribution::index::to_merge;
use tributary_attribution::{Document, IndexError, Segment, SpanIndex};

/// The file that names the segments, in order of arrival.
const LIST: &str = "segments";
/// The list's first line.
const LIST_HEAD: &str = "tributary span index 1";
/// The file whose lock the writer holds.
const LOCK: &str = "lock";
/// How segments' names end.
const SEGMENT: &str = ".segment";
/// How the names of unfinished files end.
const PART: &str = ".part";
/// Segments do not merge beyond this many bytes of text: merging takes about 17
/// bytes of memory for each, so 4.3 GiB.
pub const SEGMENT_TEXT_MAX: usize = 256 << 20;

/// Why a store cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file system refused.
    #[error("cannot {doing} {path}: check that the folder is ours, on a disk with room")]
    Io {
        /// What was tried.
        doing: &'static str,
        /// With what.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// Another process writes the folder.
    #[error("another process uses the span index in {0}: stop it first")]
    Locked(PathBuf),
    /// The list is not one.
    #[error("{0} is no list of segments: delete the folder and add the texts anew")]
    List(PathBuf),
    /// A segment is damaged, or texts cannot be indexed.
    #[error("{path} cannot be used")]
    Segment {
        /// Which file, or the folder for new texts.
        path: PathBuf,
        /// Why.
        source: IndexError,
    },
}

/// See the crate's head.
#[derive(Debug)]
pub struct SpanStore {
    folder: PathBuf,
    /// Locked while the store lives.
    _lock: File,
    /// Names of the segments' files, in order of arrival.
    names: Vec<String>,
    index: Arc<SpanIndex>,
    /// The number of the next file.
    next: u64,
    limit: usize,
}

impl SpanStore {
    /// Opens a folder's index, or begins an empty one. Segments merge up to
    /// `limit` bytes of text, usually [`SEGMENT_TEXT_MAX`]. Checks the headers of
    /// all segments; [`SpanStore::check`] reads them whole.
    pub fn open(folder: &Path, limit: usize) -> Result<Self, StoreError> {
        fs::create_dir_all(folder).map_err(io_error("create", folder))?;
        let lock_path = folder.join(LOCK);
        let lock = File::create(&lock_path).map_err(io_error("create", &lock_path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StoreError::Locked(folder.into())),
            Err(TryLockError::Error(source)) => return Err(io_error("lock", &lock_path)(source)),
        }
        let names = read_list(&folder.join(LIST))?;
        let segments = names.iter().map(|name| map(&folder.join(name))).collect::<Result<Vec<_>, _>>()?;
        let index = Arc::new(SpanIndex::new(segments).map_err(segment_error(folder))?);
        let next = names.iter().filter_map(|name| number_of(name)).max().map_or(0, |last| last + 1);
        let store = Self { folder: folder.into(), _lock: lock, names, index, next, limit };
        store.delete_unnamed()?;
        Ok(store)
    }

    /// The index as it is now. Stays valid while the store goes on growing.
    pub fn index(&self) -> &Arc<SpanIndex> {
        &self.index
    }

    /// Reads every segment whole and compares it with its hash.
    pub fn check(&self) -> Result<(), StoreError> {
        for (name, segment) in self.names.iter().zip(self.index.segments()) {
            segment.check_body().map_err(segment_error(&self.folder.join(name)))?;
        }
        Ok(())
    }

    /// Adds texts; they are durable when this returns. An error leaves the index
    /// as it was.
    pub fn add(&mut self, documents: &[Document<'_>]) -> Result<(), StoreError> {
        let built = Segment::build(documents).map_err(segment_error(&self.folder))?;
        let mut segments = self.index.segments().to_vec();
        let mut names = self.names.clone();
        segments.push(built);
        let sizes: Vec<usize> = segments.iter().map(Segment::text_len).collect();
        let range = to_merge(&sizes, self.limit).unwrap_or(segments.len() - 1..segments.len());
        if range.len() > 1 {
            // What is damaged must not be hashed anew as if it were right.
            for (segment, name) in segments[range.clone()].iter().zip(&names[range.start..]) {
                segment.check_body().map_err(segment_error(&self.folder.join(name)))?;
            }
            let merged = Segment::merge(&segments[range.clone()]).map_err(segment_error(&self.folder))?;
            segments.splice(range.clone(), [merged]);
        }
        let name = format!("{:020}{SEGMENT}", self.next);
        let path = self.folder.join(&name);
        self.write(&path, segments[range.start].bytes())?;
        segments[range.start] = map(&path)?;
        names.splice(range.start.., [name]);
        let index = SpanIndex::new(segments).map_err(segment_error(&self.folder))?;
        let list = std::iter::once(LIST_HEAD).chain(names.iter().map(String::as_str));
        let list: String = list.flat_map(|line| [line, "\n"]).collect();
        self.write(&self.folder.join(LIST), list.as_bytes())?;
        self.next += 1;
        (self.names, self.index) = (names, Arc::new(index));
        // Whoever still maps a deleted file keeps it until they let go.
        self.delete_unnamed()
    }

    /// Writes a file so that it is either whole and durable or not there.
    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
        let part = path.with_extension(&PART[1..]);
        let mut file = File::create(&part).map_err(io_error("create", &part))?;
        file.write_all(bytes).and_then(|()| file.sync_all()).map_err(io_error("write", &part))?;
        fs::rename(&part, path).map_err(io_error("rename", &part))?;
        let folder = File::open(&self.folder).and_then(|folder| folder.sync_all());
        folder.map_err(io_error("sync", &self.folder))
    }

    fn delete_unnamed(&self) -> Result<(), StoreError> {
        let reading = || io_error("read", &self.folder);
        for entry in fs::read_dir(&self.folder).map_err(reading())? {
            let name = entry.map_err(reading())?.file_name();
            let Some(name) = name.to_str() else { continue };
            let ours = name.ends_with(SEGMENT) || name.ends_with(PART);
            if ours && !self.names.iter().any(|kept| kept == name) {
                let path = self.folder.join(name);
                fs::remove_file(&path).map_err(io_error("delete", &path))?;
            }
        }
        Ok(())
    }
}

fn number_of(name: &str) -> Option<u64> {
    name.strip_suffix(SEGMENT)?.parse().ok()
}

fn read_list(path: &Path) -> Result<Vec<String>, StoreError> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => return Err(io_error("read", path)(source)),
    };
    let mut lines = text.lines();
    let names: Vec<String> = match lines.next() {
        Some(LIST_HEAD) => lines.map(str::to_owned).collect(),
        _ => return Err(StoreError::List(path.into())),
    };
    // Numbers only, so that no name leads out of the folder.
    if names.iter().any(|name| number_of(name).is_none()) {
        return Err(StoreError::List(path.into()));
    }
    Ok(names)
}

fn map(path: &Path) -> Result<Segment, StoreError> {
    let file = File::open(path).map_err(io_error("open", path))?;
    let bytes = map_read_only(&file).map_err(io_error("map", path))?;
    Segment::open(bytes).map_err(segment_error(path))
}

/// Maps a finished segment.
#[allow(unsafe_code)]
fn map_read_only(file: &File) -> io::Result<memmap2::Mmap> {
    // SAFETY: mapping is unsafe because bytes may change below the mapping. A
    // segment's file is complete before it gets its name, and this crate, which
    // holds the folder's lock, never opens it for writing again. Whoever truncates
    // it from outside stops this process with SIGBUS.
    unsafe { memmap2::Mmap::map(file) }
}

fn io_error(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> StoreError {
    move |source| StoreError::Io { doing, path: path.into(), source }
}

fn segment_error(path: &Path) -> impl FnOnce(IndexError) -> StoreError {
    move |source| StoreError::Segment { path: path.into(), source }
}
