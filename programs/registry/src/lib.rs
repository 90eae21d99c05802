//! The registry: who owns which dataset, model and agent, what they were made
//! from, and which keys gateways sign with. It holds no money but
//! the bonds of open disputes.
//!
//! One instruction a file under `instructions`, with its account checks beside
//! the accounts; layouts under `state`; what readers see in `events`.

#![allow(unused_variables)] // of #[instruction(..)] arguments

use anchor_lang::prelude::*;

pub mod error;
pub mod events;
pub mod instructions;
pub mod registration;
pub mod state;
pub mod terms;

use events::CoOwner;
use instructions::*;
use registration::RegisterArgs;
use state::RegistrySettings;

declare_id!("9gEB7cBeasraZZ9y6k9QYqEGvX3CxDprcF4RMDoC2T3d");

#[program]
pub mod registry {
    use super::*;

    /// Sets the registry up. Only the program's upgrade authority can, and becomes the governor.
    pub fn initialize(ctx: &mut Context<Initialize>, genesis: [u8; 32], settings: RegistrySettings) -> Result<()> {
        instructions::initialize::initialize(ctx, genesis, settings)
    }

    /// Opens the next event sequence, for more registrations at once.
    pub fn open_shard(ctx: &mut Context<OpenShard>, index: u8) -> Result<()> {
        instructions::open_shard::open_shard(ctx, index)
    }

    /// Records a commitment to register something.
    pub fn commit(ctx: &mut Context<Commit>, commitment: [u8; 32]) -> Result<()> {
        instructions::commit::commit(ctx, commitment)
    }

    /// Reveals a commitment and registers the asset. The parents' records follow as further accounts, in the order of
    /// their royalties.
    pub fn register(ctx: &mut Context<Register>, args: RegisterArgs) -> Result<()> {
        instructions::register::register(ctx, args)
    }

    /// Reveals an older commitment and takes the record over. The parents' records follow as further accounts, in the
    /// order of their royalties.
    pub fn displace(ctx: &mut Context<Displace>, args: RegisterArgs) -> Result<()> {
        instructions::displace::displace(ctx, args)
    }

    /// Sets the terms that count after the delay. Co-owners who lose by them follow as further accounts, signing.
    pub fn set_terms(ctx: &mut Context<SetTerms>, co_owners: Vec<CoOwner>, mix_bps: [u16; 5]) -> Result<()> {
        instructions::set_terms::set_terms(ctx, co_owners, mix_bps)
    }

    /// Offers an asset to somebody, or with the zero key to nobody.
    pub fn offer_transfer(ctx: &mut Context<OfferTransfer>, to: Address) -> Result<()> {
        instructions::offer_transfer::offer_transfer(ctx, to)
    }

    /// Accepts an offered asset.
    pub fn accept_transfer(ctx: &mut Context<AcceptTransfer>) -> Result<()> {
        instructions::accept_transfer::accept_transfer(ctx)
    }

    /// Sets the permitted uses.
    pub fn set_uses(ctx: &mut Context<SetUses>, uses: u8) -> Result<()> {
        instructions::set_uses::set_uses(ctx, uses)
    }

    /// Withdraws an asset from new uses.
    pub fn retire(ctx: &mut Context<Retire>) -> Result<()> {
        instructions::retire::retire(ctx)
    }

    /// Disputes who owns an asset, with a bond.
    pub fn open_dispute(ctx: &mut Context<OpenDispute>, evidence_hash: [u8; 32]) -> Result<()> {
        instructions::open_dispute::open_dispute(ctx, evidence_hash)
    }

    /// Rules a dispute: 0 for the owner, 1 for the challenger.
    pub fn rule_dispute(ctx: &mut Context<RuleDispute>, verdict: u8) -> Result<()> {
        instructions::rule_dispute::rule_dispute(ctx, verdict)
    }

    /// Ends a dispute that nobody ruled in time.
    pub fn end_dispute(ctx: &mut Context<EndDispute>) -> Result<()> {
        instructions::end_dispute::end_dispute(ctx)
    }

    /// Gives an asset to the challenger for whom it was ruled, after the wait.
    pub fn apply_reassignment(ctx: &mut Context<ApplyReassignment>) -> Result<()> {
        instructions::apply_reassignment::apply_reassignment(ctx)
    }

    /// Cancels a reassignment during the wait.
    pub fn cancel_reassignment(ctx: &mut Context<CancelReassignment>) -> Result<()> {
        instructions::cancel_reassignment::cancel_reassignment(ctx)
    }

    /// Opens a collection of datasets.
    pub fn create_collection(
        ctx: &mut Context<CreateCollection>,
        index: u32,
        share_bps: u16,
        metadata_hash: [u8; 32],
    ) -> Result<()> {
        instructions::create_collection::create_collection(ctx, index, share_bps, metadata_hash)
    }

    /// Takes a dataset into a collection.
    pub fn join_collection(ctx: &mut Context<JoinCollection>) -> Result<()> {
        instructions::join_collection::join_collection(ctx)
    }

    /// Takes a dataset out of its collection.
    pub fn leave_collection(ctx: &mut Context<LeaveCollection>) -> Result<()> {
        instructions::leave_collection::leave_collection(ctx)
    }

    /// Proposes the next governor.
    pub fn propose_governor(ctx: &mut Context<ProposeGovernor>, next: Address) -> Result<()> {
        instructions::propose_governor::propose_governor(ctx, next)
    }

    /// Becomes the governor, after the timelock.
    pub fn accept_governor(ctx: &mut Context<AcceptGovernor>) -> Result<()> {
        instructions::accept_governor::accept_governor(ctx)
    }

    /// Takes a proposed governor back.
    pub fn cancel_governor(ctx: &mut Context<CancelGovernor>) -> Result<()> {
        instructions::cancel_governor::cancel_governor(ctx)
    }

    /// Proposes settings; those that only tighten take effect at once.
    pub fn propose_settings(ctx: &mut Context<ProposeSettings>, settings: RegistrySettings) -> Result<()> {
        instructions::propose_settings::propose_settings(ctx, settings)
    }

    /// Applies proposed settings, after the timelock.
    pub fn apply_settings(ctx: &mut Context<ApplySettings>) -> Result<()> {
        instructions::apply_settings::apply_settings(ctx)
    }

    /// Takes proposed settings back.
    pub fn cancel_settings(ctx: &mut Context<CancelSettings>) -> Result<()> {
        instructions::cancel_settings::cancel_settings(ctx)
    }

    /// Opens a gateway's record.
    pub fn register_gateway(ctx: &mut Context<RegisterGateway>, index: u32) -> Result<()> {
        instructions::register_gateway::register_gateway(ctx, index)
    }

    /// Lets a gateway sign with a key from a slot on; 0 for now.
    pub fn add_gateway_key(ctx: &mut Context<AddGatewayKey>, key: Address, valid_from: u64) -> Result<()> {
        instructions::add_gateway_key::add_gateway_key(ctx, key, valid_from)
    }

    /// Ends the validity of a gateway's key now.
    pub fn revoke_gateway_key(ctx: &mut Context<RevokeGatewayKey>, key: Address) -> Result<()> {
        instructions::revoke_gateway_key::revoke_gateway_key(ctx, key)
    }
}
