//! A whole small world: chain, indexer, database, store, a gateway and assets.

use crate::gateway::{Call, Gateway};
use crate::network::{Network, Room, key_file};
use solana_sdk::signature::{Keypair, Signer};
use sqlx::PgPool;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tributary_core::amount::{BaseUnits, BasisPoints};
use tributary_core::content::AssetKind;
use tributary_core::id::{AssetId, Claimant, MandateId, PayerId};
use tributary_core::policy::{Mix, PolicySet, Similarity, Tokeniser};
use tributary_core::position::{CreditSeq, Slot};
use tributary_operator::keys::development;
use tributary_operator::register::{Plan, publish, register};
use tributary_operator::store::ContentStore;
use tributary_operator::{setup, vault};
use tributary_postgres::PrivateCluster;
use tributary_settlement::{settler, watch};

pub struct World {
    pub folder: tempfile::TempDir,
    pub network: Network,
    pub cluster: PrivateCluster,
    pub pool: PgPool,
    pub gateway: Gateway,
    pub agent: AssetId,
    pub model: AssetId,
    pub dataset: AssetId,
    pub store: PathBuf,
    stop: CancellationToken,
    indexer: Option<JoinHandle<()>>,
}

/// A task that is running until it is stopped or killed.
pub struct Running<E> {
    stop: CancellationToken,
    task: JoinHandle<Result<(), E>>,
}

impl<E: std::fmt::Debug + Send + 'static> Running<E> {
    pub fn start<F: Future<Output = Result<(), E>> + Send + 'static>(run: impl FnOnce(CancellationToken) -> F) -> Self {
        let stop = CancellationToken::new();
        Self { task: tokio::spawn(run(stop.clone())), stop }
    }

    /// Ends it in an orderly way.
    pub async fn stop(self) {
        self.stop.cancel();
        self.task.await.unwrap().unwrap();
    }

    /// Drops it wherever it is.
    pub async fn kill(self) {
        self.task.abort();
        let _ = self.task.await;
    }

    pub fn has_ended(&self) -> bool {
        self.task.is_finished()
    }

    pub async fn result(self) -> Result<(), E> {
        self.task.await.unwrap()
    }
}

pub fn claimant(name: &str) -> Claimant {
    Claimant(development(name).pubkey().to_bytes())
}

pub fn payer(name: &str) -> PayerId {
    PayerId(development(name).pubkey().to_bytes())
}

pub fn policy() -> PolicySet {
    PolicySet {
        engine: tributary_attribution::engine::ENGINE_VERSION,
        fee: BasisPoints::new(500).unwrap(),
        fee_claimant: claimant("governor"),
        default_mix: Mix::from_bps([2_000, 2_000, 0, 6_000, 0]).unwrap(),
        tokeniser: Tokeniser::Bytes,
        span_min: 12,
        frequency_weights: [tributary_core::event::TOKEN_WEIGHT; 16],
        leaf_min: 1,
        similarity: Some(Similarity::STANDARD),
    }
}

fn plan(kind: AssetKind, content: &str, parents: Vec<(AssetId, BasisPoints)>, co_owners: &[(&str, u16)]) -> Plan {
    Plan {
        kind,
        content: content.into(),
        name: content.into(),
        creator: "Somebody".into(),
        description: "For a test".into(),
        licence: "CC0-1.0".into(),
        uses: tributary_core::content::uses::ALL,
        mix_bps: [0; 5],
        parents,
        co_owners: co_owners.iter().map(|(name, bps)| (claimant(name), BasisPoints::new(*bps).unwrap())).collect(),
    }
}

impl World {
    pub async fn start() -> Self {
        Self::start_in(Room::WIDE).await
    }

    pub async fn start_in(room: Room) -> Self {
        let _ = tracing_subscriber::fmt()
            .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
            .with_test_writer()
            .try_init();
        let folder = tempfile::tempdir().unwrap();
        let (network, cluster) = tokio::join!(Network::start(folder.path(), room), PrivateCluster::start());
        let cluster = cluster.unwrap();
        let pool = PgPool::connect(cluster.url()).await.unwrap();
        sqlx::migrate!("../tools/tributary/migrations").run(&pool).await.unwrap();
        std::fs::write(folder.path().join("policy"), policy().encode()).unwrap();

        let store = folder.path().join("store");
        let content = ContentStore::new(&store);
        let royalty = BasisPoints::new(1_000).unwrap();
        let add = async |plan: Plan, owner: &Keypair| {
            let registration = publish(&content, &plan, owner, 0).unwrap();
            register(&network.chain, &registration, owner).await.unwrap();
            registration.asset()
        };
        let text = plan(AssetKind::Dataset, "to be or not to be", vec![], &[("ann", 7_000), ("bob", 3_000)]);
        let dataset = add(text, &development("ann")).await;
        let model = add(plan(AssetKind::Model, "a model", vec![(dataset, royalty)], &[]), &development("bob")).await;
        let operator = development("operator");
        let agent = add(plan(AssetKind::Agent, "an agent", vec![(model, royalty)], &[]), &operator).await;
        let key = development("gateway key");
        let (id, _) = setup::register_gateway(&network.chain, &operator, 0, &key.pubkey()).await.unwrap();

        let stop = CancellationToken::new();
        let config = tributary_indexer::Config {
            ws_url: Some(network.ws_url.clone()),
            ..tributary_indexer::Config::new(cluster.url(), &network.rpc_url)
        };
        let indexer = tokio::spawn({
            let stop = stop.clone();
            async move { tributary_indexer::run(config, stop).await.unwrap() }
        });
        let gateway = Gateway::new(id, key, network.vault, network.genesis, pool.clone());
        Self { folder, network, cluster, pool, gateway, agent, model, dataset, store, stop, indexer: Some(indexer) }
    }

    pub async fn end(mut self) {
        self.stop.cancel();
        self.indexer.take().unwrap().await.unwrap();
        self.pool.close().await;
        self.cluster.stop().await.unwrap();
    }

    /// Somebody deposits, and the gateway grants it once it is final.
    pub async fn fund(&self, name: &str, amount: u64) {
        let (_, account) = vault::read(&self.network.chain, &self.network.mint).await.unwrap();
        let landed =
            vault::deposit(&self.network.chain, &development(name), &account, BaseUnits(amount)).await.unwrap();
        self.until_final(landed.slot).await;
        self.gateway.grant().await;
    }

    pub async fn until_final(&self, slot: Slot) {
        self.until("the indexer's finalised slot", async || self.gateway_slot().await >= slot).await;
    }

    async fn gateway_slot(&self) -> Slot {
        let slot: Option<i64> =
            sqlx::query_scalar("SELECT finalised_slot FROM chain.status").fetch_optional(&self.pool).await.unwrap();
        Slot(slot.unwrap_or_default() as u64)
    }

    /// A call that may be paid from a lease.
    pub fn call(&self, name: &str, mandate: MandateId, lease: CreditSeq) -> Call {
        Call { payer: payer(name), mandate, lease, agent: self.agent, model: self.model, source: self.dataset }
    }

    pub fn settler_config(&self) -> settler::Config {
        settler::Config {
            database_url: self.cluster.url().into(),
            rpc_url: self.network.rpc_url.clone(),
            store: self.store.clone().into(),
            poster_key: key_file(self.folder.path(), &development("poster")),
            vaults: vec![self.network.vault],
            policy_set: self.folder.path().join("policy"),
            interval: Duration::from_millis(500),
            min_events: 1,
            stale_after: Duration::from_secs(30),
            poll: Duration::from_millis(50),
            health_addr: None,
            sabotage: None,
        }
    }

    pub fn settler(&self, config: settler::Config) -> Running<settler::SettlerError> {
        Running::start(|stop| settler::run(config, stop))
    }

    pub fn watcher_config(&self) -> watch::Config {
        watch::Config {
            rpc_url: self.network.rpc_url.clone(),
            store: self.store.clone().into(),
            key: key_file(self.folder.path(), &development("watcher")),
            vaults: vec![self.network.vault],
            memory: Some(self.folder.path().join("watcher-memory.json")),
            poll: Duration::from_millis(50),
        }
    }

    pub fn watcher(&self, config: watch::Config) -> Running<watch::WatchError> {
        Running::start(|stop| watch::run(config, stop))
    }

    /// Waits until an attempt of an epoch is at a step.
    pub async fn until_step(&self, epoch: i64, attempt: i32, step: &str) {
        self.until(&format!("epoch {epoch}, attempt {attempt}, {step}"), async || {
            let found: Option<String> =
                sqlx::query_scalar("SELECT step FROM ledger.epochs WHERE epoch = $1 AND attempt = $2")
                    .bind(epoch)
                    .bind(attempt)
                    .fetch_optional(&self.pool)
                    .await
                    .unwrap();
            found.as_deref() == Some(step)
        })
        .await;
    }

    pub async fn until(&self, what: &str, holds: impl AsyncFn() -> bool) {
        let start = Instant::now();
        while !holds().await {
            let halted: Option<String> =
                sqlx::query_scalar("SELECT reason FROM ledger.halts").fetch_optional(&self.pool).await.unwrap();
            assert_eq!(halted, None, "while waiting for {what}");
            assert!(start.elapsed() < Duration::from_secs(60), "waited too long for {what}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// One number out of the database.
    pub async fn number(&self, query: &'static str) -> i64 {
        sqlx::query_scalar(query).fetch_one(&self.pool).await.unwrap()
    }
}
