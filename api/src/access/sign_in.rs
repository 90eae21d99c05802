//! Sign-in with Solana: the message a wallet signs, and the check of what it signed.
//!
//! The server writes the whole message and keeps it; what comes back must be
//! that message to the byte, once, in time, signed by the account it names. So
//! there is nothing to parse leniently. Which host it is for comes from the
//! configuration, never from a request's header.

use super::{Account, Refused};
use crate::error::ApiError;
use crate::problem::ReadError;
use crate::rows::Columns;
use axum::http::Uri;
use ed25519_dalek::{Signature, VerifyingKey};
use serde::Serialize;
use sqlx::{PgPool, Row};
use std::sync::Arc;
use utoipa::ToSchema;

/// A message can be signed for so many seconds.
const VALID_SECONDS: i32 = 300;
/// What people read in their wallet.
const STATEMENT: &str = "Sign in to Tributary. This costs nothing and moves no money.";
/// No message of ours is longer.
pub const MESSAGE_BYTES_MAX: usize = 2048;

/// The origins that may be signed in to; the first is the default.
#[derive(Clone, Debug)]
pub struct Origins(Arc<[Origin]>);

/// Scheme, and host with port.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Origin {
    scheme: String,
    domain: String,
}

impl Origins {
    /// Reads origins such as `https://app.example.org`.
    pub fn parse(origins: &[String]) -> Result<Self, ApiError> {
        let parse = |text: &String| -> Result<Origin, ApiError> {
            let wrong = || ApiError::Origin(text.clone());
            let uri: Uri = text.parse().map_err(|_| wrong())?;
            match (uri.scheme_str(), uri.authority(), uri.path()) {
                (Some(scheme @ ("http" | "https")), Some(at), "/") if uri.query().is_none() => {
                    Ok(Origin { scheme: scheme.into(), domain: at.as_str().into() })
                }
                _ => Err(wrong()),
            }
        };
        Ok(Self(origins.iter().map(parse).collect::<Result<_, _>>()?))
    }

    fn find(&self, domain: Option<&str>) -> Result<&Origin, ReadError> {
        let found = match domain {
            Some(domain) => self.0.iter().find(|origin| origin.domain == domain),
            None => self.0.first(),
        };
        found.ok_or_else(|| ReadError::Malformed {
            field: "domain",
            reason: "this server signs nobody in for that host; use the host and port it is served at".into(),
        })
    }
}

/// What a wallet is to sign: the fields of `solana:signIn`, and the text they make.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Challenge {
    /// Host and port of the page.
    pub domain: String,
    /// The account that signs.
    #[schema(value_type = String)]
    pub address: Account,
    /// What people read.
    pub statement: String,
    /// The page's origin.
    pub uri: String,
    /// Of the message's form.
    pub version: String,
    /// Used once.
    pub nonce: String,
    /// RFC 3339, UTC.
    pub issued_at: String,
    /// RFC 3339, UTC: after this it is worth nothing.
    pub expiration_time: String,
    /// The text that is signed, to the byte.
    pub message: String,
}

impl Challenge {
    /// Writes a message for an account and keeps it.
    pub async fn issue(
        pool: &PgPool,
        origins: &Origins,
        account: Account,
        domain: Option<&str>,
        nonce: String,
    ) -> Result<Self, ReadError> {
        let origin = origins.find(domain)?;
        let times = sqlx::query(
            "SELECT to_char(now() AT TIME ZONE 'utc', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') AS issued,
                    to_char((now() + make_interval(secs => $1)) AT TIME ZONE 'utc', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')
                        AS expires",
        )
        .bind(f64::from(VALID_SECONDS))
        .fetch_one(pool)
        .await?;
        let mut challenge = Self {
            domain: origin.domain.clone(),
            address: account,
            statement: STATEMENT.into(),
            uri: format!("{}://{}", origin.scheme, origin.domain),
            version: "1".into(),
            nonce,
            issued_at: times.text("issued")?,
            expiration_time: times.text("expires")?,
            message: String::new(),
        };
        challenge.message = challenge.text();
        sqlx::query(
            "INSERT INTO access.challenges (nonce, account, message, expires_at)
             VALUES ($1, $2, $3, now() + make_interval(secs => $4))",
        )
        .bind(&challenge.nonce)
        .bind(account.0.as_slice())
        .bind(&challenge.message)
        .bind(f64::from(VALID_SECONDS))
        .execute(pool)
        .await?;
        Ok(challenge)
    }

    /// The text as the sign-in standard lays it out.
    fn text(&self) -> String {
        format!(
            "{} wants you to sign in with your Solana account:\n{}\n\n{}\n\nURI: {}\nVersion: {}\nNonce: {}\n\
             Issued At: {}\nExpiration Time: {}",
            self.domain,
            self.address,
            self.statement,
            self.uri,
            self.version,
            self.nonce,
            self.issued_at,
            self.expiration_time
        )
    }
}

/// Checks a signed message and uses it up. The account it was signed by.
///
/// The signature is checked first, so that nobody can use up another's message
/// without the key; using it up is one statement, so that of two at once only
/// one succeeds.
pub async fn accept(pool: &PgPool, message: &str, account: Account, signature: &[u8; 64]) -> Result<(), ReadError> {
    let refuse = |why| Err(Refused::SignIn(why).into());
    let Ok(key) = VerifyingKey::from_bytes(&account.0) else {
        return refuse("the account is not a key that can sign; sign in with a wallet's own account");
    };
    if key.verify_strict(message.as_bytes(), &Signature::from_bytes(signature)).is_err() {
        return refuse("the signature is not this account's over this message; sign the message as it was handed out");
    }
    let Some(nonce) = message.lines().find_map(|line| line.strip_prefix("Nonce: ")) else {
        return refuse("the message has no nonce; sign the message of /v1/auth/challenge as it was handed out");
    };
    let kept = sqlx::query(
        "SELECT account, message, expires_at <= now() AS late, used_at IS NOT NULL AS used
         FROM access.challenges WHERE nonce = $1",
    )
    .bind(nonce)
    .fetch_optional(pool)
    .await?;
    let Some(kept) = kept else {
        return refuse("this message was not handed out by this server; ask for one at /v1/auth/challenge");
    };
    if kept.text("message")? != message || kept.id::<Account>("account")? != account {
        return refuse("the message was changed, or is for another host or account; sign it as it was handed out");
    }
    if kept.try_get::<bool, _>("late")? {
        return refuse("the message has expired; ask for a new one and sign it within five minutes");
    }
    let used = sqlx::query(
        "UPDATE access.challenges SET used_at = now()
         WHERE nonce = $1 AND used_at IS NULL AND expires_at > now() RETURNING nonce",
    )
    .bind(nonce)
    .fetch_optional(pool)
    .await?;
    if used.is_none() {
        return refuse("the message was used before; ask for a new one, a message signs in once");
    }
    Ok(())
}
