//! Reads single events back from Postgres: for answers whose spool was lost, and
//! for whoever asks what a call used.

use crate::database::{DatabaseError, bigint, position};
use sqlx::{PgPool, Row};
use tributary_core::event::UsageEvent;
use tributary_core::group::Group;
use tributary_core::id::{GatewayId, RequestId};
use tributary_core::position::{EventSeq, Generation};

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
