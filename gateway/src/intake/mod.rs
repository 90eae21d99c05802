//! Dataset intake: from an owner's declaration to a registered, indexed text.
//!
//! A chain of small steps. Each consumes what the one before found out and
//! writes what it found as an event, in the same transaction that moves the
//! dataset on ([`records`]). [`declaration`] is what the owner signs, [`bounds`] how
//! much of that is taken, [`upload`]
//! takes the bytes, [`format`] reads them, [`scan`] looks for secrets and
//! personal data, [`registration`] prepares the owner's transactions, [`steps`]
//! does a step and [`worker`] does those that are due. Nothing here charges
//! anybody, and no key of an owner is ever asked for.

pub mod bounds;
pub mod croissant;
pub mod declaration;
pub mod format;
pub mod records;
pub mod registration;
pub mod scan;
pub mod steps;
pub mod upload;
pub mod worker;

use crate::database::DatabaseError;
use crate::reputation::ReputationError;
use serde::{Deserialize, Serialize};
use tributary_core::id::{AssetId, Claimant, FileHash};

/// A step of the intake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// The owner sends the file.
    Upload,
    /// It is what it was declared to be.
    Validate,
    /// No secrets; personal data only as declared.
    Scan,
    /// Whether something registered is like it.
    Compare,
    /// Its text and metadata go to the content store.
    Publish,
    /// The owner registers it on-chain.
    Register,
    /// The gateway's catalogue takes it in.
    Index,
    /// Its vectors are made and published.
    Embed,
    /// Nothing is left to do.
    Done,
}

impl Step {
    /// As it is stored.
    pub fn name(self) -> &'static str {
        match self {
            Self::Upload => "upload",
            Self::Validate => "validate",
            Self::Scan => "scan",
            Self::Compare => "compare",
            Self::Publish => "publish",
            Self::Register => "register",
            Self::Index => "index",
            Self::Embed => "embed",
            Self::Done => "done",
        }
    }

    /// From what is stored.
    pub fn named(name: &str) -> Option<Self> {
        [
            Self::Upload,
            Self::Validate,
            Self::Scan,
            Self::Compare,
            Self::Publish,
            Self::Register,
            Self::Index,
            Self::Embed,
            Self::Done,
        ]
        .into_iter()
        .find(|step| step.name() == name)
    }

    /// The step after it.
    pub fn next(self) -> Self {
        match self {
            Self::Upload => Self::Validate,
            Self::Validate => Self::Scan,
            Self::Scan => Self::Compare,
            Self::Compare => Self::Publish,
            Self::Publish => Self::Register,
            Self::Register => Self::Index,
            Self::Index => Self::Embed,
            Self::Embed | Self::Done => Self::Done,
        }
    }
}

/// What the steps have found out about a dataset so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// SHA-256 of the text that is registered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text_hash: Option<FileHash>,
    /// Its length in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text_bytes: Option<u64>,
    /// Records the text was put together from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub records: Option<u64>,
    /// What the scan found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scan: Option<scan::Report>,
    /// The founder of the cluster it will join, when something is like it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub like: Option<AssetId>,
    /// SHA-256 of the metadata.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata_hash: Option<FileHash>,
    /// The record on the chain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asset: Option<AssetId>,
    /// SHA-256 of the file with its vectors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vectors: Option<FileHash>,
}

/// Why something about a dataset cannot be done.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// Postgres.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The declaration.
    #[error(transparent)]
    Declaration(#[from] declaration::DeclarationError),
    /// The upload.
    #[error(transparent)]
    Upload(#[from] upload::UploadError),
    /// The content store.
    #[error(transparent)]
    Store(#[from] tributary_store::StoreError),
    /// A task ended without a result.
    #[error("a task died")]
    Died(#[source] tokio::task::JoinError),
    /// No dataset has this key.
    #[error("no dataset here has this key: send the one that POST /v1/datasets answered with, or declare it again")]
    Unknown,
    /// It is past that.
    #[error("the dataset is {0}: this cannot be done any more")]
    Late(String),
    /// Nothing is known of its owner at the moment.
    #[error(transparent)]
    Reputation(#[from] ReputationError),
    /// Too long for its owner's score.
    #[error(
        "the file has {bytes} bytes; with a score of {score} its owner may send {most}: split it, or see GET /v1/reputation/{owner} for what would raise the score"
    )]
    TooLarge {
        /// Its length.
        bytes: u64,
        /// What is taken.
        most: u64,
        /// Of the owner.
        score: u32,
        /// Who that is.
        owner: Claimant,
    },
    /// As many of the same owner are under way as its score allows.
    #[error(
        "{open} datasets of this owner are on their way, and with a score of {score} there may be {most}: wait until some are registered, withdraw one, or see GET /v1/reputation/{owner}"
    )]
    TooMany {
        /// How many there are.
        open: u64,
        /// How many there may be.
        most: u64,
        /// Of the owner.
        score: u32,
        /// Who that is.
        owner: Claimant,
    },
    /// Too much is under way.
    #[error("{0} datasets are on their way here, which is the limit: retry when some are registered or withdrawn")]
    Full(i64),
}

impl From<sqlx::Error> for IntakeError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}
