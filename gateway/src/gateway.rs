//! The state that requests and background tasks share. Holds no logic of its
//! own beyond telling what stage the gateway is in.

use crate::catalogue::Catalogue;
use crate::chain::Tip;
use crate::config::Config;
use crate::credit::desk::Desk;
use crate::mandates::Holders;
use crate::requests::Requests;
use crate::spool::queue::SpoolQueue;
use crate::spool::reader::SpoolReader;
use sqlx::PgPool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::sync::{Semaphore, watch};
use tokio_util::task::TaskTracker;
use tributary_core::id::GatewayKey;
use tributary_core::policy::PolicySet;
use tributary_core::position::{EventSeq, Generation, Slot};

/// Everything requests need.
#[derive(Debug)]
pub struct Gateway {
    /// What it was told.
    pub config: Config,
    /// Postgres.
    pub pool: PgPool,
    /// The key its groups are signed with.
    pub key: GatewayKey,
    /// Weights of evidence.
    pub policy: PolicySet,
    /// Who may call.
    pub holders: Holders,
    /// Paid answers on their way: the end waits for them.
    pub tasks: TaskTracker,
    /// Answers computed at a time.
    pub turns: Arc<Semaphore>,
    stage: RwLock<Stage>,
    view: RwLock<View>,
}

/// How far the gateway is.
#[derive(Clone, Debug)]
pub enum Stage {
    /// Not serving yet, because of this.
    Starting(String),
    /// Serving.
    Serving(Arc<Serving>),
    /// No longer serving, because of this.
    Stopped(String),
}

/// What a serving gateway has.
#[derive(Debug)]
pub struct Serving {
    /// Its generation.
    pub generation: Generation,
    /// Credit.
    pub desk: Arc<Desk>,
    /// Where events go.
    pub queue: SpoolQueue,
    /// Where they can be read again.
    pub reader: SpoolReader,
    /// Which requests were paid.
    pub requests: Mutex<Requests>,
    /// One past the last event in Postgres.
    pub drained: watch::Receiver<EventSeq>,
}

impl Serving {
    /// The paid requests, for a moment.
    pub fn requests(&self) -> MutexGuard<'_, Requests> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is known of chain and agents.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// The chain.
    pub tip: Option<Tip>,
    /// What can be called, and the slot at which exactly these assets were
    /// registered: the graph position of events.
    pub catalogue: Option<(Arc<Catalogue>, Slot)>,
}

impl Gateway {
    /// Not serving yet.
    pub fn new(config: Config, pool: PgPool, key: GatewayKey, policy: PolicySet) -> Self {
        let limits = &config.limits;
        let holders = Holders::new(pool.clone(), config.gateway, limits.key_rate, limits.mandate_rate);
        let turns = Arc::new(Semaphore::new(limits.concurrency.max(1)));
        Self {
            pool,
            key,
            policy,
            holders,
            tasks: TaskTracker::new(),
            turns,
            stage: RwLock::new(Stage::Starting("it has not heard from Postgres yet".into())),
            view: RwLock::default(),
            config,
        }
    }

    /// How far it is.
    pub fn stage(&self) -> Stage {
        self.stage.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Moves on to another stage.
    pub fn set_stage(&self, stage: Stage) {
        *self.stage.write().unwrap_or_else(PoisonError::into_inner) = stage;
    }

    /// What is known of chain and agents.
    pub fn view(&self) -> View {
        self.view.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Learns something new of chain or agents.
    pub fn learn(&self, change: impl FnOnce(&mut View)) {
        change(&mut self.view.write().unwrap_or_else(PoisonError::into_inner));
    }

    /// Whether mandates of this vault are accepted.
    pub fn serves(&self, vault: &tributary_core::id::VaultId, tip: &Tip) -> bool {
        tip.vaults.contains(vault) && (self.config.vaults.is_empty() || self.config.vaults.contains(vault))
    }
}

/// Unix time in milliseconds. For people and for days of idempotency keys.
pub fn now_ms() -> u64 {
    let passed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(passed.as_millis()).unwrap_or(u64::MAX)
}
