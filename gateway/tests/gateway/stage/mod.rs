//! The stage on which the tests play: Postgres with migrations, registered
//! texts, a model and an agent, payers with keys, and gateways that are started,
//! stopped and killed.

mod chain;
mod checks;
pub mod elsewhere;
mod intake;
mod policy;
mod running;

pub use running::Running;

use ed25519_dalek::{Signer, SigningKey};
use serde_json::{Value, json};
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::sync::Mutex;
use tributary_client::pda;
use tributary_core::amount::BaseUnits;
use tributary_core::hash::sha256;
use tributary_core::id::{AssetId, GatewayId, Genesis, PayerId, ProgramId, VaultId};
use tributary_core::mandate::Mandate;
use tributary_core::position::Slot;
use tributary_gateway::upstream::config::Upstreams;
use tributary_gateway::{Config, Limits};
use tributary_postgres::PrivateCluster;

/// Price of the stage's agent, in base units.
pub const PER_CALL: u64 = 100;
/// And for each piece.
pub const PER_TOKEN: u64 = 3;

/// A database with nothing but the schema.
const MIGRATED: &str = "migrated";

static SHARED: Mutex<Weak<PrivateCluster>> = Mutex::const_new(Weak::new());
static DATABASES: AtomicU64 = AtomicU64::new(0);

/// A key made of a name.
pub fn key(name: &str) -> SigningKey {
    SigningKey::from_bytes(&sha256(&[b"tributary test key: ", name.as_bytes()]))
}

pub fn payer_id(name: &str) -> PayerId {
    PayerId(key(name).verifying_key().to_bytes())
}

pub struct Stage {
    _cluster: Option<Arc<PrivateCluster>>,
    pub url: String,
    pub pool: PgPool,
    pub folder: TempDir,
    pub gateway: GatewayId,
    pub vault: VaultId,
    pub genesis: Genesis,
    slot: AtomicU64,
    sequence: AtomicU64,
    pub client: reqwest::Client,
}

impl Stage {
    /// On a cluster that all tests of this process share, in an own database.
    pub async fn new() -> Self {
        let mut shared = SHARED.lock().await;
        let cluster = match shared.upgrade() {
            Some(cluster) => cluster,
            None => {
                let cluster = Arc::new(PrivateCluster::start().await.unwrap());
                // Migrated once; every stage begins with a copy of it.
                let pool =
                    PgPoolOptions::new().connect(&cluster.create_database(MIGRATED).await.unwrap()).await.unwrap();
                migrate(&pool).await;
                pool.close().await;
                *shared = Arc::downgrade(&cluster);
                cluster
            }
        };
        let name = format!("gateway_{}", DATABASES.fetch_add(1, Ordering::Relaxed));
        let url = cluster.create_database_like(&name, MIGRATED).await.unwrap();
        Self::over(url, Some(cluster)).await
    }

    /// On a database that the caller keeps alive.
    pub async fn over(url: String, cluster: Option<Arc<PrivateCluster>>) -> Self {
        let pool = PgPoolOptions::new().max_connections(3).connect(&url).await.unwrap();
        migrate(&pool).await;
        let folder = tempfile::tempdir().unwrap();
        let operator = solana_address(&key("operator"));
        let mint = solana_address(&key("mint"));
        let stage = Self {
            _cluster: cluster,
            url,
            pool,
            gateway: pda::gateway(&operator, 0),
            vault: pda::vault(&mint),
            genesis: Genesis([7; 32]),
            slot: AtomicU64::new(10),
            sequence: AtomicU64::new(0),
            client: reqwest::Client::builder().timeout(Duration::from_secs(30)).build().unwrap(),
            folder,
        };
        fs::write(stage.folder.path().join("policy"), policy::policy().encode()).unwrap();
        stage.write_key("gateway");
        stage.chain(mint.to_bytes()).await;
        stage
    }

    /// A stage with two texts, a model of them and an agent called `bard`.
    pub async fn with_agent() -> Self {
        let stage = Self::new().await;
        stage.cast().await;
        stage
    }

    pub async fn cast(&self) -> AssetId {
        let first = self.dataset("first", &verses(1), 7).await;
        let second = self.dataset("second", &verses(2), 7).await;
        let model = self.model("verse", &[first, second]).await;
        self.agent("bard", model).await
    }

    fn write_key(&self, name: &str) -> PathBuf {
        let path = self.folder.path().join(format!("{name}.json"));
        fs::write(&path, serde_json::to_string(&key(name).to_keypair_bytes().to_vec()).unwrap()).unwrap();
        path
    }

    /// A second gateway of the same operator, with a key and a spool of its own.
    pub async fn second_gateway(&self) -> Config {
        let gateway = pda::gateway(&solana_address(&key("operator")), 1);
        self.register_gateway(gateway, 1, "second gateway").await;
        Config {
            gateway,
            key_file: self.write_key("second gateway"),
            spool_dir: self.folder.path().join("second spool"),
            ..self.config()
        }
    }

    pub fn spool(&self) -> PathBuf {
        self.folder.path().join("spool")
    }

    pub fn config(&self) -> Config {
        Config {
            database_url: self.url.clone(),
            listen: ([127, 0, 0, 1], 0).into(),
            spool_dir: self.spool(),
            key_file: self.folder.path().join("gateway.json"),
            gateway: self.gateway,
            vaults: vec![self.vault],
            uploads: self.folder.path().join("uploads"),
            store: self.folder.path().join("store").into(),
            policy_file: self.folder.path().join("policy"),
            upstreams: Upstreams::default(),
            embedding: None,
            redis: None,
            clocks: Default::default(),
            limits: Limits {
                lease_size: BaseUnits(20_000),
                disk_free_min: 1 << 20,
                poll: Duration::from_millis(60),
                shutdown: Duration::from_secs(15),
                ..Limits::default()
            },
        }
    }

    /// Where a model answers elsewhere, which waits a second for its server.
    pub fn upstreams(&self, model: &str, url: &str, served_as: &str, key: &str) -> Upstreams {
        let (file, key_file) = (self.folder.path().join("upstreams.json"), self.folder.path().join("upstream.key"));
        fs::write(&key_file, key).unwrap();
        let entry =
            json!([{"model": model, "url": url, "served_as": served_as, "key_file": key_file, "idle_seconds": 1}]);
        fs::write(&file, entry.to_string()).unwrap();
        Upstreams::read(&file, |_| None).unwrap()
    }

    pub fn config_with_upstream(&self, model: &str, url: &str) -> Config {
        Config { upstreams: self.upstreams(model, url, "llama-3", "upstream secret"), ..self.config() }
    }

    pub fn mandate(&self, payer: &str, maximum: u64, nonce: u64) -> Mandate {
        Mandate {
            genesis: self.genesis,
            program: ProgramId(pda::REWARDS.to_bytes()),
            vault: self.vault,
            payer: payer_id(payer),
            gateway: self.gateway,
            maximum: BaseUnits(maximum),
            expires: Slot(1_000_000),
            nonce,
        }
    }

    /// The body of `POST /v1/mandates`.
    pub fn signed(&self, mandate: &Mandate, signer: &str) -> Value {
        let signature = key(signer).sign(mandate.text().as_bytes());
        let mut body = serde_json::to_value(mandate).unwrap();
        body["signature"] = bs58::encode(signature.to_bytes()).into_string().into();
        body
    }

    /// Deposits, finalises and gets an API key.
    pub async fn funded(&self, gateway: &Running, payer: &str, amount: u64) -> String {
        self.deposit(payer, amount).await;
        self.finalise().await;
        self.api_key(gateway, payer, amount, 1).await
    }

    pub async fn api_key(&self, gateway: &Running, payer: &str, maximum: u64, nonce: u64) -> String {
        self.api_key_by(gateway, payer, &self.mandate(payer, maximum, nonce)).await
    }

    pub async fn api_key_by(&self, gateway: &Running, payer: &str, mandate: &Mandate) -> String {
        let body = self.signed(mandate, payer);
        let answer = self.client.post(gateway.at("/v1/mandates")).json(&body).send().await.unwrap();
        assert_eq!(answer.status(), 201, "{}", answer.text().await.unwrap());
        let body: Value = answer.json().await.unwrap();
        body["api_key"].as_str().unwrap().to_string()
    }

    /// One completion: the status and the body.
    pub async fn ask(&self, gateway: &Running, key: &str, idempotency: Option<&str>, body: &Value) -> (u16, Value) {
        self.try_ask(gateway, key, idempotency, body).await.unwrap()
    }

    /// One completion: the status, how many seconds to wait, and the body.
    pub async fn ask_timed(&self, gateway: &Running, key: &str, body: &Value) -> (u16, Option<u64>, Value) {
        let answer = self.client.post(gateway.at("/v1/completions")).bearer_auth(key).json(body).send().await.unwrap();
        let wait = answer.headers().get("retry-after").map(|value| value.to_str().unwrap().parse().unwrap());
        (answer.status().as_u16(), wait, answer.json().await.unwrap())
    }

    pub async fn try_ask(
        &self,
        gateway: &Running,
        key: &str,
        idempotency: Option<&str>,
        body: &Value,
    ) -> Result<(u16, Value), reqwest::Error> {
        let mut request = self.client.post(gateway.at("/v1/completions")).bearer_auth(key).json(body);
        if let Some(idempotency) = idempotency {
            request = request.header("Idempotency-Key", idempotency);
        }
        let answer = request.send().await?;
        let status = answer.status().as_u16();
        Ok((status, answer.json().await?))
    }

    /// Asks again while the answer says that retrying helps.
    pub async fn ask_until(&self, gateway: &Running, key: &str, body: &Value) -> (u16, Value) {
        let start = Instant::now();
        loop {
            let (status, answer) = self.ask(gateway, key, None, body).await;
            if answer["retryable"] != true || start.elapsed() > Duration::from_secs(20) {
                return (status, answer);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

async fn migrate(pool: &PgPool) {
    // Other packages play on this stage too.
    let folders = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    let migrations = folders.map(|folder| folder.join("tools/tributary/migrations")).find(|path| path.is_dir());
    sqlx::migrate::Migrator::new(migrations.unwrap()).await.unwrap().run(pool).await.unwrap();
}

fn solana_address(key: &SigningKey) -> solana_address::Address {
    solana_address::Address::new_from_array(key.verifying_key().to_bytes())
}

/// The request that most tests send.
pub fn question() -> Value {
    json!({"model": "bard", "prompt": "the river", "max_tokens": 12})
}

/// Lines that go on in many ways, the same for the same number.
pub fn verses(number: u64) -> String {
    let words = [
        ["the river", "a stone", "the old mill", "our boat", "the long night", "a lantern"],
        ["carries", "remembers", "turns toward", "waits for", "belongs to", "asks after"],
        ["the sea", "its maker", "the morning", "every stranger", "the patient hills", "no one at all"],
        ["and sleeps.", "without a word.", "until the rain.", "as it was told.", "for a little while.", "again."],
    ];
    let mut state = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut text = String::new();
    for _ in 0..400 {
        for choices in &words {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            text.push_str(choices[(state >> 33) as usize % choices.len()]);
            text.push(' ');
        }
        text.push('\n');
    }
    text
}
