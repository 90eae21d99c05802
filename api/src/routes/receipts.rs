//! Why a claimant earned what an epoch credited: by asset, agent and policy.

use super::metadata;
use crate::amounts::{SubAmount, Token};
use crate::answer::Page;
use crate::paging::PageRequest;
use crate::problem::{Problem, ReadError};
use crate::replay::Replay;
use crate::request::{Params, parse};
use crate::rows::Columns;
use crate::server::Api;
use crate::snapshot::Snapshot;
use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use tributary_attribution::PolicyLabel;
use tributary_core::amount::SubUnits;
use tributary_core::id::{AssetId, Claimant, FileHash, VaultId};
use tributary_settlement::statement::receipts::ReceiptKey;
use utoipa::{IntoParams, ToSchema};

const LIST: &str = "receipts";

/// Of which epoch, and which page.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReceiptParams {
    /// The vault.
    pub vault: String,
    /// The epoch, from 1.
    #[param(minimum = 1)]
    pub epoch: u64,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Entries a page, 1 to 100; 25 when left out.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
}

/// Why credit came about. A match or a declaration is what it is, never a cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    /// P0: the agent was called, and its terms say who is paid.
    Declared,
    /// P1: the payment used the model.
    Used,
    /// P3: spans of the answer stand in the asset's text.
    Verbatim,
    /// P3's share of what no registered text matched: the model's own part.
    Unmatched,
    /// A child owed the asset a share of what the child received.
    Royalty,
    /// P2: the asset's cluster is among the nearest to the answer.
    Similar,
    /// The curator's share of what a member of a collection kept.
    Curated,
}

impl From<PolicyLabel> for Policy {
    fn from(label: PolicyLabel) -> Self {
        match label {
            PolicyLabel::Declared => Self::Declared,
            PolicyLabel::Used => Self::Used,
            PolicyLabel::Verbatim => Self::Verbatim,
            PolicyLabel::Unmatched => Self::Unmatched,
            PolicyLabel::Royalty => Self::Royalty,
            PolicyLabel::Similar => Self::Similar,
            PolicyLabel::Curated => Self::Curated,
        }
    }
}

/// An asset by address and name.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NamedAsset {
    /// Its record's address.
    #[schema(value_type = String)]
    pub asset: AssetId,
    /// What its metadata calls it; null when the metadata is not in this API's store.
    pub name: Option<String>,
}

/// Credit of one kind.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Receipt {
    /// What its amounts are counted in.
    pub token: Token,
    /// The epoch.
    pub epoch: u64,
    /// For which asset.
    pub asset: NamedAsset,
    /// Which agent was called; null for what an ended dispute released, which was
    /// held by asset and policy and is of no event of this epoch.
    pub agent: Option<NamedAsset>,
    /// Why.
    pub policy: Policy,
    /// How much, in sub-units.
    pub amount: SubAmount,
    /// By how many events; 0 for what an ended dispute released.
    pub events: u64,
}

/// A claimant's credit in an epoch by asset, agent and policy.
///
/// Recomputed from the published files; its sum is what settlement booked. Empty
/// when the claimant earned nothing in it, or the epoch is not computed yet.
#[utoipa::path(get, path = "/v1/claimants/{claimant}/receipts", tag = "claimants",
    params(("claimant" = String, Path), ReceiptParams),
    responses(
        (status = 200, body = Page<Receipt>),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such vault", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Too many events to recompute on request", body = Problem,
            content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    ))]
pub async fn receipts(
    State(api): State<Api>,
    Path(claimant): Path<String>,
    Params(params): Params<ReceiptParams>,
) -> Result<Json<Page<Receipt>>, ReadError> {
    let claimant: Claimant = parse("claimant", &claimant)?;
    let vault: VaultId = parse("vault", &params.vault)?;
    let page = PageRequest::<(AssetId, Option<AssetId>, String)>::parse(LIST, params.cursor.as_deref(), params.limit)?;
    let mut snapshot = Snapshot::open(&api.readers).await?;
    let token = snapshot.token(&vault).await?;
    let root_epoch = snapshot.root_epoch(&vault).await?;
    let Some(replay) = replay_of(&api, &mut snapshot, &vault, params.epoch, &claimant).await? else {
        return Ok(Json(page.page(&snapshot, root_epoch, LIST, Vec::new(), key_of)));
    };
    let all = replay.receipts(claimant);
    let key = |key: &ReceiptKey| (key.asset, key.agent, key.policy.as_str().to_owned());
    let mut found: Vec<_> = all.map(|(of, sum)| (key(&of), of, sum)).collect();
    found.sort_by(|a, b| a.0.cmp(&b.0));
    let from = page.after.as_ref().map_or(0, |after| found.partition_point(|(key, ..)| key <= after));
    let wanted = &found[from..found.len().min(from + page.limit + 1)];
    let assets = wanted.iter().flat_map(|(_, of, _)| std::iter::once(of.asset).chain(of.agent));
    let names = names(&api, &mut snapshot, assets).await?;
    let list = wanted
        .iter()
        .map(|(_, of, sum)| Receipt {
            token,
            epoch: params.epoch,
            asset: named(&names, of.asset),
            agent: of.agent.map(|agent| named(&names, agent)),
            policy: of.policy.into(),
            amount: SubAmount(sum.amount),
            events: sum.events,
        })
        .collect();
    Ok(Json(page.page(&snapshot, root_epoch, LIST, list, key_of)))
}

fn key_of(receipt: &Receipt) -> (AssetId, Option<AssetId>, String) {
    let policy = match receipt.policy {
        Policy::Declared => PolicyLabel::Declared,
        Policy::Used => PolicyLabel::Used,
        Policy::Verbatim => PolicyLabel::Verbatim,
        Policy::Unmatched => PolicyLabel::Unmatched,
        Policy::Royalty => PolicyLabel::Royalty,
        Policy::Similar => PolicyLabel::Similar,
        Policy::Curated => PolicyLabel::Curated,
    };
    (receipt.asset.asset, receipt.agent.as_ref().map(|agent| agent.asset), policy.as_str().to_owned())
}

/// The epoch's newest attempt that was published and not vetoed, computed again.
/// `None` when there is none, or it credited this claimant nothing.
pub async fn replay_of(
    api: &Api,
    snapshot: &mut Snapshot,
    vault: &VaultId,
    epoch: u64,
    claimant: &Claimant,
) -> Result<Option<Arc<Replay>>, ReadError> {
    let Ok(epoch) = i64::try_from(epoch) else { return Ok(None) };
    let row = sqlx::query(
        "SELECT e.manifest, e.events, coalesce((SELECT sum(c.amount) FROM ledger.credits c
                WHERE (c.vault, c.epoch, c.attempt, c.claimant) = (e.vault, e.epoch, e.attempt, $3)), 0)::text AS booked
         FROM ledger.epochs e
         WHERE e.vault = $1 AND e.epoch = $2 AND e.step IN ('published', 'posted', 'active')
         ORDER BY e.attempt DESC LIMIT 1",
    )
    .bind(vault.0.as_slice())
    .bind(epoch)
    .bind(claimant.0.as_slice())
    .fetch_optional(snapshot.connection())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let manifest: FileHash = row.id("manifest")?;
    let booked = row.sub_amount("booked")?.0;
    if booked == SubUnits::ZERO {
        return Ok(None);
    }
    let replay = api.replays.of(manifest, row.count("events")?).await?;
    let sum = replay.receipts(*claimant).try_fold(SubUnits::ZERO, |sum, (_, part)| sum.checked_add(part.amount));
    if sum != Some(booked) {
        let reason = format!("its receipts for {claimant} do not sum to the {booked} sub-units that were booked");
        return Err(ReadError::Contradiction { file: manifest, reason });
    }
    Ok(Some(replay))
}

/// The names of assets.
pub async fn names(
    api: &Api,
    snapshot: &mut Snapshot,
    assets: impl Iterator<Item = AssetId>,
) -> Result<BTreeMap<AssetId, String>, ReadError> {
    let mut wanted: Vec<AssetId> = assets.collect();
    wanted.sort();
    wanted.dedup();
    let rows = sqlx::query("SELECT asset, metadata_hash FROM chain.assets WHERE asset = ANY ($1)")
        .bind(wanted.iter().map(|asset| asset.0.to_vec()).collect::<Vec<_>>())
        .fetch_all(snapshot.connection())
        .await?;
    let mut names = BTreeMap::new();
    for row in &rows {
        if let Some(name) = metadata::name(api, row.id("metadata_hash")?).await? {
            names.insert(row.id("asset")?, name);
        }
    }
    Ok(names)
}

/// An asset with its name.
pub fn named(names: &BTreeMap<AssetId, String>, asset: AssetId) -> NamedAsset {
    NamedAsset { asset, name: names.get(&asset).cloned() }
}
