//! Reads single events back from Postgres: for answers whose spool was lost.

use crate::database::{DatabaseError, bigint};
use sqlx::{PgPool, Row};
use tributary_core::event::UsageEvent;
use tributary_core::group::Group;
use tributary_core::id::GatewayId;
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
