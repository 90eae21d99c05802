//! Reputations of contributors and agents: what is on record ([`facts`], [`tally`]),
//! what that is worth ([`score`], which is pure), and the limits it lowers. [`keep`]
//! does it round after round. A score never touches credit, prices or evidence.

pub mod facts;
pub mod keep;
pub mod score;
pub mod tally;

use crate::admission::Shed;
use crate::cache::Cache;
use crate::config::Limits;
use crate::database::DatabaseError;
use crate::gateway::Gateway;
use crate::intake::format::FILE_BYTES_MAX;
use crate::intake::records::OPEN_OF_ONE_MAX;
use crate::rate::Bucket;
use score::{Agent, Contributor, NEWCOMER, Score};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Instant;
use tributary_core::id::{AssetId, Claimant};
use tributary_core::position::Slot;

/// Reputations that are remembered for a while.
const KEPT_MAX: usize = 4_096;

/// Looks a second that strangers have together: each may cost some queries.
const ASKED_PER_SECOND: u32 = 50;

/// Why there is no reputation.
#[derive(Debug, thiserror::Error)]
pub enum ReputationError {
    /// Postgres.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// Nothing is known of the chain yet.
    #[error("the gateway has not heard from the chain yet")]
    NoChain,
}

impl From<sqlx::Error> for ReputationError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}

/// What a reputation is worked out from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Facts {
    /// Of whoever registers datasets.
    Contributor {
        /// Its key.
        subject: Claimant,
        /// What is known.
        facts: Contributor,
    },
    /// Of an agent.
    Agent {
        /// Its record.
        subject: AssetId,
        /// What is known.
        facts: Agent,
    },
}

/// What a score leaves of the limits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Left {
    /// Of a contributor's.
    Contributor {
        /// The longest file.
        file_bytes_max: u64,
        /// Datasets on their way at a time.
        open_datasets_max: u64,
    },
    /// Of an agent's.
    Agent {
        /// Paid calls a second; without it as many as come.
        calls_per_second: Option<u64>,
    },
}

/// What was on record at a moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Everything the reputation follows from.
    #[serde(flatten)]
    pub facts: Facts,
    /// What is on the chain up to here counts.
    pub as_of_slot: Slot,
    /// Uses count from this day on, since 1970 in UTC.
    pub from_day: i32,
}

/// A reputation as it is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reputation {
    /// Everything it follows from.
    #[serde(flatten)]
    pub record: Record,
    /// The score and its reasons.
    #[serde(flatten)]
    pub score: Score,
    /// What it leaves.
    pub limits: Left,
}

impl Reputation {
    /// What follows from the facts.
    pub fn of(record: Record, limits: &Limits) -> Self {
        let (score, limits) = match &record.facts {
            Facts::Contributor { facts, .. } => {
                let score = score::contributor(facts);
                let left = Left::Contributor {
                    file_bytes_max: score.limit(FILE_BYTES_MAX),
                    open_datasets_max: score.limit(OPEN_OF_ONE_MAX),
                };
                (score, left)
            }
            Facts::Agent { facts, .. } => {
                let score = score::agent(facts);
                let slowed = score.score < NEWCOMER;
                let left = Left::Agent { calls_per_second: slowed.then(|| score.limit(limits.agent_rate.into())) };
                (score, left)
            }
        };
        Self { record, score, limits }
    }
}

/// By address, with the moment of the look.
type Kept = BTreeMap<[u8; 32], (Instant, Arc<Reputation>)>;

/// What is remembered between looks.
#[derive(Debug)]
pub struct Reputations {
    /// In Redis, when there is one, are the facts; what follows from them is worked
    /// out again.
    cache: Arc<Cache>,
    kept: Mutex<Kept>,
    /// Looks of strangers.
    asked: Mutex<Bucket>,
    /// Agents that are called less often than they might be.
    slowed: RwLock<BTreeMap<AssetId, (u32, Mutex<Bucket>)>>,
}

impl Reputations {
    /// None known yet; with this cache.
    pub fn new(cache: Arc<Cache>) -> Self {
        let asked = Mutex::new(Bucket::new(ASKED_PER_SECOND, Instant::now()));
        Self { cache, kept: Mutex::default(), asked, slowed: RwLock::default() }
    }

    /// Whether a stranger may ask at the moment.
    pub fn may_ask(&self) -> bool {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).take(Instant::now())
    }

    /// The reputation behind an address: an agent's record, a contributor's key, or
    /// the record of something else, whose owner it is then about.
    pub async fn look(&self, gateway: &Gateway, address: [u8; 32]) -> Result<Arc<Reputation>, ReputationError> {
        let fresh = gateway.config.limits.reputation;
        if let Some((at, known)) = self.kept.lock().unwrap_or_else(PoisonError::into_inner).get(&address)
            && at.elapsed() < fresh
        {
            return Ok(known.clone());
        }
        let name = cached_as(gateway, &address);
        let cached = self.cache.recent(&name).await;
        if let Some(record) = cached.and_then(|copy| serde_json::from_slice::<Record>(&copy).ok()) {
            // How old it is only Redis knows, so it is not remembered here as well.
            return Ok(Arc::new(Reputation::of(record, &gateway.config.limits)));
        }
        let record = facts::read(gateway, address).await?;
        if let (Ok(copy), false) = (serde_json::to_vec(&record), fresh.is_zero()) {
            self.cache.put_recent(&name, &copy, fresh).await;
        }
        let found = Arc::new(Reputation::of(record, &gateway.config.limits));
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT_MAX {
            kept.retain(|_, (at, _)| at.elapsed() < fresh);
        }
        if kept.len() < KEPT_MAX {
            kept.insert(address, (Instant::now(), found.clone()));
        }
        Ok(found)
    }

    /// Refuses paid calls that come together, of one or of a batch, when the agent's
    /// score allows none at the moment. A batch counts as what it holds.
    pub fn admit(&self, agent: &AssetId, calls: u32) -> Result<(), Shed> {
        let slowed = self.slowed.read().unwrap_or_else(PoisonError::into_inner);
        let Some((per_second, bucket)) = slowed.get(agent) else { return Ok(()) };
        let mut bucket = bucket.lock().unwrap_or_else(PoisonError::into_inner);
        if bucket.take_together(calls, Instant::now()) {
            return Ok(());
        }
        Err(Shed::Slowed { agent: *agent, per_second: *per_second, wait: bucket.wait() })
    }

    /// Learns an agent's score.
    fn learn(&self, agent: AssetId, reputation: &Reputation) {
        let mut slowed = self.slowed.write().unwrap_or_else(PoisonError::into_inner);
        match reputation.limits {
            Left::Agent { calls_per_second: Some(limit) } => {
                let per_second = u32::try_from(limit).unwrap_or(u32::MAX);
                if slowed.get(&agent).is_none_or(|(rate, _)| *rate != per_second) {
                    slowed.insert(agent, (per_second, Mutex::new(Bucket::new(per_second, Instant::now()))));
                }
            }
            _ => drop(slowed.remove(&agent)),
        }
    }
}

/// The name of an address's facts in Redis: they are of this gateway's events.
fn cached_as(gateway: &Gateway, address: &[u8; 32]) -> String {
    format!("tributary:reputation:1:{}:{}", gateway.config.gateway, hex::encode(address))
}
