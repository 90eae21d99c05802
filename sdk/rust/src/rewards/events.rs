//! Events of the rewards program. Each stands in its vault's dense sequence
//! (those of the configuration in the configuration's), so that a reader can
//! prove it missed none.

use super::Change;
use solana_address::Address;

crate::decode::events! {
    /// An event of the rewards program.
    RewardsEvent {
        /// The program was set up. `vault` is the configuration's address.
        RewardsInitialized {
            /// The configuration.
            vault: Address,
            /// Dense.
            sequence: u64,
            /// Who may change settings.
            governor: Address,
            /// Who posts roots.
            poster: Address,
            /// Who may pause.
            guardian: Address,
            /// The registry program.
            registry: Address,
            /// The cluster's genesis hash, which domains contain.
            genesis: [u8; 32],
            /// How many watchers must attest to a root.
            threshold: u8,
            /// How many slots a loosening change waits.
            timelock_slots: u64,
            /// How many seconds it waits; both must pass.
            timelock_seconds: u64,
            /// When.
            slot: u64,
            /// Who may attest and veto, at most 8.
            watchers: Vec<Address>,
        }
        /// A vault was created.
        VaultCreated {
            /// The vault.
            vault: Address,
            /// Dense in the vault, here 0.
            sequence: u64,
            /// Its mint.
            mint: Address,
            /// SPL Token or Token-2022.
            token_program: Address,
            /// The account that holds the tokens.
            token_account: Address,
            /// The mint's decimals.
            decimals: u8,
            /// The vault's domain.
            domain: [u8; 32],
            /// The challenge window in slots.
            challenge_slots: u64,
            /// The challenge window in seconds; both must pass.
            challenge_seconds: u64,
            /// Base units by which a root's total may grow, a slot.
            growth_per_slot: u64,
            /// The most that growth can be saved up, in base units.
            growth_burst: u64,
            /// Base units that may leave against claims, a slot.
            outflow_per_slot: u64,
            /// The most that outflow can be saved up; all of u64 for no limit.
            outflow_burst: u64,
            /// SHA-256 of the policy set that its roots use until another follows.
            policy_set: [u8; 32],
            /// The mint's transfer fee now, in basis points.
            fee_bps: u16,
            /// Whether somebody can freeze accounts of the mint.
            freezable: bool,
            /// When.
            slot: u64,
        }
        /// A payer deposited.
        Deposited {
            /// The vault.
            vault: Address,
            /// Dense in the vault.
            sequence: u64,
            /// Whose credit it is.
            payer: Address,
            /// What arrived, in base units.
            amount: u64,
            /// What this payer has deposited since the beginning.
            payer_total: u64,
            /// What all have deposited since the beginning.
            deposited: u64,
            /// When.
            slot: u64,
        }
        /// A payer wants what is left of its credit back.
        RefundRequested {
            /// The vault.
            vault: Address,
            /// Dense in the vault.
            sequence: u64,
            /// Who.
            payer: Address,
            /// When.
            slot: u64,
        }
        /// A payer wants to go on spending.
        RefundWithdrawn {
            /// The vault.
            vault: Address,
            /// Dense in the vault.
            sequence: u64,
            /// Who.
            payer: Address,
            /// When.
            slot: u64,
        }
        /// A root was posted.
        RootPosted {
            /// The vault.
            vault: Address,
            /// Dense in the vault.
            sequence: u64,
            /// Its place in the ring.
            place: u8,
            /// Its identity.
            root_id: [u8; 32],
            /// Which epoch it closes.
            epoch: u64,
            /// Which attempt at it.
            attempt: u16,
            /// The root it builds on; zeros for none.
            parent: [u8; 32],
            /// The finalised slot it was computed at.
            finalised_slot: u64,
            /// Hash of the tree's top node.
            tree_hash: [u8; 32],
            /// Sums by leaf class: earned, refund, fee.
            class_totals: [u64; 3],
            /// What it declares as paid above true entitlements, by leaf class.
            overpaid: [u64; 3],
            /// Number of leaves.
            leaf_count: u32,
            /// SHA-256 of the manifest.
            manifest: [u8; 32],
            /// SHA-256 of the policy set.
            policy_set: [u8; 32],
            /// First slot at which it can be activated.
            opens_slot: u64,
            /// First Unix second at which it can be activated.
            opens_at: i64,
            /// When.
            slot: u64,
        }
        /// A watcher recomputed a root and found it right.
        RootAttested {
            /// The vault.
            vault: Address,
            /// Dense in the vault.
            sequence: u64,
            /// Which root.
            root_id: [u8; 32],
            /// Who.
            watcher: Address,
            /// How many have attested by now.
            attestations: u8,
            /// When.
            slot: u64,
        }
        /// A watcher struck a root down.
        RootVetoed {
            /// The vault.
            vault: Address,
            /// Dense in the vault.
            sequence: u64,
            /// Which root.
            root_id: [u8; 32],
            /// Who.
            watcher: Address,
            /// 1 wrong, 2 its data could not be fetched.
            reason: u8,
            /// When.
            slot: u64,
        }
        /// A root serves from now on.
        RootActivated {
            /// The vault.
            vault: Address,
            /// Dense in the vault.
            sequence: u64,
            /// Which root.
            root_id: [u8; 32],
            /// Its epoch.
            epoch: u64,
            /// When.
            slot: u64,
        }
        /// A claimant was paid.
        Claimed {
            /// The vault.
            vault: Address,
            /// Dense in the vault.
            sequence: u64,
            /// Under which root's epoch.
            epoch: u64,
            /// 0 earned, 1 refund, 2 fee.
            class: u8,
            /// Who.
            claimant: Address,
            /// The account that received.
            destination: Address,
            /// What left the vault now, in base units.
            paid: u64,
            /// What this claimant has been paid since the beginning.
            claimed: u64,
            /// When.
            slot: u64,
        }
        /// A claimant chose who receives what it is owed. `vault` is the
        /// configuration's address.
        RecipientSet {
            /// The configuration.
            vault: Address,
            /// Dense.
            sequence: u64,
            /// Who chose.
            claimant: Address,
            /// Who receives; zeros for the claimant itself.
            recipient: Address,
            /// When.
            slot: u64,
        }
        /// A change was proposed, which waits for its timelock.
        ChangeProposed {
            /// The configuration or the vault that it changes.
            vault: Address,
            /// Dense in that.
            sequence: u64,
            /// Tells changes of one target apart.
            nonce: u64,
            /// The first slot at which it can be made.
            ready_slot: u64,
            /// The first Unix second at which it can be made; both must have come.
            ready_at: i64,
            /// When.
            slot: u64,
            /// What.
            change: Change,
        }
        /// A change was made after its timelock.
        ChangeApplied {
            /// The configuration or the vault that it changed.
            vault: Address,
            /// Dense in that.
            sequence: u64,
            /// Tells changes of one target apart.
            nonce: u64,
            /// When.
            slot: u64,
            /// What.
            change: Change,
        }
        /// A change will not be made.
        ChangeCancelled {
            /// The configuration or the vault that it would have changed.
            vault: Address,
            /// Dense in that.
            sequence: u64,
            /// Tells changes of one target apart.
            nonce: u64,
            /// Who cancelled it.
            by: Address,
            /// When.
            slot: u64,
        }
        /// A change that only tightens was made at once.
        Tightened {
            /// The configuration or the vault that it changed.
            vault: Address,
            /// Dense in that.
            sequence: u64,
            /// When.
            slot: u64,
            /// What.
            change: Change,
        }
        /// The governor named who follows it.
        GovernorProposed {
            /// The configuration.
            vault: Address,
            /// Dense.
            sequence: u64,
            /// Who may accept.
            next_governor: Address,
            /// The first slot at which it can.
            ready_slot: u64,
            /// The first Unix second at which it can; both must have come.
            ready_at: i64,
            /// When.
            slot: u64,
        }
        /// Another governor took over.
        GovernorAccepted {
            /// The configuration.
            vault: Address,
            /// Dense.
            sequence: u64,
            /// Who it was.
            previous: Address,
            /// Who it is.
            governor: Address,
            /// When.
            slot: u64,
        }
        /// The hand-over was called off.
        GovernorCancelled {
            /// The configuration.
            vault: Address,
            /// Dense.
            sequence: u64,
            /// Who would have followed.
            next_governor: Address,
            /// Who called it off.
            by: Address,
            /// When.
            slot: u64,
        }
        /// An account was brought from layout 1 to layout 2.
        Migrated {
            /// The configuration or the vault in whose sequence this stands.
            vault: Address,
            /// Dense in that.
            sequence: u64,
            /// Which account: that one, or a root of the vault.
            account: Address,
            /// When.
            slot: u64,
        }
        /// Roots that served were struck down, with all that was built on them.
        RootsDisabled {
            /// The vault.
            vault: Address,
            /// Dense in the vault.
            sequence: u64,
            /// The root that serves again; zeros for none.
            head_root: [u8; 32],
            /// Its epoch; 0 for none.
            head_epoch: u64,
            /// Who: a watcher, the guardian or the governor.
            by: Address,
            /// 1 wrong, 2 its data could not be fetched.
            reason: u8,
            /// When.
            slot: u64,
            /// What was paid under them, by leaf class: at most this was paid wrongly.
            paid: [u64; 3],
            /// From the oldest to the newest, the pending one last.
            roots: Vec<[u8; 32]>,
        }
        /// Somebody added tokens to the reserve that makes overpayments good.
        Recapitalised {
            /// The vault.
            vault: Address,
            /// Dense in the vault.
            sequence: u64,
            /// Who.
            by: Address,
            /// What arrived, in base units.
            amount: u64,
            /// What the reserve has added since the beginning.
            recapitalised: u64,
            /// When.
            slot: u64,
        }
        /// Something of a vault was paused.
        Paused {
            /// The vault.
            vault: Address,
            /// Dense in the vault.
            sequence: u64,
            /// Bits: 1 deposits, 2 posting and activating roots, 4 claims except under the oldest live root.
            flags: u8,
            /// Who.
            by: Address,
            /// The Unix second at which it ends by itself.
            until: i64,
            /// When.
            slot: u64,
        }
        /// A pause was lifted.
        Unpaused {
            /// The vault.
            vault: Address,
            /// Dense in the vault.
            sequence: u64,
            /// Who.
            by: Address,
            /// When.
            slot: u64,
        }
    }
}

impl RewardsEvent {
    /// Vault (or configuration) and sequence.
    pub fn position(&self) -> (Address, u64) {
        match self {
            Self::RewardsInitialized(e) => (e.vault, e.sequence),
            Self::VaultCreated(e) => (e.vault, e.sequence),
            Self::Deposited(e) => (e.vault, e.sequence),
            Self::RefundRequested(e) => (e.vault, e.sequence),
            Self::RefundWithdrawn(e) => (e.vault, e.sequence),
            Self::RootPosted(e) => (e.vault, e.sequence),
            Self::RootAttested(e) => (e.vault, e.sequence),
            Self::RootVetoed(e) => (e.vault, e.sequence),
            Self::RootActivated(e) => (e.vault, e.sequence),
            Self::Claimed(e) => (e.vault, e.sequence),
            Self::RecipientSet(e) => (e.vault, e.sequence),
            Self::ChangeProposed(e) => (e.vault, e.sequence),
            Self::ChangeApplied(e) => (e.vault, e.sequence),
            Self::ChangeCancelled(e) => (e.vault, e.sequence),
            Self::Tightened(e) => (e.vault, e.sequence),
            Self::GovernorProposed(e) => (e.vault, e.sequence),
            Self::GovernorAccepted(e) => (e.vault, e.sequence),
            Self::GovernorCancelled(e) => (e.vault, e.sequence),
            Self::Migrated(e) => (e.vault, e.sequence),
            Self::RootsDisabled(e) => (e.vault, e.sequence),
            Self::Recapitalised(e) => (e.vault, e.sequence),
            Self::Paused(e) => (e.vault, e.sequence),
            Self::Unpaused(e) => (e.vault, e.sequence),
        }
    }
}
