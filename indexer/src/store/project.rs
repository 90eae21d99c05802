//! From events to the tables others read: one row per asset, vault, root and so
//! on. Only a stream's complete part is applied, in order, so that a projection
//! never shows what came after something missing.

mod registry;
mod rewards;

use super::streams::Advance;
use super::{StoreError, bigint, bytes, slot};
use crate::event::IndexedEvent;
use solana_address::Address;
use solana_sdk::signature::Signature;
use sqlx::PgConnection;
use sqlx::types::BigDecimal;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use tributary_client::{ChainEvent, EVENT_TAG, decode_event, pda};
use tributary_core::position::Slot;

/// An event to apply.
struct Applied<'a> {
    program: Address,
    stream: Address,
    sequence: u64,
    slot: Slot,
    signature: Signature,
    event: Cow<'a, ChainEvent>,
}

/// Applies what streams gained; `fresh` are the events that came with this
/// commit. When events that had been applied were withdrawn, everything of their
/// program is applied anew: that is rare, and nothing needs to know how to undo
/// itself.
pub async fn apply(tx: &mut PgConnection, advances: &[Advance], fresh: &[&IndexedEvent]) -> Result<(), StoreError> {
    let rewound: BTreeSet<Address> =
        advances.iter().filter(|advance| advance.rewound).map(|advance| advance.program).collect();
    let mut events = Vec::new();
    for program in &rewound {
        clear(tx, program).await?;
        events.extend(all_complete(tx, program).await?);
    }
    let mut here: BTreeMap<Address, BTreeMap<u64, &IndexedEvent>> = BTreeMap::new();
    for event in fresh {
        here.entry(event.stream).or_default().insert(event.sequence, *event);
    }
    for advance in advances.iter().filter(|advance| !rewound.contains(&advance.program)) {
        let of_stream = here.get(&advance.stream).map(|events| events.range(advance.sequences.clone()));
        match of_stream {
            // The usual case: all of it is still in memory.
            Some(found) if found.clone().count() as u64 == advance.sequences.end - advance.sequences.start => {
                events.extend(found.map(|(_, event)| in_memory(event)));
            }
            _ => events.extend(gained(tx, advance).await?),
        }
    }
    events.sort_by_key(|event| (event.slot, event.program, event.stream, event.sequence));
    let mut appended = rewards::Appended::new();
    for event in &events {
        match event.event.as_ref() {
            ChainEvent::Registry(registry) => registry::apply(tx, event, registry).await?,
            ChainEvent::Rewards(rewards) => rewards::apply(tx, event, rewards, &mut appended).await?,
        }
    }
    appended.send(tx).await
}

fn in_memory<'a>(event: &'a IndexedEvent) -> Applied<'a> {
    Applied {
        program: event.program,
        stream: event.stream,
        sequence: event.sequence,
        slot: event.slot,
        signature: event.id.signature,
        event: Cow::Borrowed(&event.event),
    }
}

async fn clear(tx: &mut PgConnection, program: &Address) -> Result<(), StoreError> {
    // What hangs on these rows goes with them.
    let statements: &[&'static str] = if *program == pda::REGISTRY {
        &["DELETE FROM chain.assets", "DELETE FROM chain.gateways", "DELETE FROM chain.gateway_keys"]
    } else {
        &["DELETE FROM chain.vaults"]
    };
    for statement in statements {
        sqlx::query(*statement).execute(&mut *tx).await?;
    }
    Ok(())
}

type Row = (Vec<u8>, Vec<u8>, i64, i64, Vec<u8>, Vec<u8>);

async fn all_complete(tx: &mut PgConnection, program: &Address) -> Result<Vec<Applied<'static>>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT e.program, e.stream, e.sequence, e.slot, e.signature, e.data
         FROM chain.events e JOIN chain.streams s ON s.stream = e.stream AND e.sequence < s.next_sequence
         WHERE e.program = $1",
    )
    .bind(program.as_ref())
    .fetch_all(tx)
    .await?;
    rows.into_iter().map(read).collect()
}

async fn gained(tx: &mut PgConnection, advance: &Advance) -> Result<Vec<Applied<'static>>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT program, stream, sequence, slot, signature, data
         FROM chain.events WHERE stream = $1 AND sequence >= $2 AND sequence < $3",
    )
    .bind(advance.stream.as_ref())
    .bind(bigint(advance.sequences.start, "a sequence")?)
    .bind(bigint(advance.sequences.end, "a sequence")?)
    .fetch_all(tx)
    .await?;
    rows.into_iter().map(read).collect()
}

fn read((program, stream, sequence, at, signature, data): Row) -> Result<Applied<'static>, StoreError> {
    let program = Address::new_from_array(bytes(&program)?);
    match decode_event(&program, &[&EVENT_TAG[..], &data].concat()) {
        Some(Ok(event)) => Ok(Applied {
            program,
            stream: Address::new_from_array(bytes(&stream)?),
            sequence: super::unsigned(sequence)?,
            slot: slot(at)?,
            signature: Signature::from(bytes::<64>(&signature)?),
            event: Cow::Owned(event),
        }),
        _ => Err(StoreError::Corrupt("a stored event does not decode")),
    }
}

/// An amount of 64 bits, exactly.
fn amount(value: u64) -> BigDecimal {
    BigDecimal::from(value)
}
