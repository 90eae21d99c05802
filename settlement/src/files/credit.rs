//! The credit file: a range of the gateway room's credit log, by position. It
//! holds the entries of all vaults, so that a reader sees that none is missing.

use super::{FileError, lines};
use serde::{Deserialize, Serialize};
use tributary_core::amount::BaseUnits;
use tributary_core::id::{GatewayId, MandateId, PayerId, VaultId};
use tributary_core::position::{CreditSeq, Generation, Slot};

/// Name of the file in messages.
pub const FILE: &str = "credit";

/// What an entry did to a payer's credit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CreditKind {
    /// A finalised deposit became available.
    Grant {
        /// The deposit's place in the vault's sequence.
        deposit: u64,
    },
    /// Available credit was leased to a gateway's generation.
    Lease {
        /// To whom.
        gateway: GatewayId,
        /// In which of its lives.
        generation: Generation,
        /// Under which mandate.
        mandate: MandateId,
    },
    /// What a lease did not spend became available again.
    Close {
        /// The position of the lease.
        lease: CreditSeq,
        /// Whose it was.
        gateway: GatewayId,
        /// In which of its lives.
        generation: Generation,
    },
    /// All available credit left for the payer.
    Refund,
}

/// An entry of the credit log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CreditEntry {
    /// Dense from 1 over all vaults.
    pub position: CreditSeq,
    /// Of which vault.
    pub vault: VaultId,
    /// Whose credit.
    pub payer: PayerId,
    /// How much, in base units.
    pub amount: BaseUnits,
    /// The finalised slot it rests on.
    pub chain_slot: Slot,
    /// What it did.
    pub kind: CreditKind,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Grant,
    Lease,
    Close,
    Refund,
}

/// A line, its fields in this order; what a kind does not have is null.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    position: CreditSeq,
    kind: Kind,
    vault: VaultId,
    payer: PayerId,
    #[serde(with = "tributary_core::mandate::decimal")]
    amount: BaseUnits,
    deposit_sequence: Option<u64>,
    chain_slot: Slot,
    lease: Option<CreditSeq>,
    gateway: Option<GatewayId>,
    generation: Option<Generation>,
    mandate: Option<MandateId>,
}

impl Line {
    fn of(entry: &CreditEntry) -> Self {
        let mut line = Self {
            position: entry.position,
            kind: Kind::Refund,
            vault: entry.vault,
            payer: entry.payer,
            amount: entry.amount,
            deposit_sequence: None,
            chain_slot: entry.chain_slot,
            lease: None,
            gateway: None,
            generation: None,
            mandate: None,
        };
        match entry.kind {
            CreditKind::Grant { deposit } => {
                (line.kind, line.deposit_sequence) = (Kind::Grant, Some(deposit));
            }
            CreditKind::Lease { gateway, generation, mandate } => {
                line.kind = Kind::Lease;
                (line.gateway, line.generation, line.mandate) = (Some(gateway), Some(generation), Some(mandate));
            }
            CreditKind::Close { lease, gateway, generation } => {
                line.kind = Kind::Close;
                (line.lease, line.gateway, line.generation) = (Some(lease), Some(gateway), Some(generation));
            }
            CreditKind::Refund => {}
        }
        line
    }

    fn entry(&self) -> Option<CreditEntry> {
        let kind = match (self.kind, self.deposit_sequence, self.lease, self.gateway, self.generation, self.mandate) {
            (Kind::Grant, Some(deposit), None, None, None, None) => CreditKind::Grant { deposit },
            (Kind::Lease, None, None, Some(gateway), Some(generation), Some(mandate)) => {
                CreditKind::Lease { gateway, generation, mandate }
            }
            (Kind::Close, None, Some(lease), Some(gateway), Some(generation), None) => {
                CreditKind::Close { lease, gateway, generation }
            }
            (Kind::Refund, None, None, None, None, None) => CreditKind::Refund,
            _ => return None,
        };
        Some(CreditEntry {
            position: self.position,
            vault: self.vault,
            payer: self.payer,
            amount: self.amount,
            chain_slot: self.chain_slot,
            kind,
        })
    }
}

/// Writes entries that are sorted by position.
pub fn encode(entries: &[CreditEntry]) -> Result<Vec<u8>, FileError> {
    lines::encode(FILE, entries.iter().map(Line::of))
}

/// Reads entries and refuses a missing position or a field out of place.
pub fn decode(bytes: &[u8]) -> Result<Vec<CreditEntry>, FileError> {
    let mut entries: Vec<CreditEntry> = Vec::new();
    for (n, line) in lines::decode::<Line>(FILE, bytes)?.iter().enumerate() {
        let entry = line.entry().ok_or(FileError::Field { file: FILE, line: n + 1, field: "kind" })?;
        if entries.last().is_some_and(|last| last.position.next() != Some(entry.position)) {
            return Err(FileError::Field { file: FILE, line: n + 1, field: "position" });
        }
        entries.push(entry);
    }
    Ok(entries)
}
