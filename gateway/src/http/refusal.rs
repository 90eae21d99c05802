//! Why a call is not answered, as a problem document: which status, what to do
//! next, whether retrying helps. Decides nothing.

use super::problem::Problem;
use crate::admission::Shed;
use crate::completion::RunError;
use crate::credit::book::BookError;
use crate::credit::desk::DeskError;
use crate::credit::log::CreditError;
use crate::gateway::Gateway;
use crate::mandates::Holder;
use crate::mandates::budget::BudgetError;
use crate::upstream::UpstreamError;
use axum::http::StatusCode;
use serde_json::json;
use tributary_attribution::ModelError;

/// A refusal for the holder of a key.
pub(super) fn problem(gateway: &Gateway, holder: &Holder, error: RunError) -> Problem {
    refusal(gateway, Some(holder), error)
}

/// A refusal for whoever asks.
pub(super) fn without_holder(gateway: &Gateway, error: RunError) -> Problem {
    refusal(gateway, None, error)
}

fn refusal(gateway: &Gateway, holder: Option<&Holder>, error: RunError) -> Problem {
    let detail = error.to_string();
    let new = |status, code, title| Problem::new(status, code, title).detail(&detail);
    match error {
        RunError::NotServing(_) => {
            new(StatusCode::SERVICE_UNAVAILABLE, "not_serving", "The gateway is not serving").retry_after(2)
        }
        RunError::Stale(_) => {
            new(StatusCode::SERVICE_UNAVAILABLE, "consent_stale", "Owners' consent is too old").retry_after(30)
        }
        RunError::NoAgent(_) => {
            new(StatusCode::NOT_FOUND, "no_such_agent", "No such agent can be called here").param("model")
        }
        RunError::Unsupported(_) => {
            new(StatusCode::BAD_REQUEST, "unsupported", "The gateway does not support an option")
        }
        RunError::NoMemory => new(StatusCode::BAD_REQUEST, "unsupported", "The agent keeps no sessions"),
        RunError::Session(_) => {
            new(StatusCode::SERVICE_UNAVAILABLE, "session_unavailable", "The session cannot be read")
                .next("Retry with the same Idempotency-Key, or ask without a session: nothing was charged.")
                .retry_after(2)
        }
        RunError::PromptTooLong(_) => new(StatusCode::PAYLOAD_TOO_LARGE, "prompt_too_long", "The prompt is too long"),
        RunError::Pieces(..) => {
            new(StatusCode::BAD_REQUEST, "bad_request", "The request cannot be read").param("max_tokens")
        }
        RunError::Forbidden(refusal) => {
            new(StatusCode::FORBIDDEN, "use_forbidden", "An owner does not permit this use").refusal(*refusal)
        }
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
        RunError::Shed(shed @ Shed::Slowed { .. }) => {
            new(StatusCode::TOO_MANY_REQUESTS, "too_fast", "This agent is called too often")
                .retry_after(shed.retry_after())
        }
        RunError::Shed(shed) => new(StatusCode::SERVICE_UNAVAILABLE, "full", "The gateway has no room for new work")
            .next("Retry with the same Idempotency-Key: nothing was charged.")
            .retry_after(shed.retry_after()),
        RunError::Budget(BudgetError::Spent { .. }) => {
            new(StatusCode::PAYMENT_REQUIRED, "budget_spent", "The key's budget does not cover the maximum price")
        }
        RunError::Budget(BudgetError::Database(_)) => {
            new(StatusCode::SERVICE_UNAVAILABLE, "credit_unavailable", "The budget cannot be read at the moment")
                .retry_after(2)
        }
        RunError::Credit(error) => credit_problem(gateway, holder, error, new),
        RunError::Model(ModelError::Stops) => {
            new(StatusCode::BAD_REQUEST, "bad_request", "The stop texts are out of bounds")
        }
        RunError::Model(_) | RunError::Evidence(_) | RunError::Internal(_) => {
            new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "The gateway failed internally").retry_after(1)
        }
        RunError::Upstream(error) => upstream_problem(&error, new),
        RunError::Spool(_) => new(StatusCode::SERVICE_UNAVAILABLE, "spool", "The event cannot be made durable")
            .next("Retry with the same Idempotency-Key: you are charged at most once.")
            .retry_after(2),
    }
}

fn upstream_problem(error: &UpstreamError, new: impl Fn(StatusCode, &'static str, &'static str) -> Problem) -> Problem {
    match error {
        UpstreamError::Refused { .. } => {
            new(StatusCode::BAD_REQUEST, "upstream_refused", "The agent's model refused the request")
        }
        UpstreamError::TimedOut(_) => {
            new(StatusCode::GATEWAY_TIMEOUT, "upstream_slow", "The agent's model took too long").retry_after(5)
        }
        _ => new(StatusCode::BAD_GATEWAY, "upstream_failed", "The agent's model gave no answer")
            .next("Nothing was charged: retry.")
            .retry_after(2),
    }
}

fn mandate_over(new: impl Fn(StatusCode, &'static str, &'static str) -> Problem) -> Problem {
    new(StatusCode::PAYMENT_REQUIRED, "mandate_over", "The mandate is over")
        .next("Sign a new one with `tributary mandate`, which posts it to /v1/mandates and prints a new key.")
}

fn credit_problem(
    gateway: &Gateway,
    holder: Option<&Holder>,
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
                "vault": holder.map(|holder| holder.mandate.vault),
                "payer": holder.map(|holder| holder.mandate.payer),
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
