//! Leases in the credit log: granted out of available credit to a gateway's
//! generation, and closed when their events are in Postgres. What a mandate
//! allows is enforced here, over all its leases.

use super::book::Account;
use super::generations::hold;
use super::log::{CreditError, finalised, grant_within, next_position, refund_requests_within, serialise};
use crate::database::{DatabaseError, amount, bigint, key, position};
use sqlx::{PgConnection, PgPool, Row};
use tributary_core::amount::BaseUnits;
use tributary_core::id::{GatewayId, PayerId, VaultId};
use tributary_core::position::{CreditSeq, EventSeq, Generation, Slot};

/// A lease as recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// Its place in the log.
    pub lease: CreditSeq,
    /// Whose credit.
    pub account: Account,
    /// In base units.
    pub amount: BaseUnits,
    /// What the events in Postgres took from it.
    pub spent: BaseUnits,
    /// The last of those.
    pub last_event: Option<EventSeq>,
}

/// What a gateway asks for.
#[derive(Clone, Copy, Debug)]
pub struct LeaseRequest {
    /// Whose credit.
    pub account: Account,
    /// Who will spend it.
    pub gateway: GatewayId,
    /// In which of its lives.
    pub generation: Generation,
    /// Less than this is of no use, in base units.
    pub needed: BaseUnits,
    /// What it would like, in base units.
    pub wanted: BaseUnits,
}

/// How much a lease takes: what is wanted, but at least what is needed and at
/// most what is available and the mandate allows.
pub fn grantable(
    needed: BaseUnits,
    wanted: BaseUnits,
    available: BaseUnits,
    mandate_left: BaseUnits,
) -> Option<BaseUnits> {
    let granted = wanted.max(needed).min(available).min(mandate_left);
    (granted >= needed && granted > BaseUnits::ZERO).then_some(granted)
}

/// Leases available credit to a gateway's generation: as much as is wanted,
/// available and allowed by the mandate, but at least what is needed.
pub async fn grant_lease(pool: &PgPool, request: LeaseRequest) -> Result<Lease, CreditError> {
    let LeaseRequest { account, gateway, generation, needed, wanted } = request;
    let mut tx = pool.begin().await?;
    serialise(&mut tx).await?;
    hold(&mut tx, gateway, generation).await?;
    grant_within(&mut tx).await?;
    let slot = finalised(&mut tx).await?;
    if refund_requests_within(&mut tx).await?.contains(&(account.vault, account.payer)) {
        return Err(CreditError::RefundRequested);
    }
    let mandate_left = mandate_left(&mut tx, account, slot).await?;
    let row = sqlx::query("SELECT available::text AS available FROM credit.accounts WHERE vault = $1 AND payer = $2")
        .bind(&account.vault.0[..])
        .bind(&account.payer.0[..])
        .fetch_optional(&mut *tx)
        .await?;
    let available = row.map_or(Ok(BaseUnits::ZERO), |row| amount(&row, "available"))?;
    let granted = grantable(needed, wanted, available, mandate_left).ok_or(CreditError::Short {
        needed,
        available,
        mandate_left,
    })?;
    let place = next_position(&mut tx).await?;
    sqlx::query(
        "INSERT INTO credit.log (position, kind, vault, payer, amount, chain_slot, gateway, generation, mandate)
         VALUES ($1, 'lease', $2, $3, $4::text::numeric, $5, $6, $7, $8)",
    )
    .bind(place)
    .bind(&account.vault.0[..])
    .bind(&account.payer.0[..])
    .bind(granted.to_string())
    .bind(bigint(slot.0)?)
    .bind(&gateway.0[..])
    .bind(i64::from(generation.0))
    .bind(&account.mandate.0[..])
    .execute(&mut *tx)
    .await?;
    sqlx::query(
        "INSERT INTO credit.leases (lease, vault, payer, mandate, gateway, generation, amount)
         VALUES ($1, $2, $3, $4, $5, $6, $7::text::numeric)",
    )
    .bind(place)
    .bind(&account.vault.0[..])
    .bind(&account.payer.0[..])
    .bind(&account.mandate.0[..])
    .bind(&gateway.0[..])
    .bind(i64::from(generation.0))
    .bind(granted.to_string())
    .execute(&mut *tx)
    .await?;
    sqlx::query(
        "UPDATE credit.accounts
         SET available = available - $3::text::numeric, leased = leased + $3::text::numeric
         WHERE vault = $1 AND payer = $2",
    )
    .bind(&account.vault.0[..])
    .bind(&account.payer.0[..])
    .bind(granted.to_string())
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    let lease = CreditSeq(u64::try_from(place).map_err(|_| DatabaseError::Value("position"))?);
    Ok(Lease { lease, account, amount: granted, spent: BaseUnits::ZERO, last_event: None })
}

/// What a mandate still allows: its maximum less what its closed leases spent
/// and its open ones hold.
async fn mandate_left(tx: &mut PgConnection, account: Account, slot: Slot) -> Result<BaseUnits, CreditError> {
    let row = sqlx::query(
        "SELECT greatest(m.maximum - coalesce((
                    SELECT sum(l.amount - coalesce(c.amount, 0))
                    FROM credit.leases l LEFT JOIN credit.log c ON c.position = l.closed_at
                    WHERE l.mandate = m.mandate), 0), 0)::text AS remaining
         FROM usage.mandates m
         WHERE m.mandate = $1 AND m.vault = $2 AND m.payer = $3 AND m.expires_slot >= $4::text::numeric",
    )
    .bind(&account.mandate.0[..])
    .bind(&account.vault.0[..])
    .bind(&account.payer.0[..])
    .bind(slot.0.to_string())
    .fetch_optional(tx)
    .await?
    .ok_or(CreditError::MandateOver)?;
    Ok(amount(&row, "remaining")?)
}

/// Returns what a lease did not spend. Every event of it must be in Postgres;
/// `expected` is what the book says is left.
pub async fn close_lease(pool: &PgPool, lease: CreditSeq, expected: BaseUnits) -> Result<(), CreditError> {
    let mut tx = pool.begin().await?;
    serialise(&mut tx).await?;
    close_within(&mut tx, lease, Some(expected)).await?;
    tx.commit().await?;
    Ok(())
}

pub(super) async fn close_within(
    tx: &mut PgConnection,
    lease: CreditSeq,
    expected: Option<BaseUnits>,
) -> Result<(), CreditError> {
    let row = sqlx::query(
        "SELECT l.vault, l.payer, l.gateway, l.generation, l.closed_at, l.amount::text AS amount,
                (l.amount - coalesce((
                    SELECT sum(e.price) FROM usage.events e
                    WHERE e.payer = l.payer AND e.gateway = l.gateway AND e.generation = l.generation
                      AND e.lease = l.lease), 0))::text AS unspent
         FROM credit.leases l WHERE l.lease = $1",
    )
    .bind(bigint(lease.0)?)
    .fetch_one(&mut *tx)
    .await?;
    if row.try_get::<Option<i64>, _>("closed_at")?.is_some() {
        return Ok(());
    }
    let unspent: String = row.try_get("unspent")?;
    if let Some(expected) = expected.filter(|expected| expected.to_string() != unspent) {
        return Err(CreditError::Mismatch { lease, expected, actual: unspent });
    }
    let returned = amount(&row, "unspent")?;
    let whole = amount(&row, "amount")?;
    let (vault, payer): (VaultId, PayerId) = (key(&row, "vault")?, key(&row, "payer")?);
    let slot = finalised(&mut *tx).await?;
    let place = next_position(&mut *tx).await?;
    sqlx::query(
        "INSERT INTO credit.log (position, kind, vault, payer, amount, chain_slot, lease, gateway, generation)
         VALUES ($1, 'close', $2, $3, $4::text::numeric, $5, $6, $7, $8)",
    )
    .bind(place)
    .bind(&vault.0[..])
    .bind(&payer.0[..])
    .bind(returned.to_string())
    .bind(bigint(slot.0)?)
    .bind(bigint(lease.0)?)
    .bind(row.try_get::<Vec<u8>, _>("gateway")?)
    .bind(row.try_get::<i64, _>("generation")?)
    .execute(&mut *tx)
    .await?;
    sqlx::query("UPDATE credit.leases SET closed_at = $2 WHERE lease = $1")
        .bind(bigint(lease.0)?)
        .bind(place)
        .execute(&mut *tx)
        .await?;
    sqlx::query(
        "UPDATE credit.accounts
         SET available = available + $3::text::numeric, leased = leased - $4::text::numeric
         WHERE vault = $1 AND payer = $2",
    )
    .bind(&vault.0[..])
    .bind(&payer.0[..])
    .bind(returned.to_string())
    .bind(whole.to_string())
    .execute(&mut *tx)
    .await?;
    Ok(())
}

/// The open leases of a generation, with what the events in Postgres before
/// `end` took from them.
pub async fn open_leases(
    pool: &PgPool,
    gateway: GatewayId,
    generation: Generation,
    end: EventSeq,
) -> Result<Vec<Lease>, CreditError> {
    let rows = sqlx::query(
        "SELECT l.lease, l.vault, l.payer, l.mandate, l.amount::text AS amount,
                coalesce(sum(e.price), 0)::text AS spent, max(e.sequence) AS last_event
         FROM credit.leases l
         LEFT JOIN usage.events e ON e.payer = l.payer AND e.gateway = l.gateway AND e.generation = l.generation
              AND e.lease = l.lease AND e.sequence < $3
         WHERE l.gateway = $1 AND l.generation = $2 AND l.closed_at IS NULL
         GROUP BY l.lease ORDER BY l.lease",
    )
    .bind(&gateway.0[..])
    .bind(i64::from(generation.0))
    .bind(bigint(end.0)?)
    .fetch_all(pool)
    .await?;
    rows.iter()
        .map(|row| {
            let account =
                Account { vault: key(row, "vault")?, payer: key(row, "payer")?, mandate: key(row, "mandate")? };
            let last = row.try_get::<Option<i64>, _>("last_event").map_err(DatabaseError::from)?;
            let last_event = last.map(u64::try_from).transpose().map_err(|_| DatabaseError::Value("sequence"))?;
            Ok(Lease {
                lease: CreditSeq(position(row, "lease")?),
                account,
                amount: amount(row, "amount")?,
                spent: amount(row, "spent")?,
                last_event: last_event.map(EventSeq),
            })
        })
        .collect()
}
