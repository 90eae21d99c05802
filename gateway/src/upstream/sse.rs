//! Server-sent events, found in bytes as they arrive. Keeps every event's bytes as
//! they are, so that they can be passed on unchanged. Pure.

use axum::body::Bytes;

/// An event as it was sent, up to and with the empty line that ends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its bytes.
    pub bytes: Bytes,
    /// Its data lines, joined by line feeds; empty for comments.
    pub data: String,
}

/// Why bytes are no events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// One does not end.
    #[error("an event of the stream is longer than {0} bytes")]
    TooLong(usize),
    /// Not UTF-8.
    #[error("an event of the stream is not UTF-8")]
    Utf8,
}

/// Splits a stream into events.
#[derive(Debug)]
pub struct Events {
    pending: Vec<u8>,
    /// Up to here there is no end of an event.
    searched: usize,
    longest: usize,
}

impl Events {
    /// At the start of a stream whose events have at most `longest` bytes.
    pub fn new(longest: usize) -> Self {
        Self { pending: Vec::new(), searched: 0, longest }
    }

    /// Takes what arrived.
    pub fn push(&mut self, bytes: &[u8]) {
        self.pending.extend_from_slice(bytes);
    }

    /// The next whole event.
    pub fn next_event(&mut self) -> Result<Option<Event>, EventError> {
        let Some(end) = self.end() else {
            self.searched = self.pending.len().saturating_sub(3);
            return if self.pending.len() > self.longest { Err(EventError::TooLong(self.longest)) } else { Ok(None) };
        };
        self.searched = 0;
        let bytes: Vec<u8> = self.pending.drain(..end).collect();
        Ok(Some(event(bytes)?))
    }

    /// What is left at the end of the stream: an event without its empty line, or
    /// nothing.
    pub fn last(self) -> Result<Option<Event>, EventError> {
        if self.pending.is_empty() { Ok(None) } else { event(self.pending).map(Some) }
    }

    /// One past the first empty line. Lines end with LF, CR or both.
    fn end(&self) -> Option<usize> {
        let bytes = &self.pending;
        (self.searched..bytes.len()).find_map(|at| match &bytes[at..] {
            [b'\n', b'\n', ..] | [b'\r', b'\r', ..] => Some(at + 2),
            [b'\n', b'\r', b'\n', ..] => Some(at + 3),
            [b'\r', b'\n', b'\r', b'\n', ..] => Some(at + 4),
            _ => None,
        })
    }
}

fn event(bytes: Vec<u8>) -> Result<Event, EventError> {
    let text = std::str::from_utf8(&bytes).map_err(|_| EventError::Utf8)?;
    let lines = text.split(['\n', '\r']).filter_map(|line| line.strip_prefix("data:"));
    let data = lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect::<Vec<_>>().join("\n");
    Ok(Event { data, bytes: bytes.into() })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    fn split(stream: &[u8], cuts: &[usize]) -> Vec<Event> {
        let mut events = Events::new(1 << 16);
        let (mut found, mut from) = (Vec::new(), 0);
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut % (stream.len() + 1)).collect();
        cuts.push(stream.len());
        cuts.sort_unstable();
        for cut in cuts {
            events.push(&stream[from..cut]);
            from = cut;
            while let Some(event) = events.next_event().unwrap() {
                found.push(event);
            }
        }
        found.extend(events.last().unwrap());
        found
    }

    #[test]
    fn lines_may_end_in_every_way_and_data_may_have_several() {
        let stream = b"data: one\n\n: a comment\n\ndata:two\ndata:  three\r\n\r\nevent: x\rdata: four\r\rdata: [DONE]";
        let found = split(stream, &[]);
        let data: Vec<&str> = found.iter().map(|event| event.data.as_str()).collect();
        assert_eq!(data, ["one", "", "two\n three", "four", "[DONE]"]);
    }

    #[test]
    fn an_event_without_end_is_refused() {
        let mut events = Events::new(10);
        events.push(b"data: 0123456789");
        assert_eq!(events.next_event(), Err(EventError::TooLong(10)));
        let mut events = Events::new(10);
        events.push(b"data: \xff\n\n");
        assert_eq!(events.next_event(), Err(EventError::Utf8));
    }

    proptest! {
        #[test]
        fn however_a_stream_is_cut_its_events_have_all_its_bytes(
            texts in prop::collection::vec("[a-zé日]{0,8}", 1..8),
            cuts in prop::collection::vec(any::<usize>(), 0..12),
        ) {
            let stream: String = texts.iter().map(|text| format!("data: {text}\n\n")).collect();
            let found = split(stream.as_bytes(), &cuts);
            let bytes: Vec<u8> = found.iter().flat_map(|event| event.bytes.to_vec()).collect();
            prop_assert_eq!(bytes, stream.as_bytes());
            let data: Vec<String> = found.into_iter().map(|event| event.data).collect();
            prop_assert_eq!(data, texts);
        }
    }
}
