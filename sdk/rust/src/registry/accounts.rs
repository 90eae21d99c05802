//! Accounts of the registry program, read into typed values. The record of an
//! asset is in `asset`.

use super::RegistrySettings;
use crate::ClientError;
use crate::accounts::{address, decode};
use solana_address::Address;
use tributary_core::bytes::{DecodeError, Reader};
use tributary_core::id::{AssetId, Commitment, FileHash, Genesis};
use tributary_core::position::Slot;

/// Settings of the registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RegistryConfig {
    /// How many shards are open.
    pub shards: u8,
    /// Who may change settings.
    pub governor: Address,
    /// The cluster, which commitments contain.
    pub genesis: Genesis,
    /// Delays, windows and deposits.
    pub settings: RegistrySettings,
    /// Who was proposed as the next governor.
    pub next_governor: Option<Proposal<Address>>,
    /// The settings that were proposed.
    pub next_settings: Option<Proposal<RegistrySettings>>,
}

/// Something that waits for the timelock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proposal<T> {
    /// What was proposed.
    pub what: T,
    /// From which slot it may take effect.
    pub ripe_slot: Slot,
    /// From which Unix second it may.
    pub ripe_second: i64,
}

/// Where a dispute stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DisputeStatus {
    /// The arbiter may rule.
    Open,
    /// Ruled for the challenger, who gets the asset at this slot and Unix
    /// second, unless the governor cancels it.
    Upheld {
        /// From which slot it may be applied.
        ripe_slot: Slot,
        /// From which Unix second it may.
        ripe_second: i64,
    },
}

/// A dispute about who owns an asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dispute {
    /// Where it stands.
    pub status: DisputeStatus,
    /// When it was opened.
    pub opened_slot: Slot,
    /// The last slot at which the arbiter may rule.
    pub deadline_slot: Slot,
    /// The bond in lamports.
    pub bond: u64,
    /// The asset.
    pub asset: AssetId,
    /// Who opened it.
    pub challenger: Address,
    /// SHA-256 of the published evidence.
    pub evidence_hash: FileHash,
}

/// A collection of datasets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Collection {
    /// Basis points that the curator receives of what a member does.
    pub share_bps: u16,
    /// Which of the curator's.
    pub index: u32,
    /// Who keeps it.
    pub curator: Address,
    /// SHA-256 of the published metadata.
    pub metadata_hash: FileHash,
}

/// One of the registry's event sequences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Which.
    pub index: u8,
    /// The sequence of its next event.
    pub sequence: u64,
    /// The slot of its latest registration.
    pub slot: Slot,
    /// How many registrations it has had in that slot.
    pub nth: u16,
}

/// A commitment that has not been revealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommitmentRecord {
    /// Who paid for it and gets the rent back.
    pub payer: Address,
    /// What was committed.
    pub commitment: Commitment,
    /// When.
    pub slot: Slot,
}

/// A key with which a gateway signs its group commits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GatewayKeyRecord {
    /// An Ed25519 key.
    pub key: Address,
    /// The first slot at which its signatures count.
    pub valid_from: Slot,
    /// The first slot at which they no longer count.
    pub revoked_from: Option<Slot>,
}

/// A gateway's record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gateway {
    /// Who runs it.
    pub operator: Address,
    /// Which of the operator's.
    pub index: u32,
    /// All keys it ever had, at most 8.
    pub keys: Vec<GatewayKeyRecord>,
}

impl RegistryConfig {
    /// Reads an account's data.
    pub fn decode(data: &[u8]) -> Result<Self, ClientError> {
        decode("Config", data, |r| {
            r.u8("bump")?;
            let shards = r.u8("number of shards")?;
            r.take(5, "reserved bytes")?;
            let settings = RegistrySettings::read(r)?;
            let governor = address(r, "governor")?;
            let genesis = Genesis(r.array("genesis")?);
            let next = address(r, "next governor")?;
            let (ripe_slot, ripe_second) = ripe(r)?;
            let next_governor = (next != Address::default()).then_some(Proposal { what: next, ripe_slot, ripe_second });
            let what = RegistrySettings::read(r)?;
            let (ripe_slot, ripe_second) = ripe(r)?;
            let next_settings = (ripe_slot != Slot(0)).then_some(Proposal { what, ripe_slot, ripe_second });
            Ok(Self { shards, governor, genesis, settings, next_governor, next_settings })
        })
    }
}

impl Shard {
    /// Reads an account's data.
    pub fn decode(data: &[u8]) -> Result<Self, ClientError> {
        decode("Shard", data, |r| {
            r.u8("bump")?;
            let index = r.u8("index")?;
            r.u8("reserved byte")?;
            let nth = r.u16("registrations in the slot")?;
            r.take(2, "reserved bytes")?;
            let sequence = r.u64("sequence")?;
            let slot = Slot(r.u64("slot")?);
            Ok(Self { index, sequence, slot, nth })
        })
    }
}

impl CommitmentRecord {
    /// Reads an account's data.
    pub fn decode(data: &[u8]) -> Result<Self, ClientError> {
        decode("Commitment", data, |r| {
            r.take(7, "bump")?;
            let slot = Slot(r.u64("slot")?);
            let payer = address(r, "payer")?;
            let commitment = Commitment(r.array("commitment")?);
            Ok(Self { payer, commitment, slot })
        })
    }
}

/// A slot and a Unix second.
fn ripe(r: &mut Reader<'_>) -> Result<(Slot, i64), DecodeError> {
    let slot = Slot(r.u64("ripe slot")?);
    Ok((slot, i64::from_le_bytes(r.array("ripe second")?)))
}

impl Dispute {
    /// Reads an account's data.
    pub fn decode(data: &[u8]) -> Result<Self, ClientError> {
        decode("Dispute", data, |r| {
            r.u8("bump")?;
            let status = r.u8("status")?;
            r.take(5, "reserved bytes")?;
            let opened_slot = Slot(r.u64("opened slot")?);
            let deadline_slot = Slot(r.u64("deadline")?);
            let bond = r.u64("bond")?;
            let (ripe_slot, ripe_second) = ripe(r)?;
            let status = match status {
                1 => DisputeStatus::Open,
                2 => DisputeStatus::Upheld { ripe_slot, ripe_second },
                _ => return Err(DecodeError::Value("status")),
            };
            let asset = AssetId(r.array("asset")?);
            let challenger = address(r, "challenger")?;
            let evidence_hash = FileHash(r.array("evidence hash")?);
            Ok(Self { status, opened_slot, deadline_slot, bond, asset, challenger, evidence_hash })
        })
    }
}

impl Collection {
    /// Reads an account's data.
    pub fn decode(data: &[u8]) -> Result<Self, ClientError> {
        decode("Collection", data, |r| {
            r.u8("bump")?;
            let share_bps = r.u16("share")?;
            let index = r.u32("index")?;
            let curator = address(r, "curator")?;
            let metadata_hash = FileHash(r.array("metadata hash")?);
            Ok(Self { share_bps, index, curator, metadata_hash })
        })
    }
}

impl Gateway {
    /// Reads an account's data.
    pub fn decode(data: &[u8]) -> Result<Self, ClientError> {
        decode("Gateway", data, |r| {
            r.u8("bump")?;
            let count = r.u8("number of keys")?;
            r.u8("reserved byte")?;
            let index = r.u32("index")?;
            let operator = address(r, "operator")?;
            let mut keys = Vec::with_capacity(count.into());
            for _ in 0..count {
                keys.push(GatewayKeyRecord {
                    key: address(r, "key")?,
                    valid_from: Slot(r.u64("valid from")?),
                    revoked_from: match r.u64("revoked from")? {
                        0 => None,
                        slot => Some(Slot(slot)),
                    },
                });
            }
            Ok(Self { operator, index, keys })
        })
    }
}
