//! Reputations of contributors and agents: what is on record ([`facts`], [`tally`]),
//! what that is worth ([`score`], which is pure), and the limits it lowers. [`keep`]
//! does it round after round. A score never touches credit, prices or evidence.

pub mod facts;
pub mod keep;
pub mod score;
pub mod tally;

use crate::admission::Shed;
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

/// A reputation as it is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reputation {
    /// Everything it follows from.
    #[serde(flatten)]
    pub facts: Facts,
    /// What is on the chain up to here counts.
    pub as_of_slot: Slot,
    /// Uses count from this day on, since 1970 in UTC.
    pub from_day: i32,
    /// The score and its reasons.
    #[serde(flatten)]
    pub score: Score,
    /// What it leaves.
    pub limits: Left,
}

impl Reputation {
    /// What follows from the facts.
    pub fn of(facts: Facts, as_of_slot: Slot, from_day: i32, limits: &Limits) -> Self {
        let (score, limits) = match &facts {
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
        Self { facts, as_of_slot, from_day, score, limits }
    }
}

/// By address, with the moment of the look.
type Kept = BTreeMap<[u8; 32], (Instant, Arc<Reputation>)>;

/// What is remembered between looks.
#[derive(Debug)]
pub struct Reputations {
    kept: Mutex<Kept>,
    /// Looks of strangers.
    asked: Mutex<Bucket>,
    /// Agents that are called less often than they might be.
    slowed: RwLock<BTreeMap<AssetId, (u32, Mutex<Bucket>)>>,
}

impl Default for Reputations {
    fn default() -> Self {
        let asked = Mutex::new(Bucket::new(ASKED_PER_SECOND, Instant::now()));
        Self { kept: Mutex::default(), asked, slowed: RwLock::default() }
    }
}

impl Reputations {
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
        let found = Arc::new(facts::read(gateway, address).await?);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT_MAX {
            kept.retain(|_, (at, _)| at.elapsed() < fresh);
        }
        if kept.len() < KEPT_MAX {
            kept.insert(address, (Instant::now(), found.clone()));
        }
        Ok(found)
    }

    /// Refuses a call when the agent's score allows no more at the moment.
    pub fn admit(&self, agent: &AssetId) -> Result<(), Shed> {
        let slowed = self.slowed.read().unwrap_or_else(PoisonError::into_inner);
        let Some((per_second, bucket)) = slowed.get(agent) else { return Ok(()) };
        if bucket.lock().unwrap_or_else(PoisonError::into_inner).take(Instant::now()) {
            return Ok(());
        }
        Err(Shed::Slowed { agent: *agent, per_second: *per_second })
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
