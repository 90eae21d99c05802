//! What is asked for, what is answered, and why there may be no answer.

use crate::admission::Shed;
use crate::credit::desk::DeskError;
use crate::database::DatabaseError;
use crate::mandates::budget::BudgetError;
use crate::refusal::Refusal;
use crate::requests::RequestsError;
use crate::spool::SpoolError;
use crate::upstream::UpstreamError;
use serde_json::{Map, Value};
use std::sync::Arc;
use tributary_attribution::{IndexError, ModelError, Span};
use tributary_core::amount::BaseUnits;
use tributary_core::event::UsageEvent;
use tributary_core::position::{EventSeq, Generation, Slot};

/// The built-in model reads no longer prompt, in bytes.
pub const PROMPT_BYTES_MAX: usize = 8 * 1024;
/// No answer of the built-in model has more pieces.
pub const PIECES_MAX: u32 = 256;

/// Which of OpenAI's two shapes a call came in, and its answer leaves in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// `/v1/completions`: a text that goes on.
    Text,
    /// `/v1/chat/completions`: the next message of a conversation.
    Chat,
    /// `/v1/embeddings`: texts' places in the space of meanings.
    Embedding,
}

/// How an answer is to be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// As a whole.
    Whole,
    /// As it is made; with counts and receipt in a chunk of their own if asked.
    Stream {
        /// Whether they were asked for.
        include_usage: bool,
    },
}

/// A call as it was asked for, within bounds.
#[derive(Clone, Debug)]
pub struct Call {
    /// Its shape.
    pub form: Form,
    /// How to give the answer.
    pub delivery: Delivery,
    /// The agent's name or address.
    pub agent: String,
    /// What to continue: a prompt, or the conversation as one text.
    pub prompt: String,
    /// The most pieces to answer with; without it as many as is usual.
    pub max_tokens: Option<u32>,
    /// Decides among possible answers; by default the request's identity does.
    pub seed: Option<u64>,
    /// Texts that end the answer.
    pub stop: Vec<String>,
    /// Options that the built-in model does not know.
    pub options: Vec<&'static str>,
    /// The body as it came, for models that answer elsewhere.
    pub body: Arc<Map<String, Value>>,
    /// The name of a session, when the caller brought one.
    pub session: Option<Vec<u8>>,
    /// The idempotency key, when the caller brought one.
    pub key: Option<Vec<u8>>,
    /// SHA-256 of the route and the request's body.
    pub body_hash: [u8; 32],
}

/// What is kept of an answer until its key is forgotten.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Text {
    /// What the agent is called.
    pub agent_name: String,
    /// The answer.
    pub text: String,
    /// Why it ends.
    pub finish_reason: String,
    /// Words of the prompt.
    pub prompt_tokens: u32,
    /// Pieces of the answer.
    pub completion_tokens: u32,
    /// Where the answer stands verbatim.
    pub spans: Vec<Span>,
    /// What a model that answers elsewhere sent: JSON, or the events of a stream.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw: Option<String>,
    /// How many of the events right before its own are calls made for it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub calls: u64,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// What another agent said for an answer, and the event that was charged for that.
#[derive(Clone, Debug)]
pub struct Called {
    /// Its event.
    pub event: UsageEvent,
    /// What it said.
    pub text: Text,
}

/// A paid answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The event that was charged for it.
    pub event: UsageEvent,
    /// The answer itself.
    pub text: Text,
    /// The calls to other agents that were made for it, in the order of their events.
    pub calls: Vec<Called>,
    /// Whether it is remembered, when it belongs to a session and is new.
    pub remembered: Option<bool>,
    /// Whether it was charged by an earlier request with the same key.
    pub again: bool,
}

impl Answer {
    /// What was charged for it and for the calls made for it. Each part was
    /// reserved within one amount: the sum fits.
    pub fn price(&self) -> BaseUnits {
        let calls = self.calls.iter().map(|called| called.event.price.0);
        BaseUnits(calls.fold(self.event.price.0, u64::saturating_add))
    }
}

/// Why there is no answer. Nothing was charged unless said.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// Not serving.
    #[error("the gateway is not serving: {0}")]
    NotServing(String),
    /// The chain was last heard of too long ago.
    #[error("owners' consent was last read {0} s ago, which is too old for new uses: the indexer has to catch up")]
    Stale(u64),
    /// No such agent, or one that cannot be used.
    #[error("{0}")]
    NoAgent(String),
    /// An owner does not permit it.
    #[error("the record {} permits {}, and this use needs {}: ask its owner, or call another agent", .0.record, .0.permitted, .0.needed)]
    Forbidden(Box<Refusal>),
    /// The built-in model does not know an option.
    #[error("the agent's model does not support {0}: leave the option out")]
    Unsupported(&'static str),
    /// The agent has no memory.
    #[error("the agent has no memory, so it keeps no sessions: leave the session out, or call another agent")]
    NoMemory,
    /// The session cannot be read.
    #[error("the session cannot be read at the moment: retry, or ask without a session")]
    Session(#[source] DatabaseError),
    /// More prompt than is read.
    #[error("the prompt has {0} bytes; at most {PROMPT_BYTES_MAX} are read: shorten it")]
    PromptTooLong(usize),
    /// More pieces than are given, or none.
    #[error("max_tokens is {0}; it must be between 1 and {1}")]
    Pieces(u32, u32),
    /// The agent's price does not fit.
    #[error("the agent's price for {0} pieces does not fit 64 bits: ask for fewer")]
    Price(u32),
    /// The mandate is over.
    #[error("the mandate expired at slot {expires}, the chain is at {finalised}: sign a new one")]
    MandateExpired {
        /// Its last slot.
        expires: Slot,
        /// The finalised slot.
        finalised: Slot,
    },
    /// The same request runs.
    #[error("a request with this idempotency key is being answered: retry in a moment to get its answer")]
    Running,
    /// The key came with another body.
    #[error("this idempotency key was used with another request body: use a new key for a new request")]
    OtherBody,
    /// It was charged, but the disk with the answer was lost.
    #[error(
        "this request was charged as event {1} of generation {0}, but its answer was lost with a disk and cannot be made again"
    )]
    AnswerLost(Generation, EventSeq),
    /// Too many paid requests are remembered.
    #[error(transparent)]
    Requests(#[from] RequestsError),
    /// No new work is taken at the moment.
    #[error(transparent)]
    Shed(#[from] Shed),
    /// The key's budget.
    #[error(transparent)]
    Budget(#[from] BudgetError),
    /// No credit.
    #[error(transparent)]
    Credit(#[from] DeskError),
    /// The model refused.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// No evidence for the answer.
    #[error(transparent)]
    Evidence(#[from] IndexError),
    /// The model's server gave no answer.
    #[error(transparent)]
    Upstream(#[from] UpstreamError),
    /// The event could not be made durable.
    #[error(transparent)]
    Spool(Arc<SpoolError>),
    /// A bug: a task died, or state contradicts itself.
    #[error("the gateway failed internally ({0}); nothing was charged unless a retry with the same key says so")]
    Internal(&'static str),
}

impl RunError {
    /// The sort of error, for telemetry.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotServing(_) | Self::Stale(_) | Self::Session(_) => "unavailable",
            Self::NoAgent(_) => "no_such_agent",
            Self::Unsupported(_)
            | Self::NoMemory
            | Self::PromptTooLong(_)
            | Self::Pieces(..)
            | Self::Price(_)
            | Self::OtherBody => "bad_request",
            Self::MandateExpired { .. } | Self::Credit(_) => "credit",
            Self::Running | Self::Requests(_) | Self::Shed(_) => "busy",
            Self::Upstream(_) => "upstream",
            _ => "internal",
        }
    }
}
