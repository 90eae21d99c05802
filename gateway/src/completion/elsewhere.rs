//! The answer of a model that answers elsewhere: asked for within its time, passed
//! on as it comes, counted. Charges nothing.

use super::call::{Call, Delivery, Form, RunError};
use super::compute::{Scene, Spoken, pieces};
use super::outlet::{Outlet, Told};
use super::tools::Line;
use crate::gateway::Gateway;
use crate::upstream::UpstreamError;
use crate::upstream::client::{Question, Streamed};
use crate::upstream::config::Upstream;
use crate::upstream::said::Said;
use tributary_core::id::RequestId;

/// Asks the model's server.
pub(super) async fn speak(
    gateway: &Gateway,
    upstream: &Upstream,
    scene: &Scene,
    (call, said): (&Call, &[Line]),
    request: RequestId,
    outlet: &mut Outlet,
) -> Result<Spoken, RunError> {
    let question = Question {
        form: call.form,
        body: &call.body,
        prefix: &scene.agent.prompt_prefix,
        memory: &scene.memory,
        said,
        max_tokens: scene.max_tokens,
        request,
    };
    let asking = async {
        match call.delivery {
            Delivery::Stream { include_usage } if call.form != Form::Embedding => {
                let stream = gateway.upstreams.stream(upstream, &question).await?;
                pass_on(stream, include_usage, outlet).await
            }
            _ => {
                let whole = gateway.upstreams.whole(upstream, &question).await?;
                Ok((whole.said, whole.raw))
            }
        }
    };
    let late = || UpstreamError::TimedOut(upstream.whole.as_secs());
    let (answer, raw) = tokio::time::timeout(upstream.whole, asking).await.unwrap_or_else(|_| Err(late()))?;
    Ok(spoken(answer, raw, call, scene.max_tokens))
}

async fn pass_on(
    mut stream: Streamed,
    include_usage: bool,
    outlet: &mut Outlet,
) -> Result<(Said, String), UpstreamError> {
    let mut raw = String::new();
    while let Some(part) = stream.next().await? {
        // We ask for counts always, the caller perhaps not.
        if part.only_counts && !include_usage {
            continue;
        }
        raw.push_str(&String::from_utf8_lossy(&part.bytes));
        outlet.tell(Told::Raw(part.bytes)).await;
    }
    Ok((stream.said(), raw))
}

/// What it says about tokens is paid up to what was reserved; without a word about
/// them, the pieces count.
fn spoken(said: Said, raw: String, call: &Call, max_tokens: u32) -> Spoken {
    let count = |counted: usize| u32::try_from(counted).unwrap_or(u32::MAX);
    let tokens = match (said.usage, call.form) {
        // Nothing is said of embeddings but the tokens of what was embedded.
        (Some(usage), Form::Embedding) => usage.prompt_tokens,
        (Some(usage), _) => usage.completion_tokens,
        (None, Form::Embedding) => 0,
        (None, _) => count(pieces(&said.text).count()),
    };
    let words = || count(call.prompt.split_whitespace().count());
    Spoken {
        tokens: tokens.min(max_tokens),
        prompt_tokens: said.usage.map_or_else(words, |usage| usage.prompt_tokens),
        finish_reason: said.finish_reason.unwrap_or_default(),
        text: said.text,
        raw: Some(raw),
    }
}
