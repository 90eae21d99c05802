//! The chained digest of the programs' events, slot by slot: two readers of the
//! chain that agree on the digest of a slot agree on everything before it.

use crate::hash::{VERSION, sha256, tag};
use crate::id::{Commitment, ProgramId};
use crate::position::Slot;
use std::vec::Vec;

/// An event of a program as it stands on the chain.
#[derive(Clone, Copy, Debug)]
pub struct ChainItem<'a> {
    /// The first signature of its transaction.
    pub signature: &'a [u8; 64],
    /// Which of the transaction's instructions it came from.
    pub outer: u16,
    /// Its place among that instruction's inner instructions.
    pub inner: u16,
    /// The program that sent it.
    pub program: &'a ProgramId,
    /// Discriminator and fields.
    pub data: &'a [u8],
}

impl ChainItem<'_> {
    fn hash(&self) -> [u8; 32] {
        let (outer, inner) = (self.outer.to_le_bytes(), self.inner.to_le_bytes());
        sha256(&[self.signature, &outer, &inner, &self.program.0, self.data])
    }
}

/// `H(0x0b ‖ version ‖ previous ‖ slot u64 ‖ count u32 ‖ hash of each event)`,
/// an event's hash being `H(signature ‖ outer u16 ‖ inner u16 ‖ program ‖ data)`.
///
/// `previous` is the digest of the last slot before that had events, zeros when
/// there is none. The caller gives the slot's events in canonical order: by
/// program, stream and sequence. `None` above 2³² − 1 events.
pub fn slot_digest(previous: &Commitment, slot: Slot, events: &[ChainItem<'_>]) -> Option<Commitment> {
    let count = u32::try_from(events.len()).ok()?;
    let hashes: Vec<u8> = events.iter().flat_map(|event| event.hash()).collect();
    let head = [tag::SLOT, VERSION];
    Some(Commitment(sha256(&[&head, &previous.0, &slot.0.to_le_bytes(), &count.to_le_bytes(), &hashes])))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const PROGRAM: ProgramId = ProgramId([9; 32]);

    fn item(signature: &[u8; 64], inner: u16) -> ChainItem<'_> {
        ChainItem { signature, outer: 1, inner, program: &PROGRAM, data: b"data" }
    }

    #[test]
    fn the_digest_is_the_hash_of_its_documented_bytes() {
        let signature = [7; 64];
        let mut event = std::vec![7u8; 64];
        event.extend([1, 0, 2, 0]);
        event.extend([9; 32]);
        event.extend(b"data");
        let mut bytes = std::vec![0x0b, 1];
        bytes.extend([3; 32]);
        bytes.extend(5u64.to_le_bytes());
        bytes.extend(1u32.to_le_bytes());
        bytes.extend(sha256(&[&event]));
        assert_eq!(
            slot_digest(&Commitment([3; 32]), Slot(5), &[item(&signature, 2)]).unwrap(),
            Commitment(sha256(&[&bytes]))
        );
    }

    #[test]
    fn any_change_of_an_event_its_order_its_slot_or_its_past_changes_the_digest() {
        let (a, b) = ([1; 64], [2; 64]);
        let past = Commitment([0; 32]);
        let base = slot_digest(&past, Slot(5), &[item(&a, 0), item(&b, 0)]).unwrap();
        for other in [
            slot_digest(&past, Slot(5), &[item(&b, 0), item(&a, 0)]),
            slot_digest(&past, Slot(5), &[item(&a, 0)]),
            slot_digest(&past, Slot(5), &[item(&a, 1), item(&b, 0)]),
            slot_digest(&past, Slot(6), &[item(&a, 0), item(&b, 0)]),
            slot_digest(&base, Slot(5), &[item(&a, 0), item(&b, 0)]),
        ] {
            assert_ne!(other.unwrap(), base);
        }
    }
}
