//! Instructions of the rewards program.

use crate::instructions::{instruction, length, readonly, signer, signer_mut, writable};
use crate::pda;
use solana_address::Address;
use solana_instruction::{AccountMeta, Instruction};
use tributary_core::amount::BaseUnits;
use tributary_core::id::{FileHash, Genesis, RootId, VaultId};
use tributary_core::leaf::CLASSES;
use tributary_core::root::RootHeader;
use tributary_core::tree::Node;

pub(super) fn call<const N: usize>(name: &str, arguments: [&[u8]; N], accounts: Vec<AccountMeta>) -> Instruction {
    instruction(&pda::REWARDS, &pda::rewards_event_authority(), name, &arguments, accounts, [])
}

pub(super) fn vault_address(vault: &VaultId) -> Address {
    Address::new_from_array(vault.0)
}

/// With which roles the program starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Initialize {
    /// The program's upgrade authority; signs, pays, and becomes the governor.
    pub authority: Address,
    /// The cluster.
    pub genesis: Genesis,
    /// Who posts roots.
    pub poster: Address,
    /// Who may pause.
    pub guardian: Address,
    /// The registry program.
    pub registry: Address,
    /// How many watchers must attest to a root.
    pub threshold: u8,
    /// How many slots a loosening change waits.
    pub timelock_slots: u64,
    /// How many seconds it waits; both must pass.
    pub timelock_seconds: u64,
    /// Who may attest and veto; at most 8, none twice.
    pub watchers: Vec<Address>,
}

/// Sets the program up.
pub fn initialize(roles: &Initialize) -> Instruction {
    let watchers: Vec<u8> = roles.watchers.iter().flat_map(|watcher| watcher.to_bytes()).collect();
    call(
        "initialize",
        [
            &roles.genesis.0,
            roles.poster.as_ref(),
            roles.guardian.as_ref(),
            roles.registry.as_ref(),
            &[roles.threshold],
            &roles.timelock_slots.to_le_bytes(),
            &roles.timelock_seconds.to_le_bytes(),
            &length(roles.watchers.len()),
            &watchers,
        ],
        vec![
            signer_mut(&roles.authority),
            writable(&pda::rewards_config()),
            readonly(&pda::program_data(&pda::REWARDS)),
            readonly(&pda::SYSTEM),
        ],
    )
}

/// A vault's settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VaultSettings {
    /// The challenge window in slots.
    pub challenge_slots: u64,
    /// The challenge window in seconds; both must pass.
    pub challenge_seconds: u64,
    /// Base units by which a root's total may grow, a slot.
    pub growth_per_slot: u64,
    /// The most that growth can be saved up, in base units; each leaf class has as much to itself.
    pub growth_burst: u64,
    /// Base units that may leave against claims, a slot; 0 with a burst of 0 for no limit.
    pub outflow_per_slot: u64,
    /// The most that outflow can be saved up.
    pub outflow_burst: u64,
    /// SHA-256 of the policy set that roots use until another follows.
    pub policy_set: FileHash,
}

/// Creates the vault of a mint.
pub fn create_vault(
    governor: &Address,
    mint: &Address,
    token_program: &Address,
    settings: &VaultSettings,
) -> Instruction {
    let vault = vault_address(&pda::vault(mint));
    call(
        "create_vault",
        [
            &settings.challenge_slots.to_le_bytes(),
            &settings.challenge_seconds.to_le_bytes(),
            &settings.growth_per_slot.to_le_bytes(),
            &settings.growth_burst.to_le_bytes(),
            &settings.outflow_per_slot.to_le_bytes(),
            &settings.outflow_burst.to_le_bytes(),
            &settings.policy_set.0,
        ],
        vec![
            signer_mut(governor),
            readonly(&pda::rewards_config()),
            readonly(mint),
            writable(&vault),
            writable(&pda::associated_token(&vault, mint, token_program)),
            readonly(token_program),
            readonly(&pda::ASSOCIATED_TOKEN),
            readonly(&pda::SYSTEM),
        ],
    )
}

/// Deposits from the payer's associated token account.
pub fn deposit(payer: &Address, mint: &Address, token_program: &Address, amount: BaseUnits) -> Instruction {
    let vault_id = pda::vault(mint);
    let vault = vault_address(&vault_id);
    call(
        "deposit",
        [&amount.0.to_le_bytes()],
        vec![
            signer_mut(payer),
            writable(&vault),
            writable(&pda::payer(&vault_id, payer)),
            readonly(mint),
            writable(&pda::associated_token(payer, mint, token_program)),
            writable(&pda::associated_token(&vault, mint, token_program)),
            readonly(token_program),
            readonly(&pda::SYSTEM),
        ],
    )
}

fn refund(name: &str, payer: &Address, vault: &VaultId) -> Instruction {
    call(name, [], vec![signer(payer), writable(&vault_address(vault)), writable(&pda::payer(vault, payer))])
}

/// Asks for what is left of the payer's credit.
pub fn request_refund(payer: &Address, vault: &VaultId) -> Instruction {
    refund("request_refund", payer, vault)
}

/// Takes that back, to go on spending.
pub fn withdraw_refund_request(payer: &Address, vault: &VaultId) -> Instruction {
    refund("withdraw_refund_request", payer, vault)
}

/// A root to post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostRoot {
    /// Its place in the ring: [`super::Vault::next_place`].
    pub place: u8,
    /// What its identity is made of.
    pub header: RootHeader,
    /// What was paid above true entitlements under disabled roots, by leaf class: at most [`super::Vault::allowance`].
    pub overpaid: [u64; CLASSES],
    /// The tree's nodes at depth 4, which hash and sum to its top.
    pub frontier: Vec<Node>,
}

/// Posts a root.
pub fn post_root(poster: &Address, vault: &VaultId, root: &PostRoot) -> Instruction {
    let header = &root.header;
    let mut data = vec![root.place];
    data.extend_from_slice(&header.epoch.0.to_le_bytes());
    data.extend_from_slice(&header.attempt.to_le_bytes());
    data.extend_from_slice(&header.parent.0);
    data.extend_from_slice(&header.finalised_slot.0.to_le_bytes());
    for total in header.class_totals.iter().chain(&root.overpaid) {
        data.extend_from_slice(&total.to_le_bytes());
    }
    data.extend_from_slice(&header.leaf_count.to_le_bytes());
    data.extend_from_slice(&header.manifest.0);
    data.extend_from_slice(&header.policy_set.0);
    data.extend_from_slice(&length(root.frontier.len()));
    for node in &root.frontier {
        data.extend_from_slice(&node.hash);
        data.extend_from_slice(&node.sum.to_le_bytes());
    }
    call(
        "post_root",
        [&data],
        vec![
            signer_mut(poster),
            readonly(&pda::rewards_config()),
            writable(&vault_address(vault)),
            writable(&pda::root(vault, root.place)),
            readonly(&pda::SYSTEM),
        ],
    )
}

/// Confirms that a root was recomputed and is right.
pub fn attest_root(watcher: &Address, vault: &VaultId, place: u8, root: &RootId) -> Instruction {
    call(
        "attest_root",
        [&root.0],
        vec![
            signer(watcher),
            readonly(&pda::rewards_config()),
            writable(&vault_address(vault)),
            writable(&pda::root(vault, place)),
        ],
    )
}

/// Why a watcher strikes a root down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum VetoReason {
    /// Recomputing it gives something else.
    Wrong = 1,
    /// What it was computed from could not be fetched.
    Unavailable = 2,
}

/// Strikes a root down.
pub fn veto_root(watcher: &Address, vault: &VaultId, place: u8, root: &RootId, reason: VetoReason) -> Instruction {
    call(
        "veto_root",
        [&root.0, &[reason as u8]],
        vec![
            signer(watcher),
            readonly(&pda::rewards_config()),
            writable(&vault_address(vault)),
            writable(&pda::root(vault, place)),
        ],
    )
}

/// The roots that go down with a disabled one, by their places in the ring.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Relatives {
    /// The active roots built on it, from the oldest to the newest: at most three.
    pub later: Vec<u8>,
    /// The pending root, where there is one.
    pub pending: Option<u8>,
    /// The root it was built on, which serves again; none for a vault's first root.
    pub parent: Option<u8>,
}

/// Strikes down a root that serves, with all that was built on it.
pub fn disable_root(
    authority: &Address,
    vault: &VaultId,
    place: u8,
    root: &RootId,
    reason: VetoReason,
    relatives: &Relatives,
) -> Instruction {
    // An account that is not there is named by the program's own address.
    let at = |place: Option<u8>| place.map_or_else(|| readonly(&pda::REWARDS), |n| writable(&pda::root(vault, n)));
    let later = |n: usize| at(relatives.later.get(n).copied());
    call(
        "disable_root",
        [&root.0, &[reason as u8]],
        vec![
            signer(authority),
            readonly(&pda::rewards_config()),
            writable(&vault_address(vault)),
            writable(&pda::root(vault, place)),
            later(0),
            later(1),
            later(2),
            at(relatives.pending),
            at(relatives.parent),
        ],
    )
}

/// Adds tokens from the payer's associated token account to the reserve.
pub fn recapitalise(payer: &Address, mint: &Address, token_program: &Address, amount: BaseUnits) -> Instruction {
    let vault = vault_address(&pda::vault(mint));
    call(
        "recapitalise",
        [&amount.0.to_le_bytes()],
        vec![
            signer(payer),
            writable(&vault),
            readonly(mint),
            writable(&pda::associated_token(payer, mint, token_program)),
            writable(&pda::associated_token(&vault, mint, token_program)),
            readonly(token_program),
        ],
    )
}

/// What a pause can stop, as bits.
pub mod pauses {
    /// Deposits.
    pub const DEPOSITS: u8 = 1;
    /// Posting and activating roots; challenge windows run on.
    pub const ROOTS: u8 = 2;
    /// Claims, except under the oldest root that can be claimed from.
    pub const CLAIMS: u8 = 4;
}

/// Pauses parts of a vault ([`pauses`]) for at most 72 hours; `authority` is the guardian or the governor.
pub fn pause(authority: &Address, vault: &VaultId, flags: u8) -> Instruction {
    let accounts = vec![signer(authority), readonly(&pda::rewards_config()), writable(&vault_address(vault))];
    call("pause", [&[flags]], accounts)
}

/// Lifts a pause.
pub fn unpause(authority: &Address, vault: &VaultId) -> Instruction {
    let accounts = vec![signer(authority), readonly(&pda::rewards_config()), writable(&vault_address(vault))];
    call("unpause", [], accounts)
}

/// Lets a root serve, once its window has passed; anyone may send it.
pub fn activate_root(vault: &VaultId, place: u8, root: &RootId) -> Instruction {
    call(
        "activate_root",
        [&root.0],
        vec![readonly(&pda::rewards_config()), writable(&vault_address(vault)), writable(&pda::root(vault, place))],
    )
}
