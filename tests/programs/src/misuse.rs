//! What every instruction must refuse: unsigned signers, and any account in the
//! place of another. The ways of misuse that one instruction alone has are in
//! its own test.

use crate::chain::Chain;
use solana_address::Address;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_signer::Signer;
use tributary_client::pda;

/// Where a copy of an account is put under another program.
const FORGED: Address = Address::new_from_array([0xf0; 32]);
/// Where nothing is.
const NOWHERE: Address = Address::new_from_array([0xee; 32]);

/// Asserts that an instruction that would succeed does not when a signer has
/// not signed, or when an account is replaced: by any other of its accounts, by
/// accounts of other kinds, by nothing, by a copy that another program owns.
#[track_caller]
pub fn assert_accounts_are_checked(chain: &mut Chain, instruction: &Instruction, signers: &[&Keypair]) {
    let fee_payer = chain.person();
    for (place, meta) in instruction.accounts.iter().enumerate() {
        if meta.is_signer {
            let mut unsigned = instruction.clone();
            for other in unsigned.accounts.iter_mut().filter(|other| other.pubkey == meta.pubkey) {
                other.is_signer = false;
            }
            let rest: Vec<_> = signers.iter().copied().filter(|signer| signer.pubkey() != meta.pubkey).collect();
            let outcome = chain.send_as(&fee_payer, &[unsigned], &rest);
            assert!(outcome.is_err(), "account {place} need not sign");
            continue;
        }
        let data = chain.data(&meta.pubkey);
        chain.place(FORGED, pda::REWARDS, data);
        let accounts = instruction.accounts.iter().map(|other| other.pubkey);
        let kinds = [pda::registry_config(), pda::shard(0), pda::rewards_config(), FORGED, NOWHERE];
        for other in accounts.chain(kinds).filter(|other| *other != meta.pubkey) {
            let mut wrong = instruction.clone();
            wrong.accounts[place].pubkey = other;
            let outcome = chain.send_as(&fee_payer, &[wrong], signers);
            assert!(outcome.is_err(), "account {place} may be {other}");
        }
    }
}

/// Asserts that an instruction is refused for this reason when somebody else
/// signs in place of the signer at `place`.
#[track_caller]
pub fn assert_only_signer(chain: &mut Chain, instruction: &Instruction, place: usize, others: &[&Keypair], why: &str) {
    let (thief, fee_payer) = (chain.person(), chain.person());
    let mut stolen = instruction.clone();
    stolen.accounts[place].pubkey = thief.pubkey();
    let signers: Vec<_> = others.iter().copied().chain([&thief]).collect();
    crate::chain::assert_refused(chain.send_as(&fee_payer, &[stolen], &signers), why);
}
