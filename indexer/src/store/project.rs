//! From events to the tables others read. Only a stream's complete part is
//! applied, so that a projection never shows what came after something missing.
//!
//! Rows of history each come from one event and are found by its place in its
//! stream: a fork deletes exactly what it undid. Heads (`assets`, `roots`,
//! `gateways`) are derived from the history of what was touched, so that they
//! depend neither on the order in which shards became known nor on forks that
//! lost.
//!
//! Projections are named without their schema and looked up in the connection's
//! search path: that is how the rebuild fills tables of its own beside them.

mod assets;
mod changes;
mod gateways;
mod registry;
mod rewards;
mod rewind;
mod roots;

use super::streams::Advance;
use super::{StoreError, bigint, bytes, slot};
use crate::event::IndexedEvent;
use solana_address::Address;
use solana_sdk::signature::Signature;
use sqlx::PgConnection;
use sqlx::types::BigDecimal;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use tributary_client::{ChainEvent, EVENT_TAG, decode_event};
use tributary_core::position::Slot;

/// Version of the projections. What an older one wrote is rebuilt.
pub const PROJECTIONS: i32 = 1;

/// An event to apply.
#[derive(Clone)]
pub struct Applied<'a> {
    stream: Address,
    sequence: u64,
    slot: Slot,
    signature: Signature,
    event: Cow<'a, ChainEvent>,
}

/// Whose heads are to be derived anew.
#[derive(Default)]
struct Touched {
    /// Assets whose registration is new or another.
    registered: BTreeSet<Address>,
    /// Assets of which something else changed.
    assets: BTreeSet<Address>,
    gateways: BTreeSet<Address>,
    /// Vaults and roots that were posted, or no longer are.
    posted: BTreeSet<(Address, [u8; 32])>,
    /// Those to which anything happened.
    roots: BTreeSet<(Address, [u8; 32])>,
}

/// Takes back what rewound streams lost and applies what all gained; `fresh` are
/// the events that came with this commit.
pub async fn apply(tx: &mut PgConnection, advances: &[Advance], fresh: &[&IndexedEvent]) -> Result<(), StoreError> {
    let mut touched = Touched::default();
    for advance in advances.iter().filter(|advance| advance.rewound) {
        rewind::to(tx, &advance.stream, advance.sequences.start, &mut touched).await?;
    }
    let mut here: BTreeMap<Address, BTreeMap<u64, &IndexedEvent>> = BTreeMap::new();
    for event in fresh {
        here.entry(event.stream).or_default().insert(event.sequence, *event);
    }
    let mut events = Vec::new();
    for advance in advances {
        let of_stream = here.get(&advance.stream).map(|events| events.range(advance.sequences.clone()));
        match of_stream {
            // The usual case: all of it is still in memory.
            Some(found) if found.clone().count() as u64 == advance.sequences.end - advance.sequences.start => {
                events.extend(found.map(|(_, event)| in_memory(event)));
            }
            _ => events.extend(gained(tx, advance).await?),
        }
    }
    write(tx, &events, touched).await
}

/// Applies events, each new to the tables, in any order.
async fn write(tx: &mut PgConnection, events: &[Applied<'_>], mut touched: Touched) -> Result<(), StoreError> {
    let mut registry = registry::History::new();
    let mut rewards = rewards::History::new();
    for event in events {
        match event.event.as_ref() {
            ChainEvent::Registry(of_registry) => registry.add(event, of_registry, &mut touched)?,
            ChainEvent::Rewards(of_rewards) => rewards.add(event, of_rewards, &mut touched)?,
        }
    }
    registry.send(tx).await?;
    rewards.send(tx).await?;
    assets::refresh(tx, &touched, events).await?;
    gateways::refresh(tx, &touched.gateways).await?;
    roots::refresh(tx, &touched, events).await
}

/// Applies stored events, as the rebuild reads them.
pub async fn write_stored(tx: &mut PgConnection, rows: Vec<Row>) -> Result<(), StoreError> {
    let events = rows.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
    write(tx, &events, Touched::default()).await
}

fn in_memory(event: &IndexedEvent) -> Applied<'_> {
    Applied {
        stream: event.stream,
        sequence: event.sequence,
        slot: event.slot,
        signature: event.id.signature,
        event: Cow::Borrowed(&event.event),
    }
}

/// Program, stream, sequence, slot, signature and data of a stored event.
pub type Row = (Vec<u8>, Vec<u8>, i64, i64, Vec<u8>, Vec<u8>);

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

/// The events at places (stream and sequence), from those at hand or the store.
async fn at_places<'a>(
    tx: &mut PgConnection,
    places: &[(Vec<u8>, i64)],
    events: &'a [Applied<'a>],
) -> Result<Vec<Cow<'a, Applied<'a>>>, StoreError> {
    let here: BTreeMap<(&[u8], u64), &Applied<'_>> =
        events.iter().map(|event| ((event.stream.as_ref(), event.sequence), event)).collect();
    let mut found = Vec::with_capacity(places.len());
    let (mut streams, mut sequences) = (Vec::new(), Vec::new());
    for (stream, sequence) in places {
        match here.get(&(stream.as_slice(), super::unsigned(*sequence)?)) {
            Some(event) => found.push(Cow::Borrowed(*event)),
            None => {
                streams.push(stream.as_slice());
                sequences.push(*sequence);
            }
        }
    }
    if streams.is_empty() {
        return Ok(found);
    }
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT e.program, e.stream, e.sequence, e.slot, e.signature, e.data
         FROM chain.events e JOIN unnest($1::bytea[], $2::bigint[]) AS n (stream, sequence)
              ON e.stream = n.stream AND e.sequence = n.sequence",
    )
    .bind(streams)
    .bind(sequences)
    .fetch_all(tx)
    .await?;
    for row in rows {
        found.push(Cow::Owned(read(row)?));
    }
    Ok(found)
}

fn read((program, stream, sequence, at, signature, data): Row) -> Result<Applied<'static>, StoreError> {
    let program = Address::new_from_array(bytes(&program)?);
    match decode_event(&program, &[&EVENT_TAG[..], &data].concat()) {
        Some(Ok(event)) => Ok(Applied {
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

/// A slot or time that may lie beyond 63 bits: as good as never.
fn distant(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// Addresses as Postgres takes many at once.
fn keys(addresses: &BTreeSet<Address>) -> Vec<&[u8]> {
    addresses.iter().map(AsRef::as_ref).collect()
}
