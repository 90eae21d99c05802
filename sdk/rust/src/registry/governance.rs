//! Instructions of disputes, and the governor's: its successor and the settings.

use super::RegistrySettings;
use super::changes::record;
use super::instructions::call;
use crate::instructions::{readonly, signer, signer_mut, writable};
use crate::pda;
use solana_address::Address;
use solana_instruction::Instruction;
use tributary_core::id::{AssetId, FileHash};

/// What the arbiter rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Verdict {
    /// The owner keeps the asset and gets the bond.
    ForOwner = 0,
    /// The challenger gets the bond back and, after a wait, the asset.
    ForChallenger = 1,
}

/// Whom a dispute is between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parties {
    /// The asset.
    pub asset: AssetId,
    /// Who opened the dispute.
    pub challenger: Address,
    /// Who owns the asset.
    pub owner: Address,
}

/// Disputes who owns an asset; the challenger pays the bond.
pub fn open_dispute(challenger: &Address, shard: u8, asset: &AssetId, evidence_hash: &FileHash) -> Instruction {
    call(
        "open_dispute",
        [&evidence_hash.0],
        vec![
            signer_mut(challenger),
            readonly(&pda::registry_config()),
            writable(&pda::shard(shard)),
            writable(&record(asset)),
            writable(&pda::dispute(asset)),
            readonly(&pda::SYSTEM),
        ],
    )
}

/// Rules a dispute.
pub fn rule_dispute(arbiter: &Address, shard: u8, parties: &Parties, verdict: Verdict) -> Instruction {
    call(
        "rule_dispute",
        [&[verdict as u8]],
        vec![
            signer(arbiter),
            readonly(&pda::registry_config()),
            writable(&pda::shard(shard)),
            writable(&record(&parties.asset)),
            writable(&pda::dispute(&parties.asset)),
            writable(&parties.challenger),
            writable(&parties.owner),
        ],
    )
}

/// Ends a dispute that nobody ruled in time.
pub fn end_dispute(shard: u8, parties: &Parties) -> Instruction {
    call(
        "end_dispute",
        [],
        vec![
            writable(&pda::shard(shard)),
            writable(&record(&parties.asset)),
            writable(&pda::dispute(&parties.asset)),
            writable(&parties.challenger),
            writable(&parties.owner),
        ],
    )
}

/// Gives a disputed asset to the challenger, after the wait.
pub fn apply_reassignment(shard: u8, asset: &AssetId, challenger: &Address) -> Instruction {
    call(
        "apply_reassignment",
        [],
        vec![
            writable(&pda::shard(shard)),
            writable(&record(asset)),
            writable(&pda::dispute(asset)),
            writable(challenger),
        ],
    )
}

/// Cancels a reassignment during the wait.
pub fn cancel_reassignment(governor: &Address, shard: u8, asset: &AssetId, challenger: &Address) -> Instruction {
    call(
        "cancel_reassignment",
        [],
        vec![
            signer(governor),
            readonly(&pda::registry_config()),
            writable(&pda::shard(shard)),
            writable(&record(asset)),
            writable(&pda::dispute(asset)),
            writable(challenger),
        ],
    )
}

fn governed<const N: usize>(name: &str, arguments: [&[u8]; N], who: &Address, shard: u8) -> Instruction {
    call(name, arguments, vec![signer(who), writable(&pda::registry_config()), writable(&pda::shard(shard))])
}

/// Proposes the next governor.
pub fn propose_governor(governor: &Address, shard: u8, next: &Address) -> Instruction {
    governed("propose_governor", [next.as_ref()], governor, shard)
}

/// Becomes the governor, after the timelock.
pub fn accept_governor(next: &Address, shard: u8) -> Instruction {
    governed("accept_governor", [], next, shard)
}

/// Takes a proposed governor back.
pub fn cancel_governor(governor: &Address, shard: u8) -> Instruction {
    governed("cancel_governor", [], governor, shard)
}

/// Proposes settings; those that only tighten take effect at once.
pub fn propose_settings(governor: &Address, shard: u8, settings: &RegistrySettings) -> Instruction {
    governed("propose_settings", [&settings.encode()], governor, shard)
}

/// Applies proposed settings, after the timelock.
pub fn apply_settings(governor: &Address, shard: u8) -> Instruction {
    governed("apply_settings", [], governor, shard)
}

/// Takes proposed settings back.
pub fn cancel_settings(governor: &Address, shard: u8) -> Instruction {
    governed("cancel_settings", [], governor, shard)
}
