//! A vault's account: its books, its limits and its newest root.

use super::{LAYOUT, RING};
use crate::ClientError;
use crate::accounts::{address, decode_version, u64s};
use solana_address::Address;
use tributary_core::amount::BaseUnits;
use tributary_core::domain::Domain;
use tributary_core::id::{FileHash, RootId};
use tributary_core::leaf::CLASSES;
use tributary_core::position::{Epoch, Slot};

/// A vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vault {
    /// The mint's decimals.
    pub decimals: u8,
    /// Whether somebody can freeze accounts of the mint.
    pub freezable: bool,
    /// The place of the newest active root.
    pub head_place: u8,
    /// The root in its challenge window, when there is one.
    pub pending: Option<RootId>,
    /// The number of the next attempt at the epoch after `head_epoch`.
    pub attempt: u16,
    /// The sequence of the vault's next event.
    pub sequence: u64,
    /// What payers have deposited since the beginning.
    pub deposited: BaseUnits,
    /// What the reserve has added since the beginning.
    pub recapitalised: BaseUnits,
    /// What was paid above true entitlements.
    pub overpaid: BaseUnits,
    /// What left, by class, since the beginning.
    pub paid: [u64; CLASSES],
    /// The newest active root's epoch; 0 without one.
    pub head_epoch: Epoch,
    /// The finalised slot it was computed at.
    pub head_finalised_slot: Slot,
    /// Its sums by class.
    pub head_class_totals: [u64; CLASSES],
    /// Base units by which a root's total may grow, a slot.
    pub growth_per_slot: u64,
    /// The most that growth can be saved up.
    pub growth_burst: u64,
    /// What was saved up at `headroom_slot`.
    pub headroom: u64,
    /// See `headroom`.
    pub headroom_slot: Slot,
    /// By how much the pending root would grow the total.
    pub pending_growth: u64,
    /// The challenge window in slots.
    pub challenge_slots: u64,
    /// The challenge window in seconds.
    pub challenge_seconds: u64,
    /// Its mint.
    pub mint: Address,
    /// SPL Token or Token-2022.
    pub token_program: Address,
    /// The account that holds the tokens.
    pub token_account: Address,
    /// The vault's domain.
    pub domain: Domain,
    /// The newest active root; zeros without one.
    pub head_root: RootId,
    /// As the growth fields, which are the class earned's: those of the classes refund and fee.
    pub refund_fee_growth: RefundFeeGrowth,
    /// What may leave against claims.
    pub outflow: Outflow,
    /// By how much each class may have been paid more than `head_class_totals`.
    pub allowance: [u64; CLASSES],
    /// The highest epoch that was ever active.
    pub highest_epoch: Epoch,
    /// The first attempt at epochs up to that one.
    pub attempt_floor: u16,
    /// The mint's transfer fee when the vault was created, in basis points.
    pub fee_bps_at_creation: u16,
    /// What is paused, as bits.
    pub pause_flags: u8,
    /// The Unix second at which a pause ends by itself.
    pub paused_until: i64,
    /// The first Unix second at which it can be paused again.
    pub pause_again_at: i64,
    /// SHA-256 of the policy set in force.
    pub policy_set: FileHash,
    /// The one that follows, and the first slot it is in force at.
    pub next_policy_set: Option<(FileHash, Slot)>,
}

/// Growth of the classes refund and fee, in that order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefundFeeGrowth {
    /// Base units a slot.
    pub per_slot: [u64; 2],
    /// The most that can be saved up.
    pub burst: [u64; 2],
    /// What was saved up at the vault's `headroom_slot`.
    pub headroom: [u64; 2],
    /// By how much the pending root grows them.
    pub pending: [u64; 2],
}

/// The limit on what leaves a vault in a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outflow {
    /// Base units a slot.
    pub per_slot: u64,
    /// The most that can be saved up; `u64::MAX` for no limit.
    pub burst: u64,
    /// What was saved up at `slot`.
    pub saved: u64,
    /// See `saved`.
    pub slot: Slot,
}

impl Outflow {
    /// What may leave at `slot`.
    pub fn at(&self, slot: Slot) -> u64 {
        if self.burst == u64::MAX {
            return u64::MAX;
        }
        let slots = slot.0.saturating_sub(self.slot.0);
        self.saved.saturating_add(slots.saturating_mul(self.per_slot)).min(self.burst)
    }
}

impl Vault {
    /// Where the next root must be posted.
    pub fn next_place(&self) -> u8 {
        (self.head_place + 1) % RING
    }

    /// By how much a root posted at `slot` may grow the total, whatever its classes:
    /// each class has a headroom of its own, and this is the least of them.
    pub fn headroom_at(&self, slot: Slot) -> u64 {
        self.headroom_by_class_at(slot).into_iter().fold(u64::MAX, u64::min)
    }

    /// By how much a root posted at `slot` may grow each class.
    pub fn headroom_by_class_at(&self, slot: Slot) -> [u64; CLASSES] {
        let slots = slot.0.saturating_sub(self.headroom_slot.0);
        let others = &self.refund_fee_growth;
        let saved = [self.headroom, others.headroom[0], others.headroom[1]];
        let per_slot = [self.growth_per_slot, others.per_slot[0], others.per_slot[1]];
        let burst = self.growth_burst_by_class();
        std::array::from_fn(|class| {
            saved[class].saturating_add(slots.saturating_mul(per_slot[class])).min(burst[class])
        })
    }

    /// By how much a root may ever grow each class at once.
    pub fn growth_burst_by_class(&self) -> [u64; CLASSES] {
        let others = &self.refund_fee_growth;
        [self.growth_burst, others.burst[0], others.burst[1]]
    }

    /// What a root's totals and what it declares as overpaid may come to.
    pub fn funded(&self) -> u128 {
        u128::from(self.deposited.0) + u128::from(self.recapitalised.0)
    }

    /// The policy set in force for a root whose parent was computed at this slot.
    pub fn policy_set_at(&self, parent_finalised_slot: Slot) -> FileHash {
        match self.next_policy_set {
            Some((next, from)) if parent_finalised_slot >= from => next,
            _ => self.policy_set,
        }
    }
}

impl Vault {
    /// Reads an account's data.
    pub fn decode(data: &[u8]) -> Result<Self, ClientError> {
        decode_version("Vault", LAYOUT, data, |r| {
            r.u8("bump")?;
            let decimals = r.u8("decimals")?;
            let freezable = r.u8("freezable")? != 0;
            let head_place = r.u8("place")?;
            let pending = r.u8("pending")? != 0;
            let attempt = r.u16("attempt")?;
            let sequence = r.u64("sequence")?;
            let deposited = BaseUnits(r.u64("deposited")?);
            let recapitalised = BaseUnits(r.u64("recapitalised")?);
            let overpaid = BaseUnits(r.u64("overpaid")?);
            let paid = u64s(r, "paid")?;
            let head_epoch = Epoch(r.u64("epoch")?);
            let head_finalised_slot = Slot(r.u64("finalised slot")?);
            let head_class_totals = u64s(r, "class totals")?;
            let growth_per_slot = r.u64("growth a slot")?;
            let growth_burst = r.u64("growth burst")?;
            let headroom = r.u64("headroom")?;
            let headroom_slot = Slot(r.u64("headroom slot")?);
            let pending_growth = r.u64("pending growth")?;
            let challenge_slots = r.u64("challenge slots")?;
            let challenge_seconds = r.u64("challenge seconds")?;
            let mint = address(r, "mint")?;
            let token_program = address(r, "token program")?;
            let token_account = address(r, "token account")?;
            let domain = Domain(r.array("domain")?);
            let head_root = RootId(r.array("root")?);
            let pending_root = RootId(r.array("pending root")?);
            let refund_fee_growth = RefundFeeGrowth {
                per_slot: u64s(r, "refund and fee growth a slot")?,
                burst: u64s(r, "refund and fee growth burst")?,
                headroom: u64s(r, "refund and fee headroom")?,
                pending: u64s(r, "refund and fee pending growth")?,
            };
            let outflow = Outflow {
                per_slot: r.u64("outflow a slot")?,
                burst: r.u64("outflow burst")?,
                saved: r.u64("outflow")?,
                slot: Slot(r.u64("outflow slot")?),
            };
            let allowance = u64s(r, "allowance")?;
            let highest_epoch = Epoch(r.u64("highest epoch")?);
            let attempt_floor = r.u16("attempt floor")?;
            let fee_bps_at_creation = r.u16("fee at creation")?;
            let pause_flags = r.u8("pause flags")?;
            r.take(3, "reserved bytes")?;
            let paused_until = r.u64("paused until")? as i64;
            let pause_again_at = r.u64("pause again at")? as i64;
            let policy_set = FileHash(r.array("policy set")?);
            let next = FileHash(r.array("next policy set")?);
            let next_slot = Slot(r.u64("next policy slot")?);
            Ok(Self {
                refund_fee_growth,
                outflow,
                allowance,
                highest_epoch,
                attempt_floor,
                fee_bps_at_creation,
                pause_flags,
                paused_until,
                pause_again_at,
                policy_set,
                next_policy_set: (next.0 != [0; 32]).then_some((next, next_slot)),
                decimals,
                freezable,
                head_place,
                pending: pending.then_some(pending_root),
                attempt,
                sequence,
                deposited,
                recapitalised,
                overpaid,
                paid,
                head_epoch,
                head_finalised_slot,
                head_class_totals,
                growth_per_slot,
                growth_burst,
                headroom,
                headroom_slot,
                pending_growth,
                challenge_slots,
                challenge_seconds,
                mint,
                token_program,
                token_account,
                domain,
                head_root,
            })
        })
    }
}
