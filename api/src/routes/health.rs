//! Whether this API's answers are of now.

use crate::answer::Answer;
use crate::problem::{Problem, ReadError};
use crate::rows::Columns;
use crate::server::Api;
use crate::snapshot::Snapshot;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use sqlx::Row;
use tributary_core::id::VaultId;
use utoipa::ToSchema;

/// An indexer that has written nothing for longer than this is not well.
const SILENT_SECONDS_MAX: u64 = 60;
/// Further behind than this the answers are old.
const LAG_SLOTS_MAX: u64 = 1_000;
/// The most vaults shown.
const SHOWN_MAX: i64 = 100;

/// How well things are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HealthState {
    /// Answers are of now.
    Ok,
    /// Answers are right, and old: they say their slot.
    Behind,
    /// The indexer has written nothing for a while.
    IndexerSilent,
    /// An event is missing; what came after it is not final here yet.
    Gap,
}

/// How well things are, in numbers.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Health {
    /// In a word.
    pub state: HealthState,
    /// Slots that were heard of but are not indexed yet.
    pub lag_slots: u64,
    /// Seconds since the indexer last wrote.
    pub silent_seconds: u64,
    /// Everything up to this slot is indexed and final.
    pub finalised_slot: u64,
    /// Events known to be missing.
    pub open_gaps: u64,
    /// Each vault's newest active root.
    pub roots: Vec<RootAge>,
}

/// How old a vault's newest active root is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RootAge {
    /// The vault.
    #[schema(value_type = String)]
    pub vault: VaultId,
    /// The root's epoch.
    pub epoch: u64,
    /// Seconds since it was posted.
    pub age_seconds: u64,
}

/// Whether answers are of now: 200 when they are, 503 when not.
#[utoipa::path(get, path = "/v1/health", tag = "network", responses(
    (status = 200, body = Answer<Health>),
    (status = 503, description = "Answers are old (the same body as 200), or there are none (a problem)", content(
        (Answer<Health> = "application/json"), (Problem = "application/problem+json"),
    )),
))]
pub async fn health(State(api): State<Api>) -> Result<Response, ReadError> {
    let mut snapshot = Snapshot::open(&api.readers).await?;
    let row = sqlx::query(
        "SELECT greatest(seen_slot - confirmed_slot, 0) AS lag,
                greatest(floor(extract(epoch FROM now() - updated_at)), 0)::bigint AS silent,
                (SELECT count(*) FROM chain.gaps WHERE filled_at IS NULL) AS gaps
         FROM chain.status",
    )
    .fetch_one(snapshot.connection())
    .await?;
    let roots = sqlx::query(
        "SELECT DISTINCT ON (r.vault) r.vault, r.epoch,
                greatest(floor(extract(epoch FROM now())) - (r.opens_at - v.challenge_seconds), 0)::bigint AS age
         FROM chain.roots r JOIN chain.vaults v USING (vault)
         WHERE r.status = 'active' ORDER BY r.vault, r.epoch DESC LIMIT $1",
    )
    .bind(SHOWN_MAX)
    .fetch_all(snapshot.connection())
    .await?;
    let (lag_slots, silent_seconds, open_gaps) = (row.count("lag")?, row.count("silent")?, row.count("gaps")?);
    let state = match () {
        () if silent_seconds > SILENT_SECONDS_MAX => HealthState::IndexerSilent,
        () if open_gaps > 0 => HealthState::Gap,
        () if lag_slots > LAG_SLOTS_MAX => HealthState::Behind,
        () => HealthState::Ok,
    };
    let health = Health {
        state,
        lag_slots,
        silent_seconds,
        finalised_slot: snapshot.finalised_slot(),
        open_gaps,
        roots: roots
            .iter()
            .map(|row| {
                let age = u64::try_from(row.try_get::<i64, _>("age")?).map_err(|_| ReadError::Row("age"))?;
                Ok(RootAge { vault: row.id("vault")?, epoch: row.count("epoch")?, age_seconds: age })
            })
            .collect::<Result<_, ReadError>>()?,
    };
    let status = if state == HealthState::Ok { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let mut response = (status, Json(snapshot.answer(None, health))).into_response();
    // A 503 that carries numbers keeps them.
    response.extensions_mut().insert(crate::middleware::KeepBody);
    Ok(response)
}
