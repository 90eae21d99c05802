//! What an upstream says: its JSON read as far as it matters here. Pure.

use super::UpstreamError;
use crate::completion::Form;
use serde::Deserialize;
use tributary_core::event::TOKENS_MAX;

/// A whole answer, or one chunk of a stream: both have this shape.
#[derive(Debug, Deserialize)]
struct Message {
    #[serde(default)]
    choices: Vec<Choice>,
    usage: Option<Usage>,
    error: Option<serde_json::Value>,
}

#[derive(Debug, Deserialize)]
struct Choice {
    text: Option<String>,
    message: Option<Spoken>,
    delta: Option<Spoken>,
    finish_reason: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Spoken {
    content: Option<String>,
}

/// Counts as OpenAI names them.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
pub struct Usage {
    /// Of what was asked.
    #[serde(default)]
    pub prompt_tokens: u32,
    /// Of what was answered.
    #[serde(default)]
    pub completion_tokens: u32,
}

/// What was said so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// The text.
    pub text: String,
    /// Why it ends, once it does.
    pub finish_reason: Option<String>,
    /// What the upstream counted, once it said so.
    pub usage: Option<Usage>,
}

impl Said {
    /// Reads a whole answer.
    pub fn whole(form: Form, body: &[u8]) -> Result<Self, UpstreamError> {
        let message: Message = serde_json::from_slice(body).map_err(UpstreamError::Form)?;
        let mut said = Self::default();
        said.take(form, message)?;
        let complete = form == Form::Embedding || said.finish_reason.is_some();
        if complete { Ok(said) } else { Err(UpstreamError::Cut) }
    }

    /// Takes the data of an event. Says whether it holds nothing but counts.
    /// What has another shape says nothing.
    pub fn event(&mut self, form: Form, data: &str) -> Result<bool, UpstreamError> {
        let Ok(message) = serde_json::from_str::<Message>(data) else { return Ok(false) };
        let only_counts = message.choices.is_empty() && message.usage.is_some();
        self.take(form, message)?;
        Ok(only_counts)
    }

    fn take(&mut self, form: Form, message: Message) -> Result<(), UpstreamError> {
        if let Some(error) = message.error {
            let said = error.get("message").and_then(|message| message.as_str()).unwrap_or("it did not say why");
            return Err(UpstreamError::FailedLater(said.chars().take(500).collect()));
        }
        if let Some(choice) = message.choices.into_iter().next() {
            let text = match form {
                Form::Text => choice.text,
                Form::Embedding => None,
                Form::Chat => choice.delta.or(choice.message).and_then(|spoken| spoken.content),
            };
            self.text.push_str(text.as_deref().unwrap_or_default());
            self.finish_reason = choice.finish_reason.or(self.finish_reason.take());
        }
        self.usage = message.usage.or(self.usage);
        Ok(())
    }

    /// The text as far as evidence can cover it.
    pub fn searchable(text: &str) -> &str {
        &text[..text.floor_char_boundary(TOKENS_MAX as usize)]
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn chunks_add_up_to_the_answer_and_its_counts() {
        let mut said = Said::default();
        let chunks = [
            (r#"{"choices":[{"delta":{"role":"assistant"}}],"usage":null}"#, false),
            (r#"{"choices":[{"delta":{"content":"the "}}]}"#, false),
            (r#"{"choices":[{"delta":{"content":"river"},"finish_reason":"stop"}]}"#, false),
            (r#"{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2}}"#, true),
            ("not JSON", false),
        ];
        for (chunk, only_counts) in chunks {
            assert_eq!(said.event(Form::Chat, chunk).unwrap(), only_counts, "{chunk}");
        }
        assert_eq!((said.text.as_str(), said.finish_reason.as_deref()), ("the river", Some("stop")));
        assert_eq!(said.usage, Some(Usage { prompt_tokens: 3, completion_tokens: 2 }));
    }

    #[test]
    fn an_error_in_a_stream_is_an_error() {
        let failed = Said::default().event(Form::Text, r#"{"error":{"message":"out of memory"}}"#);
        assert!(failed.unwrap_err().to_string().contains("out of memory"));
    }

    #[test]
    fn an_answer_without_an_end_is_none() {
        assert!(matches!(Said::whole(Form::Text, b"{\"choices\":[]}"), Err(UpstreamError::Cut)));
        assert!(matches!(Said::whole(Form::Text, b"<html>"), Err(UpstreamError::Form(_))));
        let whole = br#"{"choices":[{"text":"so","finish_reason":"length"}]}"#;
        assert_eq!(Said::whole(Form::Text, whole).unwrap().text, "so");
    }
}
