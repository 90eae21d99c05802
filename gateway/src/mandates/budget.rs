//! What one API key may spend of its mandate: a budget of its own.
//!
//! A part of the budget is taken from Postgres at a time and spent from memory,
//! so that calls go on while Postgres is away. What was taken and not spent
//! returns at an orderly end; a crash keeps it from being spent, so a budget is
//! never exceeded. The mandate's and the deposit's bounds hold beside it.

use crate::database::{DatabaseError, amount};
use sqlx::PgPool;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tributary_core::amount::BaseUnits;

/// So many parts make a budget.
const PARTS: u64 = 16;

/// Why a key may not spend.
#[derive(Debug, thiserror::Error)]
pub enum BudgetError {
    /// It has spent what it may.
    #[error(
        "this key's budget does not cover {needed} base units: the holder of the mandate's first key can make another"
    )]
    Spent {
        /// The price to be covered.
        needed: BaseUnits,
    },
    /// No part can be taken at the moment.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// The budget of one key in this process.
#[derive(Debug, Default)]
pub struct Budget {
    /// `None`: no bound but the mandate's.
    whole: Option<BaseUnits>,
    /// Taken from Postgres and not spent.
    left: Mutex<BaseUnits>,
    taking: tokio::sync::Mutex<()>,
}

/// A price that a budget covers. Dropped, it returns what was not spent.
#[derive(Debug)]
#[must_use = "dropped at once, it covers nothing"]
pub struct Covered<'a> {
    budget: &'a Budget,
    unspent: BaseUnits,
}

impl Covered<'_> {
    /// So much was spent; the rest returns.
    pub fn spend(&mut self, price: BaseUnits) {
        self.unspent = self.unspent.checked_sub(price).unwrap_or(BaseUnits::ZERO);
    }
}

impl Drop for Covered<'_> {
    fn drop(&mut self) {
        let mut left = self.budget.left();
        // It was taken out of `left` before: the sum fits.
        *left = left.checked_add(self.unspent).unwrap_or(*left);
    }
}

impl Budget {
    /// Of so much, or without a bound of its own.
    pub fn new(whole: Option<BaseUnits>) -> Self {
        Self { whole, ..Self::default() }
    }

    fn left(&self) -> MutexGuard<'_, BaseUnits> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn cover_at_once(&self, price: BaseUnits) -> Option<Covered<'_>> {
        let mut left = self.left();
        *left = left.checked_sub(price)?;
        Some(Covered { budget: self, unspent: price })
    }

    /// Covers a maximum price, taking another part of the budget when needed.
    pub async fn cover(&self, pool: &PgPool, key: &[u8; 32], price: BaseUnits) -> Result<Covered<'_>, BudgetError> {
        let Some(whole) = self.whole else {
            return Ok(Covered { budget: self, unspent: BaseUnits::ZERO });
        };
        if let Some(covered) = self.cover_at_once(price) {
            return Ok(covered);
        }
        let _turn = self.taking.lock().await;
        if let Some(covered) = self.cover_at_once(price) {
            return Ok(covered);
        }
        let part = take(pool, key, price, BaseUnits((whole.0 / PARTS).max(price.0))).await?;
        let mut left = self.left();
        *left = left.checked_add(part).ok_or(BudgetError::Spent { needed: price })?;
        drop(left);
        self.cover_at_once(price).ok_or(BudgetError::Spent { needed: price })
    }

    /// Returns what was taken and not spent: for the end.
    pub async fn put_back(&self, pool: &PgPool, key: &[u8; 32]) -> Result<(), DatabaseError> {
        let left = std::mem::take(&mut *self.left());
        if left == BaseUnits::ZERO {
            return Ok(());
        }
        sqlx::query("UPDATE usage.api_keys SET taken = taken - $2::text::numeric WHERE key_hash = $1")
            .bind(&key[..])
            .bind(left.to_string())
            .execute(pool)
            .await?;
        Ok(())
    }
}

/// Takes a part of a budget: what is wanted, or what is left if that is enough.
async fn take(pool: &PgPool, key: &[u8; 32], needed: BaseUnits, wanted: BaseUnits) -> Result<BaseUnits, BudgetError> {
    let row = sqlx::query(
        "WITH part AS (
            SELECT key_hash, least($3::text::numeric, budget - taken) AS part FROM usage.api_keys
            WHERE key_hash = $1 AND revoked_at IS NULL AND budget - taken >= $2::text::numeric
            FOR UPDATE)
         UPDATE usage.api_keys k SET taken = k.taken + part.part FROM part WHERE k.key_hash = part.key_hash
         RETURNING part.part::text AS part",
    )
    .bind(&key[..])
    .bind(needed.to_string())
    .bind(wanted.to_string())
    .fetch_optional(pool)
    .await
    .map_err(DatabaseError::from)?
    .ok_or(BudgetError::Spent { needed })?;
    Ok(amount(&row, "part")?)
}
