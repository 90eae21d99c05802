//! The index of names: which words the metadata of assets calls them by.
//!
//! A task reads metadata that the index does not have yet out of the content
//! store and writes `access.names`. It never decides what an asset is: a name is
//! what its registrant says. What the store does not have is looked for again.

use crate::problem::ReadError;
use crate::routes::name_in;
use crate::rows::Columns;
use crate::store::Store;
use sqlx::PgPool;
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tributary_core::id::FileHash;

/// How often to look for new assets.
const EVERY: Duration = Duration::from_secs(1);
/// How often to look again for what the store did not have.
const SWEEP: Duration = Duration::from_secs(60);
/// How many are read at once.
const BATCH: i64 = 200;
/// No longer metadata is read.
pub const METADATA_BYTES_MAX: u64 = 64 << 10;
/// More words of a name or a question are not looked at.
const WORDS_MAX: usize = 16;

/// Keeps the index up to date until `shutdown`.
pub async fn keep(pool: PgPool, store: Store, shutdown: CancellationToken) {
    let mut after = -1;
    let mut swept = Instant::now();
    loop {
        match round(&pool, &store, after).await {
            // There may be more right now.
            Ok(Some(last)) => after = last,
            Ok(None) if swept.elapsed() > SWEEP => (after, swept) = (-1, Instant::now()),
            Ok(None) => {}
            Err(error) => tracing::warn!(error = &error as &dyn std::error::Error, "names cannot be indexed now"),
        }
        if shutdown.run_until_cancelled(tokio::time::sleep(EVERY)).await.is_none() {
            return;
        }
    }
}

/// Indexes what comes after a place in the order of registration; the last place
/// looked at, or `None` when there was nothing.
async fn round(pool: &PgPool, store: &Store, after: i64) -> Result<Option<i64>, ReadError> {
    let mut last = None;
    loop {
        let rows = sqlx::query(
            "SELECT a.asset_sequence, a.metadata_hash FROM chain.assets a
             WHERE a.asset_sequence > $1
               AND NOT EXISTS (SELECT FROM access.names n WHERE n.metadata_hash = a.metadata_hash)
             ORDER BY a.asset_sequence LIMIT $2",
        )
        .bind(last.unwrap_or(after))
        .bind(BATCH)
        .fetch_all(pool)
        .await?;
        let mut found = Vec::new();
        for row in &rows {
            last = Some(sqlx::Row::try_get(row, "asset_sequence")?);
            let hash: FileHash = row.id("metadata_hash")?;
            // What is damaged or too long has no name; what is away may come.
            let Ok(Some(bytes)) = store.read(hash, METADATA_BYTES_MAX).await else { continue };
            let name = serde_json::from_slice(&bytes).ok().as_ref().and_then(name_in);
            found.push((hash, name));
        }
        write(pool, &found).await?;
        if (rows.len() as i64) < BATCH {
            return Ok(last);
        }
    }
}

async fn write(pool: &PgPool, found: &[(FileHash, Option<String>)]) -> Result<(), ReadError> {
    for (hash, name) in found {
        // Postgres keeps no text with a zero in it.
        let name = name.as_ref().map(|name| name.replace('\0', ""));
        sqlx::query(
            "INSERT INTO access.names VALUES ($1, $2, array_to_tsvector($3)) ON CONFLICT (metadata_hash) DO NOTHING",
        )
        .bind(&hash.0[..])
        .bind(&name)
        .bind(name.as_deref().map(words).unwrap_or_default())
        .execute(pool)
        .await?;
    }
    Ok(())
}

/// The words of a text, each once: letters and digits in lower case.
pub fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let mut words: Vec<String> = Vec::new();
    for word in lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).take(WORDS_MAX) {
        if !words.iter().any(|known| known == word) {
            words.push(word.to_owned());
        }
    }
    words
}

/// The question for names that have words which begin with all of these. Words
/// are letters and digits, so that nothing in them is an operator.
pub fn query_of(words: &[String]) -> String {
    words.iter().map(|word| format!("'{word}':*")).collect::<Vec<_>>().join(" & ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_letters_and_digits_in_lower_case_each_once() {
        assert_eq!(words("King-James Bible (KJV, 1611); BIBLE's"), ["king", "james", "bible", "kjv", "1611", "s"]);
        assert_eq!(words("Ödipus auf Kolonos"), ["ödipus", "auf", "kolonos"]);
        assert!(words("!' & | :* ()").is_empty());
    }

    #[test]
    fn a_question_is_made_of_quoted_beginnings() {
        assert_eq!(query_of(&words("King ja'm")), "'king':* & 'ja':* & 'm':*");
    }
}
