//! A small OpenAI-compatible server that says what a test tells it to say, over
//! real connections, and remembers what it was asked.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::serve::Listener;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What it says to one request.
#[derive(Clone, Debug)]
pub enum Reply {
    /// A status and a body of JSON.
    Whole(u16, Value),
    /// A stream in these pieces, each after a moment; then it ends.
    Stream(Vec<Vec<u8>>),
    /// Nothing at all.
    Silence,
}

/// One request as it was heard.
#[derive(Clone, Debug)]
pub struct Heard {
    pub path: String,
    pub key: Option<String>,
    pub idempotency: Option<String>,
    pub body: Value,
}

#[derive(Default)]
struct Script {
    replies: VecDeque<Reply>,
    /// What it says when those are used up.
    always: Option<Reply>,
    heard: Vec<Heard>,
}

/// See the module's head. Ends when dropped.
pub struct Elsewhere {
    pub url: String,
    script: Arc<Mutex<Script>>,
    task: tokio::task::JoinHandle<()>,
}

impl Elsewhere {
    pub async fn start(replies: Vec<Reply>) -> Self {
        Self::start_with(Script { replies: replies.into(), ..Script::default() }).await
    }

    /// Says the same to everybody.
    pub async fn saying(reply: Reply) -> Self {
        Self::start_with(Script { always: Some(reply), ..Script::default() }).await
    }

    async fn start_with(script: Script) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        Self::over(listener, url, script)
    }

    /// Over connections of another kind.
    pub fn answering(listener: impl Listener<Addr = SocketAddr>, url: String, replies: Vec<Reply>) -> Self {
        Self::over(listener, url, Script { replies: replies.into(), ..Script::default() })
    }

    fn over(listener: impl Listener<Addr = SocketAddr>, url: String, script: Script) -> Self {
        let script = Arc::new(Mutex::new(script));
        let router = Router::new()
            .route("/v1/chat/completions", post(reply))
            .route("/v1/completions", post(reply))
            .route("/v1/embeddings", post(reply))
            .with_state(script.clone());
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, script, task }
    }

    pub fn heard(&self) -> Vec<Heard> {
        self.script.lock().unwrap().heard.clone()
    }
}

impl Drop for Elsewhere {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn reply(
    State(script): State<Arc<Mutex<Script>>>,
    uri: axum::http::Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap().to_owned());
    let reply = {
        let mut script = script.lock().unwrap();
        script.heard.push(Heard {
            path: uri.path().to_owned(),
            key: text("authorization"),
            idempotency: text("idempotency-key"),
            body: serde_json::from_slice(&body).unwrap(),
        });
        script.replies.pop_front().or_else(|| script.always.clone())
    };
    match reply.expect("the test foresaw fewer requests") {
        Reply::Whole(status, body) => (StatusCode::from_u16(status).unwrap(), axum::Json(body)).into_response(),
        Reply::Stream(pieces) => {
            let stream = futures::stream::unfold(pieces.into_iter(), |mut pieces| async move {
                let piece = pieces.next()?;
                tokio::time::sleep(Duration::from_millis(3)).await;
                Some((Ok::<_, Infallible>(Bytes::from(piece)), pieces))
            });
            ([(header::CONTENT_TYPE, "text/event-stream")], Body::from_stream(stream)).into_response()
        }
        Reply::Silence => {
            tokio::time::sleep(Duration::from_secs(60)).await;
            StatusCode::IM_A_TEAPOT.into_response()
        }
    }
}

/// A whole chat answer of so many tokens.
pub fn whole(text: &str, tokens: u32) -> Reply {
    Reply::Whole(
        200,
        json!({"id": "up-1", "object": "chat.completion", "created": 7, "model": "llama", "system_fingerprint": "fp",
            "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 5, "completion_tokens": tokens, "total_tokens": 5 + tokens}}),
    )
}

/// Places of so many texts, each with a direction of its own.
pub fn embeddings(texts: usize) -> Reply {
    let place = |n: usize| (0..384).map(|m| if m == n { 1.0 } else { 0.25 }).collect::<Vec<f32>>();
    let data: Vec<Value> = (0..texts).map(|n| json!({"index": n, "embedding": place(n)})).collect();
    Reply::Whole(200, json!({"object": "list", "data": data, "usage": {"prompt_tokens": 1, "total_tokens": 1}}))
}

/// The chunks of a stream, spelled unlike ours on purpose: other spaces, other
/// line ends, a comment, fields nobody knows.
pub fn chunks(text: &str) -> String {
    let mut stream =
        String::from(": hello\n\ndata:{\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\"}}]}\r\n\r\n");
    for word in text.split_inclusive(' ') {
        let word = serde_json::to_string(word).unwrap();
        stream +=
            &format!("data: {{ \"choices\":[ {{\"index\":0,\"delta\":{{\"content\":{word}}}}} ], \"x\" : 1e2 }}\n\n");
    }
    stream + "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
}

/// The chunk of counts.
pub fn counts(tokens: u32) -> String {
    format!("data: {{\"choices\":[],\"usage\":{{\"prompt_tokens\":5,\"completion_tokens\":{tokens}}}}}\n\n")
}

/// A stream cut into pieces in the middle of words and characters.
pub fn pieces(stream: &str) -> Reply {
    Reply::Stream(stream.as_bytes().chunks(37).map(<[u8]>::to_vec).collect())
}
