//! Signing in with Solana.

use crate::access::{Challenge, MESSAGE_BYTES_MAX, SESSION_SECONDS, Scope, accept, new_id, new_token};
use crate::problem::{Problem, ReadError};
use crate::request::{Body, parse};
use crate::server::Api;
use axum::Json;
use axum::extract::State;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use sqlx::Row;
use tributary_core::id::Claimant;
use utoipa::ToSchema;

/// Who wants to sign in, and where.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChallengeRequest {
    /// The account that will sign.
    pub address: String,
    /// Host and port of the page; left out, the server's first.
    pub domain: Option<String>,
}

/// A signed message.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignInRequest {
    /// The account that signed.
    pub address: String,
    /// The text that was signed: that of the challenge, to the byte.
    pub message: String,
    /// The Ed25519 signature over it, in base64.
    pub signature: String,
}

/// A session.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Session {
    /// Send it as `Authorization: Bearer …`. Shown once.
    pub token: String,
    /// Who signed in.
    #[schema(value_type = String)]
    pub account: Claimant,
    /// What it allows; a session also makes and removes keys.
    pub scopes: Vec<Scope>,
    /// Unix seconds.
    pub expires_at: i64,
}

/// A message to sign in with: used once, within five minutes.
#[utoipa::path(post, path = "/v1/auth/challenge", tag = "access", request_body = ChallengeRequest, responses(
    (status = 200, body = Challenge),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 503, body = Problem, content_type = "application/problem+json"),
))]
pub async fn challenge(
    State(api): State<Api>,
    Body(request): Body<ChallengeRequest>,
) -> Result<Json<Challenge>, ReadError> {
    let account: Claimant = parse("address", &request.address)?;
    let nonce = new_id("n").replace('_', "");
    Ok(Json(Challenge::issue(&api.access, &api.origins, account, request.domain.as_deref(), nonce).await?))
}

/// Signs in with a signed message.
#[utoipa::path(post, path = "/v1/auth/session", tag = "access", request_body = SignInRequest, responses(
    (status = 200, body = Session),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 401, body = Problem, content_type = "application/problem+json"),
    (status = 503, body = Problem, content_type = "application/problem+json"),
))]
pub async fn session(State(api): State<Api>, Body(request): Body<SignInRequest>) -> Result<Json<Session>, ReadError> {
    let account: Claimant = parse("address", &request.address)?;
    let signature = STANDARD.decode(&request.signature).ok().and_then(|bytes| <[u8; 64]>::try_from(bytes).ok());
    let signature = signature.ok_or_else(|| ReadError::Malformed {
        field: "signature",
        reason: "send the 64 bytes of the signature in base64".into(),
    })?;
    if request.message.len() > MESSAGE_BYTES_MAX {
        let reason = "send the message of /v1/auth/challenge as it was handed out".into();
        return Err(ReadError::Malformed { field: "message", reason });
    }
    accept(&api.access, &request.message, account, &signature).await?;
    let (token, hash) = new_token("session");
    let scopes = Scope::ALL.to_vec();
    let row = sqlx::query(
        "INSERT INTO access.tokens (id, hash, kind, account, name, scopes, expires_at)
         VALUES ($1, $2, 'session', $3, 'sign-in', $4, now() + make_interval(secs => $5))
         RETURNING floor(extract(epoch FROM expires_at))::bigint AS expires",
    )
    .bind(new_id("session"))
    .bind(hash.as_slice())
    .bind(account.0.as_slice())
    .bind(scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>())
    .bind(f64::from(SESSION_SECONDS))
    .fetch_one(&api.access)
    .await?;
    Ok(Json(Session { token, account, scopes, expires_at: row.try_get("expires")? }))
}
