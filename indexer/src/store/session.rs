//! Opening a session: one connection, its lock, its fencing number and where the
//! last session stopped.

use super::project::PROJECTIONS;
use super::{StoreError, bytes, dead_letters, digest, slot, streams, unsigned};
use crate::machine::{Commit, Committed, Resume};
use solana_address::Address;
use solana_sdk::signature::Signature;
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, PgConnection, PgPool};
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;
use std::time::Duration;
use tributary_client::pda;
use tributary_core::id::Genesis;
use tributary_core::position::Slot;

/// The advisory lock of the one indexer of a database: "tribindx".
const LOCK: i64 = 0x7472_6962_696e_6478;
/// The longest that connecting may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The longest that a statement of a rebuild may take.
const BESIDE_TIMEOUT: &str = "1800s";

/// Where sessions come from.
#[derive(Clone, Debug)]
pub struct Store {
    options: PgConnectOptions,
    start_slot: Slot,
}

/// The right to write, until it is dropped.
pub struct Session {
    connection: PgConnection,
    pub(super) fence: i64,
    start_slot: Slot,
    streams: BTreeSet<Address>,
}

impl Store {
    /// Of this database. A database that holds nothing yet is followed from
    /// `start_slot` on: nothing of the programs may be older.
    pub fn new(url: &str, start_slot: Slot) -> Result<Self, StoreError> {
        let options = PgConnectOptions::from_str(url)
            .map_err(StoreError::Url)?
            .application_name("tributary-indexer")
            // A statement that hangs must not hang the indexer.
            // Projections are named without their schema.
            .options([("statement_timeout", "60s"), ("lock_timeout", "30s"), ("search_path", "chain")])
            .log_slow_statements(tracing::log::LevelFilter::Warn, Duration::from_secs(5));
        Ok(Self { options, start_slot })
    }

    /// A connection that writes beside a session, and has more time.
    pub(super) async fn connect_beside(&self) -> Result<PgConnection, StoreError> {
        connect(&self.options.clone().options([("statement_timeout", BESIDE_TIMEOUT)])).await
    }

    /// Opens a session. `None` while another indexer has one.
    pub async fn open(&self, genesis: Genesis) -> Result<Option<(Session, Resume)>, StoreError> {
        let mut connection = connect(&self.options).await?;
        let (locked,): (bool,) =
            sqlx::query_as("SELECT pg_try_advisory_lock($1)").bind(LOCK).fetch_one(&mut connection).await?;
        if !locked {
            return Ok(None);
        }
        let fence = draw_fence(&mut connection, genesis).await?;
        let (projections,): (i32,) =
            sqlx::query_as("SELECT projections FROM chain.status").fetch_one(&mut connection).await?;
        if projections < PROJECTIONS {
            tracing::info!("writing the projections anew from the stored events");
            self.rebuild().await?;
        }
        let mut session = Session { connection, fence, start_slot: self.start_slot, streams: BTreeSet::new() };
        session.redeem_dead_letters().await?;
        let resume = session.resume().await?;
        Ok(Some((session, resume)))
    }
}

/// A connection that ended is no reason to give up; a role that is missing is.
fn role_error(error: sqlx::Error) -> StoreError {
    if error.as_database_error().is_some() { StoreError::Role(error) } else { StoreError::Sql(error) }
}

impl Session {
    pub(super) fn connection(&mut self) -> &mut PgConnection {
        &mut self.connection
    }

    /// All streams known, whose heads are worth asking for.
    pub fn streams(&self) -> Vec<Address> {
        self.streams.iter().copied().collect()
    }

    pub(super) fn learn(&mut self, touched: impl Iterator<Item = Address>) {
        self.streams.extend(touched);
    }

    /// Events that an older version could not use may be usable now.
    async fn redeem_dead_letters(&mut self) -> Result<Committed, StoreError> {
        let events = dead_letters::readable(&mut self.connection).await?;
        if events.is_empty() {
            return Ok(Committed::default());
        }
        tracing::info!(events = events.len(), "trying dead letters again");
        self.commit(&Commit { events, ..Commit::default() }).await
    }

    pub(super) async fn resume(&mut self) -> Result<Resume, StoreError> {
        let connection = &mut self.connection;
        let cursors: Vec<(Vec<u8>, Option<Vec<u8>>, i64)> =
            sqlx::query_as("SELECT program, newest, slot FROM chain.cursors").fetch_all(&mut *connection).await?;
        let mut newest = BTreeMap::new();
        let mut cursor = None;
        for (program, signature, stored) in &cursors {
            let stored = slot(*stored)?;
            cursor = Some(cursor.map_or(stored, |lowest: Slot| lowest.min(stored)));
            if let Some(signature) = signature {
                newest.insert(Address::new_from_array(bytes(program)?), Signature::from(bytes::<64>(signature)?));
            }
        }
        let confirmed: Vec<(Vec<u8>, i64)> =
            sqlx::query_as("SELECT DISTINCT signature, slot FROM chain.events WHERE commitment = 'confirmed'")
                .fetch_all(&mut *connection)
                .await?;
        let confirmed = confirmed
            .iter()
            .map(|(signature, stored)| Ok((Signature::from(bytes::<64>(signature)?), slot(*stored)?)))
            .collect::<Result<_, StoreError>>()?;
        let known: Vec<(Vec<u8>,)> =
            sqlx::query_as("SELECT stream FROM chain.streams").fetch_all(&mut *connection).await?;
        for (stream,) in &known {
            self.streams.insert(Address::new_from_array(bytes(stream)?));
        }
        // These exist on every chain with the programs set up.
        self.streams.extend([pda::shard(0), pda::rewards_config()]);
        let gaps = streams::open_gaps(&mut self.connection).await?;
        let (finalised,): (i64,) =
            sqlx::query_as("SELECT finalised_slot FROM chain.status").fetch_one(&mut self.connection).await?;
        let digest = digest::last(&mut self.connection).await?;
        let cursor = cursor.unwrap_or(self.start_slot);
        Ok(Resume { cursor, newest, confirmed, gaps, finalised: slot(finalised)?, digest })
    }
}

async fn connect(options: &PgConnectOptions) -> Result<PgConnection, StoreError> {
    let connecting = tokio::time::timeout(CONNECT_TIMEOUT, options.connect());
    let mut connection = connecting.await.map_err(|_| StoreError::Timeout)?.map_err(StoreError::Connect)?;
    // What the role may not write can't be written by mistake.
    sqlx::query("SET ROLE tributary_indexer").execute(&mut connection).await.map_err(role_error)?;
    Ok(connection)
}

/// Refuses to work on a database that no indexer has written yet.
pub(super) async fn check_chain(connection: &mut PgConnection) -> Result<(), StoreError> {
    let (begun,): (bool,) = sqlx::query_as("SELECT EXISTS (SELECT FROM chain.status)").fetch_one(connection).await?;
    if begun { Ok(()) } else { Err(StoreError::Empty) }
}

/// The chain that a database belongs to.
pub(crate) async fn stored_genesis(pool: &PgPool) -> Result<Genesis, StoreError> {
    let stored: Option<(Vec<u8>,)> = sqlx::query_as("SELECT genesis FROM chain.status").fetch_optional(pool).await?;
    stored.map_or(Err(StoreError::Empty), |(genesis,)| bytes(&genesis).map(Genesis))
}

/// Makes this the newest writer of this chain's database.
async fn draw_fence(connection: &mut PgConnection, genesis: Genesis) -> Result<i64, StoreError> {
    sqlx::query("INSERT INTO chain.status (genesis) VALUES ($1) ON CONFLICT DO NOTHING")
        .bind(&genesis.0[..])
        .execute(&mut *connection)
        .await?;
    let (stored, writer): (Vec<u8>, i64) =
        sqlx::query_as("UPDATE chain.status SET writer = writer + 1 RETURNING genesis, writer")
            .fetch_one(&mut *connection)
            .await?;
    let stored = Genesis(bytes(&stored)?);
    unsigned(writer)?;
    if stored == genesis { Ok(writer) } else { Err(StoreError::OtherChain { stored, found: genesis }) }
}
