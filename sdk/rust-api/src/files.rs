//! Published files by the hash of their bytes.

use crate::client::Client;
use crate::error::ApiError;
use reqwest_tls::Method;
use std::ops::Range;

/// No file is longer, in bytes.
pub const FILE_BYTES_MAX: usize = 1 << 30;

impl Client {
    /// A published file. Hash what you get: the API is not to be trusted with it.
    ///
    /// `GET /v1/files/{hash}`
    pub async fn file(&self, hash: &str) -> Result<Vec<u8>, ApiError> {
        self.call(Method::GET, &["v1", "files", hash]).without_limit().bytes(FILE_BYTES_MAX).await
    }

    /// A part of one: a proof needs the header, the list of blocks and one block of a
    /// leaf file.
    pub async fn file_range(&self, hash: &str, range: Range<u64>) -> Result<Vec<u8>, ApiError> {
        if range.is_empty() {
            return Ok(Vec::new());
        }
        let length = usize::try_from(range.end - range.start).unwrap_or(usize::MAX);
        let call = self.call(Method::GET, &["v1", "files", hash]);
        let call = call.header("range", format!("bytes={}-{}", range.start, range.end - 1));
        call.bytes(length).await
    }
}
