//! What was decided about near-duplicates, in Postgres: a place for each dataset,
//! dense and never changed. Decides nothing ([`super::duplicates`] does); the
//! shingles themselves lie in the content store.

use crate::database::{DatabaseError, bigint, key, position};
use sqlx::{PgPool, Row};
use tributary_core::hash::sha256;
use tributary_core::id::{AssetId, FileHash};
use tributary_core::policy::Similarity;
use tributary_core::position::AssetSeq;

/// What makes the rules' hash another than any other hash.
const RULES_PREFIX: &[u8] = b"tributary:clusters:v1:";

/// What was decided about a dataset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Its place, from 0.
    pub place: u32,
    /// The dataset.
    pub asset: AssetId,
    /// Its place in the order of registration.
    pub seq: AssetSeq,
    /// Who founded its cluster.
    pub founder: AssetId,
    /// SHA-256 of its shingles in the content store.
    pub shingles: FileHash,
    /// Their length in bytes.
    pub bytes: u64,
}

/// SHA-256 of the rules that decide; those of P2's game do not.
pub fn rules_hash(rules: &Similarity) -> [u8; 32] {
    let small = [rules.bands, rules.rows, rules.shingle_words];
    sha256(&[RULES_PREFIX, &rules.seed.to_le_bytes(), &small, &rules.threshold.get().to_le_bytes()])
}

/// What was decided under these rules, from a place on.
pub async fn read(pool: &PgPool, rules: &Similarity, from: usize) -> Result<Vec<Decision>, DatabaseError> {
    let rows = sqlx::query(
        "SELECT place, asset, asset_sequence, founder, shingles, shingle_bytes FROM intake.clusters
         WHERE rules = $1 AND place >= $2 ORDER BY place",
    )
    .bind(&rules_hash(rules)[..])
    .bind(i32::try_from(from).map_err(|_| DatabaseError::Value("place"))?)
    .fetch_all(pool)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Decision {
                place: u32::try_from(row.try_get::<i32, _>("place")?).map_err(|_| DatabaseError::Value("place"))?,
                asset: key(row, "asset")?,
                seq: AssetSeq(position(row, "asset_sequence")?),
                founder: key(row, "founder")?,
                shingles: key(row, "shingles")?,
                bytes: position(row, "shingle_bytes")?,
            })
        })
        .collect()
}

/// Keeps decisions, all or none. `false` when another gateway decided meanwhile:
/// then nothing is kept, and what it decided is to be read first.
pub async fn keep(pool: &PgPool, rules: &Similarity, decided: &[Decision]) -> Result<bool, DatabaseError> {
    let column = |pick: fn(&Decision) -> [u8; 32]| decided.iter().map(|one| pick(one).to_vec()).collect::<Vec<_>>();
    let number =
        |pick: fn(&Decision) -> u64| decided.iter().map(|one| bigint(pick(one))).collect::<Result<Vec<_>, _>>();
    let mut tx = pool.begin().await?;
    let kept = sqlx::query(
        "INSERT INTO intake.clusters (rules, place, asset, asset_sequence, founder, shingles, shingle_bytes)
         SELECT $1, place, asset, sequence, founder, shingles, bytes
         FROM unnest($2::bigint[], $3::bytea[], $4::bigint[], $5::bytea[], $6::bytea[], $7::bigint[])
             AS one (place, asset, sequence, founder, shingles, bytes)
         ON CONFLICT DO NOTHING",
    )
    .bind(&rules_hash(rules)[..])
    .bind(number(|one| u64::from(one.place))?)
    .bind(column(|one| one.asset.0))
    .bind(number(|one| one.seq.0)?)
    .bind(column(|one| one.founder.0))
    .bind(column(|one| one.shingles.0))
    .bind(number(|one| one.bytes)?)
    .execute(&mut *tx)
    .await?;
    // Without the commit everything is undone.
    if kept.rows_affected() != decided.len() as u64 {
        return Ok(false);
    }
    tx.commit().await?;
    Ok(true)
}
