//! The paths, one file a subject. Each handler takes a snapshot, reads, frames.

mod asset_usage;
mod assets;
mod auth;
mod balances;
mod changes;
mod claims;
mod collections;
mod deposits;
mod disputes;
mod earnings;
mod epochs;
mod events;
mod files;
mod graph;
mod health;
mod history;
mod keys;
mod metadata;
mod network;
mod payers;
mod policies;
mod proof;
mod receipt_events;
mod receipts;
mod root_list;
mod search;
mod spending;
mod statement;
mod terms;
mod vaults;
mod waterfall;
mod webhooks;

pub use assets::ASSET;
pub use metadata::{Names, name_in};

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
        .routes(routes!(graph::graph))
        .routes(routes!(asset_usage::asset_usage))
        .routes(routes!(search::search))
        .routes(routes!(disputes::disputes))
        .routes(routes!(collections::collections))
        .routes(routes!(collections::collection))
        .routes(routes!(vaults::vaults))
        .routes(routes!(vaults::vault))
        .routes(routes!(deposits::deposits))
        .routes(routes!(root_list::roots))
        .routes(routes!(root_list::root))
        .routes(routes!(waterfall::waterfall))
        .routes(routes!(epochs::epochs))
        .routes(routes!(policies::policies))
        .routes(routes!(claims::claims))
        .routes(routes!(payers::payer))
        .routes(routes!(spending::spending))
        .routes(routes!(balances::balances))
        .routes(routes!(proof::proof))
        .routes(routes!(history::history))
        .routes(routes!(earnings::earnings))
        .routes(routes!(receipts::receipts))
        .routes(routes!(receipt_events::receipt_events))
        .routes(routes!(statement::statement))
        .routes(routes!(events::event))
        .routes(routes!(files::file))
        .routes(routes!(changes::changes))
        .routes(routes!(changes::stream))
        .routes(routes!(auth::challenge))
        .routes(routes!(auth::session))
        .routes(routes!(keys::make_key, keys::keys))
        .routes(routes!(keys::remove_key))
        .routes(routes!(webhooks::make_webhook, webhooks::webhooks))
        .routes(routes!(webhooks::remove_webhook))
        .routes(routes!(webhooks::test_webhook))
        .routes(routes!(webhooks::deliveries))
}
