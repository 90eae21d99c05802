//! What happened on-chain, in order: the one feed that lists, streams and
//! webhooks read.
//!
//! A position is (slot, program, stream, sequence) of an event. Everything up to
//! the indexed slot is stored, so nothing can appear before a position that was
//! handed out: a reader that goes on after it misses nothing and sees nothing
//! twice.

use crate::amounts::Amount;
use crate::paging;
use crate::problem::ReadError;
use crate::request::Class;
use crate::rows::Columns;
use serde::{Deserialize, Serialize};
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};
use std::collections::BTreeSet;
use std::sync::LazyLock;
use tributary_client::pda;
use tributary_client::registry::RegistryEvent;
use tributary_client::rewards::RewardsEvent;
use tributary_core::amount::BaseUnits;
use tributary_core::id::{AssetId, Claimant, PayerId, RootId, VaultId};
use tributary_core::leaf::LeafClass;
use utoipa::ToSchema;

/// Names the feed in its cursors.
pub const LIST: &str = "changes";
/// The most events looked at for one page.
const LOOKED_AT_MAX: i64 = 1_000;

/// Which program an event is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Program {
    /// Who owns what.
    Registry,
    /// Vaults, roots and claims.
    Rewards,
}

/// Something that happened.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Change {
    /// Send it as `cursor` or `Last-Event-ID` to go on after this.
    pub cursor: String,
    /// What happened: the program's event in snake case, such as `root_posted`.
    pub kind: String,
    /// When.
    pub slot: u64,
    /// When, in Unix seconds by the chain's clock; null when the node did not say.
    pub at: Option<i64>,
    /// Whether it can no longer be undone.
    pub finalised: bool,
    /// Whose event it is.
    pub program: Program,
    /// The account whose events are numbered: a vault, a registry shard or the configuration.
    #[schema(value_type = String)]
    pub stream: VaultId,
    /// Dense in its stream: a hole shows a missed event.
    pub sequence: u64,
    /// The transaction.
    pub signature: String,
    /// The vault concerned.
    #[schema(value_type = Option<String>)]
    pub vault: Option<VaultId>,
    /// The asset concerned.
    #[schema(value_type = Option<String>)]
    pub asset: Option<AssetId>,
    /// Who was paid, or chose a recipient, or owns the asset.
    #[schema(value_type = Option<String>)]
    pub claimant: Option<Claimant>,
    /// Who paid in or asked for a refund.
    #[schema(value_type = Option<String>)]
    pub payer: Option<PayerId>,
    /// The root concerned.
    #[schema(value_type = Option<String>)]
    pub root_id: Option<RootId>,
    /// The epoch concerned.
    pub epoch: Option<u64>,
    /// The class of a claim.
    pub class: Option<Class>,
    /// What was deposited, paid or added.
    pub amount: Option<Amount>,
    #[serde(skip)]
    #[schema(ignore)]
    concerns: Vec<[u8; 32]>,
}

/// Where a reader stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position {
    /// Of the event last read.
    pub slot: u64,
    /// Of the event last read.
    pub program: VaultId,
    /// Of the event last read.
    pub stream: VaultId,
    /// Of the event last read.
    pub sequence: u64,
}

impl Position {
    /// After everything up to a slot.
    pub fn after_slot(slot: u64) -> Self {
        let last = VaultId([0xff; 32]);
        Self { slot, program: last, stream: last, sequence: i64::MAX.unsigned_abs() }
    }

    /// As callers see it.
    pub fn cursor(&self) -> String {
        paging::encode(LIST, self)
    }
}

/// Which changes a reader wants.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only these kinds; empty for all.
    pub kinds: Vec<String>,
    /// Only of this vault.
    pub vault: Option<VaultId>,
    /// Leaves out what concerns only other claimants, payers and owners.
    pub claimant: Option<Claimant>,
}

impl Filter {
    /// Reads a comma-separated list of kinds.
    pub fn kinds(text: Option<&str>) -> Result<Vec<String>, ReadError> {
        let named = text.into_iter().flat_map(|text| text.split(',')).map(str::trim).filter(|kind| !kind.is_empty());
        Self::check(named.map(str::to_owned).collect())
    }

    /// Refuses kinds that no program has.
    pub fn check(kinds: Vec<String>) -> Result<Vec<String>, ReadError> {
        match kinds.iter().find(|kind| !KINDS.contains(kind.as_str())) {
            None => Ok(kinds),
            Some(kind) => Err(ReadError::Malformed {
                field: "kinds",
                reason: format!(
                    "{kind:.40} is no kind of change; kinds are {}",
                    Vec::from_iter(KINDS.iter().map(String::as_str)).join(", ")
                ),
            }),
        }
    }

    fn wants(&self, change: &Change) -> bool {
        self.claimant.is_none_or(|of| change.concerns.is_empty() || change.concerns.contains(&of.0))
    }
}

/// All kinds.
static KINDS: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let names = RegistryEvent::layouts().into_iter().chain(RewardsEvent::layouts());
    names.map(|(name, _)| snake(name)).collect()
});

/// One page of the feed.
pub struct Read {
    /// What was found.
    pub changes: Vec<Change>,
    /// Where to go on; differs from the last change when later ones were passed over.
    pub position: Option<Position>,
    /// Whether there is more to look at already.
    pub has_more: bool,
}

/// Reads the feed after a position, up to a slot that is wholly stored.
pub async fn read(
    connection: &mut PgConnection,
    filter: &Filter,
    after: Option<Position>,
    up_to_slot: u64,
    limit: usize,
) -> Result<Read, ReadError> {
    let bigint = |value: u64| i64::try_from(value).map_err(|_| ReadError::Row("slot"));
    let looked_at = if filter.claimant.is_some() { LOOKED_AT_MAX } else { limit as i64 };
    let rows = sqlx::query(
        "SELECT signature, slot, block_time, program, stream, sequence, name, data, commitment FROM chain.events
         WHERE slot <= $1
           AND ($2::bigint IS NULL OR (slot, program, stream, sequence) > ($2, $3::bytea, $4::bytea, $5::bigint))
           AND (cardinality($6::text[]) = 0 OR name = ANY ($6)) AND ($7::bytea IS NULL OR stream = $7)
         ORDER BY slot, program, stream, sequence LIMIT $8",
    )
    .bind(bigint(up_to_slot)?)
    .bind(after.map(|at| bigint(at.slot)).transpose()?)
    .bind(after.map(|at| at.program.0.to_vec()))
    .bind(after.map(|at| at.stream.0.to_vec()))
    .bind(after.map(|at| bigint(at.sequence)).transpose()?)
    .bind(filter.kinds.iter().map(|kind| camel(kind)).collect::<Vec<_>>())
    .bind(filter.vault.map(|vault| vault.0.to_vec()))
    .bind(looked_at + 1)
    .fetch_all(connection)
    .await?;
    let mut found = Read { changes: Vec::new(), position: None, has_more: false };
    for (row, number) in rows.iter().zip(0..) {
        if found.changes.len() == limit || number == looked_at {
            found.has_more = true;
            break;
        }
        let (position, change) = change_of(row)?;
        found.position = Some(position);
        if filter.wants(&change) {
            found.changes.push(change);
        }
    }
    Ok(found)
}

fn change_of(row: &PgRow) -> Result<(Position, Change), ReadError> {
    let position = Position {
        slot: row.count("slot")?,
        program: row.id("program")?,
        stream: row.id("stream")?,
        sequence: row.count("sequence")?,
    };
    let data: Vec<u8> = row.try_get("data")?;
    let is_rewards = position.program.0 == pda::REWARDS.to_bytes();
    let mut change = Change {
        cursor: position.cursor(),
        kind: snake(&row.text("name")?),
        slot: position.slot,
        at: row.try_get("block_time")?,
        finalised: row.text("commitment")? == "finalised",
        program: if is_rewards { Program::Rewards } else { Program::Registry },
        stream: position.stream,
        sequence: position.sequence,
        signature: row.signature("signature")?,
        vault: None,
        asset: None,
        claimant: None,
        payer: None,
        root_id: None,
        epoch: None,
        class: None,
        amount: None,
        concerns: Vec::new(),
    };
    if is_rewards {
        RewardsEvent::decode(&data).map_err(|_| ReadError::Row("data"))?.tell(&mut change)?;
    } else {
        RegistryEvent::decode(&data).map_err(|_| ReadError::Row("data"))?.tell(&mut change)?;
    }
    Ok((position, change))
}

/// Fills in whom and what an event concerns.
trait Tell {
    fn tell(self, change: &mut Change) -> Result<(), ReadError>;
}

impl Tell for RewardsEvent {
    fn tell(self, change: &mut Change) -> Result<(), ReadError> {
        change.vault = Some(change.stream);
        match self {
            Self::Deposited(e) => {
                change.payer = Some(PayerId(e.payer.to_bytes()));
                change.amount = Some(Amount(BaseUnits(e.amount)));
                change.concerns = vec![e.payer.to_bytes()];
            }
            Self::RefundRequested(e) => {
                change.payer = Some(PayerId(e.payer.to_bytes()));
                change.concerns = vec![e.payer.to_bytes()];
            }
            Self::RefundWithdrawn(e) => {
                change.payer = Some(PayerId(e.payer.to_bytes()));
                change.concerns = vec![e.payer.to_bytes()];
            }
            Self::RootPosted(e) => (change.root_id, change.epoch) = (Some(RootId(e.root_id)), Some(e.epoch)),
            Self::RootAttested(e) => change.root_id = Some(RootId(e.root_id)),
            Self::RootVetoed(e) => change.root_id = Some(RootId(e.root_id)),
            Self::RootActivated(e) => (change.root_id, change.epoch) = (Some(RootId(e.root_id)), Some(e.epoch)),
            Self::RootsDisabled(e) => (change.root_id, change.epoch) = (Some(RootId(e.head_root)), Some(e.head_epoch)),
            Self::Recapitalised(e) => change.amount = Some(Amount(BaseUnits(e.amount))),
            Self::Claimed(e) => {
                change.claimant = Some(Claimant(e.claimant.to_bytes()));
                change.class = Some(LeafClass::from_code(e.class).map(Class::from).ok_or(ReadError::Row("class"))?);
                change.epoch = Some(e.epoch);
                change.amount = Some(Amount(BaseUnits(e.paid)));
                change.concerns = vec![e.claimant.to_bytes()];
            }
            Self::RecipientSet(e) => {
                change.claimant = Some(Claimant(e.claimant.to_bytes()));
                change.concerns = vec![e.claimant.to_bytes(), e.recipient.to_bytes()];
            }
            // What concerns everybody: the vault itself and its governance.
            _ => {}
        }
        Ok(())
    }
}

impl Tell for RegistryEvent {
    fn tell(self, change: &mut Change) -> Result<(), ReadError> {
        let (asset, owner, concerns) = match self {
            Self::Registered(e) => (e.asset, Some(e.owner), owners(&[e.owner], &e.co_owners)),
            Self::Displaced(e) => (e.asset, Some(e.owner), owners(&[e.owner, e.previous_owner], &e.co_owners)),
            Self::TermsSet(e) => (e.asset, Some(e.owner), owners(&[e.owner], &e.co_owners)),
            Self::TransferOffered(e) => (e.asset, Some(e.owner), owners(&[e.owner, e.to], &[])),
            Self::Transferred(e) => (e.asset, Some(e.owner), owners(&[e.owner, e.previous_owner], &e.co_owners)),
            Self::UsesSet(e) => (e.asset, None, Vec::new()),
            Self::Retired(e) => (e.asset, Some(e.owner), owners(&[e.owner], &[])),
            Self::DisputeOpened(e) => (e.asset, None, Vec::new()),
            Self::DisputeRuled(e) => (e.asset, Some(e.owner), owners(&[e.owner, e.challenger], &[])),
            Self::DisputeEnded(e) => (e.asset, Some(e.owner), owners(&[e.owner, e.challenger], &[])),
            Self::Reassigned(e) => (e.asset, Some(e.owner), owners(&[e.owner, e.previous_owner], &[])),
            Self::ReassignmentCancelled(e) => (e.asset, None, Vec::new()),
            Self::CollectionJoined(e) => (e.asset, None, Vec::new()),
            Self::CollectionLeft(e) => (e.asset, None, Vec::new()),
            // What concerns no asset.
            _ => return Ok(()),
        };
        change.asset = Some(AssetId(asset.to_bytes()));
        change.claimant = owner.map(|owner| Claimant(owner.to_bytes()));
        change.concerns = concerns;
        Ok(())
    }
}

fn owners(keys: &[solana_address::Address], co_owners: &[tributary_client::registry::CoOwner]) -> Vec<[u8; 32]> {
    keys.iter().map(|key| key.to_bytes()).chain(co_owners.iter().map(|owner| owner.key.to_bytes())).collect()
}

/// `RootPosted` as `root_posted`.
fn snake(name: &str) -> String {
    let mut text = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !text.is_empty() {
            text.push('_');
        }
        text.push(letter.to_ascii_lowercase());
    }
    text
}

/// `root_posted` as `RootPosted`.
fn camel(kind: &str) -> String {
    let word = |word: &str| {
        word.chars().take(1).map(|first| first.to_ascii_uppercase()).chain(word.chars().skip(1)).collect::<String>()
    };
    kind.split('_').map(word).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_kind_leads_back_to_its_event() {
        let names = RegistryEvent::layouts().into_iter().chain(RewardsEvent::layouts());
        for (name, _) in names {
            assert_eq!(camel(&snake(name)), name);
        }
    }

    #[test]
    fn a_kind_that_no_program_has_is_refused() {
        assert_eq!(Filter::kinds(Some("root_posted, claimed")).unwrap(), ["root_posted", "claimed"]);
        assert_eq!(Filter::kinds(None).unwrap(), Vec::<String>::new());
        assert!(Filter::kinds(Some("RootPosted")).is_err());
        assert!(Filter::kinds(Some("root_posted; DROP")).is_err());
    }

    #[test]
    fn after_a_slot_comes_only_what_is_later() {
        let at = Position { slot: 7, program: VaultId([9; 32]), stream: VaultId([9; 32]), sequence: 9 };
        assert!(at < Position::after_slot(7));
        assert!(Position { slot: 8, ..at } > Position::after_slot(7));
    }
}
