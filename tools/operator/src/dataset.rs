//! Datasets on their way through a gateway's intake: declared, sent in parts that
//! can be resumed, followed step by step. It signs nothing and registers nothing.

use crate::gateway::{GatewayClient, GatewayError};
use serde::Deserialize;
use serde_json::Value;
use std::time::Duration;
use tributary_core::id::FileHash;

/// A part of a file that is sent at once, in bytes.
pub const PART_BYTES: usize = 1 << 20;
/// How long a stream of events is listened to before it is asked for again.
const FOLLOW: Duration = Duration::from_secs(300);

/// A declared dataset.
#[derive(Clone, Debug, Deserialize)]
pub struct Declared {
    /// Its identity there.
    pub id: String,
    /// What everything else about it asks for. A secret.
    pub key: String,
}

/// How a dataset stands.
#[derive(Clone, Debug, Deserialize)]
pub struct Status {
    /// The step it is at.
    pub step: String,
    /// `waiting`, `due`, `parked`, `done` or `withdrawn`.
    pub state: String,
    /// Why it waits or is parked.
    pub reason: Option<String>,
    /// What has arrived.
    pub upload: Upload,
    /// What was found out.
    pub facts: Facts,
}

/// How much of a file is there.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Upload {
    /// Bytes.
    pub bytes: u64,
    /// Of so many.
    pub of: u64,
}

/// What a registration needs to know.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Facts {
    /// SHA-256 of the text.
    pub text_hash: Option<FileHash>,
    /// Its length.
    pub text_bytes: Option<u64>,
    /// Records it was put together from.
    pub records: Option<u64>,
    /// SHA-256 of the metadata.
    pub metadata_hash: Option<FileHash>,
}

/// Something that happened to a dataset.
#[derive(Clone, Debug, PartialEq)]
pub struct Happened {
    /// Its place, from 0.
    pub sequence: u64,
    /// What.
    pub kind: String,
    /// The particulars.
    pub body: Value,
}

impl GatewayClient {
    /// Declares a dataset: the declaration's fields and its `signature`. The same
    /// again goes on with the same dataset under a new key.
    pub async fn declare_dataset(&self, declaration: &Value) -> Result<Declared, GatewayError> {
        self.send(self.http().post(format!("{}/v1/datasets", self.url())).json(declaration)).await
    }

    /// How it stands.
    pub async fn dataset(&self, dataset: &Declared) -> Result<Status, GatewayError> {
        self.send(self.http().get(self.at(dataset, "")).bearer_auth(&dataset.key)).await
    }

    /// Sends a part of the file that begins at a byte.
    pub async fn send_part(&self, dataset: &Declared, from: u64, part: Vec<u8>) -> Result<(), GatewayError> {
        let call = self.http().patch(self.at(dataset, "/content")).bearer_auth(&dataset.key);
        self.send_for_nothing(call.header("Upload-Offset", from.to_string()).body(part)).await
    }

    /// Tries a parked step again.
    pub async fn retry_dataset(&self, dataset: &Declared) -> Result<Status, GatewayError> {
        self.send(self.http().post(self.at(dataset, "/retry")).bearer_auth(&dataset.key)).await
    }

    /// Everything that happens from a place on, told as it is heard until `tell`
    /// says that this is enough, or the stream ends.
    pub async fn follow_dataset(
        &self,
        dataset: &Declared,
        from: u64,
        mut tell: impl FnMut(&Happened) -> bool,
    ) -> Result<(), GatewayError> {
        let mut call = self.http().get(self.at(dataset, "/events")).bearer_auth(&dataset.key).timeout(FOLLOW);
        if let Some(last) = from.checked_sub(1) {
            call = call.header("Last-Event-ID", last.to_string());
        }
        let mut response = self.answer(call).await?;
        let mut events = Events::default();
        // A stream that breaks off is asked for again.
        while let Ok(Some(piece)) = response.chunk().await {
            for event in events.read(&piece) {
                if tell(&event) {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    fn at(&self, dataset: &Declared, rest: &str) -> String {
        format!("{}/v1/datasets/{}{rest}", self.url(), dataset.id)
    }
}

/// Puts server-sent events together from pieces.
#[derive(Debug, Default)]
struct Events {
    line: Vec<u8>,
    sequence: Option<u64>,
    kind: String,
    body: Value,
}

impl Events {
    fn read(&mut self, piece: &[u8]) -> Vec<Happened> {
        let mut found = Vec::new();
        for byte in piece {
            if *byte != b'\n' {
                self.line.push(*byte);
                continue;
            }
            let line = String::from_utf8_lossy(&std::mem::take(&mut self.line)).into_owned();
            match line.split_once(':').map(|(field, value)| (field, value.trim())) {
                Some(("id", id)) => self.sequence = id.parse().ok(),
                Some(("event", kind)) => self.kind = kind.to_owned(),
                Some(("data", data)) => self.body = serde_json::from_str(data).unwrap_or_default(),
                // Comments keep the connection alive.
                Some(_) => {}
                None => {
                    let (kind, body) = (std::mem::take(&mut self.kind), std::mem::take(&mut self.body));
                    if let Some(sequence) = self.sequence.take() {
                        found.push(Happened { sequence, kind, body });
                    }
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_read_whatever_pieces_they_come_in() {
        let stream = b"id: 0\nevent: declared\ndata: {\"owner\":\"a: b\"}\n\n:\n\nid: 1\nevent: uploaded\ndata: {\"bytes\":7}\n\nid: 2\n";
        for size in [1, 7, stream.len()] {
            let mut events = Events::default();
            let found: Vec<Happened> = stream.chunks(size).flat_map(|piece| events.read(piece)).collect();
            let kinds: Vec<(u64, &str)> = found.iter().map(|one| (one.sequence, one.kind.as_str())).collect();
            assert_eq!(kinds, [(0, "declared"), (1, "uploaded")]);
            assert_eq!(found[0].body["owner"], "a: b");
            assert_eq!(found[1].body["bytes"], 7);
        }
    }
}
