//! Who may upgrade a program: what both programs ask before they let anybody
//! initialise them, so that no squatter can come first with roles of his own.
#![no_std]

use anchor_lang::prelude::*;

/// The loader under which programs can be upgraded.
pub const UPGRADEABLE_LOADER: Address = anchor_lang::address!("BPFLoaderUpgradeab1e11111111111111111111111");

/// The tag of a ProgramData account: the fourth kind of the loader's accounts.
const PROGRAM_DATA: [u8; 4] = [3, 0, 0, 0];
/// Where the authority stands: behind tag u32, slot u64 and option byte.
const AUTHORITY: usize = 13;

/// The upgrade authority that a program's data account names. `None` when the
/// account is another one, or when the program can no longer be upgraded.
pub fn upgrade_authority(program_data: &AccountView, program: &Address) -> Option<Address> {
    let (expected, _) = find_program_address(&[program.as_ref()], &UPGRADEABLE_LOADER);
    if *program_data.address() != expected || !program_data.owned_by(&UPGRADEABLE_LOADER) {
        return None;
    }
    authority_of(&program_data.try_borrow().ok()?)
}

/// The authority in the bytes of a ProgramData account.
fn authority_of(data: &[u8]) -> Option<Address> {
    let head = data.get(..AUTHORITY + 32)?;
    if head[..4] != PROGRAM_DATA || head[AUTHORITY - 1] != 1 {
        return None;
    }
    let mut authority = [0; 32];
    authority.copy_from_slice(&head[AUTHORITY..]);
    Some(Address::new_from_array(authority))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program_data(tag: u8, option: u8) -> [u8; 45] {
        let mut data = [0; 45];
        data[0] = tag;
        data[12] = option;
        data[13..].copy_from_slice(&[7; 32]);
        data
    }

    #[test]
    fn the_authority_stands_behind_tag_slot_and_option() {
        assert_eq!(authority_of(&program_data(3, 1)), Some(Address::new_from_array([7; 32])));
    }

    #[test]
    fn a_final_program_has_no_authority() {
        assert_eq!(authority_of(&program_data(3, 0)), None);
    }

    #[test]
    fn other_accounts_of_the_loader_name_no_authority() {
        assert_eq!(authority_of(&program_data(2, 1)), None);
        assert_eq!(authority_of(&program_data(3, 1)[..44]), None);
    }
}
