//! Address lookup tables for claims: with the accounts that all claims of a vault
//! share in a table, a claim under a large tree fits into a transaction with room
//! for what a wallet adds. Whoever runs an API makes one and names it there.

use crate::chain::{Care, Chain, ChainError, Landed};
use crate::vault;
use solana_address_lookup_table_interface::instruction::{create_lookup_table, extend_lookup_table};
use solana_sdk::pubkey::Pubkey;
use solana_sdk::signature::{Keypair, Signer};
use tributary_client::pda;
use tributary_client::rewards::{RING, Vault};
use tributary_core::id::VaultId;
use tributary_core::position::Slot;

/// Makes a table for the claims of a mint's vault and waits until it serves: from
/// the slot after the one it was written in. `authority` pays for it and may
/// extend or close it; it cannot change what a place in it stands for.
pub async fn create(chain: &Chain, authority: &Keypair, mint: &Pubkey) -> Result<(Pubkey, Landed), ChainError> {
    let (id, account) = vault::read(chain, mint).await?;
    let key = authority.pubkey();
    // A table's address is made of a slot that the chain remembers.
    let Slot(recent) = chain.finalised_slot().await?;
    let (create, table) = create_lookup_table(key, key, recent);
    let extend = extend_lookup_table(table, key, Some(key), shared_accounts(&id, &account));
    let landed = chain.submit(&[create, extend], authority, &[], Care::Simulate).await?;
    chain.reach(Slot(landed.slot.0.saturating_add(1))).await?;
    Ok((table, landed))
}

/// The accounts that all claims of a vault share. Programs that are called stay
/// in the transaction itself.
fn shared_accounts(id: &VaultId, vault: &Vault) -> Vec<Pubkey> {
    let mut accounts = vec![
        Pubkey::from(id.0),
        vault.mint,
        vault.token_account,
        vault.token_program,
        pda::ASSOCIATED_TOKEN,
        pda::SYSTEM,
        pda::rewards_event_authority(),
    ];
    accounts.extend((0..RING).map(|place| pda::root(id, place)));
    accounts
}
