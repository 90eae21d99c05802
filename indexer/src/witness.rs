//! Carries out what the witness's machine decides: asks the other providers how
//! far they are, and for ranges that one of them supplied to the follower. What
//! it finds out is told to the follower; it never touches the database.

use crate::collect::{CollectError, events_of_range};
use crate::facts::Facts;
use crate::machine::{Asking, Failure, Question, Settings, Testimony, Told, WitnessMachine};
use crate::source::{ChainSource, Tip};
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tributary_core::id::Genesis;

/// The longest that collecting a range may take.
const COLLECT_TIMEOUT: Duration = Duration::from_secs(600);

/// What the follower wants to know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The chain.
    pub genesis: Option<Genesis>,
    /// A range.
    pub question: Option<Question>,
}

/// What is known of the providers.
#[derive(Clone, Debug, Default)]
pub struct Heard {
    /// What each said about its tip, and when.
    pub tips: Vec<Option<(Tip, Instant)>>,
    /// The answer to the question.
    pub testimony: Option<Testimony>,
}

/// What a witness works with.
pub struct Witnessing<'a, S> {
    /// The chain, through each provider.
    pub sources: &'a [S],
    /// Its pace.
    pub settings: Settings,
    /// Where it reports.
    pub facts: &'a watch::Sender<Facts>,
}

impl<S: ChainSource> Witnessing<'_, S> {
    /// Asks until `shutdown`.
    pub async fn run(&self, asked: watch::Receiver<Asked>, heard: &watch::Sender<Heard>, shutdown: &CancellationToken) {
        let start = Instant::now();
        let mut machine = WitnessMachine::new(&self.settings, self.sources.len());
        let mut told = Told::Awake;
        loop {
            let Asked { genesis, question } = asked.borrow().clone();
            machine.hear(genesis, question);
            let asking = machine.step(start.elapsed(), told);
            heard.send_modify(|heard| {
                heard.testimony = machine.testimony();
                heard.tips = machine.tips().into_iter().map(|tip| tip.map(|(tip, at)| (tip, start + at))).collect();
            });
            told = tokio::select! {
                () = shutdown.cancelled() => return,
                told = self.carry_out(asking) => told,
            };
        }
    }

    async fn carry_out(&self, asking: Asking) -> Told {
        match asking {
            Asking::Genesis(provider) => self.told(provider, self.sources[provider].genesis().await.map(Told::Genesis)),
            Asking::Tip(provider) => {
                let tip = self.sources[provider].tip().await;
                if let Ok(tip) = tip {
                    self.facts.send_modify(|facts| facts.saw(Instant::now(), provider, tip));
                }
                self.told(provider, tip.map(Told::Tip))
            }
            Asking::Events { provider, from, to } => {
                let collecting = events_of_range(&self.sources[provider], from, to);
                match tokio::time::timeout(COLLECT_TIMEOUT, collecting).await {
                    Ok(collected) => self.told(provider, collected.map(Told::Events)),
                    Err(_) => {
                        tracing::warn!(provider, "the witness took too long");
                        Told::Failed(Failure::Unanswered)
                    }
                }
            }
            Asking::Rest(duration) => {
                tokio::time::sleep(duration).await;
                Told::Awake
            }
        }
    }

    fn told(&self, provider: usize, answer: Result<Told, impl Into<CollectError>>) -> Told {
        answer.unwrap_or_else(|error| {
            let error = error.into();
            tracing::warn!(provider, error = ?error, "the witness gave no answer");
            self.facts.send_modify(|facts| facts.failed(provider));
            Told::Failed(error.failure())
        })
    }
}
