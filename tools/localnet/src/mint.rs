//! The test mint: SPL Token, six decimals, no freeze authority.

use crate::error::LocalnetError;
use crate::{cheat, keys};
use serde_json::json;
use surfpool_sdk::{Pubkey, RpcClient};

/// SPL Token.
pub const TOKEN_PROGRAM: Pubkey = Pubkey::from_str_const("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA");
/// Decimals of the test mint.
pub const DECIMALS: u8 = 6;
/// Bytes of a mint account.
const MINT_BYTES: usize = 82;

/// Creates the mint with what its holders are about to receive as its supply.
pub fn create(rpc: &RpcClient, supply: u64) -> Result<(), LocalnetError> {
    let rent = rpc
        .get_minimum_balance_for_rent_exemption(MINT_BYTES)
        .map_err(cheat::rpc_error("getMinimumBalanceForRentExemption"))?;
    let account = json!({
        "lamports": rent,
        "owner": TOKEN_PROGRAM.to_string(),
        "data": hex::encode(encode(&keys::governor(), supply)),
    });
    cheat::set_account(rpc, &keys::mint(), account)
}

/// SPL Token's layout: mint authority, supply, decimals, initialised, freeze authority.
fn encode(authority: &Pubkey, supply: u64) -> [u8; MINT_BYTES] {
    let mut data = [0; MINT_BYTES];
    data[0] = 1;
    data[4..36].copy_from_slice(authority.as_ref());
    data[36..44].copy_from_slice(&supply.to_le_bytes());
    data[44] = DECIMALS;
    data[45] = 1;
    data
}
