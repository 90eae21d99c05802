//! Claims to tamper with: the instruction for a leaf, the places of its accounts
//! and arguments, and the event that a claim leaves.

use crate::chain::Receipt;
use crate::stage::{Published, Stage};
use solana_address::Address;
use solana_instruction::Instruction;
use tributary_client::ChainEvent;
use tributary_client::rewards::{self, Claimed, Payout, ProvenLeaf, RewardsEvent};

/// Places of a claim's accounts.
pub mod account {
    pub const PAYER: usize = 0;
    pub const CLAIMANT: usize = 1;
    pub const VAULT: usize = 2;
    pub const ROOT: usize = 3;
    pub const RECORD: usize = 4;
    pub const RECIPIENT: usize = 5;
    pub const RECEIVER: usize = 6;
    pub const MINT: usize = 7;
    pub const TOKEN_ACCOUNT: usize = 8;
    pub const DESTINATION: usize = 9;
    pub const TOKEN_PROGRAM: usize = 10;
    pub const ASSOCIATED_TOKEN_PROGRAM: usize = 11;
    pub const SYSTEM_PROGRAM: usize = 12;
    pub const EVENT_AUTHORITY: usize = 13;
    /// How many there are.
    pub const COUNT: usize = 15;
}

/// Where the arguments start in a claim's data.
pub mod argument {
    pub const CLASS: usize = 8;
    pub const CUMULATIVE: usize = 9;
    pub const INDEX: usize = 17;
    pub const BUMP: usize = 21;
    pub const MINIMUM: usize = 22;
    pub const PROOF_LENGTH: usize = 30;
    pub const PROOF: usize = 34;
}

/// The instruction that claims a leaf of a published root.
pub fn claim_of(stage: &Stage, payer: &Address, published: &Published, index: u32, payout: &Payout) -> Instruction {
    let leaf = published.leaves[index as usize];
    let proof = published.tree.proof(index).unwrap();
    let proven = ProvenLeaf {
        place: published.root.place,
        class: leaf.class,
        claimant: leaf.claimant,
        cumulative: leaf.cumulative,
        index,
        proof: &proof,
    };
    rewards::claim(payer, &stage.mint, &stage.token_program, &proven, payout)
}

/// The one `Claimed` event of a receipt.
pub fn claimed(receipt: &Receipt) -> &Claimed {
    match receipt.events.as_slice() {
        [ChainEvent::Rewards(RewardsEvent::Claimed(event))] => event,
        other => panic!("expected one Claimed event, found {other:?}"),
    }
}

/// A fixed address that nobody has used.
pub fn stranger(n: u8) -> Address {
    let mut bytes = [n; 32];
    bytes[0] = 0x51;
    Address::new_from_array(bytes)
}
