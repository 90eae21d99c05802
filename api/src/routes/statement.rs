//! A claimant's year as CSV, computed again from the published files as
//! `tributary statement year` does it. For more epochs or events than a request
//! may take, that command is the way.

use crate::problem::{Problem, ReadError};
use crate::replay::ReplayError;
use crate::request::{Params, parse};
use crate::rows::Columns;
use crate::server::Api;
use crate::snapshot::Snapshot;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use serde::Deserialize;
use sqlx::Row;
use tributary_core::id::{Claimant, FileHash, RootId, VaultId};
use tributary_core::position::Epoch;
use tributary_settlement::statement::year::Opened;
use utoipa::IntoParams;

/// The most roots that are computed again for one statement.
const ROOTS_MAX: usize = 400;

/// Of which vault.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StatementParams {
    /// The vault.
    pub vault: String,
}

/// A claimant's statement of a year, as CSV.
///
/// For each epoch whose root opened in the year (UTC) and each class: what was
/// carried in, credited by asset, agent and policy, released by disputes,
/// published and carried out, to the sub-unit.
#[utoipa::path(get, path = "/v1/claimants/{claimant}/statements/{year}", tag = "claimants",
    params(("claimant" = String, Path), ("year" = i32, Path), StatementParams),
    responses(
        (status = 200, description = "One row an entry", body = String, content_type = "text/csv"),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such vault", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Too many events or roots to recompute on request", body = Problem,
            content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    ))]
pub async fn statement(
    State(api): State<Api>,
    Path((claimant, year)): Path<(String, String)>,
    Params(params): Params<StatementParams>,
) -> Result<impl IntoResponse, ReadError> {
    let claimant: Claimant = parse("claimant", &claimant)?;
    let year: i32 = parse("year", &year)?;
    let vault: VaultId = parse("vault", &params.vault)?;
    let mut snapshot = Snapshot::open(&api.readers).await?;
    snapshot.token(&vault).await?;
    let roots = roots_of(&mut snapshot, &vault, year, api.replays.events_max()).await?;
    // Nothing more is read from the database, and computing takes a while.
    drop(snapshot);
    let csv = api.replays.statement(claimant, roots).await?;
    let name = format!("attachment; filename=\"{claimant}-{year}.csv\"");
    Ok(([(CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, name)], csv))
}

/// The roots that opened in a year and serve or served, with their manifests.
async fn roots_of(
    snapshot: &mut Snapshot,
    vault: &VaultId,
    year: i32,
    events_max: u64,
) -> Result<Vec<(Opened, FileHash)>, ReadError> {
    let rows = sqlx::query(
        "SELECT r.epoch, r.root_id, r.manifest, r.opens_at, e.events
         FROM chain.roots r LEFT JOIN ledger.epochs e USING (vault, epoch, attempt)
         WHERE r.vault = $1 AND r.status = 'active'
           AND extract(year FROM to_timestamp(r.opens_at) AT TIME ZONE 'UTC') = $2
         ORDER BY r.epoch LIMIT $3",
    )
    .bind(vault.0.as_slice())
    .bind(year)
    .bind(ROOTS_MAX as i64 + 1)
    .fetch_all(snapshot.connection())
    .await?;
    let mut events: u64 = 0;
    for row in &rows {
        events = events.saturating_add(row.count_or_null("events")?.unwrap_or_default());
    }
    if events > events_max {
        return Err(ReplayError::TooLarge { events, max: events_max }.into());
    }
    if rows.len() > ROOTS_MAX {
        return Err(ReplayError::TooManyRoots { max: ROOTS_MAX }.into());
    }
    rows.iter()
        .map(|row| {
            let about = Opened {
                epoch: Epoch(row.count("epoch")?),
                root: RootId(row.id("root_id")?),
                opens_at: row.try_get("opens_at")?,
            };
            Ok((about, row.id("manifest")?))
        })
        .collect()
}
