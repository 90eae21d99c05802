//! How the binary speaks: logs on standard error, errors on one line.

use crate::traces::Traces;
use std::io::IsTerminal;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

/// Logs to standard error; `RUST_LOG` changes what is shown. Spans go to a collector
/// as well, when there is one.
pub fn start_log(traces: Option<&Traces>) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    let log = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_filter(filter);
    tracing_subscriber::registry().with(log).with(traces.map(Traces::layer)).init();
}

/// The message and its causes on one line. A cause that says again what stands
/// there already is left out, and so are those that may quote a URL's secrets.
pub fn sentence(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain() {
        let part = cause.to_string();
        if text.contains(&part) {
            continue;
        }
        if !text.is_empty() {
            text.push_str(": ");
        }
        text.push_str(&part);
        if hides_causes(cause) {
            break;
        }
    }
    text.replace('\n', " ")
}

/// Whether an error's causes may show a whole URL with its secrets.
fn hides_causes(cause: &(dyn std::error::Error + 'static)) -> bool {
    use tributary_operator::chain::ChainError;
    matches!(cause.downcast_ref::<ChainError>(), Some(ChainError::Unreachable { .. }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_stand_on_one_line_and_none_twice() {
        let error = anyhow::anyhow!("disk full").context("cannot write x: disk full").context("cannot\nstore");
        assert_eq!(sentence(&error), "cannot store: cannot write x: disk full");
    }
}
