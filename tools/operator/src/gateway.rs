//! A gateway's client: mandates and paid completions over HTTP.

use crate::mandate::SignedMandate;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::time::Duration;

/// The longest a gateway may take to answer.
const CALL_TIMEOUT: Duration = Duration::from_secs(60);
/// The longest answer that is read, in bytes.
const ANSWER_BYTES_MAX: usize = 4 << 20;

/// Why a gateway did not answer as asked.
#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    /// No connection.
    #[error("cannot reach the gateway at {url}: check --gateway (TRIBUTARY_GATEWAY) and that it runs")]
    Unreachable {
        /// Its address.
        url: String,
        /// Why.
        source: reqwest::Error,
    },
    /// It refused, and says why.
    #[error("the gateway refused ({status}): {}", problem.detail)]
    Refused {
        /// HTTP status.
        status: u16,
        /// Its reason.
        problem: Problem,
    },
    /// An answer that is none.
    #[error("the gateway's answer cannot be read: is {url} a Tributary gateway?")]
    Answer {
        /// Its address.
        url: String,
        /// Why.
        source: serde_json::Error,
    },
    /// More than anyone should send.
    #[error("the gateway's answer is longer than {ANSWER_BYTES_MAX} bytes")]
    TooLong,
}

/// A problem document (RFC 9457).
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Problem {
    /// A short name of the kind.
    pub title: String,
    /// What happened and what to do.
    pub detail: String,
    /// For programs.
    pub code: String,
    /// Whether the same request may succeed later.
    pub retryable: bool,
}

/// What a gateway gives for a mandate.
#[derive(Clone, Debug, Deserialize)]
pub struct Accepted {
    /// The mandate's identity.
    pub mandate_id: String,
    /// The key that spends under it. A secret.
    pub api_key: String,
}

/// A paid request.
#[derive(Clone, Debug, Serialize)]
pub struct CompletionRequest {
    /// The agent's name or asset.
    pub model: String,
    /// What to go on from.
    pub prompt: String,
    /// The most pieces to answer with.
    pub max_tokens: u32,
    /// The same seed gives the same answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
}

/// A gateway.
#[derive(Clone)]
pub struct GatewayClient {
    http: reqwest::Client,
    url: String,
}

impl GatewayClient {
    /// The gateway at a URL, such as `http://127.0.0.1:8080`.
    pub fn new(url: &str) -> Result<Self, GatewayError> {
        let url = url.trim_end_matches('/').to_owned();
        let http = reqwest::Client::builder()
            .timeout(CALL_TIMEOUT)
            .build()
            .map_err(|source| GatewayError::Unreachable { url: url.clone(), source })?;
        Ok(Self { http, url })
    }

    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Posts a mandate; the key it buys is shown once.
    pub async fn post_mandate(&self, mandate: &SignedMandate) -> Result<Accepted, GatewayError> {
        self.send(self.http.post(format!("{}/v1/mandates", self.url)).json(mandate)).await
    }

    /// Pays for a completion. The idempotency key makes a repetition free.
    pub async fn complete(
        &self,
        api_key: &str,
        idempotency_key: &str,
        request: &CompletionRequest,
    ) -> Result<Value, GatewayError> {
        let call = self.http.post(format!("{}/v1/completions", self.url)).bearer_auth(api_key);
        self.send(call.header("Idempotency-Key", idempotency_key).json(request)).await
    }

    /// What a key's payer can still spend.
    pub async fn credit(&self, api_key: &str) -> Result<Value, GatewayError> {
        self.send(self.http.get(format!("{}/v1/credit", self.url)).bearer_auth(api_key)).await
    }

    /// Its agents.
    pub async fn models(&self) -> Result<Value, GatewayError> {
        self.send(self.http.get(format!("{}/v1/models", self.url))).await
    }

    /// The vector files of its datasets, a thousand at most.
    pub async fn vectors(&self) -> Result<Value, GatewayError> {
        self.send(self.http.get(format!("{}/v1/vectors", self.url))).await
    }

    /// How it is.
    pub async fn health(&self) -> Result<Value, GatewayError> {
        self.send(self.http.get(format!("{}/health", self.url))).await
    }

    /// For calls that are described elsewhere in this crate.
    pub(crate) fn http(&self) -> &reqwest::Client {
        &self.http
    }

    pub(crate) async fn send<T: serde::de::DeserializeOwned>(
        &self,
        call: reqwest::RequestBuilder,
    ) -> Result<T, GatewayError> {
        let bytes = self.read(self.answer(call).await?).await?;
        serde_json::from_slice(&bytes).map_err(|source| GatewayError::Answer { url: self.url.clone(), source })
    }

    /// A call whose answer has no body.
    pub(crate) async fn send_for_nothing(&self, call: reqwest::RequestBuilder) -> Result<(), GatewayError> {
        self.answer(call).await.map(drop)
    }

    /// The answer's head, when it is not a refusal.
    pub(crate) async fn answer(&self, call: reqwest::RequestBuilder) -> Result<reqwest::Response, GatewayError> {
        let unreachable = |source| GatewayError::Unreachable { url: self.url.clone(), source };
        let response = call.send().await.map_err(unreachable)?;
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let bytes = self.read(response).await?;
        let mut problem: Problem = serde_json::from_slice(&bytes).unwrap_or_default();
        if problem.detail.is_empty() {
            problem.detail = status.canonical_reason().unwrap_or("no reason given").to_owned();
        }
        Err(GatewayError::Refused { status: status.as_u16(), problem })
    }

    async fn read(&self, mut response: reqwest::Response) -> Result<Vec<u8>, GatewayError> {
        let unreachable = |source| GatewayError::Unreachable { url: self.url.clone(), source };
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
            if bytes.len() + chunk.len() > ANSWER_BYTES_MAX {
                return Err(GatewayError::TooLong);
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }
}
