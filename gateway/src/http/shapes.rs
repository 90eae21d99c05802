//! OpenAI's shapes of answers: whole ones and the chunks of streams.

use super::receipt;
use crate::completion::{Answer, Begun, Form, Text};
use serde_json::{Map, Value, json};
use tributary_core::id::RequestId;

/// A whole answer with its receipt; what was said elsewhere keeps its fields.
pub(super) fn whole(form: Form, answer: &Answer) -> Value {
    let Answer { event, text, .. } = answer;
    if let Some(mut raw) = text.raw.as_ref().and_then(|raw| serde_json::from_str::<Map<String, Value>>(raw).ok()) {
        raw.insert("tributary".into(), receipt::object(answer));
        return raw.into();
    }
    let choice = match form {
        Form::Text => json!({
            "index": 0, "text": text.text, "finish_reason": text.finish_reason, "logprobs": null,
        }),
        Form::Chat => json!({
            "index": 0,
            "message": {"role": "assistant", "content": text.text, "refusal": null},
            "finish_reason": text.finish_reason,
            "logprobs": null,
        }),
        // Embeddings are made elsewhere and kept as they came.
        Form::Embedding => Value::Null,
    };
    let object = match form {
        Form::Embedding => "list",
        Form::Text => "text_completion",
        Form::Chat => "chat.completion",
    };
    json!({
        "id": id(form, &event.request),
        "object": object,
        "created": event.at_ms / 1000,
        "model": text.agent_name,
        "choices": [choice],
        "usage": usage(text),
        "tributary": receipt::object(answer),
    })
}

/// Token counts as OpenAI names them.
pub(super) fn usage(text: &Text) -> Value {
    json!({
        "prompt_tokens": text.prompt_tokens,
        "completion_tokens": text.completion_tokens,
        "total_tokens": text.prompt_tokens.saturating_add(text.completion_tokens),
    })
}

fn id(form: Form, request: &RequestId) -> String {
    match form {
        Form::Text => format!("cmpl-{request}"),
        Form::Chat => format!("chatcmpl-{request}"),
        Form::Embedding => format!("embd-{request}"),
    }
}

/// What the chunks of one stream share.
#[derive(Clone, Debug)]
pub(super) struct Chunks {
    form: Form,
    id: String,
    created: u64,
    agent_name: String,
    /// With `include_usage` every chunk has the field, and all but one no value.
    include_usage: bool,
}

impl Chunks {
    /// Of an answer that begins.
    pub(super) fn begun(form: Form, begun: &Begun, include_usage: bool) -> Self {
        let (id, created) = (id(form, &begun.request), begun.at_ms / 1000);
        Self { form, id, created, agent_name: begun.agent_name.clone(), include_usage }
    }

    /// Of an answer that is given again.
    pub(super) fn again(form: Form, answer: &Answer, include_usage: bool) -> Self {
        let (id, created) = (id(form, &answer.event.request), answer.event.at_ms / 1000);
        Self { form, id, created, agent_name: answer.text.agent_name.clone(), include_usage }
    }

    /// Says who speaks; a text is spoken by nobody.
    pub(super) fn first(&self) -> Option<Value> {
        let delta = json!({"role": "assistant", "content": ""});
        (self.form == Form::Chat).then(|| self.chunk(json!([self.choice(&delta, None)])))
    }

    /// More of the answer.
    pub(super) fn more(&self, text: &str) -> Value {
        let said = match self.form {
            Form::Text | Form::Embedding => json!(text),
            Form::Chat => json!({"content": text}),
        };
        self.chunk(json!([self.choice(&said, None)]))
    }

    /// Why it ends.
    pub(super) fn finish(&self, reason: &str) -> Value {
        let said = match self.form {
            Form::Text | Form::Embedding => json!(""),
            Form::Chat => json!({}),
        };
        self.chunk(json!([self.choice(&said, Some(reason))]))
    }

    /// Counts and receipt, in a chunk without choices as OpenAI sends it.
    pub(super) fn counts(&self, answer: &Answer) -> Value {
        let mut chunk = self.chunk(json!([]));
        if let Some(fields) = chunk.as_object_mut() {
            fields.insert("usage".into(), usage(&answer.text));
            fields.insert("tributary".into(), receipt::object(answer));
        }
        chunk
    }

    fn choice(&self, said: &Value, finish_reason: Option<&str>) -> Value {
        let name = match self.form {
            Form::Text | Form::Embedding => "text",
            Form::Chat => "delta",
        };
        json!({"index": 0, name: said, "finish_reason": finish_reason, "logprobs": null})
    }

    fn chunk(&self, choices: Value) -> Value {
        let object = match self.form {
            Form::Text | Form::Embedding => "text_completion",
            Form::Chat => "chat.completion.chunk",
        };
        let mut chunk = json!({
            "id": self.id, "object": object, "created": self.created, "model": self.agent_name, "choices": choices,
        });
        if let (true, Some(fields)) = (self.include_usage, chunk.as_object_mut()) {
            fields.insert("usage".into(), Value::Null);
        }
        chunk
    }
}
