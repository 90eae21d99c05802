//! Instructions of the registry program: set-up, registration, gateways. What
//! changes a record later is in `changes`, disputes and the governor's are in
//! `governance`.

use super::{CoOwner, RegistrySettings};
use crate::instructions::{instruction, length, readonly, signer, signer_mut, writable};
use crate::pda;
use solana_address::Address;
use solana_instruction::{AccountMeta, Instruction};
use tributary_core::content::{AssetKind, content_id};
use tributary_core::id::{AssetId, Commitment, ContentId, FileHash, Genesis, ProgramId};
use tributary_core::position::Slot;

pub(super) fn call<const N: usize>(name: &str, arguments: [&[u8]; N], accounts: Vec<AccountMeta>) -> Instruction {
    instruction(&pda::REGISTRY, &pda::registry_event_authority(), name, &arguments, accounts, [])
}

/// Co-owners as an argument.
pub(super) fn shares(co_owners: &[CoOwner]) -> Vec<u8> {
    let mut out = length(co_owners.len()).to_vec();
    for co_owner in co_owners {
        out.extend_from_slice(co_owner.key.as_ref());
        out.extend_from_slice(&co_owner.share_bps.to_le_bytes());
    }
    out
}

/// Sets the registry up; `authority` must be its upgrade authority, and becomes
/// the governor.
pub fn initialize(authority: &Address, genesis: &Genesis, settings: &RegistrySettings) -> Instruction {
    call(
        "initialize",
        [&genesis.0, &settings.encode()],
        vec![
            signer_mut(authority),
            writable(&pda::registry_config()),
            writable(&pda::shard(0)),
            readonly(&pda::program_data(&pda::REGISTRY)),
            readonly(&pda::SYSTEM),
        ],
    )
}

/// Opens the next event sequence.
pub fn open_shard(governor: &Address, index: u8) -> Instruction {
    call(
        "open_shard",
        [&[index]],
        vec![
            signer_mut(governor),
            writable(&pda::registry_config()),
            writable(&pda::shard(index)),
            readonly(&pda::SYSTEM),
        ],
    )
}

/// Records a commitment; see [`Register::commitment`].
pub fn commit(payer: &Address, shard: u8, commitment: &Commitment) -> Instruction {
    call(
        "commit",
        [&commitment.0],
        vec![
            signer_mut(payer),
            writable(&pda::shard(shard)),
            writable(&pda::commitment(&commitment.0)),
            readonly(&pda::SYSTEM),
        ],
    )
}

/// What is revealed to register an asset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Register {
    /// Pays rent and fees, and signs.
    pub payer: Address,
    /// Owns the record, and signs; may be the payer.
    pub owner: Address,
    /// Who paid for the commitment, and gets its rent back.
    pub commitment_payer: Address,
    /// Which event sequence to use.
    pub shard: u8,
    /// What it is.
    pub kind: AssetKind,
    /// SHA-256 of the content.
    pub content_hash: FileHash,
    /// The content's length in bytes.
    pub content_length: u64,
    /// What keeps the commitment from being guessed.
    pub salt: [u8; 32],
    /// SHA-256 of the published metadata.
    pub metadata_hash: FileHash,
    /// SHA-256 of the content's URI.
    pub uri_hash: FileHash,
    /// SPDX identifier, padded with zeros.
    pub licence: [u8; 32],
    /// Permitted uses as bits ([`tributary_core::content::uses`]).
    pub uses: u8,
    /// 0 relative, 1 absolute.
    pub royalty_mode: u8,
    /// How a model mixes P0 to P4, in basis points; zeros for the default.
    pub mix_bps: [u16; 5],
    /// At most 16 parents with their royalties in basis points.
    pub parents: Vec<(AssetId, u16)>,
    /// 1 to 16, with shares that sum to 10,000.
    pub co_owners: Vec<CoOwner>,
}

impl Register {
    /// The content's id.
    pub fn content_id(&self) -> ContentId {
        content_id(self.kind, self.content_length, &self.content_hash.0)
    }

    /// The address of the record.
    pub fn asset(&self) -> AssetId {
        pda::asset(self.kind, &self.content_id())
    }

    /// What must be committed first.
    pub fn commitment(&self, genesis: &Genesis) -> Commitment {
        tributary_core::content::commitment(
            genesis,
            &ProgramId(pda::REGISTRY.to_bytes()),
            self.kind,
            &self.content_id(),
            self.owner.as_array(),
            &self.salt,
        )
    }
}

/// Reveals a commitment and registers the asset.
pub fn register(reveal: &Register, genesis: &Genesis) -> Instruction {
    reveal_as("register", reveal, genesis)
}

/// Reveals an older commitment than that of the record and takes it over.
pub fn displace(reveal: &Register, genesis: &Genesis) -> Instruction {
    reveal_as("displace", reveal, genesis)
}

fn reveal_as(name: &str, reveal: &Register, genesis: &Genesis) -> Instruction {
    let mut data = vec![reveal.kind as u8];
    data.extend_from_slice(&reveal.content_hash.0);
    data.extend_from_slice(&reveal.content_length.to_le_bytes());
    data.extend_from_slice(&reveal.salt);
    data.extend_from_slice(&reveal.metadata_hash.0);
    data.extend_from_slice(&reveal.uri_hash.0);
    data.extend_from_slice(&reveal.licence);
    data.extend_from_slice(&[reveal.uses, reveal.royalty_mode]);
    for share in reveal.mix_bps {
        data.extend_from_slice(&share.to_le_bytes());
    }
    data.extend_from_slice(&length(reveal.parents.len()));
    for (_, royalty_bps) in &reveal.parents {
        data.extend_from_slice(&royalty_bps.to_le_bytes());
    }
    data.extend_from_slice(&shares(&reveal.co_owners));
    instruction(
        &pda::REGISTRY,
        &pda::registry_event_authority(),
        name,
        &[&data],
        vec![
            signer_mut(&reveal.payer),
            signer(&reveal.owner),
            readonly(&pda::registry_config()),
            writable(&pda::shard(reveal.shard)),
            writable(&pda::commitment(&reveal.commitment(genesis).0)),
            writable(&reveal.commitment_payer),
            writable(&Address::new_from_array(reveal.asset().0)),
            readonly(&pda::SYSTEM),
        ],
        reveal.parents.iter().map(|(parent, _)| readonly(&Address::new_from_array(parent.0))),
    )
}

/// Opens a gateway's record.
pub fn register_gateway(operator: &Address, shard: u8, index: u32) -> Instruction {
    call(
        "register_gateway",
        [&index.to_le_bytes()],
        vec![
            signer_mut(operator),
            writable(&pda::shard(shard)),
            writable(&Address::new_from_array(pda::gateway(operator, index).0)),
            readonly(&pda::SYSTEM),
        ],
    )
}

fn gateway_key(name: &str, operator: &Address, shard: u8, index: u32, arguments: &[&[u8]]) -> Instruction {
    let accounts = vec![
        signer(operator),
        writable(&pda::shard(shard)),
        writable(&Address::new_from_array(pda::gateway(operator, index).0)),
    ];
    instruction(&pda::REGISTRY, &pda::registry_event_authority(), name, arguments, accounts, [])
}

/// Lets a gateway sign with a key from a slot on; slot 0 means now.
pub fn add_gateway_key(operator: &Address, shard: u8, index: u32, key: &Address, valid_from: Slot) -> Instruction {
    let arguments: [&[u8]; 2] = [key.as_ref(), &valid_from.0.to_le_bytes()];
    gateway_key("add_gateway_key", operator, shard, index, &arguments)
}

/// Ends a key's validity now.
pub fn revoke_gateway_key(operator: &Address, shard: u8, index: u32, key: &Address) -> Instruction {
    gateway_key("revoke_gateway_key", operator, shard, index, &[key.as_ref()])
}
