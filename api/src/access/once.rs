//! Requests that are done once: `Idempotency-Key`.
//!
//! The key is taken in the transaction that does the work, so a key without its
//! work, or work without its key, cannot be; a second request with the same key
//! waits for the first and is answered the same, but for secrets.

use super::{Account, Refused};
use crate::problem::ReadError;
use crate::rows::Columns;
use axum::Json;
use axum::http::header::HeaderName;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use sqlx::{PgPool, Postgres, Row, Transaction};

/// Longer keys are refused.
const KEY_CHARS_MAX: usize = 255;

/// What is kept of an answer: secrets are left out of it.
pub trait Replayable: Serialize {
    /// The answer as a repeated request gets it.
    fn replayed(&self) -> Self;
}

/// How a request with a key goes on.
pub enum Once {
    /// It was done before: this was answered.
    Done(Response),
    /// It is to be done, in this transaction.
    Begin(Transaction<'static, Postgres>, Option<String>),
}

/// Begins the transaction of a write, and takes the request's key if it has one.
pub async fn once(
    pool: &PgPool,
    account: Account,
    headers: &HeaderMap,
    path: &str,
    body: &impl Serialize,
) -> Result<Once, ReadError> {
    let mut transaction = pool.begin().await?;
    // An account's writes wait for each other, so that bounds on how much it keeps hold.
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended(encode($1, 'hex'), 0))")
        .bind(account.0.as_slice())
        .execute(&mut *transaction)
        .await?;
    let Some(key) = key_of(headers)? else { return Ok(Once::Begin(transaction, None)) };
    let bytes = serde_json::to_vec(&(path, body)).unwrap_or_default();
    let request = solana_sha256_hasher::hash(&bytes).to_bytes();
    sqlx::query("DELETE FROM access.idempotency WHERE account = $1 AND created_at < now() - interval '24 hours'")
        .bind(account.0.as_slice())
        .execute(&mut *transaction)
        .await?;
    let taken = sqlx::query(
        "INSERT INTO access.idempotency (account, key, request) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
    )
    .bind(account.0.as_slice())
    .bind(&key)
    .bind(request.as_slice())
    .execute(&mut *transaction)
    .await?;
    if taken.rows_affected() == 1 {
        return Ok(Once::Begin(transaction, Some(key)));
    }
    let before = sqlx::query("SELECT request, status, body FROM access.idempotency WHERE account = $1 AND key = $2")
        .bind(account.0.as_slice())
        .bind(&key)
        .fetch_optional(&mut *transaction)
        .await?
        .ok_or(ReadError::Busy)?;
    if before.id::<[u8; 32]>("request")? != request {
        return Err(Refused::KeyReused.into());
    }
    let status =
        u16::try_from(before.try_get::<i16, _>("status")?).ok().and_then(|code| StatusCode::from_u16(code).ok());
    let status = status.ok_or(ReadError::Row("status"))?;
    let mut response = (status, [("content-type", "application/json")], before.text("body")?).into_response();
    let name = HeaderName::from_static("idempotency-replayed");
    response.headers_mut().insert(name, HeaderValue::from_static("true"));
    Ok(Once::Done(response))
}

/// Ends the transaction that [`once`] began, with what is answered.
pub async fn done<T: Replayable>(
    mut transaction: Transaction<'static, Postgres>,
    account: Account,
    key: Option<String>,
    status: StatusCode,
    answer: T,
) -> Result<Response, ReadError> {
    if let Some(key) = key {
        sqlx::query("UPDATE access.idempotency SET status = $3, body = $4 WHERE account = $1 AND key = $2")
            .bind(account.0.as_slice())
            .bind(key)
            .bind(i16::try_from(status.as_u16()).unwrap_or(i16::MAX))
            .bind(serde_json::to_string(&answer.replayed()).unwrap_or_default())
            .execute(&mut *transaction)
            .await?;
    }
    transaction.commit().await?;
    Ok((status, Json(answer)).into_response())
}

fn key_of(headers: &HeaderMap) -> Result<Option<String>, ReadError> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    match value.to_str() {
        Ok(key) if !key.is_empty() && key.len() <= KEY_CHARS_MAX => Ok(Some(key.to_owned())),
        _ => Err(ReadError::Malformed {
            field: "idempotency-key",
            reason: format!("send 1 to {KEY_CHARS_MAX} printable characters, such as a UUID"),
        }),
    }
}
