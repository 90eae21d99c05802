//! Epochs as settlement booked them: where each stands, what it distributed and
//! the identity of the vault's books at its close.

use crate::amounts::{SubAmount, Token};
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
use sqlx::postgres::PgRow;
use std::collections::BTreeMap;
use tributary_core::amount::SubUnits;
use tributary_core::id::{FileHash, RootId, VaultId};
use utoipa::ToSchema;

const LIST: &str = "epochs";

/// An attempt at an epoch.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Epoch {
    /// What its amounts are counted in.
    pub token: Token,
    /// Which epoch, from 1.
    pub epoch: u64,
    /// Which attempt at it, from 0.
    pub attempt: u16,
    /// How far it got: closing, built, published, posted, active, vetoed or disabled.
    pub step: String,
    /// The finalised slot that closes it.
    pub finalised_slot: u64,
    /// The last position of the credit log included.
    pub credit_end: u64,
    /// Usage events in it; null until it is built.
    pub events: Option<u64>,
    /// Those of them that earned nobody anything.
    pub void_events: Option<u64>,
    /// Number of leaves; null until it is built.
    pub leaf_count: Option<u64>,
    /// Its root; null until it is built.
    #[schema(value_type = Option<String>)]
    pub root_id: Option<RootId>,
    /// Its manifest; null until it is published.
    #[schema(value_type = Option<String>)]
    pub manifest: Option<FileHash>,
    /// Its leaf file; null until it is published.
    #[schema(value_type = Option<String>)]
    pub leaf_file: Option<FileHash>,
    /// What contributors earned in it, by policy, in sub-units.
    pub contributors: Vec<PolicyTotal>,
    /// The vault's books at its close; null until it is built.
    pub identity: Option<Identity>,
    /// Unix seconds at which it began.
    pub started_at: i64,
}

/// What one policy gave.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PolicyTotal {
    /// declared, used, verbatim, unmatched, royalty, similar or curated.
    pub policy: String,
    /// In sub-units.
    pub amount: SubAmount,
}

/// The identity of the books, in sub-units. Always: deposited + recapitalised +
/// shortfall = the sum of everything below them.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[allow(missing_docs, reason = "the names are the accounts of the identity above")]
pub struct Identity {
    pub deposited: SubAmount,
    pub recapitalised: SubAmount,
    /// Overpaid and not made good: what `recapitalise` must still add.
    pub shortfall: SubAmount,
    pub entitled_earned: SubAmount,
    pub entitled_refund: SubAmount,
    pub entitled_fee: SubAmount,
    pub available: SubAmount,
    pub leased: SubAmount,
    pub refunds_pending: SubAmount,
    pub unsettled: SubAmount,
    pub held: SubAmount,
    pub residue: SubAmount,
    pub overpaid: SubAmount,
    /// Added to make overpayments good, and not needed for any.
    pub reserve: SubAmount,
    /// Whether the two sides are equal, worked out by this API.
    pub holds: bool,
}

impl Identity {
    fn of(row: &PgRow) -> Result<Option<Self>, ReadError> {
        if row.try_get::<Option<String>, _>("deposited")?.is_none() {
            return Ok(None);
        }
        let mut identity = Self {
            deposited: row.sub_amount("deposited")?,
            recapitalised: row.sub_amount("recapitalised")?,
            shortfall: row.sub_amount("shortfall")?,
            entitled_earned: row.sub_amount("entitled_earned")?,
            entitled_refund: row.sub_amount("entitled_refund")?,
            entitled_fee: row.sub_amount("entitled_fee")?,
            available: row.sub_amount("available")?,
            leased: row.sub_amount("leased")?,
            refunds_pending: row.sub_amount("refunds_pending")?,
            unsettled: row.sub_amount("unsettled")?,
            held: row.sub_amount("held")?,
            residue: row.sub_amount("residue")?,
            overpaid: row.sub_amount("overpaid")?,
            reserve: row.sub_amount("reserve")?,
            holds: false,
        };
        let sum = |parts: &[SubAmount]| {
            parts.iter().try_fold(SubUnits::ZERO, |sum, part| sum.checked_add(part.0)).ok_or(ReadError::Row("identity"))
        };
        let came = sum(&[identity.deposited, identity.recapitalised, identity.shortfall])?;
        let is = sum(&[
            identity.entitled_earned,
            identity.entitled_refund,
            identity.entitled_fee,
            identity.available,
            identity.leased,
            identity.refunds_pending,
            identity.unsettled,
            identity.held,
            identity.residue,
            identity.overpaid,
            identity.reserve,
        ])?;
        identity.holds = came == is;
        Ok(Some(identity))
    }
}

/// A vault's epochs, newest attempt first.
#[utoipa::path(get, path = "/v1/vaults/{vault}/epochs", tag = "roots", params(("vault" = String, Path), PageParams),
    responses(
        (status = 200, body = Page<Epoch>),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    ))]
pub async fn epochs(
    State(api): State<Api>,
    Path(vault): Path<String>,
    Params(params): Params<PageParams>,
) -> Result<Json<Page<Epoch>>, ReadError> {
    let id: VaultId = parse("vault", &vault)?;
    let page = PageRequest::<(u64, u16)>::parse(LIST, params.cursor.as_deref(), params.limit)?;
    let mut snapshot = Snapshot::open(&api.readers).await?;
    let token = snapshot.token(&id).await?;
    let root_epoch = snapshot.root_epoch(&id).await?;
    let rows = sqlx::query(
        "SELECT e.epoch, e.attempt, e.step, e.finalised_slot, e.credit_end, e.events, e.void_events, e.leaf_count,
                e.root_id, e.manifest, e.leaf_file, floor(extract(epoch FROM e.started_at))::bigint AS started_at,
                i.deposited::text, i.recapitalised::text, i.shortfall::text, i.entitled_earned::text,
                i.entitled_refund::text, i.entitled_fee::text, i.available::text, i.leased::text,
                i.refunds_pending::text, i.unsettled::text, i.held::text, i.residue::text, i.overpaid::text,
                i.reserve::text
         FROM ledger.epochs e LEFT JOIN ledger.identity i USING (vault, epoch, attempt)
         WHERE e.vault = $1 AND ($2::bigint IS NULL OR (e.epoch, e.attempt) < ($2, $3))
         ORDER BY e.epoch DESC, e.attempt DESC LIMIT $4",
    )
    .bind(id.0.as_slice())
    .bind(page.after_bigint(|(epoch, _)| *epoch)?)
    .bind(page.after.map(|(_, attempt)| i32::from(attempt)))
    .bind(page.rows())
    .fetch_all(snapshot.connection())
    .await?;
    let mut totals = totals(&mut snapshot, &id, &rows).await?;
    let list = rows
        .iter()
        .map(|row| {
            let (epoch, attempt) = (row.count("epoch")?, row.small("attempt")?);
            Ok(Epoch {
                token,
                epoch,
                attempt,
                step: row.text("step")?,
                finalised_slot: row.count("finalised_slot")?,
                credit_end: row.count("credit_end")?,
                events: row.count_or_null("events")?,
                void_events: row.count_or_null("void_events")?,
                leaf_count: row.count_or_null("leaf_count")?,
                root_id: row.id_or_null("root_id")?,
                manifest: row.id_or_null("manifest")?,
                leaf_file: row.id_or_null("leaf_file")?,
                contributors: totals.remove(&(epoch, attempt)).unwrap_or_default(),
                identity: Identity::of(row)?,
                started_at: row.try_get("started_at")?,
            })
        })
        .collect::<Result<_, ReadError>>()?;
    Ok(Json(page.page(&snapshot, root_epoch, LIST, list, |epoch: &Epoch| (epoch.epoch, epoch.attempt))))
}

/// What each policy gave in each of the epochs.
async fn totals(
    snapshot: &mut Snapshot,
    vault: &VaultId,
    epochs: &[PgRow],
) -> Result<BTreeMap<(u64, u16), Vec<PolicyTotal>>, ReadError> {
    let numbers: Vec<i64> = epochs.iter().map(|row| row.try_get("epoch")).collect::<Result<_, _>>()?;
    let rows = sqlx::query(
        "SELECT epoch, attempt, policy, sum(amount)::text AS amount FROM ledger.credits
         WHERE vault = $1 AND epoch = ANY ($2) GROUP BY epoch, attempt, policy ORDER BY epoch, attempt, policy",
    )
    .bind(vault.0.as_slice())
    .bind(numbers)
    .fetch_all(snapshot.connection())
    .await?;
    let mut totals: BTreeMap<(u64, u16), Vec<PolicyTotal>> = BTreeMap::new();
    for row in &rows {
        let total = PolicyTotal { policy: row.text("policy")?, amount: row.sub_amount("amount")? };
        totals.entry((row.count("epoch")?, row.small("attempt")?)).or_default().push(total);
    }
    Ok(totals)
}
