//! What a payer has deposited, may still spend and has permitted.

use super::deposits::Deposit;
use crate::amounts::{Amount, Token};
use crate::answer::Answer;
use crate::problem::{Problem, ReadError};
use crate::request::parse;
use crate::rows::Columns;
use crate::server::Api;
use crate::snapshot::{Snapshot, token_of};
use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use sqlx::Row;
use sqlx::postgres::PgRow;
use tributary_core::id::{GatewayId, MandateId, PayerId};
use utoipa::ToSchema;

/// The most of each list shown.
const SHOWN_MAX: i64 = 100;

/// A payer.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Payer {
    /// The payer's key.
    #[schema(value_type = String)]
    pub payer: PayerId,
    /// Standing with each vault that was paid into; empty when there is none.
    pub accounts: Vec<PayerAccount>,
    /// The newest 100 mandates.
    pub mandates: Vec<MandateRecord>,
    /// The newest 100 deposits; `/v1/vaults/{vault}/deposits` has all.
    pub deposits: Vec<Deposit>,
}

/// Standing with a vault.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PayerAccount {
    /// What its amounts are counted in.
    pub token: Token,
    /// Everything this payer deposited.
    pub deposited: Amount,
    /// What of that is final; only that becomes credit.
    pub deposited_final: Amount,
    /// What can be leased to gateways now.
    pub available: Amount,
    /// What is leased to gateways and not yet returned.
    pub leased: Amount,
    /// Deposits that are not yet credit: not yet final, or not yet granted.
    pub arriving: Amount,
    /// Whether a refund is requested; new mandates and leases wait meanwhile.
    pub refund_requested: bool,
}

/// A permission to spend.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MandateRecord {
    /// Its identity.
    #[schema(value_type = String)]
    pub mandate: MandateId,
    /// What its amounts are counted in.
    pub token: Token,
    /// Who may spend.
    #[schema(value_type = String)]
    pub gateway: GatewayId,
    /// The most it may spend.
    pub maximum: Amount,
    /// What was leased under it and not returned: spent, or ready to be.
    pub committed: Amount,
    /// The last slot at which an event may cite it, as a decimal string.
    pub expires_slot: String,
    /// Tells it apart from the payer's other mandates; a decimal string.
    pub nonce: String,
}

/// A payer's deposits, credit and mandates.
///
/// Unknown payers have empty lists.
#[utoipa::path(get, path = "/v1/payers/{payer}", tag = "payers", params(("payer" = String, Path)), responses(
    (status = 200, body = Answer<Payer>),
    (status = 400, body = Problem, content_type = "application/problem+json"),
))]
pub async fn payer(State(api): State<Api>, Path(payer): Path<String>) -> Result<Json<Answer<Payer>>, ReadError> {
    let id: PayerId = parse("payer", &payer)?;
    let mut snapshot = Snapshot::open(&api.readers).await?;
    let payer = Payer {
        payer: id,
        accounts: accounts(&mut snapshot, &id).await?,
        mandates: mandates(&mut snapshot, &id).await?,
        deposits: deposits(&mut snapshot, &id).await?,
    };
    Ok(Json(snapshot.answer(None, payer)))
}

async fn accounts(snapshot: &mut Snapshot, payer: &PayerId) -> Result<Vec<PayerAccount>, ReadError> {
    let rows = sqlx::query(
        "SELECT v.vault, v.mint, v.decimals, d.deposited::text, d.deposited_final::text,
                coalesce(a.available, 0)::text AS available, coalesce(a.leased, 0)::text AS leased,
                greatest(d.deposited - coalesce(g.granted, 0), 0)::text AS arriving,
                coalesce((SELECT q.open FROM chain.refund_requests q WHERE q.vault = v.vault AND q.payer = $1
                          ORDER BY q.sequence DESC LIMIT 1), false) AS refund_requested
         FROM chain.vaults v
         JOIN (SELECT vault, sum(amount) AS deposited,
                      coalesce(sum(amount) FILTER (WHERE slot <= $3), 0) AS deposited_final
               FROM chain.deposits WHERE payer = $1 GROUP BY vault) d USING (vault)
         LEFT JOIN credit.accounts a ON a.vault = v.vault AND a.payer = $1
         LEFT JOIN (SELECT vault, sum(amount) AS granted FROM credit.log WHERE payer = $1 AND kind = 'grant'
                    GROUP BY vault) g ON g.vault = v.vault
         ORDER BY v.vault LIMIT $2",
    )
    .bind(payer.0.as_slice())
    .bind(SHOWN_MAX)
    .bind(i64::try_from(snapshot.finalised_slot()).map_err(|_| ReadError::Row("finalised_slot"))?)
    .fetch_all(snapshot.connection())
    .await?;
    let account = |row: &PgRow| {
        Ok(PayerAccount {
            token: token_of(row)?,
            deposited: row.amount("deposited")?,
            deposited_final: row.amount("deposited_final")?,
            available: row.amount("available")?,
            leased: row.amount("leased")?,
            arriving: row.amount("arriving")?,
            refund_requested: row.try_get("refund_requested")?,
        })
    };
    rows.iter().map(account).collect()
}

async fn mandates(snapshot: &mut Snapshot, payer: &PayerId) -> Result<Vec<MandateRecord>, ReadError> {
    let rows = sqlx::query(
        "SELECT m.mandate, m.vault, v.mint, v.decimals, m.gateway, m.maximum::text, m.expires_slot::text, m.nonce::text,
                (SELECT coalesce(sum(l.amount - coalesce(c.amount, 0)), 0)::text
                 FROM credit.leases l LEFT JOIN credit.log c ON c.position = l.closed_at
                 WHERE l.mandate = m.mandate) AS committed
         FROM usage.mandates m JOIN chain.vaults v USING (vault)
         WHERE m.payer = $1 ORDER BY m.accepted_at DESC, m.mandate LIMIT $2",
    )
    .bind(payer.0.as_slice())
    .bind(SHOWN_MAX)
    .fetch_all(snapshot.connection())
    .await?;
    let mandate = |row: &PgRow| {
        Ok(MandateRecord {
            mandate: row.id("mandate")?,
            token: token_of(row)?,
            gateway: row.id("gateway")?,
            maximum: row.amount("maximum")?,
            committed: row.amount("committed")?,
            expires_slot: row.text("expires_slot")?,
            nonce: row.text("nonce")?,
        })
    };
    rows.iter().map(mandate).collect()
}

async fn deposits(snapshot: &mut Snapshot, payer: &PayerId) -> Result<Vec<Deposit>, ReadError> {
    let rows = sqlx::query(
        "SELECT d.vault, v.mint, v.decimals, d.sequence, d.payer, d.amount::text, d.payer_total::text, d.slot
         FROM chain.deposits d JOIN chain.vaults v USING (vault)
         WHERE d.payer = $1 ORDER BY d.slot DESC, d.vault, d.sequence DESC LIMIT $2",
    )
    .bind(payer.0.as_slice())
    .bind(SHOWN_MAX)
    .fetch_all(snapshot.connection())
    .await?;
    rows.iter().map(|row| Deposit::of(row, snapshot)).collect()
}
