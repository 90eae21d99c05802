//! The registry: who owns which dataset, model and agent, what they were made
//! from, and which keys gateways sign with. It holds no money.
//!
//! One instruction a file under `instructions`, with its account checks beside
//! the accounts; layouts under `state`; what readers see in `events`.

#![allow(unused_variables)] // of #[instruction(..)] arguments

use anchor_lang::prelude::*;

pub mod error;
pub mod events;
pub mod instructions;
pub mod state;

use instructions::*;

declare_id!("9gEB7cBeasraZZ9y6k9QYqEGvX3CxDprcF4RMDoC2T3d");

#[program]
pub mod registry {
    use super::*;

    /// Sets the registry up. Only the program's upgrade authority can, and becomes the governor.
    pub fn initialize(
        ctx: &mut Context<Initialize>,
        genesis: [u8; 32],
        reveal_min_slots: u64,
        reveal_max_slots: u64,
    ) -> Result<()> {
        instructions::initialize::initialize(ctx, genesis, reveal_min_slots, reveal_max_slots)
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

    /// Opens a gateway's record.
    pub fn register_gateway(ctx: &mut Context<RegisterGateway>, index: u32) -> Result<()> {
        instructions::register_gateway::register_gateway(ctx, index)
    }

    /// Lets a gateway sign with a key from now on.
    pub fn add_gateway_key(ctx: &mut Context<AddGatewayKey>, key: Address) -> Result<()> {
        instructions::add_gateway_key::add_gateway_key(ctx, key)
    }

    /// Ends the validity of a gateway's key now.
    pub fn revoke_gateway_key(ctx: &mut Context<RevokeGatewayKey>, key: Address) -> Result<()> {
        instructions::revoke_gateway_key::revoke_gateway_key(ctx, key)
    }
}
