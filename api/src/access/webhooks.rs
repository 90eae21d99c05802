//! Webhooks as they are kept, and what was sent to them.

use super::Account;
use crate::changes::{Filter, Position};
use crate::problem::ReadError;
use crate::rows::Columns;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};
use tributary_core::id::{Claimant, VaultId};
use utoipa::ToSchema;

/// The most webhooks of one account.
pub const WEBHOOKS_MAX: i64 = 20;

/// Where to send what happened.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Webhook {
    /// Its id.
    pub id: String,
    /// Where to.
    pub url: String,
    /// What about.
    #[serde(flatten)]
    pub filter: WebhookFilter,
    /// Unix seconds.
    pub created_at: i64,
    /// Whether it gets anything: a receiver that answers 410 switches it off.
    pub enabled: bool,
    /// Signs the deliveries (Standard Webhooks). Shown when it is made, never again.
    pub secret: Option<String>,
}

/// What a webhook is told about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct WebhookFilter {
    /// Only these kinds of change; empty for all.
    pub kinds: Vec<String>,
    /// Only of this vault.
    #[schema(value_type = Option<String>)]
    pub vault: Option<VaultId>,
    /// Leaves out what concerns only others.
    #[schema(value_type = Option<String>)]
    pub claimant: Option<Claimant>,
}

impl From<WebhookFilter> for Filter {
    fn from(filter: WebhookFilter) -> Self {
        Self { kinds: filter.kinds, vault: filter.vault, claimant: filter.claimant }
    }
}

/// How a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// It will be tried (again).
    Waiting,
    /// The receiver took it.
    Delivered,
    /// It was tried as often as it is tried.
    GivenUp,
}

impl DeliveryState {
    /// The state that the database writes so.
    pub fn of(text: &str) -> Option<Self> {
        match text {
            "waiting" => Some(Self::Waiting),
            "delivered" => Some(Self::Delivered),
            "given_up" => Some(Self::GivenUp),
            _ => None,
        }
    }
}

/// A secret as receivers' libraries take it.
pub fn shown_secret(secret: &[u8; 32]) -> String {
    format!("whsec_{}", STANDARD.encode(secret))
}

/// The columns that [`Webhook::of`] reads.
pub const COLUMNS: &str = "id, url, kinds, vault, claimant, disabled_at IS NULL AS enabled,
    floor(extract(epoch FROM created_at))::bigint AS created";

impl Webhook {
    /// Off a row.
    pub fn of(row: &PgRow) -> Result<Self, ReadError> {
        let filter = filter_of(row)?;
        Ok(Self {
            id: row.text("id")?,
            url: row.text("url")?,
            filter,
            created_at: row.try_get("created")?,
            enabled: row.try_get("enabled")?,
            secret: None,
        })
    }
}

/// What a webhook's row says it is told about.
pub fn filter_of(row: &PgRow) -> Result<WebhookFilter, ReadError> {
    Ok(WebhookFilter {
        kinds: row.try_get("kinds")?,
        vault: row.id_or_null("vault")?,
        claimant: row.id_or_null("claimant")?,
    })
}

/// Keeps a new webhook, which starts at `position`.
pub async fn keep(
    connection: &mut PgConnection,
    account: &Account,
    webhook: &Webhook,
    secret: &[u8; 32],
    position: &Position,
) -> Result<(), ReadError> {
    sqlx::query(
        "INSERT INTO access.webhooks
             (id, account, url, secret, kinds, vault, claimant, slot, program, stream, sequence)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(&webhook.id)
    .bind(account.0.as_slice())
    .bind(&webhook.url)
    .bind(secret.as_slice())
    .bind(&webhook.filter.kinds)
    .bind(webhook.filter.vault.map(|vault| vault.0.to_vec()))
    .bind(webhook.filter.claimant.map(|claimant| claimant.0.to_vec()))
    .bind(i64::try_from(position.slot).map_err(|_| ReadError::Row("slot"))?)
    .bind(position.program.0.as_slice())
    .bind(position.stream.0.as_slice())
    .bind(i64::try_from(position.sequence).map_err(|_| ReadError::Row("sequence"))?)
    .execute(connection)
    .await?;
    Ok(())
}

/// Adds a delivery to a webhook, numbered densely. The caller holds the
/// webhook's row, so that no two take the same number.
pub async fn add_delivery(
    connection: &mut PgConnection,
    webhook: &str,
    kind: &str,
    body: &str,
) -> Result<i64, ReadError> {
    let row = sqlx::query(
        "INSERT INTO access.deliveries (webhook, number, kind, body)
         SELECT $1, coalesce(max(number) + 1, 0), $2, $3 FROM access.deliveries WHERE webhook = $1 RETURNING number",
    )
    .bind(webhook)
    .bind(kind)
    .bind(body)
    .fetch_one(connection)
    .await?;
    Ok(row.try_get("number")?)
}
