//! Why the settler could not go on. What concerns one vault halts that vault;
//! what concerns the writer stops the process; the rest is tried again.

use crate::bundle::LoadError;
use crate::chain::ChainError;
use crate::compute::ComputeError;
use crate::store::StoreError;
use std::path::PathBuf;
use tributary_core::id::{FileHash, RootId, VaultId};

/// Why settling failed.
#[derive(Debug, thiserror::Error)]
pub enum SettlerError {
    /// The database did not answer or refused.
    #[error("the database could not be used; check DATABASE_URL and that `tributary migrate` has run")]
    Database(#[from] sqlx::Error),
    /// A row holds what its column should have refused.
    #[error("the database's {0} holds a value outside its bounds; was the schema changed by hand?")]
    Row(&'static str),
    /// Another settler has taken over.
    #[error("another settler has taken over (fence {newest}, ours {ours}); this one stops")]
    Fenced {
        /// The newest writer's.
        newest: i64,
        /// This one's.
        ours: i64,
    },
    /// The chain could not be asked.
    #[error("the chain could not be asked")]
    Chain(#[from] ChainError),
    /// The store could not be used.
    #[error("the content store could not be used")]
    Store(#[from] StoreError),
    /// Published files could not be read back.
    #[error("published files could not be read back")]
    Load(#[from] LoadError),
    /// The epoch cannot be computed.
    #[error("the epoch cannot be computed")]
    Compute(#[from] ComputeError),
    /// The double entry does not explain the identity.
    #[error(
        "vault {vault}, account {account}: the ledger's entries give {expected} sub-units, the identity says {found}; \
         do not change the ledger by hand, see \"the identity failed\" in docs/settlement.md"
    )]
    Books {
        /// Which vault.
        vault: VaultId,
        /// The first account that differs.
        account: String,
        /// By parent and entries.
        expected: String,
        /// By the attempt's identity.
        found: String,
    },
    /// Another policy set is in force than the one given.
    #[error(
        "the chain's policy set for the next root is {in_force}, the one given is {ours}; publish the one in force to \
         the content store, or give its file"
    )]
    PolicySet {
        /// What the chain asks for.
        in_force: FileHash,
        /// What the file holds.
        ours: FileHash,
    },
    /// The policy set cannot be read.
    #[error("the policy set {path} cannot be read; write one with `tributary policy`")]
    PolicyFile {
        /// Where.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The policy set is malformed.
    #[error("the policy set {path} is malformed; write one with `tributary policy`")]
    Policy {
        /// Where.
        path: PathBuf,
        /// What is wrong.
        #[source]
        source: tributary_core::bytes::DecodeError,
    },
    /// Node, database and program do not belong to the same cluster.
    #[error("{0} belongs to another cluster than the rewards program's configuration; check the URLs")]
    Cluster(&'static str),
    /// The key is not the poster.
    #[error("the key {ours} may not post roots, only {poster} may; give the poster's key file")]
    Poster {
        /// The key we have.
        ours: solana_address::Address,
        /// The key the program expects.
        poster: solana_address::Address,
    },
    /// The chain serves a root that this ledger does not know.
    #[error(
        "vault {vault}: the chain serves root {on_chain}, the ledger knows {in_ledger} as the newest, and that is not \
         among its ancestors; another settler with another database has posted, or the ledger was changed by hand"
    )]
    ForeignRoot {
        /// Which vault.
        vault: VaultId,
        /// What the chain says.
        on_chain: RootId,
        /// What the ledger says.
        in_ledger: RootId,
    },
    /// The chain serves a root that does not follow.
    #[error(
        "vault {vault}: root {root} serves, is not in the ledger, and cannot be booked: {why}; run `tributary verify`, \
         and see \"a bad root was claimed from\" in docs/settlement.md"
    )]
    WrongHead {
        /// Which vault.
        vault: VaultId,
        /// Which root.
        root: RootId,
        /// What is wrong with it, or missing.
        why: String,
    },
    /// An event of the chain can't be read.
    #[error("an event that the indexer stored can't be read; is it of a newer release?")]
    Event(#[from] tributary_client::ClientError),
    /// The health endpoint cannot be served.
    #[error("the settler's health cannot be served at {address}; choose another address")]
    Listen {
        /// Where.
        address: std::net::SocketAddr,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A drill asked for on a real cluster.
    #[error("a wrong root may only be posted on a development cluster")]
    Sabotage,
}

impl SettlerError {
    /// Whether the vault must be looked at by a person before it posts again.
    pub fn halts_vault(&self) -> bool {
        matches!(self, Self::Compute(_) | Self::ForeignRoot { .. } | Self::Books { .. } | Self::WrongHead { .. })
    }

    /// Whether this process must end: it was replaced, or its configuration can't
    /// become right by waiting.
    pub fn stops_settler(&self) -> bool {
        match self {
            Self::Fenced { .. }
            | Self::Cluster(_)
            | Self::Poster { .. }
            | Self::Sabotage
            | Self::Listen { .. }
            | Self::PolicyFile { .. }
            | Self::Policy { .. } => true,
            Self::Chain(error) => matches!(error, ChainError::KeyFile { .. } | ChainError::Key { .. }),
            Self::Store(error) => {
                matches!(error, StoreError::Open { .. } | StoreError::Folder { .. } | StoreError::Settings { .. })
            }
            _ => false,
        }
    }
}

/// An error with its causes on one line.
pub fn chain_of_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
