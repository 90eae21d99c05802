//! Carries out what the machine decides: asks the providers, commits to the
//! store, sleeps. It decides nothing itself but how long a thing may take at most.

use crate::error::IndexerError;
use crate::facts::{Facts, Spent};
use crate::machine::{Action, Commit, Failure, FetchOutcome, Input, Machine, Resume, Settings, Trouble};
use crate::source::{ChainSource, SourceError};
use crate::store::{Session, Store, StoreError};
use crate::witness::{Asked, Heard};
use futures::StreamExt;
use solana_sdk::signature::Signature;
use std::time::{Duration, Instant};
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

/// Transactions fetched at the same time.
const FETCHES_AT_ONCE: usize = 8;
/// The longest a commit may take before the connection is given up.
const COMMIT_TIMEOUT: Duration = Duration::from_secs(120);
/// The longest that opening a session may take, with all projections written anew.
const SESSION_TIMEOUT: Duration = Duration::from_secs(3_600);

/// A follower.
pub struct Follower<'a, S> {
    /// The chain, through each provider.
    pub sources: &'a [S],
    /// Where to.
    pub store: &'a Store,
    /// Its pace.
    pub settings: Settings,
    /// What ends a rest early.
    pub wake: &'a Notify,
    /// Where it reports.
    pub facts: &'a watch::Sender<Facts>,
    /// What the witness is asked.
    pub asked: &'a watch::Sender<Asked>,
    /// What the witness says.
    pub heard: watch::Receiver<Heard>,
    /// What ends it.
    pub shutdown: &'a CancellationToken,
}

/// What a run holds beside the machine.
#[derive(Default)]
struct Hands {
    session: Option<Session>,
    /// Why the last session ended.
    failure: Option<StoreError>,
    standing_by: bool,
}

/// Whom an action waits for.
#[derive(Clone, Copy)]
enum Kind {
    Provider,
    Database,
    Anything,
}

impl Kind {
    fn of(action: &Action) -> Self {
        match action {
            Action::Identify | Action::Probe | Action::List(_) | Action::Fetch(_) => Self::Provider,
            Action::Open(_) | Action::Rewind | Action::Commit(_) => Self::Database,
            Action::Sleep { .. } | Action::End => Self::Anything,
        }
    }

    fn spent(self, spent: &mut Spent) -> &mut Duration {
        match self {
            Self::Provider => &mut spent.asking,
            Self::Database => &mut spent.storing,
            Self::Anything => &mut spent.resting,
        }
    }
}

impl<S: ChainSource> Follower<'_, S> {
    /// Follows until it is asked to end, or until the database can't be used and
    /// waiting will not help.
    pub async fn run(mut self) -> Result<(), IndexerError> {
        let start = Instant::now();
        let mut machine = Machine::new(self.settings, self.sources.len());
        let mut hands = Hands::default();
        let mut input = Input::Awake;
        loop {
            let began = Instant::now();
            self.exchange(start, &mut machine);
            let action = machine.step(start.elapsed(), input);
            let decided = Instant::now();
            let kind = Kind::of(&action);
            self.report(&machine, decided - began);
            input = match action {
                Action::End => match hands.failure.take() {
                    Some(error) => return Err(error.into()),
                    None => return Ok(()),
                },
                // Never cut off in the middle: it is durable or it is not.
                Action::Commit(commit) => self.commit(&mut hands, &commit).await,
                Action::Rewind => self.rewind(&mut hands).await,
                action => {
                    let provider = machine.provider();
                    tokio::select! {
                        () = self.shutdown.cancelled() => return Ok(()),
                        answer = self.carry_out(&mut hands, provider, action) => answer,
                    }
                }
            };
            self.facts.send_modify(|facts| *kind.spent(&mut facts.spent) += decided.elapsed());
        }
    }

    /// Tells the machine what the witness found out, and the witness what to ask.
    fn exchange(&mut self, start: Instant, machine: &mut Machine) {
        if self.heard.has_changed().unwrap_or(false) {
            let heard = self.heard.borrow_and_update().clone();
            for (provider, tip) in heard.tips.iter().enumerate() {
                if let Some((tip, at)) = tip {
                    machine.hear(at.saturating_duration_since(start), provider, *tip);
                }
            }
            if let Some(testimony) = heard.testimony {
                machine.testify(testimony);
            }
        }
        let asked = Asked { genesis: machine.genesis(), question: machine.question() };
        self.asked.send_if_modified(|before| {
            let changed = *before != asked;
            *before = asked;
            changed
        });
    }

    fn report(&self, machine: &Machine, took: Duration) {
        self.facts.send_if_modified(|facts| {
            facts.spent.deciding += took;
            facts.decided(machine.provider(), machine.disputed())
        });
    }

    async fn carry_out(&self, hands: &mut Hands, provider: usize, action: Action) -> Input {
        let source = &self.sources[provider];
        let asking = match action {
            Action::Open(genesis) => {
                let opening = tokio::time::timeout(SESSION_TIMEOUT, self.store.open(genesis)).await;
                return self.opened(hands, opening.unwrap_or(Err(StoreError::Timeout)));
            }
            Action::Sleep { duration, wakeable } => {
                let woken = async { if wakeable { self.wake.notified().await } else { std::future::pending().await } };
                tokio::select! {
                    () = tokio::time::sleep(duration) => {}
                    () = woken => {}
                }
                return Input::Awake;
            }
            Action::Identify => source.genesis().await.map(Input::Identified),
            Action::Probe => self.probe(provider, hands).await,
            Action::List(request) => source.list(&request).await.map(Input::Page),
            Action::Fetch(signatures) => Ok(Input::Fetched(self.fetch(provider, signatures).await)),
            // Carried out by the caller.
            Action::Commit(_) | Action::Rewind | Action::End => return Input::Awake,
        };
        asking.unwrap_or_else(|error| Input::Failed(self.failed(provider, &error)))
    }

    async fn probe(&self, provider: usize, hands: &Hands) -> Result<Input, SourceError> {
        let source = &self.sources[provider];
        let streams = hands.session.as_ref().map(Session::streams).unwrap_or_default();
        // Heads first: what they count is then below the tip.
        let heads = source.heads(&streams).await?;
        let tip = source.tip().await?;
        self.facts.send_modify(|facts| facts.saw(Instant::now(), provider, tip));
        Ok(Input::Probed { tip, heads })
    }

    fn opened(&self, hands: &mut Hands, opening: Result<Option<(Session, Resume)>, StoreError>) -> Input {
        match opening {
            Ok(Some((session, resume))) => {
                tracing::info!(cursor = resume.cursor.0, gaps = resume.gaps.len(), "following the chain");
                hands.session = Some(session);
                hands.standing_by = false;
                Input::Opened(resume)
            }
            Ok(None) => {
                if !std::mem::replace(&mut hands.standing_by, true) {
                    tracing::warn!("another indexer follows into this database; standing by");
                }
                Input::Occupied
            }
            Err(error) => self.lost(hands, error),
        }
    }

    async fn rewind(&self, hands: &mut Hands) -> Input {
        let Some(session) = &mut hands.session else { return Input::StoreFailed(Trouble::Passing) };
        let rewinding = tokio::time::timeout(COMMIT_TIMEOUT, session.rewind());
        match rewinding.await.unwrap_or(Err(StoreError::Timeout)) {
            Ok(resume) => {
                self.facts.send_modify(|facts| facts.rewinds += 1);
                Input::Rewound(resume)
            }
            Err(error) => self.lost(hands, error),
        }
    }

    async fn commit(&self, hands: &mut Hands, commit: &Commit) -> Input {
        let Some(session) = &mut hands.session else { return Input::StoreFailed(Trouble::Passing) };
        let committing = tokio::time::timeout(COMMIT_TIMEOUT, session.commit(commit));
        match committing.await.unwrap_or(Err(StoreError::Timeout)) {
            Ok(committed) => {
                self.facts.send_modify(|facts| facts.stored(Instant::now(), commit.events.len(), &committed));
                Input::Committed(committed)
            }
            Err(error) => self.lost(hands, error),
        }
    }

    /// The session is given up: what it was doing is durable or it is not, and the
    /// next one sees which.
    fn lost(&self, hands: &mut Hands, error: StoreError) -> Input {
        hands.session = None;
        let trouble = error.trouble();
        if trouble != Trouble::Lasting {
            tracing::warn!(error = ?error, "no session with the database; opening another");
        }
        self.facts.send_modify(|facts| facts.lost_sessions += 1);
        hands.failure = Some(error);
        Input::StoreFailed(trouble)
    }

    fn failed(&self, provider: usize, error: &SourceError) -> Failure {
        let cause = std::error::Error::source(error).map(ToString::to_string);
        tracing::warn!(provider, %error, cause, "a provider gave no answer");
        self.facts.send_modify(|facts| facts.failed(provider));
        error.failure()
    }

    async fn fetch(&self, provider: usize, signatures: Vec<Signature>) -> Vec<FetchOutcome> {
        let source = &self.sources[provider];
        futures::stream::iter(signatures)
            .map(|signature| async move {
                match source.transaction(&signature).await {
                    Ok(Some(transaction)) => FetchOutcome::Found(transaction),
                    Ok(None) => FetchOutcome::Null(signature),
                    Err(error) => FetchOutcome::Failed(signature, self.failed(provider, &error)),
                }
            })
            .buffer_unordered(FETCHES_AT_ONCE)
            .collect()
            .await
    }
}
