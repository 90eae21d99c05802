//! An asset's metadata out of the content store: what its registrant says about
//! it. Shown, never trusted, and nothing is worked out from it.

use crate::catalogue::METADATA_BYTES_MAX;
use crate::problem::ReadError;
use crate::server::Api;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use tributary_core::id::FileHash;

/// How many names are remembered; they never change under their hash.
const NAMES_MAX: usize = 16_384;
/// Longer names are cut, in characters.
const NAME_CHARS_MAX: usize = 120;

/// Names by metadata hash.
#[derive(Clone, Default)]
pub struct Names(Arc<Mutex<BTreeMap<FileHash, String>>>);

#[derive(Deserialize)]
struct Named {
    name: String,
}

/// The whole document; `None` when it is not in the store or not JSON.
pub async fn document(api: &Api, hash: FileHash) -> Result<Option<Value>, ReadError> {
    let bytes = match api.store.read(hash, METADATA_BYTES_MAX).await {
        Ok(bytes) => bytes,
        // What cannot be shown is left out: the record on-chain is complete without it.
        Err(ReadError::Store(error)) => {
            tracing::warn!(%hash, error = &error as &dyn std::error::Error, "metadata cannot be shown");
            None
        }
        Err(error) => return Err(error),
    };
    Ok(bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
}

/// The name in a document.
pub fn name_in(document: &Value) -> Option<String> {
    Named::deserialize(document).ok().map(|named| named.name.chars().take(NAME_CHARS_MAX).collect())
}

/// The name an asset's metadata gives it.
pub async fn name(api: &Api, hash: FileHash) -> Result<Option<String>, ReadError> {
    // A poisoned lock only means that a thread died between two whole states.
    if let Some(name) = api.names.0.lock().unwrap_or_else(PoisonError::into_inner).get(&hash) {
        return Ok(Some(name.clone()));
    }
    let Some(name) = document(api, hash).await?.as_ref().and_then(name_in) else { return Ok(None) };
    let mut names = api.names.0.lock().unwrap_or_else(PoisonError::into_inner);
    if names.len() >= NAMES_MAX {
        names.clear();
    }
    names.insert(hash, name.clone());
    Ok(Some(name))
}
