//! Events with their identity and their place on the chain.

use solana_address::Address;
use solana_sdk::signature::Signature;
use std::sync::OnceLock;
use tributary_client::{ChainEvent, pda};
use tributary_core::chain::{ChainItem, slot_digest};
use tributary_core::id::{Commitment, ProgramId};
use tributary_core::position::Slot;

/// Version of the decoder, stored with each event, so that what an older one
/// stored can be found and decoded again.
pub const DECODER: i32 = 1;

/// The identity of an event: nothing else on the chain has it, and a replay of
/// the transaction has it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId {
    /// The transaction's first signature.
    pub signature: Signature,
    /// Which of the transaction's instructions it came from.
    pub outer: u16,
    /// Its place among that instruction's inner instructions, whatever their depth.
    pub inner: u16,
}

/// A decoded event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexedEvent {
    /// Its identity.
    pub id: EventId,
    /// The slot of its transaction.
    pub slot: Slot,
    /// Unix seconds of its block, when the node knows them.
    pub block_time: Option<i64>,
    /// The program that sent it.
    pub program: Address,
    /// Whose dense sequence it stands in.
    pub stream: Address,
    /// Its place there.
    pub sequence: u64,
    /// What it says.
    pub event: ChainEvent,
    /// The same as bytes: discriminator and fields.
    pub data: Vec<u8>,
}

impl IndexedEvent {
    /// The canonical order of events: what is published and digested follows it.
    pub fn canonical(&self) -> (Slot, Address, Address, u64) {
        (self.slot, self.program, self.stream, self.sequence)
    }

    /// Its name, as in the IDL.
    pub fn name(&self) -> &'static str {
        match &self.event {
            ChainEvent::Registry(event) => event.name(),
            ChainEvent::Rewards(event) => event.name(),
        }
    }
}

/// An event of one of the programs that this software can't read, or may not use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLetter {
    /// Its identity.
    pub id: EventId,
    /// The slot of its transaction.
    pub slot: Slot,
    /// The program that sent it.
    pub program: Address,
    /// Discriminator and fields.
    pub data: Vec<u8>,
    /// Why it can't be used.
    pub reason: String,
}

/// The stream and sequence of an event: a registry shard's account, a vault or
/// the rewards program's configuration.
pub fn position(event: &ChainEvent) -> (Address, u64) {
    match event {
        ChainEvent::Registry(event) => {
            let (shard, sequence) = event.position();
            (shard_address(shard), sequence)
        }
        ChainEvent::Rewards(event) => event.position(),
    }
}

/// Deriving an address takes longer than decoding an event, so each is derived once.
fn shard_address(shard: u8) -> Address {
    static KNOWN: [OnceLock<Address>; 256] = [const { OnceLock::new() }; 256];
    *KNOWN[usize::from(shard)].get_or_init(|| pda::shard(shard))
}

/// The chained digest after these events, which are in canonical order and follow
/// what `before` is the digest of. `None` with more events in a slot than it counts.
pub fn digest_after(before: &Commitment, events: &[IndexedEvent]) -> Option<Commitment> {
    let mut digest = *before;
    for of_slot in events.chunk_by(|a, b| a.slot == b.slot) {
        let programs: Vec<ProgramId> = of_slot.iter().map(|event| ProgramId(event.program.to_bytes())).collect();
        let items: Vec<ChainItem<'_>> = of_slot
            .iter()
            .zip(&programs)
            .map(|(event, program)| ChainItem {
                signature: event.id.signature.as_array(),
                outer: event.id.outer,
                inner: event.id.inner,
                program,
                data: &event.data,
            })
            .collect();
        digest = slot_digest(&digest, of_slot[0].slot, &items)?;
    }
    Some(digest)
}
