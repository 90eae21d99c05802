//! `core/vectors.json`: test vectors of every byte format, which program,
//! engine, SDK, page and the independent verifier read. This test computes all
//! of them anew and fails when the committed file differs.
//!
//! After a deliberate change of a format: `WRITE_VECTORS=1 cargo test -p
//! tributary-core --features std --test vectors`, then look at the difference.
#![allow(clippy::unwrap_used)]

mod events;
mod ids;
mod published;
mod trees;

use serde_json::{Value, json};
use std::path::Path;
use tributary_core::hash::sha256;

/// Bytes that belong to a name: how the vectors fill ids and keys.
fn named(name: &str) -> [u8; 32] {
    sha256(&[b"tributary test vector: ", name.as_bytes()])
}

/// The Ed25519 key whose secret seed is [`named`].
fn signer(name: &str) -> ed25519_dalek::SigningKey {
    ed25519_dalek::SigningKey::from_bytes(&named(name))
}

fn base58(bytes: &[u8]) -> String {
    bs58::encode(bytes).into_string()
}

fn vectors() -> Value {
    json!({
        "about": "Test vectors of the formats in docs/formats.md. Hashes and raw bytes are hexadecimal, addresses and signatures base58, 64-bit integers decimal strings.",
        "version": tributary_core::hash::VERSION,
        "asset_sequence": ids::asset_sequences(),
        "content_id": ids::content_ids(),
        "commitment": ids::commitments(),
        "domain": ids::domains(),
        "request_id": ids::request_ids(),
        "sidecar_commitment": ids::sidecar_commitments(),
        "leaf": trees::leaves(),
        "node": trees::nodes(),
        "tree": trees::trees(),
        "refused_proof": trees::refused_proofs(),
        "mandate": events::mandates(),
        "usage_event": events::usage_events(),
        "group": events::groups(),
        "slot_digest": events::slot_digests(),
        "policy_set": published::policy_sets(),
        "leaf_file": published::leaf_files(),
        "refused_leaf_file": published::refused_leaf_files(),
        "manifest": published::manifests(),
        "root_id": published::root_ids(),
    })
}

#[test]
fn the_committed_vectors_are_what_this_code_computes() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors.json");
    let computed = vectors();
    if std::env::var_os("WRITE_VECTORS").is_some() {
        let text = serde_json::to_string_pretty(&computed).unwrap() + "\n";
        std::fs::write(&path, text).unwrap();
    }
    let text = std::fs::read_to_string(&path).unwrap();
    let committed: Value = serde_json::from_str(&text).unwrap();
    let names = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&committed), names(&computed));
    for name in names(&computed) {
        assert_eq!(committed[&name], computed[&name], "the vectors of {name} drifted");
    }
}
