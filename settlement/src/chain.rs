//! What settler, watcher and verifier read from the chain and send to it, in
//! typed values. Every call has a timeout; retrying is for the caller.

use solana_address::Address;
use solana_client::client_error::ClientError as RpcError;
use solana_client::nonblocking::rpc_client::RpcClient;
use solana_client::rpc_config::RpcSendTransactionConfig;
use solana_commitment_config::CommitmentConfig;
use solana_instruction::Instruction;
use solana_sdk::hash::Hash;
use solana_sdk::signature::{Keypair, Signature};
use solana_sdk::signer::Signer;
use solana_sdk::transaction::Transaction;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tributary_client::ClientError;
use tributary_client::pda;
use tributary_client::rewards::{Claim, RewardsConfig, Root, Vault};
use tributary_core::id::{Claimant, Genesis, VaultId};
use tributary_core::leaf::LeafClass;
use tributary_core::position::Slot;

/// No call to a node takes longer.
const CALL_TIMEOUT: Duration = Duration::from_secs(20);
/// The clock sysvar.
const CLOCK: Address = Address::from_str_const("SysvarC1ock11111111111111111111111111111111");
/// The program that takes wishes about compute units.
const COMPUTE_BUDGET: Address = Address::from_str_const("ComputeBudget111111111111111111111111111111");
/// Compute units that posting, attesting, vetoing and activating may use.
const COMPUTE_UNITS: u32 = 400_000;

/// Why the chain could not be asked, or said no.
#[derive(Debug, thiserror::Error)]
pub enum ChainError {
    /// The node does not answer, or refuses.
    #[error("the node at {url} did not {what}; check that it runs and can be reached")]
    Rpc {
        /// Which node.
        url: String,
        /// What was asked.
        what: &'static str,
        /// What went wrong.
        #[source]
        source: Box<RpcError>,
    },
    /// An account is not there.
    #[error("there is no {what} at {address}; is this the right cluster, and is it set up (`tributary init`)?")]
    NoAccount {
        /// What should be there.
        what: &'static str,
        /// Where.
        address: Address,
    },
    /// An account is not what it should be.
    #[error("account {address} cannot be read")]
    Account {
        /// Where.
        address: Address,
        /// What is wrong with it.
        #[source]
        source: ClientError,
    },
    /// The node's clock cannot be read.
    #[error("the cluster's clock cannot be read")]
    Clock,
    /// The key file cannot be read.
    #[error("the key file {path} cannot be read; give a Solana keypair file (64 numbers in JSON)")]
    KeyFile {
        /// Which.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The key file holds no key.
    #[error("{path} is not a Solana keypair file (64 numbers in JSON)")]
    Key {
        /// Which.
        path: PathBuf,
    },
}

/// Time as the cluster counts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// The slot.
    pub slot: Slot,
    /// Unix seconds.
    pub unix: i64,
}

/// Reads a Solana keypair file.
pub fn read_key(path: &Path) -> Result<Keypair, ChainError> {
    let text = std::fs::read(path).map_err(|source| ChainError::KeyFile { path: path.into(), source })?;
    let wrong = || ChainError::Key { path: path.into() };
    let bytes: Vec<u8> = serde_json::from_slice(&text).map_err(|_| wrong())?;
    Keypair::try_from(&bytes[..]).map_err(|_| wrong())
}

/// A node of the cluster.
pub struct Chain {
    rpc: RpcClient,
    url: String,
}

impl Chain {
    /// Does not connect yet.
    pub fn new(url: &str) -> Self {
        let rpc = RpcClient::new_with_timeout_and_commitment(url.into(), CALL_TIMEOUT, CommitmentConfig::confirmed());
        Self { rpc, url: url.into() }
    }

    /// Names the node in an error.
    fn failed(&self, what: &'static str) -> impl FnOnce(RpcError) -> ChainError + '_ {
        move |source| ChainError::Rpc { url: self.url.clone(), what, source: Box::new(source) }
    }

    async fn account(&self, address: Address, commitment: CommitmentConfig) -> Result<Option<Vec<u8>>, ChainError> {
        let answer = self.rpc.get_account_with_commitment(&address, commitment).await;
        Ok(answer.map_err(self.failed("show an account"))?.value.map(|account| account.data))
    }

    /// The cluster's genesis hash.
    pub async fn genesis(&self) -> Result<Genesis, ChainError> {
        let hash = self.rpc.get_genesis_hash().await.map_err(self.failed("say which cluster it belongs to"))?;
        Ok(Genesis(hash.to_bytes()))
    }

    /// The rewards program's settings.
    pub async fn config(&self) -> Result<RewardsConfig, ChainError> {
        let address = pda::rewards_config();
        let data = self.account(address, CommitmentConfig::confirmed()).await?;
        let data = data.ok_or(ChainError::NoAccount { what: "configuration of the rewards program", address })?;
        RewardsConfig::decode(&data).map_err(|source| ChainError::Account { address, source })
    }

    /// A vault, as confirmed or as finalised.
    pub async fn vault(&self, vault: &VaultId, commitment: CommitmentConfig) -> Result<Vault, ChainError> {
        let address = Address::new_from_array(vault.0);
        let data = self.account(address, commitment).await?;
        let data = data.ok_or(ChainError::NoAccount { what: "vault", address })?;
        Vault::decode(&data).map_err(|source| ChainError::Account { address, source })
    }

    /// The root at a place of a vault's ring, if one was ever posted there.
    pub async fn root(&self, vault: &VaultId, place: u8) -> Result<Option<Root>, ChainError> {
        let address = pda::root(vault, place);
        let data = self.account(address, CommitmentConfig::confirmed()).await?;
        data.map(|data| Root::decode(&data).map_err(|source| ChainError::Account { address, source })).transpose()
    }

    /// What a claimant has been paid, if it ever claimed.
    pub async fn claim(
        &self,
        vault: &VaultId,
        class: LeafClass,
        claimant: &Claimant,
    ) -> Result<Option<Claim>, ChainError> {
        let address = pda::claim(vault, class, &Address::new_from_array(claimant.0));
        let data = self.account(address, CommitmentConfig::confirmed()).await?;
        data.map(|data| Claim::decode(&data).map_err(|source| ChainError::Account { address, source })).transpose()
    }

    /// The newest confirmed slot and its time.
    pub async fn clock(&self) -> Result<Clock, ChainError> {
        let data = self.account(CLOCK, CommitmentConfig::confirmed()).await?.ok_or(ChainError::Clock)?;
        let word = |at: usize| -> Result<[u8; 8], ChainError> {
            data.get(at..at + 8).and_then(|bytes| bytes.try_into().ok()).ok_or(ChainError::Clock)
        };
        Ok(Clock { slot: Slot(u64::from_le_bytes(word(0)?)), unix: i64::from_le_bytes(word(32)?) })
    }

    /// The newest finalised slot.
    pub async fn finalised_slot(&self) -> Result<Slot, ChainError> {
        let slot = self.rpc.get_slot_with_commitment(CommitmentConfig::finalized()).await;
        slot.map(Slot).map_err(self.failed("name its finalised slot"))
    }

    /// A blockhash to sign with.
    pub async fn blockhash(&self) -> Result<Hash, ChainError> {
        Ok(self.blockhash_and_height().await?.0)
    }

    /// A blockhash to sign with, and the last block height at which what was signed with it can land.
    pub async fn blockhash_and_height(&self) -> Result<(Hash, u64), ChainError> {
        let answer = self.rpc.get_latest_blockhash_with_commitment(CommitmentConfig::confirmed()).await;
        answer.map_err(self.failed("give a blockhash"))
    }

    /// The height of the newest finalised block.
    pub async fn finalised_height(&self) -> Result<u64, ChainError> {
        let height = self.rpc.get_block_height_with_commitment(CommitmentConfig::finalized()).await;
        height.map_err(self.failed("name its block height"))
    }

    /// What became of a transaction: `None` when the node has not seen it, else
    /// whether it succeeded.
    pub async fn fate(&self, signature: &Signature) -> Result<Option<bool>, ChainError> {
        let answer = self.rpc.get_signature_statuses_with_history(&[*signature]).await;
        let statuses = answer.map_err(self.failed("tell a transaction's status"))?.value;
        Ok(statuses.into_iter().next().flatten().map(|status| status.err.is_none()))
    }

    /// Sends a transaction; does not wait for it. The node simulates it first
    /// and refuses what would fail.
    pub async fn send(&self, transaction: &Transaction) -> Result<Signature, ChainError> {
        let config = RpcSendTransactionConfig {
            preflight_commitment: Some(CommitmentConfig::confirmed().commitment),
            ..RpcSendTransactionConfig::default()
        };
        let sent = self.rpc.send_transaction_with_config(transaction, config).await;
        sent.map_err(self.failed("accept a transaction"))
    }
}

/// A transaction of one instruction, signed by the one who pays for it. The same
/// arguments give the same signature.
pub fn sign(key: &Keypair, instruction: Instruction, blockhash: Hash) -> Transaction {
    let mut units = vec![2];
    units.extend_from_slice(&COMPUTE_UNITS.to_le_bytes());
    let budget = Instruction { program_id: COMPUTE_BUDGET, accounts: Vec::new(), data: units };
    Transaction::new_signed_with_payer(&[budget, instruction], Some(&key.pubkey()), &[key], blockhash)
}
