//! Where the models are that answer elsewhere: a JSON file that the operator
//! writes. Addresses and keys are the operator's business and never on the chain.
//! A key comes from a file or from the environment, and is never logged.

use super::client::connector;
use reqwest_tls::Client;
use serde::Deserialize;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tributary_core::id::AssetId;

/// The file is not longer, in bytes.
const FILE_BYTES_MAX: u64 = 1 << 20;
/// A key is not longer, in bytes.
const KEY_BYTES_MAX: u64 = 4_096;
/// The certificates of an authority are not longer, in bytes.
const AUTHORITY_BYTES_MAX: u64 = 1 << 20;

/// Why the file is of no use.
#[derive(Debug, thiserror::Error)]
pub enum UpstreamsError {
    /// It, or a key's file that it names, cannot be read.
    #[error("cannot read {}: it is named with --upstreams, or in the file that is", .0.display())]
    Read(PathBuf, #[source] std::io::Error),
    /// It is too long.
    #[error("{} is longer than {most} bytes", path.display())]
    TooLong {
        /// Which.
        path: PathBuf,
        /// How long it may be.
        most: u64,
    },
    /// It is not the JSON it should be.
    #[error("{} does not say where models are: docs/gateway.md shows how", .0.display())]
    Form(PathBuf, #[source] serde_json::Error),
    /// An address that is none.
    #[error("{0:?} is not an address: write one like http://127.0.0.1:8000/v1 or https://api.example.com/v1")]
    Url(String),
    /// A variable that is not set.
    #[error("{0} is named as a key's variable and not set: set it, or leave key_env out")]
    Unset(String),
    /// Two keys for one server.
    #[error("the model {0:?} has key_file and key_env: leave one of them out")]
    TwoKeys(String),
    /// An authority that is none.
    #[error("{} holds no certificates of an authority in PEM", .0.display())]
    Authority(PathBuf, #[source] reqwest_tls::Error),
}

/// A server, and how to ask it.
#[derive(Clone)]
pub struct Upstream {
    /// Up to and with `/v1`, without a slash at the end.
    pub url: String,
    /// What the server calls the model.
    pub served_as: String,
    /// Its bearer token. A secret.
    pub key: Option<String>,
    /// The most tokens it is asked for.
    pub max_tokens: u32,
    /// What is waited for its next bytes.
    pub idle: Duration,
    /// What its whole answer may take.
    pub whole: Duration,
    /// Trusts the server's own authority alone, when one is named.
    pub(super) client: Option<Client>,
}

impl std::fmt::Debug for Upstream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Upstream").field("url", &self.url).field("served_as", &self.served_as).finish_non_exhaustive()
    }
}

/// All of them, by the address or the name of their model.
#[derive(Clone, Debug, Default)]
pub struct Upstreams(Vec<(String, Arc<Upstream>)>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    model: String,
    url: String,
    served_as: String,
    key_file: Option<PathBuf>,
    key_env: Option<String>,
    ca_file: Option<PathBuf>,
    #[serde(default = "max_tokens")]
    max_tokens: u32,
    #[serde(default = "idle_seconds")]
    idle_seconds: u64,
    #[serde(default = "whole_seconds")]
    whole_seconds: u64,
}

fn max_tokens() -> u32 {
    4_096
}

fn idle_seconds() -> u64 {
    30
}

fn whole_seconds() -> u64 {
    110
}

impl Upstream {
    /// The server for embeddings of registered texts, which needs no key.
    pub fn for_embeddings(url: &str, served_as: &str) -> Self {
        Self {
            url: url.trim_end_matches('/').to_owned(),
            served_as: served_as.to_owned(),
            key: None,
            max_tokens: 0,
            idle: Duration::from_secs(idle_seconds()),
            whole: Duration::from_secs(whole_seconds()),
            client: None,
        }
    }
}

impl Upstreams {
    /// From the operator's file, and the environment for the keys that it says are
    /// there.
    pub fn read(path: &Path, environment: impl Fn(&str) -> Option<String>) -> Result<Self, UpstreamsError> {
        let bytes = read(path, FILE_BYTES_MAX)?;
        let entries: Vec<Entry> =
            serde_json::from_slice(&bytes).map_err(|error| UpstreamsError::Form(path.into(), error))?;
        let upstreams = entries.into_iter().map(|entry| {
            if !["http://", "https://"].iter().any(|scheme| entry.url.starts_with(scheme)) {
                return Err(UpstreamsError::Url(entry.url));
            }
            let key = match (entry.key_file, entry.key_env) {
                (Some(_), Some(_)) => return Err(UpstreamsError::TwoKeys(entry.model)),
                (Some(path), None) => Some(String::from_utf8_lossy(&read(&path, KEY_BYTES_MAX)?).trim().to_owned()),
                (None, Some(name)) => Some(environment(&name).ok_or(UpstreamsError::Unset(name))?.trim().to_owned()),
                (None, None) => None,
            };
            let upstream = Upstream {
                url: entry.url.trim_end_matches('/').to_owned(),
                served_as: entry.served_as,
                key,
                max_tokens: entry.max_tokens,
                idle: Duration::from_secs(entry.idle_seconds),
                whole: Duration::from_secs(entry.whole_seconds),
                client: entry.ca_file.map(|path| trusting(&path)).transpose()?,
            };
            Ok((entry.model, Arc::new(upstream)))
        });
        upstreams.collect::<Result<_, _>>().map(Self)
    }

    /// Where a model answers, if the operator said so.
    pub fn of(&self, model: &AssetId, name: &str) -> Option<&Arc<Upstream>> {
        let address = model.to_string();
        let named = |wanted: &str| self.0.iter().find(|(model, _)| model == wanted).map(|(_, upstream)| upstream);
        named(&address).or_else(|| named(name))
    }
}

/// A client of servers that one authority vouches for.
fn trusting(path: &Path) -> Result<Client, UpstreamsError> {
    let authority = read(path, AUTHORITY_BYTES_MAX)?;
    connector(Some(&authority)).map_err(|error| UpstreamsError::Authority(path.into(), error))
}

fn read(path: &Path, most: u64) -> Result<Vec<u8>, UpstreamsError> {
    let failed = |error| UpstreamsError::Read(path.into(), error);
    if fs::metadata(path).map_err(failed)?.len() > most {
        return Err(UpstreamsError::TooLong { path: path.into(), most });
    }
    fs::read(path).map_err(failed)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    fn parse(value: &serde_json::Value) -> Result<Upstreams, UpstreamsError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("upstreams.json");
        fs::write(&path, value.to_string()).unwrap();
        fs::write(folder.path().join("key"), "secret\n").unwrap();
        Upstreams::read(&path, |name| (name == "LLAMA_KEY").then(|| " secret of the environment\n".into()))
    }

    #[test]
    fn a_model_is_found_by_address_before_name() {
        let id = AssetId([3; 32]);
        let entry = |model: &str, url: &str| json!({"model": model, "url": url, "served_as": "llama"});
        let all = parse(&json!([entry("llama", "http://a/v1/"), entry(&id.to_string(), "http://b/v1")])).unwrap();
        assert_eq!(all.of(&id, "llama").unwrap().url, "http://b/v1");
        assert_eq!(all.of(&AssetId([4; 32]), "llama").unwrap().url, "http://a/v1");
        assert!(all.of(&AssetId([4; 32]), "other").is_none());
    }

    #[test]
    fn a_typing_error_is_refused_instead_of_ignored() {
        let wrong = json!([{"model": "m", "url": "http://a", "served_as": "x", "max_token": 3}]);
        assert!(matches!(parse(&wrong), Err(UpstreamsError::Form(..))));
        for url in ["a.example", "ftp://a.example/v1"] {
            let wrong = json!([{"model": "m", "url": url, "served_as": "x"}]);
            assert!(matches!(parse(&wrong), Err(UpstreamsError::Url(_))));
        }
    }

    #[test]
    fn a_key_comes_from_the_environment_or_from_a_file_and_not_from_both() {
        let entry = |more: serde_json::Value| {
            let mut entry = json!({"model": "m", "url": "https://a/v1", "served_as": "x"});
            entry.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            parse(&json!([entry]))
        };
        let all = entry(json!({"key_env": "LLAMA_KEY"})).unwrap();
        assert_eq!(all.of(&AssetId([0; 32]), "m").unwrap().key.as_deref(), Some("secret of the environment"));
        assert!(!format!("{all:?}").contains("secret"));
        assert!(matches!(entry(json!({"key_env": "NOBODY"})), Err(UpstreamsError::Unset(name)) if name == "NOBODY"));
        let both = entry(json!({"key_env": "LLAMA_KEY", "key_file": "key"}));
        assert!(matches!(both, Err(UpstreamsError::TwoKeys(_))));
    }

    #[test]
    fn a_key_is_never_printed() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("key"), "secret\n").unwrap();
        let entry = json!([{"model": "m", "url": "http://a", "served_as": "x", "key_file": folder.path().join("key")}]);
        fs::write(folder.path().join("all"), entry.to_string()).unwrap();
        let all = Upstreams::read(&folder.path().join("all"), |_| None).unwrap();
        assert_eq!(all.of(&AssetId([0; 32]), "m").unwrap().key.as_deref(), Some("secret"));
        assert!(!format!("{all:?}").contains("secret"));
    }
}
