//! API keys: made by a session, for programs.

use crate::access::{Caller, Once, Refused, Replayable, Scope, done, new_id, new_token, once};
use crate::problem::{Problem, ReadError};
use crate::request::Body;
use crate::rows::Columns;
use crate::server::Api;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use sqlx::Row;
use sqlx::postgres::PgRow;
use utoipa::ToSchema;

/// The most keys of one account.
const KEYS_MAX: i64 = 50;
/// The longest name.
const NAME_CHARS_MAX: usize = 100;

/// What a key is to be.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyRequest {
    /// For people.
    #[schema(max_length = 100, min_length = 1)]
    pub name: String,
    /// What it allows.
    #[schema(min_items = 1, max_items = 2)]
    pub scopes: Vec<Scope>,
    /// Days until it ends by itself; left out, it does not.
    #[schema(minimum = 1, maximum = 3650)]
    pub expires_in_days: Option<u16>,
}

/// A key.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Key {
    /// Its id.
    pub id: String,
    /// For people.
    pub name: String,
    /// What it allows.
    pub scopes: Vec<Scope>,
    /// Unix seconds.
    pub created_at: i64,
    /// Unix seconds; null when it does not end by itself.
    pub expires_at: Option<i64>,
    /// Send it as `Authorization: Bearer …`. Shown when the key is made, never
    /// again: a repeated request with the same Idempotency-Key gets null.
    pub secret: Option<String>,
}

/// The keys of an account.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Keys {
    /// All of them.
    pub data: Vec<Key>,
}

impl Replayable for Key {
    fn replayed(&self) -> Self {
        Self { secret: None, ..self.clone() }
    }
}

impl Key {
    fn of(row: &PgRow) -> Result<Self, ReadError> {
        let scopes: Vec<String> = row.try_get("scopes")?;
        Ok(Self {
            id: row.text("id")?,
            name: row.text("name")?,
            scopes: scopes.iter().filter_map(|scope| Scope::of(scope)).collect(),
            created_at: row.try_get("created")?,
            expires_at: row.try_get("expires")?,
            secret: None,
        })
    }
}

fn session(caller: &Caller) -> Result<(), Refused> {
    if caller.is_session { Ok(()) } else { Err(Refused::NotASession) }
}

/// Makes a key. Its secret is shown once.
#[utoipa::path(post, path = "/v1/keys", tag = "access", request_body = KeyRequest,
    params(("idempotency-key" = Option<String>, Header, description = "Makes a repeated request do nothing twice")),
    security(("token" = [])), responses(
    (status = 201, body = Key),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 401, body = Problem, content_type = "application/problem+json"),
    (status = 403, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
pub async fn make_key(
    State(api): State<Api>,
    caller: Caller,
    headers: HeaderMap,
    Body(request): Body<KeyRequest>,
) -> Result<Response, ReadError> {
    session(&caller)?;
    let wrong = |field, reason: &str| Err(ReadError::Malformed { field, reason: reason.into() });
    if request.name.trim().is_empty() || request.name.chars().count() > NAME_CHARS_MAX {
        return wrong("name", "give it a name of 1 to 100 characters");
    }
    if request.scopes.is_empty() || request.scopes.len() > Scope::ALL.len() {
        return wrong("scopes", "name each scope it needs once");
    }
    if request.expires_in_days.is_some_and(|days| days == 0 || days > 3650) {
        return wrong("expires_in_days", "choose 1 to 3650 days, or leave it out");
    }
    let (mut transaction, key) = match once(&api.access, caller.account, &headers, "/v1/keys", &request).await? {
        Once::Done(response) => return Ok(response),
        Once::Begin(transaction, key) => (transaction, key),
    };
    let row = sqlx::query(
        "SELECT count(*) AS keys FROM access.tokens WHERE account = $1 AND kind = 'key' AND revoked_at IS NULL",
    )
    .bind(caller.account.0.as_slice())
    .fetch_one(&mut *transaction)
    .await?;
    if row.try_get::<i64, _>("keys")? >= KEYS_MAX {
        return Err(Refused::TooMany { what: "keys", max: KEYS_MAX }.into());
    }
    let (token, hash) = new_token("key");
    let row = sqlx::query(
        "INSERT INTO access.tokens (id, hash, kind, account, name, scopes, expires_at)
         VALUES ($1, $2, 'key', $3, $4, $5, now() + make_interval(days => $6))
         RETURNING id, name, scopes, floor(extract(epoch FROM created_at))::bigint AS created,
             floor(extract(epoch FROM expires_at))::bigint AS expires",
    )
    .bind(new_id("key"))
    .bind(hash.as_slice())
    .bind(caller.account.0.as_slice())
    .bind(request.name.trim())
    .bind(request.scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>())
    .bind(request.expires_in_days.map(i32::from))
    .fetch_one(&mut *transaction)
    .await?;
    let made = Key { secret: Some(token), ..Key::of(&row)? };
    done(transaction, caller.account, key, StatusCode::CREATED, made).await
}

/// The account's keys, newest last.
#[utoipa::path(get, path = "/v1/keys", tag = "access", security(("token" = [])), responses(
    (status = 200, body = Keys),
    (status = 401, body = Problem, content_type = "application/problem+json"),
    (status = 403, body = Problem, content_type = "application/problem+json"),
))]
pub async fn keys(State(api): State<Api>, caller: Caller) -> Result<Json<Keys>, ReadError> {
    session(&caller)?;
    let rows = sqlx::query(
        "SELECT id, name, scopes, floor(extract(epoch FROM created_at))::bigint AS created,
                floor(extract(epoch FROM expires_at))::bigint AS expires
         FROM access.tokens WHERE account = $1 AND kind = 'key' AND revoked_at IS NULL
         ORDER BY created_at, id LIMIT $2",
    )
    .bind(caller.account.0.as_slice())
    .bind(KEYS_MAX)
    .fetch_all(&api.access)
    .await?;
    Ok(Json(Keys { data: rows.iter().map(Key::of).collect::<Result<_, _>>()? }))
}

/// Revokes a key. Doing it again does no harm.
#[utoipa::path(delete, path = "/v1/keys/{id}", tag = "access", params(("id" = String, Path)),
    security(("token" = [])), responses(
    (status = 204, description = "It is revoked"),
    (status = 401, body = Problem, content_type = "application/problem+json"),
    (status = 403, body = Problem, content_type = "application/problem+json"),
))]
pub async fn remove_key(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, ReadError> {
    session(&caller)?;
    sqlx::query(
        "UPDATE access.tokens SET revoked_at = now() WHERE id = $1 AND account = $2 AND kind = 'key' AND revoked_at IS NULL",
    )
    .bind(&id)
    .bind(caller.account.0.as_slice())
    .execute(&api.access)
    .await?;
    api.tokens.forget(&id);
    Ok(StatusCode::NO_CONTENT)
}
