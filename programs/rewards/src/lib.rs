//! The rewards program: vaults that payers deposit in, roots that say who is
//! entitled to how much, and claims that pay them out.
//!
//! One instruction a file under `instructions`, with its account checks beside
//! the accounts; layouts and the arithmetic on them under `state`; what mints
//! are accepted in `mint_terms`; what readers see in `events`.
#![allow(unused_variables)] // of #[instruction(..)] arguments

use anchor_lang::prelude::*;

mod derived;
mod emit;
pub mod error;
pub mod events;
pub mod instructions;
pub mod limits;
pub mod mint_terms;
pub mod state;

use instructions::*;

declare_id!("HSQd2Pbj63qWAxyZ3ZLM9MEf5ayWw1TGSVGESAWHHB5v");

#[program]
pub mod rewards {
    use super::*;

    /// Pays a claimant what is due under a proven leaf. Anyone may call and pay
    /// for it. It stands first because calls are compared in this order.
    pub fn claim(
        ctx: &mut Context<PayClaim>,
        class: u8,
        cumulative: u64,
        index: u32,
        destination_bump: u8,
        minimum: u64,
        proof: &[u8],
    ) -> Result<()> {
        let args = ClaimArgs { class, cumulative, index, destination_bump, minimum, proof };
        instructions::claim::claim(ctx, args)
    }

    /// Chooses, as a claimant, who receives what it is owed from all vaults.
    pub fn set_recipient(ctx: &mut Context<SetRecipient>, recipient: Address) -> Result<()> {
        instructions::set_recipient::set_recipient(ctx, recipient)
    }

    /// Sets the program up. Only its upgrade authority can, and becomes the governor.
    pub fn initialize(ctx: &mut Context<Initialize>, args: InitializeArgs) -> Result<()> {
        instructions::initialize::initialize(ctx, args)
    }

    /// Creates the vault of a mint.
    pub fn create_vault(
        ctx: &mut Context<CreateVault>,
        challenge_slots: u64,
        challenge_seconds: u64,
        growth_per_slot: u64,
        growth_burst: u64,
        outflow_per_slot: u64,
        outflow_burst: u64,
        policy_set: [u8; 32],
    ) -> Result<()> {
        let settings = VaultSettings {
            challenge_slots,
            challenge_seconds,
            growth_per_slot,
            growth_burst,
            outflow_per_slot,
            outflow_burst,
            policy_set,
        };
        instructions::create_vault::create_vault(ctx, settings)
    }

    /// Deposits tokens to the payer's credit; what arrives counts.
    pub fn deposit(ctx: &mut Context<Deposit>, amount: u64) -> Result<()> {
        instructions::deposit::deposit(ctx, amount)
    }

    /// Asks for what is left of the payer's credit.
    pub fn request_refund(ctx: &mut Context<RequestRefund>) -> Result<()> {
        instructions::request_refund::request_refund(ctx)
    }

    /// Takes a refund request back.
    pub fn withdraw_refund_request(ctx: &mut Context<WithdrawRefundRequest>) -> Result<()> {
        instructions::withdraw_refund_request::withdraw_refund_request(ctx)
    }

    /// Posts a root, which opens its challenge window.
    pub fn post_root(ctx: &mut Context<PostRoot>, args: PostRootArgs) -> Result<()> {
        instructions::post_root::post_root(ctx, args)
    }

    /// Confirms, as a watcher, that a root was recomputed and is right.
    pub fn attest_root(ctx: &mut Context<AttestRoot>, root_id: [u8; 32]) -> Result<()> {
        instructions::attest_root::attest_root(ctx, root_id)
    }

    /// Strikes a pending root down, as a watcher; its parent goes on serving.
    pub fn veto_root(ctx: &mut Context<VetoRoot>, root_id: [u8; 32], reason: u8) -> Result<()> {
        instructions::veto_root::veto_root(ctx, root_id, reason)
    }

    /// Strikes down a root that serves, with all that was built on it, as a watcher, the guardian or the governor. Only
    /// the governor can strike the oldest of the live ones.
    pub fn disable_root(ctx: &mut Context<DisableRoot>, root_id: [u8; 32], reason: u8) -> Result<()> {
        instructions::disable_root::disable_root(ctx, root_id, reason)
    }

    /// Adds tokens to the reserve that makes good what was paid wrongly.
    pub fn recapitalise(ctx: &mut Context<Recapitalise>, amount: u64) -> Result<()> {
        instructions::recapitalise::recapitalise(ctx, amount)
    }

    /// Pauses parts of a vault for at most 72 hours, as the guardian or the governor: 1 deposits, 2 posting and
    /// activating roots, 4 claims except under the oldest live root.
    pub fn pause(ctx: &mut Context<Pause>, flags: u8) -> Result<()> {
        instructions::pause::pause(ctx, flags)
    }

    /// Lifts a pause, as the guardian or the governor.
    pub fn unpause(ctx: &mut Context<Unpause>) -> Result<()> {
        instructions::unpause::unpause(ctx)
    }

    /// Lets a root serve, once its window has passed and enough watchers have attested. Anyone may call it.
    pub fn activate_root(ctx: &mut Context<ActivateRoot>, root_id: [u8; 32]) -> Result<()> {
        instructions::activate_root::activate_root(ctx, root_id)
    }

    /// Proposes a change of the configuration's (`target`) or a vault's, as the governor.
    pub fn propose_change(
        ctx: &mut Context<ProposeChange>,
        target: Address,
        nonce: u64,
        change: state::Change,
    ) -> Result<()> {
        instructions::propose_change::propose_change(ctx, target, nonce, change)
    }

    /// Makes a proposed change once its timelock has passed. Anyone may call it.
    pub fn apply_change(ctx: &mut Context<ApplyChange>) -> Result<()> {
        instructions::apply_change::apply_change(ctx)
    }

    /// Drops a proposed change, as the governor or the guardian.
    pub fn cancel_change(ctx: &mut Context<CancelChange>) -> Result<()> {
        instructions::cancel_change::cancel_change(ctx)
    }

    /// Makes a change at once that only takes powers away, as the governor.
    pub fn tighten(ctx: &mut Context<Tighten>, change: state::Change) -> Result<()> {
        instructions::tighten::tighten(ctx, change)
    }

    /// Names who follows the governor.
    pub fn propose_governor(ctx: &mut Context<ProposeGovernor>, next_governor: Address) -> Result<()> {
        instructions::propose_governor::propose_governor(ctx, next_governor)
    }

    /// Takes the governor's role over, once the timelock has passed.
    pub fn accept_governor(ctx: &mut Context<AcceptGovernor>) -> Result<()> {
        instructions::accept_governor::accept_governor(ctx)
    }

    /// Calls the hand-over off, as the governor or the guardian.
    pub fn cancel_governor(ctx: &mut Context<CancelGovernor>) -> Result<()> {
        instructions::cancel_governor::cancel_governor(ctx)
    }

    /// Brings the configuration from layout 1 to layout 2, as the governor.
    pub fn migrate_config(ctx: &mut Context<MigrateConfig>, timelock_slots: u64, timelock_seconds: u64) -> Result<()> {
        instructions::migrate_config::migrate_config(ctx, timelock_slots, timelock_seconds)
    }

    /// Brings a vault from layout 1 to layout 2, as the governor.
    pub fn migrate_vault(ctx: &mut Context<MigrateVault>, policy_set: [u8; 32]) -> Result<()> {
        instructions::migrate_vault::migrate_vault(ctx, policy_set)
    }

    /// Brings a root from layout 1 to layout 2, as the governor.
    pub fn migrate_root(ctx: &mut Context<MigrateRoot>) -> Result<()> {
        instructions::migrate_root::migrate_root(ctx)
    }
}
