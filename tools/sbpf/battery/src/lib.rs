//! A program that only computes. Our way of compiling to SBF puts parts together
//! that were not made for each other (see `tools/sbpf/README.md`); this runs what
//! could come out wrong, and `tests/programs` compares it with the same code
//! compiled natively. It is never deployed.
#![allow(unused_variables)] // of #[instruction(..)] arguments

use anchor_lang::prelude::*;

pub mod kernel;

declare_id!("BatteryProgram11111111111111111111111111111");

#[derive(Accounts)]
pub struct Run {
    pub caller: Signer,
}

#[program]
pub mod battery {
    use super::*;

    /// Runs one kernel and returns its digest.
    pub fn run(ctx: &mut Context<Run>, kernel: u8, seed: u64, rounds: u32) -> Result<u64> {
        kernel::run(kernel, seed, rounds).ok_or(ProgramError::InvalidArgument)
    }
}
