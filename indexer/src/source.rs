//! What the indexer asks a chain, apart from how it is asked. The real thing is
//! [`rpc::RpcSource`]; tests script others.

pub mod rpc;
pub mod transaction;
pub mod wake;

use async_trait::async_trait;
use solana_address::Address;
use solana_sdk::signature::Signature;
use tributary_core::id::Genesis;
use tributary_core::position::Slot;

/// The newest slots of a node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tip {
    /// The newest confirmed slot.
    pub confirmed: Slot,
    /// The newest finalised slot.
    pub finalised: Slot,
    /// The oldest slot that it still has.
    pub first: Slot,
}

/// A page of an address's signatures, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListRequest {
    /// Transactions that mention this address.
    pub address: Address,
    /// Only what is older than this.
    pub before: Option<Signature>,
    /// Only what is newer than this. A hint that saves work: a node that does
    /// not know the signature ignores it.
    pub until: Option<Signature>,
    /// The node must have reached this slot, or answer with an error.
    pub min_context: Slot,
    /// At most so many.
    pub limit: usize,
}

/// A line of such a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The transaction's first signature.
    pub signature: Signature,
    /// Its slot.
    pub slot: Slot,
    /// Whether it failed: then it changed nothing and sent no events.
    pub failed: bool,
    /// Whether a majority of the cluster has voted for it at least.
    pub confirmed: bool,
    /// Whether it can't be undone any more.
    pub finalised: bool,
}

/// An inner instruction, with addresses resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InnerInstruction {
    /// The transaction's instruction it came from.
    pub outer: u16,
    /// Its place among that instruction's inner instructions.
    pub inner: u16,
    /// The program it calls.
    pub program: Address,
    /// Its first account, if any.
    pub first_account: Option<Address>,
    /// Its data.
    pub data: Vec<u8>,
}

/// What a transaction did, as far as it concerns the indexer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainTransaction {
    /// Its first signature.
    pub signature: Signature,
    /// Its slot.
    pub slot: Slot,
    /// Unix seconds of its block, when the node knows them.
    pub block_time: Option<i64>,
    /// Whether it failed.
    pub failed: bool,
    /// All inner instructions, in order of execution.
    pub inner: Vec<InnerInstruction>,
}

/// The next sequence of a stream according to its account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The account.
    pub stream: Address,
    /// The sequence that its next event will have; 0 when the account does not exist.
    pub next_sequence: u64,
}

/// Why a question got no answer. None of these means "there is nothing": the
/// question is asked again.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The node could not be reached or did not answer in time.
    #[error("the node did not answer {method}: is it running, and is the URL right?")]
    Unreachable {
        /// The request.
        method: &'static str,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The node answered with an error.
    #[error("the node refused {method} with error {code}: {message}")]
    Refused {
        /// The request.
        method: &'static str,
        /// Its JSON-RPC error code.
        code: i64,
        /// What it says.
        message: String,
    },
    /// The answer is not what the request's documentation promises.
    #[error("the node's answer to {method} is malformed: {what}")]
    Malformed {
        /// The request.
        method: &'static str,
        /// What is wrong with it.
        what: &'static str,
    },
}

/// Why a question got no answer, as far as it decides what to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Failure {
    /// The provider does not have it yet.
    NotYet,
    /// No answer, or one that can't be right.
    Unanswered,
    /// This provider can never answer it; another may.
    Never,
}

/// JSON-RPC errors of a node that will never have what was asked for: its ledger
/// was cut off or started later, or it does not keep the index. None of them
/// means that a slot was skipped.
const NEVER: [i64; 7] = [-32_001, -32_007, -32_009, -32_010, -32_011, -32_015, -32_601];
/// JSON-RPC errors of a node that is not there yet.
const NOT_YET: [i64; 3] = [-32_004, -32_014, -32_016];

impl SourceError {
    /// What follows from it.
    pub fn failure(&self) -> Failure {
        match self {
            Self::Refused { code, .. } if NEVER.contains(code) => Failure::Never,
            Self::Refused { code, .. } if NOT_YET.contains(code) => Failure::NotYet,
            Self::Refused { .. } | Self::Unreachable { .. } | Self::Malformed { .. } => Failure::Unanswered,
        }
    }
}

/// A chain to follow, through one provider.
#[async_trait]
pub trait ChainSource: Send + Sync {
    /// Which cluster it is.
    async fn genesis(&self) -> Result<Genesis, SourceError>;

    /// The newest slots.
    async fn tip(&self) -> Result<Tip, SourceError>;

    /// The next sequences of these streams, finalised.
    async fn heads(&self, streams: &[Address]) -> Result<Vec<Head>, SourceError>;

    /// A page of signatures.
    async fn list(&self, request: &ListRequest) -> Result<Vec<Listed>, SourceError>;

    /// A transaction, confirmed or finalised. `None` when the node does not
    /// have it, which may be for now.
    async fn transaction(&self, signature: &Signature) -> Result<Option<ChainTransaction>, SourceError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_code_says_whether_to_wait_or_to_ask_somebody_else() {
        let failure = |code| SourceError::Refused { method: "getTransaction", code, message: String::new() }.failure();
        for code in [-32_001, -32_007, -32_009, -32_011] {
            assert_eq!(failure(code), Failure::Never, "{code}");
        }
        for code in [-32_004, -32_014, -32_016] {
            assert_eq!(failure(code), Failure::NotYet, "{code}");
        }
        for code in [-32_005, -32_603, 429] {
            assert_eq!(failure(code), Failure::Unanswered, "{code}");
        }
    }
}
