//! Vectors of mandates, usage events, group commits and slot digests.

use crate::{base58, named, signer};
use ed25519_dalek::Signer;
use serde_json::{Value, json};
use tributary_core::amount::BaseUnits;
use tributary_core::chain::{ChainItem, slot_digest};
use tributary_core::content::uses;
use tributary_core::event::{EventPosition, Evidence, TOKEN_WEIGHT, UsageEvent, request_id};
use tributary_core::group::{Group, signed_message};
use tributary_core::id::{AssetId, Commitment, GatewayId, GatewayKey, Genesis, Head, PayerId, ProgramId, VaultId};
use tributary_core::mandate::Mandate;
use tributary_core::position::{CreditSeq, EventSeq, Generation, Slot};

fn mandate() -> Mandate {
    Mandate {
        genesis: Genesis(named("genesis")),
        program: ProgramId(named("rewards")),
        vault: VaultId(named("vault")),
        payer: PayerId(signer("payer").verifying_key().to_bytes()),
        gateway: GatewayId(named("gateway")),
        maximum: BaseUnits(25_000_000),
        expires: Slot(400_000_000),
        nonce: 3,
    }
}

pub fn mandates() -> Value {
    let mandate = mandate();
    let text = mandate.text();
    json!([{
        "genesis": mandate.genesis.to_string(),
        "program": mandate.program.to_string(),
        "vault": mandate.vault.to_string(),
        "payer": mandate.payer.to_string(),
        "gateway": mandate.gateway.to_string(),
        "maximum": mandate.maximum.to_string(),
        "expires": mandate.expires.to_string(),
        "nonce": mandate.nonce.to_string(),
        "text": text,
        "id": mandate.id().to_string(),
        "payer_secret_seed": hex::encode(named("payer")),
        "signature": base58(&signer("payer").sign(text.as_bytes()).to_bytes()),
    }])
}

fn events() -> [UsageEvent; 4] {
    let mandate = mandate();
    let event = |sequence: u64, key: &str, price: u64, evidence: Evidence| UsageEvent {
        position: EventPosition { gateway: mandate.gateway, generation: Generation(2), sequence: EventSeq(sequence) },
        vault: mandate.vault,
        payer: mandate.payer,
        mandate: mandate.id(),
        lease: CreditSeq(11),
        request: request_id(&mandate.gateway, &mandate.payer, key.as_bytes()),
        agent: AssetId(named("agent")),
        model: AssetId(named("model")),
        price: BaseUnits(price),
        graph_slot: Slot(399_999_000),
        at_ms: 1_795_000_000_123,
        uses: uses::GROUND | uses::DISPLAY,
        sidecar: Commitment(if sequence == 40 { [0; 32] } else { named("sidecar") }),
        evidence,
    };
    let mut pairs = vec![
        (AssetId(named("dataset one")), 40 * TOKEN_WEIGHT),
        (AssetId(named("dataset two")), 9 * TOKEN_WEIGHT + 1),
        (AssetId(named("dataset three")), 1),
    ];
    pairs.sort();
    let verbatim = Evidence::verbatim(120, pairs);
    assert_eq!(verbatim.check(), Ok(()));
    let mut similar = vec![(AssetId(named("dataset two")), u32::MAX), (AssetId(named("dataset four")), 3)];
    similar.sort();
    [
        event(40, "order-4711", 1_500, Evidence::none(7)),
        event(41, "order-4712", u64::MAX, verbatim.clone()),
        event(42, "order-4713", 9, Evidence::none(0).with_similar(similar.clone())),
        event(43, "order-4714", 10, verbatim.with_similar(similar)),
    ]
}

pub fn usage_events() -> Value {
    let one = |event: &UsageEvent| {
        assert_eq!(UsageEvent::decode(&event.encode()).as_ref(), Ok(event));
        let list = |pairs: &[(AssetId, u32)]| -> Vec<Value> {
            pairs.iter().map(|(asset, weight)| json!({ "asset": asset.to_string(), "weight": weight })).collect()
        };
        json!({
            "gateway": event.position.gateway.to_string(),
            "generation": event.position.generation.0,
            "sequence": event.position.sequence.to_string(),
            "vault": event.vault.to_string(),
            "payer": event.payer.to_string(),
            "mandate": event.mandate.to_string(),
            "lease": event.lease.to_string(),
            "request": event.request.to_string(),
            "agent": event.agent.to_string(),
            "model": event.model.to_string(),
            "price": event.price.to_string(),
            "graph_slot": event.graph_slot.to_string(),
            "at_ms": event.at_ms.to_string(),
            "uses": event.uses,
            "sidecar": event.sidecar.to_string(),
            "evidence": {
                "kind": event.evidence.code(), "tokens": event.evidence.tokens,
                "pairs": list(&event.evidence.pairs), "similar": list(&event.evidence.similar),
            },
            "bytes": hex::encode(event.encode()),
            "hash": event.hash().to_string(),
        })
    };
    Value::Array(events().iter().map(one).collect())
}

pub fn groups() -> Value {
    let key = signer("gateway key");
    let mut group = Group {
        gateway: GatewayId(named("gateway")),
        generation: Generation(2),
        previous: Head(named("previous head")),
        events: events().to_vec(),
        key: GatewayKey(key.verifying_key().to_bytes()),
        signature: [0; 64],
    };
    let message = signed_message(&group.head());
    group.signature = key.sign(&message).to_bytes();
    assert_eq!(Group::decode(&group.encode()).as_ref(), Ok(&group));
    json!([{
        "gateway": group.gateway.to_string(),
        "generation": group.generation.0,
        "first": group.first().to_string(),
        "previous": group.previous.to_string(),
        "events": group.events.iter().map(|event| hex::encode(event.encode())).collect::<Vec<_>>(),
        "head": group.head().to_string(),
        "signed_message": hex::encode(message),
        "key": group.key.to_string(),
        "key_secret_seed": hex::encode(named("gateway key")),
        "signature": hex::encode(group.signature),
        "bytes": hex::encode(group.encode()),
    }])
}

pub fn slot_digests() -> Value {
    let signature: [u8; 64] = std::array::from_fn(|n| n as u8);
    let (registry, rewards) = (ProgramId(named("registry")), ProgramId(named("rewards")));
    let items = [
        ChainItem { signature: &signature, outer: 0, inner: 2, program: &registry, data: b"first" },
        ChainItem { signature: &signature, outer: 3, inner: 1, program: &rewards, data: b"second" },
    ];
    let previous = Commitment(named("previous digest"));
    let events: Vec<_> = items
        .iter()
        .map(|item| {
            json!({
                "signature": base58(item.signature), "outer": item.outer, "inner": item.inner,
                "program": item.program.to_string(), "data": hex::encode(item.data),
            })
        })
        .collect();
    json!([{
        "previous": previous.to_string(),
        "slot": "77",
        "events": events,
        "digest": slot_digest(&previous, Slot(77), &items).unwrap().to_string(),
    }])
}
