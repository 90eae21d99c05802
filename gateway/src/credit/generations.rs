//! Generations in Postgres: a new one fences the older ones of its gateway, and
//! nothing a fenced one still holds is written any more.

use super::leases::close_within;
use super::log::{CreditError, serialise};
use crate::database::{DatabaseError, position};
use sqlx::{PgConnection, PgPool, Row};
use tributary_core::id::GatewayId;
use tributary_core::position::{CreditSeq, Generation};

/// Refuses when a newer generation has taken over, and keeps one from taking
/// over until the transaction ends.
pub async fn hold(tx: &mut PgConnection, gateway: GatewayId, generation: Generation) -> Result<(), CreditError> {
    let row = sqlx::query(
        "SELECT 1 FROM credit.generations WHERE gateway = $1 AND generation = $2 AND fenced_at IS NULL FOR SHARE",
    )
    .bind(&gateway.0[..])
    .bind(i64::from(generation.0))
    .fetch_optional(tx)
    .await?;
    row.map(|_| ()).ok_or(CreditError::Fenced(generation))
}

/// Begins a new generation: fences the older ones and returns what their leases
/// did not spend, as far as their events were drained.
pub async fn begin_generation(pool: &PgPool, gateway: GatewayId) -> Result<Generation, CreditError> {
    let mut tx = pool.begin().await?;
    serialise(&mut tx).await?;
    let row =
        sqlx::query("SELECT coalesce(max(generation), -1) + 1 AS next FROM credit.generations WHERE gateway = $1")
            .bind(&gateway.0[..])
            .fetch_one(&mut *tx)
            .await?;
    let next = u32::try_from(row.try_get::<i64, _>("next")?).map_err(|_| DatabaseError::Value("generation"))?;
    sqlx::query("UPDATE credit.generations SET fenced_at = now() WHERE gateway = $1 AND fenced_at IS NULL")
        .bind(&gateway.0[..])
        .execute(&mut *tx)
        .await?;
    sqlx::query("INSERT INTO credit.generations (gateway, generation) VALUES ($1, $2)")
        .bind(&gateway.0[..])
        .bind(i64::from(next))
        .execute(&mut *tx)
        .await?;
    let open = sqlx::query("SELECT lease FROM credit.leases WHERE gateway = $1 AND closed_at IS NULL ORDER BY lease")
        .bind(&gateway.0[..])
        .fetch_all(&mut *tx)
        .await?;
    for row in &open {
        close_within(&mut tx, CreditSeq(position(row, "lease")?), None).await?;
    }
    tx.commit().await?;
    Ok(Generation(next))
}

/// Whether a generation is known and not fenced.
pub async fn is_current(pool: &PgPool, gateway: GatewayId, generation: Generation) -> Result<bool, CreditError> {
    let row =
        sqlx::query("SELECT 1 FROM credit.generations WHERE gateway = $1 AND generation = $2 AND fenced_at IS NULL")
            .bind(&gateway.0[..])
            .bind(i64::from(generation.0))
            .fetch_optional(pool)
            .await?;
    Ok(row.is_some())
}
