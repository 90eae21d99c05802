// Written by sdk/rust-api/generate from api/openapi.json: change those.
//! What the API takes and answers, as its description has it.

use crate::amount::Amount;
use crate::amount::SubAmount;
use serde::{Deserialize, Serialize};

/// An asset.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Asset {
    /// Its record's address.
    pub asset: String,
    /// Its place in the order of registration, as a decimal string: it exceeds
    /// what a double holds.
    pub asset_sequence: String,
    /// How sure the newest change of its record is.
    pub commitment: Commitment,
    /// Its registration counts from this slot on.
    pub effective_slot: u64,
    /// What it is.
    pub kind: AssetKind,
    /// The licence, as an SPDX expression.
    pub licence: String,
    /// What its metadata calls it; null when the metadata is not in this API's store.
    pub name: Option<String>,
    /// Who may change the record. Income goes to the co-owners.
    pub owner: String,
    /// Where it stands.
    pub status: AssetStatus,
    /// What the owner permits now.
    pub uses: Uses,
}

/// An asset with its terms.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AssetDetail {
    /// The asset.
    #[serde(flatten)]
    pub asset: Asset,
    /// How many assets were made from it.
    pub children: u64,
    /// Who shares its income now; of an asset that does not count yet, who will first.
    pub co_owners: Vec<CoOwner>,
    /// SHA-256 of the content: a file of `/v1/files`, when it is in this API's store.
    pub content_hash: String,
    /// Made of kind, length and hash of the content.
    pub content_id: String,
    /// Bytes of content.
    pub content_length: u64,
    /// The dispute that holds its income back; null when there is none.
    pub dispute: Option<OpenDispute>,
    /// The metadata as registered; null when it is not in this API's store.
    pub metadata: serde_json::Value,
    /// SHA-256 of the metadata.
    pub metadata_hash: String,
    /// How a model shares its income now; null when it leaves that to the policy set.
    pub mix: Option<Mix>,
    /// What it was made from.
    pub parents: Vec<Parent>,
    /// Announced terms that do not count yet, in their order.
    pub pending_terms: Vec<Terms>,
    /// Announced uses that are not permitted yet.
    pub pending_uses: Option<PendingUses>,
    /// What flows to ancestors altogether at most, in ten-thousandths.
    pub stack_bps: u32,
}

/// An asset's surroundings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AssetGraph {
    /// Whose.
    pub asset: String,
    /// Between them.
    pub edges: Vec<GraphEdge>,
    /// Whether there are more than are shown: walk there to see them.
    pub is_cut: bool,
    /// It and those around it, the nearest first.
    pub nodes: Vec<GraphNode>,
}

/// What an asset is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum AssetKind {
    /// `dataset`.
    #[serde(rename = "dataset")]
    Dataset,
    /// `model`.
    #[serde(rename = "model")]
    Model,
    /// `agent`.
    #[serde(rename = "agent")]
    Agent,
    /// One that this version does not know.
    #[serde(other)]
    Unknown,
}

impl AssetKind {
    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dataset => "dataset",
            Self::Model => "model",
            Self::Agent => "agent",
            Self::Unknown => "unknown",
        }
    }
}

/// Where an asset stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum AssetStatus {
    /// `active`.
    #[serde(rename = "active")]
    Active,
    /// `disputed`.
    #[serde(rename = "disputed")]
    Disputed,
    /// `retired`.
    #[serde(rename = "retired")]
    Retired,
    /// One that this version does not know.
    #[serde(other)]
    Unknown,
}

impl AssetStatus {
    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disputed => "disputed",
            Self::Retired => "retired",
            Self::Unknown => "unknown",
        }
    }
}

/// What an asset earned in an epoch by one policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AssetUsage {
    /// How much, over all claimants, in sub-units.
    pub amount: SubAmount,
    /// How many claimants share it.
    pub claimants: u64,
    /// In which epoch.
    pub epoch: u64,
    /// The finalised slot that closed it.
    pub finalised_slot: u64,
    /// Whether its root serves already.
    pub is_active: bool,
    /// Why: the policy's name as the ledger has it.
    pub policy: String,
    /// What its amount is counted in.
    pub token: Token,
}

/// What a claimant has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Balances {
    /// Whose.
    pub claimant: String,
    /// One entry a vault, also where there is nothing yet.
    pub vaults: Vec<VaultBalance>,
}

/// What a wallet is to sign: the fields of `solana:signIn`, and the text they make.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Challenge {
    /// The account that signs.
    pub address: String,
    /// Host and port of the page.
    pub domain: String,
    /// RFC 3339, UTC: after this it is worth nothing.
    pub expiration_time: String,
    /// RFC 3339, UTC.
    pub issued_at: String,
    /// The text that is signed, to the byte.
    pub message: String,
    /// Used once.
    pub nonce: String,
    /// What people read.
    pub statement: String,
    /// The page's origin.
    pub uri: String,
    /// Of the message's form.
    pub version: String,
}

/// Who wants to sign in, and where.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChallengeRequest {
    /// The account that will sign.
    pub address: String,
    /// Host and port of the page; left out, the server's first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// What was deposited, paid or added.
    pub amount: Option<Amount>,
    /// The asset concerned.
    pub asset: Option<String>,
    /// When, in Unix seconds by the chain's clock; null when the node did not say.
    pub at: Option<i64>,
    /// Who was paid, or chose a recipient, or owns the asset.
    pub claimant: Option<String>,
    /// The class of a claim.
    pub class: Option<Class>,
    /// Send it as `cursor` or `Last-Event-ID` to go on after this.
    pub cursor: String,
    /// The epoch concerned.
    pub epoch: Option<u64>,
    /// Whether it can no longer be undone.
    pub finalised: bool,
    /// What happened: the program's event in snake case, such as `root_posted`.
    pub kind: String,
    /// Who paid in or asked for a refund.
    pub payer: Option<String>,
    /// Whose event it is.
    pub program: Program,
    /// The root concerned.
    pub root_id: Option<String>,
    /// Dense in its stream: a hole shows a missed event.
    pub sequence: u64,
    /// The transaction.
    pub signature: String,
    /// When.
    pub slot: u64,
    /// The account whose events are numbered: a vault, a registry shard or the configuration.
    pub stream: String,
    /// The vault concerned.
    pub vault: Option<String>,
}

/// A claim that was paid.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Claim {
    /// Whose entitlement.
    pub claimant: String,
    /// What the claimant has been paid in this class in all.
    pub claimed: Amount,
    /// What for.
    pub class: Class,
    /// How sure it is.
    pub commitment: Commitment,
    /// The token account it was paid to.
    pub destination: String,
    /// The epoch of the root it was claimed against.
    pub epoch: u64,
    /// What was paid by this claim.
    pub paid: Amount,
    /// Its place in the vault's events, as a number that never repeats.
    pub sequence: u64,
    /// The transaction.
    pub signature: String,
    /// When.
    pub slot: u64,
    /// What its amounts are counted in.
    pub token: Token,
}

/// What an entitlement is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Class {
    /// `earned`.
    #[serde(rename = "earned")]
    Earned,
    /// `refund`.
    #[serde(rename = "refund")]
    Refund,
    /// `fee`.
    #[serde(rename = "fee")]
    Fee,
    /// One that this version does not know.
    #[serde(other)]
    Unknown,
}

impl Class {
    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Earned => "earned",
            Self::Refund => "refund",
            Self::Fee => "fee",
            Self::Unknown => "unknown",
        }
    }
}

/// What a claimant has in a class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassBalance {
    /// What a claim would pay now.
    pub claimable: Amount,
    /// What of that was paid.
    pub claimed: Amount,
    /// What of that was paid in final slots; the rest may still be undone.
    pub claimed_final: Amount,
    /// What for.
    pub class: Class,
    /// What the serving root says was earned since the vault's beginning.
    pub cumulative: Amount,
    /// Everything credited so far, in sub-units, as the ledger has it for the
    /// newest settled epoch.
    pub cumulative_sub_units: SubAmount,
    /// What open disputes hold back, in whole base units, as of the root that serves;
    /// it goes to whom they are decided for.
    pub held: Amount,
    /// The same, exactly.
    pub held_sub_units: SubAmount,
    /// What the next root adds once it serves; null when there is one and its
    /// leaf file is not in this API's store.
    pub pending: Option<Amount>,
    /// What of that is below a base unit, or below the smallest leaf that is
    /// published; it is carried on, not lost.
    pub residue_sub_units: SubAmount,
}

/// A share of an asset's own income.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CoOwner {
    /// Whose.
    pub claimant: String,
    /// In ten-thousandths.
    pub share_bps: u32,
}

/// A collection.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Collection {
    /// Its record's address.
    pub collection: String,
    /// Who keeps it.
    pub curator: String,
    /// SHA-256 of the metadata.
    pub metadata_hash: String,
    /// What its metadata calls it; null when the metadata is not in this API's store.
    pub name: Option<String>,
    /// The curator's share of what its members earn, in ten-thousandths.
    pub share_bps: u32,
    /// The slot it was made in.
    pub slot: u64,
}

/// A collection with its members.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CollectionDetail {
    /// The collection.
    #[serde(flatten)]
    pub collection: Collection,
    /// Whether it has more than are shown.
    pub is_cut: bool,
    /// Who is in it, was, or is about to be.
    pub members: Vec<Member>,
}

/// How sure it is what the chain says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Commitment {
    /// `finalised`.
    #[serde(rename = "finalised")]
    Finalised,
    /// `confirmed`.
    #[serde(rename = "confirmed")]
    Confirmed,
    /// One that this version does not know.
    #[serde(other)]
    Unknown,
}

impl Commitment {
    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Finalised => "finalised",
            Self::Confirmed => "confirmed",
            Self::Unknown => "unknown",
        }
    }
}

/// A root with credit for the claimant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CreditedRoot {
    /// Which attempt at the epoch.
    pub attempt: u32,
    /// What the claimant earned in its epoch, in sub-units.
    pub earned: SubAmount,
    /// Its identity.
    pub root_id: String,
    /// Where it stands.
    pub status: RootStatus,
}

/// A delivery as the log has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Delivery {
    /// How often it was tried.
    pub attempts: u32,
    /// What was sent, or will be.
    pub body: String,
    /// Unix seconds.
    pub created_at: i64,
    /// Its id, as in the header `webhook-id`.
    pub id: String,
    /// The kind of change, or `test`.
    pub kind: String,
    /// What went wrong last; null when it was taken.
    pub last_error: Option<String>,
    /// What the receiver answered last.
    pub last_status: Option<u32>,
    /// When it is tried next, in Unix seconds; null when it is not.
    pub next_at: Option<i64>,
    /// Dense within the webhook.
    pub number: u64,
    /// How it stands.
    pub state: DeliveryState,
}

/// How a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum DeliveryState {
    /// `waiting`.
    #[serde(rename = "waiting")]
    Waiting,
    /// `delivered`.
    #[serde(rename = "delivered")]
    Delivered,
    /// `given_up`.
    #[serde(rename = "given_up")]
    GivenUp,
    /// One that this version does not know.
    #[serde(other)]
    Unknown,
}

impl DeliveryState {
    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::GivenUp => "given_up",
            Self::Unknown => "unknown",
        }
    }
}

/// A deposit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Deposit {
    /// What arrived.
    pub amount: Amount,
    /// How sure it is.
    pub commitment: Commitment,
    /// Who paid in.
    pub payer: String,
    /// What this payer has deposited in all, this deposit included.
    pub payer_total: Amount,
    /// Its place in the vault's events, as a number that never repeats.
    pub sequence: u64,
    /// When.
    pub slot: u64,
    /// What its amounts are counted in.
    pub token: Token,
}

/// A dispute. While it is open, what the asset earns is held back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dispute {
    /// About which asset.
    pub asset: NamedAsset,
    /// What the challenger put up, in lamports.
    pub bond_lamports: Option<Amount>,
    /// Who opened it.
    pub challenger: String,
    /// The last slot for a ruling; without one it ends in the owner's favour.
    pub deadline_slot: Option<u64>,
    /// SHA-256 of the evidence.
    pub evidence: Option<String>,
    /// The slot it was opened in.
    pub opened_slot: u64,
    /// How it ended (`rejected`, `expired`, `reassigned`, `cancelled`,
    /// `displaced`); null while it is open.
    pub outcome: Option<String>,
    /// The slot it ended in.
    pub outcome_slot: Option<u64>,
    /// The first slot at which the owner can change; null unless upheld.
    pub reassign_from: Option<u64>,
    /// The slot it was upheld in; the owner changes only after the timelock.
    pub upheld_slot: Option<u64>,
}

/// What an asset earned a claimant in an epoch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Earning {
    /// How much, over all policies, in sub-units.
    pub amount: SubAmount,
    /// For which asset.
    pub asset: NamedAsset,
    /// In which epoch.
    pub epoch: u64,
    /// The finalised slot that closed it.
    pub finalised_slot: u64,
    /// Whether its root serves already.
    pub is_active: bool,
    /// What its amount is counted in.
    pub token: Token,
}

/// An attempt at an epoch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Epoch {
    /// Which attempt at it, from 0.
    pub attempt: u32,
    /// What contributors earned in it, by policy, in sub-units.
    pub contributors: Vec<PolicyTotal>,
    /// The last position of the credit log included.
    pub credit_end: u64,
    /// Which epoch, from 1.
    pub epoch: u64,
    /// Usage events in it; null until it is built.
    pub events: Option<u64>,
    /// The finalised slot that closes it.
    pub finalised_slot: u64,
    /// The vault's books at its close; null until it is built.
    pub identity: Option<Identity>,
    /// Number of leaves; null until it is built.
    pub leaf_count: Option<u64>,
    /// Its leaf file; null until it is published.
    pub leaf_file: Option<String>,
    /// Its manifest; null until it is published.
    pub manifest: Option<String>,
    /// Its root; null until it is built.
    pub root_id: Option<String>,
    /// Unix seconds at which it began.
    pub started_at: i64,
    /// How far it got: closing, built, published, posted, active, vetoed or disabled.
    pub step: String,
    /// What its amounts are counted in.
    pub token: Token,
    /// Those of them that earned nobody anything.
    pub void_events: Option<u64>,
}

/// A paid use of an agent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// The agent that was called.
    pub agent: String,
    /// Unix milliseconds.
    pub at_ms: u64,
    /// How the evidence was found: none, similar, verbatim, or verbatim, then similar.
    pub evidence: String,
    /// The gateway: with generation and sequence the event's identity.
    pub gateway: String,
    /// The gateway's life.
    pub generation: u32,
    /// The finalised slot the gateway had seen.
    pub graph_slot: u64,
    /// The group commit that holds it.
    pub group: GroupCommit,
    /// Its hash.
    pub hash: String,
    /// The credit log's position of the lease it spent.
    pub lease: u64,
    /// The mandate that allowed it.
    pub mandate: String,
    /// The model that answered.
    pub model: String,
    /// Who paid.
    pub payer: String,
    /// What it cost.
    pub price: Amount,
    /// Which paid request it answers.
    pub request: String,
    /// Its place in that life.
    pub sequence: u64,
    /// The epoch attempts that counted it, oldest first; empty until one closes past it.
    pub settled: Vec<SettledIn>,
    /// What its amounts are counted in.
    pub token: Token,
    /// Tokens of the answer.
    pub tokens: u32,
    /// Which assets account for how much of the answer; 65,536 a token.
    pub weights: Vec<Weight>,
}

/// What went wrong with one part of a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FieldError {
    /// What it should be.
    pub detail: String,
    /// Which part: the name of a path or query parameter.
    pub field: String,
}

/// What a match is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Found {
    /// `asset`.
    #[serde(rename = "asset")]
    Asset,
    /// `collection`.
    #[serde(rename = "collection")]
    Collection,
    /// `vault`.
    #[serde(rename = "vault")]
    Vault,
    /// `root`.
    #[serde(rename = "root")]
    Root,
    /// `gateway`.
    #[serde(rename = "gateway")]
    Gateway,
    /// `claimant`.
    #[serde(rename = "claimant")]
    Claimant,
    /// `payer`.
    #[serde(rename = "payer")]
    Payer,
    /// `file`.
    #[serde(rename = "file")]
    File,
    /// One that this version does not know.
    #[serde(other)]
    Unknown,
}

impl Found {
    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Asset => "asset",
            Self::Collection => "collection",
            Self::Vault => "vault",
            Self::Root => "root",
            Self::Gateway => "gateway",
            Self::Claimant => "claimant",
            Self::Payer => "payer",
            Self::File => "file",
            Self::Unknown => "unknown",
        }
    }
}

/// A registered gateway.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Gateway {
    /// Its record's address.
    pub gateway: String,
    /// Who runs it.
    pub operator: String,
}

/// One was made from the other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GraphEdge {
    /// The younger.
    pub child: String,
    /// The older.
    pub parent: String,
    /// The parent's share of what the child receives, in ten-thousandths.
    pub royalty_bps: u32,
}

/// An asset in a graph.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GraphNode {
    /// Which.
    pub asset: String,
    /// Steps from the asset: below 0 for what it was made from, above 0 for what
    /// was made from it.
    pub distance: i32,
    /// What it is.
    pub kind: AssetKind,
    /// What its metadata calls it.
    pub name: Option<String>,
    /// Who may change its record.
    pub owner: String,
}

/// A signed group of events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GroupCommit {
    /// One past its last event's.
    pub end_sequence: u64,
    /// Its first event's sequence.
    pub first_sequence: u64,
    /// Head of the chain after it: what is signed.
    pub head: String,
    /// Head of the chain before it.
    pub previous: String,
    /// The key that signed.
    pub signer: String,
}

/// Why settlement stopped posting.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Halt {
    /// In a sentence.
    pub reason: String,
    /// Unix seconds.
    pub since: i64,
}

/// How well things are, in numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Health {
    /// Everything up to this slot is indexed and final.
    pub finalised_slot: u64,
    /// Slots that were heard of but are not indexed yet.
    pub lag_slots: u64,
    /// Events known to be missing.
    pub open_gaps: u64,
    /// Each vault's newest active root.
    pub roots: Vec<RootAge>,
    /// Seconds since the indexer last wrote.
    pub silent_seconds: u64,
    /// In a word.
    pub state: HealthState,
}

/// How well things are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum HealthState {
    /// `ok`.
    #[serde(rename = "ok")]
    Ok,
    /// `behind`.
    #[serde(rename = "behind")]
    Behind,
    /// `indexer_silent`.
    #[serde(rename = "indexer_silent")]
    IndexerSilent,
    /// `gap`.
    #[serde(rename = "gap")]
    Gap,
    /// One that this version does not know.
    #[serde(other)]
    Unknown,
}

impl HealthState {
    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Behind => "behind",
            Self::IndexerSilent => "indexer_silent",
            Self::Gap => "gap",
            Self::Unknown => "unknown",
        }
    }
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HistoryEntry {
    /// When, in Unix seconds by the chain's clock; null when the node did not say.
    pub at: Option<i64>,
    /// A payment; null for a root.
    pub claim: Option<Payment>,
    /// The epoch of the root concerned.
    pub epoch: u64,
    /// A root with credit for this claimant; null for a payment.
    pub root: Option<CreditedRoot>,
    /// The transaction.
    pub signature: String,
    /// When.
    pub slot: u64,
    /// What its amounts are counted in.
    pub token: Token,
}

/// The identity of the books, in sub-units. Always: deposited + recapitalised +
/// shortfall = the sum of everything below them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Identity {
    /// As its type says.
    pub available: SubAmount,
    /// As its type says.
    pub deposited: SubAmount,
    /// As its type says.
    pub entitled_earned: SubAmount,
    /// As its type says.
    pub entitled_fee: SubAmount,
    /// As its type says.
    pub entitled_refund: SubAmount,
    /// As its type says.
    pub held: SubAmount,
    /// Whether the two sides are equal, worked out by this API.
    pub holds: bool,
    /// As its type says.
    pub leased: SubAmount,
    /// As its type says.
    pub overpaid: SubAmount,
    /// As its type says.
    pub recapitalised: SubAmount,
    /// As its type says.
    pub refunds_pending: SubAmount,
    /// Added to make overpayments good, and not needed for any.
    pub reserve: SubAmount,
    /// As its type says.
    pub residue: SubAmount,
    /// Overpaid and not made good: what `recapitalise` must still add.
    pub shortfall: SubAmount,
    /// As its type says.
    pub unsettled: SubAmount,
}

/// A key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Key {
    /// Unix seconds.
    pub created_at: i64,
    /// Unix seconds; null when it does not end by itself.
    pub expires_at: Option<i64>,
    /// Its id.
    pub id: String,
    /// For people.
    pub name: String,
    /// What it allows.
    pub scopes: Vec<Scope>,
    /// Send it as `Authorization: Bearer …`. Shown when the key is made, never
    /// again: a repeated request with the same Idempotency-Key gets null.
    pub secret: Option<String>,
}

/// What a key is to be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeyRequest {
    /// Days until it ends by itself; left out, it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in_days: Option<u32>,
    /// For people.
    pub name: String,
    /// What it allows.
    pub scopes: Vec<Scope>,
}

/// The keys of an account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Keys {
    /// All of them.
    pub data: Vec<Key>,
}

/// A permission to spend.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MandateRecord {
    /// What was leased under it and not returned: spent, or ready to be.
    pub committed: Amount,
    /// The last slot at which an event may cite it, as a decimal string.
    pub expires_slot: String,
    /// Who may spend.
    pub gateway: String,
    /// Its identity.
    pub mandate: String,
    /// The most it may spend.
    pub maximum: Amount,
    /// Tells it apart from the payer's other mandates; a decimal string.
    pub nonce: String,
    /// What its amounts are counted in.
    pub token: Token,
}

/// Something that matches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Match {
    /// Its address or hash.
    pub id: String,
    /// What it is.
    pub kind: Found,
    /// What its metadata calls it; null when it has no name here.
    pub name: Option<String>,
}

/// An asset's time in a collection.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Member {
    /// Which asset.
    pub asset: NamedAsset,
    /// The first slot it counts at.
    pub from_slot: u64,
    /// The curator's share as it was when the asset joined, in ten-thousandths.
    pub share_bps: u32,
    /// The first slot it no longer counts at; null while it stays.
    pub until_slot: Option<u64>,
}

/// How a model's income is shared between the policies, in ten-thousandths.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mix {
    /// P0: the agent's own terms.
    pub declared: u32,
    /// P4: reported by the model.
    pub reported: u32,
    /// P2: similar examples.
    pub similar: u32,
    /// P1: the model this payment used.
    pub used: u32,
    /// P3: verbatim spans.
    pub verbatim: u32,
}

/// An asset by address and name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NamedAsset {
    /// Its record's address.
    pub asset: String,
    /// What its metadata calls it; null when the metadata is not in this API's store.
    pub name: Option<String>,
}

/// The cluster and what runs on it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Network {
    /// Everything up to this slot is indexed and final.
    pub finalised_slot: u64,
    /// Where the gateway is on the web: the chain knows it by its key alone. Null
    /// when this API was not told.
    pub gateway_url: Option<String>,
    /// The gateways that payers may give mandates to.
    pub gateways: Vec<Gateway>,
    /// The cluster's genesis hash: signatures and leaves are bound to it.
    pub genesis: String,
    /// Address lookup tables for claims; empty when there are none.
    pub lookup_tables: Vec<String>,
    /// The programs' addresses.
    pub programs: Programs,
    /// An RPC node for browsers; this API's word is worth checking against another.
    pub rpc_url: String,
    /// The vaults.
    pub vaults: Vec<Token>,
}

/// A posted root inside its challenge window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NextRoot {
    /// Its epoch.
    pub epoch: u64,
    /// ...and from this Unix second on.
    pub opens_at: i64,
    /// Seconds until then; 0 when they are over.
    pub opens_in_seconds: u64,
    /// It can serve claims from this slot on...
    pub opens_slot: u64,
}

/// An open dispute: what the asset earns meanwhile is held until it ends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpenDispute {
    /// Who says that the asset is not its owner's.
    pub challenger: String,
    /// How sure all of this is.
    pub commitment: Commitment,
    /// Without a ruling up to this slot it ends in the owner's favour.
    pub deadline_slot: u64,
    /// SHA-256 of the evidence.
    pub evidence_hash: String,
    /// When it was opened.
    pub opened_slot: u64,
    /// From this slot on the asset can be reassigned; null before a ruling.
    pub reassign_from: Option<u64>,
    /// When it was ruled for the challenger; null before a ruling.
    pub upheld_slot: Option<u64>,
}

/// An older asset that this one was made from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Parent {
    /// Which.
    pub asset: String,
    /// What its metadata calls it.
    pub name: Option<String>,
    /// Its share of what this asset receives, in ten-thousandths.
    pub royalty_bps: u32,
}

/// A payer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Payer {
    /// Standing with each vault that was paid into; empty when there is none.
    pub accounts: Vec<PayerAccount>,
    /// The newest 100 deposits; `/v1/vaults/{vault}/deposits` has all.
    pub deposits: Vec<Deposit>,
    /// The newest 100 mandates.
    pub mandates: Vec<MandateRecord>,
    /// The payer's key.
    pub payer: String,
}

/// Standing with a vault.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PayerAccount {
    /// Deposits that are not yet credit: not yet final, or not yet granted.
    pub arriving: Amount,
    /// What can be leased to gateways now.
    pub available: Amount,
    /// Everything this payer deposited.
    pub deposited: Amount,
    /// What of that is final; only that becomes credit.
    pub deposited_final: Amount,
    /// What is leased to gateways and not yet returned.
    pub leased: Amount,
    /// Whether a refund is requested; new mandates and leases wait meanwhile.
    pub refund_requested: bool,
    /// What its amounts are counted in.
    pub token: Token,
}

/// A payment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Payment {
    /// What was paid in this class in all.
    pub claimed: Amount,
    /// What for.
    pub class: Class,
    /// The token account it was paid to.
    pub destination: String,
    /// What was paid.
    pub paid: Amount,
}

/// Uses that will be permitted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PendingUses {
    /// From this slot on.
    pub effective_slot: u64,
    /// What the owner will permit.
    pub uses: Uses,
}

/// Why credit came about. A match or a declaration is what it is, never a cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Policy {
    /// `declared`.
    #[serde(rename = "declared")]
    Declared,
    /// `used`.
    #[serde(rename = "used")]
    Used,
    /// `verbatim`.
    #[serde(rename = "verbatim")]
    Verbatim,
    /// `unmatched`.
    #[serde(rename = "unmatched")]
    Unmatched,
    /// `royalty`.
    #[serde(rename = "royalty")]
    Royalty,
    /// `similar`.
    #[serde(rename = "similar")]
    Similar,
    /// `curated`.
    #[serde(rename = "curated")]
    Curated,
    /// One that this version does not know.
    #[serde(other)]
    Unknown,
}

impl Policy {
    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Declared => "declared",
            Self::Used => "used",
            Self::Verbatim => "verbatim",
            Self::Unmatched => "unmatched",
            Self::Royalty => "royalty",
            Self::Similar => "similar",
            Self::Curated => "curated",
            Self::Unknown => "unknown",
        }
    }
}

/// A policy set and its time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PolicyTerm {
    /// Roots use it whose parent's finalised slot is this one or later; for a set
    /// that waits for the timelock, the earliest that can be.
    pub from_slot: u64,
    /// Whether it only waits for its timelock and may still be cancelled.
    pub is_proposed: bool,
    /// SHA-256 of the policy set: a file of `/v1/files`.
    pub policy_set: String,
    /// What it says; null when it is not in this API's store.
    pub terms: Option<PolicyTerms>,
    /// The slot from which another one is used; null for the last.
    pub until_slot: Option<u64>,
}

/// What a policy set says. All of it is in the file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PolicyTerms {
    /// How models share that say nothing themselves.
    pub default_mix: Mix,
    /// Version of the engine.
    pub engine: u32,
    /// The protocol's share of every payment, in ten-thousandths.
    pub fee_bps: u32,
    /// Who receives that.
    pub fee_claimant: String,
    /// No smaller leaf is published; it stays residue.
    pub leaf_min: Amount,
    /// The shortest span that counts as verbatim, in tokens.
    pub span_min: u32,
}

/// What one policy gave.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PolicyTotal {
    /// In sub-units.
    pub amount: SubAmount,
    /// declared, used, verbatim, unmatched, royalty, similar or curated.
    pub policy: String,
}

/// A problem, as `application/problem+json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Problem {
    /// The kind for programs.
    pub code: String,
    /// What happened here and what to do about it.
    pub detail: String,
    /// What is wrong with which part of the request.
    pub errors: Vec<FieldError>,
    /// Quote it when asking for help; also in the header `x-request-id`.
    pub request_id: String,
    /// Whether the same request may succeed later.
    pub retryable: bool,
    /// The HTTP status again.
    pub status: u32,
    /// The kind in words.
    pub title: String,
    /// Names the kind of problem; docs/api.md explains them.
    pub r#type: String,
}

/// Which program an event is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Program {
    /// `registry`.
    #[serde(rename = "registry")]
    Registry,
    /// `rewards`.
    #[serde(rename = "rewards")]
    Rewards,
    /// One that this version does not know.
    #[serde(other)]
    Unknown,
}

impl Program {
    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Registry => "registry",
            Self::Rewards => "rewards",
            Self::Unknown => "unknown",
        }
    }
}

/// The programs' addresses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Programs {
    /// Who owns what.
    pub registry: String,
    /// Vaults, roots and claims.
    pub rewards: String,
}

/// A leaf with its proof, as the claim instruction takes them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Proof {
    /// What the leaf says, since the vault's beginning.
    pub cumulative: Amount,
    /// The root's epoch.
    pub epoch: u64,
    /// The leaf's place among the leaves.
    pub index: u32,
    /// How many leaves there are.
    pub leaf_count: u32,
    /// The leaf file it can be rebuilt from: a file of `/v1/files`.
    pub leaf_file: String,
    /// The root's manifest: a file of `/v1/files`.
    pub manifest: String,
    /// The root's place in the vault's ring.
    pub place: u32,
    /// The siblings from the leaf up to the frontier, 40 bytes each (hash, sum
    /// little-endian), in base64.
    pub proof: String,
    /// The root.
    pub root_id: String,
    /// Hash of the tree's top node, as on-chain.
    pub tree_hash: String,
}

/// What a claim needs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProofAnswer {
    /// Whose.
    pub claimant: String,
    /// What was paid in this class so far.
    pub claimed: Amount,
    /// What for.
    pub class: Class,
    /// What a claim would pay now.
    pub due: Amount,
    /// Null unless entitled.
    pub proof: Option<Proof>,
    /// Whether there is anything.
    pub standing: Standing,
    /// What its amounts are counted in.
    pub token: Token,
}

/// A published file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PublishedFile {
    /// How long it is; null when it is not in this API's store.
    pub bytes: Option<u64>,
    /// SHA-256 of its bytes: read it at `/v1/files/{hash}`.
    pub hash: String,
    /// What it is to the root.
    pub role: String,
}

/// Credit of one kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Receipt {
    /// Which agent was called; null for what an ended dispute released, which was
    /// held by asset and policy and is of no event of this epoch.
    pub agent: Option<NamedAsset>,
    /// How much, in sub-units.
    pub amount: SubAmount,
    /// For which asset.
    pub asset: NamedAsset,
    /// The epoch.
    pub epoch: u64,
    /// By how many events; 0 for what an ended dispute released.
    pub events: u64,
    /// Why.
    pub policy: Policy,
    /// What its amounts are counted in.
    pub token: Token,
}

/// An event that credited the claimant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReceiptEvent {
    /// Which agent was called.
    pub agent: NamedAsset,
    /// Unix milliseconds.
    pub at_ms: u64,
    /// What of that is this claimant's, in sub-units.
    pub credited: SubAmount,
    /// The gateway: with generation and sequence the event's identity.
    pub gateway: String,
    /// The gateway's life.
    pub generation: u32,
    /// Why, line by line.
    pub lines: Vec<ReceiptLine>,
    /// Which model answered.
    pub model: NamedAsset,
    /// What was paid.
    pub price: Amount,
    /// Its place in that life.
    pub sequence: u64,
    /// The longest spans of the answer that stand in this claimant's texts; null
    /// when the sidecar has expired.
    pub spans: Option<Vec<SpanExcerpt>>,
    /// What its amounts are counted in.
    pub token: Token,
}

/// A line of an event's receipt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReceiptLine {
    /// How much, in sub-units.
    pub amount: SubAmount,
    /// For which asset.
    pub asset: NamedAsset,
    /// Why.
    pub policy: Policy,
}

/// A posted root.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Root {
    /// Which attempt at that epoch, from 0.
    pub attempt: u32,
    /// How many watchers attested it.
    pub attestations: u32,
    /// Entitlements of contributors since the vault's beginning.
    pub earned_total: Amount,
    /// Which epoch it closes.
    pub epoch: u64,
    /// Fees since the vault's beginning.
    pub fee_total: Amount,
    /// The finalised slot it was computed at.
    pub finalised_slot: u64,
    /// Number of leaves.
    pub leaf_count: u32,
    /// SHA-256 of the manifest: a file of `/v1/files`.
    pub manifest: String,
    /// ...and from this Unix second on.
    pub opens_at: i64,
    /// It can be activated from this slot on...
    pub opens_slot: u64,
    /// The root before; zeros for the first.
    pub parent: String,
    /// Its place in the vault's ring of roots: what a claim names.
    pub place: u32,
    /// SHA-256 of the policy set: a file of `/v1/files`.
    pub policy_set: String,
    /// Unix seconds at which it was posted, by the chain's clock.
    pub posted_at: i64,
    /// The transaction that posted it.
    pub posted_signature: String,
    /// The slot it was posted in.
    pub posted_slot: u64,
    /// Refunds since the vault's beginning.
    pub refund_total: Amount,
    /// Its identity.
    pub root_id: String,
    /// Where it stands.
    pub status: RootStatus,
    /// What its amounts are counted in.
    pub token: Token,
    /// Hash of the tree's top node.
    pub tree_hash: String,
}

/// How old a vault's newest active root is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RootAge {
    /// Seconds since it was posted.
    pub age_seconds: u64,
    /// The root's epoch.
    pub epoch: u64,
    /// The vault.
    pub vault: String,
}

/// A root with what it was computed from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RootDetail {
    /// The root.
    #[serde(flatten)]
    pub root: Root,
    /// The files that it names.
    pub files: Vec<PublishedFile>,
    /// Its manifest as published (docs/formats.md); null when it is not in this
    /// API's store.
    pub manifest_document: Option<serde_json::Value>,
}

/// Where a root stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum RootStatus {
    /// `pending`.
    #[serde(rename = "pending")]
    Pending,
    /// `active`.
    #[serde(rename = "active")]
    Active,
    /// `vetoed`.
    #[serde(rename = "vetoed")]
    Vetoed,
    /// `disabled`.
    #[serde(rename = "disabled")]
    Disabled,
    /// One that this version does not know.
    #[serde(other)]
    Unknown,
}

impl RootStatus {
    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Vetoed => "vetoed",
            Self::Disabled => "disabled",
            Self::Unknown => "unknown",
        }
    }
}

/// What a token allows beyond public reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Scope {
    /// `read`.
    #[serde(rename = "read")]
    Read,
    /// `webhooks`.
    #[serde(rename = "webhooks")]
    Webhooks,
    /// One that this version does not know.
    #[serde(other)]
    Unknown,
}

impl Scope {
    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Webhooks => "webhooks",
            Self::Unknown => "unknown",
        }
    }
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SearchResults {
    /// Whether there are more than are shown: `/v1/assets?name=` lists them all.
    pub is_cut: bool,
    /// The best matches; assets by name in the order of registration.
    pub matches: Vec<Match>,
}

/// A session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Session {
    /// Who signed in.
    pub account: String,
    /// Unix seconds.
    pub expires_at: i64,
    /// What it allows; a session also makes and removes keys.
    pub scopes: Vec<Scope>,
    /// Send it as `Authorization: Bearer …`. Shown once.
    pub token: String,
}

/// An epoch attempt that counted an event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SettledIn {
    /// The attempt.
    pub attempt: u32,
    /// The epoch.
    pub epoch: u64,
    /// How far the attempt got.
    pub step: String,
}

/// A signed message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignInRequest {
    /// The account that signed.
    pub address: String,
    /// The text that was signed: that of the challenge, to the byte.
    pub message: String,
    /// The Ed25519 signature over it, in base64.
    pub signature: String,
}

/// A stretch of the answer that stands in one of the claimant's texts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpanExcerpt {
    /// In which asset.
    pub asset: NamedAsset,
    /// How many bytes long.
    pub bytes: u32,
    /// In how many registered assets the match occurs.
    pub clusters: u32,
    /// Whether the excerpt was cut short.
    pub cut: bool,
    /// The text itself; null when its owner does not permit display, or it is not
    /// in this API's store.
    pub excerpt: Option<String>,
}

/// What a payer paid an agent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spending {
    /// To which agent.
    pub agent: NamedAsset,
    /// How much altogether.
    pub amount: Amount,
    /// By how many calls.
    pub events: u64,
    /// Unix milliseconds of the first call...
    pub first_at_ms: u64,
    /// ...and of the last.
    pub last_at_ms: u64,
    /// What its amount is counted in.
    pub token: Token,
}

/// Whether there is anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Standing {
    /// `entitled`.
    #[serde(rename = "entitled")]
    Entitled,
    /// `no_entitlement`.
    #[serde(rename = "no_entitlement")]
    NoEntitlement,
    /// `no_root`.
    #[serde(rename = "no_root")]
    NoRoot,
    /// One that this version does not know.
    #[serde(other)]
    Unknown,
}

impl Standing {
    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Entitled => "entitled",
            Self::NoEntitlement => "no_entitlement",
            Self::NoRoot => "no_root",
            Self::Unknown => "unknown",
        }
    }
}

/// Who shares an asset's income from a slot on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Terms {
    /// When they were announced.
    pub announced_slot: u64,
    /// Who shares it.
    pub co_owners: Vec<CoOwner>,
    /// How sure the announcement is.
    pub commitment: Commitment,
    /// They count from this slot on.
    pub effective_slot: u64,
    /// How a model shares its income; null when it leaves that to the policy set.
    pub mix: Option<Mix>,
}

/// What was put in a webhook's way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TestDelivery {
    /// Its id: look for it among the deliveries.
    pub id: String,
}

/// What amounts beside it are counted in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Token {
    /// Decimal places of one token.
    pub decimals: u32,
    /// The token's mint.
    pub mint: String,
    /// The vault that holds the tokens.
    pub vault: String,
}

/// What the owner permits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Uses {
    /// Parts of it may be shown.
    pub display: bool,
    /// Answers may be grounded in it.
    pub ground: bool,
    /// Models may be built from it.
    pub train: bool,
}

/// A vault.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Vault {
    /// ...and at least so many seconds.
    pub challenge_seconds: u64,
    /// A root waits at least so many slots for a veto...
    pub challenge_slots: u64,
    /// Whether the mint can freeze accounts.
    pub freezable: bool,
    /// What it may grow by at once.
    pub growth_burst: Amount,
    /// What the roots' total may grow by in a slot.
    pub growth_per_slot: Amount,
    /// What it holds.
    pub token: Token,
    /// Where the tokens lie.
    pub token_account: String,
    /// SPL Token or Token-2022.
    pub token_program: String,
}

/// What a claimant has in a vault.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VaultBalance {
    /// One entry a class, in the order earned, refund, fee.
    pub classes: Vec<ClassBalance>,
    /// The root that comes next; null when none is posted.
    pub next_root: Option<NextRoot>,
    /// Seconds since that root was posted.
    pub root_age_seconds: Option<u64>,
    /// Epoch of the root that serves claims; null before the first.
    pub root_epoch: Option<u64>,
    /// What its amounts are counted in.
    pub token: Token,
}

/// A vault with its books.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VaultDetail {
    /// The vault.
    #[serde(flatten)]
    pub vault: Vault,
    /// The newest root that serves claims; null before the first.
    pub active_root: Option<Root>,
    /// Everything that was paid out.
    pub claimed: Amount,
    /// Everything that was deposited.
    pub deposited: Amount,
    /// Why settlement stopped posting for this vault; null when it has not.
    pub halted: Option<Halt>,
    /// The root that waits for its challenge window to end, if any.
    pub pending_root: Option<Root>,
}

/// What an epoch of a vault came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Waterfall {
    /// Which attempt at it.
    pub attempt: u32,
    /// Which epoch.
    pub epoch: u64,
    /// Usage events in it, void ones included.
    pub events: u64,
    /// The protocol's fee in basis points of what was charged.
    pub fee_bps: u32,
    /// The signed bytes: a file of `/v1/files`.
    pub file: String,
    /// The slot that closed the epoch.
    pub finalised_slot: u64,
    /// Who signed it: the vault's poster then.
    pub key: String,
    /// In the order in which they are read.
    pub lines: Vec<WaterfallLine>,
    /// The root it explains.
    pub root_id: String,
    /// Ed25519 over the statement's hash, in base58 (docs/formats.md, *Waterfall*).
    pub signature: String,
    /// What its amounts are counted in.
    pub token: Token,
    /// Those that earned nobody anything.
    pub void_events: u64,
}

/// A line of the waterfall.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WaterfallLine {
    /// How much, in sub-units.
    pub amount: SubAmount,
    /// What it is called on a page.
    pub label: String,
    /// What it is called in data, such as `gross`, `fee` or `pool`.
    pub name: String,
    /// The line it is a part of; null at the top. A line with parts is their sum.
    pub of: Option<String>,
}

/// Where to send what happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Webhook {
    /// What about.
    #[serde(flatten)]
    pub webhook_filter: WebhookFilter,
    /// Unix seconds.
    pub created_at: i64,
    /// Whether it gets anything: a receiver that answers 410 switches it off.
    pub enabled: bool,
    /// Its id.
    pub id: String,
    /// Signs the deliveries (Standard Webhooks). Shown when it is made, never again.
    pub secret: Option<String>,
    /// Where to.
    pub url: String,
}

/// What a webhook is told about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WebhookFilter {
    /// Leaves out what concerns only others.
    pub claimant: Option<String>,
    /// Only these kinds of change; empty for all.
    pub kinds: Vec<String>,
    /// Only of this vault.
    pub vault: Option<String>,
}

/// What a webhook is to be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WebhookRequest {
    /// Leaves out what concerns only others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claimant: Option<String>,
    /// Only these kinds of change; all when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kinds: Option<Vec<String>>,
    /// Where to: a public HTTPS address.
    pub url: String,
    /// Only of this vault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vault: Option<String>,
}

/// The webhooks of an account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Webhooks {
    /// All of them.
    pub data: Vec<Webhook>,
}

/// How much of an answer an asset accounts for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Weight {
    /// Which asset.
    pub asset: String,
    /// In 65,536ths of a token.
    pub weight: u32,
}
