//! What others build on: reads over HTTP, described by OpenAPI.
//!
//! Every answer comes from one snapshot of Postgres, a statement or a repeatable-read
//! transaction, and says as of which slot it is. The API reads the rooms' schemas and the content store;
//! it writes neither, holds no key and moves no money. Whatever it says about a
//! claim can be checked without it, against the chain and a published leaf file.

mod access;
mod amounts;
mod answer;
mod cache;
mod catalogue;
mod changes;
mod claimant;
mod commitment;
mod config;
mod document;
mod error;
mod etag;
mod excerpts;
mod fresh;
mod middleware;
mod paging;
mod problem;
mod rate;
mod readers;
mod replay;
mod request;
mod roots;
mod routes;
mod rows;
mod server;
mod snapshot;
mod store;
mod stream;

pub use config::{Config, Limits};
pub use document::openapi_json;
pub use error::ApiError;
pub use routes::ASSET;
pub use server::{run, serve};
