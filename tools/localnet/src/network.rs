//! A running network: Surfpool with the programs, the mint and the cast.

use crate::cast::{self, Member};
use crate::error::LocalnetError;
use crate::forward::Bound;
use crate::program::Program;
use crate::{cheat, keys, mint};
use serde_json::json;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;
use surfpool_sdk::{BlockProductionMode, RpcClient, SimnetCommand, Surfnet};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Lamports of the governor, which sets the programs up: 1,000 SOL.
const GOVERNOR_LAMPORTS: u64 = 1_000_000_000_000;
/// What holds the engine's profiler off, for as long as it runs.
const UNPROFILED: &str = "unprofiled";
/// How often the parent is looked after.
const PARENT_CHECK: Duration = Duration::from_millis(500);

/// What to start.
pub struct Plan {
    /// To deploy.
    pub programs: Vec<Program>,
    /// To fund.
    pub cast: Vec<Member>,
    /// Milliseconds between two slots.
    pub slot_ms: u64,
    /// Of JSON-RPC; 0 for any.
    pub port: u16,
    /// Of the WebSocket; 0 for any.
    pub ws_port: u16,
}

/// What others need to know, as the ready file has it.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Ready {
    /// JSON-RPC.
    pub rpc_url: String,
    /// WebSocket.
    pub ws_url: String,
    /// The cluster's genesis hash.
    pub genesis: String,
    /// The test mint.
    pub mint: String,
    /// Its token program.
    pub token_program: String,
    /// Its decimals.
    pub decimals: u8,
    /// Upgrade authority of both programs, mint authority of the test mint.
    pub governor: String,
    /// Milliseconds between two slots.
    pub slot_ms: u64,
    /// By name.
    pub programs: BTreeMap<&'static str, Deployed>,
}

/// A deployed program.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Deployed {
    /// Its address.
    pub id: String,
    /// SHA-256 of its .so.
    pub sha256: String,
}

/// A running network. Dropping it stops it as well.
pub struct Network {
    surfnet: Surfnet,
    ready: Ready,
}

impl Network {
    /// Starts, deploys and funds.
    pub async fn start(plan: &Plan) -> Result<Self, LocalnetError> {
        let supply = cast::supply(&plan.cast)?;
        let port = Bound::take(plan.port, "--port").await?;
        let ws_port = Bound::take(plan.ws_port, "--ws-port").await?;
        let surfnet = Surfnet::builder()
            .offline(true)
            .block_production_mode(BlockProductionMode::Clock)
            .slot_time_ms(plan.slot_ms)
            .start()
            .await
            .map_err(Box::new)?;
        // The engine executes each transaction once more per instruction for a profile that nobody
        // here reads, but not while what it calls a runbook runs: no other switch reaches it.
        surfnet
            .send_command(SimnetCommand::StartRunbookExecution(UNPROFILED.to_owned()))
            .map_err(|error| LocalnetError::Engine(Box::new(error)))?;
        let rpc_url = forwarded(port, surfnet.rpc_url(), "http://");
        let ws_url = forwarded(ws_port, surfnet.ws_url(), "ws://");
        let rpc = cheat::client(surfnet.rpc_url());
        let ready = Ready {
            rpc_url,
            ws_url,
            genesis: rpc.get_genesis_hash().map_err(cheat::rpc_error("getGenesisHash"))?.to_string(),
            mint: keys::mint().to_string(),
            token_program: mint::TOKEN_PROGRAM.to_string(),
            decimals: mint::DECIMALS,
            governor: keys::governor().to_string(),
            slot_ms: plan.slot_ms,
            programs: plan
                .programs
                .iter()
                .map(|program| (program.name(), Deployed { id: program.id().to_string(), sha256: program.sha256() }))
                .collect(),
        };
        furnish(&rpc, plan, supply)?;
        Ok(Self { surfnet, ready })
    }

    /// What others need to know.
    pub fn ready(&self) -> &Ready {
        &self.ready
    }

    /// Writes that to a file which is either whole or not there.
    pub fn write_ready(&self, path: &Path) -> Result<(), LocalnetError> {
        let write_error = |source| LocalnetError::File { action: "write", path: path.to_owned(), source };
        let temporary = path.with_extension(format!("{}.tmp", std::process::id()));
        let bytes = serde_json::to_vec_pretty(&self.ready).map_err(|error| write_error(error.into()))?;
        std::fs::write(&temporary, bytes).map_err(write_error)?;
        std::fs::rename(&temporary, path).map_err(write_error)
    }

    /// Closes both endpoints and waits for it.
    pub fn stop(&mut self) -> Result<(), LocalnetError> {
        self.surfnet.stop().map_err(|error| LocalnetError::Engine(Box::new(error)))
    }
}

/// Programs first: a network that answers for the cast has them already.
fn furnish(rpc: &RpcClient, plan: &Plan, supply: u64) -> Result<(), LocalnetError> {
    for program in &plan.programs {
        program.deploy(rpc)?;
    }
    mint::create(rpc, supply)?;
    cheat::set_account(rpc, &keys::governor(), json!({ "lamports": GOVERNOR_LAMPORTS }))?;
    for member in &plan.cast {
        cheat::set_account(rpc, &member.address, json!({ "lamports": member.lamports }))?;
        if member.tokens > 0 {
            cheat::set_tokens(rpc, &member.address, &keys::mint(), member.tokens)?;
        }
    }
    Ok(())
}

/// The URL to tell others: of the fixed port when there is one, else the engine's own.
fn forwarded(bound: Option<Bound>, own: &str, scheme: &str) -> String {
    let target = own.strip_prefix(scheme).and_then(|address| address.parse::<SocketAddr>().ok());
    match (bound, target) {
        (Some(bound), Some(target)) => {
            let port = bound.port();
            bound.serve(target);
            format!("{scheme}127.0.0.1:{port}")
        }
        _ => own.to_owned(),
    }
}

/// Ctrl-C, SIGTERM, and the parent's end when asked to.
pub struct EndSignal {
    interrupt: Signal,
    terminate: Signal,
    parent: Option<u32>,
}

impl EndSignal {
    /// Listens from now on.
    pub fn listen(with_parent: bool) -> Result<Self, LocalnetError> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt()).map_err(LocalnetError::Signal)?,
            terminate: signal(SignalKind::terminate()).map_err(LocalnetError::Signal)?,
            parent: with_parent.then(std::os::unix::process::parent_id),
        })
    }

    /// Returns when it is time to end.
    pub async fn wait(mut self) {
        let orphaned = async {
            match self.parent {
                // An orphan is handed to another process.
                Some(parent) => {
                    while std::os::unix::process::parent_id() == parent {
                        tokio::time::sleep(PARENT_CHECK).await;
                    }
                }
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            () = orphaned => {}
        }
    }
}
