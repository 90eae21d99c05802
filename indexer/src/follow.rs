//! Carries out what the machine decides: asks the source, commits to the store,
//! sleeps. It decides nothing itself but whom to ask and how long at most.

use crate::error::IndexerError;
use crate::health::Facts;
use crate::machine::{Action, Commit, Committed, FetchOutcome, Input, Machine, Settings};
use crate::source::{ChainSource, SourceError, Tip};
use crate::store::{Session, Store, StoreError};
use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use futures::StreamExt;
use solana_sdk::signature::Signature;
use std::time::{Duration, Instant};
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;
use tributary_core::id::Genesis;

/// Transactions fetched at the same time.
const FETCHES_AT_ONCE: usize = 8;
/// The longest a commit may take before the connection is given up.
const COMMIT_TIMEOUT: Duration = Duration::from_secs(120);
/// The shortest and longest wait before a session is opened again.
const RETRY: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(10));

/// A follower.
pub struct Follower<'a, S> {
    /// The chain.
    pub source: &'a S,
    /// Where to.
    pub store: &'a Store,
    /// Its pace.
    pub settings: Settings,
    /// What ends a rest early.
    pub wake: &'a Notify,
    /// Where it reports.
    pub facts: &'a watch::Sender<Facts>,
    /// What ends it.
    pub shutdown: &'a CancellationToken,
}

enum Ended {
    Asked,
    Store(StoreError),
}

impl<S: ChainSource> Follower<'_, S> {
    /// Follows until it is asked to end, or until the database can't be used and
    /// waiting will not help.
    pub async fn run(&self) -> Result<(), IndexerError> {
        let mut delays = backoff();
        let Some(genesis) = self.genesis(&mut delays).await else { return Ok(()) };
        delays = backoff();
        let mut standing_by = false;
        let mut opened_before = false;
        loop {
            let opening = tokio::select! {
                () = self.shutdown.cancelled() => return Ok(()),
                opening = self.store.open(genesis) => opening,
            };
            match opening {
                Ok(Some((session, resume))) => {
                    tracing::info!(cursor = resume.cursor.0, gaps = resume.gaps.len(), "following the chain");
                    (standing_by, opened_before) = (false, true);
                    let started = Instant::now();
                    match self.follow(session, Machine::new(self.settings, resume)).await {
                        Ended::Asked => return Ok(()),
                        Ended::Store(error) if error.may_pass() => {
                            tracing::warn!(error = ?error, "the session with the database ended; opening another");
                        }
                        Ended::Store(error) => return Err(error.into()),
                    }
                    if started.elapsed() > RETRY.1 {
                        delays = backoff();
                    }
                }
                Ok(None) if standing_by => {}
                Ok(None) => {
                    standing_by = true;
                    tracing::warn!("another indexer follows into this database; standing by");
                }
                // At the start somebody is watching; later it is an outage.
                Err(error) if error.may_pass() && opened_before => {
                    tracing::warn!(error = ?error, "no session with the database");
                }
                Err(error) => return Err(error.into()),
            }
            if !self.rest(delays.next().unwrap_or(RETRY.1)).await {
                return Ok(());
            }
        }
    }

    /// `None` when asked to end before the node answered.
    async fn genesis(&self, delays: &mut ExponentialBackoff) -> Option<Genesis> {
        loop {
            let asking = tokio::select! {
                () = self.shutdown.cancelled() => return None,
                asking = self.source.genesis() => asking,
            };
            match asking {
                Ok(genesis) => return Some(genesis),
                Err(error) => warn_of(&error),
            }
            if !self.rest(delays.next().unwrap_or(RETRY.1)).await {
                return None;
            }
        }
    }

    /// `false` when asked to end meanwhile.
    async fn rest(&self, duration: Duration) -> bool {
        tokio::select! {
            () = self.shutdown.cancelled() => false,
            () = tokio::time::sleep(duration) => true,
        }
    }

    async fn follow(&self, mut session: Session, mut machine: Machine) -> Ended {
        let start = Instant::now();
        let mut input = Input::Awake;
        loop {
            let action = machine.step(start.elapsed(), input);
            let asking = match action {
                // Never cut off in the middle: it is durable or it is not.
                Action::Commit(commit) => {
                    match self.commit(&mut session, &commit).await {
                        Ok(committed) => input = Input::Committed(committed),
                        Err(error) => return Ended::Store(error),
                    }
                    continue;
                }
                Action::Sleep { duration, wakeable } => {
                    let woken =
                        async { if wakeable { self.wake.notified().await } else { std::future::pending().await } };
                    tokio::select! {
                        () = self.shutdown.cancelled() => return Ended::Asked,
                        () = tokio::time::sleep(duration) => {}
                        () = woken => {}
                    }
                    input = Input::Awake;
                    continue;
                }
                asking => self.ask(&session, asking),
            };
            let answer = tokio::select! {
                () = self.shutdown.cancelled() => return Ended::Asked,
                answer = asking => answer,
            };
            input = answer.unwrap_or_else(|error| {
                warn_of(&error);
                Input::Failed
            });
        }
    }

    async fn ask(&self, session: &Session, action: Action) -> Result<Input, SourceError> {
        match action {
            Action::Probe => {
                // Heads first: what they count is then below the tip.
                let heads = self.source.heads(&session.streams()).await?;
                let tip = self.source.tip().await?;
                self.saw(tip);
                Ok(Input::Probed { tip, heads })
            }
            Action::List(request) => self.source.list(&request).await.map(Input::Page),
            Action::Fetch(signatures) => Ok(Input::Fetched(self.fetch(signatures).await)),
            // Carried out by the caller.
            Action::Commit(_) | Action::Sleep { .. } => Ok(Input::Awake),
        }
    }

    async fn fetch(&self, signatures: Vec<Signature>) -> Vec<FetchOutcome> {
        futures::stream::iter(signatures)
            .map(|signature| async move {
                match self.source.transaction(&signature).await {
                    Ok(Some(transaction)) => FetchOutcome::Found(transaction),
                    Ok(None) => FetchOutcome::Null(signature),
                    Err(error) => {
                        warn_of(&error);
                        FetchOutcome::Failed(signature)
                    }
                }
            })
            .buffer_unordered(FETCHES_AT_ONCE)
            .collect()
            .await
    }

    async fn commit(&self, session: &mut Session, commit: &Commit) -> Result<Committed, StoreError> {
        let committing = tokio::time::timeout(COMMIT_TIMEOUT, session.commit(commit));
        let committed = committing.await.map_err(|_| StoreError::Timeout)??;
        metrics::counter!("indexer_events_total").increment(commit.events.len() as u64);
        self.facts.send_modify(|facts| {
            let now = Instant::now();
            facts.committed = Some(now);
            facts.finalised = committed.finalised;
            facts.gaps = committed.gaps.len();
            facts.dead_letters = committed.dead_letters;
            if committed.finalised >= facts.node_finalised {
                facts.caught_up = Some(now);
            }
        });
        Ok(committed)
    }

    fn saw(&self, tip: Tip) {
        self.facts.send_modify(|facts| {
            facts.tip = tip.confirmed;
            if tip.finalised > facts.node_finalised {
                facts.node_finalised = tip.finalised;
                facts.node_moved = Some(Instant::now());
            }
        });
    }
}

fn backoff() -> ExponentialBackoff {
    ExponentialBuilder::default()
        .with_min_delay(RETRY.0)
        .with_max_delay(RETRY.1)
        .with_jitter()
        .without_max_times()
        .build()
}

fn warn_of(error: &SourceError) {
    let cause = std::error::Error::source(error).map(ToString::to_string);
    tracing::warn!(%error, cause, "the chain gave no answer; asking again");
}
