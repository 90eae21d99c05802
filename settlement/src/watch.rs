//! The watcher: recomputes every root in its challenge window and attests to it
//! or strikes it down.
//!
//! It has its own key and reads only the chain and the content store: neither
//! the settler's database nor its word. Killed anywhere, it looks again.

mod memory;

pub use memory::{Memory, MemoryError};

use crate::bundle::{LoadError, load_manifest};
use crate::chain::{Chain, ChainError, read_key, sign};
use crate::compute::Scope;
use crate::judge::{Judged, Posted, Verdict, chain_row, disabled_between, judge, manifest_of};
use crate::settler::chain_of_causes;
use crate::store::location::Location;
use crate::store::{Store, StoreError};
use backon::{BackoffBuilder, ExponentialBuilder};
use solana_commitment_config::CommitmentConfig;
use solana_instruction::Instruction;
use solana_sdk::signature::Keypair;
use solana_sdk::signer::Signer;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;
use tributary_client::pda;
use tributary_client::rewards::{RewardsConfig, Root, Vault, VetoReason, attest_root, veto_root};
use tributary_core::id::{FileHash, MintId, RootId, VaultId};
use tributary_core::position::Slot;
use tributary_indexer::collect::{CollectError, events_of_range};
use tributary_indexer::source::rpc::RpcSource;

/// Longest wait after a failure.
const BACKOFF_MAX: Duration = Duration::from_secs(15);
/// A transaction that was sent is given so long to land before it is sent again.
const LANDING: Duration = Duration::from_secs(4);

/// How to run a watcher.
#[derive(Clone, Debug)]
pub struct Config {
    /// A node of the cluster; best not the settler's.
    pub rpc_url: String,
    /// The content store.
    pub store: Location,
    /// Keypair file of a watcher that the governor admitted; pays its transactions.
    pub key: PathBuf,
    /// The vaults to watch.
    pub vaults: Vec<VaultId>,
    /// Where it remembers what it has judged; without it every start judges anew.
    pub memory: Option<PathBuf>,
    /// How often to look.
    pub poll: Duration,
}

/// Why a watcher could not go on.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// The chain could not be asked.
    #[error("the chain could not be asked")]
    Chain(#[from] ChainError),
    /// The chain's events could not be fetched.
    #[error("the chain's events could not be fetched")]
    Collect(#[from] CollectError),
    /// An event of the chain can't be read.
    #[error("an event of the vault can't be read")]
    Event(#[from] tributary_client::ClientError),
    /// The store is out of reach.
    #[error("the content store is out of reach")]
    Store(#[from] StoreError),
    /// The parent's manifest can't be read.
    #[error("the manifest of the parent root can't be read")]
    Parent(#[source] LoadError),
    /// The memory can't be used.
    #[error("what was judged before can't be read or kept")]
    Memory(#[from] MemoryError),
    /// The key is no watcher's.
    #[error("{0} is not among the watchers that the governor admitted; give a watcher's key file")]
    NotAdmitted(solana_address::Address),
    /// The node is of another cluster than the program.
    #[error("the node belongs to another cluster than the rewards program's configuration; check the URL")]
    Cluster,
    /// The node hasn't finalised what the root was computed at.
    #[error("the node has finalised slot {finalised} only, the root was computed at {needed}; waiting")]
    Behind {
        /// How far the node is.
        finalised: Slot,
        /// What the root needs.
        needed: Slot,
    },
}

/// Watches until `shutdown`. Only a key that is no watcher's, or a node of
/// another cluster, ends it earlier.
pub async fn run(config: Config, shutdown: CancellationToken) -> Result<(), WatchError> {
    tokio::select! {
        result = watch(config) => result,
        // It holds nothing that an interruption could leave half done: memory is
        // renamed into place, transactions are whole.
        () = shutdown.cancelled() => Ok(()),
    }
}

async fn watch(config: Config) -> Result<(), WatchError> {
    let mut watcher = Watcher::open(&config)?;
    tracing::info!(key = %watcher.key.pubkey(), vaults = config.vaults.len(), "watcher runs");
    let mut failures = backoff().build();
    loop {
        match watcher.round().await {
            Ok(()) => {
                failures = backoff().build();
                tokio::time::sleep(config.poll).await;
            }
            Err(error @ (WatchError::NotAdmitted(_) | WatchError::Cluster)) => return Err(error),
            Err(error) => {
                tracing::warn!("watching failed, trying again: {}", chain_of_causes(&error));
                tokio::time::sleep(failures.next().unwrap_or(BACKOFF_MAX)).await;
            }
        }
    }
}

fn backoff() -> ExponentialBuilder {
    ExponentialBuilder::default()
        .with_min_delay(Duration::from_millis(200))
        .with_max_delay(BACKOFF_MAX)
        .with_jitter()
        .without_max_times()
}

struct Watcher {
    vaults: Vec<VaultId>,
    key: Keypair,
    chain: Chain,
    source: RpcSource,
    store: Store,
    memory: Memory,
    /// Whether the node and our key have been checked.
    is_admitted: bool,
    /// When something was sent about a root.
    sent: BTreeMap<RootId, Instant>,
}

impl Watcher {
    fn open(config: &Config) -> Result<Self, WatchError> {
        Ok(Self {
            vaults: config.vaults.clone(),
            key: read_key(&config.key)?,
            chain: Chain::new(&config.rpc_url),
            source: RpcSource::new(&config.rpc_url),
            store: Store::open(&config.store)?,
            memory: Memory::open(config.memory.clone())?,
            is_admitted: false,
            sent: BTreeMap::new(),
        })
    }

    async fn round(&mut self) -> Result<(), WatchError> {
        let settings = self.chain.config().await?;
        if !self.is_admitted {
            if self.chain.genesis().await? != settings.genesis {
                return Err(WatchError::Cluster);
            }
            if !settings.watchers.contains(&self.key.pubkey()) {
                return Err(WatchError::NotAdmitted(self.key.pubkey()));
            }
            self.is_admitted = true;
        }
        let mut failed = None;
        for vault in self.vaults.clone() {
            // One vault's trouble must not keep the others unwatched.
            if let Err(error) = self.look(&settings, &vault).await {
                failed = Some(error);
            }
        }
        failed.map_or(Ok(()), Err)
    }

    /// Judges the vault's pending root, if it has one that we have not settled.
    async fn look(&mut self, settings: &RewardsConfig, id: &VaultId) -> Result<(), WatchError> {
        let vault = self.chain.vault(id, CommitmentConfig::confirmed()).await?;
        let Some(pending) = vault.pending else { return Ok(()) };
        if self.sent.get(&pending).is_some_and(|sent| sent.elapsed() < LANDING) {
            return Ok(());
        }
        let root = self.chain.root(id, vault.next_place()).await?;
        let Some(root) = root.filter(|root| root.id == pending) else { return Ok(()) };
        let seat = settings.watchers.iter().position(|watcher| *watcher == self.key.pubkey());
        if seat.is_some_and(|seat| root.attested & (1 << seat) != 0) {
            return Ok(());
        }
        let posted = self.posted(settings, id, &vault, &root).await?;
        match self.verdict(&posted).await? {
            Verdict::Right(judged) => self.attest(id, &root, &judged).await,
            Verdict::Wrong(why) => self.veto(id, &root, VetoReason::Wrong, &why).await,
            Verdict::Unavailable(what) => {
                // Files may still be on their way for half of the window; after
                // that claimants would be left with a root nobody can check.
                let half = root.opens_slot.0.saturating_sub(root.posted_slot.0) / 2;
                let slot = self.chain.clock().await?.slot;
                if slot.0 < root.posted_slot.0.saturating_add(half) {
                    tracing::warn!(root = %root.id, "cannot judge yet: {what}");
                    return Ok(());
                }
                self.veto(id, &root, VetoReason::Unavailable, &what).await
            }
        }
    }

    async fn posted(
        &self,
        settings: &RewardsConfig,
        id: &VaultId,
        vault: &Vault,
        root: &Root,
    ) -> Result<Posted, WatchError> {
        let scope = Scope { genesis: settings.genesis, registry: pda::REGISTRY, rewards: pda::REWARDS, vault: *id };
        let parent_closing = if root.parent == RootId::default() {
            FileHash::default()
        } else if let Some(known) = self.memory.closing_of(&root.parent) {
            known
        } else {
            // Not judged by us: it serves, so enough others attested to it.
            tracing::warn!(parent = %root.parent, "the parent root was not judged by this watcher; run `tributary verify`");
            let address = pda::root(id, vault.head_place);
            let parent = self.chain.root(id, vault.head_place).await?;
            let parent = parent
                .filter(|parent| parent.id == root.parent)
                .ok_or(ChainError::NoAccount { what: "parent root", address })?;
            load_manifest(&self.store, &parent.manifest).await.map_err(WatchError::Parent)?.closing_state
        };
        let mint = MintId(vault.mint.to_bytes());
        let disabled_after = self.disabled_after(id, vault, root).await?;
        let (header, overpaid) = (root.header(vault.domain), root.overpaid);
        Ok(Posted { scope, mint, header, parent_closing, overpaid, disabled_after })
    }

    /// Whether roots were disabled between the slot a root was computed at and its posting: then it misses claims.
    async fn disabled_after(&self, id: &VaultId, vault: &Vault, root: &Root) -> Result<Option<Slot>, WatchError> {
        if vault.highest_epoch < root.epoch {
            return Ok(None);
        }
        let (finalised, needed) = (self.chain.finalised_slot().await?, root.posted_slot);
        if finalised < needed {
            return Err(WatchError::Behind { finalised, needed });
        }
        let events = events_of_range(&self.source, root.finalised_slot, needed).await?;
        let rows: Vec<_> = events.into_iter().map(chain_row).collect();
        Ok(disabled_between(&rows, id, root.finalised_slot, needed)?)
    }

    async fn verdict(&self, posted: &Posted) -> Result<Verdict, WatchError> {
        let manifest = match manifest_of(&self.store, posted).await? {
            Ok(manifest) => manifest,
            Err(verdict) => return Ok(verdict),
        };
        let needed = manifest.finalised_slot;
        let finalised = self.chain.finalised_slot().await?;
        if finalised < needed {
            return Err(WatchError::Behind { finalised, needed });
        }
        let opening = match crate::bundle::load_state(&self.store, &manifest.opening_state).await {
            Ok(opening) => opening,
            Err(LoadError::Store(error)) if error.is_absence() => return Ok(Verdict::Unavailable(error.to_string())),
            Err(LoadError::Store(error)) => return Err(error.into()),
            Err(error) => return Ok(Verdict::Wrong(chain_of_causes(&error))),
        };
        let events = events_of_range(&self.source, opening.finalised_slot, needed).await?;
        let rows: Vec<_> = events.into_iter().map(chain_row).collect();
        Ok(judge(&self.store, posted, manifest, &rows).await?)
    }

    async fn attest(&mut self, vault: &VaultId, root: &Root, judged: &Judged) -> Result<(), WatchError> {
        self.memory.remember(root.id, judged.manifest.closing_state)?;
        let instruction = attest_root(&self.key.pubkey(), vault, root.place, &root.id);
        self.send(root.id, instruction).await?;
        tracing::info!(
            %vault, epoch = %root.epoch, attempt = root.attempt, root = %root.id,
            "recomputed from {} events and {} leaves: every byte is right; attesting",
            judged.output.events, judged.manifest.leaf_count
        );
        Ok(())
    }

    async fn veto(&mut self, vault: &VaultId, root: &Root, reason: VetoReason, why: &str) -> Result<(), WatchError> {
        let instruction = veto_root(&self.key.pubkey(), vault, root.place, &root.id, reason);
        self.send(root.id, instruction).await?;
        tracing::error!(
            %vault, epoch = %root.epoch, attempt = root.attempt, root = %root.id, ?reason, "root struck down: {why}"
        );
        Ok(())
    }

    async fn send(&mut self, root: RootId, instruction: Instruction) -> Result<(), WatchError> {
        let blockhash = self.chain.blockhash().await?;
        self.chain.send(&sign(&self.key, instruction, blockhash)).await?;
        self.sent.insert(root, Instant::now());
        Ok(())
    }
}
