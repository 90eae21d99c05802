//! Claiming, and choosing who receives: the instructions, and the account that
//! holds a choice.

use super::instructions::{call, vault_address};
use crate::ClientError;
use crate::accounts::{address, decode};
use crate::instructions::{length, readonly, signer, signer_mut, writable};
use crate::pda;
use solana_address::Address;
use solana_instruction::Instruction;
use tributary_core::amount::BaseUnits;
use tributary_core::id::Claimant;
use tributary_core::leaf::LeafClass;

/// A leaf and its proof under a root in a vault's ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProvenLeaf<'a> {
    /// The root's place in the ring.
    pub place: u8,
    /// What for.
    pub class: LeafClass,
    /// Whose.
    pub claimant: Claimant,
    /// How much since the beginning.
    pub cumulative: BaseUnits,
    /// The leaf's index.
    pub index: u32,
    /// As [`tributary_core::tree::Tree::proof`] gives it.
    pub proof: &'a [u8],
}

/// Where a claim's money goes and on what terms. The default pays a claimant
/// who has chosen nobody else, whatever arrives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Payout {
    /// Whom the claimant has chosen to receive: [`Recipient::chosen`].
    pub recipient: Option<Address>,
    /// What must arrive at least.
    pub minimum: BaseUnits,
    /// Whether the claimant signs too, which only a mint that has raised its fee asks for.
    pub claimant_signs: bool,
}

/// Pays out what is due under a leaf, to the associated token account of the
/// claimant or of whom it has chosen. `payer` signs and pays fees and rent; it
/// may be the claimant or anyone else.
pub fn claim(
    payer: &Address,
    mint: &Address,
    token_program: &Address,
    leaf: &ProvenLeaf<'_>,
    payout: &Payout,
) -> Instruction {
    let vault_id = pda::vault(mint);
    let vault = vault_address(&vault_id);
    let claimant = Address::new_from_array(leaf.claimant.0);
    let receiver = payout.recipient.unwrap_or(claimant);
    let (destination, bump) = pda::associated_token_and_bump(&receiver, mint, token_program);
    call(
        "claim",
        [
            &[leaf.class as u8],
            &leaf.cumulative.0.to_le_bytes(),
            &leaf.index.to_le_bytes(),
            &[bump],
            &payout.minimum.0.to_le_bytes(),
            &length(leaf.proof.len()),
            leaf.proof,
        ],
        vec![
            signer_mut(payer),
            if payout.claimant_signs { signer(&claimant) } else { readonly(&claimant) },
            writable(&vault),
            writable(&pda::root(&vault_id, leaf.place)),
            writable(&pda::claim(&vault_id, leaf.class, &claimant)),
            readonly(&pda::recipient(&claimant)),
            readonly(&receiver),
            readonly(mint),
            writable(&pda::associated_token(&vault, mint, token_program)),
            writable(&destination),
            readonly(token_program),
            readonly(&pda::ASSOCIATED_TOKEN),
            readonly(&pda::SYSTEM),
        ],
    )
}

/// Chooses who receives what a claimant is owed from all vaults; nobody, to
/// receive it oneself again. `payer` pays the rent and may be the claimant.
pub fn set_recipient(payer: &Address, claimant: &Address, recipient: Option<&Address>) -> Instruction {
    call(
        "set_recipient",
        [recipient.map_or(&[0; 32], |recipient| recipient.as_ref())],
        vec![
            signer_mut(payer),
            signer(claimant),
            writable(&pda::rewards_config()),
            writable(&pda::recipient(claimant)),
            readonly(&pda::SYSTEM),
        ],
    )
}

/// A claimant's choice of who receives, at [`pda::recipient`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// Who chose.
    pub claimant: Address,
    /// Whom; nobody when the claimant receives itself.
    pub chosen: Option<Address>,
}

impl Recipient {
    /// Reads an account's data.
    pub fn decode(data: &[u8]) -> Result<Self, ClientError> {
        decode("Recipient", data, |r| {
            r.take(7, "reserved bytes")?;
            let claimant = address(r, "claimant")?;
            let chosen = address(r, "recipient")?;
            Ok(Self { claimant, chosen: (chosen != Address::default()).then_some(chosen) })
        })
    }
}
