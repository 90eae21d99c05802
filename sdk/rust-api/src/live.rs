//! What happens on the chain, as it happens.

use crate::client::Client;
use crate::error::ApiError;
use crate::operations::ChangesQuery;
use crate::types::Change;
use eventsource_stream::Eventsource;
use futures::{Stream, StreamExt};
use reqwest_tls::Method;
use std::time::Duration;

/// The wait before a broken stream is opened again.
const PAUSE: Duration = Duration::from_secs(1);

impl Client {
    /// Changes from a cursor on (from now on without one), without an end: a stream
    /// that breaks off is resumed behind the last change, or from then on when there was
    /// none. Ends with an error that asking again does not help.
    ///
    /// `GET /v1/stream`
    pub fn stream(&self, query: ChangesQuery) -> impl Stream<Item = Result<Change, ApiError>> + '_ {
        async_stream::try_stream! {
            let mut query = ChangesQuery { limit: None, ..query };
            loop {
                let call = self.call(Method::GET, &["v1", "stream"]).with_all(query.pairs()).without_limit();
                let mut events = call.open().await?.bytes_stream().eventsource();
                // Silence, an end or a break: all the same to who resumes.
                while let Some(Ok(event)) = events.next().await {
                    let change: Change = serde_json::from_str(&event.data)
                        .map_err(|source| ApiError::Answer { url: self.url().to_owned(), source })?;
                    query.cursor = Some(change.cursor.clone());
                    yield change;
                }
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}
