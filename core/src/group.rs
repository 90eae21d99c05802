//! Group commits: usage events in a chain that a gateway's key signs.

use crate::bytes::{DecodeError, Put, Reader};
use crate::event::{EVENT_BYTES_MAX, UsageEvent, hash_of};
use crate::hash::{VERSION, sha256, tag};
use crate::id::{EventHash, GatewayId, GatewayKey, Head};
use crate::position::{EventSeq, Generation};
use std::vec::Vec;

/// First bytes of a group.
pub const MAGIC: &[u8; 4] = b"TRBG";
/// The most events in a group.
pub const GROUP_MAX: usize = 1024;
/// What the gateway's key signs is this text followed by the head.
pub const SIGNED_PREFIX: &[u8] = b"tributary:group:v1:";

/// Some events, committed together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Whose.
    pub gateway: GatewayId,
    /// In which of its lives.
    pub generation: Generation,
    /// The head before; zeros at the start of a generation.
    pub previous: Head,
    /// The events, at consecutive positions.
    pub events: Vec<UsageEvent>,
    /// The key that signed.
    pub key: GatewayKey,
    /// Ed25519 over [`SIGNED_PREFIX`] and the head.
    pub signature: [u8; 64],
}

/// The head after a group: `H(0x04 ‖ version ‖ gateway ‖ generation u32 ‖ first
/// sequence u64 ‖ count u32 ‖ previous head ‖ event hash …)`.
pub fn head(
    gateway: &GatewayId,
    generation: Generation,
    first: EventSeq,
    previous: &Head,
    encoded_events: &[Vec<u8>],
) -> Head {
    let hashes = encoded_events.iter().map(|event| hash_of(event));
    head_of_hashes(gateway, generation, first, previous, hashes)
}

fn head_of_hashes(
    gateway: &GatewayId,
    generation: Generation,
    first: EventSeq,
    previous: &Head,
    hashes: impl ExactSizeIterator<Item = EventHash>,
) -> Head {
    let mut bytes = Vec::with_capacity(2 + 32 + 4 + 8 + 4 + 32 + hashes.len() * 32);
    bytes
        .put(&[tag::GROUP, VERSION])
        .put(&gateway.0)
        .put(&generation.0.to_le_bytes())
        .put(&first.0.to_le_bytes())
        .put(&(hashes.len() as u32).to_le_bytes())
        .put(&previous.0);
    for hash in hashes {
        bytes.put(&hash.0);
    }
    Head(sha256(&[&bytes]))
}

/// What is signed for a head.
pub fn signed_message(head: &Head) -> Vec<u8> {
    let mut message = SIGNED_PREFIX.to_vec();
    message.put(&head.0);
    message
}

impl Group {
    /// The first event's sequence.
    pub fn first(&self) -> EventSeq {
        self.events.first().map_or(EventSeq(0), |event| event.position.sequence)
    }

    /// The head after this group.
    pub fn head(&self) -> Head {
        // One buffer for all of them: an epoch has millions of events.
        let mut encoded = Vec::new();
        let hashes = self.events.iter().map(|event| {
            encoded.clear();
            event.encode_into(&mut encoded);
            hash_of(&encoded)
        });
        head_of_hashes(&self.gateway, self.generation, self.first(), &self.previous, hashes)
    }

    /// The bytes: magic, version, gateway, generation u32, first sequence u64,
    /// count u32, previous head, then each event behind its length u32, then key
    /// and signature.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        out.put(MAGIC)
            .put(&[VERSION])
            .put(&self.gateway.0)
            .put(&self.generation.0.to_le_bytes())
            .put(&self.first().0.to_le_bytes())
            .put(&(self.events.len() as u32).to_le_bytes())
            .put(&self.previous.0);
        let mut bytes = Vec::new();
        for event in &self.events {
            bytes.clear();
            event.encode_into(&mut bytes);
            out.put(&(bytes.len() as u32).to_le_bytes()).put(&bytes);
        }
        out.put(&self.key.0).put(&self.signature);
        out
    }

    /// Reads a group off the front of a segment. Checks form and positions, not
    /// the signature, and not that it continues another group.
    pub fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        r.magic(MAGIC, "group")?;
        let gateway = GatewayId(r.array("gateway")?);
        let generation = Generation(r.u32("generation")?);
        let first = r.u64("first sequence")?;
        let count = r.u32("number of events")? as usize;
        if count == 0 || count > GROUP_MAX {
            return Err(DecodeError::Value("number of events"));
        }
        let previous = Head(r.array("previous head")?);
        let mut events = Vec::with_capacity(count);
        for n in 0..count as u64 {
            let length = r.u32("event length")? as usize;
            if length > EVENT_BYTES_MAX {
                return Err(DecodeError::Value("event length"));
            }
            let event = UsageEvent::decode(r.take(length, "event")?)?;
            let expected = first.checked_add(n).ok_or(DecodeError::Value("event sequence"))?;
            if event.position.gateway != gateway
                || event.position.generation != generation
                || event.position.sequence.0 != expected
            {
                return Err(DecodeError::Value("event position"));
            }
            events.push(event);
        }
        let key = GatewayKey(r.array("key")?);
        let signature = r.array("signature")?;
        Ok(Self { gateway, generation, previous, events, key, signature })
    }

    /// Reads exactly one group.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut r = Reader::new(bytes);
        let group = Self::read(&mut r)?;
        r.end()?;
        Ok(group)
    }
}
