//! What people call in a random run, and the instruction each call is. Whether
//! it succeeds is in `model`.

use solana_address::Address;
use solana_instruction::Instruction;
use tributary_client::pda;
use tributary_client::registry::{self, CoOwner, Parties, Register, RegistrySettings, SetTerms, Verdict};
use tributary_core::id::{AssetId, Commitment, FileHash};
use tributary_core::position::Slot;
use tributary_program_tests::chain::GENESIS;

/// An instruction with its arguments. `who` signs, in whatever role.
#[derive(Clone, Debug)]
pub enum Call {
    Commit { who: Address, hash: Commitment },
    Register(Box<Register>),
    Displace(Box<Register>),
    SetTerms(Box<SetTerms>),
    Offer { who: Address, asset: AssetId, to: Address },
    Accept { who: Address, asset: AssetId },
    SetUses { who: Address, asset: AssetId, uses: u8 },
    Retire { who: Address, asset: AssetId },
    OpenDispute { who: Address, asset: AssetId },
    Rule { who: Address, parties: Parties, verdict: Verdict },
    End { parties: Parties },
    Apply { asset: AssetId, challenger: Address },
    CancelReassignment { who: Address, asset: AssetId, challenger: Address },
    CreateCollection { who: Address, index: u32, share_bps: u16 },
    Join { who: Address, curator: Address, collection: Address, asset: AssetId },
    Leave { who: Address, collection: Address, asset: AssetId },
    ProposeGovernor { who: Address, next: Address },
    AcceptGovernor { who: Address },
    CancelGovernor { who: Address },
    ProposeSettings { who: Address, settings: RegistrySettings },
    ApplySettings { who: Address },
    CancelSettings { who: Address },
    OpenShard { who: Address, index: u8 },
    RegisterGateway { who: Address, index: u32 },
    AddKey { who: Address, operator: Address, key: Address, from: u64 },
    RevokeKey { who: Address, operator: Address, key: Address },
}

/// What all random evidence and metadata hash to.
pub const HASH: FileHash = FileHash([0x68; 32]);

impl Call {
    /// The instruction, with its event in this shard.
    pub fn instruction(&self, shard: u8) -> Instruction {
        match self {
            Self::Commit { who, hash } => registry::commit(who, shard, hash),
            Self::Register(reveal) => registry::register(&Register { shard, ..*reveal.clone() }, &GENESIS),
            Self::Displace(reveal) => registry::displace(&Register { shard, ..*reveal.clone() }, &GENESIS),
            Self::SetTerms(terms) => registry::set_terms(&SetTerms { shard, ..*terms.clone() }),
            Self::Offer { who, asset, to } => registry::offer_transfer(who, shard, asset, to),
            Self::Accept { who, asset } => registry::accept_transfer(who, who, shard, asset),
            Self::SetUses { who, asset, uses } => registry::set_uses(who, shard, asset, *uses),
            Self::Retire { who, asset } => registry::retire(who, shard, asset),
            Self::OpenDispute { who, asset } => registry::open_dispute(who, shard, asset, &HASH),
            Self::Rule { who, parties, verdict } => registry::rule_dispute(who, shard, parties, *verdict),
            Self::End { parties } => registry::end_dispute(shard, parties),
            Self::Apply { asset, challenger } => registry::apply_reassignment(shard, asset, challenger),
            Self::CancelReassignment { who, asset, challenger } => {
                registry::cancel_reassignment(who, shard, asset, challenger)
            }
            Self::CreateCollection { who, index, share_bps } => {
                registry::create_collection(who, shard, *index, *share_bps, &HASH)
            }
            Self::Join { who, curator, collection, asset } => {
                registry::join_collection(who, curator, shard, collection, asset)
            }
            Self::Leave { who, collection, asset } => registry::leave_collection(who, shard, collection, asset),
            Self::ProposeGovernor { who, next } => registry::propose_governor(who, shard, next),
            Self::AcceptGovernor { who } => registry::accept_governor(who, shard),
            Self::CancelGovernor { who } => registry::cancel_governor(who, shard),
            Self::ProposeSettings { who, settings } => registry::propose_settings(who, shard, settings),
            Self::ApplySettings { who } => registry::apply_settings(who, shard),
            Self::CancelSettings { who } => registry::cancel_settings(who, shard),
            Self::OpenShard { who, index } => registry::open_shard(who, *index),
            Self::RegisterGateway { who, index } => registry::register_gateway(who, shard, *index),
            Self::AddKey { who, operator, key, from } => {
                with_gateway_of(operator, registry::add_gateway_key(who, shard, 0, key, Slot(*from)))
            }
            Self::RevokeKey { who, operator, key } => {
                with_gateway_of(operator, registry::revoke_gateway_key(who, shard, 0, key))
            }
        }
    }
}

/// Points an instruction at somebody else's first gateway.
fn with_gateway_of(operator: &Address, mut instruction: Instruction) -> Instruction {
    instruction.accounts[2].pubkey = Address::new_from_array(pda::gateway(operator, 0).0);
    instruction
}

/// Co-owners that share the whole equally, as nearly as it goes.
pub fn equally(keys: &[Address]) -> Vec<CoOwner> {
    let count = keys.len() as u16;
    let share = |n: u16| 10_000 / count + u16::from(n < 10_000 % count);
    keys.iter().zip(0..).map(|(key, n)| CoOwner { key: *key, share_bps: share(n) }).collect()
}
