//! A claimant's history: what was earned with each root, and what was paid.

use super::claims::class_of;
use crate::amounts::{Amount, SubAmount, Token};
use crate::answer::Page;
use crate::paging::PageRequest;
use crate::problem::{Problem, ReadError};
use crate::request::{Class, PageParams, Params, parse};
use crate::roots::RootStatus;
use crate::rows::Columns;
use crate::server::Api;
use crate::snapshot::{Snapshot, token_of};
use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use sqlx::Row;
use sqlx::postgres::PgRow;
use tributary_core::id::{Claimant, RootId, VaultId};
use utoipa::ToSchema;

const LIST: &str = "history";

/// Something that happened.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HistoryEntry {
    /// What its amounts are counted in.
    pub token: Token,
    /// When.
    pub slot: u64,
    /// When, in Unix seconds by the chain's clock; null when the node did not say.
    pub at: Option<i64>,
    /// The epoch of the root concerned.
    pub epoch: u64,
    /// The transaction.
    pub signature: String,
    /// A payment; null for a root.
    pub claim: Option<Payment>,
    /// A root with credit for this claimant; null for a payment.
    pub root: Option<CreditedRoot>,
    #[serde(skip)]
    #[schema(ignore)]
    key: Key,
}

/// A payment.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Payment {
    /// What for.
    pub class: Class,
    /// What was paid.
    pub paid: Amount,
    /// What was paid in this class in all.
    pub claimed: Amount,
    /// The token account it was paid to.
    pub destination: String,
}

/// A root with credit for the claimant.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CreditedRoot {
    /// Its identity.
    #[schema(value_type = String)]
    pub root_id: RootId,
    /// Which attempt at the epoch.
    pub attempt: u16,
    /// Where it stands.
    pub status: RootStatus,
    /// What the claimant earned in its epoch, in sub-units.
    pub earned: SubAmount,
}

/// Where an entry stands: slot, kind, vault, number within them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Key(i64, i16, VaultId, i64);

/// A claimant's payments and roots, newest first.
#[utoipa::path(get, path = "/v1/claimants/{claimant}/history", tag = "claimants",
    params(("claimant" = String, Path), PageParams),
    responses(
        (status = 200, body = Page<HistoryEntry>),
        (status = 400, body = Problem, content_type = "application/problem+json"),
    ))]
pub async fn history(
    State(api): State<Api>,
    Path(claimant): Path<String>,
    Params(params): Params<PageParams>,
) -> Result<Json<Page<HistoryEntry>>, ReadError> {
    let claimant: Claimant = parse("claimant", &claimant)?;
    let page = PageRequest::<Key>::parse(LIST, params.cursor.as_deref(), params.limit)?;
    let mut snapshot = Snapshot::open(&api.readers).await?;
    let rows = sqlx::query(
        "SELECT h.*, h.paid::text AS paid_text, h.claimed::text AS claimed_text, h.earned::text AS earned_text,
                v.mint, v.decimals,
                (SELECT e.block_time FROM chain.events e WHERE e.signature = h.signature
                 ORDER BY e.outer_index, e.inner_index LIMIT 1) AS at
         FROM (
             SELECT 1::smallint AS kind, vault, slot, sequence AS number, epoch, signature, class, paid, claimed,
                    destination, NULL::bytea AS root_id, NULL::integer AS attempt, NULL::text AS status,
                    NULL::numeric AS earned
             FROM chain.claims WHERE claimant = $1
             UNION ALL
             SELECT 0::smallint, r.vault, r.posted_slot, r.epoch * 65536 + r.attempt, r.epoch, r.posted_signature,
                    NULL, NULL, NULL, NULL, r.root_id, r.attempt, r.status, c.earned
             FROM (SELECT vault, epoch, attempt, sum(amount) AS earned FROM ledger.credits WHERE claimant = $1
                   GROUP BY vault, epoch, attempt) c
             JOIN chain.roots r USING (vault, epoch, attempt)
         ) h JOIN chain.vaults v USING (vault)
         WHERE $2::bigint IS NULL OR (h.slot, h.kind, h.vault, h.number) < ($2, $3, $4::bytea, $5)
         ORDER BY h.slot DESC, h.kind DESC, h.vault DESC, h.number DESC LIMIT $6",
    )
    .bind(claimant.0.as_slice())
    .bind(page.after.map(|key| key.0))
    .bind(page.after.map(|key| key.1))
    .bind(page.after.map(|key| key.2.0.to_vec()))
    .bind(page.after.map(|key| key.3))
    .bind(page.rows())
    .fetch_all(snapshot.connection())
    .await?;
    let list = rows.iter().map(entry_of).collect::<Result<_, _>>()?;
    Ok(Json(page.page(&snapshot, None, LIST, list, |entry: &HistoryEntry| entry.key)))
}

fn entry_of(row: &PgRow) -> Result<HistoryEntry, ReadError> {
    let vault: VaultId = row.id("vault")?;
    let kind: i16 = row.try_get("kind")?;
    let (claim, root) = if kind == 1 {
        let payment = Payment {
            class: class_of(row, "class")?,
            paid: row.amount("paid_text")?,
            claimed: row.amount("claimed_text")?,
            destination: row.id::<Claimant>("destination")?.to_string(),
        };
        (Some(payment), None)
    } else {
        let root = CreditedRoot {
            root_id: row.id("root_id")?,
            attempt: row.small("attempt")?,
            status: RootStatus::of(&row.text("status")?).ok_or(ReadError::Row("status"))?,
            earned: row.sub_amount("earned_text")?,
        };
        (None, Some(root))
    };
    Ok(HistoryEntry {
        token: token_of(row)?,
        slot: row.count("slot")?,
        at: row.try_get("at")?,
        epoch: row.count("epoch")?,
        signature: row.signature("signature")?,
        claim,
        root,
        key: Key(row.try_get("slot")?, kind, vault, row.try_get("number")?),
    })
}
