//! Registrations with sensible defaults, for tests that change one thing.

use crate::chain::{Chain, GENESIS, Outcome};
use solana_address::Address;
use solana_keypair::Keypair;
use solana_signer::Signer;
use tributary_client::registry::{self, CoOwner, Register};
use tributary_core::content::{AssetKind, uses};
use tributary_core::hash::sha256;
use tributary_core::id::{AssetId, FileHash};

/// Slots between commitment and reveal.
pub const REVEAL_MIN: u64 = 2;
/// Slots after which a commitment is stale.
pub const REVEAL_MAX: u64 = 100;

/// Sets the registry up.
pub fn open_registry(chain: &mut Chain) {
    let initialize = registry::initialize(&chain.admin.pubkey(), &GENESIS, REVEAL_MIN, REVEAL_MAX);
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

/// Registers something that must succeed, and returns its record's address.
pub fn registered(chain: &mut Chain, owner: &Keypair, what: &Register) -> AssetId {
    register(chain, owner, what).unwrap();
    what.asset()
}

/// The record of an asset.
pub fn record(chain: &Chain, asset: &AssetId) -> registry::Asset {
    registry::Asset::decode(&chain.data(&Address::new_from_array(asset.0))).unwrap()
}
