//! Asking an upstream: bounded in time and size, asked again only while nothing
//! of an answer was heard, and always under the same idempotency key.

use super::config::Upstream;
use super::said::Said;
use super::sse::Events;
use super::{ANSWER_BYTES_MAX, UpstreamError};
use crate::backoff::Backoff;
use crate::completion::{Form, Line};
use crate::sessions::Turn;
use axum::body::Bytes;
use reqwest_tls::{Certificate, Client, Response, redirect};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::time::Duration;
use tributary_core::id::RequestId;

/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(5);
/// How often an upstream is asked.
const ATTEMPTS: u32 = 3;
/// What is read of a refusal, in bytes.
const REFUSAL_BYTES_MAX: usize = 16 * 1024;
/// What is read of embeddings, in bytes: a few hundred texts.
const EMBEDDINGS_BYTES_MAX: usize = 8 << 20;
/// The end of a stream.
const DONE: &str = "[DONE]";

/// Asks upstreams.
#[derive(Clone, Debug)]
pub struct UpstreamClient(Client);

/// What to ask.
#[derive(Debug)]
pub struct Question<'a> {
    /// The shape.
    pub form: Form,
    /// The caller's own body.
    pub body: &'a Map<String, Value>,
    /// Put before the prompt, or said by the system.
    pub prefix: &'a str,
    /// What the agent remembers of the session: told before the question, as it was
    /// said.
    pub memory: &'a [Turn],
    /// What other agents said to the question: told like the prefix, after it.
    pub said: &'a [Line],
    /// The most tokens to answer with.
    pub max_tokens: u32,
    /// Whose answer this is: the upstream's idempotency key.
    pub request: RequestId,
}

/// An answer as it was sent, and what it says.
#[derive(Debug)]
pub struct Whole {
    /// What it says.
    pub said: Said,
    /// Its JSON.
    pub raw: String,
}

/// An answer that is being streamed.
#[derive(Debug)]
pub struct Streamed {
    response: Response,
    events: Events,
    form: Form,
    idle: Duration,
    said: Said,
    bytes: usize,
    ended: bool,
}

/// A part of a stream.
#[derive(Debug)]
pub struct Part {
    /// Its bytes, as they were sent.
    pub bytes: Bytes,
    /// Whether it holds nothing but counts, which not every caller asks for.
    pub only_counts: bool,
}

/// A pool of connections to servers that the well-known authorities vouch for, or
/// only the one whose certificates are given, in PEM.
pub(super) fn connector(authority: Option<&[u8]>) -> Result<Client, reqwest_tls::Error> {
    let client = Client::builder()
        .connect_timeout(CONNECT)
        .no_proxy()
        // The operator named a server, not wherever that one points to.
        .redirect(redirect::Policy::none());
    let Some(authority) = authority else { return client.build() };
    let certificates = Certificate::from_pem_bundle(authority)?;
    let client = client.tls_built_in_root_certs(false);
    certificates.into_iter().fold(client, |client, one| client.add_root_certificate(one)).build()
}

impl UpstreamClient {
    /// A client with a pool of connections.
    pub fn new() -> Result<Self, UpstreamError> {
        connector(None).map(Self).map_err(UpstreamError::Unreachable)
    }

    fn of<'a>(&'a self, upstream: &'a Upstream) -> &'a Client {
        upstream.client.as_ref().unwrap_or(&self.0)
    }

    /// Asks for a whole answer.
    pub async fn whole(&self, upstream: &Upstream, question: &Question<'_>) -> Result<Whole, UpstreamError> {
        let response = self.ask(upstream, question, false).await?;
        let raw = read(response, ANSWER_BYTES_MAX, upstream.idle).await?;
        let said = Said::whole(question.form, &raw)?;
        let raw = String::from_utf8(raw).map_err(|_| UpstreamError::Events(super::sse::EventError::Utf8))?;
        Ok(Whole { said, raw })
    }

    /// Asks for a stream. It has begun when this returns.
    pub async fn stream(&self, upstream: &Upstream, question: &Question<'_>) -> Result<Streamed, UpstreamError> {
        let response = self.ask(upstream, question, true).await?;
        Ok(Streamed {
            response,
            events: Events::new(ANSWER_BYTES_MAX),
            form: question.form,
            idle: upstream.idle,
            said: Said::default(),
            bytes: 0,
            ended: false,
        })
    }

    /// The places of texts in the space of meanings, in their order.
    pub async fn embed(&self, upstream: &Upstream, texts: &[&str]) -> Result<Vec<Vec<f32>>, UpstreamError> {
        let body = json!({"model": upstream.served_as, "input": texts, "encoding_format": "float"});
        let mut call = self.of(upstream).post(format!("{}/embeddings", upstream.url)).json(&body);
        if let Some(key) = &upstream.key {
            call = call.bearer_auth(key);
        }
        let late = |_| UpstreamError::TimedOut(upstream.idle.as_secs());
        let response = tokio::time::timeout(upstream.idle, call.send()).await.map_err(late)?;
        let response = response.map_err(UpstreamError::Unreachable)?;
        if !response.status().is_success() {
            return Err(refusal(response, upstream.idle).await);
        }
        let body = read(response, EMBEDDINGS_BYTES_MAX, upstream.idle).await?;
        let given: Embeddings = serde_json::from_slice(&body).map_err(UpstreamError::Form)?;
        if given.data.len() != texts.len() {
            return Err(UpstreamError::Cut);
        }
        Ok(given.data.into_iter().map(|given| given.embedding).collect())
    }

    async fn ask(&self, upstream: &Upstream, question: &Question<'_>, stream: bool) -> Result<Response, UpstreamError> {
        let path = match question.form {
            Form::Text => "completions",
            Form::Chat => "chat/completions",
            Form::Embedding => "embeddings",
        };
        let url = format!("{}/{path}", upstream.url);
        let body = question.to_json(upstream, stream);
        let mut backoff = Backoff::default();
        let mut attempt = 1;
        loop {
            let mut call =
                self.of(upstream).post(&url).json(&body).header("Idempotency-Key", question.request.to_string());
            if let Some(key) = &upstream.key {
                call = call.bearer_auth(key);
            }
            let heard = match tokio::time::timeout(upstream.idle, call.send()).await {
                // Perhaps it computes: asking again would make it do so twice.
                Err(_) => return Err(UpstreamError::TimedOut(upstream.idle.as_secs())),
                Ok(Ok(response)) if response.status().is_success() => return Ok(response),
                Ok(Ok(response)) => refusal(response, upstream.idle).await,
                Ok(Err(error)) => UpstreamError::Unreachable(error),
            };
            let may_pass = matches!(heard, UpstreamError::Unreachable(_) | UpstreamError::Failed(_));
            if !may_pass || attempt == ATTEMPTS {
                return Err(heard);
            }
            attempt += 1;
            backoff.wait().await;
        }
    }
}

impl Question<'_> {
    /// The caller's body, as far as it concerns us changed to what was reserved.
    fn to_json(&self, upstream: &Upstream, stream: bool) -> Map<String, Value> {
        let mut body = self.body.clone();
        body.insert("model".into(), upstream.served_as.as_str().into());
        if self.form == Form::Embedding {
            return body;
        }
        // The names differ from server to server; the caller knows which it is.
        let limit = if body.contains_key("max_completion_tokens") { "max_completion_tokens" } else { "max_tokens" };
        body.insert(limit.into(), self.max_tokens.into());
        body.insert("stream".into(), stream.into());
        if stream {
            let options = body.entry("stream_options").or_insert_with(|| json!({}));
            if let Some(options) = options.as_object_mut() {
                options.insert("include_usage".into(), true.into());
            }
        } else {
            body.remove("stream_options");
        }
        self.put_before(&mut body);
        body
    }

    /// Puts before the question what the agent's record and other agents say.
    fn put_before(&self, body: &mut Map<String, Value>) {
        let lines = self.said.iter().map(|line| format!("{} says: {}", line.name, line.text));
        match self.form {
            Form::Embedding => {}
            Form::Text => {
                if let Some(prompt) = body.get_mut("prompt") {
                    let asked = prompt.as_str().or_else(|| prompt[0].as_str()).unwrap_or_default();
                    let lines: String = lines.map(|line| line + "\n").collect();
                    let turn = |turn: &Turn| format!("{}{}\n", turn.asked, turn.answered);
                    let memory: String = self.memory.iter().map(turn).collect();
                    *prompt = format!("{}{lines}{memory}{asked}", self.prefix).into();
                }
            }
            Form::Chat => {
                if let Some(messages) = body.get_mut("messages").and_then(Value::as_array_mut) {
                    let prefix = Some(self.prefix.to_owned()).filter(|prefix| !prefix.is_empty());
                    let system = prefix.into_iter().chain(lines);
                    let system = system.map(|text| json!({"role": "system", "content": text}));
                    let memory = self.memory.iter().flat_map(|turn| {
                        let role = |role: &str, content: &str| json!({"role": role, "content": content});
                        [role("user", &turn.asked), role("assistant", &turn.answered)]
                    });
                    messages.splice(0..0, system.chain(memory));
                }
            }
        }
    }
}

impl Streamed {
    /// The next part to pass on; `None` when the answer is complete.
    pub async fn next(&mut self) -> Result<Option<Part>, UpstreamError> {
        loop {
            let event = match self.events.next_event()? {
                Some(event) => event,
                None if self.ended => return self.complete(),
                None => match self.receive().await? {
                    true => continue,
                    false => {
                        self.ended = true;
                        let events = std::mem::replace(&mut self.events, Events::new(ANSWER_BYTES_MAX));
                        match events.last()? {
                            Some(event) => event,
                            None => return self.complete(),
                        }
                    }
                },
            };
            if event.data == DONE {
                return self.complete();
            }
            let only_counts = self.said.event(self.form, &event.data)?;
            return Ok(Some(Part { bytes: event.bytes, only_counts }));
        }
    }

    async fn receive(&mut self) -> Result<bool, UpstreamError> {
        let chunk = tokio::time::timeout(self.idle, self.response.chunk())
            .await
            .map_err(|_| UpstreamError::TimedOut(self.idle.as_secs()))?
            .map_err(UpstreamError::Unreachable)?;
        let Some(chunk) = chunk else { return Ok(false) };
        self.bytes += chunk.len();
        if self.bytes > ANSWER_BYTES_MAX {
            return Err(UpstreamError::TooLong);
        }
        self.events.push(&chunk);
        Ok(true)
    }

    /// A stream that ends before its answer does is not an answer.
    fn complete(&self) -> Result<Option<Part>, UpstreamError> {
        if self.said.finish_reason.is_some() { Ok(None) } else { Err(UpstreamError::Cut) }
    }

    /// What was said.
    pub fn said(self) -> Said {
        self.said
    }
}

async fn read(mut response: Response, most: usize, idle: Duration) -> Result<Vec<u8>, UpstreamError> {
    let mut bytes = Vec::new();
    loop {
        let chunk = tokio::time::timeout(idle, response.chunk())
            .await
            .map_err(|_| UpstreamError::TimedOut(idle.as_secs()))?
            .map_err(UpstreamError::Unreachable)?;
        let Some(chunk) = chunk else { return Ok(bytes) };
        if bytes.len() + chunk.len() > most {
            return Err(UpstreamError::TooLong);
        }
        bytes.extend_from_slice(&chunk);
    }
}

#[derive(Deserialize)]
struct Embeddings {
    data: Vec<Given>,
}

#[derive(Deserialize)]
struct Given {
    embedding: Vec<f32>,
}

#[derive(Deserialize)]
struct Refusal {
    error: Reason,
}

#[derive(Deserialize)]
struct Reason {
    message: String,
}

async fn refusal(response: Response, idle: Duration) -> UpstreamError {
    let status = response.status().as_u16();
    // The operator's key or address is wrong, or it is busy: not the caller's doing.
    if !matches!(status, 400 | 404 | 409 | 413 | 415 | 422) {
        return UpstreamError::Failed(status);
    }
    let body = read(response, REFUSAL_BYTES_MAX, idle).await.unwrap_or_default();
    let said = serde_json::from_slice::<Refusal>(&body).map(|refusal| refusal.error.message);
    let message = said.unwrap_or_else(|_| "it did not say why".to_owned());
    UpstreamError::Refused { status, message: message.chars().take(500).collect() }
}
