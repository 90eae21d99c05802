//! `tributary policy-set`: writes the numbers attribution runs on.

use crate::args::{MixBps, MixError};
use anyhow::Context;
use std::path::PathBuf;
use tributary_core::amount::BasisPoints;
use tributary_core::event::TOKEN_WEIGHT;
use tributary_core::id::Claimant;
use tributary_core::policy::{FREQUENCY_STEPS, Mix, PolicySet, Similarity, Tokeniser};

/// Writes a policy set file. Every root commits to the hash of the one it was
/// computed with.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  tributary policy-set --fee-bps 500 --fee-claimant ADDRESS --out policy.bin")]
pub struct Args {
    /// The protocol's share of every payment, in basis points
    #[arg(long, default_value_t = 500)]
    fee_bps: u16,
    /// Who receives it
    #[arg(long, value_name = "ADDRESS")]
    fee_claimant: Claimant,
    /// Mix of models that declare none: declared, used, similar, verbatim, reported; sums to 10000
    #[arg(long, default_value = "2000,1000,0,7000,0", value_name = "BPS,BPS,BPS,BPS,BPS")]
    mix: MixBps,
    /// The shortest verbatim span that counts, in bytes
    #[arg(long, default_value_t = 12)]
    span_min: u16,
    /// No leaf is published below this many base units
    #[arg(long, default_value_t = 1)]
    leaf_min: u64,
    /// Where to write it
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Debug, thiserror::Error)]
enum PolicyFailure {
    #[error("the fee is at most 10000 basis points")]
    Fee,
    #[error("spans have at least one byte: set --span-min to 1 or more")]
    Span,
}

pub fn run(args: Args) -> anyhow::Result<()> {
    let mix = Mix::from_bps(args.mix.0).ok_or(MixError)?;
    if args.span_min == 0 {
        return Err(PolicyFailure::Span.into());
    }
    let set = PolicySet {
        engine: 2,
        fee: BasisPoints::new(args.fee_bps).ok_or(PolicyFailure::Fee)?,
        fee_claimant: args.fee_claimant,
        default_mix: mix,
        tokeniser: Tokeniser::Bytes,
        span_min: args.span_min,
        frequency_weights: halving_weights(),
        leaf_min: args.leaf_min,
        similarity: Some(Similarity::STANDARD),
    };
    std::fs::write(&args.out, set.encode()).with_context(|| format!("cannot write {}", args.out.display()))?;
    println!("{}", set.hash());
    Ok(())
}

/// A span that twice as many texts contain weighs half as much.
fn halving_weights() -> [u32; FREQUENCY_STEPS] {
    std::array::from_fn(|step| TOKEN_WEIGHT >> step)
}
