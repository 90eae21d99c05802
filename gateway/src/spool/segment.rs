//! Segment files and what a crash may have left at the end of the last one.
//!
//! A segment is named by the first sequence in it. Records are written with one
//! call each and synced before the next begins, so only the very last record of
//! the last segment can be torn, and a torn one was acknowledged to nobody.
//!
//! The last segment may end in zeros: room that was written ahead, so that a sync
//! need not wait until the file system has noted that the file grew.

use super::SpoolError;
use super::record::{MAGIC, Record, whole};
use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};
use tributary_core::position::EventSeq;

/// A segment is ended when it has grown to this many bytes.
pub const SEGMENT_BYTES: u64 = 64 << 20;

/// The file that begins with this sequence.
pub fn path_of(folder: &Path, first: EventSeq) -> PathBuf {
    folder.join(format!("{:020}.segment", first.0))
}

/// All segments, in order of their first sequence.
pub fn list(folder: &Path) -> Result<Vec<(EventSeq, PathBuf)>, SpoolError> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(SpoolError::io("list", folder))? {
        let path = entry.map_err(SpoolError::io("list", folder))?.path();
        let first = path
            .file_name()
            .and_then(|name| name.to_str())
            .and_then(|name| name.strip_suffix(".segment"))
            .and_then(|digits| digits.parse().ok());
        if let Some(first) = first {
            found.push((EventSeq(first), path));
        }
    }
    found.sort();
    Ok(found)
}

/// Calls `each` with every record of a segment, its offset and its length.
/// Returns the length of the whole part. When this is the `last` segment, room
/// beyond it stays and a torn tail is cut from the file; otherwise both are errors.
pub fn scan(
    path: &Path,
    last: bool,
    mut each: impl FnMut(Record, u64, usize) -> Result<(), SpoolError>,
) -> Result<u64, SpoolError> {
    let bytes = fs::read(path).map_err(SpoolError::io("read", path))?;
    let mut offset = 0;
    while let Some(read) = Record::read(&bytes[offset..]) {
        let (record, length) = read?;
        each(record, offset as u64, length)?;
        offset += length;
    }
    let kept = offset as u64;
    let is_room = last && bytes[offset..].iter().all(|byte| *byte == 0);
    if offset < bytes.len() && !is_room {
        if !last || holds_a_record(&bytes[offset..]) {
            return Err(SpoolError::Damaged { path: path.into(), offset: kept });
        }
        tracing::warn!(file = %path.display(), cut = bytes.len() - offset, "cutting a torn record that nobody was told of");
        let file = OpenOptions::new().write(true).open(path).map_err(SpoolError::io("open", path))?;
        file.set_len(kept).map_err(SpoolError::io("cut", path))?;
        file.sync_all().map_err(SpoolError::io("sync", path))?;
    }
    Ok(kept)
}

/// Whether a whole record begins anywhere in these bytes: then the bad one
/// before it was not the last, and had been acknowledged.
fn holds_a_record(bytes: &[u8]) -> bool {
    bytes.windows(MAGIC.len()).enumerate().any(|(at, window)| window == MAGIC && whole(&bytes[at..]).is_some())
}

/// Makes a folder's entries durable: new names in it survive a crash.
pub fn sync_folder(folder: &Path) -> Result<(), SpoolError> {
    File::open(folder).and_then(|file| file.sync_all()).map_err(SpoolError::io("sync", folder))
}
