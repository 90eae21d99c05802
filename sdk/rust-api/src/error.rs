//! Why there is no answer.

use crate::types::Problem;
use std::time::Duration;

/// See the module's head.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// The address.
    #[error("{0:?} is no address of an API: give one like https://api.example.com")]
    Url(String),
    /// The HTTP client.
    #[error("no HTTP client can be made here")]
    Client(#[source] reqwest_tls::Error),
    /// Nobody answered in time.
    #[error("the API at {url} does not answer: check the address and the network")]
    Unreachable {
        /// Where.
        url: String,
        /// What the network said.
        #[source]
        source: reqwest_tls::Error,
    },
    /// It was refused, with what to do.
    #[error("{}", told(.problem))]
    Problem {
        /// What the API says.
        problem: Box<Problem>,
        /// When it makes sense to ask again.
        retry_after: Option<Duration>,
    },
    /// Refused by something else than the API.
    #[error("the API at {url} answered {status} and not why: is it the right address?")]
    Status {
        /// Where.
        url: String,
        /// The HTTP status.
        status: u16,
    },
    /// The answer is not what is described.
    #[error("the answer of the API at {url} is none that this version understands: use one of the API's version")]
    Answer {
        /// Where.
        url: String,
        /// What is wrong with it.
        #[source]
        source: serde_json::Error,
    },
    /// The answer is longer than any that is described.
    #[error("the answer of the API at {url} is longer than {most} bytes: ask for smaller pages, or a range")]
    TooLong {
        /// Where.
        url: String,
        /// How long it may be.
        most: usize,
    },
    /// A stream of events that is none.
    #[error("what the API at {url} streams is none that this version understands")]
    Stream {
        /// Where.
        url: String,
    },
    /// What is to be sent.
    #[error("the request cannot be written")]
    Request(#[source] serde_json::Error),
}

/// The problem in a sentence or two.
fn told(problem: &Problem) -> String {
    let wrong = problem.errors.iter().map(|one| format!(" {}: {}", one.field, one.detail));
    format!("{}: {}{}", problem.title, problem.detail, wrong.collect::<String>())
}

impl ApiError {
    /// Whether asking again may help.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Unreachable { .. } => true,
            Self::Problem { problem, .. } => problem.retryable,
            Self::Status { status, .. } => matches!(status, 429 | 502..=504),
            _ => false,
        }
    }

    /// The problem's code, such as `not_found`.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Problem { problem, .. } => Some(&problem.code),
            _ => None,
        }
    }

    /// How long to wait at least.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Problem { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}
