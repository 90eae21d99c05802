//! The state that requests and background tasks share. Holds no logic of its
//! own beyond telling what stage the gateway is in.

use crate::admission::{self, Load, Room, Shed};
use crate::cache::Cache;
use crate::catalogue::Catalogue;
use crate::chain::Tip;
use crate::clock::Clock;
use crate::completion::RunError;
use crate::config::Config;
use crate::credit::desk::{Desk, DeskError};
use crate::events;
use crate::intake::upload::Uploads;
use crate::mandates::Holders;
use crate::reputation::Reputations;
use crate::requests::{Begin, Paid, Requests};
use crate::sessions::Sessions;
use crate::spool::queue::SpoolQueue;
use crate::spool::reader::SpoolReader;
use crate::upstream::client::UpstreamClient;
use ed25519_dalek::SigningKey;
use sqlx::PgPool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use tokio::sync::{Semaphore, watch};
use tokio_util::task::TaskTracker;
use tributary_attribution::SpanIndex;
use tributary_attribution::neighbours::Neighbours;
use tributary_core::id::{GatewayKey, RequestId};
use tributary_core::policy::PolicySet;
use tributary_core::position::{EventSeq, Generation, Slot};

/// Everything requests need.
#[derive(Debug)]
pub struct Gateway {
    /// What it was told.
    pub config: Config,
    /// Postgres.
    pub pool: PgPool,
    /// The key its groups and refusals are signed with.
    pub signing: SigningKey,
    /// The same key, as others know it.
    pub key: GatewayKey,
    /// Weights of evidence.
    pub policy: PolicySet,
    /// Asks the servers of models that answer elsewhere.
    pub upstreams: UpstreamClient,
    /// What agents remember.
    pub sessions: Sessions,
    /// Who may call.
    pub holders: Holders,
    /// Paid answers on their way: the end waits for them.
    pub tasks: TaskTracker,
    /// Answers computed at a time.
    pub turns: Arc<Semaphore>,
    /// Files of datasets that are on their way.
    pub uploads: Uploads,
    /// What scores leave of limits.
    pub reputations: Reputations,
    /// Its time.
    pub clock: Clock,
    room: Room,
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
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        requests.trim(*self.drained.borrow());
        requests
    }

    /// Begins a request, asking Postgres when only that can tell whether its key
    /// was used. While Postgres is away such a request is refused.
    pub async fn begin(
        &self,
        gateway: &Gateway,
        identities: [RequestId; 2],
        body_hash: [u8; 32],
    ) -> Result<Begin, RunError> {
        let begun = self.requests().begin(identities, body_hash, gateway.clock.now_ms(), false)?;
        if begun != Begin::Ask {
            return Ok(begun);
        }
        let asked = events::paid(&gateway.pool, gateway.config.gateway, &identities).await;
        for known in asked.map_err(DeskError::from)? {
            let paid = Paid::Elsewhere(known.generation, known.sequence);
            self.requests().recover(known.request, known.at_ms, paid)?;
        }
        Ok(self.requests().begin(identities, body_hash, gateway.clock.now_ms(), true)?)
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
    /// The vectors of registered texts, and of which exactly.
    pub neighbours: Option<(Arc<SpanIndex>, Arc<Neighbours>)>,
}

impl View {
    /// The vectors of exactly these texts.
    pub fn neighbours_of(&self, texts: &Arc<SpanIndex>) -> Option<Arc<Neighbours>> {
        self.neighbours.as_ref().filter(|(of, _)| Arc::ptr_eq(of, texts)).map(|(_, neighbours)| neighbours.clone())
    }
}

impl Gateway {
    /// Not serving yet.
    pub fn new(
        config: Config,
        pool: PgPool,
        signing: SigningKey,
        policy: PolicySet,
        upstreams: UpstreamClient,
        cache: Cache,
    ) -> Self {
        let limits = &config.limits;
        let holders = Holders::new(pool.clone(), config.gateway, limits.key_rate, limits.mandate_rate);
        let cache = Arc::new(cache);
        let sessions = Sessions::new(pool.clone(), config.gateway, cache.clone());
        let turns = Arc::new(Semaphore::new(limits.concurrency.max(1)));
        Self {
            pool,
            key: GatewayKey(signing.verifying_key().to_bytes()),
            signing,
            policy,
            upstreams,
            sessions,
            holders,
            tasks: TaskTracker::new(),
            turns,
            reputations: Reputations::new(cache),
            clock: Clock::start(config.clocks),
            uploads: Uploads::new(&config.uploads),
            room: Room::of(&config.spool_dir),
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

    /// Refuses new work before memory or disk run out.
    pub fn admit(&self, serving: &Serving) -> Result<(), Shed> {
        let load = Load { answers: self.tasks.len(), pending: serving.reader.pending_bytes() };
        admission::admit(load, &self.room, &self.config.limits)
    }

    /// Refuses a file for which the disk has too little room: twice its length,
    /// because its text lies beside it.
    pub fn admit_upload(&self, bytes: u64) -> Result<(), Shed> {
        let min = self.config.limits.disk_free_min.saturating_add(bytes.saturating_mul(2));
        admission::room_for(&self.room, min)
    }

    /// Whether the process is about to end.
    pub fn is_ending(&self) -> bool {
        matches!(self.stage(), Stage::Stopped(_))
    }

    /// Whether mandates of this vault are accepted.
    pub fn serves(&self, vault: &tributary_core::id::VaultId, tip: &Tip) -> bool {
        tip.vaults.contains(vault) && (self.config.vaults.is_empty() || self.config.vaults.contains(vault))
    }
}
