//! What can be wrong with a call, and what to do about it.

use anchor_lang::prelude::*;

/// Codes from 6000, in this order: append only.
#[error_code]
pub enum RegistryError {
    #[msg("Only the program's upgrade authority can initialise it: sign with the key it was deployed with")]
    NotUpgradeAuthority,
    #[msg("The reveal delays make no sense: the minimum must be at least 1 slot and below the maximum")]
    BadDelays,
    #[msg("Only the governor can do this: sign with the governor named in the configuration")]
    NotGovernor,
    #[msg("Shards open one after the other: use the number of open shards as the index")]
    ShardOutOfOrder,
    #[msg("A number would overflow: nothing was changed")]
    Overflow,
    #[msg("This shard has taken all registrations a slot can hold: try again in the next slot, or another shard")]
    ShardFull,
    #[msg("The kind is unknown: use 1 for a dataset, 2 for a model, 3 for an agent")]
    BadKind,
    #[msg("The content is empty: register something that has bytes")]
    EmptyContent,
    #[msg("The commitment is another one: reveal the same kind, content, owner and salt that were committed")]
    WrongCommitment,
    #[msg("It is too early to reveal: wait until the minimum delay has passed since the commitment")]
    TooEarly,
    #[msg("The commitment is stale: commit again with a new salt and reveal before the maximum delay")]
    TooLate,
    #[msg("The rent of a commitment goes back to who paid for it: pass that account")]
    WrongCommitmentPayer,
    #[msg("A permitted use is unknown: combine 1 train, 2 ground and 4 display")]
    BadUses,
    #[msg("The royalty mode is unknown: use 0")]
    BadRoyaltyMode,
    #[msg("The licence must be an SPDX identifier in printable ASCII, padded with zeros to 32 bytes")]
    BadLicence,
    #[msg("Policy shares must be all zero, or sum to 10,000 basis points and belong to a model")]
    BadMix,
    #[msg("There are too many parents: at most 16 are recorded")]
    TooManyParents,
    #[msg("Royalties and parents must match: pass each parent's record behind the accounts, in order")]
    ParentCount,
    #[msg("A parent is listed twice: merge its royalties into one")]
    DuplicateParent,
    #[msg("A parent is no longer active: leave it out")]
    InactiveParent,
    #[msg("A parent must be registered before its child: wait for the next slot")]
    YoungParent,
    #[msg(
        "Datasets come from datasets, models from models and datasets, agents from models and agents: drop this parent"
    )]
    WrongParentKind,
    #[msg("The royalties leave the owner less than 10 %: they may sum to 9,000 basis points")]
    RoyaltiesTooHigh,
    #[msg("The ancestry is too deep: at most 32 generations are recorded")]
    TooDeep,
    #[msg("There must be 1 to 16 co-owners, none of them zero, each with a share")]
    BadCoOwner,
    #[msg("A co-owner is listed twice: merge the shares into one")]
    DuplicateCoOwner,
    #[msg("The co-owners' shares must sum to 10,000 basis points")]
    BadShares,
    #[msg("Only the gateway's operator can do this: sign with the operator's key")]
    NotOperator,
    #[msg("The key is zero: pass an Ed25519 public key")]
    ZeroKey,
    #[msg("The gateway already has this key, or had it: make a new one")]
    KnownKey,
    #[msg("The gateway has had 8 keys: register another gateway with the next index")]
    TooManyKeys,
    #[msg("The gateway has no such key, or it was revoked before")]
    UnknownKey,
}
