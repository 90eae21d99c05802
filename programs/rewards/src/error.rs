//! What can be wrong with a call, and what to do about it.

use anchor_lang::prelude::*;

/// Codes from 6000, in this order: append only.
#[error_code]
pub enum RewardsError {
    #[msg("Only the program's upgrade authority can initialise it: sign with the key it was deployed with")]
    NotUpgradeAuthority,
    #[msg("A role is the zero address: name a key for every role")]
    ZeroRole,
    #[msg("There may be 1 to 8 watchers, none twice")]
    BadWatchers,
    #[msg("The threshold must be at least 1 and at most the number of watchers")]
    BadThreshold,
    #[msg("The poster cannot watch its own roots: name other watchers")]
    PosterWatches,
    #[msg("Only the governor can do this: sign with the governor named in the configuration")]
    NotGovernor,
    #[msg("The challenge window must be at least 1 slot and at most 30 days")]
    BadWindow,
    #[msg("The growth burst is zero, so that no root could ever grow: raise it")]
    BadGrowth,
    #[msg("The mint's data cannot be read: pass a mint of SPL Token or Token-2022")]
    BadMint,
    #[msg("The mint has a permanent delegate, who could empty the vault: use another mint")]
    PermanentDelegate,
    #[msg("The mint can be closed by its close authority: use another mint")]
    MintCloseAuthority,
    #[msg("The mint can be paused, which would stop claims: use another mint")]
    Pausable,
    #[msg("The mint's tokens cannot be transferred: use another mint")]
    NonTransferable,
    #[msg("The mint has confidential transfers, which cannot be counted: use another mint")]
    Confidential,
    #[msg("The mint freezes new accounts, which would stop claims: use another mint")]
    DefaultFrozen,
    #[msg("The mint has a transfer hook, which could stop claims: use another mint")]
    TransferHook,
    #[msg("The mint has an extension that is not known to be safe: use another mint")]
    UnknownExtension,
    #[msg("The account belongs to another vault: pass the one of this vault")]
    WrongVault,
    #[msg("The mint is not the vault's: pass the mint the vault was created for")]
    WrongMint,
    #[msg("The token program is not the mint's: pass the program that owns the mint")]
    WrongTokenProgram,
    #[msg("The token account is not the vault's: pass the one named in the vault")]
    WrongTokenAccount,
    #[msg("The amount is zero: deposit something")]
    ZeroAmount,
    #[msg("Nothing arrived in the vault: check the mint's transfer fee")]
    NothingArrived,
    #[msg("A refund was requested: withdraw the request before depositing again")]
    RefundPending,
    #[msg("No refund was requested")]
    NoRefundRequest,
    #[msg("A number would overflow: nothing was changed")]
    Overflow,
    #[msg("Only the poster can do this: sign with the poster named in the configuration")]
    NotPoster,
    #[msg("Another root is pending: wait until it is activated or vetoed")]
    RootPending,
    #[msg("The parent is not the newest serving root: rebuild on the root named in the vault")]
    WrongParent,
    #[msg("The epoch must be one above the parent's")]
    WrongEpoch,
    #[msg("The attempt is not the next one at this epoch: read it from the vault")]
    WrongAttempt,
    #[msg("The place in the ring is not the next one: read it from the vault")]
    WrongPlace,
    #[msg("The finalised slot must be above the parent's and at least 32 slots old")]
    BadFinalisedSlot,
    #[msg("A tree has 1 to 16,777,216 leaves")]
    BadLeafCount,
    #[msg("The nodes at depth 4 are not as many as the leaf count asks for, or their sum overflows")]
    BadFrontier,
    #[msg("The class totals do not sum to the tree's total: rebuild the tree")]
    TotalsMismatch,
    #[msg("The total exceeds what was deposited: the root would make the vault insolvent")]
    Insolvent,
    #[msg("A class total is below the parent's: entitlements never shrink")]
    TotalShrank,
    #[msg("The total grows faster than the vault allows: cut the epoch shorter, or wait for headroom")]
    NoHeadroom,
    #[msg("Only a watcher can do this: sign with a key listed in the configuration")]
    NotWatcher,
    #[msg("The root in this place is another one: read the ring again")]
    WrongRoot,
    #[msg("The root is not pending any more")]
    NotPending,
    #[msg("This watcher has attested to this root before")]
    AlreadyAttested,
    #[msg("The reason is unknown: use 1 for wrong, 2 for unavailable")]
    BadReason,
    #[msg("The challenge window is still open: wait until its slots and its seconds have passed")]
    WindowOpen,
    #[msg("Too few watchers have attested: wait for more")]
    TooFewAttestations,
    #[msg("The root does not serve: claim under one of the newest four active roots")]
    NotClaimable,
    #[msg("The leaf class is unknown: use 0 earned, 1 refund or 2 fee")]
    BadClass,
    #[msg("The proof does not lead to the root: fetch a fresh proof for this root")]
    BadProof,
    #[msg("The claim account is not the claimant's for this vault and class")]
    WrongClaimAccount,
    #[msg("The destination is not the receiver's associated token account: pass that one")]
    WrongDestination,
    #[msg("The claim would pay more than the newest root owes all claimants of this class")]
    OverClaimed,
    #[msg("Another amount left the vault than was due: nothing was paid")]
    PaidMismatch,
    #[msg("The account has an older layout: let the governor migrate it first")]
    OldLayout,
    #[msg("This is paused: wait until the pause ends by itself, at most 72 hours after it began")]
    Paused,
    #[msg("The account is not where the claimant's choice of a recipient is: pass the one derived from the claimant")]
    WrongRecipientAccount,
    #[msg("The receiver is not the recipient that the claimant has chosen, or, without a choice, the claimant")]
    WrongReceiver,
    #[msg("Less would arrive than the minimum: nothing was paid; lower the minimum or claim later")]
    TooLittleArrived,
    #[msg("The mint has raised its fee: the claimant must sign, and name the minimum it accepts")]
    FeeRaised,
    #[msg("The timelock may be at most 30 days")]
    BadTimelock,
    #[msg("The outflow limit must let something leave: set both its numbers above zero")]
    BadOutflow,
    #[msg("The policy set's hash is zero: pass the SHA-256 of a published policy set")]
    BadPolicySet,
    #[msg("Only the guardian or the governor can do this: sign with a key named in the configuration")]
    NotGuardian,
    #[msg("This change loosens something: propose it and wait for the timelock")]
    NotTightening,
    #[msg("The timelock is still running: wait until its slots and its seconds have passed")]
    ChangeNotReady,
    #[msg("The change belongs to another account: pass the vault it names, or none for the configuration's")]
    WrongTarget,
    #[msg("The change cannot be read: propose it again with this client")]
    BadChange,
    #[msg("No governor is waiting to accept: propose one first")]
    NoNextGovernor,
    #[msg("Only the proposed governor can accept: sign with its key")]
    NotNextGovernor,
    #[msg("The account has the present layout: nothing is left to migrate")]
    AlreadyMigrated,
    #[msg("The rent of a change goes back to who paid for it: pass that account")]
    WrongChangePayer,
    #[msg("The pause names nothing or something unknown: combine 1 deposits, 2 roots and 4 claims")]
    BadPause,
    #[msg("A pause may begin only 72 hours after the last one ended: wait")]
    PausedRecently,
    #[msg("Nothing is paused")]
    NotPaused,
    #[msg("The root declares more as overpaid than disabled roots had paid: read the allowance from the vault")]
    BadOverpaid,
    #[msg("The policy set is not the one in force at the parent's finalised slot: read it from the vault")]
    WrongPolicySet,
    #[msg("The root does not serve: only one of the newest four active roots can be disabled")]
    NotActive,
    #[msg("Only the governor can disable the oldest live root: disable a later one, or ask the governor")]
    OldestLive,
    #[msg("Later roots, the pending one and the parent must be passed, each in its place: read the ring again")]
    WrongRelatives,
}
