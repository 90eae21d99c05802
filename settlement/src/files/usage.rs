//! Usage segments: a gateway's group commits, one frame after the other, as it
//! signed them.

use super::FileError;
use tributary_core::bytes::Reader;
use tributary_core::group::Group;

/// Name of the file in messages.
pub const FILE: &str = "usage";

/// Writes groups in the order given.
pub fn encode(groups: &[Group]) -> Vec<u8> {
    let mut out = Vec::new();
    for group in groups {
        out.extend_from_slice(&group.encode());
    }
    out
}

/// Reads groups until the bytes end.
pub fn decode(bytes: &[u8]) -> Result<Vec<Group>, FileError> {
    let mut reader = Reader::new(bytes);
    let mut groups = Vec::new();
    while reader.left() > 0 {
        groups.push(Group::read(&mut reader).map_err(|source| FileError::Layout { file: FILE, source })?);
    }
    Ok(groups)
}
