//! Talks to a Solana node: reads accounts, submits transactions and knows when
//! they landed. Every call is timed out; reads are retried; a transaction is
//! sent again only while it cannot land twice.

use backon::{ExponentialBuilder, Retryable};
use solana_client::client_error::{ClientError as RpcFailure, ClientErrorKind};
use solana_client::nonblocking::rpc_client::RpcClient;
use solana_client::rpc_config::{RpcSendTransactionConfig, RpcSimulateTransactionConfig};
use solana_commitment_config::CommitmentConfig;
use solana_compute_budget_interface::ComputeBudgetInstruction;
use solana_sdk::hash::Hash;
use solana_sdk::instruction::{Instruction, InstructionError};
use solana_sdk::pubkey::Pubkey;
use solana_sdk::signature::{Keypair, Signature, Signer};
use solana_sdk::transaction::{Transaction, TransactionError};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use tributary_core::id::Genesis;
use tributary_core::position::Slot;

mod error;
pub use error::{ChainError, Refusal};

/// The longest a node may take to answer.
const CALL_TIMEOUT: Duration = Duration::from_secs(20);
/// How often it is asked whether a transaction landed.
const STATUS_INTERVAL: Duration = Duration::from_millis(120);
/// How often an unseen transaction is sent again.
const RESEND_INTERVAL: Duration = Duration::from_secs(2);
/// A blockhash is used for this long before another one is fetched.
const BLOCKHASH_AGE: Duration = Duration::from_secs(2);
/// New blockhashes that a transaction is tried with.
const BLOCKHASHES_MAX: usize = 4;
/// The most compute units a transaction can ask for.
const UNITS_MAX: u32 = 1_400_000;
/// Compute limits differ by up to so many units, see [`distinct`].
const LIMIT_SPREAD: u32 = 4_096;
/// The most accounts a node returns at once.
const ACCOUNTS_MAX: usize = 100;

/// A landed transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Landed {
    /// Its signature.
    pub signature: Signature,
    /// Its slot.
    pub slot: Slot,
}

/// How much care a transaction gets before it is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Care {
    /// Simulated first: errors cost nothing, and the compute limit fits.
    Simulate,
    /// Sent at once with this compute limit, for many transactions of a known kind.
    Limit(u32),
}

/// A node.
pub struct Chain {
    rpc: RpcClient,
    /// The node's address without path or query, which may hold a secret.
    origin: String,
    blockhash: tokio::sync::Mutex<Option<(Instant, Hash, u64)>>,
    submitted: AtomicU32,
}

impl Chain {
    /// The node at a URL. Nothing is sent yet.
    pub fn new(url: &str) -> Self {
        let confirmed = CommitmentConfig::confirmed();
        Self {
            rpc: RpcClient::new_with_timeout_and_commitment(url.to_owned(), CALL_TIMEOUT, confirmed),
            origin: origin(url),
            blockhash: tokio::sync::Mutex::new(None),
            submitted: AtomicU32::new(rand::random()),
        }
    }

    /// The cluster.
    pub async fn genesis(&self) -> Result<Genesis, ChainError> {
        let hash = self.read("getGenesisHash", || self.rpc.get_genesis_hash()).await?;
        Ok(Genesis(hash.to_bytes()))
    }

    /// The newest confirmed slot.
    pub async fn slot(&self) -> Result<Slot, ChainError> {
        self.read("getSlot", || self.rpc.get_slot()).await.map(Slot)
    }

    /// The newest finalised slot.
    pub async fn finalised_slot(&self) -> Result<Slot, ChainError> {
        self.read("getSlot", || self.rpc.get_slot_with_commitment(CommitmentConfig::finalized())).await.map(Slot)
    }

    /// Waits until the newest confirmed slot is at least this one.
    pub async fn reach(&self, slot: Slot) -> Result<(), ChainError> {
        while self.slot().await? < slot {
            tokio::time::sleep(STATUS_INTERVAL).await;
        }
        Ok(())
    }

    /// An account's data; `None` when there is no account.
    pub async fn account(&self, address: &Pubkey) -> Result<Option<Vec<u8>>, ChainError> {
        Ok(self.accounts(std::slice::from_ref(address)).await?.into_iter().next().flatten())
    }

    /// Accounts' data in the order of the addresses.
    pub async fn accounts(&self, addresses: &[Pubkey]) -> Result<Vec<Option<Vec<u8>>>, ChainError> {
        let mut out = Vec::with_capacity(addresses.len());
        for some in addresses.chunks(ACCOUNTS_MAX) {
            let found = self.read("getMultipleAccounts", || self.rpc.get_multiple_accounts(some)).await?;
            out.extend(found.into_iter().map(|account| account.map(|account| account.data)));
        }
        Ok(out)
    }

    /// What a token account holds, in base units; 0 when there is none.
    pub async fn token_balance(&self, account: &Pubkey) -> Result<u64, ChainError> {
        // The amount stands behind mint and owner, in both token programs.
        let data = self.account(account).await?;
        let amount = data.as_deref().and_then(|data| data.get(64..72)).and_then(|bytes| bytes.try_into().ok());
        Ok(amount.map_or(0, u64::from_le_bytes))
    }

    /// Lamports of an account; 0 when there is none.
    pub async fn lamports(&self, address: &Pubkey) -> Result<u64, ChainError> {
        self.read("getBalance", || self.rpc.get_balance(address)).await
    }

    /// Submits instructions in one transaction that `payer` pays and `others`
    /// sign too, and waits until it is confirmed.
    pub async fn submit(
        &self,
        instructions: &[Instruction],
        payer: &Keypair,
        others: &[&Keypair],
        care: Care,
    ) -> Result<Landed, ChainError> {
        let mut signers = vec![payer];
        signers.extend(others.iter().filter(|other| other.pubkey() != payer.pubkey()));
        let units = match care {
            Care::Limit(units) => units,
            Care::Simulate => self.simulate(instructions, &signers).await?,
        };
        let units = distinct(units, self.submitted.fetch_add(1, Ordering::Relaxed));
        for _ in 0..BLOCKHASHES_MAX {
            let (blockhash, last_height) = self.blockhash().await?;
            let transaction = signed(instructions, units, &signers, blockhash);
            if let Some(landed) = self.send_until_settled(&transaction, instructions, last_height).await? {
                return Ok(landed);
            }
            // Its blockhash is over and it is not on the chain: it can land no more.
            *self.blockhash.lock().await = None;
        }
        Err(ChainError::Expired)
    }

    /// Runs a transaction without sending it; returns a compute limit that fits.
    async fn simulate(&self, instructions: &[Instruction], signers: &[&Keypair]) -> Result<u32, ChainError> {
        let (blockhash, _) = self.blockhash().await?;
        let transaction = signed(instructions, UNITS_MAX, signers, blockhash);
        let config = RpcSimulateTransactionConfig {
            replace_recent_blockhash: true,
            commitment: Some(CommitmentConfig::confirmed()),
            ..RpcSimulateTransactionConfig::default()
        };
        let simulate = || self.rpc.simulate_transaction_with_config(&transaction, config.clone());
        let outcome = self.read("simulateTransaction", simulate).await?.value;
        if let Some(error) = outcome.err {
            return Err(refused(error.into(), instructions, outcome.logs.unwrap_or_default()));
        }
        let used = outcome.units_consumed.unwrap_or(u64::from(UNITS_MAX));
        // The state may differ a little when it lands.
        Ok(u32::try_from(used + used / 4 + 2_000).unwrap_or(UNITS_MAX).min(UNITS_MAX))
    }

    /// Sends a transaction, again and again, until it has landed or can land no
    /// more (`None`).
    async fn send_until_settled(
        &self,
        transaction: &Transaction,
        instructions: &[Instruction],
        last_height: u64,
    ) -> Result<Option<Landed>, ChainError> {
        let Some(signature) = transaction.signatures.first().copied() else { return Ok(None) };
        let config = RpcSendTransactionConfig { skip_preflight: true, ..RpcSendTransactionConfig::default() };
        let mut sent: Option<Instant> = None;
        loop {
            if sent.is_none_or(|at| at.elapsed() >= RESEND_INTERVAL) {
                match self.rpc.send_transaction_with_config(transaction, config).await {
                    Ok(_) => sent = Some(Instant::now()),
                    Err(error) => {
                        sent = Some(Instant::now());
                        // A node refuses what it has processed already, each in words of its own: what
                        // counts is whether it knows the signature.
                        if !transient(&error) && !self.knows(&signature).await? {
                            return Err(match error.get_transaction_error() {
                                Some(error) => refused(error, instructions, Vec::new()),
                                None => self.failed("sendTransaction", error),
                            });
                        }
                    }
                }
            }
            let asked = [signature];
            let statuses = self.read("getSignatureStatuses", || self.rpc.get_signature_statuses(&asked)).await?;
            if let Some(status) = statuses.value.into_iter().next().flatten() {
                if let Some(error) = status.err {
                    return Err(refused(error, instructions, Vec::new()));
                }
                if status.satisfies_commitment(CommitmentConfig::confirmed()) {
                    return Ok(Some(Landed { signature, slot: Slot(status.slot) }));
                }
            } else if self.read("getBlockHeight", || self.rpc.get_block_height()).await? > last_height {
                return Ok(None);
            }
            tokio::time::sleep(STATUS_INTERVAL).await;
        }
    }

    /// Whether the node has processed a transaction.
    async fn knows(&self, signature: &Signature) -> Result<bool, ChainError> {
        let asked = [*signature];
        let statuses = self.read("getSignatureStatuses", || self.rpc.get_signature_statuses(&asked)).await?;
        Ok(statuses.value.into_iter().flatten().next().is_some())
    }

    /// A recent blockhash and the last block height it serves for.
    async fn blockhash(&self) -> Result<(Hash, u64), ChainError> {
        let mut kept = self.blockhash.lock().await;
        if let Some((at, hash, height)) = *kept
            && at.elapsed() < BLOCKHASH_AGE
        {
            return Ok((hash, height));
        }
        let confirmed = CommitmentConfig::confirmed();
        let fetch = || self.rpc.get_latest_blockhash_with_commitment(confirmed);
        let (hash, height) = self.read("getLatestBlockhash", fetch).await?;
        *kept = Some((Instant::now(), hash, height));
        Ok((hash, height))
    }

    /// A call without effect, retried with backoff and jitter while the node
    /// cannot be reached.
    async fn read<T, F>(&self, method: &'static str, call: impl Fn() -> F) -> Result<T, ChainError>
    where
        F: Future<Output = Result<T, RpcFailure>>,
    {
        let backoff = ExponentialBuilder::default()
            .with_min_delay(Duration::from_millis(100))
            .with_max_delay(Duration::from_secs(2))
            .with_max_times(4)
            .with_jitter();
        (|| call()).retry(backoff).when(transient).await.map_err(|error| self.failed(method, error))
    }

    fn failed(&self, method: &'static str, error: RpcFailure) -> ChainError {
        let source = Box::new(error);
        if transient(&source) {
            ChainError::Unreachable { origin: self.origin.clone(), source }
        } else {
            ChainError::Rpc { method, source }
        }
    }
}

/// Whether the connection failed rather than the request.
fn transient(error: &RpcFailure) -> bool {
    matches!(&*error.kind, ClientErrorKind::Io(_) | ClientErrorKind::Reqwest(_) | ClientErrorKind::Middleware(_))
}

/// A compute limit that differs from those of the submissions before. Two equal
/// deposits under one blockhash would otherwise be one and the same transaction,
/// and the second would not happen.
fn distinct(units: u32, nth: u32) -> u32 {
    let spread = nth % LIMIT_SPREAD;
    if units <= UNITS_MAX - LIMIT_SPREAD { units + spread } else { UNITS_MAX - spread }
}

fn signed(instructions: &[Instruction], units: u32, signers: &[&Keypair], blockhash: Hash) -> Transaction {
    let mut all = vec![ComputeBudgetInstruction::set_compute_unit_limit(units)];
    all.extend_from_slice(instructions);
    let payer = signers.first().map(|key| key.pubkey());
    Transaction::new_signed_with_payer(&all, payer.as_ref(), &signers.to_vec(), blockhash)
}

/// Names the program and finds the sentence for its error code.
fn refused(error: TransactionError, instructions: &[Instruction], logs: Vec<String>) -> ChainError {
    let refusal = match &error {
        TransactionError::InstructionError(index, InstructionError::Custom(code)) => {
            // The compute budget's instruction is the first.
            let called = usize::from(*index).checked_sub(1).and_then(|index| instructions.get(index));
            called.map(|instruction| Refusal::of(&instruction.program_id, *code))
        }
        _ => None,
    };
    ChainError::Refused { refusal, error: Box::new(error), logs }
}

/// Scheme, host and port of a URL.
fn origin(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("http", url));
    let host = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let host = host.rsplit('@').next().unwrap_or(host);
    format!("{scheme}://{host}")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn an_origin_holds_no_secret() {
        assert_eq!(origin("https://user:word@node.example:8899/v1?api-key=secret"), "https://node.example:8899");
        assert_eq!(origin("http://127.0.0.1:8899"), "http://127.0.0.1:8899");
    }

    #[test]
    fn equal_instructions_submitted_twice_are_two_transactions() {
        let key = Keypair::new();
        let of = |units, nth| signed(&[], distinct(units, nth), &[&key], Hash::default()).signatures[0];
        for units in [0, 200_000, UNITS_MAX] {
            assert_ne!(of(units, 7), of(units, 8), "{units}");
            assert!(distinct(units, u32::MAX) <= UNITS_MAX && distinct(units, 0) <= UNITS_MAX);
        }
    }

    #[tokio::test]
    async fn a_dead_node_is_named_with_the_next_step() {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let error = Chain::new(&format!("http://127.0.0.1:{port}/?key=secret")).slot().await.unwrap_err();
        let text = error.to_string();
        assert!(text.contains(&format!("http://127.0.0.1:{port}")) && text.contains("--rpc"), "{text}");
        assert!(!text.contains("secret"));
    }
}
