//! Changes of roles and settings, the governor's hand-over and migrations of
//! the rewards program.

use super::instructions::{call, vault_address};
use crate::ClientError;
use crate::accounts::{address, decode};
use crate::instructions::{readonly, signer, signer_mut, writable};
use crate::pda;
use borsh::{BorshDeserialize, BorshSerialize};
use solana_address::Address;
use solana_instruction::{AccountMeta, Instruction};
use tributary_core::id::{FileHash, VaultId};
use tributary_core::position::Slot;

/// One change. The last four are a vault's, the others the configuration's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Change {
    /// Somebody else posts roots.
    Poster(Address),
    /// Somebody else may pause; zeros for nobody.
    Guardian(Address),
    /// One more may attest and veto.
    AddWatcher(Address),
    /// One less.
    RemoveWatcher(Address),
    /// So many watchers must attest.
    Threshold(u8),
    /// Loosening changes wait so long.
    Timelock {
        /// In slots.
        slots: u64,
        /// In seconds; both must pass.
        seconds: u64,
    },
    /// A root can be challenged so long.
    Window {
        /// In slots.
        slots: u64,
        /// In seconds; both must pass.
        seconds: u64,
    },
    /// Totals may grow so fast, by leaf class.
    Growth {
        /// Base units a slot.
        per_slot: [u64; 3],
        /// The most that can be saved up.
        burst: [u64; 3],
    },
    /// So much may leave.
    Outflow {
        /// Base units a slot.
        per_slot: u64,
        /// The most that can be saved up; `u64::MAX` for no limit.
        burst: u64,
    },
    /// Later epochs follow this policy set.
    PolicySet([u8; 32]),
}

/// A change that waits for its timelock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PendingChange {
    /// Tells changes of one target apart.
    pub nonce: u64,
    /// The first slot at which it can be made.
    pub ready_slot: Slot,
    /// The first Unix second at which it can be made.
    pub ready_at: i64,
    /// The configuration or the vault that it changes.
    pub target: Address,
    /// Gets the rent back.
    pub payer: Address,
    /// What.
    pub change: Change,
}

impl PendingChange {
    /// Reads an account's data.
    pub fn decode(data: &[u8]) -> Result<Self, ClientError> {
        let (fields, bytes) = decode("PendingChange", data, |r| {
            r.take(7, "bump")?;
            let nonce = r.u64("nonce")?;
            let ready_slot = Slot(r.u64("ready slot")?);
            let ready_at = r.u64("ready at")? as i64;
            let target = address(r, "target")?;
            let payer = address(r, "payer")?;
            Ok(((nonce, ready_slot, ready_at, target, payer), r.array::<64>("change")?))
        })?;
        let change = Change::deserialize(&mut bytes.as_slice())
            .map_err(|source| ClientError::Layout { what: "PendingChange", source })?;
        let (nonce, ready_slot, ready_at, target, payer) = fields;
        Ok(Self { nonce, ready_slot, ready_at, target, payer, change })
    }
}

/// The configuration, or a vault.
fn target_address(vault: Option<&VaultId>) -> Address {
    vault.map_or_else(pda::rewards_config, vault_address)
}

/// Where a vault stands among the accounts; the program itself for none.
fn vault_account(vault: Option<&VaultId>) -> AccountMeta {
    vault.map_or_else(|| readonly(&pda::REWARDS), |vault| writable(&vault_address(vault)))
}

fn borsh(change: &Change) -> Vec<u8> {
    let mut bytes = Vec::new();
    // Writing plain fields to memory cannot fail.
    let _ = change.serialize(&mut bytes);
    bytes
}

/// Proposes a change; `vault` for a change of a vault's.
pub fn propose_change(governor: &Address, vault: Option<&VaultId>, nonce: u64, change: &Change) -> Instruction {
    let target = target_address(vault);
    call(
        "propose_change",
        [target.as_ref(), &nonce.to_le_bytes(), &borsh(change)],
        vec![
            signer_mut(governor),
            writable(&pda::rewards_config()),
            vault_account(vault),
            writable(&pda::change(&target, nonce)),
            readonly(&pda::SYSTEM),
        ],
    )
}

/// Makes a change whose timelock has passed; anyone may send it. `payer` paid for the proposal.
pub fn apply_change(vault: Option<&VaultId>, nonce: u64, payer: &Address) -> Instruction {
    let change = pda::change(&target_address(vault), nonce);
    call(
        "apply_change",
        [],
        vec![writable(&pda::rewards_config()), vault_account(vault), writable(&change), writable(payer)],
    )
}

/// Drops a proposed change, as the governor or the guardian.
pub fn cancel_change(by: &Address, vault: Option<&VaultId>, nonce: u64, payer: &Address) -> Instruction {
    let change = pda::change(&target_address(vault), nonce);
    call(
        "cancel_change",
        [],
        vec![signer(by), writable(&pda::rewards_config()), vault_account(vault), writable(&change), writable(payer)],
    )
}

/// Makes a change at once that only takes powers away.
pub fn tighten(governor: &Address, vault: Option<&VaultId>, change: &Change) -> Instruction {
    call("tighten", [&borsh(change)], vec![signer(governor), writable(&pda::rewards_config()), vault_account(vault)])
}

fn of_config(name: &str, signs: &Address, argument: &[u8]) -> Instruction {
    call(name, [argument], vec![signer(signs), writable(&pda::rewards_config())])
}

/// Names who follows the governor.
pub fn propose_governor(governor: &Address, next: &Address) -> Instruction {
    of_config("propose_governor", governor, next.as_ref())
}

/// Takes the governor's role over.
pub fn accept_governor(next: &Address) -> Instruction {
    of_config("accept_governor", next, &[])
}

/// Calls the hand-over off, as the governor or the guardian.
pub fn cancel_governor(by: &Address) -> Instruction {
    of_config("cancel_governor", by, &[])
}

/// Brings the configuration from layout 1 to layout 2.
pub fn migrate_config(governor: &Address, timelock_slots: u64, timelock_seconds: u64) -> Instruction {
    let arguments = [timelock_slots.to_le_bytes(), timelock_seconds.to_le_bytes()].concat();
    of_config("migrate_config", governor, &arguments)
}

/// Brings a vault from layout 1 to layout 2.
pub fn migrate_vault(governor: &Address, mint: &Address, policy_set: &FileHash) -> Instruction {
    let vault = vault_address(&pda::vault(mint));
    call(
        "migrate_vault",
        [&policy_set.0],
        vec![signer(governor), readonly(&pda::rewards_config()), writable(&vault), readonly(mint)],
    )
}

/// Brings a root from layout 1 to layout 2.
pub fn migrate_root(governor: &Address, vault: &VaultId, place: u8) -> Instruction {
    call(
        "migrate_root",
        [],
        vec![
            signer(governor),
            readonly(&pda::rewards_config()),
            writable(&vault_address(vault)),
            writable(&pda::root(vault, place)),
        ],
    )
}
