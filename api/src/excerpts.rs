//! Short excerpts of registered texts, at the spans of a sidecar.

use crate::problem::ReadError;
use crate::store::{Store, StoreError};
use std::collections::BTreeSet;
use std::io::{Read, Seek, SeekFrom};
use tributary_attribution::Span;
use tributary_core::event::{UsageEvent, sidecar_commitment};
use tributary_core::id::{AssetId, FileHash};

/// The most spans of one event shown.
const SPANS_MAX: usize = 5;
/// The longest excerpt, in bytes.
const EXCERPT_BYTES_MAX: u32 = 160;

/// Where an asset's text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextAt {
    /// SHA-256 of the text.
    pub content: FileHash,
    /// Whether its owner permits parts of it to be shown.
    pub displayable: bool,
}

/// The private half of an event's evidence.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
pub struct Sidecar {
    spans: Vec<Span>,
}

impl Sidecar {
    /// Reads a sidecar; `None` when it is not what the event commits to.
    pub fn read(event: &UsageEvent, salt: &[u8; 32], body: &[u8]) -> Option<Self> {
        if sidecar_commitment(salt, body) != event.sidecar {
            tracing::warn!(position = ?event.position, "a sidecar is not what its event commits to");
            return None;
        }
        serde_json::from_slice::<Self>(body)
            .ok()
            .filter(|sidecar| sidecar.spans.iter().all(|span| span.start < span.end))
    }

    /// The longest spans in some assets, of equally long ones the first.
    pub fn longest(&self, of: &BTreeSet<AssetId>) -> Vec<Span> {
        let mut spans: Vec<Span> = self.spans.iter().filter(|span| of.contains(&span.asset)).copied().collect();
        spans.sort_by_key(|span| (std::cmp::Reverse(span.end - span.start), span.start));
        spans.truncate(SPANS_MAX);
        spans
    }
}

/// Whether a span is longer than an excerpt.
pub fn is_cut(span: &Span) -> bool {
    span.end - span.start > EXCERPT_BYTES_MAX
}

/// The text of a span out of the store; `None` when the text is not there.
pub async fn read(store: &Store, content: FileHash, span: &Span) -> Result<Option<String>, ReadError> {
    if !store.check(content).await? {
        return Ok(None);
    }
    let (store, span) = (store.clone(), *span);
    let read = tokio::task::spawn_blocking(move || -> Result<Option<String>, StoreError> {
        let Some((mut file, length)) = store.open(&content)? else { return Ok(None) };
        let (from, bytes) = (u64::from(span.source), (span.end - span.start).min(EXCERPT_BYTES_MAX));
        if from + u64::from(bytes) > length {
            return Ok(None);
        }
        let mut text = vec![0; bytes as usize];
        let failed = |source| StoreError::Io { hash: content, source };
        file.seek(SeekFrom::Start(from)).map_err(failed)?;
        file.read_exact(&mut text).map_err(failed)?;
        Ok(Some(whole_characters(&text)))
    });
    Ok(read.await??)
}

/// A span's bytes may begin and end inside characters; those parts are left out.
fn whole_characters(bytes: &[u8]) -> String {
    let is_continuation = |byte: &&u8| **byte & 0b1100_0000 == 0b1000_0000;
    let start = bytes.iter().take(3).take_while(is_continuation).count();
    let mut text = String::new();
    for chunk in bytes[start..].utf8_chunks() {
        text.push_str(chunk.valid());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_leaves_out_what_is_not_a_whole_character() {
        let text = "ähnlich – über".as_bytes();
        assert_eq!(whole_characters(text), "ähnlich – über");
        assert_eq!(whole_characters(&text[1..]), "hnlich – über");
        assert_eq!(whole_characters(&text[..text.len() - 4]), "ähnlich – ");
        assert_eq!(whole_characters(&[]), "");
    }
}
