//! Accounts of the rewards program, read into typed values.

use crate::ClientError;
use crate::accounts::{address, decode, decode_version, u64s};
use solana_address::Address;
use tributary_core::amount::BaseUnits;
use tributary_core::bytes::DecodeError;
use tributary_core::domain::Domain;
use tributary_core::id::{FileHash, Genesis, RootId, VaultId};
use tributary_core::leaf::CLASSES;
use tributary_core::position::{Epoch, Slot};
use tributary_core::root::RootHeader;
use tributary_core::tree::{FRONTIER_MAX, Node};

/// The version of the layouts of configuration, vault and root.
const LAYOUT: u8 = 2;
/// How many places a vault's ring of roots has.
pub const RING: u8 = 8;
/// How many of the newest active roots can be claimed from.
pub const CLAIMABLE: u64 = 4;
/// How many watchers there can be.
pub const WATCHERS_MAX: usize = 8;

/// Settings and roles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RewardsConfig {
    /// How many watchers must attest to a root.
    pub threshold: u8,
    /// The sequence of the configuration's next event.
    pub sequence: u64,
    /// Who may change settings.
    pub governor: Address,
    /// Who posts roots.
    pub poster: Address,
    /// Who may pause.
    pub guardian: Address,
    /// The registry program.
    pub registry: Address,
    /// The cluster, which domains contain.
    pub genesis: Genesis,
    /// Who may attest and veto.
    pub watchers: Vec<Address>,
    /// Who becomes governor when it accepts.
    pub next_governor: Option<Address>,
    /// The first slot at which it can.
    pub governor_ready_slot: Slot,
    /// The first Unix second at which it can.
    pub governor_ready_at: i64,
    /// How many slots a loosening change waits.
    pub timelock_slots: u64,
    /// How many seconds it waits.
    pub timelock_seconds: u64,
    /// Counts changes of the list of watchers.
    pub watchers_epoch: u64,
}

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
        let slots = slot.0.saturating_sub(self.headroom_slot.0);
        let at =
            |saved: u64, per_slot: u64, burst: u64| saved.saturating_add(slots.saturating_mul(per_slot)).min(burst);
        let others = &self.refund_fee_growth;
        (0..others.burst.len())
            .map(|class| at(others.headroom[class], others.per_slot[class], others.burst[class]))
            .fold(at(self.headroom, self.growth_per_slot, self.growth_burst), u64::min)
    }

    /// By how much a root may ever grow the total at once, whatever its classes.
    pub fn growth_burst_min(&self) -> u64 {
        self.refund_fee_growth.burst.into_iter().fold(self.growth_burst, u64::min)
    }

    /// The policy set in force for a root whose parent was computed at this slot.
    pub fn policy_set_at(&self, parent_finalised_slot: Slot) -> FileHash {
        match self.next_policy_set {
            Some((next, from)) if parent_finalised_slot >= from => next,
            _ => self.policy_set,
        }
    }
}

/// A payer's account with a vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payer {
    /// What it has deposited since the beginning.
    pub deposited: BaseUnits,
    /// When it asked for a refund.
    pub refund_slot: Option<Slot>,
    /// The vault.
    pub vault: VaultId,
    /// The payer.
    pub payer: Address,
}

/// Where a root stands in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum RootStatus {
    /// In its challenge window, or waiting to be activated after it.
    Pending = 1,
    /// Serves.
    Active = 2,
    /// Struck down by a watcher.
    Vetoed = 3,
    /// Struck down after activation.
    Disabled = 4,
}

/// A posted root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root {
    /// Where it stands in its life.
    pub status: RootStatus,
    /// Its place in the ring.
    pub place: u8,
    /// Which watchers have attested, as bits in the order of the configuration.
    pub attested: u8,
    /// How many have attested.
    pub attestations: u8,
    /// The slot it was posted at.
    pub posted_slot: Slot,
    /// First slot at which it can be activated.
    pub opens_slot: Slot,
    /// First Unix second at which it can be activated.
    pub opens_at: i64,
    /// The slot it was activated at.
    pub activated_slot: Option<Slot>,
    /// The vault.
    pub vault: VaultId,
    /// Its identity.
    pub id: RootId,
    /// Which epoch it closes.
    pub epoch: Epoch,
    /// Which attempt at it.
    pub attempt: u16,
    /// The root it builds on.
    pub parent: RootId,
    /// The finalised slot it was computed at.
    pub finalised_slot: Slot,
    /// Hash of the tree's top node.
    pub tree_hash: [u8; 32],
    /// Sums by class.
    pub class_totals: [u64; CLASSES],
    /// Number of leaves.
    pub leaf_count: u32,
    /// SHA-256 of the manifest.
    pub manifest: FileHash,
    /// SHA-256 of the policy set.
    pub policy_set: FileHash,
    /// The nodes at depth 4.
    pub frontier: Vec<Node>,
    /// What was paid under it, by class.
    pub paid: [u64; CLASSES],
    /// What it declares as paid above true entitlements, by class.
    pub overpaid: [u64; CLASSES],
}

impl Root {
    /// What the identity is made of.
    pub fn header(&self, domain: Domain) -> RootHeader {
        RootHeader {
            domain,
            epoch: self.epoch,
            attempt: self.attempt,
            parent: self.parent,
            finalised_slot: self.finalised_slot,
            tree_hash: self.tree_hash,
            class_totals: self.class_totals,
            leaf_count: self.leaf_count,
            manifest: self.manifest,
            policy_set: self.policy_set,
        }
    }
}

/// What a claimant has been paid, for life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Base units paid so far.
    pub claimed: BaseUnits,
}

impl RewardsConfig {
    /// Reads an account's data.
    pub fn decode(data: &[u8]) -> Result<Self, ClientError> {
        decode_version("Config", LAYOUT, data, |r| {
            r.u8("bump")?;
            let threshold = r.u8("threshold")?;
            let count = usize::from(r.u8("number of watchers")?);
            if count > WATCHERS_MAX {
                return Err(DecodeError::Value("number of watchers"));
            }
            r.take(4, "reserved bytes")?;
            let sequence = r.u64("sequence")?;
            let governor = address(r, "governor")?;
            let poster = address(r, "poster")?;
            let guardian = address(r, "guardian")?;
            let registry = address(r, "registry")?;
            let genesis = Genesis(r.array("genesis")?);
            let mut watchers = Vec::with_capacity(count);
            for _ in 0..count {
                watchers.push(address(r, "watcher")?);
            }
            r.take((WATCHERS_MAX - count) * 32, "unused watchers")?;
            let next = address(r, "next governor")?;
            Ok(Self {
                threshold,
                sequence,
                governor,
                poster,
                guardian,
                registry,
                genesis,
                watchers,
                next_governor: (next != Address::default()).then_some(next),
                governor_ready_slot: Slot(r.u64("governor ready slot")?),
                governor_ready_at: r.u64("governor ready at")? as i64,
                timelock_slots: r.u64("timelock slots")?,
                timelock_seconds: r.u64("timelock seconds")?,
                watchers_epoch: r.u64("epoch of watchers")?,
            })
        })
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

impl Payer {
    /// Reads an account's data.
    pub fn decode(data: &[u8]) -> Result<Self, ClientError> {
        decode("Payer", data, |r| {
            r.take(7, "bump")?;
            let deposited = BaseUnits(r.u64("deposited")?);
            let refund_slot = match r.u64("refund slot")? {
                0 => None,
                slot => Some(Slot(slot)),
            };
            let vault = VaultId(r.array("vault")?);
            let payer = address(r, "payer")?;
            Ok(Self { deposited, refund_slot, vault, payer })
        })
    }
}

impl Root {
    /// Reads an account's data.
    pub fn decode(data: &[u8]) -> Result<Self, ClientError> {
        decode_version("Root", LAYOUT, data, |r| {
            r.u8("bump")?;
            let status = match r.u8("status")? {
                1 => RootStatus::Pending,
                2 => RootStatus::Active,
                3 => RootStatus::Vetoed,
                4 => RootStatus::Disabled,
                _ => return Err(DecodeError::Value("status")),
            };
            let place = r.u8("place")?;
            let attested = r.u8("attested")?;
            let attestations = r.u8("attestations")?;
            let attempt = r.u16("attempt")?;
            let leaf_count = r.u32("leaf count")?;
            let nodes = usize::from(r.u8("number of nodes")?);
            if nodes > FRONTIER_MAX {
                return Err(DecodeError::Value("number of nodes"));
            }
            r.take(3, "reserved bytes")?;
            let epoch = Epoch(r.u64("epoch")?);
            let finalised_slot = Slot(r.u64("finalised slot")?);
            let class_totals = u64s(r, "class totals")?;
            let posted_slot = Slot(r.u64("posted slot")?);
            let opens_slot = Slot(r.u64("opens slot")?);
            let opens_at = r.u64("opens at")? as i64;
            let activated_slot = match r.u64("activated slot")? {
                0 => None,
                slot => Some(Slot(slot)),
            };
            let vault = VaultId(r.array("vault")?);
            let id = RootId(r.array("root id")?);
            let parent = RootId(r.array("parent")?);
            let tree_hash = r.array("tree hash")?;
            let manifest = FileHash(r.array("manifest")?);
            let policy_set = FileHash(r.array("policy set")?);
            let mut frontier = Vec::with_capacity(nodes);
            for _ in 0..nodes {
                frontier.push(Node { hash: r.array("node hash")?, sum: r.u64("node sum")? });
            }
            r.take((FRONTIER_MAX - nodes) * 40, "unused nodes")?;
            let paid = u64s(r, "paid")?;
            let overpaid = u64s(r, "overpaid")?;
            Ok(Self {
                status,
                place,
                attested,
                attestations,
                posted_slot,
                opens_slot,
                opens_at,
                activated_slot,
                vault,
                id,
                epoch,
                attempt,
                parent,
                finalised_slot,
                tree_hash,
                class_totals,
                leaf_count,
                manifest,
                policy_set,
                frontier,
                paid,
                overpaid,
            })
        })
    }
}

impl Claim {
    /// Reads an account's data.
    pub fn decode(data: &[u8]) -> Result<Self, ClientError> {
        decode("Claim", data, |r| {
            r.u8("bump")?;
            Ok(Self { claimed: BaseUnits(r.u64("claimed")?) })
        })
    }
}
