//! Roots as the database has them, and the claimants' leaves in them. Several
//! answers show roots; this is where they are read.

use crate::amounts::{Amount, Token};
use crate::problem::ReadError;
use crate::rows::Columns;
use crate::server::Api;
use crate::snapshot::{Snapshot, token_of};
use crate::store::Store;
use serde::Serialize;
use sqlx::postgres::PgRow;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use tributary_core::domain::Domain;
use tributary_core::id::{Claimant, FileHash, RootId, VaultId};
use tributary_core::leaf::LeafClass;
use tributary_core::leaf_file::ranges::{Checked, Entitlement, Expected, LeafReadError};
use tributary_core::manifest::Manifest;
use utoipa::ToSchema;

/// No manifest is longer: one usage segment a gateway and generation.
pub const MANIFEST_BYTES_MAX: u64 = 4 << 20;
/// How many leaf files are remembered as checked: the largest takes some 30 MiB.
const LEAF_FILES_MAX: usize = 16;

/// The columns that [`Root::of`] reads, of a root `r` and its vault `v`.
macro_rules! root_columns {
    () => {
        "r.vault, v.mint, v.decimals, v.domain, r.root_id, r.place, r.epoch, r.attempt, r.parent, \
         r.finalised_slot, r.tree_hash, r.earned_total::text, r.refund_total::text, r.fee_total::text, \
         r.leaf_count, r.manifest, r.policy_set, r.opens_slot, r.opens_at, r.status, r.attestations, \
         r.posted_slot, r.posted_signature, v.challenge_seconds::text AS challenge_seconds"
    };
}
pub(crate) use root_columns;

/// The start of a query for roots.
macro_rules! select_roots {
    ($rest:literal) => {
        concat!(
            "SELECT ",
            $crate::roots::root_columns!(),
            " FROM chain.roots r JOIN chain.vaults v USING (vault) ",
            $rest
        )
    };
}
pub(crate) use select_roots;

/// Where a root stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RootStatus {
    /// Inside its challenge window, or waiting to be activated.
    Pending,
    /// Serves claims.
    Active,
    /// A watcher refused it; its parent serves.
    Vetoed,
    /// It served, or was built on one that did, and was struck down; an older root
    /// serves.
    Disabled,
}

impl RootStatus {
    /// As the database writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Vetoed => "vetoed",
            Self::Disabled => "disabled",
        }
    }

    /// The status that is written so.
    pub fn of(text: &str) -> Option<Self> {
        [Self::Pending, Self::Active, Self::Vetoed, Self::Disabled].into_iter().find(|status| status.as_str() == text)
    }
}

/// A posted root.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Root {
    /// Its identity.
    #[schema(value_type = String)]
    pub root_id: RootId,
    /// What its amounts are counted in.
    pub token: Token,
    /// Which epoch it closes.
    pub epoch: u64,
    /// Which attempt at that epoch, from 0.
    pub attempt: u16,
    /// Its place in the vault's ring of roots: what a claim names.
    pub place: u8,
    /// The root before; zeros for the first.
    #[schema(value_type = String)]
    pub parent: RootId,
    /// Where it stands.
    pub status: RootStatus,
    /// The finalised slot it was computed at.
    pub finalised_slot: u64,
    /// The slot it was posted in.
    pub posted_slot: u64,
    /// Unix seconds at which it was posted, by the chain's clock.
    pub posted_at: i64,
    /// The transaction that posted it.
    pub posted_signature: String,
    /// It can be activated from this slot on...
    pub opens_slot: u64,
    /// ...and from this Unix second on.
    pub opens_at: i64,
    /// How many watchers attested it.
    pub attestations: u8,
    /// Number of leaves.
    pub leaf_count: u32,
    /// Entitlements of contributors since the vault's beginning.
    pub earned_total: Amount,
    /// Refunds since the vault's beginning.
    pub refund_total: Amount,
    /// Fees since the vault's beginning.
    pub fee_total: Amount,
    /// Hash of the tree's top node.
    #[schema(value_type = String)]
    pub tree_hash: FileHash,
    /// SHA-256 of the manifest: a file of `/v1/files`.
    #[schema(value_type = String)]
    pub manifest: FileHash,
    /// SHA-256 of the policy set: a file of `/v1/files`.
    #[schema(value_type = String)]
    pub policy_set: FileHash,
    #[serde(skip)]
    #[schema(ignore)]
    pub(crate) domain: Domain,
}

impl Root {
    /// Off a row of [`select_roots`].
    pub fn of(row: &PgRow) -> Result<Self, ReadError> {
        let opens_at: i64 = sqlx::Row::try_get(row, "opens_at")?;
        let challenge = row.number("challenge_seconds")?;
        Ok(Self {
            root_id: row.id("root_id")?,
            token: token_of(row)?,
            epoch: row.count("epoch")?,
            attempt: row.small("attempt")?,
            place: row.small("place")?,
            parent: row.id("parent")?,
            status: RootStatus::of(&row.text("status")?).ok_or(ReadError::Row("status"))?,
            finalised_slot: row.count("finalised_slot")?,
            posted_slot: row.count("posted_slot")?,
            // The program adds the challenge window to the clock when it stores opens_at.
            posted_at: opens_at.saturating_sub_unsigned(challenge),
            posted_signature: row.signature("posted_signature")?,
            opens_slot: row.count("opens_slot")?,
            opens_at,
            attestations: row.small("attestations")?,
            leaf_count: u32::try_from(row.count("leaf_count")?).map_err(|_| ReadError::Row("leaf_count"))?,
            earned_total: row.amount("earned_total")?,
            refund_total: row.amount("refund_total")?,
            fee_total: row.amount("fee_total")?,
            tree_hash: row.id("tree_hash")?,
            manifest: row.id("manifest")?,
            policy_set: row.id("policy_set")?,
            domain: Domain(row.id("domain")?),
        })
    }

    /// Its manifest out of the store; `None` when it is not there.
    pub async fn manifest(&self, store: &Store) -> Result<Option<Manifest>, ReadError> {
        read_manifest(store, self.manifest).await
    }

    /// A claimant's leaves in this root, in the order asked for. An error when
    /// the manifest or the leaf file is not in the store.
    pub async fn leaves(
        &self,
        api: &Api,
        wanted: Vec<(LeafClass, Claimant)>,
    ) -> Result<(FileHash, Vec<Option<Entitlement>>), ReadError> {
        let known = api.leaf_files.get(&self.root_id);
        let leaf_file = match &known {
            Some((hash, _)) => *hash,
            None => self.manifest(&api.store).await?.ok_or(ReadError::FileAway(self.manifest))?.leaf_file,
        };
        let expected = Expected { domain: self.domain, tree_hash: self.tree_hash.0, leaf_count: self.leaf_count };
        let (store, leaf_files, root_id) = (api.store.clone(), api.leaf_files.clone(), self.root_id);
        let work = tokio::task::spawn_blocking(move || {
            let Some((mut file, _)) = store.open(&leaf_file)? else { return Err(ReadError::FileAway(leaf_file)) };
            let contradicts =
                |error: LeafReadError| ReadError::Contradiction { file: leaf_file, reason: error.to_string() };
            let checked = match known {
                Some((_, checked)) => checked,
                None => {
                    let checked = Arc::new(Checked::open(&mut file, &expected).map_err(contradicts)?);
                    leaf_files.remember(root_id, leaf_file, checked.clone());
                    checked
                }
            };
            let find = |(class, claimant)| checked.find(&mut file, class, &claimant).map_err(contradicts);
            wanted.into_iter().map(find).collect::<Result<_, _>>()
        });
        Ok((leaf_file, work.await??))
    }
}

/// Leaf files of roots, as far as they were checked. A root's never changes.
#[derive(Clone, Default)]
pub struct LeafFiles(Arc<Mutex<BTreeMap<RootId, LeafFile>>>);

/// Its hash, and what of it was checked.
type LeafFile = (FileHash, Arc<Checked>);

impl LeafFiles {
    fn get(&self, root: &RootId) -> Option<LeafFile> {
        // A poisoned lock only means that a thread died between two whole states.
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(root).cloned()
    }

    fn remember(&self, root: RootId, hash: FileHash, checked: Arc<Checked>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= LEAF_FILES_MAX {
            known.clear();
        }
        known.insert(root, (hash, checked));
    }
}

/// A vault's newest root of a status.
pub async fn newest(snapshot: &mut Snapshot, vault: &VaultId, status: RootStatus) -> Result<Option<Root>, ReadError> {
    let row = sqlx::query(select_roots!(
        "WHERE r.vault = $1 AND r.status = $2 ORDER BY r.epoch DESC, r.attempt DESC LIMIT 1"
    ))
    .bind(vault.0.as_slice())
    .bind(status.as_str())
    .fetch_optional(snapshot.connection())
    .await?;
    row.as_ref().map(Root::of).transpose()
}

/// Reads a manifest out of the store; `None` when it is not there.
pub async fn read_manifest(store: &Store, hash: FileHash) -> Result<Option<Manifest>, ReadError> {
    let Some(bytes) = store.read(hash, MANIFEST_BYTES_MAX).await? else { return Ok(None) };
    let manifest = Manifest::decode(&bytes);
    manifest.map(Some).map_err(|error| ReadError::Contradiction { file: hash, reason: error.to_string() })
}
