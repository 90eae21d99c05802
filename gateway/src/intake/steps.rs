//! Does one step of a dataset. May be repeated: files are written whole or not at
//! all, and what was found out is the same again. Moves nothing itself.

use super::format::{FormatError, extract};
use super::records::Record;
use super::registration::{Content, metadata, prepare};
use super::scan::{Report, scan};
use super::{Facts, Step};
use crate::catalogue::content;
use crate::database::{DatabaseError, bigint};
use crate::gateway::Gateway;
use crate::vectors::VectorsError;
use crate::vectors::workshop::{Text, Workshop};
use serde_json::{Value, json};
use sqlx::Row;
use std::path::Path;
use tributary_core::hash::sha256;
use tributary_core::id::FileHash;

/// What came of a step.
#[derive(Debug)]
pub enum Outcome {
    /// It is done: what is known now, and what happened.
    Done(Box<Facts>, Value),
    /// It waits for the chain or this gateway; why.
    Wait(String),
    /// It waits for its owner; for what.
    Owner(String),
}

/// Why a step failed.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    /// Postgres.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The file is not what it was declared to be, or the disk refused.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// A file of our own.
    #[error("the gateway cannot keep the dataset's text")]
    Disk(#[source] std::io::Error),
    /// There are secrets in it.
    #[error("it holds what looks like secrets: {}; remove them, and take them out of use", Report::kinds(&.0.secrets))]
    Secrets(Report),
    /// There is personal data in it.
    #[error(
        "it holds what looks like personal data: {}; remove it, or declare that you may publish it",
        Report::kinds(&.0.personal)
    )]
    Personal(Report),
    /// The same text is on the chain already.
    #[error("this text is registered as {asset} by {owner}: nothing is left to register")]
    Taken {
        /// The record.
        asset: String,
        /// Its owner.
        owner: String,
    },
    /// The chain is not known here yet.
    #[error("the gateway has not heard from the chain yet")]
    NoChain,
    /// Nobody makes vectors here.
    #[error(
        "it is registered, indexed and earns by its words; for similarity this gateway needs a server for embeddings: its operator names one with --embedding"
    )]
    NoEmbedding,
    /// The vectors.
    #[error(transparent)]
    Vectors(#[from] VectorsError),
    /// Facts of an earlier step are missing.
    #[error("what an earlier step found out is missing ({0}): withdraw the dataset and declare it again")]
    Missing(&'static str),
    /// A task died.
    #[error("reading the file died: it may be too large for this machine")]
    Died(#[source] tokio::task::JoinError),
}

impl StepError {
    /// What the scan found, when that is the reason: the owner needs the lines.
    pub fn report(&self) -> Option<&Report> {
        match self {
            Self::Secrets(report) | Self::Personal(report) => Some(report),
            _ => None,
        }
    }

    /// Whether trying again is in vain until somebody does something.
    pub fn is_final(&self) -> bool {
        match self {
            Self::Format(error) => error.is_final(),
            Self::Secrets(_) | Self::Personal(_) | Self::Taken { .. } | Self::NoEmbedding | Self::Missing(_) => true,
            Self::Database(_) | Self::Disk(_) | Self::NoChain | Self::Vectors(_) | Self::Died(_) => false,
        }
    }
}

/// Does the step a dataset is at.
pub async fn perform(gateway: &Gateway, record: &Record) -> Result<Outcome, StepError> {
    match record.step {
        Step::Upload | Step::Done => Ok(Outcome::Wait("nothing is to be done".into())),
        Step::Validate => validate(gateway, record).await,
        Step::Scan => look_through(gateway, record).await,
        Step::Compare => compare(gateway, record).await,
        Step::Publish => publish(gateway, record).await,
        Step::Register => await_registration(gateway, record).await,
        Step::Index => await_index(gateway, record),
        Step::Embed => embed(gateway, record).await,
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StepError> + Send + 'static,
) -> Result<T, StepError> {
    tokio::task::spawn_blocking(work).await.map_err(StepError::Died)?
}

fn text_of(path: &Path) -> Result<String, StepError> {
    std::fs::read_to_string(path).map_err(StepError::Disk)
}

async fn validate(gateway: &Gateway, record: &Record) -> Result<Outcome, StepError> {
    let declared = record.declaration.clone();
    let (file, text) = (gateway.uploads.file(&record.dataset), gateway.uploads.text(&record.dataset));
    let facts = record.facts.clone();
    blocking(move || {
        let extracted = extract(&file, declared.format, declared.field())?;
        let hash = FileHash(sha256(&[extracted.text.as_bytes()]));
        content::write(&text, extracted.text.as_bytes()).map_err(StepError::Disk)?;
        let (bytes, records) = (extracted.text.len() as u64, extracted.records);
        let body = json!({"format": declared.format, "records": records, "text_bytes": bytes, "text_sha256": hash});
        let facts = Facts { text_hash: Some(hash), text_bytes: Some(bytes), records: Some(records), ..facts };
        Ok(Outcome::Done(Box::new(facts), body))
    })
    .await
}

async fn look_through(gateway: &Gateway, record: &Record) -> Result<Outcome, StepError> {
    let path = gateway.uploads.text(&record.dataset);
    let (facts, declared) = (record.facts.clone(), record.declaration.personal_data);
    blocking(move || {
        let report = scan(&text_of(&path)?);
        if !report.secrets.is_empty() {
            return Err(StepError::Secrets(report));
        }
        if !report.personal.is_empty() && !declared {
            return Err(StepError::Personal(report));
        }
        let body = json!({"report": report});
        Ok(Outcome::Done(Box::new(Facts { scan: Some(report), ..facts }), body))
    })
    .await
}

async fn compare(gateway: &Gateway, record: &Record) -> Result<Outcome, StepError> {
    let (catalogue, _) = gateway.view().catalogue.ok_or(StepError::NoChain)?;
    refuse_taken(gateway, record).await?;
    let path = gateway.uploads.text(&record.dataset);
    let facts = record.facts.clone();
    blocking(move || {
        let like = catalogue.clusters.like(&text_of(&path)?);
        let body = json!({
            "compared_with": catalogue.clusters.len(),
            "like": like,
            "note": like.map(|_| "a near-duplicate joins the cluster of the earliest such text and is paid as part of it"),
        });
        Ok(Outcome::Done(Box::new(Facts { like, ..facts }), body))
    })
    .await
}

fn known(record: &Record) -> Result<(FileHash, u64, u64), StepError> {
    let facts = &record.facts;
    Ok((
        facts.text_hash.ok_or(StepError::Missing("the text's hash"))?,
        facts.text_bytes.ok_or(StepError::Missing("the text's length"))?,
        facts.records.ok_or(StepError::Missing("the number of records"))?,
    ))
}

/// What the record on the chain will say of the content.
pub fn content_of(record: &Record) -> Result<Content, StepError> {
    let (hash, bytes, _) = known(record)?;
    let metadata = record.facts.metadata_hash.ok_or(StepError::Missing("the metadata's hash"))?;
    Ok(Content { hash, bytes, metadata })
}

async fn publish(gateway: &Gateway, record: &Record) -> Result<Outcome, StepError> {
    let (hash, _, records) = known(record)?;
    let described = metadata(&record.declaration, hash, records).to_string().into_bytes();
    let (path, store) = (gateway.uploads.text(&record.dataset), gateway.config.store.clone());
    let facts = record.facts.clone();
    blocking(move || {
        let text = text_of(&path)?;
        if sha256(&[text.as_bytes()]) != hash.0 {
            return Err(StepError::Missing("the text, which changed on the disk"));
        }
        content::publish(&store, text.as_bytes()).map_err(StepError::Disk)?;
        let metadata_hash = content::publish(&store, &described).map_err(StepError::Disk)?;
        let body = json!({"text_sha256": hash, "metadata_sha256": metadata_hash});
        Ok(Outcome::Done(Box::new(Facts { metadata_hash: Some(metadata_hash), ..facts }), body))
    })
    .await
}

/// The owner of this text's record, and whether that is final.
async fn registered(gateway: &Gateway, record: &Record) -> Result<Option<(String, [u8; 32], bool)>, StepError> {
    let (hash, bytes, _) = known(record)?;
    let tip = gateway.view().tip.ok_or(StepError::NoChain)?;
    let content = Content { hash, bytes, metadata: FileHash([0; 32]) };
    let asset = super::registration::register(&record.declaration, content, record.salt).asset();
    let row = sqlx::query("SELECT owner, slot <= $2 AS final FROM chain.assets WHERE asset = $1")
        .bind(&asset.0[..])
        .bind(bigint(tip.finalised.0)?)
        .fetch_optional(&gateway.pool)
        .await
        .map_err(DatabaseError::from)?;
    let Some(row) = row else { return Ok(None) };
    let owner = crate::database::key(&row, "owner")?;
    Ok(Some((asset.to_string(), owner, row.try_get("final").map_err(DatabaseError::from)?)))
}

async fn refuse_taken(gateway: &Gateway, record: &Record) -> Result<(), StepError> {
    match registered(gateway, record).await? {
        Some((asset, owner, true)) if owner != record.declaration.owner.0 => {
            Err(StepError::Taken { asset, owner: bs58::encode(owner).into_string() })
        }
        _ => Ok(()),
    }
}

async fn await_registration(gateway: &Gateway, record: &Record) -> Result<Outcome, StepError> {
    refuse_taken(gateway, record).await?;
    let prepared = prepare(&record.declaration, content_of(record)?, record.salt);
    match registered(gateway, record).await? {
        Some((_, _, true)) => {
            let facts = Facts { asset: Some(prepared.asset), ..record.facts.clone() };
            Ok(Outcome::Done(Box::new(facts), json!({"asset": prepared.asset})))
        }
        Some(_) => Ok(Outcome::Wait("the registration is on the chain and not final yet".into())),
        None => Ok(Outcome::Owner("sign and send the transactions under `registration`, commit first".into())),
    }
}

fn await_index(gateway: &Gateway, record: &Record) -> Result<Outcome, StepError> {
    let asset = record.facts.asset.ok_or(StepError::Missing("the record's address"))?;
    let Some((catalogue, graph_slot)) = gateway.view().catalogue else {
        return Ok(Outcome::Wait("the gateway reads the registered assets".into()));
    };
    match catalogue.clusters.founder_of(&asset) {
        Some(founder) => {
            Ok(Outcome::Done(Box::new(record.facts.clone()), json!({"graph_slot": graph_slot, "cluster_of": founder})))
        }
        None => Ok(Outcome::Wait("the record is final; its text is being indexed".into())),
    }
}

async fn embed(gateway: &Gateway, record: &Record) -> Result<Outcome, StepError> {
    let Some(server) = &gateway.config.embedding else { return Err(StepError::NoEmbedding) };
    let asset = record.facts.asset.ok_or(StepError::Missing("the record's address"))?;
    let (hash, bytes, _) = known(record)?;
    let (pool, client, store) = (&gateway.pool, &gateway.upstreams, &gateway.config.store);
    let made = Workshop { pool, client, server, store }.ensure(Text { asset, hash, bytes }).await?;
    let body = json!({"model": server.served_as, "vectors": made.vectors, "sha256": made.file});
    Ok(Outcome::Done(Box::new(Facts { vectors: Some(made.file), ..record.facts.clone() }), body))
}
