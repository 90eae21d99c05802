//! Keyset pages: a cursor is the last entry's key, not a count, so that a list
//! that grows has neither holes nor doubles between pages.

use crate::answer::Page;
use crate::problem::ReadError;
use crate::snapshot::Snapshot;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Entries of a page when nothing else is asked for.
pub const LIMIT_DEFAULT: u32 = 25;
/// The most entries of a page.
pub const LIMIT_MAX: u32 = 100;
/// No cursor of ours is longer.
const CURSOR_CHARS_MAX: usize = 512;

/// Which page of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageRequest<K> {
    /// The key after which to go on; `None` for the first page.
    pub after: Option<K>,
    /// How many entries.
    pub limit: usize,
}

impl<K: Serialize + DeserializeOwned> PageRequest<K> {
    /// Checks what a caller sent. `list` names the list, so that no cursor is
    /// taken for another's.
    pub fn parse(list: &str, cursor: Option<&str>, limit: Option<u32>) -> Result<Self, ReadError> {
        let limit = limit.unwrap_or(LIMIT_DEFAULT);
        if limit == 0 || limit > LIMIT_MAX {
            return Err(ReadError::Malformed { field: "limit", reason: format!("ask for 1 to {LIMIT_MAX} entries") });
        }
        let after = cursor.map(|cursor| decode(list, cursor)).transpose()?;
        Ok(Self { after, limit: limit as usize })
    }

    /// How many rows to read: one more than asked for shows whether there are more.
    pub fn rows(&self) -> i64 {
        // At most LIMIT_MAX + 1.
        self.limit as i64 + 1
    }

    /// A number of the key as Postgres takes it; `None` on the first page.
    pub fn after_bigint(&self, of: impl Fn(&K) -> u64) -> Result<Option<i64>, ReadError> {
        self.after.as_ref().map(|key| i64::try_from(of(key)).map_err(|_| refused())).transpose()
    }

    /// Cuts rows to a page; `key` is what the next one goes on after.
    pub fn page<T>(
        &self,
        snapshot: &Snapshot,
        root_epoch: Option<u64>,
        list: &str,
        mut rows: Vec<T>,
        key: impl Fn(&T) -> K,
    ) -> Page<T> {
        let has_more = rows.len() > self.limit;
        rows.truncate(self.limit);
        let next_cursor = rows.last().filter(|_| has_more).map(|last| encode(list, &key(last)));
        Page { as_of_slot: snapshot.as_of_slot(), root_epoch, data: rows, has_more, next_cursor }
    }
}

/// A key as an opaque text.
pub fn encode<K: Serialize>(list: &str, key: &K) -> String {
    // Writing integers and strings to memory cannot fail.
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(&(list, key)).unwrap_or_default())
}

fn refused() -> ReadError {
    ReadError::Malformed {
        field: "cursor",
        reason: "send next_cursor of this list's last page, unchanged, or leave it out for the first page".into(),
    }
}

fn decode<K: DeserializeOwned>(list: &str, cursor: &str) -> Result<K, ReadError> {
    if cursor.len() > CURSOR_CHARS_MAX {
        return Err(refused());
    }
    let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| refused())?;
    let (of, key): (String, K) = serde_json::from_slice(&bytes).map_err(|_| refused())?;
    if of == list { Ok(key) } else { Err(refused()) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_cursor_leads_back_to_its_key() {
        let cursor = encode("roots", &(7u64, 1u16));
        let request = PageRequest::<(u64, u16)>::parse("roots", Some(&cursor), None).unwrap();
        assert_eq!(request, PageRequest { after: Some((7, 1)), limit: LIMIT_DEFAULT as usize });
    }

    #[test]
    fn a_cursor_of_another_list_or_of_nothing_is_refused() {
        let cursor = encode("claims", &(7u64, 1u16));
        for wrong in [cursor.as_str(), "", "!", "W10", &"A".repeat(10_000)] {
            assert!(PageRequest::<(u64, u16)>::parse("roots", Some(wrong), None).is_err(), "{wrong:.20}");
        }
    }

    #[test]
    fn a_limit_outside_its_bounds_is_refused() {
        for (limit, good) in [(0, false), (1, true), (100, true), (101, false)] {
            assert_eq!(PageRequest::<u64>::parse("x", None, Some(limit)).is_ok(), good);
        }
    }
}
