//! Serves where the vaults stand: `GET /health` for people and balancers, `GET
//! /metrics` in Prometheus' text format. It asks nobody anything.

use super::alarms::{Standing, Standings};
use super::error::SettlerError;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use metrics::gauge;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusRecorder};
use serde::Serialize;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tributary_core::amount::BaseUnits;
use tributary_core::id::VaultId;

struct Shown {
    standings: watch::Receiver<Standings>,
    /// The settler's own, since other services may run in the same process.
    recorder: PrometheusRecorder,
}

/// A vault, as people read it.
#[derive(Serialize)]
struct Told {
    vault: VaultId,
    /// `well`, `short` or `halted`.
    state: &'static str,
    halted: Option<String>,
    /// A decimal string, as amounts are everywhere.
    shortfall_base_units: String,
    epoch: Option<u64>,
    root_age_seconds: Option<u64>,
}

impl Told {
    fn of(vault: VaultId, standing: &Standing) -> Self {
        let state = match (&standing.halted, standing.shortfall > BaseUnits::ZERO) {
            (Some(_), _) => "halted",
            (None, true) => "short",
            (None, false) => "well",
        };
        Self {
            vault,
            state,
            halted: standing.halted.clone(),
            shortfall_base_units: standing.shortfall.to_string(),
            epoch: standing.serving.map(|(epoch, _)| epoch.0),
            root_age_seconds: standing.serving.map(|(_, age)| age),
        }
    }
}

/// Serves until it is dropped.
pub(super) async fn serve(address: SocketAddr, standings: watch::Receiver<Standings>) -> Result<(), SettlerError> {
    let failed = |source| SettlerError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    println!("listening on http://{bound}");
    tracing::info!(%bound, "health endpoint ready");
    let shown = Arc::new(Shown { standings, recorder: PrometheusBuilder::new().build_recorder() });
    let router = Router::new().route("/health", get(health)).route("/metrics", get(metrics)).with_state(shown);
    axum::serve(listener, router).await.map_err(failed)
}

/// 503 as long as a vault needs a person.
async fn health(State(shown): State<Arc<Shown>>) -> (StatusCode, Json<Vec<Told>>) {
    let vaults: Vec<Told> = shown.standings.borrow().iter().map(|(vault, at)| Told::of(*vault, at)).collect();
    let is_well = vaults.iter().all(|told| told.state == "well");
    (if is_well { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }, Json(vaults))
}

async fn metrics(State(shown): State<Arc<Shown>>) -> String {
    let standings = shown.standings.borrow().clone();
    metrics::with_local_recorder(&shown.recorder, || record(&standings));
    shown.recorder.handle().render()
}

/// Sets every metric to what is known now. A gauge is a float; what is paid never is.
fn record(standings: &Standings) {
    for (vault, standing) in standings {
        let vault = vault.to_string();
        gauge!("settler_shortfall_base_units", "vault" => vault.clone()).set(standing.shortfall.0 as f64);
        gauge!("settler_halted", "vault" => vault.clone()).set(if standing.halted.is_some() { 1.0 } else { 0.0 });
        if let Some((epoch, age)) = standing.serving {
            gauge!("settler_epoch", "vault" => vault.clone()).set(epoch.0 as f64);
            gauge!("settler_root_age_seconds", "vault" => vault).set(age as f64);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use tributary_core::position::Epoch;

    #[test]
    fn every_vault_has_its_lines_and_its_state() {
        let (short, halted) = (VaultId([1; 32]), VaultId([2; 32]));
        let standings = Standings::from([
            (short, Standing { halted: None, shortfall: BaseUnits(7), serving: Some((Epoch(3), 60)) }),
            (halted, Standing { halted: Some("books".into()), ..Standing::default() }),
        ]);
        let recorder = PrometheusBuilder::new().build_recorder();
        metrics::with_local_recorder(&recorder, || record(&standings));
        let text = recorder.handle().render();
        for line in [
            format!("settler_shortfall_base_units{{vault=\"{short}\"}} 7"),
            format!("settler_shortfall_base_units{{vault=\"{halted}\"}} 0"),
            format!("settler_halted{{vault=\"{halted}\"}} 1"),
            format!("settler_epoch{{vault=\"{short}\"}} 3"),
            format!("settler_root_age_seconds{{vault=\"{short}\"}} 60"),
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
        }
        let state = |vault| Told::of(vault, &standings[&vault]).state;
        assert_eq!((state(short), state(halted)), ("short", "halted"));
        assert_eq!(Told::of(short, &Standing::default()).state, "well");
    }
}
