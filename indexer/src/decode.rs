//! From a transaction to the events the two programs sent by calling
//! themselves. Pure: what a transaction's logs say is never looked at.

use crate::event::{DeadLetter, EventId, IndexedEvent, position};
use crate::source::ChainTransaction;
use solana_address::Address;
use std::sync::LazyLock;
use tributary_client::{EVENT_TAG, decode_event, pda};

/// What a transaction holds for the indexer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decoded {
    /// Events, in order of execution.
    pub events: Vec<IndexedEvent>,
    /// Events that this software can't read.
    pub dead_letters: Vec<DeadLetter>,
}

/// Decodes all events of a transaction, at any depth of its inner instructions.
pub fn decode(transaction: &ChainTransaction) -> Decoded {
    let mut out = Decoded::default();
    if transaction.failed {
        return out;
    }
    for instruction in &transaction.inner {
        let Some(authority) = event_authority(&instruction.program) else { continue };
        // Only the program itself can sign for its event authority: whoever
        // calls it with an event's tag and another account forges one.
        if instruction.first_account != Some(authority) {
            if instruction.data.starts_with(&EVENT_TAG) {
                tracing::warn!(signature = %transaction.signature, program = %instruction.program, "ignored a forged event: it does not come from the program itself");
            }
            continue;
        }
        let Some(decoded) = decode_event(&instruction.program, &instruction.data) else { continue };
        let id = EventId { signature: transaction.signature, outer: instruction.outer, inner: instruction.inner };
        let data = instruction.data[EVENT_TAG.len()..].to_vec();
        match decoded {
            Ok(event) => {
                let (stream, sequence) = position(&event);
                out.events.push(IndexedEvent {
                    id,
                    slot: transaction.slot,
                    block_time: transaction.block_time,
                    program: instruction.program,
                    stream,
                    sequence,
                    event,
                    data,
                });
            }
            Err(error) => out.dead_letters.push(DeadLetter {
                id,
                slot: transaction.slot,
                program: instruction.program,
                data,
                reason: error.to_string(),
            }),
        }
    }
    out
}

/// Each program's event authority. Deriving one costs many hashes.
static AUTHORITIES: LazyLock<[(Address, Address); 2]> = LazyLock::new(|| {
    [(pda::REGISTRY, pda::registry_event_authority()), (pda::REWARDS, pda::rewards_event_authority())]
});

fn event_authority(program: &Address) -> Option<Address> {
    AUTHORITIES.iter().find(|(known, _)| known == program).map(|(_, authority)| *authority)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::source::InnerInstruction;
    use proptest::prelude::*;
    use solana_sdk::signature::Signature;
    use tributary_client::registry::{Committed, RegistryEvent};
    use tributary_core::position::Slot;

    fn committed(sequence: u64) -> Vec<u8> {
        let event = Committed { shard: 0, sequence, commitment: [1; 32], slot: 9 };
        [&EVENT_TAG[..], &RegistryEvent::Committed(Box::new(event)).encode()].concat()
    }

    fn sent(inner: u16, data: Vec<u8>) -> InnerInstruction {
        let first_account = Some(pda::registry_event_authority());
        InnerInstruction { outer: 2, inner, program: pda::REGISTRY, first_account, data }
    }

    fn transaction(inner: Vec<InnerInstruction>) -> ChainTransaction {
        ChainTransaction {
            signature: Signature::from([7; 64]),
            slot: Slot(9),
            block_time: Some(1),
            failed: false,
            inner,
        }
    }

    #[test]
    fn two_events_of_one_instruction_have_identities_of_their_own() {
        let decoded = decode(&transaction(vec![sent(0, committed(0)), sent(4, committed(1))]));
        let found: Vec<_> = decoded.events.iter().map(|e| (e.id.outer, e.id.inner, e.stream, e.sequence)).collect();
        assert_eq!(found, [(2, 0, pda::shard(0), 0), (2, 4, pda::shard(0), 1)]);
        assert_eq!(decoded.events[0].data, committed(0)[8..]);
    }

    #[test]
    fn events_of_failed_transactions_other_programs_and_forgers_do_not_exist() {
        let failed = ChainTransaction { failed: true, ..transaction(vec![sent(0, committed(0))]) };
        assert_eq!(decode(&failed), Decoded::default());
        let other = InnerInstruction { program: pda::TOKEN, ..sent(0, committed(0)) };
        let forged = InnerInstruction { first_account: Some(pda::rewards_event_authority()), ..sent(1, committed(0)) };
        let bare = InnerInstruction { first_account: None, ..sent(2, committed(0)) };
        let untagged = sent(3, committed(0)[8..].to_vec());
        assert_eq!(decode(&transaction(vec![other, forged, bare, untagged])), Decoded::default());
    }

    #[test]
    fn an_event_that_does_not_fit_its_layout_is_kept_with_its_bytes() {
        let mut long = committed(0);
        long.push(0);
        let decoded = decode(&transaction(vec![sent(0, long.clone())]));
        assert_eq!(decoded.events, []);
        assert_eq!(decoded.dead_letters[0].data, long[8..]);
        assert!(decoded.dead_letters[0].reason.contains("Committed"), "{}", decoded.dead_letters[0].reason);
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_decoder_panic_or_vanish(data in proptest::collection::vec(any::<u8>(), 0..200)) {
            let tagged = [&EVENT_TAG[..], &data].concat();
            let decoded = decode(&transaction(vec![sent(0, tagged)]));
            prop_assert_eq!(decoded.events.len() + decoded.dead_letters.len(), 1);
        }
    }
}
