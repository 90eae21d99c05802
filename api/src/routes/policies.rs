//! A vault's policy sets: how its epochs are shared out, and from when to when.

use super::assets::Mix;
use crate::amounts::Amount;
use crate::answer::Page;
use crate::paging::PageRequest;
use crate::problem::{Problem, ReadError};
use crate::request::{PageParams, Params, parse};
use crate::rows::Columns;
use crate::server::Api;
use crate::snapshot::Snapshot;
use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use sqlx::Row;
use tributary_core::amount::BaseUnits;
use tributary_core::id::{Claimant, FileHash, VaultId};
use tributary_core::policy::PolicySet;
use utoipa::ToSchema;

const LIST: &str = "policies";
/// No policy set is longer.
const POLICY_BYTES_MAX: u64 = 4 << 10;

/// A policy set and its time.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PolicyTerm {
    /// SHA-256 of the policy set: a file of `/v1/files`.
    #[schema(value_type = String)]
    pub policy_set: FileHash,
    /// Roots use it whose parent's finalised slot is this one or later; for a set
    /// that waits for the timelock, the earliest that can be.
    pub from_slot: u64,
    /// The slot from which another one is used; null for the last.
    pub until_slot: Option<u64>,
    /// Whether it only waits for its timelock and may still be cancelled.
    pub is_proposed: bool,
    /// What it says; null when it is not in this API's store.
    pub terms: Option<PolicyTerms>,
}

/// What a policy set says. All of it is in the file.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PolicyTerms {
    /// Version of the engine.
    pub engine: u16,
    /// The protocol's share of every payment, in ten-thousandths.
    pub fee_bps: u16,
    /// Who receives that.
    #[schema(value_type = String)]
    pub fee_claimant: Claimant,
    /// How models share that say nothing themselves.
    pub default_mix: Mix,
    /// The shortest span that counts as verbatim, in tokens.
    pub span_min: u16,
    /// No smaller leaf is published; it stays residue.
    pub leaf_min: Amount,
}

impl PolicyTerms {
    fn of(set: &PolicySet) -> Self {
        let [declared, used, similar, verbatim, reported] = set.default_mix.shares().map(|share| share.get());
        Self {
            engine: set.engine,
            fee_bps: set.fee.get(),
            fee_claimant: set.fee_claimant,
            default_mix: Mix { declared, used, similar, verbatim, reported },
            span_min: set.span_min,
            leaf_min: Amount(BaseUnits(set.leaf_min)),
        }
    }
}

/// A vault's policy sets, the newest first; one that waits for its timelock before
/// all others.
#[utoipa::path(get, path = "/v1/vaults/{vault}/policies", tag = "vaults", params(("vault" = String, Path), PageParams),
    responses(
        (status = 200, body = Page<PolicyTerm>),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    ))]
pub async fn policies(
    State(api): State<Api>,
    Path(vault): Path<String>,
    Params(params): Params<PageParams>,
) -> Result<Json<Page<PolicyTerm>>, ReadError> {
    let id: VaultId = parse("vault", &vault)?;
    let page = PageRequest::<(bool, u64, FileHash)>::parse(LIST, params.cursor.as_deref(), params.limit)?;
    let mut snapshot = Snapshot::open(&api.readers).await?;
    snapshot.token(&id).await?;
    let epoch = snapshot.root_epoch(&id).await?;
    let rows = sqlx::query(
        "SELECT * FROM (
             SELECT policy_set, from_slot, until_slot, false AS is_proposed FROM chain.policy_sets_v1 WHERE vault = $1
             UNION ALL
             SELECT key, least(ready_slot, 9223372036854775807)::bigint, NULL, true FROM chain.pending_changes_v1
             WHERE vault = $1 AND kind = 'policy_set') p
         WHERE $2::boolean IS NULL OR (is_proposed, from_slot, policy_set::bytea) < ($2, $3, $4)
         ORDER BY is_proposed DESC, from_slot DESC, policy_set::bytea DESC LIMIT $5",
    )
    .bind(id.0.as_slice())
    .bind(page.after.map(|(is_proposed, _, _)| is_proposed))
    .bind(page.after_bigint(|(_, slot, _)| *slot)?)
    .bind(page.after.map(|(_, _, hash)| hash.0.to_vec()))
    .bind(page.rows())
    .fetch_all(snapshot.connection())
    .await?;
    let mut list = Vec::with_capacity(rows.len());
    for row in &rows {
        let policy_set: FileHash = row.id("policy_set")?;
        let terms = match api.store.read(policy_set, POLICY_BYTES_MAX).await? {
            Some(bytes) => {
                let contradicts = |error: tributary_core::bytes::DecodeError| ReadError::Contradiction {
                    file: policy_set,
                    reason: error.to_string(),
                };
                Some(PolicyTerms::of(&PolicySet::decode(&bytes).map_err(contradicts)?))
            }
            None => None,
        };
        list.push(PolicyTerm {
            policy_set,
            from_slot: row.count("from_slot")?,
            until_slot: row.count_or_null("until_slot")?,
            is_proposed: row.try_get("is_proposed")?,
            terms,
        });
    }
    let key = |entry: &PolicyTerm| (entry.is_proposed, entry.from_slot, entry.policy_set);
    Ok(Json(page.page(&snapshot, epoch, LIST, list, key)))
}
