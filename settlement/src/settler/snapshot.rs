//! Reads what the indexer and the gateways wrote. All of it is append-only, so a
//! range that was read once reads the same for ever; nothing is written here.

use super::error::SettlerError;
use crate::compute::{Scope, Segment};
use crate::files::chain::ChainRow;
use crate::files::credit::{CreditEntry, CreditKind};
use crate::files::mandates::SignedMandate;
use solana_address::Address;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};
use tributary_core::amount::BaseUnits;
use tributary_core::group::Group;
use tributary_core::id::{GatewayId, Genesis, MandateId, PayerId, VaultId};
use tributary_core::mandate::Mandate;
use tributary_core::position::{CreditSeq, EventSeq, Generation, Slot};

/// The most groups of one generation that an epoch reads.
pub const GROUPS_MAX: i64 = 1 << 16;

/// What the indexer says of itself.
#[derive(Clone, Copy, Debug)]
pub struct Health {
    /// The cluster.
    pub genesis: Genesis,
    /// Everything up to here is stored, final and without gap.
    pub finalised_slot: Slot,
    /// Seconds since that slot was reached.
    pub age_seconds: i64,
    /// Whether events are known to be missing.
    pub has_gap: bool,
    /// Whether events could not be decoded.
    pub has_dead_letters: bool,
}

pub(super) fn key(row: &PgRow, column: &'static str) -> Result<[u8; 32], SettlerError> {
    row.try_get::<&[u8], _>(column)?.try_into().map_err(|_| SettlerError::Row(column))
}

pub(super) fn optional_key(row: &PgRow, column: &'static str) -> Result<Option<[u8; 32]>, SettlerError> {
    let bytes: Option<&[u8]> = row.try_get(column)?;
    bytes.map(|bytes| bytes.try_into().map_err(|_| SettlerError::Row(column))).transpose()
}

pub(super) fn count(row: &PgRow, column: &'static str) -> Result<u64, SettlerError> {
    u64::try_from(row.try_get::<i64, _>(column)?).map_err(|_| SettlerError::Row(column))
}

pub(super) fn optional_count(row: &PgRow, column: &'static str) -> Result<Option<u64>, SettlerError> {
    let value: Option<i64> = row.try_get(column)?;
    value.map(|value| u64::try_from(value).map_err(|_| SettlerError::Row(column))).transpose()
}

/// Numbers of 64 bits travel as text, because the column types are numeric.
fn decimal(row: &PgRow, column: &'static str) -> Result<u64, SettlerError> {
    row.try_get::<&str, _>(column)?.parse().map_err(|_| SettlerError::Row(column))
}

pub(super) fn signature(row: &PgRow, column: &'static str) -> Result<[u8; 64], SettlerError> {
    row.try_get::<&[u8], _>(column)?.try_into().map_err(|_| SettlerError::Row(column))
}

/// A position as Postgres counts.
pub(super) fn big(value: u64, what: &'static str) -> Result<i64, SettlerError> {
    i64::try_from(value).map_err(|_| SettlerError::Row(what))
}

fn generation(value: u64, column: &'static str) -> Result<Generation, SettlerError> {
    u32::try_from(value).map(Generation).map_err(|_| SettlerError::Row(column))
}

/// The indexer's state; `None` before it ever ran.
pub async fn health(db: &mut PgConnection) -> Result<Option<Health>, SettlerError> {
    let row = sqlx::query(
        "SELECT genesis, finalised_slot,
            coalesce(extract(epoch FROM now() - finalised_at), 0)::bigint AS age,
            EXISTS (SELECT FROM chain.gaps WHERE filled_at IS NULL) AS has_gap,
            EXISTS (SELECT FROM chain.dead_letters) AS has_dead_letters
         FROM chain.status",
    )
    .fetch_optional(db)
    .await?;
    row.map(|row| {
        Ok(Health {
            genesis: Genesis(key(&row, "genesis")?),
            finalised_slot: Slot(count(&row, "finalised_slot")?),
            age_seconds: row.try_get("age")?,
            has_gap: row.try_get("has_gap")?,
            has_dead_letters: row.try_get("has_dead_letters")?,
        })
    })
    .transpose()
}

/// Chain events in (after, up_to].
pub async fn chain_rows(db: &mut PgConnection, after: Slot, up_to: Slot) -> Result<Vec<ChainRow>, SettlerError> {
    let rows = sqlx::query(
        "SELECT slot, program, stream, sequence, signature, outer_index, inner_index, data
         FROM chain.events WHERE slot > $1 AND slot <= $2 ORDER BY slot, program, stream, sequence",
    )
    .bind(big(after.0, "slot")?)
    .bind(big(up_to.0, "slot")?)
    .fetch_all(db)
    .await?;
    let small = |row: &PgRow, column| -> Result<u16, SettlerError> {
        u16::try_from(row.try_get::<i32, _>(column)?).map_err(|_| SettlerError::Row(column))
    };
    rows.iter()
        .map(|row| {
            Ok(ChainRow {
                slot: Slot(count(row, "slot")?),
                program: Address::new_from_array(key(row, "program")?),
                stream: Address::new_from_array(key(row, "stream")?),
                sequence: count(row, "sequence")?,
                signature: signature(row, "signature")?,
                outer: small(row, "outer_index")?,
                inner: small(row, "inner_index")?,
                data: row.try_get("data")?,
            })
        })
        .collect()
}

/// The credit log in (after, up_to].
pub async fn credit(
    db: &mut PgConnection,
    after: CreditSeq,
    up_to: CreditSeq,
) -> Result<Vec<CreditEntry>, SettlerError> {
    let rows = sqlx::query(
        "SELECT position, kind, vault, payer, amount::text AS amount, deposit_sequence, chain_slot, lease,
            gateway, generation, mandate
         FROM credit.log WHERE position > $1 AND position <= $2 ORDER BY position",
    )
    .bind(big(after.0, "position")?)
    .bind(i64::try_from(up_to.0).unwrap_or(i64::MAX))
    .fetch_all(db)
    .await?;
    rows.iter().map(credit_entry).collect()
}

fn credit_entry(row: &PgRow) -> Result<CreditEntry, SettlerError> {
    let missing = SettlerError::Row;
    let holder = || -> Result<(GatewayId, Generation), SettlerError> {
        let gateway = optional_key(row, "gateway")?.ok_or(missing("gateway"))?;
        let number = optional_count(row, "generation")?.ok_or(missing("generation"))?;
        Ok((GatewayId(gateway), generation(number, "generation")?))
    };
    let kind = match row.try_get::<&str, _>("kind")? {
        "grant" => {
            CreditKind::Grant { deposit: optional_count(row, "deposit_sequence")?.ok_or(missing("deposit_sequence"))? }
        }
        "lease" => {
            let (gateway, generation) = holder()?;
            let mandate = MandateId(optional_key(row, "mandate")?.ok_or(missing("mandate"))?);
            CreditKind::Lease { gateway, generation, mandate }
        }
        "close" => {
            let (gateway, generation) = holder()?;
            let lease = CreditSeq(optional_count(row, "lease")?.ok_or(missing("lease"))?);
            CreditKind::Close { lease, gateway, generation }
        }
        "refund" => CreditKind::Refund,
        _ => return Err(missing("kind")),
    };
    Ok(CreditEntry {
        position: CreditSeq(count(row, "position")?),
        vault: VaultId(key(row, "vault")?),
        payer: PayerId(key(row, "payer")?),
        amount: BaseUnits(decimal(row, "amount")?),
        chain_slot: Slot(count(row, "chain_slot")?),
        kind,
    })
}

/// All generations that have drained events.
pub async fn generations(db: &mut PgConnection) -> Result<Vec<(GatewayId, Generation)>, SettlerError> {
    let rows =
        sqlx::query("SELECT gateway, generation FROM usage.heads ORDER BY gateway, generation").fetch_all(db).await?;
    rows.iter()
        .map(|row| Ok((GatewayId(key(row, "gateway")?), generation(count(row, "generation")?, "generation")?)))
        .collect()
}

/// A generation's groups in [from, end), at most [`GROUPS_MAX`]. Stops before a
/// group whose bytes cannot be read, and says so.
pub async fn groups(
    db: &mut PgConnection,
    gateway: GatewayId,
    generation: Generation,
    from: EventSeq,
    end: EventSeq,
) -> Result<Segment, SettlerError> {
    let rows = sqlx::query(
        "SELECT bytes FROM usage.groups
         WHERE gateway = $1 AND generation = $2 AND first_sequence >= $3 AND end_sequence <= $4
         ORDER BY first_sequence LIMIT $5",
    )
    .bind(&gateway.0[..])
    .bind(i64::from(generation.0))
    .bind(big(from.0, "sequence")?)
    .bind(i64::try_from(end.0).unwrap_or(i64::MAX))
    .bind(GROUPS_MAX)
    .fetch_all(db)
    .await?;
    let mut groups = Vec::with_capacity(rows.len());
    for row in &rows {
        match Group::decode(row.try_get("bytes")?) {
            Ok(group) => groups.push(group),
            Err(error) => {
                tracing::error!(%gateway, %generation, %error, "a drained group cannot be read; its segment ends here");
                break;
            }
        }
    }
    Ok(Segment { gateway, generation, groups })
}

/// The mandates with these ids that are known.
pub async fn mandates(
    db: &mut PgConnection,
    scope: &Scope,
    ids: &[MandateId],
) -> Result<Vec<SignedMandate>, SettlerError> {
    let ids: Vec<&[u8]> = ids.iter().map(|id| &id.0[..]).collect();
    let rows = sqlx::query(
        "SELECT vault, payer, gateway, maximum::text AS maximum, expires_slot::text AS expires,
            nonce::text AS nonce, signature
         FROM usage.mandates WHERE mandate = ANY($1) ORDER BY mandate",
    )
    .bind(ids)
    .fetch_all(db)
    .await?;
    rows.iter()
        .map(|row| {
            let mandate = Mandate {
                genesis: scope.genesis,
                program: scope.program(),
                vault: VaultId(key(row, "vault")?),
                payer: PayerId(key(row, "payer")?),
                gateway: GatewayId(key(row, "gateway")?),
                maximum: BaseUnits(decimal(row, "maximum")?),
                expires: Slot(decimal(row, "expires")?),
                nonce: decimal(row, "nonce")?,
            };
            Ok(SignedMandate { mandate, signature: signature(row, "signature")? })
        })
        .collect()
}
