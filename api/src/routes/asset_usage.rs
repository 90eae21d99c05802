//! What an asset earned, by epoch and policy, whoever it was for.

use crate::amounts::{SubAmount, Token};
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
use sqlx::Row;
use tributary_core::id::{AssetId, VaultId};
use utoipa::{IntoParams, ToSchema};

const LIST: &str = "asset_usage";

/// In which vault, and which page.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AssetUsageParams {
    /// The vault.
    pub vault: String,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Entries a page, 1 to 100; 25 when left out.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
}

/// What an asset earned in an epoch by one policy.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AssetUsage {
    /// What its amount is counted in.
    pub token: Token,
    /// In which epoch.
    pub epoch: u64,
    /// The finalised slot that closed it.
    pub finalised_slot: u64,
    /// Whether its root serves already.
    pub is_active: bool,
    /// Why: the policy's name as the ledger has it.
    pub policy: String,
    /// How many claimants share it.
    pub claimants: u64,
    /// How much, over all claimants, in sub-units.
    pub amount: SubAmount,
}

/// What an asset earned, by epoch and policy, the newest epoch first. Epochs whose
/// root was struck down are left out.
#[utoipa::path(get, path = "/v1/assets/{asset}/usage", tag = "assets",
    params(("asset" = String, Path), AssetUsageParams),
    responses(
        (status = 200, body = Page<AssetUsage>),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    ))]
pub async fn asset_usage(
    State(api): State<Api>,
    Path(asset): Path<String>,
    Params(params): Params<AssetUsageParams>,
) -> Result<Json<Page<AssetUsage>>, ReadError> {
    let asset: AssetId = parse("asset", &asset)?;
    let vault: VaultId = parse("vault", &params.vault)?;
    let page = PageRequest::<(u64, String)>::parse(LIST, params.cursor.as_deref(), params.limit)?;
    let mut snapshot = Snapshot::open(&api.readers).await?;
    let token = snapshot.token(&vault).await?;
    let root_epoch = snapshot.root_epoch(&vault).await?;
    let rows = sqlx::query(
        "SELECT c.epoch, c.policy, count(DISTINCT c.claimant::bytea) AS claimants, sum(c.amount)::text AS amount,
                r.finalised_slot, bool_and(r.status = 'active') AS active
         FROM ledger.credits c
         JOIN chain.roots r ON r.vault = c.vault AND r.epoch = c.epoch AND r.attempt = c.attempt
         WHERE c.asset = $1 AND c.vault = $2 AND r.status IN ('pending', 'active')
           AND ($3::bigint IS NULL OR c.epoch < $3 OR (c.epoch = $3 AND c.policy > $4))
         GROUP BY c.epoch, c.policy, r.finalised_slot
         ORDER BY c.epoch DESC, c.policy LIMIT $5",
    )
    .bind(asset.0.as_slice())
    .bind(vault.0.as_slice())
    .bind(page.after_bigint(|(epoch, _)| *epoch)?)
    .bind(page.after.as_ref().map(|(_, policy)| policy.as_str()))
    .bind(page.rows())
    .fetch_all(snapshot.connection())
    .await?;
    let usage = |row: &sqlx::postgres::PgRow| {
        Ok(AssetUsage {
            token,
            epoch: row.count("epoch")?,
            finalised_slot: row.count("finalised_slot")?,
            is_active: row.try_get("active")?,
            policy: row.text("policy")?,
            claimants: row.count("claimants")?,
            amount: row.sub_amount("amount")?,
        })
    };
    let list = rows.iter().map(usage).collect::<Result<_, ReadError>>()?;
    Ok(Json(page.page(&snapshot, root_epoch, LIST, list, |entry: &AssetUsage| (entry.epoch, entry.policy.clone()))))
}
