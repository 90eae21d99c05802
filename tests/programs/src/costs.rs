//! What instructions cost, measured: the claim under 2²⁰ leaves that design §7
//! asks about, its transaction, and what it compares with.

use crate::chain::{Chain, Receipt};
use crate::claims::claim_of;
use crate::registrations::{REVEAL_MIN, asset, commit, open_registry, registered, reveal};
use crate::stage::{Published, Stage, earned};
use solana_address::Address;
use solana_address_lookup_table_interface::program::ID as LOOKUP_TABLES;
use solana_address_lookup_table_interface::state::{AddressLookupTable, LookupTableMeta};
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_message::{AddressLookupTableAccount, VersionedMessage, v0};
use solana_signer::Signer;
use solana_transaction::versioned::VersionedTransaction;
use std::borrow::Cow;
use tributary_client::pda;
use tributary_client::registry::CoOwner;
use tributary_client::rewards::{self, Payout};
use tributary_core::content::AssetKind;
use tributary_core::leaf::LeafClass;
use tributary_core::tree::{Node, Tree};

/// Leaves of the tree: proofs have 16 siblings below the frontier.
pub const LEAVES: usize = 1 << 20;
/// What the first claimant in that tree is owed.
pub const OWED: u64 = 1_000;
const COMPUTE_BUDGET: Address = Address::from_str_const("ComputeBudget111111111111111111111111111111");

/// A stage whose newest root is over [`LEAVES`] leaves, of which only the one at
/// `index` is somebody real.
pub struct Large {
    /// The stage.
    pub stage: Stage,
    /// Whose leaf it is.
    pub claimant: Keypair,
    /// The root.
    pub published: Published,
    /// Its index.
    pub index: u32,
}

impl Large {
    /// Posts and activates the root; `opened` is whether the claimant has claimed before.
    pub fn new(opened: bool, index: u32) -> Self {
        let mut stage = Stage::token();
        stage.payer(10_000);
        let claimant = Keypair::new_from_array([0x21; 32]);
        stage.chain.fund(&claimant.pubkey());
        if opened {
            let first = stage.serve(&[earned(&claimant.pubkey(), 10)]);
            stage.claim(&claimant, &first, 0).unwrap();
            stage.chain.pass(1, 1);
        }
        let leaf = earned(&claimant.pubkey(), OWED);
        let mut published = stage.build(&[leaf]);
        let mut nodes = vec![Node { hash: [0x5e; 32], sum: 0 }; LEAVES];
        nodes[index as usize] = Node { hash: leaf.hash(&stage.vault().domain), sum: OWED };
        let tree = Tree::build(nodes).unwrap();
        published.root.frontier = tree.frontier();
        published.root.header.tree_hash = tree.root().hash;
        published.root.header.leaf_count = LEAVES as u32;
        published.leaves = vec![leaf; index as usize + 1];
        published.tree = tree;
        stage.approve(&published);
        Self { stage, claimant, published, index }
    }

    /// The claim, paid for by the claimant.
    pub fn instruction(&self) -> Instruction {
        claim_of(&self.stage, &self.claimant.pubkey(), &self.published, self.index, &Payout::default())
    }

    /// Sends it alone.
    pub fn claim(&mut self) -> Receipt {
        let instruction = self.instruction();
        self.stage.chain.send_as(&self.claimant, &[instruction], &[]).unwrap()
    }

    /// The transaction a wallet would send: with a compute budget and a price, what
    /// never changes for a vault in a lookup table.
    pub fn transaction(&mut self) -> (VersionedTransaction, Vec<Instruction>) {
        let vault = self.stage.vault();
        let mut addresses = vec![
            self.stage.vault_address(),
            self.stage.mint,
            vault.token_account,
            pda::TOKEN,
            pda::ASSOCIATED_TOKEN,
            pda::SYSTEM,
            pda::rewards_event_authority(),
        ];
        addresses.extend((0..rewards::RING).map(|place| pda::root(&self.stage.vault, place)));
        let table = AddressLookupTableAccount { key: Address::new_from_array([0x7a; 32]), addresses };
        let state = AddressLookupTable {
            meta: LookupTableMeta { last_extended_slot: 1, ..LookupTableMeta::new(self.stage.chain.admin.pubkey()) },
            addresses: Cow::Borrowed(&table.addresses),
        };
        self.stage.chain.place(table.key, LOOKUP_TABLES, state.serialize_for_tests().unwrap());
        let budget = |data: Vec<u8>| Instruction { program_id: COMPUTE_BUDGET, accounts: vec![], data };
        let instructions = vec![
            budget([&[2][..], &60_000u32.to_le_bytes()].concat()),
            budget([&[3][..], &1_000u64.to_le_bytes()].concat()),
            self.instruction(),
        ];
        let blockhash = self.stage.chain.blockhash();
        let message = v0::Message::try_compile(&self.claimant.pubkey(), &instructions, &[table], blockhash).unwrap();
        (VersionedTransaction::try_new(VersionedMessage::V0(message), &[&self.claimant]).unwrap(), instructions)
    }
}

/// Bytes of a transaction with one signature.
pub fn bytes_of(transaction: &VersionedTransaction) -> usize {
    1 + 64 + transaction.message.serialize().len()
}

/// Units that the rewards program used itself, its own events included: what the
/// log says it consumed, less what the token programs it called consumed.
pub fn own_units(receipt: &Receipt) -> u64 {
    let consumed = |program: &Address| -> u64 {
        let prefix = format!("Program {program} consumed ");
        let all = receipt.logs.iter().filter_map(|line| line.strip_prefix(&prefix));
        all.map(|rest| rest.split(' ').next().unwrap().parse::<u64>().unwrap()).max().unwrap_or(0)
    };
    consumed(&pda::REWARDS) - consumed(&pda::TOKEN) - consumed(&pda::ASSOCIATED_TOKEN)
}

/// What keeping a claimant's record costs in lamports, for life.
pub fn claim_rent(large: &Large) -> u64 {
    let record = pda::claim(&large.stage.vault, LeafClass::Earned, &large.claimant.pubkey());
    large.stage.chain.lamports(&record)
}

/// Units of posting a root with all 16 nodes in a place used before.
pub fn post_root_units() -> u64 {
    let mut stage = Stage::token();
    stage.payer(100_000);
    let leaves: Vec<_> = (0..200u8).map(|n| earned(&Address::new_from_array([n + 1; 32]), 10)).collect();
    for _ in 0..rewards::RING {
        stage.serve(&leaves);
    }
    stage.chain.pass(1, 1);
    let next = stage.build(&leaves);
    stage.post(&next.root).unwrap().units
}

/// Units of registering a model with so many parents and co-owners.
pub fn register_units(parents: usize, co_owners: usize) -> u64 {
    let mut chain = Chain::new();
    open_registry(&mut chain);
    let owner = chain.person();
    let mut model = asset(&owner, AssetKind::Model, "a model");
    model.parents = (0..parents)
        .map(|n| (registered(&mut chain, &owner, &asset(&owner, AssetKind::Dataset, &format!("text {n}"))), 500))
        .collect();
    let share_bps = (10_000 / co_owners) as u16;
    model.co_owners =
        (0..co_owners).map(|n| CoOwner { key: Address::new_from_array([n as u8 + 1; 32]), share_bps }).collect();
    commit(&mut chain, &owner, &model);
    chain.pass(REVEAL_MIN, 1);
    reveal(&mut chain, &owner, &model).unwrap().units
}
