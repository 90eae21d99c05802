//! Moves a claim's tokens out of the vault and measures, where the token program
//! can take a fee, what left and what arrived.

use super::claim::PayClaim;
use crate::error::RewardsError;

use anchor_lang::cpi::{CpiSeed, CpiSigner, InstructionAccount, InstructionView};
use anchor_lang::pinocchio::cpi::invoke_signed;
use anchor_lang::prelude::*;
use anchor_spl::token;

/// Of both token programs' instructions.
const TRANSFER_CHECKED: u8 = 12;
/// Where a token account names its amount.
const TOKEN_AMOUNT: core::ops::Range<usize> = 64..72;
/// Basis points of the whole.
const WHOLE_BPS: u128 = 10_000;

/// Moves `paid` base units, of which `minimum` must arrive. Nothing to pay
/// moves nothing.
#[inline(always)]
pub fn transfer(accounts: &PayClaim, paid: u64, minimum: u64) -> Result<()> {
    if paid == 0 {
        require!(minimum == 0, RewardsError::TooLittleArrived);
        return Ok(());
    }
    // SPL Token has no fee: what leaves is what was asked for and what arrives, or nothing moves.
    if anchor_lang::address_eq(accounts.token_program.address(), &token::ID) {
        require!(paid >= minimum, RewardsError::TooLittleArrived);
        return invoke_transfer(accounts, paid);
    }
    transfer_measured(accounts, paid, minimum)
}

/// The same with Token-2022, whose mints can take a fee.
#[inline(never)]
fn transfer_measured(accounts: &PayClaim, paid: u64, minimum: u64) -> Result<()> {
    let (from, to) = (accounts.token_account.account(), accounts.destination.account());
    let before = (amount(from)?, amount(to)?);
    invoke_transfer(accounts, paid)?;
    let left = before.0.checked_sub(amount(from)?);
    require!(left == Some(paid), RewardsError::PaidMismatch);
    let arrived = amount(to)?.checked_sub(before.1).ok_or(RewardsError::PaidMismatch)?;

    require!(arrived >= minimum, RewardsError::TooLittleArrived);
    // A mint that takes more than when the vault was created is for the claimant alone, who says how little it accepts.
    if arrived < least_arriving(paid, accounts.vault.fee_bps_at_creation) {
        require!(accounts.claimant.account().is_signer() && minimum > 0, RewardsError::FeeRaised);
    }
    Ok(())
}

/// What arrives of `paid` when the mint takes `fee_bps`. Token-2022 rounds its
/// fee up, so what arrives is rounded down; the remainder is the mint's.
fn least_arriving(paid: u64, fee_bps: u16) -> u64 {
    let kept = WHOLE_BPS.saturating_sub(u128::from(fee_bps));
    // At most `paid`, because no more than the whole is kept.
    (u128::from(paid) * kept / WHOLE_BPS) as u64
}

/// The amount in a token account.
fn amount(account: &AccountView) -> Result<u64> {
    let data = account.try_borrow()?;
    let bytes = data.get(TOKEN_AMOUNT).and_then(|bytes| bytes.try_into().ok());
    Ok(u64::from_le_bytes(bytes.ok_or(RewardsError::WrongTokenAccount)?))
}

/// `TransferChecked` from the vault to the destination, signed by the vault.
#[inline(always)]
fn invoke_transfer(accounts: &PayClaim, paid: u64) -> Result<()> {
    let vault = &accounts.vault;
    let (from, to) = (accounts.token_account.account(), accounts.destination.account());
    let mint = accounts.mint.account();
    let mut data = [TRANSFER_CHECKED; 10];
    data[1..9].copy_from_slice(&paid.to_le_bytes());
    data[9] = vault.decimals;
    let instruction = InstructionView {
        program_id: accounts.token_program.address(),
        accounts: &[
            InstructionAccount::writable(from.address()),
            InstructionAccount::readonly(mint.address()),
            InstructionAccount::writable(to.address()),
            InstructionAccount::readonly_signer(vault.address()),
        ],
        data: &data,
    };
    let bump = [vault.bump];
    let seeds = [CpiSeed::from(b"vault"), CpiSeed::from(vault.mint.as_ref()), CpiSeed::from(&bump)];
    invoke_signed(&instruction, &[from, mint, to, vault.account()], &[CpiSigner::from(&seeds)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_arrives_is_rounded_down_because_the_fee_is_rounded_up() {
        assert_eq!(least_arriving(900, 100), 891);
        assert_eq!(least_arriving(901, 100), 891);
        assert_eq!(least_arriving(u64::MAX, 0), u64::MAX);
        assert_eq!(least_arriving(u64::MAX, 10_000), 0);
        assert_eq!(least_arriving(1, 1), 0);
    }
}
