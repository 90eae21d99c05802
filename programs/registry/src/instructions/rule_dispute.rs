//! Rules a dispute: for the owner, who then gets the bond, or for the
//! challenger, who gets it back and, after a wait, the asset.

use crate::error::RegistryError;
use crate::events::DisputeRuled;
use crate::state::{AssetAccount, Config, DISPUTE_UPHELD, Dispute, REASSIGNING, Ripe, Shard, UNCONTESTED, pay};
use anchor_lang::prelude::*;

/// The verdict for the owner.
const FOR_OWNER: u8 = 0;
/// The verdict for the challenger.
const FOR_CHALLENGER: u8 = 1;

#[event_cpi]
#[derive(Accounts)]
pub struct RuleDispute {
    /// Must be the arbiter.
    #[account(address = config.settings.arbiter @ RegistryError::NotArbiter)]
    pub arbiter: Signer,
    /// Its type says that this program made it; there is one only.
    pub config: Account<Config>,
    /// Any open shard: its type says that this program made it.
    #[account(mut)]
    pub shard: Account<Shard>,
    /// Its type says that this program made it; the dispute below names it.
    #[account(mut)]
    pub asset: AssetAccount,
    /// The asset's dispute: its type says that this program made it.
    #[account(mut, constraint = dispute.asset == *asset.address() @ RegistryError::WrongDispute)]
    pub dispute: Account<Dispute>,
    /// CHECK: whom the dispute names as its challenger.
    #[account(mut, unsafe(dup), address = dispute.challenger @ RegistryError::WrongRecipient)]
    pub challenger: UncheckedAccount,
    /// CHECK: whom the record names as its owner; may be the challenger.
    #[account(mut, unsafe(dup), address = asset.owner @ RegistryError::WrongRecipient)]
    pub owner: UncheckedAccount,
}

pub fn rule_dispute(ctx: &mut Context<RuleDispute>, verdict: u8) -> Result<()> {
    let clock = Clock::get()?;
    let slot = clock.slot;
    require!(matches!(verdict, FOR_OWNER | FOR_CHALLENGER), RegistryError::BadVerdict);
    ctx.accounts.dispute.check_open()?;
    require!(slot <= ctx.accounts.dispute.deadline_slot, RegistryError::DeadlinePassed);
    let sequence = ctx.accounts.shard.take_sequence()?;
    let shard = ctx.accounts.shard.index;
    let settings = &ctx.accounts.config.settings;
    let ripe = if verdict == FOR_CHALLENGER {
        let slots = settings.terms_delay_slots.max(settings.timelock_slots);
        Ripe::after(&clock, slots, settings.timelock_seconds)?
    } else {
        Ripe { slot: 0, second: 0 }
    };
    let dispute = &mut ctx.accounts.dispute;
    let (challenger, owner, bond) = (dispute.challenger, ctx.accounts.asset.owner, dispute.bond);
    if verdict == FOR_CHALLENGER {
        dispute.status = DISPUTE_UPHELD;
        dispute.ripe_slot = ripe.slot;
        dispute.ripe_second = ripe.second;
        ctx.accounts.asset.contest = REASSIGNING;
    } else {
        ctx.accounts.asset.contest = UNCONTESTED;
    }

    let asset = *ctx.accounts.asset.address();
    emit_cpi!(DisputeRuled {
        shard,
        sequence,
        asset,
        verdict,
        challenger,
        owner,
        bond,
        ripe_slot: ripe.slot,
        ripe_second: ripe.second,
        slot,
    });

    // Lamports move last: a call to another program would check their balance in between.
    let to = *ctx.accounts.challenger.account();
    if verdict == FOR_CHALLENGER {
        pay(ctx.accounts.dispute.account(), &to, bond)
    } else {
        pay(ctx.accounts.dispute.account(), ctx.accounts.owner.account(), bond)?;
        ctx.accounts.dispute.close(to)
    }
}
