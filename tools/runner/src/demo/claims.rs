//! Claims, by contributors themselves and paid by somebody else.

use super::cast::{self, Cast, OPERATOR, PATRON};
use super::progress::Progress;
use crate::machine::Machine;
use anyhow::{Context, Result};
use futures::{StreamExt, TryStreamExt, stream};
use tributary_core::id::Claimant;
use tributary_core::leaf::LeafClass;
use tributary_operator::claim::{self, Claimed};

/// Claims under way at a time.
const CONCURRENCY: usize = 8;

/// Claims everything of a class under the newest root for those that `choose`
/// picks by their number. Every third claim is paid by a patron.
pub async fn claim(
    machine: &Machine,
    progress: &Progress,
    cast: &Cast,
    class: LeafClass,
    choose: impl Fn(usize) -> bool,
) -> Result<Vec<(Claimant, Claimed)>> {
    let serving = claim::serving(&machine.chain, &machine.store, &machine.mint()).await?;
    // The operator's share is left for the visitor to claim: see the README's quick start.
    let left = cast::claimant(OPERATOR);
    let chosen: Vec<(usize, Claimant)> = serving
        .leaves
        .leaves()
        .iter()
        .filter(|leaf| leaf.class == class)
        .map(|leaf| leaf.claimant)
        .filter(|claimant| *claimant != left)
        .enumerate()
        .filter(|(n, _)| choose(*n))
        .collect();
    let step = progress.step(&format!("claims under epoch {} ({class:?})", serving.epoch), chosen.len() as u64);
    let claims = stream::iter(chosen)
        .map(|(n, claimant)| {
            let (serving, step) = (&serving, &step);
            async move {
                let name = cast.name(&claimant);
                let payer = cast::key(if n % 3 == 2 { PATRON } else { &name });
                let claimed = serving
                    .claim(&machine.chain, &payer, class, &claimant)
                    .await
                    .with_context(|| format!("{name} claims"))?;
                step.tick();
                anyhow::Ok((claimant, claimed))
            }
        })
        .buffered(CONCURRENCY)
        .try_collect()
        .await?;
    step.end(progress);
    Ok(claims)
}
