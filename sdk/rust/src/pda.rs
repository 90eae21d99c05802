//! Program-derived addresses. The seeds are the programs' contract.

use solana_address::Address;
use tributary_core::content::AssetKind;
use tributary_core::id::{AssetId, ContentId, GatewayId, VaultId};
use tributary_core::leaf::LeafClass;

/// The registry program.
pub const REGISTRY: Address = Address::from_str_const("9gEB7cBeasraZZ9y6k9QYqEGvX3CxDprcF4RMDoC2T3d");
/// The rewards program.
pub const REWARDS: Address = Address::from_str_const("HSQd2Pbj63qWAxyZ3ZLM9MEf5ayWw1TGSVGESAWHHB5v");
/// SPL Token.
pub const TOKEN: Address = Address::from_str_const("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA");
/// Token-2022.
pub const TOKEN_2022: Address = Address::from_str_const("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb");
/// The associated token account program.
pub const ASSOCIATED_TOKEN: Address = Address::from_str_const("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL");
/// The loader under which programs can be upgraded.
pub const UPGRADEABLE_LOADER: Address = Address::from_str_const("BPFLoaderUpgradeab1e11111111111111111111111");
/// The system program.
pub const SYSTEM: Address = Address::new_from_array([0; 32]);

fn registry(seeds: &[&[u8]]) -> Address {
    Address::find_program_address(seeds, &REGISTRY).0
}

fn rewards(seeds: &[&[u8]]) -> Address {
    Address::find_program_address(seeds, &REWARDS).0
}

/// The registry's configuration.
pub fn registry_config() -> Address {
    registry(&[b"config"])
}

/// One of the registry's event sequences.
pub fn shard(index: u8) -> Address {
    registry(&[b"shard", &[index]])
}

/// A commitment to register.
pub fn commitment(hash: &[u8; 32]) -> Address {
    registry(&[b"commitment", hash])
}

/// An asset's record.
pub fn asset(kind: AssetKind, content: &ContentId) -> AssetId {
    AssetId(registry(&[b"asset", &[kind as u8], &content.0]).to_bytes())
}

/// A gateway's record.
pub fn gateway(operator: &Address, index: u32) -> GatewayId {
    GatewayId(registry(&[b"gateway", operator.as_ref(), &index.to_le_bytes()]).to_bytes())
}

/// The dispute about an asset.
pub fn dispute(asset: &AssetId) -> Address {
    registry(&[b"dispute", &asset.0])
}

/// A curator's collection.
pub fn collection(curator: &Address, index: u32) -> Address {
    registry(&[b"collection", curator.as_ref(), &index.to_le_bytes()])
}

/// The registry's event authority.
pub fn registry_event_authority() -> Address {
    registry(&[b"__event_authority"])
}

/// The rewards program's configuration.
pub fn rewards_config() -> Address {
    rewards(&[b"config"])
}

/// The vault of a mint.
pub fn vault(mint: &Address) -> VaultId {
    VaultId(rewards(&[b"vault", mint.as_ref()]).to_bytes())
}

/// A payer's account with a vault.
pub fn payer(vault: &VaultId, payer: &Address) -> Address {
    rewards(&[b"payer", &vault.0, payer.as_ref()])
}

/// Where a claimant's choice of who receives is, when it has chosen. Not a
/// program-derived address: the claimant itself signs for it, under this seed.
pub fn recipient(claimant: &Address) -> Address {
    let seed: &[u8] = b"tributary:recipient";
    Address::new_from_array(tributary_core::hash::sha256(&[claimant.as_ref(), seed, REWARDS.as_ref()]))
}

/// A place in a vault's ring of roots.
pub fn root(vault: &VaultId, place: u8) -> Address {
    rewards(&[b"root", &vault.0, &[place]])
}

/// What a claimant has been paid, for life.
pub fn claim(vault: &VaultId, class: LeafClass, claimant: &Address) -> Address {
    rewards(&[b"claim", &vault.0, &[class as u8], claimant.as_ref()])
}

/// A change of the configuration's or a vault's that waits for its timelock.
pub fn change(target: &Address, nonce: u64) -> Address {
    rewards(&[b"change", target.as_ref(), &nonce.to_le_bytes()])
}

/// The rewards program's event authority.
pub fn rewards_event_authority() -> Address {
    rewards(&[b"__event_authority"])
}

/// The associated token account of an owner.
pub fn associated_token(owner: &Address, mint: &Address, token_program: &Address) -> Address {
    associated_token_and_bump(owner, mint, token_program).0
}

/// The same with its bump, which a claim tells the program.
pub fn associated_token_and_bump(owner: &Address, mint: &Address, token_program: &Address) -> (Address, u8) {
    Address::find_program_address(&[owner.as_ref(), token_program.as_ref(), mint.as_ref()], &ASSOCIATED_TOKEN)
}

/// Where the loader keeps a program's code and upgrade authority.
pub fn program_data(program: &Address) -> Address {
    Address::find_program_address(&[program.as_ref()], &UPGRADEABLE_LOADER).0
}
