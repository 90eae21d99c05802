//! What the programs say about themselves against what everybody else believes:
//! a change in a program that was not carried over fails here.

use serde_json::Value;
use std::collections::BTreeSet;
use std::path::PathBuf;
use tributary_client::registry::RegistryEvent;
use tributary_client::rewards::RewardsEvent;
use tributary_client::{errors, pda};
use tributary_core::hash::sha256;

type Layouts = Vec<(&'static str, Vec<(&'static str, &'static str)>)>;

fn read(path: &str) -> Value {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; run `make programs` first", path.display()));
    serde_json::from_str(&text).unwrap()
}

fn both() -> [(&'static str, solana_address::Address, Layouts); 2] {
    [("registry", pda::REGISTRY, RegistryEvent::layouts()), ("rewards", pda::REWARDS, RewardsEvent::layouts())]
}

fn list<'a>(idl: &'a Value, key: &str) -> &'a Vec<Value> {
    idl[key].as_array().unwrap()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap()
}

/// A type of the IDL in Rust's words.
fn rust_type(idl: &Value) -> String {
    match idl {
        Value::String(name) if name == "pubkey" => "Address".to_owned(),
        Value::String(name) => name.clone(),
        Value::Object(fields) => {
            if let Some(item) = fields.get("vec") {
                format!("Vec<{}>", rust_type(item))
            } else if let Some(array) = fields.get("array") {
                format!("[{}; {}]", rust_type(&array[0]), array[1])
            } else {
                fields["defined"]["name"].as_str().unwrap().to_owned()
            }
        }
        other => panic!("unknown type {other}"),
    }
}

/// Anchor's discriminator.
fn discriminator(space: &str, name: &str) -> Vec<u8> {
    sha256(&[space.as_bytes(), b":", name.as_bytes()])[..8].to_vec()
}

fn bytes(value: &Value) -> Vec<u8> {
    value.as_array().unwrap().iter().map(|byte| byte.as_u64().unwrap() as u8).collect()
}

#[test]
fn the_committed_idls_are_those_of_the_built_programs() {
    for name in ["registry", "rewards"] {
        let (committed, built) = (read(&format!("programs/idl/{name}.json")), read(&format!("target/idl/{name}.json")));
        assert!(
            committed == built,
            "copy target/idl/{name}.json to programs/idl/ and carry the change over to clients"
        );
    }
}

#[test]
fn the_programs_have_the_addresses_that_clients_use() {
    for (name, address, _) in both() {
        assert_eq!(text(&read(&format!("programs/idl/{name}.json")), "address"), address.to_string());
    }
}

#[test]
fn events_have_the_fields_that_clients_decode() {
    for (name, _, layouts) in both() {
        let idl = read(&format!("programs/idl/{name}.json"));
        let names: BTreeSet<_> = list(&idl, "events").iter().map(|event| text(event, "name")).collect();
        assert_eq!(names, layouts.iter().map(|(name, _)| *name).collect());
        for event in list(&idl, "events") {
            assert_eq!(bytes(&event["discriminator"]), discriminator("event", text(event, "name")));
        }
        for (event, fields) in layouts {
            let found = list(&idl, "types").iter().find(|found| found["name"] == event).unwrap();
            let declared: Vec<_> = list(&found["type"], "fields")
                .iter()
                .map(|field| (text(field, "name").to_owned(), rust_type(&field["type"])))
                .collect();
            let decoded: Vec<_> = fields
                .iter()
                .map(|(name, kind)| ((*name).to_owned(), kind.replace(" ", "").replace(";", "; ")))
                .collect();
            assert_eq!(declared, decoded, "{name}: {event}");
        }
    }
}

#[test]
fn errors_have_the_sentences_that_clients_show() {
    for (name, address, _) in both() {
        let idl = read(&format!("programs/idl/{name}.json"));
        let errors = list(&idl, "errors");
        for (error, code) in errors.iter().zip(errors::FIRST_CODE..) {
            let known = errors::explain(&address, code).unwrap();
            assert_eq!(error["code"].as_u64(), Some(code.into()));
            assert_eq!((text(error, "name"), text(error, "msg")), (known.name, known.sentence));
        }
        assert!(errors::explain(&address, errors::FIRST_CODE + errors.len() as u32).is_none());
    }
}

#[test]
fn every_instruction_can_be_built_by_the_client() {
    use solana_address::Address;
    use tributary_client::{registry, rewards};
    use tributary_core::id::{Commitment, Genesis, RootId};
    let key = Address::new_from_array([1; 32]);
    let vault = pda::vault(&key);
    let settings = tributary_program_tests::stage::SETTINGS;
    let reveal = tributary_program_tests::registrations::asset(
        &solana_keypair::Keypair::new(),
        tributary_core::content::AssetKind::Dataset,
        "text",
    );
    let delays = tributary_program_tests::registrations::settings();
    let asset = reveal.asset();
    let evidence = tributary_core::id::FileHash([0; 32]);
    let parties = registry::Parties { asset, challenger: key, owner: key };
    let terms = registry::SetTerms {
        payer: key,
        owner: key,
        shard: 0,
        asset,
        co_owners: vec![],
        mix_bps: [0; 5],
        consenting: vec![],
    };
    let roles = rewards::Initialize {
        authority: key,
        genesis: Genesis([0; 32]),
        poster: key,
        guardian: key,
        registry: key,
        threshold: 1,
        timelock_slots: 1,
        timelock_seconds: 1,
        watchers: vec![key],
    };
    let root = rewards::PostRoot {
        place: 0,
        header: tributary_core::root::RootHeader {
            domain: tributary_core::domain::Domain([0; 32]),
            epoch: tributary_core::position::Epoch(1),
            attempt: 0,
            parent: RootId([0; 32]),
            finalised_slot: tributary_core::position::Slot(1),
            tree_hash: [0; 32],
            class_totals: [0; 3],
            leaf_count: 1,
            manifest: tributary_core::id::FileHash([0; 32]),
            policy_set: tributary_core::id::FileHash([0; 32]),
        },
        overpaid: [0; 3],
        frontier: vec![],
    };
    let leaf = rewards::ProvenLeaf {
        place: 0,
        class: tributary_core::leaf::LeafClass::Earned,
        claimant: tributary_core::id::Claimant([1; 32]),
        cumulative: tributary_core::amount::BaseUnits(1),
        index: 0,
        proof: &[],
    };
    let relatives = rewards::Relatives { later: vec![1, 2, 3], pending: Some(4), parent: Some(7) };
    let built = [
        registry::initialize(&key, &Genesis([0; 32]), &delays),
        registry::open_shard(&key, 1),
        registry::commit(&key, 0, &Commitment([0; 32])),
        registry::register(&reveal, &Genesis([0; 32])),
        registry::register_gateway(&key, 0, 0),
        registry::displace(&reveal, &Genesis([0; 32])),
        registry::set_terms(&terms),
        registry::offer_transfer(&key, 0, &asset, &key),
        registry::accept_transfer(&key, &key, 0, &asset),
        registry::set_uses(&key, 0, &asset, 1),
        registry::retire(&key, 0, &asset),
        registry::open_dispute(&key, 0, &asset, &evidence),
        registry::rule_dispute(&key, 0, &parties, registry::Verdict::ForOwner),
        registry::end_dispute(0, &parties),
        registry::apply_reassignment(0, &asset, &key),
        registry::cancel_reassignment(&key, 0, &asset, &key),
        registry::create_collection(&key, 0, 0, 1, &evidence),
        registry::join_collection(&key, &key, 0, &key, &asset),
        registry::leave_collection(&key, 0, &key, &asset),
        registry::propose_governor(&key, 0, &key),
        registry::accept_governor(&key, 0),
        registry::cancel_governor(&key, 0),
        registry::propose_settings(&key, 0, &delays),
        registry::apply_settings(&key, 0),
        registry::cancel_settings(&key, 0),
        registry::add_gateway_key(&key, 0, 0, &key, tributary_core::position::Slot(0)),
        registry::revoke_gateway_key(&key, 0, 0, &key),
        rewards::initialize(&roles),
        rewards::create_vault(&key, &key, &pda::TOKEN, &settings),
        rewards::deposit(&key, &key, &pda::TOKEN, tributary_core::amount::BaseUnits(1)),
        rewards::request_refund(&key, &vault),
        rewards::withdraw_refund_request(&key, &vault),
        rewards::post_root(&key, &vault, &root),
        rewards::attest_root(&key, &vault, 0, &RootId([0; 32])),
        rewards::veto_root(&key, &vault, 0, &RootId([0; 32]), rewards::VetoReason::Wrong),
        rewards::activate_root(&vault, 0, &RootId([0; 32])),
        rewards::disable_root(&key, &vault, 0, &RootId([0; 32]), rewards::VetoReason::Wrong, &relatives),
        rewards::recapitalise(&key, &key, &pda::TOKEN, tributary_core::amount::BaseUnits(1)),
        rewards::pause(&key, &vault, 1),
        rewards::unpause(&key, &vault),
        rewards::claim(&key, &key, &pda::TOKEN, &leaf, &rewards::Payout::default()),
        rewards::set_recipient(&key, &key, None),
        rewards::propose_change(&key, Some(&vault), 0, &rewards::Change::Threshold(1)),
        rewards::apply_change(Some(&vault), 0, &key),
        rewards::cancel_change(&key, Some(&vault), 0, &key),
        rewards::tighten(&key, Some(&vault), &rewards::Change::Threshold(1)),
        rewards::propose_governor(&key, &key),
        rewards::accept_governor(&key),
        rewards::cancel_governor(&key),
        rewards::migrate_config(&key, 1, 1),
        rewards::migrate_vault(&key, &key, &tributary_core::id::FileHash([1; 32])),
        rewards::migrate_root(&key, &vault, 0),
    ];
    let mut declared = 0;
    for (name, address, _) in both() {
        let idl = read(&format!("programs/idl/{name}.json"));
        for instruction in list(&idl, "instructions") {
            declared += 1;
            let found = built
                .iter()
                .find(|built| built.program_id == address && built.data[..8] == bytes(&instruction["discriminator"]))
                .unwrap_or_else(|| panic!("no builder for {name} {}", instruction["name"]));
            let flags = |account: &Value, key: &str| account[key].as_bool().unwrap_or(false);
            for (account, meta) in list(instruction, "accounts").iter().zip(&found.accounts) {
                assert_eq!(
                    (flags(account, "writable"), flags(account, "signer")),
                    (meta.is_writable, meta.is_signer),
                    "{name} {} {}",
                    instruction["name"],
                    account["name"]
                );
            }
            assert_eq!(list(instruction, "accounts").len(), found.accounts.len());
        }
    }
    assert_eq!(declared, built.len());
}
