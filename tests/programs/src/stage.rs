//! The rewards program set up: roles, a mint, its vault, and what it takes to
//! post a root and claim under it.

use crate::chain::{Chain, GENESIS, Outcome};
use crate::tokens::{self, Extension};
use solana_address::Address;
use solana_keypair::Keypair;
use solana_signer::Signer;
use tributary_client::pda;
use tributary_client::rewards::{self, Initialize, Payout, PostRoot, ProvenLeaf, Vault, VaultSettings};
use tributary_core::amount::BaseUnits;
use tributary_core::domain::Domain;
use tributary_core::id::{Claimant, FileHash, RootId, VaultId};
use tributary_core::leaf::{Leaf, LeafClass};
use tributary_core::position::{Epoch, Slot};
use tributary_core::root::RootHeader;
use tributary_core::tree::{Node, Tree};

/// How test vaults are run.
pub const SETTINGS: VaultSettings = VaultSettings {
    challenge_slots: 20,
    challenge_seconds: 10,
    growth_per_slot: 100,
    growth_burst: 10_000_000,
    outflow_per_slot: 0,
    outflow_burst: 0,
    policy_set: FileHash([0x70; 32]),
};
/// How many slots loosening changes wait in tests.
pub const TIMELOCK_SLOTS: u64 = 50;
/// How many seconds they wait.
pub const TIMELOCK_SECONDS: u64 = 30;
/// How far below the current slot test roots are computed.
const FINALITY: u64 = 32;

/// The rewards program with one vault.
pub struct Stage {
    /// The chain; its admin is the governor.
    pub chain: Chain,
    /// Posts roots.
    pub poster: Keypair,
    /// Attest and veto; two of three must attest.
    pub watchers: Vec<Keypair>,
    /// The vault's mint.
    pub mint: Address,
    /// The mint's program.
    pub token_program: Address,
    /// The vault.
    pub vault: VaultId,
}

/// A tree with the leaves it was built from.
pub struct Published {
    /// What was posted.
    pub root: PostRoot,
    /// Sorted, as the tree holds them.
    pub leaves: Vec<Leaf>,
    /// The tree.
    pub tree: Tree,
}

impl Published {
    /// The root's identity.
    pub fn id(&self) -> RootId {
        self.root.header.id()
    }

    /// The index of a claimant's leaf.
    pub fn index(&self, class: LeafClass, claimant: &Address) -> u32 {
        let found = self.leaves.iter().position(|leaf| leaf.class == class && leaf.claimant.0 == claimant.to_bytes());
        found.unwrap() as u32
    }
}

/// Who may pause and cancel in tests.
pub fn guardian() -> Keypair {
    Keypair::new_from_array([0x47; 32])
}

/// The roles a stage starts with.
pub fn roles(chain: &Chain, poster: &Address, watchers: &[Keypair]) -> Initialize {
    Initialize {
        authority: chain.admin.pubkey(),
        genesis: GENESIS,
        poster: *poster,
        guardian: guardian().pubkey(),
        registry: pda::REGISTRY,
        threshold: 2,
        timelock_slots: TIMELOCK_SLOTS,
        timelock_seconds: TIMELOCK_SECONDS,
        watchers: watchers.iter().map(Signer::pubkey).collect(),
    }
}

/// An entitlement to earned credit.
pub fn earned(claimant: &Address, cumulative: u64) -> Leaf {
    leaf(LeafClass::Earned, claimant, cumulative)
}

/// An entitlement.
pub fn leaf(class: LeafClass, claimant: &Address, cumulative: u64) -> Leaf {
    Leaf { class, claimant: Claimant(claimant.to_bytes()), cumulative: BaseUnits(cumulative) }
}

impl Stage {
    /// With a mint of SPL Token.
    pub fn token() -> Self {
        Self::new(pda::TOKEN, &[])
    }

    /// With a mint of Token-2022 without extensions.
    pub fn token_2022() -> Self {
        Self::new(pda::TOKEN_2022, &[])
    }

    /// With a mint of a token program.
    pub fn new(token_program: Address, extensions: &[Extension]) -> Self {
        let mut stage = Self::without_vault(token_program, extensions);
        stage.create_vault(&SETTINGS).unwrap();
        stage
    }

    /// Initialised, but without a vault.
    pub fn without_vault(token_program: Address, extensions: &[Extension]) -> Self {
        let mut chain = Chain::new();
        let poster = chain.person();
        let watchers: Vec<_> = (0..3).map(|_| chain.person()).collect();
        let initialize = rewards::initialize(&roles(&chain, &poster.pubkey(), &watchers));
        chain.send(&[initialize], &[]).unwrap();
        let mint = tokens::mint(&mut chain, &token_program, extensions, false);
        Self { chain, poster, watchers, mint, token_program, vault: pda::vault(&mint) }
    }

    /// Creates the vault.
    pub fn create_vault(&mut self, settings: &VaultSettings) -> Outcome {
        let create = rewards::create_vault(&self.chain.admin.pubkey(), &self.mint, &self.token_program, settings);
        self.chain.send(&[create], &[])
    }

    /// The vault's address.
    pub fn vault_address(&self) -> Address {
        Address::new_from_array(self.vault.0)
    }

    /// The vault's account.
    pub fn vault(&self) -> Vault {
        Vault::decode(&self.chain.data(&self.vault_address())).unwrap()
    }

    /// A root of the vault's ring.
    pub fn root(&self, place: u8) -> rewards::Root {
        rewards::Root::decode(&self.chain.data(&pda::root(&self.vault, place))).unwrap()
    }

    /// What the vault holds.
    pub fn vault_balance(&self) -> u64 {
        tokens::balance(&self.chain, &self.vault().token_account)
    }

    /// The associated token account of somebody.
    pub fn account_of(&self, owner: &Address) -> Address {
        pda::associated_token(owner, &self.mint, &self.token_program)
    }

    /// What somebody holds.
    pub fn balance(&self, owner: &Address) -> u64 {
        tokens::balance(&self.chain, &self.account_of(owner))
    }

    /// Somebody with tokens and lamports.
    pub fn holder(&mut self, amount: u64) -> Keypair {
        let holder = self.chain.person();
        let account = tokens::open_account(&mut self.chain, &holder.pubkey(), &self.mint, &self.token_program);
        tokens::mint_to(&mut self.chain, &account, &self.mint, &self.token_program, amount);
        holder
    }

    /// Deposits.
    pub fn deposit(&mut self, payer: &Keypair, amount: u64) -> Outcome {
        let deposit = rewards::deposit(&payer.pubkey(), &self.mint, &self.token_program, BaseUnits(amount));
        self.chain.send(&[deposit], &[payer])
    }

    /// Somebody who has deposited so much.
    pub fn payer(&mut self, amount: u64) -> Keypair {
        let payer = self.holder(amount);
        self.deposit(&payer, amount).unwrap();
        payer
    }

    /// Builds the next root over these leaves. Nothing is sent.
    pub fn build(&self, leaves: &[Leaf]) -> Published {
        let vault = self.vault();
        let mut leaves = leaves.to_vec();
        leaves.sort();
        let nodes = leaves.iter().map(|leaf| Node { hash: leaf.hash(&vault.domain), sum: leaf.cumulative.0 });
        let tree = Tree::build(nodes.collect()).unwrap();
        let mut class_totals = [0; 3];
        for leaf in &leaves {
            class_totals[leaf.class as usize] += leaf.cumulative.0;
        }
        let header = RootHeader {
            domain: Domain(vault.domain.0),
            epoch: Epoch(vault.head_epoch.0 + 1),
            attempt: vault.attempt,
            parent: vault.head_root,
            finalised_slot: Slot(self.chain.slot() - FINALITY),
            tree_hash: tree.root().hash,
            class_totals,
            leaf_count: tree.count(),
            manifest: FileHash([0x6d; 32]),
            policy_set: vault.policy_set_at(vault.head_finalised_slot),
        };
        let root = PostRoot { place: vault.next_place(), header, overpaid: [0; 3], frontier: tree.frontier() };
        Published { root, leaves, tree }
    }

    /// Posts a root.
    pub fn post(&mut self, root: &PostRoot) -> Outcome {
        let poster = self.poster.insecure_clone();
        let post = rewards::post_root(&poster.pubkey(), &self.vault, root);
        self.chain.send(&[post], &[&poster])
    }

    /// Attests to a root as one of the watchers.
    pub fn attest(&mut self, watcher: usize, published: &Published) -> Outcome {
        let watcher = self.watchers[watcher].insecure_clone();
        let attest = rewards::attest_root(&watcher.pubkey(), &self.vault, published.root.place, &published.id());
        self.chain.send(&[attest], &[&watcher])
    }

    /// Lets the challenge window pass.
    pub fn pass_window(&mut self) {
        self.chain.pass(SETTINGS.challenge_slots, SETTINGS.challenge_seconds as i64);
    }

    /// Activates a root.
    pub fn activate(&mut self, published: &Published) -> Outcome {
        let activate = rewards::activate_root(&self.vault, published.root.place, &published.id());
        self.chain.send(&[activate], &[])
    }

    /// Builds, posts, attests to and activates a root over these leaves.
    pub fn serve(&mut self, leaves: &[Leaf]) -> Published {
        self.chain.pass(1, 1);
        let published = self.build(leaves);
        self.approve(&published);
        published
    }

    /// Posts, attests to and activates a root.
    pub fn approve(&mut self, published: &Published) {
        self.post(&published.root).unwrap();
        self.attest(0, published).unwrap();
        self.attest(1, published).unwrap();
        self.pass_window();
        self.activate(published).unwrap();
    }

    /// Claims a leaf, paid for by `payer`.
    pub fn claim(&mut self, payer: &Keypair, published: &Published, index: u32) -> Outcome {
        let proof = published.tree.proof(index).unwrap();
        let leaf = published.leaves[index as usize];
        self.claim_with(payer, published.root.place, &leaf, index, &proof)
    }

    /// Claims with any proof.
    pub fn claim_with(&mut self, payer: &Keypair, place: u8, leaf: &Leaf, index: u32, proof: &[u8]) -> Outcome {
        let proven =
            ProvenLeaf { place, class: leaf.class, claimant: leaf.claimant, cumulative: leaf.cumulative, index, proof };
        let claim = rewards::claim(&payer.pubkey(), &self.mint, &self.token_program, &proven, &Payout::default());
        self.chain.send(&[claim], &[payer])
    }
}
