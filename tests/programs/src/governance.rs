//! Changes of roles and settings on a stage, and accounts of layout 1.

use crate::chain::Outcome;
use crate::stage::{Stage, TIMELOCK_SECONDS, TIMELOCK_SLOTS, guardian};
use solana_address::Address;
use solana_keypair::Keypair;
use solana_signer::Signer;
use tributary_client::pda;
use tributary_client::rewards::{self, Change, RewardsConfig};
use tributary_core::id::VaultId;

/// Where what layout 2 added begins, in configuration, vault and root.
const ADDED: [usize; 3] = [440, 360, 928];
/// Where the version stands in an account.
const VERSION: usize = 8;

impl Stage {
    /// The configuration's account.
    pub fn config(&self) -> RewardsConfig {
        RewardsConfig::decode(&self.chain.data(&pda::rewards_config())).unwrap()
    }

    /// The vault, when the change is one of a vault's.
    fn target(&self, change: &Change) -> Option<VaultId> {
        use Change::{Growth, Outflow, PolicySet, Window};
        matches!(change, Window { .. } | Growth { .. } | Outflow { .. } | PolicySet(_)).then_some(self.vault)
    }

    /// Proposes a change as the governor.
    pub fn propose(&mut self, nonce: u64, change: &Change) -> Outcome {
        let propose = rewards::propose_change(&self.chain.admin.pubkey(), self.target(change).as_ref(), nonce, change);
        self.chain.send(&[propose], &[])
    }

    /// Makes a proposed change.
    pub fn apply(&mut self, nonce: u64, change: &Change) -> Outcome {
        let apply = rewards::apply_change(self.target(change).as_ref(), nonce, &self.chain.admin.pubkey());
        self.chain.send(&[apply], &[])
    }

    /// Cancels a proposed change.
    pub fn cancel(&mut self, by: &Keypair, nonce: u64, change: &Change) -> Outcome {
        let target = self.target(change);
        let cancel = rewards::cancel_change(&by.pubkey(), target.as_ref(), nonce, &self.chain.admin.pubkey());
        self.chain.send(&[cancel], &[by])
    }

    /// Cancels a proposed change as the guardian.
    pub fn cancel_as_guardian(&mut self, nonce: u64, change: &Change) -> Outcome {
        self.cancel(&guardian(), nonce, change)
    }

    /// Makes a tightening change at once as the governor.
    pub fn tighten(&mut self, change: &Change) -> Outcome {
        let tighten = rewards::tighten(&self.chain.admin.pubkey(), self.target(change).as_ref(), change);
        self.chain.send(&[tighten], &[])
    }

    /// Proposes a change, waits and makes it.
    pub fn change(&mut self, nonce: u64, change: &Change) -> Outcome {
        self.propose(nonce, change).unwrap();
        self.pass_timelock();
        self.apply(nonce, change)
    }

    /// Lets the timelock pass.
    pub fn pass_timelock(&mut self) {
        self.chain.pass(TIMELOCK_SLOTS, TIMELOCK_SECONDS as i64);
    }

    fn age(&mut self, address: Address, added: usize) {
        let mut data = self.chain.data(&address);
        data[VERSION] = 1;
        data[added..].fill(0);
        self.chain.place(address, pda::REWARDS, data);
    }

    /// Turns the configuration into one of layout 1.
    pub fn age_config(&mut self) {
        self.age(pda::rewards_config(), ADDED[0]);
    }

    /// Turns the vault into one of layout 1.
    pub fn age_vault(&mut self) {
        self.age(self.vault_address(), ADDED[1]);
    }

    /// Turns a root into one of layout 1.
    pub fn age_root(&mut self, place: u8) {
        self.age(pda::root(&self.vault, place), ADDED[2]);
    }
}
