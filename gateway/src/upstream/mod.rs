//! Models that answer elsewhere: OpenAI-compatible servers (vLLM, llama.cpp, a
//! hosted one, another gateway), one for each model that has one.
//!
//! [`config`] says where they are, [`client`] asks them, [`sse`] finds events in
//! their streams, [`said`] reads what they say. Knows no payer and no price.

pub mod client;
pub mod config;
pub mod said;
pub mod sse;

use sse::EventError;

/// No answer of an upstream is longer, in bytes as it is sent.
pub const ANSWER_BYTES_MAX: usize = 1 << 20;

/// Why an upstream gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum UpstreamError {
    /// No connection, or it broke.
    #[error("the model's server cannot be reached or broke off")]
    Unreachable(#[source] reqwest_tls::Error),
    /// It said nothing for too long.
    #[error("the model's server said nothing for {0} s, or took longer for the whole answer than it may")]
    TimedOut(u64),
    /// It refused what was asked.
    #[error("the model's server refused the request ({status}): {message}")]
    Refused {
        /// Its status.
        status: u16,
        /// Its reason.
        message: String,
    },
    /// It has too much to do, or failed.
    #[error("the model's server has too much to do or failed ({0})")]
    Failed(u16),
    /// It said in its stream that it failed.
    #[error("the model's server failed in the middle of its answer: {0}")]
    FailedLater(String),
    /// More than is read.
    #[error("the model's server sent more than {ANSWER_BYTES_MAX} bytes")]
    TooLong,
    /// Not events.
    #[error(transparent)]
    Events(#[from] EventError),
    /// The stream ended before the answer did.
    #[error("the model's server ended its stream before its answer")]
    Cut,
    /// Not the JSON it should be.
    #[error("the model's server sent an answer that is not one")]
    Form(#[source] serde_json::Error),
}
