//! What a caller who asked for a stream is told while the answer is made.
//!
//! Telling never decides anything: a caller who is gone or too slow is told no
//! more, and the answer is finished and charged all the same.

use axum::body::Bytes;
use std::time::Duration;
use tokio::sync::mpsc;
use tributary_core::amount::BaseUnits;
use tributary_core::id::RequestId;

/// What may wait for a caller to read it.
const TOLD_MAX: usize = 64;
/// A caller who reads nothing for so long is taken for gone.
const CALLER_WAIT: Duration = Duration::from_secs(20);

/// What is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// The maximum price is reserved: the answer begins.
    Begun(Begun),
    /// More of the answer.
    Text(String),
    /// More of the answer, as a model that answers elsewhere sent it.
    Raw(Bytes),
}

/// What is known before the first word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Begun {
    /// The request's identity, under which its receipt is found.
    pub request: RequestId,
    /// What the agent is called.
    pub agent_name: String,
    /// Whether its model answers elsewhere, so that raw bytes follow.
    pub elsewhere: bool,
    /// What it may cost at most.
    pub maximum: BaseUnits,
    /// When it began, in Unix milliseconds.
    pub at_ms: u64,
}

/// See the module's head.
#[derive(Debug, Default)]
pub struct Outlet {
    reader: Option<mpsc::Sender<Told>>,
    wait: Duration,
}

impl Outlet {
    /// To a caller who reads along.
    pub fn streaming() -> (Self, mpsc::Receiver<Told>) {
        Self::with_patience(CALLER_WAIT)
    }

    fn with_patience(wait: Duration) -> (Self, mpsc::Receiver<Told>) {
        let (sender, receiver) = mpsc::channel(TOLD_MAX);
        (Self { reader: Some(sender), wait }, receiver)
    }

    /// Whether anybody reads along.
    pub fn is_open(&self) -> bool {
        self.reader.is_some()
    }

    /// Tells it, unless nobody reads along.
    pub async fn tell(&mut self, told: Told) {
        if let Some(reader) = &self.reader
            && !matches!(tokio::time::timeout(self.wait, reader.send(told)).await, Ok(Ok(())))
        {
            self.reader = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_caller_who_stops_reading_is_told_no_more_after_one_wait() {
        let (mut outlet, mut reader) = Outlet::with_patience(Duration::from_millis(5));
        for _ in 0..10 * TOLD_MAX {
            outlet.tell(Told::Text("more".into())).await;
        }
        assert!(!outlet.is_open());
        let mut told = 0;
        while reader.recv().await.is_some() {
            told += 1;
        }
        assert_eq!(told, TOLD_MAX);
    }
}
