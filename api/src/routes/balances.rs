//! What a claimant has: claimed, claimable now, and soon.
//!
//! Claimable and pending come from the leaves themselves, checked against the
//! tree that the chain shows; sub-units and residue from the ledger.

use crate::amounts::{Amount, SubAmount, Token};
use crate::answer::Answer;
use crate::claimant::{KnownVault, known};
use crate::problem::{Problem, ReadError};
use crate::request::{Class, parse};
use crate::roots::Root;
use crate::server::Api;
use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use std::time::{SystemTime, UNIX_EPOCH};
use tributary_core::amount::BaseUnits;
use tributary_core::id::Claimant;
use tributary_core::leaf::{CLASSES, LeafClass};
use tributary_core::leaf_file::ranges::Entitlement;
use utoipa::ToSchema;

/// What a claimant has.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Balances {
    /// Whose.
    #[schema(value_type = String)]
    pub claimant: Claimant,
    /// One entry a vault, also where there is nothing yet.
    pub vaults: Vec<VaultBalance>,
}

/// What a claimant has in a vault.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct VaultBalance {
    /// What its amounts are counted in.
    pub token: Token,
    /// Epoch of the root that serves claims; null before the first.
    pub root_epoch: Option<u64>,
    /// Seconds since that root was posted.
    pub root_age_seconds: Option<u64>,
    /// The root that comes next; null when none is posted.
    pub next_root: Option<NextRoot>,
    /// One entry a class, in the order earned, refund, fee.
    pub classes: Vec<ClassBalance>,
}

/// A posted root inside its challenge window.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NextRoot {
    /// Its epoch.
    pub epoch: u64,
    /// It can serve claims from this slot on...
    pub opens_slot: u64,
    /// ...and from this Unix second on.
    pub opens_at: i64,
    /// Seconds until then; 0 when they are over.
    pub opens_in_seconds: u64,
}

/// What a claimant has in a class.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ClassBalance {
    /// What for.
    pub class: Class,
    /// What the serving root says was earned since the vault's beginning.
    pub cumulative: Amount,
    /// What of that was paid.
    pub claimed: Amount,
    /// What of that was paid in final slots; the rest may still be undone.
    pub claimed_final: Amount,
    /// What a claim would pay now.
    pub claimable: Amount,
    /// What the next root adds once it serves; null when there is one and its
    /// leaf file is not in this API's store.
    pub pending: Option<Amount>,
    /// What open disputes hold back, in whole base units, as of the root that serves;
    /// it goes to whom they are decided for.
    pub held: Amount,
    /// The same, exactly.
    pub held_sub_units: SubAmount,
    /// Everything credited so far, in sub-units, as the ledger has it for the
    /// newest settled epoch.
    pub cumulative_sub_units: SubAmount,
    /// What of that is below a base unit, or below the smallest leaf that is
    /// published; it is carried on, not lost.
    pub residue_sub_units: SubAmount,
}

/// What a claimant has in every vault.
///
/// Never 404: that somebody is entitled to nothing is an answer.
#[utoipa::path(get, path = "/v1/claimants/{claimant}/balances", tag = "claimants", params(("claimant" = String, Path)),
    responses(
        (status = 200, body = Answer<Balances>),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    ))]
pub async fn balances(
    State(api): State<Api>,
    Path(claimant): Path<String>,
) -> Result<Json<Answer<Balances>>, ReadError> {
    let claimant: Claimant = parse("claimant", &claimant)?;
    let known = known(&api.readers, &claimant, None).await?;
    let as_of_slot = known.as_of_slot;
    let mut vaults = Vec::with_capacity(known.vaults.len());
    for vault in known.vaults {
        vaults.push(balance(&api, claimant, vault).await?);
    }
    let root_epoch = if let [only] = vaults.as_slice() { only.root_epoch } else { None };
    Ok(Json(Answer { as_of_slot, root_epoch, data: Balances { claimant, vaults } }))
}

/// What a claimant has in a vault.
async fn balance(api: &Api, claimant: Claimant, vault: KnownVault) -> Result<VaultBalance, ReadError> {
    let KnownVault { token, active, pending: next, classes, held } = vault;
    let published = match &active {
        Some(root) => leaves(api, root, claimant).await?,
        None => [BaseUnits::ZERO; CLASSES],
    };
    let coming = match &next {
        Some(root) => or_away(leaves(api, root, claimant).await)?,
        None => Some(published),
    };
    // Rounded down; what is left stays held with the rest.
    let (held_whole, _) = held.floor().ok_or(ReadError::Row("held"))?;
    let balance = |class: LeafClass| {
        let cumulative = published[class as usize];
        let known = classes[class as usize];
        // Only what is earned can be disputed.
        let (whole, exactly) = if class == LeafClass::Earned { (held_whole, held) } else { Default::default() };
        // A root that was disabled may leave more paid than its parent says: nothing is due then.
        let claimable = cumulative.checked_sub(known.paid).unwrap_or_default();
        let pending = coming.map(|coming| coming[class as usize].checked_sub(cumulative).unwrap_or_default());
        ClassBalance {
            class: class.into(),
            cumulative: Amount(cumulative),
            claimed: Amount(known.paid),
            claimed_final: Amount(known.paid_finally),
            claimable: Amount(claimable),
            pending: pending.map(Amount),
            held: Amount(whole),
            held_sub_units: SubAmount(exactly),
            cumulative_sub_units: SubAmount(known.booked),
            residue_sub_units: SubAmount(known.booked.checked_sub(known.published.to_sub_units()).unwrap_or_default()),
        }
    };
    Ok(VaultBalance {
        token,
        root_epoch: active.as_ref().map(|root| root.epoch),
        root_age_seconds: active.as_ref().map(|root| seconds_between(root.posted_at, now())),
        next_root: next.map(|root| NextRoot {
            epoch: root.epoch,
            opens_slot: root.opens_slot,
            opens_at: root.opens_at,
            opens_in_seconds: seconds_between(now(), root.opens_at),
        }),
        classes: LeafClass::ALL.map(balance).into(),
    })
}

/// What a root's leaves say, by class.
async fn leaves(api: &Api, root: &Root, claimant: Claimant) -> Result<[BaseUnits; CLASSES], ReadError> {
    let wanted = LeafClass::ALL.map(|class| (class, claimant)).to_vec();
    let (_, found) = root.leaves(api, wanted).await?;
    let mut amounts = [BaseUnits::ZERO; CLASSES];
    for (amount, leaf) in amounts.iter_mut().zip(found) {
        *amount = leaf.map_or(BaseUnits::ZERO, |leaf: Entitlement| leaf.cumulative);
    }
    Ok(amounts)
}

fn or_away<T>(result: Result<T, ReadError>) -> Result<Option<T>, ReadError> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(ReadError::FileAway(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// 0 when `to` is not after `from`.
fn seconds_between(from: i64, to: i64) -> u64 {
    u64::try_from(to.saturating_sub(from)).unwrap_or_default()
}
