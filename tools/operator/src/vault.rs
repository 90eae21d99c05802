//! A payer's side of a vault: deposits, refund requests, what is on record.

use crate::chain::{Care, Chain, ChainError, Landed};
use solana_sdk::pubkey::Pubkey;
use solana_sdk::signature::{Keypair, Signer};
use tributary_client::pda;
use tributary_client::rewards::{self, Payer, Vault};
use tributary_core::amount::BaseUnits;
use tributary_core::id::VaultId;

/// Compute units of a deposit, with room.
const DEPOSIT_UNITS: u32 = 120_000;

/// The vault of a mint.
pub async fn read(chain: &Chain, mint: &Pubkey) -> Result<(VaultId, Vault), ChainError> {
    let id = pda::vault(mint);
    let address = Pubkey::from(id.0);
    let data = chain.account(&address).await?.ok_or(ChainError::Missing {
        what: "vault of this mint",
        address,
        next: "check --mint (TRIBUTARY_MINT), or have the governor create it (`tributary create-vault`)",
    })?;
    let vault = Vault::decode(&data).map_err(|source| ChainError::Account { address, source })?;
    Ok((id, vault))
}

/// What the vault's token account holds.
pub async fn holdings(chain: &Chain, vault: &Vault) -> Result<BaseUnits, ChainError> {
    chain.token_balance(&vault.token_account).await.map(BaseUnits)
}

/// A payer's account; `None` before its first deposit.
pub async fn payer(chain: &Chain, vault: &VaultId, payer: &Pubkey) -> Result<Option<Payer>, ChainError> {
    let address = pda::payer(vault, payer);
    let Some(data) = chain.account(&address).await? else { return Ok(None) };
    Payer::decode(&data).map(Some).map_err(|source| ChainError::Account { address, source })
}

/// What somebody holds of the vault's mint in the associated token account.
pub async fn wallet(chain: &Chain, vault: &Vault, owner: &Pubkey) -> Result<BaseUnits, ChainError> {
    let account = pda::associated_token(owner, &vault.mint, &vault.token_program);
    chain.token_balance(&account).await.map(BaseUnits)
}

/// Deposits from the payer's associated token account.
pub async fn deposit(chain: &Chain, payer: &Keypair, vault: &Vault, amount: BaseUnits) -> Result<Landed, ChainError> {
    let instruction = rewards::deposit(&payer.pubkey(), &vault.mint, &vault.token_program, amount);
    chain.submit(&[instruction], payer, &[], Care::Limit(DEPOSIT_UNITS)).await
}

/// Asks for what is left of the payer's credit.
pub async fn request_refund(chain: &Chain, payer: &Keypair, vault: &VaultId) -> Result<Landed, ChainError> {
    chain.submit(&[rewards::request_refund(&payer.pubkey(), vault)], payer, &[], Care::Simulate).await
}

/// Takes that back, to go on spending.
pub async fn withdraw_refund_request(chain: &Chain, payer: &Keypair, vault: &VaultId) -> Result<Landed, ChainError> {
    chain.submit(&[rewards::withdraw_refund_request(&payer.pubkey(), vault)], payer, &[], Care::Simulate).await
}
