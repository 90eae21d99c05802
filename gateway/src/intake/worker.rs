//! Does the steps that are due, one after the other. What fails is tried again,
//! later each time, and then parked with its reason; other datasets go on
//! meanwhile. Ends when its future is dropped: a step that was cut off is done
//! again by the next start.

use super::records::{self, Move, Record, State};
use super::steps::{Outcome, StepError, perform};
use super::{IntakeError, Step};
use crate::database::DatabaseError;
use crate::gateway::Gateway;
use serde_json::json;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;
use tributary_core::id::FileHash;

/// Failures of a step before it is parked.
const ATTEMPTS_MAX: u32 = 8;
/// The wait after the first failure; it doubles.
const RETRY_FIRST: Duration = Duration::from_secs(1);
/// No wait is longer.
const RETRY_LONGEST: Duration = Duration::from_secs(300);
/// How long a step takes at most.
const STEP_MAX: Duration = Duration::from_secs(600);

/// Works for ever.
pub async fn run(gateway: &Arc<Gateway>) {
    let mut backoff = crate::backoff::Backoff::default();
    // A start with a server for embeddings helps those that were parked without.
    let mut embeds = gateway.config.embedding.is_some();
    loop {
        let worked = match embeds {
            true => unpark(gateway).await.inspect(|_| embeds = false),
            false => round(gateway).await,
        };
        match worked {
            Ok(0) => {
                backoff.reset();
                tokio::time::sleep(gateway.config.limits.poll).await;
            }
            Ok(_) => backoff.reset(),
            Err(error) => {
                tracing::warn!(error = &error as &dyn Error, "datasets wait");
                backoff.wait().await;
            }
        }
    }
}

/// Tries again what waits for vectors; returns how many datasets that are.
async fn unpark(gateway: &Gateway) -> Result<usize, DatabaseError> {
    let parked = records::parked(&gateway.pool, gateway.config.gateway, Step::Embed).await?;
    let mut moved = 0;
    for record in &parked {
        moved += usize::from(retry(gateway, record).await?);
    }
    Ok(moved)
}

/// Does what is due; returns how many datasets moved on.
async fn round(gateway: &Arc<Gateway>) -> Result<usize, DatabaseError> {
    let mut moved = 0;
    for record in records::due(&gateway.pool, gateway.config.gateway).await? {
        let outcome = match tokio::time::timeout(STEP_MAX, perform(gateway, &record)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(StepError::Disk(std::io::Error::from(std::io::ErrorKind::TimedOut))),
        };
        moved += usize::from(settle(gateway, &record, outcome).await?);
    }
    Ok(moved)
}

async fn settle(
    gateway: &Gateway,
    record: &Record,
    outcome: Result<Outcome, StepError>,
) -> Result<bool, DatabaseError> {
    let stay = Move {
        step: record.step,
        state: State::Due,
        facts: record.facts.clone(),
        attempts: 0,
        wait: gateway.config.limits.poll,
        reason: None,
    };
    match outcome {
        Ok(Outcome::Done(facts, body)) => {
            let step = record.step.next();
            let state = if step == Step::Done { State::Done } else { State::Due };
            let text = facts.text_hash;
            let to = Move { step, state, facts: *facts, wait: Duration::ZERO, ..stay };
            let kind = happened(record.step);
            let moved = records::go(&gateway.pool, record, &to, Some((kind, body))).await?;
            // Its text lies in the content store: the upload is not needed any more.
            // Twice, in case the process died in between.
            if moved
                && matches!(record.step, Step::Publish | Step::Register)
                && let Err(error) = gateway.uploads.forget(&record.dataset).await
            {
                tracing::warn!(error = &error as &dyn Error, "an upload stays although its text is published");
            }
            // Withdrawn while the step wrote files: they go too.
            if !moved
                && records::is_withdrawn(&gateway.pool, record.dataset).await?
                && let Err(error) = erase(gateway, record, text).await
            {
                tracing::error!(error = &error as &dyn Error, "files of a withdrawn dataset stay");
            }
            Ok(moved)
        }
        Ok(Outcome::Wait(reason)) => wait(gateway, record, stay, ("gateway", reason)).await,
        Ok(Outcome::Owner(reason)) => wait(gateway, record, stay, ("owner", reason)).await,
        Err(error) => {
            let reason = told(&error);
            let attempts = record.attempts.saturating_add(1);
            tracing::info!(
                error = &error as &dyn Error,
                dataset = hex::encode(record.dataset),
                attempts,
                "a step failed"
            );
            if error.is_final() || attempts >= ATTEMPTS_MAX {
                let mut body = json!({"step": record.step, "reason": reason, "attempts": attempts});
                let mut to = Move { state: State::Parked, attempts, reason: Some(reason), ..stay };
                if let Some(report) = error.report() {
                    body["report"] = json!(report);
                    to.facts.scan = Some(report.clone());
                }
                return records::go(&gateway.pool, record, &to, Some(("parked", body))).await;
            }
            let wait = RETRY_FIRST.saturating_mul(1 << (attempts - 1).min(16)).min(RETRY_LONGEST);
            let body =
                json!({"step": record.step, "reason": reason, "attempts": attempts, "again_in_s": wait.as_secs()});
            let to = Move { attempts, wait, reason: Some(reason), ..stay };
            records::go(&gateway.pool, record, &to, Some(("failed", body))).await?;
            Ok(false)
        }
    }
}

/// Somebody is waited for; said once, not at every look.
async fn wait(
    gateway: &Gateway,
    record: &Record,
    stay: Move,
    (whom, reason): (&str, String),
) -> Result<bool, DatabaseError> {
    let is_new = record.reason.as_deref() != Some(&reason);
    let news = is_new.then(|| ("waiting", json!({"reason": reason, "for": whom})));
    let to = Move { reason: Some(reason), ..stay };
    records::go(&gateway.pool, record, &to, news).await?;
    Ok(false)
}

/// What a step's event is called.
fn happened(step: Step) -> &'static str {
    match step {
        Step::Upload => "uploaded",
        Step::Validate => "validated",
        Step::Scan => "scanned",
        Step::Compare => "compared",
        Step::Publish => "published",
        Step::Register => "registered",
        Step::Index => "indexed",
        Step::Embed | Step::Done => "embedded",
    }
}

/// An error with its causes, for the owner.
fn told(error: &StepError) -> String {
    let mut told = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        told = format!("{told}: {error}");
        cause = error.source();
    }
    told
}

/// The whole file is here: the first step is due.
pub async fn uploaded(gateway: &Gateway, record: &Record) -> Result<bool, IntakeError> {
    let to = Move {
        step: Step::Validate,
        state: State::Due,
        facts: record.facts.clone(),
        attempts: 0,
        wait: Duration::ZERO,
        reason: None,
    };
    let body = json!({"bytes": record.declaration.bytes, "sha256": record.declaration.sha256});
    Ok(records::go(&gateway.pool, record, &to, Some(("uploaded", body))).await?)
}

/// A parked step is tried again.
pub async fn again(gateway: &Gateway, record: &Record) -> Result<bool, IntakeError> {
    if record.state != State::Parked {
        return Err(IntakeError::Late(record.state.name().into()));
    }
    Ok(retry(gateway, record).await?)
}

async fn retry(gateway: &Gateway, record: &Record) -> Result<bool, DatabaseError> {
    let to = Move {
        step: record.step,
        state: State::Due,
        facts: record.facts.clone(),
        attempts: 0,
        wait: Duration::ZERO,
        reason: None,
    };
    records::go(&gateway.pool, record, &to, Some(("retried", json!({"step": record.step})))).await
}

/// Takes a dataset back: its file and its text are deleted. Its record on the
/// chain, its metadata and every event that was paid stay as they are: no sum
/// needs the text.
pub async fn withdraw(gateway: &Gateway, record: &Record) -> Result<(), IntakeError> {
    if record.state != State::Withdrawn {
        let to = Move {
            step: record.step,
            state: State::Withdrawn,
            facts: record.facts.clone(),
            attempts: 0,
            wait: Duration::ZERO,
            reason: None,
        };
        let body = json!({"text_sha256": record.facts.text_hash});
        if !records::go(&gateway.pool, record, &to, Some(("withdrawn", body))).await? {
            return Err(IntakeError::Late("on the move, ask again".into()));
        }
    }
    // Also after a crash in between: deleting again is harmless.
    erase(gateway, record, record.facts.text_hash).await
}

/// Deletes what is here of a dataset; its text stays if somebody else needs it.
async fn erase(gateway: &Gateway, record: &Record, text: Option<FileHash>) -> Result<(), IntakeError> {
    gateway.uploads.forget(&record.dataset).await?;
    let Some(hash) = text else { return Ok(()) };
    if records::is_shared(&gateway.pool, record, hash).await? {
        return Ok(());
    }
    let store = gateway.config.store.clone();
    tokio::task::spawn_blocking(move || store.remove(&hash)).await.map_err(IntakeError::Died)??;
    Ok(())
}
