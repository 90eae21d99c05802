//! Mandates and the API keys bound to them. The check is pure; what passed is
//! stored in Postgres first and served from memory then, so that callers are
//! known while Postgres is away.
//!
//! A mandate and its signature become public with the settlement, so a mandate
//! buys exactly one key, when it is first posted; that one makes further ones
//! ([`keys`]), each with a budget of its own ([`budget`]).

pub mod budget;
pub mod keys;

use crate::chain::Tip;
use crate::database::{DatabaseError, amount, key};
use crate::rate::Bucket;
use budget::Budget;
use ed25519_dalek::{Signature, VerifyingKey};
use sqlx::{PgPool, Row};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Instant;
use tributary_core::amount::BaseUnits;
use tributary_core::hash::sha256;
use tributary_core::id::{GatewayId, Genesis, MandateId, ProgramId, VaultId};
use tributary_core::mandate::Mandate;
use tributary_core::position::Slot;

/// API keys held at a time.
pub const KEYS_MAX: usize = 200_000;
/// What every API key begins with, so that people and scanners know one.
const KEY_PREFIX: &str = "trb_";

/// Why a mandate is not accepted.
#[derive(Debug, thiserror::Error)]
pub enum MandateError {
    /// Signed for something else.
    #[error("the mandate is for another {0}: sign one for {1}")]
    Foreign(&'static str, String),
    /// The vault is not served here.
    #[error("this gateway serves no vault {0}: see GET /v1/models for those it serves")]
    Vault(VaultId),
    /// It permits nothing.
    #[error("the mandate's maximum is 0: sign one with a maximum above the price of a call")]
    Nothing,
    /// Its time is over.
    #[error("the mandate expired at slot {expires}, the chain is at {finalised}: sign one that lasts longer")]
    Expired {
        /// Its last slot.
        expires: Slot,
        /// The finalised slot.
        finalised: Slot,
    },
    /// The payer's key did not sign this text.
    #[error("the signature is not the payer's under this mandate's text: sign exactly the text with the payer's key")]
    Signature,
    /// The mandate or its nonce was used.
    #[error(
        "this mandate, or another with its nonce, was posted before and its key was shown then: sign a new one with another nonce"
    )]
    Known,
    /// As many as may be are held.
    #[error("this gateway holds {KEYS_MAX} keys, which is its limit: try another gateway")]
    Full,
    /// Too many at once.
    #[error("too many mandates are posted at the moment: retry in a second")]
    TooFast,
    /// Postgres.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// What a gateway accepts mandates for.
#[derive(Clone, Debug)]
pub struct Terms {
    /// The cluster.
    pub genesis: Genesis,
    /// The rewards program.
    pub program: ProgramId,
    /// This gateway.
    pub gateway: GatewayId,
    /// The finalised slot.
    pub finalised: Slot,
}

/// A mandate as it is posted.
#[derive(Clone, Debug, serde::Deserialize)]
pub struct Posted {
    /// Its fields.
    #[serde(flatten)]
    pub mandate: Mandate,
    /// Ed25519 over its text, in base58.
    pub signature: String,
}

/// Checks everything that can be checked without memory of other mandates.
/// Returns the signature's bytes.
pub fn check(posted: &Posted, terms: &Terms, serves: impl Fn(&VaultId) -> bool) -> Result<[u8; 64], MandateError> {
    let mandate = &posted.mandate;
    if mandate.genesis != terms.genesis {
        return Err(MandateError::Foreign("cluster", terms.genesis.to_string()));
    }
    if mandate.program != terms.program {
        return Err(MandateError::Foreign("program", terms.program.to_string()));
    }
    if mandate.gateway != terms.gateway {
        return Err(MandateError::Foreign("gateway", terms.gateway.to_string()));
    }
    if !serves(&mandate.vault) {
        return Err(MandateError::Vault(mandate.vault));
    }
    if mandate.maximum == BaseUnits::ZERO {
        return Err(MandateError::Nothing);
    }
    if mandate.expires <= terms.finalised {
        return Err(MandateError::Expired { expires: mandate.expires, finalised: terms.finalised });
    }
    let mut bytes = [0; 64];
    match bs58::decode(&posted.signature).onto(&mut bytes[..]) {
        Ok(64) => {}
        _ => return Err(MandateError::Signature),
    }
    VerifyingKey::from_bytes(&mandate.payer.0)
        .and_then(|key| key.verify_strict(mandate.text().as_bytes(), &Signature::from_bytes(&bytes)))
        .map_err(|_| MandateError::Signature)?;
    Ok(bytes)
}

/// Terms as of a tip of the chain.
pub fn terms(tip: &Tip, gateway: GatewayId) -> Terms {
    let program = ProgramId(tributary_client::pda::REWARDS.to_bytes());
    Terms { genesis: tip.genesis, program, gateway, finalised: tip.finalised }
}

/// Who calls: a mandate behind an API key.
#[derive(Debug)]
pub struct Holder {
    /// Its identity.
    pub id: MandateId,
    /// Its fields.
    pub mandate: Mandate,
    /// SHA-256 of the key.
    pub key_hash: [u8; 32],
    /// Whether it is the key that the mandate bought.
    pub is_first: bool,
    /// What the key may spend.
    pub budget: Budget,
    bucket: Mutex<Bucket>,
}

impl Holder {
    /// Whether the key's rate allows one more request.
    pub fn may_call(&self) -> bool {
        self.bucket.lock().unwrap_or_else(PoisonError::into_inner).take(Instant::now())
    }
}

#[derive(Debug, Default)]
struct Known {
    by_key: BTreeMap<[u8; 32], Arc<Holder>>,
    expires: BTreeMap<MandateId, Slot>,
}

/// All keys this gateway knows.
#[derive(Debug)]
pub struct Holders {
    pool: PgPool,
    gateway: GatewayId,
    key_rate: u32,
    known: RwLock<Known>,
    posts: Mutex<Bucket>,
}

impl Holders {
    /// None yet; [`Self::load`] reads those in Postgres.
    pub fn new(pool: PgPool, gateway: GatewayId, key_rate: u32, mandate_rate: u32) -> Self {
        let posts = Mutex::new(Bucket::new(mandate_rate, Instant::now()));
        Self { pool, gateway, key_rate, known: RwLock::default(), posts }
    }

    /// The mandate behind a key, when the key is known and not revoked.
    pub fn find(&self, api_key: &str) -> Option<Arc<Holder>> {
        let hash = sha256(&[api_key.as_bytes()]);
        self.known().by_key.get(&hash).cloned()
    }

    fn known(&self) -> RwLockReadGuard<'_, Known> {
        self.known.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn known_mut(&self) -> RwLockWriteGuard<'_, Known> {
        self.known.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether nobody can spend under a mandate any more.
    pub fn is_over(&self, mandate: MandateId, finalised: Slot) -> bool {
        self.known().expires.get(&mandate).is_none_or(|expires| *expires < finalised)
    }

    /// Reads the keys of mandates that have not expired. Forgets revoked ones.
    pub async fn load(&self, genesis: Genesis, finalised: Slot) -> Result<usize, DatabaseError> {
        let before: Vec<[u8; 32]> = self.known().by_key.keys().copied().collect();
        let rows = sqlx::query(
            "SELECT k.key_hash, m.mandate, m.vault, m.payer, m.maximum::text AS maximum,
                    m.expires_slot::text AS expires, m.nonce::text AS nonce,
                    k.label, k.budget::text AS budget, k.rate, k.made_by IS NULL AS first
             FROM usage.api_keys k JOIN usage.mandates m USING (mandate)
             WHERE m.gateway = $1 AND k.revoked_at IS NULL AND m.expires_slot >= $2::text::numeric
             ORDER BY k.created_at LIMIT $3",
        )
        .bind(&self.gateway.0[..])
        .bind(finalised.0.to_string())
        .bind(KEYS_MAX as i64)
        .fetch_all(&self.pool)
        .await?;
        let program = ProgramId(tributary_client::pda::REWARDS.to_bytes());
        let mut found = BTreeMap::new();
        for row in &rows {
            let mandate = Mandate {
                genesis,
                program,
                vault: key(row, "vault")?,
                payer: key(row, "payer")?,
                gateway: self.gateway,
                maximum: amount(row, "maximum")?,
                expires: Slot(amount(row, "expires")?.0),
                nonce: amount(row, "nonce")?.0,
            };
            let id: MandateId = key(row, "mandate")?;
            // Stored for another cluster: not ours to spend.
            if mandate.id() == id {
                let first: bool = row.try_get("first")?;
                found.insert(key::<[u8; 32]>(row, "key_hash")?, (mandate, first, keys::terms(row)?));
            }
        }
        let mut known = self.known_mut();
        // A key accepted since the query is not among the rows, nor in `before`.
        for hash in before.into_iter().filter(|hash| !found.contains_key(hash)) {
            known.by_key.remove(&hash);
        }
        known.expires.retain(|_, expires| *expires >= finalised);
        for (hash, (mandate, first, terms)) in found {
            known.expires.insert(mandate.id(), mandate.expires);
            known.by_key.entry(hash).or_insert_with(|| self.holder(mandate, hash, first, &terms));
        }
        Ok(known.by_key.len())
    }

    fn holder(&self, mandate: Mandate, key_hash: [u8; 32], is_first: bool, terms: &keys::Terms) -> Arc<Holder> {
        let bucket = Mutex::new(Bucket::new(terms.rate.unwrap_or(self.key_rate), Instant::now()));
        let budget = Budget::new(terms.budget);
        Arc::new(Holder { id: mandate.id(), mandate, key_hash, is_first, budget, bucket })
    }

    /// Takes in a further key that is stored.
    pub fn add(&self, first: &Holder, key_hash: [u8; 32], terms: &keys::Terms) {
        let holder = self.holder(first.mandate, key_hash, false, terms);
        self.known_mut().by_key.insert(key_hash, holder);
    }

    /// Forgets a key that is revoked.
    pub fn forget(&self, key_hash: &[u8; 32]) {
        self.known_mut().by_key.remove(key_hash);
    }

    /// Returns what keys took of their budgets and did not spend: for the end.
    pub async fn put_back(&self) -> Result<(), DatabaseError> {
        let holders: Vec<Arc<Holder>> = self.known().by_key.values().cloned().collect();
        for holder in holders {
            holder.budget.put_back(&self.pool, &holder.key_hash).await?;
        }
        Ok(())
    }

    /// Stores a checked mandate and returns its one API key.
    pub async fn accept(&self, mandate: Mandate, signature: [u8; 64]) -> Result<(MandateId, String), MandateError> {
        if !self.posts.lock().unwrap_or_else(PoisonError::into_inner).take(Instant::now()) {
            return Err(MandateError::TooFast);
        }
        if self.known().by_key.len() >= KEYS_MAX {
            return Err(MandateError::Full);
        }
        let id = mandate.id();
        let api_key = format!("{KEY_PREFIX}{}", bs58::encode(rand::random::<[u8; 32]>()).into_string());
        let hash = sha256(&[api_key.as_bytes()]);
        let mut tx = self.pool.begin().await.map_err(DatabaseError::from)?;
        let stored = sqlx::query(
            "INSERT INTO usage.mandates (mandate, vault, payer, gateway, maximum, expires_slot, nonce, signature)
             VALUES ($1, $2, $3, $4, $5::text::numeric, $6::text::numeric, $7::text::numeric, $8)
             ON CONFLICT DO NOTHING",
        )
        .bind(&id.0[..])
        .bind(&mandate.vault.0[..])
        .bind(&mandate.payer.0[..])
        .bind(&mandate.gateway.0[..])
        .bind(mandate.maximum.to_string())
        .bind(mandate.expires.to_string())
        .bind(mandate.nonce.to_string())
        .bind(&signature[..])
        .execute(&mut *tx)
        .await
        .map_err(DatabaseError::from)?;
        if stored.rows_affected() != 1 {
            return Err(MandateError::Known);
        }
        sqlx::query("INSERT INTO usage.api_keys (key_hash, mandate) VALUES ($1, $2)")
            .bind(&hash[..])
            .bind(&id.0[..])
            .execute(&mut *tx)
            .await
            .map_err(DatabaseError::from)?;
        tx.commit().await.map_err(DatabaseError::from)?;
        let mut known = self.known_mut();
        known.expires.insert(id, mandate.expires);
        known.by_key.insert(hash, self.holder(mandate, hash, true, &keys::Terms::default()));
        Ok((id, api_key))
    }
}

#[cfg(test)]
mod tests;
