//! How the API is asked: addresses, keys, time limits, and trying again.

use crate::error::ApiError;
use crate::types::Problem;
use backon::{ExponentialBuilder, Retryable};
use reqwest_tls::header::RETRY_AFTER;
use reqwest_tls::{Method, RequestBuilder, Response, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt;
use std::time::Duration;

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(5);
/// How long a call may take with its answer.
const WHOLE: Duration = Duration::from_secs(15);
/// How long nothing may come of an answer: streams say that they live every few seconds.
const SILENCE: Duration = Duration::from_secs(60);
/// No answer but a file is longer, in bytes.
pub(crate) const ANSWER_BYTES_MAX: usize = 16 << 20;
/// How often a call is made at most.
const ATTEMPTS: usize = 4;
/// The first wait between two, the longest one of ours, and the longest one that is
/// obeyed.
const WAITS: [Duration; 3] = [Duration::from_millis(200), Duration::from_secs(3), Duration::from_secs(30)];

/// An API, and who asks it.
#[derive(Clone)]
pub struct Client {
    http: reqwest_tls::Client,
    pub(crate) url: Url,
    key: Option<String>,
    min_slot: Option<u64>,
}

/// Without its key.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("url", &self.url.as_str()).finish_non_exhaustive()
    }
}

impl Client {
    /// The API at an address, such as `https://api.example.com`.
    pub fn new(url: &str) -> Result<Self, ApiError> {
        let parsed = Url::parse(url).ok().filter(|parsed| matches!(parsed.scheme(), "http" | "https"));
        let parsed = parsed.ok_or_else(|| ApiError::Url(url.to_owned()))?;
        let http = reqwest_tls::Client::builder().connect_timeout(CONNECT).read_timeout(SILENCE).build();
        let http = http.map_err(ApiError::Client)?;
        Ok(Self { http, url: parsed, key: None, min_slot: None })
    }

    /// The same with an API key, or the token of a session.
    pub fn with_key(self, key: impl Into<String>) -> Self {
        Self { key: Some(key.into()), ..self }
    }

    /// The same for answers that account for a slot at least, such as that of one's
    /// own transaction: the API waits a little for it.
    pub fn at_least(self, slot: u64) -> Self {
        Self { min_slot: Some(slot), ..self }
    }

    /// Its address.
    pub fn url(&self) -> &str {
        self.url.as_str()
    }

    /// A call; each segment of the path is escaped.
    pub(crate) fn call(&self, method: Method, segments: &[&str]) -> Call<'_> {
        let mut url = self.url.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        if let Some(slot) = self.min_slot.filter(|_| method == Method::GET) {
            url.query_pairs_mut().append_pair("min_slot", &slot.to_string());
        }
        let is_repeatable = method == Method::GET || method == Method::DELETE;
        Call { client: self, method, url, body: None, headers: Vec::new(), is_repeatable, limit: Some(WHOLE) }
    }
}

/// A call that is being put together.
pub(crate) struct Call<'a> {
    client: &'a Client,
    method: Method,
    url: Url,
    body: Option<Vec<u8>>,
    headers: Vec<(&'static str, String)>,
    /// Whether it may be made again.
    is_repeatable: bool,
    limit: Option<Duration>,
}

impl Call<'_> {
    /// With a parameter.
    pub(crate) fn with(mut self, name: &str, value: String) -> Self {
        self.url.query_pairs_mut().append_pair(name, &value);
        self
    }

    /// With parameters.
    pub(crate) fn with_all(self, pairs: Vec<(&'static str, String)>) -> Self {
        pairs.into_iter().fold(self, |call, (name, value)| call.with(name, value))
    }

    /// With a header.
    pub(crate) fn header(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    /// With a body.
    pub(crate) fn body(mut self, body: &impl Serialize) -> Result<Self, ApiError> {
        self.body = Some(serde_json::to_vec(body).map_err(ApiError::Request)?);
        Ok(self)
    }

    /// Done once however often it is made.
    pub(crate) fn idempotent(mut self, key: &str) -> Self {
        self.is_repeatable = true;
        self.header("idempotency-key", key.to_owned())
    }

    /// For an answer that goes on.
    pub(crate) fn without_limit(mut self) -> Self {
        self.limit = None;
        self
    }

    fn request(&self) -> RequestBuilder {
        let mut request = self.client.http.request(self.method.clone(), self.url.clone());
        if let Some(key) = &self.client.key {
            request = request.bearer_auth(key);
        }
        if let Some(limit) = self.limit {
            request = request.timeout(limit);
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        match &self.body {
            Some(body) => request.header("content-type", "application/json").body(body.clone()),
            None => request,
        }
    }

    fn place(&self) -> String {
        self.client.url.to_string()
    }

    fn unreachable(&self) -> impl Fn(reqwest_tls::Error) -> ApiError {
        let url = self.place();
        move |source| ApiError::Unreachable { url: url.clone(), source: source.without_url() }
    }

    /// A good answer's head.
    async fn once(&self) -> Result<Response, ApiError> {
        let response = self.request().send().await.map_err(self.unreachable())?;
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let waits = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
        let body = self.read(response, ANSWER_BYTES_MAX).await?;
        Err(match serde_json::from_slice::<Problem>(&body) {
            Ok(problem) => {
                ApiError::Problem { problem: Box::new(problem), retry_after: waits.map(Duration::from_secs) }
            }
            Err(_) => ApiError::Status { url: self.place(), status: status.as_u16() },
        })
    }

    async fn read(&self, mut response: Response, most: usize) -> Result<Vec<u8>, ApiError> {
        let mut body = Vec::new();
        while let Some(piece) = response.chunk().await.map_err(self.unreachable())? {
            if body.len() + piece.len() > most {
                return Err(ApiError::TooLong { url: self.place(), most });
            }
            body.extend_from_slice(&piece);
        }
        Ok(body)
    }

    async fn again<T>(&self, once: impl AsyncFn() -> Result<T, ApiError>) -> Result<T, ApiError> {
        let attempts = if self.is_repeatable { ATTEMPTS } else { 1 };
        let [first, longest, most] = WAITS;
        let waits = ExponentialBuilder::default()
            .with_min_delay(first)
            .with_max_delay(longest)
            .with_max_times(attempts - 1)
            .with_jitter();
        (async || once().await)
            .retry(waits)
            .when(|error| error.is_retryable() && error.retry_after().is_none_or(|wait| wait <= most))
            .adjust(|error, wait| wait.map(|wait| error.retry_after().unwrap_or(wait).max(wait)))
            .await
    }

    /// Makes it; whoever reads the answer reads it as it comes.
    pub(crate) async fn open(&self) -> Result<Response, ApiError> {
        self.again(async || self.once().await).await
    }

    /// Makes it; the answer's bytes.
    pub(crate) async fn bytes(&self, most: usize) -> Result<Vec<u8>, ApiError> {
        self.again(async || self.read(self.once().await?, most).await).await
    }

    /// Makes it for JSON.
    pub(crate) async fn send<T: DeserializeOwned>(self) -> Result<T, ApiError> {
        let body = self.bytes(ANSWER_BYTES_MAX).await?;
        serde_json::from_slice(&body).map_err(|source| ApiError::Answer { url: self.place(), source })
    }

    /// Makes it for a text.
    pub(crate) async fn send_for_text(self) -> Result<String, ApiError> {
        let body = self.bytes(ANSWER_BYTES_MAX).await?;
        Ok(String::from_utf8_lossy(&body).into_owned())
    }

    /// Makes it for an answer without a body.
    pub(crate) async fn send_for_nothing(self) -> Result<(), ApiError> {
        self.bytes(ANSWER_BYTES_MAX).await.map(drop)
    }
}
