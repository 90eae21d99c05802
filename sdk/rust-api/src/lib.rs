//! The API as typed calls: a method for each operation, lists followed page after
//! page, problems as errors that say what to do, reads tried again.
//!
//! ```no_run
//! use futures::TryStreamExt;
//! use tributary_api_client::{ApiError, Client, operations::HistoryQuery};
//!
//! # async fn told(claimant: &str) -> Result<(), ApiError> {
//! let api = Client::new("http://127.0.0.1:8080")?;
//! for vault in api.balances(claimant).await?.data.vaults {
//!     for class in vault.classes {
//!         println!("{:?} in {}: {} to claim", class.class, vault.token.vault, class.claimable);
//!     }
//! }
//! let mut history = std::pin::pin!(api.all_history(claimant, HistoryQuery::default()));
//! while let Some(entry) = history.try_next().await? {
//!     println!("slot {}, epoch {}", entry.slot, entry.epoch);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! [`types`] and [`operations`] are written by `sdk/rust-api/generate` from the
//! API's description, `api/openapi.json`.

pub mod amount;
pub mod client;
pub mod error;
pub mod files;
pub mod live;
pub mod operations;
pub mod pages;
pub mod types;

pub use client::Client;
pub use error::ApiError;
pub use pages::{Answer, Page};
