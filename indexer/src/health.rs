//! How the indexer does: facts that the follower reports, the one word that
//! sums them up, and `GET /health` for whoever asks.

use crate::error::IndexerError;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tributary_core::position::Slot;

/// Without a complete sweep, or with a node whose finalised slot stands still,
/// for so long, nothing is live.
const STALLED_AFTER: Duration = Duration::from_secs(15);
/// What is still called live, in slots behind the node's finalised slot.
const LIVE_LAG_SLOTS: u64 = 32;

/// What the follower knows about itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct Facts {
    /// The node's newest confirmed slot.
    pub tip: Slot,
    /// The node's newest finalised slot.
    pub node_finalised: Slot,
    /// When that last moved.
    pub node_moved: Option<Instant>,
    /// Everything up to here is stored, final and without gap.
    pub finalised: Slot,
    /// When something was committed last.
    pub committed: Option<Instant>,
    /// When the finalised slot was last as far as the node's.
    pub caught_up: Option<Instant>,
    /// Gaps that are open.
    pub gaps: usize,
    /// Events that can't be used.
    pub dead_letters: u64,
}

/// One word for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HealthState {
    /// Nothing has been committed since the start.
    NeverStarted,
    /// Behind, and getting nearer.
    CatchingUp,
    /// As near as can be.
    Live,
    /// The node or the database does not move.
    Stalled,
    /// Events are missing.
    Gap,
    /// Events can't be used.
    DeadLetters,
}

/// The answer to `GET /health`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Health {
    /// One word.
    pub state: HealthState,
    /// The node's newest confirmed slot.
    pub slot: Slot,
    /// Everything up to here is stored, final and without gap.
    pub finalised_slot: Slot,
    /// The node's finalised slot less ours.
    pub lag_slots: u64,
    /// Seconds since ours was as far as the node's; none before it first was.
    pub lag_seconds: Option<u64>,
    /// Gaps that are open.
    pub gaps: usize,
    /// Events that can't be used.
    pub dead_letters: u64,
}

impl Facts {
    /// Sums up, as of `now`.
    pub fn health(&self, now: Instant) -> Health {
        let lag_slots = self.node_finalised.0.saturating_sub(self.finalised.0);
        let stale = |at: Option<Instant>| at.is_none_or(|at| now.saturating_duration_since(at) > STALLED_AFTER);
        let state = if self.committed.is_none() {
            HealthState::NeverStarted
        } else if stale(self.committed) || stale(self.node_moved) {
            HealthState::Stalled
        } else if self.dead_letters > 0 {
            HealthState::DeadLetters
        } else if self.gaps > 0 {
            HealthState::Gap
        } else if lag_slots > LIVE_LAG_SLOTS {
            HealthState::CatchingUp
        } else {
            HealthState::Live
        };
        Health {
            state,
            slot: self.tip,
            finalised_slot: self.finalised,
            lag_slots,
            lag_seconds: self.caught_up.map(|at| now.saturating_duration_since(at).as_secs()),
            gaps: self.gaps,
            dead_letters: self.dead_letters,
        }
    }
}

/// Serves `GET /health` until `shutdown`.
pub async fn serve(
    address: SocketAddr,
    facts: watch::Receiver<Facts>,
    shutdown: CancellationToken,
) -> Result<(), IndexerError> {
    let listen_error = |source| IndexerError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(listen_error)?;
    let bound = listener.local_addr().map_err(listen_error)?;
    println!("listening on http://{bound}");
    tracing::info!(%bound, "health endpoint ready");
    let router = Router::new().route("/health", get(answer)).with_state(facts);
    axum::serve(listener, router).with_graceful_shutdown(shutdown.cancelled_owned()).await.map_err(IndexerError::Serve)
}

async fn answer(State(facts): State<watch::Receiver<Facts>>) -> (StatusCode, axum::Json<Health>) {
    let health = facts.borrow().health(Instant::now());
    let status = match health.state {
        HealthState::Live | HealthState::CatchingUp => StatusCode::OK,
        HealthState::NeverStarted | HealthState::Stalled | HealthState::Gap | HealthState::DeadLetters => {
            StatusCode::SERVICE_UNAVAILABLE
        }
    };
    (status, axum::Json(health))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn live(now: Instant) -> Facts {
        Facts {
            tip: Slot(140),
            node_finalised: Slot(108),
            node_moved: Some(now),
            finalised: Slot(107),
            committed: Some(now),
            caught_up: Some(now),
            gaps: 0,
            dead_letters: 0,
        }
    }

    #[test]
    fn each_state_has_its_reason() {
        let now = Instant::now();
        let later = now + STALLED_AFTER + Duration::from_secs(1);
        assert_eq!(Facts::default().health(now).state, HealthState::NeverStarted);
        assert_eq!(live(now).health(now).state, HealthState::Live);
        assert_eq!(Facts { finalised: Slot(10), ..live(now) }.health(now).state, HealthState::CatchingUp);
        assert_eq!(Facts { gaps: 1, ..live(now) }.health(now).state, HealthState::Gap);
        assert_eq!(Facts { dead_letters: 1, ..live(now) }.health(now).state, HealthState::DeadLetters);
        assert_eq!(live(now).health(later).state, HealthState::Stalled);
    }

    #[test]
    fn a_node_whose_slots_stand_still_is_not_healthy_although_it_answers() {
        let now = Instant::now();
        let later = now + STALLED_AFTER + Duration::from_secs(1);
        assert_eq!(Facts { committed: Some(later), ..live(now) }.health(later).state, HealthState::Stalled);
    }

    #[test]
    fn the_lag_is_told_in_slots_and_seconds() {
        let now = Instant::now();
        let health = live(now).health(now + Duration::from_secs(3));
        assert_eq!((health.lag_slots, health.lag_seconds), (1, Some(3)));
    }
}
