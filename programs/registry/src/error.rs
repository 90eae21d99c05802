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
    #[msg("The royalty mode is unknown: use 0 for relative, 1 for absolute")]
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
    #[msg("The settings make no sense: see the limits of each in docs/programs.md")]
    BadSettings,
    #[msg("Only the asset's owner can do this: sign with the owner's key")]
    NotOwner,
    #[msg("Only the arbiter can do this: sign with the arbiter named in the settings")]
    NotArbiter,
    #[msg("Only the proposed governor can accept: sign with the key that was proposed")]
    NotNextGovernor,
    #[msg("Nothing was proposed: propose it first")]
    NoProposal,
    #[msg("The timelock has not passed: wait until its slots and its seconds have passed")]
    Timelocked,
    #[msg("The content is another record's: pass the record of the content that was committed")]
    OtherContent,
    #[msg("The record's commitment is as old or older: only an older commitment displaces it")]
    NotOlder,
    #[msg("The time to displace this record is over: open a dispute instead")]
    DisplacementOver,
    #[msg("A parent can still be displaced by an older commitment: wait until its displacement window has passed")]
    ParentDisplaceable,
    #[msg("The record can still be displaced by an older commitment: wait until its displacement window has passed")]
    AssetDisplaceable,
    #[msg("A co-owner who loses by this has not signed: pass each of them behind the accounts, signing")]
    MissingConsent,
    #[msg("Somebody is passed twice: pass each signer once")]
    DuplicateSigner,
    #[msg("Somebody disputes who owns the asset: wait until the dispute has ended")]
    Contested,
    #[msg("The asset is not offered to this key: ask its owner for an offer")]
    NotOffered,
    #[msg("The asset was retired before")]
    AlreadyRetired,
    #[msg("The account belongs to another asset: pass the dispute of this asset")]
    WrongDispute,
    #[msg("Bond and rent go to those the records name: pass the challenger and the asset's owner")]
    WrongRecipient,
    #[msg("The deadline has passed: end the dispute, in the owner's favour")]
    DeadlinePassed,
    #[msg("The arbiter may still rule: wait until the deadline has passed")]
    DeadlineOpen,
    #[msg("The verdict is unknown: use 0 for the owner, 1 for the challenger")]
    BadVerdict,
    #[msg("The dispute was ruled before")]
    AlreadyRuled,
    #[msg("The dispute was not ruled for the challenger: there is nothing to reassign")]
    NotUpheld,
    #[msg("Only datasets join collections")]
    NotDataset,
    #[msg("The curator's share is too high: at most 5,000 basis points")]
    BadCuratorShare,
    #[msg("The dataset is a member of a collection: leave that one first, and wait until it has left")]
    AlreadyMember,
    #[msg("The dataset is no member of this collection, or is leaving it")]
    NotMember,
    #[msg("Only the curator can do this: sign with the curator's key")]
    NotCurator,
    #[msg("Only the asset's owner or the collection's curator can do this: sign with one of their keys")]
    NotOwnerOrCurator,
    #[msg("A key cannot be valid before now: use the present slot or a later one, or 0 for now")]
    ValidInPast,
}
