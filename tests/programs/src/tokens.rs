//! Mints of both token programs, with and without extensions, and balances.

use crate::chain::Chain;
use solana_address::Address;
use solana_instruction::{AccountMeta, Instruction};
use solana_keypair::Keypair;
use solana_signer::Signer;
use tributary_client::pda;

/// Decimals of all test mints.
pub const DECIMALS: u8 = 6;

/// An extension of a Token-2022 mint, as its bytes stand in the account.
#[derive(Clone, Debug)]
pub struct Extension {
    /// Its type.
    pub kind: u16,
    /// Its value.
    pub value: Vec<u8>,
}

/// A transfer fee in basis points, without a maximum.
pub fn transfer_fee(bps: u16) -> Extension {
    let mut value = vec![0; 32 + 32 + 8];
    for _ in 0..2 {
        value.extend_from_slice(&0u64.to_le_bytes());
        value.extend_from_slice(&u64::MAX.to_le_bytes());
        value.extend_from_slice(&bps.to_le_bytes());
    }
    Extension { kind: 1, value }
}

/// Makes a mint whose authority is `admin`.
pub fn mint(chain: &mut Chain, token_program: &Address, extensions: &[Extension], freezable: bool) -> Address {
    let address = Keypair::new().pubkey();
    let mut data = vec![0; 82];
    data[0] = 1;
    data[4..36].copy_from_slice(chain.admin.pubkey().as_ref());
    data[44] = DECIMALS;
    data[45] = 1;
    if freezable {
        data[46] = 1;
        data[50..82].copy_from_slice(chain.admin.pubkey().as_ref());
    }
    if !extensions.is_empty() {
        data.resize(165, 0);
        data.push(1);
        for extension in extensions {
            data.extend_from_slice(&extension.kind.to_le_bytes());
            data.extend_from_slice(&(extension.value.len() as u16).to_le_bytes());
            data.extend_from_slice(&extension.value);
        }
    }
    chain.place(address, *token_program, data);
    address
}

/// Creates the associated token account of `owner`.
pub fn open_account(chain: &mut Chain, owner: &Address, mint: &Address, token_program: &Address) -> Address {
    let address = pda::associated_token(owner, mint, token_program);
    let create = Instruction {
        program_id: pda::ASSOCIATED_TOKEN,
        accounts: vec![
            AccountMeta::new(chain.admin.pubkey(), true),
            AccountMeta::new(address, false),
            AccountMeta::new_readonly(*owner, false),
            AccountMeta::new_readonly(*mint, false),
            AccountMeta::new_readonly(pda::SYSTEM, false),
            AccountMeta::new_readonly(*token_program, false),
        ],
        data: vec![1],
    };
    chain.send(&[create], &[]).unwrap();
    address
}

/// Mints tokens to an account.
pub fn mint_to(chain: &mut Chain, account: &Address, mint: &Address, token_program: &Address, amount: u64) {
    let mint_to = Instruction {
        program_id: *token_program,
        accounts: vec![
            AccountMeta::new(*mint, false),
            AccountMeta::new(*account, false),
            AccountMeta::new_readonly(chain.admin.pubkey(), true),
        ],
        data: [&[7][..], &amount.to_le_bytes()].concat(),
    };
    chain.send(&[mint_to], &[]).unwrap();
}

/// What a token account holds.
pub fn balance(chain: &Chain, account: &Address) -> u64 {
    let data = chain.data(account);
    data.get(64..72).map_or(0, |amount| u64::from_le_bytes(amount.try_into().unwrap()))
}
