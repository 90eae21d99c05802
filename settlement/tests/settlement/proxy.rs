//! A node between the settler and the real one that treats postings badly: it
//! drops, keeps, refuses or takes them back. Everything else passes unchanged.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What happens to transactions that are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing bad.
    None,
    /// Said to be accepted, and forgotten.
    Drop,
    /// Said to be accepted, and sent on when asked to.
    Keep,
    /// Refused.
    Reject,
    /// Landed on a fork: seen as confirmed until the fork is gone.
    Fork,
}

struct Inner {
    target: String,
    client: reqwest::Client,
    fault: Mutex<Fault>,
    /// Signatures of the transactions that were sent, in order, repetitions included.
    sent: Mutex<Vec<String>>,
    kept: Mutex<Vec<Value>>,
    /// What the fork makes of accounts.
    forked: Mutex<Vec<(String, Value)>>,
    /// The accounts a fork may change.
    watched: Mutex<Vec<String>>,
}

#[derive(Clone)]
pub struct Proxy {
    inner: Arc<Inner>,
    pub url: String,
}

impl Proxy {
    pub async fn start(target: &str) -> Self {
        let client = reqwest::Client::builder().timeout(Duration::from_secs(20)).build().unwrap();
        let inner = Arc::new(Inner {
            target: target.into(),
            client,
            fault: Mutex::new(Fault::None),
            sent: Mutex::default(),
            kept: Mutex::default(),
            forked: Mutex::default(),
            watched: Mutex::default(),
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(answer).with_state(inner.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { inner, url }
    }

    pub fn set(&self, fault: Fault) {
        *self.inner.fault.lock().unwrap() = fault;
    }

    /// Which accounts a fork shows as its transactions leave them.
    pub fn watch(&self, accounts: Vec<String>) {
        *self.inner.watched.lock().unwrap() = accounts;
    }

    /// The fork is gone.
    pub fn end_fork(&self) {
        self.set(Fault::None);
        self.inner.forked.lock().unwrap().clear();
    }

    /// Signatures sent so far, each once, in order.
    pub fn signatures(&self) -> Vec<String> {
        let mut seen: Vec<String> = Vec::new();
        for signature in self.inner.sent.lock().unwrap().iter() {
            if !seen.contains(signature) {
                seen.push(signature.clone());
            }
        }
        seen
    }

    pub fn has_kept(&self) -> bool {
        !self.inner.kept.lock().unwrap().is_empty()
    }

    /// Sends on what was kept.
    pub async fn release(&self) {
        self.set(Fault::None);
        let kept = std::mem::take(&mut *self.inner.kept.lock().unwrap());
        for request in kept {
            self.inner.forward(&request).await;
        }
    }
}

impl Inner {
    async fn forward(&self, request: &Value) -> Value {
        let answer = self.client.post(&self.target).json(request).send().await.unwrap();
        answer.json().await.unwrap()
    }

    /// Runs a transaction without landing it, and keeps what it makes of the watched accounts.
    async fn fork(&self, transaction: &Value) {
        let watched = self.watched.lock().unwrap().clone();
        let config = json!({
            "encoding": "base64",
            "commitment": "confirmed",
            "accounts": { "encoding": "base64", "addresses": watched },
        });
        let request =
            json!({"jsonrpc": "2.0", "id": 1, "method": "simulateTransaction", "params": [transaction, config]});
        let answer = self.forward(&request).await;
        let accounts = answer["result"]["value"]["accounts"].as_array().unwrap_or_else(|| panic!("{answer}")).clone();
        *self.forked.lock().unwrap() = watched.into_iter().zip(accounts).collect();
    }

    async fn one(&self, request: Value) -> Value {
        let fault = *self.fault.lock().unwrap();
        let result = |value: Value| json!({"jsonrpc": "2.0", "id": request["id"], "result": value});
        match request["method"].as_str() {
            Some("sendTransaction") => {
                let signature = signature_of(&request["params"][0]);
                self.sent.lock().unwrap().push(signature.clone());
                match fault {
                    Fault::None => self.forward(&request).await,
                    Fault::Drop => result(json!(signature)),
                    Fault::Keep => {
                        self.kept.lock().unwrap().push(request.clone());
                        result(json!(signature))
                    }
                    Fault::Reject => json!({
                        "jsonrpc": "2.0",
                        "id": request["id"],
                        "error": {"code": -32005, "message": "Node is behind"},
                    }),
                    Fault::Fork => {
                        self.fork(&request["params"][0]).await;
                        result(json!(signature))
                    }
                }
            }
            Some("getAccountInfo") => {
                let mut answer = self.forward(&request).await;
                let is_final = request["params"][1]["commitment"] == json!("finalized");
                let forked = self.forked.lock().unwrap();
                let found = forked.iter().find(|(address, _)| request["params"][0] == json!(address));
                if let Some((_, account)) = found.filter(|_| !is_final) {
                    answer["result"]["value"] = account.clone();
                }
                answer
            }
            _ => self.forward(&request).await,
        }
    }
}

/// The first signature of a transaction in base64.
fn signature_of(transaction: &Value) -> String {
    let bytes = BASE64_STANDARD.decode(transaction.as_str().unwrap()).unwrap();
    // A count of one, then the signature.
    let signature: [u8; 64] = bytes[1..65].try_into().unwrap();
    solana_sdk::signature::Signature::from(signature).to_string()
}

async fn answer(State(inner): State<Arc<Inner>>, body: Bytes) -> impl IntoResponse {
    let request: Value = serde_json::from_slice(&body).unwrap();
    let answer = inner.one(request).await;
    ([(CONTENT_TYPE, "application/json")], answer.to_string())
}
