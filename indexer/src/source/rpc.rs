//! A Solana node over JSON-RPC. Every request ends within [`TIMEOUT`]; nothing
//! is retried here, the machine decides when.

use super::{ChainSource, ChainTransaction, Head, ListRequest, Listed, SourceError, Tip, transaction};
use async_trait::async_trait;
use serde_json::json;
use solana_address::Address;
use solana_client::client_error::{ClientError, ClientErrorKind};
use solana_client::nonblocking::rpc_client::RpcClient;
use solana_client::rpc_request::{RpcError, RpcRequest};
use solana_client::rpc_response::RpcConfirmedTransactionStatusWithSignature;
use solana_commitment_config::CommitmentConfig;
use solana_sdk::account::Account;
use solana_sdk::signature::Signature;
use solana_transaction_status_client_types::{
    EncodedConfirmedTransactionWithStatusMeta, TransactionConfirmationStatus,
};
use std::time::Duration;
use tributary_client::pda;
use tributary_client::registry::{RegistryConfig, Shard};
use tributary_client::rewards::{RewardsConfig, Vault};
use tributary_core::id::Genesis;
use tributary_core::position::Slot;

/// The longest a request may take.
const TIMEOUT: Duration = Duration::from_secs(20);
/// Accounts a node returns in one answer.
const ACCOUNTS_MAX: usize = 100;
/// JSON-RPC's error for a method that a node does not have.
const METHOD_NOT_FOUND: i64 = -32_601;

/// A node.
pub struct RpcSource {
    client: RpcClient,
}

impl RpcSource {
    /// Of this URL. Connects with the first request.
    pub fn new(url: &str) -> Self {
        let confirmed = CommitmentConfig::confirmed();
        Self { client: RpcClient::new_with_timeout_and_commitment(url.to_owned(), TIMEOUT, confirmed) }
    }
}

impl RpcSource {
    /// At most [`ACCOUNTS_MAX`] accounts, in order.
    async fn finalised_accounts(&self, addresses: &[Address]) -> Result<Vec<Option<Account>>, SourceError> {
        let method = "getMultipleAccounts";
        let accounts = self
            .client
            .get_multiple_accounts_with_commitment(addresses, CommitmentConfig::finalized())
            .await
            .map_err(failed(method))?
            .value;
        if accounts.len() == addresses.len() {
            Ok(accounts)
        } else {
            Err(SourceError::Malformed { method, what: "it has another number of accounts" })
        }
    }
}

/// Sorts a client's error by its kind.
fn failed(method: &'static str) -> impl FnOnce(ClientError) -> SourceError {
    move |error| match *error.kind {
        ClientErrorKind::RpcError(RpcError::RpcResponseError { code, message, .. }) => {
            SourceError::Refused { method, code, message }
        }
        ClientErrorKind::SerdeJson(_) => SourceError::Malformed { method, what: "it does not decode" },
        kind => SourceError::Unreachable { method, source: Box::new(kind) },
    }
}

#[async_trait]
impl ChainSource for RpcSource {
    async fn genesis(&self) -> Result<Genesis, SourceError> {
        let hash = self.client.get_genesis_hash().await.map_err(failed("getGenesisHash"))?;
        Ok(Genesis(hash.to_bytes()))
    }

    async fn tip(&self) -> Result<Tip, SourceError> {
        // Finalised first, so that it is not ahead of confirmed.
        let slot = async |commitment| self.client.get_slot_with_commitment(commitment).await.map_err(failed("getSlot"));
        let finalised = Slot(slot(CommitmentConfig::finalized()).await?);
        let confirmed = Slot(slot(CommitmentConfig::confirmed()).await?);
        let first = match self.client.get_first_available_block().await.map_err(failed("getFirstAvailableBlock")) {
            Ok(slot) => Slot(slot),
            // A node that can't say may have everything; sequences show what is missing.
            Err(SourceError::Refused { code: METHOD_NOT_FOUND, .. }) => Slot(0),
            Err(error) => return Err(error),
        };
        Ok(Tip { confirmed, finalised, first })
    }

    async fn heads(&self, streams: &[Address]) -> Result<Vec<Head>, SourceError> {
        // The registry says how many shards it has; one that was opened without
        // being noticed is noticed here.
        let config = self.finalised_accounts(&[pda::registry_config()]).await?;
        let shards = match config.first() {
            Some(Some(account)) if account.owner == pda::REGISTRY => {
                RegistryConfig::decode(&account.data).map_err(|_| undecodable())?.shards
            }
            _ => 0,
        };
        let shards = (0..shards).map(pda::shard).filter(|shard| !streams.contains(shard));
        let streams: Vec<Address> = streams.iter().copied().chain(shards).collect();
        let mut heads = Vec::with_capacity(streams.len());
        for chunk in streams.chunks(ACCOUNTS_MAX) {
            for (stream, account) in chunk.iter().zip(self.finalised_accounts(chunk).await?) {
                let next_sequence = match account {
                    // An account that somebody sent lamports to before it was created.
                    Some(account) if account.owner == pda::SYSTEM => 0,
                    Some(account) => next_sequence(stream, &account).ok_or_else(undecodable)?,
                    None => 0,
                };
                heads.push(Head { stream: *stream, next_sequence });
            }
        }
        Ok(heads)
    }

    async fn list(&self, request: &ListRequest) -> Result<Vec<Listed>, SourceError> {
        let method = "getSignaturesForAddress";
        let params = json!([request.address.to_string(), {
            "before": request.before.map(|signature| signature.to_string()),
            "until": request.until.map(|signature| signature.to_string()),
            "limit": request.limit,
            "commitment": "confirmed",
            "minContextSlot": request.min_context.0,
        }]);
        let lines: Vec<RpcConfirmedTransactionStatusWithSignature> =
            self.client.send(RpcRequest::GetSignaturesForAddress, params).await.map_err(failed(method))?;
        if lines.len() > request.limit {
            return Err(SourceError::Malformed { method, what: "it is longer than asked for" });
        }
        lines
            .into_iter()
            .map(|line| {
                let signature = line
                    .signature
                    .parse()
                    .map_err(|_| SourceError::Malformed { method, what: "a signature is not base58" })?;
                Ok(Listed {
                    signature,
                    slot: Slot(line.slot),
                    failed: line.err.is_some(),
                    confirmed: line.confirmation_status != Some(TransactionConfirmationStatus::Processed),
                    finalised: line.confirmation_status == Some(TransactionConfirmationStatus::Finalized),
                })
            })
            .collect()
    }

    async fn transaction(&self, signature: &Signature) -> Result<Option<ChainTransaction>, SourceError> {
        let method = "getTransaction";
        let params = json!([signature.to_string(), {
            "encoding": "base64",
            "commitment": "confirmed",
            "maxSupportedTransactionVersion": 0,
        }]);
        let answer: Option<EncodedConfirmedTransactionWithStatusMeta> =
            self.client.send(RpcRequest::GetTransaction, params).await.map_err(failed(method))?;
        answer
            .map(|answer| transaction::read(signature, &answer).map_err(|what| SourceError::Malformed { method, what }))
            .transpose()
    }
}

fn undecodable() -> SourceError {
    SourceError::Malformed { method: "getMultipleAccounts", what: "an account of the programs does not decode" }
}

/// The next sequence in a stream's account.
fn next_sequence(stream: &Address, account: &Account) -> Option<u64> {
    if account.owner == pda::REGISTRY {
        Shard::decode(&account.data).ok().map(|shard| shard.sequence)
    } else if account.owner == pda::REWARDS && *stream == pda::rewards_config() {
        RewardsConfig::decode(&account.data).ok().map(|config| config.sequence)
    } else if account.owner == pda::REWARDS {
        Vault::decode(&account.data).ok().map(|vault| vault.sequence)
    } else {
        None
    }
}
