//! Accounts of the rewards program, read into typed values: the configuration,
//! payers and claims here, vaults and roots in files of their own.

use crate::ClientError;
use crate::accounts::{address, decode, decode_version};
use solana_address::Address;
use tributary_core::amount::BaseUnits;
use tributary_core::bytes::DecodeError;
use tributary_core::id::{Genesis, VaultId};
use tributary_core::position::Slot;

mod root;
mod vault;

pub use root::{Root, RootStatus};
pub use vault::{Outflow, RefundFeeGrowth, Vault};

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

impl Claim {
    /// Reads an account's data.
    pub fn decode(data: &[u8]) -> Result<Self, ClientError> {
        decode("Claim", data, |r| {
            r.u8("bump")?;
            Ok(Self { claimed: BaseUnits(r.u64("claimed")?) })
        })
    }
}
