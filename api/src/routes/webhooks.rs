//! Webhooks: keeping, testing and looking at what was delivered.

use crate::access::{
    COLUMNS, Caller, DeliveryState, Once, Refused, Replayable, Scope, Target, WEBHOOKS_MAX, Webhook, WebhookFilter,
    add_delivery, body_of, done, keep, new_id, new_secret, once, shown_secret,
};
use crate::answer::Page;
use crate::changes::{Filter, Position};
use crate::paging::PageRequest;
use crate::problem::{Problem, ReadError};
use crate::request::{Body, PageParams, Params, parse_or_none};
use crate::rows::Columns;
use crate::server::Api;
use crate::snapshot::Snapshot;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use sqlx::Row;
use utoipa::ToSchema;

const LIST: &str = "deliveries";

/// What a webhook is to be.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookRequest {
    /// Where to: a public HTTPS address.
    #[schema(max_length = 500)]
    pub url: String,
    /// Only these kinds of change; all when left out.
    #[serde(default)]
    pub kinds: Vec<String>,
    /// Only of this vault.
    pub vault: Option<String>,
    /// Leaves out what concerns only others.
    pub claimant: Option<String>,
}

/// The webhooks of an account.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Webhooks {
    /// All of them.
    pub data: Vec<Webhook>,
}

/// A delivery as the log has it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Delivery {
    /// Its id, as in the header `webhook-id`.
    pub id: String,
    /// Dense within the webhook.
    pub number: u64,
    /// The kind of change, or `test`.
    pub kind: String,
    /// How it stands.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: u16,
    /// What the receiver answered last.
    pub last_status: Option<u16>,
    /// What went wrong last; null when it was taken.
    pub last_error: Option<String>,
    /// Unix seconds.
    pub created_at: i64,
    /// When it is tried next, in Unix seconds; null when it is not.
    pub next_at: Option<i64>,
    /// What was sent, or will be.
    pub body: String,
}

/// What was put in a webhook's way.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TestDelivery {
    /// Its id: look for it among the deliveries.
    pub id: String,
}

impl Replayable for Webhook {
    fn replayed(&self) -> Self {
        Self { secret: None, ..self.clone() }
    }
}

impl Replayable for TestDelivery {
    fn replayed(&self) -> Self {
        self.clone()
    }
}

/// Makes a webhook. It is told what becomes final from now on.
#[utoipa::path(post, path = "/v1/webhooks", tag = "access", request_body = WebhookRequest,
    params(("idempotency-key" = Option<String>, Header, description = "Makes a repeated request do nothing twice")),
    security(("token" = [])), responses(
    (status = 201, body = Webhook),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 401, body = Problem, content_type = "application/problem+json"),
    (status = 403, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
pub async fn make_webhook(
    State(api): State<Api>,
    caller: Caller,
    headers: HeaderMap,
    Body(request): Body<WebhookRequest>,
) -> Result<Response, ReadError> {
    caller.needs(Scope::Webhooks)?;
    let target = Target::parse(&request.url, api.private_webhooks)?;
    let filter = WebhookFilter {
        kinds: Filter::check(request.kinds.clone())?,
        vault: parse_or_none("vault", request.vault.as_deref())?,
        claimant: parse_or_none("claimant", request.claimant.as_deref())?,
    };
    let now = Snapshot::open(&api.readers).await?.finalised_slot();
    let begun = once(&api.access, caller.account, &headers, "/v1/webhooks", &request).await?;
    let (mut transaction, key) = match begun {
        Once::Done(response) => return Ok(response),
        Once::Begin(transaction, key) => (transaction, key),
    };
    let row = sqlx::query("SELECT count(*) AS kept, floor(extract(epoch FROM now()))::bigint AS now FROM access.webhooks WHERE account = $1")
        .bind(caller.account.0.as_slice())
        .fetch_one(&mut *transaction)
        .await?;
    if row.try_get::<i64, _>("kept")? >= WEBHOOKS_MAX {
        return Err(Refused::TooMany { what: "webhooks", max: WEBHOOKS_MAX }.into());
    }
    let secret = new_secret();
    let webhook = Webhook {
        id: new_id("wh"),
        url: target.0.into(),
        filter,
        created_at: row.try_get("now")?,
        enabled: true,
        secret: Some(shown_secret(&secret)),
    };
    keep(&mut transaction, &caller.account, &webhook, &secret, &Position::after_slot(now)).await?;
    done(transaction, caller.account, key, StatusCode::CREATED, webhook).await
}

/// The account's webhooks.
#[utoipa::path(get, path = "/v1/webhooks", tag = "access", security(("token" = [])), responses(
    (status = 200, body = Webhooks),
    (status = 401, body = Problem, content_type = "application/problem+json"),
    (status = 403, body = Problem, content_type = "application/problem+json"),
))]
pub async fn webhooks(State(api): State<Api>, caller: Caller) -> Result<Json<Webhooks>, ReadError> {
    caller.needs(Scope::Webhooks)?;
    // The columns are a constant of ours.
    let statement =
        format!("SELECT {COLUMNS} FROM access.webhooks WHERE account = $1 ORDER BY created_at, id LIMIT $2");
    let rows =
        sqlx::query(&statement).bind(caller.account.0.as_slice()).bind(WEBHOOKS_MAX).fetch_all(&api.access).await?;
    Ok(Json(Webhooks { data: rows.iter().map(Webhook::of).collect::<Result<_, _>>()? }))
}

/// Removes a webhook with its deliveries. Doing it again does no harm.
#[utoipa::path(delete, path = "/v1/webhooks/{id}", tag = "access", params(("id" = String, Path)),
    security(("token" = [])), responses(
    (status = 204, description = "It is removed"),
    (status = 401, body = Problem, content_type = "application/problem+json"),
    (status = 403, body = Problem, content_type = "application/problem+json"),
))]
pub async fn remove_webhook(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, ReadError> {
    caller.needs(Scope::Webhooks)?;
    sqlx::query("DELETE FROM access.webhooks WHERE id = $1 AND account = $2")
        .bind(&id)
        .bind(caller.account.0.as_slice())
        .execute(&api.access)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sends a test, through the same door as everything else.
#[utoipa::path(post, path = "/v1/webhooks/{id}/test", tag = "access", params(("id" = String, Path),
    ("idempotency-key" = Option<String>, Header, description = "Makes a repeated request do nothing twice")),
    security(("token" = [])), responses(
    (status = 202, body = TestDelivery),
    (status = 401, body = Problem, content_type = "application/problem+json"),
    (status = 403, body = Problem, content_type = "application/problem+json"),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
pub async fn test_webhook(
    State(api): State<Api>,
    caller: Caller,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, ReadError> {
    caller.needs(Scope::Webhooks)?;
    let (mut transaction, key) = match once(&api.access, caller.account, &headers, "/v1/webhooks/test", &id).await? {
        Once::Done(response) => return Ok(response),
        Once::Begin(transaction, key) => (transaction, key),
    };
    let row = sqlx::query(
        "SELECT floor(extract(epoch FROM now()))::bigint AS now FROM access.webhooks
         WHERE id = $1 AND account = $2 FOR UPDATE",
    )
    .bind(&id)
    .bind(caller.account.0.as_slice())
    .fetch_optional(&mut *transaction)
    .await?
    .ok_or_else(|| unknown(&id))?;
    let text = serde_json::json!({ "message": "This is a test of your webhook. Nothing happened." });
    let body = body_of("test", Some(row.try_get("now")?), &text);
    let number = add_delivery(&mut transaction, &id, "test", &body).await?;
    let made = TestDelivery { id: format!("{id}_{number}") };
    done(transaction, caller.account, key, StatusCode::ACCEPTED, made).await
}

/// What was sent to a webhook and how it was taken, newest first.
#[utoipa::path(get, path = "/v1/webhooks/{id}/deliveries", tag = "access",
    params(("id" = String, Path), PageParams), security(("token" = [])), responses(
    (status = 200, body = Page<Delivery>),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 401, body = Problem, content_type = "application/problem+json"),
    (status = 403, body = Problem, content_type = "application/problem+json"),
    (status = 404, body = Problem, content_type = "application/problem+json"),
))]
pub async fn deliveries(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<String>,
    Params(params): Params<PageParams>,
) -> Result<Json<Page<Delivery>>, ReadError> {
    caller.needs(Scope::Webhooks)?;
    let page = PageRequest::<(String, u64)>::parse(LIST, params.cursor.as_deref(), params.limit)?;
    let mut snapshot = Snapshot::open(&api.readers).await?;
    sqlx::query("SELECT id FROM access.webhooks WHERE id = $1 AND account = $2")
        .bind(&id)
        .bind(caller.account.0.as_slice())
        .fetch_optional(snapshot.connection())
        .await?
        .ok_or_else(|| unknown(&id))?;
    let rows = sqlx::query(
        "SELECT number, kind, state, attempts, last_status, last_error, body,
                floor(extract(epoch FROM created_at))::bigint AS created,
                CASE WHEN state = 'waiting' THEN ceil(extract(epoch FROM next_at))::bigint END AS next
         FROM access.deliveries WHERE webhook = $1 AND ($2::bigint IS NULL OR number < $2)
         ORDER BY number DESC LIMIT $3",
    )
    .bind(&id)
    .bind(page.after_bigint(|(_, number)| *number)?)
    .bind(page.rows())
    .fetch_all(snapshot.connection())
    .await?;
    let delivery = |row: &sqlx::postgres::PgRow| {
        let number = row.count("number")?;
        Ok(Delivery {
            id: format!("{id}_{number}"),
            number,
            kind: row.text("kind")?,
            state: DeliveryState::of(&row.text("state")?).ok_or(ReadError::Row("state"))?,
            attempts: row.small("attempts")?,
            last_status: row.try_get::<Option<i32>, _>("last_status")?.and_then(|code| u16::try_from(code).ok()),
            last_error: row.try_get("last_error")?,
            created_at: row.try_get("created")?,
            next_at: row.try_get("next")?,
            body: row.text("body")?,
        })
    };
    let list = rows.iter().map(delivery).collect::<Result<_, ReadError>>()?;
    Ok(Json(page.page(&snapshot, None, LIST, list, |entry: &Delivery| (id.clone(), entry.number))))
}

fn unknown(id: &str) -> ReadError {
    ReadError::NotYours { what: "webhook", id: id.chars().take(40).collect() }
}
