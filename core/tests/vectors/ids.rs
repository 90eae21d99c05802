//! Vectors of ids and commitments.

use crate::{base58, named};
use serde_json::{Value, json};
use tributary_core::content::{AssetKind, commitment, content_id};
use tributary_core::domain::Domain;
use tributary_core::event::{request_id, sidecar_commitment};
use tributary_core::hash::sha256;
use tributary_core::id::{GatewayId, Genesis, PayerId, ProgramId, VaultId};
use tributary_core::position::{AssetSeq, Slot};

pub fn asset_sequences() -> Value {
    let sequence = |slot: u64, shard: u8, nth: u16| {
        let sequence = AssetSeq::compose(Slot(slot), shard, nth).map(|sequence| sequence.to_string());
        json!({ "slot": slot.to_string(), "shard": shard, "nth": nth, "sequence": sequence })
    };
    json!([
        sequence(0, 0, 0),
        sequence(1, 2, 3),
        sequence(400_000_000, 255, 65_535),
        sequence((1 << 40) - 1, 0, 1),
        sequence(1 << 40, 0, 0),
    ])
}

pub fn content_ids() -> Value {
    let one = |kind: AssetKind, content: &str| {
        let hash = sha256(&[content.as_bytes()]);
        json!({
            "kind": kind as u8,
            "content": content,
            "length": content.len().to_string(),
            "content_hash": hex::encode(hash),
            "content_id": content_id(kind, content.len() as u64, &hash).to_string(),
        })
    };
    json!([
        one(AssetKind::Dataset, "A text that somebody wrote, é and all.\n"),
        one(AssetKind::Dataset, ""),
        one(AssetKind::Model, "{\"kind\":\"infinigram\",\"version\":1}"),
        one(AssetKind::Agent, "{\"name\":\"agent\"}"),
    ])
}

pub fn commitments() -> Value {
    let (genesis, registry) = (Genesis(named("genesis")), ProgramId(named("registry")));
    let content = content_id(AssetKind::Dataset, 3, &sha256(&[b"abc"]));
    let (owner, salt) = (named("owner"), named("salt"));
    json!([{
        "genesis": genesis.to_string(),
        "registry": registry.to_string(),
        "kind": AssetKind::Dataset as u8,
        "content_id": content.to_string(),
        "owner": base58(&owner),
        "salt": hex::encode(salt),
        "commitment": commitment(&genesis, &registry, AssetKind::Dataset, &content, &owner, &salt).to_string(),
    }])
}

pub fn domains() -> Value {
    json!([{
        "genesis": Genesis(named("genesis")).to_string(),
        "rewards": ProgramId(named("rewards")).to_string(),
        "vault": VaultId(named("vault")).to_string(),
        "domain": hex::encode(domain().0),
    }])
}

/// The domain that all leaves of the vectors belong to.
pub fn domain() -> Domain {
    Domain::of(&Genesis(named("genesis")), &ProgramId(named("rewards")), &VaultId(named("vault")))
}

pub fn request_ids() -> Value {
    let (gateway, payer) = (GatewayId(named("gateway")), PayerId(named("payer")));
    json!([{
        "gateway": gateway.to_string(),
        "payer": payer.to_string(),
        "idempotency_key": "order-4711",
        "request_id": request_id(&gateway, &payer, b"order-4711").to_string(),
    }])
}

pub fn sidecar_commitments() -> Value {
    let salt = named("sidecar salt");
    json!([{
        "salt": hex::encode(salt),
        "sidecar": "[]",
        "commitment": sidecar_commitment(&salt, b"[]").to_string(),
    }])
}
