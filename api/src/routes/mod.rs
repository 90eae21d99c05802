//! The paths, one file a subject. Each handler takes a snapshot, reads, frames.

mod assets;
mod balances;
mod claims;
mod deposits;
mod epochs;
mod events;
mod files;
mod health;
mod history;
mod metadata;
mod network;
mod payers;
mod proof;
mod receipt_events;
mod receipts;
mod root_list;
mod vaults;

pub use metadata::Names;

use crate::server::Api;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// All described paths.
pub fn all() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(network::network))
        .routes(routes!(health::health))
        .routes(routes!(assets::assets))
        .routes(routes!(assets::asset))
        .routes(routes!(vaults::vaults))
        .routes(routes!(vaults::vault))
        .routes(routes!(deposits::deposits))
        .routes(routes!(root_list::roots))
        .routes(routes!(root_list::root))
        .routes(routes!(epochs::epochs))
        .routes(routes!(claims::claims))
        .routes(routes!(payers::payer))
        .routes(routes!(balances::balances))
        .routes(routes!(proof::proof))
        .routes(routes!(history::history))
        .routes(routes!(receipts::receipts))
        .routes(routes!(receipt_events::receipt_events))
        .routes(routes!(events::event))
        .routes(routes!(files::file))
}
