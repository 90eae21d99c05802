//! Reads single events back from Postgres: for answers whose spool was lost, for
//! whoever asks what a call used, and for requests that are no longer remembered.

use crate::database::{DatabaseError, bigint, key, position};
use sqlx::{PgPool, Row};
use tributary_core::event::UsageEvent;
use tributary_core::group::Group;
use tributary_core::id::{GatewayId, RequestId};
use tributary_core::position::{EventSeq, Generation};

/// A request that was paid.
#[derive(Clone, Copy, Debug)]
pub struct PaidRequest {
    /// Its identity.
    pub request: RequestId,
    /// Where its event stands.
    pub generation: Generation,
    /// See `generation`.
    pub sequence: EventSeq,
    /// When it was charged.
    pub at_ms: u64,
}

/// Which of these identities were paid, as far as Postgres knows.
pub async fn paid(
    pool: &PgPool,
    gateway: GatewayId,
    identities: &[RequestId],
) -> Result<Vec<PaidRequest>, DatabaseError> {
    let rows = sqlx::query(
        "SELECT request, generation, sequence, at_ms FROM usage.events
         WHERE gateway = $1 AND request = ANY($2::bytea[])",
    )
    .bind(&gateway.0[..])
    .bind(identities.iter().map(|identity| identity.0.to_vec()).collect::<Vec<_>>())
    .fetch_all(pool)
    .await?;
    rows.iter()
        .map(|row| {
            let generation = u32::try_from(row.try_get::<i64, _>("generation")?);
            Ok(PaidRequest {
                request: key(row, "request")?,
                generation: Generation(generation.map_err(|_| DatabaseError::Value("generation"))?),
                sequence: EventSeq(position(row, "sequence")?),
                at_ms: position(row, "at_ms")?,
            })
        })
        .collect()
}

/// The event at a position, out of the group it was committed in.
pub async fn read(
    pool: &PgPool,
    gateway: GatewayId,
    generation: Generation,
    sequence: EventSeq,
) -> Result<Option<UsageEvent>, DatabaseError> {
    let row = sqlx::query(
        "SELECT bytes FROM usage.groups
         WHERE gateway = $1 AND generation = $2 AND first_sequence <= $3 AND end_sequence > $3",
    )
    .bind(&gateway.0[..])
    .bind(i64::from(generation.0))
    .bind(bigint(sequence.0)?)
    .fetch_optional(pool)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let group = Group::decode(row.try_get("bytes")?).map_err(|_| DatabaseError::Value("bytes"))?;
    Ok(group.events.into_iter().find(|event| event.position.sequence == sequence))
}

/// The event of a request, once it is in Postgres.
pub async fn of_request(
    pool: &PgPool,
    gateway: GatewayId,
    request: RequestId,
) -> Result<Option<UsageEvent>, DatabaseError> {
    let row = sqlx::query("SELECT generation, sequence FROM usage.events WHERE gateway = $1 AND request = $2")
        .bind(&gateway.0[..])
        .bind(&request.0[..])
        .fetch_optional(pool)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let generation = u32::try_from(position(&row, "generation")?).map_err(|_| DatabaseError::Value("generation"))?;
    read(pool, gateway, Generation(generation), EventSeq(position(&row, "sequence")?)).await
}
