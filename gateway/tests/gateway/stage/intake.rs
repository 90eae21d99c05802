//! Owners and their datasets: declared, sent, looked at, registered.

use super::{Running, Stage, key};
use ed25519_dalek::Signer;
use serde_json::Value;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tributary_core::content::AssetKind;
use tributary_core::hash::sha256;
use tributary_core::id::{Claimant, FileHash};
use tributary_gateway::intake::declaration::Declaration;
use tributary_gateway::intake::format::Format;

pub struct Dataset {
    pub id: String,
    pub key: String,
}

impl Stage {
    pub fn declaration(&self, owner: &str, file: &[u8], format: Format) -> Declaration {
        Declaration {
            genesis: self.genesis,
            gateway: self.gateway,
            owner: Claimant(key(owner).verifying_key().to_bytes()),
            name: "Verses".into(),
            creator: "Ann".into(),
            description: String::new(),
            sha256: FileHash(sha256(&[file])),
            bytes: file.len() as u64,
            format,
            field: None,
            licence: "CC-BY-4.0".into(),
            uses: vec!["train".into(), "ground".into(), "display".into()],
            personal_data: false,
            croissant: None,
        }
    }

    pub async fn try_declare(&self, gateway: &Running, owner: &str, declaration: &Declaration) -> (u16, Value) {
        let signature = key(owner).sign(declaration.text().as_bytes());
        let mut body = serde_json::to_value(declaration).unwrap();
        body["signature"] = bs58::encode(signature.to_bytes()).into_string().into();
        let answer = self.client.post(gateway.at("/v1/datasets")).json(&body).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    pub async fn declare(&self, gateway: &Running, owner: &str, declaration: &Declaration) -> Dataset {
        let (status, body) = self.try_declare(gateway, owner, declaration).await;
        assert_eq!(status, 201, "{body}");
        Dataset { id: body["id"].as_str().unwrap().into(), key: body["key"].as_str().unwrap().into() }
    }

    pub async fn send(&self, gateway: &Running, dataset: &Dataset, from: usize, part: &[u8]) -> (u16, Value) {
        let path = gateway.at(&format!("/v1/datasets/{}/content", dataset.id));
        let sent = self.client.patch(path).bearer_auth(&dataset.key).header("Upload-Offset", from.to_string());
        let answer = sent.body(part.to_vec()).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap_or(Value::Null))
    }

    pub async fn look(&self, gateway: &Running, dataset: &Dataset) -> Value {
        let path = gateway.at(&format!("/v1/datasets/{}", dataset.id));
        self.client.get(path).bearer_auth(&dataset.key).send().await.unwrap().json().await.unwrap()
    }

    pub async fn until(&self, gateway: &Running, dataset: &Dataset, holds: impl Fn(&Value) -> bool) -> Value {
        let start = Instant::now();
        loop {
            let seen = self.look(gateway, dataset).await;
            if holds(&seen) {
                return seen;
            }
            assert!(start.elapsed() < Duration::from_secs(30), "never came: {seen}");
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    /// Registers what was prepared, as owner and indexer would.
    pub async fn register(&self, seen: &Value, owner: &str) -> String {
        let hash: FileHash = serde_json::from_value(seen["facts"]["text_hash"].clone()).unwrap();
        let bytes = seen["facts"]["text_bytes"].as_u64().unwrap();
        let asset = self.record(AssetKind::Dataset, hash.0, bytes, owner, 7, &[]).await;
        asset.to_string()
    }

    /// The whole way of a plain text, up to the index; there it waits for vectors.
    pub async fn taken_in(&self, gateway: &Running, owner: &str, text: &str) -> (Dataset, String) {
        let dataset = self.declare(gateway, owner, &self.declaration(owner, text.as_bytes(), Format::Text)).await;
        assert_eq!(self.send(gateway, &dataset, 0, text.as_bytes()).await.0, 204);
        let waiting = self.until(gateway, &dataset, |seen| seen["step"] == "register").await;
        let asset = self.register(&waiting, owner).await;
        self.finalise().await;
        self.until(gateway, &dataset, |seen| seen["step"] == "embed").await;
        (dataset, asset)
    }

    pub async fn withdraw(&self, gateway: &Running, dataset: &Dataset) {
        let path = gateway.at(&format!("/v1/datasets/{}", dataset.id));
        assert_eq!(self.client.delete(&path).bearer_auth(&dataset.key).send().await.unwrap().status(), 204);
    }

    /// Where content lies in the store.
    pub fn stored(&self, hash: &str) -> PathBuf {
        self.folder.path().join("store").join(&hash[..2]).join(hash)
    }

    pub fn uploads(&self) -> usize {
        std::fs::read_dir(self.folder.path().join("uploads")).map_or(0, Iterator::count)
    }
}
