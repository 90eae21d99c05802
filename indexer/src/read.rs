//! What other rooms read from the schema `chain` through this crate. Projections
//! they read with SQL of their own.

use crate::store::{StoreError, stored_events};
use solana_address::Address;
use solana_sdk::signature::Signature;
use sqlx::PgPool;
use tributary_core::id::Commitment;
use tributary_core::position::Slot;

/// An event as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEvent {
    /// The slot of its transaction.
    pub slot: Slot,
    /// The program that sent it.
    pub program: Address,
    /// Whose dense sequence it stands in.
    pub stream: Address,
    /// Its place there.
    pub sequence: u64,
    /// The transaction's first signature.
    pub signature: Signature,
    /// Which of the transaction's instructions it came from.
    pub outer: u16,
    /// Its place among that instruction's inner instructions.
    pub inner: u16,
    /// Unix seconds of its block, when the node knew them.
    pub block_time: Option<i64>,
    /// Its name, as in the IDL.
    pub name: String,
    /// Discriminator and fields.
    pub data: Vec<u8>,
}

/// Events of the slots after `from` up to and with `to`, in canonical order:
/// (slot, program, stream, sequence). Ask for slots up to the finalised one only
/// ([`finalised_slot`]): later ones may still change.
pub async fn events_between(pool: &PgPool, from: Slot, to: Slot) -> Result<Vec<StoredEvent>, StoreError> {
    let mut connection = pool.acquire().await?;
    stored_events(&mut connection, from, to).await
}

/// Everything up to this slot is stored, final and without gap. `None` before
/// the indexer ran for the first time.
pub async fn finalised_slot(pool: &PgPool) -> Result<Option<Slot>, StoreError> {
    let row: Option<(i64,)> = sqlx::query_as("SELECT finalised_slot FROM chain.status").fetch_optional(pool).await?;
    row.map(|(slot,)| u64::try_from(slot).map(Slot).map_err(|_| StoreError::Corrupt("a slot is negative"))).transpose()
}

/// The digest over all events of slots up to and with `to`, which must be at
/// most the finalised slot; zeros when there are none.
pub async fn digest_at(pool: &PgPool, to: Slot) -> Result<Commitment, StoreError> {
    let to = i64::try_from(to.0).map_err(|_| StoreError::TooLarge("a slot"))?;
    let row: Option<(Vec<u8>,)> =
        sqlx::query_as("SELECT digest FROM chain.slot_digests WHERE slot <= $1 ORDER BY slot DESC LIMIT 1")
            .bind(to)
            .fetch_optional(pool)
            .await?;
    let Some((digest,)) = row else { return Ok(Commitment([0; 32])) };
    digest.try_into().map(Commitment).map_err(|_| StoreError::Corrupt("a digest has the wrong length"))
}

/// The digest after a slot that has events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlotDigest {
    /// Which.
    pub slot: Slot,
    /// How many events it has.
    pub events: u32,
    /// The digest over them and everything before.
    pub digest: Commitment,
}

/// The stored digests of the slots after `from` up to and with `to`, in order.
pub async fn digests_between(pool: &PgPool, from: Slot, to: Slot) -> Result<Vec<SlotDigest>, StoreError> {
    let bound = |slot: Slot| i64::try_from(slot.0).map_err(|_| StoreError::TooLarge("a slot"));
    let rows: Vec<(i64, i32, Vec<u8>)> = sqlx::query_as(
        "SELECT slot, events, digest FROM chain.slot_digests WHERE slot > $1 AND slot <= $2 ORDER BY slot",
    )
    .bind(bound(from)?)
    .bind(bound(to)?)
    .fetch_all(pool)
    .await?;
    rows.into_iter()
        .map(|(slot, events, digest)| {
            let digest: [u8; 32] =
                digest.try_into().map_err(|_| StoreError::Corrupt("a digest has the wrong length"))?;
            Ok(SlotDigest {
                slot: u64::try_from(slot).map(Slot).map_err(|_| StoreError::Corrupt("a slot is negative"))?,
                events: u32::try_from(events).map_err(|_| StoreError::Corrupt("a number of events is negative"))?,
                digest: Commitment(digest),
            })
        })
        .collect()
}
