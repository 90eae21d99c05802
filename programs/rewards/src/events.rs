//! What the rewards program tells: one event a change, by self-CPI, each in its
//! vault's dense sequence (those of the configuration in the configuration's),
//! so that a reader can prove it missed none. The same structs stand in the
//! client; a test compares them through the IDL.

use crate::state::Change;
use anchor_lang::prelude::*;

/// The program was set up. `vault` is the configuration's address.
#[event]
pub struct RewardsInitialized {
    /// The configuration.
    pub vault: Address,
    /// Dense.
    pub sequence: u64,
    /// Who may change settings.
    pub governor: Address,
    /// Who posts roots.
    pub poster: Address,
    /// Who may pause.
    pub guardian: Address,
    /// The registry program.
    pub registry: Address,
    /// The cluster's genesis hash, which domains contain.
    pub genesis: [u8; 32],
    /// How many watchers must attest to a root.
    pub threshold: u8,
    /// How many slots a loosening change waits.
    pub timelock_slots: u64,
    /// How many seconds it waits; both must pass.
    pub timelock_seconds: u64,
    /// When.
    pub slot: u64,
    /// Who may attest and veto, at most 8.
    pub watchers: Vec<Address>,
}

/// A vault was created.
#[event]
pub struct VaultCreated {
    /// The vault.
    pub vault: Address,
    /// Dense in the vault, here 0.
    pub sequence: u64,
    /// Its mint.
    pub mint: Address,
    /// SPL Token or Token-2022.
    pub token_program: Address,
    /// The account that holds the tokens.
    pub token_account: Address,
    /// The mint's decimals.
    pub decimals: u8,
    /// The vault's domain.
    pub domain: [u8; 32],
    /// The challenge window in slots.
    pub challenge_slots: u64,
    /// The challenge window in seconds; both must pass.
    pub challenge_seconds: u64,
    /// Base units by which a root's total may grow, a slot.
    pub growth_per_slot: u64,
    /// The most that growth can be saved up, in base units.
    pub growth_burst: u64,
    /// Base units that may leave against claims, a slot.
    pub outflow_per_slot: u64,
    /// The most that outflow can be saved up; all of u64 for no limit.
    pub outflow_burst: u64,
    /// SHA-256 of the policy set that its roots use until another follows.
    pub policy_set: [u8; 32],
    /// The mint's transfer fee now, in basis points.
    pub fee_bps: u16,
    /// Whether somebody can freeze accounts of the mint.
    pub freezable: bool,
    /// When.
    pub slot: u64,
}

/// A payer deposited.
#[event]
pub struct Deposited {
    /// The vault.
    pub vault: Address,
    /// Dense in the vault.
    pub sequence: u64,
    /// Whose credit it is.
    pub payer: Address,
    /// What arrived, in base units.
    pub amount: u64,
    /// What this payer has deposited since the beginning.
    pub payer_total: u64,
    /// What all have deposited since the beginning.
    pub deposited: u64,
    /// When.
    pub slot: u64,
}

/// A payer wants what is left of its credit back.
#[event]
pub struct RefundRequested {
    /// The vault.
    pub vault: Address,
    /// Dense in the vault.
    pub sequence: u64,
    /// Who.
    pub payer: Address,
    /// When.
    pub slot: u64,
}

/// A payer wants to go on spending.
#[event]
pub struct RefundWithdrawn {
    /// The vault.
    pub vault: Address,
    /// Dense in the vault.
    pub sequence: u64,
    /// Who.
    pub payer: Address,
    /// When.
    pub slot: u64,
}

/// A root was posted.
#[event]
pub struct RootPosted {
    /// The vault.
    pub vault: Address,
    /// Dense in the vault.
    pub sequence: u64,
    /// Its place in the ring.
    pub place: u8,
    /// Its identity.
    pub root_id: [u8; 32],
    /// Which epoch it closes.
    pub epoch: u64,
    /// Which attempt at it.
    pub attempt: u16,
    /// The root it builds on; zeros for none.
    pub parent: [u8; 32],
    /// The finalised slot it was computed at.
    pub finalised_slot: u64,
    /// Hash of the tree's top node.
    pub tree_hash: [u8; 32],
    /// Sums by leaf class: earned, refund, fee.
    pub class_totals: [u64; 3],
    /// What it declares as paid above true entitlements, by leaf class.
    pub overpaid: [u64; 3],
    /// Number of leaves.
    pub leaf_count: u32,
    /// SHA-256 of the manifest.
    pub manifest: [u8; 32],
    /// SHA-256 of the policy set.
    pub policy_set: [u8; 32],
    /// First slot at which it can be activated.
    pub opens_slot: u64,
    /// First Unix second at which it can be activated.
    pub opens_at: i64,
    /// When.
    pub slot: u64,
}

/// A watcher recomputed a root and found it right.
#[event]
pub struct RootAttested {
    /// The vault.
    pub vault: Address,
    /// Dense in the vault.
    pub sequence: u64,
    /// Which root.
    pub root_id: [u8; 32],
    /// Who.
    pub watcher: Address,
    /// How many have attested by now.
    pub attestations: u8,
    /// When.
    pub slot: u64,
}

/// A watcher struck a root down.
#[event]
pub struct RootVetoed {
    /// The vault.
    pub vault: Address,
    /// Dense in the vault.
    pub sequence: u64,
    /// Which root.
    pub root_id: [u8; 32],
    /// Who.
    pub watcher: Address,
    /// 1 wrong, 2 its data could not be fetched.
    pub reason: u8,
    /// When.
    pub slot: u64,
}

/// A root serves from now on.
#[event]
pub struct RootActivated {
    /// The vault.
    pub vault: Address,
    /// Dense in the vault.
    pub sequence: u64,
    /// Which root.
    pub root_id: [u8; 32],
    /// Its epoch.
    pub epoch: u64,
    /// When.
    pub slot: u64,
}

/// A claimant was paid.
#[event]
pub struct Claimed {
    /// The vault.
    pub vault: Address,
    /// Dense in the vault.
    pub sequence: u64,
    /// Under which root's epoch.
    pub epoch: u64,
    /// 0 earned, 1 refund, 2 fee.
    pub class: u8,
    /// Who.
    pub claimant: Address,
    /// The account that received.
    pub destination: Address,
    /// What left the vault now, in base units.
    pub paid: u64,
    /// What this claimant has been paid since the beginning.
    pub claimed: u64,
    /// When.
    pub slot: u64,
}

/// A claimant chose who receives what it is owed. `vault` is the configuration's
/// address, whose sequence this stands in.
#[event]
pub struct RecipientSet {
    /// The configuration.
    pub vault: Address,
    /// Dense.
    pub sequence: u64,
    /// Who chose.
    pub claimant: Address,
    /// Who receives; zeros for the claimant itself.
    pub recipient: Address,
    /// When.
    pub slot: u64,
}

/// A change was proposed, which waits for its timelock.
#[event]
pub struct ChangeProposed {
    /// The configuration or the vault that it changes.
    pub vault: Address,
    /// Dense in that.
    pub sequence: u64,
    /// Tells changes of one target apart.
    pub nonce: u64,
    /// The first slot at which it can be made.
    pub ready_slot: u64,
    /// The first Unix second at which it can be made; both must have come.
    pub ready_at: i64,
    /// When.
    pub slot: u64,
    /// What.
    pub change: Change,
}

/// A change was made after its timelock.
#[event]
pub struct ChangeApplied {
    /// The configuration or the vault that it changed.
    pub vault: Address,
    /// Dense in that.
    pub sequence: u64,
    /// Tells changes of one target apart.
    pub nonce: u64,
    /// When.
    pub slot: u64,
    /// What.
    pub change: Change,
}

/// A change will not be made.
#[event]
pub struct ChangeCancelled {
    /// The configuration or the vault that it would have changed.
    pub vault: Address,
    /// Dense in that.
    pub sequence: u64,
    /// Tells changes of one target apart.
    pub nonce: u64,
    /// Who cancelled it.
    pub by: Address,
    /// When.
    pub slot: u64,
}

/// A change that only tightens was made at once.
#[event]
pub struct Tightened {
    /// The configuration or the vault that it changed.
    pub vault: Address,
    /// Dense in that.
    pub sequence: u64,
    /// When.
    pub slot: u64,
    /// What.
    pub change: Change,
}

/// The governor named who follows it.
#[event]
pub struct GovernorProposed {
    /// The configuration.
    pub vault: Address,
    /// Dense.
    pub sequence: u64,
    /// Who may accept.
    pub next_governor: Address,
    /// The first slot at which it can.
    pub ready_slot: u64,
    /// The first Unix second at which it can; both must have come.
    pub ready_at: i64,
    /// When.
    pub slot: u64,
}

/// Another governor took over.
#[event]
pub struct GovernorAccepted {
    /// The configuration.
    pub vault: Address,
    /// Dense.
    pub sequence: u64,
    /// Who it was.
    pub previous: Address,
    /// Who it is.
    pub governor: Address,
    /// When.
    pub slot: u64,
}

/// The hand-over was called off.
#[event]
pub struct GovernorCancelled {
    /// The configuration.
    pub vault: Address,
    /// Dense.
    pub sequence: u64,
    /// Who would have followed.
    pub next_governor: Address,
    /// Who called it off.
    pub by: Address,
    /// When.
    pub slot: u64,
}

/// An account was brought from layout 1 to layout 2.
#[event]
pub struct Migrated {
    /// The configuration or the vault in whose sequence this stands.
    pub vault: Address,
    /// Dense in that.
    pub sequence: u64,
    /// Which account: that one, or a root of the vault.
    pub account: Address,
    /// When.
    pub slot: u64,
}

/// Roots that served were struck down, with all that was built on them.
#[event]
pub struct RootsDisabled {
    /// The vault.
    pub vault: Address,
    /// Dense in the vault.
    pub sequence: u64,
    /// The root that serves again; zeros for none.
    pub head_root: [u8; 32],
    /// Its epoch; 0 for none.
    pub head_epoch: u64,
    /// Who: a watcher, the guardian or the governor.
    pub by: Address,
    /// 1 wrong, 2 its data could not be fetched.
    pub reason: u8,
    /// When.
    pub slot: u64,
    /// What was paid under them, and under roots on them that were disabled before, by leaf class: at most this was
    /// paid wrongly.
    pub paid: [u64; 3],
    /// From the oldest to the newest, the pending one last.
    pub roots: Vec<[u8; 32]>,
}

/// Somebody added tokens to the reserve that makes overpayments good.
#[event]
pub struct Recapitalised {
    /// The vault.
    pub vault: Address,
    /// Dense in the vault.
    pub sequence: u64,
    /// Who.
    pub by: Address,
    /// What arrived, in base units.
    pub amount: u64,
    /// What the reserve has added since the beginning.
    pub recapitalised: u64,
    /// When.
    pub slot: u64,
}

/// Something of a vault was paused.
#[event]
pub struct Paused {
    /// The vault.
    pub vault: Address,
    /// Dense in the vault.
    pub sequence: u64,
    /// Bits: 1 deposits, 2 posting and activating roots, 4 claims except under the oldest live root.
    pub flags: u8,
    /// Who.
    pub by: Address,
    /// The Unix second at which it ends by itself.
    pub until: i64,
    /// When.
    pub slot: u64,
}

/// A pause was lifted.
#[event]
pub struct Unpaused {
    /// The vault.
    pub vault: Address,
    /// Dense in the vault.
    pub sequence: u64,
    /// Who.
    pub by: Address,
    /// When.
    pub slot: u64,
}
