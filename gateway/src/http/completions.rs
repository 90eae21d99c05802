//! `POST /v1/completions`: OpenAI's shape, and a `tributary` object that says
//! what was charged and where the answer's words come from.

use super::authenticate;
use super::problem::Problem;
use crate::admission::Shed;
use crate::completion::{self, Answer, Call, PIECES_MAX, PROMPT_BYTES_MAX, RunError};
use crate::credit::book::BookError;
use crate::credit::desk::DeskError;
use crate::credit::log::CreditError;
use crate::gateway::Gateway;
use crate::mandates::Holder;
use crate::requests::KEY_BYTES_MAX;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use tributary_attribution::ModelError;
use tributary_core::hash::sha256;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Says whether the answer was charged by an earlier request.
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
/// Pieces when the caller names no number, as OpenAI has it.
const PIECES_DEFAULT: u32 = 16;
/// An agent's name or address is not longer, in bytes.
const AGENT_BYTES_MAX: usize = 128;

#[derive(Debug, Deserialize)]
struct Body {
    model: String,
    prompt: String,
    max_tokens: Option<u32>,
    seed: Option<u64>,
    stop: Option<Stop>,
    n: Option<u32>,
    best_of: Option<u32>,
    #[serde(default)]
    stream: bool,
    #[serde(default)]
    echo: bool,
    suffix: Option<String>,
    logprobs: Option<Value>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Stop {
    One(String),
    Many(Vec<String>),
}

pub(super) async fn complete(
    State(gateway): State<Arc<Gateway>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let holder = authenticate(&gateway, &headers)?;
    let call = parse(&headers, &body)?;
    match completion::run(gateway.clone(), holder.clone(), call).await {
        Ok(answer) => Ok(render(&answer)),
        Err(error) => Err(problem(&gateway, &holder, error)),
    }
}

fn parse(headers: &HeaderMap, body: &[u8]) -> Result<Call, Problem> {
    let bad = |detail: String| {
        Problem::new(StatusCode::BAD_REQUEST, "bad_request", "The request cannot be read").detail(detail)
    };
    let asked: Body =
        serde_json::from_slice(body).map_err(|error| bad(format!("The body is not the JSON expected: {error}.")))?;
    let unsupported = [
        (asked.stream, "stream: true (answers come as a whole)"),
        (asked.n.is_some_and(|n| n != 1), "n other than 1"),
        (asked.best_of.is_some_and(|n| n != 1), "best_of other than 1"),
        (asked.echo, "echo: true"),
        (asked.suffix.is_some(), "suffix"),
        (asked.logprobs.is_some_and(|value| !value.is_null()), "logprobs"),
    ];
    if let Some((_, what)) = unsupported.iter().find(|(asked, _)| *asked) {
        return Err(Problem::new(StatusCode::BAD_REQUEST, "unsupported", "The gateway does not support an option")
            .detail(format!("Not supported: {what}."))
            .next("Leave the option out."));
    }
    if asked.prompt.len() > PROMPT_BYTES_MAX {
        return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "prompt_too_long", "The prompt is too long")
            .detail(format!("It has {} bytes; at most {PROMPT_BYTES_MAX} are read.", asked.prompt.len()))
            .next("Shorten the prompt."));
    }
    let max_tokens = asked.max_tokens.unwrap_or(PIECES_DEFAULT);
    if max_tokens == 0 || max_tokens > PIECES_MAX {
        return Err(bad(format!("max_tokens is {max_tokens}; it must be between 1 and {PIECES_MAX}.")));
    }
    if asked.model.len() > AGENT_BYTES_MAX {
        return Err(bad(format!("model is longer than {AGENT_BYTES_MAX} bytes; name an agent or its address.")));
    }
    let key = headers.get(IDEMPOTENCY_KEY).map(|value| value.as_bytes().to_vec());
    if key.as_ref().is_some_and(|key| key.is_empty() || key.len() > KEY_BYTES_MAX) {
        return Err(bad(format!("Idempotency-Key must have 1 to {KEY_BYTES_MAX} bytes.")));
    }
    let stop = match asked.stop {
        None => Vec::new(),
        Some(Stop::One(stop)) => vec![stop],
        Some(Stop::Many(stops)) => stops,
    };
    Ok(Call {
        agent: asked.model,
        prompt: asked.prompt,
        max_tokens,
        seed: asked.seed,
        stop,
        key,
        body_hash: sha256(&[body]),
    })
}

fn render(answer: &Answer) -> Response {
    let Answer { event, text, again } = answer;
    let pairs: Vec<Value> =
        event.evidence.pairs.iter().map(|(asset, weight)| json!({"asset": asset, "weight": weight})).collect();
    let body = json!({
        "id": format!("cmpl-{}", event.request),
        "object": "text_completion",
        "created": event.at_ms / 1000,
        "model": text.agent_name,
        "choices": [{
            "index": 0,
            "text": text.text,
            "finish_reason": text.finish_reason,
            "logprobs": null,
        }],
        "usage": {
            "prompt_tokens": text.prompt_tokens,
            "completion_tokens": text.completion_tokens,
            "total_tokens": text.prompt_tokens.saturating_add(text.completion_tokens),
        },
        "tributary": {
            "event": {
                "gateway": event.position.gateway,
                "generation": event.position.generation,
                "sequence": event.position.sequence,
                "hash": event.hash(),
            },
            "request": event.request,
            "price": event.price.to_string(),
            "vault": event.vault,
            "payer": event.payer,
            "mandate": event.mandate,
            "agent": event.agent,
            "model": event.model,
            "graph_slot": event.graph_slot,
            "spans": text.spans,
            "evidence": {
                "label": "verbatim",
                "tokens": event.evidence.tokens,
                "pairs": pairs,
                "sidecar": event.sidecar,
            },
        },
    });
    ([(REPLAYED, if *again { "true" } else { "false" })], Json(body)).into_response()
}

fn problem(gateway: &Gateway, holder: &Holder, error: RunError) -> Problem {
    let detail = error.to_string();
    let new = |status, code, title| Problem::new(status, code, title).detail(&detail);
    match error {
        RunError::NotServing(_) => {
            new(StatusCode::SERVICE_UNAVAILABLE, "not_serving", "The gateway is not serving").retry_after(2)
        }
        RunError::Stale(_) => {
            new(StatusCode::SERVICE_UNAVAILABLE, "consent_stale", "Owners' consent is too old").retry_after(30)
        }
        RunError::NoAgent(_) => new(StatusCode::NOT_FOUND, "no_such_agent", "No such agent can be called here"),
        RunError::Price(_) => new(StatusCode::BAD_REQUEST, "bad_request", "The price does not fit"),
        RunError::MandateExpired { .. } => mandate_over(new),
        RunError::Running => {
            new(StatusCode::CONFLICT, "in_progress", "The same request is being answered").retry_after(1)
        }
        RunError::OtherBody => {
            new(StatusCode::UNPROCESSABLE_ENTITY, "key_reused", "The idempotency key belongs to another request")
        }
        RunError::AnswerLost(..) => new(StatusCode::GONE, "answer_lost", "The paid answer was lost with a disk"),
        RunError::Requests(_) | RunError::Shed(Shed::Busy(_)) => {
            new(StatusCode::SERVICE_UNAVAILABLE, "busy", "The gateway has as much to do as it can").retry_after(1)
        }
        RunError::Shed(shed) => new(StatusCode::SERVICE_UNAVAILABLE, "full", "The gateway has no room for new work")
            .next("Retry with the same Idempotency-Key: nothing was charged.")
            .retry_after(shed.retry_after()),
        RunError::Credit(error) => credit_problem(gateway, holder, error, new),
        RunError::Model(ModelError::Stops) => {
            new(StatusCode::BAD_REQUEST, "bad_request", "The stop texts are out of bounds")
        }
        RunError::Model(_) | RunError::Evidence(_) | RunError::Internal(_) => {
            new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "The gateway failed internally").retry_after(1)
        }
        RunError::Spool(_) => new(StatusCode::SERVICE_UNAVAILABLE, "spool", "The event cannot be made durable")
            .next("Retry with the same Idempotency-Key: you are charged at most once.")
            .retry_after(2),
    }
}

fn mandate_over(new: impl Fn(StatusCode, &'static str, &'static str) -> Problem) -> Problem {
    new(StatusCode::PAYMENT_REQUIRED, "mandate_over", "The mandate is over")
        .next("Sign a new one with `tributary mandate`, which posts it to /v1/mandates and prints a new key.")
}

fn credit_problem(
    gateway: &Gateway,
    holder: &Holder,
    error: DeskError,
    new: impl Fn(StatusCode, &'static str, &'static str) -> Problem,
) -> Problem {
    let away = |new: &dyn Fn(StatusCode, &'static str, &'static str) -> Problem| {
        new(StatusCode::SERVICE_UNAVAILABLE, "credit_unavailable", "Credit cannot be leased at the moment")
            .retry_after(2)
    };
    match error {
        DeskError::Credit(CreditError::Short { needed, available, mandate_left }) => {
            let missing = json!({
                "vault": holder.mandate.vault,
                "payer": holder.mandate.payer,
                "gateway": gateway.config.gateway,
                "needed": needed.to_string(),
                "available": available.to_string(),
                "mandate_left": mandate_left.to_string(),
            });
            if available < needed {
                let short = needed.0.saturating_sub(available.0);
                new(StatusCode::PAYMENT_REQUIRED, "no_credit", "The deposit does not cover the maximum price")
                    .next(format!(
                        "Deposit at least {short} base units more with `tributary deposit`, wait until the deposit is final, and retry."
                    ))
                    .missing(missing)
            } else {
                new(StatusCode::PAYMENT_REQUIRED, "mandate_spent", "The mandate does not cover the maximum price")
                    .next("Sign a mandate with a higher maximum with `tributary mandate`.")
                    .missing(missing)
            }
        }
        DeskError::Credit(CreditError::RefundRequested) | DeskError::Book(BookError::Stopped) => {
            new(StatusCode::PAYMENT_REQUIRED, "refund_requested", "The payer asked for its credit back")
                .next("Withdraw the request with `tributary refund --withdraw`, or pay from another key.")
        }
        DeskError::Credit(CreditError::MandateOver) => mandate_over(new),
        DeskError::Busy => {
            new(StatusCode::SERVICE_UNAVAILABLE, "credit_reserved", "The credit is reserved at the moment")
                .retry_after(1)
        }
        DeskError::Credit(CreditError::Database(_))
        | DeskError::TimedOut
        | DeskError::Book(BookError::Short { .. }) => away(&new),
        DeskError::Credit(CreditError::Fenced(_)) => {
            new(StatusCode::SERVICE_UNAVAILABLE, "fenced", "Another process took this gateway over")
        }
        DeskError::Credit(CreditError::Mismatch { .. }) | DeskError::Book(_) => {
            new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "The gateway failed internally")
        }
    }
}
