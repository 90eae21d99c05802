//! What the gateway knows of the chain: a snapshot of the indexer's tables as of
//! the finalised slot. Reads only; decides nothing.

use crate::database::{DatabaseError, bigint, key, position};
use crate::telemetry::Source;
use sqlx::{PgPool, Row};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;
use tributary_core::content::AssetKind;
use tributary_core::id::{AssetId, FileHash, GatewayId, GatewayKey, Genesis, VaultId};
use tributary_core::position::{AssetSeq, Slot};

/// The most assets a gateway looks at.
const ASSETS_MAX: i64 = 200_000;

/// What changes slot by slot.
#[derive(Clone, Debug)]
pub struct Tip {
    /// The cluster.
    pub genesis: Genesis,
    /// Everything up to here is final and known.
    pub finalised: Slot,
    /// When the indexer last moved that forward, by our own clock.
    pub read_at: Instant,
    /// The wallet that runs this gateway, once its record is final.
    pub operator: Option<[u8; 32]>,
    /// Keys whose signatures count at `finalised`.
    pub keys: BTreeSet<GatewayKey>,
    /// Vaults on the chain.
    pub vaults: BTreeSet<VaultId>,
    /// Number of assets and their newest change: says when to look again.
    pub assets: (i64, i64),
}

/// An asset as the indexer recorded it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetRow {
    /// Its record.
    pub asset: AssetId,
    /// What it is.
    pub kind: AssetKind,
    /// SHA-256 of its content.
    pub content_hash: FileHash,
    /// Length of its content in bytes.
    pub content_length: u64,
    /// SHA-256 of its metadata.
    pub metadata_hash: FileHash,
    /// SPDX identifier.
    pub licence: String,
    /// Who runs or owns it.
    pub owner: [u8; 32],
    /// Permitted uses.
    pub uses: u8,
    /// Its place in the order of registration.
    pub seq: AssetSeq,
    /// Assets it pays royalties to.
    pub parents: Vec<AssetId>,
}

/// Reads the tip; `None` before the indexer has written anything.
pub async fn tip(pool: &PgPool, gateway: GatewayId, now: Instant) -> Result<Option<Tip>, DatabaseError> {
    let Some(status) = sqlx::query("SELECT genesis, finalised_slot FROM chain.status").fetch_optional(pool).await?
    else {
        return Ok(None);
    };
    let finalised = Slot(position(&status, "finalised_slot")?);
    let slot = bigint(finalised.0)?;
    let operator = sqlx::query("SELECT operator FROM chain.gateways WHERE gateway = $1 AND slot <= $2")
        .bind(&gateway.0[..])
        .bind(slot)
        .fetch_optional(pool)
        .await?
        .map(|row| key(&row, "operator"))
        .transpose()?;
    let keys = sqlx::query(
        "SELECT key FROM chain.gateway_keys
         WHERE gateway = $1 AND valid_from <= $2 AND (revoked_from IS NULL OR revoked_from > $2)",
    )
    .bind(&gateway.0[..])
    .bind(slot)
    .fetch_all(pool)
    .await?;
    let vaults = sqlx::query("SELECT vault FROM chain.vaults").fetch_all(pool).await?;
    let assets = sqlx::query(
        "SELECT count(*) AS assets, coalesce(max(greatest(slot, effective_slot)), 0) AS newest FROM chain.assets
         WHERE asset_sequence >> 24 <= $1 AND effective_slot <= $1",
    )
    .bind(slot)
    .fetch_one(pool)
    .await?;
    Ok(Some(Tip {
        genesis: key(&status, "genesis")?,
        finalised,
        read_at: now,
        operator,
        keys: keys.iter().map(|row| key(row, "key")).collect::<Result<_, _>>()?,
        vaults: vaults.iter().map(|row| key(row, "vault")).collect::<Result<_, _>>()?,
        assets: (assets.try_get("assets")?, assets.try_get("newest")?),
    }))
}

/// All assets whose terms are in effect at a slot, in order of registration.
pub async fn assets(pool: &PgPool, slot: Slot) -> Result<Vec<AssetRow>, DatabaseError> {
    let rows = sqlx::query(
        "SELECT a.asset, a.kind, a.content_hash, a.content_length, a.metadata_hash, a.licence, a.owner, a.uses, a.asset_sequence,
                coalesce((SELECT array_agg(p.parent::bytea ORDER BY p.place) FROM chain.parents p
                          WHERE p.asset = a.asset), '{}') AS parents
         FROM chain.assets a WHERE a.asset_sequence >> 24 <= $1 AND a.effective_slot <= $1
         ORDER BY a.asset_sequence LIMIT $2",
    )
    .bind(bigint(slot.0)?)
    .bind(ASSETS_MAX)
    .fetch_all(pool)
    .await?;
    rows.iter()
        .map(|row| {
            let kind = u8::try_from(row.try_get::<i16, _>("kind")?).ok().and_then(AssetKind::from_code);
            let uses = u8::try_from(row.try_get::<i16, _>("uses")?);
            let parents: Vec<Vec<u8>> = row.try_get("parents")?;
            Ok(AssetRow {
                asset: key(row, "asset")?,
                kind: kind.ok_or(DatabaseError::Value("kind"))?,
                content_hash: key(row, "content_hash")?,
                content_length: position(row, "content_length")?,
                metadata_hash: key(row, "metadata_hash")?,
                licence: row.try_get("licence")?,
                owner: key(row, "owner")?,
                uses: uses.map_err(|_| DatabaseError::Value("uses"))?,
                seq: AssetSeq(position(row, "asset_sequence")?),
                parents: parents
                    .into_iter()
                    .map(|parent| parent.try_into().map(AssetId).map_err(|_| DatabaseError::Value("parent")))
                    .collect::<Result<_, _>>()?,
            })
        })
        .collect()
}

/// Content and terms of some assets.
pub async fn sources(pool: &PgPool, assets: Vec<AssetId>) -> Result<BTreeMap<AssetId, Source>, DatabaseError> {
    let asked: Vec<Vec<u8>> = assets.iter().map(|asset| asset.0.to_vec()).collect();
    let rows = sqlx::query("SELECT asset, content_hash, licence FROM chain.assets WHERE asset = ANY($1::bytea[])")
        .bind(asked)
        .fetch_all(pool)
        .await?;
    rows.iter()
        .map(|row| {
            let source = Source { content_hash: key(row, "content_hash")?, licence: row.try_get("licence")? };
            Ok((key(row, "asset")?, source))
        })
        .collect()
}
