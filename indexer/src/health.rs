//! Serves what the follower knows about itself: `GET /health` for people and
//! balancers, `GET /metrics` in Prometheus' text format. It asks nobody anything.

use crate::error::IndexerError;
use crate::facts::{Facts, Health, HealthState, Spent};
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use metrics::{counter, gauge};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusRecorder};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

struct Shown {
    facts: watch::Receiver<Facts>,
    stalled_after: Duration,
    /// The indexer's own, since other services may run in the same process.
    recorder: PrometheusRecorder,
}

/// Serves until `shutdown`.
pub async fn serve(
    address: SocketAddr,
    facts: watch::Receiver<Facts>,
    stalled_after: Duration,
    shutdown: CancellationToken,
) -> Result<(), IndexerError> {
    let listen_error = |source| IndexerError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(listen_error)?;
    let bound = listener.local_addr().map_err(listen_error)?;
    println!("listening on http://{bound}");
    tracing::info!(%bound, "health endpoint ready");
    let recorder = PrometheusBuilder::new().build_recorder();
    let shown = Arc::new(Shown { facts, stalled_after, recorder });
    let router = Router::new().route("/health", get(health)).route("/metrics", get(metrics)).with_state(shown);
    axum::serve(listener, router).with_graceful_shutdown(shutdown.cancelled_owned()).await.map_err(IndexerError::Serve)
}

async fn health(State(shown): State<Arc<Shown>>) -> (StatusCode, axum::Json<Health>) {
    let health = shown.facts.borrow().health(Instant::now(), shown.stalled_after);
    let status = if health.state.is_well() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, axum::Json(health))
}

async fn metrics(State(shown): State<Arc<Shown>>) -> String {
    let facts = shown.facts.borrow().clone();
    let health = facts.health(Instant::now(), shown.stalled_after);
    metrics::with_local_recorder(&shown.recorder, || record(&facts, &health));
    shown.recorder.handle().render()
}

/// Sets every metric to what is known now.
fn record(facts: &Facts, health: &Health) {
    for state in HealthState::ALL {
        let is = if state == health.state { 1.0 } else { 0.0 };
        gauge!("indexer_state", "state" => state.word()).set(is);
    }
    gauge!("indexer_confirmed_slot").set(health.slot.0 as f64);
    gauge!("indexer_finalised_slot").set(health.finalised_slot.0 as f64);
    gauge!("indexer_lag_slots").set(health.lag_slots as f64);
    if let Some(seconds) = health.lag_seconds {
        gauge!("indexer_lag_seconds").set(seconds as f64);
    }
    gauge!("indexer_open_gaps").set(health.gaps as f64);
    gauge!("indexer_dead_letters").set(health.dead_letters as f64);
    gauge!("indexer_providers_disagree").set(if facts.disputed { 1.0 } else { 0.0 });
    counter!("indexer_events_total").absolute(facts.events);
    counter!("indexer_disputes_total").absolute(facts.disputes);
    counter!("indexer_rewinds_total").absolute(facts.rewinds);
    counter!("indexer_lost_sessions_total").absolute(facts.lost_sessions);
    counter!("indexer_provider_switches_total").absolute(facts.switches);
    let Spent { deciding, asking, storing, resting } = facts.spent;
    for (what, spent) in [("deciding", deciding), ("asking", asking), ("storing", storing), ("resting", resting)] {
        gauge!("indexer_spent_seconds", "on" => what).set(spent.as_secs_f64());
    }
    for (place, provider) in facts.providers.iter().enumerate() {
        let place = place.to_string();
        gauge!("indexer_provider_finalised_slot", "provider" => place.clone()).set(provider.finalised.0 as f64);
        counter!("indexer_provider_failures_total", "provider" => place).absolute(provider.failures);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::STALLED_AFTER;

    #[test]
    fn every_state_and_provider_has_its_line() {
        let mut facts = Facts::new(2);
        facts.failed(1);
        facts.spent.storing = Duration::from_millis(1_500);
        let recorder = PrometheusBuilder::new().build_recorder();
        let health = facts.health(Instant::now(), STALLED_AFTER);
        metrics::with_local_recorder(&recorder, || record(&facts, &health));
        let text = recorder.handle().render();
        for line in [
            "indexer_state{state=\"never_started\"} 1",
            "indexer_state{state=\"live\"} 0",
            "indexer_provider_failures_total{provider=\"1\"} 1",
            "indexer_provider_failures_total{provider=\"0\"} 0",
            "indexer_open_gaps 0",
            "indexer_spent_seconds{on=\"storing\"} 1.5",
            "indexer_spent_seconds{on=\"asking\"} 0",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
        }
    }
}
