//! One consistent view of the database for one answer.
//!
//! Everything an answer says is read in one `REPEATABLE READ READ ONLY`
//! transaction, so that a balance and the root beside it cannot be of two
//! moments. It never writes and never commits. What one statement can say needs
//! none of this: a statement is a snapshot in itself ([`Readers::row`]).

use crate::amounts::Token;
use crate::answer::Answer;
use crate::commitment::Commitment;
use crate::problem::ReadError;
use crate::readers::{Lent, Readers};
use crate::rows::Columns;
use sqlx::{Executor, PgConnection};
use tributary_core::id::{Genesis, VaultId};

/// How a snapshot begins: the first statement after the beginning fixes the moment.
const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
    SELECT genesis, confirmed_slot, finalised_slot FROM chain.status";

/// A view of the database as of one moment.
pub struct Snapshot {
    transaction: Reading,
    genesis: Genesis,
    as_of_slot: u64,
    finalised_slot: u64,
}

/// A transaction that is rolled back when it is dropped.
struct Reading(Option<Lent>);

impl Drop for Reading {
    fn drop(&mut self) {
        if let Some(mut lent) = self.0.take() {
            // Nobody waits for it but the next who wants this connection.
            tokio::spawn(async move {
                if lent.connection().execute("ROLLBACK").await.is_ok() {
                    lent.give_back();
                }
            });
        }
    }
}

impl Snapshot {
    /// Takes a connection and fixes the moment.
    pub async fn open(readers: &Readers) -> Result<Self, ReadError> {
        // Both statements at once: one way there and back.
        let (lent, row) = readers.begin(BEGIN).await?;
        let transaction = Reading(Some(lent));
        let row = row.ok_or(ReadError::NotIndexed)?;
        Ok(Self {
            transaction,
            genesis: row.id("genesis")?,
            as_of_slot: row.count("confirmed_slot")?,
            finalised_slot: row.count("finalised_slot")?,
        })
    }

    /// The connection to read through.
    pub fn connection(&mut self) -> &mut PgConnection {
        self.transaction.0.as_mut().expect("only the end takes it").connection()
    }

    /// Everything on-chain up to this slot is in the snapshot.
    pub fn as_of_slot(&self) -> u64 {
        self.as_of_slot
    }

    /// Up to this slot it is also final.
    pub fn finalised_slot(&self) -> u64 {
        self.finalised_slot
    }

    /// How sure an event of a slot is.
    pub fn commitment(&self, slot: u64) -> Commitment {
        Commitment::at(slot, self.finalised_slot)
    }

    /// The cluster that was indexed.
    pub fn genesis(&self) -> Genesis {
        self.genesis
    }

    /// Frames an answer.
    pub fn answer<T>(&self, root_epoch: Option<u64>, data: T) -> Answer<T> {
        Answer { as_of_slot: self.as_of_slot, root_epoch, data }
    }

    /// The error for what is not in the snapshot.
    pub fn unknown(&self, what: &'static str, id: impl ToString) -> ReadError {
        ReadError::Unknown { what, id: id.to_string(), as_of_slot: self.as_of_slot }
    }

    /// A vault's token; an error when there is no such vault.
    pub async fn token(&mut self, vault: &VaultId) -> Result<Token, ReadError> {
        let row = sqlx::query("SELECT vault, mint, decimals FROM chain.vaults WHERE vault = $1")
            .bind(vault.0.as_slice())
            .fetch_optional(self.connection())
            .await?;
        match row {
            Some(row) => token_of(&row),
            None => Err(self.unknown("vault", vault)),
        }
    }

    /// The epoch of a vault's newest active root.
    pub async fn root_epoch(&mut self, vault: &VaultId) -> Result<Option<u64>, ReadError> {
        let row = sqlx::query("SELECT max(epoch) AS epoch FROM chain.roots WHERE vault = $1 AND status = 'active'")
            .bind(vault.0.as_slice())
            .fetch_one(self.connection())
            .await?;
        row.count_or_null("epoch")
    }
}

/// The token of a row with the columns vault, mint and decimals.
pub fn token_of(row: &sqlx::postgres::PgRow) -> Result<Token, ReadError> {
    Ok(Token { vault: row.id("vault")?, mint: row.id("mint")?, decimals: row.small("decimals")? })
}
