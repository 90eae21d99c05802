//! A second vault on the same chain, with a mint, a payer and a gateway of its own.

use crate::gateway::{Call, Gateway};
use crate::network::{TOKENS, WINDOW_SLOTS};
use crate::world::{World, claimant, payer, policy};
use solana_sdk::instruction::{AccountMeta, Instruction};
use solana_sdk::pubkey::Pubkey;
use solana_sdk::signature::{Keypair, Signer};
use tributary_client::pda;
use tributary_client::rewards::VaultSettings;
use tributary_core::amount::BaseUnits;
use tributary_core::id::VaultId;
use tributary_core::leaf_file::file_hash;
use tributary_operator::chain::Care;
use tributary_operator::keys::development;
use tributary_operator::{setup, vault};

/// Bytes of an SPL Token mint, and what keeps them on the chain.
const MINT_BYTES: u64 = 82;
const MINT_RENT: u64 = 1_461_600;
/// Who deposits into it.
const PAYER: &str = "paul";

pub struct Second {
    pub vault: VaultId,
    pub gateway: Gateway,
    pub call: Call,
}

/// Makes the vault, deposits into it and leases the deposit to its gateway.
pub async fn second_vault(world: &World) -> Second {
    let (chain, governor) = (&world.network.chain, development("governor"));
    let mint = development("second mint");
    chain.submit(&mint_for(&governor, &mint), &governor, &[&mint], Care::Simulate).await.unwrap();
    let settings = VaultSettings {
        challenge_slots: WINDOW_SLOTS,
        challenge_seconds: 0,
        growth_per_slot: 1_000_000,
        growth_burst: TOKENS,
        outflow_per_slot: 0,
        outflow_burst: 0,
        policy_set: file_hash(&policy().encode()),
    };
    let (id, _) = setup::create_vault(chain, &governor, &mint.pubkey(), &pda::TOKEN, &settings).await.unwrap();
    let (operator, key) = (development("operator"), development("second gateway key"));
    let (gateway, _) = setup::register_gateway(chain, &operator, 1, &key.pubkey()).await.unwrap();
    let mut gateway = Gateway::new(gateway, key, id, world.network.genesis, world.pool.clone());

    let (_, account) = vault::read(chain, &mint.pubkey()).await.unwrap();
    let landed = vault::deposit(chain, &development(PAYER), &account, BaseUnits(1_000_000)).await.unwrap();
    world.until_final(landed.slot).await;
    gateway.grant().await;
    let mandate = gateway.mandate(&development(PAYER), &development(PAYER), 500_000).await;
    let lease = gateway.lease(payer(PAYER), mandate, 400_000).await;
    let call = world.call(PAYER, mandate, lease);
    Second { vault: id, gateway, call }
}

/// A mint, and the payer's tokens of it.
fn mint_for(governor: &Keypair, mint: &Keypair) -> [Instruction; 4] {
    let owner = Pubkey::from(claimant(PAYER).0);
    let tokens = pda::associated_token(&owner, &mint.pubkey(), &pda::TOKEN);
    let mut create = vec![0; 4];
    create.extend(MINT_RENT.to_le_bytes());
    create.extend(MINT_BYTES.to_le_bytes());
    create.extend(pda::TOKEN.to_bytes());
    // InitializeMint2 with six decimals and no freeze authority, then MintTo.
    let mut initialize = vec![20, 6];
    initialize.extend(governor.pubkey().to_bytes());
    initialize.push(0);
    let mut mint_to = vec![7];
    mint_to.extend(TOKENS.to_le_bytes());
    let signing = |key: &Keypair| AccountMeta::new(key.pubkey(), true);
    let written = |address| AccountMeta::new(address, false);
    let read = |address| AccountMeta::new_readonly(address, false);
    let call = |program_id, accounts, data| Instruction { program_id, accounts, data };
    let associated =
        vec![signing(governor), written(tokens), read(owner), read(mint.pubkey()), read(pda::SYSTEM), read(pda::TOKEN)];
    [
        call(pda::SYSTEM, vec![signing(governor), signing(mint)], create),
        call(pda::TOKEN, vec![written(mint.pubkey())], initialize),
        call(pda::ASSOCIATED_TOKEN, associated, vec![1]),
        call(pda::TOKEN, vec![written(mint.pubkey()), written(tokens), signing(governor)], mint_to),
    ]
}
