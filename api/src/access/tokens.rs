//! Bearer tokens: sessions that come from a sign-in, and keys that sessions make.
//!
//! Postgres holds only their hashes. A token that was found good is remembered
//! for a few seconds, so that reads with a key do not cost a query each; a key
//! revoked here is forgotten at once, elsewhere within those seconds.

use super::{Account, Refused};
use crate::problem::ReadError;
use crate::rows::Columns;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::RngCore;
use rand::TryRngCore;
use rand::rngs::OsRng;
use serde::{Deserialize, Serialize};
use sqlx::{PgPool, Row};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use utoipa::ToSchema;

/// How long a token found good is taken for good.
const REMEMBERED: Duration = Duration::from_secs(5);
/// How many are remembered.
const REMEMBERED_MAX: usize = 10_000;
/// A session lasts so long.
pub const SESSION_SECONDS: i32 = 24 * 3600;

/// What a token allows beyond public reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// More reads in the same time.
    Read,
    /// Webhooks of its account.
    Webhooks,
}

impl Scope {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Read, Self::Webhooks];

    /// As it stands in the database and in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Webhooks => "webhooks",
        }
    }

    /// The scope that is written so.
    pub fn of(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == text)
    }
}

/// Who asks, by a good token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The token's id.
    pub id: Arc<str>,
    /// Whose it is.
    pub account: Account,
    /// Whether it came from a sign-in.
    pub is_session: bool,
    /// What it allows.
    pub scopes: Vec<Scope>,
}

impl Caller {
    /// An error unless the token has a scope.
    pub fn needs(&self, scope: Scope) -> Result<(), Refused> {
        if self.scopes.contains(&scope) { Ok(()) } else { Err(Refused::Scope(scope)) }
    }
}

/// Random bytes of the system.
pub fn new_secret() -> [u8; 32] {
    let mut bytes = [0; 32];
    OsRng.unwrap_err().fill_bytes(&mut bytes);
    bytes
}

/// A random id, such as `key_0123456789abcdef01234567`.
pub fn new_id(prefix: &str) -> String {
    let hex: String = new_secret()[..12].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{prefix}_{hex}")
}

/// A token as its holder sends it: what it is, then 32 random bytes.
pub fn new_token(prefix: &str) -> (String, [u8; 32]) {
    let token = format!("tributary_{prefix}_{}", URL_SAFE_NO_PAD.encode(new_secret()));
    let hash = hash_of(&token);
    (token, hash)
}

fn hash_of(token: &str) -> [u8; 32] {
    solana_sha256_hasher::hash(token.as_bytes()).to_bytes()
}

/// Tokens found good, by hash.
type Remembered = BTreeMap<[u8; 32], (Caller, Instant)>;

/// Looks tokens up.
#[derive(Clone, Default)]
pub struct Tokens {
    remembered: Arc<Mutex<Remembered>>,
}

impl Tokens {
    /// The token of a request, as its hash.
    pub fn sent(headers: &HeaderMap) -> Result<Option<[u8; 32]>, Refused> {
        let Some(value) = headers.get(AUTHORIZATION) else { return Ok(None) };
        let token = value.to_str().ok().and_then(|text| text.strip_prefix("Bearer ")).ok_or(Refused::BadToken)?;
        Ok(Some(hash_of(token.trim())))
    }

    /// Who sent it, if that is remembered.
    pub fn remembered(&self, hash: &[u8; 32]) -> Option<Caller> {
        // A poisoned lock only means that a thread died between two whole states.
        let remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        remembered.get(hash).filter(|(_, at)| at.elapsed() < REMEMBERED).map(|(caller, _)| caller.clone())
    }

    /// Who sent it, by the database.
    pub async fn find(&self, pool: &PgPool, hash: &[u8; 32]) -> Result<Caller, ReadError> {
        let row = sqlx::query(
            "SELECT id, kind, account, scopes FROM access.tokens
             WHERE hash = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())",
        )
        .bind(hash.as_slice())
        .fetch_optional(pool)
        .await?
        .ok_or(Refused::BadToken)?;
        let scopes: Vec<String> = row.try_get("scopes")?;
        let caller = Caller {
            id: row.text("id")?.into(),
            account: row.id("account")?,
            is_session: row.text("kind")? == "session",
            scopes: scopes.iter().filter_map(|scope| Scope::of(scope)).collect(),
        };
        let mut remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        if remembered.len() >= REMEMBERED_MAX {
            remembered.clear();
        }
        remembered.insert(*hash, (caller.clone(), Instant::now()));
        Ok(caller)
    }

    /// Forgets a token by its id.
    pub fn forget(&self, id: &str) {
        let mut remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        remembered.retain(|_, (caller, _)| *caller.id != *id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_tokens_are_alike_and_a_token_names_its_kind() {
        let [(one, of_one), (two, of_two)] = [new_token("key"), new_token("key")];
        assert_ne!(one, two);
        assert_ne!(of_one, of_two);
        assert!(one.starts_with("tributary_key_") && one.len() == 14 + 43);
    }

    #[test]
    fn a_scope_reads_back_as_it_is_written() {
        for scope in Scope::ALL {
            assert_eq!(Scope::of(scope.as_str()), Some(scope));
        }
        assert_eq!(Scope::of("everything"), None);
    }
}
