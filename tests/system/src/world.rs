//! Starts the world and does in it what people would do.

use crate::texts::{PROMPTS, TEXTS};
use anyhow::{Context, Result, bail, ensure};
use futures::{StreamExt, stream};
use serde_json::{Value, json};
use solana_sdk::pubkey::Pubkey;
use solana_sdk::signature::Signer;
use sqlx::PgPool;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tributary_client::pda;
use tributary_client::registry::RegistrySettings;
use tributary_client::rewards::VaultSettings;
use tributary_core::amount::{BaseUnits, BasisPoints};
use tributary_core::content::{AssetKind, uses};
use tributary_core::id::{AssetId, Claimant, GatewayId, VaultId};
use tributary_core::leaf_file::file_hash;
use tributary_core::policy::{Mix, PolicySet, Similarity, Tokeniser};
use tributary_core::position::Slot;
use tributary_operator::gateway::{CompletionRequest, GatewayClient, GatewayError};
use tributary_operator::mandate::{self, SignedMandate, Terms};
use tributary_operator::register::{self, Plan};
use tributary_operator::setup::{self, Roles};
use tributary_operator::{keys, vault};
use tributary_runner::{Layout, Machine, Options, Service};

/// How long anything may take before a test gives up.
pub const PATIENCE: Duration = Duration::from_secs(120);
/// What each payer starts with, in base units.
pub const PURSE: u64 = 50_000_000;
/// What each payer deposits, in base units.
pub const DEPOSIT: u64 = 20_000_000;
/// The payers.
pub const PAYERS: [&str; 2] = ["Otter", "Beaver"];
/// The agent's name.
pub const AGENT: &str = "miller";
/// Calls under way at a time.
const CONCURRENCY: usize = 6;

/// A paid call that was acknowledged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Its idempotency key.
    pub key: String,
    /// The event's sequence.
    pub sequence: u64,
    /// Its price in base units.
    pub price: u64,
    /// The answer.
    pub text: String,
}

/// Everything that runs.
pub struct World {
    /// Chain and Postgres.
    pub machine: Machine,
    /// The database.
    pub pool: PgPool,
    /// The vault.
    pub vault: VaultId,
    /// The gateway's record.
    pub gateway_id: GatewayId,
    /// The gateway over HTTP.
    pub gateway: GatewayClient,
    /// Registered assets by title.
    pub assets: BTreeMap<String, AssetId>,
    /// The services by name; a killed one stays in here to be started again.
    pub services: BTreeMap<&'static str, Service>,
    folder: TempDir,
}

impl World {
    /// Starts everything but the settler and registers everything.
    pub async fn start() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let layout = Layout::find(folder.path().join("run"))?;
        let purses = PAYERS.iter().map(|name| (address(name), PURSE));
        let others =
            TEXTS.iter().map(|text| text.1).chain(["operator", "builder", "treasury", "poster", "watcher", "friend"]);
        let cast = purses.chain(others.map(|name| (address(name), 0))).collect();
        let machine = Machine::start(layout, &Options { slot_ms: 50, cast }).await?;
        let pool = PgPool::connect(&machine.database_url).await?;
        std::fs::write(machine.layout.file("policy.bin"), policy()?.encode())?;
        let (vault, gateway_id) = set_up(&machine).await?;
        let assets = register_all(&machine).await?;
        for name in PAYERS {
            let (_, account) = vault::read(&machine.chain, &machine.mint()).await?;
            vault::deposit(&machine.chain, &keys::development(name), &account, BaseUnits(DEPOSIT)).await?;
        }
        let mut services = BTreeMap::new();
        services.insert("indexer", machine.indexer()?);
        // A fixed port, so that callers find the gateway again after a restart.
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let gateway = machine.gateway(&gateway_id, &format!("127.0.0.1:{port}"), None)?;
        let client = GatewayClient::new(&gateway.url().await?)?;
        services.insert("gateway", gateway);
        services.insert("watcher", machine.watcher()?);
        Ok(Self { machine, pool, vault, gateway_id, gateway: client, assets, services, folder })
    }

    /// Starts the settler, which then closes an epoch whenever something changed.
    pub fn start_settler(&mut self) -> Result<()> {
        let settler = self.machine.settler(None)?;
        self.services.insert("settler", settler);
        Ok(())
    }

    /// Kills a service as a crash would, and starts it again after `pause`.
    pub async fn crash(&mut self, name: &'static str, pause: Duration) -> Result<()> {
        let service = self.services.get_mut(name).context("no such service")?;
        service.kill().await?;
        tokio::time::sleep(pause).await;
        service.restart().await?;
        Ok(())
    }

    /// A mandate of a payer, as it would be posted.
    pub async fn mandate(&self, payer: &str, maximum: u64, nonce: u64) -> Result<SignedMandate> {
        let terms = Terms {
            genesis: self.machine.chain.genesis().await?,
            vault: self.vault,
            gateway: self.gateway_id,
            maximum: BaseUnits(maximum),
            expires: Slot(self.machine.chain.slot().await?.0 + 1_000_000),
            nonce,
        };
        Ok(mandate::sign(&keys::development(payer), &terms))
    }

    /// An API key for each payer, once the gateway serves the agent and has seen
    /// the deposits.
    pub async fn api_keys(&self) -> Result<Vec<String>> {
        let mut api_keys = Vec::new();
        for payer in PAYERS {
            let signed = self.mandate(payer, DEPOSIT, 1).await?;
            let accepted = until("the gateway accepts a mandate", || async {
                self.gateway.post_mandate(&signed).await.map(Some).or_else(later)
            })
            .await?;
            api_keys.push(accepted.api_key);
        }
        for key in &api_keys {
            until("the first paid call is answered", || async {
                match self.call(key, &format!("warm-up {key}"), PROMPTS[0], 0).await {
                    Ok(call) => Ok(Some(call)),
                    // Until deposits are final there is no credit, and until the texts are indexed no agent.
                    Err(
                        GatewayError::Refused { status: 402 | 404 | 429 | 503, .. } | GatewayError::Unreachable { .. },
                    ) => Ok(None),
                    Err(error) => Err(error.into()),
                }
            })
            .await?;
        }
        Ok(api_keys)
    }

    /// One paid call.
    pub async fn call(&self, api_key: &str, key: &str, prompt: &str, seed: u64) -> Result<Call, GatewayError> {
        let request =
            CompletionRequest { model: AGENT.into(), prompt: prompt.into(), max_tokens: 16, seed: Some(seed) };
        let answer = self.gateway.complete(api_key, key, &request).await?;
        Ok(read_call(key, &answer))
    }

    /// Paid calls number `from` to `from + count`, each repeated under its own
    /// idempotency key until it is answered.
    pub async fn calls(&self, api_keys: &[String], from: u64, count: u64) -> Result<Vec<Call>> {
        let answers = stream::iter(from..from + count).map(|n| async move {
            let api_key = &api_keys[n as usize % api_keys.len()];
            let prompt = PROMPTS[n as usize % PROMPTS.len()];
            until("a paid call is answered", || async {
                match self.call(api_key, &format!("call {n}"), prompt, n).await {
                    Ok(call) => Ok(Some(call)),
                    Err(GatewayError::Unreachable { .. }) => Ok(None),
                    Err(GatewayError::Refused { problem, .. }) if problem.retryable => Ok(None),
                    Err(error) => Err(error.into()),
                }
            })
            .await
        });
        answers.buffer_unordered(CONCURRENCY).collect::<Vec<_>>().await.into_iter().collect()
    }

    /// Waits until Postgres holds every acknowledged event of these keys.
    pub async fn drained(&self, acknowledged: usize) -> Result<()> {
        until("the events are drained", || async {
            let count: i64 = sqlx::query_scalar("SELECT count(*) FROM usage.events").fetch_one(&self.pool).await?;
            Ok((count as usize >= acknowledged).then_some(()))
        })
        .await
    }

    /// Waits until an active root covers every drained event of the vault, and
    /// returns its epoch.
    pub async fn settled(&self) -> Result<i64> {
        until("an active root covers all events", || async {
            let epoch: Option<i64> = sqlx::query_scalar(
                "SELECT max(p.epoch) FROM ledger.epoch_positions p
                 JOIN ledger.epochs e ON (e.vault, e.epoch, e.attempt) = (p.vault, p.epoch, p.attempt) AND e.step = 'active'
                 JOIN usage.heads h ON (h.gateway, h.generation) = (p.gateway, p.generation)
                 WHERE p.vault = $1 AND p.end_sequence >= h.next_sequence",
            )
            .bind(self.vault.0.as_slice())
            .fetch_one(&self.pool)
            .await?;
            Ok(epoch)
        })
        .await
    }

    /// What must hold whatever happened: every acknowledged call was counted
    /// once at its price, positions are dense, the identity holds at every epoch,
    /// the vault holds what was deposited less what was paid, and `tributary
    /// verify` recomputes every root.
    pub async fn check(&self, acknowledged: &[Call]) -> Result<()> {
        let rows: Vec<(i64, String)> =
            sqlx::query_as("SELECT sequence, price::text FROM usage.events ORDER BY generation, sequence")
                .fetch_all(&self.pool)
                .await?;
        let counted: BTreeMap<u64, u64> =
            rows.iter().map(|(sequence, price)| Ok((*sequence as u64, price.parse()?))).collect::<Result<_>>()?;
        ensure!(counted.len() == rows.len(), "a position was counted twice");
        for (n, sequence) in counted.keys().enumerate() {
            ensure!(n as u64 == *sequence, "position {n} is missing");
        }
        for call in acknowledged {
            ensure!(counted.get(&call.sequence) == Some(&call.price), "{call:?} is not among the counted events");
        }
        let broken: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM ledger.identity WHERE deposited + recapitalised <> entitled_earned + entitled_refund
             + entitled_fee + available + leased + refunds_pending + unsettled + held + residue + overpaid",
        )
        .fetch_one(&self.pool)
        .await?;
        ensure!(broken == 0, "the identity is broken in {broken} epochs");
        let (_, account) = vault::read(&self.machine.chain, &self.machine.mint()).await?;
        let held = vault::holdings(&self.machine.chain, &account).await?.0;
        let paid: u64 = account.paid.iter().sum();
        ensure!(account.deposited.0 == held + paid, "{} deposited, {held} held, {paid} paid", account.deposited);
        let verified = self.machine.tributary(&["verify"]).await?;
        ensure!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
        Ok(())
    }

    /// Stops everything in order.
    pub async fn stop(mut self) -> Result<()> {
        for name in ["gateway", "settler", "watcher", "indexer"] {
            if let Some(service) = self.services.get_mut(name) {
                service.stop().await?;
            }
        }
        self.pool.close().await;
        self.machine.stop().await?;
        self.folder.close()?;
        Ok(())
    }
}

/// The address behind a development key.
pub fn address(name: &str) -> Pubkey {
    keys::development(name).pubkey()
}

/// The claimant behind a development key.
pub fn claimant(name: &str) -> Claimant {
    Claimant(address(name).to_bytes())
}

/// Tries until there is something, with patience.
pub async fn until<T, F: Future<Output = Result<Option<T>>>>(what: &str, attempt: impl Fn() -> F) -> Result<T> {
    let start = Instant::now();
    loop {
        if let Some(found) = attempt().await.with_context(|| what.to_owned())? {
            return Ok(found);
        }
        if start.elapsed() > PATIENCE {
            bail!("waited {} s in vain until {what}", PATIENCE.as_secs());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Nothing yet, when the gateway is not ready for a mandate.
fn later<T>(error: GatewayError) -> Result<Option<T>> {
    match error {
        GatewayError::Unreachable { .. } | GatewayError::Refused { status: 400 | 503, .. } => Ok(None),
        other => Err(other.into()),
    }
}

fn read_call(key: &str, answer: &Value) -> Call {
    let tributary = &answer["tributary"];
    let number = |value: &Value| {
        value.as_u64().or_else(|| value.as_str().and_then(|text| text.parse().ok())).unwrap_or(u64::MAX)
    };
    Call {
        key: key.to_owned(),
        sequence: number(&tributary["event"]["sequence"]),
        price: number(&tributary["price"]),
        text: answer["choices"][0]["text"].as_str().unwrap_or_default().to_owned(),
    }
}

fn policy() -> Result<PolicySet> {
    Ok(PolicySet {
        engine: 2,
        fee: BasisPoints::new(500).context("a share")?,
        fee_claimant: claimant("treasury"),
        default_mix: Mix::from_bps([2_000, 1_000, 0, 7_000, 0]).context("a mix")?,
        tokeniser: Tokeniser::Bytes,
        span_min: 8,
        frequency_weights: std::array::from_fn(|step| tributary_core::event::TOKEN_WEIGHT >> step),
        leaf_min: 1,
        similarity: Some(Similarity::STANDARD),
    })
}

async fn set_up(machine: &Machine) -> Result<(VaultId, GatewayId)> {
    let governor = machine.key("governor")?;
    let roles = Roles {
        poster: machine.key("poster")?.pubkey(),
        guardian: governor.pubkey(),
        watchers: vec![machine.key("watcher")?.pubkey()],
        threshold: 1,
        registry: RegistrySettings::local(governor.pubkey()),
        timelock_slots: 10,
        timelock_seconds: 5,
    };
    setup::initialize(&machine.chain, &governor, &roles).await?;
    let settings = VaultSettings {
        challenge_slots: 10,
        challenge_seconds: 1,
        growth_per_slot: 10_000_000,
        growth_burst: 1_000_000_000,
        outflow_per_slot: 0,
        outflow_burst: 0,
        policy_set: file_hash(&policy()?.encode()),
    };
    let (vault, _) = setup::create_vault(&machine.chain, &governor, &machine.mint(), &pda::TOKEN, &settings).await?;
    let signer = machine.key("gateway key")?.pubkey();
    let (gateway, _) = setup::register_gateway(&machine.chain, &machine.key("operator")?, 0, &signer).await?;
    Ok((vault, gateway))
}

async fn register_all(machine: &Machine) -> Result<BTreeMap<String, AssetId>> {
    let mut assets = BTreeMap::new();
    for (title, author, body) in TEXTS {
        // The last one is shared.
        let co_owners = if title == "The Bridge" { vec![(author, 7_000), ("Wren", 3_000)] } else { Vec::new() };
        let asset = register_one(machine, author, AssetKind::Dataset, title, body.as_bytes(), &[], &co_owners).await?;
        assets.insert(title.to_owned(), asset);
    }
    let datasets: Vec<AssetId> = assets.values().copied().collect();
    let model = json!({"kind": "infinigram", "version": 1, "name": "mill", "datasets": datasets});
    let parents: Vec<(AssetId, u16)> = datasets.iter().map(|asset| (*asset, 2_000)).collect();
    let model =
        register_one(machine, "builder", AssetKind::Model, "mill", model.to_string().as_bytes(), &parents, &[]).await?;
    let agent =
        json!({"name": AGENT, "model": model, "price_per_call": "2000", "price_per_token": "100", "prompt_prefix": ""});
    let agent = register_one(
        machine,
        "operator",
        AssetKind::Agent,
        AGENT,
        agent.to_string().as_bytes(),
        &[(model, 5_000)],
        &[],
    )
    .await?;
    assets.extend([("mill".to_owned(), model), (AGENT.to_owned(), agent)]);
    Ok(assets)
}

async fn register_one(
    machine: &Machine,
    owner: &str,
    kind: AssetKind,
    name: &str,
    content: &[u8],
    parents: &[(AssetId, u16)],
    co_owners: &[(&str, u16)],
) -> Result<AssetId> {
    let share = |bps: u16| BasisPoints::new(bps).context("a share");
    let plan = Plan {
        kind,
        content: content.to_vec(),
        name: name.into(),
        creator: owner.into(),
        description: String::new(),
        licence: "CC0-1.0".into(),
        uses: uses::ALL,
        mix_bps: [0; 5],
        parents: parents.iter().map(|(asset, bps)| Ok((*asset, share(*bps)?))).collect::<Result<_>>()?,
        co_owners: co_owners.iter().map(|(name, bps)| Ok((claimant(name), share(*bps)?))).collect::<Result<_>>()?,
    };
    let owner = machine.key(owner)?;
    let registration = register::publish(&machine.store, &plan, &owner, 0)?;
    register::register(&machine.chain, &registration, &owner).await.with_context(|| format!("registering {name}"))?;
    Ok(registration.asset())
}
