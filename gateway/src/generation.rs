//! A generation: the gateway's life between two losses of its disk. Opens the
//! spool, decides whether it continues the generation that Postgres knows, and
//! recovers what had been spent.
//!
//! A spool that is older than what Postgres has, or whose generation was fenced,
//! is set aside and never appended to again.

use crate::config::Config;
use crate::credit::book::Book;
use crate::credit::generations::{begin_generation, is_current};
use crate::credit::leases::open_leases;
use crate::credit::log::CreditError;
use crate::database::{DatabaseError, bigint, position};
use crate::requests::{Paid, Requests, RequestsError};
use crate::spool::writer::{SpoolLock, SpoolWriter, lock};
use crate::spool::{SpoolError, segment};
use ed25519_dalek::SigningKey;
use sqlx::{PgPool, Row};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use tributary_core::amount::BaseUnits;
use tributary_core::id::{GatewayId, RequestId};
use tributary_core::position::{CreditSeq, EventSeq, Generation};

/// The file that names the generation a spool belongs to.
const NAME: &str = "generation.json";

/// Why a generation cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum GenerationError {
    /// Credit or Postgres.
    #[error(transparent)]
    Credit(#[from] CreditError),
    /// The spool.
    #[error(transparent)]
    Spool(#[from] SpoolError),
    /// The spool folder is another gateway's, or its name file is damaged.
    #[error(
        "{0} in the spool folder is missing, damaged or names another gateway: use one spool folder a gateway, or move this one away"
    )]
    Name(&'static str),
    /// Postgres lacks events that the spool no longer has.
    #[error(
        "Postgres has the events before {drained}, the spool those from {start}: restore a newer backup of Postgres"
    )]
    Hole {
        /// First event that Postgres lacks.
        drained: EventSeq,
        /// First event in the spool.
        start: EventSeq,
    },
    /// Events spend leases that Postgres does not know.
    #[error(
        "lease {0} is spent in the spool and unknown or too small in Postgres: restore a newer backup of Postgres, or move the spool folder away to start a new generation"
    )]
    Lease(CreditSeq),
    /// More requests than fit.
    #[error(transparent)]
    Requests(#[from] RequestsError),
    /// A task died.
    #[error("reading the spool back failed")]
    Task(#[from] tokio::task::JoinError),
}

impl From<DatabaseError> for GenerationError {
    fn from(error: DatabaseError) -> Self {
        Self::Credit(error.into())
    }
}

impl From<sqlx::Error> for GenerationError {
    fn from(error: sqlx::Error) -> Self {
        Self::Credit(error.into())
    }
}

impl GenerationError {
    /// Whether waiting may help.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Credit(CreditError::Database(DatabaseError::Sql(_))))
    }
}

/// A generation, ready to serve.
#[derive(Debug)]
pub struct Opened {
    /// Which.
    pub generation: Generation,
    /// Appends to its spool.
    pub writer: SpoolWriter,
    /// Its open leases.
    pub book: Book,
    /// Requests already paid.
    pub requests: Requests,
    /// The first event Postgres does not have.
    pub drained: EventSeq,
    /// When the newest event of this gateway was charged, by its own clock; 0 if
    /// there is none.
    pub newest_ms: u64,
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Name {
    gateway: GatewayId,
    generation: Generation,
}

/// Locks the spool folder for this process.
pub fn lock_spool(config: &Config) -> Result<Arc<SpoolLock>, SpoolError> {
    lock(&config.spool_dir).map(Arc::new)
}

/// Opens the generation that the spool belongs to, or a new one. May be repeated
/// after a transient error.
pub async fn open(
    pool: &PgPool,
    config: &Config,
    key: &SigningKey,
    lock: Arc<SpoolLock>,
    now_ms: u64,
) -> Result<Opened, GenerationError> {
    let folder = &config.spool_dir;
    let gateway = config.gateway;
    let remember_from = now_ms.saturating_sub(remembered_ms(config));
    if let Some(generation) = read_name(folder, gateway)? {
        let drained = drained_to(pool, gateway, generation).await?;
        let (writer, events) = read_back(config, key, lock.clone(), generation).await?;
        if !is_current(pool, gateway, generation).await? {
            tracing::error!(%generation, "the spool's generation is fenced or unknown to Postgres; a new one begins");
        } else if writer.next() < drained {
            tracing::error!(%generation, "the spool is older than what Postgres has; a new generation begins");
        } else {
            let start = writer.reader().start().unwrap_or(writer.next());
            if start > drained {
                return Err(GenerationError::Hole { drained, start });
            }
            let spooled_ms = events.iter().map(|event| event.at_ms).max().unwrap_or(0);
            let mut requests = Requests::new(config.limits.recent_requests);
            requests.trim(drained);
            let newest_ms = known_requests(pool, gateway, remember_from, &mut requests).await?.max(spooled_ms);
            let book = recover_book(pool, gateway, generation, drained, &events).await?;
            for event in events.into_iter().filter(|event| event.at_ms >= remember_from) {
                requests.recover(event.request, event.at_ms, Paid::Here(event.sequence, event.body_hash))?;
            }
            writer.reader().drained(drained);
            return Ok(Opened { generation, writer, book, requests, drained, newest_ms });
        }
        set_aside(folder, generation)?;
    }
    let generation = begin_generation(pool, gateway).await?;
    tracing::info!(%generation, "a new generation begins");
    write_name(folder, &Name { gateway, generation })?;
    let (writer, _) = read_back(config, key, lock.clone(), generation).await?;
    let mut requests = Requests::new(config.limits.recent_requests);
    let newest_ms = known_requests(pool, gateway, remember_from, &mut requests).await?;
    Ok(Opened { generation, writer, book: Book::default(), requests, drained: EventSeq(0), newest_ms })
}

/// How far back paid requests must be known: a key counts in the day it was
/// first used and in the next.
pub fn remembered_ms(config: &Config) -> u64 {
    let configured = u64::try_from(config.limits.remember.as_millis()).unwrap_or(u64::MAX);
    configured.max(2 * crate::requests::DAY_MS)
}

struct Recovered {
    sequence: EventSeq,
    request: RequestId,
    body_hash: [u8; 32],
    lease: CreditSeq,
    price: BaseUnits,
    at_ms: u64,
}

async fn read_back(
    config: &Config,
    key: &SigningKey,
    lock: Arc<SpoolLock>,
    generation: Generation,
) -> Result<(SpoolWriter, Vec<Recovered>), GenerationError> {
    let (folder, gateway, key) = (config.spool_dir.clone(), config.gateway, key.clone());
    let pending_max = config.limits.spool_pending_bytes;
    tokio::task::spawn_blocking(move || {
        let mut events = Vec::new();
        let writer = SpoolWriter::open(&folder, gateway, generation, key, pending_max, lock, &mut |record| {
            for (event, attachment) in record.group.events.iter().zip(&record.attachments) {
                events.push(Recovered {
                    sequence: event.position.sequence,
                    request: event.request,
                    body_hash: attachment.body_hash,
                    lease: event.lease,
                    price: event.price,
                    at_ms: event.at_ms,
                });
            }
        })?;
        Ok((writer, events))
    })
    .await?
}

async fn drained_to(pool: &PgPool, gateway: GatewayId, generation: Generation) -> Result<EventSeq, GenerationError> {
    let row = sqlx::query("SELECT next_sequence FROM usage.heads WHERE gateway = $1 AND generation = $2")
        .bind(&gateway.0[..])
        .bind(i64::from(generation.0))
        .fetch_optional(pool)
        .await?;
    Ok(EventSeq(row.map_or(Ok(0), |row| position(&row, "next_sequence"))?))
}

/// The open leases as Postgres knows them, less what waits in the spool.
async fn recover_book(
    pool: &PgPool,
    gateway: GatewayId,
    generation: Generation,
    drained: EventSeq,
    events: &[Recovered],
) -> Result<Book, GenerationError> {
    let mut waiting: BTreeMap<CreditSeq, (BaseUnits, EventSeq)> = BTreeMap::new();
    for event in events.iter().filter(|event| event.sequence >= drained) {
        let (spent, last) = waiting.entry(event.lease).or_default();
        *spent = spent.checked_add(event.price).ok_or(GenerationError::Lease(event.lease))?;
        *last = event.sequence;
    }
    let mut book = Book::default();
    for lease in open_leases(pool, gateway, generation, drained).await? {
        let (more, last) = waiting.remove(&lease.lease).map_or((BaseUnits::ZERO, None), |(sum, at)| (sum, Some(at)));
        let spent = lease.spent.checked_add(more).ok_or(GenerationError::Lease(lease.lease))?;
        book.open(lease.lease, lease.account, lease.amount, spent, last.or(lease.last_event))
            .map_err(|_| GenerationError::Lease(lease.lease))?;
    }
    match waiting.into_keys().next() {
        Some(lease) => Err(GenerationError::Lease(lease)),
        None => Ok(book),
    }
}

/// Requests that Postgres knows to be paid, from any generation; returns when the
/// newest was, 0 if there is none.
async fn known_requests(
    pool: &PgPool,
    gateway: GatewayId,
    from_ms: u64,
    requests: &mut Requests,
) -> Result<u64, GenerationError> {
    let mut newest_ms = 0;
    let rows =
        sqlx::query("SELECT generation, sequence, request, at_ms FROM usage.events WHERE gateway = $1 AND at_ms >= $2")
            .bind(&gateway.0[..])
            .bind(bigint(from_ms)?)
            .fetch_all(pool)
            .await?;
    for row in &rows {
        let generation = u32::try_from(row.try_get::<i64, _>("generation")?);
        let generation = generation.map_err(|_| DatabaseError::Value("generation"))?;
        let sequence = EventSeq(position(row, "sequence")?);
        let request = crate::database::key(row, "request")?;
        let at_ms = position(row, "at_ms")?;
        newest_ms = newest_ms.max(at_ms);
        requests.recover(request, at_ms, Paid::Elsewhere(Generation(generation), sequence))?;
    }
    Ok(newest_ms)
}

fn read_name(folder: &Path, gateway: GatewayId) -> Result<Option<Generation>, GenerationError> {
    let path = folder.join(NAME);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return if segment::list(folder)?.is_empty() { Ok(None) } else { Err(GenerationError::Name(NAME)) };
        }
        Err(source) => return Err(SpoolError::Io { doing: "read", path, source }.into()),
    };
    let name: Name = serde_json::from_str(&text).map_err(|_| GenerationError::Name(NAME))?;
    if name.gateway != gateway {
        return Err(GenerationError::Name(NAME));
    }
    Ok(Some(name.generation))
}

fn write_name(folder: &Path, name: &Name) -> Result<(), GenerationError> {
    let text = serde_json::to_string(name).map_err(|_| GenerationError::Name(NAME))?;
    let (path, new) = (folder.join(NAME), folder.join("generation.json.new"));
    File::create(&new)
        .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&new, &path))
        .map_err(|source| SpoolError::Io { doing: "write", path, source })?;
    Ok(segment::sync_folder(folder)?)
}

/// Moves a spool that must not go on into a folder of its own, for an operator
/// to look at.
fn set_aside(folder: &Path, generation: Generation) -> Result<(), GenerationError> {
    let segments = segment::list(folder)?;
    let aside = folder.join(format!("set-aside-{generation}-{:016x}", rand::random::<u64>()));
    let move_all = || {
        fs::create_dir(&aside)?;
        for (_, path) in segments {
            if let Some(name) = path.file_name() {
                fs::rename(&path, aside.join(name))?;
            }
        }
        // The name goes last: until then a restart comes here again.
        fs::rename(folder.join(NAME), aside.join(NAME))
    };
    move_all().map_err(|source| SpoolError::Io { doing: "set aside", path: folder.into(), source })?;
    Ok(segment::sync_folder(folder)?)
}
