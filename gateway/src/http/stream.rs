//! A streamed answer as server-sent events.
//!
//! Words go out as they are made; the end goes out when the event is durable.
//! A stream that was not charged ends with an `error` and without `[DONE]`.

use super::problem::Problem;
use super::shapes::Chunks;
use super::{receipt, refusal};
use crate::completion::{Answer, Form, RunError, Running, Told, pieces};
use crate::gateway::Gateway;
use crate::mandates::Holder;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use tokio::sync::mpsc;

/// The end of a stream, as OpenAI's clients expect it.
const DONE: &[u8] = b"data: [DONE]\n\n";

/// Whom the stream is for.
#[derive(Debug)]
pub(super) struct Caller {
    pub(super) gateway: Arc<Gateway>,
    pub(super) holder: Arc<Holder>,
    pub(super) form: Form,
    pub(super) include_usage: bool,
}

/// Waits until the answer begins, then streams it. What is refused before that is
/// refused with a status of its own.
pub(super) async fn answer(
    caller: Caller,
    running: Running,
    mut told: mpsc::Receiver<Told>,
) -> Result<Response, Problem> {
    match told.recv().await {
        Some(Told::Begun(begun)) => {
            let chunks = Chunks::begun(caller.form, &begun, caller.include_usage);
            let headers = receipt::headers_at_first(&begun.request, begun.maximum);
            let ready = chunks.first().filter(|_| !begun.elsewhere).iter().map(event).collect();
            Ok(respond(headers, Teller { caller, chunks, ready, state: State::Telling(told, running) }))
        }
        // Text never comes before the beginning; without either it was answered
        // before, or refused.
        Some(Told::Text(_) | Told::Raw(_)) | None => {
            let answer =
                running.answer().await.map_err(|error| refusal::problem(&caller.gateway, &caller.holder, error))?;
            let chunks = Chunks::again(caller.form, &answer, caller.include_usage);
            let mut ready: VecDeque<Bytes> = VecDeque::new();
            match &answer.text.raw {
                Some(raw) => ready.push_back(Bytes::from(raw.clone())),
                None => {
                    ready.extend(chunks.first().iter().map(event));
                    ready.extend(pieces(&answer.text.text).map(|piece| event(&chunks.more(piece))));
                }
            }
            let headers = receipt::headers(&answer);
            let mut teller = Teller { caller, chunks, ready, state: State::Ended };
            teller.end(&answer);
            Ok(respond(headers, teller))
        }
    }
}

fn respond(mut headers: HeaderMap, teller: Teller) -> Response {
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    let stream = futures::stream::unfold(teller, |mut teller| async move {
        let bytes = teller.next().await?;
        Some((Ok::<_, Infallible>(bytes), teller))
    });
    (headers, Body::from_stream(stream)).into_response()
}

/// One server-sent event.
fn event(data: &Value) -> Bytes {
    Bytes::from(format!("data: {data}\n\n"))
}

/// Turns what is told into the bytes of a stream.
struct Teller {
    caller: Caller,
    chunks: Chunks,
    /// Bytes that can go out.
    ready: VecDeque<Bytes>,
    state: State,
}

enum State {
    Telling(mpsc::Receiver<Told>, Running),
    Ended,
}

impl Teller {
    async fn next(&mut self) -> Option<Bytes> {
        if let Some(bytes) = self.ready.pop_front() {
            return Some(bytes);
        }
        let State::Telling(mut told, running) = std::mem::replace(&mut self.state, State::Ended) else {
            return None;
        };
        while let Some(more) = told.recv().await {
            let bytes = match more {
                Told::Begun(_) => continue,
                Told::Text(text) => event(&self.chunks.more(&text)),
                Told::Raw(bytes) => bytes,
            };
            self.state = State::Telling(told, running);
            return Some(bytes);
        }
        match running.answer().await {
            Ok(answer) => self.end(&answer),
            Err(error) => self.fail(error),
        }
        self.ready.pop_front()
    }

    fn end(&mut self, answer: &Answer) {
        // What was said elsewhere had its own end.
        if answer.text.raw.is_none() {
            self.ready.push_back(event(&self.chunks.finish(&answer.text.finish_reason)));
        }
        self.ready.push_back(if self.caller.include_usage {
            event(&self.chunks.counts(answer))
        } else {
            // A comment: clients that did not ask for a chunk without choices do
            // not stumble over it.
            Bytes::from(format!(": tributary {}\n\n", receipt::object(answer)))
        });
        self.ready.push_back(Bytes::from_static(DONE));
    }

    fn fail(&mut self, error: RunError) {
        let id = hex::encode(rand::random::<[u8; 16]>());
        tracing::warn!(request = id, error = &error as &dyn std::error::Error, "a stream ends early");
        let document = refusal::problem(&self.caller.gateway, &self.caller.holder, error).document(id);
        // Of strings, numbers and maps with names: it has a JSON form.
        self.ready.extend(serde_json::to_value(&document).ok().as_ref().map(event));
    }
}
