//! Flags that several subcommands share, each also an environment variable.

use anyhow::Context;
use clap::Args;
use solana_sdk::pubkey::Pubkey;
use solana_sdk::signature::Keypair;
use std::path::PathBuf;
use tributary_client::pda;
use tributary_core::id::VaultId;
use tributary_core::policy::{Mix, PolicySet};
use tributary_operator::chain::Chain;
use tributary_operator::keys;
use tributary_operator::store::ContentStore;
use tributary_settlement::store::location::Location;
use tributary_settlement::store::shelf::Shelf;

/// Which chain.
#[derive(Args, Clone)]
pub struct ChainArgs {
    /// JSON-RPC URL of a Solana node
    #[arg(
        long,
        env = "TRIBUTARY_RPC",
        hide_env_values = true,
        default_value = "http://127.0.0.1:8899",
        value_name = "URL"
    )]
    pub rpc: String,
}

impl ChainArgs {
    /// A client of the node.
    pub fn chain(&self) -> Chain {
        Chain::new(&self.rpc)
    }
}

/// Whose key signs and pays.
#[derive(Args, Clone)]
pub struct KeyArgs {
    /// Keypair file that signs and pays (a JSON array of 64 numbers)
    #[arg(long, env = "TRIBUTARY_KEYPAIR", value_name = "FILE")]
    pub keypair: PathBuf,
}

impl KeyArgs {
    /// Reads it.
    pub fn read(&self) -> anyhow::Result<Keypair> {
        Ok(keys::read(&self.keypair)?)
    }
}

/// Which database.
#[derive(Args, Clone)]
pub struct DatabaseArgs {
    /// Postgres connection string, such as postgres://user@host/database
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, value_name = "URL")]
    pub database_url: String,
}

/// Which content store, for commands that read and write files of this machine.
#[derive(Args, Clone)]
pub struct FolderArgs {
    /// Folder of the content store: texts, manifests and what settlement publishes
    #[arg(long, env = "TRIBUTARY_STORE", value_name = "DIR")]
    pub store: PathBuf,
}

impl FolderArgs {
    /// Opens it.
    pub fn content(&self) -> ContentStore {
        ContentStore::new(&self.store)
    }
}

/// Which content store, for what only reads and writes what is published.
#[derive(Args, Clone)]
pub struct PublishedArgs {
    /// Folder of the content store, or s3://bucket/prefix with the AWS_ settings of docs/settlement.md
    #[arg(long, env = "TRIBUTARY_STORE", value_name = "DIR|s3://BUCKET")]
    pub store: Location,
}

/// Which content store, for services that serve its files.
#[derive(Args, Clone)]
pub struct StoreArgs {
    /// Folder of the content store, or s3://bucket/prefix with the AWS_ settings of docs/settlement.md
    #[arg(long, env = "TRIBUTARY_STORE", value_name = "DIR|s3://BUCKET")]
    pub store: Location,
    /// Folder for copies of what is used of a bucket; it may be lost at any time
    #[arg(long, env = "TRIBUTARY_STORE_COPIES", value_name = "DIR")]
    pub store_copies: Option<PathBuf>,
}

impl StoreArgs {
    /// Opens it. In a runtime.
    pub fn shelf(&self) -> anyhow::Result<Shelf> {
        let copies = match (&self.store, &self.store_copies) {
            (Location::Folder(folder), _) => folder.clone(),
            (Location::Bucket(_), Some(copies)) => copies.clone(),
            (Location::Bucket(_), None) => {
                anyhow::bail!(
                    "where may copies of {} lie? pass --store-copies DIR (TRIBUTARY_STORE_COPIES)",
                    self.store
                )
            }
        };
        Ok(Shelf::open(&self.store, copies)?)
    }
}

impl From<StoreArgs> for PublishedArgs {
    fn from(args: StoreArgs) -> Self {
        Self { store: args.store }
    }
}

/// Which Redis, if any: gateway and API keep copies there, under names of their own.
#[derive(Args, Clone)]
pub struct RedisArgs {
    /// Redis for copies of sessions and answers; without it, or while it is down, answers are the same
    #[arg(long, env = "REDIS_URL", hide_env_values = true, value_name = "URL")]
    pub redis: Option<String>,
}

/// Which vault, by its mint.
#[derive(Args, Clone)]
pub struct MintArgs {
    /// Mint of the vault's token
    #[arg(long, env = "TRIBUTARY_MINT", value_name = "ADDRESS")]
    pub mint: Pubkey,
}

impl MintArgs {
    /// The vault's address.
    pub fn vault(&self) -> VaultId {
        pda::vault(&self.mint)
    }
}

/// Which vaults a service cares for.
#[derive(Args, Clone)]
pub struct VaultsArgs {
    /// Mints whose vaults are served (repeatable)
    #[arg(long = "mint", env = "TRIBUTARY_MINT", value_name = "ADDRESS", value_delimiter = ',', required = true)]
    mints: Vec<Pubkey>,
}

impl VaultsArgs {
    /// The vaults' addresses.
    pub fn vaults(&self) -> Vec<VaultId> {
        self.mints.iter().map(pda::vault).collect()
    }
}

/// Which policy set.
#[derive(Args, Clone)]
pub struct PolicyArgs {
    /// Policy set file, as `tributary policy-set` writes it
    #[arg(long, env = "TRIBUTARY_POLICY", value_name = "FILE")]
    pub policy_set: PathBuf,
}

impl PolicyArgs {
    /// The file's bytes, when they are a policy set.
    pub fn read(&self) -> anyhow::Result<Vec<u8>> {
        let path = self.policy_set.display();
        let bytes = std::fs::read(&self.policy_set)
            .with_context(|| format!("cannot read the policy set {path}; `tributary policy-set` writes one"))?;
        PolicySet::decode(&bytes).with_context(|| format!("{path} is not a policy set"))?;
        Ok(bytes)
    }
}

/// How income is mixed, as five comma-separated shares in basis points.
#[derive(Clone, Copy, Debug)]
pub struct MixBps(pub [u16; 5]);

/// A text that is no mix.
#[derive(Debug, thiserror::Error)]
#[error("expected five shares in basis points that sum to 10000, such as 2000,1000,0,7000,0")]
pub struct MixError;

impl std::str::FromStr for MixBps {
    type Err = MixError;

    fn from_str(text: &str) -> Result<Self, MixError> {
        let shares: Option<Vec<u16>> = text.split(',').map(|share| share.trim().parse().ok()).collect();
        let shares = shares.and_then(|shares| <[u16; 5]>::try_from(shares).ok()).ok_or(MixError)?;
        if Mix::from_bps(shares).is_none() { Err(MixError) } else { Ok(Self(shares)) }
    }
}

/// Creates a service's folder when it is not there.
pub fn folder(path: &std::path::Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(path).with_context(|| format!("cannot create the folder {}", path.display()))
}
