//! Why the chain did not do what was asked, in sentences with a next step.

use solana_client::client_error::ClientError as RpcFailure;
use solana_sdk::pubkey::Pubkey;
use solana_sdk::transaction::TransactionError;

/// Why a read or a transaction failed.
#[derive(Debug, thiserror::Error)]
pub enum ChainError {
    /// No connection.
    #[error("cannot reach the Solana node at {origin}: check --rpc (TRIBUTARY_RPC) and that the node runs")]
    Unreachable {
        /// Scheme, host and port.
        origin: String,
        /// Why. Not shown as part of the message: it may hold the whole URL.
        source: Box<RpcFailure>,
    },
    /// The node refused a call.
    #[error("the Solana node refused {method}")]
    Rpc {
        /// Which.
        method: &'static str,
        /// Why.
        source: Box<RpcFailure>,
    },
    /// A program or the runtime refused a transaction.
    #[error("{}", sentence(refusal.as_ref(), error))]
    Refused {
        /// The program's own reason, when it is one.
        refusal: Option<Refusal>,
        /// What the runtime says.
        error: Box<TransactionError>,
        /// The simulation's log.
        logs: Vec<String>,
    },
    /// It never landed.
    #[error("the transaction did not land in time, with several blockhashes: nothing was changed; try again")]
    Expired,
    /// An account that must exist does not.
    #[error("there is no {what} at {address}: {next}")]
    Missing {
        /// What should be there.
        what: &'static str,
        /// Where.
        address: Pubkey,
        /// What to do.
        next: &'static str,
    },
    /// An account's bytes are not what they should be.
    #[error("the account {address} cannot be read: is the program of another version deployed?")]
    Account {
        /// Which.
        address: Pubkey,
        /// Why.
        source: tributary_client::ClientError,
    },
}

/// A program's reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The program.
    pub program: Pubkey,
    /// Its code.
    pub code: u32,
}

impl Refusal {
    /// Of a program with a code.
    pub fn of(program: &Pubkey, code: u32) -> Self {
        Self { program: *program, code }
    }
}

fn sentence(refusal: Option<&Refusal>, error: &TransactionError) -> String {
    if let Some(Refusal { program, code }) = refusal {
        return match tributary_client::errors::explain(program, *code) {
            Some(known) => known.to_string(),
            None => format!("the program {program} refused the transaction with code {code}"),
        };
    }
    match error {
        TransactionError::AccountNotFound | TransactionError::InsufficientFundsForFee => {
            "the paying account has too little SOL for the fee: send it some and try again".into()
        }
        TransactionError::InsufficientFundsForRent { .. } => {
            "the paying account has too little SOL for the new account's rent: send it some and try again".into()
        }
        other => format!("the transaction was refused: {other}"),
    }
}
