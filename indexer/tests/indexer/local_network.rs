//! A real local chain with the programs set up, and a few people to use it.

use serde::Deserialize;
use solana_client::nonblocking::rpc_client::RpcClient;
use solana_commitment_config::CommitmentConfig;
use solana_sdk::instruction::Instruction;
use solana_sdk::signature::{Keypair, Signature, Signer};
use solana_sdk::transaction::Transaction;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tributary_client::pda;
use tributary_client::registry::{self, CoOwner, Register, RegistrySettings};
use tributary_client::rewards::{self, Initialize, VaultSettings};
use tributary_core::amount::BaseUnits;
use tributary_core::content::AssetKind;
use tributary_core::hash::sha256;
use tributary_core::id::{AssetId, FileHash, Genesis, VaultId};
use tributary_core::position::Slot;

pub use solana_sdk::pubkey::Pubkey;

#[derive(Deserialize)]
struct Ready {
    rpc_url: String,
    ws_url: String,
    genesis: String,
    mint: String,
}

pub struct LocalNetwork {
    process: Child,
    _folder: tempfile::TempDir,
    pub rpc_url: String,
    pub ws_url: String,
    pub genesis: Genesis,
    pub mint: Pubkey,
    pub vault: VaultId,
    pub governor: Keypair,
    pub people: Vec<Keypair>,
    pub client: RpcClient,
}

fn development_key(name: &str) -> Keypair {
    let seed = sha256(&[format!("tributary development key: {name}").as_bytes()]);
    Keypair::new_from_array(seed)
}

fn binary() -> PathBuf {
    let cache = std::env::var_os("TRIBUTARY_CACHE")
        .map(PathBuf::from)
        .unwrap_or_else(|| PathBuf::from(std::env::var_os("HOME").unwrap()).join(".cache/tributary"));
    let binary = cache.join("target/localnet/release/tributary-localnet");
    assert!(binary.exists(), "{} is missing: run `make localnet`", binary.display());
    binary
}

impl LocalNetwork {
    /// Starts one with the programs set up, a vault, and people with tokens.
    pub async fn start() -> Self {
        Self::start_with(50).await
    }

    /// The same, with slots of so many milliseconds.
    pub async fn start_with(slot_ms: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let people: Vec<Keypair> = (0..4).map(|nth| development_key(&format!("indexer test {nth}"))).collect();
        let cast: Vec<serde_json::Value> = people
            .iter()
            .map(|key| serde_json::json!({ "address": key.pubkey().to_string(), "lamports": 100_000_000_000u64, "tokens": 1_000_000_000u64 }))
            .collect();
        let cast_file = folder.path().join("cast.json");
        std::fs::write(&cast_file, serde_json::to_vec(&cast).unwrap()).unwrap();
        let ready_file = folder.path().join("ready.json");
        let deploy = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target/deploy");
        let mut process = Command::new(binary())
            .args(["--with-parent", "--slot-ms", &slot_ms.to_string(), "--deploy-dir"])
            .arg(deploy)
            .arg("--cast")
            .arg(cast_file)
            .arg("--ready")
            .arg(&ready_file)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let ready = loop {
            if let Ok(bytes) = std::fs::read(&ready_file) {
                break serde_json::from_slice::<Ready>(&bytes).unwrap();
            }
            assert!(process.try_wait().unwrap().is_none(), "the local network did not start");
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        let mint: Pubkey = ready.mint.parse().unwrap();
        let client = RpcClient::new_with_commitment(ready.rpc_url.clone(), CommitmentConfig::confirmed());
        let network = Self {
            process,
            _folder: folder,
            rpc_url: ready.rpc_url,
            ws_url: ready.ws_url,
            genesis: ready.genesis.parse().unwrap(),
            mint,
            vault: pda::vault(&mint),
            governor: development_key("governor"),
            people,
            client,
        };
        network.set_up().await;
        network
    }

    async fn set_up(&self) {
        let governor = self.governor.pubkey();
        let roles = Initialize {
            authority: governor,
            genesis: self.genesis,
            poster: governor,
            guardian: governor,
            registry: pda::REGISTRY,
            threshold: 1,
            timelock_slots: 10,
            timelock_seconds: 5,
            watchers: vec![self.people[0].pubkey()],
        };
        let settings = VaultSettings {
            challenge_slots: 5,
            challenge_seconds: 1,
            growth_per_slot: 1_000_000,
            growth_burst: 1_000_000_000,
            outflow_per_slot: 0,
            outflow_burst: 0,
            policy_set: FileHash([9; 32]),
        };
        let delays =
            RegistrySettings { reveal_min_slots: 1, reveal_max_slots: 10_000, ..RegistrySettings::local(governor) };
        self.send(&[registry::initialize(&governor, &self.genesis, &delays)], &self.governor).await;
        self.send(&[rewards::initialize(&roles)], &self.governor).await;
        self.send(&[rewards::create_vault(&governor, &self.mint, &pda::TOKEN, &settings)], &self.governor).await;
    }

    /// Sends a transaction and waits until it is confirmed.
    pub async fn send(&self, instructions: &[Instruction], signer: &Keypair) -> Signature {
        let blockhash = self.client.get_latest_blockhash().await.unwrap();
        let transaction =
            Transaction::new_signed_with_payer(instructions, Some(&signer.pubkey()), &[signer], blockhash);
        let signature = self.client.send_transaction(&transaction).await.unwrap();
        loop {
            let statuses = self.client.get_signature_statuses(&[signature]).await.unwrap().value;
            if let Some(status) = &statuses[0]
                && status.satisfies_commitment(CommitmentConfig::confirmed())
            {
                assert_eq!(status.err, None);
                return signature;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    pub async fn deposit(&self, payer: &Keypair, amount: u64) -> Signature {
        let instruction = rewards::deposit(&payer.pubkey(), &self.mint, &pda::TOKEN, BaseUnits(amount));
        self.send(&[instruction], payer).await
    }

    /// Commits to a dataset and reveals it.
    pub async fn register(&self, owner: &Keypair, text: &str, co_owner: &Keypair) -> AssetId {
        let mut licence = [0; 32];
        licence[..3].copy_from_slice(b"MIT");
        let address = owner.pubkey();
        let reveal = Register {
            payer: address,
            owner: address,
            commitment_payer: address,
            shard: 0,
            kind: AssetKind::Dataset,
            content_hash: FileHash(sha256(&[text.as_bytes()])),
            content_length: text.len() as u64,
            salt: [7; 32],
            metadata_hash: FileHash([1; 32]),
            uri_hash: FileHash([2; 32]),
            licence,
            uses: 7,
            royalty_mode: 0,
            mix_bps: [0; 5],
            parents: vec![],
            co_owners: vec![
                CoOwner { key: address, share_bps: 6_000 },
                CoOwner { key: co_owner.pubkey(), share_bps: 4_000 },
            ],
        };
        let commitment = reveal.commitment(&self.genesis);
        self.send(&[registry::commit(&address, 0, &commitment)], owner).await;
        let committed = self.slot().await;
        while self.slot().await < Slot(committed.0 + 3) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        self.send(&[registry::register(&reveal, &self.genesis)], owner).await;
        reveal.asset()
    }

    /// The newest confirmed slot.
    pub async fn slot(&self) -> Slot {
        Slot(self.client.get_slot().await.unwrap())
    }
}

impl Drop for LocalNetwork {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
