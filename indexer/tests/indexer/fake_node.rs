//! A Solana node in so far as the indexer uses one: JSON-RPC over HTTP, serving
//! a [`World`], in the encodings of the real thing.

use crate::cluster::{eventually, finalised};
use crate::world::{Entry, FINALITY, Fault, State, World, address};
use axum::Router;
use axum::extract::State as Shared;
use axum::http::StatusCode;
use axum::routing::post;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rand::seq::SliceRandom;
use serde_json::{Value, json};
use solana_sdk::pubkey::Pubkey;
use sqlx::PgPool;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::task::JoinHandle;
use tributary_client::pda;
use tributary_core::position::Slot;

pub struct FakeNode {
    pub world: Arc<World>,
    pub url: String,
    address: SocketAddr,
    manner: Arc<Mutex<Manner>>,
    task: JoinHandle<()>,
}

/// What is particular about one node of several.
#[derive(Clone, Copy, Default)]
pub struct Manner {
    /// It is so many slots behind.
    pub lag: u64,
    /// It changes the last byte of every event.
    pub forges: bool,
    /// It answers every request for a transaction with this error.
    pub refuses: Option<i64>,
    /// It follows another chain.
    pub other_chain: bool,
}

pub fn genesis() -> Pubkey {
    address("genesis")
}

impl FakeNode {
    pub async fn start(world: World) -> Self {
        Self::of(Arc::new(world), Manner::default()).await
    }

    /// Another node of the same chain.
    pub async fn beside(&self, manner: Manner) -> Self {
        Self::of(self.world.clone(), manner).await
    }

    async fn of(world: Arc<World>, manner: Manner) -> Self {
        let manner = Arc::new(Mutex::new(manner));
        let (address, task) = serve(world.clone(), manner.clone(), SocketAddr::from(([127, 0, 0, 1], 0))).await;
        Self { world, url: format!("http://{address}"), address, manner, task }
    }

    /// From now on.
    pub fn behave(&self, manner: Manner) {
        *self.manner.lock().unwrap() = manner;
    }

    /// Lets slots pass until everything up to one of them is final in a database.
    pub async fn until_final(&self, pool: &PgPool, slot: Slot) {
        eventually(&format!("everything up to slot {slot} to be final"), async || {
            self.world.pass(1);
            finalised(pool).await >= slot
        })
        .await;
    }

    /// Takes it off the network.
    pub async fn stop(&mut self) {
        self.task.abort();
        while !self.task.is_finished() {
            tokio::task::yield_now().await;
        }
    }

    /// Puts it back on the same port.
    pub async fn resume(&mut self) {
        (_, self.task) = serve(self.world.clone(), self.manner.clone(), self.address).await;
    }
}

impl Drop for FakeNode {
    fn drop(&mut self) {
        self.task.abort();
    }
}

type Shares = (Arc<World>, Arc<Mutex<Manner>>);

async fn serve(world: Arc<World>, manner: Arc<Mutex<Manner>>, address: SocketAddr) -> (SocketAddr, JoinHandle<()>) {
    let listener = tokio::net::TcpListener::bind(address).await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().route("/", post(answer)).with_state((world, manner));
    (address, tokio::spawn(async move { axum::serve(listener, router).await.unwrap() }))
}

async fn answer(
    Shared((world, manner)): Shared<Shares>,
    axum::Json(request): axum::Json<Value>,
) -> Result<axum::Json<Value>, StatusCode> {
    let method = request["method"].as_str().unwrap();
    let params = &request["params"];
    let manner = *manner.lock().unwrap();
    let (fault, result) = world.with(|state| {
        let fault = match manner.refuses {
            Some(code) if method == "getTransaction" => Some(Fault::Code(code)),
            _ => state.fault_of(method),
        };
        let confirmed = state.confirmed;
        state.confirmed = confirmed.saturating_sub(manner.lag).max(FINALITY);
        let mut result = result(state, method, params, fault);
        state.confirmed = confirmed;
        if let Ok(answer) = &mut result {
            manner.bend(method, answer);
        }
        (fault, result)
    });
    let id = &request["id"];
    match (fault, result) {
        (Some(Fault::Broken), _) => Err(StatusCode::INTERNAL_SERVER_ERROR),
        (_, Err((code, message))) => {
            Ok(axum::Json(json!({ "jsonrpc": "2.0", "id": id, "error": { "code": code, "message": message } })))
        }
        (_, Ok(result)) => Ok(axum::Json(json!({ "jsonrpc": "2.0", "id": id, "result": result }))),
    }
}

impl Manner {
    fn bend(self, method: &str, answer: &mut Value) {
        if self.other_chain && method == "getGenesisHash" {
            *answer = json!(address("another genesis").to_string());
        }
        if self.forges && method == "getTransaction" && answer.is_object() {
            for instruction in answer["meta"]["innerInstructions"][0]["instructions"].as_array_mut().unwrap() {
                let mut data = bs58::decode(instruction["data"].as_str().unwrap()).into_vec().unwrap();
                *data.last_mut().unwrap() ^= 1;
                instruction["data"] = json!(bs58::encode(data).into_string());
            }
        }
    }
}

fn result(state: &mut State, method: &str, params: &Value, fault: Option<Fault>) -> Result<Value, (i64, String)> {
    match fault {
        Some(Fault::Code(code)) => return Err((code, format!("fault {code}"))),
        Some(Fault::Null) => return Ok(Value::Null),
        Some(Fault::Empty) => return Ok(json!([])),
        _ => {}
    }
    match method {
        "getGenesisHash" => Ok(json!(genesis().to_string())),
        "getSlot" => {
            Ok(json!(if params[0]["commitment"] == "finalized" { state.finalised() } else { state.confirmed }))
        }
        "getFirstAvailableBlock" => Ok(json!(0)),
        "getVersion" => Ok(json!({ "solana-core": "3.0.0" })),
        "getMultipleAccounts" => {
            let accounts: Vec<Value> = params[0].as_array().unwrap().iter().map(|key| account(state, key)).collect();
            Ok(json!({ "context": { "slot": state.finalised() }, "value": accounts }))
        }
        "getSignaturesForAddress" => list(state, params, fault),
        "getTransaction" => {
            let signature = params[0].as_str().unwrap();
            let entry = state.entries.iter().find(|entry| entry.signature.to_string() == signature);
            Ok(entry.map_or(Value::Null, |entry| transaction(entry, matches!(fault, Some(Fault::Garbage)))))
        }
        other => Err((-32_601, format!("method {other} not found"))),
    }
}

/// A stream's account: a discriminator, a version, and its sequence at byte 16.
fn account(state: &State, key: &Value) -> Value {
    let key: Pubkey = key.as_str().unwrap().parse().unwrap();
    let Some(head) = state.head(&key) else { return Value::Null };
    let (name, owner) = if key == pda::shard(0) {
        ("Shard", pda::REGISTRY)
    } else if key == pda::rewards_config() {
        ("Config", pda::REWARDS)
    } else {
        ("Vault", pda::REWARDS)
    };
    let mut data = vec![0; 700];
    data[..8].copy_from_slice(&tributary_core::hash::sha256(&[format!("account:{name}").as_bytes()])[..8]);
    data[8] = if owner == pda::REWARDS { 2 } else { 1 };
    data[16..24].copy_from_slice(&head.to_le_bytes());
    json!({
        "lamports": 1, "owner": owner.to_string(), "executable": false, "rentEpoch": 0, "space": data.len(),
        "data": [STANDARD.encode(data), "base64"],
    })
}

fn list(state: &mut State, params: &Value, fault: Option<Fault>) -> Result<Value, (i64, String)> {
    let key: Pubkey = params[0].as_str().unwrap().parse().unwrap();
    let options = &params[1];
    if options["minContextSlot"].as_u64().is_some_and(|slot| slot > state.confirmed) {
        return Err((-32_016, "Minimum context slot has not been reached".to_owned()));
    }
    let of_program = key == pda::REGISTRY || key == pda::REWARDS;
    let mut lines: Vec<Entry> = state
        .entries
        .iter()
        .filter(|entry| entry.mentions.contains(&key) && !entry.hidden && !(of_program && entry.hidden_from_programs))
        .cloned()
        .collect();
    lines.sort_by_key(|entry| std::cmp::Reverse(entry.slot));
    if matches!(fault, Some(Fault::Shuffled)) {
        lines.shuffle(&mut state.random);
        lines.sort_by_key(|entry| std::cmp::Reverse(entry.slot));
    }
    let place = |lines: &[Entry], name: &str| {
        let wanted = options[name].as_str()?;
        lines.iter().position(|entry| entry.signature.to_string() == wanted)
    };
    // What a node does not know does not bound its answer.
    if let Some(until) = place(&lines, "until") {
        lines.truncate(until);
    }
    if let Some(before) = place(&lines, "before") {
        lines.drain(..=before);
    }
    lines.truncate(options["limit"].as_u64().unwrap_or(1_000) as usize);
    match fault {
        Some(Fault::Doubled) if lines.len() < 500 => {
            lines = lines.iter().flat_map(|line| [line.clone(), line.clone()]).collect();
        }
        Some(Fault::Forgotten) if !lines.is_empty() => {
            let forgotten = rand::Rng::random_range(&mut state.random, 0..lines.len());
            lines.remove(forgotten);
        }
        _ => {}
    }
    let lines: Vec<Value> = lines
        .iter()
        .map(|entry| {
            json!({
                "signature": entry.signature.to_string(), "slot": entry.slot, "memo": null, "blockTime": entry.slot,
                "err": if entry.failed { json!({ "InstructionError": [0, { "Custom": 1 }] }) } else { Value::Null },
                "confirmationStatus": if entry.slot <= state.finalised() { "finalized" } else { "confirmed" },
            })
        })
        .collect();
    Ok(json!(lines))
}

/// The transaction calls the rewards program once; its events are that call's
/// inner instructions, and all event authorities come from a lookup table.
fn transaction(entry: &Entry, garbage: bool) -> Value {
    let keys = [address("payer"), pda::REWARDS, pda::REGISTRY];
    let loaded = [pda::registry_event_authority(), pda::rewards_event_authority(), address("forger")];
    let all: Vec<Pubkey> = keys.iter().chain(&loaded).copied().collect();
    let index = |key: &Pubkey| all.iter().position(|known| known == key).unwrap() as u8;
    let mut wire = vec![1];
    wire.extend(entry.signature.as_ref());
    wire.extend([0x80, 1, 0, 2, 3]);
    keys.iter().for_each(|key| wire.extend(key.as_ref()));
    wire.extend([5; 32]);
    // One instruction: program 1, no accounts, no data.
    wire.extend([1, 1, 0, 0]);
    // One lookup table: one writable address, two others.
    wire.push(1);
    wire.extend(address("table").as_ref());
    wire.extend([1, 0, 2, 1, 2]);
    if garbage {
        wire.truncate(40);
    }
    let inner: Vec<Value> = entry
        .events
        .iter()
        .map(|sent| {
            json!({
                "programIdIndex": index(&sent.program), "accounts": [index(&sent.authority)],
                "data": bs58::encode(&sent.data).into_string(), "stackHeight": 2,
            })
        })
        .collect();
    let error = if entry.failed { json!({ "InstructionError": [0, { "Custom": 1 }] }) } else { Value::Null };
    let status = if entry.failed { json!({ "Err": error }) } else { json!({ "Ok": null }) };
    json!({
        "slot": entry.slot, "blockTime": entry.slot, "version": 0,
        "transaction": [STANDARD.encode(wire), "base64"],
        "meta": {
            "err": error, "status": status, "fee": 5000, "preBalances": [], "postBalances": [],
            "innerInstructions": [{ "index": 0, "instructions": inner }],
            "logMessages": ["Log truncated"], "preTokenBalances": [], "postTokenBalances": [], "rewards": [],
            "loadedAddresses": {
                "writable": [loaded[0].to_string()],
                "readonly": [loaded[1].to_string(), loaded[2].to_string()],
            },
        },
    })
}
