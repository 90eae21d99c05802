//! Puts instructions of the programs together: discriminator, arguments in
//! borsh, accounts in the order of the programs' account structs.

use solana_address::Address;
use solana_instruction::{AccountMeta, Instruction};

/// Whether and how an account is used.
pub(crate) fn signer_mut(address: &Address) -> AccountMeta {
    AccountMeta::new(*address, true)
}

/// Signs, unchanged.
pub(crate) fn signer(address: &Address) -> AccountMeta {
    AccountMeta::new_readonly(*address, true)
}

/// Is changed, does not sign.
pub(crate) fn writable(address: &Address) -> AccountMeta {
    AccountMeta::new(*address, false)
}

/// Is read.
pub(crate) fn readonly(address: &Address) -> AccountMeta {
    AccountMeta::new_readonly(*address, false)
}

/// An instruction of `program`: the named one, with these arguments. The event
/// authority and the program itself, which every instruction needs to emit its
/// event, stand behind `accounts` and before `rest`.
pub(crate) fn instruction(
    program: &Address,
    event_authority: &Address,
    name: &str,
    arguments: &[&[u8]],
    mut accounts: Vec<AccountMeta>,
    rest: impl IntoIterator<Item = AccountMeta>,
) -> Instruction {
    accounts.push(readonly(event_authority));
    accounts.push(readonly(program));
    accounts.extend(rest);
    let mut data = crate::decode::discriminator("global", name).to_vec();
    for argument in arguments {
        data.extend_from_slice(argument);
    }
    Instruction { program_id: *program, accounts, data }
}

/// Borsh's length prefix.
pub(crate) fn length(count: usize) -> [u8; 4] {
    // Nothing that fits in a transaction reaches 2³².
    (count as u32).to_le_bytes()
}
