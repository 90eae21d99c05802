//! A local chain with both programs set up and a vault.

use serde::Deserialize;
use solana_sdk::pubkey::Pubkey;
use solana_sdk::signature::{Keypair, Signer};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tributary_client::pda;
use tributary_client::registry::RegistrySettings;
use tributary_client::rewards::VaultSettings;
use tributary_core::id::{Genesis, VaultId};
use tributary_core::leaf_file::file_hash;
use tributary_operator::chain::Chain;
use tributary_operator::keys::development;
use tributary_operator::setup::{self, Roles};

#[derive(Deserialize)]
struct Ready {
    rpc_url: String,
    ws_url: String,
    mint: String,
}

pub struct Network {
    process: Child,
    pub chain: Chain,
    pub rpc_url: String,
    pub ws_url: String,
    pub mint: Pubkey,
    pub vault: VaultId,
    pub genesis: Genesis,
}

/// Everybody who signs something in these tests.
pub const CAST: [&str; 8] = ["governor", "poster", "watcher", "operator", "ann", "bob", "pat", "paul"];
/// Challenge window in slots.
pub const WINDOW_SLOTS: u64 = 12;
/// What each of the cast has, in base units.
pub const TOKENS: u64 = 1_000_000_000;

/// How fast what the vault owes may grow, by class.
#[derive(Clone, Copy)]
pub struct Room {
    pub growth_burst: u64,
    pub growth_per_slot: u64,
}

impl Room {
    /// More than a test uses up.
    pub const WIDE: Self = Self { growth_burst: TOKENS, growth_per_slot: 1_000_000 };
}

fn binary() -> PathBuf {
    let cache = std::env::var_os("TRIBUTARY_CACHE")
        .map(PathBuf::from)
        .unwrap_or_else(|| PathBuf::from(std::env::var_os("HOME").unwrap()).join(".cache/tributary"));
    let binary = cache.join("target/localnet/release/tributary-localnet");
    assert!(binary.exists(), "{} is missing: run `make localnet`", binary.display());
    binary
}

impl Network {
    pub async fn start(folder: &Path, room: Room) -> Self {
        let cast: Vec<serde_json::Value> = CAST
            .iter()
            .map(|name| {
                let address = development(name).pubkey().to_string();
                serde_json::json!({ "address": address, "lamports": 100_000_000_000u64, "tokens": TOKENS })
            })
            .collect();
        let (cast_file, ready_file) = (folder.join("cast.json"), folder.join("ready.json"));
        std::fs::write(&cast_file, serde_json::to_vec(&cast).unwrap()).unwrap();
        let deploy = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target/deploy");
        let mut process = Command::new(binary())
            .args(["--with-parent", "--slot-ms", "50", "--deploy-dir"])
            .arg(deploy)
            .arg("--cast")
            .arg(cast_file)
            .arg("--ready")
            .arg(&ready_file)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let ready: Ready = loop {
            if let Ok(bytes) = std::fs::read(&ready_file) {
                break serde_json::from_slice(&bytes).unwrap();
            }
            assert!(process.try_wait().unwrap().is_none(), "the local network did not start");
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        let chain = Chain::new(&ready.rpc_url);
        let mint: Pubkey = ready.mint.parse().unwrap();
        let governor = development("governor");
        let roles = Roles {
            poster: development("poster").pubkey(),
            guardian: governor.pubkey(),
            watchers: vec![development("watcher").pubkey()],
            threshold: 1,
            registry: RegistrySettings { reveal_min_slots: 1, ..RegistrySettings::local(governor.pubkey()) },
            timelock_slots: 10,
            timelock_seconds: 5,
        };
        setup::initialize(&chain, &governor, &roles).await.unwrap();
        let settings = VaultSettings {
            challenge_slots: WINDOW_SLOTS,
            challenge_seconds: 0,
            growth_per_slot: room.growth_per_slot,
            growth_burst: room.growth_burst,
            outflow_per_slot: 0,
            outflow_burst: 0,
            policy_set: file_hash(&super::world::policy().encode()),
        };
        let (vault, _) = setup::create_vault(&chain, &governor, &mint, &pda::TOKEN, &settings).await.unwrap();
        let genesis = chain.genesis().await.unwrap();
        Self { process, chain, rpc_url: ready.rpc_url, ws_url: ready.ws_url, mint, vault, genesis }
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Writes somebody's keypair file.
pub fn key_file(folder: &Path, key: &Keypair) -> PathBuf {
    let path = folder.join(format!("{}.json", key.pubkey()));
    // Written once: a service that was given it before may be reading it.
    if !path.exists() {
        std::fs::write(&path, serde_json::to_vec(&key.to_bytes().to_vec()).unwrap()).unwrap();
    }
    path
}
