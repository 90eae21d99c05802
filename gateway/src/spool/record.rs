//! One spool record: a group of events and what belongs to each of them.
//!
//! ```text
//! magic "TRSR" | version u8 | body length u32 | body | SHA-256 of all before
//! body: group length u32 | group | for each event: salt 32 | body hash 32 |
//!       sidecar length u32 | sidecar | answer length u32 | answer
//! ```
//! Only the group is a published format (`docs/formats.md`); the rest is local.

use super::SpoolError;
use tributary_core::bytes::{DecodeError, Put, Reader};
use tributary_core::group::Group;
use tributary_core::hash::{VERSION, sha256};
use tributary_core::position::EventSeq;

/// First bytes of a record.
pub const MAGIC: &[u8; 4] = b"TRSR";
/// Magic, version and length.
pub const HEADER_BYTES: usize = 9;
/// The digest at the end.
pub const DIGEST_BYTES: usize = 32;
/// The longest body: a full group with its attachments stays well below.
pub const BODY_BYTES_MAX: usize = 64 << 20;
/// The longest sidecar or answer of one event.
pub const ATTACHMENT_BYTES_MAX: usize = 4 << 20;

/// What belongs to an event and is not published with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Makes the sidecar's commitment unguessable.
    pub salt: [u8; 32],
    /// SHA-256 of the request's body: the same key must bring the same body.
    pub body_hash: [u8; 32],
    /// Positions of the spans, as JSON; expires.
    pub sidecar: Vec<u8>,
    /// The answer, so that a retry after a crash gets it again.
    pub answer: Vec<u8>,
}

impl Attachment {
    /// Refuses what no record may hold.
    pub fn check(&self) -> Result<(), SpoolError> {
        if self.sidecar.len() > ATTACHMENT_BYTES_MAX || self.answer.len() > ATTACHMENT_BYTES_MAX {
            return Err(SpoolError::TooLarge(ATTACHMENT_BYTES_MAX));
        }
        Ok(())
    }
}

/// A group with one attachment an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The signed group.
    pub group: Group,
    /// In the order of the group's events.
    pub attachments: Vec<Attachment>,
}

impl Record {
    /// The bytes on disk.
    pub fn encode(&self) -> Vec<u8> {
        let group = self.group.encode();
        let mut body = Vec::with_capacity(group.len() + 4096);
        body.put(&(group.len() as u32).to_le_bytes()).put(&group);
        for attachment in &self.attachments {
            body.put(&attachment.salt)
                .put(&attachment.body_hash)
                .put(&(attachment.sidecar.len() as u32).to_le_bytes())
                .put(&attachment.sidecar)
                .put(&(attachment.answer.len() as u32).to_le_bytes())
                .put(&attachment.answer);
        }
        let mut out = Vec::with_capacity(HEADER_BYTES + body.len() + DIGEST_BYTES);
        out.put(MAGIC).put(&[VERSION]).put(&(body.len() as u32).to_le_bytes()).put(&body);
        let digest = sha256(&[&out]);
        out.put(&digest);
        out
    }

    /// Where an event stands in it, unless it is before all of them.
    pub fn place_of(&self, sequence: EventSeq) -> Option<usize> {
        sequence.0.checked_sub(self.group.first().0).and_then(|place| usize::try_from(place).ok())
    }

    /// The record at the front of `bytes` and its length, or `None` when the
    /// bytes there are not a whole record with a right digest.
    pub fn read(bytes: &[u8]) -> Option<Result<(Self, usize), DecodeError>> {
        let length = whole(bytes)?;
        Some(decode(&bytes[HEADER_BYTES..length - DIGEST_BYTES]).map(|record| (record, length)))
    }
}

/// The length of the whole record at the front of `bytes`, when there is one.
pub fn whole(bytes: &[u8]) -> Option<usize> {
    let header = bytes.get(..HEADER_BYTES)?;
    let (magic, rest) = header.split_first_chunk::<4>()?;
    let (version, length) = rest.split_first_chunk::<1>()?;
    if magic != MAGIC || version != &[VERSION] {
        return None;
    }
    let length = u32::from_le_bytes(length.try_into().ok()?) as usize;
    if length > BODY_BYTES_MAX {
        return None;
    }
    let body_end = HEADER_BYTES + length;
    let record = bytes.get(..body_end + DIGEST_BYTES)?;
    (sha256(&[&record[..body_end]]) == record[body_end..]).then_some(record.len())
}

fn decode(body: &[u8]) -> Result<Record, DecodeError> {
    let mut r = Reader::new(body);
    let length = r.u32("group length")? as usize;
    let group = Group::decode(r.take(length, "group")?)?;
    let mut attachments = Vec::with_capacity(group.events.len());
    for _ in 0..group.events.len() {
        let salt = r.array("salt")?;
        let body_hash = r.array("body hash")?;
        let sidecar_length = r.u32("sidecar length")? as usize;
        let sidecar = r.take(sidecar_length, "sidecar")?.to_vec();
        let answer_length = r.u32("answer length")? as usize;
        let answer = r.take(answer_length, "answer")?.to_vec();
        attachments.push(Attachment { salt, body_hash, sidecar, answer });
    }
    r.end()?;
    Ok(Record { group, attachments })
}
