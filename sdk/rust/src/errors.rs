//! What a program's error codes mean, in sentences that say what to do. A test
//! compares them with the programs' IDLs.

use solana_address::Address;

/// The first code of a program's own errors.
pub const FIRST_CODE: u32 = 6000;

/// An error that a program returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{sentence} ({name}, code {code})")]
pub struct ProgramError {
    /// The number in `custom program error`.
    pub code: u32,
    /// Its name in the program.
    pub name: &'static str,
    /// What is wrong, and what to do.
    pub sentence: &'static str,
}

/// Explains an error code of `program`; `None` when neither it nor its
/// framework knows the code.
pub fn explain(program: &Address, code: u32) -> Option<ProgramError> {
    let own = if *program == crate::pda::REGISTRY {
        REGISTRY
    } else if *program == crate::pda::REWARDS {
        REWARDS
    } else {
        return None;
    };
    let (name, sentence) = match code.checked_sub(FIRST_CODE) {
        Some(index) => *own.get(usize::try_from(index).ok()?)?,
        None => FRAMEWORK.iter().find(|(known, ..)| *known == code).map(|(_, name, sentence)| (*name, *sentence))?,
    };
    Some(ProgramError { code, name, sentence })
}

/// Codes that Anchor's account checks return.
const FRAMEWORK: &[(u32, &str, &str)] = &[
    (2000, "ConstraintMut", "An account must be writable: build the instruction with this client"),
    (2003, "ConstraintRaw", "An account does not fit the others: build the instruction with this client"),
    (2005, "ConstraintRentExempt", "An account holds less than its rent: send it more lamports"),
    (2012, "ConstraintAddress", "An account has another address than expected: build the instruction with this client"),
    (
        2019,
        "ConstraintSpace",
        "An account has another size than expected: it belongs to another version of the program",
    ),
    (2040, "ConstraintDuplicateMutableAccount", "An account is passed twice: pass different accounts"),
];

/// The registry's errors, by code from [`FIRST_CODE`].
pub const REGISTRY: &[(&str, &str)] = &[
    (
        "NotUpgradeAuthority",
        "Only the program's upgrade authority can initialise it: sign with the key it was deployed with",
    ),
    ("BadDelays", "The reveal delays make no sense: the minimum must be at least 1 slot and below the maximum"),
    ("NotGovernor", "Only the governor can do this: sign with the governor named in the configuration"),
    ("ShardOutOfOrder", "Shards open one after the other: use the number of open shards as the index"),
    ("Overflow", "A number would overflow: nothing was changed"),
    (
        "ShardFull",
        "This shard has taken all registrations a slot can hold: try again in the next slot, or another shard",
    ),
    ("BadKind", "The kind is unknown: use 1 for a dataset, 2 for a model, 3 for an agent"),
    ("EmptyContent", "The content is empty: register something that has bytes"),
    (
        "WrongCommitment",
        "The commitment is another one: reveal the same kind, content, owner and salt that were committed",
    ),
    ("TooEarly", "It is too early to reveal: wait until the minimum delay has passed since the commitment"),
    ("TooLate", "The commitment is stale: commit again with a new salt and reveal before the maximum delay"),
    ("WrongCommitmentPayer", "The rent of a commitment goes back to who paid for it: pass that account"),
    ("BadUses", "A permitted use is unknown: combine 1 train, 2 ground and 4 display"),
    ("BadRoyaltyMode", "The royalty mode is unknown: use 0 for relative, 1 for absolute"),
    ("BadLicence", "The licence must be an SPDX identifier in printable ASCII, padded with zeros to 32 bytes"),
    ("BadMix", "Policy shares must be all zero, or sum to 10,000 basis points and belong to a model"),
    ("TooManyParents", "There are too many parents: at most 16 are recorded"),
    ("ParentCount", "Royalties and parents must match: pass each parent's record behind the accounts, in order"),
    ("DuplicateParent", "A parent is listed twice: merge its royalties into one"),
    ("InactiveParent", "A parent is no longer active: leave it out"),
    ("YoungParent", "A parent must be registered before its child: wait for the next slot"),
    (
        "WrongParentKind",
        "Datasets come from datasets, models from models and datasets, agents from models and agents: drop this parent",
    ),
    ("RoyaltiesTooHigh", "The royalties leave the owner less than 10 %: they may sum to 9,000 basis points"),
    ("TooDeep", "The ancestry is too deep: at most 32 generations are recorded"),
    ("BadCoOwner", "There must be 1 to 16 co-owners, none of them zero, each with a share"),
    ("DuplicateCoOwner", "A co-owner is listed twice: merge the shares into one"),
    ("BadShares", "The co-owners' shares must sum to 10,000 basis points"),
    ("NotOperator", "Only the gateway's operator can do this: sign with the operator's key"),
    ("ZeroKey", "The key is zero: pass an Ed25519 public key"),
    ("KnownKey", "The gateway already has this key, or had it: make a new one"),
    ("TooManyKeys", "The gateway has had 8 keys: register another gateway with the next index"),
    ("UnknownKey", "The gateway has no such key, or it was revoked before"),
    ("BadSettings", "The settings make no sense: see the limits of each in docs/programs.md"),
    ("NotOwner", "Only the asset's owner can do this: sign with the owner's key"),
    ("NotArbiter", "Only the arbiter can do this: sign with the arbiter named in the settings"),
    ("NotNextGovernor", "Only the proposed governor can accept: sign with the key that was proposed"),
    ("NoProposal", "Nothing was proposed: propose it first"),
    ("Timelocked", "The timelock has not passed: wait until its slots and its seconds have passed"),
    ("OtherContent", "The content is another record's: pass the record of the content that was committed"),
    ("NotOlder", "The record's commitment is as old or older: only an older commitment displaces it"),
    ("DisplacementOver", "The time to displace this record is over: open a dispute instead"),
    (
        "ParentDisplaceable",
        "A parent can still be displaced by an older commitment: wait until its displacement window has passed",
    ),
    (
        "AssetDisplaceable",
        "The record can still be displaced by an older commitment: wait until its displacement window has passed",
    ),
    ("MissingConsent", "A co-owner who loses by this has not signed: pass each of them behind the accounts, signing"),
    ("DuplicateSigner", "Somebody is passed twice: pass each signer once"),
    ("Contested", "Somebody disputes who owns the asset: wait until the dispute has ended"),
    ("NotOffered", "The asset is not offered to this key: ask its owner for an offer"),
    ("AlreadyRetired", "The asset was retired before"),
    ("WrongDispute", "The account belongs to another asset: pass the dispute of this asset"),
    ("WrongRecipient", "Bond and rent go to those the records name: pass the challenger and the asset's owner"),
    ("DeadlinePassed", "The deadline has passed: end the dispute, in the owner's favour"),
    ("DeadlineOpen", "The arbiter may still rule: wait until the deadline has passed"),
    ("BadVerdict", "The verdict is unknown: use 0 for the owner, 1 for the challenger"),
    ("AlreadyRuled", "The dispute was ruled before"),
    ("NotUpheld", "The dispute was not ruled for the challenger: there is nothing to reassign"),
    ("NotDataset", "Only datasets join collections"),
    ("BadCuratorShare", "The curator's share is too high: at most 5,000 basis points"),
    ("AlreadyMember", "The dataset is a member of a collection: leave that one first, and wait until it has left"),
    ("NotMember", "The dataset is no member of this collection, or is leaving it"),
    ("NotCurator", "Only the curator can do this: sign with the curator's key"),
    (
        "NotOwnerOrCurator",
        "Only the asset's owner or the collection's curator can do this: sign with one of their keys",
    ),
    ("ValidInPast", "A key cannot be valid before now: use the present slot or a later one, or 0 for now"),
];

/// The rewards program's errors, by code from [`FIRST_CODE`].
pub const REWARDS: &[(&str, &str)] = &[
    (
        "NotUpgradeAuthority",
        "Only the program's upgrade authority can initialise it: sign with the key it was deployed with",
    ),
    ("ZeroRole", "A role is the zero address: name a key for every role"),
    ("BadWatchers", "There may be 1 to 8 watchers, none twice"),
    ("BadThreshold", "The threshold must be at least 1 and at most the number of watchers"),
    ("PosterWatches", "The poster cannot watch its own roots: name other watchers"),
    ("NotGovernor", "Only the governor can do this: sign with the governor named in the configuration"),
    ("BadWindow", "The challenge window must be at least 1 slot and at most 30 days"),
    ("BadGrowth", "The growth burst is zero, so that no root could ever grow: raise it"),
    ("BadMint", "The mint's data cannot be read: pass a mint of SPL Token or Token-2022"),
    ("PermanentDelegate", "The mint has a permanent delegate, who could empty the vault: use another mint"),
    ("MintCloseAuthority", "The mint can be closed by its close authority: use another mint"),
    ("Pausable", "The mint can be paused, which would stop claims: use another mint"),
    ("NonTransferable", "The mint's tokens cannot be transferred: use another mint"),
    ("Confidential", "The mint has confidential transfers, which cannot be counted: use another mint"),
    ("DefaultFrozen", "The mint freezes new accounts, which would stop claims: use another mint"),
    ("TransferHook", "The mint has a transfer hook, which could stop claims: use another mint"),
    ("UnknownExtension", "The mint has an extension that is not known to be safe: use another mint"),
    ("WrongVault", "The account belongs to another vault: pass the one of this vault"),
    ("WrongMint", "The mint is not the vault's: pass the mint the vault was created for"),
    ("WrongTokenProgram", "The token program is not the mint's: pass the program that owns the mint"),
    ("WrongTokenAccount", "The token account is not the vault's: pass the one named in the vault"),
    ("ZeroAmount", "The amount is zero: deposit something"),
    ("NothingArrived", "Nothing arrived in the vault: check the mint's transfer fee"),
    ("RefundPending", "A refund was requested: withdraw the request before depositing again"),
    ("NoRefundRequest", "No refund was requested"),
    ("Overflow", "A number would overflow: nothing was changed"),
    ("NotPoster", "Only the poster can do this: sign with the poster named in the configuration"),
    ("RootPending", "Another root is pending: wait until it is activated or vetoed"),
    ("WrongParent", "The parent is not the newest serving root: rebuild on the root named in the vault"),
    ("WrongEpoch", "The epoch must be one above the parent's"),
    ("WrongAttempt", "The attempt is not the next one at this epoch: read it from the vault"),
    ("WrongPlace", "The place in the ring is not the next one: read it from the vault"),
    ("BadFinalisedSlot", "The finalised slot must be above the parent's and at least 32 slots old"),
    ("BadLeafCount", "A tree has 1 to 16,777,216 leaves"),
    ("BadFrontier", "The nodes at depth 4 are not as many as the leaf count asks for, or their sum overflows"),
    ("TotalsMismatch", "The class totals do not sum to the tree's total: rebuild the tree"),
    ("Insolvent", "The total exceeds what was deposited: the root would make the vault insolvent"),
    ("TotalShrank", "A class total is below the parent's: entitlements never shrink"),
    ("NoHeadroom", "The total grows faster than the vault allows: cut the epoch shorter, or wait for headroom"),
    ("NotWatcher", "Only a watcher can do this: sign with a key listed in the configuration"),
    ("WrongRoot", "The root in this place is another one: read the ring again"),
    ("NotPending", "The root is not pending any more"),
    ("AlreadyAttested", "This watcher has attested to this root before"),
    ("BadReason", "The reason is unknown: use 1 for wrong, 2 for unavailable"),
    ("WindowOpen", "The challenge window is still open: wait until its slots and its seconds have passed"),
    ("TooFewAttestations", "Too few watchers have attested: wait for more"),
    ("NotClaimable", "The root does not serve: claim under one of the newest four active roots"),
    ("BadClass", "The leaf class is unknown: use 0 earned, 1 refund or 2 fee"),
    ("BadProof", "The proof does not lead to the root: fetch a fresh proof for this root"),
    ("WrongClaimAccount", "The claim account is not the claimant's for this vault and class"),
    ("WrongDestination", "The destination is not the receiver's associated token account: pass that one"),
    ("OverClaimed", "The claim would pay more than the newest root owes all claimants of this class"),
    ("PaidMismatch", "Another amount left the vault than was due: nothing was paid"),
    ("OldLayout", "The account has an older layout: let the governor migrate it first"),
    ("Paused", "This is paused: wait until the pause ends by itself, at most 72 hours after it began"),
    (
        "WrongRecipientAccount",
        "The account is not where the claimant's choice of a recipient is: pass the one derived from the claimant",
    ),
    (
        "WrongReceiver",
        "The receiver is not the recipient that the claimant has chosen, or, without a choice, the claimant",
    ),
    ("TooLittleArrived", "Less would arrive than the minimum: nothing was paid; lower the minimum or claim later"),
    ("FeeRaised", "The mint has raised its fee: the claimant must sign, and name the minimum it accepts"),
    ("BadTimelock", "The timelock may be at most 30 days"),
    ("BadOutflow", "The outflow limit must let something leave: set both its numbers above zero"),
    ("BadPolicySet", "The policy set's hash is zero: pass the SHA-256 of a published policy set"),
    ("NotGuardian", "Only the guardian or the governor can do this: sign with a key named in the configuration"),
    ("NotTightening", "This change loosens something: propose it and wait for the timelock"),
    ("ChangeNotReady", "The timelock is still running: wait until its slots and its seconds have passed"),
    ("WrongTarget", "The change belongs to another account: pass the vault it names, or none for the configuration's"),
    ("BadChange", "The change cannot be read: propose it again with this client"),
    ("NoNextGovernor", "No governor is waiting to accept: propose one first"),
    ("NotNextGovernor", "Only the proposed governor can accept: sign with its key"),
    ("AlreadyMigrated", "The account has the present layout: nothing is left to migrate"),
    ("WrongChangePayer", "The rent of a change goes back to who paid for it: pass that account"),
    ("BadPause", "The pause names nothing or something unknown: combine 1 deposits, 2 roots and 4 claims"),
    ("PausedRecently", "A pause may begin only 72 hours after the last one ended: wait"),
    ("NotPaused", "Nothing is paused"),
    (
        "BadOverpaid",
        "The root declares more as overpaid than disabled roots had paid: read the allowance from the vault",
    ),
    ("WrongPolicySet", "The policy set is not the one in force at the parent's finalised slot: read it from the vault"),
    ("NotActive", "The root does not serve: only one of the newest four active roots can be disabled"),
    ("OldestLive", "Only the governor can disable the oldest live root: disable a later one, or ask the governor"),
    (
        "WrongRelatives",
        "Later roots, the pending one and the parent must be passed, each in its place: read the ring again",
    ),
];
