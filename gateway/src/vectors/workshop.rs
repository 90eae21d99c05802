//! Makes vectors of texts once, keeps them in Postgres and publishes them as files
//! of the content store. Whoever made them first, theirs are kept. Compares nothing.

use super::VectorsError;
use super::passages::{PASSAGES_MAX, passages};
use crate::catalogue::content;
use crate::chain::AssetRow;
use crate::database::DatabaseError;
use crate::upstream::client::UpstreamClient;
use crate::upstream::config::Upstream;
use sqlx::{PgPool, Row};
use std::collections::BTreeMap;
use tributary_attribution::neighbours::{DIMENSIONS, Neighbours, Vector, quantise};
use tributary_core::content::AssetKind;
use tributary_core::id::{AssetId, FileHash};
use tributary_core::vector_file::VectorFile;
use tributary_store::shelf::Shelf;

type Numbers = Box<[i8; DIMENSIONS]>;

/// Where vectors come from and are kept.
#[derive(Clone, Copy, Debug)]
pub struct Workshop<'a> {
    /// Postgres.
    pub pool: &'a PgPool,
    /// Asks the server.
    pub client: &'a UpstreamClient,
    /// The server for embeddings.
    pub server: &'a Upstream,
    /// The content store.
    pub store: &'a Shelf,
}

/// A dataset whose text is in the store.
#[derive(Clone, Copy, Debug)]
pub struct Text {
    /// Its record.
    pub asset: AssetId,
    /// SHA-256 of the text.
    pub hash: FileHash,
    /// Its length in bytes.
    pub bytes: u64,
}

impl From<&AssetRow> for Text {
    fn from(row: &AssetRow) -> Self {
        Self { asset: row.asset, hash: row.content_hash, bytes: row.content_length }
    }
}

/// A dataset and who its near-duplicates are.
#[derive(Clone, Debug)]
pub struct Placed {
    /// The dataset.
    pub row: AssetRow,
    /// Its cluster.
    pub cluster: u32,
    /// Who founded that.
    pub founder: AssetId,
}

/// A dataset's vectors as they are published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Published {
    /// SHA-256 of the file.
    pub file: FileHash,
    /// How many there are.
    pub vectors: u32,
}

impl Workshop<'_> {
    /// The vectors of these datasets, in the order of registration. What is not
    /// kept or not published yet is.
    pub async fn register(&self, datasets: &[Placed]) -> Result<Neighbours, VectorsError> {
        let (mut kept, published) = (self.kept(None).await?, self.published().await?);
        let mut neighbours = Neighbours::default();
        for Placed { row, cluster, founder } in datasets.iter().filter(|one| one.row.kind == AssetKind::Dataset) {
            let mut vectors = kept.remove(&row.asset).unwrap_or_default();
            if published.get(&row.asset) != Some(&(vectors.len() as u32)) {
                self.ensure(row.into()).await?;
                vectors = self.kept(Some(row.asset)).await?.remove(&row.asset).unwrap_or_default();
            }
            neighbours.found(*cluster, *founder);
            for numbers in vectors {
                neighbours.add(&Vector { asset: row.asset, seq: row.seq, cluster: *cluster, numbers })?;
            }
        }
        Ok(neighbours)
    }

    /// Makes and publishes a dataset's vectors unless that was done. May be
    /// repeated: the same file comes of it.
    pub async fn ensure(&self, text: Text) -> Result<Published, VectorsError> {
        let mut vectors = self.kept(Some(text.asset)).await?.remove(&text.asset).unwrap_or_default();
        if vectors.is_empty() {
            self.make(text).await?;
            // Somebody else may have been quicker.
            vectors = self.kept(Some(text.asset)).await?.remove(&text.asset).unwrap_or_default();
        }
        self.publish(text.asset, vectors).await
    }

    async fn kept(&self, only: Option<AssetId>) -> Result<BTreeMap<AssetId, Vec<Numbers>>, VectorsError> {
        let rows = sqlx::query(
            "SELECT asset, numbers FROM usage.vectors WHERE model = $1 AND ($2::bytea IS NULL OR asset = $2)
             ORDER BY asset, passage",
        )
        .bind(&self.server.served_as)
        .bind(only.map(|asset| asset.0.to_vec()))
        .fetch_all(self.pool)
        .await
        .map_err(DatabaseError::from)?;
        let mut kept: BTreeMap<AssetId, Vec<Numbers>> = BTreeMap::new();
        for row in &rows {
            let bytes: &[u8] = row.try_get("numbers").map_err(DatabaseError::from)?;
            let bytes: &[u8; DIMENSIONS] = bytes.try_into().map_err(|_| DatabaseError::Value("numbers"))?;
            let numbers = Box::new(bytes.map(u8::cast_signed));
            kept.entry(crate::database::key(row, "asset")?).or_default().push(numbers);
        }
        Ok(kept)
    }

    /// How many vectors each published file has.
    async fn published(&self) -> Result<BTreeMap<AssetId, u32>, VectorsError> {
        let rows = sqlx::query("SELECT asset, vectors FROM usage.vector_files WHERE model = $1")
            .bind(&self.server.served_as)
            .fetch_all(self.pool)
            .await
            .map_err(DatabaseError::from)?;
        let mut published = BTreeMap::new();
        for row in &rows {
            let vectors: i32 = row.try_get("vectors").map_err(DatabaseError::from)?;
            let vectors = u32::try_from(vectors).map_err(|_| DatabaseError::Value("vectors"))?;
            published.insert(crate::database::key(row, "asset")?, vectors);
        }
        Ok(published)
    }

    async fn make(&self, text: Text) -> Result<(), VectorsError> {
        let (store, hash, bytes) = (self.store.clone(), text.hash, text.bytes);
        let read = tokio::task::spawn_blocking(move || content::read_text(&store, hash, bytes, bytes)).await??;
        let texts = passages(&read, PASSAGES_MAX);
        if texts.is_empty() {
            return Ok(());
        }
        let mut numbers: Vec<Vec<u8>> = Vec::with_capacity(texts.len());
        for embedding in self.client.embed(self.server, &texts).await? {
            numbers.push(quantise(&embedding)?.map(i8::cast_unsigned).to_vec());
        }
        // All or none, so that what is kept is whole.
        sqlx::query(
            "INSERT INTO usage.vectors (asset, passage, model, numbers)
             SELECT $1, place - 1, $2, numbers FROM unnest($3::bytea[]) WITH ORDINALITY AS made (numbers, place)
             ON CONFLICT DO NOTHING",
        )
        .bind(&text.asset.0[..])
        .bind(&self.server.served_as)
        .bind(numbers)
        .execute(self.pool)
        .await
        .map_err(DatabaseError::from)?;
        Ok(())
    }

    async fn publish(&self, asset: AssetId, vectors: Vec<Numbers>) -> Result<Published, VectorsError> {
        let (model, count) = (self.server.served_as.clone(), vectors.len());
        let file = VectorFile { asset, model, vectors }.encode().ok_or(VectorsError::File)?;
        let store = self.store.clone();
        let written = tokio::task::spawn_blocking(move || content::publish(&store, &file)).await?;
        let file = written.map_err(VectorsError::Store)?;
        let vectors = u16::try_from(count).map_err(|_| VectorsError::File)?;
        sqlx::query(
            "INSERT INTO usage.vector_files (asset, model, file, vectors) VALUES ($1, $2, $3, $4)
             ON CONFLICT DO NOTHING",
        )
        .bind(&asset.0[..])
        .bind(&self.server.served_as)
        .bind(&file.0[..])
        .bind(i32::from(vectors))
        .execute(self.pool)
        .await
        .map_err(DatabaseError::from)?;
        Ok(Published { file, vectors: vectors.into() })
    }
}
