//! The agents that an agent calls before it answers: each is asked the caller's own
//! question, all at once, and what they say is put to the agent's model. Each answer
//! has a request, a price, evidence and an event of its own. Charges nothing: all of
//! it is charged together, or none of it.

use super::call::{Call, Delivery, Form, RunError};
use super::compute::{Made, Scene, Texts, compute, scene};
use super::outlet::Outlet;
use crate::catalogue::{Agent, Tool};
use crate::gateway::Gateway;
use crate::telemetry;
use futures::future::{BoxFuture, try_join_all};
use std::sync::Arc;
use tracing::Instrument;
use tributary_core::hash::sha256;
use tributary_core::id::RequestId;

/// What is passed on of what an agent said, in bytes.
const LINE_BYTES_MAX: usize = 4 * 1024;

/// What an agent said to the one that called it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it is called.
    pub name: String,
    /// Its answer, as far as it is passed on.
    pub text: String,
}

/// The answers of all that were called.
#[derive(Default)]
pub(super) struct Asked {
    /// In the order of their events: whoever was called by one stands before it.
    pub(super) made: Vec<Made>,
    /// What those said that were called directly.
    pub(super) said: Vec<Line>,
}

/// What the calls of an agent will be, and cost.
pub(super) fn scenes(agent: &Agent, texts: &Texts, call: &Call) -> Result<Vec<Scene>, RunError> {
    // Places in the space of meanings are of the texts alone.
    let called = agent.tools.iter().filter(|_| call.form != Form::Embedding);
    called.map(|tool| scene(tool.agent.clone(), texts.clone(), &call.put_to(tool))).collect()
}

/// Calls them.
pub(super) fn ask<'a>(
    gateway: &'a Gateway,
    tools: Vec<Scene>,
    call: &'a Call,
    request: RequestId,
) -> BoxFuture<'a, Result<Asked, RunError>> {
    Box::pin(async move {
        let calls = (0u8..).zip(tools).map(|(place, scene)| async move {
            let call = call.put_to(&Tool { agent: scene.agent.clone(), max_tokens: scene.max_tokens });
            let request = nested(&request, place);
            let span = telemetry::tool_span(&scene.agent, &request);
            compute(gateway, scene, &call, request, &mut Outlet::default()).instrument(span).await
        });
        let mut asked = Asked::default();
        for made in try_join_all(calls).await? {
            asked.said.extend(made.last().map(|own| Line {
                name: own.text.agent_name.clone(),
                text: own.text.text[..own.text.text.floor_char_boundary(LINE_BYTES_MAX)].to_owned(),
            }));
            asked.made.extend(made);
        }
        Ok(asked)
    })
}

/// The identity of a call made for another: nobody but the gateway can name it.
fn nested(request: &RequestId, place: u8) -> RequestId {
    RequestId(sha256(&[b"tributary call made for a request", &request.0, &[place]]))
}

impl Call {
    /// The same question, put to an agent by the one that calls it.
    fn put_to(&self, tool: &Tool) -> Self {
        // The answer's form is the gateway's business, the question the caller's.
        let question = ["prompt", "messages"].iter().filter_map(|name| self.body.get_key_value(*name));
        Self {
            form: self.form,
            delivery: Delivery::Whole,
            agent: tool.agent.asset.to_string(),
            prompt: self.prompt.clone(),
            max_tokens: Some(tool.max_tokens),
            seed: self.seed,
            stop: Vec::new(),
            options: Vec::new(),
            body: Arc::new(question.map(|(name, value)| (name.clone(), value.clone())).collect()),
            session: None,
            key: None,
            body_hash: self.body_hash,
        }
    }
}
