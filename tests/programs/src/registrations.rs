//! Registrations with sensible defaults, for tests that change one thing.

use crate::chain::{Chain, GENESIS, Outcome, Receipt};
use solana_address::Address;
use solana_keypair::Keypair;
use solana_signer::Signer;
use tributary_client::registry::{self, CoOwner, Register, RegistryConfig, RegistryEvent, RegistrySettings};
use tributary_client::{ChainEvent, pda};
use tributary_core::content::{AssetKind, uses};
use tributary_core::hash::sha256;
use tributary_core::id::{AssetId, FileHash};

/// Slots between commitment and reveal.
pub const REVEAL_MIN: u64 = 2;
/// Slots after which a commitment is stale.
pub const REVEAL_MAX: u64 = 100;

/// Slots in which an older commitment displaces a record.
pub const DISPLACE: u64 = 10;
/// Slots between a change of terms and its effect.
pub const TERMS_DELAY: u64 = 20;
/// Slots of the timelock.
pub const TIMELOCK: u64 = 30;
/// Seconds of the timelock.
pub const TIMELOCK_SECONDS: u64 = 60;
/// Slots in which the arbiter may rule.
pub const DISPUTE: u64 = 50;
/// What a dispute costs.
pub const BOND: u64 = 5_000_000;

/// Who rules disputes.
pub fn arbiter() -> Keypair {
    Keypair::new_from_array(sha256(&[b"arbiter"]))
}

/// How test registries are run.
pub fn settings() -> RegistrySettings {
    RegistrySettings {
        reveal_min_slots: REVEAL_MIN,
        reveal_max_slots: REVEAL_MAX,
        displace_slots: DISPLACE,
        terms_delay_slots: TERMS_DELAY,
        timelock_slots: TIMELOCK,
        timelock_seconds: TIMELOCK_SECONDS,
        dispute_slots: DISPUTE,
        dispute_bond: BOND,
        arbiter: arbiter().pubkey(),
    }
}

/// Sets the registry up.
pub fn open_registry(chain: &mut Chain) {
    let initialize = registry::initialize(&chain.admin.pubkey(), &GENESIS, &settings());
    chain.send(&[initialize], &[]).unwrap();
}

/// A licence field.
pub fn licence(name: &str) -> [u8; 32] {
    let mut field = [0; 32];
    field[..name.len()].copy_from_slice(name.as_bytes());
    field
}

/// What registers `content` for `owner` alone.
pub fn asset(owner: &Keypair, kind: AssetKind, content: &str) -> Register {
    Register {
        payer: owner.pubkey(),
        owner: owner.pubkey(),
        commitment_payer: owner.pubkey(),
        shard: 0,
        kind,
        content_hash: FileHash(sha256(&[content.as_bytes()])),
        content_length: content.len() as u64,
        salt: sha256(&[b"salt", content.as_bytes()]),
        metadata_hash: FileHash(sha256(&[b"metadata", content.as_bytes()])),
        uri_hash: FileHash(sha256(&[b"uri", content.as_bytes()])),
        licence: licence("CC-BY-4.0"),
        uses: uses::ALL,
        royalty_mode: 0,
        mix_bps: [0; 5],
        parents: Vec::new(),
        co_owners: vec![CoOwner { key: owner.pubkey(), share_bps: 10_000 }],
    }
}

/// Commits to `reveal` and waits until it can be revealed.
pub fn commit(chain: &mut Chain, owner: &Keypair, reveal: &Register) {
    let commit = registry::commit(&owner.pubkey(), reveal.shard, &reveal.commitment(&GENESIS));
    chain.send(&[commit], &[owner]).unwrap();
    chain.pass(REVEAL_MIN, 1);
}

/// Reveals.
pub fn reveal(chain: &mut Chain, owner: &Keypair, reveal: &Register) -> Outcome {
    chain.send(&[registry::register(reveal, &GENESIS)], &[owner])
}

/// Commits, waits and reveals.
pub fn register(chain: &mut Chain, owner: &Keypair, what: &Register) -> Outcome {
    commit(chain, owner, what);
    reveal(chain, owner, what)
}

/// Registers something that must succeed, waits until nobody can displace it,
/// and returns its record's address.
pub fn registered(chain: &mut Chain, owner: &Keypair, what: &Register) -> AssetId {
    register(chain, owner, what).unwrap();
    chain.pass(DISPLACE + 1, 4);
    what.asset()
}

/// A registry with somebody's dataset that nobody can displace any more.
pub fn with_dataset() -> (Chain, Keypair, AssetId) {
    let mut chain = Chain::new();
    open_registry(&mut chain);
    let owner = chain.person();
    let dataset = registered(&mut chain, &owner, &asset(&owner, AssetKind::Dataset, "text"));
    (chain, owner, dataset)
}

/// The one event of a transaction, of the registry.
#[track_caller]
pub fn only_event(receipt: &Receipt) -> RegistryEvent {
    match receipt.events.as_slice() {
        [ChainEvent::Registry(event)] => event.clone(),
        other => panic!("expected one event of the registry, found {other:?}"),
    }
}

/// The configuration.
pub fn config(chain: &Chain) -> RegistryConfig {
    RegistryConfig::decode(&chain.data(&pda::registry_config())).unwrap()
}

/// An asset's record, as an account.
pub fn address_of(asset: &AssetId) -> Address {
    Address::new_from_array(asset.0)
}

/// A share.
pub fn share(key: &Address, share_bps: u16) -> CoOwner {
    CoOwner { key: *key, share_bps }
}

/// The record of an asset.
pub fn record(chain: &Chain, asset: &AssetId) -> registry::Asset {
    registry::Asset::decode(&chain.data(&Address::new_from_array(asset.0))).unwrap()
}
