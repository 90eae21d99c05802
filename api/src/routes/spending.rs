//! What a payer paid, by agent: the gateways' events, summed up as far as they
//! were drained. Receipts say event by event where it went.

use super::receipts::{NamedAsset, named, names};
use crate::amounts::{Amount, Token};
use crate::answer::Page;
use crate::paging::PageRequest;
use crate::problem::{Problem, ReadError};
use crate::request::{Params, parse};
use crate::rows::Columns;
use crate::server::Api;
use crate::snapshot::Snapshot;
use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use tributary_core::id::{AssetId, PayerId, VaultId};
use utoipa::{IntoParams, ToSchema};

const LIST: &str = "spending";

/// Out of which vault, and which page.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SpendingParams {
    /// The vault.
    pub vault: String,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Entries a page, 1 to 100; 25 when left out.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
}

/// What a payer paid an agent.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Spending {
    /// What its amount is counted in.
    pub token: Token,
    /// To which agent.
    pub agent: NamedAsset,
    /// By how many calls.
    pub events: u64,
    /// How much altogether.
    pub amount: Amount,
    /// Unix milliseconds of the first call...
    pub first_at_ms: u64,
    /// ...and of the last.
    pub last_at_ms: u64,
}

/// What a payer paid, by agent. Unknown payers have an empty list.
#[utoipa::path(get, path = "/v1/payers/{payer}/usage", tag = "payers", params(("payer" = String, Path), SpendingParams),
    responses(
        (status = 200, body = Page<Spending>),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    ))]
pub async fn spending(
    State(api): State<Api>,
    Path(payer): Path<String>,
    Params(params): Params<SpendingParams>,
) -> Result<Json<Page<Spending>>, ReadError> {
    let payer: PayerId = parse("payer", &payer)?;
    let vault: VaultId = parse("vault", &params.vault)?;
    let page = PageRequest::<AssetId>::parse(LIST, params.cursor.as_deref(), params.limit)?;
    let mut snapshot = Snapshot::open(&api.readers).await?;
    let token = snapshot.token(&vault).await?;
    let root_epoch = snapshot.root_epoch(&vault).await?;
    let rows = sqlx::query(
        "SELECT agent, count(*) AS events, sum(price)::text AS amount, min(at_ms) AS first_at_ms, max(at_ms) AS last_at_ms
         FROM usage.events WHERE payer = $1 AND vault = $2 AND ($3::bytea IS NULL OR agent > $3)
         GROUP BY agent ORDER BY agent LIMIT $4",
    )
    .bind(payer.0.as_slice())
    .bind(vault.0.as_slice())
    .bind(page.after.map(|agent| agent.0.to_vec()))
    .bind(page.rows())
    .fetch_all(snapshot.connection())
    .await?;
    let agents: Vec<AssetId> = rows.iter().map(|row| row.id("agent")).collect::<Result<_, _>>()?;
    let names = names(&api, &mut snapshot, agents.into_iter()).await?;
    let spent = |row: &sqlx::postgres::PgRow| {
        Ok(Spending {
            token,
            agent: named(&names, row.id("agent")?),
            events: row.count("events")?,
            amount: row.amount("amount")?,
            first_at_ms: row.count("first_at_ms")?,
            last_at_ms: row.count("last_at_ms")?,
        })
    };
    let list = rows.iter().map(spent).collect::<Result<_, ReadError>>()?;
    Ok(Json(page.page(&snapshot, root_epoch, LIST, list, |entry: &Spending| entry.agent.asset)))
}
